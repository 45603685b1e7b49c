//! Rounds of kill -9 at random moments while events pour in.

use super::truth::{self, Store};
use super::{Options, Site};
use crate::process::pause;
use crate::product::Demo;
use crate::slack::{self, Message, Sender, Voice};
use anyhow::{Result, bail, ensure};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Connections that send at once.
const SENDERS: u32 = 8;

/// What was sent: the product's answers decide where a message is.
#[derive(Default)]
struct Sent {
    acknowledged: HashSet<(String, String)>,
    /// To be sent again, as Slack would.
    unanswered: Vec<Message>,
}

/// Kills the process `rounds` times and then compares what was acknowledged with what is there.
pub fn run(site: &Site, options: &Options) -> Result<()> {
    let mut random = StdRng::seed_from_u64(options.seed);
    let mut sent = Sent::default();
    let began = Instant::now();
    for round in 1..=options.rounds {
        let demo = site.start()?;
        let voices = slack::customer_voices(&demo.ready)?;
        let lives = Duration::from_millis(random.random_range(200..2_500));
        // Every third time the database's own process dies as well, so that it recovers from its log.
        let with_database = random.random_ratio(1, 3);
        let stop = AtomicBool::new(false);
        let backlog = std::mem::take(&mut sent.unanswered);
        let killed = std::thread::scope(|scope| -> Result<()> {
            let seeds: Vec<u64> = (0..SENDERS).map(|_| random.random()).collect();
            let handles: Vec<_> = seeds
                .into_iter()
                .enumerate()
                .map(|(index, seed)| {
                    let again: Vec<Message> = backlog.iter().skip(index).step_by(SENDERS as usize).cloned().collect();
                    let (sender, voices, stop) = (Sender::new(&demo.ready), &voices, &stop);
                    scope.spawn(move || send_until(stop, &sender, voices, seed, options.rate, again))
                })
                .collect();
            pause(lives);
            let killed = kill(site, demo, with_database);
            stop.store(true, Ordering::Relaxed);
            for handle in handles {
                let Ok(one) = handle.join() else {
                    bail!("a sender failed")
                };
                sent.acknowledged.extend(one.acknowledged);
                sent.unanswered.extend(one.unanswered);
            }
            killed
        });
        killed?;
        println!(
            "round {round}: killed after {} ms{}, {} acknowledged so far, {} to send again",
            lives.as_millis(),
            if with_database { " with its database" } else { "" },
            sent.acknowledged.len(),
            sent.unanswered.len()
        );
    }
    let demo = site.start()?;
    resend(&Sender::new(&demo.ready), &mut sent)?;
    compare(site, &demo, &sent, began)?;
    demo.interrupt()
}

fn kill(site: &Site, demo: Demo, with_database: bool) -> Result<()> {
    if with_database {
        let file = std::fs::read_to_string(site.data_dir.join("postgres/cluster/postmaster.pid"))?;
        let pid = file.lines().next().unwrap_or_default().trim().parse().ok();
        if let Some(pid) = pid.and_then(rustix::process::Pid::from_raw) {
            rustix::process::kill_process(pid, rustix::process::Signal::KILL)?;
        }
    }
    demo.kill()
}

/// Sends what was left over, then new messages at this sender's share of the rate.
fn send_until(stop: &AtomicBool, sender: &Sender, voices: &[Voice], seed: u64, rate: u32, again: Vec<Message>) -> Sent {
    let mut random = StdRng::seed_from_u64(seed);
    let mut sent = Sent::default();
    let mut again = again.into_iter();
    let interval = Duration::from_secs_f64(f64::from(SENDERS) / f64::from(rate.max(1)));
    while !stop.load(Ordering::Relaxed) {
        let began = Instant::now();
        let repeated = again.next();
        let retry = repeated.as_ref().map(|_| 1);
        let message = repeated.unwrap_or_else(|| compose(&mut random, voices));
        match sender.send(&message, &slack::next_event_id(), retry) {
            Ok(()) => {
                sent.acknowledged.insert((message.channel, message.ts));
            }
            Err(_) => sent.unanswered.push(message),
        }
        pause(interval.saturating_sub(began.elapsed()));
    }
    sent.unanswered.extend(again);
    sent
}

/// Mostly everyday talk, now and then something that becomes or joins a signal.
fn compose(random: &mut StdRng, voices: &[Voice]) -> Message {
    let voice = &voices[random.random_range(0..voices.len())];
    let number: u32 = random.random_range(1..10_000);
    voice.says(match random.random_range(0..20) {
        0 => format!("We would like to add {number} more seats to our plan"),
        1..=9 => format!("The export of job {number} finished, thanks for the help"),
        _ => format!("Moving our call to {number} next week, see the invite"),
    })
}

/// Sends again until all is acknowledged, as Slack does within its hour.
fn resend(sender: &Sender, sent: &mut Sent) -> Result<()> {
    for _ in 0..10 {
        for message in std::mem::take(&mut sent.unanswered) {
            match sender.send(&message, &slack::next_event_id(), Some(2)) {
                Ok(()) => {
                    sent.acknowledged.insert((message.channel, message.ts));
                }
                Err(_) => sent.unanswered.push(message),
            }
        }
        if sent.unanswered.is_empty() {
            return Ok(());
        }
    }
    bail!(
        "{} messages are not accepted by a running process",
        sent.unanswered.len()
    )
}

fn compare(site: &Site, demo: &Demo, sent: &Sent, began: Instant) -> Result<()> {
    let mut store = Store::open(&site.data_dir)?;
    store.drained()?;
    let mut stored: HashMap<(String, String), i64> = HashMap::new();
    let live = "SELECT slack_channel_id, ts, count(*) FROM messages WHERE source = 'live' GROUP BY 1, 2";
    for row in store.rows(live, &[])? {
        stored.insert((row.get(0), row.get(1)), row.get(2));
    }
    let lost = sent
        .acknowledged
        .iter()
        .filter(|one| !stored.contains_key(*one))
        .count();
    let twice = stored.values().filter(|copies| **copies > 1).count();

    let tasks = truth::tasks(&demo.ready)?;
    let signals: HashSet<&String> = tasks.values().collect();
    let twice_in_crm = tasks.len() - signals.len();
    // To Salesforce, a note on an opportunity is a task that is done.
    let delivered = "SELECT record_id FROM deliveries WHERE state = 'delivered' AND record_type IN ('task', 'note')";
    let delivered = store.rows(delivered, &[])?;
    let unknown = delivered.iter().filter(|row| {
        !row.get::<_, Option<String>>(0)
            .is_some_and(|id| tasks.contains_key(&id))
    });
    let unknown = unknown.count();
    let contradictions = store.contradictions()?;

    println!("acknowledged           {:>8}", sent.acknowledged.len());
    println!("lost                   {lost:>8}");
    println!("stored twice           {twice:>8}");
    println!("tasks in the CRM       {:>8}", tasks.len());
    println!("delivered by our books {:>8}", delivered.len());
    println!("signals with two tasks {twice_in_crm:>8}");
    println!("delivered, not there   {unknown:>8}");
    println!("contradictions         {:>8}", contradictions.len());
    println!("seconds                {:>8.0}", began.elapsed().as_secs_f64());
    ensure!(
        lost + twice + twice_in_crm + unknown == 0,
        "something was lost or is there twice"
    );
    ensure!(
        tasks.len() == delivered.len(),
        "the CRM has {} tasks, our books say {}",
        tasks.len(),
        delivered.len()
    );
    ensure!(contradictions.is_empty(), "{}", contradictions.join("; "));
    Ok(())
}
