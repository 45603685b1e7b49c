//! Trying again, or giving up.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;
use serde_json::json;

use super::store::{self, Dead};
use crate::control::access::{DeadLettersWrite, Granted};
use crate::control::audit::{self, Entry};
use crate::foundation::db::TenantTx;
use crate::foundation::http::Problem;
use crate::foundation::ids::{DeadLetterId, JobId};
use crate::foundation::jobs;
use crate::foundation::stream::{StreamEvent, append};
use crate::signals::alerts;
use crate::signals::deliveries::{self, AgainFilter, Gone};

/// Dead letters worked again in one transaction.
const BATCH: i64 = 100;

/// Tries one dead letter again.
///
/// # Errors
/// 404 when there is no such dead letter (any more).
pub(super) async fn retry(auth: &Granted<DeadLettersWrite>, id: DeadLetterId) -> Result<(), Problem> {
    let tx = auth.db.begin().await?;
    let dead = store::take(&tx, id).await?.ok_or_else(Problem::not_found)?;
    revive(&tx, &dead, auth).await?;
    tell(&tx, &[dead], auth.now).await?;
    let entry = Entry::new(&auth.actor, "dead_letter.retried").from(&auth.origin).on(id);
    audit::append(&tx, auth.now, entry).await?;
    Ok(tx.commit().await?)
}

/// Tries again everything that has died until now, oldest first; answers how many.
pub(super) async fn retry_all(auth: &Granted<DeadLettersWrite>, destination: Option<&str>) -> Result<usize, Problem> {
    let mut retried = 0;
    loop {
        let tx = auth.db.begin().await?;
        let dead = store::take_some(&tx, destination, auth.now, BATCH).await?;
        if dead.is_empty() {
            return Ok(retried);
        }
        for letter in &dead {
            revive(&tx, letter, auth).await?;
        }
        tell(&tx, &dead, auth.now).await?;
        let detail = json!({ "count": dead.len(), "destination": destination.unwrap_or("all") });
        let entry = Entry::new(&auth.actor, "dead_letter.retried")
            .from(&auth.origin)
            .with(detail);
        audit::append(&tx, auth.now, entry).await?;
        tx.commit().await?;
        retried += dead.len();
    }
}

/// Gives one dead letter up.
///
/// # Errors
/// 404 when there is no such dead letter (any more).
pub(super) async fn discard(auth: &Granted<DeadLettersWrite>, id: DeadLetterId, reason: &str) -> Result<(), Problem> {
    let tx = auth.db.begin().await?;
    let dead = store::take(&tx, id).await?.ok_or_else(Problem::not_found)?;
    jobs::discard_dead(&tx, JobId(dead.id)).await?;
    if let Some(delivery) = delivery_of(&tx, &dead).await? {
        deliveries::discard(&tx, &delivery, reason, auth.now).await?;
    }
    tell(&tx, &[dead], auth.now).await?;
    let entry = Entry::new(&auth.actor, "dead_letter.discarded")
        .from(&auth.origin)
        .on(id)
        .with(json!({ "reason": reason }));
    audit::append(&tx, auth.now, entry).await?;
    Ok(tx.commit().await?)
}

/// A delivery gets a new job, because somebody may have asked for it again meanwhile; other jobs go on as they were.
async fn revive(tx: &TenantTx, dead: &Dead, auth: &Granted<DeadLettersWrite>) -> Result<(), DbErr> {
    match delivery_of(tx, dead).await? {
        Some(delivery) => deliveries::retry(tx, &delivery, auth.actor.member_id(), auth.now).await,
        None => jobs::retry_dead(tx, JobId(dead.id), auth.now).await.map(drop),
    }
}

/// The delivery that a dead letter is about, taken until the transaction ends.
async fn delivery_of(tx: &TenantTx, dead: &Dead) -> Result<Option<Gone>, DbErr> {
    let Some(id) = dead.delivery_id else { return Ok(None) };
    let filter = AgainFilter {
        id: Some(id),
        ..AgainFilter::default()
    };
    Ok(deliveries::of_filter(tx, &filter, 1).await?.pop())
}

async fn tell(tx: &TenantTx, changed: &[Dead], at: DateTime<Utc>) -> Result<(), DbErr> {
    for dead in changed {
        let Some(signal) = dead.signal_id else { continue };
        alerts::refresh(tx, signal, at).await?;
        let data = json!({ "signal_id": signal, "account_id": dead.account_id });
        append(
            tx,
            StreamEvent {
                kind: "signal.updated",
                account_id: dead.account_id,
                data,
                at,
            },
        );
    }
    let data = json!({ "count": changed.len() });
    append(
        tx,
        StreamEvent {
            kind: "dead_letters.changed",
            account_id: None,
            data,
            at,
        },
    );
    Ok(())
}
