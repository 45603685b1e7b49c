use std::collections::BTreeSet;

use pretty_assertions::assert_eq;
use serde_json::json;

use super::*;
use crate::foundation::db::Sql;
use crate::foundation::ids::AccountId;
use crate::testing::TestApp;

#[actix_web::test]
async fn a_role_may_what_the_policy_file_says() {
    let policy = Policy::load().await.unwrap();
    let all: BTreeSet<Permission> = Permission::ALL.iter().copied().collect();
    assert_eq!(*policy.permissions(Role::Owner), all);
    assert_eq!(*policy.permissions(Role::Admin), all);
    for role in Role::ALL {
        let writes = policy
            .permissions(role)
            .iter()
            // What one is told oneself is everybody's own.
            .filter(|permission| {
                permission.as_str().ends_with(":write") && **permission != Permission::NotificationsWrite
            })
            .count();
        match role {
            Role::Owner | Role::Admin => assert!(writes > 1),
            Role::Manager => assert_eq!(writes, 2, "a manager assigns accounts and sees to deliveries"),
            _ => assert_eq!(writes, 0, "{}", role.as_str()),
        }
    }
    let cases = [
        (Role::Rep, Permission::AccountsSeeAll, false),
        (Role::Csm, Permission::AccountsSeeAll, false),
        (Role::Vp, Permission::AccountsSeeAll, true),
        (Role::Vp, Permission::SignalsAct, false),
        (Role::Viewer, Permission::SignalsAct, false),
        (Role::Rep, Permission::SignalsAct, true),
    ];
    for (role, permission, may) in cases {
        assert_eq!(
            policy.permissions(role).contains(&permission),
            may,
            "{} {permission}",
            role.as_str()
        );
    }
    // Every row of the file names a role and a permission that exist.
    let rows = include_str!("policy.csv").lines().filter(|line| line.starts_with("p,"));
    for row in rows {
        let parts: Vec<&str> = row.split(',').map(str::trim).collect();
        assert!(parts[1].parse::<Role>().is_ok(), "{row}");
        let word = format!("{}:{}", parts[2], parts[3]);
        assert!(
            Permission::ALL.iter().any(|permission| permission.as_str() == word),
            "{row}"
        );
    }
}

#[actix_web::test]
async fn a_rep_sees_assigned_accounts_and_a_manager_all() {
    let app = TestApp::start().await;
    let (tenant, other) = (app.tenant("Acme").await, app.tenant("Globex").await);
    let (rep, _) = tenant.member(Role::Rep).await;
    for (tenant, owner, name) in [
        (&tenant, Some(rep), "Assigned"),
        (&tenant, None, "Unassigned"),
        (&other, None, "Foreign"),
    ] {
        let tx = tenant.begin().await;
        Sql::new("INSERT INTO accounts (tenant_id, id, name, owner_member_id, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)")
            .bind(tenant.id)
            .bind(AccountId::generate())
            .bind(name)
            .bind(owner)
            .bind(app.clock.now())
            .execute(&tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    #[derive(sea_orm::FromQueryResult)]
    struct Name {
        name: String,
    }
    let cases = [
        (Visibility::All, vec!["Assigned", "Unassigned"]),
        (Visibility::AssignedTo(rep), vec!["Assigned"]),
    ];
    for (visibility, expected) in cases {
        let tx = tenant.begin().await;
        let sql = Sql::new("SELECT a.name FROM accounts a WHERE a.tenant_id = $1").bind(tenant.id);
        let rows: Vec<Name> = visibility
            .limit_accounts(sql, "a")
            .push(" ORDER BY a.name")
            .all(&tx)
            .await
            .unwrap();
        assert_eq!(rows.into_iter().map(|row| row.name).collect::<Vec<_>>(), expected);
        let sql = Sql::new("SELECT s.title AS name FROM signals s WHERE s.tenant_id = $1").bind(tenant.id);
        assert!(
            visibility
                .limit_signals(sql, "s")
                .all::<Name>(&tx)
                .await
                .unwrap()
                .is_empty()
        );
    }
}

#[actix_web::test]
async fn a_token_of_one_tenant_opens_no_other() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.tenant("Acme").await, app.tenant("Globex").await);
    let key = ours
        .owner()
        .await
        .post("/api/v1/api-keys", json!({ "name": "k", "scopes": ["members:read"] }))
        .await
        .expect(201);
    let key = key["key"].as_str().unwrap();
    let moved = key.replace(&ours.id.0.simple().to_string(), &theirs.id.0.simple().to_string());
    for (key, status) in [
        (key, 200),
        (moved.as_str(), 401),
        (&key[..key.len() - 1], 401),
        ("mom_", 401),
        ("", 401),
    ] {
        let client = app.anonymous().with_header("authorization", format!("Bearer {key}"));
        assert_eq!(client.get("/api/v1/members").await.status, status, "{}", key.len());
    }
}
