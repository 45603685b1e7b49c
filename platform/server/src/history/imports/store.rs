//! The SQL of imports.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::model::{Checkpoint, Import, ImportState};
use super::spool::SpooledFile;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{ImportId, MemberId};
use crate::foundation::jobs::{self, NewJob};
use crate::foundation::stream::{self, StreamEvent};

/// The queue of imports.
pub const QUEUE: &str = "imports";
/// Imports of one tenant are worked one after the other: a later one may hold the answers to an earlier one's threads.
pub const LANE: &str = "imports";
/// The kind of their jobs.
pub const JOB_KIND: &str = "slack_export";

/// What an import's job needs to know.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ImportJob {
    /// The row.
    pub import_id: ImportId,
}

/// What was done since the last time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// Channels that are done, altogether.
    pub channels_done: i32,
    /// Further messages that were read.
    pub messages: i64,
    /// Further signals that were opened.
    pub signals: i64,
    /// Further things that were skipped.
    pub skipped: i64,
    /// Up to where the messages are stored now.
    pub checkpoint: Option<Checkpoint>,
}

const COLUMNS: &str = "id, kind, file_name, file_path, state, channels_total, channels_done, messages_total, messages_done, \
    signals_found, skipped, checkpoint, error, created_at, finished_at";

#[derive(FromQueryResult)]
struct Row {
    id: ImportId,
    kind: String,
    file_name: String,
    file_path: String,
    state: String,
    channels_total: i32,
    channels_done: i32,
    messages_total: i64,
    messages_done: i64,
    signals_found: i64,
    skipped: i64,
    checkpoint: Option<Value>,
    error: Option<String>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

impl From<Row> for Import {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            file_name: row.file_name,
            state: ImportState::from_name(&row.state),
            channels_total: row.channels_total,
            channels_done: row.channels_done,
            messages_total: row.messages_total,
            messages_done: row.messages_done,
            signals_found: row.signals_found,
            skipped: row.skipped,
            error: row.error,
            created_at: row.created_at,
            finished_at: row.finished_at,
            file_path: row.file_path,
            checkpoint: row
                .checkpoint
                .and_then(|checkpoint| serde_json::from_value(checkpoint).ok()),
        }
    }
}

/// Makes the row and the job of a file that is on disk.
pub async fn begin(
    tx: &TenantTx,
    file: &SpooledFile,
    file_name: &str,
    requested_by: Option<MemberId>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "INSERT INTO imports (tenant_id, id, kind, file_name, file_path, state, requested_by, created_at)
         VALUES ($1, $2, 'slack_export', $3, $4, 'queued', $5, $6)",
    )
    .bind(tx.tenant_id())
    .bind(file.id)
    .bind(file_name)
    .bind(file.path.to_string_lossy().into_owned())
    .bind(requested_by)
    .bind(now)
    .execute(tx)
    .await?;
    jobs::enqueue(
        tx,
        now,
        NewJob::now(QUEUE, LANE, JOB_KIND, &ImportJob { import_id: file.id }, now),
    )
    .await?;
    tell(tx, file.id, now);
    Ok(())
}

/// One import.
pub async fn find(tx: &TenantTx, id: ImportId) -> Result<Option<Import>, DbErr> {
    let row: Option<Row> = Sql::new(format!(
        "SELECT {COLUMNS} FROM imports WHERE tenant_id = $1 AND id = $2"
    ))
    .bind(tx.tenant_id())
    .bind(id)
    .one(tx)
    .await?;
    Ok(row.map(Import::from))
}

/// Imports, newest first; those before `before` when given.
pub async fn list(tx: &TenantTx, before: Option<(DateTime<Utc>, ImportId)>, limit: i64) -> Result<Vec<Import>, DbErr> {
    let mut sql = Sql::new(format!("SELECT {COLUMNS} FROM imports WHERE tenant_id = $1")).bind(tx.tenant_id());
    if let Some((at, id)) = before {
        sql = sql
            .push(" AND (created_at, id) < (")
            .push_bind(at)
            .push(", ")
            .push_bind(id)
            .push(")");
    }
    let sql = sql.push(" ORDER BY created_at DESC, id DESC LIMIT ").push_bind(limit);
    let rows: Vec<Row> = sql.all(tx).await?;
    Ok(rows.into_iter().map(Import::from).collect())
}

/// The import begins to be read.
pub async fn mark_running(
    tx: &TenantTx,
    id: ImportId,
    channels: i32,
    messages: i64,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new("UPDATE imports SET state = 'running', channels_total = $3, messages_total = $4 WHERE tenant_id = $1 AND id = $2")
        .bind(tx.tenant_id())
        .bind(id)
        .bind(channels)
        .bind(messages)
        .execute(tx)
        .await?;
    tell(tx, id, now);
    Ok(())
}

/// Adds to what is done, in the transaction in which it was done.
pub async fn record_progress(
    tx: &TenantTx,
    id: ImportId,
    progress: &Progress,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE imports SET channels_done = $3, messages_done = messages_done + $4, signals_found = signals_found + $5, \
            skipped = skipped + $6, checkpoint = COALESCE($7, checkpoint) WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(progress.channels_done)
    .bind(progress.messages)
    .bind(progress.signals)
    .bind(progress.skipped)
    .bind(progress.checkpoint.as_ref().map(|checkpoint| json!(checkpoint)))
    .execute(tx)
    .await?;
    tell(tx, id, now);
    Ok(())
}

/// All of it is history.
pub async fn finish(tx: &TenantTx, id: ImportId, now: DateTime<Utc>) -> Result<(), DbErr> {
    end(tx, id, ImportState::Done, None, now).await
}

/// It cannot be imported.
pub async fn fail(tx: &TenantTx, id: ImportId, error: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    end(tx, id, ImportState::Failed, Some(error), now).await
}

async fn end(
    tx: &TenantTx,
    id: ImportId,
    state: ImportState,
    error: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new("UPDATE imports SET state = $3, error = $4, finished_at = $5 WHERE tenant_id = $1 AND id = $2")
        .bind(tx.tenant_id())
        .bind(id)
        .bind(state.as_str())
        .bind(error)
        .bind(now)
        .execute(tx)
        .await?;
    tell(tx, id, now);
    Ok(())
}

fn tell(tx: &TenantTx, id: ImportId, at: DateTime<Utc>) {
    let event = StreamEvent {
        kind: "import.updated",
        account_id: None,
        data: json!({ "import_id": id }),
        at,
    };
    stream::append(tx, event);
}
