use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

use crate::foundation::ids::TenantId;

/// A company as its own people see it.
#[derive(Clone, Debug, FromQueryResult, Serialize, ToSchema)]
pub struct Tenant {
    /// Which one.
    pub id: TenantId,
    /// What it calls itself.
    pub name: String,
    /// Whether it holds made-up data to look at.
    pub is_demo: bool,
}
