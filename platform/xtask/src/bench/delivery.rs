//! `cargo xtask bench delivery`: how long it takes from a customer's message to the task in the CRM, for some quiet
//! companies alone, and then beside a company that sends fifty times as much as each of them.

use super::companies::{Company, Site};
use super::figures::{Figures, heading, row};
use crate::chaos::Store;
use crate::process::pause;
use crate::slack::{self, Sender, Voice};
use crate::workspace::Workspace;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How many times as much the noisy company sends.
const NOISE: usize = 50;
/// Seconds for which each company sends before anything is measured, so that connections are open, statements prepared
/// and the database knows of each company.
const WARM_UP: usize = 10;
/// Seconds of each company's messages at a time: alone and beside the noisy company by turns, so that whatever else the
/// machine does meanwhile meets both alike.
const TURN: usize = 10;
/// Connections that send: enough that a slow answer delays nobody's message.
const CONNECTIONS: usize = 16;

/// What customers write: each a signal of another kind, so that an account can be heard of more than once.
const NEEDS: [&str; 3] = [
    "We will not renew the contract.",
    "Our new champion is Dana from operations, the decision maker has changed.",
    "We can't get this to work and nobody from support responds.",
];

/// How it is measured.
#[derive(clap::Args, Clone)]
pub struct Options {
    /// Seconds of each measurement, in turns of ten.
    #[arg(long, default_value_t = 60)]
    seconds: usize,
    /// Companies whose deliveries are measured. Each sends a message a second.
    #[arg(long, default_value_t = 4)]
    companies: usize,
    /// Milliseconds that each answer of Slack and of Salesforce takes, to see what a slower vendor changes.
    #[arg(long, default_value_t = 0)]
    vendor_ms: u64,
    /// A binary that is built already, instead of the release build.
    #[arg(long)]
    binary: Option<PathBuf>,
}

/// A message of somebody, due so long after the beginning.
struct Due {
    after: Duration,
    company: usize,
    voice: Voice,
    text: &'static str,
}

/// Measures and prints the table.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let Options {
        seconds,
        companies,
        vendor_ms,
        binary,
    } = options.clone();
    let binary = super::binary(workspace, binary)?;
    let home = tempfile::tempdir()?;
    let data_dir = home.path().join("data");
    ensure!(seconds >= TURN && seconds % TURN == 0, "a multiple of {TURN} seconds");
    let quiet: Vec<Company> = (0..companies)
        .map(|number| Company::new(format!("Quiet{number}"), seconds))
        .collect();
    let quiet: Vec<&Company> = quiet.iter().collect();
    // Each of its channels speaks of each need once, besides those for the warm-up.
    let noisy = Company::new("Noisy".to_owned(), (seconds * NOISE).div_ceil(NEEDS.len()) + WARM_UP);
    let all: Vec<&Company> = quiet.iter().copied().chain([&noisy]).collect();
    let site = Site::start(&binary, &data_dir, &all)?;
    let mut store = Store::open(&data_dir)?;
    let mut tenants = Vec::new();
    for company in &all {
        tenants.push(site.welcome(company, &mut store)?);
    }
    if vendor_ms > 0 {
        site.slow_vendors_down(Duration::from_millis(vendor_ms))?;
    }
    let senders: Vec<Sender> = all.iter().map(|company| site.sender(company)).collect();
    println!(
        "{companies} companies send a message a second for {seconds} s; the noisy one sends {NOISE} a second; the vendors' \
         answers take {vendor_ms} ms\n"
    );

    let warm_up = schedule(&all, |one| one.voices().into_iter().rev().take(WARM_UP), NEEDS[2]);
    measured(&mut store, &senders, &warm_up, &tenants)?;
    // The database does so by itself, but at some minute.
    store.execute("ANALYZE", &[])?;
    let (mut alone, mut beside) = (vec![Vec::new(); all.len()], vec![Vec::new(); all.len()]);
    let machine = Machine::now();
    for turn in 0..seconds / TURN {
        let of_turn = |one: &Company| one.voices().into_iter().skip(turn * TURN).take(TURN);
        let due = schedule(&quiet, of_turn, NEEDS[0]);
        extend(&mut alone, measured(&mut store, &senders, &due, &tenants)?);
        let mut due = schedule(&quiet, of_turn, NEEDS[1]);
        due.extend(noise(&noisy, companies, turn));
        due.sort_by_key(|due| due.after);
        extend(&mut beside, measured(&mut store, &senders, &due, &tenants)?);
    }
    let taken = machine.and_then(|machine| machine.taken_since());

    let lasts = Duration::from_secs(seconds as u64);
    let (alone, beside, noise) = (
        Figures::of_all(&alone[..companies], lasts),
        Figures::of_all(&beside[..companies], lasts),
        Figures::of_all(&beside[companies..], lasts),
    );
    heading("tasks/s");
    row("alone", &alone);
    row("beside the noisy company", &beside);
    row("the noisy company itself", &noise);
    let ratio = beside.percentile(0.99).as_secs_f64() / alone.percentile(0.99).as_secs_f64();
    println!("\np99 beside the noisy company against alone {ratio:>8.2}");
    if let Some(taken) = taken {
        println!(
            "of the processors' time, others on this host took {:>4.1} %",
            taken * 100.0
        );
    }
    Ok(())
}

/// What the noisy company sends in a turn.
fn noise(noisy: &Company, company: usize, turn: usize) -> impl Iterator<Item = Due> {
    let voices = noisy.voices().into_iter();
    let all = voices.flat_map(|voice| NEEDS.map(|text| (voice.clone(), text)));
    let of_turn = all.skip(turn * TURN * NOISE).take(TURN * NOISE).enumerate();
    of_turn.map(move |(number, (voice, text))| Due {
        after: Duration::from_secs_f64(number as f64 / NOISE as f64),
        company,
        voice,
        text,
    })
}

fn extend(times: &mut [Vec<Duration>], of_turn: Vec<Vec<Duration>>) {
    for (all, more) in times.iter_mut().zip(of_turn) {
        all.extend(more);
    }
}

/// The processors' ticks so far, as Linux counts them: those that a virtual machine's host gave to others, and all.
/// See proc_stat(5).
struct Machine {
    stolen: u64,
    all: u64,
}

impl Machine {
    /// Nothing where there is no such count.
    fn now() -> Option<Self> {
        let stat = std::fs::read_to_string("/proc/stat").ok()?;
        let ticks: Vec<u64> = (stat.lines().next()?.split_whitespace().skip(1).take(8))
            .map(|ticks| ticks.parse().ok())
            .collect::<Option<_>>()?;
        Some(Self {
            stolen: *ticks.get(7)?,
            all: ticks.iter().sum(),
        })
    }

    /// The share of the time since then that others took.
    fn taken_since(&self) -> Option<f64> {
        let now = Self::now()?;
        let all = now.all.checked_sub(self.all).filter(|all| *all > 0)?;
        Some(now.stolen.saturating_sub(self.stolen) as f64 / all as f64)
    }
}

/// A message a second of each company, spread over the second, each of another account.
fn schedule<V: Iterator<Item = Voice>>(
    companies: &[&Company],
    voices: impl Fn(&Company) -> V,
    text: &'static str,
) -> Vec<Due> {
    let share = 1.0 / companies.len() as f64;
    let mut all = Vec::new();
    for (company, one) in companies.iter().enumerate() {
        all.extend(voices(one).enumerate().map(|(second, voice)| Due {
            after: Duration::from_secs_f64(second as f64 + company as f64 * share),
            company,
            voice,
            text,
        }));
    }
    all.sort_by_key(|due| due.after);
    all
}

/// Sends what is due when it is due, and waits until all of it is worked off. Answers for each company how long each of its
/// messages took to become a task. A message without exactly one task is an error.
fn measured(store: &mut Store, senders: &[Sender], due: &[Due], tenants: &[String]) -> Result<Vec<Vec<Duration>>> {
    let sent = send(senders, due)?;
    store.drained()?;
    let (now, now_there) = (Instant::now(), store.now()?);
    let mut times = Vec::new();
    for (company, tenant) in tenants.iter().enumerate() {
        let done: BTreeMap<Key, f64> = store
            .rows(DELIVERED, &[tenant])?
            .iter()
            .map(|row| ((row.get(0), row.get(1)), row.get(2)))
            .collect();
        let of_company = sent.iter().filter(|(_, (of, _))| *of == company);
        let took = |(message, (_, at)): (&Key, &(usize, Instant))| {
            let done = done
                .get(message)
                .with_context(|| format!("no task for the message {message:?}"))?;
            let ago = Duration::try_from_secs_f64(now_there - done).unwrap_or_default();
            Ok((now - *at).saturating_sub(ago))
        };
        times.push(of_company.map(took).collect::<Result<_>>()?);
    }
    Ok(times)
}

/// Sends what is due when it is due. Answers of which company each message is and when it was due.
fn send(senders: &[Sender], due: &[Due]) -> Result<BTreeMap<Key, (usize, Instant)>> {
    let (began, next) = (Instant::now(), AtomicUsize::new(0));
    let one = || -> Result<Vec<_>> {
        let mut sent = Vec::new();
        while let Some(due) = due.get(next.fetch_add(1, Ordering::Relaxed)) {
            let at = began + due.after;
            pause(at.saturating_duration_since(Instant::now()));
            let message = due.voice.says(due.text);
            senders[due.company].send(&message, &slack::next_event_id(), None)?;
            sent.push(((message.channel, message.ts), (due.company, at)));
        }
        Ok(sent)
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(one)).collect();
        let mut all = BTreeMap::new();
        for thread in threads {
            all.extend(thread.join().ok().context("a sender failed")??);
        }
        Ok(all)
    })
}

/// A message: its channel and its ts.
type Key = (String, String);

/// The messages of a company that have a task, and when they got it.
const DELIVERED: &str = "SELECT m.slack_channel_id, m.ts, extract(epoch FROM d.delivered_at)::float8
  FROM deliveries AS d
  JOIN signals AS s ON s.tenant_id = d.tenant_id AND s.id = d.signal_id
  JOIN messages AS m ON m.tenant_id = s.tenant_id AND m.id = s.message_id
 WHERE d.tenant_id = $1::text::uuid AND d.state = 'delivered'";
