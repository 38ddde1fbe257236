//! Reading logs into a case: what is known beforehand, how far it is, what became of it.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::case::import::recognise;
use crate::case::inputs::{Input, expand};
use crate::case::{
    Author, ImportError, ImportOptions, ImportReport, ImportedSource, Running, Tally, import,
};
use crate::ingest::source::Source;
use crate::ingest::{FORMATS, Opened};
use crate::job::{Job, Progress};
use crate::ui::format;

use super::session::file_name;

/// Files whose format is looked at before they are read; the others are recognised in turn.
const LOOKED_AT: usize = 200;

/// An import that is over sooner says little about how fast the next will be, seconds.
const LONG_ENOUGH_S: f64 = 0.5;

/// What is known of a file before it is read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlannedFile {
    /// Its name.
    pub name: String,
    /// Its path.
    pub path: PathBuf,
    /// Its size on disk, bytes.
    pub bytes: u64,
    /// What it was recognised as, with how sure (0…1) and why.
    pub format: Option<(&'static str, f32, String)>,
    /// Why it is not a log.
    pub problem: Option<String>,
}

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Request {
    /// The case to make or to extend.
    pub case: PathBuf,
    /// Logs, folders, patterns.
    pub inputs: Vec<PathBuf>,
    /// Tables beside the logs, time zone…
    pub options: ImportOptions,
    /// Who imports.
    pub author: Author,
    /// Where rejected records lie that are read again; gone with the last who knows it.
    pub folder: Option<Arc<tempfile::TempDir>>,
}

/// An import, running or ended.
pub struct Import {
    /// What is wanted.
    pub request: Request,
    job: Option<Job<ImportReport>>,
    files: Arc<Mutex<Vec<PlannedFile>>>,
    rate: Rate,
    /// What became of it.
    pub outcome: Option<Result<ImportReport, String>>,
    /// Whether it was the analyst who ended it.
    pub cancelled: bool,
    /// Whether there was no case before.
    is_new: bool,
    /// Whether there is one now, once it has ended.
    pub has_case: bool,
    /// How long it took, s, once it has ended.
    took_s: f64,
}

/// Where an import stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// The file being read, from 0.
    pub at: usize,
    /// How much of it is read, 0…1.
    pub fraction: f32,
    /// Bytes on disk read, of all files.
    pub done: u64,
    /// Bytes on disk of all files.
    pub total: u64,
    /// Records read.
    pub records: u64,
    /// Records rejected.
    pub rejects: u64,
    /// Records a second, over the last seconds.
    pub records_per_s: f64,
    /// Bytes a second, over the last seconds.
    pub bytes_per_s: f64,
    /// Seconds left at this rate, once it is known.
    pub left_s: Option<f64>,
    /// Seconds since it began.
    pub elapsed_s: f64,
}

impl Import {
    /// Starts reading; `first` is waited for on the other thread.
    pub fn start(
        ctx: &egui::Context,
        mut request: Request,
        first: impl FnOnce() + Send + 'static,
    ) -> Self {
        let files = Arc::new(Mutex::new(Vec::new()));
        let is_new = !request.case.exists();
        // What an earlier import of the same request has read is none of this one's.
        request.options.running = Running::default();
        let (shared, wanted, ctx) = (Arc::clone(&files), request.clone(), ctx.clone());
        let wake = {
            let ctx = ctx.clone();
            move || ctx.request_repaint()
        };
        let job = Job::spawn(wake, move |progress| {
            first();
            run(&wanted, &shared, &ctx, progress)
        });
        Self {
            request,
            job: Some(job),
            files,
            rate: Rate::default(),
            outcome: None,
            cancelled: false,
            is_new,
            has_case: false,
            took_s: 0.0,
        }
    }

    /// Whether there was a case before, to go back to.
    pub fn had_case(&self) -> bool {
        self.has_case && !self.is_new
    }

    /// Whether it goes on.
    pub fn is_running(&self) -> bool {
        self.job.is_some()
    }

    /// Asks it to stop; what was imported before stays.
    pub fn cancel(&mut self) {
        self.cancelled = true;
        if let Some(job) = &self.job {
            job.progress().cancel();
        }
    }

    /// Stops it and waits until it has: what it has not read to its end is as if never begun.
    pub fn stop(self) {
        if let Some(job) = self.job {
            job.stop();
        }
    }

    /// Unpacked bytes a second, over all of it, where it took long enough to tell.
    pub fn rate_of_all(&self) -> Option<f64> {
        let Some(Ok(report)) = &self.outcome else { return None };
        let bytes: u64 = report.sources.iter().map(|s| s.info.unpacked_bytes).sum();
        (self.took_s >= LONG_ENOUGH_S && bytes > 0).then(|| bytes as f64 / self.took_s)
    }

    /// True once, when it has just ended.
    pub fn poll(&mut self) -> bool {
        let Some(job) = &self.job else { return false };
        let progress = job.progress();
        self.rate.note(job.elapsed_s(), progress.records(), self.bytes_done(progress));
        let Some(outcome) = job.poll() else { return false };
        self.took_s = job.elapsed_s();
        self.job = None;
        self.outcome = Some(outcome);
        self.has_case = self.request.case.exists();
        self.put_members();
        self.put_failed_first();
        true
    }

    /// Puts what was found in an archive in its place: before it was read nobody knew that.
    fn put_members(&self) {
        let (Some(Ok(report)), Ok(mut files)) = (&self.outcome, self.files.lock()) else { return };
        let planned: HashSet<PathBuf> = files.iter().map(|file| file.path.clone()).collect();
        let read = |source: &ImportedSource| {
            let info = &source.info;
            let known = FORMATS.iter().find(|format| format.id() == info.format);
            let sure = info.confidence as f32;
            (info.path.clone(), info.bytes, known.map(|f| (f.title(), sure, String::new())))
        };
        let others = report.failed.iter().chain(&report.skipped).map(|f| &f.path);
        let others = others.chain(report.tables.iter().map(|table| &table.path));
        let others = others.map(|path| (path.clone(), 0, None));
        let mut of: HashMap<PathBuf, Vec<PlannedFile>> = HashMap::new();
        for (path, bytes, format) in report.sources.iter().map(read).chain(others) {
            let path = PathBuf::from(path);
            let archive = path.ancestors().find(|above| planned.contains(*above));
            let Some(archive) = archive else { continue };
            let Ok(inside) = path.strip_prefix(archive) else { continue };
            let name = Path::new(&file_name(archive)).join(inside).display().to_string();
            let name = format::display(name.trim_end_matches('/'));
            let row = PlannedFile { name, bytes, format, path: path.clone(), problem: None };
            of.entry(archive.to_owned()).or_default().push(row);
        }
        let all = std::mem::take(&mut *files);
        files.extend(all.into_iter().flat_map(|file| match of.remove(&file.path) {
            Some(members) if members.iter().any(|member| member.path != file.path) => members,
            _ => vec![file],
        }));
    }

    /// What went wrong is read first, among thousands of files too.
    fn put_failed_first(&mut self) {
        let Some(Ok(report)) = &self.outcome else { return };
        let failed: HashSet<&str> = report.failed.iter().map(|f| f.file.as_str()).collect();
        let partly = report.sources.iter().filter(|s| s.info.problem.is_some());
        let partly: HashSet<&str> = partly.map(|s| s.info.path.as_str()).collect();
        if let Ok(mut files) = self.files.lock() {
            files.sort_by_cached_key(|file| {
                let path = file.path.display().to_string();
                (!failed.contains(path.as_str()), !partly.contains(path.as_str()))
            });
        }
    }

    /// What is known of the files.
    pub fn files(&self) -> Vec<PlannedFile> {
        self.files.lock().map(|f| f.clone()).unwrap_or_default()
    }

    /// What was read so far.
    pub fn tally(&self) -> Tally {
        self.request.options.running.tally()
    }

    /// Where it stands; `None` once it has ended.
    pub fn standing(&self) -> Option<Standing> {
        let job = self.job.as_ref()?;
        let progress = job.progress();
        let files = self.files();
        let at = place(&progress.phase()).min(files.len().saturating_sub(1));
        let total: u64 = files.iter().map(|f| f.bytes).sum();
        let done = self.bytes_done(progress);
        let (records_per_s, bytes_per_s) = self.rate.now();
        let left_s = (bytes_per_s > 0.0 && total > 0 && job.elapsed_s() > 1.0)
            .then(|| total.saturating_sub(done) as f64 / bytes_per_s);
        Some(Standing {
            at,
            fraction: progress.fraction().unwrap_or(0.0),
            done,
            total,
            records: progress.records(),
            rejects: progress.rejects(),
            records_per_s,
            bytes_per_s,
            left_s,
            elapsed_s: job.elapsed_s(),
        })
    }

    fn bytes_done(&self, progress: &Progress) -> u64 {
        let at = place(&progress.phase());
        let before: u64 = match self.files.lock() {
            Ok(files) => files.iter().take(at).map(|f| f.bytes).sum(),
            Err(_) => 0,
        };
        before + progress.done()
    }
}

/// The position in `3 of 12: gateway.jsonl.gz`, from 0.
fn place(phase: &str) -> usize {
    let number = phase.split_whitespace().next().and_then(|n| n.parse::<usize>().ok());
    number.unwrap_or(1).saturating_sub(1)
}

fn run(
    request: &Request,
    files: &Mutex<Vec<PlannedFile>>,
    ctx: &egui::Context,
    progress: &Progress,
) -> Result<ImportReport, ImportError> {
    let inputs = expand(&request.inputs)?;
    let planned = inputs.iter().enumerate().map(|(i, input)| plan(input, i, &request.options));
    let planned: Vec<PlannedFile> = planned.collect();
    if let Ok(mut files) = files.lock() {
        *files = planned;
    }
    ctx.request_repaint();
    import(&request.case, &request.inputs, &request.options, &request.author, progress)
}

fn plan(input: &Input, i: usize, options: &ImportOptions) -> PlannedFile {
    let path: &Path = &input.path;
    let bytes = std::fs::metadata(path).map_or(0, |m| m.len());
    let mut file = PlannedFile {
        name: file_name(path),
        path: path.to_owned(),
        bytes,
        ..PlannedFile::default()
    };
    if i >= LOOKED_AT {
        return file;
    }
    // A pipe can be read only once, and that is for the import.
    if !path.is_file() {
        return file;
    }
    match Opened::open(path) {
        Ok(Opened::Log(source)) => look(&source, options, &mut file),
        Ok(Opened::Archive(archive)) => {
            file.format = Some((archive.title(), 1.0, "its first bytes".to_owned()));
        }
        Err(error) => file.problem = Some(format::display(&error.to_string())),
    }
    file
}

fn look(source: &Source, options: &ImportOptions, file: &mut PlannedFile) {
    if let Some(kind) = options.table(source) {
        file.format = Some((kind.title(), 1.0, "the names of its columns".to_owned()));
        return;
    }
    match recognise(source, options) {
        Ok(found) => {
            file.format = Some((found.format().title(), found.confidence, found.why.clone()));
        }
        Err(error) => file.problem = Some(format::display(&error.to_string())),
    }
}

/// A rate over the last few seconds: the whole average would say little after a pause.
#[derive(Clone, Debug, Default)]
struct Rate {
    /// Seconds, records, bytes; at most [`Rate::KEPT`], at least [`Rate::APART_S`] apart.
    points: Vec<(f64, u64, u64)>,
}

impl Rate {
    const KEPT: usize = 16;
    const APART_S: f64 = 0.25;

    fn note(&mut self, at_s: f64, records: u64, bytes: u64) {
        if self.points.last().is_some_and(|(last, ..)| at_s - last < Self::APART_S) {
            return;
        }
        self.points.push((at_s, records, bytes));
        if self.points.len() > Self::KEPT {
            self.points.remove(0);
        }
    }

    /// Records and bytes a second.
    fn now(&self) -> (f64, f64) {
        let (Some(first), Some(last)) = (self.points.first(), self.points.last()) else {
            return (0.0, 0.0);
        };
        let seconds = last.0 - first.0;
        if seconds <= 0.0 {
            return (0.0, 0.0);
        }
        let per_s = |from: u64, to: u64| to.saturating_sub(from) as f64 / seconds;
        (per_s(first.1, last.1), per_s(first.2, last.2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::FailedSource;

    #[test]
    fn the_place_is_read_from_the_phase() {
        assert_eq!(place("1 of 3: a.jsonl"), 0);
        assert_eq!(place("12 of 40: b.gz"), 11);
        assert_eq!(place("opening"), 0);
    }

    #[test]
    fn a_rate_follows_the_last_seconds() {
        let mut rate = Rate::default();
        for second in 0..10u64 {
            rate.note(second as f64, second * 100, second * 1_000);
        }
        rate.note(9.1, 5_000, 0);
        assert_eq!(rate.now(), (100.0, 1_000.0));
    }

    #[test]
    fn an_archive_becomes_its_members_once_they_are_known() {
        let file = |path: &str| PlannedFile {
            name: path.to_owned(),
            path: path.into(),
            ..PlannedFile::default()
        };
        let source = |path: &str| ImportedSource {
            info: crate::model::SourceInfo {
                path: path.into(),
                format: "native".into(),
                ..Default::default()
            },
            reject_reasons: std::collections::BTreeMap::new(),
            has_more: false,
            unread: Vec::new(),
            more_unread: 0,
        };
        let skipped = |path: &str| FailedSource {
            path: path.into(),
            error: "empty".into(),
            file: path.into(),
        };
        let report = ImportReport {
            sources: vec![source("d/a.jsonl"), source("d/x.zip/in/b.jsonl")],
            skipped: vec![skipped("d/x.zip/notes.txt")],
            ..ImportReport::default()
        };
        let import = Import {
            request: Request {
                case: "c".into(),
                inputs: Vec::new(),
                options: ImportOptions::default(),
                author: Author { at: crate::model::Time(0), actor: String::new() },
                folder: None,
            },
            job: None,
            files: Arc::new(Mutex::new(vec![file("d/a.jsonl"), file("d/x.zip"), file("d/y.zip")])),
            rate: Rate::default(),
            outcome: Some(Ok(report)),
            cancelled: false,
            is_new: true,
            has_case: true,
            took_s: 0.0,
        };
        import.put_members();
        let names: Vec<String> = import.files().into_iter().map(|file| file.name).collect();
        assert_eq!(names, ["d/a.jsonl", "x.zip/in/b.jsonl", "x.zip/notes.txt", "d/y.zip"]);
        assert!(import.files()[1].format.is_some());
    }
}
