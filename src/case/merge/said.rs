//! What analysts have said by some point of a journal.

use crate::case::Annotations;
use crate::model::book::Book;
use crate::model::{Change, SavedView, TimeNote};
use crate::store::JournalEntry;

use crate::case::StepKind;

/// Everything that was said and stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Of accounts.
    pub annotations: Annotations,
    /// Of ranges of time, by id.
    pub time_notes: Vec<TimeNote>,
    /// Views that are kept, by id.
    pub views: Vec<SavedView>,
    /// The case book, by id.
    pub book: Book,
}

impl Said {
    /// What the entries of a journal lead to, from its beginning; the id of one that cannot be
    /// read.
    pub fn by(journal: &[JournalEntry]) -> Result<Self, u64> {
        let mut said = Self::default();
        for entry in journal.iter().filter(|entry| StepKind::parse(&entry.action).is_some()) {
            let changes = Change::read_all(&entry.detail).map_err(|_| entry.id)?;
            changes.iter().for_each(|change| said.make(change));
        }
        Ok(said)
    }

    /// Makes a change.
    pub fn make(&mut self, change: &Change) {
        change.apply(&mut self.annotations);
        change.apply_to_time(&mut self.time_notes);
        change.apply_to_views(&mut self.views);
        change.apply_to_book(&mut self.book);
    }
}
