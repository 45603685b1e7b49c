//! The running server process: started under a small guard, found again after a crash, ended in order.

use super::account::{Account, run_as};
use super::binaries::Binaries;
use super::error::{EmbeddedError, io};
use super::home::Home;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The guard is a shell script because it must outlive us: a child of ours cannot be told to die with us without unsafe
/// code, but it can see the pipe from us close. It ends the server in order (SIGINT, PostgreSQL's fast shutdown) when the
/// pipe closes or the file grows old, and asks again each second, because a signal sent before the server has its handlers
/// is lost. It leaves no helper process behind, and leads a process group of its own, which keeps Ctrl-C away from the
/// server. It never starts the server again: that is for the holder of the lock.
const GUARD: &str = r#"
exec 3<&0 </dev/null
touched=$1; shift
nap() { sleep "$1" & napping=$!; wait "$napping"; }
rest='kill "$napping"; wait "$napping"; exit 0'
"$@" 3<&- &
server=$!
{
  if [ -n "$touched" ]; then
    trap "$rest" TERM
    while [ -n "$(find "$touched" -mmin -10)" ]; do nap 2; done
  else
    read -r _ <&3
    trap "$rest" TERM
  fi
  while kill -INT "$server"; do nap 1; done
} 2>/dev/null &
watch=$!
wait "$server"; code=$?
kill "$watch" 2>/dev/null
wait "$watch"
exit "$code"
"#;

const POLL: Duration = Duration::from_millis(10);
/// Recovery after a crash replays at most `max_wal_size` (1 GB) of log.
const READY_WITHIN: Duration = Duration::from_secs(300);
/// A fast shutdown writes one checkpoint of at most `shared_buffers`.
const STOPS_WITHIN: Duration = Duration::from_secs(60);

/// How often the keeper looks whether the server still runs.
const LOOKS_EVERY: Duration = Duration::from_millis(200);

/// Everything a start needs, so that it can be repeated.
pub(super) struct Start {
    pub home: Home,
    pub binaries: Binaries,
    pub account: Option<Account>,
    pub settings: Vec<(&'static str, String)>,
    /// The server ends with this process or, if this names a file, ten minutes after that file was last touched.
    pub touched: Option<PathBuf>,
}

impl Start {
    /// Starts the server and waits until it accepts connections.
    pub fn server(&self) -> Result<Server, EmbeddedError> {
        let began = Instant::now();
        loop {
            match self.server_once() {
                // Processes of a killed server hold its memory for a moment longer.
                Err(EmbeddedError::DidNotStart { log_tail, .. })
                    if log_tail.contains("is still in use") && began.elapsed() < STOPS_WITHIN =>
                {
                    pause();
                }
                other => return other,
            }
        }
    }

    fn server_once(&self) -> Result<Server, EmbeddedError> {
        let home = &self.home;
        let log = home.open_log()?;
        let position = io(log.metadata(), "read", &home.log)?.len();
        let mut command = Command::new("/bin/sh");
        self.binaries.prepare(&mut command);
        run_as(&mut command, self.account.as_ref());
        command.args(["-c", GUARD, "momentum-postgres-guard"]);
        match &self.touched {
            None => command.arg("").stdin(Stdio::piped()),
            Some(file) => command.arg(file),
        };
        command
            .arg(self.binaries.directory.join("postgres"))
            .arg("-D")
            .arg(&home.cluster);
        for (name, value) in &self.settings {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        let errors = io(log.try_clone(), "open", &home.log)?;
        command.stdout(log).stderr(errors).process_group(0);
        let guard = io(command.spawn(), "run", "/bin/sh")?;
        let mut server = Server {
            guard,
            cluster: home.cluster.clone(),
        };
        server.wait_until_ready(home, position)?;
        Ok(server)
    }
}

/// A started server and the guard above it.
pub(super) struct Server {
    guard: Child,
    cluster: PathBuf,
}

impl Server {
    /// The eighth line of postmaster.pid is the server's own word on its state; `pg_ctl -w` reads it too.
    fn wait_until_ready(&mut self, home: &Home, position: u64) -> Result<(), EmbeddedError> {
        let started = Instant::now();
        while started.elapsed() < READY_WITHIN {
            if self.has_ended() {
                return Err(EmbeddedError::DidNotStart {
                    log: home.log.clone(),
                    log_tail: home.log_tail(position),
                });
            }
            let status = std::fs::read_to_string(self.cluster.join("postmaster.pid")).unwrap_or_default();
            if status.lines().nth(7).is_some_and(|state| state.trim() == "ready") && running(&self.cluster).is_some() {
                return Ok(());
            }
            pause();
        }
        Err(EmbeddedError::NotReady {
            log: home.log.clone(),
            seconds: READY_WITHIN.as_secs(),
        })
    }

    fn has_ended(&mut self) -> bool {
        !matches!(self.guard.try_wait(), Ok(None))
    }

    /// Ends the server in order and waits until it and its guard are gone.
    fn stop(&mut self) -> Result<(), EmbeddedError> {
        // Closing the pipe is the request.
        drop(self.guard.stdin.take());
        let asked = Instant::now();
        while asked.elapsed() < STOPS_WITHIN {
            if self.has_ended() {
                return Ok(());
            }
            pause();
        }
        end_leftover(&self.cluster)
    }
}

/// Keeps a server running until it is dropped or stopped: one that was killed is started again, and recovers what was
/// committed from its log.
pub(super) struct Keeper {
    ask: Option<Sender<()>>,
    keeping: Option<JoinHandle<Result<(), EmbeddedError>>>,
}

impl Keeper {
    pub fn new(start: Start, mut server: Server) -> Self {
        let (ask, asked) = mpsc::channel();
        let keeping = std::thread::spawn(move || {
            // A closed channel is the request to stop.
            while let Err(RecvTimeoutError::Timeout) = asked.recv_timeout(LOOKS_EVERY) {
                if !server.has_ended() {
                    continue;
                }
                tracing::error!(postgres.log = %start.home.log.display(), "PostgreSQL ended unexpectedly; starting it again");
                match end_leftover(&start.home.cluster).and_then(|()| start.server()) {
                    Ok(again) => server = again,
                    Err(error) => tracing::error!(error = %error, "PostgreSQL could not be started again"),
                }
            }
            server.stop()
        });
        Self {
            ask: Some(ask),
            keeping: Some(keeping),
        }
    }

    /// Ends the server in order. An error means that a process is left.
    pub fn stop(&mut self) -> Result<(), EmbeddedError> {
        drop(self.ask.take());
        match self.keeping.take().map(JoinHandle::join) {
            None => Ok(()),
            Some(Ok(result)) => result,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.ask.take());
        if let Some(Ok(Err(error))) = self.keeping.take().map(JoinHandle::join) {
            tracing::error!(error = %error, "PostgreSQL did not stop");
        }
    }
}

/// Ends a server that an earlier process left running in this cluster, and frees a pid file that names a process which
/// is no server. Only the holder of the home's lock may call this.
pub(super) fn end_leftover(cluster: &Path) -> Result<(), EmbeddedError> {
    for (signal, patience) in [(Signal::INT, STOPS_WITHIN), (Signal::QUIT, Duration::from_secs(10))] {
        let Some(pid) = running(cluster) else { break };
        tracing::info!(
            postgres.pid = pid.as_raw_nonzero().get(),
            "stopping the PostgreSQL of an earlier run"
        );
        let asked = Instant::now();
        while asked.elapsed() < patience {
            if kill_process(pid, signal).is_err() || running(cluster).is_none() {
                break;
            }
            pause();
        }
    }
    if let Some(pid) = running(cluster) {
        return Err(EmbeddedError::DoesNotStop {
            pid: pid.as_raw_nonzero().get(),
        });
    }
    disown_reused_pid(cluster)
}

/// The server that runs in this cluster, if any.
pub(super) fn running(cluster: &Path) -> Option<Pid> {
    let pid = recorded_pid(cluster)?;
    (test_kill_process(pid).is_ok() && works_in(pid, cluster)).then_some(pid)
}

fn recorded_pid(cluster: &Path) -> Option<Pid> {
    let file = std::fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
    Pid::from_raw(file.lines().next()?.trim().parse().ok()?)
}

/// Whether a process is a server of this cluster: PostgreSQL makes the cluster its working directory.
fn works_in(pid: Pid, cluster: &Path) -> bool {
    let process = pid.as_raw_nonzero();
    if cfg!(target_os = "linux") {
        return std::fs::read_link(format!("/proc/{process}/cwd")).is_ok_and(|directory| directory == cluster);
    }
    let asked = Command::new("ps")
        .args(["-o", "command=", "-p", &process.to_string()])
        .output();
    asked.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(&*cluster.to_string_lossy()))
}

/// After a crash of the machine (or a new container over old data) the recorded process id may belong to something
/// else, and PostgreSQL would refuse to start. The file is not removed, because its other lines let PostgreSQL notice
/// processes of a killed server that still hold its memory: only the id becomes one that no process can have.
fn disown_reused_pid(cluster: &Path) -> Result<(), EmbeddedError> {
    let path = cluster.join("postmaster.pid");
    let Ok(content) = std::fs::read_to_string(&path) else {
        return Ok(());
    };
    let Some((_, rest)) = content.split_once('\n') else {
        return Ok(());
    };
    io(std::fs::write(&path, format!("{}\n{rest}", i32::MAX)), "write", path)
}

#[expect(
    clippy::disallowed_methods,
    reason = "waits for another program, outside every request and job"
)]
fn pause() {
    std::thread::sleep(POLL);
}
