//! What the guides tell administrators to set up is what the code asks for.

use std::collections::BTreeSet;

use momentum_connectors::slack::oauth::BOT_SCOPES;

use super::apps::callback_path;
use super::{Vendor, vendors};
use crate::control::guides::{MANIFEST, guide};
use crate::foundation::config::Settings;

/// The words of the list that follows a key of the manifest.
fn list(key: &str) -> BTreeSet<&'static str> {
    let after = MANIFEST
        .lines()
        .skip_while(|line| line.trim() != format!("{key}:"))
        .skip(1);
    after.map_while(|line| line.trim().strip_prefix("- ")).collect()
}

#[test]
fn the_manifest_asks_for_what_the_code_asks_for() {
    assert_eq!(list("bot"), BOT_SCOPES.into_iter().collect());
    let redirect = format!("https://momentum.example.com{}", callback_path(Vendor::Slack));
    assert_eq!(list("redirect_urls"), [redirect.as_str()].into_iter().collect());
    for path in ["/slack/events", "/slack/commands", "/slack/interactions"] {
        assert!(
            MANIFEST.contains(&format!("https://momentum.example.com{path}\n")),
            "{path}"
        );
    }
}

/// Slack sends an event only to an app that has the scope for it.
#[test]
fn each_event_of_the_manifest_has_its_scope_and_each_scope_that_brings_events_has_them() {
    let scopes = list("bot");
    let brought_by = [
        ("app_mentions:read", vec!["app_mention"]),
        ("channels:history", vec!["message.channels", "channel_id_changed"]),
        (
            "channels:read",
            vec![
                "channel_archive",
                "channel_created",
                "channel_deleted",
                "channel_rename",
                "channel_shared",
                "channel_unarchive",
                "channel_unshared",
                "member_joined_channel",
                "member_left_channel",
            ],
        ),
        ("groups:history", vec!["message.groups"]),
        (
            "groups:read",
            vec![
                "group_archive",
                "group_deleted",
                "group_left",
                "group_rename",
                "group_unarchive",
            ],
        ),
        ("im:history", vec!["message.im"]),
        ("users:read", vec!["team_join", "user_change"]),
    ];
    let without_scope = [
        "app_home_opened",
        "app_rate_limited",
        "app_uninstalled",
        "tokens_revoked",
    ];
    let mut expected: BTreeSet<&str> = without_scope.into_iter().collect();
    for (scope, events) in brought_by {
        assert!(scopes.contains(scope), "{scope}");
        expected.extend(events);
    }
    assert_eq!(list("bot_events"), expected);
}

#[test]
fn each_guide_names_the_settings_the_scopes_and_the_redirect_address_that_there_are() {
    let variables = [("MOMENTUM_DATA_DIR".to_owned(), "/tmp".to_owned())];
    let settings = Settings::load(None, &variables.into_iter().collect()).expect("settings");
    for vendor in Vendor::ALL.iter().copied() {
        let text = guide(vendor.as_str()).expect("a guide");
        assert!(
            text.contains(&callback_path(vendor)),
            "{vendor:?}: the redirect address"
        );
        for name in vendors::missing_settings(vendor, &settings) {
            assert!(text.contains(name), "{vendor:?}: {name}");
        }
        for reason in vendors::scopes(vendor) {
            assert!(
                text.contains(&format!("`{}`", reason.scope)),
                "{vendor:?}: {}",
                reason.scope
            );
        }
    }
}
