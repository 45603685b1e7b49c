//! One open page's place in its tenant's stream.

use std::collections::VecDeque;
use std::sync::Arc;

use sea_orm::DbErr;
use tokio::sync::broadcast::{self, error::RecvError};

use super::hub::{Hub, Notice, PAGE, Place, Told, Viewer};
use super::store::{self, Recorded};
use crate::foundation::db::TenantDb;

/// A page that missed more events than this is told to start over: fetching the lists again is cheaper for both sides.
const MOST_MISSED: i64 = 2_000;

/// What a page is told next.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// Something happened.
    Event(Recorded),
    /// What was missed cannot be told any more: fetch everything again. Events go on after this number.
    Reset(i64),
}

/// Events in order, without loss, from where the page was.
pub struct Subscription {
    hub: Hub,
    db: TenantDb,
    viewer: Viewer,
    receiver: broadcast::Receiver<Arc<Notice>>,
    // After the receiver: giving the place back lets the reader see whether anybody still listens.
    place: Place,
    waiting: VecDeque<Item>,
    last: i64,
    // Kept here because `next` may be dropped in the middle of catching up.
    is_behind: bool,
}

impl Subscription {
    pub(super) async fn open(
        hub: Hub,
        db: TenantDb,
        viewer: Viewer,
        place: Place,
        receiver: broadcast::Receiver<Arc<Notice>>,
        resume: Option<i64>,
    ) -> Result<Self, DbErr> {
        let mut subscription = Self {
            hub,
            db,
            viewer,
            place,
            receiver,
            waiting: VecDeque::new(),
            last: resume.unwrap_or(0),
            is_behind: false,
        };
        let bounds = subscription.bounds().await?;
        match resume {
            None => subscription.last = bounds.head,
            Some(from) if from > bounds.head || from + 1 < bounds.oldest || bounds.head - from > MOST_MISSED => {
                subscription.last = bounds.head;
                subscription.waiting.push_back(Item::Reset(bounds.head));
            }
            Some(_) => subscription.catch_up().await?,
        }
        Ok(subscription)
    }

    /// The number of the newest event that this page has been told of, or would have been, had it been allowed to see it.
    pub fn last(&self) -> i64 {
        self.last
    }

    /// The next thing to tell; waits for it. `None` when the page is no longer admitted.
    ///
    /// # Errors
    /// When the database cannot be read while catching up; the page should connect again.
    pub async fn next(&mut self) -> Result<Option<Item>, DbErr> {
        loop {
            if let Some(item) = self.waiting.pop_front() {
                return Ok(Some(item));
            }
            if self.is_behind {
                self.catch_up().await?;
                continue;
            }
            match self.receiver.recv().await {
                Ok(notice) => match notice.as_ref() {
                    Notice::Told(told) => self.take(told),
                    Notice::Expired(tickets) if self.place.is_among(tickets) => return Ok(None),
                    Notice::Expired(_) => {}
                },
                Err(RecvError::Lagged(_)) => self.is_behind = true,
                Err(RecvError::Closed) => return Ok(None),
            }
        }
    }

    async fn catch_up(&mut self) -> Result<(), DbErr> {
        loop {
            let events = self.hub.read(&self.db, self.last).await?;
            for told in &events {
                self.take(told);
            }
            if events.len() < PAGE {
                self.is_behind = false;
                return Ok(());
            }
        }
    }

    fn take(&mut self, told: &Told) {
        if told.event.seq > self.last {
            self.last = told.event.seq;
            if told.is_for(self.viewer) {
                self.waiting.push_back(Item::Event(told.event.clone()));
            }
        }
    }

    async fn bounds(&self) -> Result<store::Bounds, DbErr> {
        store::bounds(&self.db.begin().await?).await
    }
}
