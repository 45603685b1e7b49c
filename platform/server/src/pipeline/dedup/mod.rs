//! News, or another mention? Detections become signals, join one, or are kept as suppressed.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use momentum_engine::dedup::{DedupDecision, NewDetection, OpenSignal, SIMILARITY_WINDOW, decide};
use momentum_engine::detection::Detection;
use momentum_engine::message::SenderKind;
use momentum_engine::recommendation::{AccountFacts, recommend};
use momentum_engine::signal::{Confidence, SignalKind, Thresholds};
use momentum_engine::title;
use sea_orm::{DbErr, FromQueryResult};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{AccountId, ChannelId, DetectionId, MessageId, SignalId};
use crate::pipeline::detection::Finding;
use crate::pipeline::ingest::message::Source;
use crate::signals::opening::{self, Joinable, NewSignal};

/// Quotes are a sentence; longer ones are cut to the words that were found.
const LONGEST_QUOTE: usize = 280;

/// A signal that was just opened.
#[derive(Clone, Copy, Debug)]
pub struct Opened {
    /// Its id.
    pub id: SignalId,
    /// The message that opened it, and perhaps others.
    pub message_id: MessageId,
    /// How sure we are.
    pub confidence: Confidence,
    /// What kind of news it is.
    pub kind: SignalKind,
    /// From which confidence on the tenant wants what.
    pub thresholds: Thresholds,
    /// Whether it is history.
    pub source: Source,
}

/// What became of a batch of findings.
#[derive(Debug, Default)]
pub struct Settled {
    /// New signals.
    pub opened: Vec<Opened>,
    /// Mentions that joined.
    pub joined: usize,
}

/// Turns findings into signals, in the order of posting.
pub async fn settle(tx: &TenantTx, findings: Vec<Finding>, now: DateTime<Utc>) -> Result<Settled, DbErr> {
    let mut settling = Settling::begin(tx, &findings, now).await?;
    for finding in &findings {
        settling.settle(finding).await?;
    }
    opening::keep_detections(tx, std::mem::take(&mut settling.detections), now).await?;
    Ok(settling.settled)
}

struct Settling<'a> {
    tx: &'a TenantTx,
    now: DateTime<Utc>,
    open: Vec<OpenSignal<SignalId, AccountId, ChannelId>>,
    titles: HashMap<SignalId, String>,
    workspace_urls: HashMap<String, String>,
    detections: Vec<Value>,
    settled: Settled,
}

impl<'a> Settling<'a> {
    async fn begin(tx: &'a TenantTx, findings: &[Finding], now: DateTime<Utc>) -> Result<Settling<'a>, DbErr> {
        let mut settling = Self {
            tx,
            now,
            open: Vec::new(),
            titles: HashMap::new(),
            workspace_urls: HashMap::new(),
            detections: Vec::new(),
            settled: Settled::default(),
        };
        let shown = || {
            findings
                .iter()
                .filter(|finding| finding.analysis.shown().next().is_some())
        };
        let channels: BTreeSet<ChannelId> = shown().map(|finding| finding.stored.channel_id).collect();
        let accounts: BTreeSet<AccountId> = shown()
            .filter_map(|finding| Some(finding.account.as_ref()?.id))
            .collect();
        let times = || shown().map(|finding| finding.stored.message.posted_at);
        let (Some(first), Some(last)) = (times().min(), times().max()) else {
            return Ok(settling);
        };
        // Two channels of one account may speak of the same need at the same moment.
        // Everybody takes the keys in the same order, so that no two wait for each other.
        let keys = channels.iter().map(|id| id.0).chain(accounts.iter().map(|id| id.0));
        let keys: BTreeSet<Uuid> = keys.collect();
        Sql::new("SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest($1::text[]) AS key")
            .bind(keys.iter().map(Uuid::to_string).collect::<Vec<_>>())
            .execute(tx)
            .await?;
        let (channels, accounts): (Vec<_>, Vec<_>) = (channels.into_iter().collect(), accounts.into_iter().collect());
        let margin = SIMILARITY_WINDOW + TimeDelta::hours(1);
        for signal in opening::joinable(tx, &channels, &accounts, first - margin, last + margin).await? {
            settling.remember(&signal);
        }
        settling.workspace_urls = workspace_urls(tx).await?;
        Ok(settling)
    }

    fn remember(&mut self, signal: &Joinable) {
        let Ok(kind) = signal.kind.parse::<SignalKind>() else {
            return;
        };
        self.titles.insert(signal.id, signal.title.clone());
        self.open.push(OpenSignal {
            id: signal.id,
            kind,
            account: signal.account_id,
            channel: signal.channel_id,
            key_phrase: signal.key_phrase.clone(),
            text: signal.quote.clone(),
            last_seen: signal.last_occurrence_at,
        });
    }

    async fn settle(&mut self, finding: &Finding) -> Result<(), DbErr> {
        let said_before = if finding.stored.is_edit() {
            opening::of_message(self.tx, finding.stored.id).await?
        } else {
            Vec::new()
        };
        for detection in finding.detections() {
            let before = said_before.iter().find(|signal| signal.kind == detection.kind.as_str());
            let signal = match (detection.is_shown(), before) {
                (false, _) => None,
                (true, Some(before)) => {
                    let signal = self.compose(finding, detection, before.id, None);
                    opening::reword(self.tx, before.id, &signal, self.now).await?;
                    Some(before.id)
                }
                (true, None) => Some(self.open_or_join(finding, detection).await?),
            };
            self.detections.push(detection_row(finding, detection, signal));
        }
        for gone in &said_before {
            if !finding
                .analysis
                .shown()
                .any(|detection| detection.kind.as_str() == gone.kind)
            {
                opening::withdraw(self.tx, gone, "message_edited", false, self.now).await?;
            }
        }
        Ok(())
    }

    async fn open_or_join(&mut self, finding: &Finding, detection: &Detection) -> Result<SignalId, DbErr> {
        let stored = &finding.stored;
        let posted_at = stored.message.posted_at;
        let quote = quote(detection, &stored.message.text);
        let new = NewDetection {
            kind: detection.kind,
            account: finding.account.as_ref().map(|account| account.id),
            channel: stored.channel_id,
            key_phrase: &detection.key_phrase,
            text: &quote,
        };
        let decision = decide(&new, &self.open, posted_at);
        if let DedupDecision::Join { signal, .. } = decision {
            opening::join(self.tx, signal, detection.confidence.percent(), posted_at, self.now).await?;
            if let Some(open) = self.open.iter_mut().find(|open| open.id == signal) {
                open.last_seen = open.last_seen.max(posted_at);
            }
            self.settled.joined += 1;
            return Ok(signal);
        }
        let question = match &decision {
            DedupDecision::AskContinuation { signal, similarity } => Some(json!({
                "parent_id": signal, "parent_title": self.titles.get(signal), "similarity": similarity,
            })),
            _ => None,
        };
        let signal = self.compose(finding, detection, SignalId::generate(), question);
        opening::open(self.tx, &signal, self.now).await?;
        metrics::counter!("momentum_signals_opened_total", "kind" => detection.kind.as_str()).increment(1);
        self.titles.insert(signal.id, signal.title.clone());
        self.open.push(OpenSignal {
            id: signal.id,
            kind: detection.kind,
            account: new.account,
            channel: new.channel,
            key_phrase: detection.key_phrase.clone(),
            text: quote.clone(),
            last_seen: posted_at,
        });
        self.settled.opened.push(Opened {
            id: signal.id,
            message_id: stored.id,
            confidence: detection.confidence,
            kind: detection.kind,
            thresholds: finding.detector.config().thresholds,
            source: stored.message.source,
        });
        Ok(signal.id)
    }

    fn compose(
        &self,
        finding: &Finding,
        detection: &Detection,
        id: SignalId,
        continuation: Option<Value>,
    ) -> NewSignal {
        let stored = &finding.stored;
        let message = &stored.message;
        let account = finding.account.as_ref();
        let thresholds = finding.detector.config().thresholds;
        let facts = self.facts(finding, id);
        let advice = recommend(
            detection.kind,
            detection.confidence,
            &finding.analysis,
            &facts,
            &thresholds,
        );
        let is_customer = stored.author.kind == SenderKind::Customer;
        NewSignal {
            id,
            kind: detection.kind,
            confidence: detection.confidence.percent(),
            account_id: account.map(|account| account.id),
            channel_id: stored.channel_id,
            message_id: stored.id,
            message_ts: message.ts.clone(),
            thread_ts: message.thread_ts.clone(),
            title: title::title(account.map(|account| account.name.as_str()), detection, &message.text),
            quote: quote(detection, &message.text),
            key_phrase: detection.key_phrase.clone(),
            evidence: json!(detection.evidence),
            polarity: finding.analysis.polarity,
            urgency: finding.analysis.urgency,
            sentiment: finding.analysis.sentiment.as_str(),
            has_negation: finding.analysis.has_negation,
            author: json!({
                "name": stored.author.name, "email": stored.author.email, "kind": stored.author.kind.as_str(),
                "role": stored.author.title, "company": account.filter(|_| is_customer).map(|account| &account.name),
            }),
            permalink: self.permalink(finding),
            recommendation: json!({
                "action": advice.action.as_str(), "label": advice.action.label(), "reason": advice.reason,
            }),
            continuation,
            source: message.source.as_str(),
            detector_version: finding.detector_version(),
            config_version: finding.config_version(),
            posted_at: message.posted_at,
        }
    }

    fn facts(&self, finding: &Finding, this: SignalId) -> AccountFacts {
        let Some(account) = &finding.account else {
            return AccountFacts::default();
        };
        let posted_at = finding.stored.message.posted_at;
        let is_alarming = |kind| matches!(kind, SignalKind::Risk | SignalKind::Churn);
        let open_risk_signals = self
            .open
            .iter()
            .filter(|open| open.id != this && open.account == Some(account.id) && is_alarming(open.kind))
            .count();
        AccountFacts {
            open_risk_signals: u32::try_from(open_risk_signals).unwrap_or(u32::MAX),
            has_open_opportunity: false,
            days_to_renewal: account
                .renewal_on
                .and_then(|day| u32::try_from((day - posted_at.date_naive()).num_days()).ok()),
        }
    }

    /// Slack's own links: the workspace's address, the channel, and `p` with the ts without its dot.
    fn permalink(&self, finding: &Finding) -> Option<String> {
        let message = &finding.stored.message;
        let base = self.workspace_urls.get(&message.slack_team_id)?;
        let place = format!(
            "{}/archives/{}/p{}",
            base.trim_end_matches('/'),
            message.slack_channel_id,
            message.ts.replace('.', "")
        );
        Some(match &message.thread_ts {
            Some(thread) => format!("{place}?thread_ts={thread}&cid={}", message.slack_channel_id),
            None => place,
        })
    }
}

/// The sentence in which the words stand, verbatim, or the words alone when the sentence is long.
fn quote(detection: &Detection, text: &str) -> String {
    let Some(evidence) = detection.evidence.iter().find(|evidence| evidence.quote.is_some()) else {
        return String::new();
    };
    let sentence = title::sentence_around(text, evidence.start, evidence.end);
    if sentence.chars().count() <= LONGEST_QUOTE {
        sentence.to_owned()
    } else {
        evidence.quote.clone().unwrap_or_default()
    }
}

fn detection_row(finding: &Finding, detection: &Detection, signal: Option<SignalId>) -> Value {
    json!({
        "posted_at": finding.stored.message.posted_at, "id": DetectionId::generate().0,
        "message_id": finding.stored.id.0, "channel_id": finding.stored.channel_id.0,
        "account_id": finding.account.as_ref().map(|account| account.id.0), "kind": detection.kind,
        "confidence": detection.confidence, "log_odds": detection.log_odds, "key_phrase": detection.key_phrase,
        "evidence": detection.evidence, "suppressed_reason": detection.suppressed,
        "signal_id": signal.map(|signal| signal.0), "detector_version": finding.detector_version(),
        "config_version": finding.config_version(),
    })
}

async fn workspace_urls(tx: &TenantTx) -> Result<HashMap<String, String>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        external_id: String,
        url: String,
    }
    let rows: Vec<Row> = Sql::new(
        "SELECT external_id, settings->>'url' AS url FROM connections \
          WHERE tenant_id = $1 AND vendor = 'slack' AND settings->>'url' IS NOT NULL",
    )
    .bind(tx.tenant_id())
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.external_id, row.url)).collect())
}
