//! The second durable hop: what a signal leads to in the CRM, written exactly once in effect.
//!
//! A delivery is a row (see [`crate::signals::deliveries`]) and a job in the lane of its connection and account, so
//! writes to one account never overtake each other. The signal's id travels with the record; a retry looks for it before
//! it writes, so neither a crash between the vendor's commit and our own nor a lost answer makes a second record.

mod breaker;
pub mod dead_letters;
mod handler;
mod task;

pub use handler::DeliveryHandler;

use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use crate::foundation::db::TenantTx;
use crate::pipeline::dedup::Opened;
use crate::pipeline::ingest::message::Source;
use crate::signals::deliveries::{self, RecordType};

/// Asks for the records that new signals call for: a task from the tenant's task threshold on. History is kept as
/// suppressed, because a rep must not be sent after a message of last spring. A message of two kinds is two signals and
/// one task: the surer one's.
pub async fn request(tx: &TenantTx, opened: &[Opened], now: DateTime<Utc>) -> Result<(), DbErr> {
    let wanted: Vec<&Opened> = opened
        .iter()
        .filter(|signal| signal.confidence >= signal.task_threshold)
        .collect();
    for signal in &wanted {
        let of_message = wanted.iter().filter(|other| other.message_id == signal.message_id);
        // The detections of a message come surest first, and the first of equals counts.
        let surest = of_message.rev().max_by_key(|other| other.confidence);
        let reason = match signal.source {
            Source::Import => Some("history"),
            Source::Live if surest.is_some_and(|surest| surest.id != signal.id) => Some("same_message"),
            Source::Live => None,
        };
        match reason {
            Some(reason) => deliveries::suppress(tx, signal.id, RecordType::Task, reason, now).await?,
            None => {
                deliveries::request(tx, signal.id, RecordType::Task, None, now).await?;
            }
        }
    }
    Ok(())
}
