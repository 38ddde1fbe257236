//! Sheets: what stands where the selection panel usually is, without hiding the data.

use std::path::{Path, PathBuf};

use crate::job::{Job, Progress};
use crate::report::{self, Signature};
use crate::store::{CaseFile, Mode};

use crate::ui::shown::Shown;
use crate::ui::view::export::ExportSheet;
use crate::ui::view::shown::ShownSheet;

use super::App;
use super::merge::MergeSheet;
use super::session::file_name;

/// The open sheet.
pub enum Sheet {
    /// Exporting a package.
    Export(Box<ExportSheet>),
    /// Writing a table as it is shown.
    Shown(Box<ShownSheet>),
    /// Checking a package or a case.
    Verify(Box<VerifySheet>),
    /// Taking over what another analyst said.
    Merge(Box<MergeSheet>),
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
                let is_package = wanted.is_dir() || report::is_package(&wanted);
                if is_package { package(&wanted, progress) } else { case(&wanted, progress) }
            },
        );
        Self::Verify(Box::new(VerifySheet { path, job: Some(job), outcome: None }))
    }

    /// Whether it exports or verifies at the moment.
    pub fn is_working(&self) -> bool {
        match self {
            Self::Export(sheet) => sheet.progress().is_some(),
            Self::Shown(sheet) => sheet.progress().is_some(),
            Self::Verify(sheet) => sheet.job.is_some(),
            // It only reads, and begins anew where ours changes.
            Self::Merge(_) => false,
        }
    }

    /// Stops what it does and waits until it has.
    pub fn stop(self) {
        match self {
            Self::Export(sheet) => sheet.stop(),
            Self::Shown(sheet) => sheet.stop(),
            Self::Verify(sheet) => {
                if let Some(job) = sheet.job {
                    job.stop();
                }
            }
            Self::Merge(_) => {}
        }
    }
}

fn package(path: &Path, progress: &Progress) -> Result<Verified, String> {
    let found = report::verify_with(path, progress).map_err(|e| e.to_string())?;
    let mut summary = format!(
        "{} files, {}, {} journal entries",
        found.files,
        crate::ui::format::bytes(found.bytes),
        found.journal_entries
    );
    if !found.content_hash.is_empty() {
        summary.push_str(&format!("; content hash {}", found.content_hash));
    }
    if let Signature::Unchecked { key } = &found.signature {
        summary.push_str(&format!(
            "; signed with the key {key}, as it says: `stillwatch verify --signed-by` tells"
        ));
    }
    let mut checks: Vec<(String, Option<String>)> =
        found.differences.into_iter().map(|d| (d.file, Some(d.what))).collect();
    if checks.is_empty() {
        checks.push(("every file, the manifest and the journal chain".into(), None));
    }
    Ok(Verified { checks, summary })
}

fn case(path: &Path, progress: &Progress) -> Result<Verified, String> {
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

    /// Whether a sheet exports or verifies at the moment.
    pub fn is_sheet_working(&self) -> bool {
        self.sheet.as_ref().is_some_and(Sheet::is_working)
    }

    pub(super) fn open_export(&mut self) {
        if self.put_sheet_away()
            && let Some(session) = &self.session
        {
            let sheet = ExportSheet::new(&session.case.path, &self.setup.actor);
            self.sheet = Some(Sheet::Export(Box::new(sheet)));
        }
    }

    /// Offers to write a table as it is shown, unless a sheet is at work.
    pub(super) fn open_shown(&mut self, shown: Shown) {
        if self.put_sheet_away()
            && let Some(session) = &self.session
        {
            let sheet = ShownSheet::new(shown, &session.case.path);
            self.sheet = Some(Sheet::Shown(Box::new(sheet)));
        }
    }

    /// Verifies a package or a case, unless a sheet is at work: that one stays in sight.
    pub(super) fn open_verify(&mut self, ctx: &egui::Context, path: PathBuf) {
        if self.put_sheet_away() {
            self.sheet = Some(Sheet::verify(ctx, path));
        } else {
            let why = "An export or a verification is running; try again when it has ended";
            self.say(format!("{} is not verified yet", file_name(&path)), why);
        }
    }

    /// Closes the sheet; false when it is at work, and stays.
    pub(super) fn put_sheet_away(&mut self) -> bool {
        self.sheet.take_if(|sheet| !sheet.is_working());
        self.sheet.is_none()
    }

    pub(super) fn poll_sheet(&mut self, ctx: &egui::Context) {
        match &mut self.sheet {
            Some(Sheet::Verify(sheet)) => {
                if let Some(outcome) = sheet.job.as_ref().and_then(Job::poll) {
                    sheet.job = None;
                    if let Some(session) =
                        self.session.as_mut().filter(|s| s.case.path == sheet.path)
                        && let Ok(found) = &outcome
                    {
                        session.verified = Some(found.is_intact());
                    }
                    sheet.outcome = Some(outcome);
                }
            }
            Some(Sheet::Export(sheet)) => {
                if sheet.poll()
                    && let Some(session) = &mut self.session
                {
                    session.exports += 1;
                }
            }
            Some(Sheet::Shown(sheet)) => sheet.poll(),
            Some(Sheet::Merge(sheet)) => {
                if let Some(session) = &self.session {
                    sheet.ask(ctx, &session.case);
                }
            }
            None => {}
        }
    }
}
