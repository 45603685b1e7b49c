//! One thing of each kind that paths of the API name, so that a test can ask for it from elsewhere.

use std::collections::HashMap;

use super::TestTenant;
use crate::control::access::Role;
use crate::foundation::db::Sql;
use crate::foundation::ids::{
    AccountId, ApiKeyId, BackfillId, ChannelId, ConnectionId, DeadLetterId, DeliveryId, ImportId, MemberId, MessageId,
    SignalId,
};

/// For each kind of thing the statement that makes one with the id `$2` in tenant `$1` at `$3`; those below may name
/// those above by a subquery.
const THINGS: [&str; 9] = [
    "INSERT INTO accounts (tenant_id, id, name, created_at, updated_at) VALUES ($1, $2, 'Initech', $3, $3)",
    "INSERT INTO channels (tenant_id, id, slack_team_id, slack_channel_id, name, class, is_external, created_at, updated_at)
     VALUES ($1, $2, 'T0001', 'C0001', 'initech', 'customer', true, $3, $3)",
    "INSERT INTO signals (tenant_id, id, kind, confidence, account_id, channel_id, message_id, message_ts, title, quote,
         key_phrase, evidence, polarity, urgency, sentiment, has_negation, author, recommendation, last_occurrence_at, source,
         detector_version, config_version, posted_at, detected_at, updated_at)
     SELECT $1, $2, 'expansion', 90, a.id, c.id, $2, '1.000001', 'More seats', 'more seats', 'more seats', '[]', 0.5, 0.1,
         'positive', false, '{\"name\": \"Peter\", \"email\": null, \"kind\": \"customer\", \"role\": null, \"company\": null}',
         '{\"action\": \"create_opportunity\", \"label\": \"Create an opportunity\", \"reason\": \"They ask for more\"}',
         $3, 'live', '1', 0, $3, $3, $3
       FROM accounts a, channels c WHERE a.tenant_id = $1 AND c.tenant_id = $1 LIMIT 1",
    "INSERT INTO imports (tenant_id, id, kind, file_name, file_path, state, created_at)
     VALUES ($1, $2, 'slack_export', 'export.zip', 'export.zip', 'done', $3)",
    "INSERT INTO jobs (tenant_id, id, queue, lane, kind, payload, state, run_at, attempts, last_error, failed_at, created_at)
     VALUES ($1, $2, 'ingest', 'lane', 'message', '{}', 'dead', $3, 5, 'It broke.', $3, $3)",
    "INSERT INTO channel_mappings (tenant_id, channel_id, account_id, source, confidence, reason, mapped_at)
     SELECT $1, c.id, a.id, 'manual', 100, 'chosen', $3 FROM accounts a, channels c
      WHERE a.tenant_id = $1 AND c.tenant_id = $1 AND c.id <> $2 LIMIT 1",
    "INSERT INTO connections (tenant_id, id, vendor, name, external_id, created_at, updated_at)
     VALUES ($1, $2, 'salesforce', 'Our org', '00D000000000001', $3, $3)",
    "INSERT INTO deliveries (tenant_id, signal_detected_at, id, signal_id, connection_id, system, record_type, state, reason,
         created_at, updated_at)
     SELECT $1, $3, $2, s.id, c.id, 'salesforce', 'task', 'dead_letter', 'It broke.', $3, $3
       FROM signals s, connections c WHERE s.tenant_id = $1 AND c.tenant_id = $1",
    "INSERT INTO backfills (tenant_id, id, connection_id, reason, state, profile, requested_days, from_at, until_at, created_at)
     SELECT $1, $2, id, 'requested', 'queued', 'throttled', 1, $3, $3, $3 FROM connections WHERE tenant_id = $1 LIMIT 1",
];

impl TestTenant<'_> {
    /// Makes one of each, and answers their ids by the name that the API description has for this kind of id.
    pub async fn one_of_each(&self) -> HashMap<String, String> {
        let (member, _) = self.member(Role::Viewer).await;
        let (account, channel, signal) = (AccountId::generate(), ChannelId::generate(), SignalId::generate());
        let backfill = BackfillId::generate();
        let (import, dead_letter) = (ImportId::generate(), DeadLetterId::generate());
        let (connection, delivery) = (ConnectionId::generate(), DeliveryId::generate());
        let tx = self.begin().await;
        let ids = [
            account.0,
            channel.0,
            signal.0,
            import.0,
            dead_letter.0,
            MessageId::generate().0,
            connection.0,
            delivery.0,
            backfill.0,
        ];
        Sql::new("SELECT ensure_month_partitions($1)")
            .bind(self.now())
            .execute(&tx)
            .await
            .expect("this month");
        for (statement, id) in THINGS.into_iter().zip(ids) {
            let made = Sql::new(statement)
                .bind(self.id)
                .bind(id)
                .bind(self.now())
                .execute(&tx)
                .await;
            assert_eq!(made.expect("the statement suits the schema"), 1, "{statement}");
        }
        let key = crate::control::api_keys::create(&tx, self.now(), "A key", &[], Some(self.owner_id)).await;
        let (key, _) = key.expect("a key");
        tx.commit().await.expect("committed");
        let named = [
            ("AccountId", account.to_string()),
            ("ApiKeyId", ApiKeyId::to_string(&key)),
            ("BackfillId", backfill.to_string()),
            ("ChannelId", channel.to_string()),
            ("ConnectionId", connection.to_string()),
            ("DeadLetterId", dead_letter.to_string()),
            ("DeliveryId", delivery.to_string()),
            ("ImportId", import.to_string()),
            ("MemberId", MemberId::to_string(&member)),
            ("SignalId", signal.to_string()),
        ];
        named.map(|(kind, id)| (kind.to_owned(), id)).into()
    }
}
