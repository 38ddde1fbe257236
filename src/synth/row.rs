//! A record as a row of a table: read from its line, so that the two cannot differ.

use std::borrow::Cow;
use std::io;

use serde::{Deserialize, Serialize};

/// A text, borrowed from its line where nothing in it is escaped.
#[derive(Debug, Deserialize, Serialize)]
pub struct Text<'l>(#[serde(borrow)] pub Cow<'l, str>);

/// The fields of the native format that are written, in the order of their columns.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the native format says what they are")]
pub struct Row<'l> {
    #[serde(borrow)]
    pub timestamp: Text<'l>,
    pub request_id: Option<Text<'l>>,
    pub account_id: Option<Text<'l>>,
    pub org_id: Option<Text<'l>>,
    pub api_key_id: Option<Text<'l>>,
    pub session_id: Option<Text<'l>>,
    pub user_id: Option<Text<'l>>,
    pub pathway: Option<Text<'l>>,
    pub endpoint: Option<Text<'l>>,
    pub model: Option<Text<'l>>,
    pub status: Option<i64>,
    pub stop_reason: Option<Text<'l>>,
    pub error: Option<Text<'l>>,
    pub input_tokens: Option<i64>,
    pub output_tokens: Option<i64>,
    pub cached_tokens: Option<i64>,
    pub reasoning_tokens: Option<i64>,
    pub latency_ms: Option<i64>,
    pub max_tokens: Option<i64>,
    pub temperature: Option<f64>,
    pub client_ip: Option<Text<'l>>,
    pub asn: Option<Text<'l>>,
    pub country: Option<Text<'l>>,
    pub region: Option<Text<'l>>,
    pub user_agent: Option<Text<'l>>,
    pub system: Option<Text<'l>>,
    pub system_hash: Option<Text<'l>>,
    pub prompt_hash: Option<Text<'l>>,
    pub prompt: Option<Text<'l>>,
    pub response: Option<Text<'l>>,
    pub reasoning_signature: Option<Text<'l>>,
    pub replayed_signature: Option<Text<'l>>,
}

/// The records of some lines.
pub fn rows(lines: &[u8]) -> impl Iterator<Item = io::Result<Row<'_>>> {
    let lines = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).map_err(io::Error::other))
}

/// The header of the table, with its line break.
pub fn header() -> io::Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    // The names come with the first row, whatever is in it.
    for row in rows(b"{\"timestamp\":\"\"}") {
        table.serialize(row?)?;
    }
    let mut text = table.into_inner().map_err(|e| e.into_error())?;
    let end = text.iter().position(|byte| *byte == b'\n').map_or(text.len(), |at| at + 1);
    text.truncate(end);
    Ok(text)
}

/// Some lines as rows of the table, without its header.
pub fn csv(lines: &[u8]) -> io::Result<Vec<u8>> {
    let out = Vec::with_capacity(lines.len());
    let mut table = csv::WriterBuilder::new().has_headers(false).from_writer(out);
    for row in rows(lines) {
        table.serialize(row?)?;
    }
    table.into_inner().map_err(|e| e.into_error())
}
