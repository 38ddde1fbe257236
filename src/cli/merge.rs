//! `stillwatch merge`: what another analyst said of the same logs.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::author::author;
use super::edit::open;
use super::exit::Outcome;
use super::out::{count, note, print, print_json, visible};
use super::progress::Reporter;
use crate::case::merge::{Conflict, Ours, Plan, Standing};

/// Accounts that are named where they are left out.
const NAMED: usize = 5;

/// `merge`.
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// The case that is written
    #[arg(value_name = "CASE")]
    pub case: PathBuf,
    /// The other analyst's case, of the same logs; it is only read
    #[arg(value_name = "OTHER")]
    pub other: PathBuf,
    /// Whose word stands where both said something else of the same thing [default: nobody's; then
    /// nothing is written]
    #[arg(long, value_name = "WHOSE")]
    pub prefer: Option<Prefer>,
    /// Say what would be taken over and what is in conflict; write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print all of it as JSON
    #[arg(long)]
    pub json: bool,
}

/// Whose word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Prefer {
    /// That of the case that is written
    Ours,
    /// That of the other case
    Theirs,
}

/// Merges.
///
/// # Errors
/// When a case cannot be read, the case cannot be written, or they are of different logs.
pub fn run(args: &MergeArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let mut case = open(&args.case, reporter)?;
    let plan = Ours::of(&case).plan(&args.other, &reporter.progress)?;
    let theirs: BTreeSet<usize> = match args.prefer {
        Some(Prefer::Theirs) => (0..plan.conflicts.len()).collect(),
        _ => BTreeSet::new(),
    };
    let is_open = args.prefer.is_none() && !plan.conflicts.is_empty();
    let edit = plan.edit(&theirs);
    let author = author()?;
    let is_nothing = edit.is_empty() && plan.conflicts.is_empty();
    let mut titles = Vec::new();
    if !(args.dry_run || is_open || is_nothing) {
        titles.push(edit.title.clone());
        case.decide(edit, author)?;
    }
    case.close().map_err(anyhow::Error::msg)?;
    reporter.pause();
    if args.json {
        print_json(&as_json(&plan, &titles))?;
    } else {
        let lines = lines(&plan, !titles.is_empty());
        print(|out| lines.iter().try_for_each(|line| writeln!(out, "{}", visible(line))))?;
    }
    match &titles[..] {
        [] if args.dry_run => {}
        [] if is_open => {
            let many = count(plan.conflicts.len() as u64, "conflict", "conflicts");
            note(&format!(
                "{many}: nothing was written. --prefer ours or --prefer theirs decides them all; \
                 the window decides them one by one"
            ));
            return Ok(Outcome::Partial);
        }
        [] => note("nothing to merge: the case says all of it already, or it was decided before"),
        titles => titles.iter().for_each(|title| note(title)),
    }
    Ok(Outcome::Done)
}

fn lines(plan: &Plan, is_made: bool) -> Vec<String> {
    let (both, ours, theirs) = plan.entries;
    let taken = plan.taken();
    let mut lines = vec![
        format!(
            "{} in common; since then {} here and {} there",
            count(both as u64, "journal entry", "journal entries"),
            count(ours as u64, "entry", "entries"),
            count(theirs as u64, "entry", "entries"),
        ),
        format!(
            "{}: {}, {}, {}, {}, {}",
            if is_made { "taken over" } else { "would be taken over" },
            count(taken.verdicts, "verdict", "verdicts"),
            count(taken.tags, "tag", "tags"),
            count(taken.notes, "note", "notes"),
            count(taken.views, "view", "views"),
            count(taken.entries, "entry of the case book", "entries of the case book"),
        ),
        plan.agreement.words(),
    ];
    lines.extend(plan.merged_before_words());
    let (shared, here, there) = plan.sources;
    if shared < here.max(there) {
        let of = "sources are in both cases";
        lines.push(format!("{shared} {of}, of {here} here and {there} there"));
    }
    if !plan.unknown.is_empty() {
        let few: Vec<&str> = plan.unknown.iter().take(NAMED).map(String::as_str).collect();
        let more = if plan.unknown.len() > NAMED { ", …" } else { "" };
        let many = count(plan.unknown.len() as u64, "account", "accounts");
        lines.push(format!("left out: {many} not in this case: {}{more}", few.join(", ")));
    }
    // One edit on many accounts is one thing to decide.
    let mut conflicts: Vec<([String; 2], Vec<String>)> = Vec::new();
    for conflict in &plan.conflicts {
        let sides = conflict.sides().map(|side| said(&side));
        match conflicts.iter_mut().find(|(known, _)| *known == sides) {
            Some((_, subjects)) => subjects.push(conflict.subject()),
            None => conflicts.push((sides, vec![conflict.subject()])),
        }
    }
    for ([ours, theirs], subjects) in &conflicts {
        lines.push(format!("conflict: {}", named(subjects)));
        lines.extend([format!("  ours: {ours}"), format!("  theirs: {theirs}")]);
    }
    lines
}

/// `a`, or `12: a, b, c, d, e, …`.
fn named(all: &[String]) -> String {
    match all {
        [one] => one.clone(),
        all => {
            let few = all[..all.len().min(NAMED)].join(", ");
            let more = if all.len() > NAMED { ", …" } else { "" };
            format!(
                "{}: {few}{more}",
                count(all.len() as u64, "of the same kind", "of the same kind")
            )
        }
    }
}

fn said(side: &Standing) -> String {
    match &side.by {
        Some((actor, at)) => format!("{} ({actor}, {at})", side.words),
        None => side.words.clone(),
    }
}

fn as_json(plan: &Plan, edits: &[String]) -> Value {
    let (both, ours, theirs) = plan.entries;
    let conflict = |conflict: &Conflict| {
        let [ours, theirs] = conflict.sides().map(|side| {
            let by = side.by.map(|(actor, at)| json!({ "actor": actor, "at": at.to_string() }));
            json!({ "says": side.words, "by": by })
        });
        json!({ "subject": conflict.subject(), "ours": ours, "theirs": theirs })
    };
    json!({
        "other": plan.path, "journal_hash": plan.journal_hash,
        "merged_before": plan.merged_before,
        "journal_entries": { "common": both, "ours": ours, "theirs": theirs },
        "sources": { "common": plan.sources.0, "ours": plan.sources.1, "theirs": plan.sources.2 },
        "taken": plan.taken(),
        "conflicts": plan.conflicts.iter().map(conflict).collect::<Vec<_>>(),
        "unknown_accounts": plan.unknown,
        "authors": plan.authors(),
        "agreement": {
            "judged_by_both": plan.agreement.both(), "alike": plan.agreement.alike(),
            "cohens_kappa": plan.agreement.kappa(), "accounts": plan.agreement.accounts,
        },
        "edits": edits,
    })
}
