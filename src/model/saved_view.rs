//! A view that was given a name.

use serde::{Deserialize, Serialize};

use super::Note;

/// Where the analyst looked, kept under a name, with what was there at the time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// Its name.
    pub name: String,
    /// Id, remark (may be empty), when and by whom.
    pub note: Note,
    /// Filter, range of time, zoom and selection: JSON of the window's own.
    pub state: String,
    /// Rows that it showed then.
    pub rows: u64,
    /// Accounts that it showed then.
    pub accounts: u64,
}
