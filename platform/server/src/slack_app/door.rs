//! The door for what Slack posts when people use buttons, menus and commands.

use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use momentum_connectors::slack::signature::{self, SignatureError};
use momentum_connectors::slack::{Installation, ParseError, SlackRequest, parse_request};
use secrecy::SecretString;

use crate::control::access::{Door, Policy};
use crate::foundation::Core;
use crate::foundation::db::{Database, TenantDb};
use crate::foundation::http::{Code, Origin, Problem};
use crate::foundation::ids::ConnectionId;
use crate::pipeline::ingest::Proof;
use crate::pipeline::ingest::installations::Installations;

/// What the routes need. Cheap to clone.
#[derive(Clone)]
pub struct SlackApp {
    db: Database,
    secret: Option<SecretString>,
    installations: Installations,
    pub(super) policy: Policy,
    pub(super) base_url: String,
}

/// The tenant whom a request concerns.
pub(super) struct Visit {
    /// Its rows.
    pub db: TenantDb,
    /// The Slack workspace of the installation.
    pub team: String,
    /// Our connection to it.
    pub connection: ConnectionId,
}

impl Visit {
    /// The way in for the member who pressed or wrote something.
    pub(super) fn door<'a>(&'a self, app: &'a SlackApp, origin: &Origin, now: DateTime<Utc>) -> Door<'a> {
        Door {
            db: &self.db,
            policy: &app.policy,
            origin: origin.clone(),
            now,
        }
    }
}

impl SlackApp {
    /// A door that believes what is signed with the settings' secret.
    pub fn new(core: &Core, policy: Policy) -> Self {
        Self {
            db: core.db.clone(),
            secret: core.settings.slack.signing_secret.clone(),
            installations: Installations::new(core.db.clone()),
            policy,
            base_url: core.settings.base_url(),
        }
    }

    /// Verifies a request over its raw body and reads it.
    ///
    /// # Errors
    /// 401 for a missing, wrong or old signature, 400 for what is no request of Slack's, 503 without a signing secret.
    pub(super) fn open(
        &self,
        body: &Bytes,
        content_type: &str,
        proof: Proof<'_>,
        now: DateTime<Utc>,
    ) -> Result<SlackRequest, Problem> {
        let missing = "MOMENTUM_SLACK_SIGNING_SECRET is not set, so requests of Slack cannot be verified";
        let secret = self.secret.as_ref().ok_or_else(|| Problem::unavailable(missing))?;
        let unproven = |error: SignatureError| Problem::new(Code::NotAuthenticated).with_detail(error.to_string());
        signature::verify(secret, proof.timestamp, proof.signature, body, now).map_err(unproven)?;
        let unreadable = |error: ParseError| Problem::new(Code::MalformedRequest).with_detail(error.to_string());
        parse_request(body, content_type).map_err(unreadable)
    }

    /// Whom a request concerns; nobody when no tenant has connected that Slack workspace.
    pub(super) async fn visit(&self, named: Option<&Installation>) -> Result<Option<Visit>, Problem> {
        let Some(named) = named else { return Ok(None) };
        let found = self.installations.find(named).await?;
        Ok(found.map(|installed| Visit {
            db: self.db.tenant(installed.tenant_id),
            team: installed.slack_team_id,
            connection: installed.connection_id,
        }))
    }
}
