//! A bench to try the program on: a folder of its own, the built binary, and short words for
//! what a test says.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// Where the program under test is.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_stillwatch");

/// The clock of every test: 2026-04-16T08:12:00Z.
pub const CLOCK: &str = "1776327120";

/// A folder with files in it, and the program to run there.
pub struct Bench {
    folder: TempDir,
    /// Where the program keeps what belongs to the user.
    config: TempDir,
}

impl Bench {
    /// An empty folder.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), config: tempfile::tempdir().unwrap() }
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// The program with arguments, not yet run.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.set_up(Command::new(PROGRAM));
        command.args(arguments);
        command
    }

    /// Runs a line as a shell reads it, in which the program goes by its name.
    #[cfg(all(feature = "gui", feature = "pdf"))]
    pub fn run_line(&self, line: &str) -> Ran {
        let mut command = self.set_up(Command::new("sh"));
        let mut path = Path::new(PROGRAM).parent().unwrap().as_os_str().to_owned();
        if let Some(others) = std::env::var_os("PATH") {
            path.push(":");
            path.push(others);
        }
        self.finish(command.args(["-c", line]).env("PATH", path), &[line])
    }

    fn set_up(&self, mut command: Command) -> Command {
        command
            .current_dir(self.folder.path())
            .env("STILLWATCH_ACTOR", "tester")
            .env("SOURCE_DATE_EPOCH", CLOCK)
            .env("COLUMNS", "100")
            // What the user has saved is no business of a test.
            .env("STILLWATCH_CONFIG", self.config.path())
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("WAYLAND_SOCKET")
            .timeout(Duration::from_secs(300));
        command
    }

    /// Runs the program.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.finish(&mut self.command(arguments), arguments)
    }

    /// Runs the program with this on standard input.
    pub fn run_with(&self, input: impl Into<Vec<u8>>, arguments: &[&str]) -> Ran {
        self.finish(self.command(arguments).write_stdin(input), arguments)
    }

    fn finish(&self, command: &mut Command, arguments: &[&str]) -> Ran {
        let output = command.output().unwrap();
        Ran {
            what: arguments.join(" "),
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The names of what is in the folder, sorted.
    pub fn names(&self) -> Vec<String> {
        self.names_in("")
    }

    /// The names of what is in a folder of it, sorted.
    pub fn names_in(&self, folder: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// What `info --json` says of a case.
    pub fn info(&self, case: &str) -> Value {
        self.run(&["info", case, "--json"]).ok().json()
    }

    /// The single number a query gives.
    pub fn number(&self, case: &str, sql: &str) -> u64 {
        let rows = self.run(&["query", case, sql, "--format", "json"]).ok().json();
        rows[0].as_object().unwrap().values().next().unwrap().as_u64().unwrap()
    }
}

/// What a run left behind.
#[derive(Debug)]
pub struct Ran {
    what: String,
    /// Exit status; `None` when killed.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Ran {
    /// It must have ended with this status, and without a panic.
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        let Self { what, out, err, .. } = &self;
        assert_eq!(self.code, Some(code), "stillwatch {what}\n{out}\n{err}");
        assert!(!err.contains("panicked") && !err.contains("internal error"), "{what}: {err}");
        self
    }

    /// It must have succeeded.
    #[track_caller]
    pub fn ok(self) -> Self {
        self.ends(0)
    }

    /// Standard error must contain this.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.err.contains(text), "\"{text}\" is not in:\n{}", self.err);
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e} in {}", self.out))
    }
}

/// The real logs beside the repository, where they are there.
///
/// They may not be redistributed. `STILLWATCH_SHARED_DATA` names the folder; without it, and
/// without `../shared/data`, a test that needs them says "not run", or fails where
/// `STILLWATCH_REQUIRE_ALL` is set.
pub fn shared_data(test: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = std::env::var_os("STILLWATCH_SHARED_DATA").map_or(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder.canonicalize().unwrap());
    }
    not_run(test, &format!("no real logs at {}", folder.display()));
    None
}

/// Says that a test did not run, and fails where all must.
pub fn not_run(test: &str, why: &str) {
    let required = std::env::var_os("STILLWATCH_REQUIRE_ALL").is_some();
    assert!(!required, "{test}: {why}, but STILLWATCH_REQUIRE_ALL is set");
    // Straight to standard error: the test harness hides what `eprintln!` says.
    let _ = writeln!(std::io::stderr(), "not run: {test}: {why}");
}

/// Records of the native format, one a line.
pub fn native(records: u32) -> String {
    (0..records)
        .map(|i| {
            format!(
                "{{\"timestamp\":\"2026-03-01T10:{:02}:{:02}Z\",\"account_id\":\"ac{:03}\",\
                 \"request_id\":\"r{i}\",\"model\":\"atlas-3\",\"status\":200,\
                 \"input_tokens\":{},\"output_tokens\":7,\"client_ip\":\"198.18.0.{}\",\
                 \"prompt\":\"question {i}\"}}\n",
                i / 60 % 60,
                i % 60,
                i % 7,
                10 + i,
                i % 5,
            )
        })
        .collect()
}
