//! One reader per tenant with open pages, in each process.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use sea_orm::DbErr;
use tokio::sync::{Notify, broadcast, watch};

use super::store::{self, Recorded};
use super::subscription::Subscription;
use crate::foundation::context::pause;
use crate::foundation::db::{Announcement, Database, TenantDb, TenantTx, Topic};
use crate::foundation::ids::{MemberId, TenantId};

/// The longest time until a page is told when an announcement was lost.
const SLOW_POLL: Duration = Duration::from_secs(10);
/// Events read at once.
pub(super) const PAGE: usize = 500;
/// A page that falls behind by more than this reads from the database again.
const BUFFERED: usize = 1024;

/// Says who may see what. Asked once for all open pages of a tenant, not once for each.
#[async_trait]
pub trait Audience: Send + Sync {
    /// For each event, in order, who may see it beside those who see everything.
    async fn of(&self, tx: &TenantTx, events: &[Recorded]) -> Result<Vec<SeenBy>, DbErr>;

    /// Which of these tickets admit nobody any more: signed out, deactivated, revoked, given another role.
    async fn expired(&self, tx: &TenantTx, tickets: Vec<Ticket>) -> Result<Vec<Ticket>, DbErr>;
}

/// What a page was admitted with; only the [`Audience`] can read it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ticket(pub String);

/// Who may see an event beside those who see everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeenBy {
    /// Every member.
    Everybody,
    /// These members; possibly none.
    Members(Vec<MemberId>),
}

/// Whose page it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Sees every event of the tenant.
    Everything,
    /// Sees what the [`Audience`] grants to this member.
    Member(MemberId),
}

/// What the reader of a tenant tells its open pages.
#[derive(Clone, Debug)]
pub(super) enum Notice {
    /// Something happened.
    Told(Told),
    /// Pages with one of these tickets must close.
    Expired(Vec<Ticket>),
}

/// An event with those who may see it.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// The event.
    pub event: Recorded,
    seen_by: SeenBy,
}

impl Told {
    /// Whether `viewer` may see it.
    pub fn is_for(&self, viewer: Viewer) -> bool {
        match (viewer, &self.seen_by) {
            (Viewer::Everything, _) | (_, SeenBy::Everybody) => true,
            (Viewer::Member(member), SeenBy::Members(members)) => members.contains(&member),
        }
    }
}

/// Gives open pages their events. Cheap to clone; one a process.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    db: Database,
    audience: Arc<dyn Audience>,
    feeds: Mutex<HashMap<TenantId, Arc<Feed>>>,
}

/// What the open pages of one tenant share.
pub(super) struct Feed {
    sender: broadcast::Sender<Arc<Notice>>,
    wake: Notify,
    /// Somebody's session ended or changed: the tickets are to be looked at.
    recheck: AtomicBool,
    /// The open pages' tickets, with how many pages hold each.
    tickets: Mutex<HashMap<Ticket, usize>>,
    /// From which number on events are sent; unknown until the reader has looked.
    begins_after: watch::Sender<Option<i64>>,
}

impl Hub {
    /// Begins to listen to announcements on the current runtime.
    pub fn start(db: Database, audience: Arc<dyn Audience>) -> Self {
        let hub = Self(Arc::new(Inner {
            db,
            audience,
            feeds: Mutex::default(),
        }));
        tokio::spawn(pass_on_announcements(
            Arc::downgrade(&hub.0),
            hub.0.db.announcer().listen(),
        ));
        hub
    }

    /// Opens a page's stream, after event number `resume` or from now on. It ends when `ticket` expires.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn open(
        &self,
        tenant_id: TenantId,
        viewer: Viewer,
        ticket: Ticket,
        resume: Option<i64>,
    ) -> Result<Subscription, DbErr> {
        let (feed, receiver) = self.subscribe(tenant_id);
        let mut begins_after = feed.begins_after.subscribe();
        // Only once the reader knows where it begins can nothing fall between what it sends and what is read here.
        if begins_after.wait_for(Option::is_some).await.is_err() {
            return Err(DbErr::Custom("the stream's reader stopped".to_owned()));
        }
        let place = feed.admit(ticket);
        Subscription::open(
            self.clone(),
            self.0.db.tenant(tenant_id),
            viewer,
            place,
            receiver,
            resume,
        )
        .await
    }

    /// How many tenants are being read. Falls to zero when the last page is closed.
    pub fn open_feeds(&self) -> usize {
        self.feeds().len()
    }

    /// Events after `seq` with those who may see them.
    pub(super) async fn read(&self, db: &TenantDb, seq: i64) -> Result<Vec<Told>, DbErr> {
        let tx = db.begin().await?;
        let events = store::after(&tx, seq, PAGE).await?;
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let seen_by = self.0.audience.of(&tx, &events).await?;
        Ok(events
            .into_iter()
            .zip(seen_by)
            .map(|(event, seen_by)| Told { event, seen_by })
            .collect())
    }

    fn subscribe(&self, tenant_id: TenantId) -> (Arc<Feed>, broadcast::Receiver<Arc<Notice>>) {
        let mut feeds = self.feeds();
        let feed = feeds.entry(tenant_id).or_insert_with(|| {
            let (sender, _) = broadcast::channel(BUFFERED);
            let feed = Arc::new(Feed {
                sender,
                wake: Notify::new(),
                recheck: AtomicBool::new(false),
                tickets: Mutex::default(),
                begins_after: watch::Sender::new(None),
            });
            tokio::spawn(pump(self.clone(), tenant_id, feed.clone()));
            feed
        });
        (feed.clone(), feed.sender.subscribe())
    }

    /// Removes the feed if no page is open; pages subscribe under the same lock.
    fn close_if_unused(&self, tenant_id: TenantId, feed: &Feed) -> bool {
        let mut feeds = self.feeds();
        let is_unused = feed.sender.receiver_count() == 0;
        if is_unused {
            feeds.remove(&tenant_id);
        }
        is_unused
    }

    fn feeds(&self) -> MutexGuard<'_, HashMap<TenantId, Arc<Feed>>> {
        self.0.feeds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A page's place in its feed; given back when dropped.
pub(super) struct Place {
    feed: Arc<Feed>,
    ticket: Ticket,
}

impl Place {
    /// Whether this page is one of those that must close.
    pub(super) fn is_among(&self, expired: &[Ticket]) -> bool {
        expired.contains(&self.ticket)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut tickets = self.feed.tickets();
        if let Some(holders) = tickets.get_mut(&self.ticket) {
            *holders -= 1;
            if *holders == 0 {
                tickets.remove(&self.ticket);
            }
        }
        drop(tickets);
        // The last page's leaving ends the reader.
        self.feed.wake.notify_one();
    }
}

impl Feed {
    fn admit(self: &Arc<Self>, ticket: Ticket) -> Place {
        *self.tickets().entry(ticket.clone()).or_default() += 1;
        Place {
            feed: self.clone(),
            ticket,
        }
    }

    fn tickets(&self) -> MutexGuard<'_, HashMap<Ticket, usize>> {
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads a tenant's events once for all its pages, until the last one is closed.
async fn pump(hub: Hub, tenant_id: TenantId, feed: Arc<Feed>) {
    let db = hub.0.db.tenant(tenant_id);
    while !hub.close_if_unused(tenant_id, &feed) {
        let told = async {
            send_new(&hub, &db, &feed).await?;
            if feed.recheck.swap(false, Ordering::Relaxed) {
                send_expired(&hub, &db, &feed).await?;
            }
            Ok::<_, DbErr>(())
        };
        if let Err(error) = told.await {
            tracing::warn!(error = %error, "could not read the stream; open pages wait");
        }
        tokio::select! {
            () = feed.wake.notified() => {}
            () = pause(SLOW_POLL) => feed.recheck.store(true, Ordering::Relaxed),
        }
    }
}

async fn send_expired(hub: &Hub, db: &TenantDb, feed: &Feed) -> Result<(), DbErr> {
    let tickets: Vec<Ticket> = feed.tickets().keys().cloned().collect();
    let expired = hub.0.audience.expired(&db.begin().await?, tickets).await?;
    if !expired.is_empty() {
        let _ = feed.sender.send(Arc::new(Notice::Expired(expired)));
    }
    Ok(())
}

async fn send_new(hub: &Hub, db: &TenantDb, feed: &Feed) -> Result<(), DbErr> {
    let known = *feed.begins_after.borrow();
    let Some(mut last) = known else {
        let tx = db.begin().await?;
        let head = store::bounds(&tx).await?.head;
        feed.begins_after.send_replace(Some(head));
        return Ok(());
    };
    loop {
        let events = hub.read(db, last).await?;
        let is_last_page = events.len() < PAGE;
        for told in events {
            last = told.event.seq;
            // Nobody listening any more is found out by the caller.
            let _ = feed.sender.send(Arc::new(Notice::Told(told)));
            feed.begins_after.send_replace(Some(last));
        }
        if is_last_page {
            return Ok(());
        }
    }
}

async fn pass_on_announcements(hub: std::sync::Weak<Inner>, mut announcements: broadcast::Receiver<Announcement>) {
    loop {
        let heard = announcements.recv().await;
        let Some(inner) = hub.upgrade() else { return };
        let hub = Hub(inner);
        match heard {
            Ok(Announcement {
                topic: topic @ (Topic::Stream | Topic::Sessions),
                tenant_id,
            }) => {
                if let Some(feed) = hub.feeds().get(&tenant_id) {
                    feed.recheck.fetch_or(topic == Topic::Sessions, Ordering::Relaxed);
                    feed.wake.notify_one();
                }
            }
            Ok(_) => {}
            Err(broadcast::error::RecvError::Lagged(_)) => {
                for feed in hub.feeds().values() {
                    feed.recheck.store(true, Ordering::Relaxed);
                    feed.wake.notify_one();
                }
            }
            Err(broadcast::error::RecvError::Closed) => return,
        }
    }
}
