//! A table of the window written as it is shown: the rows as CSV, and beside them what they are:
//! filter, order, columns, how many of how many, the case they are of.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::ReportError;
use super::csv::Table;
use super::hash::{hash_file, hex};
use super::manifest::CaseEntry;
use crate::job::Progress;

/// What is said of a table beside its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AboutTable {
    /// `stillwatch`, and its version.
    pub tool: String,
    /// When it was written.
    pub generated_at: String,
    /// Who wrote it.
    pub prepared_by: String,
    /// What a row is: `exchanges`, `accounts`.
    pub rows_are: String,
    /// The filter as text; empty for everything.
    pub filter: String,
    /// The same as a sentence.
    pub sentence: String,
    /// What was selected, as text; empty for nothing.
    pub selection: String,
    /// How rows are ordered.
    pub order: String,
    /// The zone of all times in the file.
    pub time_zone: String,
    /// The columns, as in the header.
    pub columns: Vec<String>,
    /// Rows in the file.
    pub rows: u64,
    /// Rows there are without filter and selection.
    pub of: u64,
    /// The case.
    pub case: CaseEntry,
    /// Size of the CSV file, bytes.
    pub csv_bytes: u64,
    /// SHA-256 of the CSV file.
    pub csv_sha256: String,
}

/// What is said of a table takes no more than this, bytes.
const LARGEST_SIDE: u64 = 16 << 20;

/// Writes rows one after the other.
pub type WriteRows =
    dyn Fn(&mut Table<&mut dyn Write>, &Progress) -> Result<(), ReportError> + Send + Sync;

/// Where what is said of a table stands: beside it.
pub fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".json");
    name.into()
}

/// Writes the table to `path` and what it is beside it, as `path.json`. Row by row; nothing is
/// capped. A table that was written like this before is replaced, anything else is left alone.
/// Either both files are there in the end, whole, or what was there before is, also where
/// only one of them can be put in its place.
///
/// `about` comes without what is only known in the end: rows, sizes and hashes.
///
/// # Errors
/// When a file cannot be written or the case not be read, when the rows are others than `about`
/// promises, and when cancelled.
pub fn write_shown(
    path: &Path,
    case: &Path,
    about: AboutTable,
    rows: &WriteRows,
    progress: &Progress,
) -> Result<AboutTable, ReportError> {
    let mut about = about;
    let promised = about.rows;
    leave_alone(path, progress)?;
    progress.set_phase("hashing the case", case.metadata().map_or(0, |m| m.len()));
    let (bytes, sha256) = hash_file(case, progress)?;
    let file = case.file_name().map(|name| name.to_string_lossy().into_owned());
    about.case = CaseEntry { file: file.unwrap_or_default(), bytes, sha256 };
    let scratch = || NamedTempFile::new_in(folder_of(path));
    let io = || ReportError::io("write", path);
    progress.set_phase("writing rows", promised);
    let mut file = scratch().map_err(io())?;
    let written = write_csv(file.as_file_mut(), &about.columns, rows, progress);
    let (written, bytes, sha256) = written.map_err(|e| at_path(e, path))?;
    progress.check()?;
    if written != promised {
        return Err(ReportError::Changed);
    }
    (about.csv_bytes, about.csv_sha256) = (bytes, sha256);
    let mut side = scratch().map_err(io())?;
    let text = serde_json::to_vec_pretty(&about).map_err(|e| ReportError::Case(e.to_string()))?;
    side.write_all(&text).and_then(|()| side.write_all(b"\n")).map_err(io())?;
    put_both(file, side, path).map_err(io())?;
    Ok(about)
}

/// Refuses to replace what is no table written by [`write_shown`]: a case, a log, a folder, a
/// device, a table that somebody has changed since.
fn leave_alone(path: &Path, progress: &Progress) -> Result<(), ReportError> {
    let side = beside(path);
    let is_there = |path: &Path| fs::symlink_metadata(path).is_ok();
    if !is_there(path) && !is_there(&side) {
        return Ok(());
    }
    let in_the_way = || match is_there(path) {
        true => ReportError::InTheWay(path.to_owned()),
        false => ReportError::InTheWay(side.clone()),
    };
    let is_file = |path: &Path| fs::symlink_metadata(path).is_ok_and(|m| m.is_file());
    let size = fs::metadata(&side).map_or(u64::MAX, |m| m.len());
    if !is_file(path) || !is_file(&side) || size > LARGEST_SIDE {
        return Err(in_the_way());
    }
    let read = fs::read(&side).ok().and_then(|text| serde_json::from_slice(&text).ok());
    let about: serde_json::Value = read.ok_or_else(in_the_way)?;
    progress.set_phase("checking the table that is there", path.metadata().map_or(0, |m| m.len()));
    let (_, sha256) = hash_file(path, progress)?;
    match about["csv_sha256"].as_str() == Some(&sha256) {
        true => Ok(()),
        false => Err(in_the_way()),
    }
}

/// Puts the table and what it is in their places. Where the second cannot be, the table that was
/// there is put back.
fn put_both(file: NamedTempFile, side: NamedTempFile, path: &Path) -> io::Result<()> {
    let folder = folder_of(path);
    let before = match path.is_file() {
        true => Some(tempfile::Builder::new().make_in(folder, |aside| fs::rename(path, aside))?),
        false => None,
    };
    let put = file
        .persist(path)
        .and_then(|_| side.persist(beside(path)).inspect_err(|_| drop(fs::remove_file(path))));
    match (put, before) {
        (Ok(_), _) => Ok(()),
        (Err(failed), Some(before)) => {
            before.into_temp_path().persist(path)?;
            Err(failed.error)
        }
        (Err(failed), None) => Err(failed.error),
    }
}

/// The folder that a file is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes the rows; how many, and size and hash of what was written.
fn write_csv(
    out: &mut File,
    columns: &[String],
    rows: &WriteRows,
    progress: &Progress,
) -> Result<(u64, u64, String), ReportError> {
    let io = |source| ReportError::Io { doing: "write", path: PathBuf::new(), source };
    let mut out = Hashing { out: BufWriter::new(out), hasher: Sha256::new(), bytes: 0 };
    let header: Vec<&str> = columns.iter().map(String::as_str).collect();
    let through: &mut dyn Write = &mut out;
    let mut table = Table::new(through, &header).map_err(io)?;
    rows(&mut table, progress)?;
    let count = table.finish().map_err(io)?;
    out.flush().map_err(io)?;
    Ok((count, out.bytes, hex(&out.hasher.finalize())))
}

/// The error with the file that it is of: rows do not know where they go.
fn at_path(error: ReportError, path: &Path) -> ReportError {
    match error {
        ReportError::Io { doing, source, .. } => {
            ReportError::Io { doing, path: path.to_owned(), source }
        }
        other => other,
    }
}

/// Counts and hashes what passes through.
struct Hashing<W: Write> {
    out: W,
    hasher: Sha256,
    bytes: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.out.write(bytes)?;
        self.hasher.update(&bytes[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::hash::sha256_hex;
    use super::*;

    fn about(rows: u64) -> AboutTable {
        let columns = vec!["account_id".to_owned(), "events".to_owned()];
        AboutTable { rows, of: 9, columns, time_zone: "UTC".into(), ..AboutTable::default() }
    }

    fn two(table: &mut Table<&mut dyn Write>, _: &Progress) -> Result<(), ReportError> {
        let io = |e| ReportError::Io { doing: "write", path: "x".into(), source: e };
        for (id, n) in [("=ac1", 3), ("ac2", 1)] {
            table.text(id).map_err(io)?;
            table.ours(n).map_err(io)?;
            table.end_row().map_err(io)?;
        }
        Ok(())
    }

    #[test]
    fn the_table_and_what_it_is_stand_side_by_side_and_agree() {
        let dir = tempfile::tempdir().unwrap();
        let (case, path) = (dir.path().join("c.stillwatch"), dir.path().join("t.csv"));
        fs::write(&case, b"a case").unwrap();
        let done = write_shown(&path, &case, about(2), &two, &Progress::default()).unwrap();
        let csv = fs::read(&path).unwrap();
        assert_eq!(csv, b"account_id,events\r\n'=ac1,3\r\nac2,1\r\n");
        assert_eq!((done.csv_bytes, &done.csv_sha256), (csv.len() as u64, &sha256_hex(&csv)));
        assert_eq!(done.case.sha256, sha256_hex(b"a case"));
        let side: serde_json::Value =
            serde_json::from_slice(&fs::read(beside(&path)).unwrap()).unwrap();
        assert_eq!((side["rows"].as_u64(), side["of"].as_u64()), (Some(2), Some(9)));
    }

    #[test]
    fn a_table_written_before_is_replaced_and_nothing_else_ever_is() {
        let dir = tempfile::tempdir().unwrap();
        let (case, path) = (dir.path().join("c.stillwatch"), dir.path().join("t.csv"));
        fs::write(&case, b"a case").unwrap();
        let write = |path: &Path| write_shown(path, &case, about(2), &two, &Progress::default());
        let refused = |path: &Path| matches!(write(path), Err(ReportError::InTheWay(_)));
        write(&path).unwrap();
        write(&path).expect("its own table is replaced");
        assert!(refused(&case), "the case itself");
        assert_eq!(fs::read(&case).unwrap(), b"a case");
        let log = dir.path().join("log.jsonl");
        fs::write(&log, b"{}").unwrap();
        assert!(refused(&log), "a log");
        let beside_foreign = dir.path().join("u.csv");
        fs::write(beside(&beside_foreign), b"{\"mine\":1}").unwrap();
        assert!(refused(&beside_foreign), "what would stand beside it is somebody's");
        fs::write(&path, b"edited").unwrap();
        assert!(refused(&path), "a table that was changed since");
        assert!(refused(dir.path()), "a folder");
        assert_eq!(fs::read(&path).unwrap(), b"edited");
    }

    #[test]
    fn what_cannot_be_written_whole_leaves_what_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let (case, path) = (dir.path().join("c.stillwatch"), dir.path().join("t.csv"));
        fs::write(&case, b"a case").unwrap();
        write_shown(&path, &case, about(2), &two, &Progress::default()).unwrap();
        let before = fs::read(&path).unwrap();
        let other = write_shown(&path, &case, about(3), &two, &Progress::default());
        assert!(matches!(other, Err(ReportError::Changed)));
        let cancelled = Progress::default();
        cancelled.cancel();
        let stopped = write_shown(&path, &case, about(2), &two, &cancelled);
        assert!(matches!(stopped, Err(ReportError::Cancelled(_))), "{stopped:?}");
        assert_eq!(fs::read(&path).unwrap(), before);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 3);
    }

    #[test]
    fn where_only_the_table_could_be_put_in_place_the_one_before_is_put_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("t.csv");
        fs::create_dir(beside(&path)).unwrap();
        let scratch = || NamedTempFile::new_in(dir.path()).unwrap();
        put_both(scratch(), scratch(), &path).expect_err("a folder is in the way");
        assert!(!path.exists(), "nothing was there before");
        fs::write(&path, b"before").unwrap();
        put_both(scratch(), scratch(), &path).expect_err("a folder is in the way");
        assert_eq!(fs::read(&path).unwrap(), b"before");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    }
}
