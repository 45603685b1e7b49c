//! The records: what they hold, who changed it when, and what the search index knows of them.

use chrono::{DateTime, Duration, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use super::{ApiError, associations, metadata, webhooks};
use crate::fakes::Context;

/// Who writes: how HubSpot names it in a property's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// Our app.
    App,
    /// A person in the browser, by the control API.
    Person,
}

impl Source {
    fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::App => ("INTEGRATION", "1234567"),
            Self::Person => ("CRM_UI", "userId:9586504"),
        }
    }
}

pub(super) fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

pub(super) fn instant(value: &Value) -> Option<DateTime<Utc>> {
    let text = value.as_str()?;
    match text.parse::<i64>() {
        Ok(millis) => DateTime::from_timestamp_millis(millis),
        Err(_) => DateTime::parse_from_rfc3339(text).ok().map(|at| at.with_timezone(&Utc)),
    }
}

pub(super) fn table(object: &str) -> String {
    format!("hs.{object}")
}

/// The property that says when a record of this kind was changed.
pub(super) fn stamp_property(object: &str) -> &'static str {
    if object == "contacts" {
        "lastmodifieddate"
    } else {
        "hs_lastmodifieddate"
    }
}

/// A live record.
pub(super) fn live(cx: &Context<'_>, object: &str, id: &str) -> Option<Value> {
    let row = cx.state.store.get(&table(object), id)?;
    // A merged record answers as the one that took over.
    if let Some(winner) = row["mergedInto"].as_str() {
        return live(cx, object, winner);
    }
    (row["archived"] != true).then(|| row.clone())
}

/// The live record with this value in a unique property.
pub(super) fn by_property(cx: &Context<'_>, object: &str, property: &str, value: &str) -> Option<Value> {
    let wanted = Value::from(value);
    let mut rows = cx.state.store.rows(&table(object)).map(|(_, row)| row);
    rows.find(|row| row["archived"] != true && row["mergedInto"].is_null() && row["properties"][property] == wanted)
        .cloned()
}

/// Makes a record of checked properties.
pub(super) fn create(cx: &mut Context<'_>, object: &str, properties: &Map<String, Value>, source: Source) -> Value {
    let id = (20_000_000_000 + cx.state.store.next_number()).to_string();
    let now = stamp(cx.now);
    let created = if object == "contacts" || object == "deals" || object == "companies" {
        "createdate"
    } else {
        "hs_createdate"
    };
    let mut row = json!({
        "id": id, "createdAt": now, "updatedAt": now, "archived": false, "properties": {"hs_object_id": id, created: now}, "history": {},
    });
    // What HubSpot fills in by itself when a record is made.
    for (name, value) in metadata::defaults(object) {
        if !properties.contains_key(name) {
            write(&mut row, name, &value.into(), cx.now, ("CALCULATED", "default"));
        }
    }
    change(cx, object, row, properties, source, None);
    webhooks::tell(cx, object, &id, "creation", json!({"changeFlag": "NEW"}));
    live(cx, object, &id).unwrap_or_default()
}

/// Changes a record by checked properties.
pub(super) fn update(cx: &mut Context<'_>, object: &str, row: Value, properties: &Map<String, Value>, source: Source) {
    let id = row["id"].as_str().unwrap_or_default().to_owned();
    change(cx, object, row, properties, source, None);
    for (name, value) in properties {
        let told = json!({"propertyName": name, "propertyValue": value});
        webhooks::tell(cx, object, &id, "propertyChange", told);
    }
}

fn write(row: &mut Value, name: &str, value: &Value, at: DateTime<Utc>, source: (&str, &str)) {
    row["properties"][name] = value.clone();
    let version = json!({"value": value, "timestamp": stamp(at), "sourceType": source.0, "sourceId": source.1});
    match row["history"][name].as_array_mut() {
        Some(versions) => versions.insert(0, version),
        None => row["history"][name] = json!([version]),
    }
}

/// Stores a changed record. The index keeps what it knew until the lag has passed.
fn change(
    cx: &mut Context<'_>,
    object: &str,
    mut row: Value,
    properties: &Map<String, Value>,
    source: Source,
    backdated: Option<DateTime<Utc>>,
) {
    let id = row["id"].as_str().unwrap_or_default().to_owned();
    remember_for_the_index(cx, object, &id, &mut row);
    for (name, value) in properties {
        write(&mut row, name, value, cx.now, source.told());
    }
    derive(object, &mut row);
    let at = backdated.unwrap_or(cx.now);
    row["updatedAt"] = stamp(at).into();
    row["properties"][stamp_property(object)] = stamp(at).into();
    row["indexable"] = stamp(cx.now + lag(cx)).into();
    cx.state.store.put(&table(object), &id, row);
}

fn lag(cx: &Context<'_>) -> Duration {
    Duration::seconds(i64::from(cx.config.hubspot.search_lag_seconds))
}

fn remember_for_the_index(cx: &Context<'_>, object: &str, id: &str, row: &mut Value) {
    let Some(before) = cx.state.store.get(&table(object), id) else {
        row["indexed"] = Value::Null;
        return;
    };
    if instant(&before["indexable"]).is_none_or(|at| at <= cx.now) {
        row["indexed"] = before["properties"].clone();
    }
}

/// What search sees of a record: its properties as of some time ago, or nothing.
pub(super) fn indexed<'a>(cx: &Context<'_>, row: &'a Value) -> Option<&'a Value> {
    let known = if instant(&row["indexable"]).is_none_or(|at| at <= cx.now) {
        if row["archived"] == true || !row["mergedInto"].is_null() {
            return None;
        }
        &row["properties"]
    } else {
        &row["indexed"]
    };
    known.is_object().then_some(known)
}

/// What the platform calculates.
fn derive(object: &str, row: &mut Value) {
    if object == "deals" {
        let stage = metadata::stage(row["properties"]["dealstage"].as_str().unwrap_or_default());
        let (closed, won) = stage.map_or((false, false), |stage| (stage.closed, stage.won));
        row["properties"]["hs_is_closed"] = closed.to_string().into();
        row["properties"]["hs_is_closed_won"] = won.to_string().into();
    }
}

/// Into the recycle bin.
pub(super) fn archive(cx: &mut Context<'_>, object: &str, id: &str) {
    let Some(mut row) = cx.state.store.get(&table(object), id).cloned() else {
        return;
    };
    if row["archived"] == true {
        return;
    }
    remember_for_the_index(cx, object, id, &mut row);
    row["archived"] = true.into();
    row["archivedAt"] = stamp(cx.now).into();
    row["updatedAt"] = stamp(cx.now).into();
    row["indexable"] = stamp(cx.now + lag(cx)).into();
    cx.state.store.put(&table(object), id, row);
    webhooks::tell(cx, object, id, "deletion", json!({"changeFlag": "DELETED"}));
}

/// One record becomes part of another, as a person does it in the browser.
pub(in crate::fakes) fn merge(cx: &mut Context<'_>, object: &str, winner: &str, loser: &str) -> Result<Value, String> {
    let (Some(mut kept), Some(mut lost)) = (live(cx, object, winner), live(cx, object, loser)) else {
        return Err("both records must be there".to_owned());
    };
    let mut merged: Vec<String> = kept["properties"]["hs_merged_object_ids"]
        .as_str()
        .into_iter()
        .flat_map(|ids| ids.split(';').map(str::to_owned))
        .collect();
    merged.push(loser.to_owned());
    lost["mergedInto"] = winner.into();
    lost["indexable"] = stamp(cx.now + lag(cx)).into();
    cx.state.store.put(&table(object), loser, lost);
    associations::inherit(cx, object, loser, winner);
    let properties = Map::from_iter([("hs_merged_object_ids".to_owned(), merged.join(";").into())]);
    kept["id"] = winner.into();
    change(cx, object, kept, &properties, Source::Person, None);
    let told = json!({"primaryObjectId": winner.parse::<u64>().ok(), "mergedObjectIds": [loser.parse::<u64>().ok()]});
    webhooks::tell(cx, object, winner, "merge", told);
    Ok(live(cx, object, winner).unwrap_or_default())
}

/// For the control API: a person makes, changes or deletes a record in the browser. `hs_lastmodifieddate` may be in the past, and
/// `archived: true` deletes.
pub(in crate::fakes) fn put_by_person(
    cx: &mut Context<'_>,
    object: &str,
    id: Option<&str>,
    fields: &Map<String, Value>,
) -> Result<String, String> {
    let object = metadata::object(object).ok_or("there is no such kind of record")?;
    let mut fields = fields.clone();
    let backdated = fields.remove("hs_lastmodifieddate").as_ref().and_then(instant);
    let company = fields.remove("company");
    let archive_it = fields.remove("archived") == Some(true.into());
    for value in fields
        .values_mut()
        .filter(|value| !value.is_string() && !value.is_null())
    {
        // Whatever it is, HubSpot keeps it as text.
        *value = value.to_string().into();
    }
    let id = match id {
        Some(id) => {
            let row = live(cx, object, id).ok_or("there is no such record")?;
            if !fields.is_empty() || backdated.is_some() {
                match backdated {
                    Some(_) => change(cx, object, row, &fields, Source::Person, backdated),
                    None => update(cx, object, row, &fields, Source::Person),
                }
            }
            id.to_owned()
        }
        None => {
            let made = create(cx, object, &fields, Source::Person);
            let id = made["id"].as_str().unwrap_or_default().to_owned();
            if backdated.is_some() {
                change(cx, object, made, &Map::new(), Source::Person, backdated);
            }
            id
        }
    };
    if let Some(company) = company.as_ref().and_then(Value::as_str) {
        associations::link(cx, (object, &id), ("companies", company));
    }
    if archive_it {
        archive(cx, object, &id);
    }
    Ok(id)
}

/// All live records of a kind, for the control API.
pub(in crate::fakes) fn all(cx: &Context<'_>, object: &str) -> Vec<Value> {
    let rows = cx.state.store.rows(&table(object)).map(|(_, row)| row);
    let live = rows.filter(|row| row["archived"] != true && row["mergedInto"].is_null());
    live.map(|row| {
        let mut shown = row.clone();
        shown["companies"] = associations::of(cx, object, row["id"].as_str().unwrap_or_default(), "companies").into();
        shown
    })
    .collect()
}

/// A record as the API shows it: the properties asked for, or the usual ones.
pub(super) fn shown(object: &str, row: &Value, properties: &[String], history: &[String]) -> Value {
    let mut chosen = Map::new();
    let usual = ["hs_object_id", "createdate", "hs_createdate", stamp_property(object)];
    let usual = usual.iter().map(|name| (*name).to_owned());
    let wanted: Vec<String> = usual
        .filter(|name| row["properties"].get(name).is_some())
        .chain(
            properties
                .iter()
                .filter(|name| metadata::is_known(object, name))
                .cloned(),
        )
        .collect();
    for name in wanted {
        let value = row["properties"].get(&name).cloned().unwrap_or(Value::Null);
        chosen.insert(name, value);
    }
    let mut shown = json!({
        "id": row["id"], "properties": chosen, "createdAt": row["createdAt"], "updatedAt": row["updatedAt"], "archived": row["archived"],
    });
    if row["archived"] == true {
        shown["archivedAt"] = row["archivedAt"].clone();
    }
    if !history.is_empty() {
        let told = history
            .iter()
            .filter(|name| row["history"].get(name.as_str()).is_some())
            .map(|name| (name.clone(), row["history"][name.as_str()].clone()));
        shown["propertiesWithHistory"] = Value::Object(told.collect());
    }
    shown
}

/// The id a request names, by id or by a unique property.
pub(super) fn named(
    cx: &Context<'_>,
    object: &str,
    id: &str,
    id_property: Option<&str>,
) -> Result<Option<Value>, ApiError> {
    match id_property {
        None | Some("hs_object_id") => Ok(live(cx, object, id)),
        Some(property) => {
            if !metadata::is_unique(cx, object, property) {
                let words = format!("{property} is not a unique property of {object}, or it does not exist");
                return Err(ApiError::new(400, "VALIDATION_ERROR", words));
            }
            Ok(by_property(cx, object, property, id))
        }
    }
}
