//! Exactly once in effect: the one way records are written.
//!
//! 1. Look for our id by the unique property. A record that is there is left as it is: a person may have worked on it.
//! 2. `batch/upsert` by our id. HubSpot keeps it unique, so two writers at one moment make one record.
//! 3. Whatever leaves it open whether the write happened (a lost answer, a 409) is settled by looking again.
//! 4. Link it. A crash before this step is made good by the retry, which finds the record and links it.

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::{
    EXTERNAL_ID_PROPERTY, Hubspot,
    api::{Batch, Object},
    errors,
};
use crate::{
    ConnectorError, ConnectorResult,
    crm::{CrmRecordRef, WriteOutcome, Written},
};

/// The longest text a property holds (HubSpot, "Limits of properties"); HubSpot counts characters.
pub(super) const TEXT_LENGTH: usize = 65_536;

impl Hubspot {
    /// Makes sure that exactly one record with our id exists and hangs on `links`.
    pub(super) async fn write_once(
        &self,
        object: &str,
        external_id: &str,
        properties: Map<String, Value>,
        links: &[(&str, &str)],
    ) -> ConnectorResult<Written> {
        let (id, outcome) = match self.find_id(object, external_id).await? {
            Some(id) => (id, WriteOutcome::AlreadyExisted),
            None => self.upsert(object, external_id, properties).await?,
        };
        for link in links {
            self.associate((object, &id), *link).await?;
        }
        Ok(Written {
            record: self.portal().await?.record_ref(object, &id),
            outcome,
            // The property is unique, so HubSpot itself refuses twins.
            twins: Vec::new(),
        })
    }

    /// The record with our id, read from the store; never searched for.
    pub(super) async fn find_ref(&self, object: &str, external_id: &str) -> ConnectorResult<Option<CrmRecordRef>> {
        match self.find_id(object, external_id).await? {
            Some(id) => Ok(Some(self.portal().await?.record_ref(object, &id))),
            None => Ok(None),
        }
    }

    async fn find_id(&self, object: &str, external_id: &str) -> ConnectorResult<Option<String>> {
        // The property must be there before it can be asked for.
        self.known_schema().await?;
        let ids = [external_id.to_owned()];
        let read = |ids: [String; 1]| async move {
            self.read_batch(object, &ids, Some(EXTERNAL_ID_PROPERTY), &[EXTERNAL_ID_PROPERTY], &[])
                .await
        };
        let found = match read(ids.clone()).await {
            // Somebody deleted the property since we last looked.
            Err(error) if speaks_of_our_property(&error) => {
                self.fresh_schema().await?;
                read(ids).await?
            }
            answer => answer?,
        };
        Ok(found.into_iter().next().map(|record| record.id))
    }

    async fn upsert(
        &self,
        object: &str,
        external_id: &str,
        mut properties: Map<String, Value>,
    ) -> ConnectorResult<(String, WriteOutcome)> {
        properties.insert(EXTERNAL_ID_PROPERTY.to_owned(), external_id.into());
        let body = json!({"inputs": [{
            "id": external_id, "idProperty": EXTERNAL_ID_PROPERTY, "properties": properties, "objectWriteTraceId": external_id,
        }]});
        match self.upsert_one(object, &body).await {
            Ok(record) if record.new => Ok((record.id, WriteOutcome::Created)),
            Ok(record) => Ok((record.id, WriteOutcome::Updated)),
            Err(error) if error.is_ambiguous() || error.has_code("CONFLICT") => {
                match self.find_id(object, external_id).await {
                    Ok(Some(id)) => Ok((id, WriteOutcome::AlreadyExisted)),
                    // The look-up may not see what the refusal names: then the refusal is right.
                    Ok(None) => match errors::existing_id(&error) {
                        Some(id) => Ok((id.to_owned(), WriteOutcome::AlreadyExisted)),
                        None => Err(error),
                    },
                    // Not even looking worked: the caller tries again later, and looks first.
                    Err(_) => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    async fn upsert_one(&self, object: &str, body: &Value) -> ConnectorResult<Object> {
        let path = ["crm", "objects", "{v}", object, "batch", "upsert"];
        let response = self
            .call("hubspot.upsert", Method::POST, &path, &[], Some(body))
            .await?;
        let answer: Batch<Object> = response.json()?;
        // A 207 tells per input what became of it.
        match (answer.results.into_iter().next(), answer.errors.first()) {
            (Some(record), _) => Ok(record),
            (None, Some(item)) => Err(errors::from_item(item)),
            (None, None) => Err(ConnectorError::ambiguous(
                "HubSpot answered neither with a record nor with an error",
            )),
        }
    }
}

fn speaks_of_our_property(error: &ConnectorError) -> bool {
    matches!(error, ConnectorError::Rejected { message, .. } if message.contains(EXTERNAL_ID_PROPERTY))
}

/// Plain text as HubSpot's bodies want it, which are HTML; cut at [`TEXT_LENGTH`], never inside an escape.
pub(super) fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut length = 1; // the ellipsis
    for c in text.chars() {
        let piece = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '\n' => "<br>",
            _ => "",
        };
        length += if piece.is_empty() { 1 } else { piece.len() };
        if length > TEXT_LENGTH {
            escaped.push('…');
            return escaped;
        }
        match piece {
            "" => escaped.push(c),
            piece => escaped.push_str(piece),
        }
    }
    escaped
}

/// Cuts a text to [`TEXT_LENGTH`] characters; an ellipsis shows the cut.
pub(super) fn cut(text: &str) -> String {
    if text.chars().count() <= TEXT_LENGTH {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(TEXT_LENGTH - 1).collect();
    cut.push('…');
    cut
}
