//! The hash of one link.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// All that an entry says. Everything in here is part of its hash.
#[derive(Clone, Debug)]
pub struct Link {
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub actor_name: Option<String>,
    pub action: String,
    pub object_type: String,
    pub object_id: Option<String>,
    pub ip: Option<String>,
    pub request_id: Option<String>,
    pub detail: Value,
}

/// What the first link follows.
pub fn genesis() -> Vec<u8> {
    vec![0; 32]
}

impl Link {
    /// SHA-256 over the hash before and the fields, each with its length, so that no two entries read the same.
    pub fn hash(&self, previous: &[u8]) -> Vec<u8> {
        let mut hasher = Sha256::new();
        let mut feed = |field: Option<&str>| {
            hasher.update(field.map_or(u64::MAX, |text| text.len() as u64).to_be_bytes());
            hasher.update(field.unwrap_or_default());
        };
        feed(Some(&hex::encode(previous)));
        feed(Some(&self.seq.to_string()));
        feed(Some(&self.at.to_rfc3339_opts(SecondsFormat::Micros, true)));
        feed(Some(&self.actor_kind));
        feed(self.actor_id.map(|id| id.to_string()).as_deref());
        feed(self.actor_name.as_deref());
        feed(Some(&self.action));
        feed(Some(&self.object_type));
        feed(self.object_id.as_deref());
        feed(self.ip.as_deref());
        feed(self.request_id.as_deref());
        feed(Some(&canonical(&self.detail)));
        hasher.finalize().to_vec()
    }
}

/// JSON with sorted keys: `jsonb` keeps the values and not the order of the keys.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            let fields = fields
                .into_iter()
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), canonical(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        scalar => scalar.to_string(),
    }
}
