//! The command line: one file a command. Machine output goes to standard output, everything
//! else to standard error.

mod args;
mod author;
mod case_file;
mod edit;
mod exit;
mod export;
mod formats;
mod import;
mod info;
mod inspect;
mod open;
mod out;
mod progress;
mod query;
mod synth;
mod table;
mod verify;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser as _;

use args::{Cli, Command, OpenArgs};
use exit::Outcome;
use progress::Reporter;

/// What the window is to open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Launch {
    /// A case, or logs.
    pub paths: Vec<PathBuf>,
    /// The case that logs go into; `None` for beside the first log.
    pub case: Option<PathBuf>,
}

/// Shows the window and returns when it is closed. The binary supplies it, because the command
/// line knows nothing of the window.
pub type Window<'a> = &'a dyn Fn(Launch) -> anyhow::Result<()>;

/// Runs the program with these arguments, the first of which is its name.
pub fn main(arguments: impl IntoIterator<Item = OsString>, window: Window<'_>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        // Help and version are asked for, so they go to standard output and succeed.
        Err(error) => {
            let printed = error.print();
            return match (error.use_stderr(), printed) {
                (true, _) => ExitCode::from(2),
                (false, _) => ExitCode::SUCCESS,
            };
        }
    };
    let reporter = Reporter::new(cli.progress);
    let result = run(cli.command, window, &reporter);
    let cancelled = reporter.finish();
    exit::code(result, cancelled)
}

fn run(
    command: Option<Command>,
    window: Window<'_>,
    reporter: &Reporter,
) -> anyhow::Result<Outcome> {
    match command {
        None => open::run(OpenArgs { paths: Vec::new(), case: None }, window),
        Some(Command::Open(args)) => open::run(args, window),
        Some(Command::Import(args)) => import::run(&args, reporter),
        Some(Command::Inspect(args)) => inspect::run(&args, reporter),
        Some(Command::Info(args)) => info::run(&args),
        Some(Command::Query(args)) => query::run(&args, reporter),
        Some(Command::Flag(args)) => edit::flag(&args, reporter),
        Some(Command::Note(args)) => edit::write_note(&args, reporter),
        Some(Command::Export(args)) => export::run(&args, reporter),
        Some(Command::Verify(args)) => verify::run(&args, reporter),
        Some(Command::Synth(args)) => synth::run(&args, reporter),
        Some(Command::Formats(args)) => formats::run(&args),
    }
}
