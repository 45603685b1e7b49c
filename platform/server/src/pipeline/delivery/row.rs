//! A delivery as the worker sees it.

use chrono::{DateTime, Utc};
use momentum_connectors::crm::{CrmRecordRef, CrmSystem};
use sea_orm::{DbErr, FromQueryResult};
use serde_json::Value;

use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{AccountId, ConnectionId, DeliveryId, SignalId};
use crate::signals::deliveries::{DeliveryJob, RecordType};

/// A delivery with whose it is.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Row {
    pub id: DeliveryId,
    pub signal_detected_at: DateTime<Utc>,
    pub state: String,
    pub connection_id: Option<ConnectionId>,
    pub system: String,
    record_type: String,
    pub detail: Value,
    /// Tries that are recorded.
    pub attempts: i32,
    pub outcome: Option<String>,
    pub record_id: Option<String>,
    record_object: Option<String>,
    record_url: Option<String>,
    pub delivered_at: Option<DateTime<Utc>>,
    pub undo_state: Option<String>,
    pub signal_id: Option<SignalId>,
    pub account_id: Option<AccountId>,
    /// The account in the CRM, if it is known there.
    pub crm_account_id: Option<String>,
}

impl Row {
    /// The delivery that a job names, if it is still there. The account is found by `CASE`: under row-level security
    /// PostgreSQL uses no index for a `COALESCE`.
    pub async fn read(tx: &TenantTx, job: &DeliveryJob) -> Result<Option<Self>, DbErr> {
        Sql::new(
            "SELECT d.id, d.signal_detected_at, d.state, d.connection_id, d.system, d.record_type, d.detail, d.attempts, d.outcome, \
                d.record_id, d.record_object, d.record_url, d.delivered_at, d.undo_state, d.signal_id, account.id AS account_id, \
                CASE WHEN account.crm_system = d.system THEN account.crm_id END AS crm_account_id
               FROM deliveries AS d
               LEFT JOIN signals AS s ON s.tenant_id = $1 AND s.id = d.signal_id
               LEFT JOIN accounts AS account ON account.tenant_id = $1 AND account.id = \
                    CASE WHEN d.account_id IS NOT NULL THEN d.account_id ELSE s.account_id END
              WHERE d.tenant_id = $1 AND d.signal_detected_at = $2 AND d.id = $3",
        )
        .bind(tx.tenant_id())
        .bind(job.signal_detected_at)
        .bind(job.delivery_id)
        .one(tx)
        .await
    }

    /// Whether somebody stopped it before we knew that it was written.
    pub fn was_stopped(&self) -> bool {
        self.state == "undone" && self.delivered_at.is_none()
    }

    /// What is written.
    pub fn record_type(&self) -> Result<RecordType, DbErr> {
        self.record_type.parse().map_err(DbErr::Type)
    }

    /// The record that was written, as the connector names it.
    pub fn record(&self, system: CrmSystem) -> Option<CrmRecordRef> {
        Some(CrmRecordRef {
            system,
            record_type: self.record_object.clone()?,
            id: self.record_id.clone()?,
            url: self.record_url.clone().unwrap_or_default(),
        })
    }
}
