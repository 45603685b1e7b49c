use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::control::access::{Permission, Role};
use crate::control::identity::{good_password, not_blank};
use crate::control::tenants::Tenant;
use crate::foundation::ids::{MemberId, UserId};

/// The person who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// Who signs in.
    pub user: MyUser,
    /// What they are in this tenant.
    pub member: MyMember,
    /// The company.
    pub tenant: Tenant,
    /// What they may do.
    pub permissions: Vec<Permission>,
    /// Send it as `X-CSRF-Token` with every write.
    pub csrf_token: String,
    /// What they prefer.
    pub preferences: Preferences,
}

/// Who signs in.
#[derive(Debug, Serialize, ToSchema)]
pub struct MyUser {
    /// Who.
    pub id: UserId,
    /// What they are called here.
    pub name: String,
    /// Where they sign in.
    pub email: String,
    /// Whether they have a password, or came by a link and should set one.
    pub has_password: bool,
}

/// What a person is in a tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct MyMember {
    /// Who, in this tenant.
    pub id: MemberId,
    /// What they are.
    pub role: Role,
}

/// What a person prefers in this tenant.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Preferences {
    /// Whether single keys act on the feed.
    pub keyboard_shortcuts: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            keyboard_shortcuts: true,
        }
    }
}

/// What a person changes about themselves. What is left out stays.
#[derive(Debug, Deserialize, ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub struct UpdateMe {
    /// What they are called here.
    #[garde(length(chars, min = 1, max = 100), inner(custom(not_blank)))]
    pub name: Option<String>,
    /// Whether single keys act on the feed.
    #[garde(skip)]
    pub keyboard_shortcuts: Option<bool>,
}

/// A new password.
#[derive(Debug, Deserialize, ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub struct SetPassword {
    /// The present one; required when there is one.
    #[garde(skip)]
    #[schema(value_type = Option<String>, format = Password)]
    pub current_password: Option<SecretString>,
    /// At least ten characters.
    #[garde(custom(good_password))]
    #[schema(value_type = String, format = Password, min_length = 10, max_length = 200)]
    pub new_password: SecretString,
}
