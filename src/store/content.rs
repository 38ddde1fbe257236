//! A hash over what a case says of its events, wherever they stand.
//!
//! The same exchanges give the same hash however they came: packed or not, in one file or many,
//! as JSON lines, CSV or Parquet, in any order. SHA-256 over the sorted SHA-256 of every event;
//! that of an event is over its columns, the dictionary entries they point at, and its request
//! id. What depends on the file is left out: source, line, offset, length of the record, ids.

use rayon::prelude::*;
use rusqlite::params;
use sha2::{Digest, Sha256};

use crate::job::Progress;
use crate::model::{Columns, Dimensions, MISSING};

use super::chunk::CHUNK;
use super::columns::{load_chunks, push_values};
use super::compact::expand;
use super::error::{Result, StoreError};
use super::file::CaseFile;
use super::hex;

type Hash = [u8; 32];

impl CaseFile {
    /// SHA-256 over the events of all sources, lower-case hex: equal for equal events.
    ///
    /// Reads every event; progress counts them.
    ///
    /// # Errors
    /// When the file cannot be read, is damaged, or the work is asked to stop.
    pub fn content_sha256(&self, progress: &Progress) -> Result<String> {
        let sources = self.sources()?;
        let rows = sources.iter().fold(0u64, |sum, s| sum.saturating_add(s.rows));
        progress.set_phase("hashing the events", rows);
        let entries = Entries::of(&self.dimensions()?);
        let mut hashes: Vec<Hash> = Vec::new();
        for source in sources.iter().filter(|source| source.rows > 0) {
            let sql = "SELECT first_event FROM source WHERE source_id = ?";
            let first: u64 = self.conn.query_row(sql, [source.id], |row| row.get(0))?;
            for start in (first..first.saturating_add(source.rows)).step_by(CHUNK) {
                progress.check()?;
                let events = (first + source.rows - start).min(CHUNK as u64) as usize;
                let columns = load_chunks(&self.conn, source.id, start, events)?;
                self.hash_events(&columns, start, &entries, &mut hashes)?;
                progress.advance(events as u64);
            }
        }
        hashes.par_sort_unstable();
        let mut all = Sha256::new();
        hashes.iter().for_each(|hash| all.update(hash));
        Ok(hex(&all.finalize()))
    }

    fn hash_events(
        &self,
        columns: &Columns,
        start: u64,
        entries: &Entries,
        hashes: &mut Vec<Hash>,
    ) -> Result<()> {
        let mut statement = self.conn.prepare_cached(
            "SELECT event_id, request_id FROM event WHERE event_id >= ?1 AND event_id < ?1 + ?2
             ORDER BY event_id",
        )?;
        let mut rows = statement.query(params![start, columns.caller.len()])?;
        let mut bytes = Vec::new();
        while let Some(row) = rows.next()? {
            let i = (row.get::<_, u64>(0)? - start) as usize;
            bytes.clear();
            push_values(columns, i, &mut bytes);
            entries.push(columns, i, &mut bytes)?;
            expand(row.get_ref(1)?, &mut bytes);
            hashes.push(Sha256::digest(&bytes).into());
        }
        Ok(())
    }
}

/// The hash of every dictionary entry.
struct Entries {
    callers: Vec<Hash>,
    origins: Vec<Hash>,
    calls: Vec<Hash>,
    sessions: Vec<Hash>,
}

impl Entries {
    fn of(all: &Dimensions) -> Self {
        let callers = all.callers.iter().map(|caller| {
            let account = all.accounts.get(caller.account as usize).map(String::as_str);
            let rest = [&caller.org_id, &caller.user_id, &caller.api_key_id];
            texts([account].into_iter().chain(rest.map(Option::as_deref)))
        });
        let origins = all.origins.iter().map(|o| {
            let parts = [&o.client_ip, &o.asn, &o.country, &o.region, &o.user_agent, &o.device_id];
            texts(parts.map(Option::as_deref))
        });
        // It points at nothing else, so that its fields by name say all.
        let json = |call| serde_json::to_string(call).unwrap_or_default();
        let calls = all.calls.iter().map(|call| texts([Some(json(call).as_str())]));
        let sessions = all.sessions.iter().map(|session| texts([Some(session)]));
        Self {
            callers: callers.collect(),
            origins: origins.collect(),
            calls: calls.collect(),
            sessions: sessions.collect(),
        }
    }

    fn push(&self, columns: &Columns, i: usize, out: &mut Vec<u8>) -> Result<()> {
        let pointers = [
            (&self.callers, columns.caller[i]),
            (&self.origins, columns.origin[i]),
            (&self.calls, columns.call[i]),
            (&self.sessions, columns.session[i]),
        ];
        for (entries, at) in pointers {
            match entries.get(at as usize) {
                Some(hash) => out.extend_from_slice(hash),
                None if at == MISSING => out.extend_from_slice(&[0; 32]),
                None => {
                    let what = "an event points at no dictionary entry";
                    return Err(StoreError::Damaged(what.into()));
                }
            }
        }
        Ok(())
    }
}

/// Hash over texts, each with its length, and a missing one apart from an empty one.
fn texts<'t>(texts: impl IntoIterator<Item = Option<&'t str>>) -> Hash {
    let mut hasher = Sha256::new();
    for text in texts {
        let length = text.map_or(u64::MAX, |text| text.len() as u64);
        hasher.update(length.to_le_bytes());
        hasher.update(text.unwrap_or_default());
    }
    hasher.finalize().into()
}
