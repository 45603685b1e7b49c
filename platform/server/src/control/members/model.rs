use sea_orm::{DbErr, FromQueryResult, QueryResult};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::control::access::Role;
use crate::control::identity::not_blank;
use crate::foundation::ids::{MemberId, UserId};

/// A person in this tenant.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Member {
    /// Who, in this tenant.
    pub id: MemberId,
    /// Who signs in.
    pub user_id: UserId,
    /// What they are called here.
    pub name: String,
    /// Where they sign in.
    pub email: String,
    /// What they are.
    pub role: Role,
    /// Whether they may sign in.
    pub is_active: bool,
    /// Who they are in Slack: by e-mail address, unless somebody said so.
    pub slack_user_id: Option<String>,
    /// Their time zone, where known: an IANA name.
    pub timezone: Option<String>,
}

impl FromQueryResult for Member {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let role: String = row.try_get(prefix, "role")?;
        Ok(Self {
            id: row.try_get(prefix, "id")?,
            user_id: row.try_get(prefix, "user_id")?,
            name: row.try_get(prefix, "name")?,
            email: row.try_get(prefix, "email")?,
            role: role.parse().map_err(|error| DbErr::Type(format!("{error}")))?,
            is_active: row.try_get(prefix, "is_active")?,
            slack_user_id: row.try_get(prefix, "slack_user_id")?,
            timezone: row.try_get(prefix, "timezone")?,
        })
    }
}

/// All people of the tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberList {
    /// By name.
    pub items: Vec<Member>,
}

/// A person who joins the tenant.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// Who signs in.
    pub user_id: UserId,
    /// What they are called here.
    pub name: String,
    /// Where they sign in.
    pub email: String,
    /// What they are.
    pub role: Role,
}

/// Somebody is to join.
#[derive(Clone, Debug, Deserialize, ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub struct InviteMember {
    /// Where they will sign in.
    #[garde(email, length(max = 254))]
    #[schema(format = Email)]
    pub email: String,
    /// What they are called.
    #[garde(length(chars, min = 1, max = 100), custom(not_blank))]
    pub name: String,
    /// What they will be.
    #[garde(skip)]
    pub role: Role,
}

/// Somebody may join.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitedMember {
    /// Who.
    pub member: Member,
    /// Signs them in once, within seven days. Give it to them: nothing is mailed.
    pub invite_link: String,
}

/// What changes about somebody. What is left out stays.
#[derive(Clone, Debug, Deserialize, ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub struct UpdateMember {
    /// What they will be.
    #[garde(skip)]
    pub role: Option<Role>,
    /// Whether they may sign in.
    #[garde(skip)]
    pub is_active: Option<bool>,
    /// Who they are in Slack (`U…`); an empty text leaves that to the e-mail address again.
    #[garde(length(max = 40))]
    pub slack_user_id: Option<String>,
}
