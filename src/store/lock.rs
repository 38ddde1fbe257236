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
    /// Takes the lock of the case at `case`.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when somebody else holds it; [`StoreError::CannotWrite`] when the
    /// folder does not let us write.
    pub(super) fn take(case: &Path) -> Result<Self> {
        let mut name = case.as_os_str().to_owned();
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
}
