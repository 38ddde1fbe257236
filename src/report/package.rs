//! Writing a package folder so that it is there completely or not at all.
//!
//! Everything goes into a hidden folder beside the target; the last step is a rename. An earlier
//! package in the way is replaced, anything else is left alone with an error.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::ReportError;
use super::manifest::{FORMAT, FileEntry, MANIFEST, Manifest, hex};
use super::walk::files_under;

/// A package that is being written. Dropping it without [`Draft::commit`] removes what was
/// written.
#[derive(Debug)]
pub struct Draft {
    target: PathBuf,
    folder: PathBuf,
    files: Vec<FileEntry>,
    committed: bool,
}

impl Draft {
    /// Starts a package that will be at `target`.
    ///
    /// # Errors
    /// [`ReportError::Occupied`] or [`ReportError::IsFile`] if something else is there,
    /// [`ReportError::Io`] if the folder beside it cannot be made.
    pub fn begin(target: &Path) -> Result<Self, ReportError> {
        let target = std::path::absolute(target).map_err(ReportError::io("find", target))?;
        check_free(&target)?;
        let folder = sibling(&target, "partial");
        let parent = target.parent().unwrap_or(&target);
        fs::create_dir_all(parent).map_err(ReportError::io("create", parent))?;
        // Left over from a crash of a process that had our id.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).map_err(ReportError::io("create", &folder))?;
        Ok(Self { target, folder, files: Vec::new(), committed: false })
    }

    /// Writes one file through `fill` and notes its size and hash.
    ///
    /// # Errors
    /// What `fill` returns, and [`ReportError::Io`].
    pub fn file<T>(
        &mut self,
        path: &str,
        fill: impl FnOnce(&mut HashingWriter) -> Result<T, ReportError>,
    ) -> Result<T, ReportError> {
        let place = self.folder.join(path);
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent).map_err(ReportError::io("create", parent))?;
        }
        let file = File::create_new(&place).map_err(ReportError::io("create", &place))?;
        let mut writer = HashingWriter::new(file);
        let value = fill(&mut writer)?;
        let (bytes, sha256) = writer.finish().map_err(ReportError::io("write", &place))?;
        self.files.push(FileEntry {
            path: path.to_owned(),
            bytes,
            sha256,
            rows: None,
            rows_in_case: None,
        });
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(value)
    }

    /// Writes a file whose bytes are at hand.
    ///
    /// # Errors
    /// [`ReportError::Io`].
    pub fn bytes(&mut self, path: &str, bytes: &[u8]) -> Result<(), ReportError> {
        let place = self.folder.join(path);
        self.file(path, |out| out.write_all(bytes).map_err(ReportError::io("write", &place)))
    }

    /// Notes how many rows a table has, of how many in the case.
    pub fn set_rows(&mut self, path: &str, rows: u64, in_case: u64) {
        if let Some(entry) = self.files.iter_mut().find(|f| f.path == path) {
            entry.rows = Some(rows);
            entry.rows_in_case = Some(in_case);
        }
    }

    /// The files written so far, sorted by path.
    pub fn files(&self) -> &[FileEntry] {
        &self.files
    }

    /// Where a written file lies until the commit.
    #[cfg(feature = "pdf")]
    pub fn place(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// Writes the manifest and puts the package in its place.
    ///
    /// # Errors
    /// [`ReportError::Io`]; an earlier package is then still there.
    pub fn commit(mut self, manifest: &Manifest) -> Result<PathBuf, ReportError> {
        let place = self.folder.join(MANIFEST);
        fs::write(&place, manifest.to_bytes()).map_err(ReportError::io("write", &place))?;
        check_free(&self.target)?;
        let old = sibling(&self.target, "replaced");
        let replaces = self.target.exists();
        if replaces {
            let _ = fs::remove_dir_all(&old);
            fs::rename(&self.target, &old).map_err(ReportError::io("replace", &self.target))?;
        }
        if let Err(source) = fs::rename(&self.folder, &self.target) {
            if replaces {
                let _ = fs::rename(&old, &self.target);
            }
            return Err(ReportError::io("write", &self.target)(source));
        }
        self.committed = true;
        if replaces {
            let _ = fs::remove_dir_all(&old);
        }
        Ok(self.target.clone())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.committed {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// `.NAME.partial-1234` beside `NAME`.
fn sibling(target: &Path, what: &str) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(format!(".{what}-{}", std::process::id()));
    target.with_file_name(name)
}

/// Only nothing, an empty folder or an earlier package may be replaced.
fn check_free(target: &Path) -> Result<(), ReportError> {
    let entries = match fs::read_dir(target) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) if e.kind() == io::ErrorKind::NotADirectory => {
            return Err(ReportError::IsFile(target.to_owned()));
        }
        other => other.map_err(ReportError::io("read", target))?,
    };
    if entries.count() == 0 {
        return Ok(());
    }
    let occupied =
        |found: &str| ReportError::Occupied { path: target.to_owned(), found: found.to_owned() };
    let found = files_under(target).map_err(ReportError::io("read", target))?;
    let earlier = earlier_manifest(target);
    let belongs =
        |path: &str| earlier.as_ref().is_some_and(|m| path == MANIFEST || m.file(path).is_some());
    match found.iter().find(|entry| !entry.is_file || !belongs(&entry.path)) {
        Some(entry) => Err(occupied(&entry.path)),
        None if earlier.is_none() => Err(occupied("empty folders")),
        None => Ok(()),
    }
}

fn earlier_manifest(folder: &Path) -> Option<Manifest> {
    let bytes = fs::read(folder.join(MANIFEST)).ok()?;
    let manifest: Manifest = serde_json::from_slice(&bytes).ok()?;
    (manifest.format == FORMAT).then_some(manifest)
}

/// A buffered file that knows the size and hash of what went through it.
#[derive(Debug)]
pub struct HashingWriter {
    out: BufWriter<File>,
    hasher: Sha256,
    bytes: u64,
}

impl HashingWriter {
    fn new(file: File) -> Self {
        Self { out: BufWriter::with_capacity(1 << 16, file), hasher: Sha256::new(), bytes: 0 }
    }

    fn finish(mut self) -> io::Result<(u64, String)> {
        self.out.flush()?;
        self.out.get_ref().sync_all()?;
        Ok((self.bytes, hex(&self.hasher.finalize())))
    }
}

impl Write for HashingWriter {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let n = self.out.write(buf)?;
        self.hasher.update(&buf[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
