//! Somebody gets another role, or may sign in no more, or again.

use super::Member;
use super::model::UpdateMember;
use super::store::{self, SlackUserTaken};
use crate::control::access::{Actor, Role};
use crate::control::identity;
use crate::foundation::db::{TenantTx, Topic};
use crate::foundation::http::{Code, Problem};
use crate::foundation::ids::MemberId;

/// Changes a member and answers what they were and what they are.
///
/// # Errors
/// 404 when there is nobody; 403 when somebody else than an owner touches an owner; 409 when no owner would be left.
pub async fn change(
    tx: &TenantTx,
    actor: &Actor,
    id: MemberId,
    wanted: UpdateMember,
) -> Result<(Member, Member), Problem> {
    let before = store::by_id(tx, id).await?.ok_or_else(Problem::not_found)?;
    let role = wanted.role.unwrap_or(before.role);
    let is_active = wanted.is_active.unwrap_or(before.is_active);
    may_make(actor, before.role)?;
    may_make(actor, role)?;
    let stays_owner = role == Role::Owner && is_active;
    if before.role == Role::Owner && !stays_owner && store::other_owners(tx, id).await? == 0 {
        return Err(Problem::conflict(
            "There must be an owner. Make somebody else an owner first.",
        ));
    }
    store::set(tx, id, role, is_active).await?;
    if !is_active {
        identity::end_sessions_of(tx, before.user_id, None).await?;
    }
    if let Some(slack_user) = wanted.slack_user_id.as_deref().map(str::trim) {
        set_slack_user(tx, id, slack_user).await?;
    }
    tx.announce_on_commit(Topic::Sessions);
    let after = store::by_id(tx, id).await?.ok_or_else(Problem::not_found)?;
    Ok((before, after))
}

async fn set_slack_user(tx: &TenantTx, id: MemberId, slack_user: &str) -> Result<(), Problem> {
    if slack_user.is_empty() {
        return Ok(store::set_slack_user(tx, id, None).await?);
    }
    match store::slack_user_is_free(tx, id, slack_user).await? {
        Ok(()) => Ok(store::set_slack_user(tx, id, Some(slack_user)).await?),
        Err(SlackUserTaken::Unknown) => Err(Problem::invalid(
            "slack_user_id",
            "Nobody of your company has this id in the connected Slack workspace.",
        )),
        Err(SlackUserTaken::ByAnother) => Err(Problem::conflict("Another member is this person in Slack.")),
    }
}

/// Only an owner makes owners or takes it from them: anybody else could make themselves one.
pub fn may_make(actor: &Actor, role: Role) -> Result<(), Problem> {
    let is_owner = matches!(actor, Actor::Member { role: Role::Owner, .. });
    if role != Role::Owner || is_owner {
        return Ok(());
    }
    Err(Problem::new(Code::PermissionMissing).with_detail("Only an owner makes or changes owners."))
}
