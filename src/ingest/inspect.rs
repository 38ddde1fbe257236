//! What an import of a source would give, shown before anything is imported.

use std::collections::HashMap;

use serde::Serialize;

mod seen;

use super::format::suggest;
use super::{Detection, Head, IngestError, ReaderOptions, Sample, split};
use crate::model::{Exchange, Field, Text};

use seen::Seen;
pub use seen::Tally;

/// A source as it was understood.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inspection {
    /// Id of the format.
    pub format: String,
    /// The format for people.
    pub title: String,
    /// How sure, 0…1.
    pub confidence: f32,
    /// What speaks for it.
    pub why: String,
    /// Id and confidence of the runner-up.
    pub next_best: Option<(String, f32)>,
    /// How records are laid out.
    pub container: String,
    /// Whether they are rows of a table.
    #[serde(skip)]
    pub is_table: bool,
    /// The zone assumed for times without one.
    pub timezone: String,
    /// Every field, in the order of the registry.
    pub fields: Vec<FieldInspection>,
    /// The first rows shaped: field and value.
    pub rows: Vec<Vec<(String, String)>>,
    /// The first records and the first that would be rejected, as they stand and shaped.
    pub records: Vec<RecordInspection>,
    /// What the records have, mapped or not.
    pub paths: Vec<PathInspection>,
    /// Records in the sample.
    pub sampled: u64,
    /// Of these, exchanges, activities and usage buckets.
    pub granularity: [u64; 3],
    /// Of these, intervals of a usage report in which nothing was counted.
    pub empty: u64,
    /// Rows whose time states no zone, so that the one assumed counts.
    pub zone_assumed: u64,
    /// Rows that have no time.
    pub without_time: u64,
    /// Of these, records that would be rejected.
    pub rejects: Vec<RejectInspection>,
    /// Records in the whole source: counted where the head is all of it, else estimated from the
    /// sample.
    pub estimated_records: Option<u64>,
    /// Whether the head is the whole source.
    pub complete: bool,
    /// Why nothing can be read with the mapping as it is, if nothing can.
    pub unusable: Option<String>,
    /// The mapping as TOML, ready to be edited and given back with `--mapping`.
    pub mapping: String,
}

/// One field in the sample.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldInspection {
    /// Our name.
    pub field: String,
    /// Where it comes from, in words; `None` when the source has nothing for it.
    pub from: Option<String>,
    /// Share of sampled rows that have it, 0…1.
    pub present: f32,
    /// Up to five different values, as the case will hold them.
    pub values: Vec<String>,
}

/// One record of the sample, raw and shaped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordInspection {
    /// Line in the source, from 1.
    pub line: u64,
    /// Offset in the source, bytes.
    pub byte_offset: u64,
    /// Its bytes as text, cut off where they are long.
    pub raw: String,
    /// What stands at its paths.
    pub values: Vec<(String, String)>,
    /// The first exchange in it: field and value.
    pub row: Vec<(String, String)>,
    /// Why it would be rejected, if it would.
    pub reason: Option<String>,
}

/// Something the records of a source have.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PathInspection {
    /// The name of a column, or the keys that lead to a value, with dots between.
    pub path: String,
    /// Share of the records looked at that have a value there, 0…1.
    pub present: f32,
    /// The first value.
    pub example: Option<String>,
}

/// One record of the sample that would be rejected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RejectInspection {
    /// Line in the source, from 1.
    pub line: u64,
    /// Offset in the source, bytes.
    pub byte_offset: u64,
    /// Why.
    pub reason: String,
}

/// Reads the sample the way an import would. `total_bytes` is the unpacked size of the source,
/// where it is known or can be estimated.
///
/// # Errors
/// When the head is no log after all.
pub fn inspect(
    head: &Head<'_>,
    detection: &Detection,
    options: &ReaderOptions,
    total_bytes: Option<u64>,
) -> Result<Inspection, IngestError> {
    let reader = detection.reader(options);
    let sample = Sample::cut_for(head, detection.format())
        .map_err(|source| IngestError::NotALog { path: head.file_name.into(), source })?;
    let mut seen = Seen::default();
    for record in &sample.records {
        match &reader {
            Ok(reader) => seen.read(record, &**reader),
            Err(_) => seen.show(record, None),
        }
    }
    let paths = paths(&sample);
    Ok(Inspection {
        format: detection.format.to_owned(),
        title: detection.format().title().to_owned(),
        confidence: detection.confidence,
        why: detection.why.clone(),
        next_best: detection.next_best.as_ref().map(|n| (n.format.to_owned(), n.confidence)),
        container: container(detection),
        is_table: sample.is_table(),
        timezone: detection.mapping.timezone.clone(),
        fields: seen.fields(detection),
        rows: seen.rows,
        records: in_order(seen.records, &paths),
        paths,
        sampled: sample.records.len() as u64,
        granularity: seen.granularity,
        empty: seen.empty,
        zone_assumed: seen.zone_assumed,
        without_time: seen.without_time,
        rejects: seen.rejects,
        estimated_records: estimate(head, &sample, total_bytes),
        complete: head.complete,
        unusable: reader.err().map(|error| error.to_string()),
        mapping: detection.mapping.to_toml(),
    })
}

/// How records are laid out, in words.
fn container(detection: &Detection) -> String {
    match detection.format().line() {
        Some(_) => "lines of text".to_owned(),
        None => detection.container.title(),
    }
}

/// The records with what they have in the order of the paths, which is that of the columns.
fn in_order(mut records: Vec<RecordInspection>, paths: &[PathInspection]) -> Vec<RecordInspection> {
    let places: HashMap<&str, usize> = paths.iter().map(|p| p.path.as_str()).zip(0..).collect();
    for record in &mut records {
        let place = |(path, _): &(String, String)| places.get(path.as_str()).copied();
        record.values.sort_by_key(|value| place(value).unwrap_or(usize::MAX));
    }
    records
}

fn paths(sample: &Sample) -> Vec<PathInspection> {
    let one = |(path, present, example): (_, _, Option<String>)| PathInspection {
        path,
        present,
        example: example.map(seen::shorten),
    };
    suggest::contents(sample).into_iter().map(one).collect()
}

/// Records in the whole source: counted, or by the mean length of those in the sample.
fn estimate(head: &Head<'_>, sample: &Sample, total_bytes: Option<u64>) -> Option<u64> {
    if head.complete {
        return Some(split::records(head.bytes, &sample.container).count() as u64);
    }
    let sampled = sample.records.len() as u64;
    let last = sample.records.last()?;
    let end = last.byte_offset + last.bytes.len() as u64;
    let first = sample.records.first()?.byte_offset;
    let total = total_bytes?;
    let mean = (end - first).max(1) as f64 / sampled as f64;
    Some(((total.saturating_sub(first)) as f64 / mean).round() as u64)
}

/// The value of a field as text, fingerprints as 16 hex digits; `None` when it is missing.
pub fn field_text(exchange: &Exchange<'_>, field: Field) -> Option<String> {
    let text = |value: &Option<Text<'_>>| value.as_ref().map(|t| t.as_str().to_owned());
    let count = |value: Option<u64>| value.map(|v| v.to_string());
    let real = |value: Option<f64>| value.map(|v| v.to_string());
    let hash = |value: Option<u64>| value.map(|v| format!("{v:016x}"));
    match field {
        Field::Timestamp => exchange.at.known().map(|at| at.to_string()),
        Field::RequestId => text(&exchange.request_id),
        Field::AccountId => Some(exchange.account_id.as_str().to_owned()),
        Field::OrgId => text(&exchange.org_id),
        Field::UserId => text(&exchange.user_id),
        Field::ApiKeyId => text(&exchange.api_key_id),
        Field::SessionId => text(&exchange.session_id),
        Field::Pathway => text(&exchange.pathway),
        Field::Endpoint => text(&exchange.endpoint),
        Field::Model => text(&exchange.model),
        Field::Status => count(exchange.status.map(u64::from)),
        Field::StopReason => text(&exchange.stop_reason),
        Field::Error => text(&exchange.error),
        Field::InputTokens => count(exchange.input_tokens),
        Field::OutputTokens => count(exchange.output_tokens),
        Field::CachedTokens => count(exchange.cached_tokens),
        Field::ReasoningTokens => count(exchange.reasoning_tokens),
        Field::LatencyMs => real(exchange.latency_ms),
        Field::MaxTokens => count(exchange.max_tokens),
        Field::Temperature => real(exchange.temperature),
        Field::ClientIp => text(&exchange.client_ip),
        Field::Asn => text(&exchange.asn),
        Field::Country => text(&exchange.country),
        Field::Region => text(&exchange.region),
        Field::UserAgent => text(&exchange.user_agent),
        Field::DeviceId => text(&exchange.device_id),
        Field::Tools => text(&exchange.tools),
        Field::Cost => real(exchange.cost),
        Field::SystemHash => text(&exchange.system_hash),
        Field::PromptHash => hash(exchange.prompt_hash),
        Field::ResponseHash => hash(exchange.response_hash),
        Field::ReasoningSignature => hash(exchange.reasoning_signature),
        Field::ReplayedSignature => hash(exchange.replayed_signature),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{Choice, detect};

    fn inspected(head: &Head<'_>, total: Option<u64>) -> Inspection {
        let detection = detect(head, &Choice::default()).expect("a log");
        let options = detection.options().expect("a zone");
        inspect(head, &detection, &options, total).expect("inspected")
    }

    const TRACE: &str = "TIMESTAMP,ContextTokens,GeneratedTokens\n\
                         2023-11-16 18:17:03.9799600,4808,10\n\
                         2023-11-16 18:17:04.0319600,3180,8\n\
                         2023-11-16 18:17:04.0781490,-1,27\n\
                         2023-11-16 18:17:05.0781490,,27\n\
                         2023-11-16 18:17:06.0781490,5\n";

    #[test]
    fn an_inspection_shows_fields_values_rows_and_rejects() {
        let head = Head { bytes: TRACE.as_bytes(), complete: true, file_name: "trace.v1.csv" };
        let shown = inspected(&head, None);
        assert_eq!(shown.format, "azure_trace");
        assert_eq!(shown.container, "CSV, 3 columns");
        assert_eq!((shown.sampled, shown.estimated_records), (5, Some(5)));
        assert_eq!(shown.granularity, [3, 0, 0]);
        let field = |name: &str| shown.fields.iter().find(|f| f.field == name).expect(name);
        assert_eq!(field("input_tokens").from.as_deref(), Some("ContextTokens"));
        assert_eq!(field("input_tokens").values, ["4808", "3180"]);
        assert!((field("input_tokens").present - 2.0 / 3.0).abs() < 1e-6);
        assert_eq!(field("account_id").values, ["trace"]);
        assert_eq!(field("model").from, None);
        let rejects: Vec<_> = shown.rejects.iter().map(|r| (r.line, r.reason.as_str())).collect();
        let expected =
            [(4, "input_tokens is negative"), (6, "row has fewer fields than the header")];
        assert_eq!(rejects, expected);
        assert_eq!(shown.rows.len(), 3);
        assert_eq!(
            crate::ingest::Mapping::from_toml(&shown.mapping).expect("valid").format,
            shown.format
        );
    }

    #[test]
    fn intervals_in_which_nothing_was_counted_are_told() {
        let bucket = |results: &str| {
            format!(
                "{{\"start_time\":1730419200,\"end_time\":1730505600,\"results\":[{results}]}}\n"
            )
        };
        let text = bucket("") + &bucket("{\"num_model_requests\":2},{\"num_model_requests\":1}");
        let head = Head { bytes: text.as_bytes(), complete: true, file_name: "usage.jsonl" };
        let shown = inspected(&head, None);
        assert_eq!((shown.sampled, shown.granularity, shown.empty), (2, [0, 0, 2], 1));
    }

    #[test]
    fn a_short_source_is_counted_beyond_the_sample() {
        let line = "{\"timestamp\":1738000000,\"account_id\":\"a\"}\n";
        let text = line.repeat(1_000);
        let head = Head { bytes: text.as_bytes(), complete: true, file_name: "x.jsonl" };
        let shown = inspected(&head, None);
        assert_eq!((shown.sampled, shown.estimated_records), (200, Some(1_000)));
    }

    #[test]
    fn a_long_source_is_estimated_from_its_head() {
        let line = "{\"timestamp\":1738000000,\"account_id\":\"a\"}\n";
        let text = line.repeat(1_000);
        let head = Head { bytes: text.as_bytes(), complete: false, file_name: "x.jsonl" };
        let shown = inspected(&head, Some(line.len() as u64 * 1_000_000));
        let estimate = shown.estimated_records.expect("an estimate");
        assert!((990_000..1_030_000).contains(&estimate), "{estimate}");
    }

    #[test]
    fn the_first_records_are_shown_raw_and_shaped_and_the_first_rejects_too() {
        let head = Head { bytes: TRACE.as_bytes(), complete: true, file_name: "trace.v1.csv" };
        let shown = inspected(&head, None);
        let lines: Vec<u64> = shown.records.iter().map(|r| r.line).collect();
        assert_eq!(lines, [2, 3, 4, 5, 6]);
        let names: Vec<&str> = shown.records[0].values.iter().map(|(n, _)| n.as_str()).collect();
        assert_eq!(names, ["TIMESTAMP", "ContextTokens", "GeneratedTokens"]);
        assert_eq!(shown.records[0].raw, "2023-11-16 18:17:03.9799600,4808,10");
        assert!(shown.records[0].row.contains(&("input_tokens".into(), "4808".into())));
        assert_eq!(shown.records[2].reason.as_deref(), Some("input_tokens is negative"));
        let late = format!("{TRACE}{}", "2023-11-16 18:17:05,1,1\n".repeat(9) + "x,1,1\n");
        let shown = inspected(&Head { bytes: late.as_bytes(), ..head }, None);
        assert_eq!(shown.records.last().map(|r| r.line), Some(16));
    }

    #[test]
    fn what_records_have_is_listed_whether_it_is_mapped_or_not() {
        let text = "{\"timestamp\":1738000000,\"account_id\":\"a\",\"x\":{\"y\":1}}\n\
                    {\"timestamp\":1738000001,\"account_id\":\"a\"}\n";
        let head = Head { bytes: text.as_bytes(), complete: true, file_name: "x.jsonl" };
        let shown = inspected(&head, None);
        let path = |name: &str| shown.paths.iter().find(|p| p.path == name).expect(name);
        assert_eq!(path("x.y").example.as_deref(), Some("1"));
        assert_eq!((path("x.y").present, path("account_id").present), (0.5, 1.0));
    }
}
