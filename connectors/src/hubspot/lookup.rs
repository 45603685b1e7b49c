//! What became of records of ours, and taking them back.
//!
//! When a record was changed tells little: HubSpot moves the stamp itself whenever it calculates something. The history of the properties that
//! people work on tells who changed what, and the history of our own property tells how HubSpot names us as a source.

use chrono::{DateTime, Duration, Utc};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::{EXTERNAL_ID_PROPERTY, Hubspot, api::Object, describe::COMPLETED};
use crate::{
    ConnectorError, ConnectorResult,
    crm::{CrmRecordRef, CrmSystem, RecordState, Removal},
};

/// How far our clock and HubSpot's may be apart.
const CLOCK_DIFFERENCE: Duration = Duration::minutes(2);
/// What HubSpot fills in by itself when a record is made is stamped within this time.
const BEING_MADE: Duration = Duration::seconds(5);

/// The properties people work on.
fn watched(object: &str) -> &'static [&'static str] {
    match object {
        "tasks" => &[
            EXTERNAL_ID_PROPERTY,
            "hs_task_subject",
            "hs_task_body",
            "hs_task_status",
            "hs_task_priority",
            "hs_timestamp",
            "hubspot_owner_id",
        ],
        "deals" => &[
            EXTERNAL_ID_PROPERTY,
            "dealname",
            "dealstage",
            "pipeline",
            "amount",
            "closedate",
            "description",
            "hubspot_owner_id",
        ],
        _ => &[EXTERNAL_ID_PROPERTY, "hs_note_body", "hs_timestamp", "hubspot_owner_id"],
    }
}

/// One value a property had.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    timestamp: DateTime<Utc>,
    #[serde(default)]
    source_type: String,
    source_id: Option<String>,
}

impl Version {
    fn is_by_the_author_of(&self, other: &Self) -> bool {
        self.source_type == other.source_type && self.source_id == other.source_id
    }
}

/// Who changed a record when.
struct History {
    /// The first version of our own property: only we write it.
    ours: Option<Version>,
    versions: Vec<Version>,
    made_at: Option<DateTime<Utc>>,
}

impl History {
    fn of(object: &Object) -> Self {
        let of = |name: &str| -> Vec<Version> {
            let told = object.properties_with_history.get(name).cloned().unwrap_or_default();
            serde_json::from_value(told).unwrap_or_default()
        };
        let names = object.properties_with_history.keys();
        Self {
            ours: of(EXTERNAL_ID_PROPERTY)
                .into_iter()
                .min_by_key(|version| version.timestamp),
            versions: names.flat_map(|name| of(name)).collect(),
            made_at: object.created_at,
        }
    }

    fn is_ours(&self, version: &Version) -> bool {
        self.ours.as_ref().is_some_and(|ours| version.is_by_the_author_of(ours))
    }

    fn latest(&self) -> Option<&Version> {
        self.versions.iter().max_by_key(|version| version.timestamp)
    }

    /// When it was changed after our last write; ours may be stamped later than our clock says, theirs earlier. That we made it is no
    /// change of it, however late that was.
    fn touched_after(&self, ours_until: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let made = self.made_at.map(|at| at + BEING_MADE);
        let after = |version: &&Version| {
            if self.is_ours(version) {
                version.timestamp > self.made_at.map_or(ours_until, |made| made.max(ours_until)) + CLOCK_DIFFERENCE
            } else {
                made.is_none_or(|made| version.timestamp > made) && version.timestamp > ours_until - CLOCK_DIFFERENCE
            }
        };
        self.versions
            .iter()
            .filter(after)
            .map(|version| version.timestamp)
            .max()
    }
}

impl Hubspot {
    pub(super) async fn states_of(&self, refs: &[CrmRecordRef]) -> ConnectorResult<Vec<RecordState>> {
        let mut kinds: Vec<&str> = refs
            .iter()
            .filter(|record| record.system == CrmSystem::Hubspot)
            .map(|record| record.record_type.as_str())
            .collect();
        kinds.sort_unstable();
        kinds.dedup();
        let mut found: Vec<(&str, Object)> = Vec::new();
        for kind in kinds {
            let ids: Vec<String> = refs
                .iter()
                .filter(|record| record.record_type == kind)
                .map(|record| record.id.clone())
                .collect();
            let objects = self
                .read_batch(kind, &ids, None, &[EXTERNAL_ID_PROPERTY], watched(kind))
                .await?;
            found.extend(objects.into_iter().map(|object| (kind, object)));
        }
        let state = |record: &CrmRecordRef| {
            let object = found
                .iter()
                .find(|(kind, object)| *kind == record.record_type && object.id == record.id)
                .map(|(_, object)| object);
            let history = object.map(History::of);
            let latest = history.as_ref().and_then(History::latest);
            RecordState {
                record: record.clone(),
                exists: object.is_some(),
                external_id: object
                    .and_then(|object| object.text(EXTERNAL_ID_PROPERTY))
                    .map(str::to_owned),
                changed_at: latest
                    .map(|version| version.timestamp)
                    .or_else(|| object.and_then(|object| object.updated_at)),
                changed_by_us: history
                    .as_ref()
                    .zip(latest)
                    .is_some_and(|(history, version)| history.is_ours(version)),
                // The property is unique, so HubSpot itself refuses twins.
                twins: Vec::new(),
            }
        };
        Ok(refs.iter().map(state).collect())
    }

    /// Looks, then deletes into the recycle bin, from which people can restore for 90 days. HubSpot takes no conditional DELETE.
    pub(super) async fn take_back(
        &self,
        record: &CrmRecordRef,
        untouched_since: DateTime<Utc>,
    ) -> ConnectorResult<Removal> {
        let Some(object) = self.live(record).await? else {
            return Ok(Removal::Gone);
        };
        if let Some(at) = History::of(&object).touched_after(untouched_since) {
            return Ok(Removal::TouchedSince { at });
        }
        let path = ["crm", "objects", "{v}", record.record_type.as_str(), record.id.as_str()];
        match self.call("hubspot.delete", Method::DELETE, &path, &[], None).await {
            Ok(_) => Ok(Removal::Deleted),
            Err(error) if error.has_code("OBJECT_NOT_FOUND") => Ok(Removal::Gone),
            Err(error) if error.has_code("MISSING_SCOPES") || error.has_code("FORBIDDEN") => {
                self.close(record, &object, error).await
            }
            // The answer is lost: whether it is gone now tells what became of it.
            Err(error) if error.is_ambiguous() => match self.live(record).await {
                Ok(None) => Ok(Removal::Deleted),
                _ => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// Where we may not delete, a task is completed and a deal is lost in its own pipeline; a note cannot be closed.
    async fn close(&self, record: &CrmRecordRef, object: &Object, refused: ConnectorError) -> ConnectorResult<Removal> {
        let properties = match record.record_type.as_str() {
            "tasks" => json!({"hs_task_status": COMPLETED}),
            "deals" => {
                let pipeline = object.text("pipeline");
                let stages = self.known_stages().await?;
                let lost = stages
                    .iter()
                    .find(|stage| stage.is_closed && !stage.is_won && pipeline == Some(stage.pipeline.as_str()));
                match lost {
                    Some(stage) => json!({"dealstage": stage.id}),
                    None => return Err(refused),
                }
            }
            _ => return Err(refused),
        };
        let path = ["crm", "objects", "{v}", record.record_type.as_str(), record.id.as_str()];
        self.call(
            "hubspot.close",
            Method::PATCH,
            &path,
            &[],
            Some(&json!({"properties": properties})),
        )
        .await?;
        Ok(Removal::Closed)
    }

    async fn live(&self, record: &CrmRecordRef) -> ConnectorResult<Option<Object>> {
        let ids = [record.id.clone()];
        let kind = record.record_type.as_str();
        let found = self
            .read_batch(kind, &ids, None, &[EXTERNAL_ID_PROPERTY, "pipeline"], watched(kind))
            .await?;
        Ok(found.into_iter().find(|object| object.id == record.id))
    }
}
