//! `momentum demo`: the whole product with a made-up tenant in one process.
//!
//! The tenant is made through the product's own doors: its accounts come from the (simulated) CRM, its half year of messages from a Slack
//! export, the last hours' messages as signed events of the (simulated) Slack. No signal is inserted by hand. A second start finds what
//! the first one made; every step may be cut off by a kill and is taken up by the next start.

mod export;
pub mod generator;
mod history;
mod past;
mod plant;
pub mod scenario;
pub mod seeds;
mod state;

#[cfg(test)]
mod export_tests;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use momentum_connectors::fakes::{Fakes, SimConfig, serve, serve_smtp};
use serde_json::json;

use super::serve::{self as serving, ProcessRole, stop_signal};
use crate::app::App;
use crate::control::identity::{LinkKind, create_link, find_user};
use crate::foundation::config::{Environment, Settings};
use crate::foundation::context::Clock;
use crate::foundation::db::SystemPath;
use crate::foundation::telemetry;
use generator::World;
use state::DemoState;

/// Options of `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Where the page is served; 0 lets the system choose.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Where the demo keeps its data.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Deletes what an earlier demo left and starts over.
    #[arg(long)]
    reset: bool,
    /// Prints one line of JSON when ready, for programs.
    #[arg(long)]
    json: bool,
}

/// The variables of the environment that concern a demo. Everything else, such as another database, is for `serve`.
const VARIABLES: [&str; 5] = [
    "HOME",
    "XDG_DATA_HOME",
    "MOMENTUM_DATA_DIR",
    "MOMENTUM_LOG",
    "MOMENTUM_PG_BIN",
];

/// Runs the demo until it is told to stop.
pub async fn run(args: DemoArgs, environment: &Environment) -> anyhow::Result<()> {
    let clock = Clock::system();
    let folder = data_dir(&args, environment)?;
    if args.reset {
        DemoState::remove(&folder)?;
    }
    let mut state = DemoState::open(&folder, clock.now())?;
    let world = World::new(state.seed, state.made_at)?;

    let port =
        free_port(args.port).with_context(|| format!("port {} is taken; choose another with --port", args.port))?;
    let sim_port = (state
        .sim_port
        .into_iter()
        .chain([port.wrapping_add(1), 0])
        .find_map(|port| free_port(port).ok()))
    .context("no port is free for the simulator")?;
    state.sim_port = Some(sim_port);
    state.save()?;
    let fakes = start_sim(&world, &state, sim_port, &clock).await?;
    let smtp_port = start_mail_server(&fakes).await?;
    let settings = settings(environment, &folder, (port, smtp_port), fakes.config())?;
    let _telemetry = telemetry::start(&settings)?;
    let running = serving::start(settings, clock, ProcessRole::All).await?;
    let base_url = running.app.core.settings.base_url();
    fakes.set_events_url(format!("{base_url}/slack/events"));

    tokio::select! {
        made = make(&running.app, &fakes, &world, &mut state) => {
            made?;
            greet(&running.app, &world, &state, fakes.config(), args.json).await?;
            stop_signal().await?;
        }
        stopped = stop_signal() => stopped?,
    }
    running.stop().await
}

/// Everything that is not there yet.
async fn make(app: &App, fakes: &Arc<Fakes>, world: &World, state: &mut DemoState) -> anyhow::Result<()> {
    let sim = fakes.config();
    plant::tenant(app, world, state).await?;
    plant::api_key(app, state).await?;
    let crm = plant::connect(app, world, state, sim).await?;
    plant::accounts(app, state, crm).await?;
    history::begin_import(app, world, state).await?;
    if !state.is_live_sent {
        history::tell_slack(fakes, world)?;
    }
    history::finish_import(app, state).await?;
    if !state.is_live_sent {
        plant::map_channels(app, world, state).await?;
    }
    history::send_live(fakes, world, state).await?;
    past::settle(app, world, state).await
}

async fn greet(app: &App, world: &World, state: &DemoState, sim: &SimConfig, as_json: bool) -> anyhow::Result<()> {
    let base_url = app.core.settings.base_url();
    let people = world
        .cast
        .people
        .iter()
        .filter_map(|person| Some((person.email.as_ref()?, person.login.as_ref()?)));
    if as_json {
        let users: Vec<_> = people
            .map(|(email, role)| json!({ "email": email, "password": state.password, "role": role }))
            .collect();
        let line = json!({
            "base_url": base_url, "sim_url": sim.public_url, "slack_team_id": world.scenario.company.slack_team_id,
            "slack_signing_secret": state.signing_secret, "users": users, "api_key": state.api_key,
        });
        println!("{line}");
        return Ok(());
    }
    let owner = world
        .cast
        .people
        .first()
        .and_then(|person| person.email.clone())
        .context("the demo has no owner")?;
    let user = find_user(app.core.db.system(SystemPath::SignIn), &owner)
        .await?
        .context("the demo's owner is gone")?;
    let tx = app.core.db.tenant(state.tenant_id).begin().await?;
    let link = create_link(&tx, app.core.clock.now(), user.id, LinkKind::Reusable, &base_url).await?;
    tx.commit().await?;
    println!("\n  {} is ready.\n", world.scenario.company.name);
    println!("  Open it, signed in:  {link}\n");
    println!("  Write as a customer: {}", sim.public_url);
    println!("  Mails that it sends: {}/mail", sim.public_url);
    println!("  Everybody's password is {}", state.password);
    for (email, role) in people {
        println!("    {role:<8} {email}");
    }
    println!("\n  Ctrl-C stops it; the next start goes on from here, --reset starts over.\n");
    Ok(())
}

fn data_dir(args: &DemoArgs, environment: &Environment) -> anyhow::Result<PathBuf> {
    match &args.data_dir {
        Some(folder) => std::path::absolute(folder).context("the data directory's path cannot be used"),
        None => Ok(Settings::load(None, &chosen(environment))?.data_dir.join("demo")),
    }
}

fn chosen(environment: &Environment) -> Environment {
    VARIABLES
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), environment.get(name)?.to_owned())))
        .collect()
}

fn settings(
    environment: &Environment,
    folder: &std::path::Path,
    (port, smtp_port): (u16, u16),
    sim: &SimConfig,
) -> anyhow::Result<Settings> {
    let chosen = chosen(environment);
    let kept = VARIABLES
        .iter()
        .filter_map(|name| Some((*name, chosen.get(name)?.to_owned())));
    let own = [
        ("MOMENTUM_BIND", format!("127.0.0.1:{port}")),
        ("MOMENTUM_BASE_URL", format!("http://127.0.0.1:{port}")),
        ("MOMENTUM_DATA_DIR", folder.display().to_string()),
        ("MOMENTUM_SMTP_URL", format!("smtp://127.0.0.1:{smtp_port}")),
        ("MOMENTUM_SMTP_FROM", "Momentum <momentum@demo.example>".to_owned()),
        ("MOMENTUM_SLACK_API_URL", sim.slack_api_url()),
        ("MOMENTUM_SLACK_SIGNING_SECRET", sim.slack.signing_secret.clone()),
        ("MOMENTUM_SLACK_CLIENT_ID", sim.slack.client_id.clone()),
        ("MOMENTUM_SLACK_CLIENT_SECRET", sim.slack.client_secret.clone()),
        ("MOMENTUM_SALESFORCE_LOGIN_URL", sim.salesforce_url()),
        ("MOMENTUM_SALESFORCE_CLIENT_ID", sim.salesforce.client_id.clone()),
        (
            "MOMENTUM_SALESFORCE_CLIENT_SECRET",
            sim.salesforce.client_secret.clone(),
        ),
        ("MOMENTUM_HUBSPOT_API_URL", sim.hubspot_url()),
        ("MOMENTUM_HUBSPOT_LOGIN_URL", sim.hubspot_url()),
        ("MOMENTUM_HUBSPOT_CLIENT_ID", sim.hubspot.client_id.clone()),
        ("MOMENTUM_HUBSPOT_CLIENT_SECRET", sim.hubspot.client_secret.clone()),
    ];
    // A demo is looked at by people: only what needs somebody is written to the console.
    let quiet = (environment.get("MOMENTUM_LOG").is_none()).then(|| ("MOMENTUM_LOG", "warn".to_owned()));
    let variables = kept
        .chain(quiet)
        .chain(own)
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    Ok(Settings::load(None, &variables)?)
}

async fn start_sim(world: &World, state: &DemoState, port: u16, clock: &Clock) -> anyhow::Result<Arc<Fakes>> {
    let clock = clock.clone();
    let mut config = SimConfig::new(format!("http://127.0.0.1:{port}"), Arc::new(move || clock.now()));
    config.seed = state.seed;
    config.state_dir = Some(state.sim_folder());
    config.slack = seeds::slack(&world.scenario, &world.cast, &state.signing_secret, &state.bot_token);
    config.salesforce = seeds::salesforce(&world.scenario, &world.cast, state.made_at);
    config.hubspot = seeds::hubspot(&config.salesforce);
    let fakes = Fakes::new(config).context("the simulator cannot open its memory")?;
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .context("the simulator cannot listen")?;
    tokio::spawn(serve(listener, fakes.clone()));
    Ok(fakes)
}

/// The mail server of the simulator, at any free port. Its mails are on the simulator's page.
async fn start_mail_server(fakes: &Arc<Fakes>) -> anyhow::Result<u16> {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .context("the simulated mail server cannot listen")?;
    let port = listener.local_addr()?.port();
    tokio::spawn(serve_smtp(listener, fakes.clone()));
    Ok(port)
}

/// This port, or any when it is 0, if it is free now.
fn free_port(port: u16) -> std::io::Result<u16> {
    TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?
        .local_addr()
        .map(|address| address.port())
}
