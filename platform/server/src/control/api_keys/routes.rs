use actix_web::{HttpResponse, delete, get, post};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{ApiKeyList, CreateApiKey, CreatedApiKey};
use super::store;
use crate::control::access::{ApiKeysRead, ApiKeysWrite, Granted, Permit};
use crate::control::audit::{self, Entry};
use crate::foundation::http::{Json, Path, Problem};
use crate::foundation::ids::ApiKeyId;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_api_keys)
        .service(create_api_key)
        .service(revoke_api_key);
}

/// The keys that work.
#[utoipa::path(tag = "api-keys", responses((status = 200, body = ApiKeyList)), extensions(("x-permission" = json!(ApiKeysRead::NAME))))]
#[get("/api-keys")]
async fn list_api_keys(auth: Granted<ApiKeysRead>) -> Result<Json<ApiKeyList>, Problem> {
    let tx = auth.db.begin().await?;
    Ok(Json(ApiKeyList {
        items: store::list(&tx).await?,
    }))
}

/// Makes a key and shows it for the only time.
#[utoipa::path(tag = "api-keys", request_body = CreateApiKey, responses((status = 201, body = CreatedApiKey)), extensions(("x-permission" = json!(ApiKeysWrite::NAME))))]
#[post("/api-keys")]
async fn create_api_key(auth: Granted<ApiKeysWrite>, form: Json<CreateApiKey>) -> Result<HttpResponse, Problem> {
    let CreateApiKey { name, scopes } = form.0;
    if let Some(scope) = scopes.iter().find(|scope| !auth.permissions.contains(scope)) {
        return Err(Problem::invalid(
            "scopes",
            format!("You may not give {scope}, because you do not have it."),
        ));
    }
    let tx = auth.db.begin().await?;
    let (id, token) = store::create(&tx, auth.now, &name, &scopes, auth.actor.member_id()).await?;
    let entry = Entry::new(&auth.actor, "api_key.created").from(&auth.origin).on(id);
    audit::append(&tx, auth.now, entry.with(json!({ "name": name, "scopes": scopes }))).await?;
    tx.commit().await?;
    Ok(HttpResponse::Created().json(CreatedApiKey {
        id,
        name,
        key: token.expose().to_owned(),
        scopes,
    }))
}

/// Makes a key worthless at once.
#[utoipa::path(tag = "api-keys", params(("id" = ApiKeyId, Path, description = "Which key.")), responses((status = 204)), extensions(("x-permission" = json!(ApiKeysWrite::NAME))))]
#[delete("/api-keys/{id}")]
async fn revoke_api_key(auth: Granted<ApiKeysWrite>, id: Path<ApiKeyId>) -> Result<HttpResponse, Problem> {
    let tx = auth.db.begin().await?;
    if !store::revoke(&tx, auth.now, *id).await? {
        return Err(Problem::not_found());
    }
    audit::append(
        &tx,
        auth.now,
        Entry::new(&auth.actor, "api_key.revoked").from(&auth.origin).on(*id),
    )
    .await?;
    tx.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}
