use actix_web::{HttpResponse, get, post, put, web};
use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{NoticeTiming, Notification, NotificationPage};
use super::preferences::{self, ChangeNotificationPreferences, NotificationPreferences};
use super::preview::{NotificationPreview, PreviewNotification, preview};
use super::rules::{self, Routes, Rule, Target};
use super::unsubscribe;
use crate::control::access::{
    Granted, NotificationsAdmin, NotificationsRead, NotificationsWrite, PUBLIC, Permission, Permit,
};
use crate::control::audit::{self, Entry};
use crate::foundation::Core;
use crate::foundation::db::Sql;
use crate::foundation::http::{Code, Cursor, Json, PageSize, Path, Problem, Query};
use crate::foundation::ids::{MemberId, NotificationId, SignalId};
use crate::signals::NamedRef;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(get_my_preferences)
        .service(set_my_preferences)
        .service(preview_notification)
        .service(get_preferences)
        .service(set_preferences)
        .service(get_routes)
        .service(set_routes)
        .service(list_notifications)
        .service(unsubscribe_by_token);
}

/// What mail programs call by themselves.
pub fn web_routes(config: &mut web::ServiceConfig) {
    config.service(unsubscribe_one_click);
}

fn me<P>(auth: &Granted<P>) -> Result<MemberId, Problem> {
    let not_a_person = || Problem::new(Code::PermissionMissing).with_detail("An API key is not a person. Sign in.");
    auth.actor.member_id().ok_or_else(not_a_person)
}

async fn describe<P>(
    auth: &Granted<P>,
    core: &Core,
    member: MemberId,
) -> Result<Json<NotificationPreferences>, Problem> {
    let tx = auth.db.begin().await?;
    let described = preferences::describe(&tx, member, core.settings.smtp.url.is_some(), auth.now).await?;
    described.map(Json).ok_or_else(Problem::not_found)
}

async fn change<P>(
    auth: &Granted<P>,
    core: &Core,
    member: MemberId,
    form: ChangeNotificationPreferences,
) -> Result<Json<NotificationPreferences>, Problem> {
    let tx = auth.db.begin().await?;
    preferences::change(&tx, member, form, auth.now).await?;
    let entry = Entry::new(&auth.actor, "notification_preferences.changed")
        .from(&auth.origin)
        .on(member);
    audit::append(&tx, auth.now, entry).await?;
    tx.commit().await?;
    describe(auth, core, member).await
}

/// How one is told.
#[utoipa::path(tag = "notifications", responses((status = 200, body = NotificationPreferences)), extensions(("x-permission" = json!(NotificationsRead::NAME))))]
#[get("/notification-preferences")]
async fn get_my_preferences(
    auth: Granted<NotificationsRead>,
    core: web::Data<Core>,
) -> Result<Json<NotificationPreferences>, Problem> {
    let member = me(&auth)?;
    describe(&auth, &core, member).await
}

/// Chooses how one is told.
#[utoipa::path(tag = "notifications", request_body = ChangeNotificationPreferences, responses((status = 200, body = NotificationPreferences)), extensions(("x-permission" = json!(NotificationsWrite::NAME))))]
#[put("/notification-preferences")]
async fn set_my_preferences(
    auth: Granted<NotificationsWrite>,
    core: web::Data<Core>,
    form: Json<ChangeNotificationPreferences>,
) -> Result<Json<NotificationPreferences>, Problem> {
    let member = me(&auth)?;
    change(&auth, &core, member, form.0).await
}

/// Shows what one would get.
#[utoipa::path(tag = "notifications", request_body = PreviewNotification, responses((status = 200, body = NotificationPreview)), extensions(("x-permission" = json!(NotificationsRead::NAME))))]
#[post("/notification-preferences/preview")]
async fn preview_notification(
    auth: Granted<NotificationsRead>,
    core: web::Data<Core>,
    form: Json<PreviewNotification>,
) -> Result<Json<NotificationPreview>, Problem> {
    let member = me(&auth)?;
    let tx = auth.db.begin().await?;
    let base_url = core.settings.base_url();
    preview(&tx, member, form.0.purpose, &base_url, auth.now)
        .await
        .map(Json)
}

/// How somebody else is told.
#[utoipa::path(tag = "notifications", params(("id" = MemberId, Path, description = "Who.")), responses((status = 200, body = NotificationPreferences)), extensions(("x-permission" = json!(NotificationsAdmin::NAME))))]
#[get("/members/{id}/notification-preferences")]
async fn get_preferences(
    auth: Granted<NotificationsAdmin>,
    core: web::Data<Core>,
    id: Path<MemberId>,
) -> Result<Json<NotificationPreferences>, Problem> {
    describe(&auth, &core, *id).await
}

/// Chooses how somebody else is told.
#[utoipa::path(tag = "notifications", params(("id" = MemberId, Path, description = "Who.")), request_body = ChangeNotificationPreferences, responses((status = 200, body = NotificationPreferences)), extensions(("x-permission" = json!(NotificationsAdmin::NAME))))]
#[put("/members/{id}/notification-preferences")]
async fn set_preferences(
    auth: Granted<NotificationsAdmin>,
    core: web::Data<Core>,
    id: Path<MemberId>,
    form: Json<ChangeNotificationPreferences>,
) -> Result<Json<NotificationPreferences>, Problem> {
    change(&auth, &core, *id, form.0).await
}

/// Who is told of which signals.
#[derive(Debug, Serialize, ToSchema)]
struct NotificationRoutes {
    /// The team's channel.
    team_channel: Option<RouteChannel>,
    /// The rules; all that fit count.
    rules: Vec<Rule>,
}

/// A Slack channel of the team.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct RouteChannel {
    /// Slack's id.
    slack_channel_id: String,
    /// Its name.
    #[serde(default)]
    name: String,
}

/// Says who is told of which signals.
#[derive(Debug, Deserialize, ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
struct ChangeNotificationRoutes {
    /// The team's channel; its name is looked up.
    team_channel: Option<RouteChannel>,
    /// The rules.
    #[garde(length(max = 50))]
    rules: Vec<Rule>,
}

async fn routes_now(tx: &crate::foundation::db::TenantTx) -> Result<Json<NotificationRoutes>, Problem> {
    let routes = rules::read(tx).await?;
    let channel = match &routes.team_channel {
        Some(id) => rules::channel(tx, id).await?,
        None => None,
    };
    Ok(Json(NotificationRoutes {
        team_channel: channel.map(|channel| RouteChannel {
            slack_channel_id: channel.slack_channel_id,
            name: channel.name,
        }),
        rules: routes.rules,
    }))
}

/// Who is told of which signals.
#[utoipa::path(tag = "notifications", responses((status = 200, body = NotificationRoutes)), extensions(("x-permission" = json!(NotificationsAdmin::NAME))))]
#[get("/notification-routes")]
async fn get_routes(auth: Granted<NotificationsAdmin>) -> Result<Json<NotificationRoutes>, Problem> {
    let tx = auth.db.begin().await?;
    routes_now(&tx).await
}

/// Says who is told of which signals. A channel that people of other companies can read is refused.
#[utoipa::path(tag = "notifications", request_body = ChangeNotificationRoutes, responses((status = 200, body = NotificationRoutes)), extensions(("x-permission" = json!(NotificationsAdmin::NAME))))]
#[put("/notification-routes")]
async fn set_routes(
    auth: Granted<NotificationsAdmin>,
    form: Json<ChangeNotificationRoutes>,
) -> Result<Json<NotificationRoutes>, Problem> {
    let ChangeNotificationRoutes { team_channel, rules } = form.0;
    let tx = auth.db.begin().await?;
    for (at, rule) in rules.iter().enumerate() {
        let field = |name: &str| format!("rules[{at}].{name}");
        let target: Target = rule
            .to
            .parse()
            .map_err(|words: String| Problem::invalid(&field("to"), &words))?;
        if rule.min_confidence > 100 {
            return Err(Problem::invalid(
                &field("min_confidence"),
                "Use a number from 0 to 100.",
            ));
        }
        if target == Target::TeamChannel && team_channel.is_none() {
            return Err(Problem::invalid(
                "team_channel",
                "Choose the channel that the rule names.",
            ));
        }
        if target == Target::TeamChannel && rule.when == NoticeTiming::Digest {
            return Err(Problem::invalid(
                &field("when"),
                "A channel is told at once; digests are for people.",
            ));
        }
    }
    if let Some(chosen) = &team_channel {
        let refused = |words: &str| Problem::invalid("team_channel", words);
        let channel = rules::channel(&tx, &chosen.slack_channel_id).await?;
        let channel =
            channel.ok_or_else(|| refused("Momentum does not know this channel. Invite the bot to it first."))?;
        if channel.is_open_to_customers {
            return Err(refused(
                "People of other companies can read this channel. Choose one of your own.",
            ));
        }
        if channel.is_archived {
            return Err(refused("This channel is archived."));
        }
    }
    let routes = Routes {
        team_channel: team_channel.map(|channel| channel.slack_channel_id),
        rules,
    };
    rules::write(&tx, &routes, auth.actor.member_id(), auth.now).await?;
    let entry = Entry::new(&auth.actor, "notification_routes.changed")
        .from(&auth.origin)
        .with(json!({ "rules": routes.rules.len() }));
    audit::append(&tx, auth.now, entry).await?;
    let answer = routes_now(&tx).await?;
    tx.commit().await?;
    Ok(answer)
}

#[derive(Debug, Deserialize, IntoParams, garde::Validate)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
struct NotificationQuery {
    /// Whose; one's own when not given. Others' need `notifications:admin`.
    member_id: Option<MemberId>,
    /// How many items at most, 1 to 100; 50 when not given.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: PageSize,
    /// `next_cursor` of the page before; the first page has none.
    cursor: Option<String>,
}

/// What one was told, is about to be told, or was not told and why; newest first.
#[utoipa::path(tag = "notifications", params(NotificationQuery), responses((status = 200, body = NotificationPage)), extensions(("x-permission" = json!(NotificationsRead::NAME))))]
#[get("/notifications")]
async fn list_notifications(
    auth: Granted<NotificationsRead>,
    query: Query<NotificationQuery>,
) -> Result<Json<NotificationPage>, Problem> {
    #[derive(FromQueryResult)]
    struct Row {
        id: NotificationId,
        signal_id: Option<SignalId>,
        title: Option<String>,
        way: String,
        purpose: String,
        state: String,
        reason: Option<String>,
        due_at: DateTime<Utc>,
        sent_at: Option<DateTime<Utc>>,
        created_at: DateTime<Utc>,
    }
    let member = match query.member_id {
        Some(member) if auth.actor.member_id() == Some(member) => member,
        Some(member) if auth.permissions.contains(&Permission::NotificationsAdmin) => member,
        Some(_) => return Err(Problem::not_found()),
        None => me(&auth)?,
    };
    let after: Option<(DateTime<Utc>, NotificationId)> = Cursor::decode(query.cursor.as_deref())?;
    let tx = auth.db.begin().await?;
    let mut sql = Sql::new(
        "SELECT n.id, n.signal_id, s.title, n.way, n.purpose, n.state, n.reason, n.due_at, n.sent_at, n.created_at
           FROM notifications n LEFT JOIN signals s ON s.tenant_id = $1 AND s.id = n.signal_id
          WHERE n.tenant_id = $1 AND n.member_id = ",
    )
    .bind(tx.tenant_id())
    .push_bind(member);
    if let Some((at, id)) = after {
        sql = sql
            .push(" AND (n.created_at, n.id) < (")
            .push_bind(at)
            .push(", ")
            .push_bind(id)
            .push(")");
    }
    let rows: Vec<Row> = sql
        .push(" ORDER BY n.created_at DESC, n.id DESC LIMIT ")
        .push_bind(query.limit.fetch())
        .all(&tx)
        .await?;
    let (rows, next_cursor) = query.limit.cut(rows, |last| (last.created_at, last.id));
    let strange = |words: String| Problem::internal(words);
    let items = rows.into_iter().map(|row| {
        Ok(Notification {
            id: row.id,
            signal: row.signal_id.zip(row.title).map(|(id, name)| NamedRef { id, name }),
            way: row.way.parse().map_err(strange)?,
            purpose: row.purpose.parse().map_err(strange)?,
            state: row.state.parse().map_err(strange)?,
            reason: row.reason.map(|reason| reason.parse()).transpose().map_err(strange)?,
            due_at: row.due_at,
            sent_at: row.sent_at,
        })
    });
    let items = items.collect::<Result<_, Problem>>()?;
    Ok(Json(NotificationPage { items, next_cursor }))
}

/// Ends somebody's mails.
#[derive(Debug, Deserialize, ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
struct Unsubscribe {
    /// The last part of the link in the mail.
    #[garde(length(max = 500))]
    token: String,
}

/// Mails that ended.
#[derive(Debug, Serialize, ToSchema)]
struct Unsubscribed {
    /// Whose, as they recognise it: `a…@example.com`.
    address_hint: String,
    /// What ended: `email`.
    what: String,
}

/// Ends the mails of whom the token in a mail names; nobody needs to sign in for it.
#[utoipa::path(tag = "notifications", request_body = Unsubscribe, responses((status = 200, body = Unsubscribed)), extensions(("x-permission" = json!(PUBLIC))))]
#[post("/unsubscribe")]
async fn unsubscribe_by_token(core: web::Data<Core>, form: Json<Unsubscribe>) -> Result<Json<Unsubscribed>, Problem> {
    let address_hint = unsubscribe::unsubscribe(&core.db, &core.sealer, &form.0.token, core.clock.now()).await?;
    Ok(Json(Unsubscribed {
        address_hint,
        what: "email".to_owned(),
    }))
}

/// One click in a mail program (RFC 8058): it posts `List-Unsubscribe=One-Click` to the address in the mail's header.
#[post("/unsubscribe/{token}")]
async fn unsubscribe_one_click(core: web::Data<Core>, token: Path<String>) -> Result<HttpResponse, Problem> {
    unsubscribe::unsubscribe(&core.db, &core.sealer, &token, core.clock.now()).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("Unsubscribed.\n"))
}
