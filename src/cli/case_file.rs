//! Opening a case for reading, also one that an import was killed in.

use std::path::Path;
use std::time::{Duration, Instant};

use super::out::note;
use crate::job::Progress;
use crate::store::{CaseFile, Mode, StoreError};

/// How long a writer waits for another.
const WAIT: Duration = Duration::from_secs(30);
/// Between two looks whether it is done.
const PAUSE: Duration = Duration::from_millis(50);

/// Opens a case for reading. An import that was cut short is rolled back first, and said.
///
/// # Errors
/// When the case cannot be opened, or not be put back as it was.
pub fn open(path: &Path) -> Result<CaseFile, StoreError> {
    mend(path)?;
    CaseFile::open(path, Mode::ReadOnly)
}

/// Opens a case for writing. While another window or command has it, that is waited for.
///
/// # Errors
/// When the case cannot be opened or not be written, when it is held for longer than [`WAIT`], and
/// when cancelled.
pub fn open_to_write(path: &Path, progress: &Progress) -> anyhow::Result<CaseFile> {
    mend(path)?;
    let begun = Instant::now();
    let mut said = false;
    loop {
        match CaseFile::open(path, Mode::ReadWrite) {
            Err(StoreError::Locked(_)) if begun.elapsed() < WAIT => {
                progress.check()?;
                if !said && begun.elapsed() > PAUSE * 20 {
                    note(&format!("{} is open elsewhere; waiting for it", path.display()));
                    said = true;
                }
                std::thread::sleep(PAUSE);
            }
            file => return Ok(file?),
        }
    }
}

/// Rolls back what an interrupted import left, if there is something, and says so. Whatever else
/// is wrong with the case is left for whoever opens it next to tell.
///
/// # Errors
/// When the case cannot be put back as it was.
pub fn mend(path: &Path) -> Result<(), StoreError> {
    if let Err(StoreError::Interrupted(_)) = CaseFile::open(path, Mode::ReadOnly) {
        drop(CaseFile::open(path, Mode::ReadWrite)?);
        let path = path.display();
        note(&format!("{path}: an import was interrupted; none of that source is in the case"));
    }
    Ok(())
}
