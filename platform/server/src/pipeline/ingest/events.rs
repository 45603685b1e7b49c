//! What the inbox keeps of a request: the body as Slack sent it, so that it can be read again by a better reader.

use chrono::{DateTime, Utc};
use momentum_connectors::slack::{EventEnvelope, ParseError, SlackRequest, parse_request};
use serde::{Deserialize, Serialize};

use crate::control::connections::Installed;

/// The job's payload. The body stays text: JSON in a JSON column would lose `\u0000` and the order of keys.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredEvent {
    /// The request's body.
    pub body: String,
    /// The Slack workspace of the installation.
    pub slack_team_id: String,
    /// The tenant's connection.
    pub connection_id: uuid::Uuid,
    /// Our bot as a user, at the time.
    pub bot_user_id: Option<String>,
    /// Our bot as a bot, at the time.
    pub bot_id: Option<String>,
    /// Our app, at the time.
    pub app_id: Option<String>,
    /// When it came in.
    pub received_at: DateTime<Utc>,
}

impl StoredEvent {
    /// Keeps a body for its installation.
    pub fn new(body: String, installed: &Installed, received_at: DateTime<Utc>) -> Self {
        Self {
            body,
            slack_team_id: installed.slack_team_id.clone(),
            connection_id: installed.connection_id.0,
            bot_user_id: installed.bot_user_id.clone(),
            bot_id: installed.bot_id.clone(),
            app_id: installed.app_id.clone(),
            received_at,
        }
    }

    /// Reads the body again.
    pub fn read(&self) -> Result<Kept, ParseError> {
        match parse_request(self.body.as_bytes(), "application/json")? {
            SlackRequest::EventCallback(envelope) => Ok(Kept::Event(envelope)),
            SlackRequest::AppRateLimited {
                minute_rate_limited, ..
            } => Ok(Kept::RateLimited { minute_rate_limited }),
            _ => Err(ParseError::UnknownType(
                "a request that the inbox does not keep".to_owned(),
            )),
        }
    }
}

/// What the inbox holds.
pub enum Kept {
    /// Something happened.
    Event(Box<EventEnvelope>),
    /// Slack dropped events of this minute, in seconds since 1970.
    RateLimited {
        /// The minute.
        minute_rate_limited: i64,
    },
}
