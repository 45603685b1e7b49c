//! What a dump of the database and a log of a full run must not hold.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex};

use momentum_connectors::fakes::{Fault, FaultKind};
use pretty_assertions::assert_eq;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::prelude::*;
use tracing_subscriber::{EnvFilter, fmt};

use super::{Story, TROUBLE, fault};
use crate::testing::{PASSWORD, location};

/// Everything secret of a full story: vendors connected, customers' messages, tasks, a sign-in, an API key.
async fn secrets(story: &Story) -> Vec<(String, String)> {
    story.everybody_says(TROUBLE).await;
    story.work().await;
    assert!(story.tasks().await > 0, "something was delivered");
    story.connect("/oauth/hubspot/start").await;
    let mut secrets = vec![("the password".to_owned(), PASSWORD.to_owned())];
    let sign_in = json!({ "email": story.owner_email, "password": PASSWORD });
    let signed_in = story.app.anonymous().post("/api/v1/session", sign_in).await;
    let cookie = signed_in
        .headers
        .get("set-cookie")
        .and_then(|value| value.to_str().ok())
        .expect("a cookie")
        .to_owned();
    let session = cookie.split(['=', ';']).nth(1).expect("a session").to_owned();
    secrets.push(("a session".to_owned(), session));
    let key = json!({ "name": "A program", "scopes": ["signals:read"] });
    let key = story.owner.post("/api/v1/api-keys", key).await.expect(201);
    secrets.push(("an API key".to_owned(), key["key"].as_str().expect("a key").to_owned()));
    let invited = json!({ "email": "new@northwind.example", "name": "New", "role": "rep" });
    let invited = story.owner.post("/api/v1/members", invited).await;
    if let Some(link) = invited.body["link"].as_str() {
        secrets.push((
            "a sign-in link".to_owned(),
            link.rsplit('/').next().unwrap_or_default().to_owned(),
        ));
    }
    // An installation that is under way.
    let page = location(&story.owner.get("/oauth/salesforce/start").await);
    let state = page
        .split("state=")
        .nth(1)
        .and_then(|rest| rest.split('&').next())
        .expect("a state");
    secrets.push(("a state".to_owned(), state.to_owned()));
    let settings = &story.app.app.core.settings;
    let set = [
        &settings.hubspot.client_secret,
        &settings.slack.client_secret,
        &settings.slack.signing_secret,
        &settings.salesforce.client_secret,
    ];
    for secret in set.into_iter().flatten() {
        secrets.push(("a secret of the settings".to_owned(), secret.expose_secret().to_owned()));
    }
    let db = story.app.db.database().tenant(story.tenant);
    for vendor in ["slack", "salesforce", "hubspot"] {
        let id = story.connection(vendor).await["id"].as_str().expect("an id").to_owned();
        let tx = db.begin().await.expect("a transaction");
        let sealed = crate::foundation::db::Sql::new(
            "SELECT c.sealed AS value FROM credentials AS c JOIN connections AS n ON n.tenant_id = c.tenant_id AND n.id = c.connection_id
              WHERE n.tenant_id = $1 AND n.vendor = $2",
        );
        let sealed: Vec<u8> = sealed
            .bind(story.tenant)
            .bind(vendor)
            .scalar(&tx)
            .await
            .expect("rows")
            .expect("a credential");
        let opened = story
            .app
            .app
            .core
            .sealer
            .open(&tx, &format!("credential of {id}"), &sealed)
            .await;
        let opened: Value = serde_json::from_str(opened.expect("it opens").expose_secret()).expect("JSON");
        for field in ["access_token", "refresh_token"] {
            if let Some(token) = opened[field].as_str() {
                secrets.push((format!("{vendor}'s {field}"), token.to_owned()));
            }
        }
    }
    secrets
}

/// Every row of every table as text, as a dump would hold it.
async fn dump(superuser: &DatabaseConnection) -> Vec<(String, String)> {
    let rows = async |sql: String| {
        let statement = Statement::from_string(sea_orm::DbBackend::Postgres, sql);
        let rows = superuser.query_all_raw(statement).await.expect("the database answers");
        rows.into_iter()
            .map(|row| row.try_get::<String>("", "value").expect("a text"))
            .collect::<Vec<_>>()
    };
    let tables =
        "SELECT relname::text AS value FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'";
    let mut dump = Vec::new();
    for table in rows(tables.to_owned()).await {
        let text = rows(format!("SELECT t::text AS value FROM public.\"{table}\" AS t"))
            .await
            .join("\n");
        dump.push((table, text));
    }
    dump
}

/// Which secrets stand in which tables, as text or as bytes.
fn found(dump: &[(String, String)], secrets: &[(String, String)]) -> Vec<String> {
    let mut found = Vec::new();
    for (table, text) in dump {
        for (name, secret) in secrets {
            if text.contains(secret.as_str()) || text.contains(&hex::encode(secret)) {
                found.push(format!("{name} in {table}"));
            }
        }
    }
    found
}

#[actix_web::test]
async fn a_dump_of_the_database_holds_no_secret_in_the_clear() {
    let story = Story::begin().await;
    let secrets = secrets(&story).await;
    assert!(secrets.len() >= 9, "{}", secrets.len());
    let superuser = story.app.db.superuser().await;
    let clean = dump(&superuser).await;
    assert!(
        clean.iter().any(|(_, text)| text.contains("Acme Corp")),
        "the dump holds rows of tenants"
    );
    assert_eq!(found(&clean, &secrets), Vec::<String>::new());

    // The search finds what is there: one secret as text, one as bytes.
    let (text, bytes) = (&secrets[1].1, &secrets[2].1);
    superuser
        .execute_unprepared(&format!(
            "UPDATE connections SET status_reason = 'was {text}' WHERE vendor = 'slack'"
        ))
        .await
        .expect("planted");
    superuser
        .execute_unprepared(&format!(
            "UPDATE tenant_keys SET wrapped_key = convert_to('{bytes}', 'UTF8')"
        ))
        .await
        .expect("planted");
    let planted = found(&dump(&superuser).await, &secrets);
    assert_eq!(planted.len(), 2, "{planted:?}");
    superuser.close().await.expect("closed");
}

/// A log that is kept in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic before").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("no panic before")).into_owned()
    }
}

/// The lines of each part of the program, by its name.
fn by_target(log: &str) -> Vec<(String, String)> {
    let mut parts: BTreeMap<String, String> = BTreeMap::new();
    for line in log.lines() {
        let parsed: Value = serde_json::from_str(line).expect("a line is JSON");
        let target = parsed["target"].as_str().unwrap_or_default().to_owned();
        parts.entry(target).or_default().push_str(line);
    }
    parts.into_iter().collect()
}

#[actix_web::test]
async fn a_log_of_a_full_run_holds_no_message_no_token_and_no_address() {
    let log = Log::default();
    let lines = fmt::layer().json().with_writer(log.clone());
    let subscriber = tracing_subscriber::registry().with(EnvFilter::new("debug")).with(lines);
    let _capturing = tracing::subscriber::set_default(subscriber);
    let story = Story::begin().await;
    // A vendor's refusal may repeat what we sent.
    for kind in [400, 503] {
        story.vendors.fakes.add_fault(Fault {
            status: Some(kind),
            code: Some("STRING_TOO_LONG".to_owned()),
            message: Some(format!(
                "Call_Summary__c: data value too large: {TROUBLE} (jane@acme.example)"
            )),
            ..fault(FaultKind::Status, "/sobjects/Task", 1)
        });
    }
    let secrets = secrets(&story).await;
    // A refused installation, a refused sign-in and a refused event are logged as well.
    story.owner.get("/slack/oauth/callback?code=x&state=y").await;
    let wrong = json!({ "email": story.owner_email, "password": "not the password" });
    story.app.anonymous().post("/api/v1/session", wrong).await;
    story
        .app
        .anonymous()
        .post("/slack/events", json!({ "text": TROUBLE }))
        .await;

    let text = log.text();
    assert!(text.lines().count() > 20, "{} lines", text.lines().count());
    assert!(text.contains("a job became a dead letter"), "{text}");
    assert!(
        text.contains("A connection was made."),
        "the product's own lines are in it"
    );
    let mut forbidden = secrets;
    forbidden.push(("a message".to_owned(), TROUBLE.to_owned()));
    forbidden.push((
        "a part of a message".to_owned(),
        "our whole team has been blocked".to_owned(),
    ));
    for address in [
        story.owner_email.as_str(),
        "jane@acme.example",
        "rita@northwind.example",
        "new@northwind.example",
    ] {
        forbidden.push(("an address".to_owned(), address.to_owned()));
    }
    assert_eq!(found(&by_target(&text), &forbidden), Vec::<String>::new());

    // The search finds what is logged.
    tracing::debug!(person.email = story.owner_email.as_str(), "Planted.");
    let planted = found(&by_target(&log.text()), &forbidden);
    assert_eq!(planted, [format!("an address in {}", module_path!())]);
}
