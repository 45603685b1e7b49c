//! What an account of HubSpot looks like, and the property of ours that it needs.

use chrono::FixedOffset;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{EXTERNAL_ID_PROPERTY, Hubspot, api::List};
use crate::{
    ConnectorError, ConnectorResult,
    crm::{CrmField, CrmRecordRef, CrmSchema, CrmSystem, ExternalIdField, FieldKind},
};

/// The kinds of record we make, each with a property that every account has: ours is put into the same group.
const MADE: [(&str, &str); 3] = [
    ("tasks", "hs_task_subject"),
    ("deals", "dealname"),
    ("notes", "hs_note_body"),
];

/// What is done, in HubSpot's own list of task statuses.
pub(super) const COMPLETED: &str = "COMPLETED";

/// Where records are looked at, and where the account's day begins.
#[derive(Debug, Clone)]
pub(super) struct Portal {
    pub id: String,
    ui: String,
    pub offset: FixedOffset,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    portal_id: u64,
    ui_domain: Option<String>,
    /// Such as `-04:00`.
    utc_offset: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Property {
    name: String,
    #[serde(default)]
    label: String,
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    field_type: String,
    #[serde(default)]
    group_name: String,
    #[serde(default)]
    options: Vec<Choice>,
    #[serde(default)]
    has_unique_value: bool,
    #[serde(default)]
    hidden: bool,
    #[serde(default)]
    calculated: bool,
    #[serde(default)]
    hubspot_defined: bool,
    #[serde(default)]
    show_currency_symbol: bool,
    #[serde(default)]
    modification_metadata: Option<Modification>,
}

#[derive(Deserialize)]
struct Choice {
    value: String,
    #[serde(default)]
    hidden: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Modification {
    #[serde(default)]
    read_only_value: bool,
}

impl Property {
    fn values(&self) -> Vec<String> {
        let shown = self.options.iter().filter(|choice| !choice.hidden);
        shown.map(|choice| choice.value.clone()).collect()
    }

    /// What the property holds in our words; `None` for lists of several values, files and what HubSpot keeps to itself.
    fn mappable(&self) -> Option<CrmField> {
        let kind = match (self.kind.as_str(), self.field_type.as_str()) {
            ("string" | "phone_number", _) => FieldKind::Text,
            ("number", _) if self.show_currency_symbol => FieldKind::Currency,
            ("number", _) => FieldKind::Number,
            ("date", _) => FieldKind::Date,
            ("datetime", _) => FieldKind::DateTime,
            ("bool", _) | ("enumeration", "booleancheckbox") => FieldKind::Boolean,
            ("enumeration", "checkbox") => return None,
            ("enumeration", _) => FieldKind::Picklist,
            _ => return None,
        };
        let read_only = self
            .modification_metadata
            .as_ref()
            .is_some_and(|rules| rules.read_only_value);
        Some(CrmField {
            name: self.name.clone(),
            label: if self.label.is_empty() { &self.name } else { &self.label }.clone(),
            kind,
            options: if kind == FieldKind::Picklist {
                self.values()
            } else {
                Vec::new()
            },
            is_writable: !read_only && !self.calculated,
            is_custom: !self.hubspot_defined,
        })
    }
}

impl Hubspot {
    /// The stored schema, or a fresh one.
    pub(super) async fn known_schema(&self) -> ConnectorResult<CrmSchema> {
        let known = self.known().schema.clone();
        match known {
            Some(schema) => Ok(schema),
            None => self.fresh_schema().await,
        }
    }

    /// Asks the account, and makes the property that carries our id where it is missing.
    pub(super) async fn fresh_schema(&self) -> ConnectorResult<CrmSchema> {
        let mut tasks = Vec::new();
        for (object, sibling) in MADE {
            let properties = self.properties(object).await?;
            self.ensure_our_property(object, sibling, &properties).await?;
            if object == "tasks" {
                tasks = properties;
            }
        }
        let values = |name: &str| {
            let property = tasks.iter().find(|property| property.name == name);
            property.map(Property::values).unwrap_or_default()
        };
        let statuses = values("hs_task_status");
        let open = statuses.iter().find(|status| *status == "NOT_STARTED");
        let open = open.or_else(|| statuses.iter().find(|status| *status != COMPLETED));
        let fields = self.fresh_account_fields().await?;
        let of_kinds = |kinds: &[FieldKind]| {
            let (custom, standard): (Vec<_>, Vec<_>) = fields
                .iter()
                .filter(|field| kinds.contains(&field.kind))
                .partition(|field| field.is_custom);
            let names = custom.into_iter().chain(standard);
            names.map(|field| field.name.clone()).collect::<Vec<String>>()
        };
        let schema = CrmSchema {
            task_id_field: ExternalIdField::Unique,
            opportunity_id_field: ExternalIdField::Unique,
            open_task_status: open.cloned().ok_or_else(|| {
                ConnectorError::rejected(
                    "no_open_task_status",
                    "HubSpot tells of no task status that is not closed",
                )
            })?,
            closed_task_status: statuses.iter().find(|status| *status == COMPLETED).cloned(),
            task_types: values("hs_task_type"),
            task_priorities: values("hs_task_priority"),
            opportunity_stages: self.fresh_stages().await?.iter().map(|stage| stage.told()).collect(),
            account_money_fields: of_kinds(&[FieldKind::Currency, FieldKind::Number]),
            account_date_fields: of_kinds(&[FieldKind::Date, FieldKind::DateTime]),
        };
        self.known().schema = Some(schema.clone());
        Ok(schema)
    }

    /// The properties of companies that a field mapping may name; remembered, because values come as text.
    pub(super) async fn fresh_account_fields(&self) -> ConnectorResult<Vec<CrmField>> {
        let properties = self.properties("companies").await?;
        let shown = properties.iter().filter(|property| !property.hidden);
        let fields: Vec<CrmField> = shown.filter_map(Property::mappable).collect();
        self.known().fields = Some(fields.clone());
        Ok(fields)
    }

    /// The account behind the token, asked once.
    pub(super) async fn portal(&self) -> ConnectorResult<Portal> {
        let known = self.known().portal.clone();
        match known {
            Some(portal) => Ok(portal),
            None => self.fresh_portal().await,
        }
    }

    pub(super) async fn fresh_portal(&self) -> ConnectorResult<Portal> {
        let path = ["account-info", "{v}", "details"];
        let details: Details = self
            .call("hubspot.probe", Method::GET, &path, &[], None)
            .await?
            .json()?;
        // `app.hubspot.com`, or another data centre's; a mock may name a whole address.
        let domain = details.ui_domain.unwrap_or_else(|| "app.hubspot.com".to_owned());
        let portal = Portal {
            id: details.portal_id.to_string(),
            ui: if domain.contains("://") {
                domain
            } else {
                format!("https://{domain}")
            },
            offset: details
                .utc_offset
                .and_then(|offset| offset.parse().ok())
                .unwrap_or_else(|| FixedOffset::east_opt(0).expect("zero is an offset")),
        };
        self.known().portal = Some(portal.clone());
        Ok(portal)
    }

    async fn properties(&self, object: &str) -> ConnectorResult<Vec<Property>> {
        let path = ["crm", "properties", "{v}", object];
        let answer: List<Property> = self
            .call("hubspot.properties", Method::GET, &path, &[], None)
            .await?
            .json()?;
        Ok(answer.results)
    }

    /// Makes our property with `hasUniqueValue`, which can be set when a property is made and never later.
    async fn ensure_our_property(&self, object: &str, sibling: &str, properties: &[Property]) -> ConnectorResult<()> {
        if let Some(property) = properties.iter().find(|property| property.name == EXTERNAL_ID_PROPERTY) {
            return is_unique(object, property);
        }
        let group = properties.iter().find(|property| property.name == sibling);
        let body = json!({
            "name": EXTERNAL_ID_PROPERTY, "label": "Momentum signal", "type": "string", "fieldType": "text", "hasUniqueValue": true,
            "groupName": group.map_or("", |property| property.group_name.as_str()), "formField": false,
            "description": "Momentum's own id of the signal this was made for. Momentum finds its record by it.",
        });
        match self.create_property(object, &body).await {
            // Another worker was faster, or it is made and the answer is lost: whether it is there now tells.
            Err(error)
                if error.has_code("CONFLICT") || error.has_code("OBJECT_ALREADY_EXISTS") || error.is_ambiguous() =>
            {
                let now = self.properties(object).await?;
                match now.iter().find(|property| property.name == EXTERNAL_ID_PROPERTY) {
                    Some(property) => is_unique(object, property),
                    None => Err(error),
                }
            }
            done => done,
        }
    }

    async fn create_property(&self, object: &str, body: &Value) -> ConnectorResult<()> {
        let path = ["crm", "properties", "{v}", object];
        self.call("hubspot.property", Method::POST, &path, &[], Some(body))
            .await
            .map(drop)
    }
}

/// Without uniqueness two writes at one moment would make two records.
fn is_unique(object: &str, property: &Property) -> ConnectorResult<()> {
    if property.has_unique_value {
        return Ok(());
    }
    Err(ConnectorError::Rejected {
        field: Some(EXTERNAL_ID_PROPERTY.to_owned()),
        code: "property_not_unique".to_owned(),
        message: format!(
            "the property {EXTERNAL_ID_PROPERTY} of {object} does not require unique values; delete it in HubSpot, and Momentum makes it anew"
        ),
    })
}

impl Portal {
    /// Where a person can look at a record. The numbers are HubSpot's ids of its own kinds of record.
    pub(super) fn record_ref(&self, object: &str, id: &str) -> CrmRecordRef {
        let type_id = match object {
            "contacts" => "0-1",
            "companies" => "0-2",
            "deals" => "0-3",
            "tasks" => "0-27",
            _ => "0-46",
        };
        CrmRecordRef {
            system: CrmSystem::Hubspot,
            record_type: object.to_owned(),
            id: id.to_owned(),
            url: format!(
                "{}/contacts/{}/record/{type_id}/{id}",
                self.ui.trim_end_matches('/'),
                self.id
            ),
        }
    }
}
