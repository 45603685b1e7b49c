//! Who is told of which signals.

use std::str::FromStr;

use momentum_engine::signal::SignalKind;
use sea_orm::{DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::NoticeTiming;
use crate::control::access::Role;
use crate::foundation::db::{Sql, TenantTx};
use crate::signals::Kind;

/// One rule of a tenant. All rules that fit a signal count; whom two of them name is told once, as soon as either says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = NotificationRule)]
pub struct Rule {
    /// Signals of these kinds; empty: of all.
    pub kinds: Vec<Kind>,
    /// From this confidence on, 0 to 100.
    #[schema(maximum = 100)]
    pub min_confidence: u8,
    /// `owner` (of the signal, else of its account; where there is none, the managers, else the company's owner),
    /// `manager`, `team_channel`, or `role:` and a role.
    #[schema(example = "owner")]
    pub to: String,
    /// When. What a person chose for themselves may put it off, never forward.
    pub when: NoticeTiming,
}

/// Whom a rule names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Whose signal or account it is.
    Owner,
    /// Everybody with this role.
    Role(Role),
    /// The team's channel.
    TeamChannel,
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || format!("`{text}` is not owner, manager, team_channel or role: and a role");
        match text {
            "owner" => Ok(Self::Owner),
            "manager" => Ok(Self::Role(Role::Manager)),
            "team_channel" => Ok(Self::TeamChannel),
            other => {
                let role = other.strip_prefix("role:").ok_or_else(unknown)?;
                role.parse().map(Self::Role).map_err(|_| unknown())
            }
        }
    }
}

/// A tenant's rules.
#[derive(Clone, Debug)]
pub struct Routes {
    /// The Slack id of the team's channel.
    pub team_channel: Option<String>,
    /// The rules.
    pub rules: Vec<Rule>,
}

impl Default for Routes {
    /// What is shown at all (50, the specification's threshold) goes to whose account it is; what of it goes at once is
    /// each person's choice.
    fn default() -> Self {
        Self {
            team_channel: None,
            rules: vec![Rule {
                kinds: vec![],
                min_confidence: 50,
                to: "owner".to_owned(),
                when: NoticeTiming::AtOnce,
            }],
        }
    }
}

impl Routes {
    /// Whom these rules name for a signal, each once, with the earliest time.
    pub fn targets(&self, kind: SignalKind, confidence: u8) -> Vec<(Target, NoticeTiming)> {
        let mut found: Vec<(Target, NoticeTiming)> = Vec::new();
        let fitting = self.rules.iter().filter(|rule| {
            let is_kind = rule.kinds.is_empty() || rule.kinds.iter().any(|one| one.0 == kind);
            is_kind && confidence >= rule.min_confidence
        });
        for rule in fitting {
            let Ok(target) = rule.to.parse::<Target>() else {
                continue;
            };
            match found.iter_mut().find(|(known, _)| *known == target) {
                Some((_, when)) => *when = (*when).min(rule.when),
                None => found.push((target, rule.when)),
            }
        }
        found
    }
}

/// The tenant's rules, or the product's own.
pub async fn read(tx: &TenantTx) -> Result<Routes, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        team_channel_id: Option<String>,
        rules: serde_json::Value,
    }
    let row: Option<Row> = Sql::new("SELECT team_channel_id, rules FROM notification_routes WHERE tenant_id = $1")
        .bind(tx.tenant_id())
        .one(tx)
        .await?;
    Ok(row.map_or_else(Routes::default, |row| Routes {
        team_channel: row.team_channel_id,
        rules: serde_json::from_value(row.rules).unwrap_or_default(),
    }))
}

/// A channel of ours that the team reads, by Slack's id.
#[derive(Clone, Debug, FromQueryResult)]
pub struct TeamChannel {
    /// Slack's id.
    pub slack_channel_id: String,
    /// Its name.
    pub name: String,
    /// Whether people of other companies can read it: such a channel is never told anything.
    pub is_open_to_customers: bool,
    /// Whether nothing can be posted there any more.
    pub is_archived: bool,
}

/// Looks a channel up.
pub async fn channel(tx: &TenantTx, slack_channel_id: &str) -> Result<Option<TeamChannel>, DbErr> {
    Sql::new(
        "SELECT slack_channel_id, name, is_archived, is_external OR class = 'customer' AS is_open_to_customers
           FROM channels WHERE tenant_id = $1 AND slack_channel_id = $2 ORDER BY is_external DESC, is_archived LIMIT 1",
    )
    .bind(tx.tenant_id())
    .bind(slack_channel_id)
    .one(tx)
    .await
}

/// Keeps the rules.
pub async fn write(
    tx: &TenantTx,
    routes: &Routes,
    by: Option<crate::foundation::ids::MemberId>,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "INSERT INTO notification_routes (tenant_id, team_channel_id, rules, updated_by, updated_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant_id) DO UPDATE SET team_channel_id = EXCLUDED.team_channel_id, rules = EXCLUDED.rules,
            updated_by = EXCLUDED.updated_by, updated_at = EXCLUDED.updated_at",
    )
    .bind(tx.tenant_id())
    .bind(routes.team_channel.clone())
    .bind(serde_json::to_value(&routes.rules).unwrap_or_default())
    .bind(by)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}
