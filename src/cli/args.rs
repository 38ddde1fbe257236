//! The command line: what can be asked for, and what `--help` says about it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::export_args::{ExportArgs, VerifyArgs};
use super::synth_args::SynthArgs;
use crate::ingest::Encoding;
use crate::model::JoinKind;

/// Looks into suspected illicit distillation of a language model, from exported access logs.
///
/// Without a command the window opens. Everything works offline on this machine; sources are
/// read and hashed, never changed.
#[derive(Debug, Parser)]
#[command(name = "stillwatch", version, max_term_width = 100, after_help = EXIT_STATUS)]
pub struct Cli {
    /// How long work reports on standard error: auto, bar, plain or none
    #[arg(long, value_name = "KIND", value_enum, default_value = "auto", global = true)]
    #[arg(hide_possible_values = true, help_heading = "Everywhere")]
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
    /// Read logs into a case, creating it where it does not exist
    Import(ImportArgs),
    /// Say what files are recognised as; nothing is imported
    Inspect(InspectArgs),
    /// Read the rejected records of a source again, with another mapping
    Reread(RereadArgs),
    /// Say what is in a case
    Info(InfoArgs),
    /// List records that describe the same call; accept or reject them
    Joins(JoinsArgs),
    /// Group prompts into templates and list them
    Templates(super::templates::TemplatesArgs),
    /// Run the detectors and store what they find
    Analyze(super::analyze::AnalyzeArgs),
    /// List what the detectors found, the networks that deserve a look most first
    Findings(super::findings::FindingsArgs),
    /// List the detectors: what each sees, needs and cannot see
    Detectors(super::detectors::DetectorsArgs),
    /// Run one read-only SQL statement on a case
    Query(QueryArgs),
    /// Record a verdict or tags on the accounts of a selection
    Flag(FlagArgs),
    /// Write a note on the accounts of a selection, or on a range of time
    Note(NoteArgs),
    /// Put two selections side by side: what their accounts differ in, and how sure that is
    Compare(CompareArgs),
    /// List whose use looks like training on outputs, against the terms register of the case
    Policy(super::policy::PolicyArgs),
    /// List or write the case book: hypotheses, evidence, tasks, terms, words of the report
    Book(super::book_args::BookArgs),
    /// Take over what another analyst said of the same logs: verdicts, tags, notes, the case book
    Merge(super::merge::MergeArgs),
    /// Write the evidence package: report, tables, figures, manifest
    Export(ExportArgs),
    /// Check every hash of a case or an evidence package
    Verify(VerifyArgs),
    /// Make labelled synthetic logs
    Synth(SynthArgs),
    /// List the log formats that are read
    Formats(FormatsArgs),
    /// List the saved mappings, print one, or take one in from a file
    Mappings(MappingsArgs),
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

/// `import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Files, folders or patterns; `-` is standard input
    #[arg(value_name = "LOG", required = true)]
    pub logs: Vec<PathBuf>,
    /// The case to create or extend
    #[arg(long, value_name = "CASE")]
    pub case: PathBuf,
    /// What is known of the accounts: CSV or JSON lines with `account_id`
    #[arg(long, value_name = "FILE")]
    pub accounts: Option<PathBuf>,
    /// Releases, bans and policy changes: CSV with `model,released_at` or `label,kind,at`
    #[arg(long, value_name = "FILE")]
    pub releases: Option<PathBuf>,
    /// How the logs are read
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// Do not keep the original records in the case
    #[arg(long)]
    pub no_raw: bool,
    /// Import a source only if every record in it can be read
    #[arg(long)]
    pub strict: bool,
    /// Print the import report as JSON on standard output
    #[arg(long)]
    pub json: bool,
}

/// What overrides recognition.
#[derive(Debug, Args)]
pub struct ReadingArgs {
    /// Read the logs as this format instead of recognising it
    #[arg(long, value_name = "NAME")]
    pub format: Option<String>,
    /// Take the fields from this mapping: a TOML file as `inspect --toml` prints it, or the name of a
    /// saved one
    #[arg(long, value_name = "FILE|NAME")]
    pub mapping: Option<String>,
    /// The zone of times that state none, as `Europe/Berlin` or `UTC` [default: UTC]
    #[arg(long, value_name = "ZONE")]
    pub timezone: Option<String>,
    /// What the text is encoded in: utf-8, windows-1252 (also for Latin-1), utf-16le or utf-16be
    /// [default: what it looks like]
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<Encoding>,
}

/// `inspect`.
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// Files, folders or patterns; `-` is standard input
    #[arg(value_name = "LOG", required = true)]
    pub logs: Vec<PathBuf>,
    /// How the logs are read
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// Save how the log is read under this name, for `--mapping NAME` and for the window
    #[arg(long, value_name = "NAME")]
    pub save_mapping: Option<String>,
    /// Print how the log is read, and nothing else: the TOML that `--mapping FILE` takes
    #[arg(long, conflicts_with = "json")]
    pub toml: bool,
    /// Print what was found as JSON on standard output
    #[arg(long)]
    pub json: bool,
}

/// `reread`.
#[derive(Debug, Args)]
pub struct RereadArgs {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: PathBuf,
    /// The number of the source, as `info` lists it
    #[arg(value_name = "SOURCE")]
    pub source: u32,
    /// How the records are read now
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// Print the report as JSON on standard output
    #[arg(long)]
    pub json: bool,
}

/// `info`.
#[derive(Debug, Args)]
pub struct InfoArgs {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: PathBuf,
    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
    /// With a hash over all events, equal for equal events whatever files they came in
    #[arg(long)]
    pub content: bool,
}

/// `joins`.
#[derive(Debug, Args)]
pub struct JoinsArgs {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: PathBuf,
    /// Only pairs of this kind: repeat, join or probable
    #[arg(long, value_name = "KIND", value_parser = kind_of_join)]
    pub kind: Option<JoinKind>,
    /// Look for them first, where an import was stopped before it did
    #[arg(long)]
    pub find: bool,
    /// Count these as one call: event ids as listed, or all, repeat, join, probable
    #[arg(long, value_name = "WHICH", conflicts_with = "reject")]
    pub accept: Option<String>,
    /// Count these as two calls, named in the same way
    #[arg(long, value_name = "WHICH")]
    pub reject: Option<String>,
    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
}

/// `query`.
#[derive(Debug, Args)]
pub struct QueryArgs {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: PathBuf,
    /// One SELECT; `view_event`, `view_account`, `view_source` and `view_finding` are good places to start
    #[arg(value_name = "SQL")]
    pub sql: String,
    /// Also give the statement a table `selected` with the event_id of every record that fulfils
    /// this filter
    #[arg(long, value_name = "SELECTION", allow_hyphen_values = true, value_parser = no_option)]
    pub select: Option<String>,
    /// How rows are printed: table, csv or json
    #[arg(long, value_name = "KIND", value_enum, default_value = "table")]
    #[arg(hide_possible_values = true)]
    pub format: RowFormat,
}

/// How query results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RowFormat {
    /// Aligned columns
    Table,
    /// RFC 4180
    Csv,
    /// One array of objects
    Json,
}

/// `flag`.
#[derive(Debug, Args)]
pub struct FlagArgs {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: PathBuf,
    /// Which accounts: those with a record that fulfils this filter
    #[arg(value_name = "SELECTION", allow_hyphen_values = true, value_parser = no_option)]
    pub selection: String,
    /// suspicious, watch or cleared; `none` takes the verdict away
    #[arg(long, value_name = "V", required_unless_present_any = ["tag", "untag"])]
    #[arg(hide_possible_values = true)]
    pub verdict: Option<VerdictArg>,
    /// How sure: low, medium or high
    #[arg(long, value_name = "C", value_enum, default_value = "medium", requires = "verdict")]
    #[arg(hide_possible_values = true)]
    pub confidence: ConfidenceArg,
    /// Why, in your words
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    #[arg(requires = "verdict", allow_hyphen_values = true)]
    pub reason: String,
    /// Put this tag on them; may be given more than once
    #[arg(long, value_name = "TAG")]
    pub tag: Vec<String>,
    /// Take this tag off them; may be given more than once
    #[arg(long, value_name = "TAG")]
    pub untag: Vec<String>,
    /// Print what was changed as JSON
    #[arg(long)]
    pub json: bool,
}

/// A verdict, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum VerdictArg {
    /// Behaviour that deserves action
    Suspicious,
    /// Keep looking
    Watch,
    /// An innocent explanation holds
    Cleared,
    /// Take the verdict away
    None,
}

/// A confidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ConfidenceArg {
    /// A guess worth recording
    Low,
    /// More likely than not
    Medium,
    /// Would defend it
    High,
}

/// `note`.
#[derive(Debug, Args)]
pub struct NoteArgs {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: PathBuf,
    /// Which accounts: those with a record that fulfils this filter; a filter that is only a range
    /// of time (`time:2026-03-01..2026-03-04`) means the range itself
    #[arg(value_name = "SELECTION", allow_hyphen_values = true, value_parser = no_option)]
    pub selection: String,
    /// The note
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    pub text: String,
    /// Print what was changed as JSON
    #[arg(long)]
    pub json: bool,
}

/// `compare`.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: PathBuf,
    /// Side A
    #[arg(value_name = "SELECTION", allow_hyphen_values = true, value_parser = no_option)]
    pub selection: String,
    /// Side B [default: the other accounts of the case]
    #[arg(value_name = "OTHER", allow_hyphen_values = true, value_parser = no_option)]
    pub other: Option<String>,
    /// Print everything as JSON
    #[arg(long)]
    pub json: bool,
}

/// `formats`.
#[derive(Debug, Args)]
pub struct FormatsArgs {
    /// Print the list as JSON
    #[arg(long)]
    pub json: bool,
}

/// `mappings`.
#[derive(Debug, Args)]
pub struct MappingsArgs {
    /// Print this one as TOML, ready for a file [default: list all]
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// Save this TOML file under the name
    #[arg(long, value_name = "FILE", requires = "name")]
    pub add: Option<PathBuf>,
    /// Remove the one of that name
    #[arg(long, requires = "name", conflicts_with = "add")]
    pub remove: bool,
    /// Print the list as JSON
    #[arg(long, conflicts_with_all = ["name"])]
    pub json: bool,
}

fn kind_of_join(name: &str) -> Result<JoinKind, String> {
    JoinKind::parse(name).ok_or_else(|| "say repeat, join or probable".into())
}

/// A filter may begin with `-`, which negates; a misspelt option must not become one.
pub(super) fn no_option(text: &str) -> Result<String, String> {
    match text.strip_prefix("--") {
        Some(_) => Err("there is no such option, and no filter begins with --".into()),
        None => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn selections_and_notes_may_begin_with_a_minus() {
        let parse = |line: &str| Cli::try_parse_from(line.split(' '));
        let Ok(Cli { command: Some(Command::Flag(flag)), .. }) =
            parse("stillwatch flag c -account:a1 --verdict watch")
        else {
            panic!("not understood")
        };
        assert_eq!(
            (flag.selection.as_str(), flag.verdict),
            ("-account:a1", Some(VerdictArg::Watch))
        );
        let Ok(Cli { command: Some(Command::Note(note)), .. }) =
            parse("stillwatch note c -account:a1 -text --json")
        else {
            panic!("not understood")
        };
        assert_eq!(
            (note.selection.as_str(), note.text.as_str(), note.json),
            ("-account:a1", "-text", true)
        );
        let Ok(Cli { command: Some(Command::Export(export)), .. }) =
            parse("stillwatch export c --out d --select -account:a1")
        else {
            panic!("not understood")
        };
        assert_eq!(export.select.as_deref(), Some("-account:a1"));
        for misspelt in ["flag c --verdct watch", "flag c --verdct --verdict watch"] {
            assert!(parse(&format!("stillwatch {misspelt}")).is_err(), "{misspelt}");
        }
    }
}
