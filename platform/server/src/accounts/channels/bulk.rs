//! Several channels are mapped at once: what can be is, and what cannot says why.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use super::mapping::{self, MappingError, NewMapping};
use super::model::{BulkMapped, BulkMapping, BulkMappingError};
use crate::foundation::db::TenantTx;
use crate::foundation::ids::MemberId;

/// Maps each channel to its account. A channel that stands there twice gets the later account.
pub(super) async fn map_all(
    tx: &TenantTx,
    wanted: &BulkMapping,
    mapped_by: Option<MemberId>,
    now: DateTime<Utc>,
) -> Result<BulkMapped, DbErr> {
    let mut done = BulkMapped::default();
    for (index, item) in wanted.items.iter().enumerate() {
        let new = NewMapping {
            channel: item.channel_id,
            account: item.account_id,
            mapped_by,
        };
        let message = match mapping::map(tx, new, now).await {
            Ok(mapped) => {
                done.mapped += 1;
                done.signals_released += mapped.signals.len();
                continue;
            }
            Err(MappingError::NoChannel) => "There is no such channel.",
            Err(MappingError::NoAccount) => "There is no such account.",
            Err(MappingError::Database(error)) => return Err(error),
        };
        done.errors.push(BulkMappingError {
            index,
            message: message.to_owned(),
        });
    }
    Ok(done)
}
