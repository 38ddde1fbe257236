//! The prompts of some accounts, read once more: pictures of a run show what it has read.

use std::sync::Arc;

use super::open::OpenCase;
use super::templates::CasePrompts;
use super::texts::CaseTexts;
use crate::detect::Reads;
use crate::detect::marks::{self, Marks};
use crate::detect::rules::Rules;
use crate::index::Index;
use crate::index::templates::{ReadPrompts, TakePrompts};
use crate::job::Progress;
use crate::store::StoreError;

/// Reads what prompts of some accounts, by position, say: the same prompts that a run reads, by lot.
///
/// # Errors
/// When the case cannot be read; [`StoreError::Cancelled`].
pub fn marks_of(
    (texts, index): (&CaseTexts, &Index),
    accounts: &[u32],
    what: (&Rules, Reads),
    progress: &Progress,
) -> Result<Marks, StoreError> {
    let prompts =
        SomePrompts { prompts: CasePrompts { texts, index }, events: events(index, accounts) };
    marks::read(&prompts, index, what, progress)
}

/// By event less one, whether it is of one of the accounts, or joined with a record of theirs.
fn events(index: &Index, accounts: &[u32]) -> Vec<bool> {
    // Events are numbered without gaps; a damaged case may say otherwise.
    let mut events = vec![false; index.last_event_id().min(index.len() as u64 * 2) as usize];
    for row in accounts.iter().flat_map(|account| index.rows_of_account(*account)) {
        for row in std::iter::once(*row).chain(index.completed_by(*row)) {
            let at = (index.event_id(row) as usize).checked_sub(1);
            let place = at.and_then(|at| events.get_mut(at));
            place.into_iter().for_each(|place| *place = true);
        }
    }
    events
}

/// Some of the prompts of a case.
struct SomePrompts<'a> {
    prompts: CasePrompts<'a>,
    events: Vec<bool>,
}

impl ReadPrompts for SomePrompts<'_> {
    type Error = StoreError;

    fn read(
        &self,
        phase: &str,
        take: &TakePrompts<'_>,
        progress: &Progress,
    ) -> Result<(), StoreError> {
        self.read_some(phase, &|_| true, take, progress)
    }

    fn read_some(
        &self,
        phase: &str,
        is_wanted: &(dyn Fn(u32) -> bool + Sync),
        take: &TakePrompts<'_>,
        progress: &Progress,
    ) -> Result<(), StoreError> {
        let is_one = |row: u32| self.events.get(row as usize) == Some(&true);
        self.prompts.read_some(phase, &|row| is_one(row) && is_wanted(row), take, progress)
    }
}

impl OpenCase {
    /// Reads what the prompts of some accounts, by position, say, on another thread; `None` where
    /// the case has no prompts.
    pub fn read_marks(
        &self,
    ) -> impl Fn(&[u32], (&Rules, Reads), &Progress) -> Result<Option<Marks>, String>
    + Send
    + Sync
    + 'static {
        let (texts, index) = (Arc::clone(&self.texts), Arc::clone(&self.index));
        let has_prompts = self.without_prompts < self.index.len() as u64;
        move |accounts, what, progress| {
            let read = || marks_of((&texts, &index), accounts, what, progress);
            has_prompts.then(read).transpose().map_err(|error| error.to_string())
        }
    }
}
