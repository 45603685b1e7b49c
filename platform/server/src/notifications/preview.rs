//! A notice as it would look now, from the person's own signals.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::digest::{self, Item, ListedMessage};
use super::letters::{self, Envelope};
use super::lost::Lost;
use super::model::NoticePurpose;
use super::store;
use crate::control::connections::Vendor;
use crate::foundation::db::TenantTx;
use crate::foundation::http::Problem;
use crate::foundation::ids::{MemberId, MessageId, NotificationId, SignalId};

/// Which notice to look at.
#[derive(Debug, Deserialize, ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct PreviewNotification {
    /// For what.
    pub purpose: NoticePurpose,
}

/// A notice as a mail.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationPreview {
    /// Its subject.
    pub subject: String,
    /// As HTML.
    pub html: String,
    /// As text.
    pub text: String,
}

/// Writes it, from the signals of the last seven days; an alert of the surest of them, or of an invented one where
/// there is none; a system notice of an invented connection.
///
/// # Errors
/// 404 when there is no such person.
pub async fn preview(
    tx: &TenantTx,
    member: MemberId,
    purpose: NoticePurpose,
    base_url: &str,
    now: DateTime<Utc>,
) -> Result<NotificationPreview, Problem> {
    let person = store::person(tx, member).await?.ok_or_else(Problem::not_found)?;
    let envelope = Envelope {
        id: NotificationId(Uuid::nil()),
        base_url,
        unsubscribe_url: Some(format!("{base_url}/unsubscribe/example")),
        now,
    };
    let week = digest::gather(tx, &person, purpose, (now - TimeDelta::days(7), now)).await?;
    let letter = match purpose {
        NoticePurpose::System => letters::lost(&lost(now), &person, &envelope),
        NoticePurpose::Alert => letters::alert(&one(week.sure, now), &person, &envelope),
        NoticePurpose::DailyDigest | NoticePurpose::WeeklyDigest => letters::digest(&week, &person, &envelope),
    };
    Ok(NotificationPreview {
        subject: letter.subject,
        html: letter.html,
        text: letter.text,
    })
}

fn one(sure: Vec<ListedMessage>, now: DateTime<Utc>) -> Item {
    sure.into_iter()
        .next()
        .map(|message| message.item)
        .unwrap_or_else(|| Item {
            id: SignalId(Uuid::nil()),
            message_id: MessageId(Uuid::nil()),
            title: "Needs more seats".to_owned(),
            kind: "expansion".to_owned(),
            confidence: 92,
            quote: "We are running out of seats. Can we add 50 more this month?".to_owned(),
            posted_at: now,
            account: Some("Example Ltd".to_owned()),
            channel: "example".to_owned(),
            advice: Some("Create an opportunity".to_owned()),
        })
}

fn lost(now: DateTime<Utc>) -> Lost {
    Lost {
        vendor: Vendor::Salesforce,
        name: "Example Ltd".to_owned(),
        words: Some("invalid_grant: expired access/refresh token".to_owned()),
        lost_at: now,
        waiting: 3,
    }
}
