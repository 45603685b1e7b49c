//! The outer shape of what Slack posts to us, parsed just enough to know whose it is and what to do with it.
//!
//! Nothing here panics, whatever the bytes are. A field that is missing or has another type than documented counts as absent; only what
//! nothing can be done without is a [`ParseError`].

use serde::Serialize;
use serde_json::Value;

use super::event::{EventClass, SlackEvent, own_message, value};

/// One request of Slack's, recognised.
#[derive(Debug, Clone, PartialEq)]
pub enum SlackRequest {
    /// Slack checks that the address is ours: answer 200 with the challenge.
    UrlVerification {
        /// To be sent back as it is.
        challenge: String,
    },
    /// Something happened.
    EventCallback(Box<EventEnvelope>),
    /// Slack dropped events for a minute: tell an admin, and fill the gap.
    AppRateLimited {
        /// The Slack workspace whose events were dropped.
        team_id: String,
        /// The minute, in seconds since 1970.
        minute_rate_limited: i64,
    },
    /// Somebody used a button, a modal or a shortcut.
    Interaction(Box<Interaction>),
    /// Somebody typed a slash command.
    Command(Box<SlashCommand>),
    /// Slack checks our certificate (`ssl_check=1`): answer 200.
    SslCheck,
}

/// Why a request cannot be handled. Slack should still get a 4xx with these words: they name what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Neither JSON nor a form.
    #[error("the body is neither JSON nor a form: {0}")]
    Unreadable(String),
    /// JSON, but no object.
    #[error("the body is not a JSON object")]
    NotAnObject,
    /// An outer `type` that is not one of the Events API's or of the interactions'.
    #[error("no request of the Events API has the type {0:?}")]
    UnknownType(String),
    /// A field without which nothing can be done.
    #[error("the {request} has no usable {field}")]
    Missing {
        /// What kind of request it is.
        request: &'static str,
        /// The field.
        field: &'static str,
    },
}

/// An `event_callback`.
#[derive(Debug, Clone, PartialEq)]
pub struct EventEnvelope {
    /// Slack's id of this delivery. Not an identity: one message can come under several (node-slack-sdk#2141).
    pub event_id: Option<String>,
    /// When it happened, in seconds since 1970.
    pub event_time: Option<i64>,
    /// Our app's id.
    pub api_app_id: Option<String>,
    /// The outer `team_id`: in shared channels often the other company's. Never use it to find the tenant; see [`EventEnvelope::installation`].
    pub outer_team_id: Option<String>,
    /// The outer `enterprise_id`; the same warning.
    pub outer_enterprise_id: Option<String>,
    /// The Slack workspace in whose context it happened, where told.
    pub context_team_id: Option<String>,
    /// `authorizations[0]`: the installation this was sent for.
    pub authorization: Option<Authorization>,
    /// It happened in a channel shared with another company.
    pub is_ext_shared_channel: bool,
    /// What happened.
    pub event: SlackEvent,
}

/// An entry of `authorizations`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// The Enterprise Grid, if any.
    pub enterprise_id: Option<String>,
    /// The Slack workspace; `None` for an installation on a whole Enterprise Grid.
    pub team_id: Option<String>,
    /// Whether `user_id` is our bot.
    pub is_bot: bool,
    /// Our bot's user id, when `is_bot`.
    pub user_id: Option<String>,
    /// Installed on a whole Enterprise Grid.
    pub is_enterprise_install: bool,
}

/// Which installation of our app a request belongs to: this, and nothing else, leads to the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Installation {
    /// On one Slack workspace.
    Workspace {
        /// Its id.
        team_id: String,
    },
    /// On a whole Enterprise Grid.
    Enterprise {
        /// Its id.
        enterprise_id: String,
    },
}

/// A button, modal or shortcut.
#[derive(Debug, Clone, PartialEq)]
pub struct Interaction {
    /// `block_actions`, `view_submission`, `view_closed`, `shortcut`, `message_action`, `block_suggestion`, …
    pub kind: String,
    /// The installation it belongs to, where told.
    pub installation: Option<Installation>,
    /// Who did it.
    pub user_id: Option<String>,
    /// The Slack workspace that person belongs to: strangers in shared channels must not act.
    pub user_team_id: Option<String>,
    /// The whole payload.
    pub payload: Value,
}

/// A slash command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlashCommand {
    /// With its slash.
    pub command: String,
    /// What was typed behind it.
    pub text: String,
    /// The installation it belongs to, where told.
    pub installation: Option<Installation>,
    /// Where it was typed.
    pub channel_id: Option<String>,
    /// Who typed it.
    pub user_id: Option<String>,
    /// Where to answer.
    pub response_url: Option<String>,
    /// Opens a modal within 3 s.
    pub trigger_id: Option<String>,
}

impl EventEnvelope {
    /// Whose this is: `authorizations[0]`, and only where Slack sent none (older and test payloads) the context's or outer ids.
    #[must_use]
    pub fn installation(&self) -> Option<Installation> {
        let workspace = |team_id: &String| Installation::Workspace {
            team_id: team_id.clone(),
        };
        let enterprise = |enterprise_id: &String| Installation::Enterprise {
            enterprise_id: enterprise_id.clone(),
        };
        match &self.authorization {
            Some(a) if a.is_enterprise_install || a.team_id.is_none() => a.enterprise_id.as_ref().map(enterprise),
            Some(a) => a.team_id.as_ref().map(workspace),
            None => self
                .context_team_id
                .as_ref()
                .or(self.outer_team_id.as_ref())
                .map(workspace)
                .or_else(|| self.outer_enterprise_id.as_ref().map(enterprise)),
        }
    }

    /// What the event is to us, including whether our own bot wrote it.
    #[must_use]
    pub fn classify(&self) -> EventClass {
        let bot_user = self
            .authorization
            .as_ref()
            .filter(|a| a.is_bot)
            .and_then(|a| a.user_id.as_deref());
        match self.event.message() {
            Some(message) if own_message(message, self.api_app_id.as_deref(), bot_user) => EventClass::OwnMessage,
            _ => self.event.classify(),
        }
    }

    /// Whether the author of a message belongs to another company; `None` when Slack does not say and `users.info` must be asked.
    #[must_use]
    pub fn author_is_external(&self) -> Option<bool> {
        if !self.is_ext_shared_channel {
            return Some(false);
        }
        let ours = self.authorization.as_ref()?.team_id.as_deref()?;
        Some(self.event.message()?.author_team.as_deref()? != ours)
    }
}

/// Recognises a request by its raw body. Verify the signature over the same bytes first.
pub fn parse_request(body: &[u8], content_type: &str) -> Result<SlackRequest, ParseError> {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return parse_form(body);
    }
    let json: Value = serde_json::from_slice(body).map_err(|cause| ParseError::Unreadable(cause.to_string()))?;
    parse_json(&json)
}

fn parse_json(json: &Value) -> Result<SlackRequest, ParseError> {
    if !json.is_object() {
        return Err(ParseError::NotAnObject);
    }
    let missing = |request, field| ParseError::Missing { request, field };
    match value::id(json, "type").unwrap_or_default().as_str() {
        "url_verification" => value::text(json, "challenge")
            .map(|challenge| SlackRequest::UrlVerification { challenge })
            .ok_or(missing("url_verification", "challenge")),
        "app_rate_limited" => Ok(SlackRequest::AppRateLimited {
            team_id: value::id(json, "team_id").ok_or(missing("app_rate_limited", "team_id"))?,
            minute_rate_limited: value::int(json, "minute_rate_limited")
                .ok_or(missing("app_rate_limited", "minute_rate_limited"))?,
        }),
        "event_callback" => {
            let event = json
                .get("event")
                .filter(|e| e.is_object())
                .ok_or(missing("event_callback", "event"))?;
            Ok(SlackRequest::EventCallback(Box::new(envelope(json, event))))
        }
        other => Err(ParseError::UnknownType(other.chars().take(80).collect())),
    }
}

fn envelope(json: &Value, event: &Value) -> EventEnvelope {
    EventEnvelope {
        event_id: value::id(json, "event_id"),
        event_time: value::int(json, "event_time"),
        api_app_id: value::id(json, "api_app_id"),
        outer_team_id: value::id(json, "team_id"),
        outer_enterprise_id: value::id(json, "enterprise_id"),
        context_team_id: value::id(json, "context_team_id"),
        authorization: json
            .pointer("/authorizations/0")
            .filter(|a| a.is_object())
            .map(|a| Authorization {
                enterprise_id: value::id(a, "enterprise_id"),
                team_id: value::id(a, "team_id"),
                is_bot: value::flag(a, "is_bot"),
                user_id: value::id(a, "user_id"),
                is_enterprise_install: value::flag(a, "is_enterprise_install"),
            }),
        is_ext_shared_channel: value::flag(json, "is_ext_shared_channel"),
        event: SlackEvent::parse(event),
    }
}

/// Interactions come as a form with one field `payload`, commands as a form of many.
fn parse_form(body: &[u8]) -> Result<SlackRequest, ParseError> {
    let body = std::str::from_utf8(body).map_err(|cause| ParseError::Unreadable(cause.to_string()))?;
    let form = value::form(body);
    let field = |name: &str| {
        form.iter()
            .find(|(key, _)| key == name)
            .map(|(_, v)| v.clone())
            .filter(|v| !v.is_empty())
    };
    if let Some(payload) = field("payload") {
        let payload = serde_json::from_str(&payload).map_err(|cause| ParseError::Unreadable(cause.to_string()))?;
        return interaction(payload);
    }
    if field("ssl_check").is_some() && field("command").is_none() {
        return Ok(SlackRequest::SslCheck);
    }
    let command = field("command").ok_or(ParseError::Missing {
        request: "form",
        field: "payload or command",
    })?;
    let enterprise_wide = field("is_enterprise_install").as_deref() == Some("true");
    Ok(SlackRequest::Command(Box::new(SlashCommand {
        command,
        text: field("text").unwrap_or_default(),
        installation: installed_on(enterprise_wide, field("team_id"), field("enterprise_id")),
        channel_id: field("channel_id"),
        user_id: field("user_id"),
        response_url: field("response_url"),
        trigger_id: field("trigger_id"),
    })))
}

fn interaction(payload: Value) -> Result<SlackRequest, ParseError> {
    if !payload.is_object() {
        return Err(ParseError::NotAnObject);
    }
    let kind = value::id(&payload, "type").ok_or(ParseError::Missing {
        request: "interaction",
        field: "type",
    })?;
    let at = |pointer: &str| payload.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    // In a modal opened from a shared channel, `team` is the viewer's workspace and `app_installed_team_id` is ours.
    let team_id = at("/view/app_installed_team_id")
        .or_else(|| at("/team/id"))
        .or_else(|| at("/team_id"));
    let enterprise_id = at("/enterprise/id").or_else(|| at("/enterprise_id"));
    let enterprise_wide = value::flag(&payload, "is_enterprise_install");
    Ok(SlackRequest::Interaction(Box::new(Interaction {
        kind,
        installation: installed_on(enterprise_wide, team_id, enterprise_id),
        user_id: at("/user/id"),
        user_team_id: at("/user/team_id"),
        payload,
    })))
}

fn installed_on(enterprise_wide: bool, team: Option<String>, enterprise: Option<String>) -> Option<Installation> {
    let enterprise = enterprise.map(|enterprise_id| Installation::Enterprise { enterprise_id });
    let workspace = team.map(|team_id| Installation::Workspace { team_id });
    if enterprise_wide {
        enterprise.or(workspace)
    } else {
        workspace.or(enterprise)
    }
}
