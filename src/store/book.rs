//! The case book in the file.

use std::collections::BTreeMap;

use rusqlite::params;

use super::edit::Tx;
use super::error::{Result, StoreError};
use super::file::CaseFile;
use crate::model::Time;
use crate::model::book::{Book, Entry, Item};

impl CaseFile {
    /// The case book as it stands, by id.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn book(&self) -> Result<Book> {
        let all = self.all_of_book()?.into_values();
        Ok(all.filter(|(_, removed)| !removed).map(|(entry, _)| entry).collect())
    }

    /// Every entry there ever was, as it stood last: id → entry, whether it was taken out.
    pub(super) fn all_of_book(&self) -> Result<BTreeMap<u64, (Entry, bool)>> {
        let sql = "SELECT book_id, kind, item, at_us, actor, removed FROM book";
        let mut statement = self.conn.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut all = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let (id, kind, item): (u64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let damaged = |why: String| {
                StoreError::Damaged(format!("entry {id} of the case book cannot be read: {why}"))
            };
            let item: Item = serde_json::from_str(&item).map_err(|e| damaged(e.to_string()))?;
            if item.kind() != kind {
                return Err(damaged(format!("it says it is {kind:?}")));
            }
            let entry = Entry { id, item, at: Time(row.get(3)?), actor: row.get(4)? };
            all.insert(id, (entry, row.get(5)?));
        }
        Ok(all)
    }

    /// The first id that no entry of the case book ever had.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn next_book_id(&self) -> Result<u64> {
        let sql = "SELECT ifnull(max(book_id), 0) + 1 FROM book";
        Ok(self.conn.query_row(sql, [], |row| row.get(0))?)
    }
}

impl Tx<'_> {
    /// Writes an entry of the case book, in place of the one with its id.
    #[allow(clippy::missing_errors_doc, reason = "see set_verdict")]
    pub fn put_book(&self, Entry { id, item, at, actor }: &Entry) -> Result<()> {
        let json = serde_json::to_string(item).expect("strings and numbers have a JSON form");
        self.run(
            "INSERT OR REPLACE INTO book VALUES (?,?,?,?,?,0)",
            params![id, item.kind(), json, at.0, actor],
        )
    }

    /// Takes an entry out; what it said stays in the file, and its id is not given again.
    #[allow(clippy::missing_errors_doc, reason = "see set_verdict")]
    pub fn remove_book(&self, id: u64) -> Result<()> {
        self.run("UPDATE book SET removed = 1 WHERE book_id = ?", [id])
    }
}
