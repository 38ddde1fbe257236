//! Bringing logs into a case: every file its own transaction, and a report of what became of it.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::edit::Author;
use super::import_report::{FailedSource, ImportReport, ImportedSource};
use super::inputs::{Found, Input, file_name, head, table};
use super::joining;
use super::look::refuse_misfit;
use super::originals::Originals;
use super::tables::Tables;
use super::tally::{Running, Tally};
use super::unread::unread;
use crate::ingest::pages::file_says_more;
use crate::ingest::pipeline::{self, PipelineOptions};
use crate::ingest::source::{Compression, Source};
use crate::ingest::{self, Choice, Detection, Encoding, IngestError, Opened, TableKind};
use crate::job::Progress;
use crate::model::SourceInfo;
use crate::store::{CaseFile, Mode, NewSource, SourceEnd, StoreError};

/// How to import.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// What is already decided about format and mapping.
    pub choice: Choice,
    /// What was decided for single files, by their paths.
    pub each: HashMap<PathBuf, Choice>,
    /// The zone of times that state none, by its IANA name; else the mapping's, which is UTC
    /// unless it says otherwise.
    pub timezone: Option<String>,
    /// What the text of the logs is encoded in, where that was said; else what it looks like.
    pub encoding: Option<Encoding>,
    /// The logs are the rejects of this source of the case, read again.
    pub rejects_of: Option<u32>,
    /// Do not keep original records.
    pub drop_raw: bool,
    /// A source with rejects, or one that cannot be read to its end, is not imported at all.
    pub strict: bool,
    /// A table of account attributes.
    pub accounts: Option<PathBuf>,
    /// A table of releases or other markers.
    pub releases: Option<PathBuf>,
    /// Told what was read while the import goes on.
    pub running: Running,
}

impl ImportOptions {
    /// Which table beside the logs a source is, unless it was said how to read it.
    pub fn table(&self, source: &Source) -> Option<TableKind> {
        (!self.decides(&source.path)).then(|| table(source)).flatten()
    }

    /// Says what a source is encoded in, where somebody said so.
    pub fn encode(&self, source: &mut Source) {
        if let Some(encoding) = self.encoding {
            source.set_encoding(encoding);
        }
    }

    /// What was decided about reading a file.
    fn choice_of(&self, path: &Path) -> &Choice {
        self.each.get(path).unwrap_or(&self.choice)
    }

    /// Whether somebody said how a file is to be read.
    pub fn decides(&self, path: &Path) -> bool {
        let choice = self.choice_of(path);
        choice.format.is_some() || choice.mapping.is_some()
    }
}

/// Why an import ended without a report.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The source.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The case.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A pattern that is not one.
    #[error("{pattern}: {message}; quote the pattern or name the files")]
    Pattern {
        /// As given.
        pattern: String,
        /// What is wrong with it.
        message: String,
    },
    /// A folder that could not be walked.
    #[error("{0}")]
    Walk(String),
    /// A folder or pattern without files.
    #[error("{0}: no files there; name a log, a folder of logs or a pattern such as logs/*.gz")]
    NoFiles(PathBuf),
    /// A table beside the logs that is none.
    #[error("{}: {what}", path.display())]
    NoTable {
        /// Which file.
        path: PathBuf,
        /// Why, and what to try.
        what: String,
    },
    /// Rejected records that cannot be read again.
    #[error("{0}")]
    Rejects(String),
    /// `--strict` and a source that is not whole.
    #[error("{path}: {what}; without --strict the rest would be imported and this be listed")]
    Strict {
        /// Which source.
        path: PathBuf,
        /// What is not whole.
        what: String,
    },
}

impl ImportError {
    /// Whether the work was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        match self {
            Self::Ingest(error) => matches!(error, IngestError::Cancelled(_)),
            Self::Store(error) => error.is_cancelled(),
            _ => false,
        }
    }
}

/// Imports logs into the case at `case`, which is made if it is not there, and removed again if
/// nothing could be imported into it.
///
/// A source that fails is listed in the report and leaves no trace; the others are imported.
/// Tables of accounts and releases among the inputs are recognised and taken as such, and files
/// of a folder that are certainly no logs are left out.
///
/// # Errors
/// Only what concerns the whole import: the case cannot be made or opened, an input does not
/// exist, a table named in the options cannot be read (nothing is imported then), the work was
/// cancelled (what was imported before then stays).
pub fn import(
    case: &Path,
    inputs: &[PathBuf],
    options: &ImportOptions,
    author: &Author,
    progress: &Progress,
) -> Result<ImportReport, ImportError> {
    let found = Found::new(inputs)?;
    let tables = Tables::read(options)?;
    let created = !case.exists();
    let mut file = match created {
        true => CaseFile::create(case)?,
        false => CaseFile::open(case, Mode::ReadWrite)?,
    };
    let mut report = ImportReport { case: case.to_owned(), created, ..ImportReport::default() };
    let left = found.left.iter().map(|(path, why)| FailedSource::left(path, why));
    report.skipped.extend(left);
    let unread = found.unread.iter().map(|(path, why)| FailedSource::new(path, why.clone()));
    report.failed.extend(unread);
    let outcome =
        import_all(&mut file, &found.files, tables, options, author, progress, &mut report);
    if created && report.sources.is_empty() {
        file.discard()?;
        report.created = false;
    }
    outcome.map(|()| report)
}

fn import_all(
    file: &mut CaseFile,
    inputs: &[Input],
    mut tables: Tables,
    options: &ImportOptions,
    author: &Author,
    progress: &Progress,
    report: &mut ImportReport,
) -> Result<(), ImportError> {
    let mut import = Import { file, tables: &mut tables, options, author, progress, report };
    for (i, input) in inputs.iter().enumerate() {
        let number = format!("{} of {}", i + 1, inputs.len());
        import.input(input, &number)?;
    }
    if report.sources.is_empty() && report.created {
        let alone =
            |path: &Path| FailedSource::new(path, "a table, but no log that it is about".into());
        report.failed.extend(tables.paths().map(alone));
        return Ok(());
    }
    tables.write(file, author, report)?;
    // Last: where it is stopped, all that was read is in the case, each source of it whole. That is
    // no import that was cancelled, and the next one looks.
    match joining::join(file, author, progress) {
        Err(error) if error.is_cancelled() => report.joins_due = true,
        found => report.joins = found?,
    }
    Ok(())
}

/// An import under way.
pub(super) struct Import<'a> {
    pub file: &'a mut CaseFile,
    pub tables: &'a mut Tables,
    pub options: &'a ImportOptions,
    pub author: &'a Author,
    pub progress: &'a Progress,
    pub report: &'a mut ImportReport,
}

impl Import<'_> {
    /// Takes in a file, which may be an archive. `number` says which of how many.
    fn input(&mut self, input: &Input, number: &str) -> Result<(), ImportError> {
        self.progress.set_phase(format!("{number}: {}", input.name()), 0);
        let opened = refuse_known_bytes(self.file, &input.path, self.progress)
            .and_then(|()| Ok(Opened::open(&input.path)?));
        match opened {
            Ok(Opened::Log(source)) => self.source(*source, input.walked, number),
            Ok(Opened::Archive(archive)) => self.archive(archive, input.walked, number),
            Err(error) => self.left_out(&input.path, error, input.walked),
        }
    }

    /// Takes in one log or table: all of it, or an error in the report and nothing.
    ///
    /// # Errors
    /// Only what ends the whole import.
    pub(super) fn source(
        &mut self,
        mut source: Source,
        walked: bool,
        number: &str,
    ) -> Result<(), ImportError> {
        let path = source.path.clone();
        self.options.encode(&mut source);
        let became = if let Some(kind) = self.options.table(&source) {
            self.tables.add(kind, source)
        } else {
            let title = format!("{number}: {}", file_name(&path));
            import_source(self.file, source, &title, self.options, self.author, self.progress)
                .map(|imported| self.report.sources.push(imported))
        };
        became.or_else(|error| self.left_out(&path, error, walked))
    }

    /// Notes what was not taken in, and goes on where that can be.
    pub(super) fn left_out(
        &mut self,
        path: &Path,
        error: ImportError,
        walked: bool,
    ) -> Result<(), ImportError> {
        if error.is_cancelled() {
            return Err(error);
        }
        let list = match &error {
            ImportError::Ingest(why) if walked && why.is_no_log() => &mut self.report.skipped,
            _ => &mut self.report.failed,
        };
        let named = !matches!(
            &error,
            ImportError::Store(why) if !matches!(why, StoreError::DuplicateSource { .. })
        );
        // What the case says of itself does not say which source was to go in.
        let why = if named { error.to_string() } else { format!("{}: {error}", path.display()) };
        list.push(match self.options.rejects_of {
            // The file that they were taken to is gone when somebody reads this.
            Some(id) => {
                let name = name_of_rejects(id, path);
                let error = why.replace(&path.display().to_string(), &name);
                FailedSource { path: name, error, file: path.display().to_string() }
            }
            None => FailedSource::new(path, why),
        });
        Ok(())
    }
}

/// Imports one source: all of it, or an error and nothing.
pub(super) fn import_source(
    file: &mut CaseFile,
    source: Source,
    title: &str,
    options: &ImportOptions,
    author: &Author,
    progress: &Progress,
) -> Result<ImportedSource, ImportError> {
    let path = source.path.clone();
    progress.set_phase(title, source.to_consume());
    let detection = recognise(&source, options)?;
    refuse_misfit(&source, &detection, options)?;
    let reader = detection.reader(&detection.options()?)?;
    let originals =
        options.rejects_of.map(|id| Originals::of(file, id, &path, source.encoding(), progress));
    let originals = originals.transpose()?;
    let mut writer = file.begin_source(new_source(&source, &detection, options, author))?;
    let pipeline_options = PipelineOptions {
        keep_raw: !options.drop_raw && originals.is_none(),
        ..PipelineOptions::default()
    };
    let reading = options.running.begin();
    let mut rows = 0;
    let mut sink = |mut block: crate::model::Block| {
        if let Some(originals) = &originals {
            originals.place(&mut block);
        }
        rows += block.rows.len();
        let tally = Tally::of(&block);
        writer.push(block)?;
        reading.add(tally, writer.accounts());
        Ok(())
    };
    let container = &detection.container;
    let summary =
        pipeline::run(source, container, &*reader, &pipeline_options, progress, &mut sink)
            .map_err(unwrap_sink)?;
    let reject_reasons = reading.rejects();
    if options.strict {
        let rejects = reject_reasons.values().sum();
        refuse_incomplete(&path, rejects, summary.problem.as_deref())?;
    }
    if rows == 0 && options.rejects_of.is_some() {
        return Err(ImportError::Rejects("none of the records can be read so either".into()));
    }
    let has_more = detection.has_more || summary.end.says_more(container);
    let end = SourceEnd {
        bytes: summary.bytes,
        unpacked_bytes: summary.unpacked_bytes,
        sha256: summary.sha256,
        problem: summary.problem,
    };
    let info = writer.finish(end, &author.actor, progress)?;
    reading.keep();
    // What somebody mapped by hand is as it is meant to be.
    let is_guessed = detection.may_hold_more() && options.choice.mapping.is_none();
    // The source is in the case: what cannot be looked at any more changes nothing about that.
    let unread = (is_guessed && info.raw_kept).then(|| unread(file, &info, &detection, progress));
    let (unread, more_unread) = unread.and_then(Result::ok).unwrap_or_default();
    Ok(ImportedSource { info, reject_reasons, has_more, unread, more_unread })
}

/// Says what the source is.
///
/// # Errors
/// [`IngestError::NotALog`], and [`IngestError::Read`] of an archive that is damaged from the
/// start.
pub fn recognise(source: &Source, options: &ImportOptions) -> Result<Detection, IngestError> {
    let file_name = file_name(&source.path);
    let mut detection = ingest::detect(&head(source, &file_name), options.choice_of(&source.path))
        .map_err(|error| {
            let path = source.path.clone();
            match source.problem() {
                // What is left of a damaged archive says nothing about what was in it.
                Some(problem) if error.is_certain() => IngestError::damaged(path, 0, problem),
                _ => IngestError::NotALog { path, source: error },
            }
        })?;
    detection.assume_latest(source.modified());
    if let Some(zone) = &options.timezone {
        detection.mapping.timezone.clone_from(zone);
    }
    let is_plain = source.compression == Compression::None;
    if is_plain && !source.head_is_all() && file_says_more(&detection.container, &source.path) {
        detection.lacks_pages();
    }
    Ok(detection)
}

fn new_source(
    source: &Source,
    detection: &Detection,
    options: &ImportOptions,
    author: &Author,
) -> NewSource {
    let mapping = detection.mapping.to_toml();
    let (path, mapping) = match options.rejects_of {
        Some(id) => {
            let path = name_of_rejects(id, &source.path);
            (path, SourceInfo::mapping_of_rejects(id, &mapping))
        }
        None => (source.path.display().to_string(), mapping),
    };
    NewSource {
        path,
        format: detection.format.to_owned(),
        compression: source.packing(),
        mapping,
        confidence: f64::from(detection.confidence),
        timezone: detection.mapping.timezone.clone(),
        imported_at: author.at,
        raw_kept: !options.drop_raw && options.rejects_of.is_none(),
    }
}

/// What the rejects of a source are called that were taken to a file named like it.
fn name_of_rejects(source_id: u32, path: &Path) -> String {
    format!("rejects of source {source_id}: {}", file_name(path))
}

/// The writer's own error comes back boxed through the pipeline.
fn unwrap_sink(error: IngestError) -> ImportError {
    match error {
        IngestError::Sink(inner) => match inner.downcast::<StoreError>() {
            Ok(store) => ImportError::Store(*store),
            Err(inner) => ImportError::Ingest(IngestError::Sink(inner)),
        },
        other => ImportError::Ingest(other),
    }
}

fn refuse_incomplete(path: &Path, rejects: u64, problem: Option<&str>) -> Result<(), ImportError> {
    let what = match problem {
        Some(problem) => problem.to_owned(),
        None if rejects == 1 => "a record cannot be read".to_owned(),
        None if rejects > 0 => format!("{rejects} records cannot be read"),
        None => return Ok(()),
    };
    Err(ImportError::Strict { path: path.to_owned(), what })
}

/// A file that is in the case already is refused before it is read again, where its size gives
/// a reason to hash it first.
fn refuse_known_bytes(
    file: &CaseFile,
    path: &Path,
    progress: &Progress,
) -> Result<(), ImportError> {
    let Ok(meta) = fs::metadata(path) else { return Ok(()) };
    if !meta.is_file() || !file.has_source_of_size(meta.len())? {
        return Ok(());
    }
    let sha256 = ingest::source::hash_file(path, progress)?;
    match file.source_of_sha256(&sha256)? {
        Some(earlier) => Err(StoreError::DuplicateSource {
            what: "file is",
            path: path.display().to_string(),
            source_id: earlier.id,
            earlier: earlier.path,
        }
        .into()),
        None => Ok(()),
    }
}
