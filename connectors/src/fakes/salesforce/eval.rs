//! Running SOQL over the records.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::{
    ApiError,
    metadata::{Field, Kind, Sobject, sobject, sobject_of},
    soql::{Condition, Literal, Operator, Query},
    table,
};
use crate::{
    fakes::Context,
    salesforce::{EXTERNAL_ID_FIELD, parse_instant},
};

/// The records a query finds, before paging.
pub(super) fn run(cx: &Context<'_>, query: &Query, with_deleted: bool) -> Result<Vec<Value>, ApiError> {
    let object = sobject(&query.from).ok_or_else(|| {
        ApiError::new(
            400,
            "INVALID_TYPE",
            format!("sObject type '{}' is not supported.", query.from),
        )
    })?;
    if !query.counts {
        query
            .fields
            .iter()
            .try_for_each(|field| known(cx, object, field).map(|_| ()))?;
    }
    query
        .order
        .iter()
        .try_for_each(|(field, _)| usable(cx, object, field, "sorted").map(|_| ()))?;
    if let Some(filter) = &query.filter {
        check(cx, object, filter)?;
    }
    let (store, table) = (&cx.state.store, table(object.name));
    let candidates: Vec<&Value> = match query.filter.as_ref().and_then(wanted_external_id) {
        Some(id) => store.rows_of_external_id(&table, id).map(|(_, row)| row).collect(),
        None => store.rows(&table).map(|(_, row)| row).collect(),
    };
    let mut rows: Vec<&Value> = candidates
        .into_iter()
        .filter(|row| with_deleted || row["IsDeleted"] != true)
        .filter(|row| {
            query
                .filter
                .as_ref()
                .is_none_or(|filter| holds(cx, object, row, filter))
        })
        .collect();
    rows.sort_by(|a, b| {
        let by = |(field, descending): &(String, bool)| {
            let order = compare(&value(cx, object, a, field), &value(cx, object, b, field));
            if *descending { order.reverse() } else { order }
        };
        query
            .order
            .iter()
            .map(by)
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    let rows = rows
        .into_iter()
        .skip(query.offset)
        .take(query.limit.unwrap_or(usize::MAX));
    Ok(rows.map(|row| project(cx, object, row, &query.fields)).collect())
}

/// The external id, where a filter asks for nothing else.
fn wanted_external_id(filter: &Condition) -> Option<&str> {
    match filter {
        Condition::Compare {
            field,
            operator: Operator::Equal,
            values,
        } if field.eq_ignore_ascii_case(EXTERNAL_ID_FIELD) => match values.as_slice() {
            [Literal::Text(id)] => Some(id),
            _ => None,
        },
        _ => None,
    }
}

/// A record with the chosen fields, as the API shows it.
pub(super) fn project(cx: &Context<'_>, object: &Sobject, row: &Value, fields: &[String]) -> Value {
    let mut shown = Map::new();
    let id = row["Id"].as_str().unwrap_or_default();
    let url = format!(
        "/services/data/{}/sobjects/{}/{id}",
        crate::salesforce::API_VERSION,
        object.name
    );
    shown.insert("attributes".into(), json!({"type": object.name, "url": url}));
    for path in fields {
        let found = value(cx, object, row, path);
        match path.split_once('.') {
            None => {
                let name = object
                    .field(path, &cx.config.salesforce)
                    .map_or(path.as_str(), |field| field.name);
                shown.insert(name.to_owned(), found);
            }
            // An unset reference shows as null, not as an object of nulls.
            Some((relation, field)) if related(cx, object, row, relation).is_some() => {
                let inner = shown
                    .entry(relation.to_owned())
                    .or_insert_with(|| json!({"attributes": {"type": "User"}}));
                inner[field] = found;
            }
            Some((relation, _)) => {
                shown.entry(relation.to_owned()).or_insert(Value::Null);
            }
        }
    }
    Value::Object(shown)
}

fn check(cx: &Context<'_>, object: &Sobject, condition: &Condition) -> Result<(), ApiError> {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().try_for_each(|part| check(cx, object, part)),
        Condition::Not(part) => check(cx, object, part),
        Condition::Compare { field, values, .. } => {
            let found = usable(cx, object, field, "filtered")?;
            for literal in values {
                let fits = match (found.kind, literal) {
                    (_, Literal::Null) => true,
                    (Kind::Instant | Kind::Date, Literal::Bare(text)) => text.starts_with(|c: char| c.is_ascii_digit()),
                    (Kind::Number | Kind::Double, Literal::Bare(text)) => text.parse::<f64>().is_ok(),
                    (Kind::Flag, literal) => matches!(literal, Literal::Flag(_)),
                    (Kind::Instant | Kind::Date | Kind::Number | Kind::Double, _) => false,
                    (_, literal) => matches!(literal, Literal::Text(_)),
                };
                if !fits {
                    let message = format!("value of filter criterion for field '{field}' must be of another type");
                    return Err(ApiError::new(400, "INVALID_FIELD", message));
                }
            }
            Ok(())
        }
    }
}

fn holds(cx: &Context<'_>, object: &Sobject, row: &Value, condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) => parts.iter().all(|part| holds(cx, object, row, part)),
        Condition::Any(parts) => parts.iter().any(|part| holds(cx, object, row, part)),
        Condition::Not(part) => !holds(cx, object, row, part),
        Condition::Compare {
            field,
            operator,
            values,
        } => {
            let found = value(cx, object, row, field);
            let is = |literal: &Literal| against(&found, literal) == Some(Ordering::Equal);
            let order = || against(&found, &values[0]);
            match operator {
                Operator::Equal | Operator::In => values.iter().any(is),
                Operator::NotEqual | Operator::NotIn => !values.iter().any(is),
                Operator::Less => order() == Some(Ordering::Less),
                Operator::LessOrEqual => matches!(order(), Some(Ordering::Less | Ordering::Equal)),
                Operator::Greater => order() == Some(Ordering::Greater),
                Operator::GreaterOrEqual => matches!(order(), Some(Ordering::Greater | Ordering::Equal)),
                Operator::Like => {
                    matches!((&found, &values[0]), (Value::String(text), Literal::Text(pattern)) if like(text, pattern))
                }
            }
        }
    }
}

/// How a value stands to a literal; text is compared without case, ids in either length, as Salesforce does.
fn against(found: &Value, literal: &Literal) -> Option<Ordering> {
    match (found, literal) {
        (Value::Null, Literal::Null) => Some(Ordering::Equal),
        (Value::Bool(found), Literal::Flag(wanted)) => Some(found.cmp(wanted)),
        (Value::String(found), Literal::Text(wanted)) => {
            if wanted.len() == 15 && found.len() == 18 && found.starts_with(wanted.as_str()) {
                return Some(Ordering::Equal);
            }
            Some(found.to_lowercase().cmp(&wanted.to_lowercase()))
        }
        (Value::String(found), Literal::Bare(wanted)) => Some(match (parse_instant(found), parse_instant(wanted)) {
            (Some(found), Some(wanted)) => found.cmp(&wanted),
            _ => found.as_str().cmp(wanted),
        }),
        (Value::Number(found), Literal::Bare(wanted)) => found.as_f64()?.partial_cmp(&wanted.parse().ok()?),
        _ => None,
    }
}

fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (Value::Number(a), Value::Number(b)) => a.as_f64().partial_cmp(&b.as_f64()).unwrap_or(Ordering::Equal),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        _ => a.as_str().cmp(&b.as_str()),
    }
}

/// `%` stands for anything, `_` for one character.
fn like(text: &str, pattern: &str) -> bool {
    fn matches(text: &[char], pattern: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('%', rest)) => (0..=text.len()).any(|skip| matches(&text[skip..], rest)),
            Some(('_', rest)) => !text.is_empty() && matches(&text[1..], rest),
            Some((c, rest)) => text.first() == Some(c) && matches(&text[1..], rest),
        }
    }
    let chars = |s: &str| s.to_lowercase().chars().collect::<Vec<_>>();
    matches(&chars(text), &chars(pattern))
}

/// The value at a path of a record: `Name`, `Owner.Email`.
fn value(cx: &Context<'_>, object: &Sobject, row: &Value, path: &str) -> Value {
    if let Some((relation, rest)) = path.split_once('.') {
        let Some((target, row)) = related(cx, object, row, relation) else {
            return Value::Null;
        };
        return value(cx, target, row, rest);
    }
    object
        .field(path, &cx.config.salesforce)
        .map_or(Value::Null, |field| row[field.name].clone())
}

fn related<'a>(
    cx: &'a Context<'_>,
    object: &Sobject,
    row: &Value,
    relation: &str,
) -> Option<(&'static Sobject, &'a Value)> {
    let field = object.field(&format!("{relation}Id"), &cx.config.salesforce)?;
    let id = row[field.name].as_str()?;
    let target = sobject_of(id)?;
    Some((target, cx.state.store.get(&table(target.name), id)?))
}

/// The field at a path, or Salesforce's words for one that does not exist.
fn known(cx: &Context<'_>, object: &Sobject, path: &str) -> Result<Field, ApiError> {
    let missing = || {
        let name = object.name;
        ApiError::new(
            400,
            "INVALID_FIELD",
            format!(
                "No such column '{path}' on entity '{name}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name."
            ),
        )
    };
    let Some((relation, rest)) = path.split_once('.') else {
        return object.field(path, &cx.config.salesforce).ok_or_else(missing);
    };
    let field = object
        .field(&format!("{relation}Id"), &cx.config.salesforce)
        .ok_or_else(missing)?;
    let Kind::Reference(targets) = field.kind else {
        return Err(missing());
    };
    let target = targets.first().and_then(|target| sobject(target)).ok_or_else(missing)?;
    known(cx, target, rest)
}

/// A field that filters and orders may use.
fn usable(cx: &Context<'_>, object: &Sobject, path: &str, how: &str) -> Result<Field, ApiError> {
    let field = known(cx, object, path)?;
    if matches!(field.kind, Kind::Long(_)) {
        return Err(ApiError::new(
            400,
            "INVALID_FIELD",
            format!("field '{path}' can not be {how} in a query call"),
        ));
    }
    Ok(field)
}
