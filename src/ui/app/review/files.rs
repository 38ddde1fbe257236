//! The files of a review: what is known of each, and why it deserves a look.

mod members;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::case::inputs::{Input, expand};
use crate::case::{ImportError, ImportOptions, Look, Machine, SavedMappings, rejected_log};
use crate::ingest::{Choice, DetectError, IngestError, Opened};
use crate::job::Progress;
use crate::ui::app::import::Request;
use crate::ui::app::session::file_name;
use crate::ui::format;

/// Files that are looked at; the others are recognised when they are read.
const LOOKED_AT: usize = 200;
/// Confidence below which a file deserves a look.
const SURE: f32 = 0.8;

/// What is known of a file.
#[derive(Clone, Debug)]
pub enum Known {
    /// A log.
    Log(Arc<Look>),
    /// A table beside the logs, by what it is.
    Table(&'static str),
    /// An archive, by what it is. What is in it, or the rest of it, is recognised when it is read.
    Archive(&'static str),
    /// No log, or not to be read as was decided.
    Problem {
        /// Why.
        why: String,
        /// Whether nobody can have meant it as a log.
        certain: bool,
    },
    /// Not looked at.
    Unknown,
}

/// A file that is to be imported.
#[derive(Clone, Debug)]
pub struct ReviewFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its name, safe to show.
    pub name: String,
    /// Size on disk, bytes.
    pub bytes: u64,
    /// What is known of it.
    pub known: Known,
    /// What the analyst decided about reading it.
    pub choice: Choice,
    /// The archive it lies in, if it does.
    pub archive: Option<PathBuf>,
}

impl ReviewFile {
    /// Looks at a file, or at what is in an archive.
    fn of(
        input: &Input,
        looks: bool,
        options: &ImportOptions,
        saved: Option<&SavedMappings>,
        progress: &Progress,
    ) -> Vec<Self> {
        let file = Self::new(input, looks, options, saved);
        match file.known {
            Known::Archive(_) => members::of(file, options, saved, progress),
            _ => vec![file],
        }
    }

    fn new(
        input: &Input,
        looks: bool,
        options: &ImportOptions,
        saved: Option<&SavedMappings>,
    ) -> Self {
        let (path, name) = (input.path.clone(), file_name(&input.path));
        let meta = std::fs::metadata(&path).ok();
        let bytes = meta.as_ref().map_or(0, |m| m.len());
        // A pipe can be read only once, and that is for the import.
        let looks = looks && meta.is_none_or(|m| m.is_file());
        let (known, choice) = (Known::Unknown, Choice::default());
        let mut file = Self { path, name, bytes, known, choice, archive: None };
        if looks {
            file.look_at(options, saved);
        }
        file
    }

    fn look_at(&mut self, options: &ImportOptions, saved: Option<&SavedMappings>) {
        let look = match Opened::open(&self.path) {
            Ok(Opened::Archive(archive)) => {
                self.known = Known::Archive(archive.title());
                return;
            }
            Ok(Opened::Log(source)) => {
                if let Some(kind) = options.table(&source) {
                    self.known = Known::Table(kind.title());
                    return;
                }
                Look::of(*source, options, saved)
            }
            Err(error) => Err(error),
        };
        self.known = match look {
            Ok(look) => Known::Log(Arc::new(look)),
            Err(error) => match by_hand(&self.path, &error, options, saved) {
                Some(look) => {
                    self.choice.format = Some(look.inspection.format.clone());
                    Known::Log(Arc::new(look))
                }
                None => {
                    let why = without_path(&error.to_string(), &self.path);
                    Known::Problem { why, certain: error.is_no_log() }
                }
            },
        };
    }

    /// Looks at it again, as it would be read with other options.
    ///
    /// # Errors
    /// As [`Look::at`].
    pub(super) fn look_again(
        path: &Path,
        archive: Option<&Path>,
        options: &ImportOptions,
        saved: Option<&SavedMappings>,
    ) -> Result<Look, IngestError> {
        match archive {
            Some(archive) => members::look_at(archive, path, options, saved),
            None => Look::at(path, options, saved),
        }
    }

    /// What was seen of it, where it is a log.
    pub fn look(&self) -> Option<&Arc<Look>> {
        match &self.known {
            Known::Log(look) => Some(look),
            _ => None,
        }
    }

    /// Why it deserves a look before it is imported, if it does.
    pub fn worth_a_look(&self) -> Option<String> {
        // What cannot be read as anything is told by the import; here nothing could be done.
        let look = self.look()?;
        let seen = &look.inspection;
        let rejects = seen.rejects.len() as u64;
        if seen.unusable.is_some() {
            Some("nothing can be read yet".into())
        } else if rejects > 0 {
            Some(format!("{} rejected", format::percent(rejects, seen.sampled)))
        } else if let Some(name) = look.offered.first() {
            Some(format!("\u{201c}{name}\u{201d} fits"))
        } else if matches!(seen.format.as_str(), "csv" | "json") {
            Some("fields are guessed".into())
        } else if seen.confidence < SURE {
            Some(format!("{:.0} % sure", seen.confidence * 100.0))
        } else {
            look.problem.is_some().then(|| "not whole".into())
        }
    }
}

/// What the first look gave.
pub(super) struct Looked {
    /// Names of time zones.
    pub zones: Vec<(String, String)>,
    /// The log of rejected records, where they are read again.
    pub rejects: Option<PathBuf>,
    pub files: Vec<ReviewFile>,
    pub saved: Vec<String>,
    /// What the machine has left where the case will lie.
    pub machine: Machine,
}

/// Looks at every file of a request.
pub(super) fn look_at_all(
    request: &Request,
    saved: Option<&SavedMappings>,
    progress: &Progress,
) -> Result<Looked, ImportError> {
    let mut inputs = request.inputs.clone();
    let mut rejects = None;
    if let (Some(source_id), Some(folder)) = (request.options.rejects_of, &request.folder) {
        let log = rejected_log(&request.case, source_id, folder.path(), progress)?;
        inputs.push(log.path.clone());
        rejects = Some(log.path);
    }
    let inputs = expand(&inputs)?;
    let one = |(i, input): (usize, &Input)| {
        let looks = i < LOOKED_AT && !progress.is_cancelled();
        ReviewFile::of(input, looks, &request.options, saved, progress)
    };
    let files = inputs.par_iter().enumerate().flat_map(one).collect();
    let names = saved.map(|saved| saved.list().0.into_iter().map(|s| s.name).collect());
    let zones = jiff::tz::db().available().map(|n| (n.as_str().to_owned(), String::new()));
    let zones = zones.collect();
    let machine = Machine::now(&request.case);
    Ok(Looked { zones, rejects, files, saved: names.unwrap_or_default(), machine })
}

/// A look at a file that is no log by what it seems, as one whose fields somebody names.
fn by_hand(
    path: &Path,
    error: &IngestError,
    options: &ImportOptions,
    saved: Option<&SavedMappings>,
) -> Option<Look> {
    let IngestError::NotALog { source: DetectError::NotALog { .. }, .. } = error else {
        return None;
    };
    let look_as = |format: &str| {
        let mut options = options.clone();
        let choice = Choice { format: Some(format.to_owned()), mapping: None };
        options.each.insert(path.to_owned(), choice);
        Look::at(path, &options, saved).ok()
    };
    // A table is read as one, and nothing else is.
    let look = look_as("csv")?;
    let look = if look.inspection.is_table { look } else { look_as("json")? };
    (!look.inspection.paths.is_empty()).then_some(look)
}

/// The list says which file it is.
pub(super) fn without_path(error: &str, path: &Path) -> String {
    let prefix = format!("{}: ", path.display());
    format::display(error.strip_prefix(&prefix).unwrap_or(error))
}
