//! `stillwatch info`: what is in a case.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::args::InfoArgs;
use super::case_file;
use super::exit::Outcome;
use super::findings;
use super::out::{bytes, count, grouped, print, print_json, visible};
use super::progress::Reporter;
use crate::case::joining::{self, Clock};
use crate::case::{AnalysisDue, Annotations, analysis_due};

use crate::index::{Coverage, coverage_of_times, longest_gaps};
use crate::job::Progress;
use crate::model::finding::{Analysis, Inputs};
use crate::model::{
    JoinCounts, JoinKind, JoinState, Marker, SourceInfo, Time, TimeQuality, Verdict,
};
use crate::store::{CaseFile, CaseInfo, StoreError, StoredTemplates};

/// Gaps that a person is shown.
const GAPS_SHOWN: usize = 8;

/// Prints the case in numbers.
///
/// # Errors
/// When the case cannot be read.
pub fn run(args: &InfoArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let case = case_file::open(&args.case)?;
    let content_sha256 =
        args.content.then(|| case.content_sha256(&reporter.progress)).transpose()?;
    reporter.pause();
    let sources = case.sources()?;
    let facts = Facts {
        path: args.case.display().to_string(),
        info: case.info()?,
        time_qualities: case.time_qualities()?,
        coverage: coverage(&case, &sources, &reporter.progress)?,
        sources,
        markers: case.markers()?,
        time_notes: case.time_notes()?.len() as u64,
        annotations: case.annotations()?,
        journal: case.journal()?.len() as u64,
        content_sha256,
        clocks: joining::clocks(&case, &Progress::default())?,
        joins_due: joining::is_due(&case)?,
        templates: case.stored_templates().map_err(|error| error.to_string()),
        analysis: case.analysis().map_err(|error| error.to_string()),
        inputs: case.inputs()?,
    };
    if args.json {
        print_json(&facts.as_json())?;
    } else {
        print(|out| facts.as_text(out))?;
    }
    Ok(Outcome::Done)
}

struct Facts {
    path: String,
    info: CaseInfo,
    time_qualities: Vec<TimeQuality>,
    sources: Vec<SourceInfo>,
    /// Or why it cannot be told, where the times of a damaged case cannot be read.
    coverage: Result<Vec<Coverage>, String>,
    markers: Vec<Marker>,
    /// Notes on ranges of time.
    time_notes: u64,
    annotations: Annotations,
    journal: u64,
    content_sha256: Option<String>,
    clocks: Vec<Clock>,
    joins_due: bool,
    /// Or why they cannot be read.
    templates: Result<Option<StoredTemplates>, String>,
    /// Likewise.
    analysis: Result<Option<Analysis>, String>,
    /// What a run of the detectors would be made from now.
    inputs: Inputs,
}

impl Facts {
    /// How many accounts carry each verdict.
    fn verdicts(&self) -> BTreeMap<&'static str, u64> {
        let mut verdicts: BTreeMap<&str, u64> =
            Verdict::ALL.into_iter().map(|v| (v.as_str(), 0)).collect();
        for annotation in self.annotations.values() {
            if let Some(record) = &annotation.verdict {
                *verdicts.entry(record.verdict.as_str()).or_default() += 1;
            }
        }
        verdicts
    }

    fn found(&self) -> Option<&Analysis> {
        self.analysis.as_ref().ok().and_then(Option::as_ref)
    }

    fn analysis_due(&self) -> Option<AnalysisDue> {
        analysis_due(self.found().map(|analysis| &analysis.run), &self.inputs)
    }

    fn findings_text(&self, out: &mut dyn Write) -> io::Result<()> {
        match &self.analysis {
            Ok(None) => writeln!(out, "  no findings: the detectors have not been run"),
            Ok(Some(analysis)) => {
                writeln!(out, "  clusters: {}", findings::levels(&analysis.clusters_by_level()))?;
                writeln!(out, "  accounts: {}", findings::levels(&analysis.accounts_by_level()))?;
                let again = "`stillwatch analyze` runs the detectors again";
                match self.analysis_due() {
                    Some(due) => writeln!(out, "  {}; {again}", due.sentence()),
                    None => Ok(()),
                }
            }
            Err(why) => {
                let again = "`stillwatch analyze` makes them again";
                writeln!(out, "  findings cannot be read: {}; {again}", visible(why))
            }
        }
    }

    fn notes(&self) -> u64 {
        self.annotations.values().map(|a| a.notes.len() as u64).sum()
    }

    fn as_json(&self) -> Value {
        let info = &self.info;
        json!({
            "case": self.path,
            "schema": info.schema,
            "bytes": info.bytes,
            "rows": info.rows,
            "exchanges": info.exchanges,
            "activities": info.activities,
            "buckets": info.buckets,
            "bucket_requests": info.bucket_requests,
            "rejects": info.rejects,
            "repeats": info.repeats,
            "joins": joins_json(&info.joins),
            "joins_due": self.joins_due,
            "clocks": self.clocks,
            "accounts": info.accounts,
            "described_accounts": info.described_accounts,
            "without_time": info.without_time,
            "first": info.span.map(|span| span.start.to_string()),
            "last": info.span.map(|span| last(span.end).to_string()),
            "time_qualities": self.time_qualities.iter().map(|q| q.as_str()).collect::<Vec<_>>(),
            "sources": self.sources.iter().map(source_json).collect::<Vec<_>>(),
            "coverage": self.coverage.as_ref().ok().map(|all| {
                all.iter().map(coverage_json).collect::<Vec<_>>()
            }),
            "templates": self.templates.as_ref().ok().and_then(Option::as_ref).map(|found| json!({
                "templates": found.all.len(), "prompts": found.run.prompts,
                "in_templates": found.run.in_templates, "up_to": found.run.up_to,
            })),
            "templates_problem": self.templates.as_ref().err(),
            "findings": self.found().map(|analysis| json!({
                "at": analysis.run.at.to_string(),
                "summary": findings::summary_json(analysis),
                "due": self.analysis_due().map(|due| due.sentence()),
            })),
            "findings_problem": self.analysis.as_ref().err(),
            "markers": self.markers.iter().map(|m| json!({
                "at": m.at.to_string(), "kind": m.kind.as_str(), "label": m.label,
            })).collect::<Vec<_>>(),
            "verdicts": self.verdicts(),
            "notes": self.notes(),
            "time_notes": self.time_notes,
            "journal_entries": self.journal,
            "content_sha256": self.content_sha256,
        })
    }

    fn as_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let info = &self.info;
        let path = visible(&self.path);
        writeln!(out, "{path}  ({}, schema {})", bytes(info.bytes), info.schema)?;
        for (label, number) in [
            ("exchanges", info.exchanges),
            ("activities", info.activities),
            ("usage buckets", info.buckets),
            ("rejected", info.rejects),
            ("accounts", info.accounts),
        ] {
            write!(out, "  {label:<14} {:>12}", grouped(number))?;
            match info.bucket_requests {
                Some(n) if label == "usage buckets" => {
                    writeln!(out, "  of {}", count(n, "request", "requests"))?;
                }
                _ => writeln!(out)?,
            }
        }
        if let Some(span) = info.span {
            writeln!(out, "  from {} to {} UTC", span.start.seconds(), last(span.end).seconds())?;
        }
        if let Some(words) = relative(&self.time_qualities) {
            writeln!(out, "  {words}")?;
        }
        if info.without_time > 0 {
            writeln!(out, "  {}", without_time(info.without_time))?;
        }
        joins_text(&info.joins, out)?;
        if self.joins_due {
            writeln!(out, "  {}", super::joins::due(&path))?;
        }
        self.clocks.iter().try_for_each(|clock| writeln!(out, "  {}", clock.sentence()))?;
        match &self.templates {
            Ok(None) => {}
            Ok(Some(found)) => {
                let templates = count(found.all.len() as u64, "template", "templates");
                let prompts = count(found.run.prompts, "prompt", "prompts");
                let covered = grouped(found.run.in_templates);
                writeln!(out, "  {templates} over {covered} of {prompts}")?;
            }
            Err(why) => {
                let again = "`stillwatch templates --rebuild` finds them again";
                writeln!(out, "  prompt templates cannot be read: {}; {again}", visible(why))?;
            }
        }
        self.findings_text(out)?;
        if info.described_accounts > 0 {
            writeln!(out, "  {} accounts described", grouped(info.described_accounts))?;
        }
        if let Some(content) = &self.content_sha256 {
            writeln!(out, "  content sha256 {content}")?;
        }
        writeln!(out, "\nsources")?;
        for source in &self.sources {
            source_text(source, out)?;
        }
        match &self.coverage {
            Ok(coverage) => gaps_text(coverage, &self.sources, out)?,
            Err(why) => writeln!(out, "\ngaps cannot be looked for: {}", visible(why))?,
        }
        if !self.markers.is_empty() {
            writeln!(out, "\nmoments")?;
        }
        for marker in &self.markers {
            let (at, label) = (marker.at.seconds(), visible(&marker.label));
            writeln!(out, "  {at}  {:<8} {label}", marker.kind.as_str())?;
        }
        let verdicts: Vec<String> = self
            .verdicts()
            .iter()
            .map(|(verdict, n)| format!("{} {verdict}", grouped(*n)))
            .collect();
        writeln!(out, "\nverdicts: {}", verdicts.join(", "))?;
        let notes = count(self.notes(), "note", "notes");
        let journal = count(self.journal, "journal entry", "journal entries");
        let on_time = match self.time_notes {
            0 => String::new(),
            n => format!("{}, ", count(n, "note on a range of time", "notes on ranges of time")),
        };
        writeln!(out, "{notes}, {on_time}{journal}")
    }
}

/// Records that are not counted because another one stands for their call, and what waits for an
/// answer.
fn joins_text(joins: &JoinCounts, out: &mut dyn Write) -> io::Result<()> {
    use JoinKind::{Join, Probable, Repeat};
    use JoinState::{Accepted, Offered, Rejected};
    let accepted = joins.of(Join, Accepted) + joins.of(Probable, Accepted);
    let rejected: u64 = JoinKind::ALL.iter().map(|kind| joins.of(*kind, Rejected)).sum();
    for (pairs, one, many) in [
        (joins.of(Repeat, Accepted), "record repeats another one", "records repeat others"),
        (accepted, "record is joined with another log's", "records are joined with another log's"),
    ] {
        if pairs > 0 {
            writeln!(out, "  {}; not counted", count(pairs, one, many))?;
        }
    }
    let offered = joins.of(Probable, Offered);
    if offered > 0 {
        let pairs = count(offered, "probable join waits", "probable joins wait");
        writeln!(out, "  {pairs} for an answer; see `stillwatch joins CASE --kind probable`")?;
    }
    if rejected > 0 {
        writeln!(out, "  {} rejected", count(rejected, "join", "joins"))?;
    }
    Ok(())
}

fn joins_json(joins: &JoinCounts) -> Value {
    let of = |kind: JoinKind| {
        let states = JoinState::ALL.iter();
        let counts = states.map(|s| (s.as_str().to_owned(), json!(joins.of(kind, *s))));
        Value::Object(counts.collect())
    };
    Value::Object(JoinKind::ALL.iter().map(|k| (k.as_str().to_owned(), of(*k))).collect())
}

/// How far each log reaches; the times of a damaged case may be unreadable when all else is not.
fn coverage(
    case: &CaseFile,
    sources: &[SourceInfo],
    progress: &Progress,
) -> anyhow::Result<Result<Vec<Coverage>, String>> {
    Ok(match case.load_times() {
        Ok(times) => Ok(coverage_of_times(sources, &times, progress)?),
        Err(StoreError::Damaged(why)) => Err(why),
        Err(error) => return Err(error.into()),
    })
}

/// Where sources have nothing; those that follow each other are one.
fn coverage_json(coverage: &Coverage) -> Value {
    let gaps = coverage.gaps.iter().map(|gap| {
        let (from, to) = (gap.span.start, gap.span.end);
        json!({
            "from": from.to_string(),
            "to": to.to_string(),
            "seconds": gap.span.len_us() as f64 / 1e6,
            "records_elsewhere": gap.meanwhile,
        })
    });
    json!({
        "sources": coverage.feed.sources,
        "format": coverage.feed.format,
        "rows": coverage.rows,
        "first": coverage.span.start.to_string(),
        "last": last(coverage.span.end).to_string(),
        "gaps": gaps.collect::<Vec<_>>(),
    })
}

/// The longest gaps; the others are counted.
fn gaps_text(coverage: &[Coverage], sources: &[SourceInfo], out: &mut dyn Write) -> io::Result<()> {
    let longest = longest_gaps(coverage);
    if longest.is_empty() {
        return Ok(());
    }
    writeln!(out, "\ngaps (a gap may be a quiet time or a lost export: no log says which)")?;
    for (at, gap) in longest.iter().take(GAPS_SHOWN) {
        let feed = &coverage[*at].feed;
        let name = visible(&feed.name(sources));
        let elsewhere = match gap.meanwhile {
            0 => String::new(),
            n => format!("; {} elsewhere", count(n, "record", "records")),
        };
        writeln!(out, "  {name}: {}{elsewhere}", gap.sentence())?;
    }
    if let Some(more) = longest.len().checked_sub(GAPS_SHOWN).filter(|more| *more > 0) {
        writeln!(out, "  and {more} shorter; `--json` has them all")?;
    }
    Ok(())
}

/// That times are no dates, where some are none.
fn relative(qualities: &[TimeQuality]) -> Option<&'static str> {
    match qualities {
        [TimeQuality::Relative] => Some(
            "times count from the start of a recording and are no dates: only their distances \
             mean something",
        ),
        some if some.contains(&TimeQuality::Relative) => {
            Some("some of these times count from the start of a recording and are no dates")
        }
        _ => None,
    }
}

/// The last instant of a half-open span.
fn last(end: Time) -> Time {
    Time(end.0.saturating_sub(1))
}

/// A source as machines read it.
pub(super) fn source_json(source: &SourceInfo) -> Value {
    json!({
        "id": source.id,
        "path": source.path,
        "sha256": source.sha256,
        "bytes": source.bytes,
        "unpacked_bytes": source.unpacked_bytes,
        "format": source.format,
        "compression": source.compression,
        "confidence": source.confidence,
        "timezone": source.timezone,
        "mapping": source.mapping,
        "rows": source.rows,
        "exchanges": source.exchanges,
        "activities": source.activities,
        "buckets": source.buckets,
        "rejects": source.rejects,
        "repeats": source.repeats,
        "without_time": source.without_time,
        "first": source.span.map(|span| span.start.to_string()),
        "last": source.span.map(|span| last(span.end).to_string()),
        "imported_at": source.imported_at.to_string(),
        "problem": source.problem,
        "raw_kept": source.raw_kept,
    })
}

/// Records that stand nowhere in time.
pub(super) fn without_time(n: u64) -> String {
    count(n, "record has no time", "records have no time")
}

fn source_text(source: &SourceInfo, out: &mut dyn Write) -> io::Result<()> {
    let rows = count(source.rows, "record", "records");
    let rejects = count(source.rejects, "reject", "rejects");
    writeln!(out, "  {}  {}", source.id, visible(&source.path))?;
    let size = bytes(source.bytes);
    writeln!(out, "     {rows}, {rejects}, {} ({size}, {})", source.format, source.compression)?;
    writeln!(out, "     sha256 {}", source.sha256)?;
    if source.without_time > 0 {
        writeln!(out, "     {}", without_time(source.without_time))?;
    }
    if let Some(problem) = &source.problem {
        writeln!(out, "     not read to its end: {}", visible(problem))?;
    }
    Ok(())
}
