//! Runs the engine's detector under the tenant's configuration.

use std::sync::Arc;

use momentum_engine::detection::{Analysis, DETECTOR_VERSION, DetectionConfig, Detector, MessageView};
use momentum_engine::message::ChannelKind;
use sea_orm::{DbErr, FromQueryResult};

use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::TenantId;
use crate::pipeline::enrichment::accounts::AccountFound;
use crate::pipeline::ingest::log::StoredMessage;

/// From this many messages on, a batch is analysed beside the async threads.
const LARGE_BATCH: usize = 32;

/// A message in which something was found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The message.
    pub stored: StoredMessage,
    /// What it says, suppressed detections included.
    pub analysis: Analysis,
    /// The account it is about, once known.
    pub account: Option<AccountFound>,
    /// The detector that said so.
    pub detector: Arc<Detector>,
}

impl Finding {
    /// What was found, shown or suppressed.
    pub fn detections(&self) -> &[momentum_engine::detection::Detection] {
        &self.analysis.detections
    }

    /// The version of the configuration that was used.
    pub fn config_version(&self) -> i32 {
        i32::try_from(self.detector.config().version).unwrap_or(i32::MAX)
    }

    /// The version of the detector that was used.
    pub fn detector_version(&self) -> &'static str {
        DETECTOR_VERSION
    }
}

/// The compiled detectors of the tenants that were busy lately.
#[derive(Clone)]
pub struct Detectors(moka::sync::Cache<(TenantId, i32), Arc<Detector>>);

impl Default for Detectors {
    fn default() -> Self {
        Self(moka::sync::Cache::new(1_000))
    }
}

impl Detectors {
    /// Analyses messages of monitored channels; answers those in which something was found. An edited message is
    /// always answered, because what it said before may no longer hold.
    pub async fn detect(&self, tx: &TenantTx, stored: Vec<StoredMessage>) -> Result<Vec<Finding>, DbErr> {
        let wanted: Vec<StoredMessage> = stored
            .into_iter()
            .filter(|stored| stored.is_monitored && stored.channel_kind != ChannelKind::Dm)
            .collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let detector = self.of(tx).await?;
        let count = wanted.len();
        let analyse = move || {
            wanted
                .into_iter()
                .map(|stored| {
                    let view = MessageView::new(&stored.message.text, stored.channel_kind, stored.author.kind);
                    Finding {
                        analysis: detector.detect(&view),
                        stored,
                        account: None,
                        detector: detector.clone(),
                    }
                })
                .filter(|finding| !finding.analysis.detections.is_empty() || finding.stored.is_edit())
                .collect::<Vec<_>>()
        };
        let findings = if count < LARGE_BATCH {
            analyse()
        } else {
            tokio::task::spawn_blocking(analyse)
                .await
                .map_err(|error| DbErr::Custom(format!("detection stopped: {error}")))?
        };
        metrics::counter!("momentum_messages_analysed_total").increment(count as u64);
        Ok(findings)
    }

    /// The tenant's detector. Configurations are never changed, only followed by newer versions, so a compiled one
    /// stays valid.
    async fn of(&self, tx: &TenantTx) -> Result<Arc<Detector>, DbErr> {
        #[derive(FromQueryResult)]
        struct Row {
            version: i32,
        }
        let newest: Option<Row> =
            Sql::new("SELECT version FROM detection_configs WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1")
                .bind(tx.tenant_id())
                .one(tx)
                .await?;
        let Some(Row { version }) = newest else {
            return Ok(self.0.get_with((tx.tenant_id(), 0), || {
                Arc::new(Detector::new(&DetectionConfig::default()))
            }));
        };
        if let Some(detector) = self.0.get(&(tx.tenant_id(), version)) {
            return Ok(detector);
        }
        let config: Option<serde_json::Value> =
            Sql::new("SELECT config AS value FROM detection_configs WHERE tenant_id = $1 AND version = $2")
                .bind(tx.tenant_id())
                .bind(version)
                .scalar(tx)
                .await?;
        let config: DetectionConfig = serde_json::from_value(config.unwrap_or_default())
            .map_err(|error| DbErr::Custom(format!("detection configuration {version} cannot be read: {error}")))?;
        let detector = Arc::new(Detector::new(&config));
        self.0.insert((tx.tenant_id(), version), detector.clone());
        Ok(detector)
    }
}
