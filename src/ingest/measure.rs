//! How much was read of a file on disk, how much came out of it, and whether it is still the
//! file that it was.

use std::fs::{self, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::SystemTime;

use super::IngestError;

/// Unpacked bytes per packed byte that no honest log reaches.
const EXPANSION_LIMIT: u64 = 1_000;
/// Unpacked size up to which the expansion limit is not looked at, bytes.
const EXPANSION_GRACE: u64 = 256 << 20;
/// Members of one archive that may unpack to more than any log does before all of it is refused.
const MOST_BOMBS: u64 = 2;

/// The bytes that went in and came out of one file on disk, whatever lies in it: a packed log, or
/// all members of an archive with the archives among them. Shared by all who read from it.
#[derive(Debug)]
pub(super) struct Measure {
    path: PathBuf,
    /// Size on disk, bytes; 0 when it cannot be known.
    size: u64,
    read: AtomicU64,
    unpacked: AtomicU64,
    /// Members that were refused.
    bombs: AtomicU64,
    refused: AtomicBool,
    stopped: AtomicBool,
}

/// Whether so many bytes come out of so many in no log.
fn is_bomb(unpacked: u64, packed: u64) -> bool {
    unpacked > EXPANSION_GRACE && unpacked / packed.max(1) > EXPANSION_LIMIT
}

impl Measure {
    pub(super) fn new(path: &Path, size: u64) -> Arc<Self> {
        Arc::new(Self {
            path: path.to_owned(),
            size,
            read: AtomicU64::new(0),
            unpacked: AtomicU64::new(0),
            bombs: AtomicU64::new(0),
            refused: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
        })
    }

    /// Size on disk, bytes; 0 when it cannot be known.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Bytes on disk looked at so far. What is read again, as by members of a zip archive that
    /// lie on one another, counts once.
    pub(super) fn packed(&self) -> u64 {
        let read = self.read.load(Ordering::Relaxed);
        if self.size > 0 { read.min(self.size) } else { read }
    }

    /// Notes bytes taken from disk.
    pub(super) fn add_read(&self, bytes: u64) {
        self.read.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Notes bytes that came out of an unpacker.
    ///
    /// # Errors
    /// [`IngestError::Expansion`] when they are more than any log gives.
    pub(super) fn add_unpacked(&self, bytes: u64) -> Result<(), IngestError> {
        let unpacked = self.unpacked.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.refuse(unpacked, self.packed())
    }

    fn refuse(&self, unpacked: u64, packed: u64) -> Result<(), IngestError> {
        if !is_bomb(unpacked, packed) {
            return Ok(());
        }
        self.refused.store(true, Ordering::Relaxed);
        Err(IngestError::Expansion { path: self.path.clone(), unpacked, packed })
    }

    /// Whether more came out of the whole file than any log gives.
    pub(super) fn is_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }

    /// Notes bytes that came out of a member: all members may come to so much of the whole file,
    /// of which they may be the smaller part that was read.
    fn add_of_member(&self, bytes: u64) -> Result<(), IngestError> {
        let unpacked = self.unpacked.fetch_add(bytes, Ordering::Relaxed) + bytes;
        // One member alone is refused before all are.
        if unpacked <= 2 * EXPANSION_GRACE {
            return Ok(());
        }
        self.refuse(unpacked, self.size.max(self.packed()))
    }

    /// Forgets what came out of a member that was refused, so that the others are read; not any
    /// number of times, for each costs the time of unpacking it.
    fn forget(&self, bytes: u64) {
        if self.bombs.fetch_add(1, Ordering::Relaxed) < MOST_BOMBS {
            self.unpacked.fetch_sub(bytes, Ordering::Relaxed);
        }
    }

    /// Nobody wants anything of it any more: who reads ends soon.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

/// Reads from disk and notes how much.
pub(super) struct FromDisk<R> {
    pub inner: R,
    pub measure: Arc<Measure>,
}

impl<R: Read> Read for FromDisk<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.measure.add_read(n as u64);
        Ok(n)
    }
}

impl<R: io::Seek> io::Seek for FromDisk<R> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

/// Reads from an unpacker and ends with an error where it gives more than any log does, or where
/// nobody wants it any more.
pub(super) struct Unpacked<R> {
    pub inner: R,
    pub measure: Arc<Measure>,
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.measure.is_stopped() {
            return Err(io::Error::other("nobody reads it any more"));
        }
        let n = self.inner.read(buffer)?;
        self.measure.add_unpacked(n as u64).map_err(io::Error::other)?;
        Ok(n)
    }
}

/// Reads a member of an archive that says how long each is, and ends with an error where that one
/// gives more than any log does: what the others are is another question.
pub(super) struct UnpackedMember<R> {
    pub inner: R,
    /// Its path.
    pub path: PathBuf,
    /// Its length in the archive, as that says, bytes.
    pub packed: u64,
    /// Bytes that came out of it.
    pub unpacked: u64,
    /// That of the archive.
    pub whole: Arc<Measure>,
}

impl<R: Read> Read for UnpackedMember<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.whole.is_stopped() {
            return Err(io::Error::other("nobody reads it any more"));
        }
        let n = self.inner.read(buffer)? as u64;
        // An archive may say that a member is longer than itself.
        let packed = match self.whole.size {
            0 => self.packed,
            size => self.packed.min(size),
        };
        if is_bomb(self.unpacked + n, packed) {
            self.whole.forget(self.unpacked);
            let (path, unpacked) = (self.path.clone(), self.unpacked + n);
            self.unpacked = 0;
            return Err(io::Error::other(IngestError::Expansion { path, unpacked, packed }));
        }
        self.unpacked += n;
        self.whole.add_of_member(n).map_err(io::Error::other)?;
        Ok(n as usize)
    }
}

/// What tells one state of a file from another without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    path: PathBuf,
    bytes: u64,
    modified: Option<SystemTime>,
    inode: u64,
}

impl Stamp {
    /// `None` for what is no file: it can be read only once.
    pub(super) fn of(path: &Path, meta: &Metadata) -> Option<Self> {
        #[cfg(unix)]
        let inode = std::os::unix::fs::MetadataExt::ino(meta);
        #[cfg(not(unix))]
        let inode = 0;
        let modified = meta.modified().ok();
        meta.is_file().then(|| Self { path: path.to_owned(), bytes: meta.len(), modified, inode })
    }

    /// # Errors
    /// [`IngestError::Changed`] when the file is not what it was.
    pub(super) fn check(&self) -> Result<(), IngestError> {
        let changed = |what: String| IngestError::Changed { path: self.path.clone(), what };
        let meta = fs::metadata(&self.path).map_err(|e| changed(e.to_string()))?;
        match Self::of(&self.path, &meta) {
            Some(now) if now == *self => Ok(()),
            Some(now) if now.bytes != self.bytes => {
                Err(changed(format!("{} bytes when it was opened, now {}", self.bytes, now.bytes)))
            }
            Some(now) if now.inode != self.inode => {
                Err(changed("another file is there now".into()))
            }
            _ => Err(changed("it was written to".into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_twice_counts_once() {
        let measure = Measure::new(Path::new("x"), 1_000);
        measure.add_read(900);
        measure.add_read(900);
        assert_eq!(measure.packed(), 1_000);
        assert!(measure.add_unpacked(EXPANSION_GRACE).is_ok());
        let error = measure.add_unpacked(EXPANSION_GRACE);
        assert!(matches!(error, Err(IngestError::Expansion { packed: 1_000, .. })));
    }

    #[test]
    fn a_file_that_grows_or_is_replaced_has_changed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.log");
        fs::write(&path, "one\n").expect("written");
        let stamp = |path: &Path| Stamp::of(path, &fs::metadata(path).expect("there"));
        let before = stamp(&path).expect("a file");
        assert!(before.check().is_ok());
        fs::write(&path, "one\ntwo\n").expect("written");
        let why = before.check().expect_err("grown").to_string();
        assert!(why.contains("4 bytes when it was opened, now 8"), "{why}");
        let before = stamp(&path).expect("a file");
        fs::write(folder.path().join("b.log"), "xxx\nyyy\n").expect("written");
        fs::rename(folder.path().join("b.log"), &path).expect("renamed");
        assert!(before.check().is_err());
        fs::remove_file(&path).expect("removed");
        assert!(before.check().is_err());
        assert_eq!(stamp(folder.path()), None, "a folder has no stamp");
    }
}
