//! The account out of the seed.

use serde_json::{Map, Value, json};

use super::{
    associations,
    store::{self, Source},
};
use crate::fakes::{Context, CrmUserSeed};

pub(in crate::fakes) fn plant(cx: &mut Context<'_>) {
    let seed = &cx.config.hubspot;
    if let Some(token) = &seed.access_token {
        // Lives until it is revoked, as a private app's does.
        cx.state.store.put("hs.token", token, json!({}));
    }
    if let Some(token) = &seed.refresh_token {
        cx.state.store.put("hs.refresh", token, json!({"scope": ""}));
    }
    let nobody = [CrmUserSeed {
        name: "Integration User".into(),
        email: "integration@example.com".into(),
    }];
    let users = if seed.users.is_empty() {
        &nobody[..]
    } else {
        &seed.users
    };
    for (index, user) in users.iter().enumerate() {
        let (first, last) = user.name.rsplit_once(' ').unwrap_or((&user.name, ""));
        let id = (71_000_000 + index).to_string();
        let now = store::stamp(cx.now);
        let owner = json!({
            "id": id, "type": "PERSON", "email": user.email, "firstName": first, "lastName": last, "userId": 9_586_504 + index,
            "archived": false, "createdAt": now, "updatedAt": now, "teams": [],
        });
        cx.state.store.put("hs.owner", &id, owner);
    }
    for account in &cx.config.hubspot.accounts {
        let owner = cx
            .state
            .store
            .rows("hs.owner")
            .find(|(_, owner)| owner["email"].as_str() == account.owner_email.as_deref())
            .map(|(id, _)| id.to_owned());
        let website = account.website.clone();
        let domain = website.as_deref().and_then(crate::crm::domain);
        let company = made(
            cx,
            "companies",
            [
                ("name", Some(account.name.clone())),
                ("website", website),
                ("domain", domain),
                ("hubspot_owner_id", owner),
                ("arr", account.arr.map(|arr| arr.to_string())),
                ("renewal_date", account.renewal_date.map(|day| day.to_string())),
            ],
        );
        for (name, email) in &account.contacts {
            let (first, last) = name.rsplit_once(' ').unwrap_or(("", name));
            let contact = made(
                cx,
                "contacts",
                [
                    ("firstname", Some(first.to_owned())),
                    ("lastname", Some(last.to_owned())),
                    ("email", Some(email.clone())),
                    ("associatedcompanyid", Some(company.clone())),
                ],
            );
            associations::link(cx, ("contacts", &contact), ("companies", &company));
        }
    }
}

fn made<const N: usize>(cx: &mut Context<'_>, object: &str, properties: [(&str, Option<String>); N]) -> String {
    let properties: Map<String, Value> = properties
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?.into())))
        .collect();
    let row = store::create(cx, object, &properties, Source::Person);
    row["id"].as_str().unwrap_or_default().to_owned()
}
