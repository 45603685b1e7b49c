use actix_web::{HttpResponse, get, patch, post, web};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::change::{change, may_make};
use super::model::{InviteMember, InvitedMember, Member, MemberList, UpdateMember};
use super::{invite, store};
use crate::control::access::{Granted, MembersRead, MembersWrite, Permit};
use crate::control::audit::{self, Entry};
use crate::foundation::Core;
use crate::foundation::http::{Json, Path, Problem};
use crate::foundation::ids::MemberId;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_members)
        .service(invite_member)
        .service(update_member);
}

/// All people of the tenant.
#[utoipa::path(tag = "members", responses((status = 200, body = MemberList)), extensions(("x-permission" = json!(MembersRead::NAME))))]
#[get("/members")]
async fn list_members(auth: Granted<MembersRead>) -> Result<Json<MemberList>, Problem> {
    let tx = auth.db.begin().await?;
    Ok(Json(MemberList {
        items: store::list(&tx).await?,
    }))
}

/// Invites somebody and answers the link to give to them.
#[utoipa::path(tag = "members", request_body = InviteMember, responses((status = 201, body = InvitedMember)), extensions(("x-permission" = json!(MembersWrite::NAME))))]
#[post("/members")]
async fn invite_member(
    auth: Granted<MembersWrite>,
    core: web::Data<Core>,
    form: Json<InviteMember>,
) -> Result<HttpResponse, Problem> {
    let InviteMember { email, name, role } = form.0;
    may_make(&auth.actor, role)?;
    let tx = auth.db.begin().await?;
    let invitation = invite(&tx, auth.now, &core.settings.base_url(), (&name, &email), role).await?;
    let entry = Entry::new(&auth.actor, "member.invited")
        .from(&auth.origin)
        .on(invitation.member.id);
    audit::append(&tx, auth.now, entry.with(json!({ "role": role }))).await?;
    tx.commit().await?;
    Ok(HttpResponse::Created().json(InvitedMember {
        member: invitation.member,
        invite_link: invitation.link,
    }))
}

/// Changes somebody's role, whether they may sign in, or who they are in Slack.
#[utoipa::path(tag = "members", params(("id" = MemberId, Path, description = "Who.")), request_body = UpdateMember, responses((status = 200, body = Member)), extensions(("x-permission" = json!(MembersWrite::NAME))))]
#[patch("/members/{id}")]
async fn update_member(
    auth: Granted<MembersWrite>,
    id: Path<MemberId>,
    form: Json<UpdateMember>,
) -> Result<Json<Member>, Problem> {
    let tx = auth.db.begin().await?;
    let (before, after) = change(&tx, &auth.actor, *id, form.0).await?;
    let detail = json!({
        "before": { "role": before.role, "is_active": before.is_active, "slack_user_id": before.slack_user_id },
        "after": { "role": after.role, "is_active": after.is_active, "slack_user_id": after.slack_user_id },
    });
    let entry = Entry::new(&auth.actor, "member.changed")
        .from(&auth.origin)
        .on(*id)
        .with(detail);
    audit::append(&tx, auth.now, entry).await?;
    tx.commit().await?;
    Ok(Json(after))
}
