//! Logs of known kinds that are not read yet. Guessing at them would be worse than refusing:
//! totals would be counted as calls, audit records as exchanges, nested spans twice.

use serde_json::Value;

use crate::ingest::{DetectError, Sample};

/// A kind and how a record of it is known.
type Kind = (&'static str, fn(&Value) -> bool);

const KINDS: &[Kind] = &[
    ("an OpenTelemetry export of metrics (totals of an interval)", |v| has(v, "resourceMetrics")),
    ("a list of OpenTelemetry spans without a call of a model", |v| {
        has(v, "attributes") && has_any(v, &["spanContext", "spanId", "startTimeUnixNano", "kind"])
    }),
    ("a usage export (totals of an interval)", counts_requests),
];

fn has(value: &Value, key: &str) -> bool {
    value.get(key).is_some()
}

fn has_any(value: &Value, keys: &[&str]) -> bool {
    keys.iter().any(|key| has(value, key))
}

/// Whether a record counts requests: it stands for many calls, not for one.
pub(super) fn counts_requests(value: &Value) -> bool {
    has_any(value, &["num_model_requests", "request_count", "num_requests", "requests_count"])
}

/// Recognises a sample of a kind that is not read yet.
pub(in crate::ingest) fn recognise(sample: &Sample) -> Option<DetectError> {
    let (title, _) = KINDS.iter().find(|(_, is)| sample.share_inner(is) >= 0.5)?;
    Some(DetectError::NotYet {
        title: (*title).to_owned(),
        hint: "convert its single calls to JSON lines or CSV, or name the fields with \
               `--mapping FILE` if each record is one call"
            .to_owned(),
    })
}
