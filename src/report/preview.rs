//! The package as it would be, to be looked at before it is written.

use std::path::Path;
use std::sync::Arc;

use super::case::CaseInput;
use super::export::{Made, begin, make};
use super::pages::Pages;
use super::{ExportOptions, Manifest, ReportError, ReportInput as _};
use crate::index::Index;
use crate::job::Progress;
use crate::model::Filter;

/// A package that lies nowhere.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Its files with sizes and hashes.
    pub manifest: Manifest,
    /// Its pages; `None` where the report is not asked for.
    pub pages: Option<Pages>,
}

/// Makes a package as [`super::export_case`] does, in a folder of the system that goes at once.
///
/// # Errors
/// As [`super::export_case`].
pub fn preview_case(
    case: &Path,
    index: &Arc<Index>,
    filter: &Filter,
    options: &ExportOptions,
    progress: &Progress,
) -> Result<Preview, ReportError> {
    let folder = tempfile::tempdir().map_err(ReportError::io("create a folder for", case))?;
    let draft = begin(&folder.path().join("package"), options, progress)?;
    index.finish_searches(filter, progress)?;
    let input = CaseInput::open(case, Arc::clone(index), filter, progress)?;
    let Made { manifest, pages, .. } = make(draft, &input, options, progress)?;
    input.check_unchanged()?;
    Ok(Preview { manifest, pages })
}
