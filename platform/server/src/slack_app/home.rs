//! The App Home: one's own open signals with what can be done about them.

use momentum_connectors::ConnectorError;
use serde_json::{Value, json};

use super::alerts::card;
use super::jobs::{Desk, Trouble};
use super::{answers, kit, people};
use crate::control::access::Visibility;
use crate::foundation::ids::ConnectionId;
use crate::signals;

/// Signals shown. Each takes three of the hundred blocks that a view may have.
const SHOWN: u16 = 10;

/// Shows a person's App Home as it is now.
pub(super) async fn publish(desk: &Desk<'_>, connection: ConnectionId, team: &str, user: &str) -> Result<(), Trouble> {
    let tx = desk.db.begin().await?;
    let mut blocks = vec![kit::header("My signals")];
    match people::who(&tx, team, user, None).await? {
        Err(stranger) => blocks.push(kit::section(&stranger.advice(desk.base_url))),
        Ok(known) => {
            let mine = Visibility::AssignedTo(known.member_id);
            let open = signals::open_signals(&tx, mine, None, SHOWN, desk.now).await?;
            if open.is_empty() {
                blocks.push(kit::section(
                    "Nothing of yours is open. New signals come by direct message.",
                ));
            }
            for signal in &open {
                blocks.push(kit::section(&answers::line(signal, desk.base_url)));
                blocks.push(card::home_actions(signal));
                blocks.push(kit::divider());
            }
            let at = desk.now.timestamp().to_string();
            let links = vec![
                kit::link_button(card::action::OPEN, "Open the feed", desk.base_url),
                kit::link_button(
                    card::action::OPEN_MESSAGE,
                    "Notification settings",
                    &format!("{}/settings/notifications", desk.base_url),
                ),
            ];
            blocks.push(kit::actions(&format!("home.{at}"), links));
        }
    }
    drop(tx);
    let view: Value = json!({ "type": "home", "callback_id": "home", "blocks": blocks });
    let slack = desk.connectors.slack(desk.db, connection);
    match slack.publish_home(user, &view).await {
        // The app has no home there, or the person is gone: nobody misses it.
        Err(ConnectorError::Rejected { code, .. }) if matches!(code.as_str(), "not_enabled" | "user_not_found") => {
            Ok(())
        }
        answer => answer.map_err(|error| Trouble::Slack(connection, error)),
    }
}
