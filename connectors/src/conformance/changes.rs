//! Polling for what changed.

use pretty_assertions::assert_eq;
use serde_json::json;

use super::{Kind, Org, SYSTEMS};
use crate::{
    Crm, Cursor,
    crm::{CrmAccount, CrmActivity, CrmOpportunity, CrmSystem},
};

/// Reads one kind of change until there is no more.
macro_rules! read_all {
    ($name:ident, $method:ident, $item:ty) => {
        async fn $name(crm: &dyn Crm, cursor: Option<Cursor>) -> (Vec<$item>, Cursor) {
            let (mut cursor, mut found) = (cursor, Vec::new());
            loop {
                let page = crm.$method(cursor.as_ref()).await.unwrap();
                found.extend(page.items);
                if !page.more {
                    return (found, page.cursor);
                }
                cursor = Some(page.cursor);
            }
        }
    };
}

read_all!(accounts, accounts_changed_since, CrmAccount);
read_all!(opportunities, opportunities_changed_since, CrmOpportunity);
read_all!(activities, activities_changed_since, CrmActivity);

#[tokio::test]
async fn an_account_comes_with_its_domain_and_owner_and_people_with_their_account() {
    for system in SYSTEMS {
        let org = Org::new(system).await;
        let crm = org.crm();
        let (found, _) = accounts(&*crm, None).await;
        assert_eq!(found.len(), 2, "{system}");
        let techflow = found.iter().find(|account| account.name == "TechFlow").unwrap();
        assert_eq!(techflow.domain.as_deref(), Some("techflow.com"), "{system}");
        let owner = techflow.owner.as_ref().unwrap();
        assert_eq!(
            (owner.name.as_str(), owner.email.as_deref(), owner.is_active),
            ("Olga Owner", Some("olga@example.com"), true)
        );
        let contacts = crm.contacts_changed_since(None).await.unwrap().items;
        assert_eq!(contacts[0].name, "John Smith", "{system}");
        assert_eq!(
            contacts[0].account_id.as_deref(),
            Some(techflow.id.as_str()),
            "{system}"
        );

        let users = crm.users(None).await.unwrap().items;
        let emails: Vec<_> = users.iter().filter_map(|user| user.email.as_deref()).collect();
        assert_eq!(emails, ["inga@example.com", "olga@example.com"], "{system}");
        assert!(users.iter().any(|user| user.id == owner.id), "{system}");
    }
}

/// Failure 12.
#[tokio::test]
async fn a_row_stamped_before_the_cursor_is_still_seen() {
    for system in SYSTEMS {
        let org = Org::with(system, |config| config.hubspot.search_lag_seconds = 60).await;
        let crm = org.crm();
        org.world.pass(3600);
        let (_, cursor) = accounts(&*crm, None).await;
        org.world.pass(600);
        org.person_writes(Kind::Account, None, &[("name", json!("First"))])
            .await;
        org.world.pass(120);
        let (found, cursor) = accounts(&*crm, Some(cursor)).await;
        assert!(found.iter().any(|account| account.name == "First"), "{system}");

        // Committed now, with a stamp that lies before what was read already.
        let stamp = (org.world.now() - chrono::Duration::minutes(5)).to_rfc3339();
        let late = [("name", json!("Late")), ("hs_lastmodifieddate", json!(stamp))];
        org.person_writes(Kind::Account, None, &late).await;
        org.world.pass(120);
        let (found, cursor) = accounts(&*crm, Some(cursor)).await;
        assert!(
            found.iter().any(|account| account.name == "Late"),
            "{system}: {found:?}"
        );

        // And what is exactly at the cursor.
        let (found, _) = accounts(&*crm, Some(cursor)).await;
        assert!(found.iter().any(|account| account.name == "First"), "{system}");
    }
}

#[tokio::test]
async fn what_was_deleted_or_merged_away_is_told_once_it_is_gone() {
    for system in SYSTEMS {
        let org = Org::new(system).await;
        let crm = org.crm();
        let winner = org.account().await;
        let deleted = org
            .person_writes(Kind::Account, None, &[("name", json!("Deleted"))])
            .await;
        let merged = org
            .person_writes(Kind::Account, None, &[("name", json!("Merged"))])
            .await;
        let (found, cursor) = accounts(&*crm, None).await;
        assert!(found.iter().all(|account| !account.is_deleted), "{system}");

        org.world.pass(3600);
        org.person_deletes(Kind::Account, &deleted).await;
        org.person_merges_accounts(&winner, &merged).await;
        let (found, _) = accounts(&*crm, Some(cursor)).await;
        let fate = |id: &str| {
            let account = found.iter().rev().find(|account| account.id == id);
            let account = account.unwrap_or_else(|| panic!("{system}: nothing of {id} in {found:?}"));
            (account.is_deleted, account.merged_into.clone())
        };
        assert_eq!(fate(&deleted), (true, None), "{system}");
        assert_eq!(fate(&merged), (true, Some(winner.clone())), "{system}");
    }
}

#[tokio::test]
async fn an_opportunity_that_is_won_and_a_task_that_is_done_come_back_with_our_id() {
    for system in SYSTEMS {
        let org = Org::new(system).await;
        let crm = org.crm();
        let account = org.account().await;
        let deal = org.write(&*crm, Kind::Opportunity, "sig_1").await.unwrap().record;
        let task = org.write(&*crm, Kind::Task, "sig_1").await.unwrap().record;
        let (first, deals_cursor) = opportunities(&*crm, None).await;
        let (open, tasks_cursor) = activities(&*crm, None).await;
        assert_eq!((first.len(), first[0].is_closed), (1, false), "{system}");
        assert_eq!(
            (open[0].is_closed, open[0].account_id.as_deref(), open[0].url.as_str()),
            (false, Some(account.as_str()), task.url.as_str()),
            "{system}"
        );

        org.world.pass(7200);
        let (deal_fields, task_fields) = match system {
            CrmSystem::Salesforce => (
                json!({"StageName": "Closed Won", "IsClosed": true, "IsWon": true}),
                json!({"Status": "Completed", "IsClosed": true}),
            ),
            CrmSystem::Hubspot => (
                json!({"dealstage": "closedwon"}),
                json!({"hs_task_status": "COMPLETED"}),
            ),
        };
        for (kind, record, fields) in [
            (Kind::Opportunity, &deal, deal_fields),
            (Kind::Task, &task, task_fields),
        ] {
            let path = format!("{system}/records/{}/{}", org.word(kind), record.id);
            org.world.control(reqwest::Method::POST, &path, fields).await;
        }
        let (won, cursor) = opportunities(&*crm, Some(deals_cursor)).await;
        assert_eq!(
            (
                won[0].external_id.as_deref(),
                won[0].is_closed,
                won[0].is_won,
                won[0].stage.as_str(),
                won[0].account_id.as_deref()
            ),
            (Some("sig_1"), true, true, "Closed Won", Some(account.as_str())),
            "{system}"
        );
        let (done, _) = activities(&*crm, Some(tasks_cursor)).await;
        assert_eq!(
            (done[0].external_id.as_deref(), done[0].is_closed, done[0].id.as_str()),
            (Some("sig_1"), true, task.id.as_str()),
            "{system}"
        );

        org.world.pass(7200);
        org.person_deletes(Kind::Opportunity, &deal.id).await;
        let (gone, cursor) = opportunities(&*crm, Some(cursor)).await;
        assert!(
            gone.iter().any(|found| found.id == deal.id && found.is_deleted),
            "{system}"
        );
        org.world.pass(7200);
        let (nothing, _) = opportunities(&*crm, Some(cursor)).await;
        assert!(nothing.iter().all(|found| found.is_deleted), "{system}: {nothing:?}");
    }
}
