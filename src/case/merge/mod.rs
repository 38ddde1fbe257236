//! Two analysts' cases of the same logs made one: what the other has said since the two were one
//! file, or ever, is taken over; where both changed the same thing differently, somebody decides.
//!
//! What was before comes from the journals: up to the last entry with the same hash in both, they
//! were one case; where one has merged the other since, it knew all that the other said by then.
//! Records, findings and templates are not merged: those of either case can be made again from the
//! logs.

mod agreement;
mod book;
mod conflict;
mod differ;
mod earlier;
#[cfg(test)]
mod earlier_tests;
mod plan;
mod said;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Annotations, OpenCase};
use crate::index::Index;
use crate::job::{Cancelled, Progress};
use crate::model::book::Book;
use crate::model::{SavedView, TimeNote};
use crate::store::{CaseFile, JournalEntry, Mode, StoreError, check_journal};

pub use agreement::Agreement;
pub use conflict::{Conflict, Standing};
pub use plan::{Plan, Taken};

use earlier::Base;
use plan::{Ids, MergedBefore};
use said::Said;

/// Why a case cannot be merged.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// A file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What the other holds.
    #[error("{}: {source}; stillwatch verify says what is wrong with it", .path.display())]
    Other {
        /// The other case.
        path: PathBuf,
        /// What is wrong.
        source: StoreError,
    },
    /// Both are the same file.
    #[error("{} is the case itself: nothing to merge", .0.display())]
    Itself(PathBuf),
    /// They are of different logs.
    #[error(
        "{} holds none of the {} sources of this case: the same ids may be other accounts there; \
         import the same logs into both", .path.display(), .sources
    )]
    OtherLogs {
        /// The other case.
        path: PathBuf,
        /// Sources of ours.
        sources: usize,
    },
    /// What it says is not what its journal says.
    #[error(
        "{}: {why}; nothing is taken over. stillwatch verify says what is wrong with it",
        .path.display()
    )]
    Untrue {
        /// The other case.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The work was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Our side, as it stood at a moment.
#[derive(Clone, Debug)]
pub struct Ours {
    path: PathBuf,
    index: Arc<Index>,
    sources: BTreeSet<String>,
    annotations: Arc<Annotations>,
    book: Arc<Book>,
    time_notes: Vec<TimeNote>,
    views: Vec<SavedView>,
    ids: Ids,
}

impl Ours {
    /// Of an open case.
    pub fn of(case: &OpenCase) -> Self {
        Self {
            path: case.path.clone(),
            index: Arc::clone(&case.index),
            sources: case.sources.iter().map(|source| source.sha256.clone()).collect(),
            annotations: Arc::clone(case.annotations()),
            book: Arc::clone(case.book()),
            time_notes: case.time_notes().to_vec(),
            views: case.saved_views().to_vec(),
            ids: Ids {
                note: case.next_note_id(),
                time_note: case.next_time_note_id(),
                view: case.next_saved_view_id(),
                book: case.next_book_id(),
            },
        }
    }

    /// What merging another case would change.
    ///
    /// # Errors
    /// [`MergeError`]: the same file, other logs, a journal that is broken or does not lead to what
    /// the case holds.
    pub fn plan(self, other: &Path, progress: &Progress) -> Result<Plan, MergeError> {
        progress.set_phase("reading the other case", 0);
        let same = |path: &Path| path.canonicalize().ok();
        if same(other).is_some() && same(other) == same(&self.path) {
            return Err(MergeError::Itself(other.to_owned()));
        }
        let (own, fault) = CaseFile::open(&self.path, Mode::ReadOnly)?.journal_and_fault()?;
        if let Some(why) = fault {
            return Err(MergeError::Untrue { path: self.path, why });
        }
        let in_other = |source| MergeError::Other { path: other.to_owned(), source };
        let file = CaseFile::open(other, Mode::ReadOnly)?;
        let sources = file.sources().map_err(in_other)?;
        if !sources.iter().any(|source| self.sources.contains(&source.sha256)) {
            let sources = self.sources.len();
            return Err(MergeError::OtherLogs { path: other.to_owned(), sources });
        }
        let journal = file.journal().map_err(in_other)?;
        progress.check()?;
        let untrue = |why: String| MergeError::Untrue { path: other.to_owned(), why };
        if let Some(wrong) = check_journal(&journal) {
            return Err(untrue(format!("its journal: {}", wrong.what)));
        }
        let unreadable = |id: u64| untrue(format!("entry {id} of its journal cannot be read"));
        let theirs = Said::by(&journal).map_err(unreadable)?;
        if theirs != stored(&file).map_err(in_other)? {
            return Err(untrue("it does not hold what its journal says".to_owned()));
        }
        progress.check()?;
        let common = common(&own, &journal);
        let base =
            Base::find([&own, &journal], common, theirs, self.ids.book).map_err(unreadable)?;
        let shared = sources.iter().filter(|s| self.sources.contains(&s.sha256)).count();
        let mut plan = Plan {
            path: other.to_owned(),
            sources: (shared, self.sources.len(), sources.len()),
            entries: (common, own.len() - common, journal.len() - common),
            ..Plan::default()
        };
        plan.journal_hash = journal.last().map_or_else(String::new, |entry| entry.hash.clone());
        plan.merged_before = base.merged;
        let is_known = |account: &str| self.index.account_position(account).is_some();
        let ours = Said {
            annotations: Arc::unwrap_or_clone(self.annotations),
            time_notes: self.time_notes,
            views: self.views,
            book: Arc::unwrap_or_clone(self.book),
        };
        plan.fill(&base.before, &ours, &base.theirs, (&is_known, self.ids));
        Ok(plan)
    }
}

/// How many entries of two journals are the same, from the beginning.
fn common(ours: &[JournalEntry], theirs: &[JournalEntry]) -> usize {
    ours.iter().zip(theirs).take_while(|(ours, theirs)| ours.hash == theirs.hash).count()
}

fn stored(file: &CaseFile) -> Result<Said, StoreError> {
    Ok(Said {
        annotations: file.annotations()?,
        time_notes: file.time_notes()?,
        views: file.saved_views()?,
        book: file.book()?,
    })
}
