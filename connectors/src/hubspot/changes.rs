//! What changed since the last poll.
//!
//! Search is the only list ordered by change, and it lags: a record changed a minute ago may come into it after one changed since. So each
//! poll goes back an hour behind the last one (as others do: estuary/connectors#2210) and whoever merges by id sees no difference. Search ends
//! after 10,000 results; the window then moves to the last stamp seen. What was deleted is in no search: after the live records come the
//! archived ones, which HubSpot keeps 90 days.

use chrono::{DateTime, Duration, Utc};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Hubspot,
    api::{List, Object},
    rows::{Change, instant},
};
use crate::{ChangePage, ConnectorError, ConnectorResult, Cursor};

/// Longer than the index lags behind.
const OVERLAP: Duration = Duration::hours(1);
/// Results on a page of search.
const PAGE: usize = 200;
/// Results of one search; asking beyond answers 400.
const MOST: usize = 10_000;

/// What a [`Cursor`] holds.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Place {
    /// Everything before this was read in earlier polls.
    since: Option<DateTime<Utc>>,
    /// The latest stamp read in this poll.
    high: Option<DateTime<Utc>>,
    /// Where this poll's window begins now.
    from: Option<DateTime<Utc>>,
    /// The next page of this window, or of the archived records.
    after: Option<String>,
    /// The live records are read; the archived ones are being read.
    #[serde(default)]
    archived: bool,
}

impl Place {
    /// Where to read on after a live page; false when the poll is over.
    fn turn(
        &mut self,
        from: Option<DateTime<Utc>>,
        last: Option<DateTime<Utc>>,
        after: Option<String>,
    ) -> ConnectorResult<bool> {
        let Some(after) = after else {
            // At the first import nothing is known that could be gone.
            self.archived = self.since.is_some();
            (self.after, self.from) = (None, None);
            return Ok(self.archived);
        };
        let beyond = after.parse::<usize>().is_ok_and(|read| read + PAGE > MOST);
        if !beyond {
            (self.after, self.from) = (Some(after), from);
            return Ok(true);
        }
        if last <= from {
            return Err(ConnectorError::rejected(
                "too_many_at_one_instant",
                format!(
                    "more than {MOST} records were changed in the same millisecond; HubSpot's search cannot list them"
                ),
            ));
        }
        (self.after, self.from) = (None, last);
        Ok(true)
    }
}

impl Hubspot {
    /// One page of records of a kind. `stamp` is the property that tells when one was changed: contacts have their own.
    pub(super) async fn changed_since(
        &self,
        object: &str,
        properties: &[&str],
        stamp: &str,
        cursor: Option<&Cursor>,
    ) -> ConnectorResult<ChangePage<Change>> {
        let mut place: Place = cursor
            .and_then(|cursor| serde_json::from_str(cursor.as_str()).ok())
            .unwrap_or_default();
        let (items, more) = if place.archived {
            self.archived_page(object, properties, &mut place).await?
        } else {
            self.live_page(object, properties, stamp, &mut place).await?
        };
        if !more {
            place = Place {
                since: place.high.max(place.since),
                ..Place::default()
            };
        }
        Ok(ChangePage {
            items,
            cursor: Cursor::new(serde_json::to_string(&place).unwrap_or_default()),
            more,
        })
    }

    async fn live_page(
        &self,
        object: &str,
        properties: &[&str],
        stamp: &str,
        place: &mut Place,
    ) -> ConnectorResult<(Vec<Change>, bool)> {
        let from = place.from.or_else(|| place.since.map(|since| since - OVERLAP));
        let mut wanted = properties.to_vec();
        wanted.push(stamp);
        let mut body = json!({
            "sorts": [{"propertyName": stamp, "direction": "ASCENDING"}], "properties": wanted, "limit": PAGE,
        });
        if let Some(from) = from {
            let filter =
                json!({"propertyName": stamp, "operator": "GTE", "value": from.timestamp_millis().to_string()});
            body["filterGroups"] = json!([{"filters": [filter]}]);
        }
        if let Some(after) = &place.after {
            body["after"] = after.as_str().into();
        }
        let path = ["crm", "objects", "{v}", object, "search"];
        let answer: List<Object> = self.ask("hubspot.changes", &path, &body).await?;
        let after = answer.after().map(str::to_owned);
        let changes: Vec<Change> = answer
            .results
            .into_iter()
            .map(|object| {
                let changed_at = object.text(stamp).and_then(instant).or(object.updated_at);
                Change {
                    // A record without a stamp comes again with every poll rather than never.
                    changed_at: changed_at.or(from).unwrap_or(DateTime::UNIX_EPOCH),
                    object,
                    is_deleted: false,
                    merged_into: None,
                }
            })
            .collect();
        let last = changes.iter().map(|change| change.changed_at).max();
        place.high = last.max(place.high);
        let more = place.turn(from, last, after)?;
        Ok((changes.into_iter().flat_map(Change::with_merged).collect(), more))
    }

    async fn archived_page(
        &self,
        object: &str,
        properties: &[&str],
        place: &mut Place,
    ) -> ConnectorResult<(Vec<Change>, bool)> {
        let properties = properties.join(",");
        let mut query = vec![
            ("archived", "true"),
            ("limit", "100"),
            ("properties", properties.as_str()),
        ];
        if let Some(after) = &place.after {
            query.push(("after", after));
        }
        let path = ["crm", "objects", "{v}", object];
        let answer: List<Object> = self
            .call("hubspot.archived", Method::GET, &path, &query, None::<&Value>)
            .await?
            .json()?;
        let next = answer.after().map(str::to_owned);
        let from = place.since.map(|since| since - OVERLAP);
        let gone = answer.results.into_iter().filter_map(|object| {
            let changed_at = object.archived_at.or(object.updated_at)?;
            (from <= Some(changed_at)).then_some(Change {
                object,
                is_deleted: true,
                merged_into: None,
                changed_at,
            })
        });
        let gone = gone.collect();
        let more = next.is_some();
        place.after = next;
        Ok((gone, more))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(second, 0)
    }

    #[test]
    fn a_search_is_left_before_its_ten_thousandth_result_and_goes_on_from_the_last_stamp() {
        for (after, from, last, expected) in [
            // (next page of the window, the window's new beginning)
            (Some("200"), at(1), at(5), Some((Some("200"), at(1)))),
            (Some("9800"), at(1), at(5), Some((Some("9800"), at(1)))),
            (Some("9801"), at(1), at(5), Some((None, at(5)))),
            (Some("10000"), None, at(5), Some((None, at(5)))),
            // Ten thousand records of one instant cannot be listed, and must not be passed over in silence.
            (Some("10000"), at(5), at(5), None),
        ] {
            let mut place = Place::default();
            let turned = place.turn(from, last, after.map(str::to_owned));
            let now = (place.after.as_deref(), place.from);
            assert_eq!(turned.is_ok().then_some(now), expected, "{after:?}");
        }
        let mut place = Place {
            since: at(1),
            ..Place::default()
        };
        assert!(
            matches!(place.turn(at(1), at(5), None), Ok(true)) && place.archived,
            "the archived come next"
        );
        let mut first = Place::default();
        assert!(
            matches!(first.turn(None, at(5), None), Ok(false)),
            "nothing is known that could be gone"
        );
    }
}
