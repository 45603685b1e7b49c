use actix_web::{HttpResponse, get, patch, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{Me, SetPassword, UpdateMe};
use super::store;
use crate::control::access::Person;
use crate::control::audit::{self, Entry};
use crate::control::identity::{self, Identity};
use crate::foundation::http::{Json, Problem};

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config.service(get_me).service(update_me).service(set_my_password);
}

/// Who is signed in, and what they may do.
#[utoipa::path(tag = "me", responses((status = 200, body = Me)), extensions(("x-permission" = json!(Person::NAME))))]
#[get("/me")]
async fn get_me(person: Person) -> Result<Json<Me>, Problem> {
    let tx = person.db.begin().await?;
    Ok(Json(
        store::describe(&tx, &person.actor, &person.permissions, &person.session).await?,
    ))
}

/// Changes one's name or preferences.
#[utoipa::path(tag = "me", request_body = UpdateMe, responses((status = 200, body = Me)), extensions(("x-permission" = json!(Person::NAME))))]
#[patch("/me")]
async fn update_me(person: Person, change: Json<UpdateMe>) -> Result<Json<Me>, Problem> {
    let tx = person.db.begin().await?;
    store::update(
        &tx,
        person.member_id,
        change.0.name.as_deref(),
        change.0.keyboard_shortcuts,
    )
    .await?;
    let me = store::describe(&tx, &person.actor, &person.permissions, &person.session).await?;
    let entry = Entry::new(&person.actor, "member.updated")
        .from(&person.origin)
        .on(person.member_id);
    audit::append(&tx, person.now, entry).await?;
    tx.commit().await?;
    Ok(Json(me))
}

/// Sets one's password and signs one out everywhere else.
#[utoipa::path(tag = "me", request_body = SetPassword, responses((status = 204)), extensions(("x-permission" = json!(Person::NAME))))]
#[put("/me/password")]
async fn set_my_password(
    person: Person,
    identity: web::Data<Identity>,
    change: Json<SetPassword>,
) -> Result<HttpResponse, Problem> {
    let tx = person.db.begin().await?;
    let user = identity::user_by_id(&tx, person.user_id)
        .await?
        .ok_or_else(Problem::not_found)?;
    if user.password_hash.is_some() {
        identity.count_try(person.origin.ip, &user.email)?;
        let current = change.0.current_password.clone().unwrap_or_default();
        if !identity.passwords.is_right(&current, user.password_hash).await? {
            return Err(Problem::invalid(
                "current_password",
                "This is not your present password.",
            ));
        }
    }
    let hash = identity.passwords.hash(&change.0.new_password).await?;
    identity::set_password(&tx, person.user_id, hash).await?;
    identity::end_sessions_of(&tx, person.user_id, Some(&person.session)).await?;
    let entry = Entry::new(&person.actor, "member.password_changed")
        .from(&person.origin)
        .on(person.member_id);
    audit::append(&tx, person.now, entry).await?;
    tx.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}
