//! Connections: a tenant's install of Slack or a CRM, its sealed credential, and how it is doing.
//!
//! Invariants:
//! - A credential is sealed in the statement that stores it and opened for the call that needs it; it is in no log.
//! - A token is renewed once, whoever finds it refused, and the new one is stored before it is used.
//! - A connection whose credential is refused pauses its queues and asks the vendor nothing; connecting again lets them
//!   go on. It keeps its id, its settings and what was mapped.
//! - An installation comes back to the session that began it, once, within ten minutes, or it is refused.
//! - A Slack workspace belongs to one tenant, and a tenant has one org of each CRM at a time.

mod apps;
mod change;
mod check;
mod disconnect;
#[cfg(test)]
mod guides_tests;
mod health;
mod model;
mod oauth;
mod open;
mod queues;
mod routes;
mod status;
mod store;
mod tokens;
mod vendors;
mod workspace;

pub use apps::Apps;
pub use disconnect::RevokeHandler;
pub use model::{ConnectionSettings, Credential, HistoryProfile, Installed, NewConnection, Quota, Vendor};
pub use oauth::web_routes;
pub use open::Connectors;
pub use queues::{
    CONNECTION_LOST, CRM_IMPORT_QUEUE, ConnectionLostJob, CrmImportJob, NOTICES_QUEUE, import_accounts, lane_prefix,
};
pub use routes::routes;
pub use status::{keep_quota, mark_circuit_open, mark_disconnected, mark_error, mark_success};
pub use store::{connect, register_installation};
pub use workspace::{WORKSPACE_SYNC_QUEUE, WorkspaceJob, sync_workspace};

use crate::foundation::crypto::SealedStoreError;
use crate::foundation::http::Problem;

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

impl From<ConnectionError> for Problem {
    fn from(error: ConnectionError) -> Self {
        match error {
            ConnectionError::NotThere => Self::not_found(),
            ConnectionError::Database(error) => error.into(),
            ConnectionError::Sealed(error) => error.into(),
            ConnectionError::Unreadable(error) => Self::internal(error),
        }
    }
}

#[cfg(test)]
mod tests;
