//! Kinds of record, their properties, the pipeline of deals, and the owners.

use serde_json::{Value, json};

use super::{ApiError, ApiResult};
use crate::fakes::{Context, FakeRequest, FakeResponse};

/// The kinds of record there are, by HubSpot's id of them.
pub(super) const OBJECTS: [(&str, &str, &str); 5] = [
    ("contacts", "contact", "0-1"),
    ("companies", "company", "0-2"),
    ("deals", "deal", "0-3"),
    ("tasks", "task", "0-27"),
    ("notes", "note", "0-46"),
];

/// A kind of record under any of its names.
pub(super) fn object(name: &str) -> Option<&'static str> {
    OBJECTS
        .iter()
        .find(|(plural, singular, id)| [*plural, *singular, *id].contains(&name))
        .map(|(plural, ..)| *plural)
}

/// A stage of the one pipeline.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stage {
    id: &'static str,
    label: &'static str,
    probability: &'static str,
    pub closed: bool,
    pub won: bool,
}

const fn stage_of(id: &'static str, label: &'static str, probability: &'static str, closed: bool, won: bool) -> Stage {
    Stage {
        id,
        label,
        probability,
        closed,
        won,
    }
}

/// The moment at which HubSpot says that its default pipelines were made.
const DEFAULT_SINCE: &str = "1970-01-01T00:00:00Z";

/// HubSpot's default sales pipeline.
const STAGES: [Stage; 7] = [
    stage_of("appointmentscheduled", "Appointment Scheduled", "0.2", false, false),
    stage_of("qualifiedtobuy", "Qualified To Buy", "0.4", false, false),
    stage_of("presentationscheduled", "Presentation Scheduled", "0.6", false, false),
    stage_of("decisionmakerboughtin", "Decision Maker Bought-In", "0.8", false, false),
    stage_of("contractsent", "Contract Sent", "0.9", false, false),
    stage_of("closedwon", "Closed Won", "1.0", true, true),
    stage_of("closedlost", "Closed Lost", "0.0", true, false),
];

pub(super) fn stage(id: &str) -> Option<Stage> {
    STAGES.into_iter().find(|stage| stage.id == id)
}

/// What HubSpot fills in by itself when a record is made.
pub(super) fn defaults(object: &str) -> Vec<(&'static str, &'static str)> {
    match object {
        "tasks" => vec![
            ("hs_task_status", "NOT_STARTED"),
            ("hs_task_priority", "NONE"),
            ("hs_task_type", "TODO"),
        ],
        "deals" => vec![("pipeline", "default"), ("dealstage", "appointmentscheduled")],
        _ => Vec::new(),
    }
}

const TASK_STATUS: &[&str] = &["NOT_STARTED", "IN_PROGRESS", "WAITING", "COMPLETED", "DEFERRED"];

/// A property every account has: its marked name, type, field type, and options.
type BuiltIn = (&'static str, &'static str, &'static str, &'static [&'static str]);

/// By kind of record, with the group its properties are in. In a name, `!` before a name is read only, `+` is custom, `$` holds money.
const PROPERTIES: [(&str, &str, &[BuiltIn]); 5] = [
    (
        "companies",
        "companyinformation",
        &[
            ("name", "string", "text", &[]),
            ("domain", "string", "text", &[]),
            ("website", "string", "text", &[]),
            (
                "industry",
                "enumeration",
                "select",
                &["COMPUTER_SOFTWARE", "BANKING", "RETAIL"],
            ),
            ("$annualrevenue", "number", "number", &[]),
            ("description", "string", "textarea", &[]),
            ("hubspot_owner_id", "enumeration", "select", &[]),
            ("!hs_merged_object_ids", "enumeration", "checkbox", &[]),
            ("!hs_lastmodifieddate", "datetime", "date", &[]),
            ("!createdate", "datetime", "date", &[]),
            ("$+arr", "number", "number", &[]),
            ("+renewal_date", "date", "date", &[]),
            ("+health_score", "number", "number", &[]),
            ("+adoption_score", "number", "number", &[]),
            ("+open_risk_signals", "number", "number", &[]),
            ("+open_expansion_signals", "number", "number", &[]),
            ("+last_signal_at", "datetime", "date", &[]),
            ("+has_open_risk", "bool", "booleancheckbox", &["true", "false"]),
            (
                "+segment",
                "enumeration",
                "select",
                &["Enterprise", "Mid-Market", "SMB"],
            ),
        ],
    ),
    (
        "contacts",
        "contactinformation",
        &[
            ("firstname", "string", "text", &[]),
            ("lastname", "string", "text", &[]),
            ("email", "string", "text", &[]),
            ("jobtitle", "string", "text", &[]),
            ("hubspot_owner_id", "enumeration", "select", &[]),
            ("associatedcompanyid", "number", "number", &[]),
            ("!hs_merged_object_ids", "enumeration", "checkbox", &[]),
            ("!lastmodifieddate", "datetime", "date", &[]),
            ("!createdate", "datetime", "date", &[]),
        ],
    ),
    (
        "deals",
        "dealinformation",
        &[
            ("dealname", "string", "text", &[]),
            ("description", "string", "textarea", &[]),
            ("$amount", "number", "number", &[]),
            ("closedate", "datetime", "date", &[]),
            ("pipeline", "enumeration", "select", &["default"]),
            (
                "dealstage",
                "enumeration",
                "radio",
                &[
                    "appointmentscheduled",
                    "qualifiedtobuy",
                    "presentationscheduled",
                    "decisionmakerboughtin",
                    "contractsent",
                    "closedwon",
                    "closedlost",
                ],
            ),
            ("hubspot_owner_id", "enumeration", "select", &[]),
            ("!hs_is_closed", "bool", "calculation_equation", &["true", "false"]),
            ("!hs_is_closed_won", "bool", "calculation_equation", &["true", "false"]),
            ("!hs_merged_object_ids", "enumeration", "checkbox", &[]),
            ("!hs_lastmodifieddate", "datetime", "date", &[]),
            ("!createdate", "datetime", "date", &[]),
        ],
    ),
    (
        "tasks",
        "task",
        &[
            ("hs_task_subject", "string", "text", &[]),
            ("hs_task_body", "string", "html", &[]),
            ("hs_task_status", "enumeration", "select", TASK_STATUS),
            (
                "hs_task_priority",
                "enumeration",
                "select",
                &["NONE", "LOW", "MEDIUM", "HIGH"],
            ),
            ("hs_task_type", "enumeration", "select", &["EMAIL", "CALL", "TODO"]),
            ("hs_timestamp", "datetime", "date", &[]),
            ("hubspot_owner_id", "enumeration", "select", &[]),
            ("!hs_lastmodifieddate", "datetime", "date", &[]),
            ("!hs_createdate", "datetime", "date", &[]),
        ],
    ),
    (
        "notes",
        "note",
        &[
            ("hs_note_body", "string", "html", &[]),
            ("hs_timestamp", "datetime", "date", &[]),
            ("hubspot_owner_id", "enumeration", "select", &[]),
            ("!hs_lastmodifieddate", "datetime", "date", &[]),
            ("!hs_createdate", "datetime", "date", &[]),
        ],
    ),
];

fn built_in(object: &str) -> Vec<Value> {
    let Some((_, group, list)) = PROPERTIES.iter().find(|(name, ..)| *name == object) else {
        return Vec::new();
    };
    list.iter()
        .map(|(marked, kind, field_type, options)| {
            let options: Vec<Value> = options
                .iter()
                .enumerate()
                .map(|(order, value)| json!({"label": value, "value": value, "displayOrder": order, "hidden": false}))
                .collect();
            json!({
                "name": bare(marked), "label": bare(marked), "type": kind, "fieldType": field_type, "groupName": group, "options": options,
                "hasUniqueValue": false, "hidden": false, "calculated": *field_type == "calculation_equation", "formField": false,
                "hubspotDefined": !marked.contains('+'), "showCurrencySymbol": marked.contains('$'), "archived": false, "description": "",
                "modificationMetadata": {"archivable": true, "readOnlyDefinition": true, "readOnlyValue": marked.contains('!')},
            })
        })
        .collect()
}

fn bare(marked: &str) -> &str {
    marked.trim_start_matches(['!', '+', '$'])
}

fn all(cx: &Context<'_>, object: &str) -> Vec<Value> {
    let own = format!("{object}/");
    let made = cx
        .state
        .store
        .rows("hs.property")
        .filter(|(key, _)| key.starts_with(&own));
    built_in(object)
        .into_iter()
        .chain(made.map(|(_, property)| property.clone()))
        .collect()
}

/// A property's definition.
pub(super) fn property(cx: &Context<'_>, object: &str, name: &str) -> Option<Value> {
    all(cx, object).into_iter().find(|property| property["name"] == name)
}

pub(super) fn is_unique(cx: &Context<'_>, object: &str, name: &str) -> bool {
    property(cx, object, name).is_some_and(|property| property["hasUniqueValue"] == true)
}

/// Whether reading shows this name: made ones, and what stands above; the rest is left out silently, as HubSpot does.
pub(super) fn is_known(object: &str, name: &str) -> bool {
    let list = PROPERTIES
        .iter()
        .find(|(kind, ..)| *kind == object)
        .map(|(.., list)| list);
    let built_in = list.is_some_and(|list| list.iter().any(|(marked, ..)| bare(marked) == name));
    built_in || name == "hs_object_id" || !name.starts_with("hs_")
}

pub(super) fn properties(cx: &mut Context<'_>, request: &FakeRequest, rest: &[&str]) -> ApiResult {
    let kind = rest
        .first()
        .and_then(|name| object(name))
        .ok_or_else(|| ApiError::not_found("object type"))?;
    match (request.method.as_str(), &rest[1..]) {
        ("GET", []) => Ok(FakeResponse::json(200, &json!({"results": all(cx, kind)}))),
        ("GET", [name]) => match property(cx, kind, name) {
            Some(found) => Ok(FakeResponse::json(200, &found)),
            None => Err(ApiError::not_found(format!("property {name}"))),
        },
        ("POST", []) => create_property(cx, kind, &request.json()),
        ("DELETE", [name]) => {
            cx.state.store.remove("hs.property", &format!("{kind}/{name}"));
            Ok(FakeResponse::empty(204))
        }
        _ => Err(ApiError::new(405, "METHOD_NOT_ALLOWED", "Method not allowed")),
    }
}

fn create_property(cx: &mut Context<'_>, object: &str, given: &Value) -> ApiResult {
    let name = given["name"].as_str().unwrap_or_default();
    for needed in ["name", "label", "type", "fieldType", "groupName"] {
        if given[needed].as_str().unwrap_or_default().is_empty() {
            let words = format!("Invalid input JSON: Some required fields were not set: [{needed}]");
            return Err(ApiError::new(400, "VALIDATION_ERROR", words));
        }
    }
    if property(cx, object, name).is_some() {
        let words = format!("A property named '{name}' already exists.");
        return Err(ApiError::new(409, "OBJECT_ALREADY_EXISTS", words));
    }
    let mut made = given.clone();
    for (key, default) in [
        ("options", json!([])),
        ("hasUniqueValue", json!(false)),
        ("hidden", json!(false)),
        ("description", json!("")),
        ("archived", json!(false)),
        ("hubspotDefined", json!(false)),
        (
            "modificationMetadata",
            json!({"archivable": true, "readOnlyDefinition": false, "readOnlyValue": false}),
        ),
    ] {
        if made.get(key).is_none() {
            made[key] = default;
        }
    }
    cx.state
        .store
        .put("hs.property", &format!("{object}/{name}"), made.clone());
    Ok(FakeResponse::json(201, &made))
}

pub(super) fn pipelines(rest: &[&str]) -> ApiResult {
    if rest.first().and_then(|name| object(name)) != Some("deals") {
        return Ok(FakeResponse::json(200, &json!({"results": []})));
    }
    let stages: Vec<Value> = STAGES
        .iter()
        .enumerate()
        .map(|(order, stage)| {
            json!({
                "id": stage.id, "label": stage.label, "displayOrder": order, "archived": false, "createdAt": DEFAULT_SINCE,
                "updatedAt": DEFAULT_SINCE, "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
                "metadata": {"isClosed": stage.closed.to_string(), "probability": stage.probability},
            })
        })
        .collect();
    let pipeline = json!({
        "id": "default", "label": "Sales Pipeline", "displayOrder": 0, "archived": false, "createdAt": DEFAULT_SINCE,
        "updatedAt": DEFAULT_SINCE, "stages": stages,
    });
    match rest.get(1) {
        None => Ok(FakeResponse::json(200, &json!({"results": [pipeline]}))),
        Some(&"default") => Ok(FakeResponse::json(200, &pipeline)),
        Some(_) => Err(ApiError::not_found("pipeline")),
    }
}

pub(super) fn owners(cx: &Context<'_>, request: &FakeRequest, rest: &[&str]) -> ApiResult {
    if let Some(id) = rest.first() {
        return match cx.state.store.get("hs.owner", id) {
            Some(owner) => Ok(FakeResponse::json(200, owner)),
            None => Err(ApiError::not_found("owner")),
        };
    }
    let archived = request.param("archived").as_deref() == Some("true");
    let limit: usize = request
        .param("limit")
        .and_then(|limit| limit.parse().ok())
        .unwrap_or(100);
    let email = request.param("email");
    let after = request.param("after");
    let rows = cx.state.store.rows("hs.owner").map(|(_, owner)| owner);
    let mut found = rows
        .filter(|owner| (owner["archived"] == true) == archived)
        .filter(|owner| email.as_deref().is_none_or(|email| owner["email"] == email))
        .filter(|owner| after.as_deref().is_none_or(|after| owner["id"].as_str() > Some(after)));
    let page: Vec<Value> = found.by_ref().take(limit).cloned().collect();
    let mut answer = json!({"results": page});
    if found.next().is_some() {
        answer["paging"] = json!({"next": {"after": page.last().map(|owner| owner["id"].clone())}});
    }
    Ok(FakeResponse::json(200, &answer))
}
