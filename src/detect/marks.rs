//! What was read in the texts of prompts, in one pass over all of them: a number for each row, so
//! that detectors need no text.

use crate::model::MISSING;

/// What was read, by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The number that stands in the slot of its template that numbers items, or [`MISSING`].
    pub items: Vec<u32>,
}

impl Marks {
    /// The number of the item that a row is about.
    pub fn item(&self, row: u32) -> Option<u32> {
        self.items.get(row as usize).copied().filter(|item| *item != MISSING)
    }
}
