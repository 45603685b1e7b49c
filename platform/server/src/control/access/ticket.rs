//! What lets an open stream stay open: told in one question for all streams of a tenant, so that signing out, a
//! deactivated member, a revoked key or another role end it.

use actix_web::HttpRequest;
use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};

use super::{Actor, Role, SESSION_COOKIE, SESSION_IDLE};
use crate::foundation::crypto::Token;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::{Code, Problem};

/// The ticket of a request that was let in as `actor`: its session with its role, or its key. Holds no secret.
///
/// # Errors
/// 401 when the request has no session, which the extractors rule out.
pub fn ticket(request: &HttpRequest, actor: &Actor) -> Result<String, Problem> {
    match actor {
        Actor::ApiKey { id, .. } => Ok(format!("key {}", id.0)),
        Actor::Member { role, .. } => {
            let cookie = request
                .cookie(SESSION_COOKIE)
                .ok_or_else(|| Problem::new(Code::NotAuthenticated))?;
            let hash = hex::encode(Token::presented(cookie.value()).hash());
            Ok(session_ticket(&hash, *role))
        }
        Actor::System => Err(Problem::new(Code::NotAuthenticated)),
    }
}

/// Which of these tickets of the tenant let nobody in any more.
pub async fn expired_tickets(tx: &TenantTx, tickets: Vec<String>, now: DateTime<Utc>) -> Result<Vec<String>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        ticket: String,
    }
    let valid: Vec<Row> = Sql::new(
        "SELECT 'session ' || encode(s.token_hash, 'hex') || ' ' || m.role AS ticket
           FROM sessions s JOIN members m ON m.tenant_id = s.tenant_id AND m.user_id = s.user_id
          WHERE m.tenant_id = $1 AND s.tenant_id = $1 AND s.token_hash = ANY($2) AND s.expires_at > $3
            AND s.last_seen_at > $4 AND m.is_active
         UNION ALL
         SELECT 'key ' || id::text FROM api_keys WHERE tenant_id = $1 AND revoked_at IS NULL",
    )
    .bind(tx.tenant_id())
    .bind(
        tickets
            .iter()
            .filter_map(|ticket| session_hash(ticket))
            .collect::<Vec<_>>(),
    )
    .bind(now)
    .bind(now - SESSION_IDLE)
    .all(tx)
    .await?;
    Ok(tickets
        .into_iter()
        .filter(|ticket| valid.iter().all(|row| row.ticket != *ticket))
        .collect())
}

fn session_ticket(hash: &str, role: Role) -> String {
    format!("session {hash} {}", role.as_str())
}

fn session_hash(ticket: &str) -> Option<Vec<u8>> {
    let hash = ticket.strip_prefix("session ")?.split(' ').next()?;
    hex::decode(hash).ok()
}
