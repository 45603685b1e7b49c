//! Running other programs: what runs is printed first, what it says is shown as it comes, and tests are counted.

use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

/// How many tests a program reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub passed: u32,
    pub failed: u32,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// Runs a program to its end; an error if it fails.
pub fn run(command: &mut Command) -> Result<()> {
    println!("$ {}", describe(command));
    let status = command.stdin(Stdio::null()).status();
    let status = status.with_context(|| format!("cannot run {}", describe(command)))?;
    if !status.success() {
        bail!("{} failed ({status})", describe(command));
    }
    Ok(())
}

/// Runs a program to its end and adds up the tests it reports. Failing tests are an error as well.
pub fn run_counted(command: &mut Command, count: &mut Count) -> Result<()> {
    println!("$ {}", describe(command));
    let (reader, writer) = std::io::pipe()?;
    let errors = writer.try_clone()?;
    command.stdin(Stdio::null()).stdout(writer).stderr(errors);
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot run {}", describe(command)))?;
    // The command keeps the pipe's writing ends; as long as it does, the reader sees no end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut out = std::io::stdout().lock();
    let mut lines = BufReader::new(reader);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        out.write_all(&line)?;
        *count += reported(&String::from_utf8_lossy(&line));
        line.clear();
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("{} failed ({status})", describe(command));
    }
    Ok(())
}

/// The command line, with only the last part of the program's path.
fn describe(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let arguments = command
        .get_args()
        .map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once(name).chain(arguments).collect::<Vec<_>>().join(" ")
}

/// The counts in the closing line of nextest, libtest, vitest, or of a runner of ours (`3 passed, 0 failed`).
fn reported(line: &str) -> Count {
    // Indented, it is what a failed test printed.
    let is_libtest = line.starts_with("test result:");
    let line = line.trim();
    let closes = is_libtest || ["Summary [", "Tests "].iter().any(|start| line.starts_with(start));
    let ours = line.contains(" passed, ") && line.ends_with(" failed");
    if !closes && !ours {
        return Count::default();
    }
    let words: Vec<&str> = line.split(|letter: char| !letter.is_ascii_alphanumeric()).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let before = |wanted: &str| -> u32 {
        words
            .windows(2)
            .filter(|pair| pair[1] == wanted)
            .find_map(|pair| pair[0].parse().ok())
            .unwrap_or(0)
    };
    Count {
        passed: before("passed"),
        failed: before("failed") + before("timed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_lines_of_every_runner_are_understood() {
        let rows = [
            ("     Summary [   8.246s] 7 tests run: 7 passed, 1 skipped", 7, 0),
            (
                "     Summary [   8.2s] 9 tests run: 6 passed (1 slow), 2 failed, 1 timed out, 1 skipped",
                6,
                3,
            ),
            (
                "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 1 filtered out",
                3,
                2,
            ),
            ("      Tests  1 failed | 11 passed (12)", 11, 1),
            ("4 passed, 0 failed", 4, 0),
            (" Test Files  3 passed (3)", 0, 0),
            ("the tests that passed", 0, 0),
            ("    test result: FAILED. 0 passed; 1 failed; 0 ignored;", 0, 0),
        ];
        for (line, passed, failed) in rows {
            assert_eq!(reported(line), Count { passed, failed }, "{line}");
        }
    }
}
