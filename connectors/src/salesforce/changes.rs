//! What changed since the last poll.
//!
//! `SystemModstamp >= since - overlap ORDER BY SystemModstamp, Id`, page after page. The overlap is there because Salesforce commits
//! some rows with a stamp that lies minutes back (airbyte#27146, supaglue#532, tap-salesforce#135); whoever merges by id sees no difference.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Salesforce, soql};
use crate::{ChangePage, ConnectorResult, Cursor};

/// Longer than any Salesforce transaction may run.
const OVERLAP: Duration = Duration::minutes(10);

/// What a [`Cursor`] holds.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Place {
    /// Everything before this was read in earlier polls.
    since: Option<DateTime<Utc>>,
    /// The latest stamp read in this poll.
    high: Option<DateTime<Utc>>,
    /// The next page of this poll. Salesforce keeps it for two days.
    next: Option<String>,
}

impl Salesforce {
    /// One page of `SELECT <fields> FROM <sobject>`, deleted and merged rows included.
    pub(super) async fn changed_since<Row: DeserializeOwned>(
        &self,
        label: &'static str,
        sobject: &str,
        fields: &str,
        cursor: Option<&Cursor>,
        stamp: impl Fn(&Row) -> DateTime<Utc>,
    ) -> ConnectorResult<ChangePage<Row>> {
        let mut place: Place = cursor
            .and_then(|c| serde_json::from_str(c.as_str()).ok())
            .unwrap_or_default();
        let continued = match &place.next {
            Some(path) => match self.query_more(label, path).await {
                // Kept too long, or the session changed. What was read is not read again: the order is by stamp.
                Err(error) if error.has_code("INVALID_QUERY_LOCATOR") => None,
                answer => Some(answer?),
            },
            None => None,
        };
        let answer = match continued {
            Some(answer) => answer,
            None => {
                let from = place.high.or(place.since);
                let filter = from.map(|at| format!(" WHERE SystemModstamp >= {}", soql::instant(at - OVERLAP)));
                let soql = format!(
                    "SELECT {fields} FROM {sobject}{} ORDER BY SystemModstamp, Id",
                    filter.unwrap_or_default()
                );
                self.query(label, &soql, true).await?
            }
        };
        let high = answer.records.iter().map(stamp).max().max(place.high);
        let more = answer.next.is_some();
        place = if more {
            Place {
                since: place.since,
                high,
                next: answer.next,
            }
        } else {
            Place {
                since: high.or(place.since),
                high: None,
                next: None,
            }
        };
        let cursor = Cursor::new(serde_json::to_string(&place).unwrap_or_default());
        Ok(ChangePage {
            items: answer.records,
            cursor,
            more,
        })
    }
}
