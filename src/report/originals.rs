//! Where the originals of many rows stand, and their hashes.
//!
//! The case file keeps originals packed in slices of the source. Rows are written in the order
//! of time, over all sources; looking each up by itself would unpack the same slices again and
//! again. So the rows are taken a batch at a time, and within a batch the originals are read in
//! the order in which they stand in their sources: every slice is unpacked once a batch.

use std::collections::VecDeque;

use super::ReportError;
use super::input::{Place, ReportInput};
use crate::job::Progress;

/// Rows looked up together: a few slices' worth, and a few megabytes.
const BATCH: usize = 1 << 16;
/// Rows between two looks at whether to stop.
const CHECK_EVERY: usize = 1_024;

/// The original of one row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Original {
    /// Where it stands.
    pub place: Place,
    /// SHA-256 of its bytes, lower-case hex; `None` where originals were not kept.
    pub sha256: Option<String>,
}

/// The originals of some rows, one after the other.
pub struct Originals<'a> {
    input: &'a dyn ReportInput,
    ids: std::vec::IntoIter<u64>,
    ready: VecDeque<Original>,
}

impl<'a> Originals<'a> {
    /// Of the rows with these ids, in this order.
    pub fn new(input: &'a dyn ReportInput, ids: Vec<u64>) -> Self {
        Self { input, ids: ids.into_iter(), ready: VecDeque::new() }
    }

    /// The next one. Naive: `locate` and `sha256` of the next id.
    ///
    /// # Errors
    /// When the case cannot be read, when it has more rows than ids were given, and when
    /// cancelled.
    pub fn next(&mut self, progress: &Progress) -> Result<Original, ReportError> {
        if self.ready.is_empty() {
            self.read_batch(progress)?;
        }
        self.ready.pop_front().ok_or(ReportError::Changed)
    }

    fn read_batch(&mut self, progress: &Progress) -> Result<(), ReportError> {
        let (mut places, mut batch) = (self.input.places(), Vec::new());
        for (n, id) in self.ids.by_ref().take(BATCH).enumerate() {
            if n.is_multiple_of(CHECK_EVERY) {
                progress.check()?;
            }
            batch.push(Original { place: places.locate(id)?, sha256: None });
        }
        let mut order: Vec<usize> = (0..batch.len()).collect();
        order.sort_by_key(|&i| (batch[i].place.source_id, batch[i].place.byte_offset));
        for (n, i) in order.into_iter().enumerate() {
            if n.is_multiple_of(CHECK_EVERY) {
                progress.check()?;
            }
            batch[i].sha256 = places.sha256(&batch[i].place)?;
        }
        self.ready.extend(batch);
        Ok(())
    }
}
