//! Computing again what a case says of itself.

use std::collections::BTreeMap;
use std::fs;

use crate::job::Progress;
use crate::model::Dimensions;

use super::compact::{expand, is_compact};
use super::error::{Result, StoreError, is_busy};
use super::exports;
use super::file::CaseFile;
use super::journal::{IMPORT, JournalEntry, check_journal};
use super::{analysis, joins, replay, schema, templates};

/// One thing that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What: `journal`, `source 1: seal`…
    pub what: String,
    /// What is wrong; `None` when it holds.
    pub problem: Option<String>,
}

impl Check {
    /// What a check came to. What cannot be read is what is wrong; only work that was stopped and
    /// a case that somebody is writing to end the checking.
    pub(super) fn new(what: impl Into<String>, found: Result<Option<String>>) -> Result<Self> {
        let problem = match found {
            Ok(problem) => problem,
            Err(error @ (StoreError::Cancelled(_) | StoreError::Busy(_))) => return Err(error),
            Err(StoreError::Sql(error)) if is_busy(&error) => return Err(error.into()),
            Err(error) => Some(error.finding()),
        };
        Ok(Self { what: what.into(), problem })
    }
}

/// How far the sources checked so far reach.
#[derive(Debug, Default)]
pub(super) struct Reached {
    /// Last event.
    pub event: u64,
    /// Entries of each dictionary, in the order of [`super::dictionary::KINDS`].
    pub entries: [usize; 5],
}

impl CaseFile {
    /// Checks the file's structure and tables; the journal's chain; that what was said of
    /// accounts, the markers and the account attributes are what the journal says; and for every
    /// source its counts, its seal over everything stored, that the journal knows it, and, where
    /// originals were kept, that they join without gaps and are the bytes that were hashed on
    /// disk. Nothing may be there that belongs to no source.
    ///
    /// # Errors
    /// When the work is asked to stop, or somebody is writing to the case; damage is no error.
    pub fn verify(&self, progress: &Progress) -> Result<Vec<Check>> {
        progress.set_phase("verifying the case", 0);
        let mut checks = vec![
            Check::new("file structure", self.check_structure())?,
            Check::new("tables and views", schema::altered(&self.conn))?,
        ];
        let journal = kept(&mut checks, "journal", self.journal())?;
        if let (Some(found), Some(check)) = (check_journal(&journal), checks.last_mut()) {
            check.problem = Some(found.what);
        }
        checks.push(Check::new("exports", exports::check(self))?);
        checks.push(Check::new(
            "verdicts, tags, notes and case book",
            replay::check(self, &journal),
        )?);
        checks.push(Check::new("tables beside the logs", replay::check_tables(self, &journal))?);
        checks.push(Check::new("joined records", joins::check(self, &journal))?);
        checks.push(Check::new("templates", templates::check(self, &journal))?);
        checks.push(Check::new("findings", analysis::check(self, &journal))?);
        progress.check()?;
        let dimensions = kept(&mut checks, "dictionaries", self.dimensions())?;
        let sources = kept(&mut checks, "sources", self.sources())?;
        checks.push(Check::new("journal of imports", self.check_imports(&journal))?);
        let bytes = sources.iter().fold(0u64, |sum, s| sum.saturating_add(s.unpacked_bytes));
        progress.set_phase("verifying the case", bytes);
        let mut reached = Reached::default();
        for source in &sources {
            self.check_source(source, &dimensions, &mut reached, &mut checks, progress)?;
        }
        checks.push(Check::new("nothing else", self.check_nothing_else(&dimensions, &reached))?);
        Ok(checks)
    }

    /// The journal, and whether its chain holds and its edits lead to the verdicts, tags, notes, views
    /// and case book that are stored: what is wrong, of one state of the case.
    ///
    /// # Errors
    /// As [`CaseFile::verify`].
    pub fn journal_and_fault(&self) -> Result<(Vec<JournalEntry>, Option<String>)> {
        let _still = self.hold_still();
        let journal = self.journal()?;
        let fault = match check_journal(&journal) {
            Some(wrong) => Some(format!("its journal: {}", wrong.what)),
            None => replay::check(self, &journal)?,
        };
        Ok((journal, fault))
    }

    fn check_structure(&self) -> Result<Option<String>> {
        // Not the quick one: it does not hold indexes against tables, and a query reads either.
        let mut statement = self.conn.prepare("PRAGMA integrity_check(3)")?;
        let lines: Vec<String> =
            statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        if lines != ["ok"] {
            return Ok(Some(lines.join("; ")));
        }
        let _still = self.hold_still();
        let number = |sql: &str| self.conn.query_row(sql, [], |row| row.get::<_, u64>(0));
        let known = number("PRAGMA page_count")? * number("PRAGMA page_size")?;
        let size = fs::metadata(self.path()).map_or(known, |meta| meta.len());
        Ok((size > known).then(|| format!("{} bytes stand behind its end", size - known)))
    }

    /// Every source has the journal entry of its import, with its seal, and the other way round.
    fn check_imports(&self, journal: &[JournalEntry]) -> Result<Option<String>> {
        let mut imports: BTreeMap<u64, (u64, String)> = BTreeMap::new();
        for entry in journal.iter().filter(|entry| entry.action == IMPORT) {
            let detail: Option<serde_json::Value> = serde_json::from_str(&entry.detail).ok();
            let of = |name: &str| detail.as_ref().and_then(|detail| detail.get(name));
            let source = of("source").and_then(serde_json::Value::as_u64);
            let (Some(source), Some(seal)) = (source, of("seal").and_then(|seal| seal.as_str()))
            else {
                return Ok(Some(format!("entry {} cannot be read", entry.id)));
            };
            if imports.insert(source, (entry.id, seal.to_owned())).is_some() {
                return Ok(Some(format!("source {source} was imported twice")));
            }
        }
        let mut statement = self.conn.prepare("SELECT source_id, seal FROM source ORDER BY 1")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (source, seal): (u64, String) = (row.get(0)?, row.get(1)?);
            match imports.remove(&source) {
                None => return Ok(Some(format!("no entry says that source {source} came in"))),
                Some((entry, journalled)) if journalled != seal => {
                    return Ok(Some(format!("source {source} is not what entry {entry} says")));
                }
                Some(_) => {}
            }
        }
        Ok(imports
            .first_key_value()
            .map(|(source, (entry, _))| format!("source {source} of entry {entry} is not there")))
    }

    /// Whatever is stored belongs to a source.
    fn check_nothing_else(
        &self,
        dimensions: &Dimensions,
        reached: &Reached,
    ) -> Result<Option<String>> {
        let count = |sql: &str| self.conn.query_row(sql, [], |row| row.get::<_, u64>(0));
        let last = reached.event;
        let outside = format!("SELECT count(*) FROM event WHERE event_id < 1 OR event_id > {last}");
        let mut found = vec![("event", count(&outside)?)];
        found.push(("join_pair", joins::count_outside(&self.conn, last)?));
        for table in ["column_chunk", "raw_block", "reject"] {
            let known = "SELECT source_id FROM source";
            let sql = format!("SELECT count(*) FROM {table} WHERE source_id NOT IN ({known})");
            found.push((table, count(&sql)?));
        }
        for (i, (table, entries)) in entries(dimensions).into_iter().enumerate() {
            found.push((table, entries.abs_diff(reached.entries[i]) as u64));
        }
        if let Some((table, rows)) = found.into_iter().find(|(_, rows)| *rows > 0) {
            return Ok(Some(format!("{rows} rows of the table {table} belong to no source")));
        }
        let mut statement = self.conn.prepare("SELECT session, session_id FROM session")?;
        let mut rows = statement.query([])?;
        let mut id = Vec::new();
        while let Some(row) = rows.next()? {
            id.clear();
            expand(row.get_ref(1)?, &mut id);
            if !is_compact(row.get_ref(1)?, &id) {
                let session: i64 = row.get(0)?;
                return Ok(Some(format!("session {session} is not written as an import does")));
            }
        }
        Ok(None)
    }
}

/// What was read; where it cannot be, a failed check and nothing.
fn kept<T: Default>(checks: &mut Vec<Check>, what: &str, read: Result<T>) -> Result<T> {
    let (value, found) = match read {
        Ok(value) => (value, Ok(None)),
        Err(error) => (T::default(), Err(error)),
    };
    checks.push(Check::new(what, found)?);
    Ok(value)
}

/// How many entries each dictionary has, by table.
fn entries(dimensions: &Dimensions) -> [(&'static str, usize); 5] {
    let Dimensions { accounts, callers, origins, calls, sessions, .. } = dimensions;
    let counts = [accounts.len(), callers.len(), origins.len(), calls.len(), sessions.len()];
    std::array::from_fn(|i| (super::dictionary::KINDS[i], counts[i]))
}
