//! The fields of an account that an admin's field mapping names: listed, read and written.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Salesforce,
    fields::{day, instant, parse_instant},
    soql,
};
use crate::{
    ConnectorError, ConnectorResult,
    crm::{AccountFields, CrmField, FieldKind, FieldValue},
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    id: String,
    #[serde(deserialize_with = "instant")]
    system_modstamp: DateTime<Utc>,
    #[serde(flatten)]
    values: Map<String, Value>,
}

impl Salesforce {
    /// Asks what an account has; remembered, because a value on the wire does not tell a day from a text.
    pub(super) async fn fresh_account_fields(&self) -> ConnectorResult<Vec<CrmField>> {
        let fields = self.described("Account").await?.mappable();
        *self.fields.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(fields.clone());
        Ok(fields)
    }

    async fn known_account_fields(&self) -> ConnectorResult<Vec<CrmField>> {
        let known = self
            .fields
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone();
        match known {
            Some(fields) => Ok(fields),
            None => self.fresh_account_fields().await,
        }
    }

    /// `PATCH …/sobjects/Account/<id>`: 204 without a body.
    pub(super) async fn write_account(
        &self,
        account_id: &str,
        fields: &BTreeMap<String, FieldValue>,
    ) -> ConnectorResult<()> {
        if fields.is_empty() {
            return Ok(());
        }
        let mut body = Map::new();
        for (name, value) in fields {
            body.insert(name.clone(), onto_wire(name, value)?);
        }
        let path = ["sobjects", "Account", account_id];
        self.call(
            "salesforce.account.update",
            Method::PATCH,
            &path,
            &[],
            Some(&Value::Object(body)),
        )
        .await
        .map(drop)
    }

    pub(super) async fn read_account(
        &self,
        account_id: &str,
        names: &[String],
    ) -> ConnectorResult<Option<AccountFields>> {
        if let Some(name) = names.iter().find(|name| !soql::is_field_name(name)) {
            return Err(ConnectorError::rejected(
                "INVALID_FIELD",
                format!("\"{name}\" is no name of a field"),
            ));
        }
        let kinds = self.known_account_fields().await?;
        let mut selected = "Id, SystemModstamp".to_owned();
        for name in names
            .iter()
            .filter(|name| !["id", "systemmodstamp"].contains(&name.to_lowercase().as_str()))
        {
            selected.push_str(", ");
            selected.push_str(name);
        }
        let soql = format!("SELECT {selected} FROM Account WHERE Id = {}", soql::quoted(account_id));
        let found = self.query::<Row>("salesforce.account.read", &soql, false).await?;
        Ok(found.records.into_iter().next().map(|row| {
            let value = |name: &String| {
                let kind = kinds
                    .iter()
                    .find(|field| field.name.eq_ignore_ascii_case(name))
                    .map(|field| field.kind);
                let found = row.values.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
                (
                    name.clone(),
                    found.map_or(FieldValue::Null, |(_, value)| off_the_wire(kind, value)),
                )
            };
            AccountFields {
                values: names.iter().map(value).collect(),
                id: row.id,
                changed_at: row.system_modstamp,
            }
        }))
    }
}

fn onto_wire(name: &str, value: &FieldValue) -> ConnectorResult<Value> {
    Ok(match value {
        FieldValue::Text(text) => json!(text),
        // JSON has no such numbers, and null would empty the field.
        FieldValue::Number(number) if !number.is_finite() => {
            return Err(ConnectorError::Rejected {
                field: Some(name.to_owned()),
                code: "not_a_number".to_owned(),
                message: "only finite numbers can be written".to_owned(),
            });
        }
        FieldValue::Number(number) => json!(number),
        FieldValue::Date(day) => json!(day.to_string()),
        FieldValue::DateTime(at) => json!(at.to_rfc3339_opts(SecondsFormat::Millis, true)),
        FieldValue::Boolean(flag) => json!(flag),
        FieldValue::Null => Value::Null,
    })
}

fn off_the_wire(kind: Option<FieldKind>, value: &Value) -> FieldValue {
    match (kind, value) {
        (_, Value::Bool(flag)) => FieldValue::Boolean(*flag),
        (_, Value::Number(number)) => number.as_f64().map_or(FieldValue::Null, FieldValue::Number),
        (Some(FieldKind::Date), Value::String(text)) => day(text).map_or(FieldValue::Null, FieldValue::Date),
        (Some(FieldKind::DateTime), Value::String(text)) => {
            parse_instant(text).map_or(FieldValue::Null, FieldValue::DateTime)
        }
        (_, Value::String(text)) => FieldValue::Text(text.clone()),
        _ => FieldValue::Null,
    }
}
