//! The first records of a source, cut well enough to recognise what they are.
//!
//! Only for looking: an import cuts the whole source with its own splitter, in constant memory.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::value::RawValue;

use super::format::{FORMATS, Format, LineKind};
use super::split::{BOM, SEPARATOR, is_blank};
use super::{Container, DetectError, mend, pages};

pub(super) mod table;
mod text;

/// Most records looked at.
const MOST_RECORDS: usize = 200;

/// Keys that hold the list of records in exports that wrap it, best known first.
const ENVELOPES: [&str; 12] = [
    "Records",
    "records",
    "Events",
    "events",
    "logEvents",
    "results",
    "result",
    "data",
    "logs",
    "items",
    "value",
    "entries",
];

/// Paths of two keys to such a list, as the answers of some programs have it.
const DEEP_ENVELOPES: [&str; 5] =
    ["hits.hits", "data.items", "data.records", "data.list", "data.logs"];

/// The first bytes of a source, unpacked.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// At most the first 256 KiB.
    pub bytes: &'a [u8],
    /// Whether that is the whole source.
    pub complete: bool,
    /// Name of the file, without its folder; `-` for standard input.
    pub file_name: &'a str,
}

impl Head<'_> {
    /// The name without what follows its first dot.
    pub fn file_stem(&self) -> &str {
        let stem = self.file_name.split('.').find(|part| !part.is_empty());
        stem.filter(|s| *s != "-").unwrap_or("standard input")
    }
}

/// One record of the sample.
#[derive(Clone, Debug)]
pub struct SampleRecord {
    /// Line in the source, from 1.
    pub line: u64,
    /// Offset in the source, bytes.
    pub byte_offset: u64,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its value, where it can be read: an object; a row of a table or of CloudWatch Logs
    /// Insights is an object of texts, in a table with null for empty cells.
    pub value: Option<Value>,
    /// What a wrapper of CloudWatch or EventBridge carries inside, where it is one.
    pub inner: Option<Value>,
}

/// The first records of a source and how they are laid out.
#[derive(Clone, Debug)]
pub struct Sample {
    /// How records are laid out.
    pub container: Container,
    /// The records, in order.
    pub records: Vec<SampleRecord>,
    /// Name of the file without folder and endings.
    pub file_stem: String,
    /// Whether it is a page of an answer and says that there are more.
    pub has_more: bool,
}

impl Sample {
    /// Cuts the head of a source.
    ///
    /// # Errors
    /// Why these are not the first records of anything.
    pub fn cut(head: &Head<'_>) -> Result<Self, DetectError> {
        Self::cut_up_to(head, MOST_RECORDS)
    }

    /// [`Sample::cut`] for a format that is known: lines of text are not looked at as anything
    /// else where it reads lines of text.
    ///
    /// # Errors
    /// As [`Sample::cut`].
    pub fn cut_for(head: &Head<'_>, format: &dyn Format) -> Result<Self, DetectError> {
        match format.line() {
            Some(kind) => Self::cut_with(head, MOST_RECORDS, Some(kind)),
            None => Self::cut(head),
        }
    }

    /// [`Sample::cut`] with another limit on records.
    pub(super) fn cut_up_to(head: &Head<'_>, most: usize) -> Result<Self, DetectError> {
        Self::cut_with(head, most, None)
    }

    fn cut_with(
        head: &Head<'_>,
        most: usize,
        kind: Option<fn(&str) -> LineKind>,
    ) -> Result<Self, DetectError> {
        let skip = if head.bytes.starts_with(BOM) { BOM.len() } else { 0 };
        let bytes = &head.bytes[skip..];
        if bytes.iter().all(|byte| is_blank(*byte)) {
            return Err(DetectError::Empty);
        }
        // To what reads JSON the separators of a sequence of records are blanks.
        let is_sequence = bytes.trim_ascii_start().first() == Some(&SEPARATOR);
        let blanked: Vec<u8>;
        let bytes = if is_sequence {
            let blank = |byte: &u8| if *byte == SEPARATOR { b' ' } else { *byte };
            blanked = bytes.iter().map(blank).collect();
            &blanked
        } else {
            bytes
        };
        let of_text = |kind| text::lines(bytes, head.complete, most, kind);
        let is_log = |format: &&dyn Format| format.line().is_some_and(|k| text::is_log(bytes, k));
        let cut = kind
            .map(of_text)
            .or_else(|| lines(bytes, head.complete, most, is_whole))
            .or_else(|| FORMATS.iter().find(|f| is_log(f))?.line().map(of_text))
            .or_else(|| broken_lines(bytes, head.complete, most))
            .or_else(|| json_values(bytes))
            .or_else(|| table::rows(bytes, head.complete));
        let none =
            || table::without_header(bytes).unwrap_or_else(|| super::magic::plain_text(bytes));
        let (container, mut records) = cut.ok_or_else(none)?;
        let has_more = head.complete && pages::says_more(&container, bytes);
        records.truncate(most);
        let (mut line, mut counted) = (1, 0);
        for record in &mut records {
            let offset = (record.byte_offset as usize).min(bytes.len());
            line += memchr::memchr_iter(b'\n', &bytes[counted..offset]).count() as u64;
            counted = offset;
            record.line = line;
            record.byte_offset += skip as u64;
            record.value = record.value.take().map(cells_joined);
            record.inner = record.value.as_ref().and_then(unwrapped);
        }
        Ok(Self { container, records, file_stem: head.file_stem().to_owned(), has_more })
    }

    /// Whether it is a table.
    pub fn is_table(&self) -> bool {
        matches!(self.container, Container::Csv { .. })
    }

    /// Whether it is lines of text.
    pub fn is_text(&self) -> bool {
        self.container == Container::Lines && self.records.iter().all(|r| r.value.is_none())
    }

    /// Share of lines that `is` holds for; `None` where the records are no lines of text.
    pub fn share_of_lines(&self, is: impl Fn(&str) -> bool) -> Option<f32> {
        if !self.is_text() {
            return None;
        }
        let texts = self.records.iter().map(|record| String::from_utf8_lossy(&record.bytes));
        let yes = texts.filter(|text| is(text.trim())).count();
        Some(yes as f32 / self.records.len().max(1) as f32)
    }

    /// The names of the columns, for a table.
    pub fn header(&self) -> &[String] {
        match &self.container {
            Container::Csv { header, .. } => header,
            _ => &[],
        }
    }

    /// A name that several columns have.
    pub fn repeated_column(&self) -> Option<&str> {
        let mut names = self.header().iter();
        let first = names.find_map(|name| name.strip_suffix(" (2)"))?;
        self.header().iter().any(|name| name == first).then_some(first)
    }

    /// The values that could be read, wrappers left on.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.records.iter().filter_map(|r| r.value.as_ref())
    }

    /// The values that could be read, wrappers taken off.
    fn inner_values(&self) -> impl Iterator<Item = &Value> {
        self.records.iter().filter_map(|r| r.inner.as_ref().or(r.value.as_ref()))
    }

    /// Share of readable records that `is` holds for, wrappers left on; for a table without
    /// rows, of its header. 0 when there is nothing to look at.
    pub fn share(&self, is: impl Fn(&Value) -> bool) -> f32 {
        self.share_of(self.values(), is)
    }

    /// [`Sample::share`] with wrappers taken off, for formats whose readers take them off.
    pub fn share_inner(&self, is: impl Fn(&Value) -> bool) -> f32 {
        self.share_of(self.inner_values(), is)
    }

    fn share_of<'a>(
        &self,
        values: impl Iterator<Item = &'a Value>,
        is: impl Fn(&Value) -> bool,
    ) -> f32 {
        let (mut yes, mut all) = (0_u32, 0_u32);
        for value in values {
            all += 1;
            yes += u32::from(is(value));
        }
        if all == 0 && self.is_table() {
            let names = self.header().iter().map(|name| (name.clone(), Value::from("x")));
            return f32::from(u8::from(is(&Value::Object(names.collect()))));
        }
        if all == 0 { 0.0 } else { yes as f32 / all as f32 }
    }
}

pub(super) type Cut = (Container, Vec<SampleRecord>);

/// A record whose line is counted later.
fn record(offset: usize, bytes: &[u8], value: Option<Value>) -> SampleRecord {
    let byte_offset = offset as u64;
    SampleRecord { line: 0, byte_offset, bytes: bytes.to_vec(), value, inner: None }
}

/// One JSON object a line, where half of the lines or more are meant as one.
fn lines(
    bytes: &[u8],
    complete: bool,
    most: usize,
    is_meant: fn(&SampleRecord) -> bool,
) -> Option<Cut> {
    let mut records = Vec::new();
    let (mut offset, mut commas) = (0, 0);
    let mut pieces = bytes.split(|b| *b == b'\n').peekable();
    while let Some(line) = pieces.next() {
        let is_cut_off = pieces.peek().is_none() && !complete && !records.is_empty();
        let blank = line.iter().all(u8::is_ascii_whitespace);
        if !blank && !is_cut_off && records.len() < most {
            let line = line.trim_ascii_end();
            let trimmed = line.strip_suffix(b",").unwrap_or(line);
            commas += usize::from(trimmed.len() < line.len());
            let value = serde_json::from_slice(trimmed).ok().filter(Value::is_object);
            records.push(record(offset, trimmed, value));
        }
        offset += line.len() + 1;
    }
    let meant = records.iter().filter(|r| is_meant(r)).count();
    let good = records.iter().filter(|r| r.value.is_some()).count();
    // The lines of a list that begins in the first of them.
    let is_list = commas * 2 > good && records.first().is_some_and(|r| r.value.is_none());
    let first = records.iter().find_map(|r| r.value.as_ref())?;
    let pretty = bytes.trim_ascii_start().first() == Some(&b'[');
    let wanted = meant * 2 >= records.len() && envelope_of(first).is_none() && !pretty && !is_list;
    wanted.then_some((Container::Lines, records))
}

fn is_whole(line: &SampleRecord) -> bool {
    line.value.is_some()
}

/// Lines of which most begin like JSON and are broken, unless all of it is one JSON text.
fn broken_lines(bytes: &[u8], complete: bool, most: usize) -> Option<Cut> {
    let begins = |line: &SampleRecord| is_whole(line) || line.bytes.starts_with(b"{\"");
    lines(bytes, complete, most, begins).filter(|_| !top_values(bytes).1)
}

/// JSON values in any layout. A head that ends inside a value is closed where it was whole.
fn json_values(bytes: &[u8]) -> Option<Cut> {
    if !matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return None;
    }
    let mended;
    let (mut tops, mut whole) = top_values(bytes);
    let mut bytes = bytes;
    if !whole {
        mended = mend::without_spare_commas(bytes);
        bytes = &mended;
        (tops, whole) = top_values(bytes);
    }
    let closed = if whole { None } else { mend::close(bytes) };
    let (tops, source) = match &closed {
        Some(closed) => (top_values(closed).0, closed.as_slice()),
        None => (tops, bytes),
    };
    let first = tops.first()?;
    let value: Value = serde_json::from_str(first.get()).ok()?;
    let envelope = envelope_of(&value);
    let mut items: Vec<&RawValue> = Vec::new();
    for top in &tops {
        items.extend(items_of(top, envelope));
    }
    if !whole && items.len() > 1 {
        // The last item was closed by us, not by its author.
        items.pop();
    }
    let records = items.into_iter().map(|item| {
        let text = item.get();
        let offset = text.as_ptr() as usize - source.as_ptr() as usize;
        let value = serde_json::from_str(text).ok().filter(|v: &Value| !is_scalar(v));
        record(offset, text.as_bytes(), value)
    });
    let container = Container::JsonValues { envelope: envelope.map(str::to_owned) };
    Some((container, records.collect()))
}

/// The values one after the other, and whether they go to the end.
fn top_values(bytes: &[u8]) -> (Vec<&RawValue>, bool) {
    let mut stream = serde_json::Deserializer::from_slice(bytes).into_iter::<&RawValue>();
    let mut values = Vec::new();
    let mut whole = true;
    for value in &mut stream {
        match value {
            Ok(value) => values.push(value),
            Err(_) => whole = false,
        }
    }
    (values, whole)
}

/// The records of one top-level value.
fn items_of<'a>(top: &'a RawValue, envelope: Option<&str>) -> Vec<&'a RawValue> {
    let text = top.get();
    if text.starts_with('[') {
        return serde_json::from_str(text).unwrap_or_default();
    }
    let Some(key) = envelope else { return vec![top] };
    let Some((first, rest)) = key.split_once('.') else {
        let list = field_of(top, key).map(|list| serde_json::from_str(list.get()));
        return list.and_then(Result::ok).unwrap_or_default();
    };
    field_of(top, first).map_or(Vec::new(), |inner| items_of(inner, Some(rest)))
}

fn field_of<'a>(object: &'a RawValue, key: &str) -> Option<&'a RawValue> {
    let fields: BTreeMap<String, &'a RawValue> = serde_json::from_str(object.get()).ok()?;
    fields.get(key).copied()
}

fn is_scalar(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

/// The key that holds the records, if `value` wraps a list of them and is no record itself.
pub(super) fn envelope_of(value: &Value) -> Option<&'static str> {
    let object = value.as_object()?;
    let is_record = object.keys().any(|key| {
        let key = key.to_ascii_lowercase();
        key.contains("time")
            || key.ends_with("_at")
            || key == "model"
            || key == "attributes"
            || key.contains("trace")
    });
    let is_list = |value: &Value| {
        value.as_array().is_some_and(|list| list.first().is_none_or(|v| !is_scalar(v)))
    };
    let deep = |path: &&str| {
        let (outer, inner) = path.split_once('.')?;
        Some(object.get(outer)?.as_object()?.get(inner).is_some_and(is_list))
    };
    let key = ENVELOPES.into_iter().find(|key| object.get(*key).is_some_and(is_list));
    let key = key.or_else(|| DEEP_ENVELOPES.into_iter().find(|path| deep(path) == Some(true)))?;
    // Elasticsearch says of every answer whether it `timed_out`.
    let known = matches!(key, "Records" | "records" | "logEvents" | "hits.hits");
    (known || !is_record).then_some(key)
}

/// A row of CloudWatch Logs Insights, a list of fields and values, as one object; anything else
/// as it is.
fn cells_joined(value: Value) -> Value {
    let Value::Array(pairs) = &value else { return value };
    let cell =
        |pair: &Value| Some((pair.get("field")?.as_str()?.to_owned(), pair.get("value")?.clone()));
    let cells: Option<serde_json::Map<_, _>> = pairs.iter().map(cell).collect();
    cells.filter(|cells| !cells.is_empty()).map_or(value, Value::Object)
}

/// What a wrapper carries: CloudWatch rows and events, EventBridge, CloudTrail look-ups.
fn unwrapped(value: &Value) -> Option<Value> {
    let object = value.as_object()?;
    super::format::WRAPPER_KEYS.iter().find_map(|key| {
        let inner = match object.get(*key) {
            Some(Value::String(text)) => serde_json::from_str(text).ok(),
            other => other.cloned(),
        };
        inner.filter(Value::is_object)
    })
}
