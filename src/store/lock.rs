//! One writer at a time: a lock on a file beside the case, which also says "open elsewhere"
//! before SQLite would say "database is locked" in the middle of an edit.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::error::{Result, StoreError};

/// Held while a case is open for writing; the file goes when the lock goes.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    // Held open: closing it is what releases the lock.
    file: File,
}

impl Lock {
    /// Takes the lock of the case at `case`, which need not be there yet.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when somebody else holds it; [`StoreError::Linked`] when the file
    /// has several names; [`StoreError::CannotWrite`] when the folder does not let us write.
    pub(super) fn take(case: &Path) -> Result<Self> {
        refuse_linked(case)?;
        let mut name = one_spelling(case).into_os_string();
        name.push(".lock");
        let path = PathBuf::from(name);
        // The holder before us may remove the file between our opening and our locking it; then
        // we hold a lock on a file nobody else can see and must try again.
        for _ in 0..16 {
            let file = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&path)
                .map_err(|source| StoreError::CannotWrite { path: case.to_owned(), source })?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(StoreError::Locked(case.to_owned())),
                Err(TryLockError::Error(source)) => {
                    return Err(StoreError::Io { path: path.clone(), source });
                }
            }
            if still_there(&path, &file) {
                return Ok(Self { path, file });
            }
        }
        Err(StoreError::Locked(case.to_owned()))
    }
}

/// The path without links and detours, so that every way to a case meets the same lock.
pub(super) fn one_spelling(case: &Path) -> PathBuf {
    let (folder, name) = match (case.parent(), case.file_name()) {
        (Some(folder), Some(name)) if folder.as_os_str().is_empty() => (Path::new("."), name),
        (Some(folder), Some(name)) => (folder, name),
        _ => return case.to_owned(),
    };
    fs::canonicalize(case)
        .or_else(|_| fs::canonicalize(folder).map(|folder| folder.join(name)))
        .unwrap_or_else(|_| case.to_owned())
}

/// Two names of one file are two locks, and two journals of which a crash leaves but one.
#[cfg(unix)]
fn refuse_linked(case: &Path) -> Result<()> {
    use std::os::unix::fs::MetadataExt;
    match fs::metadata(case) {
        Ok(meta) if meta.is_file() && meta.nlink() > 1 => Err(StoreError::Linked(case.to_owned())),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn refuse_linked(_: &Path) -> Result<()> {
    Ok(())
}

#[cfg(unix)]
fn still_there(path: &Path, file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (fs::metadata(path), file.metadata()) {
        (Ok(named), Ok(held)) => named.ino() == held.ino() && named.dev() == held.dev(),
        _ => false,
    }
}

#[cfg(not(unix))]
fn still_there(_: &Path, _: &File) -> bool {
    // An open file cannot be removed here, so the one we hold is the one with the name.
    true
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while still held, so that nobody can lock it in between.
        let _ = fs::remove_file(&self.path);
        let _ = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_exclusive_and_leaves_no_file_behind() {
        let folder = tempfile::tempdir().expect("folder");
        let case = folder.path().join("a.stillwatch");
        let first = Lock::take(&case).expect("free");
        assert!(matches!(Lock::take(&case), Err(StoreError::Locked(_))));
        drop(first);
        drop(Lock::take(&case).expect("free again"));
        assert_eq!(fs::read_dir(folder.path()).expect("list").count(), 0);
    }
    #[cfg(unix)]
    #[test]
    fn a_link_to_a_locked_case_is_locked_and_a_second_name_of_a_file_is_refused() {
        let folder = tempfile::tempdir().expect("folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a.stillwatch"), "").expect("written");
        fs::create_dir(at("inner")).expect("made");
        std::os::unix::fs::symlink(at("a.stillwatch"), at("inner/b")).expect("linked");
        let held = Lock::take(&at("a.stillwatch")).expect("free");
        for other in ["inner/b", "inner/../a.stillwatch"] {
            assert!(matches!(Lock::take(&at(other)), Err(StoreError::Locked(_))), "{other}");
        }
        drop(held);
        fs::hard_link(at("a.stillwatch"), at("c")).expect("linked");
        assert!(matches!(Lock::take(&at("c")), Err(StoreError::Linked(_))));
    }
}
