use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::control::access::Actor;
use crate::foundation::http::{Origin, page_of};
use crate::foundation::ids::AuditEntryId;

/// Something that somebody did or saw, to be appended.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    actor: &'a Actor,
    origin: Option<&'a Origin>,
    action: &'static str,
    object_type: &'static str,
    object_id: Option<String>,
    detail: Value,
}

impl<'a> Entry<'a> {
    /// `action` is `object.verb` in the past tense (`signal.viewed`, `member.invited`).
    pub fn new(actor: &'a Actor, action: &'static str) -> Self {
        let object_type = action.split('.').next().unwrap_or(action);
        Self {
            actor,
            origin: None,
            action,
            object_type,
            object_id: None,
            detail: json!({}),
        }
    }

    /// Where it was done from: the request's origin, or nothing for jobs and commands.
    #[must_use]
    pub fn from(mut self, origin: impl Into<Option<&'a Origin>>) -> Self {
        self.origin = origin.into();
        self
    }

    /// What it was done to, by its id on the wire.
    #[must_use]
    pub fn on(mut self, id: impl ToString) -> Self {
        self.object_id = Some(id.to_string());
        self
    }

    /// What else there is to know: an object of strings, whole numbers and booleans, which PostgreSQL gives back as they
    /// were. Never message text or secrets.
    #[must_use]
    pub fn with(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }

    pub(super) fn into_link(self, at: DateTime<Utc>, seq: i64) -> super::chain::Link {
        let (actor_kind, actor_id, actor_name) = match self.actor {
            Actor::Member { id, name, .. } => ("member", Some(id.0), Some(name.clone())),
            Actor::ApiKey { id, name } => ("api_key", Some(id.0), Some(name.clone())),
            Actor::System => ("system", None, None),
        };
        super::chain::Link {
            seq,
            at,
            actor_kind: actor_kind.to_owned(),
            actor_id,
            actor_name,
            action: self.action.to_owned(),
            object_type: self.object_type.to_owned(),
            object_id: self.object_id,
            ip: self.origin.and_then(|origin| origin.ip).map(|ip| ip.to_string()),
            request_id: self.origin.map(|origin| origin.request_id.clone()),
            detail: self.detail,
        }
    }
}

/// One entry as its readers see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    /// Which entry.
    pub id: AuditEntryId,
    /// When.
    pub at: DateTime<Utc>,
    /// Who; null when Momentum itself did it.
    pub actor: Option<AuditActor>,
    /// What, as `object.verb`.
    pub action: String,
    /// To what.
    pub object: AuditObject,
    /// From which address.
    pub ip: Option<String>,
    /// What else there is to know.
    pub detail: Value,
}

/// Who did it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditActor {
    /// `member` or `api_key`.
    pub kind: String,
    /// Which one.
    pub id: String,
    /// The name at that time.
    pub name: String,
}

/// What it was done to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditObject {
    /// Which kind of thing.
    #[serde(rename = "type")]
    pub kind: String,
    /// Which one, where there is one.
    pub id: Option<String>,
}

/// What a check of the whole chain found.
#[derive(Clone, Debug, Serialize, ToSchema, PartialEq, Eq)]
pub struct AuditVerification {
    /// How many entries were checked.
    pub entries: i64,
    /// Whether none was changed or is missing.
    pub is_intact: bool,
    /// The number of the first entry that was changed or is missing.
    pub broken_at: Option<i64>,
}

page_of! {
    /// One page of audit entries, newest first.
    pub struct AuditEntryPage(AuditEntry);
}
