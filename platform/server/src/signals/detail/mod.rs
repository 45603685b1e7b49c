//! Everything about one signal: its message in context, what belongs to it, and what was done about it.

mod activity;
mod context;
mod related;
mod suggestions;

use chrono::{DateTime, Utc};
use sea_orm::DbErr;
use serde::Serialize;
use utoipa::ToSchema;

pub use activity::{Activity, last_activity};
pub use context::{Context, ContextAuthor, ContextMessage};
pub use related::{RelatedRecord, RelatedType};
pub use suggestions::{AccountSuggestion, Suggester};

use super::deliveries::{self, Delivery};
use super::model::Signal;
use super::store;
use crate::control::access::Visibility;
use crate::foundation::db::TenantTx;
use crate::foundation::ids::SignalId;

/// A signal with everything that is known about it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignalDetail {
    /// The signal.
    #[serde(flatten)]
    pub signal: Signal,
    /// The message that it was found in.
    pub message: ContextMessage,
    /// What was said around it.
    pub context: Context,
    /// Other signals and CRM records of the same account.
    pub related: Vec<RelatedRecord>,
    /// What is, was or will be written to the CRM.
    pub deliveries: Vec<Delivery>,
    /// What happened to it, the latest first.
    pub activity: Vec<Activity>,
    /// Accounts that may be meant, the likeliest first; empty once there is one.
    pub suggested_accounts: Vec<AccountSuggestion>,
}

/// A signal in full, if it exists for these eyes.
pub(super) async fn load(
    tx: &TenantTx,
    visibility: Visibility,
    id: SignalId,
    now: DateTime<Utc>,
) -> Result<Option<SignalDetail>, DbErr> {
    let Some(signal) = store::find(tx, visibility, id, now).await? else {
        return Ok(None);
    };
    let (message, context) = context::load(tx, &signal).await?;
    Ok(Some(SignalDetail {
        message,
        context,
        related: related::load(tx, &signal, visibility, now).await?,
        deliveries: deliveries::of_signal(tx, id).await?,
        activity: activity::load(tx, id).await?,
        suggested_accounts: suggestions::load(tx, &signal).await?,
        signal,
    }))
}
