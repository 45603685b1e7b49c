use actix_web::get;
use utoipa_actix_web::service_config::ServiceConfig;

use super::health::{self, ConnectionList};
use crate::control::access::{ConnectionsRead, Granted, Permit};
use crate::foundation::http::{Json, Problem};

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_connections);
}

/// The connections to Slack and to the CRM, and how each is doing.
#[utoipa::path(tag = "connections", responses((status = 200, body = ConnectionList)), extensions(("x-permission" = json!(ConnectionsRead::NAME))))]
#[get("/connections")]
async fn list_connections(auth: Granted<ConnectionsRead>) -> Result<Json<ConnectionList>, Problem> {
    let tx = auth.db.begin().await?;
    Ok(Json(ConnectionList {
        items: health::list(&tx, auth.now).await?,
    }))
}
