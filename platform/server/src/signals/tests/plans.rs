//! How PostgreSQL answers the feed when there are many signals.

use chrono::TimeDelta;
use sea_orm::ConnectionTrait;

use crate::control::access::{Role, Visibility};
use crate::foundation::db::Sql;
use crate::foundation::http::{List, OrNone, PageSize};
use crate::foundation::ids::{AccountId, MemberId};
use crate::signals::SignalStatus;
use crate::signals::counts::count_sql;
use crate::signals::filter::SignalFilter;
use crate::signals::store::{Sort, page_sql};
use crate::testing::{Seed, SignalSeed, TestApp, TestTenant};

#[actix_web::test]
async fn pages_and_counts_over_ten_thousand_signals_use_their_indexes() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Acme").await;
    let (rep, _) = tenant.member(Role::Rep).await;
    let now = app.clock.now();
    let account = fill(&app, &tenant, Some(rep)).await;
    // A tenant is never alone in a table, and reading a table from end to end is right for whom half of it belongs to.
    for other in ["Globex", "Initech", "Umbrella"] {
        fill(&app, &app.tenant(other).await, None).await;
    }
    let superuser = app.db.superuser().await;
    superuser
        .execute_unprepared("ANALYZE signals")
        .await
        .expect("statistics");

    let tx = tenant.begin().await;
    let (open, of_account, handled) = (
        SignalFilter::default(),
        SignalFilter {
            account_id: List(vec![OrNone::Some(account)]),
            ..SignalFilter::default()
        },
        SignalFilter {
            since: Some(now - TimeDelta::days(7)),
            status: List(vec![SignalStatus::Handled, SignalStatus::Open]),
            ..SignalFilter::default()
        },
    );
    let size = PageSize::default();
    let rows = [
        (
            "open, newest",
            page_sql(&tx, &open, Visibility::All, Sort::Newest, None, size, now),
        ),
        (
            "open, surest",
            page_sql(&tx, &open, Visibility::All, Sort::Confidence, None, size, now),
        ),
        (
            "a rep's",
            page_sql(&tx, &open, Visibility::AssignedTo(rep), Sort::Newest, None, size, now),
        ),
        (
            "an account's",
            page_sql(&tx, &of_account, Visibility::All, Sort::Newest, None, size, now),
        ),
        (
            "handled, a week",
            page_sql(&tx, &handled, Visibility::All, Sort::Newest, None, size, now),
        ),
        ("counts", count_sql(&tx, &open, Visibility::All, 80, now)),
        (
            "counts of a week",
            count_sql(&tx, &handled, Visibility::AssignedTo(rep), 80, now),
        ),
    ];
    for (name, sql) in rows {
        let plan = sql.plan(&tx).await.expect("a plan");
        assert!(!plan.contains("Seq Scan on signals"), "{name}:\n{plan}");
        assert!(
            plan.contains("using signals_") || plan.contains("on signals_"),
            "{name}:\n{plan}"
        );
    }
}

/// Ten thousand signals of one account over five weeks, a tenth of them open.
async fn fill(app: &TestApp, tenant: &TestTenant<'_>, owner: Option<MemberId>) -> AccountId {
    let seed = Seed::begin(tenant, app.clock.now()).await;
    let account = seed.account("Acme", owner).await;
    let channel = seed.channel("acme").await;
    let one = SignalSeed {
        account: Some(account),
        ..SignalSeed::default()
    };
    seed.signal(channel, one).await;
    let columns = "kind, account_id, channel_id, message_id, message_ts, title, quote, key_phrase, evidence, polarity, urgency, \
        sentiment, has_negation, author, recommendation, source, detector_version, config_version, detected_at, updated_at";
    Sql::new(format!(
        "INSERT INTO signals (tenant_id, id, status, confidence, posted_at, last_occurrence_at, {columns})
         SELECT tenant_id, gen_random_uuid(), CASE WHEN n % 10 = 0 THEN 'open' ELSE 'handled' END, 50 + n % 50, \
            posted_at - n * interval '5 minutes', posted_at, {columns}
           FROM signals, generate_series(1, 9999) AS n WHERE tenant_id = $1"
    ))
    .bind(tenant.id)
    .execute(seed.tx())
    .await
    .expect("many signals");
    seed.done().await;
    account
}
