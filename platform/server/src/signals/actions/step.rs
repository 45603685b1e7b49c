//! What each action makes of a signal, and when it is not possible.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::request::{Action, ContinuationAnswer, DismissReason};
use super::state::{Locked, State};
use crate::accounts::channels::{self, MappingError, NewMapping};
use crate::control::access::Actor;
use crate::foundation::context::new_uuid;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::http::Problem;
use crate::foundation::ids::{AccountId, MemberId, SignalId};
use crate::signals::deliveries::{self, NoteDetail, RecordType, Requested};
use crate::signals::model::{ContinuationQuestion, SignalStatus};
use crate::signals::store;

/// What an action came to.
#[derive(Debug)]
pub(super) struct Step {
    /// The signal afterwards.
    pub after: State,
    /// The account afterwards.
    pub account: Option<AccountId>,
    /// What to say about it, for people of the tenant.
    pub summary: Option<String>,
    /// What to say about it in the audit: no words of messages or notes.
    pub audit: Value,
    /// What else was changed and would have to be taken back.
    pub effects: Effects,
}

/// What an action changed beside the signal's own state.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Effects {
    /// A CRM task was requested.
    #[serde(default)]
    pub task: bool,
    /// A CRM opportunity was requested.
    #[serde(default)]
    pub opportunity: bool,
    /// The channel was mapped.
    #[serde(default)]
    pub mapping: Option<MappingEffect>,
    /// Another signal took over this one's mentions.
    #[serde(default)]
    pub joined: Option<SignalId>,
}

/// A channel was mapped.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct MappingEffect {
    /// Whose it was before.
    pub former: Option<AccountId>,
    /// Whose it is.
    pub account: AccountId,
    /// The signals that moved with it.
    pub signals: Vec<SignalId>,
}

/// Does what `action` means, except for writing the signal's own state. `None`: it was so already.
pub(super) async fn take(
    tx: &TenantTx,
    signal: &Locked,
    action: &Action,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Option<Step>, Problem> {
    use SignalStatus::{Converted, Dismissed, Handled, Open, Snoozed};
    let (before, me) = (&signal.now, actor.member_id());
    let step = |after: State| Step {
        after,
        account: signal.account,
        summary: None,
        audit: json!({}),
        effects: Effects::default(),
    };
    Ok(Some(match action {
        Action::Handle => {
            match before.status {
                Open | Snoozed => {}
                Handled if before.owner == me => return Ok(None),
                Handled => return Err(handled_by_another(signal)),
                Dismissed | Converted => return Err(settled(before.status)),
            }
            let requested = deliveries::request(tx, signal.id, RecordType::Task, me, now).await?;
            let is_new = matches!(requested, Requested::Enqueued(_) | Requested::WaitingForMapping(_));
            let after = State {
                status: Handled,
                owner: me.or(before.owner),
                snoozed_until: None,
                ..before.clone()
            };
            Step {
                effects: Effects {
                    task: is_new,
                    ..Effects::default()
                },
                ..step(after)
            }
        }
        Action::Snooze { until } => {
            if !matches!(before.status, Open | Snoozed) {
                return Err(settled(before.status));
            }
            let after = State {
                status: Snoozed,
                snoozed_until: Some(*until),
                ..before.clone()
            };
            let summary = Some(format!("Until {}", until.format("%Y-%m-%d %H:%M UTC")));
            Step {
                summary,
                audit: json!({ "until": until.to_rfc3339() }),
                ..step(after)
            }
        }
        Action::Dismiss { reason, note } => {
            if matches!(before.status, Dismissed | Converted) {
                return Err(settled(before.status));
            }
            let is_false_alarm = *reason == DismissReason::NotASignal;
            let after = State {
                status: Dismissed,
                dismiss_reason: Some(reason.as_str().to_owned()),
                snoozed_until: None,
                confirmed: if is_false_alarm { Some(false) } else { before.confirmed },
                ..before.clone()
            };
            let said = explain(*reason);
            let summary = Some(
                note.as_ref()
                    .map_or_else(|| said.to_owned(), |note| format!("{said}: {note}")),
            );
            Step {
                summary,
                audit: json!({ "reason": reason.as_str() }),
                ..step(after)
            }
        }
        Action::Confirm => {
            if before.status == Dismissed {
                return Err(settled(before.status));
            }
            if before.confirmed == Some(true) {
                return Ok(None);
            }
            step(State {
                confirmed: Some(true),
                ..before.clone()
            })
        }
        Action::Assign { member } => {
            if matches!(before.status, Dismissed | Converted) {
                return Err(settled(before.status));
            }
            let name = active_member(tx, *member)
                .await?
                .ok_or_else(|| Problem::invalid("member_id", "Choose an active member of your company."))?;
            if before.owner == Some(*member) {
                return Ok(None);
            }
            let after = State {
                owner: Some(*member),
                ..before.clone()
            };
            Step {
                summary: Some(format!("To {name}")),
                audit: json!({ "member_id": member.to_string() }),
                ..step(after)
            }
        }
        Action::CreateTask => {
            ask(tx, signal, RecordType::Task, me, now).await?;
            Step {
                effects: Effects {
                    task: true,
                    ..Effects::default()
                },
                ..step(before.clone())
            }
        }
        Action::CreateOpportunity => {
            ask(tx, signal, RecordType::Opportunity, me, now).await?;
            Step {
                effects: Effects {
                    opportunity: true,
                    ..Effects::default()
                },
                ..step(before.clone())
            }
        }
        Action::Note { text } => {
            if notes_go_to_crm(tx).await? {
                let note = NoteDetail {
                    title: format!("Note on “{}”", signal.title),
                    text: text.clone(),
                    opportunity_id: None,
                };
                deliveries::request_note(tx, signal.id, &new_uuid().to_string(), &note, me, now).await?;
            }
            Step {
                summary: Some(text.clone()),
                ..step(before.clone())
            }
        }
        Action::MapAccount { account } => {
            let mapping = NewMapping {
                channel: signal.channel,
                account: *account,
                mapped_by: me,
            };
            let mapped = channels::map(tx, mapping, now).await.map_err(|error| match error {
                MappingError::NoAccount => Problem::invalid("account_id", "Choose an account of your company."),
                MappingError::NoChannel => Problem::not_found(),
                MappingError::Database(error) => error.into(),
            })?;
            let is_moved = mapped.signals.contains(&signal.id);
            let effect = MappingEffect {
                former: mapped.former,
                account: *account,
                signals: mapped.signals,
            };
            Step {
                account: if is_moved { Some(*account) } else { signal.account },
                summary: account_name(tx, *account).await?.map(|name| format!("To {name}")),
                audit: json!({ "account_id": account.to_string(), "channel_id": signal.channel.to_string() }),
                effects: Effects {
                    mapping: Some(effect),
                    ..Effects::default()
                },
                ..step(before.clone())
            }
        }
        Action::Reopen => {
            if matches!(before.status, Open | Converted) {
                return Err(settled(before.status));
            }
            let was_false_alarm = before.dismiss_reason.as_deref() == Some(DismissReason::NotASignal.as_str());
            step(State {
                status: Open,
                snoozed_until: None,
                dismiss_reason: None,
                confirmed: before.confirmed.filter(|_| !was_false_alarm),
                ..before.clone()
            })
        }
        Action::Continuation { answer } => {
            let question = before
                .continuation
                .clone()
                .ok_or_else(|| Problem::conflict("Nobody asks that (any more)."))?;
            let question: ContinuationQuestion = store::json(question)?;
            let after = State {
                continuation: None,
                ..before.clone()
            };
            match answer {
                ContinuationAnswer::New => Step {
                    summary: Some("It is new".to_owned()),
                    ..step(after)
                },
                ContinuationAnswer::Continuation => {
                    count_mentions(
                        tx,
                        question.parent_id,
                        signal.occurrences,
                        Some(signal.last_occurrence_at),
                        now,
                    )
                    .await?;
                    Step {
                        summary: Some(format!("It continues “{}”", question.parent_title)),
                        audit: json!({ "parent_id": question.parent_id.to_string() }),
                        effects: Effects {
                            joined: Some(question.parent_id),
                            ..Effects::default()
                        },
                        ..step(State {
                            parent: Some(question.parent_id),
                            ..after
                        })
                    }
                }
            }
        }
        Action::Undo => return super::undo::take(tx, signal, actor, now).await.map(Some),
    }))
}

/// Asks for a record that a person wants, and says so when there is none to be made.
async fn ask(
    tx: &TenantTx,
    signal: &Locked,
    record: RecordType,
    me: Option<MemberId>,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    match deliveries::request(tx, signal.id, record, me, now).await? {
        Requested::Enqueued(_) | Requested::WaitingForMapping(_) => Ok(()),
        Requested::AlreadyThere(_) => Err(Problem::conflict(format!(
            "The CRM {} of this signal is already there or on its way.",
            record.as_str()
        ))),
        Requested::NoConnection => Err(Problem::conflict(
            "No CRM is connected. Connect one under Connections, then try again.",
        )),
    }
}

async fn notes_go_to_crm(tx: &TenantTx) -> Result<bool, DbErr> {
    let wanted = Sql::new("SELECT notes_to_crm AS value FROM tenants WHERE tenant_id = $1");
    Ok(wanted.bind(tx.tenant_id()).scalar(tx).await?.unwrap_or(false))
}

/// Counts another signal's mentions with those of `parent`, or takes them away again.
pub(super) async fn count_mentions(
    tx: &TenantTx,
    parent: SignalId,
    mentions: i32,
    latest: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE signals SET occurrences = GREATEST(occurrences + $3, 1), \
            last_occurrence_at = GREATEST(last_occurrence_at, $4), updated_at = $5 WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tx.tenant_id())
    .bind(parent)
    .bind(mentions)
    .bind(latest)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

fn settled(status: SignalStatus) -> Problem {
    Problem::conflict(match status {
        SignalStatus::Open => "The signal is open already.",
        SignalStatus::Handled => "Somebody handles this signal. Reopen it first.",
        SignalStatus::Snoozed => "The signal is snoozed. Reopen it first.",
        SignalStatus::Dismissed => "The signal was dismissed. Reopen it first.",
        SignalStatus::Converted => "The signal was won; that is settled in the CRM.",
    })
}

fn handled_by_another(signal: &Locked) -> Problem {
    let name = signal.owner_name.as_deref().unwrap_or("Somebody else");
    Problem::conflict(format!(
        "{name} handles this signal already. Talk to them, or reopen it."
    ))
}

fn explain(reason: DismissReason) -> &'static str {
    match reason {
        DismissReason::NotASignal => "Not a signal",
        DismissReason::WrongAccount => "Wrong account",
        DismissReason::Duplicate => "Duplicate",
        DismissReason::AlreadyKnown => "Already known",
        DismissReason::Resolved => "Resolved",
        DismissReason::Other => "Other",
    }
}

#[derive(FromQueryResult)]
struct Name {
    name: String,
}

async fn active_member(tx: &TenantTx, id: MemberId) -> Result<Option<String>, DbErr> {
    let sql = Sql::new("SELECT name FROM members WHERE tenant_id = $1 AND id = $2 AND is_active");
    Ok(sql
        .bind(tx.tenant_id())
        .bind(id)
        .one::<Name>(tx)
        .await?
        .map(|row| row.name))
}

async fn account_name(tx: &TenantTx, id: AccountId) -> Result<Option<String>, DbErr> {
    let sql = Sql::new("SELECT name FROM accounts WHERE tenant_id = $1 AND id = $2");
    Ok(sql
        .bind(tx.tenant_id())
        .bind(id)
        .one::<Name>(tx)
        .await?
        .map(|row| row.name))
}
