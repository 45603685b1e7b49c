//! Who and what is in an export: its people, its channels, and the days on which something was said in each.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Read;

use chrono::NaiveDate;
use momentum_engine::message::{ChannelKind, SenderKind};
use serde_json::Value;

use super::archive::{Archive, shortened};
use super::error::ExportError;
use crate::pipeline::ingest::message::without_nul;

/// What an export holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalogue {
    /// The Slack workspace that it is of.
    pub slack_team_id: String,
    /// Everybody listed.
    pub people: Vec<ExportedPerson>,
    /// Public and private channels, by name; direct messages are left out, for people's own are never read.
    pub channels: Vec<ExportedChannel>,
}

/// Somebody in `users.json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedPerson {
    /// Slack's user id.
    pub slack_user_id: String,
    /// The best name there is.
    pub name: String,
    /// The e-mail address, where Slack gave it.
    pub email: Option<String>,
    /// The job title.
    pub title: Option<String>,
    /// The person's own Slack workspace.
    pub home_team_id: Option<String>,
    /// What the person is to the tenant.
    pub kind: SenderKind,
    /// A guest in the tenant's Slack workspace.
    pub is_guest: bool,
    /// Of another company (Slack Connect).
    pub is_stranger: bool,
}

/// A channel with its days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedChannel {
    /// Slack's channel id.
    pub slack_channel_id: String,
    /// Its name without `#`, which is the name of its folder too.
    pub name: String,
    /// Whether only members see it.
    pub is_private: bool,
    /// Whether it is closed.
    pub is_archived: bool,
    /// Whether people of another company are in it.
    pub is_external: bool,
    /// What its name says that it is for.
    pub kind: ChannelKind,
    /// The days that have a file, oldest first.
    pub days: Vec<NaiveDate>,
}

impl Catalogue {
    /// Reads the lists of an export. `connected` is the tenant's Slack workspace, if it has connected one.
    pub fn read(archive: &mut Archive, connected: Option<&str>) -> Result<Self, ExportError> {
        let mut listed = list(archive, "users.json")?;
        if !archive.has("users.json") {
            // Exports of an Enterprise Grid.
            listed = list(archive, "org_users.json")?;
        }
        let slack_team_id = whose(&listed, connected)?;
        let people: Vec<ExportedPerson> = listed.iter().filter_map(|user| person(user, &slack_team_id)).collect();
        let strangers: BTreeSet<&str> = people
            .iter()
            .filter(|person| person.is_stranger)
            .map(|person| person.slack_user_id.as_str())
            .collect();
        let mut days = days_by_folder(archive);
        let mut channels = BTreeMap::new();
        if !archive.has("channels.json") && !archive.has("groups.json") {
            return Err(ExportError::NoChannels);
        }
        for (file, is_private) in [("channels.json", false), ("groups.json", true)] {
            for listed in list(archive, file)? {
                if let Some(channel) = channel(&listed, is_private, &strangers, &mut days) {
                    channels.insert(channel.name.clone(), channel);
                }
            }
        }
        Ok(Self {
            slack_team_id,
            people,
            channels: channels.into_values().collect(),
        })
    }
}

/// One of the lists at the top; an absent one is empty.
fn list(archive: &mut Archive, name: &str) -> Result<Vec<Value>, ExportError> {
    let unreadable = |reason: String| ExportError::Unreadable {
        entry: name.to_owned(),
        reason,
    };
    let Some(mut file) = archive.read(name)? else {
        return Ok(Vec::new());
    };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)
        .map_err(|error| unreadable(error.to_string()))?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| unreadable(format!("it is not UTF-8 from byte {} on", error.valid_up_to())))?;
    serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| unreadable(error.to_string()))
}

fn text(value: &Value, pointer: &str) -> Option<String> {
    let text = value.pointer(pointer)?.as_str()?.trim();
    (!text.is_empty()).then(|| without_nul(text))
}

fn flag(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or(false)
}

/// The Slack workspace of an export. The file does not say; the people in it do: most of them belong to it.
fn whose(users: &[Value], connected: Option<&str>) -> Result<String, ExportError> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for user in users.iter().filter(|user| !flag(user, "is_stranger")) {
        if let Some(team) = text(user, "/team_id").or_else(|| text(user, "/profile/team")) {
            *counts.entry(team).or_default() += 1;
        }
    }
    let most = counts
        .iter()
        .max_by_key(|(_, count)| **count)
        .map(|(team, _)| team.clone());
    match (connected, most) {
        (Some(connected), None) => Ok(connected.to_owned()),
        (Some(connected), Some(_)) if counts.contains_key(connected) => Ok(connected.to_owned()),
        (Some(connected), Some(found)) => Err(ExportError::OtherWorkspace {
            found,
            connected: connected.to_owned(),
        }),
        (None, Some(found)) => Ok(found),
        (None, None) => Err(ExportError::UnknownWorkspace),
    }
}

fn person(user: &Value, our_team_id: &str) -> Option<ExportedPerson> {
    let slack_user_id = text(user, "/id")?;
    let home_team_id = text(user, "/team_id").or_else(|| text(user, "/profile/team"));
    let is_stranger = flag(user, "is_stranger") || home_team_id.as_deref().is_some_and(|team| team != our_team_id);
    let is_guest = !is_stranger && (flag(user, "is_restricted") || flag(user, "is_ultra_restricted"));
    let is_bot = flag(user, "is_bot") || slack_user_id == "USLACKBOT";
    Some(ExportedPerson {
        name: (text(user, "/profile/real_name").or_else(|| text(user, "/real_name")))
            .or_else(|| text(user, "/profile/display_name"))
            .or_else(|| text(user, "/name"))
            .unwrap_or_else(|| slack_user_id.clone()),
        email: text(user, "/profile/email"),
        title: text(user, "/profile/title"),
        kind: match (is_bot, is_stranger || is_guest) {
            (true, _) => SenderKind::Bot,
            (false, true) => SenderKind::Customer,
            (false, false) => SenderKind::Internal,
        },
        slack_user_id,
        home_team_id,
        is_guest,
        is_stranger,
    })
}

fn channel(
    listed: &Value,
    is_private: bool,
    strangers: &BTreeSet<&str>,
    days: &mut HashMap<String, Vec<NaiveDate>>,
) -> Option<ExportedChannel> {
    let slack_channel_id = text(listed, "/id")?;
    let name = text(listed, "/name")
        .or_else(|| text(listed, "/name_normalized"))
        .unwrap_or_else(|| slack_channel_id.clone());
    let members = listed.get("members").and_then(Value::as_array);
    let has_stranger = members.is_some_and(|members| {
        members
            .iter()
            .filter_map(Value::as_str)
            .any(|member| strangers.contains(member))
    });
    let is_external = has_stranger || flag(listed, "is_ext_shared");
    let mut days = days
        .remove(&name)
        .or_else(|| days.remove(&slack_channel_id))
        .unwrap_or_default();
    days.sort_unstable();
    Some(ExportedChannel {
        kind: ChannelKind::classify(&name, is_external),
        is_archived: flag(listed, "is_archived"),
        slack_channel_id,
        name,
        is_private,
        is_external,
        days,
    })
}

fn days_by_folder(archive: &Archive) -> HashMap<String, Vec<NaiveDate>> {
    let mut days: HashMap<String, Vec<NaiveDate>> = HashMap::new();
    for name in archive.names() {
        let Some((folder, file)) = name.split_once('/') else {
            continue;
        };
        match file.strip_suffix(".json").map(str::parse::<NaiveDate>) {
            Some(Ok(day)) => days.entry(folder.to_owned()).or_default().push(day),
            // Canvases, file comments and archives within the archive are not messages.
            _ => tracing::debug!(entry = shortened(name), "an entry of the export that holds no messages"),
        }
    }
    days
}
