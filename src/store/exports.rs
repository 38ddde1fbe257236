//! Journal entries of exports, which wait in a file beside the case until it is written next.
//!
//! A package carries the hash of the case it was made of, and the same case gives the same
//! package: so an export must not change the case. Its entry continues the chain of the journal
//! all the same, stands in `CASE.exports`, and is moved into the journal, as it is, before
//! anything else is written there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension as _};
use serde::{Deserialize, Serialize};

use crate::model::Time;

use super::error::{Result, StoreError};
use super::file::CaseFile;
use super::journal::{self, JournalEntry};

/// The action of the entry of an export.
pub const EXPORT: &str = "export";

/// An entry as it waits: one line of JSON.
#[derive(Serialize, Deserialize)]
struct Line {
    journal_id: u64,
    at_us: i64,
    actor: String,
    action: String,
    target: String,
    detail: String,
    hash: String,
}

impl From<&JournalEntry> for Line {
    fn from(entry: &JournalEntry) -> Self {
        let JournalEntry { id, at, actor, action, target, detail, hash } = entry.clone();
        Self { journal_id: id, at_us: at.0, actor, action, target, detail, hash }
    }
}

impl From<Line> for JournalEntry {
    fn from(line: Line) -> Self {
        let Line { journal_id, at_us, actor, action, target, detail, hash } = line;
        Self { id: journal_id, at: Time(at_us), actor, action, target, detail, hash }
    }
}

/// What waits beside a case.
#[derive(Debug, Default)]
pub struct Waiting {
    /// The entries that are not in the journal yet, oldest first.
    pub entries: Vec<JournalEntry>,
    /// The line that cannot be read, and why; lines after it are not looked at.
    pub problem: Option<String>,
}

impl CaseFile {
    /// Notes an export, beside the file: the case itself stays as it is.
    ///
    /// # Errors
    /// When the folder cannot be written to, or the case cannot be read.
    pub fn note_export(&self, at: Time, actor: &str, target: &str, detail: &str) -> Result<()> {
        let path = beside(&self.path);
        let failed = |source| StoreError::Io { path: path.clone(), source };
        let mut options = OpenOptions::new();
        let mut file = options.create(true).append(true).read(true).open(&path).map_err(failed)?;
        // Two exports may end at the same moment: each continues what the other wrote.
        file.lock().map_err(failed)?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(failed)?;
        let waiting = unknown(&self.conn, read(&text))?;
        let last = match waiting.entries.last() {
            Some(entry) => Some((entry.id, entry.hash.clone())),
            None => journal::last(&self.conn)?,
        };
        let entry = journal::next(last, [actor, EXPORT, target, detail], at);
        let line = serde_json::to_string(&Line::from(&entry));
        let line = line.map_err(|error| failed(error.into()))?;
        // What a full disk cut short must not swallow this one.
        let ending = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        file.write_all(format!("{ending}{line}\n").as_bytes()).map_err(failed)?;
        file.sync_all().map_err(failed)
    }

    /// The exports that are not in the journal yet.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn waiting_exports(&self) -> Result<Waiting> {
        waiting(&self.conn, &self.path)
    }
}

/// Whether what waits continues the journal; what is wrong with it.
pub(super) fn check(case: &CaseFile, journal: &[JournalEntry]) -> Result<Option<String>> {
    let Waiting { entries, problem } = case.waiting_exports()?;
    let mut before = journal.last().map(|entry| (entry.id, entry.hash.clone()));
    for entry in &entries {
        let JournalEntry { actor, action, target, detail, .. } = entry;
        if journal::next(before, [actor, action, target, detail], entry.at) != *entry {
            let name = beside(&case.path);
            let name = name.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let what = format!("entry {} of {name} was changed, or one before it", entry.id);
            return Ok(Some(what));
        }
        before = Some((entry.id, entry.hash.clone()));
    }
    Ok(problem)
}

/// Moves what waits into the journal, within a transaction.
pub(super) fn take_up(conn: &Connection, case: &Path) -> Result<()> {
    for entry in waiting(conn, case)?.entries {
        let JournalEntry { at, actor, action, target, detail, .. } = entry;
        journal::append(conn, at, &actor, &action, &target, &detail)?;
    }
    Ok(())
}

/// Removes the file beside the case, where all of it is in the journal for good.
pub(super) fn tidy(conn: &Connection, case: &Path) {
    let is_done = |waiting: Waiting| waiting.entries.is_empty() && waiting.problem.is_none();
    if beside(case).exists() && waiting(conn, case).is_ok_and(is_done) {
        // What stays is looked at again next time.
        let _ = fs::remove_file(beside(case));
    }
}

fn beside(case: &Path) -> PathBuf {
    let mut name = case.to_owned().into_os_string();
    name.push(".exports");
    PathBuf::from(name)
}

fn waiting(conn: &Connection, case: &Path) -> Result<Waiting> {
    let path = beside(case);
    let mut bytes = Vec::new();
    match File::open(&path).and_then(|mut file| file.read_to_end(&mut bytes)) {
        Ok(_) => unknown(conn, read(&String::from_utf8_lossy(&bytes))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Waiting::default()),
        Err(source) => Err(StoreError::Io { path, source }),
    }
}

fn read(text: &str) -> Waiting {
    let mut waiting = Waiting::default();
    for (number, line) in (1..).zip(text.lines()) {
        match serde_json::from_str::<Line>(line) {
            Ok(line) => waiting.entries.push(line.into()),
            Err(error) => {
                waiting.problem = Some(format!("line {number} of the exports: {error}"));
                break;
            }
        }
    }
    waiting
}

/// Without those that the journal has.
fn unknown(conn: &Connection, mut waiting: Waiting) -> Result<Waiting> {
    let mut statement = conn.prepare_cached("SELECT 1 FROM journal WHERE hash = ?")?;
    let mut unknown = Vec::new();
    for entry in waiting.entries {
        if statement.query_row([&entry.hash], |_| Ok(())).optional()?.is_none() {
            unknown.push(entry);
        }
    }
    waiting.entries = unknown;
    Ok(waiting)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Mode, check_journal};

    struct Case {
        folder: tempfile::TempDir,
    }

    impl Case {
        fn new() -> Self {
            let case = Self { folder: tempfile::tempdir().expect("a folder") };
            CaseFile::create(&case.path()).expect("a case");
            case
        }

        fn path(&self) -> PathBuf {
            self.folder.path().join("c.stillwatch")
        }

        fn open(&self, mode: Mode) -> CaseFile {
            CaseFile::open(&self.path(), mode).expect("a case")
        }

        fn export(&self, to: &str) {
            self.open(Mode::ReadOnly).note_export(Time(5), "Ann", to, "{}").expect("noted");
        }

        fn edit(&self) -> CaseFile {
            let mut file = self.open(Mode::ReadWrite);
            let edit = |tx: &crate::store::Tx<'_>| {
                tx.append_journal(Time(9), "Bob", "edit", "nothing", "[]").map(drop)
            };
            file.transaction::<_, StoreError>(edit).expect("written");
            file
        }

        fn problems(&self) -> Vec<String> {
            let checks = self.open(Mode::ReadOnly).verify(&crate::job::Progress::default());
            checks.expect("checks").into_iter().filter_map(|check| check.problem).collect()
        }
    }

    fn targets(journal: &[JournalEntry]) -> Vec<&str> {
        journal.iter().map(|entry| entry.target.as_str()).collect()
    }

    #[test]
    fn an_export_leaves_the_case_as_it_is_and_stands_in_the_journal_before_the_next_edit() {
        let case = Case::new();
        let before = fs::read(case.path()).expect("bytes");
        case.export("/a");
        case.export("/b");
        assert_eq!(fs::read(case.path()).expect("bytes"), before);
        let waiting = case.open(Mode::ReadOnly).waiting_exports().expect("what waits");
        assert_eq!(targets(&waiting.entries), ["/a", "/b"]);
        assert_eq!(check_journal(&waiting.entries), None, "they are a chain");
        assert!(case.problems().is_empty());

        let file = case.edit();
        let journal = file.journal().expect("a journal");
        assert_eq!(targets(&journal), ["/a", "/b", "nothing"]);
        assert_eq!(journal[..2], waiting.entries[..], "word for word");
        assert_eq!(check_journal(&journal), None);
        assert!(!beside(&case.path()).exists(), "nothing waits any more");
    }

    #[test]
    fn what_the_journal_has_is_not_taken_up_again() {
        let case = Case::new();
        case.export("/a");
        let kept = fs::read(beside(&case.path())).expect("a line");
        drop(case.edit());
        // As after a crash between the transaction and the removal.
        fs::write(beside(&case.path()), kept).expect("written");
        assert!(case.open(Mode::ReadOnly).waiting_exports().expect("none").entries.is_empty());
        case.export("/b");
        let journal = case.edit().journal().expect("a journal");
        assert_eq!(targets(&journal), ["/a", "nothing", "/b", "nothing"]);
        assert_eq!(check_journal(&journal), None);
    }

    #[test]
    fn an_export_of_an_older_copy_of_the_case_is_kept_with_a_place_in_its_chain() {
        let case = Case::new();
        let copy = fs::read(case.path()).expect("bytes");
        drop(case.edit());
        case.export("/a");
        fs::write(case.path(), copy).expect("put back");
        assert_eq!(case.problems().len(), 1, "the chain is of another case");
        let journal = case.edit().journal().expect("a journal");
        assert_eq!(targets(&journal), ["/a", "nothing"]);
        assert_eq!(check_journal(&journal), None);
    }

    #[test]
    fn what_was_changed_or_cut_short_is_named_and_takes_nothing_with_it() {
        let case = Case::new();
        case.export("/a");
        case.export("/b");
        let file = beside(&case.path());
        let text = fs::read_to_string(&file).expect("text");
        fs::write(&file, text.replace("\"/a\"", "\"/x\"")).expect("written");
        let problems = case.problems();
        assert!(problems[0].contains("entry 1 of c.stillwatch.exports"), "{problems:?}");

        fs::write(&file, &text[..text.len() - 9]).expect("cut short");
        let problems = case.problems();
        assert!(problems[0].contains("line 2"), "{problems:?}");
        case.export("/c");
        drop(case.edit());
        let left = fs::read_to_string(&file).expect("kept for whoever looks into it");
        assert!(left.contains("/b") && left.contains("/c"));
    }
}
