//! Links between records, kept in both directions.

use serde_json::{Value, json};

use super::{ApiError, ApiResult, batch, metadata, store};
use crate::fakes::{Context, FakeRequest, FakeResponse};

const TABLE: &str = "hs.link";
/// Links on a page of one record.
const PAGE: usize = 500;

/// HubSpot's id of the unlabelled link in this direction, and of the primary one where there is one.
fn type_ids(from: &str, to: &str) -> (u64, Option<u64>) {
    match (from, to) {
        ("deals", "companies") => (341, Some(5)),
        ("companies", "deals") => (342, Some(6)),
        ("contacts", "companies") => (279, Some(1)),
        ("companies", "contacts") => (280, Some(2)),
        ("tasks", "companies") => (192, None),
        ("companies", "tasks") => (191, None),
        ("notes", "companies") => (190, None),
        ("tasks", "contacts") => (204, None),
        ("notes", "deals") => (214, None),
        _ => (449, None),
    }
}

fn key(from: (&str, &str), to: (&str, &str)) -> String {
    format!("{}/{}/{}/{}", from.0, from.1, to.0, to.1)
}

/// Links two records; the first link between two kinds is the primary one.
pub(super) fn link(cx: &mut Context<'_>, from: (&str, &str), to: (&str, &str)) {
    let at = cx.state.store.next_number();
    for (from, to) in [(from, to), (to, from)] {
        if cx.state.store.get(TABLE, &key(from, to)).is_none() {
            let primary = of(cx, from.0, from.1, to.0).is_empty();
            cx.state
                .store
                .put(TABLE, &key(from, to), json!({"primary": primary, "at": at}));
        }
    }
}

/// What a record is linked to, oldest link first.
pub(super) fn of(cx: &Context<'_>, object: &str, id: &str, to: &str) -> Vec<String> {
    let prefix = format!("{object}/{id}/{to}/");
    let mut links: Vec<(u64, String)> = cx
        .state
        .store
        .rows(TABLE)
        .filter_map(|(key, row)| Some((row["at"].as_u64().unwrap_or(0), key.strip_prefix(&prefix)?.to_owned())))
        .filter(|(_, id)| store::live(cx, to, id).is_some_and(|row| row["id"] == id.as_str()))
        .collect();
    links.sort();
    links.into_iter().map(|(_, id)| id).collect()
}

/// The links of a merged record go over to the one that took it in.
pub(super) fn inherit(cx: &mut Context<'_>, object: &str, loser: &str, winner: &str) {
    for (to, ..) in metadata::OBJECTS {
        for id in of(cx, object, loser, to) {
            link(cx, (object, winner), (to, &id));
        }
    }
}

fn told(cx: &Context<'_>, from: &str, from_id: &str, to: &str, id: &str) -> Value {
    let (plain, primary) = type_ids(from, to);
    let row = cx.state.store.get(TABLE, &key((from, from_id), (to, id)));
    let is_primary = row.is_some_and(|row| row["primary"] == true);
    let mut types = vec![json!({"category": "HUBSPOT_DEFINED", "typeId": plain, "label": null})];
    if let Some(primary) = primary.filter(|_| is_primary) {
        types.insert(
            0,
            json!({"category": "HUBSPOT_DEFINED", "typeId": primary, "label": "Primary"}),
        );
    }
    json!({"toObjectId": id, "associationTypes": types})
}

/// `associations/{from}/{to}/batch/read`.
pub(super) fn handle(cx: &mut Context<'_>, request: &FakeRequest, rest: &[&str]) -> ApiResult {
    let [from, to, "batch", "read"] = rest else {
        return Err(ApiError::not_found("resource"));
    };
    let (Some(from), Some(to)) = (metadata::object(from), metadata::object(to)) else {
        return Err(ApiError::not_found("object type"));
    };
    let (mut results, mut errors) = (Vec::new(), Vec::new());
    for input in request.json()["inputs"].as_array().into_iter().flatten() {
        let id = input["id"].as_str().unwrap_or_default();
        let after: usize = input["after"]
            .as_str()
            .and_then(|after| after.parse().ok())
            .unwrap_or(0);
        let links = of(cx, from, id, to);
        if links.is_empty() {
            errors.push(json!({
                "status": "error", "category": "OBJECT_NOT_FOUND", "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
                "message": format!("No {to} is associated with {from} {id}."), "context": {"fromObjectId": [id]},
            }));
            continue;
        }
        let page: Vec<Value> = links
            .iter()
            .skip(after)
            .take(PAGE)
            .map(|to_id| told(cx, from, id, to, to_id))
            .collect();
        let mut entry = json!({"from": {"id": id}, "to": page});
        if after + PAGE < links.len() {
            entry["paging"] = json!({"next": {"after": (after + PAGE).to_string()}});
        }
        results.push(entry);
    }
    Ok(batch::complete(cx, 200, results, errors))
}

/// `objects/{kind}/{id}/associations/…`.
pub(super) fn of_one(cx: &mut Context<'_>, method: &str, object: &str, id: &str, rest: &[&str]) -> ApiResult {
    match (method, rest) {
        ("PUT", ["default", to, to_id]) => {
            let to = metadata::object(to).ok_or_else(|| ApiError::not_found("object type"))?;
            for (kind, id) in [(object, id), (to, *to_id)] {
                if store::live(cx, kind, id).is_none() {
                    return Err(ApiError::not_found(format!("{kind} {id}")));
                }
            }
            link(cx, (object, id), (to, to_id));
            let (plain, _) = type_ids(object, to);
            let done = json!({
                "from": {"id": id}, "to": {"id": to_id}, "associationSpec": {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": plain},
            });
            Ok(batch::complete(cx, 200, vec![done], Vec::new()))
        }
        ("GET", [to]) => {
            let to = metadata::object(to).ok_or_else(|| ApiError::not_found("object type"))?;
            let links: Vec<Value> = of(cx, object, id, to)
                .iter()
                .map(|to_id| told(cx, object, id, to, to_id))
                .collect();
            Ok(FakeResponse::json(200, &json!({"results": links})))
        }
        _ => Err(ApiError::new(405, "METHOD_NOT_ALLOWED", "Method not allowed")),
    }
}
