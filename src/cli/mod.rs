//! The command line: one file a command. Machine output goes to standard output, everything
//! else to standard error.

mod analyze;
mod args;
mod author;
mod book;
mod book_args;
mod case_file;
mod compare;
mod detectors;
mod edit;
mod exit;
mod export;
mod export_args;
mod findings;
mod formats;
mod import;
mod info;
mod inspect;
mod joins;
mod mappings;
mod merge;
mod open;
mod out;
mod policy;
mod progress;
mod query;
mod reread;
mod synth;
mod synth_args;
mod table;
mod templates;
mod text_file;
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
    let command = match cli.command {
        // Before any signal is caught: Ctrl+C ends a window, and all it did is saved already.
        None => {
            return exit::code(
                open::run(OpenArgs { paths: Vec::new(), case: None }, window),
                false,
            );
        }
        Some(Command::Open(args)) => return exit::code(open::run(args, window), false),
        Some(command) => command,
    };
    let reporter = Reporter::new(cli.progress);
    let result = run(command, &reporter);
    let cancelled = reporter.finish();
    exit::code(result, cancelled)
}

fn run(command: Command, reporter: &Reporter) -> anyhow::Result<Outcome> {
    match command {
        Command::Open(_) => unreachable!("the window was opened before"),
        Command::Import(args) => import::run(&args, reporter),
        Command::Inspect(args) => inspect::run(&args, reporter),
        Command::Reread(args) => reread::run(&args, reporter),
        Command::Info(args) => info::run(&args, reporter),
        Command::Joins(args) => joins::run(&args, reporter),
        Command::Templates(args) => templates::run(&args, reporter),
        Command::Analyze(args) => analyze::run(&args, reporter),
        Command::Findings(args) => findings::run(&args, reporter),
        Command::Detectors(args) => detectors::run(&args),
        Command::Query(args) => query::run(&args, reporter),
        Command::Flag(args) => edit::flag(&args, reporter),
        Command::Note(args) => edit::write_note(&args, reporter),
        Command::Compare(args) => compare::run(&args, reporter),
        Command::Policy(args) => policy::run(&args, reporter),
        Command::Book(args) => book::run(&args, reporter),
        Command::Merge(args) => merge::run(&args, reporter),
        Command::Export(args) => export::run(&args, reporter),
        Command::Verify(args) => verify::run(&args, reporter),
        Command::Synth(args) => synth::run(&args, reporter),
        Command::Formats(args) => formats::run(&args),
        Command::Mappings(args) => mappings::run(&args),
    }
}
