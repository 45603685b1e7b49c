//! One day of one channel, read message by message.

use std::fmt;
use std::io::Read;

use chrono::{DateTime, NaiveDate, Utc};
use momentum_connectors::slack::event::SlackEvent;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::{Value, json};

use super::archive::Archive;
use super::catalogue::ExportedChannel;
use super::error::ExportError;
use crate::pipeline::ingest::message::{IncomingMessage, Source, without_nul};

/// The messages of one day file.
#[derive(Debug, Default, PartialEq)]
pub struct Day {
    /// What people and programs said, in the order of posting.
    pub messages: Vec<IncomingMessage>,
    /// What else the file holds: joins and topics, deleted messages, elements that are no message.
    pub skipped: u64,
}

impl Day {
    /// How many elements a day's file has, whatever they are. Finds files that are not JSON without keeping anything of them.
    pub fn count(archive: &mut Archive, channel: &ExportedChannel, date: NaiveDate) -> Result<i64, ExportError> {
        let Some((name, text)) = text_of(archive, channel, date)? else {
            return Ok(0);
        };
        let elements = serde_json::from_str::<Vec<IgnoredAny>>(&text);
        elements.map(|elements| elements.len() as i64).map_err(unreadable(name))
    }

    /// Reads a day of a channel. A single odd element is skipped; a file that is not JSON is an error that names it.
    pub fn read(
        archive: &mut Archive,
        slack_team_id: &str,
        channel: &ExportedChannel,
        date: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Self, ExportError> {
        let Some((name, text)) = text_of(archive, channel, date)? else {
            return Ok(Self::default());
        };
        let reader = DayReader {
            slack_team_id,
            channel,
            now,
        };
        let mut day = reader.read(&text).map_err(unreadable(name))?;
        day.messages.sort_by(|a, b| a.ts.cmp(&b.ts));
        Ok(day)
    }
}

/// Folders bear the channel's name; where a channel has none, its id.
fn entry_name(archive: &Archive, channel: &ExportedChannel, date: NaiveDate) -> String {
    let by_name = format!("{}/{date}.json", channel.name);
    if archive.has(&by_name) {
        by_name
    } else {
        format!("{}/{date}.json", channel.slack_channel_id)
    }
}

/// A day's file with its name. One day is held in memory at a time; the archive's limits say how large it can be.
fn text_of(
    archive: &mut Archive,
    channel: &ExportedChannel,
    date: NaiveDate,
) -> Result<Option<(String, String)>, ExportError> {
    let name = entry_name(archive, channel, date);
    let Some(mut file) = archive.read(&name)? else {
        return Ok(None);
    };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(unreadable(name.clone()))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some((name, text))),
        Err(error) => Err(ExportError::Unreadable {
            entry: name,
            reason: format!("it is not UTF-8 from byte {} on", error.utf8_error().valid_up_to()),
        }),
    }
}

fn unreadable<E: fmt::Display>(entry: String) -> impl FnOnce(E) -> ExportError {
    move |error| ExportError::Unreadable {
        entry,
        reason: error.to_string(),
    }
}

struct DayReader<'a> {
    slack_team_id: &'a str,
    channel: &'a ExportedChannel,
    now: DateTime<Utc>,
}

impl DayReader<'_> {
    fn read(&self, text: &str) -> Result<Day, serde_json::Error> {
        let mut json = serde_json::Deserializer::from_str(text);
        let day = json.deserialize_seq(self)?;
        json.end()?;
        Ok(day)
    }

    fn message(&self, mut element: Value) -> Option<IncomingMessage> {
        let name = author_name(&element);
        // An export's elements are Slack's events without the channel, which the folder tells.
        element
            .as_object_mut()?
            .insert("channel".to_owned(), json!(self.channel.slack_channel_id));
        let SlackEvent::Message(message) = SlackEvent::parse(&element) else {
            return None;
        };
        let mut incoming = IncomingMessage::live(self.slack_team_id, &message, self.channel.is_external, self.now)?;
        incoming.source = Source::Import;
        incoming.author.name = name;
        // The export has the newest text only. Where a live copy from before the edit is known, this is the edit.
        incoming.change_ts = message.edited_ts;
        Some(incoming)
    }
}

fn author_name(element: &Value) -> Option<String> {
    [
        "/user_profile/real_name",
        "/user_profile/display_name",
        "/username",
        "/bot_profile/name",
    ]
    .iter()
    .find_map(|pointer| {
        element
            .pointer(pointer)?
            .as_str()
            .filter(|name| !name.trim().is_empty())
    })
    .map(without_nul)
}

impl<'de> Visitor<'de> for &DayReader<'_> {
    type Value = Day;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of messages")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Day, A::Error> {
        let mut day = Day::default();
        while let Some(element) = elements.next_element::<Value>()? {
            match self.message(element) {
                Some(message) => day.messages.push(message),
                None => day.skipped += 1,
            }
        }
        Ok(day)
    }
}
