//! Dead letters as people and programs see them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::foundation::http::{page_of, words};
use crate::foundation::ids::{AccountId, DeadLetterId, SignalId};
use crate::signals::NamedRef;

words! {
    /// What failed.
    pub enum DeadLetterKind {
        /// A write to another system.
        Delivery = "delivery",
        /// The taking in of a Slack event.
        Message = "message",
        /// Some other work in the background.
        Job = "job",
    }
}

/// A signal by its title.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TitledSignal {
    /// Its id.
    pub id: SignalId,
    /// Its title.
    pub title: String,
}

/// What failed for good and needs a person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeadLetter {
    /// Its id.
    pub id: DeadLetterId,
    /// What failed.
    pub kind: DeadLetterKind,
    /// What it was, in a few words.
    pub title: String,
    /// The signal that it was for.
    pub signal: Option<TitledSignal>,
    /// That signal's account.
    pub account: Option<NamedRef<AccountId>>,
    /// Where it should have gone, such as `salesforce`.
    pub destination: Option<String>,
    /// Why it failed, in plain words.
    pub reason: String,
    /// The vendor's error code.
    pub vendor_code: Option<String>,
    /// The vendor's own words.
    pub vendor_message: Option<String>,
    /// What a person can do about it.
    pub what_to_do: String,
    /// How often it was tried.
    pub attempts: i32,
    /// When it was given up.
    pub failed_at: DateTime<Utc>,
}

page_of! {
    /// One page of dead letters, the latest first.
    pub struct DeadLetterPage(DeadLetter);
}

/// Which dead letters shall be tried again.
#[derive(Clone, Debug, Default, Deserialize, ToSchema, garde::Validate)]
#[garde(allow_unvalidated)]
pub struct RetryAll {
    /// Only those for this destination; all when not given.
    #[garde(length(max = 50))]
    #[serde(default)]
    pub destination: Option<String>,
}

/// How many dead letters are being tried again.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Retried {
    /// How many.
    pub retried: usize,
}

/// Why a dead letter is given up.
#[derive(Clone, Debug, Deserialize, ToSchema, garde::Validate)]
#[garde(allow_unvalidated)]
pub struct Discard {
    /// Why, for whoever looks later.
    #[garde(length(chars, min = 1, max = 1000))]
    pub reason: String,
}
