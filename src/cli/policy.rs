//! `stillwatch policy`: which accounts' use looks like training on outputs, against the terms
//! register.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::case_file;
use super::exit::Outcome;
use super::out::{count, grouped, print, print_json, visible};
use super::progress::Reporter;
use crate::case::OpenCase;
use crate::case::policy::{Calls, Checked, Use, check};
use crate::model::book::{self, Term};
use crate::model::finding::Subject;

/// `policy`.
#[derive(Debug, Args)]
pub struct PolicyArgs {
    /// The case
    #[arg(value_name = "CASE")]
    pub case: PathBuf,
    /// Print everything as JSON
    #[arg(long)]
    pub json: bool,
}

/// What no check can say.
const LIMIT: &str = "Records can show that answers are collected, never that a model was trained \
                     on them; a clause that nobody compared with its text is a paraphrase.";

/// Checks, and says what was found.
///
/// # Errors
/// When the case cannot be read, the detectors were not run, or no clause is registered.
pub fn run(args: &PolicyArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let case = OpenCase::from_file(case_file::open(&args.case)?, &reporter.progress)?;
    let Some(analysis) = case.analysis() else {
        anyhow::bail!("the detectors have not been run on this case; `stillwatch analyze` does");
    };
    let terms: Vec<Term> =
        book::terms(case.book()).iter().map(|(_, term)| (*term).clone()).collect();
    if !terms.iter().any(|term| term.forbids_training) {
        anyhow::bail!(
            "no clause that forbids training on outputs is registered; `stillwatch book CASE terms` \
             adds clauses"
        );
    }
    let checked = check(&case.index, analysis, &terms, &reporter.progress)?;
    reporter.pause();
    let said = Said { terms: &terms, ids: case.index.accounts(), checked: &checked };
    if args.json {
        print_json(&said.json())?;
    } else {
        print(|out| said.lines().iter().try_for_each(|line| writeln!(out, "{}", visible(line))))?;
    }
    Ok(Outcome::Done)
}

struct Said<'a> {
    terms: &'a [Term],
    ids: &'a [String],
    checked: &'a Checked,
}

impl Said<'_> {
    fn name(&self, one: &Use) -> String {
        match one.subject {
            Subject::Cluster(id) => format!("cluster {id}"),
            Subject::Account(account) => format!("account {}", self.id(account)),
        }
    }

    fn id(&self, account: u32) -> &str {
        self.ids.get(account as usize).map_or("", String::as_str)
    }

    fn lines(&self) -> Vec<String> {
        let Checked { uses, clauses, unchecked } = self.checked;
        let clauses = count(*clauses as u64, "clause forbids", "clauses forbid");
        let mut lines = vec![format!(
            "{clauses} training on outputs, {} of them not compared with the text",
            grouped(*unchecked as u64)
        )];
        lines.push(LIMIT.to_owned());
        if uses.is_empty() {
            lines.push("no use looks like collecting answers".to_owned());
        }
        for one in uses {
            let accounts = count(one.accounts.len() as u64, "account", "accounts");
            let (name, level) = (self.name(one), one.level.as_str());
            lines.push(String::new());
            lines.push(format!("{name}  {level}  harvesting {:.2}  {accounts}", one.harvesting));
            for (clause, calls) in &one.under {
                let clause = &self.terms[*clause];
                let (name, when) = (clause.name(), clause.in_force());
                lines.push(format!("  {name} (in force {when}): {}", under(*calls)));
            }
            for (model, records) in &one.free {
                let model = if model.is_empty() { "without a model" } else { model };
                let records = count(*records, "record", "records");
                lines.push(format!("  no clause of the register applies: {model}, {records}"));
            }
            if one.without_time > 0 {
                let records = count(one.without_time, "record", "records");
                lines.push(format!("  without a time, so under no clause: {records}"));
            }
        }
        lines
    }

    fn json(&self) -> Value {
        let clause = |(at, term): (usize, &Term)| {
            json!({
                "clause": term.name(), "paraphrase": term.paraphrase, "in_force": term.in_force(),
                "checked": term.checked.map(|day| day.to_string()), "url": term.url,
                "number": at + 1,
            })
        };
        let forbidding = self.terms.iter().enumerate().filter(|(_, term)| term.forbids_training);
        let uses = self.checked.uses.iter().map(|one| {
            let under = one.under.iter().map(|(at, calls)| {
                json!({
                    "number": at + 1, "records": calls.records,
                    "first": calls.span.start.to_string(),
                    "last": calls.last().to_string(),
                })
            });
            let accounts = one.accounts.iter().map(|account| self.id(*account));
            json!({
                "subject": self.name(one), "level": one.level.as_str(),
                "harvesting": one.harvesting, "accounts": accounts.collect::<Vec<_>>(),
                "under": under.collect::<Vec<_>>(), "no_clause": one.free,
                "without_time": one.without_time,
            })
        });
        json!({
            "clauses": forbidding.map(clause).collect::<Vec<_>>(),
            "uses": uses.collect::<Vec<_>>(),
            "limit": LIMIT,
        })
    }
}

/// `1,234 records, 2026-03-01T00:00:00Z to 2026-03-09T12:00:00Z`.
fn under(calls: Calls) -> String {
    let records = count(calls.records, "record", "records");
    format!("{records}, {} to {}", calls.span.start, calls.last())
}
