//! What is in an archive, looked at before it is imported: every member as if it were a file.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Known, ReviewFile, without_path};
use crate::case::{ImportOptions, Look, SavedMappings};
use crate::ingest::source::Source;
use crate::ingest::{Choice, IngestError, Member, Opened};
use crate::job::Progress;
use crate::ui::format;

/// Members that are looked at; the others are recognised when they are read.
const MOST: usize = 100;
/// How long is looked: of a packed archive everything is unpacked on the way to a member.
const PATIENCE: Duration = Duration::from_secs(3);

/// The members of an archive; after them the archive itself, where not all were looked at.
pub(super) fn of(
    archive: ReviewFile,
    options: &ImportOptions,
    saved: Option<&SavedMappings>,
    progress: &Progress,
) -> Vec<ReviewFile> {
    let begun = Instant::now();
    let Ok(Opened::Archive(opened)) = Opened::open(&archive.path) else { return vec![archive] };
    let (mut members, mut files) = (opened.members(), Vec::new());
    members.give_up_at(begun + PATIENCE);
    let whole = loop {
        let (path, bytes, known) = match members.next(progress) {
            Ok(Some(Member::Log(source))) => {
                (source.path.clone(), source.bytes, known(*source, options, saved))
            }
            Ok(Some(Member::Failed(path, error))) if path != archive.path => {
                let known = problem(&error, &path);
                (path, 0, known)
            }
            // Left out for its name, as in a folder.
            Ok(Some(Member::Left(..))) => continue,
            Ok(Some(Member::End(_))) => break true,
            // What cannot be read of it is told by the import.
            Ok(Some(Member::Failed(..)) | None) | Err(_) => break false,
        };
        let inside = path.strip_prefix(&archive.path).unwrap_or(&path);
        let name = format!("{}/{}", archive.name, format::display(&inside.display().to_string()));
        let (choice, archive) = (Choice::default(), Some(archive.path.clone()));
        files.push(ReviewFile { path, name, bytes, known, choice, archive });
        if files.len() >= MOST || begun.elapsed() > PATIENCE {
            break false;
        }
    };
    if !whole || files.is_empty() {
        files.push(archive);
    }
    files
}

/// Looks again at one member.
///
/// # Errors
/// As [`Look::of`], and where the archive has no such member any more.
pub(super) fn look_at(
    archive: &Path,
    member: &Path,
    options: &ImportOptions,
    saved: Option<&SavedMappings>,
) -> Result<Look, IngestError> {
    if let Opened::Archive(opened) = Opened::open(archive)? {
        let mut members = opened.members();
        while let Some(found) = members.next(&Progress::default())? {
            match found {
                Member::Log(source) if source.path == member => {
                    return Look::of(*source, options, saved);
                }
                Member::Failed(path, error) if path == member => return Err(error),
                _ => {}
            }
        }
    }
    let what = "is no longer in the archive".to_owned();
    Err(IngestError::Member { path: member.to_owned(), what })
}

fn known(source: Source, options: &ImportOptions, saved: Option<&SavedMappings>) -> Known {
    if let Some(kind) = options.table(&source) {
        return Known::Table(kind.title());
    }
    let path = source.path.clone();
    match Look::of(source, options, saved) {
        Ok(look) => Known::Log(Arc::new(look)),
        Err(error) => problem(&error, &path),
    }
}

fn problem(error: &IngestError, path: &Path) -> Known {
    Known::Problem { why: without_path(&error.to_string(), path), certain: error.is_no_log() }
}
