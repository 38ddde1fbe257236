//! From an event back to its record: where it stands in which source, and its original bytes.

use std::cell::OnceCell;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::model::{SourceInfo, pack};

use super::columns::lengths_around;
use super::dimensions::text_of;
use super::error::{Result, StoreError};
use super::file::CaseFile;

/// Where an event's record stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRef {
    /// The event.
    pub event_id: u64,
    /// The source its record is in.
    pub source_id: u32,
    /// Line in the unpacked source, from 1.
    pub line: u32,
    /// Offset in the unpacked source, bytes, from 0.
    pub byte_offset: u64,
    /// Length of the record, bytes.
    pub byte_length: u32,
    /// Identifier the source gave the call.
    pub request_id: Option<String>,
}

/// The original bytes of an event's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawRecord {
    /// Where they stand.
    pub event: EventRef,
    /// Exactly the bytes of the record, without the line break after it.
    pub bytes: Vec<u8>,
}

/// Chunks of record lengths a reader remembers, 256 KiB each.
const CHUNKS: usize = 64;

/// Reads records and remembers what it unpacked last, of up to [`CHUNKS`] sources: looking up
/// events in order of time unpacks each chunk about once, also where sources interleave.
#[derive(Debug)]
pub struct RawReader<'c> {
    case: &'c CaseFile,
    /// Where the events of every source begin and end, in order; made when first asked for.
    sources: OnceCell<Vec<Events>>,
    /// Chunks of record lengths, the one asked for last in front.
    lengths: Vec<Lengths>,
    /// Source, first offset, bytes.
    slice: Option<(u32, u64, Vec<u8>)>,
}

/// The events of one source.
#[derive(Clone, Copy, Debug)]
struct Events {
    source_id: u32,
    first: u64,
    last: u64,
}

/// The record lengths of one chunk.
#[derive(Debug)]
struct Lengths {
    source_id: u32,
    first_event: u64,
    values: Vec<u32>,
}

impl Lengths {
    fn of(&self, event_id: u64) -> Option<u32> {
        let at = event_id.checked_sub(self.first_event)?;
        self.values.get(usize::try_from(at).ok()?).copied()
    }
}

impl CaseFile {
    /// The original bytes of an event's record.
    ///
    /// # Errors
    /// As [`RawReader::read`].
    pub fn raw_record(&self, event_id: u64) -> Result<RawRecord> {
        self.raw_reader().read(event_id)
    }

    /// A reader for many records.
    pub fn raw_reader(&self) -> RawReader<'_> {
        RawReader { case: self, sources: OnceCell::new(), lengths: Vec::new(), slice: None }
    }

    /// Calls `each` with event id and request id of every event that has one, in order of ids.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn for_each_request_id(&self, mut each: impl FnMut(u64, &str)) -> Result<()> {
        let mut statement = self.conn.prepare(
            "SELECT event_id, request_id FROM event WHERE request_id NOT NULL ORDER BY event_id",
        )?;
        let mut rows = statement.query([])?;
        let mut id = Vec::new();
        while let Some(row) = rows.next()? {
            id.clear();
            super::compact::expand(row.get_ref(1)?, &mut id);
            if let Ok(text) = std::str::from_utf8(&id) {
                each(row.get(0)?, text);
            }
        }
        Ok(())
    }
}

impl RawReader<'_> {
    /// Looks up where the record of an event stands.
    ///
    /// # Errors
    /// [`StoreError::NoSuchEvent`], or when the file cannot be read.
    pub fn locate(&mut self, event_id: u64) -> Result<EventRef> {
        let conn = &self.case.conn;
        let missing = || StoreError::NoSuchEvent(event_id);
        let source_id = self.source_of(event_id)?.ok_or_else(missing)?;
        let row = conn
            .prepare_cached("SELECT line, byte_offset, request_id FROM event WHERE event_id = ?")?
            .query_row([event_id], |row| {
                let id = text_of(row.get_ref(2)?);
                Ok((row.get(0)?, row.get(1)?, Some(id).filter(|id| !id.is_empty())))
            })
            .optional()?;
        let (line, byte_offset, request_id) = row.ok_or_else(missing)?;
        let byte_length = self.length(source_id, event_id)?;
        Ok(EventRef { event_id, source_id, line, byte_offset, byte_length, request_id })
    }

    fn source_of(&self, event_id: u64) -> Result<Option<u32>> {
        let sources = match self.sources.get() {
            Some(sources) => sources,
            None => {
                let sources = events_of_sources(&self.case.conn)?;
                self.sources.get_or_init(|| sources)
            }
        };
        let after = sources.partition_point(|source| source.first <= event_id);
        let source = after.checked_sub(1).map(|at| sources[at]);
        Ok(source.filter(|source| event_id <= source.last).map(|source| source.source_id))
    }

    fn length(&mut self, source_id: u32, event_id: u64) -> Result<u32> {
        let known = self.lengths.iter().position(|chunk| chunk.of(event_id).is_some());
        let chunk = match known {
            Some(at) => self.lengths.remove(at),
            None => {
                // The next chunk of a source takes the place of the one before.
                self.lengths.retain(|chunk| chunk.source_id != source_id);
                self.lengths.truncate(CHUNKS - 1);
                let (first_event, values) = lengths_around(&self.case.conn, source_id, event_id)?;
                Lengths { source_id, first_event, values }
            }
        };
        let length = chunk.of(event_id);
        self.lengths.insert(0, chunk);
        length.ok_or_else(|| StoreError::Damaged(format!("event {event_id} has no record length")))
    }

    /// Reads the record of an event.
    ///
    /// # Errors
    /// [`StoreError::NoSuchEvent`]; [`StoreError::RawNotKept`] when its source was imported
    /// without originals; [`StoreError::Damaged`].
    pub fn read(&mut self, event_id: u64) -> Result<RawRecord> {
        let event = self.locate(event_id)?;
        let damaged =
            || StoreError::Damaged(format!("the original record of event {event_id} is not there"));
        let (start, length) = (event.byte_offset, event.byte_length as usize);
        let inside = |slice: &(u32, u64, Vec<u8>)| {
            let at = usize::try_from(start.checked_sub(slice.1)?).ok()?;
            let bytes = slice.2.get(at..at.checked_add(length)?)?;
            (slice.0 == event.source_id).then(|| bytes.to_vec())
        };
        if let Some(bytes) = self.slice.as_ref().and_then(inside) {
            return Ok(RawRecord { event, bytes });
        }
        self.slice = Some(self.load(event.source_id, start)?);
        let bytes = self.slice.as_ref().and_then(inside).ok_or_else(damaged)?;
        Ok(RawRecord { event, bytes })
    }

    /// The original bytes at a place of a source: those of a reject, which is no event.
    ///
    /// # Errors
    /// [`StoreError::RawNotKept`], [`StoreError::Damaged`].
    pub fn bytes_at(&mut self, source_id: u32, offset: u64, length: u64) -> Result<Vec<u8>> {
        let inside = |slice: &(u32, u64, Vec<u8>)| {
            let at = usize::try_from(offset.checked_sub(slice.1)?).ok()?;
            let end = at.checked_add(usize::try_from(length).ok()?)?;
            let bytes = slice.2.get(at..end)?;
            (slice.0 == source_id).then(|| bytes.to_vec())
        };
        if let Some(bytes) = self.slice.as_ref().and_then(inside) {
            return Ok(bytes);
        }
        self.slice = Some(self.load(source_id, offset)?);
        self.slice.as_ref().and_then(inside).ok_or_else(|| {
            StoreError::Damaged(format!("byte {offset} of source {source_id} is not there"))
        })
    }

    /// The source that keeps the original bytes of one: itself, or where it is the rejects of
    /// another one, read again, that one.
    fn keeper(&self, source_id: u32) -> Result<u32> {
        let mut statement = self
            .case
            .conn
            .prepare_cached("SELECT raw_kept, mapping FROM source WHERE source_id = ?")?;
        let mut id = source_id;
        loop {
            let row = |row: &Row<'_>| Ok((row.get::<_, bool>(0)?, row.get::<_, String>(1)?));
            let found = statement.query_row([id], row).optional()?;
            let of = found.and_then(|(kept, mapping)| match kept {
                true => None,
                false => SourceInfo::rejects_in(&mapping),
            });
            match of {
                // They were in the case before, so this ends.
                Some(earlier) if earlier < id => id = earlier,
                _ => return Ok(id),
            }
        }
    }

    /// Unpacks the slice of a source that holds an offset.
    fn load(&self, source_id: u32, offset: u64) -> Result<(u32, u64, Vec<u8>)> {
        let keeper = self.keeper(source_id)?;
        let found = self
            .case
            .conn
            .prepare_cached(
                "SELECT first_offset, byte_length, data FROM raw_block
                 WHERE source_id = ? AND first_offset <= ? ORDER BY first_offset DESC LIMIT 1",
            )?
            .query_row(params![keeper, offset], |row| {
                let length = row.get::<_, usize>(1)?;
                Ok((row.get::<_, u64>(0)?, pack::unpack(row.get_ref(2)?.as_blob()?, length)))
            })
            .optional()?;
        let (first, bytes) = found.ok_or(StoreError::RawNotKept(source_id))?;
        let bytes = bytes.map_err(|error| {
            StoreError::Damaged(format!("raw block at byte {first} of source {source_id}: {error}"))
        })?;
        Ok((source_id, first, bytes))
    }
}

fn events_of_sources(conn: &Connection) -> Result<Vec<Events>> {
    let mut statement = conn.prepare(
        "SELECT source_id, first_event, last_event FROM source
         WHERE first_event NOT NULL ORDER BY first_event",
    )?;
    let sources = statement.query_map([], |row| {
        Ok(Events { source_id: row.get(0)?, first: row.get(1)?, last: row.get(2)? })
    })?;
    Ok(sources.collect::<rusqlite::Result<_>>()?)
}
