//! Tables that were read beside the logs: findings rest on them, too.

use serde::{Deserialize, Serialize};

use crate::store::JournalEntry;

/// A table of accounts or of moments, as the journal says that it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SideTable {
    /// `accounts` or `releases`.
    pub kind: String,
    /// Path as it was opened.
    pub path: String,
    /// Size on disk, bytes; left out where the case was made before that was noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// SHA-256 of the bytes on disk.
    pub sha256: String,
    /// Rows read.
    pub rows: u64,
    /// Rows that could not be read.
    pub rejects: u64,
}

/// Those of a journal, in the order they were read.
pub fn side_tables(journal: &[JournalEntry]) -> Vec<SideTable> {
    journal.iter().filter_map(of).collect()
}

fn of(entry: &JournalEntry) -> Option<SideTable> {
    #[derive(Deserialize)]
    struct Detail {
        bytes: Option<u64>,
        sha256: String,
        rows: u64,
        rejects: u64,
    }
    if !matches!(&*entry.action, "accounts" | "releases") {
        return None;
    }
    let Detail { bytes, sha256, rows, rejects } = serde_json::from_str(&entry.detail).ok()?;
    let (kind, path) = (entry.action.clone(), entry.target.clone());
    Some(SideTable { kind, path, bytes, sha256, rows, rejects })
}
