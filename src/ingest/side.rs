//! Small tables that come beside a log: read whole, row by row, with the same reject ledger.

use serde_json::Value;

use super::{DetectError, Head, Sample, magic};
use crate::model::Reject;

/// What a side table gave.
#[derive(Clone, Debug, PartialEq)]
pub struct SideTable<T> {
    /// The rows that could be read, in order.
    pub rows: Vec<T>,
    /// What could not.
    pub rejects: Vec<Reject>,
}

/// The tables that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableKind {
    /// What is known of each account beside the logs.
    Accounts,
    /// Releases, bans and other moments.
    Releases,
}

impl TableKind {
    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Accounts => "accounts table",
            Self::Releases => "releases table",
        }
    }
}

/// Attributes that make a list of accounts an accounts table.
const ATTRIBUTES: [&str; 11] = [
    "created_at",
    "closed_at",
    "email_domain",
    "email_pattern",
    "declared_country",
    "payment_fingerprint",
    "phone_prefix",
    "plan",
    "verification",
    "program",
    "allowlist_reason",
];
/// What a record of a call has and a row about an account or a release has not.
const OF_A_CALL: [&str; 7] = [
    "timestamp",
    "request_id",
    "input_tokens",
    "output_tokens",
    "prompt",
    "endpoint",
    "latency_ms",
];

/// Recognises a table by the names of its columns. `None` for logs, and for any table that is
/// not certainly one of the two.
pub fn recognise(head: &Head<'_>) -> Option<TableKind> {
    if magic::binary(head.bytes).is_some() {
        return None;
    }
    let sample = Sample::cut_up_to(head, 1).ok()?;
    let first = sample.records.first().and_then(|r| r.value.as_ref()).and_then(Value::as_object);
    let has = |name: &str| match sample.is_table() {
        true => sample.header().iter().any(|column| column == name),
        false => first.is_some_and(|object| object.contains_key(name)),
    };
    if OF_A_CALL.into_iter().any(has) {
        None
    } else if has("account_id") && !has("model") && ATTRIBUTES.into_iter().any(has) {
        Some(TableKind::Accounts)
    } else if (has("model") && has("released_at")) || (has("label") && has("kind") && has("at")) {
        Some(TableKind::Releases)
    } else {
        None
    }
}

/// How much of a record a reject shows, bytes.
const SAMPLE_BYTES: usize = 240;

/// Reads a side table: CSV with a header, JSON lines or a JSON array. `row` makes a row of an
/// object; a row of a table is an object of texts, with null for empty cells.
pub(super) fn read<T>(
    bytes: &[u8],
    file_name: &str,
    mut row: impl FnMut(&serde_json::Map<String, Value>) -> Result<T, String>,
) -> Result<SideTable<T>, DetectError> {
    if bytes.is_empty() {
        return Err(DetectError::Empty);
    }
    if let Some(error) = magic::binary(bytes) {
        return Err(error);
    }
    let sample = Sample::cut_up_to(&Head { bytes, complete: true, file_name }, usize::MAX)?;
    let width = sample.header().len();
    let mut table = SideTable { rows: Vec::new(), rejects: Vec::new() };
    for record in &sample.records {
        let result = match record.value.as_ref().and_then(Value::as_object) {
            Some(object) => row(object),
            None if width > 0 => Err(format!("the row does not have {width} fields")),
            None => Err("not a JSON object".to_owned()),
        };
        match result {
            Ok(row) => table.rows.push(row),
            Err(reason) => {
                let end = record.bytes.len().min(SAMPLE_BYTES);
                table.rejects.push(Reject {
                    line: record.line,
                    byte_offset: record.byte_offset,
                    byte_length: record.bytes.len() as u64,
                    reason,
                    sample: String::from_utf8_lossy(&record.bytes[..end]).into_owned(),
                });
            }
        }
    }
    Ok(table)
}

/// A scalar as text; `None` for null, empty and nested values.
pub(super) fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|t| !t.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Option<TableKind> {
        recognise(&Head { bytes: text.as_bytes(), complete: true, file_name: "x" })
    }

    #[test]
    fn tables_are_known_by_their_columns_and_logs_are_no_tables() {
        let accounts = Some(TableKind::Accounts);
        assert_eq!(kind("account_id,created_at,plan\na,2026-01-01,pro\n"), accounts);
        assert_eq!(kind("account_id;plan\n"), accounts);
        assert_eq!(kind("{\"account_id\":\"a\",\"email_domain\":\"x.example\"}\n"), accounts);
        assert_eq!(kind("model,released_at\natlas-4,2026-01-01\n"), Some(TableKind::Releases));
        assert_eq!(kind("label,kind,at\nx,ban,2026-01-01\n"), Some(TableKind::Releases));
        for log in [
            "timestamp,account_id,plan\n2026-01-01,a,pro\n",
            "account_id,created_at,model,plan\na,2026-01-01,m,pro\n",
            "{\"account_id\":\"a\",\"created_at\":1738000000,\"input_tokens\":3}\n",
            "account_id,role\na,background\n",
            "label,at\nx,2026-01-01\n",
            "",
            "\u{0}",
        ] {
            assert_eq!(kind(log), None, "{log}");
        }
    }
}
