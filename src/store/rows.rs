//! Event rows, in time order, while they arrive in the order of the file.
//!
//! Logs are nearly sorted: written when calls end, stamped when they begin. So rows wait in a
//! window of [`WINDOW`] rows, sorted, and leave it in time order; what arrives too late for that
//! turns the source into one that is sorted at its end, after what was written has been taken
//! back. Either way the result equals: collect all rows, sort by time, write. Rows without a time
//! come last of all; they wait for that in memory.

use std::ops::Range;

use rusqlite::{Connection, Row, Statement, params};
use sha2::{Digest, Sha256};

use crate::model::{Columns, MISSING, NO_TIME, Time};

use super::chunk::CHUNK;
use super::columns::{ChunkWriter, load_chunks, seal_columns};
use super::compact::{Compact, expand};
use super::error::Result;
use super::many::Table;
use super::seal::row_head;

/// Rows that wait before they are written.
const WINDOW: usize = 65_536;
/// What is sealed of rows at a time, bytes.
const SEALED_BYTES: usize = 16 << 10;

/// Writes the events of one source.
#[derive(Debug)]
pub(super) struct EventWriter {
    source_id: u32,
    first_event: u64,
    next_event: u64,
    /// Rows that wait; those before `start` are written, and wait for their chunk.
    pending: Columns,
    start: usize,
    /// Rows without a time, which wait for the end: they stand behind all others.
    untimed: Columns,
    /// The time of the last row written.
    written_to: i64,
    /// Whether everything waits for the end.
    unsorted: bool,
    window: usize,
    /// Rows of a chunk.
    chunk: usize,
    chunks: ChunkWriter,
    rows_seal: Sha256,
    chunks_seal: Sha256,
}

/// The columns of the table of events but the first; those last of which most sources have
/// nothing.
const COLUMNS: &[&str] = &[
    "at_us",
    "line",
    "byte_offset",
    "caller",
    "origin",
    "call",
    "session",
    "input_tokens",
    "output_tokens",
    "cached_tokens",
    "reasoning_tokens",
    "latency_ms",
    "request_id",
    "cost",
    "requests",
];
const EVENT: Table = Table { name: "event", columns: COLUMNS };
/// Events without costs and counted calls.
const CALL: Table = Table { columns: COLUMNS.split_at(COLUMNS.len() - 2).0, ..EVENT };

impl EventWriter {
    pub(super) fn new(source_id: u32, first_event: u64) -> Self {
        Self {
            source_id,
            first_event,
            next_event: first_event,
            pending: Columns::default(),
            start: 0,
            untimed: Columns::default(),
            written_to: i64::MIN,
            unsorted: false,
            window: WINDOW,
            chunk: CHUNK,
            chunks: ChunkWriter::new(source_id, first_event),
            rows_seal: Sha256::new(),
            chunks_seal: Sha256::new(),
        }
    }

    #[cfg(test)]
    pub(super) fn set_window(&mut self, rows: usize, chunk: usize) {
        (self.window, self.chunk) = (rows, chunk);
    }

    /// Takes in the rows of a block, whose dimension columns point into the case's dictionaries.
    pub(super) fn push(&mut self, conn: &Connection, mut rows: Columns) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        if self.unsorted {
            self.pending.extend_rows(&rows, 0..rows.len());
            return Ok(());
        }
        if let Some(order) = rows.time_order() {
            rows = rows.gather(&order);
        }
        let timed = rows.timed();
        if timed < rows.len() {
            self.untimed.extend_rows(&rows, timed..rows.len());
            rows.truncate(timed);
            if rows.is_empty() {
                return Ok(());
            }
        }
        if rows.at_us[0] < self.written_to {
            self.take_back(conn)?;
            self.pending.extend_rows(&rows, 0..rows.len());
            return Ok(());
        }
        self.merge(rows);
        let waiting = self.pending.len() - self.start;
        if waiting > self.window {
            let end = self.start + (waiting - self.window);
            self.write(conn, end)?;
        }
        Ok(())
    }

    /// Puts sorted rows where they belong among those that wait.
    fn merge(&mut self, rows: Columns) {
        let first = rows.at_us[0];
        if self.pending.at_us[self.start..].last().is_none_or(|&last| last <= first) {
            self.pending.extend_rows(&rows, 0..rows.len());
            return;
        }
        let stay = self.start + self.pending.at_us[self.start..].partition_point(|&at| at <= first);
        let mut overlap = Columns::default();
        overlap.extend_rows(&self.pending, stay..self.pending.len());
        self.pending.truncate(stay);
        overlap.extend_rows(&rows, 0..rows.len());
        let sorted = overlap.time_order().map(|order| overlap.gather(&order));
        let rows = sorted.as_ref().unwrap_or(&overlap);
        self.pending.extend_rows(rows, 0..rows.len());
    }

    /// Writes the waiting rows up to `end`.
    fn write(&mut self, conn: &Connection, end: usize) -> Result<()> {
        let rows = self.start..end;
        if rows.is_empty() {
            return Ok(());
        }
        self.written_to = self.pending.at_us[end - 1];
        let pending = &self.pending;
        let is_call =
            |row: usize| !pending.cost[row].is_finite() && pending.requests[row] == MISSING;
        let table = if rows.clone().all(is_call) { &CALL } else { &EVENT };
        table.append(conn, self.next_event, rows.len(), |insert, at, row| {
            bind(insert, at, table.columns.len(), pending, rows.start + row)
        })?;
        seal_rows(&self.pending, rows.clone(), &mut self.rows_seal);
        self.next_event += rows.len() as u64;
        self.start = end;
        self.write_chunks(conn)
    }

    /// Puts rows that are written into chunks, as far as they fill them.
    fn write_chunks(&mut self, conn: &Connection) -> Result<()> {
        let full = self.start - self.start % self.chunk;
        for first in (0..full).step_by(self.chunk) {
            let rows = first..first + self.chunk;
            self.chunks.write(conn, &self.pending, rows, &mut self.chunks_seal)?;
        }
        if full > 0 {
            self.pending.remove_front(full);
            self.start -= full;
        }
        Ok(())
    }

    /// Writes all that waits.
    pub(super) fn finish(mut self, conn: &Connection) -> Result<Written> {
        if self.unsorted
            && let Some(order) = self.pending.time_order()
        {
            self.pending = self.pending.gather(&order);
        }
        self.pending.extend_rows(&self.untimed, 0..self.untimed.len());
        self.write(conn, self.pending.len())?;
        self.chunks.write(conn, &self.pending, 0..self.start, &mut self.chunks_seal)?;
        let seal = seal_events(self.rows_seal, self.chunks_seal);
        Ok(Written { events: self.next_event - self.first_event, seal })
    }

    /// Takes back what was written: a row came that belongs before it.
    fn take_back(&mut self, conn: &Connection) -> Result<()> {
        let events = (self.next_event - self.first_event) as usize;
        let in_chunks = events - self.start;
        let mut rows = load_chunks(conn, self.source_id, self.first_event, in_chunks)?;
        read_rows(conn, self.first_event, in_chunks, &mut rows)?;
        rows.extend_rows(&self.pending, 0..self.pending.len());
        rows.extend_rows(&self.untimed, 0..self.untimed.len());
        conn.execute("DELETE FROM event WHERE event_id >= ?", [self.first_event])?;
        conn.execute("DELETE FROM column_chunk WHERE source_id = ?", [self.source_id])?;
        let (window, chunk) = (self.window, self.chunk);
        *self = Self {
            pending: rows,
            unsorted: true,
            window,
            chunk,
            ..Self::new(self.source_id, self.first_event)
        };
        Ok(())
    }
}

/// Reads what only the event rows hold, of `count` events.
fn read_rows(conn: &Connection, first_event: u64, count: usize, into: &mut Columns) -> Result<()> {
    let mut statement = conn.prepare(
        "SELECT line, byte_offset, request_id FROM event
         WHERE event_id >= ? ORDER BY event_id LIMIT ?",
    )?;
    let mut rows = statement.query(params![first_event, count])?;
    while let Some(row) = rows.next()? {
        into.line.push(row.get(0)?);
        into.byte_offset.push(row.get(1)?);
        expand(row.get_ref(2)?, &mut into.request_bytes);
        into.request_end.push(into.request_bytes.len() as u32);
    }
    Ok(())
}

/// Takes what only event rows hold into the seal.
fn seal_rows(columns: &Columns, rows: Range<usize>, seal: &mut Sha256) {
    let mut sealed = Vec::with_capacity(2 * SEALED_BYTES);
    for row in rows {
        let id = columns.request_id(row);
        sealed.extend_from_slice(&row_head(columns.line[row], columns.byte_offset[row], id));
        sealed.extend_from_slice(id);
        if sealed.len() >= SEALED_BYTES {
            seal.update(&sealed);
            sealed.clear();
        }
    }
    seal.update(&sealed);
}

/// The seal that the events of a source would have, were they imported today: how columns are
/// packed has changed since the first cases.
///
/// # Errors
/// When they cannot be read.
pub(super) fn seal_again(
    conn: &Connection,
    source_id: u32,
    first_event: u64,
    events: usize,
) -> Result<Vec<u8>> {
    let (mut rows_seal, mut chunks_seal) = (Sha256::new(), Sha256::new());
    for row in (0..events).step_by(CHUNK) {
        let (first, count) = (first_event + row as u64, CHUNK.min(events - row));
        let mut columns = load_chunks(conn, source_id, first, count)?;
        read_rows(conn, first, count, &mut columns)?;
        seal_rows(&columns, 0..count.min(columns.line.len()), &mut rows_seal);
        seal_columns(&columns, row as u64, &mut chunks_seal);
    }
    Ok(seal_events(rows_seal, chunks_seal))
}

/// What the writer of a source's events leaves behind.
#[derive(Debug)]
pub(super) struct Written {
    /// Rows written.
    pub events: u64,
    /// SHA-256 over what only the rows hold and over the column chunks: equal for the same
    /// records, however they were packed.
    pub seal: Vec<u8>,
}

/// One hash over those of the rows and of the column chunks.
pub(super) fn seal_events(rows: Sha256, chunks: Sha256) -> Vec<u8> {
    Sha256::new().chain_update(rows.finalize()).chain_update(chunks.finalize()).finalize().to_vec()
}

/// Whether an event row says the same as the column chunks; its columns as [`CaseFile::verify`]
/// asks for them.
///
/// [`CaseFile::verify`]: super::CaseFile::verify
pub(super) fn same_as_chunks(row: &Row<'_>, chunks: &Columns, i: usize) -> rusqlite::Result<bool> {
    // The number that stands for "missing" in memory is never written, so it equals nothing.
    let number = |column| {
        let stored = row.get::<_, Option<u32>>(column)?;
        Ok::<_, rusqlite::Error>(match stored {
            Some(MISSING) => None,
            stored => Some(stored.unwrap_or(MISSING)),
        })
    };
    let time = match row.get::<_, Option<i64>>(2)? {
        Some(NO_TIME) => None,
        stored => Some(stored.unwrap_or(NO_TIME)),
    };
    let id = |column| Ok::<_, rusqlite::Error>(row.get::<_, u32>(column)?.wrapping_sub(1));
    let session = row.get::<_, Option<u32>>(6)?.map_or(MISSING, |session| session.wrapping_sub(1));
    let cost = row.get::<_, Option<f64>>(12)?;
    Ok(time == Some(chunks.at_us[i])
        && id(3)? == chunks.caller[i]
        && id(4)? == chunks.origin[i]
        && id(5)? == chunks.call[i]
        && session == chunks.session[i]
        && number(7)? == Some(chunks.input_tokens[i])
        && number(8)? == Some(chunks.output_tokens[i])
        && number(9)? == Some(chunks.cached_tokens[i])
        && number(10)? == Some(chunks.reasoning_tokens[i])
        && number(11)? == Some(chunks.latency_ms[i])
        && number(15)? == Some(chunks.requests[i])
        && cost == Some(chunks.cost[i]).filter(|cost| cost.is_finite()))
}

/// Binds the first `count` of [`COLUMNS`] to the parameters from `at` on: all, or those of
/// [`CALL`].
fn bind(
    insert: &mut Statement<'_>,
    at: usize,
    count: usize,
    rows: &Columns,
    i: usize,
) -> rusqlite::Result<()> {
    let number = |value: u32| (value != MISSING).then_some(value);
    let request_id = std::str::from_utf8(rows.request_id(i)).ok().filter(|id| !id.is_empty());
    insert.raw_bind_parameter(at, Time(rows.at_us[i]).known().map(|at| at.0))?;
    insert.raw_bind_parameter(at + 1, rows.line[i])?;
    insert.raw_bind_parameter(at + 2, rows.byte_offset[i])?;
    insert.raw_bind_parameter(at + 3, rows.caller[i] + 1)?;
    insert.raw_bind_parameter(at + 4, rows.origin[i] + 1)?;
    insert.raw_bind_parameter(at + 5, rows.call[i] + 1)?;
    insert.raw_bind_parameter(at + 6, number(rows.session[i]).map(|session| session + 1))?;
    insert.raw_bind_parameter(at + 7, number(rows.input_tokens[i]))?;
    insert.raw_bind_parameter(at + 8, number(rows.output_tokens[i]))?;
    insert.raw_bind_parameter(at + 9, number(rows.cached_tokens[i]))?;
    insert.raw_bind_parameter(at + 10, number(rows.reasoning_tokens[i]))?;
    insert.raw_bind_parameter(at + 11, number(rows.latency_ms[i]))?;
    insert.raw_bind_parameter(at + 12, request_id.map(Compact::new))?;
    if count == COLUMNS.len() {
        insert.raw_bind_parameter(at + 13, Some(rows.cost[i]).filter(|cost| cost.is_finite()))?;
        insert.raw_bind_parameter(at + 14, number(rows.requests[i]))?;
    }
    Ok(())
}
