//! A table of the window as it is shown, to be written to a file: what it is, and how to go
//! through all of its rows again on another thread.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::job::Progress;
use crate::model::{Filter, Granularity, Selection};
use crate::report::ReportError;
use crate::report::shown::{AboutTable, WriteRows, write_shown};

/// A table and its rows.
pub struct ShownTable {
    /// What a row is, in the plural: `exchanges`, `accounts`.
    pub rows_are: &'static str,
    /// Names of the columns in files, in the order shown.
    pub columns: Vec<String>,
    /// Rows shown.
    pub rows: u64,
    /// Rows there are without filter and selection.
    pub of: u64,
    /// The filter.
    pub filter: Filter,
    /// What is counted where the filter does not say.
    pub counted: Granularity,
    /// The selection that narrows it, and what else does.
    pub selection: String,
    /// How rows are ordered.
    pub order: String,
    /// Goes through the rows.
    pub write: Box<WriteRows>,
}

/// A [`ShownTable`] as it is passed around.
#[derive(Clone)]
pub struct Shown(pub Arc<ShownTable>);

impl Shown {
    /// Writes it to `path`, with what it is beside it.
    ///
    /// # Errors
    /// As [`write_shown`].
    pub fn write(
        &self,
        path: &Path,
        case: &Path,
        (by, at): (&str, String),
        progress: &Progress,
    ) -> Result<AboutTable, ReportError> {
        let table = &self.0;
        let everything = table.filter.is_everything();
        let about = AboutTable {
            tool: format!("stillwatch {}", env!("CARGO_PKG_VERSION")),
            generated_at: at,
            prepared_by: by.to_owned(),
            rows_are: table.rows_are.to_owned(),
            filter: if everything { String::new() } else { table.filter.to_string() },
            sentence: table.filter.to_sentence(table.counted),
            selection: table.selection.clone(),
            order: table.order.clone(),
            time_zone: "UTC".to_owned(),
            columns: table.columns.clone(),
            rows: table.rows,
            of: table.of,
            ..AboutTable::default()
        };
        write_shown(path, case, about, &*table.write, progress)
    }
}

/// A selection as it is written down; empty for nothing.
pub fn selection_words(selection: &Selection) -> String {
    match selection {
        Selection::Nothing => String::new(),
        Selection::Accounts(ids) => ids.iter().map(String::as_str).collect::<Vec<_>>().join(" "),
        other => other.title(),
    }
}

/// The same table, not an equal one.
impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = &self.0;
        write!(f, "Shown({} {}, {:?})", table.rows, table.rows_are, table.columns)
    }
}
