//! Tables: sources, rejects, markers, journal, the package itself.

use serde::Serialize;

use super::{Fact, List, Material, Pair, exhibit_order, left_out};
use crate::index::longest_gaps;
use crate::model::TimeNote;
use crate::report::clock;
use crate::report::manifest::{MANIFEST, REPORT};
use crate::report::side_table::SideTable;
use crate::report::text::{NBSP, bytes, count, counted, label, percent, shown};

const SOURCES_SHOWN: usize = 80;
const REASONS_SHOWN: usize = 25;
const MARKERS_SHOWN: usize = 30;
const TIME_NOTES_SHOWN: usize = 20;
const FILES_SHOWN: usize = 150;
const GAPS_SHOWN: usize = 3;
/// Journal entries shown.
const JOURNAL_SHOWN: usize = 15;
/// Larger files are not put into the PDF: a reader has to hold them in memory.
const ATTACH_UP_TO: u64 = 64 * 1024 * 1024;

/// An imported source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceLine {
    /// Id in the case.
    pub id: String,
    /// File name.
    pub name: String,
    /// Size on disk.
    pub size: String,
    /// Format it was read as, and compression.
    pub format: String,
    /// How sure the detection was.
    pub sure: String,
    /// Rows imported.
    pub rows: String,
    /// Records rejected.
    pub rejects: String,
    /// First to last row.
    pub span: String,
    /// SHA-256.
    pub sha256: String,
    /// What was assumed or went wrong; empty for nothing.
    pub remark: String,
}

/// Rejects with one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReasonLine {
    /// The reason.
    pub reason: String,
    /// Source it occurred in.
    pub source: String,
    /// How many.
    pub count: String,
    /// First line with it.
    pub first_line: String,
}

/// A marker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MarkerLine {
    /// When.
    pub at: String,
    /// Release, ban, policy, incident.
    pub kind: String,
    /// What it says.
    pub label: String,
}

/// A note on a range of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TimeNoteLine {
    /// From when to when, UTC.
    pub range: String,
    /// What was written.
    pub text: String,
    /// By whom, when.
    pub signed: String,
}

/// A journal entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JournalLine {
    /// Position.
    pub id: String,
    /// When.
    pub at: String,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// Its hash, the first digits.
    pub hash: String,
}

/// A file of the package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileLine {
    /// `E1`.
    pub exhibit: String,
    /// Path in the package.
    pub path: String,
    /// Size.
    pub size: String,
    /// `1,200 of 1,200 rows`; empty for what is no table.
    pub rows: String,
    /// SHA-256.
    pub sha256: String,
}

/// A file inside the PDF.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// Path in the package.
    pub path: String,
    /// What it is.
    pub description: String,
    /// Relationship to the document, in typst's words.
    pub relationship: &'static str,
}

/// A list with a note on what was left out.
fn list<T>(m: &Material<'_>, rows: Vec<T>, all: usize, file: &str) -> List<T> {
    let note = left_out(rows.len() as u64, all as u64, m, file);
    List { rows, note }
}

/// Statements on what was read.
pub fn scope(m: &Material<'_>) -> Vec<Fact> {
    let sources = m.input.sources();
    let read: u64 = sources.iter().map(|s| s.rows).sum();
    let cut = sources.iter().filter(|s| s.problem.is_some()).count() as u64;
    let no_raw = sources.iter().filter(|s| !s.raw_kept).count() as u64;
    let mut facts = vec![Fact {
        text: format!(
            "{} gave {}; {} could not be read, {} of all",
            counted(sources.len() as u64, "source", "sources"),
            counted(read, "row", "rows"),
            counted(m.gathered.rejects, "record", "records"),
            percent(m.gathered.rejects, read + m.gathered.rejects),
        ),
        exhibits: m.exhibits(&["rejects.csv"]),
    }];
    if cut > 0 {
        facts.push(Fact {
            text: format!(
                "{} not read to the end; the remark in the table says why",
                counted(cut, "source was", "sources were")
            ),
            exhibits: Vec::new(),
        });
    }
    if no_raw > 0 {
        facts.push(Fact {
            text: format!(
                "Original records are not kept for {}; line and byte offset lead to them",
                counted(no_raw, "source", "sources")
            ),
            exhibits: Vec::new(),
        });
    }
    facts.extend(gaps(m));
    facts
}

/// Where logs have nothing although they usually have something.
fn gaps(m: &Material<'_>) -> Option<Fact> {
    let recorded = m.input.recorded();
    let longest = longest_gaps(&recorded.coverage);
    let words: Vec<String> = longest
        .iter()
        .take(GAPS_SHOWN)
        .map(|(at, gap)| {
            let name = recorded.coverage[*at].feed.name(&recorded.sources);
            format!("{}, {}", shown(&name, 60), gap.sentence())
        })
        .collect();
    let more = match longest.len().saturating_sub(GAPS_SHOWN) {
        0 => String::new(),
        n => format!("; and {n} shorter"),
    };
    let found = counted(longest.len() as u64, "gap", "gaps");
    (!words.is_empty()).then(|| Fact {
        text: format!(
            "The logs have {found}, the longest first: {}{more}. A gap may be a quiet time or a \
             lost export: no log says which",
            words.join("; ")
        ),
        exhibits: Vec::new(),
    })
}

/// Sources with hashes.
pub fn sources(m: &Material<'_>) -> List<SourceLine> {
    let all = m.input.sources();
    let beside = &m.input.recorded().side_tables;
    let lines = all.iter().take(SOURCES_SHOWN).map(source_line);
    let beside_lines = beside.iter().take(SOURCES_SHOWN).map(table_line);
    list(m, lines.chain(beside_lines).collect(), all.len() + beside.len(), MANIFEST)
}

/// A table that was read beside the logs.
fn table_line(table: &SideTable) -> SourceLine {
    SourceLine {
        id: String::new(),
        name: shown(file_name(&table.path), 120),
        size: table.bytes.map_or(String::new(), bytes),
        format: format!("table of {}", table.kind),
        sure: String::new(),
        rows: count(table.rows),
        rejects: count(table.rejects),
        span: String::new(),
        sha256: shown(&table.sha256, 64),
        remark: String::new(),
    }
}

fn source_line(s: &crate::model::SourceInfo) -> SourceLine {
    let packed = match s.compression.as_str() {
        "" | "none" => String::new(),
        other => format!(", {}", label(other, 20)),
    };
    let mut remarks = Vec::new();
    if !s.timezone.is_empty() && !s.timezone.eq_ignore_ascii_case("utc") {
        remarks.push(format!("times without a zone read as {}", shown(&s.timezone, 40)));
    }
    if s.repeats > 0 {
        let rows = counted(s.repeats, "row repeats", "rows repeat");
        remarks.push(format!("{rows} an earlier request id in it"));
    }
    if s.without_time > 0 {
        let rows = counted(s.without_time, "row has", "rows have");
        remarks.push(format!("{rows} no time"));
    }
    remarks.extend(s.problem.as_deref().map(|p| shown(p, 200)));
    SourceLine {
        id: s.id.to_string(),
        name: shown(file_name(&s.path), 120),
        size: bytes(s.bytes),
        format: format!("{}{packed}", label(&s.format, 24)),
        sure: format!("{:.0}{NBSP}% sure", s.confidence * 100.0),
        rows: count(s.rows),
        rejects: count(s.rejects),
        span: s.span.map_or(if s.rows > 0 { "no times" } else { "no rows" }.into(), clock::span),
        sha256: shown(&s.sha256, 64),
        remark: remarks.join("; "),
    }
}

/// The last part of a path; folders say more about the analyst's machine than about the data.
fn file_name(path: &str) -> &str {
    match path {
        "-" => "standard input",
        path => path.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(path),
    }
}

/// Rejects by reason.
pub fn reasons(m: &Material<'_>) -> List<ReasonLine> {
    let all = &m.gathered.reasons;
    let name = |id: u32| {
        let source = m.input.sources().iter().find(|s| s.id == id);
        source.map_or(format!("source {id}"), |s| label(file_name(&s.path), 40))
    };
    let lines = all.iter().take(REASONS_SHOWN).map(|r| ReasonLine {
        reason: shown(&r.reason, 160),
        source: name(r.source_id),
        count: count(r.count),
        first_line: count(r.first_line),
    });
    list(m, lines.collect(), all.len(), "rejects.csv")
}

/// Markers.
pub fn markers(m: &Material<'_>) -> List<MarkerLine> {
    let all = m.input.markers();
    let lines = all.iter().take(MARKERS_SHOWN).map(|marker| MarkerLine {
        at: clock::stamp(marker.at),
        kind: marker.kind.as_str().into(),
        label: shown(&marker.label, 160),
    });
    let rows: Vec<MarkerLine> = lines.collect();
    let note = match rows.len() < all.len() {
        true => format!("{} of {}, all in the case", rows.len(), count(all.len() as u64)),
        false => String::new(),
    };
    List { rows, note }
}

/// Notes on ranges of time.
pub fn time_notes(m: &Material<'_>) -> List<TimeNoteLine> {
    let all = &m.input.recorded().time_notes;
    let lines = all.iter().take(TIME_NOTES_SHOWN).map(|TimeNote { span, note }| TimeNoteLine {
        range: format!("{} – {}", clock::stamp(span.start), clock::stamp(span.end)),
        text: shown(&note.text, 600),
        signed: format!("{} · {}", shown(&note.actor, 60), clock::moment(note.at)),
    });
    list(m, lines.collect(), all.len(), "time_notes.csv")
}

/// The first journal entry, which says how the case began, and the newest.
pub fn journal(m: &Material<'_>) -> List<JournalLine> {
    let all = &m.input.recorded().journal;
    let newest = all.len().saturating_sub(JOURNAL_SHOWN - 1).max(1);
    let lines = all.iter().take(1).chain(all.iter().skip(newest)).map(|e| JournalLine {
        id: count(e.id),
        at: e.at.seconds(),
        actor: shown(&e.actor, 40),
        action: shown(&format!("{}: {}", e.action, e.target), 160),
        hash: e.hash.chars().take(16).collect(),
    });
    list(m, lines.collect(), all.len(), "journal.csv")
}

/// The package, without the report and the manifest.
pub fn files(m: &Material<'_>) -> List<FileLine> {
    let order = exhibit_order(&m.manifest.files);
    let lines = order.iter().take(FILES_SHOWN).enumerate().map(|(i, f)| FileLine {
        exhibit: format!("E{}", i + 1),
        path: f.path.clone(),
        size: bytes(f.bytes),
        rows: match (f.rows, f.rows_in_case) {
            (Some(n), Some(of)) => format!("{} of {}", count(n), count(of)),
            _ => String::new(),
        },
        sha256: f.sha256.clone(),
    });
    list(m, lines.collect(), order.len(), MANIFEST)
}

/// The tables that travel inside the PDF.
pub fn attachments(m: &Material<'_>) -> Vec<Attachment> {
    let files = exhibit_order(&m.manifest.files).into_iter();
    let tables = files.filter(|f| f.path.ends_with(".csv") && f.bytes <= ATTACH_UP_TO);
    tables
        .map(|f| {
            let (relationship, what) = match f.path.as_str() {
                "accounts.csv" => ("data", "One row an account in the selection"),
                "events.csv" => ("data", "The rows this report rests on, with source and line"),
                "clusters.csv" => ("data", "Accounts that belong together by evidence"),
                "findings.csv" => ("data", "What detectors say, and how each number is computed"),
                "evidence.csv" => ("data", "The records each finding rests on, with their hashes"),
                "links.csv" => ("data", "Ties between two accounts each"),
                "circles.csv" => ("data", "Ties among many accounts"),
                "templates.csv" => ("data", "What prompts follow, slots marked"),
                "measures.csv" => ("data", "What detectors measured of all accounts"),
                "rejects.csv" => ("supplement", "Records that could not be read"),
                "time_notes.csv" => ("supplement", "What was written of ranges of time"),
                "casebook.csv" => ("supplement", "Hypotheses, evidence, tasks and terms"),
                _ => ("supplement", "The hash-chained record of what was done, by whom, when"),
            };
            Attachment { path: f.path.clone(), description: what.into(), relationship }
        })
        .collect()
}

/// Tables that are too large for that.
pub fn beside(m: &Material<'_>) -> Vec<String> {
    let large = |f: &&crate::report::FileEntry| {
        f.path != REPORT && f.path.ends_with(".csv") && f.bytes > ATTACH_UP_TO
    };
    m.manifest.files.iter().filter(large).map(|f| f.path.clone()).collect()
}

/// The case file.
pub fn case_file(m: &Material<'_>) -> Vec<Pair> {
    let case = m.input.case();
    let pair = |label: &str, value: String| Pair { label: label.into(), value };
    vec![
        pair("Case file", shown(&case.file, 120)),
        pair("Size", bytes(case.bytes)),
        pair("SHA-256", shown(&case.sha256, 64)),
    ]
}
