//! Many rows a statement: to begin a statement and to find the end of a table costs SQLite more
//! than to write a row.

use rusqlite::{Connection, Statement};

use super::error::{Result, StoreError};

/// Rows a statement: its parameters stay in the nearest cache.
const MANY: usize = 32;

/// A table, and its columns but the first, which numbers the rows.
pub(super) struct Table {
    pub name: &'static str,
    pub columns: &'static [&'static str],
}

impl Table {
    fn insert(&self, rows: usize) -> String {
        let row = format!("({})", vec!["?"; self.columns.len()].join(","));
        let (name, columns, rows) = (self.name, self.columns.join(","), vec![row; rows].join(","));
        // What a failed statement has written goes with the transaction of its caller; SQLite need
        // not keep what would take back the statement alone.
        format!("INSERT OR FAIL INTO {name} ({columns}) VALUES {rows}")
    }

    /// Appends `count` rows, the first of which has to get the number `first`. `bind` binds the
    /// columns of a row, to the parameters from the one given on.
    ///
    /// # Errors
    /// When SQLite fails, or the table has other rows behind those it should have.
    pub(super) fn append(
        &self,
        conn: &Connection,
        first: u64,
        count: usize,
        mut bind: impl FnMut(&mut Statement<'_>, usize, usize) -> rusqlite::Result<()>,
    ) -> Result<()> {
        let mut row = 0;
        for size in [MANY, 1] {
            if count - row < size {
                continue;
            }
            let mut statement = conn.prepare_cached(&self.insert(size))?;
            while count - row >= size {
                for i in 0..size {
                    bind(&mut statement, 1 + i * self.columns.len(), row + i)?;
                }
                statement.raw_execute()?;
                row += size;
            }
        }
        let end = first + count as u64;
        if count > 0 && conn.last_insert_rowid() + 1 != end as i64 {
            let Self { name, .. } = self;
            return Err(StoreError::Damaged(format!("{name} has rows out of order")));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: Table = Table { name: "t", columns: &["a", "b"] };

    fn append(conn: &Connection, first: u64, count: usize) -> Result<()> {
        TABLE.append(conn, first, count, |statement, at, row| {
            statement.raw_bind_parameter(at, row * 7)?;
            statement.raw_bind_parameter(at + 1, format!("row {row}"))
        })
    }

    #[test]
    fn rows_stand_in_their_order_however_many_there_are() {
        for count in [0, 1, MANY - 1, MANY, MANY + 1, 3 * MANY + 5] {
            let conn = Connection::open_in_memory().expect("memory");
            conn.execute_batch("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)").expect("a table");
            append(&conn, 1, 2).expect("empty before");
            append(&conn, 3, count).expect("two before");
            let mut all = conn.prepare("SELECT id, a, b FROM t ORDER BY id").expect("sql");
            let all = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
            let all: Vec<(usize, usize, String)> =
                all.expect("rows").collect::<rusqlite::Result<_>>().expect("rows");
            let row = |(i, row): (usize, usize)| (i + 1, row * 7, format!("row {row}"));
            let expected: Vec<_> = (0..2).chain(0..count).enumerate().map(row).collect();
            assert_eq!(all, expected);
        }
    }

    #[test]
    fn a_table_with_a_row_too_many_is_damaged() {
        let conn = Connection::open_in_memory().expect("memory");
        conn.execute_batch("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)").expect("a table");
        append(&conn, 1, 2).expect("empty before");
        let error = append(&conn, 2, 1).expect_err("two before");
        assert!(matches!(error, StoreError::Damaged(_)), "{error}");
    }
}
