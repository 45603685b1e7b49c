use crate::pipeline::ingest::{Accepted, Inbox, InboxOptions, Intake, Refusal, Spool, SpoolOptions, Spooled};

use super::stage::{ACME, JANE, Stage, envelope, message};

fn options(folder: &std::path::Path) -> SpoolOptions {
    SpoolOptions {
        capacity: 4_000,
        ..SpoolOptions::in_folder(folder.to_owned())
    }
}

#[tokio::test]
async fn while_the_database_is_away_events_wait_on_disk_and_survive_the_process() {
    let stage = Stage::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let database = stage.app.db.database().clone();
    let secret = stage.app.app.core.settings.slack.signing_secret.clone();
    let away = {
        let closed =
            crate::foundation::db::Database::connect(&stage.app.db.url(crate::foundation::db::embedded::Role::App), 1)
                .await
                .expect("a pool");
        closed.close().await.expect("closed");
        closed
    };
    let spool = Spool::open(options(folder.path())).await.expect("a spool");
    let inbox = Inbox::start(&away, InboxOptions::default());
    let intake = Intake::new(away, secret.clone(), inbox, spool.clone());
    let body = envelope(&message(ACME, JANE, "We need more seats.", &stage.ts(5)));
    let at = stage.now().timestamp();
    let signature = momentum_connectors::slack::signature::sign(secret.as_ref().expect("a secret"), at, &body);
    let timestamp = at.to_string();
    let mut accepted = 0;
    loop {
        let proof = crate::pipeline::ingest::Proof {
            timestamp: &timestamp,
            signature: &signature,
        };
        match intake
            .accept(body.clone().into(), "application/json", proof, stage.now())
            .await
        {
            Ok(Accepted::Durable) => accepted += 1,
            Err(Refusal::NoRoom(_)) => break,
            other => panic!("{other:?}"),
        }
    }
    assert!(accepted >= 3, "only {accepted} events fit");
    assert!(intake.empty_spool().await.is_err(), "the database is still away");

    // Another process finds what this one left, cut off in the middle of a line that was never answered.
    let file = spool.waiting_files().await.expect("the files").remove(0);
    let mut text = std::fs::read_to_string(&file).expect("the file");
    text.push_str("{\"body\":\"{\\\"type");
    std::fs::write(&file, text).expect("written");
    let spool = Spool::open(options(folder.path())).await.expect("a spool");
    let inbox = Inbox::start(&database, InboxOptions::default());
    let intake = Intake::new(database, secret, inbox, spool.clone());
    assert_eq!(intake.empty_spool().await.expect("the database is back"), accepted);
    assert_eq!(spool.waiting(), 0);
    stage.work().await;
    assert_eq!(stage.count("messages").await, 1);
    assert_eq!(stage.count("signals WHERE kind = 'expansion'").await, 1);
}

#[tokio::test]
async fn a_full_spool_says_so_and_takes_more_once_it_was_emptied() {
    let folder = tempfile::tempdir().expect("a folder");
    let spool = Spool::open(options(folder.path())).await.expect("a spool");
    let event = Spooled {
        body: "x".repeat(1_500),
        received_at: chrono::DateTime::UNIX_EPOCH,
    };
    spool.append(&event).await.expect("room for one");
    spool.append(&event).await.expect("room for two");
    assert!(spool.append(&event).await.is_err());
    for file in spool.waiting_files().await.expect("the files") {
        assert_eq!(spool.read(&file).await.expect("readable").len(), 2);
        spool.remove(&file).await.expect("removed");
    }
    spool.append(&event).await.expect("room again");
}
