//! What recurs: sessions and links that are over are deleted every night.

use std::sync::Arc;

use super::sessions::delete_expired;
use crate::foundation::db::SystemPath;
use crate::foundation::jobs::Schedule;

/// The schedules of this slice.
pub fn schedules() -> Vec<Schedule> {
    vec![Schedule {
        name: "identity.expiry",
        cron: "17 3 * * *",
        task: Arc::new(|db, now| {
            Box::pin(async move {
                let deleted = delete_expired(db.system(SystemPath::SignIn), now).await?;
                tracing::info!(sessions.deleted = deleted, "Deleted sessions and links that are over.");
                Ok(())
            })
        }),
    }]
}
