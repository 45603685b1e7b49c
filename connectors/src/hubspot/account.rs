//! The properties of a company that an admin's field mapping names: read and written.

use std::collections::BTreeMap;

use chrono::SecondsFormat;
use reqwest::Method;
use serde_json::{Map, json};

use super::{
    Hubspot,
    api::Object,
    rows::{day, instant},
};
use crate::{
    ConnectorError, ConnectorResult,
    crm::{AccountFields, CrmField, FieldKind, FieldValue},
};

impl Hubspot {
    pub(super) async fn write_account(
        &self,
        account_id: &str,
        fields: &BTreeMap<String, FieldValue>,
    ) -> ConnectorResult<()> {
        if fields.is_empty() {
            return Ok(());
        }
        let mut properties = Map::new();
        for (name, value) in fields {
            properties.insert(name.clone(), onto_wire(name, value)?.into());
        }
        let path = ["crm", "objects", "{v}", "companies", account_id];
        let body = json!({"properties": properties});
        self.call("hubspot.account.update", Method::PATCH, &path, &[], Some(&body))
            .await
            .map(drop)
    }

    /// A company that was merged away answers as the one that took over; [`AccountFields::id`] tells which.
    pub(super) async fn read_account(
        &self,
        account_id: &str,
        names: &[String],
    ) -> ConnectorResult<Option<AccountFields>> {
        let kinds = self.known_account_fields().await?;
        // HubSpot leaves out of its answer what it does not know; a mapping that names it must be told.
        if let Some(name) = names
            .iter()
            .find(|name| !kinds.iter().any(|field| field.name == **name))
        {
            return Err(ConnectorError::Rejected {
                field: Some(name.clone()),
                code: "PROPERTY_DOESNT_EXIST".to_owned(),
                message: format!("companies have no property \"{name}\" that could be mapped"),
            });
        }
        let wanted = names.join(",");
        let path = ["crm", "objects", "{v}", "companies", account_id];
        let query = [("properties", wanted.as_str())];
        let found: Object = match self
            .call("hubspot.account.read", Method::GET, &path, &query, None)
            .await
        {
            Err(error) if error.has_code("OBJECT_NOT_FOUND") => return Ok(None),
            answer => answer?.json()?,
        };
        let value = |name: &String| {
            let kind = kinds.iter().find(|field| field.name == *name).map(|field| field.kind);
            let value = found.text(name).and_then(|text| off_the_wire(kind, text));
            (name.clone(), value.unwrap_or(FieldValue::Null))
        };
        Ok(Some(AccountFields {
            values: names.iter().map(value).collect(),
            changed_at: found.updated_at.unwrap_or_else(|| (self.clock)()),
            id: found.id,
        }))
    }

    async fn known_account_fields(&self) -> ConnectorResult<Vec<CrmField>> {
        let known = self.known().fields.clone();
        match known {
            Some(fields) => Ok(fields),
            None => self.fresh_account_fields().await,
        }
    }
}

/// Every value goes as text; an empty one empties the property.
fn onto_wire(name: &str, value: &FieldValue) -> ConnectorResult<String> {
    Ok(match value {
        FieldValue::Text(text) => text.clone(),
        FieldValue::Number(number) if !number.is_finite() => {
            return Err(ConnectorError::Rejected {
                field: Some(name.to_owned()),
                code: "not_a_number".to_owned(),
                message: "only finite numbers can be written".to_owned(),
            });
        }
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Date(day) => day.to_string(),
        FieldValue::DateTime(at) => at.to_rfc3339_opts(SecondsFormat::Millis, true),
        FieldValue::Boolean(flag) => flag.to_string(),
        FieldValue::Null => String::new(),
    })
}

/// A value of its kind; text that does not look like its kind stays text, so that nobody mistakes it for empty.
fn off_the_wire(kind: Option<FieldKind>, text: &str) -> Option<FieldValue> {
    let read = match kind? {
        FieldKind::Text | FieldKind::Picklist => None,
        FieldKind::Number | FieldKind::Currency => text.parse().ok().map(FieldValue::Number),
        FieldKind::Date => day(text).map(FieldValue::Date),
        FieldKind::DateTime => instant(text).map(FieldValue::DateTime),
        FieldKind::Boolean => text.parse().ok().map(FieldValue::Boolean),
    };
    Some(read.unwrap_or_else(|| FieldValue::Text(text.to_owned())))
}
