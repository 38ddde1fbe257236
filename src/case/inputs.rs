//! What was named on the command line or dropped on the window, as files.

use std::path::{Path, PathBuf};

use super::import::ImportError;
use crate::ingest::side;
use crate::ingest::source::Source;
use crate::ingest::{Head, TableKind};

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

    /// Which of the tables that come beside a log it is, if it is one.
    pub fn table(&self) -> Option<TableKind> {
        // What is no file can be read only once.
        let source = self.path.is_file().then(|| Source::open(&self.path).ok()).flatten()?;
        side::recognise(&head(&source, &self.name()))
    }
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
    let mut files = Vec::new();
    for input in inputs {
        let text = input.to_string_lossy();
        let before = files.len();
        if text == "-" || input.is_file() {
            files.push(Input::named(input.clone()));
        } else if input.is_dir() {
            walk(input, &mut files)?;
        } else if text.contains(['*', '?', '[']) {
            expand_pattern(&text, &mut files)?;
        } else {
            // Missing: opening it says so with the system's words.
            files.push(Input::named(input.clone()));
        }
        if files.len() == before {
            return Err(ImportError::NoFiles(input.clone()));
        }
    }
    Ok(files)
}

fn walk(folder: &Path, files: &mut Vec<Input>) -> Result<(), ImportError> {
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|e| ImportError::Walk(e.to_string()))?;
        let hidden = entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.');
        if entry.file_type().is_file() && !hidden {
            files.push(Input { path: entry.into_path(), walked: true });
        }
    }
    Ok(())
}

fn expand_pattern(pattern: &str, files: &mut Vec<Input>) -> Result<(), ImportError> {
    let wrong = |message: String| ImportError::Pattern { pattern: pattern.to_owned(), message };
    for path in glob::glob(pattern).map_err(|e| wrong(e.to_string()))? {
        let path = path.map_err(|e| wrong(e.to_string()))?;
        match path.is_dir() {
            true => walk(&path, files)?,
            false => files.push(Input::named(path)),
        }
    }
    Ok(())
}
