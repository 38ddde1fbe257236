//! Computing again what a case says of one source.

use rusqlite::types::ValueRef;
use rusqlite::{Row, params};
use sha2::{Digest, Sha256};

use crate::job::Progress;
use crate::model::{Columns, Dimensions, SourceInfo, pack};

use super::chunk::CHUNK;
use super::compact::{expand, is_compact};
use super::dictionary::Seals;
use super::error::Result;
use super::file::CaseFile;
use super::rows::{same_as_chunks, seal_events};
use super::seal::{self, row_head, seal_all, seal_chunk, seal_raw, seal_reject};
use super::verify::{Check, Reached};
use super::{columns, hex};

/// What the row of a source says of its place in the case.
struct Place {
    first_event: Option<u64>,
    last_event: Option<u64>,
    last: [usize; 5],
    seal: String,
}

/// Hashes over the parts of a source, as far as they could be read.
#[derive(Default)]
struct Parts {
    raw: Vec<u8>,
    rows: Sha256,
    chunks: Sha256,
}

impl CaseFile {
    /// Checks one source; `reached` is how far the sources before it reach.
    pub(super) fn check_source(
        &self,
        source: &SourceInfo,
        dimensions: &Dimensions,
        reached: &mut Reached,
        checks: &mut Vec<Check>,
        progress: &Progress,
    ) -> Result<()> {
        progress.check()?;
        let name = |what: &str| format!("source {} ({}): {what}", source.id, source.path);
        let place = match self.place(source) {
            Ok(place) => place,
            Err(error) => {
                checks.push(Check::new(name("place"), Err(error))?);
                return Ok(());
            }
        };
        let counts = Check::new(name("counts"), self.check_counts(source, &place, reached))?;
        let whole = counts.problem.is_none();
        checks.push(counts);
        let mut parts = Parts::default();
        let raw =
            Check::new(name("original records"), self.check_raw(source, &mut parts, progress))?;
        if self.keeps_raw(source)? || raw.problem.is_some() {
            checks.push(raw);
        }
        // Rows that are not as many as they should be cannot be walked side by side.
        if whole {
            let first = place.first_event.unwrap_or(1);
            let found = self.check_rows(source, first, &mut parts, progress);
            checks.push(Check::new(name("event rows"), found)?);
        }
        let ranges = std::array::from_fn(|kind| reached.entries[kind]..place.last[kind]);
        let entries = Seals::of(dimensions, &ranges).finish();
        checks.push(Check::new(name("seal"), self.check_seal(source, &place, parts, &entries))?);
        reached.event = reached.event.max(place.last_event.unwrap_or(0));
        reached.entries = place.last;
        Ok(())
    }

    /// Whether a source keeps its original records itself: those of rejects that were read again
    /// are in the source that they are of.
    fn keeps_raw(&self, source: &SourceInfo) -> Result<bool> {
        let sql = "SELECT raw_kept FROM source WHERE source_id = ?";
        Ok(self.conn.query_row(sql, [source.id], |row| row.get(0))?)
    }

    fn place(&self, source: &SourceInfo) -> Result<Place> {
        let place = self.conn.query_row(
            "SELECT first_event, last_event, last_account, last_caller, last_origin, last_call,
               last_session, seal
             FROM source WHERE source_id = ?",
            [source.id],
            |row| {
                let at = |i| row.get::<_, usize>(i);
                Ok(Place {
                    first_event: row.get(0)?,
                    last_event: row.get(1)?,
                    last: [at(2)?, at(3)?, at(4)?, at(5)?, at(6)?],
                    seal: row.get(7)?,
                })
            },
        );
        Ok(place?)
    }

    fn check_counts(
        &self,
        source: &SourceInfo,
        place: &Place,
        reached: &Reached,
    ) -> Result<Option<String>> {
        let (first, last) = (reached.event + 1, reached.event.saturating_add(source.rows));
        let expected = if source.rows > 0 { (Some(first), Some(last)) } else { (None, None) };
        if (place.first_event, place.last_event) != expected {
            return Ok(Some("its events do not follow those of the source before".into()));
        }
        let events: u64 = self.conn.query_row(
            "SELECT count(*) FROM event WHERE event_id BETWEEN ? AND ?",
            [first, last],
            |row| row.get(0),
        )?;
        if events != source.rows {
            return Ok(Some(format!("{} events recorded, {events} there", source.rows)));
        }
        let rejects: u64 = self.conn.query_row(
            "SELECT count(*) FROM reject WHERE source_id = ?",
            [source.id],
            |row| row.get(0),
        )?;
        if rejects != source.rejects {
            return Ok(Some(format!("{} rejects recorded, {rejects} there", source.rejects)));
        }
        Ok(None)
    }

    /// The seal over a source's raw blocks, and what is wrong with them.
    fn check_raw(
        &self,
        source: &SourceInfo,
        parts: &mut Parts,
        progress: &Progress,
    ) -> Result<Option<String>> {
        let mut statement = self.conn.prepare(
            "SELECT first_offset, byte_length, data FROM raw_block
             WHERE source_id = ? ORDER BY first_offset",
        )?;
        let mut rows = statement.query([source.id])?;
        let (mut seal, mut content) = (Sha256::new(), Sha256::new());
        let mut next = 0u64;
        let mut problem = None;
        while let Some(row) = rows.next()? {
            progress.check()?;
            let (offset, length): (u64, u64) = (row.get(0)?, row.get(1)?);
            let packed = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
            seal_raw(&mut seal, offset, length, packed);
            match pack::unpack(packed, usize::try_from(length).unwrap_or(usize::MAX)) {
                Ok(bytes) => content.update(bytes),
                Err(error) => problem = problem.or(Some(format!("at byte {offset}: {error}"))),
            }
            if offset != next {
                problem = problem.or(Some(format!("bytes {next} to {offset} are missing")));
            }
            next = offset.saturating_add(length);
            progress.advance(length);
        }
        parts.raw = seal.finalize().to_vec();
        let kept = self.keeps_raw(source)?;
        if kept && next != source.unpacked_bytes {
            let missing = format!("{next} of {} bytes are there", source.unpacked_bytes);
            problem = problem.or(Some(missing));
        }
        let whole = source.compression == "none" && source.problem.is_none();
        if kept && whole && hex(&content.finalize()) != source.sha256 {
            problem = problem.or(Some("they are not the bytes that were hashed".into()));
        }
        Ok(problem)
    }

    /// The seal over a source's event rows, and where they differ from the column chunks.
    fn check_rows(
        &self,
        source: &SourceInfo,
        first: u64,
        parts: &mut Parts,
        progress: &Progress,
    ) -> Result<Option<String>> {
        let mut statement = self.conn.prepare(
            "SELECT line, byte_offset, at_us, caller, origin, call, session, input_tokens,
               output_tokens, cached_tokens, reasoning_tokens, latency_ms, cost, request_id,
               event_id, requests
             FROM event WHERE event_id >= ?1 AND event_id < ?1 + ?2 ORDER BY event_id",
        )?;
        let (mut problem, mut id) = (None, Vec::new());
        for start in (first..first.saturating_add(source.rows)).step_by(CHUNK) {
            progress.check()?;
            let events = (first + source.rows - start).min(CHUNK as u64) as usize;
            // Without its columns the rows still go into the seal.
            let chunks = match columns::load_chunks(&self.conn, source.id, start, events) {
                Ok(chunks) => Some(chunks),
                Err(error) => {
                    problem = problem.or(Some(error.finding()));
                    None
                }
            };
            let mut rows = statement.query(params![start, events])?;
            while let Some(row) = rows.next()? {
                let event: u64 = row.get(14)?;
                let chunks = chunks.as_ref().map(|chunks| (chunks, (event - start) as usize));
                let wrong = check_row(row, chunks, &mut parts.rows, &mut id)
                    .unwrap_or_else(|error| Some(error.finding()));
                problem = problem.or(wrong.map(|what| format!("event {event}: {what}")));
            }
        }
        Ok(problem)
    }

    fn check_seal(
        &self,
        source: &SourceInfo,
        place: &Place,
        mut parts: Parts,
        entries: &[u8],
    ) -> Result<Option<String>> {
        self.seal_chunks(source, place.first_event.unwrap_or(1), &mut parts.chunks)?;
        let events = seal_events(parts.rows, parts.chunks);
        let rejects = self.seal_rejects(source)?;
        let row = seal::source_row(&self.conn, source.id)?;
        let found = seal_all(&[&events, &parts.raw, &rejects, entries, &row]);
        Ok((found != place.seal)
            .then(|| "what is stored of it is not what was imported".to_owned()))
    }

    fn seal_chunks(&self, source: &SourceInfo, first: u64, seal: &mut Sha256) -> Result<()> {
        let mut statement = self.conn.prepare(
            "SELECT first_event, events, name, data FROM column_chunk
             WHERE source_id = ? ORDER BY first_event, name",
        )?;
        let mut rows = statement.query(params![source.id])?;
        while let Some(row) = rows.next()? {
            let (at, events): (u64, u64) = (row.get(0)?, row.get(1)?);
            let name: String = row.get(2)?;
            let blob = row.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?;
            seal_chunk(seal, at.wrapping_sub(first), events, &name, blob);
        }
        Ok(())
    }

    fn seal_rejects(&self, source: &SourceInfo) -> Result<Vec<u8>> {
        let mut seal = Sha256::new();
        let mut after = 0;
        loop {
            let page = self.rejects(Some(source.id), after, 1024)?;
            let Some(last) = page.last() else { break };
            after = last.id;
            page.iter().for_each(|row| seal_reject(&mut seal, &row.reject));
        }
        Ok(seal.finalize().to_vec())
    }
}

/// Takes an event row into the seal, and says what is wrong with it. `id` is scratch space.
fn check_row(
    row: &Row<'_>,
    chunks: Option<(&Columns, usize)>,
    seal: &mut Sha256,
    id: &mut Vec<u8>,
) -> Result<Option<String>> {
    let stored = row.get_ref(13)?;
    id.clear();
    expand(stored, id);
    seal.update(row_head(row.get(0)?, row.get(1)?, id));
    seal.update(&id);
    if stored != ValueRef::Null && !is_compact(stored, id) {
        return Ok(Some("its request id is not written as an import does".into()));
    }
    Ok(match chunks {
        Some((chunks, i)) if !same_as_chunks(row, chunks, i)? => {
            Some("differs from its column chunks".into())
        }
        _ => None,
    })
}
