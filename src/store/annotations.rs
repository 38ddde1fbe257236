//! What the analyst said of accounts and of ranges of time.

use std::collections::BTreeMap;

use rusqlite::OptionalExtension as _;

use crate::model::{
    Annotation, Confidence, Note, SavedView, Time, TimeNote, TimeSpan, Verdict, VerdictRecord,
};

use super::error::{Result, StoreError};
use super::file::CaseFile;

impl CaseFile {
    /// Verdicts, tags and notes by account id; accounts of which nothing was said are not there.
    ///
    /// # Errors
    /// When the file cannot be read or holds a verdict of an unknown name.
    pub fn annotations(&self) -> Result<BTreeMap<String, Annotation>> {
        let mut all: BTreeMap<String, Annotation> = BTreeMap::new();
        let mut statement = self
            .conn
            .prepare("SELECT account_id, verdict, confidence, reason, at_us, actor FROM verdict")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (verdict, confidence): (String, String) = (row.get(1)?, row.get(2)?);
            let unknown =
                || StoreError::Damaged(format!("unknown verdict {verdict}, {confidence}"));
            let record = VerdictRecord {
                verdict: Verdict::parse(&verdict).ok_or_else(unknown)?,
                confidence: Confidence::parse(&confidence).ok_or_else(unknown)?,
                reason: row.get(3)?,
                at: Time(row.get(4)?),
                actor: row.get(5)?,
            };
            all.entry(row.get(0)?).or_default().verdict = Some(record);
        }
        let mut statement = self.conn.prepare("SELECT account_id, tag FROM tag ORDER BY 1, 2")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            all.entry(row.get(0)?).or_default().tags.push(row.get(1)?);
        }
        let mut statement = self.conn.prepare(
            "SELECT account_id, note_id, text, at_us, actor FROM note
             WHERE NOT removed ORDER BY note_id",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let note = Note {
                id: row.get(1)?,
                text: row.get(2)?,
                at: Time(row.get(3)?),
                actor: row.get(4)?,
            };
            all.entry(row.get(0)?).or_default().notes.push(note);
        }
        Ok(all)
    }

    /// Every note there ever was: id → account, note, whether it was removed.
    pub(super) fn all_notes(&self) -> Result<BTreeMap<u64, (String, Note, bool)>> {
        let mut statement = self
            .conn
            .prepare("SELECT note_id, account_id, text, at_us, actor, removed FROM note")?;
        let notes = statement.query_map([], |row| {
            let (id, at) = (row.get(0)?, Time(row.get(3)?));
            let note = Note { id, text: row.get(2)?, at, actor: row.get(4)? };
            Ok((id, (row.get(1)?, note, row.get(5)?)))
        })?;
        Ok(notes.collect::<rusqlite::Result<_>>()?)
    }

    /// The first note id that no note of this case, standing or removed, ever had.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn next_note_id(&self) -> Result<u64> {
        let sql = "SELECT ifnull(max(note_id), 0) + 1 FROM note";
        Ok(self.conn.query_row(sql, [], |row| row.get(0))?)
    }

    /// Notes on ranges of time, in the order written.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn time_notes(&self) -> Result<Vec<TimeNote>> {
        let all = self.all_time_notes()?.into_values();
        Ok(all.filter(|(_, removed)| !removed).map(|(note, _)| note).collect())
    }

    /// Every such note there ever was: id → note, whether it was removed.
    pub(super) fn all_time_notes(&self) -> Result<BTreeMap<u64, (TimeNote, bool)>> {
        let mut statement = self.conn.prepare(
            "SELECT time_note_id, start_us, end_us, text, at_us, actor, removed FROM time_note",
        )?;
        let notes = statement.query_map([], |row| {
            let id = row.get(0)?;
            let span = TimeSpan { start: Time(row.get(1)?), end: Time(row.get(2)?) };
            let at = Time(row.get(4)?);
            let note = Note { id, text: row.get(3)?, at, actor: row.get(5)? };
            Ok((id, (TimeNote { span, note }, row.get(6)?)))
        })?;
        Ok(notes.collect::<rusqlite::Result<_>>()?)
    }

    /// The first id that no note on a range of time, standing or removed, ever had.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn next_time_note_id(&self) -> Result<u64> {
        let sql = "SELECT ifnull(max(time_note_id), 0) + 1 FROM time_note";
        Ok(self.conn.query_row(sql, [], |row| row.get(0))?)
    }

    /// Views that have a name, in the order saved.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn saved_views(&self) -> Result<Vec<SavedView>> {
        let all = self.all_saved_views()?.into_values();
        Ok(all.filter(|(_, removed)| !removed).map(|(view, _)| view).collect())
    }

    /// Every view that ever had a name: id → view, whether it was removed.
    pub(super) fn all_saved_views(&self) -> Result<BTreeMap<u64, (SavedView, bool)>> {
        let mut statement = self.conn.prepare(
            "SELECT saved_view_id, name, text, state, rows, accounts, at_us, actor, removed
             FROM saved_view",
        )?;
        let views = statement.query_map([], |row| {
            let (id, at) = (row.get(0)?, Time(row.get(6)?));
            let note = Note { id, text: row.get(2)?, at, actor: row.get(7)? };
            let (name, state) = (row.get(1)?, row.get(3)?);
            let view = SavedView { name, note, state, rows: row.get(4)?, accounts: row.get(5)? };
            Ok((id, (view, row.get(8)?)))
        })?;
        Ok(views.collect::<rusqlite::Result<_>>()?)
    }

    /// The first id that no saved view of this case ever had.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn next_saved_view_id(&self) -> Result<u64> {
        let sql = "SELECT ifnull(max(saved_view_id), 0) + 1 FROM saved_view";
        Ok(self.conn.query_row(sql, [], |row| row.get(0))?)
    }

    /// How the window is laid out, by name; `None` where nothing was kept.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn setting(&self, name: &str) -> Result<Option<String>> {
        let sql = "SELECT value FROM setting WHERE name = ?";
        Ok(self.conn.query_row(sql, [name], |row| row.get(0)).optional()?)
    }
}
