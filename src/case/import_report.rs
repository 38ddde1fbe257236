//! What became of an import, file by file: what scripts and screens read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::joining::JoinReport;
use super::unread::UnreadField;
use crate::model::{Reject, SourceInfo};

/// What became of an import.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ImportReport {
    /// The case.
    pub case: PathBuf,
    /// Whether the import made it.
    pub created: bool,
    /// What is in the case now, in the order given.
    pub sources: Vec<ImportedSource>,
    /// What is not, and why.
    pub failed: Vec<FailedSource>,
    /// Files of a folder or an archive that are certainly no logs, and links that lead to none.
    pub skipped: Vec<FailedSource>,
    /// Which records describe the same call, where that was looked for.
    pub joins: Option<JoinReport>,
    /// Whether looking for them was stopped.
    pub joins_due: bool,
    /// Tables beside the logs that are in the case now.
    pub tables: Vec<ImportedTable>,
    /// Rows read from the accounts table.
    pub accounts_described: u64,
    /// Rows read from the releases table.
    pub markers_added: u64,
    /// Rows of these two tables that could not be read.
    pub table_rejects: Vec<TableReject>,
}

/// A source that was imported.
#[derive(Clone, Debug, Serialize)]
pub struct ImportedSource {
    /// As the case records it.
    #[serde(flatten)]
    pub info: SourceInfo,
    /// How often each reason occurs in its reject ledger.
    pub reject_reasons: BTreeMap<String, u64>,
    /// Whether it is a page of an answer and says that there are more.
    pub has_more: bool,
    /// Fields that came later than the first records, by which it was recognised, and were not
    /// read.
    pub unread: Vec<UnreadField>,
    /// How many more of them there are.
    pub more_unread: usize,
}

/// A table that was read into the case.
#[derive(Clone, Debug, Serialize)]
pub struct ImportedTable {
    /// The path as given.
    pub path: String,
    /// What it is.
    pub title: &'static str,
    /// Its rows.
    pub rows: u64,
}

/// A source that was not imported. The case is as if it had not been tried.
#[derive(Clone, Debug, Serialize)]
pub struct FailedSource {
    /// The path as given.
    pub path: String,
    /// What, where, what to try.
    pub error: String,
    /// The file that was read: of rejects not the log that they are of.
    #[serde(skip)]
    pub file: String,
}

/// A row of an accounts or releases table that could not be read.
#[derive(Clone, Debug, Serialize)]
pub struct TableReject {
    /// The table.
    pub path: PathBuf,
    /// The row.
    #[serde(flatten)]
    pub reject: Reject,
}

impl FailedSource {
    pub(super) fn new(path: &Path, error: String) -> Self {
        let path = path.display().to_string();
        Self { file: path.clone(), path, error }
    }

    /// What a walk left aside.
    pub(super) fn left(path: &Path, why: &str) -> Self {
        Self::new(path, format!("{}: {why}", path.display()))
    }
}

impl ImportReport {
    /// Rows imported, of every granularity.
    pub fn rows(&self) -> u64 {
        self.sources.iter().map(|s| s.info.rows).sum()
    }

    /// Records in reject ledgers.
    pub fn rejects(&self) -> u64 {
        self.sources.iter().map(|s| s.info.rejects).sum()
    }
}
