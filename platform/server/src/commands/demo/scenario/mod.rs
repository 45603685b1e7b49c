//! The scenario as data: who there is, what the planted stories say, and the grammar of everyday chatter.
//!
//! Everything a writer may want to change lies in the files beside this one; this module only reads them. They are compiled into the
//! binary, so a mistake in them is a programming error that the tests of this module catch.

mod line;

use std::collections::BTreeMap;

use anyhow::Context;
use momentum_connectors::fakes::WorkspaceSeed;
use serde::Deserialize;

pub use line::{Line, Speaker};

const COMPANY: &str = include_str!("company.toml");
const ACCOUNTS: &str = include_str!("accounts.toml");
const NEWCOMER: &str = include_str!("newcomer.toml");
const SLOTS: &str = include_str!("chatter/slots.toml");

const STORIES: &[(&str, &str)] = &[
    ("acme", include_str!("stories/acme.toml")),
    ("bluepeak", include_str!("stories/bluepeak.toml")),
    ("growthco", include_str!("stories/growthco.toml")),
    ("harborline", include_str!("stories/harborline.toml")),
    ("internal", include_str!("stories/internal.toml")),
    ("kestrel", include_str!("stories/kestrel.toml")),
    ("meridian", include_str!("stories/meridian.toml")),
    ("smaller", include_str!("stories/smaller.toml")),
    ("sunridge", include_str!("stories/sunridge.toml")),
    ("techflow", include_str!("stories/techflow.toml")),
    ("traps", include_str!("stories/traps.toml")),
];

const CHATTER: &[(&str, &str)] = &[
    ("customer", include_str!("chatter/customer.chat")),
    ("deploys", include_str!("chatter/deploys.chat")),
    ("engineering", include_str!("chatter/engineering.chat")),
    ("escalations", include_str!("chatter/escalations.chat")),
    ("feedback", include_str!("chatter/feedback.chat")),
    ("general", include_str!("chatter/general.chat")),
    ("pulse", include_str!("chatter/pulse.chat")),
    ("random", include_str!("chatter/random.chat")),
    ("sales", include_str!("chatter/sales.chat")),
    ("success", include_str!("chatter/success.chat")),
    ("support", include_str!("chatter/support.chat")),
];

/// Everything the generator works from.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The tenant, its people and its own channels.
    pub company: Company,
    /// Its customers.
    pub accounts: Vec<Account>,
    /// A Slack workspace that nobody has connected yet.
    pub newcomer: WorkspaceSeed,
    /// The planted conversations.
    pub scenes: Vec<Scene>,
    /// Conversation templates by file name.
    pub chatter: BTreeMap<&'static str, Vec<Dialog>>,
    /// The words for `{slot}`.
    pub slots: BTreeMap<String, Vec<String>>,
}

/// The tenant.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Company {
    /// Its name.
    pub name: String,
    /// Its Slack workspace's id.
    pub slack_team_id: String,
    /// The first label of its Slack address.
    pub slack_domain: String,
    /// The part of its e-mail addresses after the `@`.
    pub email_domain: String,
    /// Where its day begins, in hours east of Greenwich.
    pub utc_offset_hours: i64,
    /// Its people.
    pub staff: Vec<Staff>,
    /// Its programs that write into Slack.
    #[serde(rename = "bot")]
    pub bots: Vec<Bot>,
    /// Its own channels; those with customers come from the accounts.
    #[serde(rename = "channel")]
    pub channels: Vec<HouseChannel>,
}

/// A colleague.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staff {
    /// How the scenario names the person.
    pub handle: String,
    /// Full name.
    pub name: String,
    /// Job title.
    pub title: String,
    /// The team, which decides the roles of the chatter the person can play.
    pub team: String,
    /// The role in Momentum; none for people who only write in Slack.
    pub login: Option<String>,
}

/// A program that writes into Slack.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bot {
    /// How the scenario names it.
    pub handle: String,
    /// The name it shows.
    pub name: String,
}

/// A channel without customers in it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HouseChannel {
    /// Its name without `#`.
    pub name: String,
    /// The file of conversations that fills it.
    pub chatter: String,
    /// How many conversations start in a week.
    pub per_week: f64,
    /// The teams in it; `all` for everybody.
    pub members: Vec<String>,
    /// Private channels are listed in `groups.json`.
    #[serde(default)]
    pub private: bool,
}

/// A customer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// How the scenario names it.
    pub key: String,
    /// Its name in the CRM.
    pub name: String,
    /// Its web address.
    pub website: String,
    /// Its trade.
    pub industry: String,
    /// Annual recurring revenue in whole currency units.
    pub arr: i64,
    /// Days from the making of the demo to the end of the contract.
    pub renewal_in_days: i64,
    /// What it pays for.
    pub plan: String,
    /// Handle of the account executive.
    pub owner: String,
    /// Handle of the customer success manager.
    pub csm: String,
    /// Name of the shared channel.
    pub channel: String,
    /// How its people got into the channel.
    pub sharing: Sharing,
    /// Its own Slack workspace, for Slack Connect.
    pub slack_team_id: Option<String>,
    /// How many conversations start in a week.
    pub per_week: f64,
    /// How many small true signals it gives in a week.
    #[serde(default = "usual_pulse")]
    pub pulse_per_week: f64,
    /// `(day, factor)`: how lively the channel is from that day on.
    pub activity: Vec<(i64, f64)>,
    /// Whether the channel is private.
    #[serde(default)]
    pub private: bool,
    /// Whether its story ends badly: its bad news stays open.
    #[serde(default)]
    pub ends_badly: bool,
    /// Whether the CRM knows it.
    #[serde(default = "yes")]
    pub in_crm: bool,
    /// Its people.
    pub contacts: Vec<Contact>,
}

fn usual_pulse() -> f64 {
    0.32
}

fn yes() -> bool {
    true
}

/// How a customer's people take part in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sharing {
    /// Slack Connect: they belong to another Slack workspace.
    Connect,
    /// They are guests in ours.
    Guest,
}

/// A person at a customer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// How the scenario names the person.
    pub handle: String,
    /// Full name.
    pub name: String,
    /// Job title.
    pub title: String,
    /// The first day on which the person writes.
    #[serde(default = "always_from")]
    pub from: i64,
    /// The last day on which the person writes.
    #[serde(default)]
    pub until: i64,
    /// Writes in the stories only.
    #[serde(default)]
    pub quiet: bool,
}

fn always_from() -> i64 {
    i64::MIN
}

/// A planted conversation.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The file it stands in.
    pub story: &'static str,
    /// Name of the channel.
    pub channel: String,
    /// When it begins.
    pub when: When,
    /// Why it looks like a signal and is none.
    pub trap: Option<String>,
    /// What is said.
    pub dialog: Dialog,
}

/// When a scene begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// On a day counted from today, at a time of the tenant's day. Weekends move to the nearest working day.
    Day {
        /// Days from today; negative.
        day: i64,
        /// Minutes after midnight.
        minute: i64,
    },
    /// So many minutes before the demo was made.
    Ago {
        /// Minutes before now.
        minutes: i64,
    },
}

/// A conversation, planted or a template.
#[derive(Debug, Clone)]
pub struct Dialog {
    /// Its lines; at least one.
    pub lines: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StoryFile {
    channel: Option<String>,
    scene: Vec<SceneEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SceneEntry {
    channel: Option<String>,
    day: Option<i64>,
    at: Option<String>,
    ago: Option<String>,
    trap: Option<String>,
    lines: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountsFile {
    account: Vec<Account>,
}

impl Scenario {
    /// Reads the scenario that is built in.
    ///
    /// # Errors
    /// When a file does not parse; the error names it. The tests make sure that this does not happen.
    pub fn built_in() -> anyhow::Result<Self> {
        let mut scenes = Vec::new();
        for &(story, text) in STORIES {
            read_story(story, text, &mut scenes).with_context(|| format!("the story {story}"))?;
        }
        let mut chatter = BTreeMap::new();
        for &(name, text) in CHATTER {
            chatter.insert(name, read_chatter(text).with_context(|| format!("the chatter {name}"))?);
        }
        Ok(Self {
            company: toml::from_str(COMPANY).context("company.toml")?,
            accounts: toml::from_str::<AccountsFile>(ACCOUNTS)
                .context("accounts.toml")?
                .account,
            newcomer: toml::from_str(NEWCOMER).context("newcomer.toml")?,
            scenes,
            chatter,
            slots: toml::from_str(SLOTS).context("slots.toml")?,
        })
    }
}

fn read_story(story: &'static str, text: &str, scenes: &mut Vec<Scene>) -> anyhow::Result<()> {
    let file: StoryFile = toml::from_str(text)?;
    for entry in file.scene {
        let first = entry.lines.first().cloned().unwrap_or_default();
        let read = || {
            let when = match (entry.day, &entry.at, &entry.ago) {
                (Some(day), Some(at), None) => When::Day {
                    day,
                    minute: line::minutes_of_day(at)?,
                },
                (None, None, Some(ago)) => When::Ago {
                    minutes: line::minutes(ago)?,
                },
                _ => anyhow::bail!("a scene has either `day` and `at`, or `ago`"),
            };
            let channel = entry
                .channel
                .clone()
                .or_else(|| file.channel.clone())
                .context("no channel")?;
            let lines = entry
                .lines
                .iter()
                .map(|text| text.parse())
                .collect::<anyhow::Result<Vec<Line>>>()?;
            anyhow::ensure!(!lines.is_empty(), "a scene without lines");
            Ok(Scene {
                story,
                channel,
                when,
                trap: entry.trap.clone(),
                dialog: Dialog { lines },
            })
        };
        scenes.push(read().with_context(|| format!("the scene that begins `{first}`"))?);
    }
    Ok(())
}

/// Blocks of lines, parted by empty lines; `#` begins a comment.
fn read_chatter(text: &str) -> anyhow::Result<Vec<Dialog>> {
    let mut dialogs = Vec::new();
    let mut lines: Vec<Line> = Vec::new();
    for row in text.lines().chain([""]) {
        if row.starts_with('#') {
            continue;
        }
        if row.trim().is_empty() {
            if !lines.is_empty() {
                dialogs.push(Dialog {
                    lines: std::mem::take(&mut lines),
                });
            }
            continue;
        }
        lines.push(row.parse().with_context(|| format!("the line `{row}`"))?);
    }
    Ok(dialogs)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_built_in_scenario_reads_and_every_name_in_it_exists() {
        let scenario = Scenario::built_in().unwrap();
        let people: BTreeSet<&str> = (scenario.company.staff.iter().map(|s| s.handle.as_str()))
            .chain(scenario.company.bots.iter().map(|b| b.handle.as_str()))
            .chain(
                scenario
                    .accounts
                    .iter()
                    .flat_map(|a| a.contacts.iter().map(|c| c.handle.as_str())),
            )
            .collect();
        let channels: BTreeSet<&str> = (scenario.company.channels.iter().map(|c| c.name.as_str()))
            .chain(scenario.accounts.iter().map(|a| a.channel.as_str()))
            .collect();
        for scene in &scenario.scenes {
            assert!(
                channels.contains(scene.channel.as_str()),
                "{}: no channel {}",
                scene.story,
                scene.channel
            );
            for line in &scene.dialog.lines {
                let Speaker::Role(handle) = &line.speaker else {
                    panic!("bots do not play in stories")
                };
                assert!(
                    people.contains(handle.as_str()),
                    "{}: nobody is called {handle}",
                    scene.story
                );
            }
        }
        for account in &scenario.accounts {
            assert!(
                people.contains(account.owner.as_str()) && people.contains(account.csm.as_str()),
                "{}",
                account.key
            );
        }
        for channel in &scenario.company.channels {
            assert!(
                scenario.chatter.contains_key(channel.chatter.as_str()),
                "{}",
                channel.chatter
            );
        }
    }

    #[test]
    fn the_chatter_has_more_than_four_hundred_different_lines_of_its_own() {
        let scenario = Scenario::built_in().unwrap();
        let lines: BTreeSet<&str> = (scenario.chatter.values().flatten())
            .flat_map(|dialog| dialog.lines.iter().map(|line| line.text.as_str()))
            .filter(|text| text.len() > 12)
            .collect();
        assert!(lines.len() > 400, "{}", lines.len());
    }
}
