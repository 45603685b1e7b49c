//! Opportunities: what the specification wants in them, and that an account gets one, not five.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::crm::{Crm, NEED, TROUBLE};
use crate::foundation::db::Sql;

const MORE: &str = "Could we also add 40 more seats to our plan for the Berlin office?";

#[tokio::test]
async fn a_sure_expansion_becomes_one_opportunity_instead_of_a_task() {
    let crm = Crm::new().await;
    crm.map_acme().await;
    let set = Sql::new("UPDATE accounts SET arr_minor = 12000000 WHERE id = $1");
    crm.stage.run(set.bind(crm.stage.account)).await;
    crm.jane_says(NEED).await;
    crm.deliver().await;
    crm.deliver().await;
    let opportunities = crm.records("Opportunity").await;
    assert_eq!(opportunities.len(), 1, "{opportunities:?}");
    let opportunity = &opportunities[0];
    let name = opportunity["Name"].as_str().expect("a name");
    assert!(
        name.starts_with("Expansion - Acme Corp - We're running out of capacity"),
        "{name}"
    );
    assert_eq!(
        (
            &opportunity["StageName"],
            &opportunity["CloseDate"],
            opportunity["Amount"].as_f64()
        ),
        (&json!("Qualification"), &json!("2027-03-31"), Some(24_000.0))
    );
    let acme = crm.acme().await;
    assert_eq!(
        (&opportunity["AccountId"], &opportunity["OwnerId"]),
        (&acme["Id"], &acme["OwnerId"])
    );
    assert!(crm.tasks().await.is_empty());
    let signal = crm.signal().await;
    assert_eq!(signal["crm_records"][0]["type"], "opportunity");
    assert_eq!(signal["crm_records"][0]["id"], opportunity["Id"]);
}

#[tokio::test]
async fn an_amount_that_is_not_known_stays_blank_and_the_fiscal_year_is_the_companys() {
    let crm = Crm::new().await;
    crm.map_acme().await;
    let settings = json!({ "fiscal_year_start_month": 2, "expansion_percent": null, "notes_to_crm": false });
    crm.stage.owner.put("/api/v1/crm-settings", settings).await.expect(200);
    crm.jane_says(NEED).await;
    crm.deliver().await;
    let opportunity = crm.records("Opportunity").await.remove(0);
    assert_eq!(
        (&opportunity["Amount"], &opportunity["CloseDate"]),
        (&Value::Null, &json!("2027-04-30"))
    );
}

#[tokio::test]
async fn an_account_with_an_opportunity_of_the_last_fortnight_gets_a_note_there_and_no_second_one() {
    // How long before the signal somebody opened it in the CRM, whether it is open, and what becomes of the signal.
    let rows = [
        (TimeDelta::days(14) - TimeDelta::minutes(1), false, 1),
        (TimeDelta::days(14) + TimeDelta::minutes(1), false, 2),
        (TimeDelta::days(1), true, 2),
    ];
    for (age, is_closed, expected) in rows {
        let crm = Crm::new().await;
        crm.map_acme().await;
        let opened = (crm.stage.now() - age).format("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string();
        let theirs = crm
            .put(
                "Opportunity",
                "",
                json!({
                    "Name": "Theirs", "StageName": "Prospecting", "AccountId": crm.acme().await["Id"], "CloseDate": "2027-06-30",
                    "CreatedDate": opened, "IsClosed": is_closed, "IsWon": false,
                }),
            )
            .await;
        crm.jane_says(NEED).await;
        crm.deliver().await;
        assert_eq!(
            crm.records("Opportunity").await.len(),
            expected,
            "{age}, closed: {is_closed}"
        );
        let notes = crm.tasks().await;
        if expected == 1 {
            assert_eq!(notes.len(), 1, "one note");
            assert_eq!(
                (&notes[0]["WhatId"], &notes[0]["Status"]),
                (&json!(theirs), &json!("Completed"))
            );
            let signal = crm.signal().await;
            assert_eq!(
                signal["crm_records"][0]["id"],
                json!(theirs),
                "the signal shows the link"
            );
            let linked = crm
                .deliveries()
                .await
                .into_iter()
                .find(|one| one["record_type"] == "opportunity");
            assert_eq!(linked.expect("a delivery")["is_linked"], true);
        } else {
            assert_eq!(notes.len(), 0);
        }
    }
}

#[tokio::test]
async fn five_wishes_of_an_account_are_one_opportunity() {
    let crm = Crm::new().await;
    crm.map_acme().await;
    crm.jane_says(NEED).await;
    crm.deliver().await;
    for _ in 0..2 {
        crm.stage.app.clock.advance(TimeDelta::days(2));
        crm.jane_says(MORE).await;
        let owner = &crm.stage.owner;
        let signal = crm.signal().await["id"].as_str().expect("an id").to_owned();
        let asked = owner
            .post(
                &format!("/api/v1/signals/{signal}/actions"),
                json!({ "action": "create_opportunity" }),
            )
            .await;
        assert!([200, 409].contains(&asked.status), "{}", asked.body);
        crm.deliver().await;
    }
    assert_eq!(crm.records("Opportunity").await.len(), 1);
    assert!(!crm.tasks().await.is_empty(), "and a note for each further one");
}

#[tokio::test]
async fn whatever_goes_wrong_on_the_way_there_is_one_opportunity_in_the_end() {
    let write = json!({ "path": "/sobjects/Opportunity", "method": "PATCH" });
    let faults = [
        json!({ "kind": "drop_after_commit" }),
        json!({ "kind": "timeout_after_commit" }),
        json!({ "kind": "lock_row", "times": 2 }),
        json!({ "kind": "duplicate_value" }),
        json!({ "kind": "twins_300" }),
        json!({ "kind": "status", "status": 503, "times": 3 }),
    ];
    for mut fault in faults {
        let crm = Crm::new().await;
        crm.map_acme().await;
        fault["vendor"] = json!("salesforce");
        fault["match"] = write.clone();
        crm.fault(fault.clone()).await;
        crm.jane_says(NEED).await;
        for _ in 0..8 {
            crm.deliver().await;
            crm.stage.app.clock.advance(TimeDelta::minutes(30));
        }
        let expected = if fault["kind"] == "twins_300" { 2 } else { 1 };
        assert_eq!(crm.records("Opportunity").await.len(), expected, "{fault}");
        let state = "SELECT state || ' ' || record_type AS value FROM deliveries WHERE record_type = 'opportunity'";
        assert_eq!(crm.stage.text(state).await, "delivered opportunity", "{fault}");
        let linked = crm.stage.count("deliveries WHERE outcome = 'linked'").await;
        assert_eq!(linked, 0, "its own one is not taken for somebody else's: {fault}");
    }
}

#[tokio::test]
async fn a_duplicate_rule_of_the_crm_parks_the_record_for_a_person() {
    let crm = Crm::new().await;
    crm.map_acme().await;
    crm.fault(json!({
        "vendor": "salesforce", "match": { "path": "/sobjects/Opportunity", "method": "PATCH" }, "kind": "status", "status": 400,
        "times": 9, "code": "DUPLICATES_DETECTED", "message": "Use one of these records?",
    }))
    .await;
    crm.jane_says(NEED).await;
    crm.deliver().await;
    let delivery = crm.deliveries().await.remove(0);
    assert_eq!(
        (
            &delivery["state"],
            &delivery["error"]["code"],
            &delivery["error"]["message"]
        ),
        (
            &json!("dead_letter"),
            &json!("DUPLICATES_DETECTED"),
            &json!("Use one of these records?")
        )
    );
    // Somebody relaxed the rule; one click later it is there.
    crm.control("DELETE", "/control/faults", Value::Null).await;
    let id = delivery["id"].as_str().expect("an id");
    crm.stage
        .owner
        .post(&format!("/api/v1/deliveries/{id}/retry"), Value::Null)
        .await
        .expect(202);
    crm.deliver().await;
    assert_eq!(crm.records("Opportunity").await.len(), 1);
    assert_eq!(crm.stage.count("jobs WHERE queue = 'delivery'").await, 0);
}

#[tokio::test]
async fn a_person_asks_for_an_opportunity_once_and_may_take_it_back_until_it_is_written() {
    let crm = Crm::new().await;
    crm.map_acme().await;
    crm.jane_says(TROUBLE).await;
    crm.deliver().await;
    let signal = crm.signal().await["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/signals/{signal}/actions");
    let owner = &crm.stage.owner;
    let asked = owner
        .post(&path, json!({ "action": "create_opportunity" }))
        .await
        .expect(200);
    assert_eq!(asked["delivery_state"], "pending");
    assert_eq!(
        owner
            .post(&path, json!({ "action": "create_opportunity" }))
            .await
            .status,
        409
    );
    owner.post(&path, json!({ "action": "undo" })).await.expect(200);
    crm.deliver().await;
    assert!(crm.records("Opportunity").await.is_empty());
    owner
        .post(&path, json!({ "action": "create_opportunity" }))
        .await
        .expect(200);
    crm.deliver().await;
    assert_eq!(crm.records("Opportunity").await.len(), 1);
    assert_eq!(
        crm.stage
            .count("audit_entries WHERE action = 'signal.opportunity_requested'")
            .await,
        2
    );
}

#[tokio::test]
async fn a_note_goes_to_the_timeline_only_where_the_company_wants_that() {
    for wanted in [false, true] {
        let crm = Crm::new().await;
        crm.map_acme().await;
        let settings = json!({ "fiscal_year_start_month": 1, "expansion_percent": 20, "notes_to_crm": wanted });
        crm.stage.owner.put("/api/v1/crm-settings", settings).await.expect(200);
        crm.jane_says(NEED).await;
        crm.deliver().await;
        let signal = crm.signal().await["id"].as_str().expect("an id").to_owned();
        let path = format!("/api/v1/signals/{signal}/actions");
        for text in ["Called them.", "They call back on Friday."] {
            crm.stage
                .owner
                .post(&path, json!({ "action": "note", "text": text }))
                .await
                .expect(200);
        }
        crm.deliver().await;
        let notes = crm.tasks().await;
        assert_eq!(notes.len(), if wanted { 2 } else { 0 });
        let account = crm.acme().await["Id"].clone();
        assert!(
            notes
                .iter()
                .all(|note| note["WhatId"] == account && note["Status"] == "Completed")
        );
    }
}
