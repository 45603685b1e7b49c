//! The ways in which one message could become two signals, or one signal two tasks.

use super::Site;
use super::truth::{self, Store};
use crate::process::pause;
use crate::product::Demo;
use crate::slack::{self, Message, Sender, Voice};
use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use std::time::{Duration, Instant};

/// One scenario: how the message reaches us, and what goes wrong on the way to the CRM.
pub struct Scenario {
    pub name: &'static str,
    act: Act,
}

enum Act {
    /// The same event three times more, with Slack's retry headers.
    Retries,
    /// Eleven events with ids of their own for one message (node-slack-sdk#2141).
    ElevenCopies,
    /// The CRM has written the task but answers slowly; our process is killed before the answer.
    KilledBeforeRecord,
    /// The CRM has written the task and the connection breaks.
    AnswerLost,
}

/// Every scenario in order.
pub const ALL: &[Scenario] = &[
    Scenario {
        name: "three retries",
        act: Act::Retries,
    },
    Scenario {
        name: "eleven event ids",
        act: Act::ElevenCopies,
    },
    Scenario {
        name: "killed after the CRM's commit",
        act: Act::KilledBeforeRecord,
    },
    Scenario {
        name: "the CRM's answer is lost",
        act: Act::AnswerLost,
    },
];

/// What is said, by the kind of signal it becomes. Each needs an account without such a signal in recent weeks: else it
/// would join that one, and there would be no new task to count. An expansion would become an opportunity.
const SAID: [(&str, &str); 3] = [
    (
        "buying_intent",
        "Could you send us a quote for the enterprise plan? We want to sign this month",
    ),
    (
        "churn",
        "We've decided to cancel our subscription at the end of the month",
    ),
    (
        "risk",
        "This outage is unacceptable, our whole team has been blocked since yesterday",
    ),
];

/// Runs one scenario on a running product and expects one signal and one task.
pub fn run(site: &Site, scenario: &Scenario) -> Result<()> {
    let mut demo = site.start()?;
    let mut store = Store::open(&site.data_dir)?;
    store.drained()?;
    let (voice, text) = fresh_ground(&mut store, &slack::customer_voices(&demo.ready)?)?;
    let message = voice.says(text);
    let sender = Sender::new(&demo.ready);
    match scenario.act {
        Act::Retries => {
            let event_id = slack::next_event_id();
            for retry in [None, Some(1), Some(2), Some(3)] {
                sender.send(&message, &event_id, retry)?;
            }
        }
        Act::ElevenCopies => {
            for _ in 0..11 {
                sender.send(&message, &slack::next_event_id(), None)?;
            }
        }
        Act::KilledBeforeRecord => {
            let before = truth::tasks(&demo.ready)?.len();
            truth::break_task_writes(&demo.ready, &json!({"kind": "slow", "delay_ms": 20_000}))?;
            sender.send(&message, &slack::next_event_id(), None)?;
            wait_for_task(&demo, before)?;
            demo.kill()?;
            demo = site.start()?;
            store = Store::open(&site.data_dir)?;
        }
        Act::AnswerLost => {
            truth::break_task_writes(&demo.ready, &json!({"kind": "drop_after_commit"}))?;
            sender.send(&message, &slack::next_event_id(), None)?;
        }
    }
    store.drained()?;
    truth::mend(&demo.ready)?;
    one_signal_one_task(&mut store, &demo, &message)?;
    demo.interrupt()
}

/// A voice and words that will open a new signal with a task.
fn fresh_ground(store: &mut Store, voices: &[Voice]) -> Result<(Voice, &'static str)> {
    let free = "SELECT count(*) FROM channels AS c \
        JOIN channel_mappings AS m ON (m.tenant_id, m.channel_id) = (c.tenant_id, c.id) \
        JOIN accounts AS a ON (a.tenant_id, a.id) = (m.tenant_id, m.account_id) \
        WHERE c.slack_channel_id = $1 AND a.crm_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM signals AS s \
            WHERE s.tenant_id = a.tenant_id AND s.account_id = a.id AND s.kind = $2 \
            AND s.last_occurrence_at > now() - interval '30 days')";
    for (kind, text) in SAID {
        for voice in voices {
            let found: i64 = store.rows(free, &[&voice.channel, &kind])?[0].get(0);
            if found > 0 {
                return Ok((voice.clone(), text));
            }
        }
    }
    bail!("every account of the demo has a recent signal of every kind tried")
}

/// Waits until the CRM has one task more: it has committed, and its answer is still on the way.
fn wait_for_task(demo: &Demo, before: usize) -> Result<()> {
    let began = Instant::now();
    while truth::tasks(&demo.ready)?.len() == before {
        ensure!(
            began.elapsed() < Duration::from_secs(15),
            "no task reached the CRM within 15 s"
        );
        pause(Duration::from_millis(50));
    }
    Ok(())
}

fn one_signal_one_task(store: &mut Store, demo: &Demo, message: &Message) -> Result<()> {
    let copies = store.rows(
        "SELECT 1 FROM messages WHERE ts = $1 AND slack_channel_id = $2",
        &[&message.ts, &message.channel],
    )?;
    ensure!(copies.len() == 1, "the message is stored {} times", copies.len());
    let signals = "SELECT s.id::text, d.record_id FROM signals AS s \
        LEFT JOIN deliveries AS d ON (d.tenant_id, d.signal_id) = (s.tenant_id, s.id) AND d.record_type = 'task' \
        WHERE s.message_ts = $1";
    let signals = store.rows(signals, &[&message.ts])?;
    ensure!(
        signals.len() == 1,
        "the message opened {} signals instead of one",
        signals.len()
    );
    let record: Option<String> = signals[0].get(1);
    let record = record.context("the signal has no task by our books")?;
    let tasks = truth::tasks(&demo.ready)?;
    let signal = tasks
        .get(&record)
        .with_context(|| format!("the CRM has no task {record}"))?;
    let same = tasks.values().filter(|other| *other == signal).count();
    ensure!(same == 1, "the CRM has {same} tasks for one signal");
    println!("one message, one signal, one task ({record})");
    Ok(())
}
