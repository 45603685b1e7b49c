//! What happens to a request of Slack's before it is answered.

use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use momentum_connectors::slack::signature::{self, SignatureError};
use momentum_connectors::slack::{Installation, ParseError, SlackRequest, parse_request};
use secrecy::SecretString;
use tokio::sync::watch;

use super::events::StoredEvent;
use super::inbox::{Inbox, InboxEvent, insert};
use super::installations::Installations;
use super::spool::{Spool, SpoolError, Spooled};
use crate::control::connections::Installed;
use crate::foundation::context::pause;
use crate::foundation::db::Database;

/// The headers that prove where a request comes from.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    /// `X-Slack-Request-Timestamp`.
    pub timestamp: &'a str,
    /// `X-Slack-Signature`.
    pub signature: &'a str,
}

/// What a request came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Accepted {
    /// Slack checks that the address is ours: answer with the challenge.
    Challenge(String),
    /// On disk.
    Durable,
    /// Not for us to keep: a Slack workspace that no tenant has, or a request that another address takes.
    Ignored,
}

/// Why a request is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// No signing secret is set, so nothing can be believed.
    #[error("MOMENTUM_SLACK_SIGNING_SECRET is not set, so requests of Slack cannot be verified")]
    NoSecret,
    /// Not from Slack, or too old.
    #[error(transparent)]
    Unverified(#[from] SignatureError),
    /// From Slack and not readable.
    #[error(transparent)]
    Unreadable(#[from] ParseError),
    /// Neither the database nor the spool can take it.
    #[error("neither the database nor the spool can take the event")]
    NoRoom(#[source] SpoolError),
}

/// Takes requests in. Cheap to clone.
#[derive(Clone)]
pub struct Intake {
    db: Database,
    secret: Option<SecretString>,
    installations: Installations,
    inbox: Inbox,
    spool: Spool,
}

impl Intake {
    /// An intake that believes what is signed with `secret`.
    pub fn new(db: Database, secret: Option<SecretString>, inbox: Inbox, spool: Spool) -> Self {
        Self {
            installations: Installations::new(db.clone()),
            db,
            secret,
            inbox,
            spool,
        }
    }

    /// Verifies, reads and keeps one request. `Durable` means on disk.
    pub async fn accept(
        &self,
        body: Bytes,
        content_type: &str,
        proof: Proof<'_>,
        now: DateTime<Utc>,
    ) -> Result<Accepted, Refusal> {
        let secret = self.secret.as_ref().ok_or(Refusal::NoSecret)?;
        signature::verify(secret, proof.timestamp, proof.signature, &body, now)?;
        let request = parse_request(&body, content_type)?;
        let Some(named) = whose(&request) else {
            return Ok(match request {
                SlackRequest::UrlVerification { challenge } => Accepted::Challenge(challenge),
                _ => Accepted::Ignored,
            });
        };
        // JSON was read from it, so it is UTF-8.
        let body = String::from_utf8(body.to_vec()).map_err(|error| ParseError::Unreadable(error.to_string()))?;
        match self.installations.find(&named).await {
            Ok(Some(installed)) => {
                let event = inbox_event(&request, StoredEvent::new(body.clone(), &installed, now), &installed);
                match self.inbox.commit(event).await {
                    Ok(()) => Ok(Accepted::Durable),
                    Err(error) => {
                        tracing::warn!(error = %error, "an event goes to the spool");
                        self.spool_it(body, now).await
                    }
                }
            }
            Ok(None) => {
                tracing::info!(?named, "an event of a Slack workspace that no tenant has connected");
                metrics::counter!("momentum_events_ignored_total", "reason" => "unknown_workspace").increment(1);
                Ok(Accepted::Ignored)
            }
            Err(error) => {
                tracing::warn!(error = %error, "the installation cannot be looked up; the event goes to the spool");
                self.spool_it(body, now).await
            }
        }
    }

    async fn spool_it(&self, body: String, received_at: DateTime<Utc>) -> Result<Accepted, Refusal> {
        self.spool
            .append(&Spooled { body, received_at })
            .await
            .map_err(Refusal::NoRoom)?;
        metrics::counter!("momentum_events_spooled_total").increment(1);
        Ok(Accepted::Durable)
    }

    /// Brings what waits in the spool into the inbox; answers how many events that were.
    ///
    /// # Errors
    /// When the disk cannot be read or the database is still away. What was not taken stays.
    pub async fn empty_spool(&self) -> anyhow::Result<usize> {
        let mut taken = 0;
        for file in self.spool.waiting_files().await? {
            let events = self.spool.read(&file).await?;
            taken += events.len();
            self.take(events).await?;
            self.spool.remove(&file).await?;
        }
        Ok(taken)
    }

    /// Tries to empty the spool again and again until `shutdown` turns true.
    pub async fn keep_emptying_spool(&self, mut shutdown: watch::Receiver<bool>) {
        while !*shutdown.borrow() {
            if self.spool.waiting() > 0 {
                match self.empty_spool().await {
                    Ok(taken) => tracing::info!(events = taken, "The spool was emptied into the inbox."),
                    Err(error) => tracing::warn!(error = %error, "The spool cannot be emptied yet."),
                }
            }
            tokio::select! {
                _ = shutdown.changed() => {}
                () = pause(self.spool.retry()) => {}
            }
        }
    }

    async fn take(&self, waiting: Vec<Spooled>) -> Result<(), sea_orm::DbErr> {
        let mut events = Vec::with_capacity(waiting.len());
        for spooled in waiting {
            let Ok(request) = parse_request(spooled.body.as_bytes(), "application/json") else {
                continue;
            };
            let Some(named) = whose(&request) else { continue };
            if let Some(installed) = self.installations.find(&named).await? {
                let event = StoredEvent::new(spooled.body, &installed, spooled.received_at);
                events.push(inbox_event(&request, event, &installed));
            }
        }
        for batch in events.chunks(512) {
            insert(&self.db, batch).await?;
        }
        Ok(())
    }
}

/// The installation of a request that the inbox keeps.
fn whose(request: &SlackRequest) -> Option<Installation> {
    match request {
        SlackRequest::EventCallback(envelope) => envelope.installation(),
        SlackRequest::AppRateLimited { team_id, .. } => Some(Installation::Workspace {
            team_id: team_id.clone(),
        }),
        _ => None,
    }
}

/// One conversation stays in order; what concerns the whole workspace has a lane of its own.
fn inbox_event(request: &SlackRequest, event: StoredEvent, installed: &Installed) -> InboxEvent {
    let channel = match request {
        SlackRequest::EventCallback(envelope) => envelope.event.channel(),
        _ => None,
    };
    let lane = format!("{}/{}", installed.slack_team_id, channel.unwrap_or("workspace"));
    InboxEvent {
        tenant_id: installed.tenant_id,
        lane: lane.chars().take(200).collect(),
        event,
    }
}
