use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde_json::Value;
use uuid::Uuid;

use super::chain::{Link, genesis};
use super::model::{AuditActor, AuditEntry, AuditObject, AuditVerification, Entry};
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{ApiKeyId, AuditEntryId, MemberId};

/// How many entries are checked at a time.
const VERIFY_BATCH: i64 = 1000;

#[derive(FromQueryResult)]
struct Head {
    seq: i64,
    hash: Vec<u8>,
    needs_month: bool,
}

/// Appends to the tenant's chain in the caller's transaction, which holds the end of the chain until it ends. Call it
/// last: what comes after keeps the tenant's other writers waiting.
pub async fn append(tx: &TenantTx, at: DateTime<Utc>, entry: Entry<'_>) -> Result<(), DbErr> {
    Sql::new("INSERT INTO audit_heads (tenant_id, seq, hash) VALUES ($1, 0, $2) ON CONFLICT (tenant_id) DO NOTHING")
        .bind(tx.tenant_id())
        .bind(genesis())
        .execute(tx)
        .await?;
    let head: Head = Sql::new(
        "SELECT seq, hash, to_regclass('audit_entries_' || to_char($2::timestamptz AT TIME ZONE 'UTC', 'YYYY_MM')) IS NULL
                AS needs_month
           FROM audit_heads WHERE tenant_id = $1 FOR UPDATE",
    )
    .bind(tx.tenant_id())
    .bind(at)
    .one(tx)
    .await?
    .ok_or_else(|| DbErr::RecordNotFound("the end of the audit chain".to_owned()))?;
    if head.needs_month {
        Sql::new("SELECT ensure_month_partitions($1)")
            .bind(at)
            .execute(tx)
            .await?;
    }
    let link = entry.into_link(at, head.seq + 1);
    let hash = link.hash(&head.hash);
    insert(tx, &link, &head.hash, &hash).await?;
    Sql::new("UPDATE audit_heads SET seq = $2, hash = $3 WHERE tenant_id = $1")
        .bind(tx.tenant_id())
        .bind(link.seq)
        .bind(hash)
        .execute(tx)
        .await?;
    Ok(())
}

async fn insert(tx: &TenantTx, link: &Link, previous: &[u8], hash: &[u8]) -> Result<(), DbErr> {
    Sql::new(
        "INSERT INTO audit_entries (tenant_id, at, seq, id, actor_kind, actor_id, actor_name, action, object_type, object_id,
                                    ip, request_id, detail, previous_hash, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(tx.tenant_id())
    .bind(link.at)
    .bind(link.seq)
    .bind(AuditEntryId::generate())
    .bind(link.actor_kind.clone())
    .bind(link.actor_id)
    .bind(link.actor_name.clone())
    .bind(link.action.clone())
    .bind(link.object_type.clone())
    .bind(link.object_id.clone())
    .bind(link.ip.clone())
    .bind(link.request_id.clone())
    .bind(link.detail.clone())
    .bind(previous.to_vec())
    .bind(hash.to_vec())
    .execute(tx)
    .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Row {
    id: AuditEntryId,
    seq: i64,
    at: DateTime<Utc>,
    actor_kind: String,
    actor_id: Option<Uuid>,
    actor_name: Option<String>,
    action: String,
    object_type: String,
    object_id: Option<String>,
    ip: Option<String>,
    request_id: Option<String>,
    detail: Value,
    previous_hash: Vec<u8>,
    hash: Vec<u8>,
}

const COLUMNS: &str =
    "SELECT id, seq, at, actor_kind, actor_id, actor_name, action, object_type, object_id, ip, request_id,
    detail, previous_hash, hash FROM audit_entries WHERE tenant_id = ";

/// Which entries are listed.
pub struct Filter {
    /// Those of this member or key.
    pub actor_id: Option<Uuid>,
    /// Those with this action; `signal` means all actions on signals.
    pub action: Option<String>,
    /// Those with a lower number.
    pub before: Option<i64>,
}

/// Entries with their numbers, newest first.
pub async fn list(tx: &TenantTx, filter: &Filter, most: i64) -> Result<Vec<(i64, AuditEntry)>, DbErr> {
    let mut sql = Sql::new(COLUMNS).push_bind(tx.tenant_id());
    if let Some(actor_id) = filter.actor_id {
        sql = sql.push(" AND actor_id = ").push_bind(actor_id);
    }
    if let Some(action) = &filter.action {
        let column = if action.contains('.') {
            " AND action = "
        } else {
            " AND object_type = "
        };
        sql = sql.push(column).push_bind(action.clone());
    }
    if let Some(before) = filter.before {
        sql = sql.push(" AND seq < ").push_bind(before);
    }
    let rows: Vec<Row> = sql.push(" ORDER BY seq DESC LIMIT ").push_bind(most).all(tx).await?;
    Ok(rows.into_iter().map(|row| (row.seq, row.into())).collect())
}

/// Recomputes the whole chain of the tenant and compares its end with what was noted separately.
pub async fn verify(tx: &TenantTx) -> Result<AuditVerification, DbErr> {
    let (mut seq, mut hash) = (0, genesis());
    loop {
        let rows: Vec<Row> = Sql::new(COLUMNS)
            .push_bind(tx.tenant_id())
            .push(" AND seq > ")
            .push_bind(seq)
            .push(" ORDER BY seq LIMIT ")
            .push_bind(VERIFY_BATCH)
            .all(tx)
            .await?;
        let is_last = (rows.len() as i64) < VERIFY_BATCH;
        for row in rows {
            let (stored_previous, stored_hash) = (row.previous_hash.clone(), row.hash.clone());
            let link = Link::from(row);
            let is_next = link.seq == seq + 1 && stored_previous == hash && link.hash(&hash) == stored_hash;
            if !is_next {
                return Ok(AuditVerification {
                    entries: seq,
                    is_intact: false,
                    broken_at: Some(seq + 1),
                });
            }
            (seq, hash) = (link.seq, stored_hash);
        }
        if is_last {
            break;
        }
    }
    let head: Option<Head> = Sql::new("SELECT seq, hash, false AS needs_month FROM audit_heads WHERE tenant_id = $1")
        .bind(tx.tenant_id())
        .one(tx)
        .await?;
    let is_complete = head.is_none_or(|head| head.seq == seq && head.hash == hash);
    Ok(AuditVerification {
        entries: seq,
        is_intact: is_complete,
        broken_at: (!is_complete).then_some(seq + 1),
    })
}

impl From<Row> for Link {
    fn from(row: Row) -> Self {
        let Row {
            seq,
            at,
            actor_kind,
            actor_id,
            actor_name,
            action,
            object_type,
            object_id,
            ip,
            request_id,
            detail,
            ..
        } = row;
        Self {
            seq,
            at,
            actor_kind,
            actor_id,
            actor_name,
            action,
            object_type,
            object_id,
            ip,
            request_id,
            detail,
        }
    }
}

impl From<Row> for AuditEntry {
    fn from(row: Row) -> Self {
        let actor = row.actor_id.map(|id| AuditActor {
            id: if row.actor_kind == "member" {
                MemberId(id).to_string()
            } else {
                ApiKeyId(id).to_string()
            },
            kind: row.actor_kind,
            name: row.actor_name.unwrap_or_default(),
        });
        let object = AuditObject {
            kind: row.object_type,
            id: row.object_id,
        };
        Self {
            id: row.id,
            at: row.at,
            actor,
            action: row.action,
            object,
            ip: row.ip,
            detail: row.detail,
        }
    }
}
