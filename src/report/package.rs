//! Writing a package folder so that it is there completely or not at all.
//!
//! Everything goes into a hidden folder beside the target; the last step is a rename. An earlier
//! package in the way is replaced, anything else is left alone with an error.
//!
//! ```text
//!  .NAME.partial-Xy12Zz/   a name of its own for every export
//!    lock                  held while the export lives; what a killed one left is not locked
//!    package/              becomes NAME
//!    package.zip           the same as one file, where NAME ends in .zip
//!    replaced/             the earlier package, until the new one is in its place
//! ```

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::ReportError;
use super::hash::{hash_file, hex};
use super::manifest::{FileEntry, MANIFEST, Manifest};
use super::sign::{SIGNATURE, Signature, Signer, is_one};
use super::verify::{read_manifest, verify_with};
use super::walk::{Kind, files_under, is_ours, is_unlisted};
use super::zipped;
use crate::job::Progress;

/// Name of the lock in the folder of an export.
const LOCK: &str = "lock";

/// A package that is being written. Dropping it without [`Draft::commit`] removes what was
/// written.
#[derive(Debug)]
pub struct Draft {
    target: PathBuf,
    /// Whether the target is one file that holds the package.
    is_zip: bool,
    folder: PathBuf,
    files: Vec<FileEntry>,
    // Closed before the folder around it is removed: fields are dropped in this order.
    _lock: File,
    work: TempDir,
}

impl Draft {
    /// Starts a package that will be at `target`, signed by somebody or nobody; a link is followed.
    ///
    /// # Errors
    /// [`ReportError::Occupied`], [`ReportError::Edited`], [`ReportError::Signed`],
    /// [`ReportError::IsFile`] or [`ReportError::NoName`] if something else is there,
    /// [`ReportError::Io`] if the folder beside it cannot be made, and when cancelled.
    pub fn begin(
        target: &Path,
        signer: Option<&Signer>,
        progress: &Progress,
    ) -> Result<Self, ReportError> {
        let find = || ReportError::io("find", target);
        let target = match target.is_symlink() || target.file_name().is_none() {
            true => fs::canonicalize(target).map_err(find())?,
            false => std::path::absolute(target).map_err(find())?,
        };
        let (Some(name), Some(parent)) = (target.file_name(), target.parent()) else {
            return Err(ReportError::NoName(target));
        };
        let is_zip = zipped::is_named(&target);
        check_place(&target, is_zip, signer.is_some(), progress)?;
        fs::create_dir_all(parent).map_err(ReportError::io("create", parent))?;
        let mut prefix = OsString::from(".");
        prefix.push(name);
        prefix.push(".partial-");
        remove_left_over(parent, &prefix);
        let create = || ReportError::io("create a folder in", parent);
        let work = tempfile::Builder::new().prefix(&prefix).tempdir_in(parent).map_err(create())?;
        let lock = File::create_new(work.path().join(LOCK)).map_err(create())?;
        // Where locks are not supported, what a killed export leaves has to be removed by hand.
        let _ = lock.try_lock();
        let folder = work.path().join("package");
        fs::create_dir(&folder).map_err(create())?;
        Ok(Self { target, is_zip, folder, files: Vec::new(), _lock: lock, work })
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
    pub fn place(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// Writes the manifest, has it signed, and puts the package in its place.
    ///
    /// # Errors
    /// As [`Draft::begin`], and [`ReportError::Signing`]; an earlier package is then still there.
    pub fn commit(
        self,
        manifest: &Manifest,
        signer: Option<&Signer>,
        progress: &Progress,
    ) -> Result<(), ReportError> {
        self.write_last(MANIFEST, &manifest.to_bytes())?;
        if let Some(signer) = signer {
            self.write_last(SIGNATURE, signer.sign(manifest)?.as_bytes())?;
        }
        let made = match self.is_zip {
            true => {
                let file = self.work.path().join("package.zip");
                zipped::write(&self.folder, &file, manifest, progress)?;
                file
            }
            false => self.folder.clone(),
        };
        // Again: minutes may have passed.
        check_place(&self.target, self.is_zip, signer.is_some(), progress)?;
        let old = self.work.path().join("replaced");
        let replaces = self.target.exists();
        if replaces {
            fs::rename(&self.target, &old).map_err(ReportError::io("replace", &self.target))?;
        }
        if let Err(source) = fs::rename(&made, &self.target) {
            if replaces {
                let _ = fs::rename(&old, &self.target);
            }
            return Err(ReportError::io("write", &self.target)(source));
        }
        Ok(())
    }

    /// Writes a file that the manifest does not list.
    fn write_last(&self, name: &str, bytes: &[u8]) -> Result<(), ReportError> {
        let place = self.folder.join(name);
        let write = || {
            let mut file = File::create_new(&place)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(ReportError::io("write", &place))
    }
}

/// Removes what killed exports to the same place left: folders whose lock nobody holds.
fn remove_left_over(parent: &Path, prefix: &OsStr) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if !name.as_encoded_bytes().starts_with(prefix.as_encoded_bytes()) {
            continue;
        }
        let lock = File::open(entry.path().join(LOCK));
        if lock.is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// As [`check_free`], where the package is one file: only an earlier package may be replaced, that
/// nobody has changed since, and a signed one by a signed one.
fn check_place(
    target: &Path,
    is_zip: bool,
    signs: bool,
    progress: &Progress,
) -> Result<(), ReportError> {
    if !is_zip {
        check_free(target, progress)?;
        return match !signs && target.join(SIGNATURE).exists() {
            true => Err(ReportError::Signed(target.to_owned())),
            false => Ok(()),
        };
    }
    match fs::symlink_metadata(target) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Ok(meta) if !meta.is_file() => return Err(ReportError::NoName(target.to_owned())),
        other => other.map(drop).map_err(ReportError::io("read", target))?,
    }
    match verify_with(target, progress) {
        Ok(found) if found.is_intact() && !signs && found.signature != Signature::Absent => {
            Err(ReportError::Signed(target.to_owned()))
        }
        Ok(found) if found.is_intact() => Ok(()),
        Ok(_) | Err(ReportError::NotAPackage(_)) => {
            Err(ReportError::ZipInTheWay(target.to_owned()))
        }
        Err(error) => Err(error),
    }
}

/// Only nothing, an empty folder or an earlier package may be replaced, and of a package only
/// what we have written and nobody has changed since.
fn check_free(target: &Path, progress: &Progress) -> Result<(), ReportError> {
    let entries = match fs::read_dir(target) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) if e.kind() == io::ErrorKind::NotADirectory => {
            return Err(ReportError::IsFile(target.to_owned()));
        }
        other => other.map_err(ReportError::io("read", target))?,
    };
    let occupied = |found: String| ReportError::Occupied { path: target.to_owned(), found };
    let names: io::Result<Vec<_>> = entries.map(|e| Ok(e?.file_name())).collect();
    let mut names = names.map_err(ReportError::io("read", target))?;
    names.sort();
    // Looked at before the folder is walked: it may be a home, or a whole disk.
    let foreign = |name: &&OsString| *name != "figures" && !name.to_str().is_some_and(is_ours);
    if let Some(name) = names.iter().find(foreign) {
        return Err(occupied(shown(name)));
    }
    if names.is_empty() {
        return Ok(());
    }
    let Ok((manifest, _)) = read_manifest(target) else { return Err(occupied(shown(&names[0]))) };
    let found = files_under(target).map_err(ReportError::io("read", target))?;
    progress
        .set_phase("checking the earlier package", manifest.files.iter().map(|f| f.bytes).sum());
    if found.iter().any(|entry| entry.path == SIGNATURE) && !is_one(&target.join(SIGNATURE)) {
        let (path, file) = (target.to_owned(), SIGNATURE.to_owned());
        return Err(ReportError::Edited { path, file });
    }
    for entry in found.iter().filter(|entry| !is_unlisted(&entry.path)) {
        let known = manifest.file(&entry.path).filter(|_| is_ours(&entry.path));
        let (Kind::File, Some(known)) = (entry.kind, known) else {
            return Err(occupied(entry.path.clone()));
        };
        let (bytes, sha256) = hash_file(&target.join(&entry.path), progress)?;
        if (bytes, &sha256) != (known.bytes, &known.sha256) {
            let (path, file) = (target.to_owned(), entry.path.clone());
            return Err(ReportError::Edited { path, file });
        }
    }
    Ok(())
}

fn shown(name: &OsStr) -> String {
    name.to_string_lossy().into_owned()
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
