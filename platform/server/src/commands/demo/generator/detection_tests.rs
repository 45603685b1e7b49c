//! What the engine sees in the demo. Signals of the page may be fewer, for some messages join the signal of an earlier one.

use std::collections::BTreeMap;

use momentum_engine::detection::{DetectionConfig, Detector, MessageView};
use momentum_engine::message::{ChannelKind, SenderKind};

use super::*;

struct Seen<'a> {
    post: &'a Post,
    channel: &'a str,
    shown: Vec<(SignalKind, u8)>,
}

fn read(world: &World) -> Vec<Seen<'_>> {
    let detector = Detector::new(&DetectionConfig::default());
    (world.messages.iter())
        .map(|post| {
            let room = &world.cast.rooms[post.room];
            let sender = match world.cast.people[post.author].kind {
                PersonKind::Staff => SenderKind::Internal,
                PersonKind::Stranger | PersonKind::Guest => SenderKind::Customer,
                PersonKind::Bot => SenderKind::Bot,
            };
            let channel_kind = ChannelKind::classify(&room.name, room.account.is_some());
            let analysis = detector.detect(&MessageView::new(&post.text, channel_kind, sender));
            let shown = (analysis.detections.iter())
                .filter(|detection| detection.suppressed.is_none())
                .map(|detection| (detection.kind, detection.confidence.percent()))
                .collect();
            Seen {
                post,
                channel: &room.name,
                shown,
            }
        })
        .collect()
}

fn a_tuesday() -> World {
    World::new(7, "2031-03-11T15:20:00Z".parse().unwrap()).unwrap()
}

#[test]
fn no_trap_is_shown_as_a_signal() {
    let world = a_tuesday();
    let fallen: Vec<String> = (read(&world).iter())
        .filter(|seen| seen.post.trap.is_some() && !seen.shown.is_empty())
        .map(|seen| format!("{:?} {:?}: {}", seen.post.trap, seen.shown, seen.post.text))
        .collect();
    assert!(fallen.is_empty(), "{fallen:#?}");
}

#[test]
fn the_half_year_holds_a_believable_number_of_signals() {
    let world = a_tuesday();
    let seen = read(&world);
    let mut by_kind: BTreeMap<SignalKind, usize> = BTreeMap::new();
    for (kind, _) in seen.iter().flat_map(|seen| &seen.shown) {
        *by_kind.entry(*kind).or_default() += 1;
    }
    let (mut planted, mut found, mut last_week, mut pressing) = (0, 0, 0, Vec::new());
    for seen in &seen {
        let age = world.now - seen.post.at;
        if seen.post.planted && !seen.post.expected.is_empty() {
            planted += 1;
            let hit = seen
                .post
                .expected
                .iter()
                .any(|kind| seen.shown.iter().any(|(shown, _)| shown == kind));
            found += usize::from(hit);
            if !hit {
                println!(
                    "missed {:?}, saw {:?}: {}",
                    seen.post.expected, seen.shown, seen.post.text
                );
            }
        } else if !seen.shown.is_empty() && seen.post.expected.is_empty() {
            println!("unexpected {:?} in {}: {}", seen.shown, seen.channel, seen.post.text);
        }
        if !seen.shown.is_empty() && age < TimeDelta::days(7) {
            last_week += 1;
        }
        if age < TimeDelta::hours(24) {
            pressing.extend(
                seen.shown
                    .iter()
                    .filter(|(_, confidence)| *confidence >= 80)
                    .map(|_| seen.post.text.as_str()),
            );
        }
    }
    let shown = seen.iter().filter(|seen| !seen.shown.is_empty()).count();
    println!(
        "{} messages, {shown} shown, planted {found} of {planted}, last week {last_week}, {by_kind:?}",
        seen.len()
    );
    println!("pressing: {pressing:#?}");
    assert!((120..=300).contains(&shown), "{shown} messages are shown as signals");
    assert!(
        found * 100 >= planted * 70,
        "{found} of {planted} planted signals are seen"
    );
    assert!((5..=18).contains(&last_week), "{last_week} in the last week");
    assert!((2..=5).contains(&pressing.len()), "{pressing:?}");
}

#[test]
fn everyday_chatter_is_quiet() {
    let world = a_tuesday();
    let seen = read(&world);
    let everyday: Vec<&Seen<'_>> = seen.iter().filter(|seen| seen.post.expected.is_empty()).collect();
    let shown: Vec<String> = (everyday.iter())
        .filter(|seen| !seen.shown.is_empty())
        .map(|seen| format!("{:?}: {}", seen.shown, seen.post.text))
        .collect();
    assert!(
        shown.len() * 200 < everyday.len(),
        "{} of {}: {shown:#?}",
        shown.len(),
        everyday.len()
    );
}
