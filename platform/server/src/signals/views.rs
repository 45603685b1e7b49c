//! Who looked at which signal.

use chrono::{DateTime, TimeDelta, Utc};

use crate::control::access::Actor;
use crate::control::audit::{self, Entry};
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::{Origin, Problem};
use crate::foundation::ids::SignalId;

/// Looking again within this time is the same look.
const ONE_LOOK: TimeDelta = TimeDelta::hours(1);

/// Writes down that somebody looked at a signal, once an hour at most.
pub(super) async fn record(
    tx: &TenantTx,
    actor: &Actor,
    origin: &Origin,
    signal: SignalId,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let actor_id = match actor {
        Actor::Member { id, .. } => id.0,
        Actor::ApiKey { id, .. } => id.0,
        Actor::System => return Ok(()),
    };
    // Two tabs that open at the same moment are one look, too.
    Sql::new("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(format!("signal.viewed {} {}", actor_id, signal.0))
        .execute(tx)
        .await?;
    let looked = Sql::new(
        "SELECT true AS value FROM audit_entries
          WHERE tenant_id = $1 AND action = 'signal.viewed' AND at > $2 AND actor_id = $3 AND object_id = $4 LIMIT 1",
    )
    .bind(tx.tenant_id())
    .bind(now - ONE_LOOK)
    .bind(actor_id)
    .bind(signal.to_string())
    .scalar::<bool>(tx)
    .await?;
    if looked.is_none() {
        audit::append(tx, now, Entry::new(actor, "signal.viewed").from(origin).on(signal)).await?;
    }
    Ok(())
}
