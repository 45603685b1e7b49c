//! One day of one channel, read message by message.

use std::fmt;
use std::io::{BufReader, Read};

use chrono::{DateTime, NaiveDate, Utc};
use momentum_connectors::slack::event::SlackEvent;
use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
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
        let name = entry_name(archive, channel, date);
        let Some(file) = archive.read(&name)? else { return Ok(0) };
        let elements = serde_json::from_reader::<_, Elements>(BufReader::new(file));
        elements
            .map(|elements| elements.0)
            .map_err(|error| ExportError::Unreadable {
                entry: name,
                reason: error.to_string(),
            })
    }

    /// Reads a day of a channel. A single odd element is skipped; a file that is not JSON is an error that names it.
    pub fn read(
        archive: &mut Archive,
        slack_team_id: &str,
        channel: &ExportedChannel,
        date: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Self, ExportError> {
        let name = entry_name(archive, channel, date);
        let Some(file) = archive.read(&name)? else {
            return Ok(Self::default());
        };
        let reader = DayReader {
            slack_team_id,
            channel,
            now,
        };
        let mut day = reader.read(file).map_err(|error| ExportError::Unreadable {
            entry: name,
            reason: error.to_string(),
        })?;
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

/// The number of elements of a JSON list, whose content is checked and thrown away. Strings are read as strings, for only then does
/// serde_json look whether they are UTF-8.
struct Elements(i64);

impl<'de> Deserialize<'de> for Elements {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Counting;
        impl<'de> Visitor<'de> for Counting {
            type Value = Elements;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of messages")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Elements, A::Error> {
                let mut count = 0;
                while elements.next_element::<Value>()?.is_some() {
                    count += 1;
                }
                Ok(Elements(count))
            }
        }
        deserializer.deserialize_seq(Counting)
    }
}

struct DayReader<'a> {
    slack_team_id: &'a str,
    channel: &'a ExportedChannel,
    now: DateTime<Utc>,
}

impl DayReader<'_> {
    fn read(&self, file: impl Read) -> Result<Day, serde_json::Error> {
        let mut json = serde_json::Deserializer::from_reader(BufReader::new(file));
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
