//! Reads a whole Slack workspace, or one channel or person of it.

use chrono::{DateTime, Utc};
use momentum_connectors::chat::{ChatChannel, ChatUser};
use momentum_connectors::{Chat, ConnectorError, Cursor};
use sea_orm::DbErr;

use super::people;
use super::store::{self, Joinable, Peopled, Workspace};
use crate::accounts::channels;
use crate::foundation::context::Clock;
use crate::foundation::db::TenantDb;

/// Members of a channel that are read at most: enough to know whose it is.
const MEMBERS_READ: usize = 1000;
/// People unknown so far who are asked for by themselves, for each channel: strangers stand in no list.
const STRANGERS_READ: usize = 100;

/// Why a sync stopped.
#[derive(Debug, thiserror::Error)]
pub(super) enum SyncError {
    /// Slack could not or would not answer.
    #[error(transparent)]
    Slack(#[from] ConnectorError),
    /// Our database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// What a sync works with.
pub(super) struct Sync<'a> {
    pub db: &'a TenantDb,
    pub chat: &'a dyn Chat,
    pub clock: &'a Clock,
    pub workspace: &'a Workspace,
}

impl Sync<'_> {
    /// Reads everything, from where an interrupted sync stopped.
    pub async fn everything(&self) -> Result<(), SyncError> {
        let tx = self.db.begin().await?;
        let mut at = store::begin_or_resume(&tx, self.workspace.connection, self.clock.now()).await?;
        tx.commit().await?;
        loop {
            let (phase, cursor) = match at.phase.as_str() {
                "channels" => self.channels_page(at.cursor.as_deref(), at.started_at).await?,
                "users" => self.users_page(at.cursor.as_deref()).await?,
                "joins" => self.join_next(at.cursor.as_deref().unwrap_or_default()).await?,
                "members" => self.members_of_next(at.cursor.as_deref().unwrap_or_default()).await?,
                _ => return Ok(()),
            };
            at.phase = phase.to_owned();
            at.cursor = cursor;
        }
    }

    /// Reads one channel, and joins it if it is to be joined.
    pub async fn channel(&self, slack_id: &str) -> Result<(), SyncError> {
        let found = self.chat.channel(slack_id).await?;
        let (team, now) = (&self.workspace.team, self.clock.now());
        let tx = self.db.begin().await?;
        match &found {
            Some(channel) => store::keep(&tx, team, std::slice::from_ref(channel), now).await?,
            // Gone, or private without us: either way our bot is not in it.
            None => super::changes::set_member(&tx, team, slack_id, false, now).await?,
        }
        let joinable = store::joinable_one(&tx, team, slack_id).await?;
        tx.commit().await?;
        match joinable.filter(|channel| self.is_wanted(channel)) {
            Some(channel) => self.join(&channel).await,
            None => Ok(()),
        }
    }

    /// Reads one person.
    pub async fn person(&self, slack_id: &str) -> Result<(), SyncError> {
        let Some(user) = self.chat.user(slack_id).await? else {
            return Ok(());
        };
        let tx = self.db.begin().await?;
        people::keep(&tx, &self.workspace.team, &[user], self.clock.now()).await?;
        people::match_members(&tx, &self.workspace.team).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn channels_page(&self, cursor: Option<&str>, started_at: DateTime<Utc>) -> Result<Place, SyncError> {
        let page = self.chat.channels(cursor.map(Cursor::new).as_ref()).await;
        let Some(page) = self.unless_stale(page)? else {
            return self.go_on("channels", None).await;
        };
        let now = self.clock.now();
        let tx = self.db.begin().await?;
        store::keep(&tx, &self.workspace.team, &page.items, now).await?;
        let place = match &page.next {
            Some(next) => ("channels", Some(next.as_str().to_owned())),
            None => {
                store::leave_unlisted(&tx, &self.workspace.team, started_at, now).await?;
                ("users", None)
            }
        };
        store::advance(&tx, self.workspace.connection, place.0, place.1.as_deref(), now).await?;
        tx.commit().await?;
        if page.next.is_none() {
            self.map_certain().await?;
        }
        Ok(place)
    }

    /// Who is in the channels takes Slack's limits hours to tell, and only those without an account are asked for it. In a
    /// transaction of its own: a CRM that is read at the same time maps the channels that were committed before its accounts.
    async fn map_certain(&self) -> Result<(), DbErr> {
        let tx = self.db.begin().await?;
        channels::map_certain(&tx, self.clock.now()).await?;
        tx.commit().await
    }

    async fn users_page(&self, cursor: Option<&str>) -> Result<Place, SyncError> {
        let page = self.chat.users(cursor.map(Cursor::new).as_ref()).await;
        let Some(page) = self.unless_stale(page)? else {
            return self.go_on("users", None).await;
        };
        let now = self.clock.now();
        let tx = self.db.begin().await?;
        people::keep(&tx, &self.workspace.team, &page.items, now).await?;
        let place = match &page.next {
            Some(next) => ("users", Some(next.as_str().to_owned())),
            None => {
                people::match_members(&tx, &self.workspace.team).await?;
                ("joins", None)
            }
        };
        store::advance(&tx, self.workspace.connection, place.0, place.1.as_deref(), now).await?;
        tx.commit().await?;
        Ok(place)
    }

    async fn join_next(&self, after: &str) -> Result<Place, SyncError> {
        let tx = self.db.begin().await?;
        let waiting = store::joinable(&tx, &self.workspace.team, after).await?;
        tx.commit().await?;
        let Some(next) = waiting.into_iter().find(|channel| self.is_wanted(channel)) else {
            return self.go_on("members", None).await;
        };
        self.join(&next).await?;
        self.go_on("joins", Some(next.slack_channel_id)).await
    }

    fn is_wanted(&self, channel: &Joinable) -> bool {
        channel.is_requested || self.workspace.patterns.wants(&channel.name)
    }

    async fn join(&self, channel: &Joinable) -> Result<(), SyncError> {
        let (team, id) = (&self.workspace.team, &channel.slack_channel_id);
        let joined = self.chat.join(id).await;
        let now = self.clock.now();
        let tx = self.db.begin().await?;
        match joined {
            Ok(joined) => {
                // Some answers of Slack's tell the channel as it was a moment before.
                let joined = ChatChannel {
                    is_member: true,
                    ..joined
                };
                store::keep(&tx, team, &[joined], now).await?;
            }
            Err(ConnectorError::Rejected { code, .. }) => store::refuse(&tx, team, id, &code, now).await?,
            Err(error) => return Err(error.into()),
        }
        tx.commit().await?;
        Ok(())
    }

    async fn members_of_next(&self, after: &str) -> Result<Place, SyncError> {
        let tx = self.db.begin().await?;
        let next = store::peopled(&tx, &self.workspace.team, after).await?;
        tx.commit().await?;
        let Some(channel) = next else {
            return self.go_on("done", None).await;
        };
        self.members(&channel).await?;
        self.go_on("members", Some(channel.slack_channel_id)).await
    }

    async fn members(&self, channel: &Peopled) -> Result<(), SyncError> {
        let mut ids: Vec<String> = Vec::new();
        let mut cursor: Option<Cursor> = None;
        loop {
            let page = match self
                .chat
                .channel_members(&channel.slack_channel_id, cursor.as_ref())
                .await
            {
                Ok(page) => page,
                // Archived or left since the list was read: the next sync sees that.
                Err(ConnectorError::Rejected { .. }) => return Ok(()),
                Err(error) => return Err(error.into()),
            };
            ids.extend(page.items);
            cursor = page.next;
            if cursor.is_none() || ids.len() >= MEMBERS_READ {
                break;
            }
        }
        let tx = self.db.begin().await?;
        let unknown = people::unknown(&tx, &self.workspace.team, &ids).await?;
        tx.commit().await?;
        let mut strangers: Vec<ChatUser> = Vec::new();
        for id in unknown.iter().take(STRANGERS_READ) {
            strangers.extend(self.chat.user(id).await?);
        }
        let now = self.clock.now();
        let tx = self.db.begin().await?;
        people::keep(&tx, &self.workspace.team, &strangers, now).await?;
        store::keep_members(&tx, channel.id, &ids, now).await?;
        store::forget_members(&tx, channel.id, None, now).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn go_on(&self, phase: &'static str, cursor: Option<String>) -> Result<Place, SyncError> {
        let tx = self.db.begin().await?;
        let connection = self.workspace.connection;
        store::advance(&tx, connection, phase, cursor.as_deref(), self.clock.now()).await?;
        tx.commit().await?;
        Ok((phase, cursor))
    }

    /// `None` when Slack does not know a cursor of its own any more: a sync that was interrupted for long begins its list anew.
    fn unless_stale<T>(&self, answer: Result<T, ConnectorError>) -> Result<Option<T>, SyncError> {
        match answer {
            Ok(page) => Ok(Some(page)),
            Err(error) if error.has_code("invalid_cursor") => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// The phase that comes next and where in it.
type Place = (&'static str, Option<String>);
