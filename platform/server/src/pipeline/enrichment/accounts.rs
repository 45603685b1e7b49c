//! Which account a message is about: the channel's mapping, or an exact match of the channel's name or the author's
//! e-mail domain that is sure enough to map the channel from now on.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use momentum_engine::matching::{AccountIndex, AccountRecord, Candidate, Query};
use momentum_engine::message::{ChannelKind, SenderKind};
use momentum_engine::signal::Confidence;
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{AccountId, ChannelId, TenantId};
use crate::pipeline::detection::Finding;

/// An account as far as the pipeline needs it.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct AccountFound {
    /// Its id.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// When its contract renews, if known.
    pub renewal_on: Option<NaiveDate>,
}

/// The account indexes of the tenants that were busy lately, each for one state of the tenant's accounts.
#[derive(Clone)]
pub struct Matchers(moka::sync::Cache<(TenantId, String), Arc<AccountIndex>>);

impl Default for Matchers {
    fn default() -> Self {
        Self(moka::sync::Cache::new(200))
    }
}

impl Matchers {
    /// The likeliest account for a channel of this name in which people of these e-mail addresses write.
    pub async fn best(&self, tx: &TenantTx, channel_name: &str, emails: &[String]) -> Result<Option<Candidate>, DbErr> {
        let index = self.index(tx).await?;
        let by_name = index.candidates(&Query::ChannelName(channel_name));
        let by_email = emails.iter().flat_map(|email| index.candidates(&Query::Email(email)));
        Ok(by_name
            .into_iter()
            .chain(by_email)
            .max_by_key(|candidate| candidate.confidence))
    }

    async fn index(&self, tx: &TenantTx) -> Result<Arc<AccountIndex>, DbErr> {
        let state: Option<String> = Sql::new(
            "SELECT count(*) || ' ' || COALESCE(max(updated_at)::text, '') AS value FROM accounts WHERE tenant_id = $1",
        )
        .bind(tx.tenant_id())
        .scalar(tx)
        .await?;
        let key = (tx.tenant_id(), state.unwrap_or_default());
        if let Some(index) = self.0.get(&key) {
            return Ok(index);
        }
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            name: String,
            domain: Option<String>,
        }
        let rows: Vec<Row> = Sql::new("SELECT id, name, domain FROM accounts WHERE tenant_id = $1")
            .bind(tx.tenant_id())
            .all(tx)
            .await?;
        let records = rows.into_iter().map(|row| AccountRecord {
            id: row.id.to_string(),
            name: row.name,
            domain: row.domain,
        });
        let index = Arc::new(AccountIndex::build(records));
        self.0.insert(key, index.clone());
        Ok(index)
    }
}

/// Fills in the account of each finding, and maps channels whose account is certain.
pub async fn resolve(
    tx: &TenantTx,
    matchers: &Matchers,
    findings: &mut [Finding],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let mut mapped: HashMap<ChannelId, Option<AccountId>> = HashMap::new();
    for finding in findings.iter() {
        let stored = &finding.stored;
        if mapped.contains_key(&stored.channel_id) {
            continue;
        }
        let account = match stored.account_id {
            Some(account) => Some(account),
            None => map_if_certain(tx, matchers, findings, finding, now).await?,
        };
        mapped.insert(stored.channel_id, account);
    }
    let wanted: BTreeSet<AccountId> = mapped.values().flatten().copied().collect();
    let accounts = load(tx, wanted).await?;
    for finding in findings {
        let account = mapped.get(&finding.stored.channel_id).copied().flatten();
        finding.account = account.and_then(|id| accounts.get(&id).cloned());
    }
    Ok(())
}

async fn map_if_certain(
    tx: &TenantTx,
    matchers: &Matchers,
    findings: &[Finding],
    finding: &Finding,
    now: DateTime<Utc>,
) -> Result<Option<AccountId>, DbErr> {
    let stored = &finding.stored;
    if stored.channel_kind != ChannelKind::Customer {
        return Ok(None);
    }
    let emails: BTreeSet<String> = findings
        .iter()
        .map(|other| &other.stored)
        .filter(|other| other.channel_id == stored.channel_id && other.author.kind == SenderKind::Customer)
        .filter_map(|other| other.author.email.clone())
        .collect();
    let emails: Vec<String> = emails.into_iter().collect();
    let auto_map: Confidence = finding.detector.config().thresholds.auto_map;
    let best = matchers
        .best(tx, &stored.channel_name, &emails)
        .await?
        .filter(|best| best.confidence >= auto_map);
    let Some(account) = best
        .as_ref()
        .and_then(|best| Uuid::try_parse(&best.account_id).ok())
        .map(AccountId)
    else {
        return Ok(None);
    };
    let certain = best.map_or(0, |best| best.confidence.percent());
    crate::accounts::channels::map_by_matcher(tx, stored.channel_id, account, certain, now).await
}

async fn load(tx: &TenantTx, wanted: BTreeSet<AccountId>) -> Result<HashMap<AccountId, AccountFound>, DbErr> {
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Uuid> = wanted.into_iter().map(|id| id.0).collect();
    let accounts: Vec<AccountFound> =
        Sql::new("SELECT id, name, renewal_on FROM accounts WHERE tenant_id = $1 AND id = ANY($2)")
            .bind(tx.tenant_id())
            .bind(ids)
            .all(tx)
            .await?;
    Ok(accounts.into_iter().map(|account| (account.id, account)).collect())
}
