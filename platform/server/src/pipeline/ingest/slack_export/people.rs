//! What an export tells about people and channels, kept where live messages look it up.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;
use serde_json::{Value, json};

use super::catalogue::Catalogue;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::ChannelId;

/// The Slack workspace that the tenant has connected, if it has.
pub(super) async fn connected_workspace(tx: &TenantTx) -> Result<Option<String>, DbErr> {
    Sql::new("SELECT external_id AS value FROM connections WHERE tenant_id = $1 AND vendor = 'slack' ORDER BY created_at LIMIT 1")
        .bind(tx.tenant_id())
        .scalar(tx)
        .await
}

/// Stores people and channels. What Slack itself told later than the export stays as it is; an export only fills in.
pub(super) async fn store(tx: &TenantTx, catalogue: &Catalogue, now: DateTime<Utc>) -> Result<(), DbErr> {
    let people: Vec<Value> = (catalogue.people.iter())
        .map(|person| {
            json!({
                "slack_user_id": person.slack_user_id, "name": person.name, "email": person.email, "title": person.title,
                "home_team_id": person.home_team_id, "kind": person.kind.as_str(), "is_guest": person.is_guest,
                "is_stranger": person.is_stranger,
            })
        })
        .collect();
    Sql::new(
        "INSERT INTO slack_users AS known (tenant_id, slack_team_id, slack_user_id, name, email, title, home_team_id, kind, is_guest, \
            is_stranger, updated_at)
         SELECT DISTINCT ON (slack_user_id) $1, $2, slack_user_id, name, email, title, home_team_id, kind, is_guest, is_stranger, $4
           FROM jsonb_to_recordset($3) AS row (slack_user_id text, name text, email text, title text, home_team_id text, kind text, \
                is_guest boolean, is_stranger boolean)
          ORDER BY slack_user_id
         ON CONFLICT (tenant_id, slack_team_id, slack_user_id) DO UPDATE
            SET email = COALESCE(known.email, EXCLUDED.email), title = COALESCE(known.title, EXCLUDED.title), \
                home_team_id = COALESCE(known.home_team_id, EXCLUDED.home_team_id)",
    )
    .bind(tx.tenant_id())
    .bind(catalogue.slack_team_id.as_str())
    .bind(Value::Array(people))
    .bind(now)
    .execute(tx)
    .await?;

    let channels: Vec<Value> = (catalogue.channels.iter())
        .map(|channel| {
            json!({
                "id": ChannelId::generate().0, "slack_channel_id": channel.slack_channel_id, "name": channel.name,
                "class": channel.kind.as_str(), "is_external": channel.is_external, "is_private": channel.is_private,
                "is_archived": channel.is_archived,
            })
        })
        .collect();
    // A channel that came live first bears its id as a name until somebody tells the name.
    Sql::new(
        "INSERT INTO channels AS known (tenant_id, id, slack_team_id, slack_channel_id, name, class, is_external, is_private, \
            is_archived, created_at, updated_at)
         SELECT DISTINCT ON (slack_channel_id) $1, id, $2, slack_channel_id, name, class, is_external, is_private, is_archived, $4, $4
           FROM jsonb_to_recordset($3) AS row (id uuid, slack_channel_id text, name text, class text, is_external boolean, \
                is_private boolean, is_archived boolean)
          ORDER BY slack_channel_id
         ON CONFLICT (tenant_id, slack_team_id, slack_channel_id) DO UPDATE
            SET name = EXCLUDED.name, class = EXCLUDED.class, is_external = known.is_external OR EXCLUDED.is_external, updated_at = $4
          WHERE known.name = known.slack_channel_id",
    )
    .bind(tx.tenant_id())
    .bind(catalogue.slack_team_id.as_str())
    .bind(Value::Array(channels))
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}
