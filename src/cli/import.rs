//! `stillwatch import`: logs into a case, and a report of what became of each.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::args::{ImportArgs, ReadingArgs};
use super::author::author;
use super::case_file;
use super::exit::{Outcome, Usage};
use super::info::{source_json, without_time};
use super::out::{bytes, count, grouped, note, print_json, visible};
use super::progress::Reporter;
use crate::case::{self, ImportOptions, ImportReport, ImportedSource, JoinReport, mapping_of};
use crate::ingest::{Choice, FORMATS, ReaderOptions};

/// Confidence below which it is said how sure it is what a source is, 0…1.
const DOUBTFUL: f64 = 0.5;

/// Kinds of rejects a person is shown; the ledger in the case has them all.
const REASONS_SHOWN: usize = 8;

/// Files of a folder that are no logs, as many as are named; `--json` names them all.
const SKIPPED_SHOWN: usize = 20;

/// Imports, and says what became of every file.
///
/// # Errors
/// When nothing could be imported at all.
pub fn run(args: &ImportArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let options = ImportOptions {
        drop_raw: args.no_raw,
        strict: args.strict,
        accounts: args.accounts.clone(),
        releases: args.releases.clone(),
        ..reading(&args.reading)?
    };
    let author = author()?;
    case_file::mend(&args.case)?;
    let report = case::import(&args.case, &args.logs, &options, &author, &reporter.progress)?;
    say(&report, args.json, reporter)
}

/// Prints what became of the files.
pub fn say(report: &ImportReport, json: bool, reporter: &Reporter) -> anyhow::Result<Outcome> {
    reporter.pause();
    if json {
        print_json(&as_json(report)?)?;
    }
    note(summary(report).trim_end());
    Ok(outcome(report))
}

/// The report for machines; sources as `info` describes them.
fn as_json(report: &ImportReport) -> serde_json::Result<Value> {
    let mut value = serde_json::to_value(report)?;
    let sources = report.sources.iter().map(|source| {
        let mut shown = source_json(&source.info);
        shown["reject_reasons"] = serde_json::to_value(&source.reject_reasons)?;
        shown["unread"] = serde_json::to_value(&source.unread)?;
        shown["more_unread"] = source.more_unread.into();
        Ok(shown)
    });
    value["sources"] = Value::Array(sources.collect::<serde_json::Result<_>>()?);
    Ok(value)
}

/// What was decided about reading before looking at the files.
///
/// # Errors
/// A mapping that cannot be read, a format that does not exist.
pub fn reading(args: &ReadingArgs) -> anyhow::Result<ImportOptions> {
    if let Some(name) = &args.format
        && !FORMATS.iter().any(|format| format.id() == name)
    {
        let known: Vec<&str> = FORMATS.iter().map(|format| format.id()).collect();
        let known = known.join(", ");
        return Err(Usage(format!("no format is called \"{name}\"; there are {known}")).into());
    }
    if let Some(zone) = &args.timezone {
        ReaderOptions::in_zone(zone).map_err(|error| Usage(format!("--timezone: {error}")))?;
    }
    let mapping = args.mapping.as_deref().map(mapping_of).transpose()?;
    Ok(ImportOptions {
        choice: Choice { format: args.format.clone(), mapping },
        timezone: args.timezone.clone(),
        encoding: args.encoding,
        ..ImportOptions::default()
    })
}

/// A file that could not be imported, or not to its end, makes the command fail: a script must
/// not take a part for the whole. Rejected records do not: the ledger has them.
fn outcome(report: &ImportReport) -> Outcome {
    if report.joins_due {
        return Outcome::Cancelled;
    }
    let cut_short = report.sources.iter().any(|source| source.info.problem.is_some());
    if report.failed.is_empty() && !cut_short { Outcome::Done } else { Outcome::Partial }
}

/// The report for people.
fn summary(report: &ImportReport) -> String {
    let mut out = String::new();
    for source in &report.sources {
        describe(source, &mut out);
    }
    for failed in &report.failed {
        let _ = writeln!(out, "not imported: {}", visible(&failed.error));
    }
    for table in &report.tables {
        let rows = count(table.rows, "row", "rows");
        let _ = writeln!(out, "{}: {}, {rows}", table.path, table.title);
    }
    for skipped in report.skipped.iter().take(SKIPPED_SHOWN) {
        let _ = writeln!(out, "skipped: {}", skipped.error);
    }
    if report.skipped.len() > SKIPPED_SHOWN {
        let more = (report.skipped.len() - SKIPPED_SHOWN) as u64;
        let _ = writeln!(out, "and {} that are no logs either", count(more, "file", "files"));
    }
    for row in &report.table_rejects {
        let (path, line) = (row.path.display(), row.reject.line);
        let _ = writeln!(out, "not read: {path}, line {line}: {}", row.reject.reason);
    }
    let case = report.case.display();
    match (report.sources.len() as u64, report.created) {
        (0, _) => out.push_str("nothing was imported\n"),
        (n, created) => {
            let sources = count(n, "source", "sources");
            let verb = if created { "made" } else { "extended" };
            let rows = count(report.rows(), "record", "records");
            let _ = writeln!(out, "{verb} {case}: {rows} from {sources}");
        }
    }
    if report.joins_due {
        let whole = count(report.sources.len() as u64, "source is", "sources are");
        let _ = writeln!(out, "cancelled when all was read: {whole} whole in the case");
        let _ = writeln!(out, "  {}", super::joins::due(&case.to_string()));
    }
    if let Some(joins) = &report.joins {
        describe_joins(joins, &case.to_string(), &mut out);
    }
    out
}

/// Says which records are not counted, because another one stands for their call.
fn describe_joins(joins: &JoinReport, case: &str, out: &mut String) {
    if joins.repeats > 0 {
        let rows = count(joins.repeats, "record repeats another one", "records repeat others");
        let _ = writeln!(out, "  {rows}; kept, not counted");
    }
    if joins.joined > 0 {
        let rows = count(joins.joined, "record describes a call", "records describe calls");
        let _ = writeln!(out, "  {rows} of another log; each call is counted once");
    }
    if joins.probable > 0 {
        let (one, many) = ("record probably describes", "records probably describe");
        let rows = count(joins.probable, one, many);
        let list = format!("`stillwatch joins {case} --kind probable`");
        let _ = writeln!(
            out,
            "  {rows} a call of another log; counted twice until accepted, {list} lists them"
        );
    }
}

fn describe(source: &ImportedSource, out: &mut String) {
    let info = &source.info;
    let kinds = [
        (info.exchanges, "exchange", "exchanges"),
        (info.activities, "activity", "activities"),
        (info.buckets, "usage bucket", "usage buckets"),
    ];
    let mut counts: Vec<String> =
        kinds.iter().filter(|k| k.0 > 0).map(|k| count(k.0, k.1, k.2)).collect();
    if counts.is_empty() {
        counts.push("no records".into());
    }
    let _ = write!(out, "{}: {} as {}", info.path, counts.join(", "), info.format);
    let _ = writeln!(out, ", {}, sha256 {}", bytes(info.bytes), &info.sha256);
    if info.compression.contains("windows-1252") {
        out.push_str("  the text is Windows-1252; the case holds it as UTF-8\n");
    }
    if source.has_more {
        out.push_str("  it says has_more: the pages after it are missing\n");
    }
    if let Some(problem) = &info.problem {
        let _ = writeln!(out, "  not read to its end: {problem}; what came before is in the case");
    }
    if info.confidence < DOUBTFUL {
        let percent = (info.confidence * 100.0).round();
        let _ = writeln!(
            out,
            "  only {percent} % sure that these are model calls: `inspect LOG` says why"
        );
    }
    if info.without_time > 0 {
        let rows = without_time(info.without_time);
        let _ = writeln!(out, "  {rows}: counted, but on no axis; `time:none` finds them");
    }
    for one in &source.unread {
        let _ = writeln!(
            out,
            "  not read: \"{}\" ({}), in {} of {} records looked at",
            visible(&one.path),
            one.field,
            grouped(one.records),
            grouped(one.of)
        );
    }
    if source.more_unread > 0 {
        let _ = writeln!(out, "  not read: {} more", grouped(source.more_unread as u64));
    }
    if !source.unread.is_empty() {
        out.push_str(
            "  `inspect LOG --toml` prints a mapping to add them to; a new case reads the log with it\n",
        );
    }
    if info.rejects > 0 {
        let rejects = count(info.rejects, "record was", "records were");
        let _ = writeln!(out, "  {rejects} rejected and kept in the ledger:");
        reasons(&source.reject_reasons, out);
    }
}

fn reasons(reasons: &BTreeMap<String, u64>, out: &mut String) {
    let mut sorted: Vec<(&String, &u64)> = reasons.iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    for (reason, times) in sorted.iter().take(REASONS_SHOWN) {
        let _ = writeln!(out, "  {:>10}  {reason}", grouped(**times));
    }
    if let Some(more) = sorted.len().checked_sub(REASONS_SHOWN).filter(|more| *more > 0) {
        let _ = writeln!(out, "  and {more} more reasons; see the table reject");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_cancelled_when_all_was_read_says_that_it_is_whole() {
        let report = ImportReport {
            case: "c.stillwatch".into(),
            created: true,
            sources: vec![ImportedSource {
                info: crate::model::SourceInfo { rows: 7, confidence: 1.0, ..Default::default() },
                reject_reasons: BTreeMap::new(),
                has_more: false,
                unread: Vec::new(),
                more_unread: 0,
            }],
            joins_due: true,
            ..ImportReport::default()
        };
        assert_eq!(outcome(&report), Outcome::Cancelled);
        let words = summary(&report);
        assert!(words.contains("made c.stillwatch: 7 records from 1 source"), "{words}");
        assert!(words.contains("cancelled when all was read: 1 source is whole in the case"));
        assert!(words.contains("`stillwatch joins c.stillwatch --find`"), "{words}");
        let done = ImportReport { joins_due: false, ..report };
        assert_eq!(outcome(&done), Outcome::Done);
    }
}
