//! Sheets: what stands where the selection panel usually is, without hiding the data.

use std::path::{Path, PathBuf};

use crate::job::Job;
use crate::report;
use crate::store::{CaseFile, Mode};

use crate::ui::view::export::ExportSheet;

use super::App;

/// The open sheet.
pub enum Sheet {
    /// Exporting a package.
    Export(Box<ExportSheet>),
    /// Checking a package or a case.
    Verify(Box<VerifySheet>),
}

/// A verification, running or ended.
pub struct VerifySheet {
    /// What is checked.
    pub path: PathBuf,
    /// The work.
    pub job: Option<Job<Verified>>,
    /// What it found.
    pub outcome: Option<Result<Verified, String>>,
}

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Each check, and what is wrong where something is.
    pub checks: Vec<(String, Option<String>)>,
    /// What was looked at, in a sentence.
    pub summary: String,
}

impl Verified {
    /// Whether everything holds.
    pub fn is_intact(&self) -> bool {
        self.checks.iter().all(|(_, problem)| problem.is_none())
    }
}

impl Sheet {
    /// Starts checking a package or a case.
    pub fn verify(ctx: &egui::Context, path: PathBuf) -> Self {
        let (wake, wanted) = (ctx.clone(), path.clone());
        let job = Job::spawn(
            move || wake.request_repaint(),
            move |progress| {
                if wanted.is_dir() { package(&wanted) } else { case(&wanted, progress) }
            },
        );
        Self::Verify(Box::new(VerifySheet { path, job: Some(job), outcome: None }))
    }
}

fn package(path: &Path) -> Result<Verified, String> {
    let found = report::verify(path).map_err(|e| e.to_string())?;
    let summary = format!(
        "{} files, {}, {} journal entries; content hash {}",
        found.files,
        crate::ui::format::bytes(found.bytes),
        found.journal_entries,
        found.content_hash
    );
    let mut checks: Vec<(String, Option<String>)> =
        found.differences.into_iter().map(|d| (d.file, Some(d.what))).collect();
    if checks.is_empty() {
        checks.push(("every file, the manifest and the journal chain".into(), None));
    }
    Ok(Verified { checks, summary })
}

fn case(path: &Path, progress: &crate::job::Progress) -> Result<Verified, String> {
    let file = CaseFile::open(path, Mode::ReadOnly).map_err(|e| e.to_string())?;
    let checks = file.verify(progress).map_err(|e| e.to_string())?;
    let summary = format!("{} checks", checks.len());
    Ok(Verified { checks: checks.into_iter().map(|c| (c.what, c.problem)).collect(), summary })
}

impl App {
    /// Where the last package was written, while its sheet is open.
    pub fn exported(&self) -> Option<&Path> {
        match &self.sheet {
            Some(Sheet::Export(sheet)) => sheet.written(),
            _ => None,
        }
    }

    /// Whether a verification runs.
    pub fn is_verifying(&self) -> bool {
        matches!(&self.sheet, Some(Sheet::Verify(sheet)) if sheet.job.is_some())
    }

    pub(super) fn open_export(&mut self) {
        let Some(session) = &self.session else { return };
        let sheet = ExportSheet::new(&session.case.path, &self.setup.actor);
        self.sheet = Some(Sheet::Export(Box::new(sheet)));
    }

    pub(super) fn poll_sheet(&mut self, _ctx: &egui::Context) {
        match &mut self.sheet {
            Some(Sheet::Verify(sheet)) => {
                if let Some(outcome) = sheet.job.as_ref().and_then(Job::poll) {
                    sheet.job = None;
                    sheet.outcome = Some(outcome);
                }
            }
            Some(Sheet::Export(sheet)) => sheet.poll(),
            None => {}
        }
    }
}
