//! The load: many connections that send signed events, either as fast as they are answered or at a fixed rate whatever
//! the answers do.

use super::figures::Figures;
use crate::slack::{self, Sender, Voice};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// One measurement.
pub struct Load {
    pub sender: Sender,
    pub voices: Vec<Voice>,
    pub connections: usize,
    pub lasts: Duration,
    pub pace: Pace,
}

/// When the next event is sent.
#[derive(Clone, Copy)]
pub enum Pace {
    /// Each connection sends its next event when the last one is answered.
    AsFastAsAnswered,
    /// Events are due at this rate. An answer's time counts from when its event was due, so that a stall is seen by
    /// every event that had to wait for it.
    PerSecond(u32),
}

impl Load {
    pub fn run(&self) -> Result<Figures> {
        let began = Instant::now();
        let next = AtomicU64::new(0);
        let results: Vec<Result<(Vec<Duration>, usize)>> = std::thread::scope(|scope| {
            let senders: Vec<_> = (0..self.connections)
                .map(|_| scope.spawn(|| self.connection(began, &next)))
                .collect();
            senders
                .into_iter()
                .map(|one| one.join().unwrap_or_else(|_| bail!("a sender failed")))
                .collect()
        });
        let took = began.elapsed();
        let (mut latencies, mut refused) = (Vec::new(), 0);
        for result in results {
            let (times, others) = result?;
            latencies.extend(times);
            refused += others;
        }
        let answered = latencies.len();
        Ok(Figures::new(latencies, answered, refused, took))
    }

    /// One connection's share: the times of what was accepted, and how many were not.
    fn connection(&self, began: Instant, next: &AtomicU64) -> Result<(Vec<Duration>, usize)> {
        let mut wire = Wire::open(&self.sender)?;
        let (mut latencies, mut refused) = (Vec::new(), 0);
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let due = match self.pace {
                Pace::AsFastAsAnswered => Instant::now(),
                Pace::PerSecond(rate) => began + Duration::from_secs_f64(number as f64 / f64::from(rate)),
            };
            if due.duration_since(began) >= self.lasts {
                return Ok((latencies, refused));
            }
            crate::process::pause(due.saturating_duration_since(Instant::now()));
            let voice = &self.voices[number as usize % self.voices.len()];
            let message = voice.says(format!("The export of job {number} finished, thanks for the help"));
            let status = wire.exchange(&self.sender, &self.sender.event(&message, &slack::next_event_id()))?;
            if status == 200 {
                latencies.push(due.elapsed());
            } else {
                refused += 1;
            }
        }
    }
}

/// One kept-open HTTP/1.1 connection. A full client would cost as much as what is measured.
struct Wire {
    stream: BufReader<TcpStream>,
    host: String,
}

impl Wire {
    fn open(sender: &Sender) -> Result<Self> {
        let host = sender
            .url()
            .split('/')
            .nth(2)
            .context("an address has a host")?
            .to_owned();
        let stream = TcpStream::connect(&host).with_context(|| format!("cannot connect to {host}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self {
            stream: BufReader::new(stream),
            host,
        })
    }

    /// Sends one signed event and reads the answer's status.
    fn exchange(&mut self, sender: &Sender, body: &str) -> Result<u16> {
        let (timestamp, signature) = sender.sign(body);
        let head = format!(
            "POST /slack/events HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
             x-slack-request-timestamp: {timestamp}\r\nx-slack-signature: {signature}\r\n\r\n",
            self.host,
            body.len()
        );
        self.stream.get_mut().write_all(format!("{head}{body}").as_bytes())?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|number| number.parse().ok())
            .context("no status in the answer")?;
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().context("an answer's length is a number")?;
            }
        }
        let mut rest = vec![0; length];
        self.stream.read_exact(&mut rest)?;
        Ok(status)
    }
}
