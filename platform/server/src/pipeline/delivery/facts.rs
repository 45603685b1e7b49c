//! Everything that a record is made of, read in one statement: for a signal, or for a detection that opened none.

use chrono::{DateTime, NaiveDate, Utc};
use momentum_engine::signal::SignalKind;
use sea_orm::{DbErr, FromQueryResult};
use serde_json::Value;
use uuid::Uuid;

use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{AccountId, SignalId};

/// What is known of a signal (or of a detection that opened none) and of its account.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Facts {
    /// The signal; none for a detection that opened none.
    pub signal_id: Option<SignalId>,
    pub title: String,
    pub kind: String,
    pub confidence: i16,
    pub quote: String,
    pub author: Value,
    pub permalink: Option<String>,
    pub recommendation: Value,
    pub detected_at: DateTime<Utc>,
    pub channel: String,
    pub account_id: Option<AccountId>,
    pub account: Option<String>,
    pub arr_minor: Option<i64>,
    pub crm_account_id: Option<String>,
    pub crm_owner_id: Option<String>,
    pub crm_contact_id: Option<String>,
    pub timezone: String,
    pub fiscal_year_start_month: i16,
    pub expansion_percent: Option<i16>,
}

const COLUMNS: &str = "\
    signal.id AS signal_id, signal.title, signal.kind, signal.confidence, signal.quote, signal.author, signal.permalink, \
    signal.recommendation, signal.detected_at, channel.name AS channel, account.id AS account_id, account.name AS account, \
    account.arr_minor, CASE WHEN account.crm_system = $2 THEN account.crm_id END AS crm_account_id, \
    CASE WHEN account.crm_system = $2 THEN account.crm_owner_id END AS crm_owner_id, \
    (SELECT contact.crm_id FROM contacts AS contact \
      WHERE contact.tenant_id = $1 AND contact.account_id = account.id AND contact.crm_system = $2 \
        AND lower(contact.email) = lower(signal.author->>'email') LIMIT 1) AS crm_contact_id, \
    tenant.timezone, tenant.fiscal_year_start_month, tenant.expansion_percent";

const JOINS: &str = "\
    JOIN channels AS channel ON channel.tenant_id = $1 AND channel.id = signal.channel_id \
    JOIN tenants AS tenant ON tenant.tenant_id = $1 \
    LEFT JOIN accounts AS account ON account.tenant_id = $1 AND account.id = signal.account_id";

impl Facts {
    /// What is known of a signal, as far as the CRM `system` is concerned.
    pub async fn of_signal(tx: &TenantTx, system: &str, signal: SignalId) -> Result<Option<Self>, DbErr> {
        let sql =
            format!("SELECT {COLUMNS} FROM signals AS signal {JOINS} WHERE signal.tenant_id = $1 AND signal.id = $3");
        Sql::new(sql)
            .bind(tx.tenant_id())
            .bind(system)
            .bind(signal)
            .one(tx)
            .await
    }

    /// What is known of the latest detections made since `since` in live messages or, with `imported`, in history: at
    /// most one for each signal, the surest, the latest first. What opened no signal has the words of its evidence.
    pub async fn of_detections(
        tx: &TenantTx,
        system: &str,
        since: DateTime<Utc>,
        imported: bool,
        most: i64,
    ) -> Result<Vec<Self>, DbErr> {
        let from = "(SELECT DISTINCT ON (COALESCE(d.signal_id, d.id)) d.signal_id AS id, d.kind, \
                GREATEST(d.confidence, s.confidence) AS confidence, COALESCE(s.title, d.key_phrase) AS title, \
                COALESCE(s.quote, (SELECT why->>'quote' FROM jsonb_array_elements(d.evidence) AS why \
                    WHERE why->>'quote' IS NOT NULL LIMIT 1), d.key_phrase) AS quote, \
                COALESCE(s.author, jsonb_build_object('name', m.author_name, 'email', NULL)) AS author, s.permalink, \
                COALESCE(s.recommendation, '{}'::jsonb) AS recommendation, d.detected_at, d.channel_id, \
                COALESCE(s.account_id, d.account_id) AS account_id \
             FROM detections AS d \
             LEFT JOIN signals AS s ON s.tenant_id = d.tenant_id AND s.id = d.signal_id \
             JOIN messages AS m ON m.tenant_id = d.tenant_id AND m.posted_at = d.posted_at AND m.id = d.message_id \
                  AND m.channel_id = d.channel_id \
            WHERE d.tenant_id = $1 AND d.posted_at >= $3 AND m.source = $4 \
              AND COALESCE(d.suppressed_reason, 'below_threshold') = 'below_threshold' \
            ORDER BY COALESCE(d.signal_id, d.id), d.confidence DESC) AS signal";
        let sql = format!("SELECT {COLUMNS} FROM {from} {JOINS} ORDER BY signal.detected_at DESC, signal.id LIMIT $5");
        Sql::new(sql)
            .bind(tx.tenant_id())
            .bind(system)
            .bind(since)
            .bind(if imported { "import" } else { "live" })
            .bind(most)
            .all(tx)
            .await
    }

    /// The day it is where the tenant works.
    pub fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        today(now, &self.timezone)
    }

    /// What kind of news it is; expansion when a later version stored a kind that this one does not know.
    pub fn signal_kind(&self) -> SignalKind {
        self.kind.parse().unwrap_or(SignalKind::Expansion)
    }

    /// The account's name, or words for one that has none.
    pub fn account_name(&self) -> &str {
        self.account.as_deref().unwrap_or("An account")
    }

    /// The quote on one line.
    pub fn quote_line(&self) -> String {
        self.quote.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Our id in the CRM. What opened no signal is never written, and has the id of no signal.
    pub fn external_id(&self) -> String {
        self.signal_id.unwrap_or(SignalId(Uuid::nil())).to_string()
    }

    /// What was said, by whom, where, and where to look: the same lines in tasks, opportunities and notes.
    pub fn lines(&self, base_url: &str) -> Vec<String> {
        let text = |name: &str| self.author.get(name).and_then(Value::as_str);
        let author = text("name").unwrap_or("Somebody");
        let poster = match text("email") {
            Some(email) => format!("{author} ({email})"),
            None => author.to_owned(),
        };
        let mut lines = vec![
            format!("[{} Signal]", self.signal_kind().label()),
            format!("Message: '{}'", self.quote_line()),
            format!("Channel: #{}", self.channel),
            format!("Posted by: {poster}"),
        ];
        lines.extend(self.permalink.as_ref().map(|link| format!("Link: {link}")));
        let advice = |name: &str| self.recommendation.get(name).and_then(Value::as_str);
        if let Some((label, reason)) = advice("label").zip(advice("reason")) {
            lines.push(format!("Recommended: {label}. {reason}"));
        }
        if let Some(signal) = self.signal_id {
            lines.push(format!(
                "Confidence: {} %. Why, and what to do: {base_url}/signals/{signal}",
                self.confidence
            ));
        }
        lines
    }
}

/// The day it is at `now` in the zone of this name.
pub(super) fn today(now: DateTime<Utc>, timezone: &str) -> NaiveDate {
    let zone: chrono_tz::Tz = timezone.parse().unwrap_or(chrono_tz::UTC);
    now.with_timezone(&zone).date_naive()
}

#[cfg(test)]
impl Facts {
    /// The specification's example.
    pub fn example() -> Self {
        Self {
            signal_id: Some("sig_0192f0c1a2b37c4d8e9fa0b1c2d3e4f5".parse().expect("an id")),
            title: "Needs capacity".to_owned(),
            kind: "expansion".to_owned(),
            confidence: 92,
            quote: "We need more\ncapacity".to_owned(),
            author: serde_json::json!({ "name": "John Smith", "email": "john@techflow.com" }),
            permalink: Some("https://northwind.slack.com/archives/C1/p1700000000000100".to_owned()),
            recommendation: serde_json::json!({
                "label": "Create expansion opportunity", "reason": "The customer states a need beyond what they have.",
            }),
            detected_at: DateTime::UNIX_EPOCH,
            channel: "techflow-customer".to_owned(),
            account_id: None,
            account: Some("TechFlow".to_owned()),
            arr_minor: Some(12_000_000),
            crm_account_id: Some("001000000000001AAA".to_owned()),
            crm_owner_id: Some("005000000000001AAA".to_owned()),
            crm_contact_id: None,
            timezone: "UTC".to_owned(),
            fiscal_year_start_month: 1,
            expansion_percent: Some(20),
        }
    }
}
