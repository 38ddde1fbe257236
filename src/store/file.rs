//! Making, opening and closing a case file.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use sha2::{Digest, Sha256};

use crate::job::Progress;

use super::dictionary::Dictionary;
use super::error::{Result, StoreError};
use super::hex;
use super::lock::Lock;
use super::schema;

/// While it lives, a case is read and not written.
pub type Still<'c> = rusqlite::Transaction<'c>;

/// What an open case may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Reading only; any number of windows at once.
    ReadOnly,
    /// Reading and writing; one window at a time.
    ReadWrite,
}

/// An open case: an SQLite file with the records, and the analyst's work on them.
///
/// Every change is a transaction: a crash, a kill or a power cut leaves the case as it was before
/// or as it is after, never in between.
#[derive(Debug)]
pub struct CaseFile {
    pub(super) conn: Connection,
    pub(super) path: PathBuf,
    mode: Mode,
    /// SQLite's count of changes to tables, views and triggers, when they were last looked at.
    schema_version: i64,
    /// What imports have interned so far; kept so that a folder of files does not reload it.
    pub(super) dictionary: Option<Dictionary>,
    /// What [`CaseFile::sha256`] read from. Closing any handle of a file lets go the locks this
    /// process has on it (POSIX), so it stays open as long as `conn`.
    kept: OnceLock<File>,
    // After `conn`: the lock is let go when the database is closed.
    _lock: Option<Lock>,
}

impl CaseFile {
    /// Makes a new, empty case and opens it for writing.
    ///
    /// The tables are made in a file beside it that then takes the name, so that a file of that
    /// name is always a whole case.
    ///
    /// # Errors
    /// [`StoreError::Exists`], [`StoreError::Locked`], [`StoreError::CannotWrite`].
    pub fn create(path: &Path) -> Result<Self> {
        if path.exists() {
            return Err(StoreError::Exists(path.to_owned()));
        }
        let cannot_write =
            |source: io::Error| StoreError::CannotWrite { path: path.to_owned(), source };
        let lock = Lock::take(path)?;
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".stillwatch-");
        #[cfg(unix)]
        {
            // A temporary file is for its owner only; a case gets what any new file gets.
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let draft = builder.tempfile_in(folder).map_err(cannot_write)?.into_temp_path();
        {
            let conn = Connection::open(&draft)?;
            schema::create(&conn)?;
            conn.close().map_err(|(_, error)| error)?;
        }
        draft.persist_noclobber(path).map_err(|e| cannot_write(e.error))?;
        Self::connect(path, Mode::ReadWrite, Some(lock))
    }

    /// Opens a case.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::NotACase`], [`StoreError::Newer`],
    /// [`StoreError::Locked`] (for writing, when another window has it),
    /// [`StoreError::CannotWrite`], [`StoreError::Linked`] and [`StoreError::Altered`] (for
    /// writing),
    /// [`StoreError::Interrupted`] (read-only, when an import was cut short).
    pub fn open(path: &Path, mode: Mode) -> Result<Self> {
        match fs::metadata(path) {
            Ok(meta) if !meta.is_file() => {
                let why = if meta.is_dir() { "a folder" } else { "not a file" };
                return Err(StoreError::NotACase { path: path.into(), why: why.into() });
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(StoreError::Missing(path.to_owned()));
            }
            Err(source) => return Err(StoreError::Io { path: path.to_owned(), source }),
        }
        let lock = match mode {
            Mode::ReadOnly => None,
            Mode::ReadWrite => Some(Lock::take(path)?),
        };
        Self::connect(path, mode, lock)
    }

    /// Whether the file at `path` says of itself that it is a case. Reads 72 bytes.
    pub fn is_case(path: &Path) -> bool {
        let mut head = [0u8; 72];
        File::open(path).and_then(|mut f| f.read_exact(&mut head)).is_ok()
            && head.starts_with(SQLITE_MAGIC)
            && head[68..72] == schema::APPLICATION_ID.to_be_bytes()
    }

    fn connect(path: &Path, mode: Mode, lock: Option<Lock>) -> Result<Self> {
        let access = match mode {
            Mode::ReadOnly => OpenFlags::SQLITE_OPEN_READ_ONLY,
            Mode::ReadWrite => OpenFlags::SQLITE_OPEN_READ_WRITE,
        };
        let conn = connect(path, access)?;
        let version = schema::check(&conn, path)?;
        if mode == Mode::ReadWrite {
            if conn.is_readonly("main")? {
                let source = io::ErrorKind::PermissionDenied.into();
                return Err(StoreError::CannotWrite { path: path.to_owned(), source });
            }
            conn.pragma_update(None, "synchronous", "FULL")?;
            // Before it is brought up to date: that makes the views anew.
            if let Some(what) = schema::altered(&conn)? {
                return Err(StoreError::Altered { path: path.to_owned(), what });
            }
            schema::migrate(&conn, version)?;
        }
        Ok(Self {
            schema_version: schema::changes(&conn)?,
            conn,
            path: path.to_owned(),
            mode,
            dictionary: None,
            kept: OnceLock::new(),
            _lock: lock,
        })
    }

    /// Where the case lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it was opened for.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Closes the case and removes its file: for a case made for an import that then failed.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`]; [`StoreError::Io`] when the file cannot be removed.
    pub fn discard(self) -> Result<()> {
        self.must_write()?;
        let path = self.path.clone();
        let Self { conn, _lock: lock, .. } = self;
        drop(conn);
        let removed = fs::remove_file(&path);
        // What a full disk leaves behind is no journal of a later case of this name.
        let mut journal = path.clone().into_os_string();
        journal.push("-journal");
        let _ = fs::remove_file(journal);
        drop(lock);
        removed.map_err(|source| StoreError::Io { path, source })
    }

    /// From the next read on, until what is returned is dropped, nothing is written to the case:
    /// what is read is of one state, and many small reads need not look each time whether something
    /// was written. Who holds it keeps others waiting, and so not for longer than a second or two.
    /// `None` where it is held already.
    pub fn hold_still(&self) -> Option<Still<'_>> {
        self.conn.unchecked_transaction().ok()
    }

    /// Size and SHA-256 of the case file, as it is.
    ///
    /// # Errors
    /// [`StoreError::Io`]; [`StoreError::Cancelled`].
    pub fn sha256(&self, progress: &Progress) -> Result<(u64, String)> {
        let failed = |source| StoreError::Io { path: self.path.clone(), source };
        let file = match self.kept.get() {
            Some(file) => file,
            None => {
                let file = File::open(&self.path).map_err(failed)?;
                self.kept.get_or_init(|| file)
            }
        };
        let mut reader = file;
        reader.seek(SeekFrom::Start(0)).map_err(failed)?;
        progress.set_phase("hashing the case", file.metadata().map_err(failed)?.len());
        let (mut hasher, mut bytes) = (Sha256::new(), 0);
        let mut buffer = vec![0; 1 << 20];
        loop {
            progress.check()?;
            match reader.read(&mut buffer).map_err(failed)? {
                0 => return Ok((bytes, hex(&hasher.finalize()))),
                n => {
                    hasher.update(&buffer[..n]);
                    bytes += n as u64;
                    progress.advance(n as u64);
                }
            }
        }
    }

    /// Fails unless the case was opened for writing.
    /// Fails where another program has put a table, view or trigger into the case since it was
    /// opened. To be asked inside a transaction: then nobody can before its end.
    pub(super) fn must_be_unaltered(&self, conn: &Connection) -> Result<()> {
        if schema::changes(conn)? == self.schema_version {
            return Ok(());
        }
        let altered = schema::altered(conn)?;
        altered.map_or(Ok(()), |what| Err(StoreError::Altered { path: self.path.clone(), what }))
    }

    pub(super) fn must_write(&self) -> Result<()> {
        match self.mode {
            Mode::ReadWrite => Ok(()),
            Mode::ReadOnly => Err(StoreError::ReadOnly(self.path.clone())),
        }
    }
}

/// Another, read-only connection to a case, for work on another thread.
pub(super) fn reader(path: &Path) -> Result<Connection> {
    connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

const SQLITE_MAGIC: &[u8] = b"SQLite format 3\0";

fn connect(path: &Path, access: OpenFlags) -> Result<Connection> {
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(|e| schema::explain(e, path))?;
    conn.busy_timeout(Duration::from_secs(2))?;
    // The first of these to look into the file is the one that meets an interrupted import.
    let set_up = || {
        conn.pragma_update(None, "temp_store", "MEMORY")?;
        // References are ours to keep, and sources are written after what refers to them.
        conn.pragma_update(None, "foreign_keys", false)?;
        // KiB when negative. Enough for the upper levels of every table.
        conn.pragma_update(None, "cache_size", -32_768)?;
        match access.contains(OpenFlags::SQLITE_OPEN_READ_ONLY) {
            true => schema::bridge(&conn),
            false => Ok(()),
        }
    };
    set_up().map_err(|error| schema::explain(error, path))?;
    Ok(conn)
}
