//! Installations that somebody began: what is needed at the end, sealed until then.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::FromQueryResult;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::super::model::Vendor;
use crate::control::connections::ConnectionError;
use crate::foundation::context::Clock;
use crate::foundation::crypto::{Sealer, Token};
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{ConnectionId, MemberId};

/// How long somebody may take at the vendor's page.
const LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// Who began it, and in which session.
pub(super) struct Beginner<'a> {
    pub member: MemberId,
    pub session: &'a Token,
}

/// What is needed at the end.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Pending {
    /// The PKCE verifier, where the vendor does PKCE.
    pub verifier: Option<String>,
    /// Where the person signs in, where that is a choice.
    pub login_url: Option<String>,
    /// Whether it is a sandbox.
    #[serde(default)]
    pub is_sandbox: bool,
    /// The connection that is to be renewed.
    pub connection: Option<ConnectionId>,
}

/// Writes down that an installation began, and answers the state that the vendor is to bring back.
pub(super) async fn begin(
    tx: &TenantTx,
    sealer: &Sealer,
    clock: &Clock,
    vendor: Vendor,
    who: &Beginner<'_>,
    pending: &Pending,
) -> Result<Token, ConnectionError> {
    let now = clock.now();
    Sql::new("DELETE FROM oauth_states WHERE tenant_id = $1 AND expires_at <= $2")
        .bind(tx.tenant_id())
        .bind(now)
        .execute(tx)
        .await?;
    let state = Token::generate("");
    let plain = SecretString::from(serde_json::to_string(pending)?);
    let sealed = sealer.seal(tx, clock, &purpose(&state), &plain).await?;
    Sql::new(
        "INSERT INTO oauth_states (tenant_id, state_hash, vendor, member_id, session_hash, sealed, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(tx.tenant_id())
    .bind(state.hash())
    .bind(vendor.as_str())
    .bind(who.member)
    .bind(who.session.hash())
    .bind(sealed)
    .bind(now)
    .bind(now + LIFETIME)
    .execute(tx)
    .await?;
    Ok(state)
}

#[derive(FromQueryResult)]
struct Row {
    vendor: String,
    member_id: MemberId,
    session_hash: Vec<u8>,
    sealed: Vec<u8>,
    expires_at: DateTime<Utc>,
}

/// Takes the installation that a state stands for: whoever asks, the state is used up. `None` when it is not this
/// session's, was used, or is too old.
pub(super) async fn take(
    tx: &TenantTx,
    sealer: &Sealer,
    vendor: Vendor,
    who: &Beginner<'_>,
    state: &Token,
    now: DateTime<Utc>,
) -> Result<Option<Pending>, ConnectionError> {
    let row: Option<Row> = Sql::new(
        "DELETE FROM oauth_states WHERE tenant_id = $1 AND state_hash = $2
         RETURNING vendor, member_id, session_hash, sealed, expires_at",
    )
    .bind(tx.tenant_id())
    .bind(state.hash())
    .one(tx)
    .await?;
    let Some(row) = row.filter(|row| {
        row.vendor == vendor.as_str()
            && row.member_id == who.member
            && row.session_hash == who.session.hash()
            && row.expires_at > now
    }) else {
        return Ok(None);
    };
    let plain = sealer.open(tx, &purpose(state), &row.sealed).await?;
    Ok(Some(serde_json::from_str(plain.expose_secret())?))
}

fn purpose(state: &Token) -> String {
    format!("installation {}", hex::encode(state.hash()))
}
