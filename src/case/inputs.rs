//! What was named on the command line or dropped on the window, as files.

use std::fs;
use std::path::{Component, Path, PathBuf};

use glob::MatchOptions;
use walkdir::{DirEntry, WalkDir};

use super::import::ImportError;
use crate::ingest::side;
use crate::ingest::source::Source;
use crate::ingest::{Head, TableKind};
use crate::store::CaseFile;

/// Why what a walk meets is left aside that is neither a file nor a folder.
const NO_FILE: &str = "a pipe, socket or device; name it itself to read it";

/// A file that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its path; `-` for standard input.
    pub path: PathBuf,
    /// Whether it was found in a folder that was named, rather than named itself.
    pub walked: bool,
}

impl Input {
    fn named(path: PathBuf) -> Self {
        Self { path, walked: false }
    }

    /// Its name without the folder.
    pub fn name(&self) -> String {
        file_name(&self.path)
    }
}

/// Which of the tables that come beside a log a source is, if it is one.
pub(super) fn table(source: &Source) -> Option<TableKind> {
    // A table is read as a whole: what has no size might have no end.
    let is_bounded = source.bytes > 0;
    is_bounded.then(|| side::recognise(&head(source, &file_name(&source.path)))).flatten()
}

pub(super) fn head<'a>(source: &'a Source, file_name: &'a str) -> Head<'a> {
    Head { bytes: source.head(), complete: source.head_is_all(), file_name }
}

pub(super) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// The files that are meant: folders are walked, patterns expanded, both in the order of names.
///
/// # Errors
/// An input that matches nothing, or cannot be walked.
pub fn expand(inputs: &[PathBuf]) -> Result<Vec<Input>, ImportError> {
    Ok(Found::new(inputs)?.files)
}

/// What was found in the places that were named.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The files that are meant.
    pub files: Vec<Input>,
    /// What a walk met and left aside, with the reason.
    pub left: Vec<(PathBuf, &'static str)>,
    /// What it could not look into, and why.
    pub unread: Vec<(PathBuf, String)>,
}

impl Found {
    /// As [`expand`].
    pub(super) fn new(inputs: &[PathBuf]) -> Result<Self, ImportError> {
        let mut found = Self::default();
        for input in inputs {
            let text = input.to_string_lossy();
            let before = found.files.len();
            if text == "-" || input.is_file() {
                found.files.push(Input::named(input.clone()));
            } else if input.is_dir() {
                found.walk(input)?;
            } else if text.contains(['*', '?', '[']) {
                found.expand_pattern(&text)?;
            } else {
                // Missing: opening it says so with the system's words.
                found.files.push(Input::named(input.clone()));
            }
            if found.files.len() == before && found.unread.is_empty() {
                return Err(ImportError::NoFiles(input.clone()));
            }
        }
        Ok(found)
    }

    /// Takes the files of a folder and of the folders in it, but nothing hidden and no case.
    ///
    /// Links to files count as files, for that is how logs are gathered; links to folders do not,
    /// so that a walk ends and stays where it was sent.
    fn walk(&mut self, folder: &Path) -> Result<(), ImportError> {
        let shown =
            |e: &DirEntry| e.depth() == 0 || !e.file_name().to_string_lossy().starts_with('.');
        for entry in WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(shown) {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.not_walked(folder, &error)?;
                    continue;
                }
            };
            let path = entry.path();
            if entry.depth() > 0 && entry.path_is_symlink() {
                match fs::metadata(path) {
                    Ok(meta) if meta.is_file() && !is_walked(path, folder) => {}
                    Ok(meta) if meta.is_dir() => {
                        let why = "a link to a folder; name the folder itself";
                        self.left.push((path.to_owned(), why));
                        continue;
                    }
                    Ok(meta) if meta.is_file() => continue,
                    Ok(_) => {
                        self.left.push((path.to_owned(), NO_FILE));
                        continue;
                    }
                    Err(_) => {
                        self.left.push((path.to_owned(), "a link that leads nowhere"));
                        continue;
                    }
                }
            } else if !entry.file_type().is_file() {
                if !entry.file_type().is_dir() {
                    self.left.push((path.to_owned(), NO_FILE));
                }
                continue;
            }
            if !belongs_to_a_case(path) {
                self.files.push(Input { path: entry.into_path(), walked: true });
            }
        }
        Ok(())
    }

    /// A folder inside that cannot be looked into does not keep the rest from being read; the one
    /// that was named does.
    fn not_walked(&mut self, folder: &Path, error: &walkdir::Error) -> Result<(), ImportError> {
        match error.path() {
            Some(path) if path != folder => self.unread.push((path.to_owned(), error.to_string())),
            _ => return Err(ImportError::Walk(error.to_string())),
        }
        Ok(())
    }

    fn expand_pattern(&mut self, pattern: &str) -> Result<(), ImportError> {
        let wrong = |message: String| ImportError::Pattern { pattern: pattern.to_owned(), message };
        // Nothing hidden, as in a folder and as in a shell.
        let how = MatchOptions { require_literal_leading_dot: true, ..MatchOptions::new() };
        for path in glob::glob_with(pattern, how).map_err(|e| wrong(e.to_string()))? {
            let path = path.map_err(|e| wrong(e.to_string()))?;
            match path.is_dir() {
                true => self.walk(&path)?,
                false => self.files.push(Input::named(path)),
            }
        }
        Ok(())
    }
}

/// Whether a link leads to a file that the walk of the folder meets anyway.
fn is_walked(link: &Path, folder: &Path) -> bool {
    let (Ok(target), Ok(folder)) = (fs::canonicalize(link), fs::canonicalize(folder)) else {
        return false;
    };
    let hidden = |part: Component<'_>| part.as_os_str().to_string_lossy().starts_with('.');
    target.strip_prefix(&folder).is_ok_and(|inside| !inside.components().any(hidden))
}

/// Whether a file is a case, or what lies beside one while it is written.
fn belongs_to_a_case(path: &Path) -> bool {
    let text = path.to_string_lossy();
    let beside = ["-journal", ".lock"].iter().find_map(|ending| text.strip_suffix(ending));
    CaseFile::is_case(beside.map_or(path, Path::new))
}
