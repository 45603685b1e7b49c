//! `momentum doctor`

use anyhow::bail;
use clap::Args;
use secrecy::ExposeSecret;

use super::database::{check_role, check_schema};
use crate::foundation::config::{ConfigError, Settings};
use crate::foundation::context::{Clock, new_uuid};
use crate::foundation::crypto::MasterKey;
use crate::foundation::db::Database;
use crate::foundation::db::embedded::{BinarySearch, EmbeddedOptions, EmbeddedPostgres};
use crate::foundation::mail::{Email, MailError, Mailer};

/// Options of `doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Send a test mail to this address.
    #[arg(long, value_name = "ADDRESS")]
    mail: Option<String>,
}

/// Checks what `serve` will need and prints one line each: what is well, what is not, and what to do.
pub async fn run(args: &DoctorArgs, settings: Result<Settings, ConfigError>) -> anyhow::Result<()> {
    let mut report = Report::default();
    match settings {
        Ok(settings) => {
            report.good("settings", "readable and complete");
            check(&settings, args, &mut report).await;
        }
        Err(error) => report.bad("settings", &error.to_string()),
    }
    match report.problems {
        0 => Ok(()),
        1 => bail!("one thing needs attention"),
        many => bail!("{many} things need attention"),
    }
}

async fn check(settings: &Settings, args: &DoctorArgs, report: &mut Report) {
    match &settings.master_key {
        Some(key) => report.result("master key", "usable", MasterKey::from_base64(key).map(drop)),
        None => report.good("master key", "kept in the data directory"),
    }
    match &settings.database.url {
        Some(url) => external(url.expose_secret(), report).await,
        None => embedded(settings, report).await,
    }
    match std::net::TcpListener::bind(settings.bind) {
        Ok(_) => report.good("address", &format!("{} is free", settings.bind)),
        Err(error) => report.bad("address", &format!("{}: {error}. Set MOMENTUM_BIND.", settings.bind)),
    }
    mail(settings, args.mail.as_deref(), report).await;
    let vendors = [
        (
            "Slack",
            settings.slack.client_id.is_some(),
            "MOMENTUM_SLACK_CLIENT_ID, _CLIENT_SECRET and _SIGNING_SECRET",
        ),
        (
            "Salesforce",
            settings.salesforce.client_id.is_some(),
            "MOMENTUM_SALESFORCE_CLIENT_ID and _CLIENT_SECRET",
        ),
        (
            "HubSpot",
            settings.hubspot.client_id.is_some(),
            "MOMENTUM_HUBSPOT_CLIENT_ID and _CLIENT_SECRET",
        ),
    ];
    for (vendor, is_set, names) in vendors {
        let text = if is_set {
            "its app is set".to_owned()
        } else {
            format!("not set; set {names} to connect it")
        };
        report.good(vendor, &text);
    }
}

/// Greets the mail server as every mail would, and sends one if somebody wants it.
async fn mail(settings: &Settings, to: Option<&str>, report: &mut Report) {
    match (Mailer::from_settings(settings), to) {
        (Ok(None), Some(_)) => report.bad(
            "mail",
            "no server is set, so nothing can be mailed; set MOMENTUM_SMTP_URL and MOMENTUM_SMTP_FROM",
        ),
        (Ok(None), None) => report.good(
            "mail",
            "no server is set, so nothing is mailed; set MOMENTUM_SMTP_URL and MOMENTUM_SMTP_FROM",
        ),
        (Ok(Some(mailer)), None) => {
            report.result("mail", "the server answers and lets Momentum in", mailer.check().await);
        }
        (Ok(Some(mailer)), Some(to)) => report.result("mail", "the server took the test mail", test(&mailer, to).await),
        (Err(error), _) => report.bad("mail", &error.to_string()),
    }
}

/// Sends the mail; at the console a refusal is told in the server's own words.
async fn test(mailer: &Mailer, to: &str) -> Result<(), String> {
    let email = Email {
        id: format!("doctor_{}", new_uuid().simple()),
        to_name: String::new(),
        to_address: to.to_owned(),
        subject: "A test from Momentum – it works".to_owned(),
        text: "Momentum can send mail. Nobody has to answer this.\n".to_owned(),
        html: "<p>Momentum can send mail. Nobody has to answer this.</p>".to_owned(),
        unsubscribe_url: None,
    };
    let sent = mailer.send(&email, Clock::system().now()).await;
    sent.map_err(|error| match &error {
        MailError::AddressRefused { words } | MailError::MailRefused { words, .. } => format!("{error}: {words}"),
        MailError::Away { .. } | MailError::Settings { .. } => error.to_string(),
    })
}

async fn external(url: &str, report: &mut Report) {
    match Database::connect(url, 2).await {
        Ok(database) => {
            report.result(
                "database role",
                "cannot pass by row-level security",
                check_role(&database).await,
            );
            report.result("database schema", "current", check_schema(&database).await);
        }
        Err(error) => report.bad("database", &format!("MOMENTUM_DATABASE_URL: {error}")),
    }
}

/// In a directory of its own: the data directory may be in use.
async fn embedded(settings: &Settings, report: &mut Report) {
    let mut search = BinarySearch::from_environment();
    if settings.pg_bin.is_some() {
        search.pg_bin.clone_from(&settings.pg_bin);
    }
    let tried = match tempfile::tempdir() {
        Ok(dir) => match EmbeddedPostgres::start(&EmbeddedOptions::new(dir.path(), search)).await {
            Ok(postgres) => {
                let version = postgres.major_version();
                postgres.stop().await.map(|()| version).map_err(anyhow::Error::from)
            }
            Err(error) => Err(error.into()),
        },
        Err(error) => Err(error.into()),
    };
    match tried {
        Ok(version) => report.good("private database", &format!("PostgreSQL {version} starts and stops")),
        Err(error) => report.bad("private database", &format!("{error:#}")),
    }
}

#[derive(Default)]
struct Report {
    problems: usize,
}

impl Report {
    fn good(&self, what: &str, text: &str) {
        println!("ok    {what}: {text}");
    }

    fn bad(&mut self, what: &str, text: &str) {
        self.problems += 1;
        println!("PROBLEM {what}: {text}");
    }

    fn result<E: std::fmt::Display>(&mut self, what: &str, well: &str, result: Result<(), E>) {
        match result {
            Ok(()) => self.good(what, well),
            Err(error) => self.bad(what, &format!("{error:#}")),
        }
    }
}
