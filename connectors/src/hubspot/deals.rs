//! The pipelines of deals and their stages, by id for HubSpot and by name for people.

use reqwest::Method;
use serde::Deserialize;

use super::{Hubspot, api::List};
use crate::{ConnectorError, ConnectorResult, crm::OpportunityStage};

/// A stage of one pipeline.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    pub pipeline: String,
    pub id: String,
    /// The label, with the pipeline's before it where it is not the first pipeline: labels repeat between pipelines.
    pub name: String,
    pub is_closed: bool,
    pub is_won: bool,
}

impl Stage {
    pub(super) fn told(&self) -> OpportunityStage {
        OpportunityStage {
            name: self.name.clone(),
            is_closed: self.is_closed,
            is_won: self.is_won,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pipeline {
    id: String,
    label: String,
    #[serde(default)]
    display_order: i64,
    #[serde(default)]
    archived: bool,
    stages: Vec<PipelineStage>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PipelineStage {
    id: String,
    label: String,
    #[serde(default)]
    display_order: i64,
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    metadata: Metadata,
}

/// Values are text, as everywhere.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    #[serde(default)]
    is_closed: String,
    #[serde(default)]
    probability: String,
}

impl Hubspot {
    pub(super) async fn fresh_stages(&self) -> ConnectorResult<Vec<Stage>> {
        let path = ["crm", "pipelines", "{v}", "deals"];
        let answer: List<Pipeline> = self
            .call("hubspot.pipelines", Method::GET, &path, &[], None)
            .await?
            .json()?;
        let mut pipelines: Vec<Pipeline> = answer.results.into_iter().filter(|found| !found.archived).collect();
        pipelines.sort_by_key(|pipeline| pipeline.display_order);
        let mut stages = Vec::new();
        for (place, mut pipeline) in pipelines.into_iter().enumerate() {
            pipeline.stages.sort_by_key(|stage| stage.display_order);
            stages.extend(
                pipeline
                    .stages
                    .iter()
                    .filter(|stage| !stage.archived)
                    .map(|stage| stage_of(&pipeline, stage, place == 0)),
            );
        }
        self.known().stages = Some(stages.clone());
        Ok(stages)
    }

    pub(super) async fn known_stages(&self) -> ConnectorResult<Vec<Stage>> {
        let known = self.known().stages.clone();
        match known {
            Some(stages) => Ok(stages),
            None => self.fresh_stages().await,
        }
    }

    /// The stages, asked anew when one of these ids is not among the remembered ones: an admin added it since.
    pub(super) async fn stages_with(&self, ids: &[&str]) -> ConnectorResult<Vec<Stage>> {
        let stages = self.known_stages().await?;
        if ids.iter().all(|id| stages.iter().any(|stage| stage.id == *id)) {
            return Ok(stages);
        }
        self.fresh_stages().await
    }

    /// The stage with this name or id; the first open one when none is named.
    pub(super) async fn stage_named(&self, wanted: Option<&str>) -> ConnectorResult<Stage> {
        let find = |stages: Vec<Stage>| {
            stages.into_iter().find(|stage| match wanted {
                Some(name) => stage.name == name || stage.id == name,
                None => !stage.is_closed,
            })
        };
        if let Some(stage) = find(self.known_stages().await?) {
            return Ok(stage);
        }
        // An admin may have added it since we last asked.
        find(self.fresh_stages().await?).ok_or_else(|| match wanted {
            Some(name) => ConnectorError::Rejected {
                field: Some("dealstage".to_owned()),
                code: "no_such_stage".to_owned(),
                message: format!("no deal pipeline has a stage \"{name}\"; choose another"),
            },
            None => ConnectorError::rejected("no_open_stage", "no deal pipeline has an open stage; add one"),
        })
    }
}

fn stage_of(pipeline: &Pipeline, stage: &PipelineStage, is_first: bool) -> Stage {
    let won = stage
        .metadata
        .probability
        .parse::<f64>()
        .is_ok_and(|chance| chance >= 1.0);
    let is_closed = stage.metadata.is_closed == "true";
    Stage {
        pipeline: pipeline.id.clone(),
        id: stage.id.clone(),
        name: if is_first {
            stage.label.clone()
        } else {
            format!("{}: {}", pipeline.label, stage.label)
        },
        is_closed,
        is_won: is_closed && won,
    }
}
