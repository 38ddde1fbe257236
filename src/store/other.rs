//! For tests: another program at work on a case.

use std::path::Path;

/// A second connection, as another command or an SQLite tool would have.
#[derive(Debug)]
pub struct Other(rusqlite::Connection);

impl Other {
    fn open(path: &Path) -> Self {
        Self(rusqlite::Connection::open(path).expect("a second connection"))
    }

    fn run(&self, sql: &str) {
        self.0.execute_batch(sql).expect("sound SQL");
    }

    /// Changes the templates as nobody would who keeps to the rules.
    pub fn damages_templates(path: &Path) {
        Self::open(path).run("UPDATE template_chunk SET data = x'41303030'");
    }

    /// Begins to read, and goes on until [`Other::let_go`].
    pub fn reading(path: &Path) -> Self {
        let other = Self::open(path);
        other.run("BEGIN; SELECT count(*) FROM tag;");
        other
    }

    /// Stops reading.
    pub fn let_go(&self) {
        self.run("COMMIT");
    }

    /// Has the case refuse new rows in a table, as a full disk would, until [`Other::allow`].
    pub fn refusing(path: &Path, table: &str) -> Self {
        let other = Self::open(path);
        other.run(&format!(
            "CREATE TRIGGER refuse BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'full'); END"
        ));
        other
    }

    /// Refuses no longer.
    pub fn allow(&self) {
        self.run("DROP TRIGGER refuse");
    }
}
