//! The second durable hop: what a signal leads to in the CRM, written exactly once in effect, read back, and taken
//! back when asked.
//!
//! A delivery is a row (see [`crate::signals::deliveries`]) and a job in the lane of its connection and account, so
//! writes to one account never overtake each other. The signal's id travels with the record; a retry looks for it before
//! it writes, so neither a crash between the vendor's commit and our own nor a lost answer makes a second record.
//!
//! Invariants:
//! - An account that was given an opportunity within 14 days gets no second one: further signals are linked to it.
//! - What a person changed in the CRM is never overwritten, deleted or made again behind their back.
//! - What would be written is shown by the code that writes it.

mod account_fields;
mod breaker;
pub mod dead_letters;
mod facts;
mod guard;
mod handler;
mod note;
mod opportunity;
mod outcome;
mod preview;
mod routes;
mod row;
mod sync_back;
mod sync_health;
mod task;
mod undo;
mod undo_request;
mod write;

pub use handler::DeliveryHandler;
pub use routes::routes;
pub use sync_back::CrmSyncHandler;

use chrono::{DateTime, Utc};
use momentum_engine::signal::{Confidence, SignalKind, Thresholds};
use sea_orm::DbErr;

use crate::foundation::db::TenantTx;
use crate::pipeline::dedup::Opened;
use crate::pipeline::ingest::message::Source;
use crate::signals::deliveries::{self, RecordType};

/// What a signal calls for: an expansion from the opportunity threshold on an opportunity (product specification, weeks
/// 9 and 10), anything from the task threshold on a task.
fn called_for(kind: SignalKind, confidence: Confidence, thresholds: &Thresholds) -> Option<RecordType> {
    if kind == SignalKind::Expansion && confidence >= thresholds.opportunity {
        Some(RecordType::Opportunity)
    } else {
        (confidence >= thresholds.task).then_some(RecordType::Task)
    }
}

/// Asks for the records that new signals call for. History is kept as suppressed, because a rep must not be sent after a
/// message of last spring. A message of two kinds is two signals and one record: the opportunity if there is one, else
/// the task of the surer one.
pub async fn request(tx: &TenantTx, opened: &[Opened], now: DateTime<Utc>) -> Result<(), DbErr> {
    let wanted: Vec<(&Opened, RecordType)> = opened
        .iter()
        .filter_map(|signal| Some((signal, called_for(signal.kind, signal.confidence, &signal.thresholds)?)))
        .collect();
    for (signal, record) in &wanted {
        let of_message = wanted.iter().filter(|(other, _)| other.message_id == signal.message_id);
        // The detections of a message come surest first, and the first of equals counts.
        let chosen = of_message
            .rev()
            .max_by_key(|(other, record)| (*record == RecordType::Opportunity, other.confidence));
        let reason = match signal.source {
            Source::Import => Some("history"),
            Source::Live if chosen.is_some_and(|(chosen, _)| chosen.id != signal.id) => Some("same_message"),
            Source::Live => None,
        };
        match reason {
            Some(reason) => deliveries::suppress(tx, signal.id, *record, reason, now).await?,
            None => {
                deliveries::request(tx, signal.id, *record, None, now).await?;
            }
        }
    }
    Ok(())
}
