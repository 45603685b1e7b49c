use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::control::access::Permission;
use crate::control::identity::not_blank;
use crate::foundation::ids::ApiKeyId;

/// A key, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema, FromQueryResult)]
pub struct ApiKey {
    /// Which one.
    pub id: ApiKeyId,
    /// What the tenant calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to about five minutes.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// All keys that work.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeyList {
    /// The newest first.
    pub items: Vec<ApiKey>,
}

/// A key to be made.
#[derive(Clone, Debug, Deserialize, ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub struct CreateApiKey {
    /// What to call it.
    #[garde(length(chars, min = 1, max = 100), custom(not_blank))]
    pub name: String,
    /// What it may do; at most what its maker may.
    #[garde(length(min = 1))]
    pub scopes: Vec<Permission>,
}

/// A key with its secret, which is never shown again.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedApiKey {
    /// Which one.
    pub id: ApiKeyId,
    /// What it is called.
    pub name: String,
    /// Send it as `Authorization: Bearer …`.
    pub key: String,
    /// What it may do.
    pub scopes: Vec<Permission>,
}
