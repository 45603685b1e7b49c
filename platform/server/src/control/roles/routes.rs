use actix_web::{get, web};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::control::access::{Granted, Permission, Permit, Policy, Role, RolesRead};
use crate::foundation::http::Json;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_roles);
}

/// A role and what it allows.
#[derive(Debug, Serialize, ToSchema)]
struct RoleDescription {
    /// Which one.
    role: Role,
    /// Its name for people.
    label: String,
    /// What its members may do.
    permissions: Vec<Permission>,
}

/// All roles.
#[derive(Debug, Serialize, ToSchema)]
struct RoleList {
    /// The most powerful first.
    items: Vec<RoleDescription>,
}

/// All roles with their permissions.
#[utoipa::path(tag = "members", responses((status = 200, body = RoleList)), extensions(("x-permission" = json!(RolesRead::NAME))))]
#[get("/roles")]
async fn list_roles(_auth: Granted<RolesRead>, policy: web::Data<Policy>) -> Json<RoleList> {
    let describe = |role: Role| RoleDescription {
        role,
        label: role.label().to_owned(),
        permissions: policy.permissions(role).iter().copied().collect(),
    };
    Json(RoleList {
        items: Role::ALL.into_iter().map(describe).collect(),
    })
}
