//! What the journal says the tables beside the events must hold.

use std::collections::BTreeMap;

use crate::model::book::Entry;
use crate::model::{Annotations, Change, Note, SavedView, TimeNote};

use super::error::{Result, StoreError};
use super::file::CaseFile;
use super::journal::JournalEntry;
use super::seal;

/// Actions whose entries hold changes of what is said of accounts. An undo holds the changes that
/// it made, so that all are replayed alike.
const STEPS: [&str; 3] = ["edit", "undo", "redo"];

/// Notes that ever were: id → account, note, whether it was removed.
type Notes = BTreeMap<u64, (String, Note, bool)>;
/// The same on ranges of time.
type TimeNotes = BTreeMap<u64, (TimeNote, bool)>;

/// Verdicts, tags and notes, on accounts and on time, are those that all edits of the journal lead to.
pub(super) fn check(case: &CaseFile, journal: &[JournalEntry]) -> Result<Option<String>> {
    let (mut said, mut notes) = (Annotations::new(), Notes::new());
    let mut on_time = TimeNotes::new();
    let mut views: BTreeMap<u64, (SavedView, bool)> = BTreeMap::new();
    let mut book: BTreeMap<u64, (Entry, bool)> = BTreeMap::new();
    for entry in journal.iter().filter(|entry| STEPS.contains(&&*entry.action)) {
        let Ok(changes) = Change::read_all(&entry.detail) else {
            return Ok(Some(format!("journal entry {} cannot be read", entry.id)));
        };
        for change in changes {
            change.apply(&mut said);
            match change {
                Change::Note { account, note, present } => {
                    notes.insert(note.id, (account, note, !present));
                }
                Change::TimeNote { note, present } => {
                    on_time.insert(note.note.id, (note, !present));
                }
                Change::View { view, present } => {
                    views.insert(view.note.id, (view, !present));
                }
                Change::Book { before, after } => {
                    let removed = after.is_none();
                    book.extend(after.or(before).map(|entry| (entry.id, (entry, removed))));
                }
                Change::Verdict { .. } | Change::Tag { .. } => {}
            }
        }
    }
    let stored = case.annotations()?;
    let differs = said.keys().chain(stored.keys()).find(|id| said.get(*id) != stored.get(*id));
    if let Some(account) = differs {
        let (now, then) = (stored.get(account), said.get(account));
        let parts = [
            ("the verdict", now.map(|a| &a.verdict) != then.map(|a| &a.verdict)),
            ("a tag", now.map(|a| &a.tags) != then.map(|a| &a.tags)),
            ("a note", true),
        ];
        let part = parts.iter().find(|(_, differs)| *differs).map_or("something", |p| p.0);
        return Ok(Some(format!("{part} on {account} is not what the journal says")));
    }
    let stored = case.all_notes()?;
    let differs = notes.keys().chain(stored.keys()).find(|id| notes.get(id) != stored.get(id));
    if let Some(id) = differs {
        return Ok(Some(format!("note {id}, removed, is not what the journal says")));
    }
    let stored = case.all_time_notes()?;
    let mut ids = on_time.keys().chain(stored.keys());
    let differs = ids.find(|id| on_time.get(id) != stored.get(id));
    if let Some(id) = differs {
        return Ok(Some(format!("note {id} on a range of time is not what the journal says")));
    }
    let stored = case.all_saved_views()?;
    let differs = views.keys().chain(stored.keys()).find(|id| views.get(id) != stored.get(id));
    if let Some(id) = differs {
        return Ok(Some(format!("saved view {id} is not what the journal says")));
    }
    let stored = match case.all_of_book() {
        Err(StoreError::Damaged(what)) => return Ok(Some(what)),
        stored => stored?,
    };
    let differs = book.keys().chain(stored.keys()).find(|id| book.get(id) != stored.get(id));
    Ok(differs.map(|id| format!("entry {id} of the case book is not what the journal says")))
}

/// Account attributes and markers are what the last journal entry that changed them says.
pub(super) fn check_tables(case: &CaseFile, journal: &[JournalEntry]) -> Result<Option<String>> {
    let tables = [
        ("accounts", "account_attribute", seal::attributes(&case.conn)?),
        ("releases", "marker", seal::markers(&case.conn)?),
    ];
    for (action, table, found) in tables {
        let expected = match journal.iter().rev().find(|entry| entry.action == action) {
            Some(entry) => contents(&entry.detail),
            // Nothing was ever written: it must be as an empty table is.
            None => Some(seal::nothing()),
        };
        if expected.as_deref() != Some(&*found) {
            return Ok(Some(format!("the table {table} is not what the journal says")));
        }
    }
    Ok(None)
}

/// The hash over what a journal entry is about.
pub(super) fn contents(detail: &str) -> Option<String> {
    let detail: serde_json::Value = serde_json::from_str(detail).ok()?;
    Some(detail.get("contents")?.as_str()?.to_owned())
}
