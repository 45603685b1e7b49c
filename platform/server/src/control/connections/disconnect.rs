//! A tenant gives a connection up: nothing runs for it any more, its tokens are taken back, what was written stays.

use async_trait::async_trait;
use chrono::TimeDelta;
use momentum_connectors::{ConnectorError, ConnectorResult, hubspot, salesforce, slack};
use serde_json::json;

use super::model::{Credential, Vendor};
use super::open::Connectors;
use super::queues::{self, REVOKE_QUEUE, RevokeJob};
use super::{status, store};
use crate::control::access::{Actor, ConnectionsWrite, Granted};
use crate::control::audit::{self, Entry};
use crate::foundation::http::Problem;
use crate::foundation::ids::ConnectionId;
use crate::foundation::jobs::{Backoff, Failure, Handler, Job, LaneBatch, Queue};

/// Disconnects. The vendor is told by a job, so that it may be down.
///
/// # Errors
/// 404 when it is not there.
pub(super) async fn disconnect(auth: &Granted<ConnectionsWrite>, id: ConnectionId) -> Result<(), Problem> {
    let tx = auth.db.begin().await?;
    let known = store::by_id(&tx, id).await?.ok_or_else(Problem::not_found)?;
    let by = match &auth.actor {
        Actor::Member { name, .. } | Actor::ApiKey { name, .. } => name.as_str(),
        Actor::System => "Momentum",
    };
    status::mark_given_up(&tx, id, &format!("Disconnected by {by}."), auth.now).await?;
    if known.vendor()? == Vendor::Slack {
        store::end_installation(&tx, id, auth.now).await?;
    }
    queues::revoke(&tx, id, auth.now).await?;
    let detail = json!({ "vendor": known.vendor()?.as_str() });
    let entry = Entry::new(&auth.actor, "connection.disconnected")
        .from(&auth.origin)
        .on(id)
        .with(detail);
    audit::append(&tx, auth.now, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes tokens back at the vendors.
pub struct RevokeHandler {
    connectors: Connectors,
}

impl RevokeHandler {
    /// `connectors` reach the vendors.
    pub fn new(connectors: Connectors) -> Self {
        Self { connectors }
    }

    /// Nothing to take back, or taken back, is done alike: the credential is forgotten. A connection that was made
    /// again meanwhile keeps its own.
    async fn take_back(&self, batch: &LaneBatch, job: &Job) -> Result<(), Failure> {
        let wanted: RevokeJob = serde_json::from_value(job.payload.clone()).map_err(|error| Failure::DeadLetter {
            reason: format!("the job cannot be read: {error}"),
        })?;
        let id = wanted.connection_id;
        let tx = batch.db.begin().await?;
        // The lock comes first: whoever connects again waits for it, or was before us and is seen.
        let credential = store::read_credential(&tx, &self.connectors.sealer, id, true).await;
        let credential = credential.map_err(|error| Failure::Retry {
            after: None,
            reason: error.to_string(),
        })?;
        let known = store::by_id(&tx, id).await?;
        if let (Some(credential), Some(known)) = (credential, known.filter(store::Known::is_disconnected)) {
            match self.ask(&known, &credential).await {
                // A token that the vendor does not know any more is as good as taken back.
                Ok(()) | Err(ConnectorError::Unauthorized { .. } | ConnectorError::Rejected { .. }) => {}
                Err(ConnectorError::RateLimited { message, .. } | ConnectorError::Transient { message, .. }) => {
                    return Err(Failure::Retry {
                        after: None,
                        reason: message,
                    });
                }
            }
            store::forget_credential(&tx, id).await?;
        }
        batch.complete(&tx, &[job.id]).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn ask(&self, known: &store::Known, credential: &Credential) -> ConnectorResult<()> {
        let Connectors { http, apps, clock, .. } = &self.connectors;
        let now = clock.now();
        let vendor = known
            .vendor()
            .map_err(|error| ConnectorError::rejected("unknown_vendor", error))?;
        match vendor {
            Vendor::Slack => slack::oauth::revoke(http, &apps.slack_api, &credential.access_token, now).await,
            Vendor::Salesforce => {
                let login_url = known.settings["login_url"].as_str().and_then(|url| url.parse().ok());
                let Some(app) = apps.salesforce_at(login_url) else {
                    return Ok(());
                };
                let token = credential.refresh_token.as_ref().unwrap_or(&credential.access_token);
                salesforce::oauth::revoke(http, &app, token, now).await
            }
            Vendor::Hubspot => {
                let Some(app) = &apps.hubspot else { return Ok(()) };
                // The app leaves the account with all its tokens; an access token that has ended is renewed for it.
                let token = match (&credential.refresh_token, credential.expires_at) {
                    (Some(refresh_token), Some(at)) if at <= now => {
                        hubspot::oauth::refresh(http, app, refresh_token, now)
                            .await?
                            .access
                            .secret
                    }
                    _ => credential.access_token.clone(),
                };
                hubspot::oauth::uninstall(http, app, &token, now).await
            }
        }
    }
}

#[async_trait]
impl Handler for RevokeHandler {
    fn queue(&self) -> Queue {
        Queue {
            name: REVOKE_QUEUE,
            batch: 1,
            lanes: 1,
            concurrency: 1,
            lease: TimeDelta::seconds(60),
            backoff: Backoff {
                base: TimeDelta::seconds(10),
                cap: TimeDelta::hours(1),
                max_attempts: 12,
            },
        }
    }

    async fn run(&self, batch: &LaneBatch) -> Result<(), Failure> {
        for job in &batch.jobs {
            self.take_back(batch, job).await?;
        }
        Ok(())
    }
}
