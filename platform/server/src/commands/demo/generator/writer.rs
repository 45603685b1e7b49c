//! Writes the planted scenes and fills the channels with chatter around them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};

use super::calendar::{Calendar, pause, start_minute};
use super::cast::{Cast, PersonKind};
use super::random::Random;
use super::text::{Filling, to_slack_markup};
use super::{HISTORY_DAYS, Post};
use crate::commands::demo::scenario::{Account, Dialog, Scenario, Speaker, When};

/// The small true signals stop this many days before today, so that the newest signals are those of the stories.
const PULSE_STOPS: i64 = -9;

pub(super) struct Writer<'a> {
    calendar: Calendar,
    scenario: &'a Scenario,
    cast: &'a Cast,
    posts: Vec<Post>,
    /// Slack never gives two messages of one channel the same time.
    taken: BTreeSet<(usize, DateTime<Utc>)>,
}

/// Who plays which role in one conversation.
type Casting = BTreeMap<String, usize>;

/// Where and when a conversation begins.
#[derive(Clone, Copy)]
struct Place {
    room: usize,
    begin: DateTime<Utc>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(scenario: &'a Scenario, cast: &'a Cast, now: DateTime<Utc>) -> Self {
        let calendar = Calendar::new(now, scenario.company.utc_offset_hours);
        Self {
            calendar,
            scenario,
            cast,
            posts: Vec::new(),
            taken: BTreeSet::new(),
        }
    }

    pub(super) fn into_posts(self) -> Vec<Post> {
        self.posts
    }

    /// The planted scenes, at their days and times.
    pub(super) fn write_stories(&mut self, seed: u64) -> anyhow::Result<()> {
        for (number, scene) in self.scenario.scenes.iter().enumerate() {
            let mut random = Random::new(seed, &format!("scene {} {number}", scene.story));
            let room = (self.cast.rooms.iter().position(|room| room.name == scene.channel))
                .with_context(|| format!("{}: no channel {}", scene.story, scene.channel))?;
            let begin = match scene.when {
                When::Day { day, minute } => self.calendar.at(self.calendar.working_day(day), minute),
                When::Ago { minutes } => self.calendar.now - TimeDelta::minutes(minutes),
            };
            let mut casting = Casting::new();
            for line in &scene.dialog.lines {
                let (Speaker::Role(handle) | Speaker::Bot(handle)) = &line.speaker;
                let person = self
                    .cast
                    .person(handle)
                    .with_context(|| format!("nobody is called {handle}"))?;
                casting.insert(handle.clone(), person);
            }
            let first = self.posts.len();
            self.write_dialog(&scene.dialog, Place { room, begin }, &casting, &[], &mut random);
            for post in &mut self.posts[first..] {
                post.planted = true;
                post.trap.clone_from(&scene.trap);
            }
        }
        Ok(())
    }

    /// Half a year of everyday talk in one channel.
    pub(super) fn write_chatter(&mut self, seed: u64, room: usize) -> anyhow::Result<()> {
        let channel = &self.cast.rooms[room];
        let scenario = self.scenario;
        let chatter = |name: &str| {
            scenario
                .chatter
                .get(name)
                .with_context(|| format!("no chatter called {name}"))
        };
        let mut random = Random::new(seed, &format!("chatter {}", channel.name));
        let favourite = random.between(0, 5);
        let mut everyday = Deck::new(chatter(&channel.chatter)?);
        let mut pulse = Deck::new(chatter("pulse")?);
        let account = channel.account.map(|index| &scenario.accounts[index]);
        for day in -HISTORY_DAYS..=0 {
            let lively = self.calendar.liveliness(day, favourite);
            let active = account.map_or(1.0, |account| factor_on(&account.activity, day));
            for _ in 0..random.about(channel.per_week / 5.0 * lively * active) {
                self.write_template(&mut everyday, room, day, &mut random);
            }
            let pulses = account.map_or(0.0, |account| account.pulse_per_week);
            if day <= PULSE_STOPS && random.chance(pulses / 5.0 * lively * active) {
                self.write_template(&mut pulse, room, day, &mut random);
            }
        }
        Ok(())
    }

    /// The next conversation of a deck for which this channel has the people on that day.
    fn write_template(&mut self, deck: &mut Deck<'a>, room: usize, day: i64, random: &mut Random) {
        let begin =
            self.calendar.at(day, start_minute(random)) + TimeDelta::microseconds(random.between(0, 60_000_000));
        for _ in 0..8 {
            let Some(dialog) = deck.draw(random) else { return };
            let Some(casting) = self.casting(dialog, room, day, random) else {
                continue;
            };
            let customers: Vec<&Account> = self.scenario.accounts.iter().filter(|account| account.in_crm).collect();
            let customer = random.pick(&customers).map_or("", |account| account.name.as_str());
            let engineers: Vec<&str> = self
                .staff_of("engineering")
                .map(|index| self.cast.people[index].name.as_str())
                .collect();
            let engineer = random.pick(&engineers).copied().unwrap_or_default();
            let given = [("customer", customer), ("eng_name", engineer)];
            self.write_dialog(dialog, Place { room, begin }, &casting, &given, random);
            return;
        }
    }

    fn staff_of(&self, team: &'a str) -> impl Iterator<Item = usize> + use<'a> {
        let people = &self.cast.people;
        (0..people.len()).filter(move |&index| {
            let person = &people[index];
            person.kind == PersonKind::Staff && (team == "anybody" || person.group == team)
        })
    }

    /// Gives every role of a template to somebody; `None` when the channel lacks one of them on that day.
    fn casting(&self, dialog: &Dialog, room: usize, day: i64, random: &mut Random) -> Option<Casting> {
        let room = &self.cast.rooms[room];
        let account = room.account.map(|index| &self.scenario.accounts[index]);
        let mut casting = Casting::new();
        for line in &dialog.lines {
            let role = match &line.speaker {
                Speaker::Bot(handle) => {
                    casting.insert(handle.clone(), self.cast.person(handle)?);
                    continue;
                }
                Speaker::Role(role) => role,
            };
            if casting.contains_key(role) {
                continue;
            }
            let kind = role.trim_end_matches(|c: char| c.is_ascii_digit());
            let candidates: Vec<usize> = match (kind, account) {
                ("customer", Some(account)) => (0..self.cast.people.len())
                    .filter(|&index| {
                        let person = &self.cast.people[index];
                        person.group == account.key && !person.quiet && (person.days.0..=person.days.1).contains(&day)
                    })
                    .collect(),
                ("csm", Some(account)) => vec![self.cast.person(&account.csm)?],
                ("ae", Some(account)) => vec![self.cast.person(&account.owner)?],
                _ => self.staff_of(team_of(kind)?).collect(),
            };
            let free: Vec<usize> = candidates
                .into_iter()
                .filter(|index| !casting.values().any(|taken| taken == index))
                .collect();
            casting.insert(role.clone(), *random.pick(&free)?);
        }
        Some(casting)
    }

    fn write_dialog(
        &mut self,
        dialog: &Dialog,
        place: Place,
        casting: &Casting,
        given: &[(&str, &str)],
        random: &mut Random,
    ) {
        let mut filling = Filling::new(&self.scenario.slots, place.begin.date_naive(), given);
        let mut at = place.begin;
        let mut thread = None;
        for (number, line) in dialog.lines.iter().enumerate() {
            if number > 0 {
                at += match line.delay_minutes {
                    Some(minutes) => TimeDelta::minutes(minutes) + TimeDelta::seconds(random.between(0, 50)),
                    None => pause(random),
                };
            }
            at = self.free_time(place.room, at, random);
            let (Speaker::Role(role) | Speaker::Bot(role)) = &line.speaker;
            // In stories anybody may be mentioned, in templates those who take part.
            let mention = |role: &str| {
                let index = casting.get(role).copied().or_else(|| self.cast.person(role))?;
                Some(self.cast.people[index].slack_user_id.clone())
            };
            let text = to_slack_markup(&filling.fill(&line.text, random), mention);
            self.posts.push(Post {
                room: place.room,
                author: casting[role],
                at,
                thread: line.in_thread.then_some(thread).flatten(),
                text,
                expected: line.expected.clone(),
                trap: None,
                planted: false,
            });
            thread.get_or_insert(at);
        }
    }

    /// This time or the next microseconds after it at which the channel is silent.
    fn free_time(&mut self, room: usize, at: DateTime<Utc>, random: &mut Random) -> DateTime<Utc> {
        let mut at = at + TimeDelta::microseconds(random.between(1, 999_999));
        while !self.taken.insert((room, at)) {
            at += TimeDelta::microseconds(1);
        }
        at
    }
}

/// The team whose people play a role of the templates.
fn team_of(role: &str) -> Option<&'static str> {
    Some(match role {
        "any" => "anybody",
        "support" => "support",
        "csm" => "success",
        "ae" => "sales",
        "eng" => "engineering",
        "product" => "product",
        "marketing" => "marketing",
        "people" => "people",
        "finance" => "finance",
        "leader" => "leadership",
        "revops" => "revops",
        _ => return None,
    })
}

/// The factor of the last step that began on or before a day.
fn factor_on(steps: &[(i64, f64)], day: i64) -> f64 {
    steps
        .iter()
        .take_while(|(from, _)| *from <= day)
        .last()
        .map_or(0.0, |(_, factor)| *factor)
}

/// Conversation templates, dealt like cards: none comes again before all the others have been.
struct Deck<'a> {
    dialogs: &'a [Dialog],
    order: Vec<usize>,
}

impl<'a> Deck<'a> {
    fn new(dialogs: &'a [Dialog]) -> Self {
        Self {
            dialogs,
            order: Vec::new(),
        }
    }

    fn draw(&mut self, random: &mut Random) -> Option<&'a Dialog> {
        if self.order.is_empty() {
            self.order = (0..self.dialogs.len()).collect();
            random.shuffle(&mut self.order);
        }
        self.order.pop().and_then(|index| self.dialogs.get(index))
    }
}
