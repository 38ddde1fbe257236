//! Read-only SQL for people: one statement, on its own connection, that can change nothing,
//! reach no other file, and be cancelled.

use rusqlite::Connection;
use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;

use crate::job::{Cancelled, Progress};

use super::error::{Result, StoreError};
use super::file::{CaseFile, reader};
use super::hex;

/// One value of a result.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Missing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A real number.
    Real(f64),
    /// Text; bytes that are not UTF-8 are shown as U+FFFD.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Cell {
    /// The value as text: nothing where it is missing, bytes in hexadecimal.
    pub fn text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Integer(number) => number.to_string(),
            Self::Real(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::Blob(bytes) => hex(bytes),
        }
    }
}

/// How often a running query asks whether it was cancelled, in steps of SQLite's machine.
const STEPS: i32 = 50_000;

impl CaseFile {
    /// Runs one SELECT (or WITH, VALUES, EXPLAIN) and calls `each` with the column names and the
    /// values of every row, until it returns `false`. Returns the column names.
    ///
    /// With `selected`, the statement also sees a table `selected` with these event ids in its one
    /// column `event_id`; it lives in memory and ends with the statement.
    ///
    /// # Errors
    /// [`StoreError::Query`] with SQLite's words when the statement is wrong, would change
    /// something, or is more than one; [`StoreError::Cancelled`].
    pub fn query(
        &self,
        sql: &str,
        selected: Option<&mut dyn Iterator<Item = u64>>,
        progress: &Progress,
        mut each: impl FnMut(&[String], &[Cell]) -> bool,
    ) -> Result<Vec<String>> {
        let mut conn = reader(self.path())?;
        if let Some(events) = selected {
            select(&mut conn, events, progress)?;
        }
        conn.pragma_update(None, "query_only", true)?;
        conn.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        conn.authorizer(Some(authorize))?;
        let watched = progress.clone();
        conn.progress_handler(STEPS, Some(move || watched.is_cancelled()))?;
        let failed = |error: rusqlite::Error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::OperationInterrupted) => Cancelled.into(),
            Some(rusqlite::ErrorCode::AuthorizationForStatementDenied) => {
                StoreError::Query("only a single SELECT can be run here".into())
            }
            _ => StoreError::Query(error.to_string()),
        };
        let mut statements = rusqlite::Batch::new(&conn, sql);
        let Some(mut statement) = statements.next().map_err(failed)? else {
            return Err(StoreError::Query("no statement; try SELECT * FROM view_account".into()));
        };
        // A second statement, or what cannot be read as one, is refused before the first runs.
        if statements.next().map_err(failed)?.is_some() {
            return Err(StoreError::Query("only a single SELECT can be run here".into()));
        }
        if !statement.readonly() {
            return Err(StoreError::Query("only a single SELECT can be run here".into()));
        }
        let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let mut rows = statement.query([]).map_err(failed)?;
        let mut cells = Vec::with_capacity(names.len());
        while let Some(row) = rows.next().map_err(failed)? {
            cells.clear();
            for column in 0..names.len() {
                cells.push(cell(row.get_ref(column).map_err(failed)?));
            }
            if !each(&names, &cells) {
                break;
            }
        }
        Ok(names)
    }
}

/// Makes the table of the events that a filter keeps.
fn select(
    conn: &mut Connection,
    events: &mut dyn Iterator<Item = u64>,
    progress: &Progress,
) -> Result<()> {
    let transaction = conn.transaction()?;
    transaction.execute_batch("CREATE TEMP TABLE selected (event_id INTEGER PRIMARY KEY)")?;
    {
        let mut insert = transaction.prepare("INSERT OR IGNORE INTO selected VALUES (?)")?;
        for (i, event) in events.enumerate() {
            if i % 65_536 == 0 {
                progress.check()?;
            }
            insert.execute([event])?;
        }
    }
    transaction.commit()?;
    Ok(())
}

fn authorize(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Select
        | AuthAction::Read { .. }
        | AuthAction::Function { .. }
        | AuthAction::Recursive => Authorization::Allow,
        _ => Authorization::Deny,
    }
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Real(number) => Cell::Real(number),
        ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Cell::Blob(bytes.to_vec()),
    }
}
