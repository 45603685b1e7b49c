//! Alerts: a signal told in Slack, once for each target, and kept up to date there.

pub(super) mod card;
mod refresh;
mod send;
mod store;

pub(super) use refresh::{RefreshError, refresh_now};
pub use send::{Alert, AlertError, AlertTarget, SentAlert, send};

pub use crate::signals::alerts::refresh;

use momentum_connectors::chat::ChatChannel;
use sea_orm::DbErr;

use self::card::{Card, Rendered};
use super::people;
use crate::control::access::Visibility;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{MemberId, SignalId};
use crate::signals;

/// A channel in which something about a customer may be said: known to Slack, of our own company alone, and not one that
/// the tenant keeps for a customer. `class` is what the tenant calls it, if it knows it.
pub(super) fn is_ours_alone(channel: &ChatChannel, class: Option<&str>) -> bool {
    let is_shared = channel.is_ext_shared || channel.shared_team_ids.len() > 1;
    !is_shared && class != Some("customer")
}

/// What the tenant says of a Slack channel: its class, `customer` when people of another company are in it.
pub(super) async fn class_of(tx: &TenantTx, team: &str, channel: &str) -> Result<Option<String>, DbErr> {
    Sql::new(
        "SELECT CASE WHEN is_external THEN 'customer' ELSE class END AS value FROM channels
          WHERE tenant_id = $1 AND slack_team_id = $2 AND slack_channel_id = $3",
    )
    .bind(tx.tenant_id())
    .bind(team)
    .bind(channel)
    .scalar(tx)
    .await
}

/// The alert about a signal as it is now; nothing when there is no such signal.
async fn render(
    tx: &TenantTx,
    signal: SignalId,
    team: &str,
    base_url: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Option<Rendered>, DbErr> {
    let Some(found) = signals::find(tx, Visibility::All, signal, now).await? else {
        return Ok(None);
    };
    let last = signals::last_activity(tx, signal).await?;
    let owner: Option<MemberId> = match (&found.owner, &found.account) {
        (Some(owner), _) => Some(owner.id),
        (None, Some(account)) => {
            Sql::new("SELECT owner_member_id AS value FROM accounts WHERE tenant_id = $1 AND id = $2")
                .bind(tx.tenant_id())
                .bind(account.id)
                .scalar::<Option<uuid::Uuid>>(tx)
                .await?
                .flatten()
                .map(MemberId)
        }
        (None, None) => None,
    };
    let owner = match owner {
        Some(owner) => people::slack_user_of(tx, owner, team).await?,
        None => None,
    };
    let card = Card {
        signal: &found,
        last: last.as_ref(),
        owner_slack_id: owner.as_deref(),
        base_url,
    };
    Ok(Some(card.render()))
}
