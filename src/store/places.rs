//! From the original bytes to the events: which slices a case keeps, and which events have their
//! records in one.
//!
//! Events are numbered in order of time, bytes lie in the order of the file. Most logs are written
//! in order of time, so that both are the same; where they are not, the places of all events of a
//! source are sorted once and kept.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension as _};

use super::columns::{Extent, extents, lengths_of};
use super::error::{Result, StoreError};
use super::file::CaseFile;

/// A slice of the unpacked bytes of a source, as the case keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawSlice {
    /// The source that keeps it.
    pub source_id: u32,
    /// Offset of its first byte in the unpacked source.
    pub first_offset: u64,
    /// Its length, bytes.
    pub byte_length: u64,
}

/// Where the record of an event lies in its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The event.
    pub event_id: u64,
    /// Offset in the unpacked source, bytes.
    pub offset: u64,
    /// Length, bytes.
    pub length: u32,
}

impl CaseFile {
    /// The slices of original bytes that are kept, in the order of sources and files.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn raw_slices(&self) -> Result<Vec<RawSlice>> {
        let mut statement = self.conn.prepare(
            "SELECT source_id, first_offset, byte_length FROM raw_block
             ORDER BY source_id, first_offset",
        )?;
        let slices = statement.query_map([], |row| {
            let (source_id, first_offset) = (row.get(0)?, row.get(1)?);
            Ok(RawSlice { source_id, first_offset, byte_length: row.get(2)? })
        })?;
        Ok(slices.collect::<rusqlite::Result<_>>()?)
    }

    /// Reads a slice as it is packed, into `packed`.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when it is not there.
    pub fn packed_slice(&self, slice: &RawSlice, packed: &mut Vec<u8>) -> Result<()> {
        let sql = "SELECT data FROM raw_block WHERE source_id = ? AND first_offset = ?";
        let found = self
            .conn
            .prepare_cached(sql)?
            .query_row([u64::from(slice.source_id), slice.first_offset], |row| {
                packed.clear();
                packed.extend_from_slice(row.get_ref(0)?.as_blob()?);
                Ok(())
            })
            .optional()?;
        found.ok_or_else(|| {
            let (at, source) = (slice.first_offset, slice.source_id);
            StoreError::Damaged(format!("the slice at byte {at} of source {source} is not there"))
        })
    }

    /// Where the records of events lie, of every source that has events.
    ///
    /// # Errors
    /// When the file cannot be read; [`StoreError::Damaged`] when a source has not the events it
    /// claims.
    pub fn places(&self) -> Result<Vec<Places>> {
        let of = |extent: &Extent| Places {
            source_id: extent.source_id,
            events: extent.first_event..extent.first_event.saturating_add(extent.events as u64),
            by_offset: Mutex::default(),
        };
        Ok(extents(&self.conn)?.iter().map(of).collect())
    }
}

/// Lines that are looked up one by one, and of how many lines one may be: looking one up takes
/// about as long as reading so many in a row.
const FEW_LINES: usize = 64;
const ONE_OF: usize = 8;

/// Where the records of one source's events lie.
#[derive(Debug)]
pub struct Places {
    source_id: u32,
    events: Range<u64>,
    /// How the events lie in the file, once that was looked at.
    by_offset: Mutex<Option<Arc<FileOrder>>>,
}

/// The events of a source in the order of the file.
#[derive(Debug)]
enum FileOrder {
    /// As they are numbered.
    AsNumbered,
    /// Offset, number counted from the first event, and length: 16 bytes an event, for as long as
    /// the case is open.
    Sorted(Vec<(u64, u32, u32)>),
}

impl Places {
    /// The source.
    pub fn source_id(&self) -> u32 {
        self.source_id
    }

    /// The events whose records begin in a range of offsets, in the order of the file, those of
    /// one record by number.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn within(&self, case: &CaseFile, offsets: Range<u64>) -> Result<Vec<Place>> {
        if self.events.is_empty() {
            return Ok(Vec::new());
        }
        let order = {
            // Whoever else needs it waits: it is the same for all.
            let mut order = self.by_offset.lock().unwrap_or_else(PoisonError::into_inner);
            match &*order {
                Some(order) => Arc::clone(order),
                None => Arc::clone(order.insert(Arc::new(self.file_order(&case.conn)?))),
            }
        };
        match &*order {
            FileOrder::AsNumbered => self.as_numbered(&case.conn, offsets),
            FileOrder::Sorted(sorted) => {
                let from = sorted.partition_point(|(offset, ..)| *offset < offsets.start);
                let to = sorted.partition_point(|(offset, ..)| *offset < offsets.end);
                let event = |number: u32| self.events.start + u64::from(number);
                let place = |&(offset, number, length): &(u64, u32, u32)| Place {
                    event_id: event(number),
                    offset,
                    length,
                };
                Ok(sorted[from..to.max(from)].iter().map(place).collect())
            }
        }
    }

    /// Its events.
    pub fn events(&self) -> Range<u64> {
        self.events.clone()
    }

    /// The events whose records begin in a range of offsets, where events lie in the file as they
    /// are numbered; else none, or some of which nothing is said.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn about(&self, case: &CaseFile, offsets: Range<u64>) -> Result<Range<u64>> {
        let from = self.first_at(&case.conn, offsets.start)?;
        let sql = "SELECT byte_offset FROM event WHERE event_id = ?";
        let mut statement = case.conn.prepare_cached(sql)?;
        let at: Option<u64> = statement.query_row([from], |row| row.get(0)).optional()?;
        // Where they do not lie so, what is found by halving is anywhere.
        if !at.is_some_and(|at| offsets.contains(&at)) {
            return Ok(from..from);
        }
        Ok(from..self.first_at(&case.conn, offsets.end)?.max(from))
    }

    /// The events whose records begin in some lines of a slice, counted from 0, without a look at
    /// all the others: for sources of which every line is a record, and each of one event.
    ///
    /// The first line may be blank, `blank_lead` bytes with its line break.
    ///
    /// `None` where that cannot be told so: the events do not lie in the order of the file, or a
    /// record could not be read.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn at_lines(
        &self,
        case: &CaseFile,
        slice: &RawSlice,
        blank_lead: u64,
        lines: &[u32],
    ) -> Result<Option<Vec<u64>>> {
        let Some(last) = lines.last() else { return Ok(Some(Vec::new())) };
        let first = self.first_at(&case.conn, slice.first_offset)?;
        let sql = "SELECT line, byte_offset FROM event WHERE event_id = ?";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, u64>(0)?, row.get::<_, u64>(1)?));
        let mut one = case.conn.prepare_cached(sql)?;
        let mut at = |event: u64| one.query_row([event], read).optional();
        let Some((line_of_first, offset)) = at(first)? else { return Ok(None) };
        let lead = u64::from(blank_lead > 0);
        if offset != slice.first_offset + blank_lead
            || !self.events.contains(&first)
            || line_of_first < lead
        {
            return Ok(None);
        }
        // The number of a line is that of one event: whatever is found by it is right.
        let first_line = line_of_first - lead;
        let guess = |line: &u32| {
            (first + u64::from(*line).saturating_sub(lead), first_line + u64::from(*line))
        };
        if lines.len() <= FEW_LINES.max(*last as usize / ONE_OF) {
            let mut events = Vec::with_capacity(lines.len());
            for (event, line) in lines.iter().map(guess) {
                if !self.events.contains(&event) || at(event)?.is_none_or(|(at, _)| at != line) {
                    break;
                }
                events.push(event);
            }
            if events.len() == lines.len() {
                return Ok(Some(events));
            }
        }
        let mut statement = case.conn.prepare_cached(
            "SELECT event_id, line FROM event WHERE event_id >= ? AND event_id < ?",
        )?;
        let end = self.events.end.min(first + u64::from(*last) + 1);
        let mut rows = statement.query([first, end])?;
        let mut events = vec![None; *last as usize + 1];
        while let Some(row) = rows.next()? {
            let at = row.get::<_, u64>(1)?.checked_sub(first_line);
            let slot = at.and_then(|at| events.get_mut(at as usize));
            if let Some(slot) = slot {
                *slot = Some(row.get(0)?);
            }
        }
        let found = lines.iter().map(|line| events.get(*line as usize).copied().flatten());
        Ok(found.collect())
    }

    fn as_numbered(&self, conn: &Connection, offsets: Range<u64>) -> Result<Vec<Place>> {
        let from = self.first_at(conn, offsets.start)?;
        let mut statement = conn.prepare_cached(
            "SELECT event_id, byte_offset FROM event WHERE event_id >= ? AND event_id < ?",
        )?;
        let mut rows = statement.query([from, self.events.end])?;
        let mut places = Vec::new();
        while let Some(row) = rows.next()? {
            let place = Place { event_id: row.get(0)?, offset: row.get(1)?, length: 0 };
            if place.offset >= offsets.end {
                break;
            }
            places.push(place);
        }
        self.measure(conn, &mut places)?;
        Ok(places)
    }

    /// The first event at or behind an offset, where they lie as they are numbered.
    fn first_at(&self, conn: &Connection, offset: u64) -> Result<u64> {
        let sql = "SELECT byte_offset FROM event WHERE event_id = ?";
        let mut statement = conn.prepare_cached(sql)?;
        let (mut start, mut end) = (self.events.start, self.events.end);
        while start < end {
            let middle = start.midpoint(end);
            let at: Option<u64> = statement.query_row([middle], |row| row.get(0)).optional()?;
            match at.is_some_and(|at| at < offset) {
                true => start = middle + 1,
                false => end = middle,
            }
        }
        Ok(start)
    }

    /// Puts in the lengths.
    fn measure(&self, conn: &Connection, places: &mut [Place]) -> Result<()> {
        let (Some(first), Some(last)) = (places.first(), places.last()) else { return Ok(()) };
        let first = first.event_id;
        let lengths = lengths_of(conn, self.source_id, first..last.event_id + 1)?;
        for place in places {
            let length = lengths.get((place.event_id - first) as usize);
            place.length = length.copied().unwrap_or_default();
        }
        Ok(())
    }

    /// Looks at the places of all events.
    fn file_order(&self, conn: &Connection) -> Result<FileOrder> {
        let mut statement = conn.prepare_cached(
            "SELECT event_id, byte_offset FROM event WHERE event_id >= ? AND event_id < ?",
        )?;
        let range = [self.events.start, self.events.end];
        let mut rows = statement.query(range)?;
        let (mut last, mut is_rising) = (0, true);
        while let Some(row) = rows.next()?.filter(|_| is_rising) {
            let offset: u64 = row.get(1)?;
            is_rising = last <= offset;
            last = offset;
        }
        drop(rows);
        if is_rising {
            return Ok(FileOrder::AsNumbered);
        }
        let lengths = lengths_of(conn, self.source_id, self.events.clone())?;
        let mut sorted = Vec::with_capacity(lengths.len());
        let mut rows = statement.query(range)?;
        while let Some(row) = rows.next()? {
            let number = row.get::<_, u64>(0)? - self.events.start;
            let length = lengths.get(number as usize).copied().unwrap_or_default();
            sorted.push((row.get(1)?, u32::try_from(number).unwrap_or(u32::MAX), length));
        }
        sorted.sort_unstable();
        Ok(FileOrder::Sorted(sorted))
    }
}
