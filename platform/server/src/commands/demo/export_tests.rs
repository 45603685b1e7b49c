use std::collections::BTreeMap;

use super::export::write_slack_export;
use super::generator::{PersonKind, World};
use crate::pipeline::ingest::slack_export::{Archive, Catalogue, Day, Limits};
use momentum_engine::message::SenderKind;

#[test]
fn the_export_reads_back_as_the_same_messages_people_and_channels() {
    let now = "2031-03-11T15:20:00Z".parse().unwrap();
    let world = World::new(7, now).unwrap();
    let (history, _) = world.split(now);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.zip");
    write_slack_export(&world, &history, std::fs::File::create(&path).unwrap()).unwrap();

    let mut archive = Archive::open(&path, &Limits::default()).unwrap();
    let catalogue = Catalogue::read(&mut archive, None).unwrap();
    assert_eq!(catalogue.slack_team_id, world.scenario.company.slack_team_id);
    assert_eq!(
        (catalogue.people.len(), catalogue.channels.len()),
        (world.cast.people.len(), world.cast.rooms.len())
    );
    let kinds: BTreeMap<&str, SenderKind> = catalogue
        .people
        .iter()
        .map(|p| (p.slack_user_id.as_str(), p.kind))
        .collect();
    for person in &world.cast.people {
        let expected = match person.kind {
            PersonKind::Staff => SenderKind::Internal,
            PersonKind::Bot => SenderKind::Bot,
            PersonKind::Stranger | PersonKind::Guest => SenderKind::Customer,
        };
        assert_eq!(kinds[person.slack_user_id.as_str()], expected, "{}", person.name);
    }
    let mut texts: Vec<String> = Vec::new();
    for channel in &catalogue.channels {
        for &date in &channel.days {
            let day = Day::read(&mut archive, &catalogue.slack_team_id, channel, date, now).unwrap();
            texts.extend(day.messages.into_iter().map(|message| message.text));
        }
    }
    let mut written: Vec<String> = history.iter().map(|post| post.text.clone()).collect();
    texts.sort();
    written.sort();
    assert!(texts == written, "{} read, {} written", texts.len(), written.len());
}
