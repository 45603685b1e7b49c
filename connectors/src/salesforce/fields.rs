//! The records as Salesforce sends them, and the limits of its fields.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

use crate::crm::{CrmAccount, CrmContact, CrmUser, domain};

/// Task.Subject.
pub(super) const SUBJECT_LENGTH: usize = 255;
/// Task.Description and Opportunity.Description.
pub(super) const DESCRIPTION_LENGTH: usize = 32_000;
/// Opportunity.Name.
pub(super) const OPPORTUNITY_NAME_LENGTH: usize = 120;

/// Cuts a text to `limit` UTF-16 code units, which is how Salesforce counts, never inside a character; an ellipsis shows the cut.
pub(super) fn cut(text: &str, limit: usize) -> String {
    if text.encode_utf16().count() <= limit {
        return text.to_owned();
    }
    let mut length = 1; // the ellipsis
    let kept = text.chars().take_while(|c| {
        length += c.len_utf16();
        length <= limit
    });
    let mut cut: String = kept.collect::<String>().trim_end().to_owned();
    cut.push('…');
    cut
}

/// `2026-11-22T10:15:30.000+0000`: Salesforce writes the offset without a colon, which RFC 3339 does not know.
pub(super) fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_instant(&text).ok_or_else(|| de::Error::custom(format!("no date and time: {text}")))
}

/// An instant, with or without a colon in its offset.
pub(crate) fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z")
        .or_else(|_| DateTime::parse_from_rfc3339(text))
        .ok()
        .map(|at| at.with_timezone(&Utc))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AccountRow {
    pub id: String,
    name: Option<String>,
    website: Option<String>,
    owner: Option<UserRow>,
    #[serde(default)]
    is_deleted: bool,
    master_record_id: Option<String>,
    #[serde(deserialize_with = "instant")]
    pub system_modstamp: DateTime<Utc>,
    /// The fields that the connection chose.
    #[serde(flatten)]
    chosen: serde_json::Map<String, Value>,
}

impl AccountRow {
    pub(super) fn into_account(self, arr_field: Option<&str>, renewal_field: Option<&str>) -> CrmAccount {
        let chosen = |name: Option<&str>| name.and_then(|name| self.chosen.get(name));
        CrmAccount {
            arr_minor: chosen(arr_field)
                .and_then(Value::as_f64)
                .map(|amount| (amount * 100.0).round() as i64),
            renewal_date: chosen(renewal_field).and_then(Value::as_str).and_then(day),
            id: self.id,
            name: self.name.unwrap_or_default(),
            domain: self.website.as_deref().and_then(domain),
            website: self.website,
            owner: self.owner.and_then(UserRow::into_user),
            is_deleted: self.is_deleted,
            merged_into: self.master_record_id,
            changed_at: self.system_modstamp,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ContactRow {
    pub id: String,
    account_id: Option<String>,
    name: Option<String>,
    email: Option<String>,
    title: Option<String>,
    #[serde(default)]
    is_deleted: bool,
    master_record_id: Option<String>,
    #[serde(deserialize_with = "instant")]
    pub system_modstamp: DateTime<Utc>,
}

impl From<ContactRow> for CrmContact {
    fn from(row: ContactRow) -> Self {
        Self {
            id: row.id,
            account_id: row.account_id,
            name: row.name.unwrap_or_default(),
            email: row.email,
            title: row.title,
            is_deleted: row.is_deleted,
            merged_into: row.master_record_id,
            changed_at: row.system_modstamp,
        }
    }
}

/// A user, also as the `Owner` of an account, where a queue may stand instead and everything may be hidden.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UserRow {
    id: Option<String>,
    name: Option<String>,
    email: Option<String>,
    #[serde(default = "yes")]
    is_active: bool,
}

fn yes() -> bool {
    true
}

impl UserRow {
    pub(super) fn into_user(self) -> Option<CrmUser> {
        Some(CrmUser {
            id: self.id?,
            name: self.name.unwrap_or_default(),
            email: self.email,
            is_active: self.is_active,
        })
    }
}

pub(super) fn day(text: &str) -> Option<NaiveDate> {
    text.get(..10)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters_and_shows_the_cut() {
        for (text, limit, cut_to) in [
            ("short", 5, "short"),
            ("shorter", 5, "shor…"),
            ("über alles", 6, "über…"),
            ("🚀🚀🚀", 6, "🚀🚀🚀"),
            ("🚀🚀🚀🚀", 6, "🚀🚀…"),
        ] {
            assert_eq!(cut(text, limit), cut_to, "{text}");
        }
        assert_eq!(cut(&"ä".repeat(300), SUBJECT_LENGTH).encode_utf16().count(), 255);
    }

    #[test]
    fn both_ways_of_writing_an_instant_are_read() {
        for text in [
            "2026-11-22T10:15:30.000+0000",
            "2026-11-22T10:15:30Z",
            "2026-11-22T11:15:30.000+01:00",
        ] {
            assert_eq!(
                parse_instant(text).map(|at| at.timestamp()),
                Some(1_795_342_530),
                "{text}"
            );
        }
    }
}
