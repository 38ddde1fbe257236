//! Importing one source: one transaction, all of it or nothing.

use std::collections::HashMap;

use rayon::prelude::*;
use rusqlite::params;
use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::xxh3_64;

use crate::job::Progress;
use crate::model::{
    Block, Columns, Dimensions, Fingerprints, Granularity, MISSING, NO_TIME, Reject, SourceInfo,
    Time, TimeSpan,
};

use super::dictionary::{Remap, Seals};
use super::error::{Result, StoreError, is_busy};
use super::exports;
use super::file::CaseFile;
use super::rows::EventWriter;
use super::seal::{self, seal_all, seal_raw, seal_reject};
use super::{hex, journal};

/// What is known of a source before it is read.
#[derive(Clone, Debug, Default)]
pub struct NewSource {
    /// Path as it was opened; `-` for standard input.
    pub path: String,
    /// Id of the format.
    pub format: String,
    /// How the bytes on disk are packed and encoded: `none`, `gzip`, `parquet`, `utf-16le`…
    pub compression: String,
    /// The field mapping as TOML.
    pub mapping: String,
    /// How sure the detection was, 0…1.
    pub confidence: f64,
    /// Time zone assumed for times without one.
    pub timezone: String,
    /// The clock.
    pub imported_at: Time,
    /// Whether blocks come with original records.
    pub raw_kept: bool,
}

/// What is known of a source after it was read.
#[derive(Clone, Debug, Default)]
pub struct SourceEnd {
    /// Size on disk, bytes.
    pub bytes: u64,
    /// Size after decompression, bytes.
    pub unpacked_bytes: u64,
    /// SHA-256 of the bytes on disk, lower-case hex.
    pub sha256: String,
    /// Why it was not read to its end, where it was not.
    pub problem: Option<String>,
}

/// Takes in the blocks of one source. Dropped before [`SourceWriter::finish`], it leaves the case
/// as it was.
#[derive(Debug)]
pub struct SourceWriter<'c> {
    case: &'c mut CaseFile,
    new: NewSource,
    info: SourceInfo,
    first_event: u64,
    /// `None` once finished.
    events: Option<EventWriter>,
    /// Of each worker.
    remaps: HashMap<u32, Remap>,
    seals: Seals,
    raw_seal: Sha256,
    reject_seal: Sha256,
    /// Fingerprints of the request ids, to count those that come again.
    requests: RequestIds,
    done: bool,
}

impl CaseFile {
    /// Begins to import a source.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`], [`StoreError::Busy`].
    pub fn begin_source(&mut self, new: NewSource) -> Result<SourceWriter<'_>> {
        self.must_write()?;
        if self.dictionary.is_none() {
            self.dictionary = Some(super::dictionary::Dictionary::load(&self.conn)?);
        }
        self.conn
            .execute_batch("BEGIN IMMEDIATE")
            .map_err(|error| super::schema::explain(error, &self.path))?;
        let next = |sql: &str| self.conn.query_row(sql, [], |row| row.get::<_, i64>(0));
        let ids = next("SELECT ifnull(max(source_id), 0) + 1 FROM source")
            .and_then(|id| Ok((id, next("SELECT ifnull(max(event_id), 0) + 1 FROM event")?)));
        let (source_id, first_event) = match ids {
            Ok((source, event)) => (source as u32, event as u64),
            Err(error) => {
                self.conn.execute_batch("ROLLBACK")?;
                return Err(error.into());
            }
        };
        let info = SourceInfo {
            id: source_id,
            path: new.path.clone(),
            format: new.format.clone(),
            compression: new.compression.clone(),
            mapping: new.mapping.clone(),
            confidence: new.confidence,
            timezone: new.timezone.clone(),
            imported_at: new.imported_at,
            raw_kept: new.raw_kept,
            ..SourceInfo::default()
        };
        Ok(SourceWriter {
            events: Some(EventWriter::new(source_id, first_event)),
            case: self,
            new,
            info,
            first_event,
            remaps: HashMap::new(),
            seals: Seals::default(),
            raw_seal: Sha256::new(),
            reject_seal: Sha256::new(),
            requests: RequestIds::default(),
            done: false,
        })
    }
}

impl SourceWriter<'_> {
    /// The id the source gets.
    pub fn source_id(&self) -> u32 {
        self.info.id
    }

    /// How many accounts the case has by now.
    pub fn accounts(&self) -> u64 {
        self.case.dictionary.as_ref().map_or(0, |d| d.counts()[0] as u64)
    }

    /// Takes in a block; blocks come in the order of the file.
    ///
    /// # Errors
    /// When SQLite fails; the writer must then be dropped.
    pub fn push(&mut self, block: Block) -> Result<()> {
        let Block { first_offset, byte_length, raw, rows, dimensions, earlier, rejects, .. } =
            block;
        let mut fingerprints = block.fingerprints;
        if fingerprints.callers.len() != dimensions.callers.len() {
            fingerprints = Fingerprints::of(&dimensions);
        }
        if let Some(raw) = raw.filter(|_| byte_length > 0) {
            self.push_raw(first_offset, byte_length, &raw)?;
        }
        self.push_rejects(&rejects)?;
        self.count(&rows, &dimensions);
        let remap = self.remaps.entry(earlier.worker).or_default();
        remap.keep(&earlier)?;
        let dictionary = self.case.dictionary.as_mut().expect("loaded by begin_source");
        let conn = &self.case.conn;
        dictionary.merge(conn, &dimensions, &fingerprints, &mut self.seals, remap)?;
        let rows = remapped(rows, remap)?;
        let events = self.events.as_mut().expect("there until finished");
        events.push(&self.case.conn, rows)
    }

    /// Makes rows wait in a smaller window, so that a test need not write a million of them.
    #[cfg(test)]
    pub(super) fn set_window(&mut self, rows: usize, chunk: usize) {
        if let Some(events) = &mut self.events {
            events.set_window(rows, chunk);
        }
    }

    fn push_raw(&mut self, first_offset: u64, byte_length: u64, raw: &[u8]) -> Result<()> {
        seal_raw(&mut self.raw_seal, first_offset, byte_length, raw);
        self.case
            .conn
            .prepare_cached(
                "INSERT INTO raw_block (source_id, first_offset, byte_length, data)
                 VALUES (?,?,?,?)",
            )?
            .execute(params![self.info.id, first_offset, byte_length, raw])?;
        Ok(())
    }

    fn push_rejects(&mut self, rejects: &[Reject]) -> Result<()> {
        self.info.rejects += rejects.len() as u64;
        let mut insert = self.case.conn.prepare_cached(
            "INSERT INTO reject (source_id, line, byte_offset, byte_length, reason, sample)
             VALUES (?,?,?,?,?,?)",
        )?;
        for reject in rejects {
            let Reject { line, byte_offset, byte_length, reason, sample } = reject;
            insert.execute(params![
                self.info.id,
                line,
                byte_offset,
                byte_length,
                reason,
                sample
            ])?;
            seal_reject(&mut self.reject_seal, reject);
        }
        Ok(())
    }

    fn count(&mut self, rows: &Columns, dimensions: &Dimensions) {
        for &call in &rows.call {
            let kind = dimensions.calls.get(call as usize).map(|c| c.granularity);
            match kind.unwrap_or_default() {
                Granularity::Exchange => self.info.exchanges += 1,
                Granularity::Activity => self.info.activities += 1,
                Granularity::Bucket => self.info.buckets += 1,
                // Only an index has these.
                Granularity::Repeat | Granularity::Joined => {}
            }
        }
        self.info.rows += rows.len() as u64;
        let ids = (0..rows.len()).map(|i| rows.request_id(i)).filter(|id| !id.is_empty());
        ids.for_each(|id| self.requests.push(id));
        let times = || rows.at_us.iter().filter(|at| **at != NO_TIME);
        self.info.without_time += (rows.len() - times().count()) as u64;
        if let (Some(&first), Some(&last)) = (times().min(), times().max()) {
            let span = TimeSpan { start: Time(first), end: Time(last.saturating_add(1)) };
            self.info.span = Some(match self.info.span {
                None => span,
                Some(old) => {
                    TimeSpan { start: old.start.min(span.start), end: old.end.max(span.end) }
                }
            });
        }
    }

    /// Writes what is left, and the journal entry that says what was imported by whom, and
    /// commits; while others read the case, it waits for them.
    ///
    /// # Errors
    /// [`StoreError::DuplicateSource`] when the same bytes or records are in the case;
    /// [`StoreError::Cancelled`]; SQLite's errors. The case is then as before.
    pub fn finish(
        mut self,
        end: SourceEnd,
        actor: &str,
        progress: &Progress,
    ) -> Result<SourceInfo> {
        self.info.bytes = end.bytes;
        self.info.unpacked_bytes = end.unpacked_bytes;
        self.info.sha256 = end.sha256;
        self.info.problem = end.problem;
        let earlier = self.case.source_of_sha256(&self.info.sha256)?;
        self.refuse("file is", earlier.map(|earlier| (earlier.id, earlier.path)))?;
        let events = self.events.take().expect("finished once");
        let requests = std::mem::take(&mut self.requests);
        self.info.request_ids = requests.len();
        let (info, conn) = (&mut self.info, &self.case.conn);
        // SQLite writes with one processor only.
        let written = rayon::in_place_scope(|scope| {
            scope.spawn(|_| info.repeats = requests.repeats());
            events.finish(conn)
        })?;
        debug_assert_eq!(written.events, self.info.rows);
        let events_sha256 = hex(&written.seal);
        let earlier = self.case.source_of_events(&events_sha256, &self.info)?;
        self.refuse("records, packed differently, are", earlier)?;
        self.write_source(&events_sha256)?;
        let seal = seal_all(&[
            &written.seal,
            &self.raw_seal.clone().finalize(),
            &self.reject_seal.clone().finalize(),
            &std::mem::take(&mut self.seals).finish(),
            &seal::source_row(&self.case.conn, self.info.id)?,
        ]);
        let set = "UPDATE source SET seal = ? WHERE source_id = ?";
        self.case.conn.execute(set, params![seal, self.info.id])?;
        exports::take_up(&self.case.conn, &self.case.path)?;
        journal::append_import(&self.case.conn, actor, &self.info, &seal)?;
        self.commit(progress)?;
        exports::tidy(&self.case.conn, &self.case.path);
        self.done = true;
        Ok(std::mem::take(&mut self.info))
    }

    fn refuse(&self, what: &'static str, earlier: Option<(u32, String)>) -> Result<()> {
        let path = self.new.path.clone();
        earlier.map_or(Ok(()), |(source_id, earlier)| {
            Err(StoreError::DuplicateSource { what, path, source_id, earlier })
        })
    }

    /// Commits. Hours of work must not be lost to somebody who reads for a few seconds: a commit
    /// that SQLite refuses for that leaves the transaction as it is, to be tried again.
    fn commit(&self, progress: &Progress) -> Result<()> {
        loop {
            match self.case.conn.execute_batch("COMMIT") {
                Err(error) if is_busy(&error) => {
                    progress.check()?;
                    progress.set_phase("waiting for others to end reading the case", 0);
                }
                done => return Ok(done?),
            }
        }
    }

    /// Writes the row of the source, its seal still empty.
    fn write_source(&self, events_sha256: &str) -> Result<()> {
        let info = &self.info;
        let counts = self.case.dictionary.as_ref().map(|d| d.counts()).unwrap_or_default();
        let first_event = (info.rows > 0).then_some(self.first_event);
        self.case.conn.execute(
            "INSERT INTO source VALUES
             (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            params![
                info.id,
                info.path,
                info.bytes,
                info.unpacked_bytes,
                info.sha256,
                info.format,
                info.compression,
                info.mapping,
                info.confidence,
                info.timezone,
                info.rows,
                info.exchanges,
                info.activities,
                info.buckets,
                info.rejects,
                info.repeats,
                info.request_ids,
                info.span.map(|span| span.start.0),
                info.span.map(|span| span.end.0 - 1),
                first_event,
                first_event.map(|first| first + info.rows - 1),
                info.imported_at.0,
                info.problem,
                info.raw_kept,
                counts[0],
                counts[1],
                counts[2],
                counts[3],
                counts[4],
                events_sha256,
                "",
            ],
        )?;
        Ok(())
    }
}

impl Drop for SourceWriter<'_> {
    fn drop(&mut self) {
        if !self.done {
            // Its new entries go with the transaction; the next import reads them afresh.
            self.case.dictionary = None;
            // A transaction that SQLite has ended itself (disk full) needs no rollback.
            let _ = self.case.conn.execute_batch("ROLLBACK");
        }
    }
}

/// Turns positions in the block's dictionaries into positions in the case's.
fn remapped(mut rows: Columns, remap: &Remap) -> Result<Columns> {
    let columns = [
        (&mut rows.caller, &remap.callers),
        (&mut rows.origin, &remap.origins),
        (&mut rows.call, &remap.calls),
        (&mut rows.session, &remap.sessions),
    ];
    for (column, positions) in columns {
        for value in column.iter_mut().filter(|value| **value != MISSING) {
            *value = *positions.get(*value as usize).ok_or_else(|| {
                StoreError::Damaged("a block's row points at no dictionary entry".into())
            })?;
        }
    }
    Ok(rows)
}

/// Lists of fingerprints, by their upper bits: short ones are sorted sooner than one long one, and
/// side by side.
const LISTS: usize = 16;

/// Fingerprints of request ids.
#[derive(Debug, Default)]
struct RequestIds([Vec<u64>; LISTS]);

impl RequestIds {
    fn push(&mut self, id: &[u8]) {
        let fingerprint = xxh3_64(id);
        self.0[(fingerprint >> (u64::BITS - LISTS.ilog2())) as usize].push(fingerprint);
    }

    fn len(&self) -> u64 {
        self.0.iter().map(|list| list.len() as u64).sum()
    }

    /// How many of these came earlier.
    fn repeats(self) -> u64 {
        let lists = self.0.into_par_iter().map(|mut list| {
            let all = list.len();
            list.sort_unstable();
            list.dedup();
            (all - list.len()) as u64
        });
        lists.sum()
    }
}
