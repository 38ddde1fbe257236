//! Where the records that findings cite are read.

use std::path::Path;
use std::sync::Weak;

use super::analysis::NewFindings;
use super::open::OpenCase;
use crate::index::Cited;
use crate::model::Time;
use crate::model::finding::{Analysis, Circle, Evidence, Link};
use crate::store::{CaseFile, Mode};

/// Why nothing is read: findings are numbered anew by every run.
const OTHER_RUN: &str = "the case has findings of another run by now: open it again to see them";

/// Reads what one of the findings of the run that was finished at `run` cites, by its number from 1.
/// `recent` is what was found and is on its way to the file: while it is there, the file has other
/// findings.
///
/// # Errors
/// In words, when the case cannot be read or has another run by now.
pub fn evidence(
    path: &Path,
    recent: &Weak<NewFindings>,
    run: Time,
    finding: u64,
) -> Result<Vec<Evidence>, String> {
    if let Some(found) = recent.upgrade() {
        let at = finding.checked_sub(1).and_then(|at| usize::try_from(at).ok());
        let of = at.and_then(|at| found.outcome.findings.get(at));
        return Ok(of.map(|finding| finding.evidence.clone()).unwrap_or_default());
    }
    let file = CaseFile::open(path, Mode::ReadOnly).map_err(|error| error.to_string())?;
    let found = file.evidence_of_run(run, finding).map_err(|error| error.to_string())?;
    found.ok_or_else(|| OTHER_RUN.to_owned())
}

/// The same for filters.
pub fn cited(path: &Path, analysis: &Analysis, recent: Weak<NewFindings>) -> Cited {
    let (path, run) = (path.to_owned(), analysis.run.at);
    let findings = analysis.findings.len() as u64;
    Cited::new(run, findings, move |finding| evidence(&path, &recent, run, finding))
}

impl OpenCase {
    /// Reads what a finding of the run that is shown cites, by its number from 1, on another thread.
    pub fn read_cited(
        &self,
    ) -> impl Fn(u64) -> Result<Vec<Evidence>, String> + Send + Sync + 'static {
        let (path, recent) = (self.path.clone(), Weak::clone(&self.recent));
        let run = self.analysis().map_or(Time::NONE, |analysis| analysis.run.at);
        move |finding| evidence(&path, &recent, run, finding)
    }

    /// Reads what the run that is shown found between accounts, on another thread.
    pub fn read_ties(
        &self,
    ) -> impl Fn() -> Result<(Vec<Link>, Vec<Circle>), String> + Send + Sync + 'static {
        let (path, recent) = (self.path.clone(), Weak::clone(&self.recent));
        move || {
            if let Some(found) = recent.upgrade() {
                return Ok((found.outcome.links.clone(), found.outcome.circles.clone()));
            }
            let file = CaseFile::open(&path, Mode::ReadOnly).map_err(|error| error.to_string())?;
            file.ties().map_err(|error| error.to_string())
        }
    }
}
