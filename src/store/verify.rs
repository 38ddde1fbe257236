//! Computing again what a case says of itself.

use rusqlite::params;
use sha2::{Digest, Sha256};

use crate::job::Progress;
use crate::model::{Reject, SourceInfo, pack};

use super::chunk::CHUNK;
use super::compact::expand;
use super::dictionary::Seals;
use super::error::Result;
use super::file::CaseFile;
use super::journal::check_journal;
use super::rows::{same_as_chunks, seal_row};
use super::writer::{seal_all, seal_raw, seal_reject};
use super::{columns, hex};

/// One thing that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What: `journal`, `source 1: seal`…
    pub what: String,
    /// What is wrong; `None` when it holds.
    pub problem: Option<String>,
}

impl CaseFile {
    /// Checks the file's structure, the journal's chain, and for every source its counts, its
    /// seal over everything stored, and, where originals were kept, that they join without gaps
    /// and are the bytes that were hashed on disk.
    ///
    /// # Errors
    /// When the file cannot be read or the work is asked to stop; a difference is no error.
    pub fn verify(&self, progress: &Progress) -> Result<Vec<Check>> {
        let sources = self.sources()?;
        progress.set_phase("verifying the case", sources.iter().map(|s| s.unpacked_bytes).sum());
        let mut checks = vec![self.check_structure()?];
        let journal = self.journal()?;
        checks.push(Check {
            what: "journal".into(),
            problem: check_journal(&journal).map(|found| found.what),
        });
        let dimensions = self.dimensions()?;
        let mut reached = [0usize; 5];
        for source in &sources {
            progress.check()?;
            let name = |what: &str| format!("source {} ({}): {what}", source.id, source.path);
            checks.push(Check { what: name("counts"), problem: self.check_counts(source)? });
            let (raw_seal, problem) = self.check_raw(source, progress)?;
            if source.raw_kept {
                checks.push(Check { what: name("original records"), problem });
            }
            let (last, stored): ([usize; 5], String) = self.conn.query_row(
                "SELECT last_account, last_caller, last_origin, last_call, last_session, seal
                 FROM source WHERE source_id = ?",
                [source.id],
                |row| {
                    let at = |i| row.get::<_, usize>(i);
                    Ok(([at(0)?, at(1)?, at(2)?, at(3)?, at(4)?], row.get(5)?))
                },
            )?;
            let ranges = std::array::from_fn(|kind| reached[kind]..last[kind]);
            reached = last;
            let (rows_seal, problem) = self.check_rows(source)?;
            checks.push(Check { what: name("event rows"), problem });
            let found = seal_all(&[
                &rows_seal,
                &self.seal_chunks(source)?,
                &raw_seal,
                &self.seal_rejects(source)?,
                &Seals::of(&dimensions, &ranges).finish(),
            ]);
            let problem = (found != stored)
                .then(|| "what is stored of it is not what was imported".to_owned());
            checks.push(Check { what: name("seal"), problem });
        }
        Ok(checks)
    }

    fn check_structure(&self) -> Result<Check> {
        let mut statement = self.conn.prepare("PRAGMA quick_check(3)")?;
        let lines: Vec<String> =
            statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        let problem = (lines != ["ok"]).then(|| lines.join("; "));
        Ok(Check { what: "file structure".into(), problem })
    }

    fn check_counts(&self, source: &SourceInfo) -> Result<Option<String>> {
        let events: u64 = self.conn.query_row(
            "SELECT count(*) FROM event, source
             WHERE source_id = ? AND event_id BETWEEN first_event AND last_event",
            [source.id],
            |row| row.get(0),
        )?;
        let rejects: u64 = self.conn.query_row(
            "SELECT count(*) FROM reject WHERE source_id = ?",
            [source.id],
            |row| row.get(0),
        )?;
        if events != source.rows {
            return Ok(Some(format!("{} events recorded, {events} there", source.rows)));
        }
        if rejects != source.rejects {
            return Ok(Some(format!("{} rejects recorded, {rejects} there", source.rejects)));
        }
        Ok(None)
    }

    /// The seal over a source's raw blocks, and what is wrong with them.
    fn check_raw(
        &self,
        source: &SourceInfo,
        progress: &Progress,
    ) -> Result<(Vec<u8>, Option<String>)> {
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
            match pack::unpack(packed, length as usize) {
                Ok(bytes) => content.update(bytes),
                Err(error) => problem = problem.or(Some(format!("at byte {offset}: {error}"))),
            }
            if offset != next {
                problem = problem.or(Some(format!("bytes {next} to {offset} are missing")));
            }
            next = offset.saturating_add(length);
            progress.advance(length);
        }
        if source.raw_kept && next != source.unpacked_bytes {
            let missing = format!("{next} of {} bytes are there", source.unpacked_bytes);
            problem = problem.or(Some(missing));
        }
        let whole = source.compression == "none" && source.problem.is_none();
        if source.raw_kept && whole && hex(&content.finalize()) != source.sha256 {
            problem = problem.or(Some("they are not the bytes that were hashed".into()));
        }
        Ok((seal.finalize().to_vec(), problem))
    }

    /// The seal over a source's event rows, and where they differ from the column chunks.
    fn check_rows(&self, source: &SourceInfo) -> Result<(Vec<u8>, Option<String>)> {
        let mut statement = self.conn.prepare(
            "SELECT line, byte_offset, at_us, caller, origin, call, session, input_tokens,
               output_tokens, cached_tokens, reasoning_tokens, latency_ms, cost, request_id,
               event_id
             FROM event WHERE event_id >= ?1 AND event_id < ?1 + ?2 ORDER BY event_id",
        )?;
        let first: Option<u64> = self.conn.query_row(
            "SELECT first_event FROM source WHERE source_id = ?",
            [source.id],
            |row| row.get(0),
        )?;
        let first = first.unwrap_or(0);
        let mut seal = Sha256::new();
        let (mut id, mut problem) = (Vec::new(), None);
        for start in (first..first + source.rows).step_by(CHUNK) {
            let events = (first + source.rows - start).min(CHUNK as u64) as usize;
            let chunks = columns::load_chunks(&self.conn, source.id, start, events)?;
            let mut rows = statement.query(params![start, events])?;
            while let Some(row) = rows.next()? {
                id.clear();
                expand(row.get_ref(13)?, &mut id);
                seal_row(&mut seal, row.get(0)?, row.get(1)?, &id);
                let event: u64 = row.get(14)?;
                if problem.is_none() && !same_as_chunks(row, &chunks, (event - start) as usize)? {
                    problem = Some(format!("event {event} differs from its column chunks"));
                }
            }
        }
        Ok((seal.finalize().to_vec(), problem))
    }

    fn seal_chunks(&self, source: &SourceInfo) -> Result<Vec<u8>> {
        let mut statement = self.conn.prepare(
            "SELECT name, data FROM column_chunk WHERE source_id = ? ORDER BY column_chunk_id",
        )?;
        let mut rows = statement.query(params![source.id])?;
        let mut seal = Sha256::new();
        while let Some(row) = rows.next()? {
            let name: String = row.get(0)?;
            let blob = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            columns::seal_chunk(&mut seal, &name, blob);
        }
        Ok(seal.finalize().to_vec())
    }

    fn seal_rejects(&self, source: &SourceInfo) -> Result<Vec<u8>> {
        let mut seal = Sha256::new();
        let mut after = 0;
        loop {
            let page = self.rejects(Some(source.id), after, 1024)?;
            let Some(last) = page.last() else { break };
            after = last.id;
            page.iter().for_each(|row| seal_reject(&mut seal, &row.reject as &Reject));
        }
        Ok(seal.finalize().to_vec())
    }
}
