//! Checking a package: every byte of every file against the manifest, and the manifest against
//! itself.

use std::fs;
use std::io;
use std::path::Path;

use serde::Serialize;

use super::ReportError;
use super::csv::original;
use super::hash::hash_file;
use super::manifest::{
    FORMAT, FORMAT_VERSION, FileEntry, MANIFEST, Manifest, REPORT, content_hash,
};
use super::sign::{self, SIGNATURE, Signature, SignedBy};
use super::walk::{Kind, files_under, is_ours, is_unlisted};
use super::zipped;
use crate::job::Progress;
use crate::model::Time;
use crate::store::{JournalEntry, check_journal};

/// Name of the journal in the package.
const JOURNAL: &str = "journal.csv";

/// One thing that is not as the manifest says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The file, as named in the package.
    pub file: String,
    /// What is wrong with it, as a phrase.
    pub what: String,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// Files compared with the manifest, without the manifest.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Journal entries whose chain was recomputed.
    pub journal_entries: u64,
    /// The content hash, recomputed from the files; compare it with the footer of the report.
    /// Empty where the report came alone.
    pub content_hash: String,
    /// What is hidden, in a sentence; empty for nothing. The chain of a journal of which something
    /// is hidden cannot be recomputed.
    pub redaction: String,
    /// Who signed it.
    pub signature: Signature,
    /// Everything that is not as it should be, by file; empty: the package is intact.
    pub differences: Vec<Difference>,
}

impl VerifyReport {
    /// Whether nothing differs.
    pub fn is_intact(&self) -> bool {
        self.differences.is_empty()
    }

    fn differs(&mut self, file: &str, what: impl Into<String>) {
        self.differences.push(Difference { file: file.to_owned(), what: what.into() });
    }
}

/// Whether something looks like a package, so that `verify` knows what to do with it.
pub fn is_package(path: &Path) -> bool {
    path.join(MANIFEST).is_file() || (path.is_file() && zipped::is_zip(path))
}

/// Checks a package folder.
///
/// # Errors
/// As [`verify_with`].
pub fn verify(folder: &Path) -> Result<VerifyReport, ReportError> {
    verify_with(folder, &Progress::default())
}

/// Checks a package, a folder or one file; its bytes are units of the progress.
///
/// # Errors
/// [`ReportError::NotAPackage`], [`ReportError::Io`] when something cannot be read at all, and
/// when cancelled; what can be read but differs is in the report.
pub fn verify_with(package: &Path, progress: &Progress) -> Result<VerifyReport, ReportError> {
    verify_signed(package, None, progress)
}

/// The same; it must be signed by who is asked for, if somebody is.
///
/// # Errors
/// As [`verify_with`].
pub fn verify_signed(
    package: &Path,
    signed_by: Option<&SignedBy>,
    progress: &Progress,
) -> Result<VerifyReport, ReportError> {
    if !package.is_file() {
        return verify_folder(package, signed_by, progress);
    }
    let unpacked = zipped::unpack(package, progress)?;
    if unpacked.is_broken {
        let mut report = VerifyReport::default();
        unpacked.differences.iter().for_each(|(name, what)| report.differs(name, what.clone()));
        return Ok(report);
    }
    let mut report = verify_folder(unpacked.folder.path(), signed_by, progress).map_err(
        |error| match error {
            ReportError::NotAPackage(_) => ReportError::NotAPackage(package.to_owned()),
            error => error,
        },
    )?;
    for (name, what) in unpacked.differences {
        report.differs(&name, what);
    }
    if report.is_intact()
        && let Ok((manifest, _)) = read_manifest(unpacked.folder.path())
    {
        let folder = unpacked.folder.path();
        if zipped::is_as_written(package, folder, &manifest, progress)? == Some(false) {
            let name = package.file_name().unwrap_or_default().to_string_lossy();
            let what = "is not packed as Stillwatch packs these files: another program packed it, \
                        or something was changed around them. Every file in it is as the manifest \
                        says; unpacked, the folder verifies";
            report.differs(&name, what);
        }
    }
    report.differences.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(report)
}

fn verify_folder(
    folder: &Path,
    signed_by: Option<&SignedBy>,
    progress: &Progress,
) -> Result<VerifyReport, ReportError> {
    let mut report = VerifyReport::default();
    let (manifest, bytes) = match read_manifest(folder) {
        Ok(read) => read,
        Err(Unreadable::Io(source)) => return Err(ReportError::io("read", folder)(source)),
        // What is left of a package is one with a difference; anything else never was one.
        Err(_) if !has_files_of_a_package(folder)? => {
            return Err(ReportError::NotAPackage(folder.to_owned()));
        }
        Err(Unreadable::Differs(what)) => {
            report.differs(MANIFEST, what);
            return Ok(report);
        }
    };
    check_manifest(&manifest, &bytes, &mut report);
    match sign::check(folder, &bytes, signed_by) {
        Ok(signature) => report.signature = signature,
        Err(what) => {
            if folder.join(SIGNATURE).symlink_metadata().is_ok() {
                report.signature = Signature::Invalid;
            }
            report.differs(SIGNATURE, what);
        }
    }
    report.redaction = manifest.redaction.as_ref().map_or(String::new(), |of| of.sentence.clone());
    progress.set_phase("checking files", manifest.files.iter().map(|f| f.bytes).sum());
    let found = check_files(folder, &manifest, &mut report, progress)?;
    if manifest.has_content_hash() {
        report.content_hash = content_hash(&found);
    }
    check_contents(folder, &manifest, &mut report)?;
    report.differences.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(report)
}

/// Why there is no manifest to compare with.
#[derive(Debug)]
pub(super) enum Unreadable {
    /// It is not there, or not a manifest.
    Differs(String),
    /// The folder cannot be read.
    Io(io::Error),
}

/// The manifest of a package and its bytes. A link or a pipe in its place is not opened.
pub(super) fn read_manifest(folder: &Path) -> Result<(Manifest, Vec<u8>), Unreadable> {
    let differs = |what: &str| Err(Unreadable::Differs(what.into()));
    let place = folder.join(MANIFEST);
    match fs::symlink_metadata(&place) {
        Ok(meta) if !meta.is_file() => return differs("is not an ordinary file"),
        Err(e) if e.kind() == io::ErrorKind::NotFound && folder.is_dir() => {
            return differs("is missing");
        }
        other => other.map_err(Unreadable::Io)?,
    };
    let bytes = fs::read(&place).map_err(Unreadable::Io)?;
    let manifest: Manifest = serde_json::from_slice(&bytes)
        .map_err(|e| Unreadable::Differs(format!("cannot be read: {e}")))?;
    if manifest.format != FORMAT {
        return differs("is not the manifest of an evidence package");
    }
    if manifest.format_version != FORMAT_VERSION {
        return Err(Unreadable::Differs(format!(
            "has format version {}; this version reads {FORMAT_VERSION}",
            manifest.format_version
        )));
    }
    Ok((manifest, bytes))
}

fn has_files_of_a_package(folder: &Path) -> Result<bool, ReportError> {
    let names = fs::read_dir(folder).map_err(ReportError::io("read", folder))?;
    let ours = |name: &str| name != MANIFEST && is_ours(name);
    let found = names.flatten().any(|entry| entry.file_name().to_str().is_some_and(ours));
    Ok(found || folder.join("figures/index.json").is_file())
}

/// The manifest must be exactly what this program writes for its values, and those values must
/// give its hashes.
fn check_manifest(manifest: &Manifest, bytes: &[u8], report: &mut VerifyReport) {
    if manifest.to_bytes() != bytes {
        report.differs(MANIFEST, "was changed: it is not laid out as it was written");
    }
    if manifest.computed_hash() != manifest.manifest_hash {
        report.differs(MANIFEST, "was changed: it does not have the hash it states");
    }
    if content_hash(&manifest.files) != manifest.content_hash {
        report.differs(MANIFEST, "states a content hash that its entries do not have");
    }
}

/// Compares what lies in the folder with the manifest; returns the entries as found.
fn check_files(
    folder: &Path,
    manifest: &Manifest,
    report: &mut VerifyReport,
    progress: &Progress,
) -> Result<Vec<FileEntry>, ReportError> {
    let present = files_under(folder).map_err(ReportError::io("read", folder))?;
    for entry in present.iter().filter(|e| !is_unlisted(&e.path)) {
        if manifest.file(&entry.path).is_none() {
            let what = match entry.kind {
                Kind::EmptyFolder => "is an empty folder, of which the manifest knows nothing",
                Kind::File | Kind::Other => "is not listed in the manifest",
            };
            report.differs(&entry.path, what);
        }
    }
    let mut found = Vec::new();
    for entry in &manifest.files {
        // The name is looked up among what is there, never opened as given: a manifest cannot
        // point outside its folder.
        match present.iter().find(|p| p.path == entry.path) {
            None => report.differs(&entry.path, "is missing"),
            Some(p) if p.kind != Kind::File => {
                report.differs(&entry.path, "is not an ordinary file")
            }
            Some(_) => found.push(check_file(folder, entry, report, progress)?),
        }
    }
    Ok(found)
}

fn check_file(
    folder: &Path,
    entry: &FileEntry,
    report: &mut VerifyReport,
    progress: &Progress,
) -> Result<FileEntry, ReportError> {
    let place = folder.join(&entry.path);
    let (bytes, sha256) = hash_file(&place, progress)?;
    report.files += 1;
    report.bytes += bytes;
    if bytes != entry.bytes {
        report
            .differs(&entry.path, format!("has {bytes} bytes, the manifest says {}", entry.bytes));
    } else if sha256 != entry.sha256 {
        report.differs(&entry.path, "was changed: its hash is not the one in the manifest");
    }
    Ok(FileEntry { bytes, sha256, ..entry.clone() })
}

/// What the files say of themselves must agree, even if somebody has fitted the manifest to
/// changed files: the report names the content hash, the journal is chained.
fn check_contents(
    folder: &Path,
    manifest: &Manifest,
    report: &mut VerifyReport,
) -> Result<(), ReportError> {
    let is_there = |path: &str| manifest.file(path).is_some() && folder.join(path).is_file();
    if manifest.has_content_hash() && is_there(REPORT) {
        let place = folder.join(REPORT);
        let pdf = fs::read(&place).map_err(ReportError::io("read", &place))?;
        let named = memchr::memmem::find(&pdf, manifest.content_hash.as_bytes()).is_some();
        if !named {
            report.differs(REPORT, "was made for other files: it names another content hash");
        }
    }
    if is_there(JOURNAL) {
        let place = folder.join(JOURNAL);
        let bytes = fs::read(&place).map_err(ReportError::io("read", &place))?;
        match read_journal(&bytes) {
            Ok(entries) => {
                report.journal_entries = entries.len() as u64;
                // What is hidden is not what was hashed; whoever has the case checks its chain.
                let broken = manifest.redaction.is_none().then(|| check_journal(&entries));
                if let Some(broken) = broken.flatten() {
                    report.differs(JOURNAL, format!("has a broken chain: {}", broken.what));
                }
            }
            Err(what) => report.differs(JOURNAL, what),
        }
    }
    Ok(())
}

/// The entries of `journal.csv` as they were in the case.
fn read_journal(bytes: &[u8]) -> Result<Vec<JournalEntry>, String> {
    let cannot = |row: usize, why: String| format!("cannot be read at row {row}: {why}");
    let mut reader = ::csv::Reader::from_reader(bytes);
    let mut entries = Vec::new();
    for (row, record) in (1..).zip(reader.records()) {
        let record = record.map_err(|e| cannot(row, e.to_string()))?;
        let cell = |column: usize| record.get(column).unwrap_or_default();
        let at: jiff::Timestamp =
            cell(1).parse().map_err(|e: jiff::Error| cannot(row, e.to_string()))?;
        entries.push(JournalEntry {
            id: cell(0).parse().map_err(|_| cannot(row, "the id is no number".into()))?,
            at: Time(at.as_microsecond()),
            actor: original(cell(2)),
            action: original(cell(3)),
            target: original(cell(4)),
            detail: original(cell(5)),
            hash: cell(6).to_owned(),
        });
    }
    Ok(entries)
}
