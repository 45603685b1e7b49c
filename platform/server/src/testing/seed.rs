//! Rows to begin a test with, written as the product writes them.

use chrono::{DateTime, TimeDelta, Utc};
use momentum_engine::signal::SignalKind;
use serde_json::json;

use super::TestTenant;
use crate::foundation::db::{Sql, TenantTx};
use crate::foundation::ids::{AccountId, ChannelId, ConnectionId, MemberId, MessageId, SignalId};
use crate::signals::opening::{self, NewSignal};

/// Writes rows of one tenant; [`Seed::done`] makes them durable.
pub struct Seed {
    tx: TenantTx,
    now: DateTime<Utc>,
}

/// A signal to begin with. What is not said is a fresh expansion signal at 85 in no account.
#[derive(Clone, Debug)]
pub struct SignalSeed {
    /// What kind of news it is.
    pub kind: SignalKind,
    /// 0 to 100.
    pub confidence: u8,
    /// Whose it is.
    pub account: Option<AccountId>,
    /// How long ago it was said.
    pub age: TimeDelta,
    /// Its title.
    pub title: String,
    /// `positive`, `neutral`, `negative` or `urgent`.
    pub sentiment: &'static str,
    /// The signal that it may continue.
    pub may_continue: Option<SignalId>,
}

impl Default for SignalSeed {
    fn default() -> Self {
        Self {
            kind: SignalKind::Expansion,
            confidence: 85,
            account: None,
            age: TimeDelta::hours(1),
            title: "Needs more seats".to_owned(),
            sentiment: "neutral",
            may_continue: None,
        }
    }
}

impl Seed {
    /// Begins a transaction on the tenant's rows.
    pub async fn begin(tenant: &TestTenant<'_>, now: DateTime<Utc>) -> Self {
        let tx = tenant.begin().await;
        Sql::new("SELECT ensure_month_partitions($1)")
            .bind(now)
            .execute(&tx)
            .await
            .expect("this month");
        let last_month = now - TimeDelta::days(31);
        Sql::new("SELECT ensure_month_partitions($1)")
            .bind(last_month)
            .execute(&tx)
            .await
            .expect("last month");
        Self { tx, now }
    }

    /// The transaction, for rows that this builder does not know.
    pub fn tx(&self) -> &TenantTx {
        &self.tx
    }

    /// Makes the rows durable.
    pub async fn done(self) {
        self.tx.commit().await.expect("committed");
    }

    /// An account.
    pub async fn account(&self, name: &str, owner: Option<MemberId>) -> AccountId {
        let id = AccountId::generate();
        Sql::new(
            "INSERT INTO accounts (tenant_id, id, name, owner_member_id, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)",
        )
        .bind(self.tx.tenant_id())
        .bind(id)
        .bind(name)
        .bind(owner)
        .bind(self.now)
        .execute(&self.tx)
        .await
        .expect("an account");
        id
    }

    /// An account that the CRM knows under `crm_id`.
    pub async fn crm_account(&self, name: &str, crm_id: &str) -> AccountId {
        let id = self.account(name, None).await;
        Sql::new("UPDATE accounts SET crm_system = 'salesforce', crm_id = $3 WHERE tenant_id = $1 AND id = $2")
            .bind(self.tx.tenant_id())
            .bind(id)
            .bind(crm_id)
            .execute(&self.tx)
            .await
            .expect("an account in the CRM");
        id
    }

    /// A Salesforce connection without a credential.
    pub async fn crm(&self) -> ConnectionId {
        let id = ConnectionId::generate();
        Sql::new(
            "INSERT INTO connections (tenant_id, id, vendor, name, external_id, created_at, updated_at)
             VALUES ($1, $2, 'salesforce', 'Our org', '00D000000000001', $3, $3)",
        )
        .bind(self.tx.tenant_id())
        .bind(id)
        .bind(self.now)
        .execute(&self.tx)
        .await
        .expect("a connection");
        id
    }

    /// A customer's channel.
    pub async fn channel(&self, name: &str) -> ChannelId {
        let id = ChannelId::generate();
        Sql::new(
            "INSERT INTO channels (tenant_id, id, slack_team_id, slack_channel_id, name, class, is_external, created_at, updated_at)
             VALUES ($1, $2, 'T0001', $3, $4, 'customer', true, $5, $5)",
        )
        .bind(self.tx.tenant_id())
        .bind(id)
        .bind(format!("C{}", id.0.simple()))
        .bind(name)
        .bind(self.now)
        .execute(&self.tx)
        .await
        .expect("a channel");
        id
    }

    /// A customer's message, `age` ago, in the thread that began `thread` ago if there is one.
    pub async fn message(
        &self,
        channel: ChannelId,
        text: &str,
        age: TimeDelta,
        thread: Option<TimeDelta>,
    ) -> MessageId {
        let id = MessageId::generate();
        let posted_at = self.now - age;
        Sql::new(
            "INSERT INTO messages (tenant_id, posted_at, slack_team_id, slack_channel_id, ts, id, channel_id, thread_ts, author_name, \
                author_kind, text, source, received_at)
             VALUES ($1, $2, 'T0001', $3, $4, $5, $6, $7, 'Dana', 'customer', $8, 'live', $2)",
        )
        .bind(self.tx.tenant_id())
        .bind(posted_at)
        .bind(format!("C{}", channel.0.simple()))
        .bind(ts(posted_at))
        .bind(id)
        .bind(channel)
        .bind(thread.map(|age| ts(self.now - age)))
        .bind(text)
        .execute(&self.tx)
        .await
        .expect("a message");
        id
    }

    /// A signal in a channel, found in a message that is not in the log.
    pub async fn signal(&self, channel: ChannelId, seed: SignalSeed) -> SignalId {
        self.signal_of(channel, MessageId::generate(), seed).await
    }

    /// A signal found in a message.
    pub async fn signal_of(&self, channel: ChannelId, message: MessageId, seed: SignalSeed) -> SignalId {
        let id = SignalId::generate();
        let posted_at = self.now - seed.age;
        let signal = NewSignal {
            id,
            kind: seed.kind,
            confidence: seed.confidence,
            account_id: seed.account,
            channel_id: channel,
            message_id: message,
            message_ts: ts(posted_at),
            thread_ts: None,
            quote: format!("Somebody said: {}.", seed.title),
            key_phrase: seed.title.to_lowercase(),
            title: seed.title,
            evidence: json!([
                { "quote": "said", "start": 9, "end": 13, "reason": "They said it.", "weight": 2.5, "term": "phrase" },
                { "quote": null, "start": 0, "end": 0, "reason": "Most messages carry no signal.", "weight": -3.0, "term": "prior" },
            ]),
            polarity: 0.1,
            urgency: 0.2,
            sentiment: seed.sentiment,
            has_negation: false,
            author: json!({ "name": "Dana", "email": "dana@acme.com", "kind": "customer", "role": null, "company": "Acme" }),
            permalink: None,
            recommendation: json!({ "action": "schedule_call", "label": "Schedule call", "reason": "They want more." }),
            continuation: seed
                .may_continue
                .map(|parent| json!({ "parent_id": parent, "parent_title": "The first one", "similarity": 0.6 })),
            source: "live",
            detector_version: "1.0.0",
            config_version: 1,
            posted_at,
        };
        opening::open(&self.tx, &signal, self.now).await.expect("a signal");
        id
    }
}

/// Slack's ts of a time.
fn ts(at: DateTime<Utc>) -> String {
    format!("{}.{:06}", at.timestamp(), at.timestamp_subsec_micros())
}
