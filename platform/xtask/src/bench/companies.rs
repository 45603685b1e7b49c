//! Companies that sign up, connect Slack and Salesforce by OAuth and are ready for their customers' messages: all of it
//! through the public door, in a world made for the measurement.

use crate::chaos::Store;
use crate::process::{Process, pause};
use crate::simulator::Simulator;
use crate::slack::{Sender, Voice};
use crate::test;
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The customers' own Slack workspace.
const CUSTOMERS: &str = "T0CUSTOMERS";
/// How long the import and the mapping of the channels may take.
const READY_WITHIN: Duration = Duration::from_secs(180);

/// A company and how many channels it shares with customers, one for each account.
pub struct Company {
    pub name: String,
    pub channels: usize,
}

impl Company {
    pub fn new(name: String, channels: usize) -> Self {
        Self { name, channels }
    }

    fn team(&self) -> String {
        format!("T0{}", self.name.to_uppercase())
    }

    fn account(&self, number: usize) -> String {
        format!("{} {number}", self.name)
    }

    /// The customer's person in each of its channels.
    pub fn voices(&self) -> Vec<Voice> {
        (0..self.channels).map(|number| self.voice(number)).collect()
    }

    fn voice(&self, number: usize) -> Voice {
        let id = format!("0{}{number:05}", self.name.to_uppercase());
        Voice {
            channel: format!("C{id}"),
            user: format!("U{id}"),
            user_team: CUSTOMERS.to_owned(),
        }
    }

    fn slack_workspace(&self) -> Value {
        let (bot, people) = (format!("U0BOT{}", self.team()), self.voices());
        let channel = |(number, voice): (usize, &Voice)| {
            json!({
                "id": voice.channel, "name": format!("customer-{}-{number}", self.name.to_lowercase()),
                "shared_with": [CUSTOMERS], "members": [voice.user, bot],
            })
        };
        let user = |(number, voice): (usize, &Voice)| {
            json!({
                "id": voice.user, "name": format!("Customer {number}"), "email": "", "external_team_id": CUSTOMERS,
            })
        };
        json!({
            "team_id": self.team(), "name": self.name, "bot_user_id": bot, "bot_id": format!("B0{}", self.team()),
            "users": people.iter().enumerate().map(user).collect::<Vec<_>>(),
            "channels": people.iter().enumerate().map(channel).collect::<Vec<_>>(),
        })
    }
}

/// A running product with its simulated vendors.
pub struct Site {
    pub base_url: String,
    secret: String,
    _server: Process,
    vendors: Simulator,
}

impl Site {
    /// Starts the vendors with these companies' Slack workspaces and accounts, and the product on an empty directory.
    pub fn start(binary: &Path, data_dir: &Path, companies: &[&Company]) -> Result<Self> {
        let world = data_dir.with_extension("json");
        let accounts = companies.iter().flat_map(|company| {
            let account = |number| json!({ "name": company.account(number) });
            (0..company.channels).map(account)
        });
        let workspaces: Vec<Value> = companies.iter().map(|company| company.slack_workspace()).collect();
        let world_is = json!({ "slack_workspaces": workspaces, "accounts": accounts.collect::<Vec<_>>() });
        fs::write(&world, world_is.to_string())?;
        let vendors = Simulator::start(binary, &["--world", &world.to_string_lossy()])?;
        let port = test::free_port()?;
        let base_url = format!("http://127.0.0.1:{port}");
        let sim_url = vendors.told("sim_url")?;
        let mut command = Command::new(binary);
        command
            .arg("serve")
            .env("MOMENTUM_BIND", format!("127.0.0.1:{port}"))
            .env("MOMENTUM_BASE_URL", &base_url)
            .env("MOMENTUM_DATA_DIR", data_dir)
            .env("MOMENTUM_SLACK_API_URL", format!("{sim_url}/slack/api/"))
            .env("MOMENTUM_SALESFORCE_LOGIN_URL", format!("{sim_url}/salesforce"));
        for name in [
            "slack_client_id",
            "slack_client_secret",
            "slack_signing_secret",
            "salesforce_client_id",
            "salesforce_client_secret",
        ] {
            command.env(format!("MOMENTUM_{}", name.to_uppercase()), vendors.told(name)?);
        }
        let log = fs::File::create(data_dir.with_extension("log"))?;
        let mut server = Process::spawn(command.stdout(Stdio::null()).stderr(log))?;
        server.await_answer(&format!("{base_url}/readyz"), Duration::from_secs(60))?;
        Ok(Self {
            base_url,
            secret: vendors.told("slack_signing_secret")?.to_owned(),
            _server: server,
            vendors,
        })
    }

    /// From now on each of the vendors' answers takes so long.
    pub fn slow_vendors_down(&self, by: Duration) -> Result<()> {
        let url = format!("{}/control/faults", self.vendors.told("sim_url")?);
        for vendor in ["slack", "salesforce"] {
            let slow =
                json!({ "vendor": vendor, "kind": "slow", "delay_ms": by.as_millis() as u64, "times": u32::MAX });
            ureq::post(&url).send_json(slow)?;
        }
        Ok(())
    }

    /// Posts events as the company's Slack workspace.
    pub fn sender(&self, company: &Company) -> Sender {
        Sender::of(&self.base_url, &self.secret, &company.team())
    }

    /// The company signs up and connects both vendors; then each channel gets its account. Answers its tenant's id.
    pub fn welcome(&self, company: &Company, store: &mut Store) -> Result<String> {
        let admin = Admin::sign_up(&self.base_url, &company.name)?;
        admin.allow("/slack/oauth/start", &company.team())?;
        admin.allow("/oauth/salesforce/start", "")?;
        let mapped = format!(
            "SELECT count(*) FROM channel_mappings WHERE tenant_id = '{}'",
            admin.tenant
        );
        let (began, wanted) = (Instant::now(), company.channels as i64);
        loop {
            let found = store.number(&mapped)?;
            if found == wanted {
                break;
            }
            ensure!(
                began.elapsed() < READY_WITHIN,
                "after {} s, {found} of {wanted} channels have an account",
                READY_WITHIN.as_secs(),
            );
            pause(Duration::from_millis(250));
        }
        Ok(admin.tenant)
    }
}

/// A signed-in person.
struct Admin<'a> {
    agent: ureq::Agent,
    base_url: &'a str,
    tenant: String,
}

impl<'a> Admin<'a> {
    fn sign_up(base_url: &'a str, company: &str) -> Result<Self> {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(30)))
            .max_redirects(0)
            .http_status_as_error(false)
            .build()
            .into();
        let person = json!({
            "company_name": company, "name": "Ada Lindqvist", "email": format!("ada@{}.example", company.to_lowercase()),
            "password": "correct horse battery staple",
        });
        let mut answer = agent.post(format!("{base_url}/api/v1/signup")).send_json(person)?;
        let me: Value = answer.body_mut().read_json()?;
        // The public id is the stored one after a prefix.
        let tenant = me["tenant"]["id"].as_str().and_then(|id| id.strip_prefix("ten_"));
        let tenant = tenant.with_context(|| format!("{company} could not sign up: {me}"))?;
        Ok(Self {
            agent,
            base_url,
            tenant: tenant.to_owned(),
        })
    }

    /// Goes to the vendor, allows, and comes home, as a browser does.
    fn allow(&self, start: &str, team: &str) -> Result<()> {
        let page = self.redirected(&format!("{}{start}", self.base_url))?;
        let home = self.redirected(&format!("{page}&allow=1&team={team}"))?;
        let end = self.redirected(&home)?;
        ensure!(end.contains("connected="), "{start} did not connect: {end}");
        Ok(())
    }

    fn redirected(&self, url: &str) -> Result<String> {
        let mut answer = self.agent.get(url).call()?;
        let Some(to) = answer.headers().get("location") else {
            bail!(
                "{url} answered {}: {}",
                answer.status(),
                answer.body_mut().read_to_string()?
            );
        };
        Ok(to.to_str()?.to_owned())
    }
}
