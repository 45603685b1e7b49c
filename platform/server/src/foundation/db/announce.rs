//! "Something of this tenant changed": told after commit to whoever waits, in this process at once and in the other
//! processes through PostgreSQL.
//!
//! A `NOTIFY` inside a transaction takes a lock on the whole cluster until the commit is durable, which would make
//! every commit wait for every other. So announcements are collected by the transaction, handed over after its commit,
//! and sent by one task a process, many at once. They are hints: whoever listens also polls slowly, so a lost one
//! costs a second and no data.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::postgres::PgListener;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use tokio::sync::{broadcast, mpsc};
use uuid::Uuid;

use crate::foundation::context::{new_uuid, pause};
use crate::foundation::ids::TenantId;

const CHANNEL: &str = "momentum";
/// How long announcements are gathered before one statement sends them to the other processes.
const GATHER: Duration = Duration::from_millis(20);

/// What changed, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Announcement {
    /// What to look at again.
    pub topic: Topic,
    /// Whose rows changed.
    pub tenant_id: TenantId,
}

/// What listeners can wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// Jobs were enqueued in the queue of this name.
    Jobs(&'static str),
    /// The tenant's stream has new events.
    Stream,
    /// Somebody's session or key ended, or allows something else.
    Sessions,
}

/// The queues whose names may arrive from another process.
const QUEUES: &[&str] = &[
    "background",
    "connection_revoke",
    "crm_import",
    "crm_sync",
    "delivery",
    "history_backfill",
    "imports",
    "ingest",
    "notifications",
    "slack_app",
    "workspace_sync",
];

impl Topic {
    /// The topic of a queue known by name only; `None` when there is no such queue.
    pub fn of_queue(name: &str) -> Option<Self> {
        QUEUES
            .iter()
            .find(|known| **known == name)
            .map(|known| Self::Jobs(known))
    }
}

impl Announcement {
    /// As it goes to the other processes; `origin` says from which it comes.
    fn encode(&self, origin: Uuid) -> String {
        let topic = match self.topic {
            Topic::Jobs(queue) => queue,
            Topic::Stream => "stream",
            Topic::Sessions => "sessions",
        };
        format!("{topic} {} {origin}", self.tenant_id.0)
    }

    /// The announcement and its origin.
    fn decode(text: &str) -> Option<(Self, Uuid)> {
        let mut words = text.splitn(3, ' ');
        let (topic, tenant, origin) = (words.next()?, words.next()?, words.next()?);
        let topic = match topic {
            "stream" => Topic::Stream,
            "sessions" => Topic::Sessions,
            queue => Topic::of_queue(queue)?,
        };
        let announcement = Self {
            topic,
            tenant_id: TenantId(Uuid::try_parse(tenant).ok()?),
        };
        Some((announcement, Uuid::try_parse(origin).ok()?))
    }
}

/// Tells and listens. Cheap to clone.
#[derive(Clone)]
pub struct Announcer {
    local: broadcast::Sender<Announcement>,
    remote: Option<Arc<mpsc::UnboundedSender<Announcement>>>,
}

impl Announcer {
    /// Starts the sending and the listening task on the current runtime. They end with the last clone's pool.
    pub(super) fn start(pool: &DatabaseConnection) -> Self {
        let (local, _) = broadcast::channel(4096);
        let (remote, outbox) = mpsc::unbounded_channel();
        let origin = new_uuid();
        tokio::spawn(send_to_others(pool.clone(), outbox, origin));
        tokio::spawn(hear_from_others(pool.clone(), local.clone(), origin));
        Self {
            local,
            remote: Some(Arc::new(remote)),
        }
    }

    /// Tells everyone. Never waits and never fails.
    pub fn announce(&self, announcement: Announcement) {
        // No listener in this process is fine.
        let _ = self.local.send(announcement);
        if let Some(remote) = &self.remote {
            let _ = remote.send(announcement);
        }
    }

    /// What is told from now on. A listener that falls behind gets `Lagged` and should look at everything again.
    pub fn listen(&self) -> broadcast::Receiver<Announcement> {
        self.local.subscribe()
    }
}

async fn send_to_others(pool: DatabaseConnection, mut outbox: mpsc::UnboundedReceiver<Announcement>, origin: Uuid) {
    while let Some(first) = outbox.recv().await {
        pause(GATHER).await;
        let mut gathered = BTreeSet::from([first]);
        while let Ok(next) = outbox.try_recv() {
            gathered.insert(next);
        }
        let payloads: Vec<String> = gathered
            .iter()
            .map(|announcement| announcement.encode(origin))
            .collect();
        let statement = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT count(pg_notify($1, payload)) FROM unnest($2::text[]) AS payload",
            [CHANNEL.into(), payloads.into()],
        );
        if let Err(error) = pool.query_one_raw(statement).await {
            tracing::debug!(error = %error, "could not announce to other processes; they will find out by polling");
        }
    }
}

/// Repeats in this process what others announced.
async fn hear_from_others(pool: DatabaseConnection, local: broadcast::Sender<Announcement>, own: Uuid) {
    loop {
        let pool = pool.get_postgres_connection_pool();
        if pool.is_closed() {
            return;
        }
        if let Ok(mut listener) = PgListener::connect_with(pool).await
            && listener.listen(CHANNEL).await.is_ok()
        {
            while let Ok(notification) = listener.recv().await {
                if let Some((announcement, origin)) = Announcement::decode(notification.payload())
                    && origin != own
                {
                    let _ = local.send(announcement);
                }
                if local.receiver_count() == 0 && pool.is_closed() {
                    return;
                }
            }
        }
        pause(Duration::from_secs(1)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_announcement_survives_the_wire_and_strangers_are_ignored() {
        let tenant_id = TenantId::generate();
        for topic in [
            Topic::Stream,
            Topic::Sessions,
            Topic::Jobs("ingest"),
            Topic::Jobs("delivery"),
        ] {
            let announcement = Announcement { topic, tenant_id };
            let origin = new_uuid();
            assert_eq!(
                Announcement::decode(&announcement.encode(origin)),
                Some((announcement, origin))
            );
        }
        let id = "00000000-0000-0000-0000-000000000000";
        for bad in [
            "",
            "stream",
            "stream x",
            &format!("stream {id}"),
            &format!("unknown {id} {id}"),
        ] {
            assert_eq!(Announcement::decode(bad), None, "{bad}");
        }
    }
}
