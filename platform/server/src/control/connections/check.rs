//! A look whether a connection works, now, because a person asks.

use momentum_connectors::ConnectorError;

use super::open::Connectors;
use super::{status, store};
use crate::control::access::{ConnectionsWrite, Granted};
use crate::foundation::http::Problem;
use crate::foundation::ids::ConnectionId;

/// Asks the vendor and writes down what came of it. A connection that was refused and works again goes on.
///
/// # Errors
/// 404 when it is not there; 409 when it was disconnected here. What the vendor says is no error of ours: it is in the connection.
pub(super) async fn check(
    auth: &Granted<ConnectionsWrite>,
    connectors: &Connectors,
    id: ConnectionId,
) -> Result<(), Problem> {
    let tx = auth.db.begin().await?;
    let known = store::by_id(&tx, id).await?.ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    if known.is_given_up() {
        return Err(Problem::conflict(
            "Somebody of your company disconnected it. Connect it again to use it.",
        ));
    }
    let answer = connectors.probe(&auth.db, &known).await?;
    let tx = auth.db.begin().await?;
    match answer {
        Ok(quota) => {
            if known.is_disconnected() {
                status::mark_connected(&tx, id, auth.now).await?;
            }
            status::mark_success(&tx, id, auth.now).await?;
            status::keep_quota(&tx, id, quota).await?;
        }
        Err(ConnectorError::Unauthorized { message }) => {
            status::mark_disconnected(&tx, id, &message, auth.now).await?;
        }
        Err(
            ConnectorError::RateLimited { message, .. }
            | ConnectorError::Transient { message, .. }
            | ConnectorError::Rejected { message, .. },
        ) => status::mark_error(&tx, id, &message, auth.now).await?,
    }
    tx.commit().await?;
    Ok(())
}
