//! Signals as people and programs see them.

use chrono::{DateTime, Utc};
use momentum_engine::message::SenderKind;
use momentum_engine::signal::{Sentiment, SignalKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::foundation::http::{engine_words, page_of, words};
use crate::foundation::ids::{AccountId, ChannelId, MemberId, SignalId};

engine_words! {
    /// What kind of news a signal carries.
    pub struct Kind(SignalKind) as "SignalKind" = SignalKind::ALL;
}

engine_words! {
    /// The speaker's attitude.
    pub struct Mood(Sentiment) as "Sentiment" =
        [Sentiment::Positive, Sentiment::Neutral, Sentiment::Negative, Sentiment::Urgent];
}

engine_words! {
    /// What an author is to the tenant.
    pub struct AuthorKind(SenderKind) as "AuthorKind" = [SenderKind::Customer, SenderKind::Internal, SenderKind::Bot];
}

words! {
    /// What people have done about a signal.
    pub enum SignalStatus {
        /// Nothing yet, or it came back.
        Open = "open",
        /// Somebody took it on.
        Handled = "handled",
        /// It comes back at `snoozed_until`.
        Snoozed = "snoozed",
        /// It was none, or it does not matter.
        Dismissed = "dismissed",
        /// It became an opportunity that was won in the CRM.
        Converted = "converted",
    }
}

words! {
    /// How far the CRM has been told, as one word for all records of a signal: the one that most needs a person.
    pub enum DeliveryState {
        /// Nothing is to be written.
        None = "none",
        /// It is written once the signal's account is known in the CRM.
        WaitingForMapping = "waiting_for_mapping",
        /// On its way.
        Pending = "pending",
        /// In the CRM.
        Delivered = "delivered",
        /// A person must look.
        DeadLetter = "dead_letter",
        /// Somebody decided against it.
        Discarded = "discarded",
    }
}

/// Something with an id and a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NamedRef<T> {
    /// Its id.
    pub id: T,
    /// Its name.
    pub name: String,
}

/// One reason behind a confidence.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Evidence {
    /// The words, verbatim from the message.
    pub quote: Option<String>,
    /// Why they count, for a sales rep.
    pub reason: String,
    /// Log-odds: positive speaks for the signal, negative against.
    pub weight: f64,
    /// Where it comes from, such as `phrase` or `sender`.
    pub term: String,
    /// Byte offset of the quote in the message; null without a quote.
    #[serde(default)]
    pub start: Option<u64>,
    /// Byte offset after the quote; null without a quote.
    #[serde(default)]
    pub end: Option<u64>,
}

/// Who said it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Author {
    /// The name that Slack shows.
    pub name: String,
    /// The e-mail address; people of other companies seldom tell it.
    #[serde(default)]
    pub email: Option<String>,
    /// What the author is to the tenant.
    pub kind: AuthorKind,
    /// The job title.
    #[serde(default)]
    pub role: Option<String>,
    /// The company.
    #[serde(default)]
    pub company: Option<String>,
}

/// What to do about a signal.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Recommendation {
    /// One of a closed set.
    pub action: String,
    /// The words on the button.
    pub label: String,
    /// Why, stating only what is known.
    pub reason: String,
}

/// "Is this new, or does it continue that signal?"
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ContinuationQuestion {
    /// The signal that it may continue.
    pub parent_id: SignalId,
    /// That signal's title.
    pub parent_title: String,
    /// How alike they are, 0 to 1.
    pub similarity: f64,
}

/// Where it was said.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SignalChannel {
    /// Its id.
    pub id: ChannelId,
    /// Slack's id.
    pub slack_channel_id: String,
    /// Its name, without `#`.
    pub name: String,
    /// Whether people of another company are in it.
    pub is_external: bool,
}

/// A record in a CRM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CrmRecord {
    /// The CRM, such as `salesforce`.
    pub system: String,
    /// The kind of record, such as `task`.
    #[serde(rename = "type")]
    pub record_type: String,
    /// The CRM's id.
    pub id: String,
    /// Where a person can look at it.
    pub url: Option<String>,
}

/// How far the opportunity of a signal is, as the CRM says.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CrmProgress {
    /// The CRM's name for the stage.
    pub stage: String,
    /// The amount in hundredths of the CRM's currency unit.
    pub amount_minor: Option<i64>,
}

/// Who works on the account already, as the CRM says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FollowingUp {
    /// The CRM's name or e-mail address of that person, where it is known.
    pub owner: Option<String>,
    /// The open activity.
    pub url: Option<String>,
}

/// What made the signal: the same message under the same versions gives the same signal.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Versions {
    /// The detector's version.
    pub detector: String,
    /// The version of the tenant's detection settings.
    pub config: String,
}

/// What people see of a message that matters.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Signal {
    /// Its id.
    pub id: SignalId,
    /// What kind of news it is.
    pub kind: Kind,
    /// What people have done about it. A snoozed signal whose time has come is `open`.
    pub status: SignalStatus,
    /// 0 to 100, calibrated: of the signals shown at 80, about 80 % are confirmed.
    #[schema(minimum = 0, maximum = 100)]
    pub confidence: u8,
    /// Whose it is; null while nobody knows.
    pub account: Option<NamedRef<AccountId>>,
    /// A short title.
    pub title: String,
    /// The sentence that says it, verbatim.
    pub quote: String,
    /// The reasons behind the confidence, the strongest first.
    pub evidence: Vec<Evidence>,
    /// -1 (displeased) to 1 (pleased).
    pub polarity: f32,
    /// 0 to 1.
    pub urgency: f32,
    /// The label derived from both.
    pub sentiment: Mood,
    /// Where it was said.
    pub channel: SignalChannel,
    /// Who said it.
    pub author: Author,
    /// When the message was posted.
    pub posted_at: DateTime<Utc>,
    /// When we found it.
    pub detected_at: DateTime<Utc>,
    /// The message in Slack.
    pub permalink: Option<String>,
    /// What to do.
    pub recommendation: Recommendation,
    /// What is in the CRM.
    pub crm_records: Vec<CrmRecord>,
    /// How far the CRM has been told.
    pub delivery_state: DeliveryState,
    /// How far its opportunity is in the CRM; null while there is none, or the CRM has not said.
    pub crm_progress: Option<CrmProgress>,
    /// The account's owner has an open activity in the CRM that is not ours.
    pub following_up: Option<FollowingUp>,
    /// The signal that this one continues.
    pub parent_id: Option<SignalId>,
    /// How often it was mentioned.
    pub occurrences: i32,
    /// Who handles it.
    pub owner: Option<NamedRef<MemberId>>,
    /// When it comes back.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// Whether somebody said that it is one (true) or none (false).
    pub confirmed: Option<bool>,
    /// The question that somebody should answer.
    pub continuation_question: Option<ContinuationQuestion>,
    /// What made it.
    pub versions: Versions,
}

page_of! {
    /// One page of signals.
    pub struct SignalPage(Signal);
}
