//! Opening a case for reading, also one that an import was killed in.

use std::path::Path;

use super::out::note;
use crate::store::{CaseFile, Mode, StoreError};

/// Opens a case for reading. An import that was cut short is rolled back first, and said.
///
/// # Errors
/// When the case cannot be opened, or not be put back as it was.
pub fn open(path: &Path) -> Result<CaseFile, StoreError> {
    mend(path)?;
    CaseFile::open(path, Mode::ReadOnly)
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
