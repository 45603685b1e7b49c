//! Records as HubSpot sends them: every value is text.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    EXTERNAL_ID_PROPERTY,
    api::Object,
    deals::Stage,
    describe::{COMPLETED, Portal},
};
use crate::crm::{CrmAccount, CrmActivity, CrmContact, CrmOpportunity, CrmUser, domain};

pub(super) const COMPANY: &[&str] = &["name", "website", "domain", "hubspot_owner_id", MERGED];
pub(super) const CONTACT: &[&str] = &[
    "firstname",
    "lastname",
    "email",
    "jobtitle",
    "associatedcompanyid",
    MERGED,
];
pub(super) const DEAL: &[&str] = &[
    "dealname",
    "dealstage",
    "amount",
    "closedate",
    "hubspot_owner_id",
    "createdate",
    EXTERNAL_ID_PROPERTY,
    MERGED,
];
pub(super) const TASK: &[&str] = &[
    "hs_task_subject",
    "hs_task_status",
    "hubspot_owner_id",
    EXTERNAL_ID_PROPERTY,
];

/// The records that were merged into this one, by id, separated by semicolons. A merged record is in no list, and reading it answers with the
/// one that took over.
const MERGED: &str = "hs_merged_object_ids";

/// A record of a change page: live, in the recycle bin, or merged away.
#[derive(Debug)]
pub(super) struct Change {
    pub object: Object,
    pub is_deleted: bool,
    pub merged_into: Option<String>,
    pub changed_at: DateTime<Utc>,
}

impl Change {
    /// The change itself, and one more for each record that was merged into it.
    pub(super) fn with_merged(self) -> Vec<Self> {
        let merged: Vec<String> = self
            .object
            .text(MERGED)
            .into_iter()
            .flat_map(|ids| ids.split(';'))
            .map(str::trim)
            .filter(|id| !id.is_empty() && *id != self.object.id)
            .map(str::to_owned)
            .collect();
        let (winner, changed_at) = (self.object.id.clone(), self.changed_at);
        let gone = merged.into_iter().map(|id| Self {
            object: Object {
                id,
                properties: serde_json::Map::new(),
                properties_with_history: serde_json::Map::new(),
                created_at: None,
                updated_at: None,
                archived_at: None,
                new: false,
            },
            is_deleted: true,
            merged_into: Some(winner.clone()),
            changed_at,
        });
        let gone: Vec<Self> = gone.collect();
        std::iter::once(self).chain(gone).collect()
    }

    fn text(&self, property: &str) -> Option<String> {
        self.object.text(property).map(str::to_owned)
    }

    pub(super) fn into_account(
        self,
        owners: &[CrmUser],
        arr_field: Option<&str>,
        renewal_field: Option<&str>,
    ) -> CrmAccount {
        let owner = self.object.text("hubspot_owner_id");
        let website = self.text("website");
        CrmAccount {
            name: self.text("name").unwrap_or_default(),
            domain: self
                .object
                .text("domain")
                .and_then(domain)
                .or_else(|| website.as_deref().and_then(domain)),
            website,
            owner: owner.and_then(|id| owners.iter().find(|owner| owner.id == id)).cloned(),
            arr_minor: arr_field.and_then(|name| self.object.text(name)).and_then(minor),
            renewal_date: renewal_field.and_then(|name| self.object.text(name)).and_then(day),
            is_deleted: self.is_deleted,
            merged_into: self.merged_into,
            changed_at: self.changed_at,
            id: self.object.id,
        }
    }

    pub(super) fn into_contact(self) -> CrmContact {
        let names = [self.object.text("firstname"), self.object.text("lastname")];
        CrmContact {
            account_id: self.text("associatedcompanyid"),
            name: names.into_iter().flatten().collect::<Vec<_>>().join(" "),
            email: self.text("email"),
            title: self.text("jobtitle"),
            is_deleted: self.is_deleted,
            merged_into: self.merged_into,
            changed_at: self.changed_at,
            id: self.object.id,
        }
    }

    pub(super) fn into_opportunity(self, portal: &Portal, stages: &[Stage], company: Option<String>) -> CrmOpportunity {
        let stage_id = self.object.text("dealstage").unwrap_or_default();
        // Whether it is closed is read off its stage: HubSpot's own property for it is calculated, and late.
        let stage = stages.iter().find(|stage| stage.id == stage_id);
        CrmOpportunity {
            account_id: company,
            name: self.text("dealname").unwrap_or_default(),
            stage: stage.map_or(stage_id, |stage| &stage.name).to_owned(),
            is_closed: stage.is_some_and(|stage| stage.is_closed),
            is_won: stage.is_some_and(|stage| stage.is_won),
            amount_minor: self.object.text("amount").and_then(minor),
            close_date: self.object.text("closedate").and_then(day),
            owner_id: self.text("hubspot_owner_id"),
            external_id: self.text(EXTERNAL_ID_PROPERTY),
            created_at: self.object.created_at.unwrap_or(self.changed_at),
            changed_at: self.changed_at,
            is_deleted: self.is_deleted,
            merged_into: self.merged_into,
            url: portal.record_ref("deals", &self.object.id).url,
            id: self.object.id,
        }
    }

    pub(super) fn into_activity(self, portal: &Portal, company: Option<String>) -> CrmActivity {
        CrmActivity {
            account_id: company,
            subject: self.text("hs_task_subject").unwrap_or_default(),
            owner_id: self.text("hubspot_owner_id"),
            is_closed: self.object.text("hs_task_status") == Some(COMPLETED),
            external_id: self.text(EXTERNAL_ID_PROPERTY),
            changed_at: self.changed_at,
            is_deleted: self.is_deleted,
            url: portal.record_ref("tasks", &self.object.id).url,
            id: self.object.id,
        }
    }
}

/// An amount in hundredths.
fn minor(text: &str) -> Option<i64> {
    let amount: f64 = text.trim().parse().ok()?;
    amount.is_finite().then(|| (amount * 100.0).round() as i64)
}

/// A day: `2027-03-31`, an instant beginning with it, or milliseconds since 1970, which older properties still hold.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let written = text.get(..10).and_then(|day| day.parse().ok());
    written.or_else(|| instant(text).map(|at| at.date_naive()))
}

/// An instant: ISO 8601, or milliseconds since 1970.
pub(super) fn instant(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(millis) = text.parse::<i64>() {
        return DateTime::from_timestamp_millis(millis);
    }
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_amounts_are_read_in_every_way_hubspot_writes_them() {
        for (text, expected) in [
            ("2027-03-31", Some("2027-03-31")),
            ("2027-03-31T00:00:00Z", Some("2027-03-31")),
            ("1806451200000", Some("2027-03-31")),
            ("soon", None),
        ] {
            assert_eq!(day(text).map(|day| day.to_string()).as_deref(), expected, "{text}");
        }
        for (text, expected) in [("12345.5", Some(1_234_550)), ("0", Some(0)), ("NaN", None), ("", None)] {
            assert_eq!(minor(text), expected, "{text}");
        }
    }
}
