//! The people and channels with the ids that Slack would have given them.

use super::random::Random;
use crate::commands::demo::scenario::{Account, Scenario, Sharing};

/// Somebody who writes in Slack.
#[derive(Debug, Clone)]
pub struct Person {
    /// How the scenario names the person.
    pub handle: String,
    /// Full name.
    pub name: String,
    /// Job title; empty for bots.
    pub title: String,
    /// Slack's user id; for bots the user of the app.
    pub slack_user_id: String,
    /// The e-mail address; none for bots.
    pub email: Option<String>,
    /// The Slack workspace the person belongs to.
    pub home_team_id: String,
    /// What the person is.
    pub kind: PersonKind,
    /// The team of a colleague, or the key of a contact's account.
    pub group: String,
    /// The first and the last day on which the person writes.
    pub days: (i64, i64),
    /// Writes in the stories only.
    pub quiet: bool,
    /// The role in Momentum.
    pub login: Option<String>,
}

/// What somebody is to the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonKind {
    /// A colleague.
    Staff,
    /// A customer's person in a shared channel.
    Stranger,
    /// A customer's person as a guest.
    Guest,
    /// A program.
    Bot,
}

/// A channel.
#[derive(Debug, Clone)]
pub struct Room {
    /// Slack's channel id.
    pub slack_channel_id: String,
    /// Its name without `#`.
    pub name: String,
    /// The account whose channel it is.
    pub account: Option<usize>,
    /// Whether it is private.
    pub is_private: bool,
    /// Indexes of the people in it.
    pub members: Vec<usize>,
    /// The file of conversations that fills it.
    pub chatter: String,
    /// How many conversations start in a usual week.
    pub per_week: f64,
}

/// Everybody and every channel.
#[derive(Debug, Clone)]
pub struct Cast {
    /// The people; the order is fixed.
    pub people: Vec<Person>,
    /// The channels; the order is fixed.
    pub rooms: Vec<Room>,
}

impl Cast {
    /// Gives ids to everybody. The ids follow from the names alone, so that two demos of different days agree on them.
    pub fn new(scenario: &Scenario) -> Self {
        let people = people(scenario);
        let rooms = rooms(scenario, &people);
        Self { people, rooms }
    }

    /// The index of the person with a handle.
    pub fn person(&self, handle: &str) -> Option<usize> {
        self.people.iter().position(|person| person.handle == handle)
    }
}

fn people(scenario: &Scenario) -> Vec<Person> {
    let company = &scenario.company;
    let mut people: Vec<Person> = (company.staff.iter())
        .map(|staff| Person {
            handle: staff.handle.clone(),
            name: staff.name.clone(),
            title: staff.title.clone(),
            slack_user_id: slack_id('U', &staff.handle),
            email: Some(format!("{}@{}", staff.handle, company.email_domain)),
            home_team_id: company.slack_team_id.clone(),
            kind: PersonKind::Staff,
            group: staff.team.clone(),
            days: (i64::MIN, i64::MAX),
            quiet: false,
            login: staff.login.clone(),
        })
        .collect();
    people.extend(company.bots.iter().map(|bot| Person {
        handle: bot.handle.clone(),
        name: bot.name.clone(),
        title: String::new(),
        slack_user_id: slack_id('U', &bot.handle),
        email: None,
        home_team_id: company.slack_team_id.clone(),
        kind: PersonKind::Bot,
        group: "bot".to_owned(),
        days: (i64::MIN, i64::MAX),
        quiet: true,
        login: None,
    }));
    for account in &scenario.accounts {
        people.extend(contacts(account, &company.slack_team_id));
    }
    people
}

fn contacts<'a>(account: &'a Account, our_team_id: &'a str) -> impl Iterator<Item = Person> + 'a {
    account.contacts.iter().map(move |contact| Person {
        handle: contact.handle.clone(),
        name: contact.name.clone(),
        title: contact.title.clone(),
        slack_user_id: slack_id('U', &format!("{}.{}", account.key, contact.handle)),
        email: Some(contact_email(account, &contact.name)),
        home_team_id: account.slack_team_id.clone().unwrap_or_else(|| our_team_id.to_owned()),
        kind: match account.sharing {
            Sharing::Connect => PersonKind::Stranger,
            Sharing::Guest => PersonKind::Guest,
        },
        group: account.key.clone(),
        days: (contact.from, contact.until),
        quiet: contact.quiet,
        login: None,
    })
}

/// `john.smith@techflow.example`, as most companies write their addresses.
fn contact_email(account: &Account, name: &str) -> String {
    let domain = account
        .website
        .trim_start_matches("https://")
        .trim_start_matches("www.");
    format!("{}@{domain}", name.to_lowercase().replace(' ', "."))
}

fn rooms(scenario: &Scenario, people: &[Person]) -> Vec<Room> {
    let group_members = |groups: &[String]| {
        let everybody = groups.iter().any(|group| group == "all");
        (0..people.len())
            .filter(|&i| match people[i].kind {
                PersonKind::Staff => everybody || groups.contains(&people[i].group),
                PersonKind::Bot => false,
                PersonKind::Stranger | PersonKind::Guest => false,
            })
            .collect::<Vec<_>>()
    };
    let house = scenario.company.channels.iter().map(|channel| Room {
        slack_channel_id: slack_id('C', &channel.name),
        name: channel.name.clone(),
        account: None,
        is_private: channel.private,
        members: group_members(&channel.members),
        chatter: channel.chatter.clone(),
        per_week: channel.per_week,
    });
    let shared = scenario.accounts.iter().enumerate().map(|(index, account)| {
        let team = |person: &Person| {
            person.group == account.key
                || person.handle == account.owner
                || person.handle == account.csm
                || (person.kind == PersonKind::Staff && (person.group == "support" || person.group == "product"))
        };
        Room {
            slack_channel_id: slack_id('C', &account.channel),
            name: account.channel.clone(),
            account: Some(index),
            is_private: account.private,
            members: (0..people.len()).filter(|&i| team(&people[i])).collect(),
            chatter: "customer".to_owned(),
            per_week: account.per_week,
        }
    });
    house.chain(shared).collect()
}

/// An id as Slack makes them: a letter and ten capitals and digits.
fn slack_id(kind: char, name: &str) -> String {
    const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut random = Random::new(0, name);
    let tail: String = (0..9)
        .map(|_| ALPHABET[random.between(0, 36) as usize] as char)
        .collect();
    format!("{kind}0{tail}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn nobody_shares_an_id_with_anybody() {
        let cast = Cast::new(&Scenario::built_in().unwrap());
        let ids: BTreeSet<&str> = (cast.people.iter().map(|p| p.slack_user_id.as_str()))
            .chain(cast.rooms.iter().map(|r| r.slack_channel_id.as_str()))
            .collect();
        assert_eq!(ids.len(), cast.people.len() + cast.rooms.len());
        let handles: BTreeSet<&str> = cast.people.iter().map(|p| p.handle.as_str()).collect();
        assert_eq!(handles.len(), cast.people.len());
    }

    #[test]
    fn a_contact_has_an_address_at_the_account_s_domain() {
        let cast = Cast::new(&Scenario::built_in().unwrap());
        let john = &cast.people[cast.person("john").unwrap()];
        assert_eq!(john.email.as_deref(), Some("john.smith@techflow.example"));
    }
}
