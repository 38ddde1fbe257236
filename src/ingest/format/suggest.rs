//! Guessing which column is which, by name and by whether its values could be that.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde_json::Value;

use super::foreign;
use crate::ingest::csv::is_no_value;
use crate::ingest::scalar::{decimal_of, may_be_number};
use crate::ingest::synonyms::{SYNONYMS, Synonyms};
use crate::ingest::time::TimeParser;
use crate::ingest::{DetectError, FieldMap, Mapping, Sample};
use crate::model::{Field, Time};

/// Most records whose values are looked at.
const RECORDS: usize = 60;
/// How deep nested objects are searched for names.
const DEPTH: usize = 4;

/// A value's path and what the sample holds there, as text; empty where it holds nothing.
#[derive(Debug)]
struct Column {
    path: String,
    /// What its path and the last part of that are called, as [`plain`] names.
    names: [String; 2],
    values: Vec<String>,
    claimed: bool,
}

impl Column {
    fn new(path: String, values: Vec<String>) -> Self {
        let names = [plain(&path), plain(last_part(&path))];
        Self { path, names, values, claimed: false }
    }
}

/// The mapping that fits the sample best. Without a time it is of no use for reading, but still
/// shows what was understood.
pub(in crate::ingest) fn mapping(format: &str, sample: &Sample) -> Mapping {
    let mut columns = columns(sample);
    let mut fields = Vec::new();
    for synonyms in &SYNONYMS {
        if let Some(map) = claim(synonyms, &mut columns) {
            fields.push(map);
        }
    }
    if !fields.iter().any(|m| m.field == Field::AccountId) {
        fields.push(FieldMap::of_file(&sample.file_stem));
    }
    Mapping::new(format, fields)
}

/// What other logs call the fields that the sample does not have under the names of `own`, and has
/// nothing else under.
pub(in crate::ingest) fn by_other_names(
    sample: &Sample,
    own: impl Fn(&str) -> Option<Field>,
) -> Vec<FieldMap> {
    let mut columns = columns(sample);
    let mut present = Vec::new();
    for column in &mut columns {
        let field = own(&column.path);
        column.claimed = field.is_some();
        // A column of ours that is empty throughout holds nothing that another could not.
        present.extend(field.filter(|_| column.values.iter().any(|value| !is_no_value(value))));
    }
    let missing = SYNONYMS.iter().filter(|synonyms| !present.contains(&synonyms.field));
    missing.filter_map(|synonyms| claim(synonyms, &mut columns)).collect()
}

/// Why the sample cannot be read by guessing, if it cannot.
pub(in crate::ingest) fn obstacle(sample: &Sample) -> Option<DetectError> {
    let columns = columns(sample);
    let mapping = mapping("", sample);
    let Some(time) = mapping.field(Field::Timestamp) else {
        let names: Vec<&str> = columns.iter().map(|c| c.path.as_str()).take(8).collect();
        let shown = names.join(", ");
        let more = if columns.len() > 8 { ", …" } else { "" };
        let kind = if sample.is_table() { "columns" } else { "records with" };
        let seen = format!("{kind} {shown}{more}, none of which is known to hold times");
        let hint = "name the one that does with `--mapping FILE`, or choose another file";
        let hint = hint.to_owned();
        return Some(match columns.iter().any(could_hold_times) {
            true => DetectError::NotALog { seen, hint },
            false => DetectError::NoLog { seen, hint },
        });
    };
    let path = time.from.first()?;
    let column = columns.iter().find(|c| c.path == *path)?;
    counts_from_zero(column).then(|| DetectError::NotALog {
        seen: format!("times in {path} count from the start of a recording, not from a date"),
        hint: format!(
            "say when it started with `--mapping FILE`: fields.timestamp = {{ from = \"{path}\", \
             start = \"2026-01-01T00:00:00Z\", scale = 1.0 }}; scale turns them into seconds"
        ),
    })
}

/// Whether the records are usage totals rather than single calls.
pub(in crate::ingest) fn looks_like_totals(sample: &Sample) -> bool {
    sample.share(foreign::counts_requests) > 0.5
}

/// The paths at which the sample has values: columns in their order, JSON keys sorted.
pub(in crate::ingest) fn paths(sample: &Sample) -> Vec<String> {
    columns(sample).into_iter().map(|column| column.path).collect()
}

/// The paths of a sample with the share of records that have something there, 0…1, and the
/// first value.
pub(in crate::ingest) fn contents(sample: &Sample) -> Vec<(String, f32, Option<String>)> {
    let records = sample.values().take(RECORDS).count().max(1) as f32;
    let one = |column: Column| {
        let mut present = column.values.into_iter().filter(|v| !is_no_value(v));
        let first = present.next();
        let share = (usize::from(first.is_some()) + present.count()) as f32 / records;
        (column.path, share, first)
    };
    columns(sample).into_iter().map(one).collect()
}

/// What a record has, by path.
pub(in crate::ingest) fn flat(record: &Value) -> Vec<(String, String)> {
    let mut found = BTreeMap::new();
    collect("", record, DEPTH, &mut found);
    let one = |(path, values): (String, Vec<String>)| (path, values.into_iter().next_back());
    found.into_iter().map(one).map(|(path, value)| (path, value.unwrap_or_default())).collect()
}

/// All scalar values of the sample by path: columns in their order, JSON keys sorted.
fn columns(sample: &Sample) -> Vec<Column> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for value in sample.values().take(RECORDS) {
        collect("", value, DEPTH, &mut found);
    }
    if sample.is_table() {
        let values = |name: &String| found.remove(name).unwrap_or_default();
        let named = sample.header().iter().cloned().zip(sample.header().iter().map(values));
        return named.map(|(name, values)| Column::new(name, values)).collect();
    }
    found.into_iter().map(|(path, values)| Column::new(path, values)).collect()
}

fn collect(prefix: &str, value: &Value, depth: usize, found: &mut BTreeMap<String, Vec<String>>) {
    let Value::Object(object) = value else { return };
    for (key, value) in object {
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        let text = match value {
            Value::Object(_) if depth > 1 => {
                collect(&path, value, depth - 1, found);
                continue;
            }
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            Value::Array(items) if !items.is_empty() => "[]".to_owned(),
            _ => continue,
        };
        found.entry(path).or_default().push(text);
    }
}

/// Takes the first column whose name and values fit.
fn claim(synonyms: &Synonyms, columns: &mut [Column]) -> Option<FieldMap> {
    for (name, scale) in synonyms.names {
        for part in [0, 1] {
            let fits = |c: &&mut Column| {
                !c.claimed && c.names[part] == *name && plausible(synonyms.field, *scale, &c.values)
            };
            if let Some(column) = columns.iter_mut().find(fits) {
                column.claimed = true;
                let mut map = FieldMap::from(synonyms.field, &[&column.path]);
                if is_number(synonyms.field) {
                    map.decimal = decimal_of(&column.values);
                }
                return Some(if *scale == 1.0 { map } else { map.scale(*scale) });
            }
        }
    }
    None
}

/// Reads columns of numbers by what the sample shows to stand before their decimals.
pub(in crate::ingest) fn show_decimals(sample: &Sample, fields: &mut [FieldMap]) {
    let columns = columns(sample);
    for map in fields.iter_mut().filter(|map| is_number(map.field)) {
        let column = columns.iter().find(|column| map.from.contains(&column.path));
        map.decimal = column.and_then(|column| decimal_of(&column.values));
    }
}

fn is_number(field: Field) -> bool {
    use crate::model::field::FieldKind;
    matches!(field.def().kind, FieldKind::Integer | FieldKind::Real)
}

/// The first column that is called like a field, whatever its values are.
fn named<'c>(synonyms: &Synonyms, columns: &'c mut [Column]) -> Option<&'c str> {
    let is_called = |column: &Column| {
        let is = |(name, _): &(&str, f64)| column.names.iter().any(|own| own == name);
        !column.claimed && synonyms.names.iter().any(is)
    };
    let column = columns.iter_mut().find(|column| is_called(column))?;
    column.claimed = true;
    Some(&column.path)
}

/// Most values of a record that are looked at for fields nobody reads: more are no log's.
const MOST_UNREAD: usize = 400;

/// What a record has that could be a field of which a mapping reads nothing there: its path, and
/// the field.
pub fn unmapped(mapping: &Mapping, record: &Value) -> Vec<(String, Field)> {
    let has: Vec<(String, String)> = flat(record);
    if has.len() > MOST_UNREAD {
        return Vec::new();
    }
    let reads = |path: &String| mapping.fields.iter().any(|map| map.from.contains(path));
    let (read, open): (Vec<_>, Vec<_>) = has.into_iter().partition(|(path, _)| reads(path));
    let value = |(path, value): (String, String)| (!is_no_value(&value)).then_some((path, value));
    let column = |(path, value)| Column::new(path, vec![value]);
    let mut columns: Vec<Column> = open.into_iter().filter_map(value).map(column).collect();
    let is_read = |field: Field| {
        let from = mapping.field(field).map_or(&[][..], |map| &map.from);
        read.iter().any(|(path, _)| from.contains(path))
    };
    let open = SYNONYMS.iter().filter(|synonyms| !is_read(synonyms.field));
    let found = open
        .filter_map(|synonyms| Some((named(synonyms, &mut columns)?.to_owned(), synonyms.field)));
    found.collect()
}

/// The last part of a nested path; a dotted key counts as nested.
fn last_part(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// A name without case, blanks and punctuation.
pub(in crate::ingest) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether half of the values could be values of the field; the other half will be rejects with
/// a reason, which is better than a column that is not read. No values, no objection.
fn plausible(field: Field, scale: f64, values: &[String]) -> bool {
    use crate::model::field::FieldKind;
    let parser = TimeParser::new(TimeZone::UTC);
    let fits = |text: &&String| match field.def().kind {
        FieldKind::Time => parser.text(text).is_ok(),
        FieldKind::Integer | FieldKind::Real => {
            let whole = field == Field::LatencyMs || field.def().kind == FieldKind::Real;
            may_be_number(text, |v| v >= 0.0 && (whole || (v * scale).fract() == 0.0))
        }
        FieldKind::Text | FieldKind::Address => true,
    };
    let present: Vec<&String> = values.iter().filter(|v| !is_no_value(v)).collect();
    let good = present.iter().copied().filter(|v| fits(v)).count();
    good * 2 >= present.len()
}

/// Whether a mapping could read times from it.
fn could_hold_times(column: &Column) -> bool {
    let some = column.values.iter().any(|v| !is_no_value(v));
    some && plausible(Field::Timestamp, 1.0, &column.values) && !counts_from_zero(column)
}

/// Whether times are plain numbers too small for any epoch: offsets into a recording.
fn counts_from_zero(column: &Column) -> bool {
    let parser = TimeParser::new(TimeZone::UTC);
    let early = Time(10 * 365 * crate::model::time::DAY_US);
    let present: Vec<&String> = column.values.iter().filter(|v| !is_no_value(v)).collect();
    let zero = |text: &&String| {
        text.trim().parse::<f64>().is_ok() && parser.text(text).is_ok_and(|stamp| stamp.at < early)
    };
    !present.is_empty() && present.iter().copied().filter(|t| zero(t)).count() * 2 > present.len()
}
