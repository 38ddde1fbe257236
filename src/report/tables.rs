//! The CSV files of a package. Each is written row by row; nothing is capped.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use super::ReportError;
use super::csv::Table;
use super::found::Found;
use super::gather::Gathered;
use super::input::{AccountFacts, EventRow, ReportInput, Rows};
use super::originals::{Original, Originals};
use super::tables_found;
use crate::job::Progress;
use crate::model::finding::Analysis;
use crate::model::{Annotation, FIELDS, Field, TimeNote};
use crate::store::JournalEntry;

/// Columns of `accounts.csv`, in order. What detectors conclude is empty where none has run: empty
/// is "not run", never "clean".
pub const ACCOUNT_COLUMNS: &[&str] = &[
    "account_id",
    "org_id",
    "events",
    "input_tokens",
    "output_tokens",
    "first_seen",
    "last_seen",
    "coordination",
    "harvesting",
    "level",
    "cluster",
    "membership",
    "detectors",
    "explanation",
    "verdict",
    "confidence",
    "reason",
    "tags",
    "notes",
];

/// Columns of `journal.csv`: all that the hash of an entry covers, and the hash.
pub const JOURNAL_COLUMNS: &[&str] = &["id", "at", "actor", "action", "target", "detail", "hash"];

/// Columns of `time_notes.csv`: a note on a range of time, which ends before `end`.
pub const TIME_NOTE_COLUMNS: &[&str] = &["id", "start", "end", "text", "at", "actor"];

/// Columns of `rejects.csv`.
pub const REJECT_COLUMNS: &[&str] =
    &["source", "line", "byte_offset", "reason", "sample", "byte_length", "source_id"];

/// Columns of `events.csv` after those of [`FIELDS`]: where the original stands, and the hash of
/// exactly those bytes, empty where originals were not kept; then
/// what a bucket counts, and the ids of other rows that describe the same call, from which it may
/// have some of its fields.
const PLACE_COLUMNS: &[&str] = &[
    "kind",
    "time_quality",
    "time_precision",
    "source",
    "line",
    "byte_offset",
    "byte_length",
    "record_sha256",
    "requests",
    "interval_s",
    "template",
    "same_call",
];

/// Rows between two looks at the progress.
const CHECK_EVERY: u64 = 4_096;

pub(super) type Written = Result<u64, ReportError>;

/// Turns what the CSV writer says into our error.
pub(super) fn failed(what: &'static str) -> impl Fn(std::io::Error) -> ReportError {
    move |source| ReportError::Io { doing: "write", path: what.into(), source }
}

/// Writes `accounts.csv`; the number of rows. What the accounts table says follows the columns of
/// [`ACCOUNT_COLUMNS`], a column `attr_NAME` for each name the case knows.
///
/// # Errors
/// The writer's.
pub fn accounts(out: impl Write, input: &dyn ReportInput, gathered: &Gathered) -> Written {
    let (recorded, found) = (input.recorded(), gathered.found_in(input));
    let io = failed("accounts.csv");
    let names: BTreeSet<&String> = recorded.attributes.values().flat_map(|a| a.keys()).collect();
    let attributes: Vec<String> = names.iter().map(|name| format!("attr_{name}")).collect();
    let header = ACCOUNT_COLUMNS.iter().copied().chain(attributes.iter().map(String::as_str));
    let mut table = Table::new(out, &header.collect::<Vec<_>>()).map_err(&io)?;
    for account in &gathered.accounts {
        let id = &account.account_id;
        let known = recorded.attributes.get(id);
        let mut row = || {
            account_cells(&mut table, account, found, recorded.annotations.get(id))?;
            for name in &names {
                table.optional(known.and_then(|k| k.get(*name)).map(String::as_str))?;
            }
            table.end_row()
        };
        row().map_err(&io)?;
    }
    table.finish().map_err(io)
}

fn account_cells(
    table: &mut Table<impl Write>,
    account: &AccountFacts,
    found: Option<(&Analysis, &Found)>,
    said: Option<&Annotation>,
) -> std::io::Result<()> {
    table.text(&account.account_id)?;
    table.optional(account.org_id.as_deref())?;
    table.ours(account.events)?;
    table.number(account.input_tokens)?;
    table.number(account.output_tokens)?;
    table.number(account.first_seen)?;
    table.number(account.last_seen)?;
    tables_found::account_cells(table, &account.account_id, found)?;
    let verdict = said.and_then(|a| a.verdict.as_ref());
    table.ours(verdict.map_or("", |v| v.verdict.as_str()))?;
    table.ours(verdict.map_or("", |v| v.confidence.as_str()))?;
    table.optional(verdict.map(|v| v.reason.as_str()))?;
    table.text(&said.map(|a| a.tags.join("; ")).unwrap_or_default())?;
    let notes = said.map(|a| a.notes.as_slice()).unwrap_or_default();
    let notes: Vec<&str> = notes.iter().map(|n| n.text.as_str()).collect();
    table.text(&notes.join("\n"))
}

/// Writes `events.csv`: these rows. Streams; never capped. Adds the templates that they follow.
///
/// # Errors
/// When the case cannot be read, the writer's, and when cancelled.
pub fn events(
    out: impl Write,
    input: &dyn ReportInput,
    rows: Rows<'_>,
    templates: &mut BTreeSet<u32>,
    progress: &Progress,
) -> Written {
    let io = failed("events.csv");
    let header: Vec<&str> = ["event_id"]
        .into_iter()
        .chain(FIELDS.iter().map(|f| f.name))
        .chain(PLACE_COLUMNS.iter().copied())
        .collect();
    let sources: BTreeMap<u32, &str> =
        input.sources().iter().map(|s| (s.id, s.path.as_str())).collect();
    let mut table = Table::new(out, &header).map_err(&io)?;
    let mut written = 0_u64;
    let mut ids = Vec::new();
    input.each_event(rows, &mut |row| {
        ids.push(row.id);
        Ok(())
    })?;
    let mut originals = Originals::new(input, ids);
    input.each_event(rows, &mut |row| {
        if written.is_multiple_of(CHECK_EVERY) {
            progress.check()?;
            progress.advance(CHECK_EVERY.min(written));
        }
        written += 1;
        templates.extend(row.template);
        let source = sources.get(&row.source_id).copied().unwrap_or_default();
        let original = originals.next(progress)?;
        event_row(&mut table, row, &original, source).map_err(&io)
    })?;
    table.finish().map_err(io)
}

fn event_row(
    table: &mut Table<impl Write>,
    row: &EventRow<'_>,
    original: &Original,
    source: &str,
) -> std::io::Result<()> {
    table.ours(row.id)?;
    for def in FIELDS {
        field_cell(table, row, original.place.request_id.as_deref(), def.field)?;
    }
    table.ours(row.exchange.granularity.as_str())?;
    table.ours(row.exchange.time_quality.as_str())?;
    table.ours(row.exchange.time_precision.as_str())?;
    table.text(source)?;
    table.ours(original.place.line)?;
    table.ours(original.place.byte_offset)?;
    table.ours(original.place.byte_length)?;
    table.number(original.sha256.as_ref())?;
    table.number(row.exchange.requests)?;
    table.number(row.exchange.interval_s)?;
    table.number(row.template)?;
    let others: Vec<String> = row.same_call.iter().map(u64::to_string).collect();
    table.ours(others.join(" "))?;
    table.end_row()
}

/// One field of a record. Fingerprints are 16 hex digits.
fn field_cell(
    table: &mut Table<impl Write>,
    row: &EventRow<'_>,
    request_id: Option<&str>,
    field: Field,
) -> std::io::Result<()> {
    let e = &row.exchange;
    let print = |hash: Option<u64>| hash.map(|h| format!("{h:016x}"));
    let text = match field {
        Field::Timestamp => return table.number(e.at.known()),
        Field::Status => return table.number(e.status),
        Field::InputTokens => return table.number(e.input_tokens),
        Field::OutputTokens => return table.number(e.output_tokens),
        Field::CachedTokens => return table.number(e.cached_tokens),
        Field::ReasoningTokens => return table.number(e.reasoning_tokens),
        Field::LatencyMs => return table.number(e.latency_ms),
        Field::MaxTokens => return table.number(e.max_tokens),
        Field::Temperature => return table.number(e.temperature),
        Field::Cost => return table.number(e.cost),
        Field::PromptHash => return table.number(print(e.prompt_hash)),
        Field::ResponseHash => return table.number(print(e.response_hash)),
        Field::ReasoningSignature => return table.number(print(e.reasoning_signature)),
        Field::ReplayedSignature => return table.number(print(e.replayed_signature)),
        Field::AccountId => return table.text(e.account_id.as_str()),
        Field::RequestId => return table.optional(request_id),
        Field::OrgId => &e.org_id,
        Field::UserId => &e.user_id,
        Field::ApiKeyId => &e.api_key_id,
        Field::SessionId => &e.session_id,
        Field::Pathway => &e.pathway,
        Field::Endpoint => &e.endpoint,
        Field::Model => &e.model,
        Field::StopReason => &e.stop_reason,
        Field::Error => &e.error,
        Field::ClientIp => &e.client_ip,
        Field::Asn => &e.asn,
        Field::Country => &e.country,
        Field::Region => &e.region,
        Field::UserAgent => &e.user_agent,
        Field::DeviceId => &e.device_id,
        Field::Tools => &e.tools,
        Field::SystemHash => &e.system_hash,
    };
    table.optional(text.as_ref().map(|t| t.as_str()))
}

/// Writes `journal.csv`.
///
/// # Errors
/// The writer's.
pub fn journal(out: impl Write, entries: &[JournalEntry]) -> Written {
    let io = failed("journal.csv");
    let mut table = Table::new(out, JOURNAL_COLUMNS).map_err(&io)?;
    for entry in entries {
        let mut row = || {
            table.ours(entry.id)?;
            table.ours(entry.at)?;
            table.text(&entry.actor)?;
            table.text(&entry.action)?;
            table.text(&entry.target)?;
            table.text(&entry.detail)?;
            table.ours(&entry.hash)?;
            table.end_row()
        };
        row().map_err(&io)?;
    }
    table.finish().map_err(io)
}

/// Writes `time_notes.csv`.
///
/// # Errors
/// The writer's.
pub fn time_notes(out: impl Write, notes: &[TimeNote]) -> Written {
    let io = failed("time_notes.csv");
    let mut table = Table::new(out, TIME_NOTE_COLUMNS).map_err(&io)?;
    for TimeNote { span, note } in notes {
        let mut row = || {
            table.ours(note.id)?;
            table.ours(span.start)?;
            table.ours(span.end)?;
            table.text(&note.text)?;
            table.ours(note.at)?;
            table.text(&note.actor)?;
            table.end_row()
        };
        row().map_err(&io)?;
    }
    table.finish().map_err(io)
}

/// Writes `rejects.csv`.
///
/// # Errors
/// When the case cannot be read, and the writer's.
pub fn rejects(out: impl Write, input: &dyn ReportInput) -> Written {
    let io = failed("rejects.csv");
    let sources: BTreeMap<u32, &str> =
        input.sources().iter().map(|s| (s.id, s.path.as_str())).collect();
    let mut table = Table::new(out, REJECT_COLUMNS).map_err(&io)?;
    input.each_reject(&mut |source_id, reject| {
        let mut row = || {
            table.text(sources.get(&source_id).copied().unwrap_or_default())?;
            table.ours(reject.line)?;
            table.ours(reject.byte_offset)?;
            table.text(&reject.reason)?;
            table.text(&reject.sample)?;
            table.ours(reject.byte_length)?;
            table.ours(source_id)?;
            table.end_row()
        };
        row().map_err(&io)
    })?;
    table.finish().map_err(io)
}
