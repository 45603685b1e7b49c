//! Writes one delivery: the draft is made of what is known now, and the CRM asked whether it has it already.

use chrono::{DateTime, Utc};
use momentum_connectors::crm::{CrmSchema, NoteDraft, WriteOutcome, Written as CrmWritten};
use momentum_connectors::{ConnectorError, Crm};
use sea_orm::DbErr;
use serde_json::{Value, json};

use super::account_fields;
use super::facts::Facts;
use super::guard;
use super::row::Row;
use super::{note, opportunity, task};
use crate::foundation::db::TenantDb;
use crate::signals::deliveries::{NoteDetail, RecordType};

/// What writing came to.
#[derive(Debug)]
pub(super) enum Wrote {
    /// The record is in the CRM.
    Record(Record),
    /// The account's fields say what we believe.
    Fields(account_fields::Change),
    /// The account is not known in the CRM (any more): it waits until it is.
    NoAccount,
    /// What it was for is gone.
    Nothing {
        /// Why.
        reason: &'static str,
    },
}

/// A record in the CRM.
#[derive(Debug)]
pub(super) struct Record {
    pub object: String,
    pub id: String,
    pub url: Option<String>,
    /// As in the column `outcome`.
    pub outcome: &'static str,
    /// Other records with the same id of ours.
    pub twins: Vec<String>,
    /// What to say on the opportunity that the signal was linked to.
    pub comment: Option<NoteDetail>,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub(super) enum WriteError {
    /// The CRM could not or would not.
    #[error(transparent)]
    Crm(#[from] ConnectorError),
    /// Our database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// What is the same for every delivery of a call.
pub(super) struct Desk<'a> {
    pub db: &'a TenantDb,
    pub crm: &'a dyn Crm,
    pub base_url: &'a str,
    pub now: DateTime<Utc>,
}

impl Desk<'_> {
    /// Writes what `row` asks for, made of what is known of its signal. `schema` is asked for only when an opportunity is
    /// written.
    pub async fn write(
        &self,
        row: &Row,
        facts: Option<Facts>,
        schema: impl AsyncFnOnce() -> Result<CrmSchema, ConnectorError>,
    ) -> Result<Wrote, WriteError> {
        let Some(crm_account) = row.crm_account_id.as_deref() else {
            return Ok(Wrote::NoAccount);
        };
        let record_type = row.record_type()?;
        if record_type == RecordType::AccountFields {
            let change = account_fields::write(self, row, crm_account).await?;
            return Ok(change.map_or(Wrote::NoAccount, Wrote::Fields));
        }
        let Some(facts) = facts else {
            return Ok(Wrote::Nothing {
                reason: "its signal is gone",
            });
        };
        match record_type {
            RecordType::Task => {
                let draft = task::draft(&facts, self.base_url, self.now);
                Ok(wrote(self.crm.upsert_task(&draft).await?))
            }
            RecordType::Opportunity => self.write_opportunity(&facts, &row.system, schema).await,
            RecordType::Note | RecordType::AccountFields => match self.note(row, &facts)? {
                Some(draft) => Ok(wrote(self.crm.upsert_note(&draft).await?)),
                None => Ok(Wrote::NoAccount),
            },
        }
    }

    /// What an earlier try of `row` wrote without our learning of it; `None` when it wrote nothing. Nothing is written now.
    pub async fn find(&self, row: &Row, facts: Option<Facts>) -> Result<Option<Wrote>, WriteError> {
        let record_type = row.record_type()?;
        if record_type == RecordType::AccountFields {
            return Ok(account_fields::find(self.crm, row).await?.map(Wrote::Fields));
        }
        let Some(facts) = facts else { return Ok(None) };
        let found = match record_type {
            RecordType::Task => {
                let draft = task::draft(&facts, self.base_url, self.now);
                self.crm.find_task_by_external_id(&draft.key()).await?
            }
            RecordType::Opportunity => match opportunity::draft(&facts, None, self.base_url, self.now) {
                Some(draft) => self.crm.find_opportunity_by_external_id(&draft.key()).await?,
                None => None,
            },
            RecordType::Note | RecordType::AccountFields => match self.note(row, &facts)? {
                Some(draft) => self.crm.find_note_by_external_id(&draft.key()).await?,
                None => None,
            },
        };
        Ok(found.map(|record| {
            wrote(CrmWritten {
                record,
                outcome: WriteOutcome::AlreadyExisted,
                twins: Vec::new(),
            })
        }))
    }

    fn note(&self, row: &Row, facts: &Facts) -> Result<Option<NoteDraft>, DbErr> {
        let detail: NoteDetail = serde_json::from_value(row.detail.clone())
            .map_err(|error| DbErr::Json(format!("a note's detail: {error}")))?;
        Ok(note::draft(facts, row.id, &detail, self.base_url, self.now))
    }

    /// Our own one is looked for first: it may be there from a try whose answer was lost, and must not be taken for
    /// somebody else's.
    async fn write_opportunity(
        &self,
        facts: &Facts,
        system: &str,
        schema: impl AsyncFnOnce() -> Result<CrmSchema, ConnectorError>,
    ) -> Result<Wrote, WriteError> {
        let Some(draft) = opportunity::draft(facts, None, self.base_url, self.now) else {
            return Ok(Wrote::NoAccount);
        };
        if self.crm.find_opportunity_by_external_id(&draft.key()).await?.is_none() {
            let ours = guard::ours(&self.db.begin().await?, system, facts, self.now).await?;
            if let Some(standing) = guard::standing(self.crm, facts, &ours, self.now).await? {
                return Ok(Wrote::Record(Record {
                    comment: Some(note::comment(facts, &standing.id)),
                    object: standing.object,
                    id: standing.id,
                    url: standing.url,
                    outcome: "linked",
                    twins: Vec::new(),
                }));
            }
        }
        let schema = schema().await?;
        let draft = opportunity::draft(facts, Some(&schema), self.base_url, self.now).unwrap_or(draft);
        Ok(wrote(self.crm.upsert_opportunity(&draft).await?))
    }
}

fn wrote(written: CrmWritten) -> Wrote {
    Wrote::Record(Record {
        object: written.record.record_type,
        id: written.record.id,
        url: Some(written.record.url).filter(|url| !url.is_empty()),
        outcome: match written.outcome {
            WriteOutcome::Created => "created",
            WriteOutcome::AlreadyExisted => "already_there",
            WriteOutcome::Updated => "updated",
        },
        twins: written.twins.into_iter().map(|twin| twin.id).collect(),
        comment: None,
    })
}

impl Wrote {
    /// What is kept with the delivery beside the record.
    pub fn detail(&self) -> Value {
        match self {
            Self::Fields(change) => json!(change),
            _ => json!({}),
        }
    }
}
