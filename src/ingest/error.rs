//! What can go wrong with a whole source. Single records never do: they have reject reasons.

use std::io;
use std::path::PathBuf;

use crate::job::Cancelled;

/// Why nothing could be imported from a source, or why its import stopped.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The file could not be opened.
    #[error("cannot open {path}: {source}")]
    Open {
        /// The path as given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file could not be read on.
    #[error("cannot read {path} after byte {offset}: {source}")]
    Read {
        /// The path as given.
        path: PathBuf,
        /// Bytes read before.
        offset: u64,
        /// What the system said.
        source: io::Error,
    },
    /// The archive unpacks to far more than any log does.
    #[error(
        "{path}: {packed} bytes unpack to more than {unpacked}, which no log does; \
         unpack it yourself and look before you import it"
    )]
    Expansion {
        /// The path as given.
        path: PathBuf,
        /// Bytes after unpacking, so far.
        unpacked: u64,
        /// Bytes on disk that gave them.
        packed: u64,
    },
    /// Somebody wrote to the file while it was read.
    #[error(
        "{path}: changed while it was read ({what}), so nothing of it was imported; \
         copy it to where nobody writes to it and import the copy"
    )]
    Changed {
        /// The path as given.
        path: PathBuf,
        /// What is different.
        what: String,
    },
    /// A member of an archive, or the archive itself, that cannot be read.
    #[error("{}: {what}", path.display())]
    Member {
        /// That of the archive, and of the member in it.
        path: PathBuf,
        /// Why, and what to try.
        what: String,
    },
    /// The file is not a log that can be read.
    #[error("{path}: {source}")]
    NotALog {
        /// The path as given.
        path: PathBuf,
        /// What was seen and what to try.
        source: DetectError,
    },
    /// The mapping cannot be used.
    #[error("mapping: {0}")]
    Mapping(String),
    /// The work was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// Whoever received the blocks failed.
    #[error(transparent)]
    Sink(Box<dyn std::error::Error + Send + Sync>),
}

/// Why the first bytes of a file do not show a log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DetectError {
    /// No bytes, or nothing but whitespace.
    #[error("the file is empty; nothing to import")]
    Empty,
    /// Certainly something else than a log, however it is looked at.
    #[error("not a log: {seen}; {hint}")]
    NoLog {
        /// What the bytes look like.
        seen: String,
        /// What to try.
        hint: String,
    },
    /// Nothing that reads like a log; it may become one by unpacking, converting or a mapping.
    #[error("not a log: {seen}; {hint}")]
    NotALog {
        /// What the bytes look like.
        seen: String,
        /// What to try.
        hint: String,
    },
    /// A log of a known kind that this version does not read.
    #[error("{title} is recognised but not read by this version; {hint}")]
    NotYet {
        /// The kind.
        title: String,
        /// What to try.
        hint: String,
    },
    /// The format asked for by name does not exist.
    #[error("no format is called \"{name}\"; `stillwatch formats` lists them")]
    UnknownFormat {
        /// The name given.
        name: String,
    },
    /// The format or mapping that was decided on reads none of the first records.
    #[error("{seen}; {hint}")]
    Misfit {
        /// What happens to the records.
        seen: String,
        /// What to try.
        hint: String,
    },
    /// None of the first records has a time.
    #[error("{seen}; {hint}")]
    Timeless {
        /// What the records have instead.
        seen: String,
        /// What to try.
        hint: String,
    },
    /// The mapping does not fit the file.
    #[error("mapping: {0}")]
    Mapping(String),
}

impl DetectError {
    /// Whether nobody who meant a folder of logs can have meant this file.
    pub fn is_certain(&self) -> bool {
        matches!(self, Self::Empty | Self::NoLog { .. })
    }
}

impl IngestError {
    /// An archive that cannot be unpacked beyond `offset` unpacked bytes.
    pub fn damaged(path: PathBuf, offset: u64, problem: &str) -> Self {
        let source = io::Error::new(io::ErrorKind::InvalidData, problem);
        Self::Read { path, offset, source }
    }

    /// Whether the file is certainly no log.
    pub fn is_no_log(&self) -> bool {
        matches!(self, Self::NotALog { source, .. } if source.is_certain())
    }
}
