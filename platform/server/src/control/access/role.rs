use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a member is in a tenant. What each may do stands in `policy.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Holds the contract; there is always one.
    Owner,
    /// Connects systems, sets rules, invites people.
    Admin,
    /// Leads a team.
    Manager,
    /// Looks at the whole company.
    Vp,
    /// Sells to the accounts assigned to them.
    Rep,
    /// Looks after the accounts assigned to them.
    Csm,
    /// Looks and changes nothing.
    Viewer,
}

impl Role {
    /// All of them, the most powerful first.
    pub const ALL: [Self; 7] = [
        Self::Owner,
        Self::Admin,
        Self::Manager,
        Self::Vp,
        Self::Rep,
        Self::Csm,
        Self::Viewer,
    ];

    /// The word in the database, the policy and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Vp => "vp",
            Self::Rep => "rep",
            Self::Csm => "csm",
            Self::Viewer => "viewer",
        }
    }

    /// The words that people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Admin => "Administrator",
            Self::Manager => "Manager",
            Self::Vp => "Vice president",
            Self::Rep => "Sales representative",
            Self::Csm => "Customer success manager",
            Self::Viewer => "Viewer",
        }
    }
}

/// No role has this name.
#[derive(Debug, thiserror::Error)]
#[error("there is no role `{0}`")]
pub struct UnknownRole(String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| UnknownRole(text.to_owned()))
    }
}
