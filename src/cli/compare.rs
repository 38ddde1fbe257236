//! `stillwatch compare`: two selections side by side.

use anyhow::Context as _;

use super::args::CompareArgs;
use super::case_file;
use super::edit::{parse, unanswered};
use super::exit::Outcome;
use super::out::{count, print, print_json, visible};
use super::progress::Reporter;
use crate::case::OpenCase;
use crate::compare::{CategoryTable, Comparison, compare};
use crate::index::{Mask, compile};
use crate::model::filter::Filter;

/// Categories of a table that are printed.
const PRINTED: usize = 8;

/// Compares, and says what differs.
///
/// # Errors
/// When the case cannot be read or a selection is no filter.
pub fn run(args: &CompareArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let first = parse(&args.selection)?;
    let other = args.other.as_deref().map(parse).transpose()?;
    let case = OpenCase::from_file(case_file::open(&args.case)?, &reporter.progress)?;
    let mask = |filter: &Filter| -> anyhow::Result<Mask> {
        let searched = case.index.finish_searches(filter, &reporter.progress);
        searched.context("searching prompts")?;
        compile(filter, &case.index, case.lists()).map_err(unanswered)
    };
    let (a, b) = (mask(&first)?, other.as_ref().map(mask).transpose()?);
    if let Some(b) = b.as_ref().filter(|b| b.counted() != a.counted()) {
        let kinds = (a.counted().plural(), b.counted().plural());
        anyhow::bail!("A counts {}, B {}: they are never compared", kinds.0, kinds.1);
    }
    let name = args.other.as_deref().unwrap_or("the rest");
    let names = (args.selection.as_str(), name);
    let found = compare(&case.index, (&a, b.as_ref()), names, &reporter.progress)?;
    reporter.pause();
    for (letter, side) in [("A", &found.a), ("B", &found.b)] {
        if side.accounts == 0 {
            anyhow::bail!("{letter}, {}, names no account: there is nothing to compare", side.name);
        }
    }
    if args.json {
        print_json(&serde_json::to_value(&found)?)?;
        return Ok(Outcome::Done);
    }
    print(|out| {
        for line in lines(&found) {
            writeln!(out, "{}", visible(&line))?;
        }
        Ok(())
    })?;
    Ok(Outcome::Done)
}

fn lines(found: &Comparison) -> Vec<String> {
    let side = |letter: &str, side: &crate::compare::Side| {
        let rows = count(side.rows, "exchange", "exchanges");
        let accounts = count(side.accounts, "account", "accounts");
        let compared = match side.compared == side.accounts {
            true => String::new(),
            false => format!(", {} compared", count(side.compared, "account", "accounts")),
        };
        format!("{letter}: {}: {rows} of {accounts}{compared}", side.name)
    };
    let mut lines = vec![side("A", &found.a), side("B", &found.b)];
    let both = count(found.both, "account is", "accounts are");
    lines.push(format!("{both} on both sides. {}", found.design.sentence()));
    lines.extend(found.unlike_spans());
    for measure in &found.measures {
        lines.push(String::new());
        lines.push(measure.words.clone());
    }
    for table in &found.tables {
        lines.push(String::new());
        lines.extend(table_lines(table));
    }
    lines
}

fn table_lines(table: &CategoryTable) -> Vec<String> {
    let mut lines = vec![format!("{}:", table.name)];
    for differing in table.categories.iter().take(PRINTED) {
        let category = &differing.category;
        let tally = &category.tally;
        let q = category.q.map_or(String::new(), |q| format!(", q {q:.2e}"));
        lines.push(format!(
            "  {}: {} of A, {} of B{q}",
            differing.value,
            count(tally.accounts_a, "account", "accounts"),
            count(tally.accounts_b, "account", "accounts"),
        ));
    }
    let more = table.categories.len().saturating_sub(PRINTED) as u64;
    if more > 0 || table.rare > 0 {
        let rare = count(table.rare, "is left out, which", "are left out, each of which");
        lines.push(format!("  {more} more, which --json has; {rare} a single account has"));
    }
    lines
}
