use super::stage::{ACME, JANE, MIA, NED, SALES, SAM, Stage};
use crate::foundation::db::Sql;

#[tokio::test]
async fn help_is_there_for_members_and_advice_for_others() {
    let stage = Stage::new().await;
    for (user, text, part) in [
        (SAM, "", "`/momentum tag Acme`"),
        (SAM, "help", "`/sentinel` does the same"),
        (SAM, "<!channel>", "What Momentum does"),
        (SAM, "explode&lt;!here&gt;", "I do not know “explode&amp;lt;"),
        (NED, "help", "does not know you yet"),
        (JANE, "status", "full members of this Slack workspace"),
        ("U0NOBODY", "status", "does not know you yet"),
    ] {
        let said = stage.command(user, SALES, text).await;
        assert!(said.contains(part), "{user} {text}: {said}");
    }
}

#[tokio::test]
async fn status_counts_what_one_sees_and_shows_connections_to_those_who_may() {
    let stage = Stage::new().await;
    let mia = stage.command(MIA, SALES, "status").await;
    assert!(mia.contains("• Expansion: 1"), "{mia}");
    assert!(mia.contains("slack Northwind: connected"), "{mia}");
    let sam = stage.command(SAM, SALES, "status").await;
    assert!(sam.contains("• Expansion: 1") && !sam.contains("Connections"), "{sam}");
    stage.run(Sql::new("UPDATE accounts SET owner_member_id = NULL")).await;
    assert!(stage.command(SAM, SALES, "status").await.contains("nothing is open"));
}

#[tokio::test]
async fn a_channel_is_mapped_by_those_who_may_map_channels() {
    for command in [
        "tag @Acme",
        "config Acme #customer-acme",
        "config Acme <#C0ACME|customer-acme>",
    ] {
        let stage = Stage::new().await;
        let mapped = "SELECT a.name AS value FROM channel_mappings m JOIN accounts a ON a.id = m.account_id";
        let refused = stage.command(MIA, ACME, command).await;
        assert!(refused.contains("needs the permission channels:write"), "{refused}");
        assert_eq!(stage.text(mapped).await, "");
        stage
            .run(Sql::new("UPDATE members SET role = 'admin' WHERE name = 'Mia Manager'"))
            .await;
        let done = stage.command(MIA, ACME, command).await;
        assert!(done.contains("#customer-acme is *Acme Corp*’s channel"), "{done}");
        assert_eq!(stage.text(mapped).await, "Acme Corp");
        let audited = "SELECT actor_name AS value FROM audit_entries WHERE action = 'channel.mapped'";
        assert_eq!(stage.text(audited).await, "Mia Manager");
        let whose = stage.command(SAM, ACME, "config").await;
        assert!(whose.contains("|Acme Corp>’s channel"), "{whose}");
    }
}

#[tokio::test]
async fn a_thread_is_tagged_by_a_link_to_a_message() {
    let stage = Stage::new().await;
    stage
        .run(Sql::new(
            "UPDATE signals SET account_id = NULL, message_ts = '1700000000.000100'",
        ))
        .await;
    let link = "<https://northwind.slack.com/archives/C0ACME/p1700000000000100|this>";
    let done = stage.command(SAM, SALES, &format!("tag Acme {link}")).await;
    assert!(done.contains("*Acme Corp*’s"), "{done}");
    let account = "SELECT a.name AS value FROM signals s JOIN accounts a ON a.id = s.account_id";
    assert_eq!(stage.text(account).await, "Acme Corp");
    for (text, part) in [
        ("tag Acme https://northwind.slack.com/x", "no link to a message"),
        (
            "tag Initech <https://n.slack.com/archives/C0ACME/p1700000000000100>",
            "no account “Initech”",
        ),
        (
            "tag Acme <https://n.slack.com/archives/C0OTHER/p1700000000000100>",
            "does not know this channel",
        ),
        ("tag", "Say which account"),
        ("config Acme #nowhere", "does not know that channel"),
    ] {
        let said = stage.command(SAM, SALES, text).await;
        assert!(said.contains(part), "{text}: {said}");
    }
}
