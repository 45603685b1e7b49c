//! The SQL of people: the workspace's own, guests and strangers, and which member of the tenant each of them is.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use momentum_connectors::chat::ChatUser;
use momentum_engine::message::SenderKind;
use sea_orm::DbErr;
use serde_json::{Value, json};

use crate::foundation::db::{Sql, TenantTx};

/// What somebody is to the tenant, as far as their profile says: guests and people of other Slack workspaces are customers.
/// Where the app is installed on a whole Enterprise Grid, all of its workspaces are ours.
fn kind(user: &ChatUser, our_team: &str) -> SenderKind {
    let homes = [user.team_id.as_deref(), user.enterprise_id.as_deref()];
    let is_known = homes.iter().any(Option::is_some);
    let elsewhere = user.is_stranger || (is_known && !homes.contains(&Some(our_team)));
    match (user.is_bot, elsewhere || user.is_guest) {
        (true, _) => SenderKind::Bot,
        (false, true) => SenderKind::Customer,
        (false, false) => SenderKind::Internal,
    }
}

/// Keeps people as Slack tells them now. Somebody with an account in our Slack workspace whose e-mail domain is a customer's
/// is that customer's, unless members of the tenant have that domain.
pub(super) async fn keep(tx: &TenantTx, team: &str, users: &[ChatUser], now: DateTime<Utc>) -> Result<(), DbErr> {
    if users.is_empty() {
        return Ok(());
    }
    let rows: Vec<Value> = (users.iter())
        .map(|user| {
            let domain = user.email.as_deref().and_then(|email| email.rsplit_once('@'));
            json!({
                "slack_user_id": user.id,
                "name": user.real_name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&user.display_name),
                "email": user.email, "domain": domain.map(|(_, domain)| domain.to_lowercase()), "title": user.title,
                "home_team_id": user.team_id, "kind": kind(user, team).as_str(), "is_guest": user.is_guest,
                "is_stranger": user.is_stranger, "is_deleted": user.is_deleted,
                "timezone": user.timezone.as_deref().filter(|name| name.parse::<Tz>().is_ok()),
            })
        })
        .collect();
    Sql::new(
        "INSERT INTO slack_users AS known (tenant_id, slack_team_id, slack_user_id, name, email, title, home_team_id, kind, \
            is_guest, is_stranger, is_deleted, timezone, updated_at)
         SELECT DISTINCT ON (slack_user_id) $1, $2, slack_user_id, COALESCE(NULLIF(name, ''), slack_user_id), email, title, \
            home_team_id, CASE WHEN kind = 'internal'
                AND EXISTS (SELECT 1 FROM accounts WHERE accounts.tenant_id = $1 AND lower(accounts.domain) = row.domain)
                AND NOT EXISTS (SELECT 1 FROM members WHERE members.tenant_id = $1
                                   AND lower(split_part(members.email, '@', 2)) = row.domain)
            THEN 'customer' ELSE kind END, is_guest, is_stranger, is_deleted, timezone, $4
           FROM jsonb_to_recordset($3) AS row (slack_user_id text, name text, email text, domain text, title text, \
                home_team_id text, kind text, is_guest boolean, is_stranger boolean, is_deleted boolean, timezone text)
          ORDER BY slack_user_id
         ON CONFLICT (tenant_id, slack_team_id, slack_user_id) DO UPDATE SET name = EXCLUDED.name,
            email = COALESCE(EXCLUDED.email, known.email), title = COALESCE(EXCLUDED.title, known.title),
            home_team_id = COALESCE(EXCLUDED.home_team_id, known.home_team_id), kind = EXCLUDED.kind,
            is_guest = EXCLUDED.is_guest, is_stranger = EXCLUDED.is_stranger, is_deleted = EXCLUDED.is_deleted,
            timezone = COALESCE(EXCLUDED.timezone, known.timezone), updated_at = EXCLUDED.updated_at
          WHERE (known.name, known.email, known.title, known.home_team_id, known.kind, known.is_guest, known.is_stranger,
                 known.is_deleted, known.timezone)
             IS DISTINCT FROM (EXCLUDED.name, COALESCE(EXCLUDED.email, known.email), COALESCE(EXCLUDED.title, known.title),
                 COALESCE(EXCLUDED.home_team_id, known.home_team_id), EXCLUDED.kind, EXCLUDED.is_guest, EXCLUDED.is_stranger,
                 EXCLUDED.is_deleted, COALESCE(EXCLUDED.timezone, known.timezone))",
    )
    .bind(tx.tenant_id())
    .bind(team)
    .bind(Value::Array(rows))
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Finds out who of the members is who in Slack, by e-mail address; what a person chose stays. The time zone follows.
pub(super) async fn match_members(tx: &TenantTx, team: &str) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE members SET slack_user_id = found.slack_user_id
           FROM (SELECT DISTINCT ON (lower(email)) lower(email) AS email, slack_user_id FROM slack_users
                  WHERE tenant_id = $1 AND slack_team_id = $2 AND email IS NOT NULL AND NOT is_deleted AND kind <> 'bot'
                  ORDER BY lower(email), slack_user_id) AS found
          WHERE members.tenant_id = $1 AND lower(members.email) = found.email AND NOT members.slack_user_is_chosen
            AND members.slack_user_id IS DISTINCT FROM found.slack_user_id
            AND NOT EXISTS (SELECT 1 FROM members AS other
                             WHERE other.tenant_id = $1 AND other.slack_user_id = found.slack_user_id AND other.id <> members.id)",
    )
    .bind(tx.tenant_id())
    .bind(team)
    .execute(tx)
    .await?;
    Sql::new(
        "UPDATE members SET timezone = known.timezone FROM slack_users AS known
          WHERE members.tenant_id = $1 AND known.tenant_id = $1 AND known.slack_team_id = $2
            AND known.slack_user_id = members.slack_user_id AND NOT members.timezone_is_chosen
            AND known.timezone IS NOT NULL AND members.timezone IS DISTINCT FROM known.timezone",
    )
    .bind(tx.tenant_id())
    .bind(team)
    .execute(tx)
    .await?;
    Ok(())
}

/// Those of `ids` of whom nothing is known.
pub(super) async fn unknown(tx: &TenantTx, team: &str, ids: &[String]) -> Result<Vec<String>, DbErr> {
    #[derive(sea_orm::FromQueryResult)]
    struct Row {
        slack_user_id: String,
    }
    let known: Vec<Row> = Sql::new(
        "SELECT slack_user_id FROM slack_users WHERE tenant_id = $1 AND slack_team_id = $2 AND slack_user_id = ANY($3)",
    )
    .bind(tx.tenant_id())
    .bind(team)
    .bind(ids.to_vec())
    .all(tx)
    .await?;
    let known: BTreeSet<&str> = known.iter().map(|row| row.slack_user_id.as_str()).collect();
    Ok(ids.iter().filter(|id| !known.contains(id.as_str())).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_workspaces_of_a_grid_on_which_we_are_installed_are_ours() {
        // The user's team, Grid and whether a guest; where we are installed; what the user is.
        for (team, grid, is_guest, ours, expected) in [
            (Some("T1"), None, false, "T1", "internal"),
            (Some("T2"), None, false, "T1", "customer"),
            (None, None, false, "T1", "internal"),
            (Some("T1"), None, true, "T1", "customer"),
            (Some("T1"), Some("E1"), false, "E1", "internal"),
            (Some("T2"), Some("E1"), false, "E1", "internal"),
            (Some("T2"), Some("E1"), false, "T1", "customer"),
            (Some("T3"), Some("E2"), false, "E1", "customer"),
            (Some("T3"), None, false, "E1", "customer"),
        ] {
            let user: ChatUser = serde_json::from_value(json!({
                "id": "U1", "team_id": team, "enterprise_id": grid, "display_name": "Jo", "real_name": null, "email": null,
                "title": null, "is_bot": false, "is_deleted": false, "is_stranger": false, "is_guest": is_guest,
                "timezone": null,
            }))
            .expect("a user");
            assert_eq!(
                kind(&user, ours).as_str(),
                expected,
                "{team:?} {grid:?} {is_guest} {ours}"
            );
        }
    }
}
