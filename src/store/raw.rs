//! From an event back to its record: where it stands in which source, and its original bytes.

use rusqlite::{OptionalExtension as _, params};

use crate::model::pack;

use super::columns::lengths_around;
use super::dimensions::text_of;
use super::error::{Result, StoreError};
use super::file::CaseFile;
use super::read::source_of_event;

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

/// Reads records and remembers the last unpacked slice: reading many records in the order of
/// their ids unpacks each slice about once.
#[derive(Debug)]
pub struct RawReader<'c> {
    case: &'c CaseFile,
    /// First event of the chunk, and the record lengths in it.
    lengths: (u64, Vec<u32>),
    /// Source, first offset, bytes.
    slice: Option<(u32, u64, Vec<u8>)>,
}

impl CaseFile {
    /// Looks up where the records of some events stand, in the order asked for.
    ///
    /// # Errors
    /// [`StoreError::NoSuchEvent`], or when the file cannot be read.
    pub fn events(&self, event_ids: &[u64]) -> Result<Vec<EventRef>> {
        let mut reader = self.raw_reader();
        event_ids.iter().map(|&id| reader.locate(id)).collect()
    }

    /// The original bytes of an event's record.
    ///
    /// # Errors
    /// As [`RawReader::read`].
    pub fn raw_record(&self, event_id: u64) -> Result<RawRecord> {
        self.raw_reader().read(event_id)
    }

    /// A reader for many records.
    pub fn raw_reader(&self) -> RawReader<'_> {
        RawReader { case: self, lengths: (0, Vec::new()), slice: None }
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
        let (source_id, _) = source_of_event(conn, event_id)?.ok_or_else(missing)?;
        let row = conn
            .prepare_cached("SELECT line, byte_offset, request_id FROM event WHERE event_id = ?")?
            .query_row([event_id], |row| {
                let id = text_of(row.get_ref(2)?);
                Ok((row.get(0)?, row.get(1)?, Some(id).filter(|id| !id.is_empty())))
            })
            .optional()?;
        let (line, byte_offset, request_id) = row.ok_or_else(missing)?;
        let byte_length = self.length(event_id)?;
        Ok(EventRef { event_id, source_id, line, byte_offset, byte_length, request_id })
    }

    fn length(&mut self, event_id: u64) -> Result<u32> {
        let here = |lengths: &(u64, Vec<u32>)| {
            event_id.checked_sub(lengths.0).and_then(|i| lengths.1.get(i as usize).copied())
        };
        if here(&self.lengths).is_none() {
            self.lengths = lengths_around(&self.case.conn, event_id)?;
        }
        here(&self.lengths)
            .ok_or_else(|| StoreError::Damaged(format!("event {event_id} has no record length")))
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

    /// Unpacks the slice of a source that holds an offset.
    fn load(&self, source_id: u32, offset: u64) -> Result<(u32, u64, Vec<u8>)> {
        let found = self
            .case
            .conn
            .prepare_cached(
                "SELECT first_offset, byte_length, data FROM raw_block
                 WHERE source_id = ? AND first_offset <= ? ORDER BY first_offset DESC LIMIT 1",
            )?
            .query_row(params![source_id, offset], |row| {
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
