//! Recurring work of the installation as a whole: one row a schedule, taken by one process each time.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use croner::Cron;
use futures_util::future::BoxFuture;
use sea_orm::DbErr;
use tokio::sync::watch;

use crate::foundation::context::{Clock, pause};
use crate::foundation::db::{Database, Sql, SystemPath};

type Task = Arc<dyn Fn(Database, DateTime<Utc>) -> BoxFuture<'static, anyhow::Result<()>> + Send + Sync>;

/// Work that recurs. It must be idempotent: a process that dies in the middle leaves it to the next occurrence.
#[derive(Clone)]
pub struct Schedule {
    /// The row's name.
    pub name: &'static str,
    /// When, as a cron pattern in UTC.
    pub cron: &'static str,
    /// What; it gets the database and the time of the tick.
    pub task: Task,
}

/// Runs schedules when they are due.
pub struct Scheduler {
    db: Database,
    clock: Clock,
    schedules: Vec<Schedule>,
}

impl Scheduler {
    /// A scheduler over `schedules`, whose patterns are constants of ours.
    pub fn new(db: Database, clock: Clock, schedules: Vec<Schedule>) -> Self {
        Self { db, clock, schedules }
    }

    /// Looks every 15 seconds until `shutdown` turns true.
    pub async fn run(&self, mut shutdown: watch::Receiver<bool>) {
        while !*shutdown.borrow() {
            if let Err(error) = self.tick().await {
                tracing::warn!(error = %error, "could not look at the schedules");
            }
            tokio::select! {
                _ = shutdown.changed() => {}
                () = pause(Duration::from_secs(15)) => {}
            }
        }
    }

    /// Runs what is due now. A schedule that is seen for the first time runs at once.
    pub async fn tick(&self) -> Result<(), DbErr> {
        let now = self.clock.now();
        let db = self.db.system(SystemPath::Dispatch);
        for schedule in &self.schedules {
            let Some(next) = next_occurrence(schedule.cron, now) else {
                tracing::error!(
                    schedule = schedule.name,
                    "the schedule's pattern has no next occurrence"
                );
                continue;
            };
            let ours = Sql::new(
                "INSERT INTO schedules (name, next_run_at, last_run_at) VALUES ($1, $2, $3) \
                 ON CONFLICT (name) DO UPDATE SET next_run_at = EXCLUDED.next_run_at, last_run_at = EXCLUDED.last_run_at \
                  WHERE schedules.next_run_at <= $3 \
                 RETURNING true AS value",
            )
            .bind(schedule.name)
            .bind(next)
            .bind(now)
            .scalar::<bool>(db)
            .await?;
            if ours.is_none() {
                continue;
            }
            let failed = (schedule.task)(self.db.clone(), now)
                .await
                .err()
                .map(|error| format!("{error:#}"));
            if let Some(error) = &failed {
                tracing::error!(schedule = schedule.name, error, "a schedule failed");
            }
            Sql::new("UPDATE schedules SET last_error = $2 WHERE name = $1")
                .bind(schedule.name)
                .bind(failed)
                .execute(db)
                .await?;
        }
        Ok(())
    }
}

fn next_occurrence(pattern: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    Cron::from_str(pattern).ok()?.find_next_occurrence(&now, false).ok()
}
