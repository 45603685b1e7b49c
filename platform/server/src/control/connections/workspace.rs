//! Asks for a Slack workspace to be read. Who reads it lives in a layer above; here is the way to its queue.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};

use super::queues::lane_prefix;
use crate::foundation::db::TenantTx;
use crate::foundation::ids::ConnectionId;
use crate::foundation::jobs::{self, NewJob};

/// The queue in which Slack workspaces are read. A connection has two lanes: one for the whole workspace, which may take
/// long, and one for the single channel or person that something happened to.
pub const WORKSPACE_SYNC_QUEUE: &str = "workspace_sync";

/// What is to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum WorkspaceJob {
    /// All channels, people and members.
    Everything {
        /// The connection.
        connection_id: ConnectionId,
    },
    /// One channel, which our bot joins when it should.
    Channel {
        /// The connection.
        connection_id: ConnectionId,
        /// Slack's id.
        slack_channel_id: String,
    },
    /// One person.
    Person {
        /// The connection.
        connection_id: ConnectionId,
        /// Slack's id.
        slack_user_id: String,
    },
}

impl WorkspaceJob {
    /// The connection through which it is read.
    pub fn connection_id(&self) -> ConnectionId {
        match self {
            Self::Everything { connection_id }
            | Self::Channel { connection_id, .. }
            | Self::Person { connection_id, .. } => *connection_id,
        }
    }

    /// Enqueues it to run at `at`; one that waits already comes as soon.
    pub async fn request(&self, tx: &TenantTx, at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), DbErr> {
        let id = self.connection_id();
        let (lane, key) = match self {
            Self::Everything { .. } => ("everything", id.to_string()),
            Self::Channel { slack_channel_id, .. } => ("changes", format!("{id} {slack_channel_id}")),
            Self::Person { slack_user_id, .. } => ("changes", format!("{id} {slack_user_id}")),
        };
        let lane = format!("{}{lane}", lane_prefix(id));
        let job = NewJob::now(WORKSPACE_SYNC_QUEUE, lane, "workspace_sync", self, now);
        if jobs::enqueue(tx, now, job.unique(key.clone()).at(at)).await?.is_none() {
            jobs::hasten(tx, WORKSPACE_SYNC_QUEUE, &key, at).await?;
        }
        Ok(())
    }
}

/// Has the whole Slack workspace behind a connection read at `at`.
pub async fn sync_workspace(
    tx: &TenantTx,
    id: ConnectionId,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    WorkspaceJob::Everything { connection_id: id }
        .request(tx, at, now)
        .await
}
