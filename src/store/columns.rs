//! Column chunks: writing them while rows arrive, loading them for the index.

use std::ops::Range;

use rayon::prelude::*;
use rusqlite::{Connection, params};
use sha2::Sha256;

use crate::job::Progress;
use crate::model::finding::Analysis;
use crate::model::{Columns, Dimensions, MISSING, NO_HASH};

use super::chunk::{CHUNK, Decoder, Shape, decode, encode};
use super::error::{Result, StoreError};
use super::file::{CaseFile, reader};
use super::seal::seal_chunk;
use super::templates::StoredTemplates;

/// Calls `$do!(column, shape, missing)` for every column that is kept in chunks.
///
/// `line`, `byte_offset` and request ids are not: they are in the event rows, few questions ask
/// for them, and they would cost more space than all the others together.
macro_rules! each_chunked {
    ($do:ident) => {
        $do!(at_us, Shape::Rising, 0);
        $do!(byte_length, Shape::Plain, 0);
        $do!(caller, Shape::Plain, MISSING);
        $do!(origin, Shape::Plain, MISSING);
        $do!(call, Shape::Plain, MISSING);
        $do!(session, Shape::Plain, MISSING);
        $do!(input_tokens, Shape::Plain, MISSING);
        $do!(output_tokens, Shape::Plain, MISSING);
        $do!(cached_tokens, Shape::Plain, MISSING);
        $do!(reasoning_tokens, Shape::Plain, MISSING);
        $do!(latency_ms, Shape::Plain, MISSING);
        $do!(requests, Shape::Plain, MISSING);
        $do!(cost, Shape::Plain, f64::NAN);
        $do!(prompt_hash, Shape::Random, NO_HASH);
        $do!(response_hash, Shape::Random, NO_HASH);
        $do!(reasoning_signature, Shape::Random, NO_HASH);
        $do!(replayed_signature, Shape::Random, NO_HASH);
    };
}

/// The events of one source, column by column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// Which source.
    pub source_id: u32,
    /// Id of the event in row 0; row `i` is event `first_event + i`.
    pub first_event: u64,
    /// The columns, in time order. `line`, `byte_offset`, `byte_length`, `request_bytes` and
    /// `request_end` are empty: [`CaseFile::raw_reader`] and [`CaseFile::for_each_request_id`]
    /// look them up for the few questions that need them. Columns of which the source has nothing
    /// are empty, too.
    pub columns: Columns,
}

/// Writes the chunks of one source, one after the other.
#[derive(Debug)]
pub(super) struct ChunkWriter {
    source_id: u32,
    first_event: u64,
    next_event: u64,
}

impl ChunkWriter {
    pub(super) fn new(source_id: u32, first_event: u64) -> Self {
        Self { source_id, first_event, next_event: first_event }
    }

    /// Writes some rows, at most [`CHUNK`] of them, as the next chunk.
    pub(super) fn write(
        &mut self,
        conn: &Connection,
        rows: &Columns,
        range: Range<usize>,
        seal: &mut Sha256,
    ) -> Result<()> {
        if range.is_empty() {
            return Ok(());
        }
        let mut insert = conn.prepare_cached(
            "INSERT INTO column_chunk (source_id, first_event, events, name, data)
             VALUES (?,?,?,?,?)",
        )?;
        let (row, events) = (self.next_event - self.first_event, range.len() as u64);
        for (name, blob) in encode_all(rows, range) {
            if let Some(blob) = blob {
                seal_chunk(seal, row, events, name, &blob);
                insert.execute(params![self.source_id, self.next_event, events, name, blob])?;
            }
        }
        self.next_event += events;
        Ok(())
    }
}

/// Takes some rows into the seal as [`ChunkWriter::write`] does with those it writes; `row` is the
/// first one, counted within the source.
pub(super) fn seal_columns(rows: &Columns, row: u64, seal: &mut Sha256) {
    for (name, blob) in encode_all(rows, 0..rows.len()) {
        if let Some(blob) = blob {
            seal_chunk(seal, row, rows.len() as u64, name, &blob);
        }
    }
}

type Encoder<'a> = Box<dyn Fn() -> Option<Vec<u8>> + Send + Sync + 'a>;

/// Some rows of all columns, in the order of their names, which is also that of the chunks' index.
fn encode_all(rows: &Columns, range: Range<usize>) -> Vec<(&'static str, Option<Vec<u8>>)> {
    let mut jobs: Vec<(&'static str, Encoder<'_>)> = Vec::new();
    macro_rules! job {
        ($column:ident, $shape:expr, $missing:expr) => {
            let values = &rows.$column[range.clone()];
            jobs.push((stringify!($column), Box::new(move || encode(values, $missing, $shape))));
        };
    }
    each_chunked!(job);
    jobs.sort_unstable_by_key(|(name, _)| *name);
    jobs.into_par_iter().map(|(name, encode)| (name, encode())).collect()
}

/// Where a run begins and how long it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub source_id: u32,
    pub first_event: u64,
    pub events: usize,
}

/// What the index is made of, and what was derived from it earlier.
#[derive(Debug)]
pub struct Events {
    /// Columns, source by source.
    pub runs: Vec<Run>,
    /// The dictionaries, without session ids.
    pub dimensions: Dimensions,
    /// Templates, or why they cannot be read.
    pub templates: Result<Option<StoredTemplates>>,
    /// Findings, or why they cannot be read.
    pub analysis: Result<Option<Analysis>>,
}

impl CaseFile {
    /// Loads the columns of all events, a run a source, in the order of event ids.
    ///
    /// Reads and unpacks columns on all cores; every core has its own connection.
    ///
    /// # Errors
    /// When the file cannot be read, is damaged, or the work is asked to stop.
    pub fn load_runs(&self, progress: &Progress) -> Result<Vec<Run>> {
        self.load_columns(progress, || ()).map(|(runs, ())| runs)
    }

    /// [`CaseFile::load_runs`] and, at the same time, [`CaseFile::dimensions`] but for the
    /// session ids: there may be as many as exchanges, and few questions ask for them. And the
    /// templates and findings, which can be found again: what is wrong with them is no error of
    /// the others.
    ///
    /// # Errors
    /// As those.
    pub fn load_events(&self, progress: &Progress) -> Result<Events> {
        let path = self.path();
        let (runs, (dimensions, (templates, analysis))) =
            self.load_columns(progress, move || {
                let dimensions = || super::dimensions::load_but_sessions_at(path);
                let derived =
                    || (super::templates::load_at(path), super::analysis_read::load_at(path));
                rayon::join(dimensions, derived)
            })?;
        Ok(Events { runs, dimensions: dimensions?, templates, analysis })
    }

    /// The columns, while something else is done beside.
    fn load_columns<T: Send>(
        &self,
        progress: &Progress,
        beside: impl FnOnce() -> T + Send,
    ) -> Result<(Vec<Run>, T)> {
        let extents = extents(&self.conn)?;
        let path = self.path();
        let mut columns: Vec<Columns> = Vec::new();
        columns.resize_with(extents.len(), Columns::default);
        let mut jobs: Vec<Loader<'_>> = Vec::new();
        macro_rules! job {
            (byte_length, $shape:expr, $missing:expr) => {};
            ($column:ident, $shape:expr, $missing:expr) => {
                jobs.push(Box::new(|| {
                    progress.check()?;
                    let conn = reader(path)?;
                    let loaded = load_column(&conn, stringify!($column), $missing, &extents)?;
                    progress.advance(1);
                    Ok(Box::new(move |columns: &mut [Columns]| {
                        for (run, column) in columns.iter_mut().zip(loaded) {
                            run.$column = column;
                        }
                    }))
                }));
            };
        }
        each_chunked!(job);
        progress.set_phase("loading events", jobs.len() as u64);
        let (beside, loaded) = rayon::join(beside, || {
            jobs.into_par_iter().map(|job| job()).collect::<Result<Vec<Store>>>()
        });
        loaded?.into_iter().for_each(|store| store(&mut columns));
        let run = |(e, columns): (&Extent, Columns)| Run {
            source_id: e.source_id,
            first_event: e.first_event,
            columns,
        };
        Ok((extents.iter().zip(columns).map(run).collect(), beside))
    }
}

impl CaseFile {
    /// The times of each source's events, µs, in the order of event ids.
    ///
    /// # Errors
    /// When the file cannot be read or is damaged.
    pub fn load_times(&self) -> Result<Vec<(u32, Vec<i64>)>> {
        let extents = extents(&self.conn)?;
        let times = load_column(&self.conn, "at_us", 0, &extents)?;
        Ok(extents.iter().map(|extent| extent.source_id).zip(times).collect())
    }

    /// Calls that usage buckets count, as far as they say; `None` when none does. Reads only the
    /// chunks of that column, which only sources with buckets have.
    pub(super) fn bucket_requests(&self) -> Result<Option<u64>> {
        let mut statement = self.conn.prepare(
            "SELECT c.events, c.data FROM source AS s
               CROSS JOIN column_chunk AS c ON c.source_id = s.source_id AND c.name = 'requests'
             WHERE s.buckets <> 0",
        )?;
        let mut rows = statement.query([])?;
        let (mut decoder, mut counts, mut sum) = (Decoder::default(), Vec::new(), None);
        while let Some(row) = rows.next()? {
            let events: usize = row.get(0)?;
            let blob = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            counts.clear();
            decode(&mut decoder, blob, events.min(CHUNK), MISSING, &mut counts)?;
            let known = counts.iter().filter(|n: &&u32| **n != MISSING);
            sum = known.fold(sum, |sum, n| Some(sum.unwrap_or(0u64).saturating_add((*n).into())));
        }
        Ok(sum)
    }
}

type Store = Box<dyn FnOnce(&mut [Columns]) + Send>;
type Loader<'a> = Box<dyn Fn() -> Result<Store> + Send + Sync + 'a>;

/// The fewest bytes an event row takes in a file: the kinds of its sixteen columns alone are as many.
const LEAST_ROW_BYTES: u64 = 16;

/// The extents of all sources that have events, in the order of event ids.
///
/// # Errors
/// [`StoreError::Damaged`] when a source claims more events than its chunks can hold, or they
/// overlap: what is allocated for it must not follow a number that anybody could have written.
pub(super) fn extents(conn: &Connection) -> Result<Vec<Extent>> {
    let mut statement = conn.prepare(
        "SELECT source_id, first_event, events,
           (SELECT count(*) FROM column_chunk AS c
            WHERE c.source_id = s.source_id AND name = 'caller')
         FROM source AS s WHERE events <> 0 ORDER BY first_event",
    )?;
    let mut rows = statement.query([])?;
    let size = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
    let mut room = conn.query_row(size, [], |row| row.get::<_, u64>(0))? / LEAST_ROW_BYTES;
    let (mut extents, mut next) = (Vec::new(), 1);
    while let Some(row) = rows.next()? {
        let (source_id, first_event): (u32, u64) = (row.get(0)?, row.get(1)?);
        let (events, chunks): (u64, u64) = (row.get(2)?, row.get(3)?);
        // Every event has a caller, so that no chunk of that column is left out; but a chunk of one
        // value takes a few bytes, and a row of its own does not.
        if first_event < next || events > chunks.saturating_mul(CHUNK as u64).min(room) {
            let what = format!("source {source_id} has not the {events} events it claims");
            return Err(StoreError::Damaged(what));
        }
        room -= events;
        next = first_event.saturating_add(events);
        extents.push(Extent { source_id, first_event, events: events as usize });
    }
    Ok(extents)
}

/// One column of every run; empty where a run has nothing of it.
fn load_column<T: super::chunk::Value>(
    conn: &Connection,
    name: &str,
    missing: T,
    extents: &[Extent],
) -> Result<Vec<Vec<T>>> {
    let mut statement = conn.prepare_cached(
        "SELECT first_event, events, data FROM column_chunk
         WHERE source_id = ?1 AND name = ?2 AND first_event >= ?3 AND first_event - ?3 < ?4
         ORDER BY first_event",
    )?;
    let (mut decoder, mut runs) = (Decoder::default(), Vec::with_capacity(extents.len()));
    for extent in extents {
        let mut values: Vec<T> = Vec::new();
        let range = params![extent.source_id, name, extent.first_event, extent.events];
        let mut rows = statement.query(range)?;
        while let Some(chunk) = rows.next()? {
            let (first, events): (u64, usize) = (chunk.get(0)?, chunk.get(1)?);
            let at = (first - extent.first_event) as usize;
            if at < values.len() || events > CHUNK || events > extent.events - at {
                return Err(StoreError::Damaged(format!("chunks of {name} overlap")));
            }
            values.reserve_exact(extent.events - values.len());
            values.resize(at, missing);
            let blob = chunk.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
            decode(&mut decoder, blob, events, missing, &mut values).map_err(|error| {
                let what = error.finding();
                StoreError::Damaged(format!("{name} of the events from {first} on: {what}"))
            })?;
        }
        if !values.is_empty() {
            values.resize(extent.events, missing);
        }
        runs.push(values);
    }
    Ok(runs)
}

/// All chunked columns of some whole chunks of a source.
pub(super) fn load_chunks(
    conn: &Connection,
    source_id: u32,
    first_event: u64,
    events: usize,
) -> Result<Columns> {
    let extents = [Extent { source_id, first_event, events }];
    let mut out = Columns::default();
    macro_rules! load {
        ($column:ident, $shape:expr, $missing:expr) => {
            out.$column = load_column(conn, stringify!($column), $missing, &extents)?
                .pop()
                .unwrap_or_default();
            out.$column.resize(events, $missing);
        };
    }
    each_chunked!(load);
    Ok(out)
}

/// Appends what the columns say of an event, but for its dictionary entries and the length of
/// its record.
pub(super) fn push_values(columns: &Columns, i: usize, out: &mut Vec<u8>) {
    macro_rules! push {
        (byte_length, $shape:expr, $missing:expr) => {};
        (caller, $shape:expr, $missing:expr) => {};
        (origin, $shape:expr, $missing:expr) => {};
        (call, $shape:expr, $missing:expr) => {};
        (session, $shape:expr, $missing:expr) => {};
        ($column:ident, $shape:expr, $missing:expr) => {
            out.extend_from_slice(&columns.$column[i].to_le_bytes());
        };
    }
    each_chunked!(push);
}

/// The record lengths of the chunk of a source that holds an event, and the id of its first
/// event.
pub(super) fn lengths_around(
    conn: &Connection,
    source_id: u32,
    event_id: u64,
) -> Result<(u64, Vec<u32>)> {
    let mut statement = conn.prepare_cached(
        "SELECT first_event, events, data FROM column_chunk
         WHERE source_id = ? AND first_event <= ? AND name = 'byte_length'
         ORDER BY first_event DESC LIMIT 1",
    )?;
    let mut rows = statement.query(params![source_id, event_id])?;
    let mut lengths = Vec::new();
    let Some(row) = rows.next()? else { return Ok((0, lengths)) };
    let (first, events): (u64, usize) = (row.get(0)?, row.get(1)?);
    let blob = row.get_ref(2)?;
    let blob = blob.as_blob().map_err(rusqlite::Error::from)?;
    decode(&mut Decoder::default(), blob, events.min(CHUNK), 0, &mut lengths)?;
    Ok((first, lengths))
}

/// The record lengths of some events of a source, 0 where the file does not say.
pub(super) fn lengths_of(
    conn: &Connection,
    source_id: u32,
    events: Range<u64>,
) -> Result<Vec<u32>> {
    let mut statement = conn.prepare_cached(
        "SELECT first_event, events, data FROM column_chunk
         WHERE source_id = ?1 AND name = 'byte_length' AND first_event < ?2
           AND first_event + ?3 > ?4 ORDER BY first_event",
    )?;
    let mut rows = statement.query(params![source_id, events.end, CHUNK as u64, events.start])?;
    let mut lengths = vec![0; (events.end - events.start) as usize];
    let (mut decoder, mut chunk) = (Decoder::default(), Vec::<u32>::new());
    while let Some(row) = rows.next()? {
        let (first, count): (u64, usize) = (row.get(0)?, row.get(1)?);
        let blob = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
        chunk.clear();
        decode(&mut decoder, blob, count.min(CHUNK), 0, &mut chunk)?;
        let skipped = events.start.saturating_sub(first) as usize;
        let at = first.saturating_sub(events.start) as usize;
        let known = chunk.iter().skip(skipped);
        lengths.iter_mut().skip(at).zip(known).for_each(|(length, known)| *length = *known);
    }
    Ok(lengths)
}
