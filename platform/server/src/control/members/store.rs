use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use super::{Member, NewMember};
use crate::control::access::Role;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{MemberId, UserId};

const COLUMNS: &str =
    "SELECT id, user_id, name, email, role, is_active, slack_user_id, timezone FROM members WHERE tenant_id = $1";

/// All people of the tenant by name.
pub async fn list(tx: &TenantTx) -> Result<Vec<Member>, DbErr> {
    Sql::new(COLUMNS)
        .bind(tx.tenant_id())
        .push(" ORDER BY lower(name), id")
        .all(tx)
        .await
}

/// One person.
pub async fn by_id(tx: &TenantTx, id: MemberId) -> Result<Option<Member>, DbErr> {
    Sql::new(COLUMNS)
        .bind(tx.tenant_id())
        .push(" AND id = ")
        .push_bind(id)
        .one(tx)
        .await
}

/// The person who signs in as this user.
pub async fn by_user(tx: &TenantTx, user: UserId) -> Result<Option<Member>, DbErr> {
    Sql::new(COLUMNS)
        .bind(tx.tenant_id())
        .push(" AND user_id = ")
        .push_bind(user)
        .one(tx)
        .await
}

/// Lets a user join the tenant.
pub async fn create(tx: &TenantTx, now: DateTime<Utc>, member: NewMember) -> Result<MemberId, DbErr> {
    let id = MemberId::generate();
    Sql::new(
        "INSERT INTO members (tenant_id, id, user_id, name, email, role, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(member.user_id)
    .bind(member.name)
    .bind(member.email)
    .bind(member.role.as_str())
    .bind(now)
    .execute(tx)
    .await?;
    Ok(id)
}

/// Changes what somebody is and whether they may sign in.
pub async fn set(tx: &TenantTx, id: MemberId, role: Role, is_active: bool) -> Result<(), DbErr> {
    Sql::new("UPDATE members SET role = $3, is_active = $4 WHERE tenant_id = $1 AND id = $2")
        .bind(tx.tenant_id())
        .bind(id)
        .bind(role.as_str())
        .bind(is_active)
        .execute(tx)
        .await?;
    Ok(())
}

/// Who somebody is in Slack, because a person says so; `None` leaves it to the e-mail address again.
pub async fn set_slack_user(tx: &TenantTx, id: MemberId, slack_user_id: Option<&str>) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE members SET slack_user_is_chosen = $3::text IS NOT NULL, slack_user_id = COALESCE($3, (
            SELECT slack_user_id FROM slack_users AS known
             WHERE known.tenant_id = $1 AND lower(known.email) = lower(members.email) AND NOT known.is_deleted AND known.kind <> 'bot'
               AND NOT EXISTS (SELECT 1 FROM members AS other WHERE other.tenant_id = $1 AND other.id <> $2
                                  AND other.slack_user_id = known.slack_user_id)
             ORDER BY known.slack_user_id LIMIT 1))
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(slack_user_id.map(str::to_owned))
    .execute(tx)
    .await?;
    Ok(())
}

/// What stands in the way of somebody being this Slack user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlackUserTaken {
    /// Nobody of this id is among the tenant's own people in Slack.
    Unknown,
    /// Another member is.
    ByAnother,
}

/// Whether a member may be this Slack user: a colleague, and nobody else.
pub async fn slack_user_is_free(
    tx: &TenantTx,
    id: MemberId,
    slack_user_id: &str,
) -> Result<Result<(), SlackUserTaken>, DbErr> {
    let known = Sql::new(
        "SELECT true AS value FROM slack_users WHERE tenant_id = $1 AND slack_user_id = $2 AND kind = 'internal' AND NOT is_deleted LIMIT 1",
    )
    .bind(tx.tenant_id())
    .bind(slack_user_id)
    .scalar::<bool>(tx)
    .await?;
    if known.is_none() {
        return Ok(Err(SlackUserTaken::Unknown));
    }
    let other = Sql::new("SELECT true AS value FROM members WHERE tenant_id = $1 AND slack_user_id = $2 AND id <> $3")
        .bind(tx.tenant_id())
        .bind(slack_user_id)
        .bind(id)
        .scalar::<bool>(tx)
        .await?;
    Ok(if other.is_some() {
        Err(SlackUserTaken::ByAnother)
    } else {
        Ok(())
    })
}

/// How many active owners there are besides this person. Their rows are held until the transaction ends, so that two
/// owners who step down at once do not leave none.
pub async fn other_owners(tx: &TenantTx, id: MemberId) -> Result<usize, DbErr> {
    let owners: Vec<Member> = Sql::new(COLUMNS)
        .bind(tx.tenant_id())
        .push(" AND role = 'owner' AND is_active ORDER BY id FOR UPDATE")
        .all(tx)
        .await?;
    Ok(owners.into_iter().filter(|owner| owner.id != id).count())
}
