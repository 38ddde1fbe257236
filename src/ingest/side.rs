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
