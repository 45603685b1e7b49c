//! The org out of the seed.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{
    ids,
    metadata::{STAGES, TASK_STATUSES},
    table,
};
use crate::fakes::Context;

/// As Salesforce writes an instant: the offset without a colon.
pub(super) fn stamp(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string()
}

pub(in crate::fakes) fn plant(cx: &mut Context<'_>) {
    let seed = &cx.config.salesforce;
    if let Some(token) = &seed.access_token {
        cx.state.store.put("sf.token", token, json!({}));
    }
    if let Some(token) = &seed.refresh_token {
        cx.state.store.put("sf.refresh", token, json!({}));
    }
    add(
        cx,
        "Organization",
        seed.org_id.clone(),
        json!({"Name": seed.org_name, "IsSandbox": true}),
    );
    for (index, (name, closed)) in TASK_STATUSES.iter().enumerate() {
        let fields = json!({"ApiName": name, "MasterLabel": name, "IsClosed": closed, "IsDefault": index == 0, "SortOrder": index + 1});
        add(cx, "TaskStatus", ids::new("01J", index as u64 + 1), fields);
    }
    for (index, (name, closed, won)) in STAGES.iter().enumerate() {
        let fields = json!({
            "ApiName": name, "MasterLabel": name, "IsActive": true, "IsClosed": closed, "IsWon": won, "SortOrder": index + 1,
        });
        add(cx, "OpportunityStage", ids::new("01J", index as u64 + 101), fields);
    }
    plant_users(cx);
    plant_accounts(cx);
}

fn plant_users(cx: &mut Context<'_>) {
    let seed = &cx.config.salesforce;
    let nobody = [crate::fakes::CrmUserSeed {
        name: "Integration User".into(),
        email: "integration@example.com".into(),
    }];
    let users = if seed.users.is_empty() {
        &nobody[..]
    } else {
        &seed.users
    };
    for (index, user) in users.iter().enumerate() {
        let fields = json!({
            "Name": user.name, "Email": user.email, "Username": user.email, "IsActive": true, "UserType": "Standard",
        });
        add(cx, "User", ids::new("005", index as u64 + 1), fields);
    }
}

fn plant_accounts(cx: &mut Context<'_>) {
    for account in &cx.config.salesforce.accounts {
        let by_email = |row: &Value| row["Email"].as_str() == account.owner_email.as_deref();
        let owner = cx
            .state
            .store
            .rows("sf.User")
            .find(|(_, row)| by_email(row))
            .map(|(id, _)| id.to_owned());
        let id = ids::new("001", cx.state.store.next_number());
        let fields = json!({
            "Name": account.name, "Website": account.website, "OwnerId": owner.unwrap_or_else(ids::first_user), "ARR__c": account.arr,
            "Renewal_Date__c": account.renewal_date, "Type": "Customer - Direct",
        });
        add(cx, "Account", id.clone(), fields);
        for (name, email) in &account.contacts {
            let (first, last) = name.rsplit_once(' ').unwrap_or(("", name));
            let contact = ids::new("003", cx.state.store.next_number());
            let fields = json!({
                "FirstName": first, "LastName": last, "Name": name, "Email": email, "AccountId": id, "OwnerId": ids::first_user(),
            });
            add(cx, "Contact", contact, fields);
        }
    }
}

/// Adds a record as the database would: with its system fields.
pub(super) fn add(cx: &mut Context<'_>, sobject: &str, id: String, mut fields: Value) {
    let now = stamp(cx.now);
    let user = ids::first_user();
    fields["Id"] = id.clone().into();
    fields["IsDeleted"] = false.into();
    for (name, value) in [
        ("CreatedDate", &now),
        ("LastModifiedDate", &now),
        ("SystemModstamp", &now),
        ("CreatedById", &user),
        ("LastModifiedById", &user),
    ] {
        if fields[name].is_null() {
            fields[name] = value.clone().into();
        }
    }
    cx.state.store.put(&table(sobject), &id, fields);
}
