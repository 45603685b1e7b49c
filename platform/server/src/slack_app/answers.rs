//! What we know of an account, in a few lines with links.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;
use serde_json::Value;

use super::{kit, people};
use crate::accounts::{self, Account};
use crate::control::access::Visibility;
use crate::foundation::db::TenantTx;
use crate::foundation::ids::AccountId;
use crate::signals::{self, Signal};

/// Signals shown; more is a list, which the page shows better.
const SHOWN: u16 = 5;
/// Longest quote in a list.
const QUOTE: usize = 160;

/// The answer about an account: text for notifications, and blocks. Nothing when the account is not for these eyes.
pub async fn account(
    tx: &TenantTx,
    visibility: Visibility,
    id: AccountId,
    team: &str,
    base_url: &str,
    now: DateTime<Utc>,
) -> Result<Option<(String, Vec<Value>)>, DbErr> {
    let Some(account) = accounts::find(tx, visibility, id, now).await? else {
        return Ok(None);
    };
    let open = signals::open_signals(tx, visibility, Some(id), SHOWN, now).await?;
    let owner = match &account.owner {
        Some(owner) => match people::slack_user_of(tx, owner.id, team).await? {
            Some(user) => format!("Owner: {}", kit::mention(&user)),
            None => format!("Owner: {}", kit::escaped(&owner.name)),
        },
        None => "Nobody owns it".to_owned(),
    };
    let name = kit::escaped(&kit::shortened(&account.name, 200));
    let text = format!(
        "{name}: {}. {}",
        status_label(&account),
        kit::escaped(&account.status_reason)
    );
    Ok(Some((text, blocks(&account, &open, &owner, base_url))))
}

fn blocks(account: &Account, open: &[Signal], owner: &str, base_url: &str) -> Vec<Value> {
    let url = format!("{base_url}/accounts/{}", account.id);
    let mut facts = vec![owner.to_owned()];
    facts.push(match account.last_message_at {
        Some(at) => format!("last message {}", kit::time(at)),
        None => "no message seen yet".to_owned(),
    });
    facts.extend(
        account
            .last_signal_at
            .map(|at| format!("last signal {}", kit::time(at))),
    );
    facts.push(format!("{} in 7 days", counted(account.signals_7d, "signal")));
    if let Some((crm, url)) = account.crm.as_ref().and_then(|crm| Some((crm, crm.url.as_ref()?))) {
        facts.push(kit::link(url, &format!("Open in {}", crm.system)));
    }
    let name = kit::link(&url, &kit::shortened(&account.name, 200));
    let mut blocks = vec![
        kit::section(&format!(
            "*{name}*: *{}*. {}",
            status_label(account),
            kit::escaped(&account.status_reason)
        )),
        kit::context(&facts.join(" · ")),
    ];
    if open.is_empty() {
        blocks.push(kit::section("No signal is open."));
        return blocks;
    }
    blocks.push(kit::section(&format!(
        "*{} open*",
        counted(account.open_signals, "signal")
    )));
    blocks.extend(open.iter().map(|signal| kit::section(&line(signal, base_url))));
    let more = account.open_signals - open.len() as i64;
    if more > 0 {
        blocks.push(kit::context(&kit::link(&url, &format!("{more} more"))));
    }
    blocks
}

/// A signal in two lines with its links.
pub(super) fn line(signal: &Signal, base_url: &str) -> String {
    let title = kit::link(
        &format!("{base_url}/signals/{}", signal.id),
        &kit::shortened(&signal.title, 120),
    );
    let quote = kit::escaped(&kit::shortened(&signal.quote, QUOTE));
    let message = signal
        .permalink
        .as_deref()
        .map(|url| format!(" · {}", kit::link(url, "message")));
    let account = signal
        .account
        .as_ref()
        .map(|account| format!(" at {}", kit::escaped(&account.name)));
    format!(
        "*{}*{} · {} % · {title}\n> {quote}\n{}{}",
        signal.kind.0.label(),
        account.unwrap_or_default(),
        signal.confidence,
        kit::time(signal.posted_at),
        message.unwrap_or_default()
    )
}

fn status_label(account: &Account) -> &'static str {
    match account.status.0.as_str() {
        "at_risk" => "at risk",
        "quiet" => "quiet",
        _ => "active",
    }
}

pub(super) fn counted(count: i64, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}
