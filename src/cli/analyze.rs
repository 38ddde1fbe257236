//! `stillwatch analyze`: runs the detectors and stores what they find.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde_json::{Value, json};

use super::author::author;
use super::case_file;
use super::exit::{Outcome, Usage};
use super::findings::{levels, summary_json};
use super::out::{count, grouped, note, print, print_json, visible};
use super::progress::Reporter;
use super::text_file;
use crate::case::{self, FoundTemplates, NewFindings, OpenCase, expected_false};
use crate::detect::rules::Rules;
use crate::detect::{Options, Parameters, registry};
use crate::job::{Lap, Progress};
use crate::model::finding::{Analysis, DetectorRun, DetectorState};
use crate::store::{CaseFile, Mode, StoreError};

/// `analyze`.
#[derive(Debug, Args)]
pub struct AnalyzeArgs {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: PathBuf,
    /// Everything random follows from it: the same case and seed give the same findings
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Only these detectors, as `detectors` lists them: D10,D20 [default: all]
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Another value for a parameter, as D10.most_accounts_of_a_value=40; may be given more than
    /// once
    #[arg(long, value_name = "ID.NAME=VALUE")]
    pub set: Vec<String>,
    /// Other rules of what prompts ask for than those that come with the program, as TOML; the case
    /// keeps them, with their version and hash, and later runs go by them, too
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,
    /// Back to the rules that come with the program, where the case keeps others
    #[arg(long, conflicts_with = "rules")]
    pub built_in_rules: bool,
    /// Say how much would be found; store nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Say how many seconds each step took, and each detector in it
    #[arg(long)]
    pub timings: bool,
    /// Print the summary as JSON
    #[arg(long)]
    pub json: bool,
}

/// Runs the detectors. What they find takes the place of what they found before, all at once.
///
/// # Errors
/// [`Usage`] for a detector or parameter there is not; when the case cannot be read or written.
pub fn run(args: &AnalyzeArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let options = options(args)?;
    let rules = args.rules.as_deref().map(read_rules).transpose()?;
    case_file::mend(&args.case)?;
    // Locked before the work: it may take minutes, and whoever has the case would make it vain.
    let mode = if args.dry_run { Mode::ReadOnly } else { Mode::ReadWrite };
    let file = CaseFile::open(&args.case, mode)?;
    let author = author()?;
    let progress = &reporter.progress;
    let case = OpenCase::from_file(file, progress)?;
    let templates = templates_if_needed(&case, &options, reporter)?;
    let rules = rules.as_ref().or(args.built_in_rules.then(Rules::built_in));
    let found = match rules {
        Some(rules) => case::find_by(&case.looked_at(), &options, rules, progress)?,
        None => case::find(&case.looked_at(), &options, progress)?,
    };
    if let Some(mut file) = case.close().map_err(anyhow::Error::msg)? {
        found.write_with(templates.as_ref(), &mut file, &author, progress)?;
    }
    reporter.pause();
    let analysis = found.analysis(author.at);
    if args.json {
        let mut summary = summary_json(&analysis);
        summary["stored"] = json!(!args.dry_run);
        summary["templates_looked_for"] = json!(templates.is_some());
        if args.timings {
            summary["seconds"] = timings_json(progress);
        }
        print_json(&summary)?;
    } else {
        print(|out| {
            as_text(&analysis, &found, args.dry_run, out)?;
            if args.timings { timings(progress, out) } else { Ok(()) }
        })?;
    }
    Ok(Outcome::Done)
}

/// Looks for templates first, where a detector that is asked for needs them.
fn templates_if_needed(
    case: &OpenCase,
    options: &Options,
    reporter: &Reporter,
) -> Result<Option<FoundTemplates>, StoreError> {
    if !registry::reads(&options.only).templates {
        return Ok(None);
    }
    if let Some(due) = case.templates_due().filter(|_| has_prompts(case)) {
        reporter.pause();
        note(&format!("prompt templates are {}: looking for them first", due.sentence()));
    }
    case::find_templates_if_due(case, &reporter.progress)
}

fn has_prompts(case: &OpenCase) -> bool {
    case.without_prompts < case.index.len() as u64
}

/// Rules from a file.
fn read_rules(path: &Path) -> anyhow::Result<Rules> {
    Rules::parse(&text_file::read(path)?).with_context(|| visible(&path.display().to_string()))
}

/// What was asked for, checked against what there is.
fn options(args: &AnalyzeArgs) -> Result<Options, Usage> {
    let unknown = |id: &str| {
        Usage(format!("there is no detector {}; `stillwatch detectors` lists them", visible(id)))
    };
    let mut only = Vec::new();
    for id in &args.only {
        let detector = registry::by_id(id.trim()).ok_or_else(|| unknown(id))?;
        only.push(detector.definition().id.to_owned());
    }
    let mut parameters = Parameters::default();
    for text in &args.set {
        let wrong = || {
            let text = visible(text);
            Usage(format!("--set {text}: write it as D10.most_accounts_of_a_value=40"))
        };
        let (name, value) = text.split_once('=').ok_or_else(wrong)?;
        let (id, name) = name.split_once('.').ok_or_else(wrong)?;
        let value: f64 = value.trim().parse().map_err(|_| wrong())?;
        if !value.is_finite() {
            return Err(wrong());
        }
        let definition = registry::by_id(id.trim()).ok_or_else(|| unknown(id))?.definition();
        let known = definition.parameters.iter().find(|p| p.name == name.trim());
        let Some(parameter) = known else {
            let names: Vec<&str> = definition.parameters.iter().map(|p| p.name).collect();
            let (id, name) = (definition.id, visible(name));
            let has = format!("{id} has no parameter {name}; it has {}", names.join(", "));
            return Err(Usage(has));
        };
        if !parameter.range().contains(&value) {
            let than = if parameter.default < 0.0 { "zero or below" } else { "zero or above" };
            let text = visible(text);
            return Err(Usage(format!("--set {text}: it takes numbers of {than}")));
        }
        parameters.set(definition.id, name.trim(), value);
    }
    Ok(Options { seed: args.seed, only, parameters })
}

fn as_text(
    analysis: &Analysis,
    found: &NewFindings,
    dry_run: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let run = &analysis.run;
    let events = count(run.events, "record", "records");
    let accounts = count(run.accounts, "account", "accounts");
    writeln!(out, "{events} of {accounts}, seed {}", run.seed)?;
    writeln!(out, "clusters: {}", levels(&analysis.clusters_by_level()))?;
    writeln!(out, "accounts: {}", levels(&analysis.accounts_by_level()))?;
    let ties = found.outcome.links.len() + found.outcome.circles.len();
    let findings = count(analysis.findings.len() as u64, "finding", "findings");
    writeln!(out, "{findings}, {}", count(ties as u64, "tie", "ties"))?;
    let expected = expected_false(analysis);
    if expected > 0.0 {
        let line = "clusters at probable or above that chance is expected to have made, at most";
        writeln!(out, "{line}: {expected:.2}")?;
    }
    writeln!(out, "\nran")?;
    of(run.detectors.iter(), &DetectorState::Ran, out)?;
    let not_run = |run: &&DetectorRun| run.state != DetectorState::Ran;
    if run.detectors.iter().any(|run| not_run(&run)) {
        writeln!(out, "\ndid not run, and so say nothing")?;
        for run in run.detectors.iter().filter(not_run) {
            let why = match &run.state {
                DetectorState::NotRun { why } => why,
                _ => "not asked for",
            };
            writeln!(out, "  {:<4} {}: {}", run.detector, title(run), visible(why))?;
        }
    }
    for left_out in &run.inputs.left_out {
        writeln!(out, "\n{}", visible(left_out))?;
    }
    if !run.inputs.rules.is_empty() {
        let line = "what prompts ask is told by other rules than those of the program";
        writeln!(out, "\n{line} (`--built-in-rules` goes back to these)")?;
    }
    if dry_run {
        writeln!(out, "\na dry run: nothing was stored")?;
    }
    Ok(())
}

/// How long steps and detectors took.
fn timings(progress: &Progress, out: &mut dyn Write) -> io::Result<()> {
    let mut list = |title: &str, laps: &[Lap]| {
        writeln!(out, "\n{title}")?;
        laps.iter().try_for_each(|lap| {
            writeln!(out, "  {:>8.2}  {}", lap.took.as_secs_f64(), visible(&lap.what))
        })
    };
    list("seconds of each step", &progress.phases())?;
    list("seconds of each part with what it waited for; parts run side by side", &progress.parts())
}

fn timings_json(progress: &Progress) -> Value {
    let of = |laps: &[Lap]| {
        let lap = |lap: &Lap| (lap.what.clone(), json!(lap.took.as_secs_f64()));
        Value::Object(laps.iter().map(lap).collect())
    };
    json!({ "steps": of(&progress.phases()), "parts": of(&progress.parts()) })
}

/// Detectors in a state, with what they found.
fn of<'a>(
    runs: impl Iterator<Item = &'a DetectorRun>,
    state: &DetectorState,
    out: &mut dyn Write,
) -> io::Result<()> {
    for run in runs.filter(|run| run.state == *state) {
        writeln!(out, "  {:<4} {:>6}  {}", run.detector, grouped(run.findings), title(run))?;
    }
    Ok(())
}

fn title(run: &DetectorRun) -> &'static str {
    registry::by_id(&run.detector).map_or("", |detector| detector.definition().title)
}
