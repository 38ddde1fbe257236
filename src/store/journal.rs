//! The record of what was done: append-only, each entry holding the hash of the one before.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use sha2::{Digest, Sha256};

use crate::model::{SourceInfo, Time};

use super::error::Result;
use super::file::CaseFile;
use super::hex;

/// One entry of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntry {
    /// 1, 2, 3…
    pub id: u64,
    /// When.
    pub at: Time,
    /// Who.
    pub actor: String,
    /// What: `edit`, `undo`, `import`…
    pub action: String,
    /// To what.
    pub target: String,
    /// The particulars, JSON.
    pub detail: String,
    /// SHA-256 over the hash of the entry before and all fields above, lower-case hex.
    pub hash: String,
}

impl JournalEntry {
    /// The hash this entry must have after an entry with the hash `before` (empty for the first):
    /// SHA-256 over `LENGTH:BYTES,` of `before`, id, time in µs, actor, action, target, detail.
    ///
    /// The lengths make it impossible to move text from one field to the next.
    pub fn hash_after(&self, before: &str) -> String {
        let (id, at) = (self.id.to_string(), self.at.0.to_string());
        let mut hasher = Sha256::new();
        for field in [before, &id, &at, &self.actor, &self.action, &self.target, &self.detail] {
            hasher.update(format!("{}:", field.len()));
            hasher.update(field);
            hasher.update(",");
        }
        hex(&hasher.finalize())
    }
}

/// Where a journal does not hold together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalBreak {
    /// The first entry that is not what its predecessor and its hash say.
    pub id: u64,
    /// What is wrong with it.
    pub what: String,
}

/// Checks the chain of a journal, oldest entry first; the first break, if any.
pub fn check_journal<'e>(
    entries: impl IntoIterator<Item = &'e JournalEntry>,
) -> Option<JournalBreak> {
    let mut before = String::new();
    for (expected, entry) in (1..).zip(entries) {
        if entry.id != expected {
            let what = format!("entry {expected} is missing");
            return Some(JournalBreak { id: entry.id, what });
        }
        if entry.hash_after(&before) != entry.hash {
            let what = format!("entry {expected} was changed, or one before it");
            return Some(JournalBreak { id: entry.id, what });
        }
        before.clone_from(&entry.hash);
    }
    None
}

impl CaseFile {
    /// The hash of the newest entry; empty without any.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn journal_hash(&self) -> Result<String> {
        Ok(last(&self.conn)?.map(|(_, hash)| hash).unwrap_or_default())
    }

    /// The journal, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn journal(&self) -> Result<Vec<JournalEntry>> {
        let mut statement = self.conn.prepare(
            "SELECT journal_id, at_us, actor, action, target, detail, hash
             FROM journal ORDER BY journal_id",
        )?;
        let entries = statement.query_map([], read)?;
        Ok(entries.collect::<rusqlite::Result<_>>()?)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<JournalEntry> {
    Ok(JournalEntry {
        id: row.get(0)?,
        at: Time(row.get(1)?),
        actor: row.get(2)?,
        action: row.get(3)?,
        target: row.get(4)?,
        detail: row.get(5)?,
        hash: row.get(6)?,
    })
}

pub(super) fn append(
    conn: &Connection,
    at: Time,
    actor: &str,
    action: &str,
    target: &str,
    detail: &str,
) -> Result<JournalEntry> {
    let entry = next(last(conn)?, [actor, action, target, detail], at);
    conn.prepare_cached("INSERT INTO journal VALUES (?,?,?,?,?,?,?)")?.execute(params![
        entry.id,
        entry.at.0,
        entry.actor,
        entry.action,
        entry.target,
        entry.detail,
        entry.hash
    ])?;
    Ok(entry)
}

/// Number and hash of the newest entry.
pub(super) fn last(conn: &Connection) -> Result<Option<(u64, String)>> {
    let sql = "SELECT journal_id, hash FROM journal ORDER BY journal_id DESC LIMIT 1";
    Ok(conn.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// The entry that follows one of this number and hash.
pub(super) fn next(
    last: Option<(u64, String)>,
    [actor, action, target, detail]: [&str; 4],
    at: Time,
) -> JournalEntry {
    let (last_id, before) = last.unwrap_or_default();
    let mut entry = JournalEntry {
        id: last_id + 1,
        at,
        actor: actor.to_owned(),
        action: action.to_owned(),
        target: target.to_owned(),
        detail: detail.to_owned(),
        hash: String::new(),
    };
    entry.hash = entry.hash_after(&before);
    entry
}

/// The action of the entry that every source has.
pub(super) const IMPORT: &str = "import";

/// Appends the entry of a source that was imported. It repeats the seal, which covers all that
/// the case says of the source.
pub(super) fn append_import(
    conn: &Connection,
    actor: &str,
    info: &SourceInfo,
    seal: &str,
) -> Result<JournalEntry> {
    let detail = serde_json::json!({
        "source": info.id, "sha256": info.sha256, "format": info.format, "rows": info.rows,
        "rejects": info.rejects, "problem": info.problem, "seal": seal,
    });
    append(conn, info.imported_at, actor, IMPORT, &info.path, &detail.to_string())
}
