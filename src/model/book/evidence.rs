//! A view that was kept as evidence.

use serde::{Deserialize, Serialize};

/// What was looked at, so that anybody can look at it again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What it shows, in a few words.
    pub title: String,
    /// What it proves, or does not.
    pub remark: String,
    /// The filter, as it is typed: selects the same records anywhere.
    pub filter: String,
    /// The screen, zoom and selection: JSON of the window's own; empty where it was kept elsewhere.
    pub state: String,
    /// Records that it showed then.
    pub rows: u64,
    /// Accounts that it showed then.
    pub accounts: u64,
    /// Where it stands in the report, rising.
    pub place: u32,
}
