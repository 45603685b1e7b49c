//! Who is who: members of the tenant and people in Slack.

use sea_orm::{DbErr, FromQueryResult};

use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{ConnectionId, MemberId};

/// A Slack workspace that the tenant has connected.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Workspace {
    /// Slack's id of it.
    pub slack_team_id: String,
    /// Our connection to it.
    pub connection_id: ConnectionId,
}

/// The tenant's connected Slack workspace, the one named if there is a choice.
pub async fn workspace(tx: &TenantTx, preferred: Option<&str>) -> Result<Option<Workspace>, DbErr> {
    Sql::new(
        "SELECT external_id AS slack_team_id, id AS connection_id FROM connections
          WHERE tenant_id = $1 AND vendor = 'slack' AND status <> 'disconnected'
          ORDER BY external_id = $2 DESC, created_at LIMIT 1",
    )
    .bind(tx.tenant_id())
    .bind(preferred.unwrap_or_default())
    .one(tx)
    .await
}

/// How a member is called in a Slack workspace. Guests and people of other companies are nobody's member.
pub async fn slack_user_of(tx: &TenantTx, member: MemberId, team: &str) -> Result<Option<String>, DbErr> {
    Sql::new(
        "SELECT person.slack_user_id AS value FROM members AS member
           JOIN slack_users AS person ON person.tenant_id = member.tenant_id AND person.slack_team_id = $3
            AND CASE WHEN member.slack_user_id IS NULL THEN lower(person.email) = lower(member.email)
                     ELSE person.slack_user_id = member.slack_user_id END
          WHERE member.tenant_id = $1 AND member.id = $2 AND member.is_active
            AND person.kind = 'internal' AND NOT person.is_guest AND NOT person.is_stranger AND NOT person.is_deleted
          ORDER BY person.slack_user_id LIMIT 1",
    )
    .bind(tx.tenant_id())
    .bind(member)
    .bind(team)
    .scalar(tx)
    .await
}
