use actix_web::http::header;
use actix_web::{HttpResponse, delete, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::cookie::{no_session_cookie, session_cookie};
use super::model::{SignIn, SignUp};
use super::sessions::end_session;
use super::sign_in::{SignedIn, by_link, by_password};
use super::{Identity, NewTenant, sign_up, start_session};
use crate::control::access::{Actor, PUBLIC, Person, Policy, Role};
use crate::control::audit::{self, Entry};
use crate::control::me::{self, Me};
use crate::foundation::Core;
use crate::foundation::crypto::Token;
use crate::foundation::http::{Json, Origin, Problem};
use crate::foundation::ids::TenantId;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config.service(sign_up_route).service(sign_in).service(sign_out);
}

/// The routes that a person's browser opens by itself.
pub fn web_routes(config: &mut web::ServiceConfig) {
    config.route("/login/link/{token}", web::get().to(open_link));
}

/// A company signs up; its first person is signed in as the owner.
#[utoipa::path(tag = "session", operation_id = "sign_up", request_body = SignUp, responses((status = 201, body = Me)), extensions(("x-permission" = json!(PUBLIC))))]
#[post("/signup")]
async fn sign_up_route(
    core: web::Data<Core>,
    identity: web::Data<Identity>,
    policy: web::Data<Policy>,
    origin: Origin,
    form: Json<SignUp>,
) -> Result<HttpResponse, Problem> {
    let SignUp {
        company_name,
        name,
        email,
        password,
    } = form.0;
    identity.count_try(origin.ip, &email)?;
    let new = NewTenant {
        company_name,
        is_demo: false,
        name: name.clone(),
        email,
        password,
    };
    let signed_up = sign_up(&core, &identity, &new, Some(&origin)).await?;
    let session = start_session(&signed_up.tx, core.clock.now(), signed_up.user_id, &origin).await?;
    let tenant_id = signed_up.tx.tenant_id();
    signed_up.tx.commit().await?;
    let actor = Actor::Member {
        id: signed_up.member_id,
        user_id: signed_up.user_id,
        name,
        role: Role::Owner,
    };
    let me = describe(&core, &policy, tenant_id, &actor, &session.token).await?;
    Ok(HttpResponse::Created()
        .cookie(session_cookie(&core.settings, &session.token))
        .json(me))
}

/// A person signs in by e-mail and password.
#[utoipa::path(tag = "session", request_body = SignIn, responses((status = 200, body = Me)), extensions(("x-permission" = json!(PUBLIC))))]
#[post("/session")]
async fn sign_in(
    core: web::Data<Core>,
    identity: web::Data<Identity>,
    policy: web::Data<Policy>,
    origin: Origin,
    form: Json<SignIn>,
) -> Result<HttpResponse, Problem> {
    let SignedIn {
        session,
        actor,
        tenant_id,
    } = by_password(&core, &identity, &form.0, &origin).await?;
    let me = describe(&core, &policy, tenant_id, &actor, &session.token).await?;
    Ok(HttpResponse::Ok()
        .cookie(session_cookie(&core.settings, &session.token))
        .json(me))
}

/// Ends the session.
#[utoipa::path(tag = "session", responses((status = 204)), extensions(("x-permission" = json!(Person::NAME))))]
#[delete("/session")]
async fn sign_out(person: Person, core: web::Data<Core>) -> Result<HttpResponse, Problem> {
    let tx = person.db.begin().await?;
    end_session(&tx, &person.session).await?;
    audit::append(
        &tx,
        person.now,
        Entry::new(&person.actor, "session.ended").from(&person.origin),
    )
    .await?;
    tx.commit().await?;
    Ok(HttpResponse::NoContent()
        .cookie(no_session_cookie(&core.settings))
        .finish())
}

/// Signs in by a link and goes to the first page, or to the sign-in page that says why not.
async fn open_link(core: web::Data<Core>, origin: Origin, token: web::Path<String>) -> Result<HttpResponse, Problem> {
    let token = Token::presented(token.into_inner());
    Ok(match by_link(&core, &token, &origin).await? {
        Some(signed_in) => HttpResponse::SeeOther()
            .cookie(session_cookie(&core.settings, &signed_in.session.token))
            .insert_header((header::LOCATION, "/"))
            .finish(),
        None => HttpResponse::SeeOther()
            .insert_header((header::LOCATION, "/login?problem=link_expired"))
            .finish(),
    })
}

async fn describe(
    core: &Core,
    policy: &Policy,
    tenant_id: TenantId,
    actor: &Actor,
    session: &Token,
) -> Result<Me, Problem> {
    let tx = core.db.tenant(tenant_id).begin().await?;
    let permissions = match actor {
        Actor::Member { role, .. } => policy.permissions(*role),
        _ => Default::default(),
    };
    me::describe(&tx, actor, &permissions, session).await
}
