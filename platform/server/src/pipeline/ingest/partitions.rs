//! Monthly partitions, made before the first row of their month arrives.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Datelike, Months, TimeZone, Utc};
use sea_orm::DbErr;

use crate::foundation::db::{Database, Sql, SystemPath};
use crate::foundation::jobs::Schedule;

/// The months whose partitions this process knows to exist.
#[derive(Default)]
pub struct Partitions {
    known: Mutex<HashSet<(i32, u32)>>,
}

impl Partitions {
    /// Makes sure that rows of these times have a place. Call it before the transaction that writes them: making a
    /// partition takes a lock that must not be held for long.
    pub async fn ensure(&self, db: &Database, times: impl IntoIterator<Item = DateTime<Utc>>) -> Result<(), DbErr> {
        let missing: HashSet<(i32, u32)> = {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            times
                .into_iter()
                .map(|at| (at.year(), at.month()))
                .filter(|month| !known.contains(month))
                .collect()
        };
        for (year, month) in missing {
            let Some(first) = Utc.with_ymd_and_hms(year, month, 1, 0, 0, 0).single() else {
                continue;
            };
            ensure_month(db, first).await?;
            self.known
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert((year, month));
        }
        Ok(())
    }
}

/// Makes the partitions of this month and the next two; run at start and daily.
pub async fn ensure_ahead(db: &Database, now: DateTime<Utc>) -> Result<(), DbErr> {
    for months in 0..3 {
        ensure_month(db, now + Months::new(months)).await?;
    }
    Ok(())
}

/// Keeps the next months ready.
pub fn schedules() -> Vec<Schedule> {
    vec![Schedule {
        name: "partitions",
        cron: "17 3 * * *",
        task: Arc::new(|db, now| Box::pin(async move { Ok(ensure_ahead(&db, now).await?) })),
    }]
}

async fn ensure_month(db: &Database, at: DateTime<Utc>) -> Result<(), DbErr> {
    Sql::new("SELECT ensure_month_partitions($1)")
        .bind(at)
        .execute(db.system(SystemPath::Operation))
        .await?;
    Ok(())
}
