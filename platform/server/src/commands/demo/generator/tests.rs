use chrono::Timelike;
use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// A Tuesday afternoon, a Sunday night, New Year's morning.
const MOMENTS: [&str; 3] = ["2031-03-11T15:20:00Z", "2031-06-15T23:50:00Z", "2032-01-01T09:00:00Z"];

fn world(now: &str) -> World {
    World::new(7, now.parse().unwrap()).unwrap()
}

#[test]
fn the_same_seed_and_moment_make_the_same_messages() {
    let messages = world(MOMENTS[0]).messages;
    assert!(messages == world(MOMENTS[0]).messages);
    assert!(messages != World::new(8, MOMENTS[0].parse().unwrap()).unwrap().messages);
}

#[test]
fn there_are_about_six_thousand_messages_over_half_a_year() {
    for now in MOMENTS {
        let world = world(now);
        let count = world.messages.len();
        assert!((5_500..6_600).contains(&count), "{now}: {count}");
        assert!(world.messages.iter().all(|post| post.at < world.now));
        let oldest = world.now - world.messages[0].at;
        assert!(
            (TimeDelta::days(178)..TimeDelta::days(184)).contains(&oldest),
            "{now}: {oldest}"
        );
    }
}

#[test]
fn no_two_messages_of_a_channel_share_a_time_and_answers_follow_what_they_answer() {
    let world = world(MOMENTS[0]);
    let places: BTreeSet<_> = world.messages.iter().map(|post| (post.room, post.at)).collect();
    assert_eq!(places.len(), world.messages.len());
    for post in &world.messages {
        let Some(thread) = post.thread else { continue };
        assert!(
            thread < post.at && places.contains(&(post.room, thread)),
            "{}",
            post.text
        );
    }
}

#[test]
fn people_write_in_working_hours_on_weekdays_mostly() {
    let world = world(MOMENTS[0]);
    let humans: Vec<&Post> = (world.messages.iter())
        .filter(|post| world.cast.people[post.author].kind != PersonKind::Bot)
        .collect();
    let at_work = humans.iter().filter(|post| (7..20).contains(&post.at.hour())).count();
    assert!(at_work * 100 > humans.len() * 97, "{at_work} of {}", humans.len());
}

#[test]
fn little_is_said_twice_in_the_same_words_to_a_customer() {
    let world = world(MOMENTS[0]);
    let mut said: BTreeMap<(usize, &str), u32> = BTreeMap::new();
    for post in world.messages.iter().filter(|post| post.text.len() > 40) {
        if world.cast.rooms[post.room].account.is_some() {
            *said.entry((post.room, &post.text)).or_default() += 1;
        }
    }
    let repeated = said.values().filter(|&&count| count > 1).count();
    assert!(
        repeated * 50 < said.len(),
        "{repeated} of {} long messages are repeated in their channel",
        said.len()
    );
}

#[test]
fn no_slot_and_no_mention_is_left_unfilled() {
    for post in &world(MOMENTS[0]).messages {
        assert!(!post.text.contains('{') && !post.text.contains('}'), "{}", post.text);
        assert!(!post.text.contains(" @"), "nobody is mentioned in `{}`", post.text);
    }
}

#[test]
fn the_newest_story_messages_stand_where_the_day_begins() {
    for now in MOMENTS {
        let world = world(now);
        let channel = |name: &str| world.cast.rooms.iter().position(|room| room.name == name).unwrap();
        for (name, words) in [
            ("customer-acme", "We're running out of capacity"),
            ("customer-techflow", "Can't get support to respond"),
            ("customer-growthco", "How much to add 50 users?"),
        ] {
            let post = (world.messages.iter())
                .find(|post| post.room == channel(name) && post.text.starts_with(words))
                .unwrap_or_else(|| panic!("{name}: {words}"));
            assert!(world.now - post.at < TimeDelta::hours(5), "{name}");
        }
        let last_of_techflow = (world.messages.iter().rev())
            .filter(|post| post.room == channel("customer-techflow"))
            .filter(|post| world.cast.people[post.author].group == "techflow")
            .nth(1)
            .unwrap();
        assert!(
            world.now - last_of_techflow.at > TimeDelta::days(10),
            "TechFlow went silent"
        );
    }
}
