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
    #[error("{}: opened read-only, for it is open elsewhere, may not be written or has a second name (a hard link); nothing can be changed", .0.display())]
    ReadOnly(PathBuf),
    /// A case under several names: a journal left by a crash would be found under one only.
    #[error("{}: has another name too (a hard link), under which a crash could not be rolled back; copy it and work on the copy", .0.display())]
    Linked(PathBuf),
    /// Tables, views or triggers that are not those of a case.
    #[error("{}: {what}; nothing is written to a case that was changed by another program, see `stillwatch verify`", path.display())]
    Altered {
        /// Which file.
        path: PathBuf,
        /// What is not as this program makes it.
        what: String,
    },
    /// The id of a note was given to another one meanwhile.
    #[error("note {0} was written by somebody else meanwhile; open the case again")]
    NoteTaken(u64),
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
    /// A file with the same bytes or the same records is in the case already.
    #[error(
        "{path}: the same {what} in this case already, as source {source_id} ({earlier}); its events would count twice"
    )]
    DuplicateSource {
        /// What is the same, as the message says it.
        what: &'static str,
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
    #[error("{}", in_words(.0))]
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

    /// Whether the file itself is broken, as opposed to being locked, missing or something else.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Damaged(_) => true,
            Self::Sql(error) => !is_busy(error),
            _ => false,
        }
    }

    /// What is wrong, without advice.
    pub fn finding(self) -> String {
        match self {
            Self::Damaged(what) => what,
            Self::Sql(error) => error.to_string(),
            other => other.to_string(),
        }
    }
}

/// What SQLite says, and what to do where it is the disk: every change is a transaction, so that
/// one that fails leaves the case as it was.
fn in_words(error: &rusqlite::Error) -> String {
    use rusqlite::ErrorCode as Code;
    match error.sqlite_error_code() {
        Some(Code::DiskFull) => "the disk that the case lies on is full; make room and try again, \
                                 the case is as it was before"
            .to_owned(),
        Some(Code::SystemIoFailure) => format!(
            "the case file could not be read or written ({error}); see that its disk has room \
             and is in order and try again, the case is as it was before"
        ),
        _ => format!("the case file could not be read or written: {error}"),
    }
}

/// Whether SQLite waited in vain for another connection.
pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode as Code;
    matches!(error.sqlite_error_code(), Some(Code::DatabaseBusy | Code::DatabaseLocked))
}

/// A result with a [`StoreError`].
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
