//! What can go wrong with a case file.

use std::io;
use std::path::PathBuf;

use crate::job::Cancelled;

/// Why a case could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No file there.
    #[error("{}: no such case; `stillwatch import LOG… --case FILE` makes one", .0.display())]
    Missing(PathBuf),
    /// A case was to be created where something is already.
    #[error("{}: there is a file of that name already; open it, or choose another name", .0.display())]
    Exists(PathBuf),
    /// A file, but not a case.
    #[error("{}: not a Stillwatch case ({why}); logs are opened with `stillwatch import`", path.display())]
    NotACase {
        /// Which file.
        path: PathBuf,
        /// What was seen instead.
        why: String,
    },
    /// A case with a schema this program does not know.
    #[error("{}: made by a newer Stillwatch (schema {found}, this one knows {known}); update Stillwatch to open it", path.display())]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Schema of the file.
        found: u32,
        /// Newest schema known here.
        known: u32,
    },
    /// Another window or command has it open for writing.
    #[error("{}: open in another window or command; close it there, or open it read-only", .0.display())]
    Locked(PathBuf),
    /// A change was asked of a case that was opened read-only.
    #[error("{}: opened read-only; nothing can be changed", .0.display())]
    ReadOnly(PathBuf),
    /// The folder does not let us write.
    #[error("cannot write {}: {source}; choose a folder you may write to", path.display())]
    CannotWrite {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An import was cut short and cannot be rolled back without writing.
    #[error("{}: an import into it was interrupted; open it once with write access, which puts it back as it was before", .0.display())]
    Interrupted(PathBuf),
    /// Another process is writing right now.
    #[error("{}: another process is writing to it; try again when that is done", .0.display())]
    Busy(PathBuf),
    /// A file with the same bytes is in the case already.
    #[error(
        "{path}: the same file is in this case already, as source {source_id} ({earlier}); its events would count twice"
    )]
    DuplicateSource {
        /// The file that was to be imported.
        path: String,
        /// The source it equals.
        source_id: u32,
        /// The path that source was imported from.
        earlier: String,
    },
    /// No event of that id.
    #[error("no event {0} in this case")]
    NoSuchEvent(u64),
    /// Original records of the source were not kept.
    #[error(
        "the original records of source {0} were not kept; import it without --no-raw to see them"
    )]
    RawNotKept(u32),
    /// The file contradicts itself.
    #[error("the case file is damaged: {0}; `stillwatch verify` says more")]
    Damaged(String),
    /// A query that is not allowed or not SQL.
    #[error("{0}")]
    Query(String),
    /// The work was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// SQLite failed.
    #[error("the case file could not be read or written: {0}")]
    Sql(#[from] rusqlite::Error),
    /// A file beside the case could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl StoreError {
    /// Whether somebody else has the file at the moment: the same may work a little later.
    pub fn is_busy(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
        match self {
            Self::Busy(_) => true,
            Self::Sql(error) => {
                matches!(error.sqlite_error_code(), Some(DatabaseBusy | DatabaseLocked))
            }
            _ => false,
        }
    }

    /// Whether the work was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled(_))
    }
}

/// A result with a [`StoreError`].
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
