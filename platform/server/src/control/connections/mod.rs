//! Connections: a tenant's install of Slack or a CRM, its sealed credential, and how it is doing.
//!
//! Invariants:
//! - A credential is sealed in the statement that stores it and opened for the call that needs it; it is in no log.
//! - A token is renewed once, whoever finds it refused, and the new one is stored before it is used.
//! - A connection whose credential is refused pauses its queue; connecting again lets it go on.

mod health;
mod model;
mod open;
mod routes;
mod store;
mod workspace;

pub use model::{Credential, NewConnection, Vendor};
pub use open::Connectors;
pub use routes::routes;
pub use store::{
    CRM_IMPORT_QUEUE, CrmImportJob, connect, import_accounts, lane_prefix, mark_disconnected, mark_error, mark_success,
};
pub use workspace::{WORKSPACE_SYNC_QUEUE, WorkspaceJob, sync_workspace};

use crate::foundation::crypto::SealedStoreError;

/// Why a connection could not be used or made.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// There is no such connection.
    #[error("there is no such connection")]
    NotThere,
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] sea_orm::DbErr),
    /// The credential could not be sealed or opened.
    #[error(transparent)]
    Sealed(#[from] SealedStoreError),
    /// The credential does not read.
    #[error("the stored credential does not read")]
    Unreadable(#[from] serde_json::Error),
}
