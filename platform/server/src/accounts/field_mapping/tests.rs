//! Field mappings through HTTP.

use momentum_connectors::crm::{CrmField, FieldKind};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::keep_known_fields;
use crate::control::access::Role;
use crate::foundation::ids::ConnectionId;
use crate::testing::{Seed, TestApp, TestTenant};

fn field(name: &str, kind: FieldKind, is_writable: bool) -> CrmField {
    CrmField {
        name: name.to_owned(),
        label: name.replace("__c", "").replace('_', " "),
        kind,
        options: vec![],
        is_writable,
        is_custom: name.ends_with("__c"),
    }
}

async fn connected(app: &TestApp, tenant: &TestTenant<'_>, fields: &[CrmField]) -> ConnectionId {
    let seed = Seed::begin(tenant, app.clock.now()).await;
    let connection = seed.crm().await;
    if !fields.is_empty() {
        keep_known_fields(seed.tx(), connection, fields, app.clock.now())
            .await
            .expect("kept");
    }
    seed.done().await;
    connection
}

fn known() -> Vec<CrmField> {
    vec![
        field("Health_Score__c", FieldKind::Number, true),
        field("Description", FieldKind::Text, true),
        field("Locked__c", FieldKind::Number, false),
        field("ARR__c", FieldKind::Currency, true),
        field("Renewal_Date__c", FieldKind::Date, true),
    ]
}

/// The field of ours out of the answer.
fn of<'a>(mappings: &'a Value, name: &str) -> &'a Value {
    let fields = mappings["connections"][0]["fields"].as_array().expect("fields");
    fields
        .iter()
        .find(|field| field["momentum_field"] == name)
        .expect("the field")
}

#[actix_web::test]
async fn what_is_chosen_is_kept_and_audited_and_what_is_not_named_stays() {
    let app = TestApp::start().await;
    let (tenant, other) = (app.tenant("Acme").await, app.tenant("Globex").await);
    let connection = connected(&app, &tenant, &known()).await;
    let path = format!("/api/v1/field-mappings/{connection}");
    let owner = tenant.owner().await;
    let put = async |fields: Value| owner.put(&path, json!({ "fields": fields })).await;
    put(json!([{ "momentum_field": "health_score", "crm_field": "Health_Score__c", "wins": "momentum" }]))
        .await
        .expect(200);
    let both = put(json!([{ "momentum_field": "arr", "crm_field": "ARR__c" }]))
        .await
        .expect(200);
    assert_eq!(
        (
            &of(&both, "health_score")["crm_field"],
            &of(&both, "health_score")["wins"],
            &of(&both, "arr")["crm_field"]
        ),
        (&json!("Health_Score__c"), &json!("momentum"), &json!("ARR__c"))
    );
    assert_eq!(owner.get("/api/v1/field-mappings").await.expect(200), both);
    let none = put(json!([{ "momentum_field": "health_score", "crm_field": null }]))
        .await
        .expect(200);
    assert_eq!(of(&none, "health_score")["crm_field"], Value::Null);
    let audit = owner
        .get("/api/v1/audit-entries?action=field_mapping.changed")
        .await
        .expect(200);
    assert_eq!(audit["items"].as_array().map(Vec::len), Some(3));

    let stranger = other.owner().await;
    let theirs = stranger.put(&path, json!({ "fields": [] })).await;
    assert_eq!((theirs.status, theirs.code()), (404, "not_found"));
    assert_eq!(
        stranger.get("/api/v1/field-mappings").await.expect(200)["connections"],
        json!([])
    );
    assert_eq!(
        tenant
            .client(Role::Manager)
            .await
            .get("/api/v1/field-mappings")
            .await
            .status,
        403
    );
}

#[actix_web::test]
async fn what_cannot_work_is_refused_by_field_and_what_stopped_working_warns() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let connection = connected(&app, &tenant, &known()).await;
    let path = format!("/api/v1/field-mappings/{connection}");
    let owner = tenant.owner().await;
    let rows = [
        (
            json!({ "momentum_field": "health_score", "crm_field": "ARR__c" }),
            "fields[0].crm_field",
            "holds currency",
        ),
        (
            json!({ "momentum_field": "health_score", "crm_field": "Locked__c" }),
            "fields[0].crm_field",
            "cannot be written",
        ),
        (
            json!({ "momentum_field": "health_score", "crm_field": "Nope__c" }),
            "fields[0].crm_field",
            "no such field",
        ),
        (
            json!({ "momentum_field": "arr", "crm_field": "Renewal_Date__c" }),
            "fields[0].crm_field",
            "holds date",
        ),
        (
            json!({ "momentum_field": "arr", "crm_field": "ARR__c", "wins": "momentum" }),
            "fields[0].wins",
            "the CRM wins",
        ),
    ];
    for (choice, field, words) in rows {
        let refused = owner.put(&path, json!({ "fields": [choice] })).await;
        assert_eq!(refused.status, 422, "{choice}");
        let error = &refused.body["errors"][0];
        assert_eq!(error["field"], field, "{choice}");
        assert!(error["message"].as_str().expect("words").contains(words), "{error}");
    }
    let twice = json!({ "fields": [
        { "momentum_field": "health_score", "crm_field": "Description" },
        { "momentum_field": "adoption_score", "crm_field": "Description" },
    ] });
    assert_eq!(owner.put(&path, twice).await.status, 422);
    for hostile in [
        json!({}),
        json!({ "fields": [{ "momentum_field": "password" }] }),
        json!({ "fields": "x" }),
    ] {
        assert_eq!(owner.put(&path, hostile.clone()).await.status, 422, "{hostile}");
    }

    let fine = json!({ "fields": [{ "momentum_field": "health_score", "crm_field": "Health_Score__c" }] });
    assert_eq!(
        of(&owner.put(&path, fine).await.expect(200), "health_score")["warning"],
        Value::Null
    );
    let tx = tenant.begin().await;
    keep_known_fields(&tx, connection, &known()[1..], app.clock.now())
        .await
        .expect("kept");
    tx.commit().await.expect("committed");
    let mappings = owner.get("/api/v1/field-mappings").await.expect(200);
    let warning = of(&mappings, "health_score")["warning"].as_str().expect("a warning");
    assert!(warning.contains("no field “Health_Score__c”"), "{warning}");
}

#[actix_web::test]
async fn what_is_written_to_the_crm_is_the_companys_to_decide() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let owner = tenant.owner().await;
    let defaults = json!({ "fiscal_year_start_month": 1, "expansion_percent": 20, "notes_to_crm": false });
    assert_eq!(owner.get("/api/v1/crm-settings").await.expect(200), defaults);
    let chosen = json!({ "fiscal_year_start_month": 7, "expansion_percent": null, "notes_to_crm": true });
    assert_eq!(
        owner.put("/api/v1/crm-settings", chosen.clone()).await.expect(200),
        chosen
    );
    assert_eq!(owner.get("/api/v1/crm-settings").await.expect(200), chosen);
    let rows = [
        ("fiscal_year_start_month", json!(0)),
        ("fiscal_year_start_month", json!(13)),
        ("expansion_percent", json!(0)),
    ];
    for (field, value) in rows {
        let mut hostile = chosen.clone();
        hostile[field] = value;
        assert_eq!(owner.put("/api/v1/crm-settings", hostile).await.status, 422, "{field}");
    }
}
