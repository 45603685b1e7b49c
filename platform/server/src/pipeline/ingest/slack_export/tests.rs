use std::io::{Cursor, Write};
use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;
use crate::pipeline::ingest::message::{IncomingMessage, Source};
use momentum_engine::message::{ChannelKind, SenderKind};

struct Spooled {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

fn spooled(bytes: &[u8]) -> Spooled {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.zip");
    std::fs::write(&path, bytes).unwrap();
    Spooled { path, _folder: folder }
}

pub(super) fn zip(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub(super) fn text(value: &Value) -> Vec<u8> {
    serde_json::to_vec_pretty(value).unwrap()
}

fn users() -> Vec<u8> {
    text(&json!([
        { "id": "U1", "team_id": "T1", "name": "sofia", "real_name": "Sofia Reyes", "profile": { "email": "sofia@n.example", "title": "AE" } },
        { "id": "U2", "team_id": "T1", "name": "gus", "is_restricted": true, "profile": { "real_name": "Gus Guest" } },
        { "id": "U3", "team_id": "T9", "name": "maya", "is_stranger": true, "profile": { "real_name": "Maya Torres" } },
        { "id": "U4", "team_id": "T1", "name": "bot", "is_bot": true, "profile": {} },
        { "id": "U5", "team_id": "T1", "profile": null },
        { "name": "nobody without an id" },
    ]))
}

fn channels() -> Vec<u8> {
    text(&json!([
        { "id": "C1", "name": "customer-acme", "members": ["U1", "U3"] },
        { "id": "C2", "name": "general", "members": ["U1"], "is_archived": true },
        { "id": "C3" },
    ]))
}

fn an_export(days: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut entries = vec![("channels.json", channels()), ("users.json", users())];
    entries.extend(days.iter().cloned());
    zip(&entries)
}

fn now() -> DateTime<Utc> {
    "2031-03-10T12:00:00Z".parse().unwrap()
}

fn open(bytes: &[u8]) -> Result<Archive, ExportError> {
    Archive::open(&spooled(bytes).path, &Limits::default())
}

fn read_day(file: Vec<u8>) -> Result<Day, ExportError> {
    let bytes = an_export(&[("customer-acme/2031-03-01.json", file)]);
    let mut archive = open(&bytes)?;
    let catalogue = Catalogue::read(&mut archive, None)?;
    let acme = catalogue
        .channels
        .iter()
        .find(|channel| channel.name == "customer-acme")
        .unwrap();
    Day::read(&mut archive, &catalogue.slack_team_id, acme, acme.days[0], now())
}

#[test]
fn people_and_channels_are_read_with_what_they_are_to_the_tenant() {
    let bytes = an_export(&[
        ("customer-acme/2031-03-02.json", b"[]".to_vec()),
        ("customer-acme/2031-03-01.json", b"[]".to_vec()),
        ("customer-acme/canvas.html", b"<p>".to_vec()),
        ("C3/2031-03-01.json", b"[]".to_vec()),
    ]);
    let catalogue = Catalogue::read(&mut open(&bytes).unwrap(), None).unwrap();
    assert_eq!(catalogue.slack_team_id, "T1");
    let kinds: Vec<_> = catalogue
        .people
        .iter()
        .map(|p| (p.slack_user_id.as_str(), p.name.as_str(), p.kind, p.is_guest))
        .collect();
    assert_eq!(
        kinds,
        [
            ("U1", "Sofia Reyes", SenderKind::Internal, false),
            ("U2", "Gus Guest", SenderKind::Customer, true),
            ("U3", "Maya Torres", SenderKind::Customer, false),
            ("U4", "bot", SenderKind::Bot, false),
            ("U5", "U5", SenderKind::Internal, false),
        ]
    );
    let channels: Vec<_> = catalogue
        .channels
        .iter()
        .map(|c| (c.name.as_str(), c.kind, c.is_external, c.is_archived, c.days.len()))
        .collect();
    assert_eq!(
        channels,
        [
            ("C3", ChannelKind::Internal, false, false, 1),
            ("customer-acme", ChannelKind::Customer, true, false, 2),
            ("general", ChannelKind::General, false, true, 0),
        ]
    );
    assert!(catalogue.channels[1].days.is_sorted());
}

#[test]
fn an_export_that_was_unpacked_and_packed_again_reads_the_same() {
    let entries = [
        ("Northwind export/channels.json", channels()),
        ("Northwind export/users.json", users()),
        ("Northwind export/customer-acme/2031-03-01.json", b"[]".to_vec()),
        ("__MACOSX/Northwind export/._users.json", vec![0, 5, 22]),
    ];
    let catalogue = Catalogue::read(&mut open(&zip(&entries)).unwrap(), Some("T1")).unwrap();
    assert_eq!(catalogue.people.len(), 5);
    assert_eq!(
        catalogue
            .channels
            .iter()
            .map(|channel| channel.days.len())
            .sum::<usize>(),
        1
    );
}

#[test]
fn an_export_without_people_needs_a_connected_workspace() {
    let bytes = zip(&[("channels.json", channels())]);
    let read = |connected| Catalogue::read(&mut open(&bytes).unwrap(), connected);
    assert!(matches!(read(None), Err(ExportError::UnknownWorkspace)));
    assert_eq!(read(Some("T7")).unwrap().slack_team_id, "T7");
}

#[test]
fn an_export_of_another_workspace_is_refused() {
    let read = Catalogue::read(&mut open(&an_export(&[])).unwrap(), Some("T7"));
    assert!(
        matches!(read, Err(ExportError::OtherWorkspace { found, connected }) if found == "T1" && connected == "T7")
    );
}

#[test]
fn a_zip_that_is_no_slack_export_says_so() {
    let read = |bytes: Vec<u8>| {
        open(&bytes)
            .and_then(|mut archive| Catalogue::read(&mut archive, Some("T1")))
            .unwrap_err()
    };
    assert!(matches!(read(b"not a zip at all".to_vec()), ExportError::NotAZip(_)));
    assert!(matches!(read(Vec::new()), ExportError::NotAZip(_)));
    assert!(matches!(
        read(zip(&[("holiday.jpg", vec![1, 2, 3])])),
        ExportError::NoChannels
    ));
    let cut = an_export(&[]);
    assert!(matches!(read(cut[..cut.len() - 30].to_vec()), ExportError::NotAZip(_)));
    let damaged = read(zip(&[("channels.json", b"[{\"id\":".to_vec())]));
    assert!(
        damaged.to_string().starts_with("`channels.json` cannot be read"),
        "{damaged}"
    );
}

#[test]
fn what_slack_writes_into_a_day_is_read_as_the_messages_that_came_live() {
    let day = read_day(text(&json!([
        { "type": "message", "user": "U3", "text": "later", "ts": "1930000300.000100", "thread_ts": "1930000100.000100" },
        { "type": "message", "user": "U3", "text": "hi <@U1>", "ts": "1930000100.000100", "thread_ts": "1930000100.000100",
          "user_team": "T9", "user_profile": { "real_name": "Maya Torres" }, "reply_count": 1, "replies": [] },
        { "type": "message", "subtype": "bot_message", "text": "deployed", "ts": "1930000200.000100", "username": "Deploy Bot", "bot_id": "B1" },
        { "type": "message", "user": "U1", "text": "fixed typo", "ts": "1930000400.000100", "edited": { "user": "U1", "ts": "1930000450.000000" } },
        { "type": "message", "user": "U1", "text": "see file", "ts": "1930000500.000100", "files": [{ "name": "plan.pdf" }] },
        { "type": "message", "subtype": "thread_broadcast", "user": "U1", "text": "also here", "ts": "1930000600.000100", "thread_ts": "1930000100.000100" },
        { "type": "message", "subtype": "channel_join", "user": "U1", "text": "<@U1> has joined", "ts": "1930000010.000100" },
        { "type": "message", "subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted.", "ts": "1930000020.000100", "hidden": true },
        { "type": "message", "user": "U1", "text": "without a time" },
        { "type": "message", "user": "U1", "text": "from the future", "ts": "4102444800.000100" },
        { "type": "message", "user": 7, "text": ["odd"], "ts": "1930000700.000100" },
        "a word", 7, null, [],
    ])))
    .unwrap();
    let texts: Vec<&str> = day.messages.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(
        texts[..6],
        ["hi <@U1>", "deployed", "later", "fixed typo", "see file", "also here"]
    );
    let by_text =
        |text: &str| -> &IncomingMessage { day.messages.iter().find(|message| message.text == text).unwrap() };
    let hi = by_text("hi <@U1>");
    assert_eq!((hi.slack_team_id.as_str(), hi.slack_channel_id.as_str()), ("T1", "C1"));
    assert_eq!(
        (hi.author.team_id.as_deref(), hi.author.name.as_deref()),
        (Some("T9"), Some("Maya Torres"))
    );
    assert_eq!(
        (hi.thread_ts.as_deref(), by_text("later").thread_ts.as_deref()),
        (None, Some("1930000100.000100"))
    );
    assert!(hi.is_external_channel && !hi.author.is_bot && by_text("deployed").author.is_bot);
    assert_eq!(by_text("fixed typo").change_ts.as_deref(), Some("1930000450.000000"));
    assert!(by_text("also here").is_broadcast);
    assert!(day.messages.iter().all(|message| message.source == Source::Import));
    assert!(day.skipped >= 8, "{}", day.skipped);
}

#[test]
fn a_day_that_is_no_json_is_an_error_that_names_it() {
    for file in [&b"[{\"text\": \"\xff\xfe\"}]"[..], b"{}", b"[{}", b"", b"[] []"] {
        let error = read_day(file.to_vec()).unwrap_err().to_string();
        assert!(error.contains("customer-acme/2031-03-01.json"), "{error}");
    }
}

#[test]
fn a_day_of_twenty_thousand_messages_is_read() {
    let many: Vec<Value> = (0..20_000)
        .map(|n| json!({ "type": "message", "user": "U1", "text": "hello there", "ts": format!("1930000000.{n:06}") }))
        .collect();
    assert_eq!(read_day(text(&json!(many))).unwrap().messages.len(), 20_000);
}

#[test]
fn tricks_with_paths_are_refused() {
    let names = [
        "../channels.json",
        "/channels.json",
        "a/../../b.json",
        "C:\\b.json",
        "general\\2031-03-01.json",
        "./a.json",
        "general//a.json",
        "general/./a.json",
        "C:/a.json",
        "..",
    ];
    for name in names {
        let refused = open(&an_export(&[(name, b"[]".to_vec())])).err();
        assert!(matches!(refused, Some(ExportError::Forbidden { .. })), "{name}");
    }
}

#[test]
fn symbolic_links_and_encrypted_entries_are_refused() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.add_symlink("channels.json", "/etc/passwd", SimpleFileOptions::default())
        .unwrap();
    let bytes = zip.finish().unwrap().into_inner();
    assert!(matches!(
        open(&bytes).err(),
        Some(ExportError::Forbidden {
            reason: "is a symbolic link",
            ..
        })
    ));

    let mut encrypted = an_export(&[]);
    let central = encrypted.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    encrypted[central + 8] |= 1;
    assert!(matches!(
        open(&encrypted).err(),
        Some(ExportError::Forbidden {
            reason: "is encrypted",
            ..
        })
    ));
}

#[test]
fn an_entry_that_is_there_twice_is_refused() {
    // The library refuses to write such an archive, so a name of the same length is changed afterwards.
    let mut bytes = an_export(&[
        ("general/2031-03-01.json", b"[]".to_vec()),
        ("generax/2031-03-01.json", b"[]".to_vec()),
    ]);
    let twins: Vec<usize> = bytes
        .windows(7)
        .enumerate()
        .filter(|(_, window)| window == b"generax")
        .map(|(at, _)| at)
        .collect();
    for at in twins {
        bytes[at + 6] = b'l';
    }
    let error = open(&bytes).err().unwrap().to_string();
    assert!(error.contains("share"), "{error}");
}

#[test]
fn bombs_are_refused_before_they_are_inflated() {
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("channels.json", stored).unwrap();
    zip.write_all(&vec![b' '; 8 << 20]).unwrap();
    let bomb = zip.finish().unwrap().into_inner();
    assert!(matches!(open(&bomb).err(), Some(ExportError::TooLarge { .. })));

    // Many small entries, each modest.
    let chunk = vec![b' '; 2 << 20];
    let names: Vec<String> = (0..40).map(|n| format!("general/{n}.json")).collect();
    let many: Vec<(&str, Vec<u8>)> = names.iter().map(|name| (name.as_str(), chunk.clone())).collect();
    assert!(matches!(
        open(&an_export(&many)).err(),
        Some(ExportError::TooLarge { .. })
    ));

    let small = Limits {
        entries: 3,
        ..Limits::default()
    };
    let export = spooled(&an_export(&[("a/1.json", vec![]), ("a/2.json", vec![])]));
    assert!(matches!(
        Archive::open(&export.path, &small).err(),
        Some(ExportError::TooLarge { .. })
    ));
    let small = Limits {
        entry_bytes: 100,
        ..Limits::default()
    };
    assert!(matches!(
        Archive::open(&export.path, &small).err(),
        Some(ExportError::TooLarge { .. })
    ));
    let small = Limits {
        total_bytes: 600,
        ..Limits::default()
    };
    assert!(matches!(
        Archive::open(&export.path, &small).err(),
        Some(ExportError::TooLarge { .. })
    ));
}

#[test]
fn an_entry_that_inflates_to_more_than_it_declares_is_cut_off() {
    let mut bytes = zip(&[("channels.json", channels())]);
    let central = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    bytes[central + 24..central + 28].copy_from_slice(&10u32.to_le_bytes());
    let error = Catalogue::read(&mut open(&bytes).unwrap(), Some("T1")).unwrap_err();
    assert!(matches!(error, ExportError::Unreadable { .. }), "{error}");
}

#[test]
fn an_archive_within_the_archive_is_left_alone() {
    let inner = an_export(&[]);
    let mut archive = open(&an_export(&[("general/more.zip", inner)])).unwrap();
    let catalogue = Catalogue::read(&mut archive, None).unwrap();
    assert!(
        catalogue
            .channels
            .iter()
            .all(|channel| channel.days == Vec::<NaiveDate>::new())
    );
}
