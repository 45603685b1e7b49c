use actix_web::http::header;
use actix_web::{HttpRequest, get, post, web};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::csv_import::{self, LARGEST_FILE};
use super::model::{
    AccountOptions, BulkMapped, BulkMapping, Channel, ImportedMappings, JoinState, UnmappedChannelPage,
};
use super::{bulk, options, store, unmapped};
use crate::accounts::workspace;
use crate::control::access::{AccountsRead, ChannelsRead, ChannelsWrite, Granted, Permit};
use crate::control::audit::{self, Entry};
use crate::foundation::http::{Code, Cursor, Json, PageQuery, Path, Problem, Query};
use crate::foundation::ids::ChannelId;

/// The routes with which many channels get their accounts.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(list_unmapped_channels)
        .service(join_channel)
        .service(map_channels)
        .service(import_channel_mappings)
        .service(list_account_options);
}

/// Channels of which nobody has said whose they are: those with the most waiting signals first.
#[utoipa::path(tag = "channels", params(PageQuery), responses((status = 200, body = UnmappedChannelPage)), extensions(("x-permission" = json!(ChannelsRead::NAME))))]
#[get("/channels/unmapped")]
async fn list_unmapped_channels(
    auth: Granted<ChannelsRead>,
    page: Query<PageQuery>,
) -> Result<Json<UnmappedChannelPage>, Problem> {
    let after = Cursor::decode(page.cursor.as_deref())?;
    let tx = auth.db.begin().await?;
    let (items, next_cursor) = unmapped::page(&tx, after, page.limit, auth.now).await?;
    Ok(Json(UnmappedChannelPage { items, next_cursor }))
}

/// Has the bot join a channel, in a moment. 409 with the words to post in Slack where it must be invited.
#[utoipa::path(tag = "channels", params(("id" = ChannelId, Path)), responses((status = 200, body = Channel), (status = 409, description = "It must be invited, or the channel is archived.")), extensions(("x-permission" = json!(ChannelsWrite::NAME))))]
#[post("/channels/{id}/join")]
async fn join_channel(auth: Granted<ChannelsWrite>, id: Path<ChannelId>) -> Result<Json<Channel>, Problem> {
    let tx = auth.db.begin().await?;
    let channel = store::find(&tx, *id).await?.ok_or_else(Problem::not_found)?;
    match channel.join_state {
        JoinState::Member | JoinState::Joining => return Ok(Json(channel)),
        JoinState::Archived => {
            return Err(Problem::conflict(
                "The channel is archived. Bring it back in Slack first.",
            ));
        }
        JoinState::NeedsInvite => {
            return Err(
                Problem::new(Code::NeedsInvite).with_detail(unmapped::invite_hint(&channel).unwrap_or_default())
            );
        }
        JoinState::CanJoin => {}
    }
    workspace::request_join(&tx, *id, auth.now).await?;
    let entry = Entry::new(&auth.actor, "channel.join_requested")
        .from(&auth.origin)
        .on(*id);
    audit::append(&tx, auth.now, entry).await?;
    let channel = store::find(&tx, *id).await?.ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    Ok(Json(channel))
}

/// Says whose several channels are. What cannot be mapped stands in the answer; the rest is.
#[utoipa::path(tag = "channels", request_body = BulkMapping, responses((status = 200, body = BulkMapped)), extensions(("x-permission" = json!(ChannelsWrite::NAME))))]
#[post("/channel-mappings/bulk")]
async fn map_channels(auth: Granted<ChannelsWrite>, body: Json<BulkMapping>) -> Result<Json<BulkMapped>, Problem> {
    let tx = auth.db.begin().await?;
    let done = bulk::map_all(&tx, &body.0, auth.actor.member_id(), auth.now).await?;
    if done.mapped > 0 {
        let failed: Vec<usize> = done.errors.iter().map(|error| error.index).collect();
        let items = body
            .0
            .items
            .iter()
            .enumerate()
            .filter(|(index, _)| !failed.contains(index));
        let pairs: Vec<_> = items
            .map(|(_, item)| json!([item.channel_id.to_string(), item.account_id.to_string()]))
            .collect();
        let entry = Entry::new(&auth.actor, "channel.mapped_in_bulk").from(&auth.origin);
        audit::append(&tx, auth.now, entry.with(json!({ "mapped": pairs }))).await?;
    }
    tx.commit().await?;
    Ok(Json(done))
}

#[derive(Debug, Deserialize, IntoParams, garde::Validate)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
struct ImportQuery {
    /// Only say what the list would do; true when not given.
    #[serde(default = "yes")]
    #[param(value_type = Option<bool>)]
    dry_run: bool,
}

fn yes() -> bool {
    true
}

/// Takes a list of channels and accounts (CSV with the columns `channel`, `account` and, if wanted, `domain` or `crm_id`; at most
/// 1 MiB and 2,000 rows). Rows with something wrong do nothing and say why; the others count.
#[utoipa::path(
    tag = "channels",
    params(ImportQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = ImportedMappings)),
    extensions(("x-permission" = json!(ChannelsWrite::NAME)))
)]
#[post("/channel-mappings/import")]
async fn import_channel_mappings(
    auth: Granted<ChannelsWrite>,
    query: Query<ImportQuery>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<Json<ImportedMappings>, Problem> {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("text/csv") {
        return Err(Problem::new(Code::UnsupportedMediaType).with_detail("Send the list itself as text/csv."));
    }
    let too_large = |_| Problem::new(Code::PayloadTooLarge).with_detail("At most 1 MiB is taken.");
    let file = body.to_bytes_limited(LARGEST_FILE).await.map_err(too_large)?;
    let file =
        file.map_err(|_| Problem::new(Code::MalformedRequest).with_detail("The upload ended early; send it again."))?;
    let tx = auth.db.begin().await?;
    let by = auth.actor.member_id();
    let (answer, applied) = csv_import::import(&tx, &file, query.dry_run, by, auth.now).await?;
    if !applied.is_empty() {
        let pairs: Vec<_> = (applied.iter())
            .map(|new| json!([new.channel.to_string(), new.account.to_string()]))
            .collect();
        let entry = Entry::new(&auth.actor, "channel.mappings_imported").from(&auth.origin);
        audit::append(&tx, auth.now, entry.with(json!({ "mapped": pairs }))).await?;
    }
    tx.commit().await?;
    Ok(Json(answer))
}

#[derive(Debug, Deserialize, IntoParams, garde::Validate)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
struct OptionQuery {
    /// Words in the name or the domain.
    #[garde(length(chars, max = 200))]
    q: Option<String>,
}

/// Accounts to choose from: 20 at most, those whose name begins with the words first.
#[utoipa::path(tag = "accounts", params(OptionQuery), responses((status = 200, body = AccountOptions)), extensions(("x-permission" = json!(AccountsRead::NAME))))]
#[get("/account-options")]
async fn list_account_options(
    auth: Granted<AccountsRead>,
    query: Query<OptionQuery>,
) -> Result<Json<AccountOptions>, Problem> {
    let tx = auth.db.begin().await?;
    let items = options::find(&tx, query.q.as_deref().unwrap_or_default(), auth.visibility).await?;
    Ok(Json(AccountOptions { items }))
}
