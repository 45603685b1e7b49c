//! The Slack workspaces out of the seed.

use serde_json::{Value, json};

use crate::fakes::{ChannelSeed, Context, UserSeed, WorkspaceSeed};

pub(in crate::fakes) fn plant(cx: &mut Context<'_>) {
    for workspace in &cx.config.slack.workspaces {
        let team = &workspace.team_id;
        let row = json!({
            "id": team, "name": workspace.name, "enterprise_id": workspace.enterprise_id,
            "bot_user_id": workspace.bot_user_id, "bot_id": workspace.bot_id,
        });
        cx.state.store.put("slack.team", team, row);
        if let Some(token) = &workspace.bot_token {
            cx.state.store.put("slack.token", token, json!({"team_id": team}));
        }
        cx.state.store.put(
            "slack.user",
            &format!("{team}/{}", workspace.bot_user_id),
            bot(workspace),
        );
        for seed in &workspace.users {
            cx.state
                .store
                .put("slack.user", &format!("{team}/{}", seed.id), user(workspace, seed));
        }
        for seed in &workspace.channels {
            cx.state.store.put(
                "slack.channel",
                &format!("{team}/{}", seed.id),
                channel(workspace, seed),
            );
        }
    }
}

fn bot(workspace: &WorkspaceSeed) -> Value {
    json!({
        "id": workspace.bot_user_id, "team_id": workspace.team_id, "name": "momentum", "real_name": "Momentum",
        "deleted": false, "is_bot": true, "is_app_user": false, "tz": "UTC", "updated": 0,
        "profile": {"real_name": "Momentum", "display_name": "", "bot_id": workspace.bot_id, "team": workspace.team_id},
    })
}

fn user(workspace: &WorkspaceSeed, seed: &UserSeed) -> Value {
    let team = seed.external_team_id.as_ref().unwrap_or(&workspace.team_id);
    let mut user = json!({
        "id": seed.id, "team_id": team, "name": seed.name.to_lowercase().replace(' ', "."), "real_name": seed.name,
        "deleted": false, "is_bot": false, "is_app_user": false, "is_admin": false, "is_owner": false,
        "is_restricted": seed.is_guest, "is_ultra_restricted": false, "tz": seed.timezone.as_deref().unwrap_or("Etc/UTC"), "tz_offset": 0, "updated": 0,
        "profile": {"real_name": seed.name, "display_name": seed.name, "title": seed.title, "team": team},
    });
    if seed.external_team_id.is_some() {
        // Slack hides strangers' addresses.
        user["is_stranger"] = true.into();
    } else {
        user["profile"]["email"] = seed.email.clone().into();
    }
    user
}

fn channel(workspace: &WorkspaceSeed, seed: &ChannelSeed) -> Value {
    let external = !seed.shared_with.is_empty();
    let mut teams = vec![workspace.team_id.clone()];
    teams.extend(seed.shared_with.iter().cloned());
    let note = json!({"value": "", "creator": "", "last_set": 0});
    json!({
        "id": seed.id, "name": seed.name, "name_normalized": seed.name, "is_channel": true, "is_group": false, "is_im": false,
        "is_mpim": false, "is_private": seed.is_private, "is_archived": false, "is_general": false, "created": 1_700_000_000,
        "creator": seed.members.first(), "is_shared": external, "is_ext_shared": external, "is_org_shared": false,
        "is_pending_ext_shared": false, "context_team_id": workspace.team_id, "shared_team_ids": teams,
        "topic": note, "purpose": note, "members": seed.members,
    })
}
