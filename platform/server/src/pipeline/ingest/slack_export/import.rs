//! The job that turns a spooled export into history: batch by batch, each with its progress in one transaction.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sea_orm::DbErr;
use tokio::sync::mpsc;

use super::archive::{Archive, Limits};
use super::catalogue::{Catalogue, ExportedChannel};
use super::day::Day;
use super::error::ExportError;
use super::people;
use crate::foundation::context::Clock;
use crate::foundation::db::Database;
use crate::foundation::ids::ImportId;
use crate::foundation::jobs::{Backoff, Failure, Handler, Job, LaneBatch, Queue};
use crate::history::imports::{self, Checkpoint, Import, ImportJob, ImportState, Progress};
use crate::pipeline::Pipeline;
use crate::pipeline::ingest::message::IncomingMessage;
use crate::pipeline::ingest::partitions::Partitions;

/// Messages that are taken in by one transaction, more or less: a day is not parted.
const BATCH: usize = 500;

/// Does the jobs of imports.
pub struct ImportHandler {
    db: Database,
    clock: Clock,
    pipeline: Pipeline,
    partitions: Arc<Partitions>,
    limits: Limits,
}

impl ImportHandler {
    /// A handler over the process's pipeline.
    pub fn new(db: Database, clock: Clock, pipeline: Pipeline, partitions: Arc<Partitions>) -> Self {
        Self {
            db,
            clock,
            pipeline,
            partitions,
            limits: Limits::default(),
        }
    }
}

#[async_trait]
impl Handler for ImportHandler {
    fn queue(&self) -> Queue {
        Queue {
            name: imports::QUEUE,
            batch: 1,
            lanes: 1,
            // A company's own file is read by one worker; another company's does not wait for it.
            concurrency: 2,
            // A killed process's import goes on after this long.
            lease: TimeDelta::seconds(9),
            backoff: Backoff {
                base: TimeDelta::seconds(5),
                cap: TimeDelta::minutes(10),
                max_attempts: 8,
            },
        }
    }

    async fn run(&self, batch: &LaneBatch) -> Result<(), Failure> {
        for job in &batch.jobs {
            let ImportJob { import_id } =
                serde_json::from_value(job.payload.clone()).map_err(|error| Failure::DeadLetter {
                    reason: format!("the import's job cannot be read: {error}"),
                })?;
            let tx = batch.db.begin().await?;
            let import = imports::find(&tx, import_id).await?;
            tx.commit().await?;
            let ended = match import {
                Some(import) if matches!(import.state, ImportState::Queued | ImportState::Running) => {
                    self.import(batch, &import).await?
                }
                _ => Ok(()),
            };
            self.end(batch, job, import_id, ended).await?;
        }
        Ok(())
    }

    async fn on_dead_letter(&self, tx: &crate::foundation::db::TenantTx, job: &Job, reason: &str) -> Result<(), DbErr> {
        match serde_json::from_value::<ImportJob>(job.payload.clone()) {
            Ok(job) => imports::fail(tx, job.import_id, reason, self.clock.now()).await,
            Err(_) => Ok(()),
        }
    }
}

/// What the reading thread hands over: some days of messages, read to the end of each.
struct Piece {
    messages: Vec<IncomingMessage>,
    progress: Progress,
}

impl ImportHandler {
    /// The inner error is the file's fault, the outer one is ours and is tried again.
    async fn import(&self, batch: &LaneBatch, import: &Import) -> Result<Result<(), ExportError>, Failure> {
        let tx = batch.db.begin().await?;
        let connected = people::connected_workspace(&tx).await?;
        tx.commit().await?;

        let (path, limits) = (PathBuf::from(&import.file_path), self.limits);
        let (catalogue, messages) = match off_thread(move || survey(&path, &limits, connected.as_deref())).await? {
            Ok(survey) => survey,
            Err(error) if error.is_transient() => {
                return Err(Failure::Retry {
                    after: None,
                    reason: error.to_string(),
                });
            }
            Err(error) => return Ok(Err(error)),
        };
        let now = self.clock.now();
        let tx = batch.db.begin().await?;
        people::store(&tx, &catalogue, now).await?;
        let channels = i32::try_from(catalogue.channels.len()).unwrap_or(i32::MAX);
        imports::mark_running(&tx, import.id, channels, messages, now).await?;
        tx.commit().await?;

        // One piece is read ahead while the last one is stored.
        let (pieces, mut read) = mpsc::channel(1);
        let (path, checkpoint) = (PathBuf::from(&import.file_path), import.checkpoint.clone());
        let reading = tokio::task::spawn_blocking(move || {
            read_pieces(&path, &limits, &catalogue, checkpoint.as_ref(), now, &mut |piece| {
                pieces.blocking_send(piece).is_ok()
            })
        });
        while let Some(piece) = read.recv().await {
            self.take_in(batch, import.id, piece).await?;
        }
        reading.await.map_err(|error| Failure::Retry {
            after: None,
            reason: format!("the reader stopped: {error}"),
        })
    }

    async fn take_in(&self, batch: &LaneBatch, id: ImportId, piece: Piece) -> Result<(), Failure> {
        let Piece { messages, mut progress } = piece;
        let times = messages.iter().map(|message| message.posted_at);
        self.partitions
            .ensure(&self.db, times.chain([self.clock.now()]))
            .await?;
        let tx = batch.db.begin().await?;
        let taken = self.pipeline.take_in(&tx, messages).await?;
        progress.signals = i64::try_from(taken.signals_opened).unwrap_or(i64::MAX);
        imports::record_progress(&tx, id, &progress, self.clock.now()).await?;
        tx.commit().await?;
        metrics::counter!("momentum_messages_stored_total").increment(taken.stored as u64);
        metrics::counter!("momentum_detections_total").increment(taken.detections as u64);
        Ok(())
    }

    async fn end(
        &self,
        batch: &LaneBatch,
        job: &Job,
        id: ImportId,
        ended: Result<(), ExportError>,
    ) -> Result<(), Failure> {
        let now = self.clock.now();
        let tx = batch.db.begin().await?;
        let import = imports::find(&tx, id).await?;
        match ended {
            Ok(()) => imports::finish(&tx, id, now).await?,
            Err(error) if error.is_transient() => {
                return Err(Failure::Retry {
                    after: None,
                    reason: error.to_string(),
                });
            }
            Err(error) => {
                tracing::info!(import.id = %id, error = %error, "an import was refused");
                imports::fail(&tx, id, &error.to_string(), now).await?;
            }
        }
        batch.complete(&tx, &[job.id]).await?;
        tx.commit().await?;
        if let Some(import) = import {
            // A file that cannot be removed costs room on the disk and nothing else.
            if let Err(error) = tokio::fs::remove_file(&import.file_path).await {
                tracing::warn!(import.id = %id, error = %error, "the file of a finished import stays");
            }
        }
        Ok(())
    }
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Failure::Retry {
        after: None,
        reason: format!("the reader stopped: {error}"),
    })
}

/// Reads the lists and counts the messages. A damaged day is found here, before anything of the file is stored.
fn survey(path: &Path, limits: &Limits, connected: Option<&str>) -> Result<(Catalogue, i64), ExportError> {
    let mut archive = Archive::open(path, limits)?;
    let catalogue = Catalogue::read(&mut archive, connected)?;
    let mut messages = 0;
    for (channel, day) in days(&catalogue) {
        messages += Day::count(&mut archive, channel, day)?;
    }
    Ok((catalogue, messages))
}

fn days(catalogue: &Catalogue) -> impl Iterator<Item = (&ExportedChannel, NaiveDate)> {
    catalogue
        .channels
        .iter()
        .flat_map(|channel| channel.days.iter().map(move |day| (channel, *day)))
}

/// Reads what the checkpoint leaves and hands it over in pieces; `hand_over` answers false when nobody wants more.
fn read_pieces(
    path: &Path,
    limits: &Limits,
    catalogue: &Catalogue,
    checkpoint: Option<&Checkpoint>,
    now: DateTime<Utc>,
    hand_over: &mut dyn FnMut(Piece) -> bool,
) -> Result<(), ExportError> {
    let mut archive = Archive::open(path, limits)?;
    let mut piece = Piece {
        messages: Vec::new(),
        progress: Progress::default(),
    };
    for (number, channel) in catalogue.channels.iter().enumerate() {
        for &date in &channel.days {
            let here = Checkpoint {
                channel: channel.name.clone(),
                day: date,
            };
            if checkpoint.is_some_and(|done| here <= *done) {
                continue;
            }
            let day = Day::read(&mut archive, &catalogue.slack_team_id, channel, date, now)?;
            piece.progress.messages += day.messages.len() as i64 + day.skipped as i64;
            piece.progress.skipped += day.skipped as i64;
            piece.progress.checkpoint = Some(here);
            piece.messages.extend(day.messages);
            if piece.messages.len() >= BATCH {
                piece.progress.channels_done = i32::try_from(number).unwrap_or(i32::MAX);
                if !hand_over(std::mem::replace(
                    &mut piece,
                    Piece {
                        messages: Vec::new(),
                        progress: Progress::default(),
                    },
                )) {
                    return Ok(());
                }
            }
        }
    }
    piece.progress.channels_done = i32::try_from(catalogue.channels.len()).unwrap_or(i32::MAX);
    hand_over(piece);
    Ok(())
}
