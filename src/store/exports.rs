//! Journal entries of exports, which wait in a file beside the case until it is written next.
//!
//! A package carries the hash of the case it was made of, and the same case gives the same
//! package: so an export must not change the case. Its entry waits in `CASE.exports`, hashed after
//! the entry it followed, and is moved into the journal before anything else is written there.
//!
//! The file lies open beside the case. Only entries of exports are taken from it, which are as they
//! were written and follow an entry of this journal; what else stands in it stays there, and
//! [`CaseFile::verify`] names it.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::model::Time;

use super::error::{Result, StoreError};
use super::file::CaseFile;
use super::journal::{self, JournalEntry};
use super::lock::one_spelling;

/// The action of the entry of an export.
pub const EXPORT: &str = "export";

/// An entry as it waits: one line of JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    /// The hash of the entry that it follows.
    before: String,
    journal_id: u64,
    at_us: i64,
    actor: String,
    action: String,
    target: String,
    detail: String,
    hash: String,
}

impl Line {
    fn of(before: String, entry: JournalEntry) -> Self {
        let JournalEntry { id, at, actor, action, target, detail, hash } = entry;
        Self { before, journal_id: id, at_us: at.0, actor, action, target, detail, hash }
    }

    /// The entry as it would follow another one.
    fn after(&self, last: Option<(u64, String)>) -> JournalEntry {
        let Self { actor, action, target, detail, .. } = self;
        journal::next(last, [actor, action, target, detail], Time(self.at_us))
    }

    /// Whether it is the entry of an export as it was written.
    fn is_sound(&self) -> bool {
        let last = self.journal_id.checked_sub(1).map(|id| (id, self.before.clone()));
        self.action == EXPORT && self.after(last).hash == self.hash
    }

    fn is_in(&self, conn: &Connection) -> Result<bool> {
        let sql =
            "SELECT EXISTS (SELECT 1 FROM journal WHERE action = ? AND at_us = ? AND actor = ?
                   AND target = ? AND detail = ?)";
        let values = params![self.action, self.at_us, self.actor, self.target, self.detail];
        Ok(conn.prepare_cached(sql)?.query_row(values, |row| row.get(0))?)
    }
}

/// What waits beside a case.
#[derive(Debug, Default)]
pub struct Waiting {
    /// The entries that are not in the journal yet, as they will stand there, oldest first.
    pub entries: Vec<JournalEntry>,
    /// What of the file stays where it is, and why: the first such line.
    pub problem: Option<String>,
    /// Number and hash, in the file, of the last line that was taken.
    last: Option<(u64, String)>,
}

impl CaseFile {
    /// Notes an export, beside the file: the case itself stays as it is. `detail` is JSON, an
    /// object, and gets a member `export`: the how manyeth of the case it is.
    ///
    /// # Errors
    /// When the folder cannot be written to, or the case cannot be read.
    pub fn note_export(
        &self,
        at: Time,
        actor: &str,
        target: &str,
        mut detail: serde_json::Value,
    ) -> Result<()> {
        let path = beside(&self.path);
        let failed = |source| StoreError::Io { path: path.clone(), source };
        must_be_plain(&path).map_err(failed)?;
        let mut options = OpenOptions::new();
        let mut file = options.create(true).append(true).read(true).open(&path).map_err(failed)?;
        // Two exports may end at the same moment: each follows what the other wrote.
        file.lock().map_err(failed)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let waiting = sort(&self.conn, &String::from_utf8_lossy(&bytes))?;
        let sql = "SELECT count(*) FROM journal WHERE action = ?";
        let known: u64 = self.conn.query_row(sql, [EXPORT], |row| row.get(0))?;
        detail["export"] = (known + waiting.entries.len() as u64 + 1).into();
        let last = match waiting.last {
            Some(last) => Some(last),
            None => journal::last(&self.conn)?,
        };
        let before = last.as_ref().map_or_else(String::new, |(_, hash)| hash.clone());
        let entry = journal::next(last, [actor, EXPORT, target, &detail.to_string()], at);
        let line = serde_json::to_string(&Line::of(before, entry));
        let line = line.map_err(|error| failed(error.into()))?;
        // What a full disk cut short must not swallow this one.
        let ending = if bytes.is_empty() || bytes.ends_with(b"\n") { "" } else { "\n" };
        file.write_all(format!("{ending}{line}\n").as_bytes()).map_err(failed)?;
        file.sync_all().map_err(failed)
    }

    /// The exports that are not in the journal yet.
    ///
    /// # Errors
    /// When the case cannot be read.
    pub fn waiting_exports(&self) -> Result<Waiting> {
        waiting(&self.conn, &self.path)
    }
}

/// What of the file beside a case cannot be taken into its journal.
pub(super) fn check(case: &CaseFile) -> Result<Option<String>> {
    let name = beside(&case.path).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let problem = case.waiting_exports()?.problem;
    Ok(problem.map(|what| format!("{name}: {what}; it is not taken into the journal")))
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
    let path = beside(case);
    // To open a pipe would be to wait for whoever writes to it.
    let plain = must_be_plain(&path).and_then(|()| OpenOptions::new().read(true).open(&path));
    // An export that is being noted is looked at again next time.
    let Some(_held) = plain.ok().filter(|file| file.try_lock().is_ok()) else { return };
    let is_done = |waiting: Waiting| waiting.entries.is_empty() && waiting.problem.is_none();
    if waiting(conn, case).is_ok_and(is_done) {
        let _ = fs::remove_file(&path);
    }
}

/// The file, which is one for every way to the case.
fn beside(case: &Path) -> PathBuf {
    let mut name = one_spelling(case).into_os_string();
    name.push(".exports");
    PathBuf::from(name)
}

/// A link would lead to a file of somebody else, a pipe nowhere.
fn must_be_plain(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(meta) if !meta.is_file() => Err(io::Error::other("it is no plain file")),
        _ => Ok(()),
    }
}

fn waiting(conn: &Connection, case: &Path) -> Result<Waiting> {
    let path = beside(case);
    match must_be_plain(&path).and_then(|()| fs::read(&path)) {
        Ok(bytes) => sort(conn, &String::from_utf8_lossy(&bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Waiting::default()),
        // Nobody is kept from editing by what lies beside the case.
        Err(error) => Ok(Waiting { problem: Some(error.to_string()), ..Waiting::default() }),
    }
}

/// Tells the lines that are to be taken from those that the journal has, and those that stay.
fn sort(conn: &Connection, text: &str) -> Result<Waiting> {
    let mut waiting = Waiting::default();
    let mut last = journal::last(conn)?;
    let (mut follows, mut seen) = (BTreeSet::new(), BTreeSet::new());
    for (number, text) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        if text.trim().is_empty() {
            continue;
        }
        let line = match serde_json::from_str::<Line>(text) {
            Ok(line) if line.is_sound() => line,
            Ok(_) => {
                let what = format!("line {number} is no entry of an export, or was changed");
                waiting.problem.get_or_insert(what);
                continue;
            }
            Err(error) => {
                waiting.problem.get_or_insert(format!("line {number} cannot be read ({error})"));
                continue;
            }
        };
        if !seen.insert(line.hash.clone()) {
            continue;
        }
        if !follows.contains(&line.before) && !is_of(conn, &line.before)? {
            let what = format!("line {number} follows no entry of this journal");
            waiting.problem.get_or_insert(what);
            continue;
        }
        follows.insert(line.hash.clone());
        waiting.last = Some((line.journal_id, line.hash.clone()));
        if !line.is_in(conn)? {
            let entry = line.after(last);
            last = Some((entry.id, entry.hash.clone()));
            waiting.entries.push(entry);
        }
    }
    if waiting.entries.is_empty() {
        waiting.last = None;
    }
    Ok(waiting)
}

/// Whether a hash is that of an entry of the journal, or of none where it is empty.
fn is_of(conn: &Connection, hash: &str) -> Result<bool> {
    if hash.is_empty() {
        return Ok(journal::last(conn)?.is_none());
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM journal WHERE hash = ?)";
    Ok(conn.prepare_cached(sql)?.query_row([hash], |row| row.get(0))?)
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
            drop(CaseFile::create(&case.path()).expect("a case"));
            case.edit("made");
            case
        }

        fn path(&self) -> PathBuf {
            self.folder.path().join("c.stillwatch")
        }

        fn exports(&self) -> PathBuf {
            beside(&self.path())
        }

        fn open(&self, mode: Mode) -> CaseFile {
            CaseFile::open(&self.path(), mode).expect("a case")
        }

        fn export(&self, to: &str) {
            let file = self.open(Mode::ReadOnly);
            file.note_export(Time(5), "Ann", to, serde_json::json!({})).expect("noted");
        }

        fn edit(&self, what: &str) {
            let edit = |tx: &crate::store::Tx<'_>| {
                tx.append_journal(Time(9), "Bob", "edit", what, "[]").map(drop)
            };
            let mut file = self.open(Mode::ReadWrite);
            file.transaction::<_, StoreError>(edit).expect("written");
        }

        fn targets(&self) -> Vec<String> {
            let journal = self.open(Mode::ReadOnly).journal().expect("a journal");
            assert_eq!(check_journal(&journal), None);
            journal.into_iter().map(|entry| entry.target).collect()
        }

        fn problems(&self) -> Vec<String> {
            let checks = self.open(Mode::ReadOnly).verify(&crate::job::Progress::default());
            checks.expect("checks").into_iter().filter_map(|check| check.problem).collect()
        }
    }

    #[test]
    fn an_export_leaves_the_case_as_it_is_and_stands_in_the_journal_before_the_next_edit() {
        let case = Case::new();
        let before = fs::read(case.path()).expect("bytes");
        case.export("/a");
        case.export("/a");
        assert_eq!(fs::read(case.path()).expect("bytes"), before);
        let waiting = case.open(Mode::ReadOnly).waiting_exports().expect("what waits").entries;
        assert_eq!(waiting.len(), 2, "each export, however alike");
        let whole = [case.open(Mode::ReadOnly).journal().expect("a journal"), waiting.clone()];
        assert_eq!(check_journal(&whole.concat()), None, "they are a chain");
        assert_eq!(case.problems(), [""; 0]);

        case.edit("b");
        assert_eq!(case.targets(), ["made", "/a", "/a", "b"]);
        let journal = case.open(Mode::ReadOnly).journal().expect("a journal");
        assert_eq!(journal[1..3], waiting[..], "word for word");
        assert!(!case.exports().exists(), "nothing waits any more");
        case.export("/a");
        case.edit("c");
        assert_eq!(case.targets(), ["made", "/a", "/a", "b", "/a", "c"]);
    }

    #[test]
    fn what_the_journal_has_is_not_taken_up_again() {
        let case = Case::new();
        case.export("/a");
        let kept = fs::read(case.exports()).expect("a line");
        case.edit("b");
        // As after a crash between the transaction and the removal.
        fs::write(case.exports(), kept).expect("written");
        case.export("/b");
        case.edit("c");
        case.edit("d");
        assert_eq!(case.targets(), ["made", "/a", "b", "/b", "c", "d"]);
        assert!(!case.exports().exists());
    }

    #[test]
    fn an_export_that_ended_while_an_edit_was_written_follows_it_once() {
        let case = Case::new();
        let reader = case.open(Mode::ReadOnly);
        reader.conn.execute_batch("BEGIN").expect("a snapshot");
        reader.journal_hash().expect("read");
        let copy = tempfile_copy(&case);
        drop(reader);
        case.edit("b");
        // Noted by whoever still saw the case from before the edit.
        let old = CaseFile::open(&copy, Mode::ReadOnly).expect("a copy");
        old.note_export(Time(5), "Ann", "/a", serde_json::json!({})).expect("noted");
        fs::rename(beside(&copy), case.exports()).expect("moved");
        assert_eq!(case.problems(), [""; 0], "it follows an entry of this journal");
        case.edit("c");
        case.edit("d");
        assert_eq!(case.targets(), ["made", "b", "/a", "c", "d"]);
        assert!(!case.exports().exists());
    }

    fn tempfile_copy(case: &Case) -> PathBuf {
        let copy = case.folder.path().join("copy.stillwatch");
        fs::copy(case.path(), &copy).expect("copied");
        copy
    }

    #[test]
    fn exports_of_another_case_are_named_and_never_taken() {
        let case = Case::new();
        let copy = fs::read(case.path()).expect("bytes");
        case.edit("b");
        case.export("/a");
        fs::write(case.path(), copy).expect("put back");
        assert!(case.problems()[0].contains("line 1 follows no entry"), "{:?}", case.problems());
        case.edit("c");
        case.export("/b");
        case.edit("d");
        assert_eq!(case.targets(), ["made", "c", "/b", "d"]);
        assert!(case.exports().exists(), "kept for whoever looks into it");
    }

    #[test]
    fn lines_that_were_changed_are_named_and_take_nothing_with_them() {
        let case = Case::new();
        case.export("/a");
        case.export("/b");
        let text = fs::read_to_string(case.exports()).expect("text");
        let (first, second) = text.split_once('\n').expect("two lines");
        let named = |text: String, what: &str| {
            fs::write(case.exports(), text).expect("written");
            let problems = case.problems();
            assert!(problems.iter().any(|problem| problem.contains(what)), "{what}: {problems:?}");
        };
        named(text.replace("\"/a\"", "\"/x\""), "line 1 is no entry of an export");
        named(text.replacen("\"export\"", "\"import\"", 1), "line 1 is no entry of an export");
        named(second.to_owned(), "line 1 follows no entry");
        named(format!("{second}{first}\n"), "line 1 follows no entry");
        named(text[..text.len() - 9].to_owned(), "line 2 cannot be read");
        case.export("/c");
        fs::write(case.exports(), format!("\u{feff}\n{first}\n{first}\n")).expect("written");
        assert_eq!(case.problems(), [""; 0], "an empty line and a line twice are harmless");
        case.edit("d");
        assert_eq!(case.targets(), ["made", "/a", "d"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_or_a_folder_in_its_place_is_left_alone_and_keeps_nobody_from_editing() {
        let case = Case::new();
        let victim = case.folder.path().join("victim");
        fs::write(&victim, "precious").expect("written");
        std::os::unix::fs::symlink(&victim, case.exports()).expect("a link");
        let file = case.open(Mode::ReadOnly);
        let noted = file.note_export(Time(5), "Ann", "/a", serde_json::json!({}));
        assert!(noted.is_err_and(|error| error.to_string().contains("no plain file")));
        assert_eq!(fs::read_to_string(&victim).expect("text"), "precious");
        drop(file);
        case.edit("b");
        assert!(case.problems()[0].contains("no plain file"));
        fs::remove_file(case.exports()).expect("removed");
        let made = std::process::Command::new("mkfifo").arg(case.exports()).status();
        case.edit("a pipe waits for nobody");
        if made.is_ok_and(|status| status.success()) {
            fs::remove_file(case.exports()).expect("removed");
        }
        fs::create_dir(case.exports()).expect("a folder");
        case.edit("c");
        assert_eq!(case.targets(), ["made", "b", "a pipe waits for nobody", "c"]);
    }

    #[cfg(unix)]
    #[test]
    fn every_way_to_a_case_meets_the_same_exports() {
        let case = Case::new();
        let link = case.folder.path().join("link.stillwatch");
        std::os::unix::fs::symlink(case.path(), &link).expect("a link");
        let file = CaseFile::open(&link, Mode::ReadOnly).expect("a case");
        file.note_export(Time(5), "Ann", "/a", serde_json::json!({})).expect("noted");
        drop(file);
        case.edit("b");
        assert_eq!(case.targets(), ["made", "/a", "b"]);
    }
}
