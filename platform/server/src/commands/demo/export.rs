//! The world as a Slack export: the ZIP that Slack's administrators download, so that the demo's history takes the way of everybody's.
//!
//! Format: <https://slack.com/help/articles/220556107-How-to-read-Slack-data-exports>. `channels.json` and `groups.json` list public and
//! private channels, `users.json` everybody; each channel has a folder with one file a day, `2031-02-28.json`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Seek, Write};

use anyhow::Context;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::generator::{Person, PersonKind, Post, Random, Room, World, slack_ts};

/// Writes the given messages of a world as a Slack export.
///
/// # Errors
/// When the archive cannot be written.
pub fn write_slack_export(world: &World, posts: &[&Post], out: impl Write + Seek) -> anyhow::Result<()> {
    let mut zip = ZipWriter::new(out);
    let mut put = |name: &str, value: &Value| -> anyhow::Result<()> {
        zip.start_file(name, SimpleFileOptions::default().compression_level(Some(1)))
            .with_context(|| format!("begin {name} of the export"))?;
        serde_json::to_writer(&mut zip, value).with_context(|| format!("write {name} of the export"))
    };
    let rooms = |private: bool| -> Value {
        world
            .cast
            .rooms
            .iter()
            .filter(|room| room.is_private == private)
            .map(|room| channel(world, room))
            .collect()
    };
    put("channels.json", &rooms(false))?;
    put("groups.json", &rooms(true))?;
    put(
        "users.json",
        &world.cast.people.iter().map(|person| user(world, person)).collect(),
    )?;
    put("integration_logs.json", &json!([]))?;

    let threads = Threads::of(posts);
    let mut days: BTreeMap<(usize, NaiveDate), Vec<Value>> = BTreeMap::new();
    for room in 0..world.cast.rooms.len() {
        for (number, &person) in world.cast.rooms[room].members.iter().enumerate() {
            let at = world.began_at() + TimeDelta::minutes(number as i64);
            days.entry((room, at.date_naive()))
                .or_default()
                .push(joined(world, person, at));
        }
    }
    for post in posts {
        days.entry((post.room, post.at.date_naive()))
            .or_default()
            .push(message(world, post, &threads));
    }
    for ((room, day), messages) in days {
        put(
            &format!("{}/{day}.json", world.cast.rooms[room].name),
            &Value::Array(messages),
        )?;
    }
    zip.finish().context("finish the export")?;
    Ok(())
}

/// What a thread's first message says about its answers.
#[derive(Default)]
struct Threads<'a> {
    answers: BTreeMap<(usize, DateTime<Utc>), Vec<&'a Post>>,
    starters: BTreeMap<(usize, DateTime<Utc>), usize>,
}

impl<'a> Threads<'a> {
    fn of(posts: &[&'a Post]) -> Self {
        let mut threads = Self::default();
        for post in posts {
            threads.starters.insert((post.room, post.at), post.author);
            if let Some(thread) = post.thread {
                threads.answers.entry((post.room, thread)).or_default().push(post);
            }
        }
        threads
    }
}

fn channel(world: &World, room: &Room) -> Value {
    let created = world.began_at().timestamp();
    let creator = &world.cast.people[0].slack_user_id;
    json!({
        "id": room.slack_channel_id,
        "name": room.name,
        "created": created,
        "creator": creator,
        "is_archived": false,
        "is_general": room.name == "general",
        "members": room.members.iter().map(|&index| world.cast.people[index].slack_user_id.as_str()).collect::<Vec<_>>(),
        "topic": { "value": "", "creator": "", "last_set": 0 },
        "purpose": { "value": "", "creator": "", "last_set": 0 },
    })
}

fn user(world: &World, person: &Person) -> Value {
    let mut profile = json!({
        "real_name": person.name,
        "real_name_normalized": person.name,
        "display_name": person.handle,
        "title": person.title,
        "team": person.home_team_id,
    });
    if let Some(email) = &person.email {
        profile["email"] = json!(email);
    }
    json!({
        "id": person.slack_user_id,
        "team_id": person.home_team_id,
        "name": person.handle,
        "deleted": false,
        "real_name": person.name,
        "tz": "Etc/UTC",
        "tz_offset": 0,
        "profile": profile,
        "is_admin": person.handle == world.scenario.company.staff[0].handle,
        "is_restricted": person.kind == PersonKind::Guest,
        "is_ultra_restricted": false,
        "is_stranger": person.kind == PersonKind::Stranger,
        "is_bot": person.kind == PersonKind::Bot,
        "updated": world.began_at().timestamp(),
    })
}

fn joined(world: &World, person: usize, at: DateTime<Utc>) -> Value {
    let user = &world.cast.people[person].slack_user_id;
    json!({
        "type": "message",
        "subtype": "channel_join",
        "user": user,
        "text": format!("<@{user}> has joined the channel"),
        "ts": slack_ts(at),
    })
}

fn message(world: &World, post: &Post, threads: &Threads<'_>) -> Value {
    let person = &world.cast.people[post.author];
    let ts = slack_ts(post.at);
    let mut message = if person.kind == PersonKind::Bot {
        json!({
            "type": "message",
            "subtype": "bot_message",
            "text": post.text,
            "ts": ts,
            "username": person.name,
            "bot_id": format!("B{}", &person.slack_user_id[1..]),
        })
    } else {
        by_person(world, post, person, &ts)
    };
    if let Some(thread) = post.thread {
        message["thread_ts"] = json!(slack_ts(thread));
        if let Some(&starter) = threads.starters.get(&(post.room, thread)) {
            message["parent_user_id"] = json!(world.cast.people[starter].slack_user_id);
        }
    } else if let Some(answers) = threads.answers.get(&(post.room, post.at)) {
        let id = |answer: &&Post| world.cast.people[answer.author].slack_user_id.clone();
        message["thread_ts"] = json!(ts);
        message["reply_count"] = json!(answers.len());
        message["reply_users"] = answers.iter().map(id).collect::<BTreeSet<_>>().into_iter().collect();
        message["latest_reply"] = json!(answers.last().map(|answer| slack_ts(answer.at)));
        message["replies"] = answers
            .iter()
            .map(|answer| json!({ "user": id(answer), "ts": slack_ts(answer.at) }))
            .collect();
    }
    message
}

fn by_person(world: &World, post: &Post, person: &Person, ts: &str) -> Value {
    // A few messages carry a reaction or were edited afterwards, as in every real export.
    let mut random = Random::new(0, &format!("{ts} {}", person.slack_user_id));
    let mut message = json!({
        "type": "message",
        "user": person.slack_user_id,
        "client_msg_id": format!("{:016x}{:016x}", random.bits(), random.bits()),
        "text": post.text,
        "ts": ts,
        "team": person.home_team_id,
        "user_team": person.home_team_id,
        "source_team": person.home_team_id,
        "user_profile": {
            "real_name": person.name,
            "display_name": person.handle,
            "name": person.handle,
            "team": person.home_team_id,
            "is_restricted": person.kind == PersonKind::Guest,
            "is_ultra_restricted": false,
        },
    });
    if random.chance(0.02) {
        let edited = post.at + TimeDelta::seconds(random.between(5, 90));
        message["edited"] = json!({ "user": person.slack_user_id, "ts": slack_ts(edited) });
    }
    if random.chance(0.05) {
        let fans = &world.cast.rooms[post.room].members;
        let fan = random.pick(fans).map_or(post.author, |&index| index);
        message["reactions"] = json!([{ "name": "+1", "users": [world.cast.people[fan].slack_user_id], "count": 1 }]);
    }
    message
}
