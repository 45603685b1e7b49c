use actix_web::{HttpResponse, delete, get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::change::{self, ChangeConnection};
use super::health::{self, Connection, ConnectionList};
use super::open::Connectors;
use super::vendors::{self, VendorList};
use super::{check, disconnect};
use crate::control::access::{ConnectionsRead, ConnectionsWrite, Granted, Permit};
use crate::foundation::Core;
use crate::foundation::http::{Json, Path, Problem};
use crate::foundation::ids::ConnectionId;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_connections)
        .service(list_vendors)
        .service(change_connection)
        .service(disconnect_connection)
        .service(check_connection)
        .service(sync_connection);
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

/// What can be connected, what each vendor is asked for and why, and which settings are missing.
#[utoipa::path(tag = "connections", responses((status = 200, body = VendorList)), extensions(("x-permission" = json!(ConnectionsRead::NAME))))]
#[get("/connections/vendors")]
async fn list_vendors(_auth: Granted<ConnectionsRead>, core: web::Data<Core>) -> Result<Json<VendorList>, Problem> {
    Ok(Json(VendorList {
        items: vendors::offers(&core.settings),
    }))
}

/// Changes what was chosen for a Slack workspace.
#[utoipa::path(tag = "connections", params(("id" = ConnectionId, Path)), request_body = ChangeConnection, responses((status = 200, body = Connection)), extensions(("x-permission" = json!(ConnectionsWrite::NAME))))]
#[patch("/connections/{id}")]
async fn change_connection(
    auth: Granted<ConnectionsWrite>,
    id: Path<ConnectionId>,
    wanted: Json<ChangeConnection>,
) -> Result<Json<Connection>, Problem> {
    change::change(&auth, *id, wanted.0).await?;
    one(&auth, *id).await
}

/// Gives a connection up: its tokens are taken back where the vendor can, its queues wait, what was written stays.
#[utoipa::path(tag = "connections", params(("id" = ConnectionId, Path)), responses((status = 204)), extensions(("x-permission" = json!(ConnectionsWrite::NAME))))]
#[delete("/connections/{id}")]
async fn disconnect_connection(
    auth: Granted<ConnectionsWrite>,
    id: Path<ConnectionId>,
) -> Result<HttpResponse, Problem> {
    disconnect::disconnect(&auth, *id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Asks the vendor now whether the connection works.
#[utoipa::path(tag = "connections", params(("id" = ConnectionId, Path)), responses((status = 200, body = Connection)), extensions(("x-permission" = json!(ConnectionsWrite::NAME))))]
#[post("/connections/{id}/check")]
async fn check_connection(
    auth: Granted<ConnectionsWrite>,
    connectors: web::Data<Connectors>,
    id: Path<ConnectionId>,
) -> Result<Json<Connection>, Problem> {
    check::check(&auth, &connectors, *id).await?;
    one(&auth, *id).await
}

/// Reads what is behind the connection again: a CRM's accounts, a Slack workspace's channels and people.
#[utoipa::path(tag = "connections", params(("id" = ConnectionId, Path)), responses((status = 202)), extensions(("x-permission" = json!(ConnectionsWrite::NAME))))]
#[post("/connections/{id}/sync")]
async fn sync_connection(auth: Granted<ConnectionsWrite>, id: Path<ConnectionId>) -> Result<HttpResponse, Problem> {
    change::sync(&auth, *id).await?;
    Ok(HttpResponse::Accepted().finish())
}

async fn one(auth: &Granted<ConnectionsWrite>, id: ConnectionId) -> Result<Json<Connection>, Problem> {
    let tx = auth.db.begin().await?;
    let items = health::list(&tx, auth.now).await?;
    let found = items.into_iter().find(|connection| connection.id == id);
    found.map(Json).ok_or_else(Problem::not_found)
}
