//! Where the records that findings cite are read.

use std::path::Path;
use std::sync::Weak;

use super::analysis::NewFindings;
use super::open::OpenCase;
use crate::index::Cited;
use crate::model::finding::Evidence;
use crate::store::{CaseFile, Mode};

/// Reads what one of the findings of a case cites, by its number from 1. `recent` is what was found
/// and is on its way to the file: while it is there, the file has other findings.
///
/// # Errors
/// In words, when the case cannot be read.
pub fn evidence(
    path: &Path,
    recent: &Weak<NewFindings>,
    finding: u64,
) -> Result<Vec<Evidence>, String> {
    if let Some(found) = recent.upgrade() {
        let at = finding.checked_sub(1).and_then(|at| usize::try_from(at).ok());
        let of = at.and_then(|at| found.outcome.findings.get(at));
        return Ok(of.map(|finding| finding.evidence.clone()).unwrap_or_default());
    }
    let file = CaseFile::open(path, Mode::ReadOnly).map_err(|error| error.to_string())?;
    file.evidence_of(finding).map_err(|error| error.to_string())
}

/// The same for filters; there are `findings` of them.
pub fn cited(path: &Path, findings: usize, recent: Weak<NewFindings>) -> Cited {
    let path = path.to_owned();
    Cited::new(findings as u64, move |finding| evidence(&path, &recent, finding))
}

impl OpenCase {
    /// Reads what a finding cites, by its number from 1, on another thread.
    pub fn read_cited(
        &self,
    ) -> impl Fn(u64) -> Result<Vec<Evidence>, String> + Send + Sync + 'static {
        let (path, recent) = (self.path.clone(), Weak::clone(&self.recent));
        move |finding| evidence(&path, &recent, finding)
    }
}
