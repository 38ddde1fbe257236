//! `stillwatch inspect`: what files are recognised as. Nothing is imported.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::args::InspectArgs;
use super::exit::Outcome;
use super::import::reading;
use super::out::{note, print, print_json};
use super::progress::Reporter;
use crate::case::ImportOptions;
use crate::case::import::{expand, recognise};
use crate::ingest::source::Source;
use crate::ingest::{Detection, Head, IngestError, Sample};
use crate::model::{Exchange, FIELDS, Field};

/// Shaped rows that are shown of each file.
const ROWS: usize = 5;

/// What was found in one file.
struct Found {
    path: String,
    detection: Detection,
    compression: &'static str,
    /// Records looked at, and whether these are all.
    looked_at: usize,
    complete: bool,
    rows: Vec<Value>,
    rejects: BTreeMap<String, u64>,
}

/// Looks at every file.
///
/// # Errors
/// When an input cannot be walked; a file that is no log makes the status 1.
pub fn run(args: &InspectArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    let options = reading(&args.reading)?;
    let mut outcome = Outcome::Done;
    let mut found = Vec::new();
    for path in expand(&args.logs)? {
        reporter.progress.check()?;
        match inspect(&path, &options) {
            Ok(one) if args.json => found.push(as_json(&one)),
            Ok(one) => print(|out| as_text(&one, out))?,
            Err(error) => {
                outcome = Outcome::Partial;
                found.push(json!({ "path": path, "error": error.to_string() }));
                note(&error.to_string());
            }
        }
    }
    if args.json {
        print_json(&Value::Array(found))?;
    }
    Ok(outcome)
}

fn inspect(path: &Path, options: &ImportOptions) -> Result<Found, IngestError> {
    let source = Source::open(path)?;
    let detection = recognise(&source, options)?;
    let reader = detection.reader(&detection.options()?)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let head = Head { bytes: source.head(), complete: source.head_is_all(), file_name: &name };
    let sample = Sample::cut(&head)
        .map_err(|source| IngestError::NotALog { path: path.to_owned(), source })?;
    let mut found = Found {
        path: path.display().to_string(),
        compression: source.compression.as_str(),
        detection,
        looked_at: sample.records.len(),
        complete: source.head_is_all(),
        rows: Vec::new(),
        rejects: BTreeMap::new(),
    };
    for record in &sample.records {
        let rows = &mut found.rows;
        let read = reader.read(&record.bytes, &mut |exchange| {
            if rows.len() < ROWS {
                rows.push(shaped(exchange));
            }
        });
        if let Err(reason) = read {
            *found.rejects.entry(reason.into_owned()).or_default() += 1;
        }
    }
    Ok(found)
}

/// An exchange as an object of the fields it has.
fn shaped(exchange: &Exchange<'_>) -> Value {
    let fields =
        FIELDS.iter().filter_map(|def| Some((def.name.to_owned(), field(exchange, def.field)?)));
    let mut object: serde_json::Map<String, Value> = fields.collect();
    object.insert("granularity".into(), exchange.granularity.as_str().into());
    Value::Object(object)
}

fn field(exchange: &Exchange<'_>, field: Field) -> Option<Value> {
    let e = exchange;
    let text = |value: &Option<crate::model::Text<'_>>| value.as_ref().map(|t| t.as_str().into());
    let hash = |value: Option<u64>| value.map(|hash| format!("{hash:016x}").into());
    match field {
        Field::Timestamp => Some(e.at.to_string().into()),
        Field::AccountId => Some(e.account_id.as_str().into()),
        Field::RequestId => text(&e.request_id),
        Field::OrgId => text(&e.org_id),
        Field::UserId => text(&e.user_id),
        Field::ApiKeyId => text(&e.api_key_id),
        Field::SessionId => text(&e.session_id),
        Field::Pathway => text(&e.pathway),
        Field::Endpoint => text(&e.endpoint),
        Field::Model => text(&e.model),
        Field::Status => e.status.map(Into::into),
        Field::StopReason => text(&e.stop_reason),
        Field::Error => text(&e.error),
        Field::InputTokens => e.input_tokens.map(Into::into),
        Field::OutputTokens => e.output_tokens.map(Into::into),
        Field::CachedTokens => e.cached_tokens.map(Into::into),
        Field::ReasoningTokens => e.reasoning_tokens.map(Into::into),
        Field::LatencyMs => e.latency_ms.map(Into::into),
        Field::MaxTokens => e.max_tokens.map(Into::into),
        Field::Temperature => e.temperature.map(Into::into),
        Field::ClientIp => text(&e.client_ip),
        Field::Asn => text(&e.asn),
        Field::Country => text(&e.country),
        Field::Region => text(&e.region),
        Field::UserAgent => text(&e.user_agent),
        Field::DeviceId => text(&e.device_id),
        Field::Tools => text(&e.tools),
        Field::Cost => e.cost.map(Into::into),
        Field::SystemHash => text(&e.system_hash),
        Field::PromptHash => hash(e.prompt_hash),
        Field::ResponseHash => hash(e.response_hash),
        Field::ReasoningSignature => hash(e.reasoning_signature),
        Field::ReplayedSignature => hash(e.replayed_signature),
    }
}

fn as_json(found: &Found) -> Value {
    let detection = &found.detection;
    let next = detection.next_best.as_ref();
    json!({
        "path": found.path,
        "format": detection.format,
        "title": detection.format().title(),
        "confidence": rounded(detection.confidence),
        "why": detection.why,
        "next_best": next.map(|n| json!({ "format": n.format, "confidence": rounded(n.confidence) })),
        "container": detection.container.title(),
        "compression": found.compression,
        "timezone": detection.mapping.timezone,
        "mapping": detection.mapping.to_toml(),
        "sampled_records": found.looked_at,
        "sample_is_whole_file": found.complete,
        "sample_rejects": found.rejects,
        "rows": found.rows,
    })
}

/// Two decimals: more would claim what a guess does not have.
fn rounded(confidence: f32) -> f64 {
    (f64::from(confidence) * 100.0).round() / 100.0
}

fn as_text(found: &Found, out: &mut dyn Write) -> io::Result<()> {
    let detection = &found.detection;
    let title = detection.format().title();
    writeln!(out, "{}", found.path)?;
    writeln!(out, "  {title} ({}), {:.0} % sure", detection.format, detection.confidence * 100.0)?;
    writeln!(out, "  because {}", detection.why)?;
    if let Some(next) = &detection.next_best {
        writeln!(out, "  next best: {}, {:.0} %", next.format, next.confidence * 100.0)?;
    }
    let packed = if found.compression == "none" { "" } else { found.compression };
    writeln!(out, "  {} {packed}", detection.container.title())?;
    writeln!(out, "  fields:")?;
    for map in &detection.mapping.fields {
        writeln!(out, "    {:<20} {}", map.field.name(), map.describe())?;
    }
    let of = if found.complete { "all" } else { "the first" };
    let rejected: u64 = found.rejects.values().sum();
    writeln!(out, "  {rejected} of {of} {} records would be rejected", found.looked_at)?;
    for (reason, times) in &found.rejects {
        writeln!(out, "    {times:>6}  {reason}")?;
    }
    writeln!(out, "  first rows:")?;
    for row in &found.rows {
        writeln!(out, "    {row}")?;
    }
    writeln!(out)
}
