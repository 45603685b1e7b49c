//! What can be asked for, checked field by field.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::foundation::http::{FieldError, Problem, words};
use crate::foundation::ids::{AccountId, MemberId};

/// A signal that sleeps for longer than this is forgotten, not snoozed.
const LONGEST_SNOOZE: TimeDelta = TimeDelta::days(366);
/// Longest note, in characters.
const LONGEST_TEXT: usize = 4_000;

words! {
    /// What can be done about a signal.
    pub enum ActionName {
        /// Take it on; makes the CRM task if there is none.
        Handle = "handle",
        /// Put it off `until` a time.
        Snooze = "snooze",
        /// Say with a `reason` that it needs nothing.
        Dismiss = "dismiss",
        /// Say that it is one.
        Confirm = "confirm",
        /// Give it to the member `member_id`.
        Assign = "assign",
        /// Make the CRM task.
        CreateTask = "create_task",
        /// Make the CRM opportunity, or link the one that was made for the account lately.
        CreateOpportunity = "create_opportunity",
        /// Write `text` down; in the CRM too, where the company wants that.
        Note = "note",
        /// Say that its channel is the account `account_id`'s.
        MapAccount = "map_account",
        /// Put it back among the open ones.
        Reopen = "reopen",
        /// Take back one's own last action.
        Undo = "undo",
        /// Answer whether it is new or continues another signal.
        Continuation = "continuation",
    }
}

words! {
    /// Why a signal needs nothing.
    pub enum DismissReason {
        /// The message means something else.
        NotASignal = "not_a_signal",
        /// It is about somebody else.
        WrongAccount = "wrong_account",
        /// There is another signal for the same.
        Duplicate = "duplicate",
        /// The team knew.
        AlreadyKnown = "already_known",
        /// It is settled.
        Resolved = "resolved",
        /// See the note.
        Other = "other",
    }
}

words! {
    /// Whether a signal is news.
    pub enum ContinuationAnswer {
        /// It is.
        New = "new",
        /// It continues the other one.
        Continuation = "continuation",
    }
}

/// An action on a signal. Which fields are needed stands with each action.
#[derive(Clone, Debug, Deserialize, ToSchema, garde::Validate)]
#[garde(allow_unvalidated)]
pub struct SignalAction {
    /// What to do.
    pub action: ActionName,
    /// `snooze`: when it shall come back.
    #[serde(default)]
    pub until: Option<DateTime<Utc>>,
    /// `dismiss`: why.
    #[serde(default)]
    pub reason: Option<DismissReason>,
    /// `dismiss`: more about it.
    #[garde(length(chars, max = LONGEST_TEXT))]
    #[serde(default)]
    pub note: Option<String>,
    /// `assign`: to whom.
    #[serde(default)]
    pub member_id: Option<MemberId>,
    /// `note`: what to write down.
    #[garde(length(chars, max = LONGEST_TEXT))]
    #[serde(default)]
    pub text: Option<String>,
    /// `map_account`: whose the channel is.
    #[serde(default)]
    pub account_id: Option<AccountId>,
    /// `continuation`: the answer.
    #[serde(default)]
    pub answer: Option<ContinuationAnswer>,
}

/// An action with what it needs.
#[derive(Clone, Debug)]
pub(super) enum Action {
    Handle,
    Snooze {
        until: DateTime<Utc>,
    },
    Dismiss {
        reason: DismissReason,
        note: Option<String>,
    },
    Confirm,
    Assign {
        member: MemberId,
    },
    CreateTask,
    CreateOpportunity,
    Note {
        text: String,
    },
    MapAccount {
        account: AccountId,
    },
    Reopen,
    Undo,
    Continuation {
        answer: ContinuationAnswer,
    },
}

impl SignalAction {
    /// An action with none of the fields that some need.
    pub fn new(action: ActionName) -> Self {
        Self {
            action,
            until: None,
            reason: None,
            note: None,
            member_id: None,
            text: None,
            account_id: None,
            answer: None,
        }
    }

    /// Checks that what the action needs is there.
    ///
    /// # Errors
    /// 422 naming the field.
    pub(super) fn parse(self, now: DateTime<Utc>) -> Result<Action, Problem> {
        Ok(match self.action {
            ActionName::Handle => Action::Handle,
            ActionName::Snooze => {
                let until = self.until.ok_or_else(|| missing("until"))?;
                if until <= now || until > now + LONGEST_SNOOZE {
                    return Err(Problem::invalid("until", "Choose a time in the future, within a year."));
                }
                Action::Snooze { until }
            }
            ActionName::Dismiss => {
                let reason = self.reason.ok_or_else(|| missing("reason"))?;
                Action::Dismiss {
                    reason,
                    note: self.note.and_then(filled),
                }
            }
            ActionName::Confirm => Action::Confirm,
            ActionName::Assign => Action::Assign {
                member: self.member_id.ok_or_else(|| missing("member_id"))?,
            },
            ActionName::CreateTask => Action::CreateTask,
            ActionName::CreateOpportunity => Action::CreateOpportunity,
            ActionName::Note => Action::Note {
                text: self.text.and_then(filled).ok_or_else(|| missing("text"))?,
            },
            ActionName::MapAccount => Action::MapAccount {
                account: self.account_id.ok_or_else(|| missing("account_id"))?,
            },
            ActionName::Reopen => Action::Reopen,
            ActionName::Undo => Action::Undo,
            ActionName::Continuation => Action::Continuation {
                answer: self.answer.ok_or_else(|| missing("answer"))?,
            },
        })
    }
}

impl Action {
    /// The name on the wire and in the signal's history.
    pub(super) fn name(&self) -> ActionName {
        match self {
            Self::Handle => ActionName::Handle,
            Self::Snooze { .. } => ActionName::Snooze,
            Self::Dismiss { .. } => ActionName::Dismiss,
            Self::Confirm => ActionName::Confirm,
            Self::Assign { .. } => ActionName::Assign,
            Self::CreateTask => ActionName::CreateTask,
            Self::CreateOpportunity => ActionName::CreateOpportunity,
            Self::Note { .. } => ActionName::Note,
            Self::MapAccount { .. } => ActionName::MapAccount,
            Self::Reopen => ActionName::Reopen,
            Self::Undo => ActionName::Undo,
            Self::Continuation { .. } => ActionName::Continuation,
        }
    }

    /// The action in the audit.
    pub(super) fn audit_name(&self) -> &'static str {
        match self {
            Self::Handle => "signal.handled",
            Self::Snooze { .. } => "signal.snoozed",
            Self::Dismiss { .. } => "signal.dismissed",
            Self::Confirm => "signal.confirmed",
            Self::Assign { .. } => "signal.assigned",
            Self::CreateTask => "signal.task_requested",
            Self::CreateOpportunity => "signal.opportunity_requested",
            Self::Note { .. } => "signal.noted",
            Self::MapAccount { .. } => "signal.mapped",
            Self::Reopen => "signal.reopened",
            Self::Undo => "signal.undone",
            Self::Continuation { .. } => "signal.continuation_answered",
        }
    }
}

fn missing(field: &str) -> Problem {
    Problem::fields(vec![FieldError {
        field: field.to_owned(),
        code: "missing".to_owned(),
        message: "This action needs it.".to_owned(),
    }])
}

fn filled(text: String) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
