//! Signing in: by password, and by link.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::links::open_link;
use super::model::SignIn;
use super::sessions::start_session;
use super::store::{find_user, tenants_of};
use super::{Identity, StartedSession};
use crate::control::access::Actor;
use crate::control::audit::{self, Entry};
use crate::control::members;
use crate::foundation::Core;
use crate::foundation::crypto::Token;
use crate::foundation::db::SystemPath;
use crate::foundation::http::{Code, Origin, Problem};
use crate::foundation::ids::{TenantId, UserId};

/// A person who is in.
pub(super) struct SignedIn {
    pub session: StartedSession,
    pub actor: Actor,
    pub tenant_id: TenantId,
}

/// Signs in by e-mail and password, to the first tenant in which the person is an active member.
///
/// # Errors
/// 429 after too many tries; else 401, whatever was wrong.
pub(super) async fn by_password(
    core: &Core,
    identity: &Identity,
    given: &SignIn,
    origin: &Origin,
) -> Result<SignedIn, Problem> {
    identity.count_try(origin.ip, &given.email)?;
    let system = core.db.system(SystemPath::SignIn);
    let user = find_user(system, given.email.trim()).await?;
    let hash = user.as_ref().and_then(|user| user.password_hash.clone());
    let is_right = identity.passwords.is_right(&given.password, hash).await?;
    let denied = || Problem::new(Code::BadCredentials);
    let user = user.filter(|_| is_right).ok_or_else(denied)?;
    for tenant_id in tenants_of(system, user.id).await? {
        if let Some(signed_in) = enter(core, tenant_id, user.id, "password", origin).await? {
            return Ok(signed_in);
        }
    }
    Err(denied())
}

/// Signs in by a link. Nothing when the link is used, too old or unknown, or the member was deactivated.
pub(super) async fn by_link(core: &Core, token: &Token, origin: &Origin) -> Result<Option<SignedIn>, Problem> {
    let now = core.clock.now();
    match open_link(core.db.system(SystemPath::SignIn), token, now).await? {
        Some(link) => enter(core, link.tenant_id, link.user_id, "link", origin).await,
        None => Ok(None),
    }
}

async fn enter(
    core: &Core,
    tenant_id: TenantId,
    user_id: UserId,
    method: &str,
    origin: &Origin,
) -> Result<Option<SignedIn>, Problem> {
    let now: DateTime<Utc> = core.clock.now();
    let tx = core.db.tenant(tenant_id).begin().await?;
    let Some(member) = members::by_user(&tx, user_id).await?.filter(|member| member.is_active) else {
        return Ok(None);
    };
    let session = start_session(&tx, now, user_id, origin).await?;
    let actor = Actor::Member {
        id: member.id,
        user_id,
        name: member.name,
        role: member.role,
    };
    let entry = Entry::new(&actor, "session.started")
        .from(origin)
        .with(json!({ "method": method }));
    audit::append(&tx, now, entry).await?;
    tx.commit().await?;
    Ok(Some(SignedIn {
        session,
        actor,
        tenant_id,
    }))
}
