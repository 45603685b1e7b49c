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

/// Somebody in Slack who is a member of the tenant.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Known {
    /// Who it is.
    pub member_id: MemberId,
    /// Where it is 9 o'clock for them.
    pub timezone: String,
}

/// Why somebody in Slack may not do anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stranger {
    /// Of another company, or a guest.
    Outsider,
    /// A colleague who is no member, as far as we know.
    Unmatched,
}

impl Stranger {
    /// What to tell them.
    pub fn advice(self, base_url: &str) -> String {
        match self {
            Self::Outsider => {
                "Momentum works for full members of this Slack workspace only. Ask your contact here to do it."
                    .to_owned()
            }
            Self::Unmatched => format!(
                "Momentum does not know you yet. Ask an administrator to invite you with your Slack e-mail address: {base_url}/settings/members"
            ),
        }
    }
}

/// Who a person in Slack is. `home_team` is their own Slack workspace, where Slack tells it.
pub async fn who(
    tx: &TenantTx,
    team: &str,
    slack_user: &str,
    home_team: Option<&str>,
) -> Result<Result<Known, Stranger>, DbErr> {
    #[derive(FromQueryResult)]
    struct Person {
        is_ours: bool,
        home_team_id: Option<String>,
        email: Option<String>,
    }
    let person: Option<Person> = Sql::new(
        "SELECT kind = 'internal' AND NOT is_guest AND NOT is_stranger AND NOT is_deleted AS is_ours,
                home_team_id, email
           FROM slack_users WHERE tenant_id = $1 AND slack_team_id = $2 AND slack_user_id = $3",
    )
    .bind(tx.tenant_id())
    .bind(team)
    .bind(slack_user)
    .one(tx)
    .await?;
    // On an Enterprise Grid a colleague's own Slack workspace may be another one than the installation's; then the list says so.
    let is_at_home = |listed: Option<&str>| home_team.is_none_or(|home| home == team || Some(home) == listed);
    let person = match person {
        Some(person) if !person.is_ours || !is_at_home(person.home_team_id.as_deref()) => {
            return Ok(Err(Stranger::Outsider));
        }
        None if !is_at_home(None) => return Ok(Err(Stranger::Outsider)),
        // Our own people are all in the workspace's list, so nobody is believed to be one of them before they are there.
        None => return Ok(Err(Stranger::Unmatched)),
        Some(person) => person,
    };
    let known: Option<Known> = Sql::new(
        "SELECT member.id AS member_id, COALESCE(member.timezone, tenant.timezone) AS timezone
           FROM members AS member JOIN tenants AS tenant ON tenant.tenant_id = member.tenant_id
          WHERE member.tenant_id = $1 AND member.is_active
            AND CASE WHEN member.slack_user_id IS NULL THEN lower(member.email) = lower($3) ELSE member.slack_user_id = $2 END
          ORDER BY member.slack_user_id IS NULL LIMIT 1",
    )
    .bind(tx.tenant_id())
    .bind(slack_user)
    .bind(person.email)
    .one(tx)
    .await?;
    Ok(known.ok_or(Stranger::Unmatched))
}

/// A member who may map channels and whom we can ask in Slack: owners and administrators, whoever was asked longest ago.
pub async fn somebody_to_ask(tx: &TenantTx, team: &str) -> Result<Option<(MemberId, String)>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        id: MemberId,
    }
    let admins: Vec<Row> = Sql::new(
        "SELECT member.id FROM members AS member
          WHERE member.tenant_id = $1 AND member.is_active AND member.role IN ('owner', 'admin')
          ORDER BY (SELECT max(asked_at) FROM slack_channel_questions AS question
                     WHERE question.tenant_id = $1 AND question.member_id = member.id) NULLS FIRST, member.created_at, member.id",
    )
    .bind(tx.tenant_id())
    .all(tx)
    .await?;
    for admin in admins {
        if let Some(user) = slack_user_of(tx, admin.id, team).await? {
            return Ok(Some((admin.id, user)));
        }
    }
    Ok(None)
}
