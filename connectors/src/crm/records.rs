//! Records as a CRM tells them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::CrmSystem;

/// A customer of the tenant, as its CRM tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrmAccount {
    /// The CRM's id (Salesforce: 18 characters).
    pub id: String,
    /// The name; empty only for deleted ones.
    pub name: String,
    /// The web address as somebody typed it.
    pub website: Option<String>,
    /// The host name of `website`, lower case and without `www.`.
    pub domain: Option<String>,
    /// Who owns it.
    pub owner: Option<CrmUser>,
    /// Annual recurring revenue in hundredths of the org's currency unit, when the connection names the field for it.
    pub arr_minor: Option<i64>,
    /// When the contract ends, when the connection names the field for it.
    pub renewal_date: Option<NaiveDate>,
    /// Gone, or merged into another.
    pub is_deleted: bool,
    /// The account that took over, when this one was merged away.
    pub merged_into: Option<String>,
    /// When the CRM last touched it.
    pub changed_at: DateTime<Utc>,
}

/// A person at an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrmContact {
    /// The CRM's id.
    pub id: String,
    /// The account, if the contact belongs to one.
    pub account_id: Option<String>,
    /// Full name.
    pub name: String,
    /// E-mail address, as typed.
    pub email: Option<String>,
    /// Job title.
    pub title: Option<String>,
    /// Gone, or merged into another.
    pub is_deleted: bool,
    /// The contact that took over, when this one was merged away.
    pub merged_into: Option<String>,
    /// When the CRM last touched it.
    pub changed_at: DateTime<Utc>,
}

/// A user of the CRM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrmUser {
    /// The CRM's id.
    pub id: String,
    /// Full name.
    pub name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Whether the user may still own records.
    pub is_active: bool,
}

/// A pointer to a record in the CRM.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CrmRecordRef {
    /// The vendor.
    pub system: CrmSystem,
    /// The vendor's name for the kind of record, such as `Task`.
    #[serde(rename = "type")]
    pub record_type: String,
    /// The CRM's id.
    pub id: String,
    /// Where a person can look at it.
    pub url: String,
}

/// An opportunity, as its CRM tells it. HubSpot calls it a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrmOpportunity {
    /// The CRM's id.
    pub id: String,
    /// The account it is for, if any; the primary one where the vendor knows several.
    pub account_id: Option<String>,
    /// Its name; empty only for deleted ones.
    pub name: String,
    /// The stage in the words people see, as in [`OpportunityStage::name`](super::OpportunityStage::name).
    pub stage: String,
    /// Won or lost.
    pub is_closed: bool,
    /// Won.
    pub is_won: bool,
    /// The amount in hundredths of the org's currency unit.
    pub amount_minor: Option<i64>,
    /// When it is expected to close, or closed.
    pub close_date: Option<NaiveDate>,
    /// Who owns it.
    pub owner_id: Option<String>,
    /// Our id, when we made it.
    pub external_id: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When the CRM last touched it.
    pub changed_at: DateTime<Utc>,
    /// Gone, or merged into another.
    pub is_deleted: bool,
    /// The opportunity that took over, when this one was merged away. Salesforce cannot merge opportunities, HubSpot can.
    pub merged_into: Option<String>,
    /// Where a person can look at it.
    pub url: String,
}

/// A task, as its CRM tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrmActivity {
    /// The CRM's id.
    pub id: String,
    /// The account it is about, if any.
    pub account_id: Option<String>,
    /// One line.
    pub subject: String,
    /// Who shall do it.
    pub owner_id: Option<String>,
    /// Done.
    pub is_closed: bool,
    /// Our id, when we made it.
    pub external_id: Option<String>,
    /// When the CRM last touched it.
    pub changed_at: DateTime<Utc>,
    /// Gone.
    pub is_deleted: bool,
    /// Where a person can look at it.
    pub url: String,
}

/// What became of a record we know, for reconciliation and undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordState {
    /// The record asked for.
    pub record: CrmRecordRef,
    /// Whether it is there: not deleted, and visible to us.
    pub exists: bool,
    /// Our id in it, `None` when somebody removed it.
    pub external_id: Option<String>,
    /// When it was last changed; `None` when it does not exist any more and the CRM tells nothing of it.
    pub changed_at: Option<DateTime<Utc>>,
    /// Whether that change was made under our own authorization. False when the vendor does not tell.
    pub changed_by_us: bool,
    /// Other records that hold the same id of ours, oldest first.
    pub twins: Vec<CrmRecordRef>,
}

/// What undoing a write came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// The record is deleted. Both vendors keep it in their recycle bin for a while.
    Deleted,
    /// We may not delete in this org, so it was closed.
    Closed,
    /// Somebody changed it after us: nothing was done.
    TouchedSince {
        /// When.
        at: DateTime<Utc>,
    },
    /// It was gone already.
    Gone,
}

/// The host name of an address as people type it: with or without scheme, `www.`, path.
pub(crate) fn domain(website: &str) -> Option<String> {
    let typed = website.trim();
    let with_scheme = if typed.contains("://") {
        typed.to_owned()
    } else {
        format!("https://{typed}")
    };
    let host = reqwest::Url::parse(&with_scheme)
        .ok()?
        .host_str()?
        .trim_end_matches('.')
        .to_lowercase();
    let bare = host.strip_prefix("www.").unwrap_or(&host);
    bare.contains('.').then(|| bare.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_found_in_what_people_type() {
        for (website, expected) in [
            ("https://www.TechFlow.com/about?x=1", Some("techflow.com")),
            ("techflow.com", Some("techflow.com")),
            ("http://app.techflow.co.uk:8080", Some("app.techflow.co.uk")),
            ("n/a", None),
            ("unknown", None),
            ("", None),
        ] {
            assert_eq!(domain(website).as_deref(), expected, "{website}");
        }
    }
}
