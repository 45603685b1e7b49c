//! The SQL of field mappings.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use momentum_connectors::crm::CrmField;
use sea_orm::{DbErr, FromQueryResult};
use serde_json::{Value, json};

use super::model::{ConnectionMapping, CrmSettings, Direction, FieldChoice, MappedField, Mapping, MomentumField, Wins};
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{ConnectionId, MemberId};

/// The keys of a connection's settings under which its client finds the fields to read.
const READ_KEYS: [(MomentumField, &str); 2] = [
    (MomentumField::Arr, "account_arr_field"),
    (MomentumField::RenewalOn, "account_renewal_field"),
];

/// A CRM connection, as far as mappings are concerned.
#[derive(Debug, FromQueryResult)]
pub(super) struct Crm {
    pub id: ConnectionId,
    vendor: String,
    settings: Value,
    fields: Option<Value>,
}

#[derive(FromQueryResult)]
struct Row {
    momentum_field: String,
    crm_field: Option<String>,
    wins: String,
}

const CRMS: &str = "\
    SELECT c.id, c.vendor, c.settings, known.fields FROM connections AS c \
      LEFT JOIN crm_account_fields AS known ON known.tenant_id = c.tenant_id AND known.connection_id = c.id \
     WHERE c.tenant_id = $1 AND c.vendor <> 'slack'";

/// Every CRM connection with its mapping.
pub(super) async fn all(tx: &TenantTx) -> Result<Vec<ConnectionMapping>, DbErr> {
    let crms: Vec<Crm> = Sql::new(format!("{CRMS} ORDER BY c.created_at, c.id"))
        .bind(tx.tenant_id())
        .all(tx)
        .await?;
    let mut mappings = Vec::with_capacity(crms.len());
    for crm in crms {
        let chosen = chosen(tx, &crm).await?;
        mappings.push(crm.into_mapping(&chosen));
    }
    Ok(mappings)
}

/// One CRM connection.
pub(super) async fn find(tx: &TenantTx, id: ConnectionId) -> Result<Option<Crm>, DbErr> {
    Sql::new(format!("{CRMS} AND c.id = $2"))
        .bind(tx.tenant_id())
        .bind(id)
        .one(tx)
        .await
}

impl Crm {
    /// What the CRM's accounts have, as it told last.
    pub fn known_fields(&self) -> Vec<CrmField> {
        let fields = self.fields.clone().unwrap_or_default();
        serde_json::from_value(fields).unwrap_or_default()
    }

    fn into_mapping(self, chosen: &HashMap<MomentumField, (Option<String>, Wins)>) -> ConnectionMapping {
        let known = self.known_fields();
        let fields = MomentumField::ALL.iter().map(|field| {
            let (crm_field, wins) = chosen.get(field).cloned().unwrap_or((None, Wins::Crm));
            MappedField {
                momentum_field: *field,
                label: field.label().to_owned(),
                kind: field.kind(),
                direction: field.direction(),
                warning: crm_field.as_deref().and_then(|name| warning(*field, name, &known)),
                crm_field,
                wins,
            }
        });
        ConnectionMapping {
            connection_id: self.id,
            system: self.vendor,
            fields: fields.collect(),
            crm_fields: known.into_iter().map(Into::into).collect(),
        }
    }
}

fn warning(field: MomentumField, name: &str, known: &[CrmField]) -> Option<String> {
    if known.is_empty() {
        return Some("The CRM has not told its fields yet.".to_owned());
    }
    match known.iter().find(|known| known.name == name) {
        Some(known) => field.objection(known),
        None => Some(format!(
            "The CRM has no field “{name}” (any more), or Momentum's user does not see it."
        )),
    }
}

/// What was chosen, and the fields to read that came with the connection.
async fn chosen(tx: &TenantTx, crm: &Crm) -> Result<HashMap<MomentumField, (Option<String>, Wins)>, DbErr> {
    let rows: Vec<Row> = Sql::new(
        "SELECT momentum_field, crm_field, wins FROM field_mappings WHERE tenant_id = $1 AND connection_id = $2",
    )
    .bind(tx.tenant_id())
    .bind(crm.id)
    .all(tx)
    .await?;
    let mut chosen = HashMap::new();
    for (field, key) in READ_KEYS {
        if let Some(name) = crm.settings.get(key).and_then(Value::as_str) {
            chosen.insert(field, (Some(name.to_owned()), Wins::Crm));
        }
    }
    for row in rows {
        if let (Ok(field), Ok(wins)) = (row.momentum_field.parse(), row.wins.parse()) {
            chosen.insert(field, (row.crm_field, wins));
        }
    }
    Ok(chosen)
}

/// The fields that are written to this CRM, as far as they can be.
pub async fn written_fields(tx: &TenantTx, id: ConnectionId) -> Result<Vec<Mapping>, DbErr> {
    let Some(crm) = find(tx, id).await? else {
        return Ok(Vec::new());
    };
    let chosen = chosen(tx, &crm).await?;
    let choices: Vec<FieldChoice> = chosen
        .into_iter()
        .map(|(momentum_field, (crm_field, wins))| FieldChoice {
            momentum_field,
            crm_field,
            wins,
        })
        .collect();
    Ok(usable(&choices, &crm.known_fields()))
}

/// The choices that can be written, given what the CRM's accounts have. Also for choices that are not stored (yet).
pub fn usable(choices: &[FieldChoice], known: &[CrmField]) -> Vec<Mapping> {
    let mut mappings: Vec<Mapping> = choices
        .iter()
        .filter(|choice| choice.momentum_field.direction() == Direction::Write)
        .filter_map(|choice| {
            let name = choice.crm_field.as_deref()?;
            let field = known.iter().find(|known| known.name == name)?;
            choice.momentum_field.objection(field).is_none().then(|| Mapping {
                momentum_field: choice.momentum_field,
                crm_field: name.to_owned(),
                kind: field.kind.into(),
                wins: choice.wins,
            })
        })
        .collect();
    mappings.sort_by_key(|mapping| mapping.momentum_field);
    mappings
}

/// What the accounts of this CRM have, as it told last; empty when it was never asked.
pub async fn known_fields(tx: &TenantTx, id: ConnectionId) -> Result<Vec<CrmField>, DbErr> {
    Ok(find(tx, id).await?.map(|crm| crm.known_fields()).unwrap_or_default())
}

/// Since when what we know of the CRM's fields is known.
pub async fn known_since(tx: &TenantTx, id: ConnectionId) -> Result<Option<DateTime<Utc>>, DbErr> {
    Sql::new("SELECT read_at AS value FROM crm_account_fields WHERE tenant_id = $1 AND connection_id = $2")
        .bind(tx.tenant_id())
        .bind(id)
        .scalar(tx)
        .await
}

/// Keeps what the CRM told of its accounts' fields.
pub async fn keep_known_fields(
    tx: &TenantTx,
    id: ConnectionId,
    fields: &[CrmField],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Sql::new(
        "INSERT INTO crm_account_fields (tenant_id, connection_id, fields, read_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id, connection_id) DO UPDATE SET fields = EXCLUDED.fields, read_at = EXCLUDED.read_at",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(json!(fields))
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Stores choices; answers whether a field that is read changed, so that all accounts must be read again.
pub(super) async fn keep(
    tx: &TenantTx,
    crm: &Crm,
    choices: &[FieldChoice],
    by: Option<MemberId>,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    for choice in choices {
        Sql::new(
            "INSERT INTO field_mappings (tenant_id, connection_id, momentum_field, crm_field, wins, updated_by, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (tenant_id, connection_id, momentum_field) DO UPDATE SET crm_field = EXCLUDED.crm_field,
                wins = EXCLUDED.wins, updated_by = EXCLUDED.updated_by, updated_at = EXCLUDED.updated_at",
        )
        .bind(tx.tenant_id())
        .bind(crm.id)
        .bind(choice.momentum_field.as_str())
        .bind(choice.crm_field.clone())
        .bind(choice.wins.as_str())
        .bind(by)
        .bind(now)
        .execute(tx)
        .await?;
    }
    let mut is_read_changed = false;
    for (field, key) in READ_KEYS {
        let Some(choice) = choices.iter().rev().find(|choice| choice.momentum_field == field) else {
            continue;
        };
        if crm.settings.get(key).and_then(Value::as_str) == choice.crm_field.as_deref() {
            continue;
        }
        is_read_changed = true;
        Sql::new("UPDATE connections SET settings = settings - 'accounts_cursor' || $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2")
            .bind(tx.tenant_id())
            .bind(crm.id)
            .bind(json!({ key: choice.crm_field }))
            .bind(now)
            .execute(tx)
            .await?;
    }
    Ok(is_read_changed)
}

/// What the company decided about what is written.
pub(super) async fn settings(tx: &TenantTx) -> Result<CrmSettings, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        fiscal_year_start_month: i16,
        expansion_percent: Option<i16>,
        notes_to_crm: bool,
    }
    let row: Option<Row> =
        Sql::new("SELECT fiscal_year_start_month, expansion_percent, notes_to_crm FROM tenants WHERE tenant_id = $1")
            .bind(tx.tenant_id())
            .one(tx)
            .await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the tenant".to_owned()))?;
    Ok(CrmSettings {
        fiscal_year_start_month: row.fiscal_year_start_month,
        expansion_percent: row.expansion_percent,
        notes_to_crm: row.notes_to_crm,
    })
}

/// Stores what the company decided about what is written.
pub(super) async fn keep_settings(tx: &TenantTx, settings: &CrmSettings) -> Result<(), DbErr> {
    Sql::new(
        "UPDATE tenants SET fiscal_year_start_month = $2, expansion_percent = $3, notes_to_crm = $4 WHERE tenant_id = $1",
    )
    .bind(tx.tenant_id())
    .bind(settings.fiscal_year_start_month)
    .bind(settings.expansion_percent)
    .bind(settings.notes_to_crm)
    .execute(tx)
    .await?;
    Ok(())
}
