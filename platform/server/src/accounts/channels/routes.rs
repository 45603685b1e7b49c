use actix_web::{HttpResponse, delete, get, patch, put};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::mapping::{self, MappingError, NewMapping};
use super::mapping_routes;
use super::model::{Channel, ChannelClass, ChannelMappingPage, ChannelPage, MapChannel, UpdateChannel};
use super::store::{self, Filter};
use crate::control::access::{ChannelsRead, ChannelsWrite, Granted, Permit};
use crate::control::audit::{self, Entry};
use crate::foundation::http::{Cursor, Json, PageQuery, PageSize, Path, Problem, Query};
use crate::foundation::ids::{AccountId, ChannelId};

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_channels)
        .service(update_channel)
        .service(list_channel_mappings)
        .service(map_channel)
        .service(unmap_channel);
    mapping_routes::routes(config);
}

#[derive(Debug, Deserialize, IntoParams, garde::Validate)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
struct ChannelQuery {
    /// Words in the name.
    #[garde(length(chars, max = 200))]
    q: Option<String>,
    /// Only channels that are (true) or are not (false) mapped to an account.
    mapped: Option<bool>,
    /// Only channels of this sort.
    #[param(value_type = Option<String>)]
    class: Option<ChannelClass>,
    /// Only channels of this account.
    account_id: Option<AccountId>,
    /// Archived channels instead of the others.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    archived: bool,
    /// How many channels at most, 1 to 100; 50 when not given.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: PageSize,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Slack channels with whose they are, or may be.
#[utoipa::path(tag = "channels", params(ChannelQuery), responses((status = 200, body = ChannelPage)), extensions(("x-permission" = json!(ChannelsRead::NAME))))]
#[get("/channels")]
async fn list_channels(auth: Granted<ChannelsRead>, query: Query<ChannelQuery>) -> Result<Json<ChannelPage>, Problem> {
    let filter = Filter {
        words: query.q.as_deref(),
        is_mapped: query.mapped,
        class: query.class,
        account: query.account_id,
        is_archived: query.archived,
    };
    let after = Cursor::decode(query.cursor.as_deref())?;
    let tx = auth.db.begin().await?;
    let (items, next_cursor) = store::page(&tx, &filter, after, query.limit).await?;
    Ok(Json(ChannelPage { items, next_cursor }))
}

/// Says whether a channel's messages are looked at, and what sort of channel it is.
#[utoipa::path(tag = "channels", params(("id" = ChannelId, Path)), request_body = UpdateChannel, responses((status = 200, body = Channel)), extensions(("x-permission" = json!(ChannelsWrite::NAME))))]
#[patch("/channels/{id}")]
async fn update_channel(
    auth: Granted<ChannelsWrite>,
    id: Path<ChannelId>,
    body: Json<UpdateChannel>,
) -> Result<Json<Channel>, Problem> {
    let tx = auth.db.begin().await?;
    if !store::update(&tx, *id, &body.0, auth.now).await? {
        return Err(Problem::not_found());
    }
    let channel = store::find(&tx, *id).await?.ok_or_else(Problem::not_found)?;
    let detail = json!({ "monitored": channel.monitored, "class": channel.class });
    let entry = Entry::new(&auth.actor, "channel.updated")
        .from(&auth.origin)
        .on(*id)
        .with(detail);
    audit::append(&tx, auth.now, entry).await?;
    tx.commit().await?;
    Ok(Json(channel))
}

/// Which channel is whose, and who said so.
#[utoipa::path(tag = "channels", params(PageQuery), responses((status = 200, body = ChannelMappingPage)), extensions(("x-permission" = json!(ChannelsRead::NAME))))]
#[get("/channel-mappings")]
async fn list_channel_mappings(
    auth: Granted<ChannelsRead>,
    page: Query<PageQuery>,
) -> Result<Json<ChannelMappingPage>, Problem> {
    let after = Cursor::decode(page.cursor.as_deref())?;
    let tx = auth.db.begin().await?;
    let (items, next_cursor) = store::mappings(&tx, after, page.limit).await?;
    Ok(Json(ChannelMappingPage { items, next_cursor }))
}

/// Says whose a channel is. Its waiting signals become that account's, and what waited for it goes to the CRM.
#[utoipa::path(tag = "channels", params(("channel_id" = ChannelId, Path)), request_body = MapChannel, responses((status = 200, body = Channel)), extensions(("x-permission" = json!(ChannelsWrite::NAME))))]
#[put("/channel-mappings/{channel_id}")]
async fn map_channel(
    auth: Granted<ChannelsWrite>,
    channel_id: Path<ChannelId>,
    body: Json<MapChannel>,
) -> Result<Json<Channel>, Problem> {
    let (channel, account) = (*channel_id, body.0.account_id);
    let tx = auth.db.begin().await?;
    let mapping = NewMapping {
        channel,
        account,
        mapped_by: auth.actor.member_id(),
    };
    let mapped = mapping::map(&tx, mapping, auth.now)
        .await
        .map_err(|error| match error {
            MappingError::NoChannel => Problem::not_found(),
            MappingError::NoAccount => Problem::invalid("account_id", "Choose an account of your company."),
            MappingError::Database(error) => error.into(),
        })?;
    let answer = store::find(&tx, channel).await?.ok_or_else(Problem::not_found)?;
    let detail = json!({ "account_id": account.to_string(), "signals": mapped.signals.len() });
    let entry = Entry::new(&auth.actor, "channel.mapped")
        .from(&auth.origin)
        .on(channel)
        .with(detail);
    audit::append(&tx, auth.now, entry).await?;
    tx.commit().await?;
    Ok(Json(answer))
}

/// Says that nobody knows any more whose a channel is. Its signals keep their account.
#[utoipa::path(tag = "channels", params(("channel_id" = ChannelId, Path)), responses((status = 204)), extensions(("x-permission" = json!(ChannelsWrite::NAME))))]
#[delete("/channel-mappings/{channel_id}")]
async fn unmap_channel(auth: Granted<ChannelsWrite>, channel_id: Path<ChannelId>) -> Result<HttpResponse, Problem> {
    let tx = auth.db.begin().await?;
    let former = mapping::unmap(&tx, *channel_id, auth.now)
        .await?
        .ok_or_else(Problem::not_found)?;
    let entry = Entry::new(&auth.actor, "channel.unmapped")
        .from(&auth.origin)
        .on(*channel_id)
        .with(json!({ "account_id": former.to_string() }));
    audit::append(&tx, auth.now, entry).await?;
    tx.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}
