use actix_web::{get, put};
use sea_orm::DbErr;
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{CrmSettings, Direction, FieldChoice, FieldMappings, PutFieldMapping, Wins};
use super::store::{self, Crm};
use crate::control::access::{FieldMappingsRead, FieldMappingsWrite, Granted, Permit};
use crate::control::audit::{self, Entry};
use crate::control::connections;
use crate::foundation::http::{FieldError, Json, Path, Problem};
use crate::foundation::ids::ConnectionId;
use crate::signals::deliveries;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_field_mappings)
        .service(put_field_mapping)
        .service(get_crm_settings)
        .service(put_crm_settings);
}

/// Which fields of each CRM's accounts stand for ours, what there is to choose from, and what is wrong with the choice.
#[utoipa::path(tag = "field-mappings", responses((status = 200, body = FieldMappings)), extensions(("x-permission" = json!(FieldMappingsRead::NAME))))]
#[get("/field-mappings")]
async fn list_field_mappings(auth: Granted<FieldMappingsRead>) -> Result<Json<FieldMappings>, Problem> {
    let tx = auth.db.begin().await?;
    let connections = store::all(&tx).await?;
    Ok(Json(FieldMappings { connections }))
}

/// Chooses fields for one CRM. What is written changes with the next sync, within minutes.
#[utoipa::path(tag = "field-mappings", params(("connection_id" = ConnectionId, Path)), request_body = PutFieldMapping, responses((status = 200, body = FieldMappings)), extensions(("x-permission" = json!(FieldMappingsWrite::NAME))))]
#[put("/field-mappings/{connection_id}")]
async fn put_field_mapping(
    auth: Granted<FieldMappingsWrite>,
    id: Path<ConnectionId>,
    body: Json<PutFieldMapping>,
) -> Result<Json<FieldMappings>, Problem> {
    let tx = auth.db.begin().await?;
    let crm = store::find(&tx, *id).await?.ok_or_else(Problem::not_found)?;
    check(&crm, &body.0.fields)?;
    if store::keep(&tx, &crm, &body.0.fields, auth.actor.member_id(), auth.now).await? {
        connections::import_accounts(&tx, *id, auth.now, auth.now).await?;
    }
    deliveries::request_sync(&tx, *id, auth.now, auth.now).await?;
    let chosen = body.0.fields.iter();
    let detail: Vec<_> = chosen
        .map(|choice| {
            json!({ "field": choice.momentum_field.as_str(), "crm_field": choice.crm_field, "wins": choice.wins.as_str() })
        })
        .collect();
    let entry = Entry::new(&auth.actor, "field_mapping.changed")
        .from(&auth.origin)
        .on(*id)
        .with(json!({ "fields": detail }));
    audit::append(&tx, auth.now, entry).await?;
    let connections = store::all(&tx).await?;
    tx.commit().await?;
    Ok(Json(FieldMappings { connections }))
}

/// Refuses what can be seen to be wrong. While the CRM has not told its fields, any name is taken and checked later.
fn check(crm: &Crm, choices: &[FieldChoice]) -> Result<(), Problem> {
    let known = crm.known_fields();
    let mut errors = Vec::new();
    let mut taken: Vec<&str> = Vec::new();
    for (index, choice) in choices.iter().enumerate() {
        let mut refuse = |field: &str, message: String| {
            errors.push(FieldError {
                field: format!("fields[{index}].{field}"),
                code: "invalid".to_owned(),
                message,
            });
        };
        let is_read = choice.momentum_field.direction() == Direction::Read;
        if is_read && choice.wins == Wins::Momentum {
            refuse("wins", "This is read from the CRM; the CRM wins always.".to_owned());
        }
        let Some(name) = choice.crm_field.as_deref() else {
            continue;
        };
        if !is_read && taken.contains(&name) {
            refuse("crm_field", "Another field is written there already.".to_owned());
        }
        taken.push(name);
        match known.iter().find(|known| known.name == name) {
            Some(field) => {
                if let Some(objection) = choice.momentum_field.objection(field) {
                    refuse("crm_field", objection);
                }
            }
            None if known.is_empty() => {}
            None => refuse("crm_field", "The CRM's accounts have no such field.".to_owned()),
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Problem::fields(errors))
    }
}

/// What the company decided about what is written to its CRM.
#[utoipa::path(tag = "field-mappings", responses((status = 200, body = CrmSettings)), extensions(("x-permission" = json!(FieldMappingsRead::NAME))))]
#[get("/crm-settings")]
async fn get_crm_settings(auth: Granted<FieldMappingsRead>) -> Result<Json<CrmSettings>, Problem> {
    let tx = auth.db.begin().await?;
    Ok(Json(store::settings(&tx).await?))
}

/// Decides about what is written to the CRM from now on.
#[utoipa::path(tag = "field-mappings", request_body = CrmSettings, responses((status = 200, body = CrmSettings)), extensions(("x-permission" = json!(FieldMappingsWrite::NAME))))]
#[put("/crm-settings")]
async fn put_crm_settings(
    auth: Granted<FieldMappingsWrite>,
    settings: Json<CrmSettings>,
) -> Result<Json<CrmSettings>, Problem> {
    let tx = auth.db.begin().await?;
    store::keep_settings(&tx, &settings.0).await?;
    let entry = Entry::new(&auth.actor, "crm_settings.changed")
        .from(&auth.origin)
        .with(serde_json::to_value(settings.0).map_err(|error| DbErr::Json(error.to_string()))?);
    audit::append(&tx, auth.now, entry).await?;
    tx.commit().await?;
    Ok(settings)
}
