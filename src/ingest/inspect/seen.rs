//! What a reader makes of the records of a sample.

use std::collections::HashMap;

use super::{FieldInspection, RecordInspection, RejectInspection, field_text};
use crate::ingest::format::suggest;
use crate::ingest::format::text::OTHER_LINES;
use crate::ingest::sample::SampleRecord;
use crate::ingest::{Detection, RecordReader, Sample};
use crate::model::{Exchange, FIELDS, FieldDef, Granularity, TimeQuality};

/// Most distinct values shown of a field.
const VALUES: usize = 5;
/// Most shaped rows shown, and most records, and as many rejects besides.
const ROWS: usize = 5;
/// Longest value shown, characters.
const LONGEST: usize = 96;
/// Longest record shown, bytes.
const LONGEST_RECORD: usize = 16 << 10;

/// How many records of a sample can be read, and why the others cannot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Records that can be read.
    pub read: u64,
    /// Events in them.
    pub events: u64,
    /// Of these, events that have a time.
    pub timed: u64,
    /// Reasons and how often each occurs, most often first.
    pub reasons: Vec<(String, u64)>,
}

impl Tally {
    /// Reads every record of the sample.
    pub fn of(sample: &Sample, reader: &dyn RecordReader) -> Self {
        let (mut events, mut timed) = (0, 0);
        let mut count = |exchange: &Exchange<'_>| {
            events += 1;
            timed += u64::from(exchange.at.known().is_some());
        };
        let reasons = sample.records.iter().filter_map(|r| reader.read(&r.bytes, &mut count).err());
        let reasons: Vec<String> = reasons.map(|reason| reason.into_owned()).collect();
        let read = (sample.records.len() - reasons.len()) as u64;
        Self { read, events, timed, reasons: Self::counted(reasons.iter().map(String::as_str)) }
    }

    /// How often each reason occurs, most often first.
    pub fn counted<'r>(reasons: impl Iterator<Item = &'r str>) -> Vec<(String, u64)> {
        let mut times: HashMap<&str, u64> = HashMap::new();
        for reason in reasons {
            *times.entry(reason).or_default() += 1;
        }
        let mut counted: Vec<_> = times.into_iter().map(|(why, n)| (why.to_owned(), n)).collect();
        counted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counted
    }
}

/// An exchange as field and value.
type Row = Vec<(String, String)>;

/// What the reader gave.
pub(super) struct Seen {
    pub rows: Vec<Row>,
    pub records: Vec<RecordInspection>,
    pub granularity: [u64; 3],
    /// Records in which nothing was counted.
    pub empty: u64,
    pub zone_assumed: u64,
    pub without_time: u64,
    pub rejects: Vec<RejectInspection>,
    /// Whether the last record was a line without a request: such in a row are one entry.
    is_in_other_lines: bool,
    count: u64,
    looked_at: usize,
    present: Vec<u64>,
    values: Vec<Vec<String>>,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            records: Vec::new(),
            granularity: [0; 3],
            empty: 0,
            zone_assumed: 0,
            without_time: 0,
            rejects: Vec::new(),
            is_in_other_lines: false,
            count: 0,
            looked_at: 0,
            present: vec![0; FIELDS.len()],
            values: vec![Vec::new(); FIELDS.len()],
        }
    }
}

impl Seen {
    /// Reads one record and notes what became of it.
    pub fn read(&mut self, record: &SampleRecord, reader: &dyn RecordReader) {
        let (line, byte_offset) = (record.line, record.byte_offset);
        let before = self.count;
        let mut first = None;
        let read = reader.read(&record.bytes, &mut |exchange| {
            let row = self.add(exchange);
            first.get_or_insert(row);
        });
        self.empty += u64::from(read.is_ok() && self.count == before);
        let reason = read.err().map(|reason| reason.into_owned());
        let is_other_line = reason.as_deref() == Some(OTHER_LINES);
        let goes_on = std::mem::replace(&mut self.is_in_other_lines, is_other_line);
        if is_other_line && goes_on {
            return;
        }
        self.show(record, Some((first.unwrap_or_default(), reason.clone())));
        if let Some(reason) = reason {
            self.rejects.push(RejectInspection { line, byte_offset, reason });
        }
    }

    /// Keeps one of the first records, or of the first rejects, to be shown: with what became of
    /// it, or only as it stands.
    pub fn show(&mut self, record: &SampleRecord, became: Option<(Row, Option<String>)>) {
        let (row, reason) = became.unwrap_or_default();
        if self.looked_at < ROWS || (reason.is_some() && self.rejects.len() < ROWS) {
            let (line, byte_offset) = (record.line, record.byte_offset);
            let raw = text_of(&record.bytes);
            let values = record.value.as_ref().map(suggest::flat).unwrap_or_default();
            let values = values.into_iter().map(|(path, value)| (path, shorten(value))).collect();
            self.records.push(RecordInspection { line, byte_offset, raw, values, row, reason });
        }
        self.looked_at += 1;
    }

    /// Notes an exchange; gives it as field and value.
    fn add(&mut self, exchange: &Exchange<'_>) -> Row {
        self.count += 1;
        let kind = Granularity::ALL.iter().position(|g| *g == exchange.granularity);
        self.granularity[kind.unwrap_or_default()] += 1;
        self.zone_assumed += u64::from(exchange.time_quality == TimeQuality::ZoneAssumed);
        self.without_time += u64::from(exchange.at.known().is_none());
        let mut row = Vec::new();
        for def in &FIELDS {
            let Some(value) = field_text(exchange, def.field) else { continue };
            let value = shorten(value);
            self.present[def.field as usize] += 1;
            let values = &mut self.values[def.field as usize];
            if values.len() < VALUES && !values.contains(&value) {
                values.push(value.clone());
            }
            row.push((def.name.to_owned(), value));
        }
        if self.rows.len() < ROWS {
            self.rows.push(row.clone());
        }
        row
    }

    pub fn fields(&mut self, detection: &Detection) -> Vec<FieldInspection> {
        let count = self.count.max(1) as f32;
        let field = |def: &FieldDef| {
            let at = def.field as usize;
            FieldInspection {
                field: def.name.to_owned(),
                from: detection.mapping.field(def.field).map(|m| m.describe()),
                present: self.present[at] as f32 / count,
                values: std::mem::take(&mut self.values[at]),
            }
        };
        FIELDS.iter().map(field).collect()
    }
}

/// The bytes of a record as text, cut off where they are long.
fn text_of(record: &[u8]) -> String {
    let shown = &record[..record.len().min(LONGEST_RECORD)];
    let mut text = String::from_utf8_lossy(shown).trim_end_matches(['\r', '\n']).to_owned();
    if record.len() > LONGEST_RECORD {
        text.push('…');
    }
    text
}

pub(super) fn shorten(value: String) -> String {
    if value.chars().count() <= LONGEST {
        return value;
    }
    let start: String = value.chars().take(LONGEST - 1).collect();
    format!("{start}…")
}
