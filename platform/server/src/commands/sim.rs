//! `momentum sim`: the simulated vendors and mail server alone.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use momentum_connectors::fakes::{CrmAccountSeed, Fakes, SimConfig, WorkspaceSeed, serve, serve_smtp};
use serde::Deserialize;

use super::demo::generator::Cast;
use super::demo::scenario::Scenario;
use super::demo::seeds;
use super::serve::stop_signal;
use crate::foundation::context::Clock;

/// Options of `sim`.
#[derive(Debug, Args)]
pub struct SimArgs {
    /// Where the simulated vendors are served; 0 lets the system choose.
    #[arg(long)]
    port: u16,
    /// Where the simulated mail server listens; 0 lets the system choose.
    #[arg(long, default_value_t = 0)]
    smtp_port: u16,
    /// Where the simulated Slack posts its events, such as http://127.0.0.1:8080/slack/events.
    #[arg(long, value_name = "URL")]
    events_url: Option<String>,
    /// A JSON file with other Slack workspaces and Salesforce accounts than the demo's: `{"slack_workspaces": […],
    /// "accounts": […]}`, in the shape of the simulator's seeds.
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,
    /// Prints one line of JSON for programs instead: where the vendors are, and what opens them.
    #[arg(long)]
    json: bool,
}

/// What the simulated Slack signs with, unless a demo chose another: nobody's secret.
const SIGNING_SECRET: &str = "fake-slack-signing-secret";
/// The bot's token in the simulated Slack workspace.
const BOT_TOKEN: &str = "xoxb-fake-bot";

/// What the simulated vendors begin with instead of the demo's people and accounts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct World {
    slack_workspaces: Vec<WorkspaceSeed>,
    accounts: Vec<CrmAccountSeed>,
}

impl World {
    fn read(file: &Path) -> anyhow::Result<Self> {
        Ok(serde_json::from_slice(&std::fs::read(file)?)?)
    }
}

/// Serves the fakes, with the people and accounts of the demo, until the process is told to stop.
pub async fn run(args: SimArgs) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, args.port))
        .await
        .with_context(|| format!("port {} is taken; choose another with --port", args.port))?;
    let mail = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, args.smtp_port))
        .await
        .with_context(|| format!("port {} is taken; choose another with --smtp-port", args.smtp_port))?;
    let smtp_url = format!("smtp://{}", mail.local_addr()?);
    let clock = Clock::system();
    let now = clock.now();
    let (scenario, url) = (Scenario::built_in()?, format!("http://{}", listener.local_addr()?));
    let cast = Cast::new(&scenario);
    let mut config = SimConfig::new(&url, Arc::new(move || clock.now()));
    config.events_url = args.events_url;
    config.slack = seeds::slack(&scenario, &cast, SIGNING_SECRET, BOT_TOKEN);
    config.salesforce = seeds::salesforce(&scenario, &cast, now);
    if let Some(file) = &args.world {
        let world = World::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        config.slack.workspaces = world.slack_workspaces;
        config.salesforce.accounts = world.accounts;
    }
    config.hubspot = seeds::hubspot(&config.salesforce);
    if args.json {
        println!("{}", for_programs(&config, &smtp_url));
    } else {
        tell(&config, &smtp_url);
    }
    let fakes = Fakes::new(config).context("the simulator cannot open its memory")?;
    tokio::spawn(serve_smtp(mail, fakes.clone()));
    tokio::select! {
        served = serve(listener, fakes) => served.map(|never| match never {}).context("the simulator stopped"),
        stopped = stop_signal() => stopped.context("the simulator cannot hear the signal to stop"),
    }
}

/// For people: the settings that lead a product to the simulated vendors.
fn tell(config: &SimConfig, smtp_url: &str) {
    println!(
        "Slack:      MOMENTUM_SLACK_API_URL={} MOMENTUM_SLACK_SIGNING_SECRET={SIGNING_SECRET}",
        config.slack_api_url()
    );
    println!("Salesforce: MOMENTUM_SALESFORCE_LOGIN_URL={}", config.salesforce_url());
    println!(
        "HubSpot:    MOMENTUM_HUBSPOT_API_URL={} (client {}, secret {})",
        config.hubspot_url(),
        config.hubspot.client_id,
        config.hubspot.client_secret
    );
    println!("Mail:       MOMENTUM_SMTP_URL={smtp_url} MOMENTUM_SMTP_FROM=momentum@sim.example");
    println!("Write as a customer: {}", config.public_url);
    println!("Mails:               {}/mail", config.public_url);
}

/// For programs: nobody's secrets, which open nothing but this process.
fn for_programs(config: &SimConfig, smtp_url: &str) -> serde_json::Value {
    let team = config
        .slack
        .workspaces
        .first()
        .map(|workspace| workspace.team_id.as_str());
    serde_json::json!({
        "sim_url": config.public_url,
        "smtp_url": smtp_url,
        "slack_team_id": team,
        "slack_signing_secret": config.slack.signing_secret,
        "slack_bot_token": BOT_TOKEN,
        "slack_client_id": config.slack.client_id,
        "slack_client_secret": config.slack.client_secret,
        "salesforce_client_id": config.salesforce.client_id,
        "salesforce_client_secret": config.salesforce.client_secret,
        "hubspot_client_id": config.hubspot.client_id,
        "hubspot_client_secret": config.hubspot.client_secret,
    })
}
