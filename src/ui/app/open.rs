//! Opening cases and logs: everything that touches a disk is a job.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::case::import::ImportOptions;
use crate::case::{OpenCase, free_case_beside};
use crate::job::{Job, Progress};
use crate::report;
use crate::store::CaseFile;
use crate::ui::state::{Screen, ViewState};

use super::import::{Import, Request};
use super::session::{Session, file_name};
use super::sheet::Sheet;
use super::{App, Overlay};

/// What is on its way in.
#[derive(Debug, Default)]
pub struct Opening {
    /// What dropped paths are.
    sorting: Option<Job<Sorted>>,
    /// A case being loaded, by its path.
    loading: Option<(PathBuf, Job<OpenCase>)>,
    /// A case whose last edits are being written.
    closing: Option<Job<()>>,
    /// The sample being unpacked.
    sample: Option<Job<Sample>>,
}

/// Dropped or pasted paths by what they are.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sorted {
    cases: Vec<PathBuf>,
    logs: Vec<PathBuf>,
    packages: Vec<PathBuf>,
    missing: Vec<PathBuf>,
    /// Where logs are read into unless a case is named.
    case: Option<PathBuf>,
}

/// The unpacked sample.
#[derive(Debug)]
struct Sample {
    case: PathBuf,
    log: PathBuf,
    accounts: PathBuf,
    releases: PathBuf,
    /// Whether the case is there already.
    made: bool,
}

impl Opening {
    /// Whether anything is on its way in.
    pub fn is_busy(&self) -> bool {
        self.sorting.is_some() || self.loading.is_some() || self.sample.is_some()
    }

    /// The case being loaded, and how far it is.
    pub fn loading(&self) -> Option<(&Path, &Progress)> {
        self.loading.as_ref().map(|(path, job)| (path.as_path(), job.progress()))
    }

    /// Stops loading.
    pub fn cancel(&mut self) {
        if let Some((_, job)) = &self.loading {
            job.progress().cancel();
        }
    }

    /// Waits until a closed case is on disk.
    pub fn settle(&mut self) {
        wait_for(self.closing.take());
    }
}

/// Waits for a case to be written, on a thread that may wait.
fn wait_for(closing: Option<Job<()>>) {
    while closing.as_ref().is_some_and(|job| job.poll().is_none()) {
        thread::sleep(Duration::from_millis(5));
    }
}

impl App {
    /// Opens what was dropped, pasted or named.
    pub(super) fn open(&mut self, ctx: &egui::Context, paths: Vec<PathBuf>) {
        if self.is_importing() || self.opening.is_busy() {
            self.fail("One thing at a time", "Wait for the import to end, or cancel it");
            return;
        }
        let (wake, fallback) = (waker(ctx), self.setup.data_dir.join("cases"));
        self.opening.sorting =
            Some(Job::spawn(wake, move |_| Ok::<_, String>(sort(paths, &fallback))));
    }

    pub(super) fn open_sample(&mut self, ctx: &egui::Context) {
        let folder = self.setup.data_dir.join("sample");
        let wake = waker(ctx);
        self.opening.sample = Some(Job::spawn(wake, move |_| unpack_sample(&folder)));
    }

    pub(super) fn poll_opening(&mut self, ctx: &egui::Context) {
        if let Some(outcome) = self.opening.sorting.as_ref().and_then(Job::poll) {
            self.opening.sorting = None;
            match outcome {
                Ok(sorted) => self.take_sorted(ctx, sorted),
                Err(error) => self.fail("This could not be opened", error),
            }
        }
        if let Some(outcome) = self.opening.sample.as_ref().and_then(Job::poll) {
            self.opening.sample = None;
            match outcome {
                Ok(sample) => self.take_sample(ctx, sample),
                Err(error) => self.fail("The sample could not be unpacked", error),
            }
        }
        if let Some(outcome) = self.opening.loading.as_ref().and_then(|(_, job)| job.poll())
            && let Some((path, job)) = self.opening.loading.take()
        {
            match outcome {
                Ok(case) => self.take_case(case),
                Err(_) if job.progress().is_cancelled() => {}
                Err(error) => {
                    self.fail(format!("{} could not be opened", file_name(&path)), error);
                }
            }
        }
        if self.opening.closing.as_ref().is_some_and(|job| job.poll().is_some()) {
            self.opening.closing = None;
        }
    }

    fn take_sorted(&mut self, ctx: &egui::Context, sorted: Sorted) {
        if let Some(gone) = sorted.missing.first() {
            let more = sorted.missing.len() - 1;
            let and = if more > 0 { format!(" and {more} more") } else { String::new() };
            self.fail("Not found", format!("{}{and}; check the path", gone.display()));
        }
        if let Some(package) = sorted.packages.into_iter().next() {
            self.sheet = Some(Sheet::verify(ctx, package));
        }
        let named = self.setup.case.take();
        if let Some(case) = sorted.cases.first() {
            if sorted.logs.is_empty() {
                self.load(ctx, case.clone());
            } else {
                self.import(ctx, case.clone(), sorted.logs, ImportOptions::default());
            }
        } else if sorted.logs.is_empty() {
        } else if self.has_case() {
            self.overlay = Overlay::Where(sorted.logs);
        } else if let Some(case) = named.or(sorted.case) {
            self.import(ctx, case, sorted.logs, ImportOptions::default());
        }
    }

    /// Reads logs into the open case, or into a new one beside them.
    pub(super) fn import_where(&mut self, ctx: &egui::Context, logs: Vec<PathBuf>, here: bool) {
        let here = self.session.as_ref().filter(|_| here).map(|s| s.case.path.clone());
        match here {
            Some(case) => self.import(ctx, case, logs, ImportOptions::default()),
            None => {
                self.leave_case();
                self.view = ViewState::default();
                self.open(ctx, logs);
            }
        }
    }

    /// Reads logs into a case. The case, if open, is closed meanwhile.
    fn import(
        &mut self,
        ctx: &egui::Context,
        case: PathBuf,
        inputs: Vec<PathBuf>,
        options: ImportOptions,
    ) {
        self.leave_case();
        let request = Request { case, inputs, options, author: self.author() };
        let closing = self.opening.closing.take();
        self.import = Some(Import::start(ctx, request, move || wait_for(closing)));
        self.view.screen = Screen::Import;
    }

    fn take_sample(&mut self, ctx: &egui::Context, sample: Sample) {
        if sample.made {
            self.load(ctx, sample.case);
            return;
        }
        let options = ImportOptions {
            accounts: Some(sample.accounts),
            releases: Some(sample.releases),
            ..ImportOptions::default()
        };
        self.import(ctx, sample.case, vec![sample.log], options);
    }

    /// Loads a case; the one that is open is closed first.
    pub(super) fn load(&mut self, ctx: &egui::Context, path: PathBuf) {
        self.leave_case();
        let closing = self.opening.closing.take();
        let (wake, wanted) = (waker(ctx), path.clone());
        let job = Job::spawn(wake, move |progress| {
            wait_for(closing);
            OpenCase::load(&wanted, progress)
        });
        self.opening.loading = Some((path, job));
    }

    fn take_case(&mut self, case: OpenCase) {
        self.versions += 1;
        let session = Session::new(case, self.versions);
        if session.case.is_read_only() {
            self.say(
                "Opened read-only",
                "Another window or command has this case, or its folder is write-protected: \
                 nothing can be changed here",
            );
        }
        self.memory.opened(session.recent((self.setup.now)()));
        self.session = Some(session);
        self.import = None;
        self.view = ViewState { screen: Screen::Overview, ..ViewState::default() };
        self.trail = crate::ui::state::Trail::default();
    }

    /// Closes the case; its last edits are written on another thread.
    pub(super) fn leave_case(&mut self) {
        if matches!(self.sheet, Some(Sheet::Export(_))) {
            self.sheet = None;
        }
        if let Some(session) = self.session.take() {
            self.memory.opened(session.recent((self.setup.now)()));
            let case = session.case;
            self.opening.closing = Some(Job::spawn(|| {}, move |_| case.close().map(|_| ())));
        }
    }

    /// Closes the case and shows the start screen.
    pub(super) fn close_case(&mut self) {
        self.leave_case();
        self.view = ViewState::default();
        self.trail = crate::ui::state::Trail::default();
        self.omnibox = Default::default();
    }
}

/// Repaints when a job is done.
fn waker(ctx: &egui::Context) -> impl FnOnce() + Send + 'static {
    let ctx = ctx.clone();
    move || ctx.request_repaint()
}

/// Tells cases, packages and logs apart, and finds a place for a new case.
fn sort(paths: Vec<PathBuf>, fallback: &Path) -> Sorted {
    let mut sorted = Sorted::default();
    for path in paths {
        let pattern = path.to_string_lossy().contains(['*', '?']);
        if !pattern && !path.exists() {
            sorted.missing.push(path);
        } else if path.is_file() && CaseFile::is_case(&path) {
            sorted.cases.push(path);
        } else if path.is_dir() && report::is_package(&path) {
            sorted.packages.push(path);
        } else if path.extension().is_some_and(|e| e == "stillwatch") {
            // Not a case by its content, but opening it says best what is wrong with it.
            sorted.cases.push(path);
        } else {
            sorted.logs.push(path);
        }
    }
    sorted.case = sorted.logs.first().map(|log| place_for(log, fallback));
    sorted
}

/// Beside the log; in the user's own folder where that cannot be written.
fn place_for(log: &Path, fallback: &Path) -> PathBuf {
    let log = std::path::absolute(log).unwrap_or_else(|_| log.to_owned());
    let beside = free_case_beside(&log);
    let folder = beside.parent().unwrap_or(Path::new("."));
    if tempfile::Builder::new().prefix(".stillwatch-").tempfile_in(folder).is_ok() {
        return beside;
    }
    let name = log.file_name().map_or_else(|| "case".into(), |n| n.to_owned());
    // Where this cannot be made either, making the case says why.
    let _ = std::fs::create_dir_all(fallback);
    free_case_beside(&fallback.join(name))
}

/// Writes the sample that is part of the program to `folder`, unless it is there.
fn unpack_sample(folder: &Path) -> std::io::Result<Sample> {
    const FILES: [(&str, &[u8]); 3] = [
        ("exchanges.jsonl.zst", include_bytes!("../../../sample_data/exchanges.jsonl.zst")),
        ("accounts.csv", include_bytes!("../../../sample_data/accounts.csv")),
        ("releases.csv", include_bytes!("../../../sample_data/releases.csv")),
    ];
    std::fs::create_dir_all(folder)?;
    for (name, bytes) in FILES {
        let path = folder.join(name);
        if !std::fs::metadata(&path).is_ok_and(|m| m.len() == bytes.len() as u64) {
            std::fs::write(&path, bytes)?;
        }
    }
    let case = folder.join("sample.stillwatch");
    let [log, accounts, releases] = FILES.map(|(name, _)| folder.join(name));
    Ok(Sample { made: CaseFile::is_case(&case), case, log, accounts, releases })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_apart_by_what_they_are() {
        let dir = tempfile::tempdir().expect("a scratch directory");
        let log = dir.path().join("a.jsonl");
        std::fs::write(&log, "{}").expect("written");
        let odd = dir.path().join("b.stillwatch");
        std::fs::write(&odd, "not a case").expect("written");
        let gone = dir.path().join("gone.csv");
        let sorted = sort(vec![log.clone(), odd.clone(), gone.clone()], Path::new("nowhere"));
        assert_eq!((sorted.logs, sorted.cases, sorted.missing), (vec![log], vec![odd], vec![gone]));
        assert_eq!(sorted.case, Some(dir.path().join("a.stillwatch")));
    }

    #[test]
    fn the_sample_is_unpacked_once() {
        let dir = tempfile::tempdir().expect("a scratch directory");
        let sample = unpack_sample(dir.path()).expect("unpacked");
        assert!(!sample.made && sample.log.exists() && sample.releases.exists());
        let again = unpack_sample(dir.path()).expect("unpacked");
        assert_eq!(again.case, sample.case);
    }
}
