//! Imports through the job queue and a real database.

use std::sync::Arc;

use futures_util::stream;
use serde_json::{Value, json};

use super::import::ImportHandler;
use super::tests::{text, zip};
use crate::foundation::context::Clock;
use crate::foundation::db::{Sql, TenantDb};
use crate::foundation::ids::{ImportId, TenantId};
use crate::foundation::jobs::{Worker, WorkerOptions};
use crate::history::imports::{self, Checkpoint, Import, ImportState, Progress, Spool};
use crate::pipeline::Pipeline;
use crate::pipeline::ingest::message::{IncomingAuthor, IncomingMessage, Source};
use crate::pipeline::ingest::partitions::Partitions;
use crate::testing::TestDb;

struct Scene {
    _db: TestDb,
    tenant: TenantDb,
    clock: Clock,
    pipeline: Pipeline,
    worker: Worker,
    spool: Spool,
    _folder: tempfile::TempDir,
}

impl Scene {
    async fn new() -> Self {
        let db = TestDb::new().await;
        let clock = Clock::fixed("2031-03-10T12:00:00Z".parse().unwrap());
        let tenant = db.database().tenant(TenantId::generate());
        let tx = tenant.begin().await.unwrap();
        Sql::new("INSERT INTO tenants (tenant_id, name, created_at) VALUES ($1, 'Northwind', $2)")
            .bind(tx.tenant_id())
            .bind(clock.now())
            .execute(&tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let pipeline = Pipeline::new(clock.clone());
        let partitions = Arc::new(Partitions::default());
        let handler = ImportHandler::new(db.database().clone(), clock.clone(), pipeline.clone(), partitions);
        let worker = Worker::new(
            db.database().clone(),
            clock.clone(),
            WorkerOptions::default(),
            vec![Arc::new(handler)],
        );
        let folder = tempfile::tempdir().unwrap();
        Self {
            tenant,
            clock,
            pipeline,
            worker,
            spool: Spool::new(folder.path(), 1 << 20),
            _folder: folder,
            _db: db,
        }
    }

    async fn accept(&self, export: Vec<u8>) -> ImportId {
        let body = stream::iter([Ok::<_, std::io::Error>(export.into())]);
        let file = self.spool.keep(body).await.unwrap();
        let tx = self.tenant.begin().await.unwrap();
        imports::begin(&tx, &file, "northwind.zip", None, self.clock.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        file.id
    }

    async fn import(&self, export: Vec<u8>) -> Import {
        let id = self.accept(export).await;
        self.worker.drain().await.unwrap();
        self.find(id).await
    }

    async fn find(&self, id: ImportId) -> Import {
        let tx = self.tenant.begin().await.unwrap();
        imports::find(&tx, id).await.unwrap().unwrap()
    }

    async fn count(&self, sql: &str) -> i64 {
        let tx = self.tenant.begin().await.unwrap();
        Sql::new(format!("SELECT count(*) AS value FROM {sql}"))
            .scalar(&tx)
            .await
            .unwrap()
            .unwrap()
    }
}

fn message(minute: u32, user: &str, words: &str) -> Value {
    json!({ "type": "message", "user": user, "text": words, "ts": format!("19299{minute:05}.000100") })
}

fn an_export() -> Vec<u8> {
    let users = json!([
        { "id": "U1", "team_id": "T1", "real_name": "Sofia Reyes" },
        { "id": "U3", "team_id": "T9", "is_stranger": true, "real_name": "Maya Torres" },
    ]);
    let channels = json!([{ "id": "C1", "name": "customer-acme", "members": ["U1", "U3"] }, { "id": "C2", "name": "general", "members": ["U1"] }]);
    zip(&[
        ("users.json", text(&users)),
        ("channels.json", text(&channels)),
        (
            "customer-acme/2031-02-26.json",
            text(&json!([message(
                10,
                "U3",
                "We're running out of capacity on our current plan"
            )])),
        ),
        (
            "customer-acme/2031-02-27.json",
            text(&json!([message(20, "U1", "thanks, looking into it"), { "subtype": "channel_join" }])),
        ),
        ("general/2031-02-27.json", text(&json!([message(30, "U1", "lunch?")]))),
    ])
}

#[tokio::test]
async fn an_export_becomes_history_that_writes_nothing_to_the_crm() {
    let scene = Scene::new().await;
    let import = scene.import(an_export()).await;
    assert_eq!((import.state, import.error.as_deref()), (ImportState::Done, None));
    assert_eq!((import.channels_total, import.channels_done), (2, 2));
    assert_eq!(
        (
            import.messages_total,
            import.messages_done,
            import.skipped,
            import.signals_found
        ),
        (4, 4, 1, 1)
    );
    assert_eq!(scene.count("messages WHERE source = 'import'").await, 3);
    assert_eq!(
        scene
            .count("messages WHERE author_kind = 'customer' AND author_name = 'Maya Torres'")
            .await,
        1
    );
    assert_eq!(
        scene
            .count("channels WHERE name = 'customer-acme' AND class = 'customer' AND is_external")
            .await,
        1
    );
    assert_eq!(
        scene
            .count("signals WHERE kind = 'expansion' AND source = 'import'")
            .await,
        1
    );
    assert_eq!(
        scene
            .count("deliveries WHERE state <> 'suppressed' OR reason <> 'history'")
            .await,
        0
    );
    assert_eq!(scene.count("jobs").await, 0);
    assert!(!std::path::Path::new(&import.file_path).exists(), "the file is removed");
}

#[tokio::test]
async fn importing_again_changes_nothing() {
    let scene = Scene::new().await;
    scene.import(an_export()).await;
    let again = scene.import(an_export()).await;
    assert_eq!(
        (again.state, again.messages_done, again.signals_found),
        (ImportState::Done, 4, 0)
    );
    assert_eq!(
        (
            scene.count("messages").await,
            scene.count("signals").await,
            scene.count("detections WHERE suppressed_reason IS NULL").await
        ),
        (3, 1, 1)
    );
}

#[tokio::test]
async fn a_message_that_came_live_and_its_imported_copy_are_one() {
    let scene = Scene::new().await;
    let ts = "1929900010.000100";
    let live = IncomingMessage {
        slack_team_id: "T1".into(),
        slack_channel_id: "C1".into(),
        ts: ts.into(),
        posted_at: momentum_connectors::slack::event::ts_to_time(ts).unwrap(),
        thread_ts: None,
        author: IncomingAuthor {
            slack_user_id: Some("U3".into()),
            name: None,
            team_id: Some("T9".into()),
            is_bot: false,
        },
        text: "We're running out of capacity on our current plan".into(),
        is_broadcast: false,
        is_external_channel: true,
        change_ts: None,
        source: Source::Live,
    };
    Partitions::default()
        .ensure(scene._db.database(), [live.posted_at, scene.clock.now()])
        .await
        .unwrap();
    let tx = scene.tenant.begin().await.unwrap();
    scene.pipeline.take_in(&tx, vec![live]).await.unwrap();
    tx.commit().await.unwrap();
    scene.import(an_export()).await;
    assert_eq!((scene.count("messages").await, scene.count("signals").await), (3, 1));
    assert_eq!(scene.count("messages WHERE source = 'live'").await, 1);
    assert_eq!(
        scene.count("channels WHERE name = 'customer-acme'").await,
        1,
        "the export tells the name"
    );
}

#[tokio::test]
async fn an_interrupted_import_goes_on_where_it_was() {
    let scene = Scene::new().await;
    let id = scene.accept(an_export()).await;
    let tx = scene.tenant.begin().await.unwrap();
    let checkpoint = Checkpoint {
        channel: "customer-acme".into(),
        day: "2031-02-26".parse().unwrap(),
    };
    let progress = Progress {
        messages: 1,
        checkpoint: Some(checkpoint),
        ..Progress::default()
    };
    imports::record_progress(&tx, id, &progress, scene.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    scene.worker.drain().await.unwrap();
    let import = scene.find(id).await;
    assert_eq!(
        (import.state, import.messages_total, import.messages_done),
        (ImportState::Done, 4, 4)
    );
    assert_eq!(
        scene.count("messages").await,
        2,
        "what the checkpoint covers is not read again"
    );
}

#[tokio::test]
async fn a_file_that_is_no_export_fails_with_the_reason_and_stores_nothing() {
    let scene = Scene::new().await;
    let damaged = zip(&[
        ("users.json", text(&json!([{ "id": "U1", "team_id": "T1" }]))),
        ("channels.json", text(&json!([{ "id": "C1", "name": "general" }]))),
        ("general/2031-02-26.json", text(&json!([message(1, "U1", "hello")]))),
        ("general/2031-02-27.json", b"[{".to_vec()),
    ]);
    for (file, reason) in [
        (damaged, "general/2031-02-27.json"),
        (b"%PDF-1.7".to_vec(), "not a readable ZIP"),
    ] {
        let import = scene.import(file).await;
        assert_eq!(import.state, ImportState::Failed);
        assert!(
            import.error.as_deref().unwrap_or_default().contains(reason),
            "{:?}",
            import.error
        );
    }
    assert_eq!((scene.count("messages").await, scene.count("jobs").await), (0, 0));
}

#[tokio::test]
async fn an_upload_above_the_limit_leaves_nothing_behind() {
    let scene = Scene::new().await;
    let chunks = (0..3).map(|_| Ok::<_, std::io::Error>(vec![0u8; 600 << 10].into()));
    assert!(scene.spool.keep(stream::iter(chunks)).await.is_err());
    let cut_off = [Ok(vec![1u8].into()), Err(std::io::Error::other("gone"))];
    assert!(scene.spool.keep(stream::iter(cut_off)).await.is_err());
    let left = std::fs::read_dir(scene._folder.path().join("imports")).unwrap().count();
    assert_eq!(left, 0);
}
