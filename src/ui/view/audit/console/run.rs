//! A statement at work: on a connection of its own, on another thread, and really stopped when it
//! is told to.

use std::path::PathBuf;
use std::sync::Arc;

use crate::index::{Index, Lists, compile};
use crate::job::Progress;
use crate::model::Filter;
use crate::report::csv;
use crate::store::{CaseFile, Cell, Mode, StoreError};

/// Rows that are kept in memory.
pub const MOST_ROWS: usize = 100_000;
/// What kept rows may take, bytes: texts and bytes of a case can be long.
const MOST_BYTES: usize = 256 << 20;

/// What was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The statement.
    pub sql: String,
    /// The filter that fills the table `selected`, where there is to be one.
    pub selected: Option<Filter>,
}

/// What there is to ask.
pub struct Material {
    /// The case.
    pub case: PathBuf,
    /// Its events.
    pub index: Arc<Index>,
    /// Verdicts and tags, which a filter may ask for.
    pub lists: Arc<Lists>,
}

/// What came of it.
#[derive(Debug, Default, PartialEq)]
pub struct Found {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The values, row after row.
    cells: Vec<Cell>,
    /// Whether there were more rows than are kept.
    pub has_more: bool,
}

impl Found {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        // A statement without columns has no rows.
        self.cells.len().checked_div(self.columns.len()).unwrap_or(0)
    }

    /// A row.
    pub fn row(&self, row: usize) -> Option<&[Cell]> {
        let width = self.columns.len();
        self.cells.get(row.checked_mul(width)?..)?.get(..width)
    }

    /// A value.
    pub fn cell(&self, row: usize, column: usize) -> Option<&Cell> {
        self.row(row)?.get(column)
    }

    /// All rows that are kept, as `stillwatch query --format csv` writes them.
    ///
    /// # Errors
    /// [`StoreError::Cancelled`].
    pub fn csv(&self, progress: &Progress) -> Result<String, StoreError> {
        let failed = |error: std::io::Error| StoreError::Query(error.to_string());
        let mut out = Vec::new();
        let mut table = csv::Table::over(&mut out);
        table.header(&self.columns).map_err(failed)?;
        for row in 0..self.rows() {
            if row % 4_096 == 0 {
                progress.check()?;
            }
            let cells = self.row(row).unwrap_or_default();
            cells.iter().try_for_each(|cell| table.value(cell)).map_err(failed)?;
            table.end_row().map_err(failed)?;
        }
        table.finish().map_err(failed)?;
        String::from_utf8(out).map_err(|error| StoreError::Query(error.to_string()))
    }
}

/// Runs a statement to its end, or until as many rows are there as are kept.
///
/// # Errors
/// As [`CaseFile::query`]; a filter that cannot be answered.
pub fn run(
    question: &Question,
    material: &Material,
    most: usize,
    progress: &Progress,
) -> Result<Found, StoreError> {
    progress.set_phase("running", 0);
    let file = CaseFile::open(&material.case, Mode::ReadOnly)?;
    let mut found = Found::default();
    let mut bytes = 0;
    let mut each = |_: &[String], cells: &[Cell]| {
        bytes += cells.iter().map(size).sum::<usize>();
        // The row that is one too many says that there are more.
        found.has_more =
            found.cells.len() >= most.saturating_mul(cells.len()) || bytes > MOST_BYTES;
        if found.has_more {
            return false;
        }
        found.cells.extend_from_slice(cells);
        progress.count(1, 0);
        true
    };
    let columns = match &question.selected {
        None => file.query(&question.sql, None, progress, &mut each)?,
        Some(filter) => {
            let Material { index, lists, .. } = material;
            index.finish_searches(filter, progress)?;
            let rows = compile(filter, index, lists);
            let rows = rows.map_err(|error| StoreError::Query(error.to_string()))?;
            let mut events = rows.rows().map(|row| index.event_id(row));
            file.query(&question.sql, Some(&mut events), progress, &mut each)?
        }
    };
    found.columns = columns;
    Ok(found)
}

fn size(cell: &Cell) -> usize {
    let beside = match cell {
        Cell::Text(text) => text.len(),
        Cell::Blob(bytes) => bytes.len(),
        Cell::Null | Cell::Integer(_) | Cell::Real(_) => 0,
    };
    size_of::<Cell>() + beside
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Author, ImportOptions, OpenCase, import};
    use crate::model::Time;

    fn ask(sql: &str, selected: Option<&str>, most: usize) -> Result<Found, String> {
        let folder = tempfile::tempdir().expect("a scratch directory");
        let (log, path) = (folder.path().join("a.jsonl"), folder.path().join("a.stillwatch"));
        let line = "{\"timestamp\":\"2026-03-01T00:00:00Z\",\"account_id\":\"a\"}\n";
        std::fs::write(&log, line.repeat(3)).expect("written");
        let author = Author { actor: "ann".into(), at: Time(0) };
        let progress = Progress::default();
        import(&path, &[log], &ImportOptions::default(), &author, &progress).expect("imported");
        let case = OpenCase::load(&path, &progress).expect("opens");
        let material = Material {
            index: Arc::clone(&case.index),
            lists: Arc::clone(case.lists()),
            case: case.path.clone(),
        };
        let selected = selected.map(|text| Filter::parse(text).expect("readable"));
        let question = Question { sql: sql.into(), selected };
        run(&question, &material, most, &Progress::default()).map_err(|error| error.to_string())
    }

    #[test]
    fn rows_beyond_those_that_are_kept_are_said_to_be_there() {
        let numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 10) \
                       SELECT i, 'row ' || i FROM n";
        let all = ask(numbers, None, 10).expect("runs");
        assert_eq!((all.rows(), all.has_more), (10, false));
        let some = ask(numbers, None, 9).expect("runs");
        assert_eq!((some.rows(), some.has_more), (9, true));
        assert_eq!(some.row(8), Some(&[Cell::Integer(9), Cell::Text("row 9".into())][..]));
        assert!(some.row(9).is_none() && some.cell(0, 2).is_none());
        let csv = some.csv(&Progress::default()).expect("text");
        assert!(csv.starts_with("i,'row ' || i\r\n1,row 1\r\n") && csv.ends_with("9,row 9\r\n"));
        let none = ask("SELECT 1 AS one WHERE 0", None, 9).expect("runs");
        assert_eq!((none.rows(), none.columns), (0, vec!["one".to_owned()]));
    }

    #[test]
    fn the_filter_fills_the_table_of_what_is_selected() {
        let count = "SELECT count(*) FROM selected";
        let all = ask(count, Some(""), 5).expect("runs");
        let none = ask(count, Some("account:nobody-at-all"), 5).expect("runs");
        assert_eq!(none.cell(0, 0), Some(&Cell::Integer(0)));
        assert_ne!(all.cell(0, 0), none.cell(0, 0));
        assert!(ask(count, None, 5).is_err_and(|error| error.contains("no such table: selected")));
    }

    #[test]
    fn nothing_can_be_changed() {
        for sql in ["DELETE FROM journal", "SELECT 1; SELECT 2", "ATTACH '/tmp/x' AS x"] {
            assert!(ask(sql, None, 5).is_err_and(|e| e.contains("only a single SELECT")), "{sql}");
        }
    }
}
