//! The tables beside the logs.

use super::edit::Author;
use super::import::{ImportError, ImportOptions, ImportReport};
use crate::store::CaseFile;

pub(super) fn import_tables(
    _: &mut CaseFile,
    _: &ImportOptions,
    _: &Author,
    _: &mut ImportReport,
) -> Result<(), ImportError> {
    Ok(())
}
