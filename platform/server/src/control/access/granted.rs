//! The extractors that let a request in.

use std::collections::BTreeSet;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::{Method, header};
use actix_web::{FromRequest, HttpRequest, web};
use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use super::principal::{by_api_key, by_member, by_session};
use super::{Actor, CSRF_PURPOSE, Permission, Permit, Policy, SESSION_COOKIE, Visibility, tenant_of};
use crate::foundation::Core;
use crate::foundation::crypto::{Token, is_same};
use crate::foundation::db::{TenantDb, TenantTx};
use crate::foundation::http::{Code, Gate, Origin, Problem};
use crate::foundation::ids::{MemberId, UserId};

/// Somebody who may do `P`, and the rows of their tenant. Without one of these a handler reaches no tenant's rows.
pub struct Granted<P> {
    /// Who asks.
    pub actor: Actor,
    /// The rows of their tenant.
    pub db: TenantDb,
    /// Which of them they see.
    pub visibility: Visibility,
    /// All that they may do.
    pub permissions: Arc<BTreeSet<Permission>>,
    /// Where they ask from.
    pub origin: Origin,
    /// When they ask.
    pub now: DateTime<Utc>,
    permit: PhantomData<P>,
}

/// Somebody who is signed in, whatever their role: for what concerns only themselves. API keys are no persons.
pub struct Person {
    /// Who, as in [`Granted::actor`].
    pub actor: Actor,
    /// Who, in this tenant.
    pub member_id: MemberId,
    /// Who, in all tenants.
    pub user_id: UserId,
    /// The rows of their tenant.
    pub db: TenantDb,
    /// All that they may do.
    pub permissions: Arc<BTreeSet<Permission>>,
    /// Where they ask from.
    pub origin: Origin,
    /// When they ask.
    pub now: DateTime<Utc>,
    /// The session's secret, from which the CSRF token follows.
    pub session: Token,
}

/// What the API description says of the few routes that anybody may call.
pub const PUBLIC: &str = "public";

impl Person {
    /// The name that the API description gives this instead of a permission.
    pub const NAME: &'static str = "signed_in";
}

/// Another way in than a request to our API, such as a button in Slack whose signature was checked.
pub struct Door<'a> {
    /// The rows that are reached through it.
    pub db: &'a TenantDb,
    /// What each role may do.
    pub policy: &'a Policy,
    /// Where the call came from, for the audit log.
    pub origin: Origin,
    /// When it came.
    pub now: DateTime<Utc>,
}

impl<P: Permit> Granted<P> {
    /// The grant of a member who came through `door`, read in a transaction that is open already. `None` when they are not
    /// active, or their role does not allow it.
    ///
    /// # Errors
    /// When the database failed.
    pub async fn of_member(door: Door<'_>, tx: &TenantTx, member: MemberId) -> Result<Option<Self>, DbErr> {
        let Door {
            db,
            policy,
            origin,
            now,
        } = door;
        let Some((actor, role)) = by_member(tx, member).await? else {
            return Ok(None);
        };
        let permissions = policy.permissions(role);
        if !permissions.contains(&P::PERMISSION) {
            return Ok(None);
        }
        let sees_all = permissions.contains(&Permission::AccountsSeeAll);
        Ok(Some(Self {
            actor,
            db: db.clone(),
            visibility: if sees_all {
                Visibility::All
            } else {
                Visibility::AssignedTo(member)
            },
            permissions,
            origin,
            now,
            permit: PhantomData,
        }))
    }
}

impl<P: Permit> FromRequest for Granted<P> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (request, gate) = (request.clone(), Gate::close(request));
        Box::pin(async move {
            let admitted = admit(&request).await?;
            if !admitted.permissions.contains(&P::PERMISSION) {
                let detail = format!(
                    "It needs the permission {}; ask an administrator of your company.",
                    P::PERMISSION
                );
                return Err(Problem::new(Code::PermissionMissing).with_detail(detail));
            }
            gate.open();
            let sees_all = admitted.permissions.contains(&Permission::AccountsSeeAll);
            let visibility = match &admitted.actor {
                Actor::Member { id, .. } if !sees_all => Visibility::AssignedTo(*id),
                _ => Visibility::All,
            };
            let Admitted {
                actor,
                db,
                permissions,
                origin,
                now,
                ..
            } = admitted;
            Ok(Self {
                actor,
                db,
                visibility,
                permissions,
                origin,
                now,
                permit: PhantomData,
            })
        })
    }
}

impl FromRequest for Person {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (request, gate) = (request.clone(), Gate::close(request));
        Box::pin(async move {
            let Admitted {
                actor,
                db,
                permissions,
                origin,
                now,
                session,
            } = admit(&request).await?;
            gate.open();
            match (&actor, session) {
                (Actor::Member { id, user_id, .. }, Some(session)) => {
                    let (member_id, user_id) = (*id, *user_id);
                    Ok(Self {
                        actor,
                        member_id,
                        user_id,
                        db,
                        permissions,
                        origin,
                        now,
                        session,
                    })
                }
                _ => Err(Problem::new(Code::PermissionMissing).with_detail("An API key is not a person. Sign in.")),
            }
        })
    }
}

/// Somebody of a tenant, before anybody asked what they may do.
struct Admitted {
    actor: Actor,
    db: TenantDb,
    permissions: Arc<BTreeSet<Permission>>,
    origin: Origin,
    now: DateTime<Utc>,
    session: Option<Token>,
}

async fn admit(request: &HttpRequest) -> Result<Admitted, Problem> {
    let missing = || Problem::internal("the application was built without its services");
    let core = request.app_data::<web::Data<Core>>().ok_or_else(missing)?;
    let policy = request.app_data::<web::Data<Policy>>().ok_or_else(missing)?;
    let origin = Origin::extract(request).await.map_err(|_| missing())?;
    let now = core.clock.now();
    let denied = || Problem::new(Code::NotAuthenticated);

    if let Some(value) = request.headers().get(header::AUTHORIZATION) {
        let key = value
            .to_str()
            .ok()
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(denied)?;
        let db = core.db.tenant(tenant_of("mom", key).ok_or_else(denied)?);
        let (actor, permissions) = by_api_key(&db, &Token::presented(key), now).await?.ok_or_else(denied)?;
        return Ok(Admitted {
            actor,
            db,
            permissions,
            origin,
            now,
            session: None,
        });
    }
    let cookie = request.cookie(SESSION_COOKIE).ok_or_else(denied)?;
    let session = Token::presented(cookie.value());
    let db = core.db.tenant(tenant_of("ses", cookie.value()).ok_or_else(denied)?);
    let actor = by_session(&db, &session, now).await?.ok_or_else(denied)?;
    check_csrf(request, &session)?;
    let permissions = match &actor {
        Actor::Member { role, .. } => policy.permissions(*role),
        _ => Arc::default(),
    };
    Ok(Admitted {
        actor,
        db,
        permissions,
        origin,
        now,
        session: Some(session),
    })
}

/// A browser sends the cookie with requests that other sites make; the header it sends only for our own page.
fn check_csrf(request: &HttpRequest, session: &Token) -> Result<(), Problem> {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let given = request
        .headers()
        .get("x-csrf-token")
        .map(|value| value.as_bytes())
        .unwrap_or_default();
    if is_same(given, session.derive(CSRF_PURPOSE).as_bytes()) {
        return Ok(());
    }
    Err(Problem::new(Code::CsrfMismatch).with_detail("Send `csrf_token` of GET /api/v1/me as X-CSRF-Token."))
}
