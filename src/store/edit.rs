//! The analyst's changes: verdicts, notes, tags, and the journal entry that goes with them.

use rusqlite::{Connection, params};

use crate::model::{Marker, Note, SavedView, Time, TimeNote, VerdictRecord};

use super::error::Result;
use super::exports;
use super::file::CaseFile;
use super::journal::{self, JournalEntry};
use super::seal;

/// Changes that are made together or not at all; see [`CaseFile::transaction`].
#[derive(Debug)]
pub struct Tx<'c> {
    pub(super) conn: &'c Connection,
}

impl CaseFile {
    /// Runs `work` in one transaction: committed when it returns `Ok`, else as if never begun.
    ///
    /// # Errors
    /// [`super::StoreError::ReadOnly`], [`super::StoreError::Busy`], what `work` returns.
    pub fn transaction<T, E: From<super::StoreError>>(
        &mut self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.must_write()?;
        let begun = rusqlite::Transaction::new_unchecked(
            &self.conn,
            rusqlite::TransactionBehavior::Immediate,
        );
        let transaction = begun.map_err(|error| super::schema::explain(error, &self.path))?;
        self.must_be_unaltered(&transaction)?;
        exports::take_up(&transaction, &self.path)?;
        let value = work(&Tx::new(&transaction))?;
        transaction.commit().map_err(|error| super::schema::explain(error, &self.path))?;
        exports::tidy(&self.conn, &self.path);
        Ok(value)
    }
}

impl<'c> Tx<'c> {
    pub(super) fn new(conn: &'c Connection) -> Self {
        Self { conn }
    }

    pub(super) fn run(&self, sql: &str, values: impl rusqlite::Params) -> Result<()> {
        self.conn.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }

    /// Gives an account this verdict, in place of any other.
    ///
    /// # Errors
    /// SQLite's, as for every method here.
    pub fn set_verdict(&self, account_id: &str, record: &VerdictRecord) -> Result<()> {
        let VerdictRecord { verdict, confidence, reason, at, actor } = record;
        self.run(
            "INSERT OR REPLACE INTO verdict VALUES (?,?,?,?,?,?)",
            params![account_id, verdict.as_str(), confidence.as_str(), reason, at.0, actor],
        )
    }

    /// Takes the verdict on an account away.
    #[allow(clippy::missing_errors_doc, reason = "see set_verdict")]
    pub fn clear_verdict(&self, account_id: &str) -> Result<()> {
        self.run("DELETE FROM verdict WHERE account_id = ?", [account_id])
    }

    /// Writes a note under an id chosen by [`CaseFile::next_note_id`] or counted on from it, or
    /// brings it back when it was removed.
    ///
    /// # Errors
    /// [`super::StoreError::NoteTaken`] when another note has the id; SQLite's.
    pub fn add_note(&self, account_id: &str, note: &Note) -> Result<()> {
        let written = self
            .conn
            .prepare_cached(
                "INSERT INTO note (note_id, account_id, text, at_us, actor) VALUES (?,?,?,?,?)
                 ON CONFLICT (note_id) DO UPDATE SET removed = 0
                 WHERE (account_id, text, at_us, actor) = (excluded.account_id, excluded.text,
                   excluded.at_us, excluded.actor)",
            )?
            .execute(params![note.id, account_id, note.text, note.at.0, note.actor])?;
        if written == 0 { Err(super::StoreError::NoteTaken(note.id)) } else { Ok(()) }
    }

    /// Removes a note; its text stays in the file, and its id is not given again.
    #[allow(clippy::missing_errors_doc, reason = "see set_verdict")]
    pub fn remove_note(&self, note_id: u64) -> Result<()> {
        self.run("UPDATE note SET removed = 1 WHERE note_id = ?", [note_id])
    }

    /// Writes a note on a range of time under an id chosen by [`CaseFile::next_time_note_id`], or
    /// brings it back when it was removed.
    ///
    /// # Errors
    /// As [`Tx::add_note`].
    pub fn add_time_note(&self, TimeNote { span, note }: &TimeNote) -> Result<()> {
        let values = params![note.id, span.start.0, span.end.0, note.text, note.at.0, note.actor];
        let written = self
            .conn
            .prepare_cached(
                "INSERT INTO time_note (time_note_id, start_us, end_us, text, at_us, actor)
                 VALUES (?,?,?,?,?,?) ON CONFLICT (time_note_id) DO UPDATE SET removed = 0
                 WHERE (start_us, end_us, text, at_us, actor) = (excluded.start_us,
                   excluded.end_us, excluded.text, excluded.at_us, excluded.actor)",
            )?
            .execute(values)?;
        if written == 0 { Err(super::StoreError::NoteTaken(note.id)) } else { Ok(()) }
    }

    /// Removes a note on a range of time; its text stays in the file.
    #[allow(clippy::missing_errors_doc, reason = "see set_verdict")]
    pub fn remove_time_note(&self, note_id: u64) -> Result<()> {
        self.run("UPDATE time_note SET removed = 1 WHERE time_note_id = ?", [note_id])
    }

    /// Keeps a view under a name and an id chosen by [`CaseFile::next_saved_view_id`], or brings it
    /// back when it was removed.
    ///
    /// # Errors
    /// As [`Tx::add_note`].
    pub fn add_saved_view(&self, view: &SavedView) -> Result<()> {
        let SavedView { name, note, state, rows, accounts } = view;
        let values =
            params![note.id, name, note.text, state, rows, accounts, note.at.0, note.actor];
        let written = self
            .conn
            .prepare_cached(
                "INSERT INTO saved_view (saved_view_id, name, text, state, rows, accounts, at_us,
                   actor)
                 VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (saved_view_id) DO UPDATE SET removed = 0
                 WHERE (name, text, state, rows, accounts, at_us, actor) = (excluded.name,
                   excluded.text, excluded.state, excluded.rows, excluded.accounts,
                   excluded.at_us, excluded.actor)",
            )?
            .execute(values)?;
        if written == 0 { Err(super::StoreError::NoteTaken(note.id)) } else { Ok(()) }
    }

    /// Keeps a view no longer; what it was stays in the file.
    #[allow(clippy::missing_errors_doc, reason = "see set_verdict")]
    pub fn remove_saved_view(&self, id: u64) -> Result<()> {
        self.run("UPDATE saved_view SET removed = 1 WHERE saved_view_id = ?", [id])
    }

    /// Keeps how the window is laid out, or forgets it. Not journalled: nothing follows from it.
    #[allow(clippy::missing_errors_doc, reason = "see set_verdict")]
    pub fn set_setting(&self, name: &str, value: Option<&str>) -> Result<()> {
        match value {
            Some(value) => self.run("INSERT OR REPLACE INTO setting VALUES (?,?)", [name, value]),
            None => self.run("DELETE FROM setting WHERE name = ?", [name]),
        }
    }

    /// Puts a tag on an account.
    #[allow(clippy::missing_errors_doc, reason = "see set_verdict")]
    pub fn add_tag(&self, account_id: &str, tag: &str) -> Result<()> {
        self.run("INSERT OR IGNORE INTO tag VALUES (?,?)", [account_id, tag])
    }

    /// Takes a tag off an account.
    #[allow(clippy::missing_errors_doc, reason = "see set_verdict")]
    pub fn remove_tag(&self, account_id: &str, tag: &str) -> Result<()> {
        self.run("DELETE FROM tag WHERE account_id = ? AND tag = ?", [account_id, tag])
    }

    /// Records what is known of an account beside the logs, in place of an earlier value.
    #[allow(clippy::missing_errors_doc, reason = "see set_verdict")]
    pub fn set_attribute(&self, account_id: &str, name: &str, value: &str) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO account_attribute VALUES (?,?,?)",
            [account_id, name, value],
        )
    }

    /// Adds a marker, unless the very same is there.
    #[allow(clippy::missing_errors_doc, reason = "see set_verdict")]
    pub fn add_marker(&self, marker: &Marker) -> Result<()> {
        self.run(
            "INSERT INTO marker (at_us, kind, label) SELECT ?1, ?2, ?3 WHERE NOT EXISTS
             (SELECT 1 FROM marker WHERE (at_us, kind, label) = (?1, ?2, ?3))",
            params![marker.at.0, marker.kind.as_str(), marker.label],
        )
    }

    /// Hash over all account attributes as they are now, for the journal entry of what changed
    /// them: [`CaseFile::verify`] compares the last one.
    #[allow(clippy::missing_errors_doc, reason = "see set_verdict")]
    pub fn attributes_sha256(&self) -> Result<String> {
        seal::attributes(self.conn)
    }

    /// The same of the markers.
    #[allow(clippy::missing_errors_doc, reason = "see set_verdict")]
    pub fn markers_sha256(&self) -> Result<String> {
        seal::markers(self.conn)
    }

    /// Appends to the journal: who did what to what, when. `detail` is JSON.
    #[allow(clippy::missing_errors_doc, reason = "see set_verdict")]
    pub fn append_journal(
        &self,
        at: Time,
        actor: &str,
        action: &str,
        target: &str,
        detail: &str,
    ) -> Result<JournalEntry> {
        journal::append(self.conn, at, actor, action, target, detail)
    }
}
