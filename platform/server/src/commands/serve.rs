//! `momentum serve`

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{HttpServer, web};
use anyhow::Context;
use clap::{Args, ValueEnum};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::database::{OpenDatabase, open_database};
use crate::app::App;
use crate::foundation::Core;
use crate::foundation::config::Settings;
use crate::foundation::context::Clock;
use crate::foundation::telemetry;

/// How long requests in flight may take to end after the signal to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Options of `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// What this process does.
    #[arg(long, value_enum, default_value_t = ProcessRole::All)]
    role: ProcessRole,
}

/// What a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProcessRole {
    /// Requests and background work.
    All,
    /// Requests only.
    Http,
    /// Background work only, with the probes.
    Worker,
}

/// A server that runs until it is stopped.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its services.
    pub app: App,
    http: ServerHandle,
    serving: JoinHandle<std::io::Result<()>>,
    working: Vec<JoinHandle<()>>,
    shutdown: watch::Sender<bool>,
    database: OpenDatabase,
}

/// Serves until the process is told to stop.
pub async fn run(settings: Settings, args: ServeArgs) -> anyhow::Result<()> {
    let running = start(settings, Clock::system(), args.role).await?;
    if running.app.mailer.is_none() {
        eprintln!("No mail server is set (MOMENTUM_SMTP_URL): digests and alerts go by Slack alone.");
    }
    tracing::info!(http.address = %running.address, process.role = ?args.role, "Momentum is serving.");
    stop_signal().await?;
    tracing::info!("Momentum is stopping.");
    running.stop().await
}

/// Opens the database and begins to serve and to work.
///
/// # Errors
/// Says what is wrong and what to do.
pub async fn start(mut settings: Settings, clock: Clock, role: ProcessRole) -> anyhow::Result<Running> {
    let listener = std::net::TcpListener::bind(settings.bind).with_context(|| {
        format!(
            "cannot listen on {}; is another server running? Set MOMENTUM_BIND",
            settings.bind
        )
    })?;
    let address = listener.local_addr()?;
    settings = settings.with_bind(address);
    let database = open_database(&settings).await?;
    let core = Core {
        db: database.database.clone(),
        clock,
        settings: Arc::new(settings),
        sealer: database.sealer.clone(),
    };
    let app = App::new(core.clone()).await?;
    let (shutdown, stopped) = watch::channel(false);
    let working = match role {
        ProcessRole::Http => vec![],
        ProcessRole::All | ProcessRole::Worker => app.work(&stopped),
    };
    let http = match role {
        ProcessRole::All | ProcessRole::Http => {
            let app = app.clone();
            HttpServer::new(move || app.http())
                .listen(listener)?
                .disable_signals()
                .shutdown_timeout(GRACE.as_secs())
                .run()
        }
        ProcessRole::Worker => {
            let probes = move || {
                actix_web::App::new()
                    .app_data(web::Data::new(core.clone()))
                    .configure(telemetry::routes)
            };
            HttpServer::new(probes)
                .listen(listener)?
                .workers(1)
                .disable_signals()
                .run()
        }
    };
    let handle = http.handle();
    Ok(Running {
        address,
        app,
        http: handle,
        serving: tokio::spawn(http),
        working,
        shutdown,
        database,
    })
}

impl Running {
    /// Takes no more requests, ends what was begun, and stops the database.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.shutdown.send_replace(true);
        self.http.stop(true).await;
        self.serving.await.context("the HTTP server broke")??;
        for worker in self.working {
            worker.await.context("a worker broke")?;
        }
        self.database.stop().await
    }
}

/// Waits for Ctrl-C or the signal to terminate.
pub(super) async fn stop_signal() -> std::io::Result<()> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
