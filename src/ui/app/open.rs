//! Opening cases and logs: everything that touches a disk is a job.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::case::import::ImportOptions;
use crate::case::{FirstLook, OpenCase, free_case_beside};
use crate::ingest::{Choice, Mapping};
use crate::job::{Job, Progress};
use crate::report;
use crate::store::CaseFile;
use crate::ui::state::{Screen, ViewState};
use crate::ui::view::joins::Joins;

use super::closing::Closing;
use super::import::{Import, Request};
use super::leave::Away;
use super::review::Review;
use super::sample::{Sample, unpack_sample};
use super::session::{Session, file_name};
use super::sheet::Sheet;
use super::{App, Overlay};

/// What is on its way in.
#[derive(Debug, Default)]
pub struct Opening {
    /// What dropped paths are.
    sorting: Option<Job<Sorted>>,
    /// A case being loaded.
    loading: Option<Loading>,
    /// Cases whose last edits are being written.
    closing: Vec<Closing>,
    /// How long the next look at what is being loaded waits for it.
    patience: Duration,
    /// Where to look once a case is there that was open before.
    pub(super) back: Option<(ViewState, Joins)>,
    /// The sample being unpacked.
    sample: Option<Job<Sample>>,
}

/// A case being loaded.
#[derive(Debug)]
struct Loading {
    path: PathBuf,
    job: Job<OpenCase>,
    look: Arc<OnceLock<FirstLook>>,
}

/// What is to be seen of a case on its way in.
#[derive(Clone, Copy, Debug)]
pub struct OnItsWay<'a> {
    /// Its file.
    pub path: &'a Path,
    /// How far it is.
    pub progress: &'a Progress,
    /// What it showed when it was last closed.
    pub look: Option<&'a FirstLook>,
}

/// From so many events on, what a case showed last is shown until it is there: fewer are there in
/// the time of a frame or two.
const MANY: u64 = 1_000_000;

/// How long the first frame waits for a case that is nearly there, rather than be one that only
/// says so: where the processor draws, that frame takes as long.
const FIRST_LOOK: Duration = Duration::from_millis(250);

/// Dropped or pasted paths by what they are.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sorted {
    cases: Vec<PathBuf>,
    logs: Vec<PathBuf>,
    packages: Vec<PathBuf>,
    missing: Vec<PathBuf>,
    /// Whether the case that is open is among them.
    is_open: bool,
    /// Where logs are read into unless a case is named.
    case: Option<PathBuf>,
}

/// A case that is read before there is a window: making one takes as long as reading a case.
#[derive(Debug)]
pub struct Early {
    loading: Loading,
    /// Whom to wake, once there is a window.
    window: Arc<OnceLock<egui::Context>>,
}

impl Early {
    /// Begins to read the case.
    pub fn start(path: &Path) -> Self {
        let window = Arc::new(OnceLock::<egui::Context>::new());
        let (wanted, theirs) = (path.to_owned(), Arc::clone(&window));
        let wake = move || {
            if let Some(ctx) = theirs.get() {
                ctx.request_repaint();
            }
        };
        let look = Arc::new(OnceLock::new());
        let seen = Arc::clone(&look);
        let job = Job::spawn(wake, move |progress| {
            OpenCase::load_showing(&wanted, progress, |look| _ = seen.set(look))
        });
        Self { loading: Loading { path: path.to_owned(), job, look }, window }
    }
}

impl Opening {
    /// Takes over a case that is being read; its first frame looks whether it is there already.
    pub(super) fn go_on(&mut self, ctx: &egui::Context, early: Early) {
        let _ = early.window.set(ctx.clone());
        let is_large = early.loading.look.get().is_some_and(|look| look.events >= MANY);
        self.loading = Some(early.loading);
        self.patience = if is_large { Duration::ZERO } else { FIRST_LOOK };
    }

    /// Whether anything is on its way in.
    pub fn is_busy(&self) -> bool {
        self.sorting.is_some() || self.loading.is_some() || self.sample.is_some()
    }

    /// The case being loaded.
    pub fn loading(&self) -> Option<OnItsWay<'_>> {
        let Loading { path, job, look } = self.loading.as_ref()?;
        let look = look.get().filter(|look| look.events >= MANY);
        Some(OnItsWay { path, progress: job.progress(), look })
    }

    /// Stops loading.
    pub fn cancel(&mut self) {
        if let Some(loading) = &self.loading {
            loading.job.progress().cancel();
        }
    }

    /// Stops what is on its way in, and waits until every closed case is on disk.
    pub fn settle(&mut self) {
        if let Some(loading) = self.loading.take() {
            loading.job.stop();
        }
        self.wait_for_closed()();
    }

    /// Waits until every closed case is on disk, on a thread that may wait.
    fn wait_for_closed(&self) -> impl FnOnce() + Send + 'static {
        let closing = self.closing.clone();
        move || closing.iter().for_each(Closing::wait)
    }
}

impl App {
    /// Opens what was dropped, pasted or named.
    pub(super) fn open(&mut self, ctx: &egui::Context, paths: Vec<PathBuf>) {
        if self.is_importing() || self.opening.is_busy() || self.review.is_some() {
            self.review_asked = false;
            self.fail("One thing at a time", "Let the import or its review end, or cancel it");
            return;
        }
        let (wake, fallback) = (waker(ctx), self.setup.data_dir.join("cases"));
        let open = self.session.as_ref().map(|s| s.case.path.clone());
        self.opening.sorting = Some(Job::spawn(wake, move |_| {
            Ok::<_, String>(sort(paths, open.as_deref(), &fallback))
        }));
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
        let patience = std::mem::take(&mut self.opening.patience);
        let loading = self.opening.loading.as_ref();
        if let Some(outcome) = loading.and_then(|loading| loading.job.wait(patience))
            && let Some(Loading { path, job, .. }) = self.opening.loading.take()
        {
            match outcome {
                Ok(case) => self.take_case(ctx, case),
                Err(_) if job.progress().is_cancelled() => {
                    (self.forced, self.opening.back) = (false, None);
                }
                Err(error) => {
                    (self.forced, self.opening.back) = (false, None);
                    self.fail(format!("{} could not be opened", file_name(&path)), error);
                }
            }
        }
        self.poll_closing();
    }

    fn poll_closing(&mut self) {
        let mut failed = Vec::new();
        self.opening.closing.retain(|closing| match closing.outcome() {
            None => true,
            Some(outcome) => {
                failed.extend(outcome.err());
                false
            }
        });
        for error in failed {
            self.fail("The last edits of the closed case are not saved", error);
        }
    }

    fn take_sorted(&mut self, ctx: &egui::Context, sorted: Sorted) {
        if let Some(gone) = sorted.missing.first() {
            let more = sorted.missing.len() - 1;
            let and = if more > 0 { format!(" and {more} more") } else { String::new() };
            self.fail("Not found", format!("{}{and}; check the path", gone.display()));
        }
        if let Some(package) = sorted.packages.into_iter().next() {
            self.open_verify(ctx, package);
        }
        let named = self.setup.case.take();
        let request = |app: &Self, case, logs| app.request(case, logs, ImportOptions::default());
        if let Some(case) = sorted.cases.first() {
            if !sorted.logs.is_empty() {
                self.look_first(ctx, request(self, case.clone(), sorted.logs));
            } else if sorted.is_open && !self.is_outdated() {
                // What is open is not opened again: it would be read-only beside itself.
                self.look(ctx, |view| view.screen = Screen::Overview);
            } else {
                self.leave(ctx, Away::Load(case.clone()));
            }
        } else if let Some(beside) = sorted.case {
            if self.has_case() {
                self.overlay = Overlay::Where { logs: sorted.logs, beside };
            } else {
                self.look_first(ctx, request(self, named.unwrap_or(beside), sorted.logs));
            }
        }
    }

    /// Whether another window has changed the open case, which is only read here.
    fn is_outdated(&self) -> bool {
        self.session.as_ref().is_some_and(|s| s.changed.answer() == Some(&true))
    }

    /// What is wanted of an import by the analyst, now.
    pub(super) fn request(
        &self,
        case: PathBuf,
        inputs: Vec<PathBuf>,
        options: ImportOptions,
    ) -> Request {
        Request { case, inputs, options, author: self.author(), folder: None }
    }

    /// Looks at logs and reads them into a case, at once where there is nothing to look at.
    pub(super) fn look_first(&mut self, ctx: &egui::Context, request: Request) {
        let rate = self
            .memory
            .import_bytes_per_s
            .map(|bytes_per_s| crate::case::Rate { bytes_per_s, measured: true });
        let forced = std::mem::take(&mut self.review_asked);
        let config = self.setup.config_dir.as_deref();
        let review = Review::start(ctx, request, config, rate.unwrap_or_default(), forced);
        self.review = Some(review);
    }

    /// Looks at the rejected records of a source of the open case, read as they were, so that
    /// how they are read can be changed.
    pub(super) fn reread(&mut self, ctx: &egui::Context, source_id: u32) {
        let Some(session) = &self.session else { return };
        let Some(source) = session.case.sources.iter().find(|s| s.id == source_id) else { return };
        let folder = match tempfile::tempdir() {
            Ok(folder) => Arc::new(folder),
            Err(error) => return self.fail("There is no room to work in", error.to_string()),
        };
        let mapping = Mapping::from_toml(&source.mapping).ok();
        let options = ImportOptions {
            choice: Choice { format: None, mapping },
            rejects_of: Some(source_id),
            ..ImportOptions::default()
        };
        let request = self.request(session.case.path.clone(), Vec::new(), options);
        self.review_asked = true;
        self.look_first(ctx, Request { folder: Some(folder), ..request });
    }

    /// Reads logs into a case. The case that is open is closed meanwhile.
    pub(super) fn import(&mut self, ctx: &egui::Context, request: Request) {
        self.review = None;
        self.leave_case(waker(ctx));
        self.view = ViewState { screen: Screen::Import, ..ViewState::default() };
        self.omnibox = Default::default();
        self.view_draft = Default::default();
        self.evidence_draft = Default::default();
        let first = self.opening.wait_for_closed();
        self.import = Some(Import::start(ctx, request, first));
    }

    fn take_sample(&mut self, ctx: &egui::Context, sample: Sample) {
        if sample.made {
            self.leave(ctx, Away::Load(sample.case));
            return;
        }
        let options = ImportOptions {
            accounts: Some(sample.accounts),
            releases: Some(sample.releases),
            ..ImportOptions::default()
        };
        let request = self.request(sample.case, vec![sample.log], options);
        self.leave(ctx, Away::Import(Box::new(request)));
    }

    /// Loads a case; the one that is open stays so until this one is there.
    pub(super) fn load(&mut self, ctx: &egui::Context, path: PathBuf) {
        let (wake, wanted) = (waker(ctx), path.clone());
        let first = self.opening.wait_for_closed();
        let look = Arc::new(OnceLock::new());
        let (seen, ctx) = (Arc::clone(&look), ctx.clone());
        let job = Job::spawn(wake, move |progress| {
            first();
            OpenCase::load_showing(&wanted, progress, |look| {
                let _ = seen.set(look);
                ctx.request_repaint();
            })
        });
        self.opening.loading = Some(Loading { path, job, look });
    }

    fn take_case(&mut self, ctx: &egui::Context, case: OpenCase) {
        self.leave_case(waker(ctx));
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
        self.recall_columns();
        self.import = None;
        let begins = ViewState { screen: Screen::Overview, ..ViewState::default() };
        self.view = match (self.opening.back.take(), &mut self.session) {
            (Some((view, joins)), Some(session)) => {
                session.joins = joins;
                view
            }
            _ => begins,
        };
        self.trail = crate::ui::state::Trail::default();
        self.omnibox = Default::default();
        self.find_templates_if_due(ctx);
        self.detect_if_never(ctx);
    }

    /// Closes the case; its last edits are written on another thread, which wakes the window.
    pub(super) fn leave_case(&mut self, wake: impl FnOnce() + Send + 'static) {
        if matches!(&self.sheet, Some(Sheet::Export(_) | Sheet::Shown(_) | Sheet::Merge(_))) {
            // One at work reads the file for itself, and goes on.
            self.put_sheet_away();
        }
        let forced = std::mem::take(&mut self.forced);
        if let Some(mut session) = self.session.take() {
            if let Some(finding) = session.finding.take() {
                finding.progress().cancel();
            }
            session.detecting.stop();
            self.memory.opened(session.recent((self.setup.now)()));
            if forced {
                session.case.give_up_saving();
            }
            let layout = session.layout();
            let look = session.overview.first_look().cloned();
            self.opening.closing.push(Closing::start(session.case, layout, look, wake));
        }
    }

    /// Closes the case and shows the start screen.
    pub(super) fn close_case(&mut self, ctx: &egui::Context) {
        self.leave_case(waker(ctx));
        self.view = ViewState::default();
        self.trail = crate::ui::state::Trail::default();
        self.omnibox = Default::default();
    }
}

/// Repaints when a job is done.
pub(super) fn waker(ctx: &egui::Context) -> impl FnOnce() + Send + 'static {
    let ctx = ctx.clone();
    move || ctx.request_repaint()
}

/// Tells cases, packages and logs apart, and finds a place for a new case.
fn sort(paths: Vec<PathBuf>, open: Option<&Path>, fallback: &Path) -> Sorted {
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
    // The same file, whatever path leads to it.
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    let open = open.and_then(real);
    sorted.is_open = open.is_some() && sorted.cases.first().and_then(|c| real(c)) == open;
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
        let paths = vec![log.clone(), odd.clone(), gone.clone()];
        let sorted = sort(paths, Some(&odd), Path::new("nowhere"));
        assert!(sorted.is_open);
        assert_eq!((sorted.logs, sorted.cases, sorted.missing), (vec![log], vec![odd], vec![gone]));
        assert_eq!(sorted.case, Some(dir.path().join("a.stillwatch")));
    }

    #[test]
    fn the_sample_is_unpacked_once() {
        let dir = tempfile::tempdir().expect("a scratch directory");
        let sample = unpack_sample(dir.path()).expect("unpacked");
        assert!(!sample.made && sample.log.exists() && sample.releases.exists());
        let written = |path: &Path| {
            std::fs::metadata(path).and_then(|m| m.modified()).expect("a file with a date")
        };
        // Long ago, so that being written again would show.
        let long_ago = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        let file = std::fs::File::options().write(true).open(&sample.log).expect("it opens");
        file.set_modified(long_ago).expect("its date is set");
        std::fs::write(&sample.releases, "cut short").expect("written");
        let again = unpack_sample(dir.path()).expect("unpacked");
        assert_eq!((again.case, written(&sample.log)), (sample.case, long_ago));
        let releases = std::fs::metadata(&sample.releases).expect("a file").len();
        assert!(releases > 9, "what was cut short is written again");
    }
}
