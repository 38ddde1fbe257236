//! Whether the files that a case was made from are still where they were, and still the same.

use std::path::{Path, PathBuf};

use super::record::ArchiveNote;
use crate::ingest::IngestError;
use crate::ingest::source::hash_file;
use crate::job::{Cancelled, Progress};
use crate::model::SourceInfo;

/// What a source was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// A file, with the hash that it had.
    File(String),
    /// An archive, with the hash that it had: the member's own is of its bytes in it.
    Archive(ArchiveNote),
    /// Standard input: nothing to compare with.
    Stream,
    /// Rejected records of another source, read again from what the case has kept of it.
    Rejects(u32),
}

impl Kept {
    /// Of a source; `archive` is what the journal says of the one that it came in.
    pub fn of(source: &SourceInfo, archive: Option<&ArchiveNote>) -> Self {
        match (source.rejects_of(), archive) {
            (Some(other), _) => Self::Rejects(other),
            (None, _) if source.path == "-" => Self::Stream,
            (None, Some(archive)) => Self::Archive(archive.clone()),
            (None, None) => Self::File(source.sha256.clone()),
        }
    }

    /// The path and the hash that there is to look for; `None` where there is no file.
    fn sought<'a>(&'a self, source: &'a SourceInfo) -> Option<(&'a Path, &'a str)> {
        match self {
            Self::File(sha256) => Some((Path::new(&source.path), sha256)),
            Self::Archive(note) => Some((&note.path, &note.sha256)),
            Self::Stream | Self::Rejects(_) => None,
        }
    }
}

/// Whether a file is there. That says nothing of what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnDisk {
    /// It lies there.
    Here(PathBuf),
    /// It is neither where it was nor beside the case.
    Gone,
    /// There is no file that could be there.
    NoFile,
}

impl OnDisk {
    /// Looks where it was, and beside the case, where a case that moved has its logs.
    pub fn look(source: &SourceInfo, kept: &Kept, case: &Path) -> Self {
        let Some((path, _)) = kept.sought(source) else { return Self::NoFile };
        let folder = case.parent().unwrap_or(Path::new(""));
        let beside = path.file_name().map(|name| folder.join(name));
        let places = [Some(path.to_owned()), Some(folder.join(path)), beside];
        let found = places.into_iter().flatten().find(|place| place.is_file());
        found.map_or(Self::Gone, Self::Here)
    }
}

/// What came of hashing a file again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// The very same bytes.
    Same,
    /// Other bytes, of this hash.
    Differs(String),
    /// It could not be read, and why.
    Unread(String),
    /// There is nothing to hash.
    Nothing,
}

impl Checked {
    /// Hashes the file of a source again.
    ///
    /// # Errors
    /// [`Cancelled`].
    pub fn of(
        source: &SourceInfo,
        kept: &Kept,
        case: &Path,
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        let (OnDisk::Here(path), Some((_, expected))) =
            (OnDisk::look(source, kept, case), kept.sought(source))
        else {
            return Ok(Self::Nothing);
        };
        match hash_file(&path, progress) {
            Ok(sha256) if sha256 == expected => Ok(Self::Same),
            Ok(sha256) => Ok(Self::Differs(sha256)),
            Err(IngestError::Cancelled(cancelled)) => Err(cancelled),
            Err(error) => Ok(Self::Unread(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SHA-256 of `abc`.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn source(path: &Path) -> SourceInfo {
        let (path, sha256) = (path.display().to_string(), ABC.to_owned());
        SourceInfo { id: 1, path, sha256, ..SourceInfo::default() }
    }

    #[test]
    fn a_file_is_the_same_another_one_or_gone_and_found_beside_the_case() {
        let folder = tempfile::tempdir().expect("a scratch directory");
        let (case, log) = (folder.path().join("c.stillwatch"), folder.path().join("a.jsonl"));
        let progress = Progress::default();
        let of = |source: &SourceInfo| {
            let kept = Kept::of(source, None);
            let checked = Checked::of(source, &kept, &case, &progress).expect("not cancelled");
            (OnDisk::look(source, &kept, &case), checked)
        };
        assert_eq!(of(&source(&log)), (OnDisk::Gone, Checked::Nothing));
        std::fs::write(&log, "abc").expect("written");
        assert_eq!(of(&source(&log)), (OnDisk::Here(log.clone()), Checked::Same));
        let moved = Path::new("/nowhere/at/all/a.jsonl");
        assert_eq!(of(&source(moved)), (OnDisk::Here(log.clone()), Checked::Same));
        std::fs::write(&log, "abd").expect("written");
        assert!(matches!(of(&source(&log)).1, Checked::Differs(sha256) if sha256 != ABC));
    }

    #[test]
    fn of_a_member_the_archive_is_hashed_and_of_a_stream_nothing() {
        let folder = tempfile::tempdir().expect("a scratch directory");
        let (case, zip) = (folder.path().join("c.stillwatch"), folder.path().join("a.zip"));
        std::fs::write(&zip, "abc").expect("written");
        let note = ArchiveNote { path: zip.clone(), sha256: ABC.into() };
        let member = SourceInfo { sha256: "ff".into(), ..source(&zip.join("in/day.jsonl")) };
        let kept = Kept::of(&member, Some(&note));
        let checked = Checked::of(&member, &kept, &case, &Progress::default());
        assert_eq!(checked, Ok(Checked::Same));
        let stream = SourceInfo { path: "-".into(), ..SourceInfo::default() };
        assert_eq!(Kept::of(&stream, None), Kept::Stream);
        let mapping = SourceInfo::mapping_of_rejects(1, "");
        let again = SourceInfo { mapping, ..source(&zip) };
        let kept = Kept::of(&again, None);
        assert_eq!(
            (&kept, OnDisk::look(&again, &kept, &case)),
            (&Kept::Rejects(1), OnDisk::NoFile)
        );
    }

    #[test]
    fn hashing_can_be_stopped() {
        let folder = tempfile::tempdir().expect("a scratch directory");
        let log = folder.path().join("a.jsonl");
        std::fs::write(&log, "abc").expect("written");
        let progress = Progress::default();
        progress.cancel();
        let of = source(&log);
        let stopped = Checked::of(&of, &Kept::of(&of, None), &log, &progress);
        assert_eq!(stopped, Err(Cancelled));
    }
}
