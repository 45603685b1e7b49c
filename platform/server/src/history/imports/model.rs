//! An import as people see it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::foundation::http::page_of;
use crate::foundation::ids::ImportId;

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// Waits for its turn.
    Queued,
    /// Is being read.
    Running,
    /// All of it is history now.
    Done,
    /// Cannot be imported; `error` says why.
    Failed,
}

impl ImportState {
    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    pub(super) fn from_name(name: &str) -> Self {
        [Self::Queued, Self::Running, Self::Done]
            .into_iter()
            .find(|state| state.as_str() == name)
            .unwrap_or(Self::Failed)
    }
}

/// A file that becomes history.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// What sort of file it is: `slack_export`.
    pub kind: String,
    /// The file's name, as the person gave it.
    pub file_name: String,
    /// How far it is.
    pub state: ImportState,
    /// Channels in the file.
    pub channels_total: i32,
    /// Channels that are done.
    pub channels_done: i32,
    /// Messages in the file, lines that Slack wrote itself included.
    pub messages_total: i64,
    /// Messages that were read, known ones and skipped ones included.
    pub messages_done: i64,
    /// Signals that were opened.
    pub signals_found: i64,
    /// What was read and is no message: joins, topics, deleted messages.
    pub skipped: i64,
    /// Why it failed, in words that a person can act on.
    pub error: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it was done or failed.
    pub finished_at: Option<DateTime<Utc>>,
    /// Where the file is kept until then.
    #[serde(skip)]
    pub file_path: String,
    /// Up to where the messages are stored.
    #[serde(skip)]
    pub checkpoint: Option<Checkpoint>,
}

/// The last day of the last channel that is stored. Channels are read by name, days by date.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The channel's name.
    pub channel: String,
    /// The day.
    pub day: NaiveDate,
}

page_of! {
    /// One page of imports.
    pub struct ImportPage(Import);
}
