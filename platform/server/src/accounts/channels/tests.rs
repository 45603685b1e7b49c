//! Channels and whose they are, through HTTP.

use actix_web::test::TestRequest;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::control::access::Role;
use crate::foundation::db::Sql;
use crate::foundation::ids::ChannelId;
use crate::testing::{Answer, Seed, SignalSeed, TestApp, TestClient, TestTenant};

/// Three channels of customers, two accounts of one name, one with a domain.
async fn seeded(tenant: &TestTenant<'_>, app: &TestApp) -> [ChannelId; 3] {
    let seed = Seed::begin(tenant, app.clock.now()).await;
    for name in ["Acme Corp", "Initech", "Initech", "Umbrella"] {
        seed.account(name, None).await;
    }
    let channels = [
        seed.channel("customer-acme").await,
        seed.channel("customer-initech").await,
        seed.channel("customer-umbrella").await,
    ];
    for _ in 0..2 {
        seed.signal(channels[1], SignalSeed::default()).await;
    }
    seed.done().await;
    let tx = tenant.begin().await;
    let set = "UPDATE accounts SET domain = 'initech.example', crm_system = 'salesforce', crm_id = '001000000000001AAA'
                WHERE id = (SELECT id FROM accounts WHERE name = 'Initech' ORDER BY id LIMIT 1)";
    Sql::new(set).execute(&tx).await.expect("an account");
    tx.commit().await.expect("committed");
    channels
}

async fn import(client: &TestClient, query: &str, body: impl Into<Vec<u8>>) -> Answer {
    let request = TestRequest::post()
        .uri(&format!("/api/v1/channel-mappings/import{query}"))
        .insert_header(("content-type", "text/csv; charset=utf-8"))
        .set_payload(body.into());
    client.send(request).await
}

#[actix_web::test]
async fn a_channel_of_another_tenant_is_not_there() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.tenant("Acme").await, app.tenant("Globex").await);
    let [channel, ..] = seeded(&theirs, &app).await;
    let owner = ours.owner().await;
    let join = owner
        .post(&format!("/api/v1/channels/{channel}/join"), Value::Null)
        .await;
    assert_eq!((join.status, join.code()), (404, "not_found"));
    let unmapped = owner.get("/api/v1/channels/unmapped").await.expect(200);
    assert_eq!(unmapped["items"], json!([]));
    let accounts = owner.get("/api/v1/account-options?q=acme").await.expect(200);
    assert_eq!(accounts["items"], json!([]));
    let rows = import(&owner, "?dry_run=false", "channel,account\ncustomer-acme,Acme Corp\n")
        .await
        .expect(200);
    assert_eq!(
        (&rows["mapped"], &rows["rows"][0]["outcome"]),
        (&json!(0), &json!("error"))
    );
}

#[actix_web::test]
async fn the_channels_in_which_most_signals_wait_come_first_with_whose_they_may_be() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let [acme, initech, umbrella] = seeded(&tenant, &app).await;
    let owner = tenant.owner().await;
    let first = owner.get("/api/v1/channels/unmapped?limit=1").await.expect(200);
    assert_eq!(first["items"][0]["channel"]["id"], initech.to_string(), "{first}");
    assert_eq!(first["items"][0]["waiting_signals"], 2);
    let cursor = first["next_cursor"].as_str().expect("more");
    let rest = owner
        .get(&format!("/api/v1/channels/unmapped?cursor={cursor}"))
        .await
        .expect(200);
    let ids: Vec<&str> = rest["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|item| item["channel"]["id"].as_str())
        .collect();
    assert_eq!(ids, [acme.to_string(), umbrella.to_string()]);
    let suggestion = &rest["items"][0]["suggestions"][0];
    assert_eq!(suggestion["account"]["name"], "Acme Corp", "{rest}");
    assert!(suggestion["reason"].as_str().is_some_and(|reason| !reason.is_empty()));
}

#[actix_web::test]
async fn the_people_in_a_channel_tell_whose_it_may_be_when_its_name_does_not() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    seeded(&tenant, &app).await;
    let seed = Seed::begin(&tenant, app.clock.now()).await;
    let channel = seed.channel("customer-blue-project").await;
    seed.done().await;
    let tx = tenant.begin().await;
    for (sql, bound) in [
        (
            "INSERT INTO slack_users (tenant_id, slack_team_id, slack_user_id, name, email, kind, updated_at)
             SELECT tenant_id, slack_team_id, 'U0PETER', 'Peter', 'peter@initech.example', 'customer', updated_at FROM channels WHERE id = $1",
            channel,
        ),
        ("INSERT INTO channel_members (tenant_id, channel_id, slack_user_id, seen_at) SELECT tenant_id, id, 'U0PETER', updated_at FROM channels WHERE id = $1", channel),
    ] {
        Sql::new(sql).bind(bound).execute(&tx).await.expect("a row");
    }
    tx.commit().await.expect("committed");
    let page = tenant.owner().await.get("/api/v1/channels/unmapped").await.expect(200);
    let items = page["items"].as_array().expect("items");
    let found = items
        .iter()
        .find(|item| item["channel"]["id"] == channel.to_string())
        .expect("the channel");
    assert_eq!(found["suggestions"][0]["account"]["name"], "Initech", "{found}");
    assert_eq!(found["suggestions"][0]["reason"], "The e-mail domain is the account's.");
}

#[actix_web::test]
async fn several_channels_are_mapped_at_once_and_what_cannot_be_says_why() {
    let app = TestApp::start().await;
    let (tenant, other) = (app.tenant("Acme").await, app.tenant("Globex").await);
    let channels = seeded(&tenant, &app).await;
    let [foreign, ..] = seeded(&other, &app).await;
    let owner = tenant.owner().await;
    let options = owner.get("/api/v1/account-options?q=umb").await.expect(200);
    assert_eq!(options["items"].as_array().map(Vec::len), Some(1));
    let account = options["items"][0]["id"].clone();
    let foreign_account = other
        .owner()
        .await
        .get("/api/v1/account-options?q=umb")
        .await
        .expect(200)["items"][0]["id"]
        .clone();
    let item = |channel: &ChannelId, account: &Value| json!({ "channel_id": channel, "account_id": account });
    let items = json!([
        item(&channels[1], &account),
        item(&foreign, &account),
        item(&channels[0], &foreign_account),
        item(&channels[2], &account)
    ]);
    let done = owner
        .post("/api/v1/channel-mappings/bulk", json!({ "items": items }))
        .await
        .expect(200);
    assert_eq!(
        (&done["mapped"], &done["signals_released"]),
        (&json!(2), &json!(2)),
        "{done}"
    );
    let failed: Vec<_> = done["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| error["index"].clone())
        .collect();
    assert_eq!(failed, [1, 2]);
    for body in [
        json!({ "items": [] }),
        json!({ "items": vec![item(&channels[0], &account); 201] }),
    ] {
        assert_eq!(owner.post("/api/v1/channel-mappings/bulk", body).await.status, 422);
    }
}

#[actix_web::test]
async fn a_list_says_what_it_would_do_before_it_does_it() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    seeded(&tenant, &app).await;
    let owner = tenant.owner().await;
    let list = "\u{feff}Channel;Account;Domain;CRM_ID\r\n#Customer-Acme;acme corp;;\r\ncustomer-initech;Initech;https://www.initech.example/;\r\n\
                customer-umbrella;Initech;;001000000000001\r\ncustomer-acme;Umbrella;;\r\nnowhere;Umbrella;;\r\ncustomer-umbrella;;;\r\n;Umbrella\r\n";
    for query in ["", "?dry_run=true"] {
        let dry = import(&owner, query, list).await.expect(200);
        assert_eq!((&dry["mapped"], &dry["errors"]), (&json!(3), &json!(4)), "{dry}");
        let mappings = owner.get("/api/v1/channel-mappings").await.expect(200);
        assert_eq!(mappings["items"], json!([]), "nothing is done yet");
    }
    let done = import(&owner, "?dry_run=false", list).await.expect(200);
    let outcomes: Vec<&str> = done["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| row["outcome"].as_str())
        .collect();
    assert_eq!(outcomes, ["map", "map", "map", "error", "error", "error", "error"]);
    assert_eq!(
        (&done["rows"][3]["line"], &done["rows"][3]["message"]),
        (&json!(5), &json!("Line 2 says whose this channel is already."))
    );
    let again = import(
        &owner,
        "?dry_run=false",
        "channel,account\ncustomer-acme,Umbrella\ncustomer-initech,Initech\n",
    )
    .await
    .expect(200);
    assert_eq!(again["rows"][0]["outcome"], "remap");
    assert_eq!(again["rows"][0]["message"], "It was Acme Corp’s until now.");
    assert_eq!(
        again["rows"][1]["message"],
        "Several accounts have this name; write the domain or the CRM id as well."
    );
    let same = import(&owner, "", "account,channel\nUmbrella,customer-acme\n")
        .await
        .expect(200);
    assert_eq!(
        (&same["rows"][0]["outcome"], &same["mapped"]),
        (&json!("same"), &json!(0))
    );
    let mappings = owner.get("/api/v1/channel-mappings").await.expect(200);
    assert_eq!(mappings["items"][0]["source"], "import");
}

#[actix_web::test]
async fn whatever_file_is_sent_the_answer_says_what_is_wrong_with_it() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    seeded(&tenant, &app).await;
    let owner = tenant.owner().await;
    let cases: Vec<(Vec<u8>, u16, &str)> = vec![
        (b"".to_vec(), 400, "name the columns"),
        (b"name,company\na,b\n".to_vec(), 400, "name the columns"),
        (
            b"channel,account\ncustomer-acme,Acme\xff\n".to_vec(),
            400,
            "Line 2 is not UTF-8",
        ),
        (
            "channel,account\n".encode_utf16().flat_map(u16::to_le_bytes).collect(),
            400,
            "NUL",
        ),
        (b"PK\x03\x04\x00\x00".to_vec(), 400, "NUL"),
        (vec![b'a'; (1 << 20) + 1], 413, "1 MiB"),
        (
            format!("channel,account\n{}", "a,b\n".repeat(2001)).into_bytes(),
            413,
            "2000 rows",
        ),
    ];
    for (body, status, words) in cases {
        let shown = String::from_utf8_lossy(&body[..body.len().min(30)]).into_owned();
        let answer = import(&owner, "", body).await;
        assert_eq!(answer.status, status, "{shown}: {}", answer.body);
        assert!(
            answer.body["detail"]
                .as_str()
                .is_some_and(|detail| detail.contains(words)),
            "{shown}: {}",
            answer.body
        );
    }
    // A cell that a spreadsheet would run is shown as text, and understood when it comes back so.
    let hostile = "channel,account\n\"=HYPERLINK(\"\"http://evil\"\")\",+cmd|' /C calc'!A0\n'-customer,@SUM(1)\n\"a\nb\",\"x\"\"y\"\n";
    let rows = import(&owner, "", hostile).await.expect(200);
    let cells: Vec<String> = (rows["rows"].as_array().expect("rows").iter())
        .flat_map(|row| {
            [
                row["channel"].as_str().unwrap_or_default().to_owned(),
                row["account"].as_str().unwrap_or_default().to_owned(),
            ]
        })
        .collect();
    assert_eq!(
        cells,
        [
            "'=HYPERLINK(\"http://evil\")",
            "'+cmd|' /C calc'!A0",
            "'-customer",
            "'@SUM(1)",
            "ab",
            "x\"y"
        ]
    );
    let json = TestRequest::post()
        .uri("/api/v1/channel-mappings/import")
        .set_json(json!({}));
    assert_eq!(owner.send(json).await.status, 415);
}

#[actix_web::test]
async fn a_channel_says_how_the_bot_stands_to_it_and_a_chosen_class_stays() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let [channel, ..] = seeded(&tenant, &app).await;
    let owner = tenant.owner().await;
    let cases = [
        (
            "is_member = false, is_private = false, is_external = false",
            "can_join",
            200,
        ),
        ("is_private = true", "needs_invite", 409),
        ("is_private = false, is_external = true", "needs_invite", 409),
        (
            "is_external = false, join_refused = 'restricted_action'",
            "needs_invite",
            409,
        ),
        ("is_archived = true", "archived", 409),
        ("is_archived = false, is_member = true", "member", 200),
    ];
    for (change, state, status) in cases {
        let tx = tenant.begin().await;
        let set = format!("UPDATE channels SET join_requested_at = NULL, {change} WHERE id = $1");
        Sql::new(set).bind(channel).execute(&tx).await.expect("a channel");
        tx.commit().await.expect("committed");
        let query = format!("/api/v1/channels?q=acme&archived={}", state == "archived");
        let listed = owner.get(&query).await.expect(200);
        assert_eq!(listed["items"][0]["join_state"], state, "{change}");
        let join = owner
            .post(&format!("/api/v1/channels/{channel}/join"), Value::Null)
            .await;
        assert_eq!(join.status, status, "{change}: {}", join.body);
        if state == "needs_invite" {
            assert_eq!(join.code(), "needs_invite");
            assert!(
                join.body["detail"]
                    .as_str()
                    .is_some_and(|words| words.contains("/invite @Momentum"))
            );
        }
    }
    let filtered = owner
        .get("/api/v1/channels?class=customer&mapped=false")
        .await
        .expect(200);
    assert_eq!(filtered["items"].as_array().map(Vec::len), Some(3));
    let rep = tenant.client(Role::Rep).await;
    assert_eq!(
        rep.post(&format!("/api/v1/channels/{channel}/join"), Value::Null)
            .await
            .status,
        403
    );
    assert_eq!(
        rep.get("/api/v1/account-options").await.expect(200)["items"],
        json!([]),
        "a rep chooses among their own accounts"
    );
}
