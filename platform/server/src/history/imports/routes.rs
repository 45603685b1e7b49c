use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{Import, ImportPage};
use super::spool::{Spool, SpoolError};
use super::store;
use crate::control::access::{Granted, ImportsRead, ImportsWrite, Permit};
use crate::control::audit::{self, Entry};
use crate::foundation::Core;
use crate::foundation::http::{Code, Cursor, Json, PageQuery, Path, Problem, Query};
use crate::foundation::ids::ImportId;

/// The largest file that is taken: exports of companies with thousands of people have a few gigabytes.
const LARGEST_FILE: u64 = 4 << 30;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_imports).service(create_import).service(get_import);
}

/// The imports, newest first.
#[utoipa::path(tag = "imports", params(PageQuery), responses((status = 200, body = ImportPage)), extensions(("x-permission" = json!(ImportsRead::NAME))))]
#[get("/imports")]
async fn list_imports(auth: Granted<ImportsRead>, query: Query<PageQuery>) -> Result<Json<ImportPage>, Problem> {
    let before: Option<(DateTime<Utc>, ImportId)> = Cursor::decode(query.cursor.as_deref())?;
    let tx = auth.db.begin().await?;
    let rows = store::list(&tx, before, query.limit.fetch()).await?;
    let (items, next_cursor) = query.limit.cut(rows, |last| (last.created_at, last.id));
    Ok(Json(ImportPage { items, next_cursor }))
}

/// One import and how far it is.
#[utoipa::path(tag = "imports", params(("id" = ImportId, Path)), responses((status = 200, body = Import)), extensions(("x-permission" = json!(ImportsRead::NAME))))]
#[get("/imports/{id}")]
async fn get_import(auth: Granted<ImportsRead>, id: Path<ImportId>) -> Result<Json<Import>, Problem> {
    let tx = auth.db.begin().await?;
    store::find(&tx, *id).await?.map(Json).ok_or_else(Problem::not_found)
}

/// Takes a Slack export (the ZIP as the body, its name in `X-File-Name`) and answers as soon as it is safe on disk. It is imported in the
/// background.
#[utoipa::path(
    tag = "imports",
    request_body(content = Vec<u8>, content_type = "application/zip"),
    params(("X-File-Name" = Option<String>, Header, description = "The file's name")),
    responses((status = 202, body = Import)),
    extensions(("x-permission" = json!(ImportsWrite::NAME)))
)]
#[post("/imports")]
async fn create_import(
    auth: Granted<ImportsWrite>,
    core: web::Data<Core>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Problem> {
    let header_text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let kind = header_text(header::CONTENT_TYPE.as_str()).unwrap_or_default();
    if ![
        "application/zip",
        "application/x-zip-compressed",
        "application/octet-stream",
    ]
    .contains(&kind.split(';').next().unwrap_or_default().trim())
    {
        return Err(Problem::new(Code::UnsupportedMediaType).with_detail("Send the ZIP itself as application/zip."));
    }
    let file_name = file_name(header_text("X-File-Name"));
    let file = Spool::new(&core.settings.data_dir, LARGEST_FILE)
        .keep(body)
        .await
        .map_err(|error| match error {
            SpoolError::TooLarge { .. } => Problem::new(Code::PayloadTooLarge).with_detail("At most 4 GiB are taken."),
            SpoolError::CutOff(_) => {
                Problem::new(Code::MalformedRequest).with_detail("The upload ended early; send it again.")
            }
            SpoolError::Io(error) => Problem::internal(error),
        })?;
    let tx = auth.db.begin().await?;
    store::begin(&tx, &file, &file_name, auth.actor.member_id(), auth.now).await?;
    let entry = Entry::new(&auth.actor, "import.requested")
        .from(&auth.origin)
        .on(file.id);
    audit::append(&tx, auth.now, entry.with(json!({ "file_name": file_name }))).await?;
    let import = store::find(&tx, file.id).await?.ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    Ok(HttpResponse::Accepted().json(import))
}

/// For people to recognise their file by; nothing is ever opened under this name.
fn file_name(given: Option<&str>) -> String {
    let name = given.unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    if name.trim().is_empty() {
        "export.zip".to_owned()
    } else {
        name
    }
}
