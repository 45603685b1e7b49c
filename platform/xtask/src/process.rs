//! Processes that a task starts beside itself and ends when nobody needs them any more.

use crate::product;
use anyhow::{Context, Result, bail};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// A process of ours. Killed with -9 when dropped.
pub struct Process(Child);

impl Process {
    /// Starts it; nobody types into it.
    pub fn spawn(command: &mut Command) -> Result<Self> {
        let child = command.stdin(Stdio::null()).spawn();
        let child = child.with_context(|| format!("cannot start {}", command.get_program().display()))?;
        Ok(Self(child))
    }

    /// What it prints, for a command whose output is piped.
    pub fn output(&mut self) -> Result<ChildStdout> {
        self.0.stdout.take().context("the output is a pipe")
    }

    /// Kills it at once, as a power cut would.
    pub fn kill(mut self) -> Result<()> {
        self.0.kill()?;
        self.0.wait()?;
        Ok(())
    }

    /// Sends what Ctrl-C sends and waits for the end.
    pub fn interrupt(mut self) -> Result<()> {
        let pid = rustix::process::Pid::from_child(&self.0);
        rustix::process::kill_process(pid, rustix::process::Signal::INT)?;
        let status = self.0.wait()?;
        if !status.success() {
            bail!("after Ctrl-C the process ended with {status}");
        }
        Ok(())
    }

    /// Asks the server at this address until it answers.
    pub fn await_answer(&mut self, url: &str, within: Duration) -> Result<()> {
        let began = Instant::now();
        let agent = product::client(Duration::from_secs(1));
        while !agent.get(url).call().is_ok_and(|answer| answer.status() == 200) {
            if let Some(status) = self.0.try_wait()? {
                bail!("the process ended before {url} answered ({status})");
            }
            if began.elapsed() > within {
                bail!("{url} does not answer");
            }
            pause(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only when the process has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Time passes: the only way to let a running process work before it is killed, or to ask it again.
#[expect(
    clippy::disallowed_methods,
    reason = "the product runs in another process, on real time"
)]
pub fn pause(time: Duration) {
    std::thread::sleep(time);
}
