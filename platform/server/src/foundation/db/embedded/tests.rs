//! The private PostgreSQL through its public door. As root these run the server as an unprivileged user.

use super::{BinarySearch, EmbeddedError, EmbeddedOptions, EmbeddedPostgres, server};
use rustix::process::{Signal, kill_process};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbErr};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn directory() -> tempfile::TempDir {
    tempfile::tempdir().expect("a directory")
}

fn options(data_dir: &Path) -> EmbeddedOptions {
    EmbeddedOptions::new(data_dir, BinarySearch::from_environment())
}

async fn owner(postgres: &EmbeddedPostgres) -> DatabaseConnection {
    Database::connect(postgres.owner_url())
        .await
        .expect("the owner can connect")
}

async fn number(connection: &DatabaseConnection, sql: &str) -> i64 {
    let row = connection
        .query_one_raw(sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, sql))
        .await;
    row.expect("the query runs")
        .expect("it has a row")
        .try_get_by_index(0)
        .expect("it is a number")
}

async fn write_row(connection: &DatabaseConnection) -> Result<(), DbErr> {
    connection
        .execute_unprepared("CREATE TABLE IF NOT EXISTS kept (id bigint)")
        .await?;
    connection
        .execute_unprepared("INSERT INTO kept VALUES (7)")
        .await
        .map(drop)
}

#[tokio::test]
async fn committed_rows_outlive_a_stop_a_killed_server_and_a_killed_owner() {
    let data = directory();
    let postgres = EmbeddedPostgres::start(&options(data.path()))
        .await
        .expect("first start");
    let home = postgres.home.root.clone();
    write_row(&owner(&postgres).await).await.expect("a row");
    postgres.stop().await.expect("stop");
    assert!(
        server::running(&home.join("cluster")).is_none(),
        "no process is left after stop"
    );

    let postgres = EmbeddedPostgres::start(&options(data.path()))
        .await
        .expect("second start");
    let connection = owner(&postgres).await;
    write_row(&connection).await.expect("a second row");
    let pid = server::running(&home.join("cluster")).expect("it runs");
    kill_process(pid, Signal::KILL).expect("the server is killed");
    // The keeper sees the death and starts the server again; nobody else does anything.
    let restarted = async {
        loop {
            if let Ok(connection) = Database::connect(postgres.owner_url()).await
                && server::running(&home.join("cluster")).is_some_and(|now| now != pid)
            {
                return connection;
            }
        }
    };
    let connection = tokio::time::timeout(std::time::Duration::from_secs(60), restarted)
        .await
        .expect("it came back");
    assert_eq!(number(&connection, "SELECT count(*) FROM kept").await, 2);

    connection.close().await.expect("close");
    postgres.stop().await.expect("stop");

    // What a killed owner leaves behind: a lock that is free and a server that still runs.
    EmbeddedPostgres::share(&options(data.path()))
        .await
        .expect("a server that nobody owns");
    let orphan = server::running(&home.join("cluster")).expect("it runs");
    let postgres = EmbeddedPostgres::start(&options(data.path()))
        .await
        .expect("start beside the orphan");
    assert_ne!(
        server::running(&home.join("cluster")),
        Some(orphan),
        "the orphan was ended first"
    );
    assert_eq!(number(&owner(&postgres).await, "SELECT count(*) FROM kept").await, 2);
    postgres.stop().await.expect("stop");
}

#[tokio::test]
async fn the_application_role_owns_nothing_and_cannot_pass_row_level_security() {
    let data = directory();
    let postgres = EmbeddedPostgres::start(&options(data.path())).await.expect("start");
    let app = Database::connect(postgres.app_url())
        .await
        .expect("the application can connect");
    let rights = "SELECT (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)::int::bigint FROM pg_roles \
                  WHERE rolname = current_user";
    assert_eq!(number(&app, rights).await, 0);
    let member = "SELECT pg_has_role(current_user, 'momentum_owner', 'member')::int::bigint";
    assert_eq!(number(&app, member).await, 0);
    assert!(
        app.execute_unprepared("CREATE TABLE mine (id int)").await.is_err(),
        "it creates no tables"
    );
    let can_hand_over = "SELECT pg_has_role('momentum_owner', 'momentum_dispatch', 'member')::int::bigint";
    assert_eq!(number(&app, can_hand_over).await, 1);
    for (setting, wanted) in [("fsync", "on"), ("synchronous_commit", "on"), ("data_checksums", "on")] {
        let holds = format!("SELECT (current_setting('{setting}') = '{wanted}')::int::bigint");
        assert_eq!(number(&app, &holds).await, 1, "{setting} is {wanted}");
    }
    postgres.stop().await.expect("stop");
}

#[tokio::test]
async fn a_second_process_is_told_who_uses_the_directory() {
    let data = directory();
    let postgres = EmbeddedPostgres::start(&options(data.path())).await.expect("start");
    let second = EmbeddedPostgres::start(&options(data.path()))
        .await
        .expect_err("the directory is taken");
    assert!(matches!(&second, EmbeddedError::InUse { holder, .. } if *holder == std::process::id().to_string()));
    postgres.stop().await.expect("stop");
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_uses_the_loopback_with_passwords() {
    let data = directory();
    let long = data.path().join("d".repeat(100));
    let postgres = EmbeddedPostgres::start(&options(&long)).await.expect("start");
    let url = postgres.app_url();
    assert!(url.contains("@127.0.0.1:"), "it listens on the loopback");
    Database::connect(&url).await.expect("the password opens it");
    let password = url.split([':', '@']).nth(2).expect("a password").to_owned();
    assert!(
        Database::connect(url.replace(&password, "wrong")).await.is_err(),
        "another password does not"
    );
    postgres.stop().await.expect("stop");
}

#[tokio::test]
async fn an_interrupted_first_start_begins_anew_and_removal_leaves_nothing() {
    let data = directory();
    let postgres = EmbeddedPostgres::start(&options(data.path())).await.expect("start");
    let home = postgres.home.root.clone();
    postgres.stop().await.expect("stop");
    std::fs::remove_file(home.join("complete")).expect("as if interrupted");
    let postgres = EmbeddedPostgres::start(&options(data.path()))
        .await
        .expect("start over");
    assert!(owner(&postgres).await.ping().await.is_ok());
    postgres.stop().await.expect("stop");
    EmbeddedPostgres::remove(data.path()).expect("remove");
    assert!(!home.exists());
}

#[tokio::test]
async fn a_recorded_process_id_that_now_belongs_to_something_else_does_not_block_the_start() {
    let data = directory();
    let postgres = EmbeddedPostgres::start(&options(data.path())).await.expect("start");
    let pid_file = postgres.home.cluster.join("postmaster.pid");
    let recorded = std::fs::read_to_string(&pid_file).expect("it runs");
    postgres.stop().await.expect("stop");
    let (_, rest) = recorded.split_once('\n').expect("several lines");
    std::fs::write(&pid_file, format!("{}\n{rest}", std::process::id())).expect("as after a crash of the machine");
    let postgres = EmbeddedPostgres::start(&options(data.path())).await.expect("start");
    postgres.stop().await.expect("stop");
}

#[tokio::test]
async fn missing_programs_are_named_with_what_to_do() {
    let data = directory();
    let search = BinarySearch {
        pg_bin: Some(data.path().join("nothing")),
        ..BinarySearch::default()
    };
    let error = EmbeddedPostgres::start(&EmbeddedOptions::new(data.path(), search))
        .await
        .expect_err("no programs");
    let text = error.to_string();
    assert!(
        text.contains("nothing") && text.contains("MOMENTUM_PG_BIN") && text.contains("apt-get"),
        "{text}"
    );
}

#[tokio::test]
async fn a_data_directory_that_only_its_owner_can_enter_serves_as_well() {
    let closed = directory();
    std::fs::set_permissions(closed.path(), Permissions::from_mode(0o700)).expect("it is ours");
    let data = closed.path().join("data");
    let postgres = EmbeddedPostgres::start(&options(&data)).await.expect("start");
    assert!(owner(&postgres).await.ping().await.is_ok());
    postgres.stop().await.expect("stop");
    EmbeddedPostgres::remove(&data).expect("remove");
    let again = EmbeddedPostgres::start(&options(&data)).await.expect("start anew");
    again.stop().await.expect("stop");
    EmbeddedPostgres::remove(&data).expect("remove");
}
