//! What people choose for a Slack workspace, and reading a connection again on demand.

use garde::Validate;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::model::{HistoryProfile, Vendor};
use super::{queues, store, workspace};
use crate::control::access::{ConnectionsWrite, Granted};
use crate::control::audit::{self, Entry};
use crate::foundation::http::Problem;
use crate::foundation::ids::ConnectionId;

/// Patterns of one Slack workspace.
const MOST_PATTERNS: usize = 50;

/// What is to change; what is not named stays.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ChangeConnection {
    /// Slack: public channels whose names match one of these patterns are joined by themselves; `*` stands for anything.
    #[garde(skip)]
    pub auto_join: Option<Vec<String>>,
    /// Slack: how fast history may be read.
    #[garde(skip)]
    pub history_profile: Option<HistoryProfile>,
}

/// Changes the settings of a Slack connection and has its channels looked at again.
///
/// # Errors
/// 404 when it is not there; 422 for a CRM, which has no such settings, and for patterns that match no channel name.
pub(super) async fn change(
    auth: &Granted<ConnectionsWrite>,
    id: ConnectionId,
    wanted: ChangeConnection,
) -> Result<(), Problem> {
    let tx = auth.db.begin().await?;
    let known = store::by_id(&tx, id).await?.ok_or_else(Problem::not_found)?;
    let mut settings = serde_json::Map::new();
    if let Some(patterns) = wanted.auto_join {
        settings.insert("auto_join".to_owned(), json!(good_patterns(patterns)?));
    }
    if let Some(profile) = wanted.history_profile {
        settings.insert("history_profile".to_owned(), json!(profile));
    }
    if let Some(field) = settings
        .keys()
        .next()
        .filter(|_| known.vendor().is_ok_and(Vendor::is_crm))
    {
        return Err(Problem::invalid(field, "Only a Slack workspace has this setting."));
    }
    if settings.is_empty() {
        return Ok(());
    }
    let detail = json!(
        settings
            .keys()
            .map(|key| (key.clone(), true))
            .collect::<std::collections::BTreeMap<_, _>>()
    );
    let joins = settings.contains_key("auto_join");
    store::merge_settings(&tx, id, settings.into(), auth.now).await?;
    if joins && !known.is_disconnected() {
        workspace::sync_workspace(&tx, id, auth.now, auth.now).await?;
    }
    let entry = Entry::new(&auth.actor, "connection.changed")
        .from(&auth.origin)
        .on(id)
        .with(detail);
    audit::append(&tx, auth.now, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Reads what is behind a connection again, now.
///
/// # Errors
/// 404 when it is not there; 409 when it is disconnected.
pub(super) async fn sync(auth: &Granted<ConnectionsWrite>, id: ConnectionId) -> Result<(), Problem> {
    let tx = auth.db.begin().await?;
    let known = store::by_id(&tx, id).await?.ok_or_else(Problem::not_found)?;
    if known.is_disconnected() {
        return Err(Problem::conflict("It is disconnected. Connect it again first."));
    }
    match known.vendor()? {
        Vendor::Slack => workspace::sync_workspace(&tx, id, auth.now, auth.now).await?,
        Vendor::Salesforce | Vendor::Hubspot => queues::import_accounts(&tx, id, auth.now, auth.now).await?,
    }
    tx.commit().await?;
    Ok(())
}

/// Slack's channel names are at most 80 characters of lower-case letters, digits, hyphens and underscores.
fn good_patterns(patterns: Vec<String>) -> Result<Vec<String>, Problem> {
    if patterns.len() > MOST_PATTERNS {
        return Err(Problem::invalid(
            "auto_join",
            format!("At most {MOST_PATTERNS} patterns are kept."),
        ));
    }
    let mut good: Vec<String> = Vec::with_capacity(patterns.len());
    for (at, pattern) in patterns.iter().enumerate() {
        let pattern = pattern.trim().trim_start_matches('#').to_lowercase();
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '*');
        if pattern.is_empty() || pattern.chars().count() > 80 || !pattern.chars().all(fits) {
            let words = "A channel name of lower-case letters, digits, hyphens and underscores, with * for anything.";
            return Err(Problem::invalid(&format!("auto_join[{at}]"), words));
        }
        if !good.contains(&pattern) {
            good.push(pattern);
        }
    }
    Ok(good)
}
