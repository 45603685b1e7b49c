//! Who is told what, when and by which way.
//!
//! A notice is a row and, when it is due, a job. It is asked for in the transaction that opens its signal, decided by
//! [`decision`] from facts alone, and decided once more just before it is sent, because hours may lie between.
//!
//! Invariants:
//! - One notice for each signal, recipient and way. A retry, a crash between sending and writing down, and a second worker
//!   end in one message: mails carry a lasting id, Slack is looked at first.
//! - What is not sent at once is held or said in the digest, never dropped; what is not sent at all says why.
//! - Whoever administers is told once of each connection that is lost.
//! - History never alerts. A CRM that is down holds nothing up here.
//! - A channel that people of other companies can read is never told anything.
//! - Digests come at the person's own nine o'clock, on every day of the year, and tell what is true when they are sent.
//! - Nothing here grows with the number of tenants but one look at an index a minute.

mod calendar;
mod decision;
mod digest;
mod handler;
mod letters;
mod lost;
mod model;
mod preferences;
mod preview;
mod request;
mod routes;
mod rules;
mod schedule;
mod slack;
mod store;
mod unsubscribe;

#[cfg(test)]
mod tests;

pub use handler::NotificationHandler;
pub use model::{Notification, NotificationPage};
pub use preferences::NotificationPreferences;
pub use routes::{routes, web_routes};
pub use schedule::schedules;

use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use crate::foundation::db::TenantTx;
use crate::foundation::ids::SignalId;
use crate::pipeline::dedup::Opened;
use crate::pipeline::ingest::message::Source;

/// The queue of notices; its lanes are a recipient and a way, or a connection that was lost.
pub use crate::control::connections::NOTICES_QUEUE as QUEUE;

/// Asks for the notices that new signals call for, within the transaction that opens them. Where no mail server is set, a
/// notice that only a mail could bring is suppressed at once.
pub async fn request(tx: &TenantTx, opened: &[Opened], can_mail: bool, now: DateTime<Utc>) -> Result<(), DbErr> {
    let live = opened.iter().filter(|signal| signal.source == Source::Live);
    let live: Vec<SignalId> = live.map(|signal| signal.id).collect();
    request::request(tx, &live, can_mail, now).await
}
