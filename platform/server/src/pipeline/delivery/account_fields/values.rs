//! What we know of accounts, for many of them in two statements.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use momentum_connectors::crm::FieldValue;
use momentum_engine::signal::SignalKind;
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use super::health::{self, OpenSignal};
use crate::accounts::field_mapping::{Mapping, MomentumField, fitted};
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::AccountId;

/// Older signals have faded to less than a fiftieth.
const FADED: TimeDelta = TimeDelta::days(180);
/// The stretch in which adoption is counted.
const ADOPTION: TimeDelta = TimeDelta::days(28);
/// The working days of that stretch: a customer who wrote on each of them has adopted us wholly.
const WORKING_DAYS: f64 = 20.0;

/// What we know of one account.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::pipeline::delivery) struct Known {
    pub health_score: f64,
    pub last_signal_at: Option<DateTime<Utc>>,
    pub open_risk_signals: u32,
    pub open_expansion_signals: u32,
    pub adoption_score: f64,
}

#[derive(FromQueryResult)]
struct AccountRow {
    id: AccountId,
    last_signal_at: Option<DateTime<Utc>>,
    last_message_at: Option<DateTime<Utc>>,
    active_days: i64,
}

#[derive(FromQueryResult)]
struct SignalRow {
    account_id: AccountId,
    kind: String,
    status: String,
    confidence: i16,
    posted_at: DateTime<Utc>,
}

/// What we know of these accounts.
pub(in crate::pipeline::delivery) async fn of_accounts(
    tx: &TenantTx,
    accounts: &[AccountId],
    now: DateTime<Utc>,
) -> Result<BTreeMap<AccountId, Known>, DbErr> {
    let ids: Vec<Uuid> = accounts.iter().map(|id| id.0).collect();
    let rows: Vec<AccountRow> = Sql::new(
        "SELECT account.id, account.last_signal_at, account.last_message_at, COALESCE(active.days, 0) AS active_days
           FROM accounts AS account
           LEFT JOIN (
                SELECT mapping.account_id, count(DISTINCT (m.posted_at AT TIME ZONE 'UTC')::date) AS days
                  FROM channel_mappings AS mapping
                  JOIN messages AS m ON m.tenant_id = $1 AND m.channel_id = mapping.channel_id
                 WHERE mapping.tenant_id = $1 AND mapping.account_id = ANY($2) AND m.author_kind = 'customer'
                   AND m.posted_at > $3 AND m.deleted_at IS NULL
                 GROUP BY mapping.account_id) AS active ON active.account_id = account.id
          WHERE account.tenant_id = $1 AND account.id = ANY($2)",
    )
    .bind(tx.tenant_id())
    .bind(ids.clone())
    .bind(now - ADOPTION)
    .all(tx)
    .await?;
    let signals: Vec<SignalRow> = Sql::new(
        "SELECT account_id, kind, status, confidence, posted_at FROM signals
          WHERE tenant_id = $1 AND account_id = ANY($2) AND posted_at > $3 AND status IN ('open', 'snoozed', 'handled')
            AND kind IN ('risk', 'churn', 'expansion', 'buying_intent')",
    )
    .bind(tx.tenant_id())
    .bind(ids)
    .bind(now - FADED)
    .all(tx)
    .await?;
    let mut of_account: BTreeMap<AccountId, Vec<OpenSignal>> = BTreeMap::new();
    for row in signals {
        let Ok(kind) = row.kind.parse() else { continue };
        of_account.entry(row.account_id).or_default().push(OpenSignal {
            kind,
            confidence: row.confidence,
            posted_at: row.posted_at,
            is_handled: row.status == "handled",
        });
    }
    let known = rows.into_iter().map(|row| {
        let signals = of_account.remove(&row.id).unwrap_or_default();
        let count = |kinds: [SignalKind; 2]| {
            let waiting = signals
                .iter()
                .filter(|signal| !signal.is_handled && kinds.contains(&signal.kind));
            u32::try_from(waiting.count()).unwrap_or(u32::MAX)
        };
        let known = Known {
            health_score: health::score(&signals, row.last_message_at, now),
            last_signal_at: row.last_signal_at,
            open_risk_signals: count([SignalKind::Risk, SignalKind::Churn]),
            open_expansion_signals: count([SignalKind::Expansion, SignalKind::BuyingIntent]),
            adoption_score: (row.active_days as f64 / WORKING_DAYS * 100.0).min(100.0).round(),
        };
        (row.id, known)
    });
    Ok(known.collect())
}

/// What the CRM's fields should say under this mapping.
pub(in crate::pipeline::delivery) fn desired(mapping: &[Mapping], known: &Known) -> BTreeMap<String, FieldValue> {
    let number = |value: f64| FieldValue::Number(value);
    let value = |field| match field {
        MomentumField::HealthScore => number(known.health_score),
        MomentumField::LastSignalAt => known.last_signal_at.map_or(FieldValue::Null, FieldValue::DateTime),
        MomentumField::OpenRiskSignals => number(known.open_risk_signals.into()),
        MomentumField::OpenExpansionSignals => number(known.open_expansion_signals.into()),
        MomentumField::AdoptionScore => number(known.adoption_score),
        // These are read.
        MomentumField::Arr | MomentumField::RenewalOn => FieldValue::Null,
    };
    mapping
        .iter()
        .map(|mapping| {
            let value = fitted(value(mapping.momentum_field), mapping.kind);
            (mapping.crm_field.clone(), value)
        })
        .collect()
}
