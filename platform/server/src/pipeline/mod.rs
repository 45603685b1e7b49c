//! The story of one message:
//!
//! ```text
//! ingest -> detect -> enrich -> dedup -> deliver, notify
//! ```
//!
//! There are two durable hops. **The inbox**: Slack's request is verified, its tenant found, and the event committed as
//! a job before Slack is answered ([`ingest`]). **The deliveries**: one row for each signal and destination, written in
//! the transaction that opens the signal ([`delivery`]); so are the notices to people ([`notifications`]). Between them, [`Pipeline::take_in`] runs the stages as plain
//! function calls inside one transaction, for a batch of messages at a time, whether they come live or from a history
//! import.
//!
//! Invariants:
//! - A message is known by (tenant, Slack workspace, channel, ts). However often and in whatever order it, its edits and
//!   its deletion arrive, the log ends in the same state and each detection is made once.
//! - Nothing that was found is thrown away: what is not shown is kept with the reason.
//! - Every detection names the versions of detector and configuration that made it.

pub mod dedup;
pub mod delivery;
pub mod detection;
pub mod enrichment;
pub mod ingest;

#[cfg(test)]
mod tests;

use sea_orm::DbErr;

use crate::foundation::context::Clock;
use crate::foundation::db::TenantTx;
use crate::notifications;
use crate::slack_app;
use ingest::message::IncomingMessage;

/// The stages with what they keep between messages. Cheap to clone; one a process.
#[derive(Clone)]
pub struct Pipeline {
    clock: Clock,
    detectors: detection::Detectors,
    matchers: enrichment::Matchers,
    can_mail: bool,
}

/// What became of a batch of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Messages that were new, or whose text changed.
    pub stored: usize,
    /// Detections that were made of them, shown or suppressed.
    pub detections: usize,
    /// Signals that were opened.
    pub signals_opened: usize,
    /// Mentions that joined an open signal.
    pub signals_joined: usize,
}

impl Pipeline {
    /// A pipeline with empty caches.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            detectors: detection::Detectors::default(),
            matchers: enrichment::Matchers::default(),
            can_mail: false,
        }
    }

    /// Says whether a mail server is set: without one, no notice waits for a mail.
    pub fn with_mail(self, can_mail: bool) -> Self {
        Self { can_mail, ..self }
    }

    /// Takes messages of one tenant through all stages, within the caller's transaction.
    ///
    /// The months of the messages must have their partitions: see [`ingest::partitions`].
    ///
    /// # Errors
    /// When the database fails; the caller drops the transaction, and nothing has happened.
    pub async fn take_in(&self, tx: &TenantTx, messages: Vec<IncomingMessage>) -> Result<Taken, DbErr> {
        let now = self.clock.now();
        let messages = ingest::message::newest_of_each(messages);
        let channels = enrichment::channels::resolve(tx, &messages, now).await?;
        let authors = enrichment::authors::resolve(tx, &messages, &channels, now).await?;
        let stored = ingest::log::store(tx, messages, &channels, &authors, now).await?;
        let mut taken = Taken {
            stored: stored.len(),
            ..Taken::default()
        };

        let mut findings = self.detectors.detect(tx, stored).await?;
        taken.detections = findings.iter().map(|finding| finding.detections().len()).sum();
        enrichment::accounts::resolve(tx, &self.matchers, &mut findings, now).await?;
        let outcome = dedup::settle(tx, findings, now).await?;
        taken.signals_opened = outcome.opened.len();
        taken.signals_joined = outcome.joined;
        delivery::request(tx, &outcome.opened, now).await?;
        notifications::request(tx, &outcome.opened, self.can_mail, now).await?;
        let opened: Vec<_> = outcome.opened.iter().map(|signal| signal.id).collect();
        slack_app::consider_asking(tx, &opened, now).await?;
        Ok(taken)
    }
}
