//! The command line: what can be asked for, and what `--help` says about it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Looks into suspected illicit distillation of a language model, from exported access logs.
///
/// Without a command the window opens. Everything works offline on this machine; sources are
/// read and hashed, never changed.
#[derive(Debug, Parser)]
#[command(name = "stillwatch", version, max_term_width = 100, after_help = EXIT_STATUS)]
pub struct Cli {
    /// How long work reports on standard error
    #[arg(long, value_name = "KIND", value_enum, default_value = "auto", global = true)]
    pub progress: ProgressMode,

    /// What to do; nothing opens the window
    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXIT_STATUS: &str = "\
Exit status: 0 done; 1 failed; 2 wrong usage; 3 `verify` found a difference; 130 cancelled.

Examples:
  stillwatch open gateway.jsonl.gz
  stillwatch import logs/ --case review.stillwatch --accounts accounts.csv
  stillwatch flag review.stillwatch 'ip:203.0.113.0/24' --verdict suspicious --reason 'one pool'
  stillwatch export review.stillwatch --out evidence";

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProgressMode {
    /// A bar on a terminal, plain lines otherwise
    Auto,
    /// A bar
    Bar,
    /// A line now and then
    Plain,
    /// Nothing
    None,
}

/// One command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the window on a case, or on logs
    Open(OpenArgs),
    /// Make labelled synthetic logs
    Synth(SynthArgs),
    /// List the log formats that are read
    Formats(FormatsArgs),
}

/// `open`.
#[derive(Debug, Args)]
pub struct OpenArgs {
    /// A case, or logs to import into a new case
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The case that logs go into [default: beside the first log]
    #[arg(long, value_name = "FILE")]
    pub case: Option<PathBuf>,
}

/// `synth`.
#[derive(Debug, Args)]
pub struct SynthArgs {
    /// The folder to write into
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Exchanges, exactly so many [default: that of the scenario]
    #[arg(long, value_name = "N")]
    pub events: Option<u64>,
    /// Accounts [default: that of the scenario]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub accounts: Option<u32>,
    /// Another seed gives another world of the same kind
    #[arg(long, value_name = "N", default_value_t = 7)]
    pub seed: u64,
    /// What is hidden in it
    #[arg(long, value_name = "NAME", value_enum, default_value = "sample")]
    pub scenario: ScenarioArg,
    /// How the log is packed
    #[arg(long, value_name = "KIND", value_enum, default_value = "none")]
    pub compress: CompressArg,
}

/// The worlds that can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ScenarioArg {
    /// 60,000 exchanges of 1,200 accounts in four weeks, two hidden networks
    Sample,
    /// The same without the networks: any finding is a false one
    Benign,
    /// 16 million exchanges of 24,000 accounts in 45 days
    Large,
}

/// How a log is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CompressArg {
    /// Plain
    None,
    /// gzip
    Gz,
    /// zstd
    Zst,
}

/// `formats`.
#[derive(Debug, Args)]
pub struct FormatsArgs {
    /// Print the list as JSON
    #[arg(long)]
    pub json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
