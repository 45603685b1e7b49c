//! What can be made to go wrong.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::http::FakeRequest;

/// A fault to come, as `POST /control/faults` takes it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Fault {
    /// Whose requests.
    pub vendor: Vendor,
    /// Which of them; all when empty.
    #[serde(default, rename = "match")]
    pub matching: Matching,
    /// What happens.
    pub kind: FaultKind,
    /// How often; each matching request takes one away.
    #[serde(default = "once")]
    pub times: u32,
    /// `Retry-After`, in seconds, for `rate_limit` and `status`.
    #[serde(default)]
    pub retry_after: Option<u64>,
    /// The status, for `status`.
    #[serde(default)]
    pub status: Option<u16>,
    /// The vendor's error code, for `status`.
    #[serde(default)]
    pub code: Option<String>,
    /// The vendor's words, for `status`.
    #[serde(default)]
    pub message: Option<String>,
    /// The field complained of, for `status`.
    #[serde(default)]
    pub field: Option<String>,
    /// How long, for `slow`.
    #[serde(default)]
    pub delay_ms: u64,
    /// For `duplicate_value`: whether the other transaction's record is really there afterwards.
    #[serde(default = "yes")]
    pub commit: bool,
}

fn once() -> u32 {
    1
}

fn yes() -> bool {
    true
}

/// A vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vendor {
    /// Slack's Web API.
    Slack,
    /// Salesforce's REST API and OAuth.
    Salesforce,
    /// HubSpot's API and OAuth.
    Hubspot,
    /// The mail server.
    Smtp,
}

/// Which requests a fault meets.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Matching {
    /// The HTTP method.
    #[serde(default)]
    pub method: Option<String>,
    /// A part of the path, such as `/sobjects/Task` or `chat.postMessage`.
    #[serde(default)]
    pub path: Option<String>,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The status, code and words given; nothing is done.
    Status,
    /// Slack and HubSpot: 429; Salesforce: 403 `REQUEST_LIMIT_EXCEEDED`. Nothing is done.
    RateLimit,
    /// It is done, and no answer ever comes.
    TimeoutAfterCommit,
    /// It is done, and the connection breaks.
    DropAfterCommit,
    /// Nothing is done, and the connection breaks.
    DropBefore,
    /// It is done, and the answer takes `delay_ms`.
    Slow,
    /// The token used is dead from now on.
    RevokedToken,
    /// Another transaction was faster, and this one gets Salesforce's `DUPLICATE_VALUE` or HubSpot's 409.
    DuplicateValue,
    /// Salesforce: two records with the external id came about, and this request gets 300 with their list.
    #[serde(rename = "twins_300")]
    Twins300,
    /// Salesforce: `UNABLE_TO_LOCK_ROW`; HubSpot: 423. Nothing is done.
    LockRow,
    /// HubSpot: 207 with the code, words and field given among the errors; nothing is done.
    PartialFailure,
}

/// The faults to come, in order.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn list(&self) -> &[Fault] {
        &self.0
    }

    /// The first fault that meets this request, used up by one.
    pub(super) fn take(&mut self, vendor: Vendor, request: &FakeRequest) -> Option<Fault> {
        let meets = |fault: &Fault| {
            let method = fault.matching.method.as_deref();
            let path = fault.matching.path.as_deref();
            fault.vendor == vendor
                && method.is_none_or(|method| method.eq_ignore_ascii_case(&request.method))
                && path.is_none_or(|path| request.path.contains(path))
        };
        let index = self.0.iter().position(meets)?;
        let fault = &mut self.0[index];
        fault.times = fault.times.saturating_sub(1);
        let taken = fault.clone();
        if fault.times == 0 {
            self.0.remove(index);
        }
        Some(taken)
    }
}

impl Fault {
    pub(super) fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_ms)
    }
}
