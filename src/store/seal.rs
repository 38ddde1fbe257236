//! Hashes over what a case holds: of a source, so that nothing stored of it can be changed, and
//! of tables that are not part of any source.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Params};
use sha2::{Digest, Sha256};

use crate::model::Reject;

use super::error::Result;
use super::hex;

/// Takes in the place and the bytes of one raw block.
pub(super) fn seal_raw(seal: &mut Sha256, first_offset: u64, byte_length: u64, raw: &[u8]) {
    seal.update(first_offset.to_le_bytes());
    seal.update(byte_length.to_le_bytes());
    seal.update((raw.len() as u64).to_le_bytes());
    seal.update(raw);
}

/// Takes in one line of the reject ledger.
pub(super) fn seal_reject(seal: &mut Sha256, reject: &Reject) {
    for number in [reject.line, reject.byte_offset, reject.byte_length] {
        seal.update(number.to_le_bytes());
    }
    for text in [&reject.reason, &reject.sample] {
        seal.update((text.len() as u64).to_le_bytes());
        seal.update(text);
    }
}

/// What is sealed of an event row before its request id: what only it holds; the rest is in the
/// column chunks.
pub(super) fn row_head(line: u32, byte_offset: u64, request_id: &[u8]) -> [u8; 16] {
    let mut head = [0u8; 16];
    head[..4].copy_from_slice(&line.to_le_bytes());
    head[4..12].copy_from_slice(&byte_offset.to_le_bytes());
    head[12..].copy_from_slice(&(request_id.len() as u32).to_le_bytes());
    head
}

/// Takes in one chunk of one column; `row` is its first row, counted within the source, so that
/// the same records give the same hash wherever they stand.
pub(super) fn seal_chunk(seal: &mut Sha256, row: u64, events: u64, name: &str, blob: &[u8]) {
    seal.update(row.to_le_bytes());
    seal.update(events.to_le_bytes());
    seal.update((name.len() as u64).to_le_bytes());
    seal.update(name);
    seal.update((blob.len() as u64).to_le_bytes());
    seal.update(blob);
}

/// One hash over several.
pub(super) fn seal_all(parts: &[&[u8]]) -> String {
    let mut seal = Sha256::new();
    parts.iter().for_each(|part| seal.update(part));
    hex(&seal.finalize())
}

/// Hash over the row of a source, all columns but the last, which is the seal itself.
pub(super) fn source_row(conn: &Connection, source_id: u32) -> Result<Vec<u8>> {
    rows(conn, "SELECT * FROM source WHERE source_id = ?", [source_id], 1)
}

/// Hash over all that is known of accounts beside the logs, as the journal keeps it.
pub(super) fn attributes(conn: &Connection) -> Result<String> {
    rows(conn, "SELECT * FROM account_attribute ORDER BY account_id, name", [], 0).map(|h| hex(&h))
}

/// Hash over all markers, as the journal keeps it.
pub(super) fn markers(conn: &Connection) -> Result<String> {
    rows(conn, "SELECT * FROM marker ORDER BY marker_id", [], 0).map(|h| hex(&h))
}

/// Hash over all that is kept of templates, as the journal keeps it; that of an empty table where
/// nothing is.
pub(super) fn templates(conn: &Connection) -> Result<String> {
    tables(conn, &["template_run", "template", "template_piece", "template_chunk"])
}

/// The tables of what detectors found.
pub(super) const ANALYSIS: [&str; 11] = [
    "analysis_run",
    "detector_run",
    "cluster",
    "cluster_member",
    "account_score",
    "finding",
    "evidence",
    "link",
    "circle",
    "benign",
    "measured",
];

/// The same over what detectors found.
pub(super) fn analysis(conn: &Connection) -> Result<String> {
    tables(conn, &ANALYSIS)
}

/// Hash over tables that their first two columns order.
fn tables(conn: &Connection, tables: &[&str]) -> Result<String> {
    let mut seal = Sha256::new();
    for table in tables {
        let part = rows(conn, &format!("SELECT * FROM {table} ORDER BY 1, 2"), [], 0)?;
        if hex(&part) != nothing() {
            seal.update(part);
        }
    }
    Ok(hex(&seal.finalize()))
}

/// The hash of a table without rows.
pub(super) fn nothing() -> String {
    hex(&Sha256::new().finalize())
}

/// Hash over the rows of a query, without the last `but` columns: kind, length and bytes of
/// every value.
fn rows(conn: &Connection, sql: &str, of: impl Params, but: usize) -> Result<Vec<u8>> {
    let mut statement = conn.prepare(sql)?;
    let columns = statement.column_count() - but;
    let mut rows = statement.query(of)?;
    let mut seal = Sha256::new();
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            let number;
            let (kind, bytes): (u8, &[u8]) = match row.get_ref(column)? {
                ValueRef::Null => (0, &[]),
                ValueRef::Integer(value) => {
                    number = value.to_le_bytes();
                    (1, &number)
                }
                ValueRef::Real(value) => {
                    number = value.to_le_bytes();
                    (2, &number)
                }
                ValueRef::Text(text) => (3, text),
                ValueRef::Blob(blob) => (4, blob),
            };
            seal.update([kind]);
            seal.update((bytes.len() as u64).to_le_bytes());
            seal.update(bytes);
        }
    }
    Ok(seal.finalize().to_vec())
}
