//! A package as one file, and one file as a package.
//!
//! The same package gives the same bytes: members stand in the order of their paths, with the time
//! that the manifest states and the same rights.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use tempfile::TempDir;
use zip::read::ZipFile;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipArchive, ZipWriter};

use super::ReportError;
use super::hash::hash_file;
use super::manifest::{MANIFEST, Manifest};
use super::sign::{self, SIGNATURE};
use super::walk::is_ours;
use crate::job::Progress;
use crate::model::Time;

/// A manifest is never larger.
const MANIFEST_LIMIT: u64 = 64 << 20;
/// How much more is unpacked than is packed: tables shrink to a tenth, hardly to a hundredth.
const MOST_TIMES: u64 = 200;
/// Whatever the size of the archive, so much is unpacked, bytes.
const LEAST: u64 = 64 << 20;
/// Bytes between two looks at the progress.
const CHUNK: usize = 1 << 20;

/// Whether a package of this name is one file.
pub fn is_named(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"))
}

/// Whether a file begins as a zip archive does, or has the name and the end of one: something may
/// have been put before it.
pub fn is_zip(path: &Path) -> bool {
    let Ok(mut file) = File::open(path) else { return false };
    let mut begins = [0; 4];
    let begins_as_one = file.read_exact(&mut begins).is_ok() && begins == *b"PK\x03\x04";
    begins_as_one
        || is_named(path)
            && file
                .metadata()
                .is_ok_and(|meta| members(&mut file, meta.len()).is_ok_and(|count| count.is_some()))
}

/// Writes the files of a package, which the manifest lists, and the manifest.
///
/// # Errors
/// [`ReportError::Io`], and when cancelled.
pub fn write(
    folder: &Path,
    file: &Path,
    manifest: &Manifest,
    progress: &Progress,
) -> Result<(), ReportError> {
    let failed = |e: zip::result::ZipError| ReportError::io("write", file)(io::Error::other(e));
    progress.set_phase("packing", manifest.files.iter().map(|f| f.bytes).sum());
    let out = File::create_new(file).map_err(ReportError::io("write", file))?;
    let mut zip = ZipWriter::new(BufWriter::new(out));
    let time = made_at(manifest);
    let mut paths: Vec<(&str, u64)> =
        manifest.files.iter().map(|f| (f.path.as_str(), f.bytes)).collect();
    let unlisted = [MANIFEST, SIGNATURE];
    paths.extend(unlisted.iter().filter(|name| folder.join(name).exists()).map(|name| (*name, 0)));
    paths.sort_unstable();
    for (path, bytes) in paths {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(time)
            .large_file(bytes >= u64::from(u32::MAX))
            // On every machine the same.
            .system(System::Unix)
            .unix_permissions(0o644);
        zip.start_file(path, options).map_err(failed)?;
        let place = folder.join(path);
        let from = File::open(&place).map_err(ReportError::io("read", &place))?;
        let io = ReportError::io("write", file);
        copy(from, &mut zip, u64::MAX, progress)?.map(drop).map_err(io)?;
    }
    let out = zip.finish().map_err(failed)?;
    let out = out.into_inner().map_err(|e| ReportError::io("write", file)(e.into_error()))?;
    out.sync_all().map_err(ReportError::io("write", file))
}

/// Whether an archive has the bytes that this version gives these files: what lies between its
/// members, or stands in their heads, is seen by no other check. `None` where another version packed
/// it, whose compression may differ.
///
/// # Errors
/// [`ReportError::Io`], and when cancelled.
pub fn is_as_written(
    archive: &Path,
    folder: &Path,
    manifest: &Manifest,
    progress: &Progress,
) -> Result<Option<bool>, ReportError> {
    if manifest.tool_version != env!("CARGO_PKG_VERSION") {
        return Ok(None);
    }
    let scratch = tempfile::tempdir().map_err(ReportError::io("create a folder for", archive))?;
    let again = scratch.path().join("again.zip");
    write(folder, &again, manifest, progress)?;
    Ok(Some(hash_file(&again, progress)? == hash_file(archive, progress)?))
}

/// The time that members carry: that of the package, to the two seconds that the format has.
fn made_at(manifest: &Manifest) -> DateTime {
    let at: Option<jiff::Timestamp> = manifest.generated_at.parse().ok();
    let of = |at: jiff::Timestamp| {
        let at = Time(at.as_microsecond()).civil();
        let part = |n: i8| n.unsigned_abs();
        let (month, day) = (part(at.month()), part(at.day()));
        let (hour, minute, second) = (part(at.hour()), part(at.minute()), part(at.second()));
        let year = u16::try_from(at.year()).ok()?;
        DateTime::from_date_and_time(year, month, day, hour, minute, second).ok()
    };
    at.and_then(of).unwrap_or_default()
}

/// Copies up to `most` bytes; how many.
fn copy(
    mut from: impl Read,
    to: &mut impl Write,
    most: u64,
    progress: &Progress,
) -> Result<io::Result<u64>, ReportError> {
    let mut buffer = vec![0; CHUNK];
    let mut copied = 0;
    loop {
        progress.check()?;
        let room = usize::try_from(most - copied).unwrap_or(CHUNK).min(CHUNK);
        let n = match from.read(&mut buffer[..room]) {
            Ok(0) => return Ok(Ok(copied)),
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Ok(Err(e)),
        };
        if let Err(e) = to.write_all(&buffer[..n]) {
            return Ok(Err(e));
        }
        copied += n as u64;
        progress.advance(n as u64);
    }
}

/// What was in an archive, in a folder of its own that goes when it is dropped.
pub struct Unpacked {
    /// The folder.
    pub folder: TempDir,
    /// What is wrong with the archive itself, by member.
    pub differences: Vec<(String, String)>,
    /// Whether it is none that can be looked into.
    pub is_broken: bool,
    /// Bytes that may still be unpacked.
    left: u64,
}

/// Unpacks a package to be checked. Of a member no more is unpacked than the manifest states and a
/// byte, and of all of them no more than [`MOST_TIMES`] the archive: whatever it says, it cannot fill
/// the disk.
///
/// # Errors
/// [`ReportError::NotAPackage`], [`ReportError::Io`], and when cancelled.
pub fn unpack(file: &Path, progress: &Progress) -> Result<Unpacked, ReportError> {
    let no_package = || ReportError::NotAPackage(file.to_owned());
    let mut opened = File::open(file).map_err(ReportError::io("read", file))?;
    let size = opened.metadata().map_err(ReportError::io("read", file))?.len();
    let stated = members(&mut opened, size).map_err(ReportError::io("read", file))?;
    let mut zip = match ZipArchive::new(BufReader::new(opened)) {
        Ok(zip) => zip,
        // What is left of a package is one with a difference; anything else never was one.
        Err(why) if begins_as_ours(file) || names_a_manifest(file, progress)? => {
            return Unpacked::nothing(file, format!("cannot be opened as an archive: {why}"));
        }
        Err(_) => return Err(no_package()),
    };
    let folder = tempfile::tempdir().map_err(ReportError::io("create a folder for", file))?;
    let left = size.saturating_mul(MOST_TIMES).max(LEAST);
    let mut unpacked = Unpacked { folder, differences: Vec::new(), left, is_broken: false };
    // A program that reads it otherwise might see other files.
    if zip.offset() != 0 || stated != Some(zip.len() as u64) {
        let why =
            "names a file twice in the archive, stands behind something else in it, or before it";
        unpacked.differences.push((MANIFEST.into(), why.into()));
    }
    let names = zip.file_names().filter_map(Result::ok).filter(|name| is_ours(name));
    let names: Vec<String> = names.map(std::borrow::Cow::into_owned).collect();
    let unreadable =
        || Unpacked::nothing(file, format!("has no {MANIFEST}, or one that cannot be read"));
    let manifest = match zip.by_name(MANIFEST) {
        Ok(member) => {
            unpacked.take(member, MANIFEST, MANIFEST_LIMIT, progress)?;
            let place = unpacked.folder.path().join(MANIFEST);
            let bytes = fs::read(&place).map_err(ReportError::io("read", &place))?;
            serde_json::from_slice::<Manifest>(&bytes).ok()
        }
        Err(_) if !names.is_empty() => return unreadable(),
        Err(_) => return Err(no_package()),
    };
    // Nothing that it does not list is unpacked. A file of this name alone can be anybody's.
    if manifest.is_none() && names.iter().any(|name| name != MANIFEST) {
        return unreadable();
    }
    for at in 0..zip.len() {
        let member = match zip.by_index(at) {
            Ok(member) => member,
            Err(e) => {
                let name = format!("member {}", at + 1);
                unpacked.differences.push((name, format!("cannot be unpacked: {e}")));
                continue;
            }
        };
        let Ok(name) = member.name().map(std::borrow::Cow::into_owned) else {
            let name = format!("member {}", at + 1);
            unpacked.differences.push((name, "has a name that cannot be read".into()));
            continue;
        };
        // Other programs keep folders.
        if name == MANIFEST || member.is_dir() {
            continue;
        }
        let listed = manifest.as_ref().and_then(|manifest| manifest.file(&name));
        let listed = listed.map(|entry| entry.bytes);
        let size = if name == SIGNATURE { Some(sign::LIMIT) } else { listed };
        match size.filter(|_| is_plain(&name)) {
            Some(bytes) => unpacked.take(member, &name, bytes, progress)?,
            None => unpacked.differences.push((name, "is not listed in the manifest".into())),
        }
    }
    Ok(unpacked)
}

/// Whether the first member of an archive has the name of a file of a package.
fn begins_as_ours(file: &Path) -> bool {
    // The head of a member (APPNOTE 4.3.7): its last two lengths, then the name.
    let mut head = [0; 30];
    let Ok(mut reader) = File::open(file) else { return false };
    if reader.read_exact(&mut head).is_err() {
        return false;
    }
    let mut name = vec![0; usize::from(u16::from_le_bytes([head[26], head[27]]))];
    reader.read_exact(&mut name).is_ok() && str::from_utf8(&name).is_ok_and(is_ours)
}

/// Whether the name of a manifest stands anywhere in a file.
fn names_a_manifest(file: &Path, progress: &Progress) -> Result<bool, ReportError> {
    let mut reader = File::open(file).map_err(ReportError::io("read", file))?;
    let (mut window, mut kept) = (vec![0; CHUNK], 0);
    loop {
        progress.check()?;
        let n = reader.read(&mut window[kept..]).map_err(ReportError::io("read", file))?;
        if n == 0 {
            return Ok(false);
        }
        let all = kept + n;
        if memchr::memmem::find(&window[..all], MANIFEST.as_bytes()).is_some() {
            return Ok(true);
        }
        kept = all.min(MANIFEST.len() - 1);
        window.copy_within(all - kept..all, 0);
    }
}

/// How many members the end of an archive says that it has; `None` where it does not say, which a
/// package need not, or where anything follows, in which another end could hide.
fn members(file: &mut File, size: u64) -> io::Result<Option<u64>> {
    // The end record (APPNOTE 4.3.16), with no comment behind it.
    const END: u64 = 22;
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(size.saturating_sub(END)))?;
    file.read_to_end(&mut tail)?;
    file.rewind()?;
    let is_end = tail.starts_with(b"PK\x05\x06") && tail.ends_with(&[0, 0]);
    let count = tail.get(10..12).filter(|_| is_end);
    let count = count.map(|bytes| u64::from(u16::from_le_bytes([bytes[0], bytes[1]])));
    Ok(count.filter(|count| *count < u64::from(u16::MAX)))
}

/// Whether a path leads to a file below the folder it is joined to.
fn is_plain(path: &str) -> bool {
    !path.contains('\\')
        && path.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
        && !path.contains(':')
}

impl Unpacked {
    /// Of an archive that cannot be looked into.
    fn nothing(file: &Path, why: String) -> Result<Self, ReportError> {
        let folder = tempfile::tempdir().map_err(ReportError::io("create a folder for", file))?;
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { folder, differences: vec![(name, why)], is_broken: true, left: 0 })
    }

    fn take<R: Read>(
        &mut self,
        member: ZipFile<'_, R>,
        name: &str,
        bytes: u64,
        progress: &Progress,
    ) -> Result<(), ReportError> {
        let place = self.folder.path().join(name);
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent).map_err(ReportError::io("create", parent))?;
        }
        let mut out = match File::create_new(&place) {
            Ok(out) => out,
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                self.differences.push((name.to_owned(), "is there twice".into()));
                return Ok(());
            }
            Err(e) => return Err(ReportError::io("write", &place)(e)),
        };
        let most = bytes.saturating_add(1).min(self.left);
        match copy(member, &mut out, most, progress)? {
            Err(e) => {
                self.differences.push((name.to_owned(), format!("cannot be unpacked: {e}")));
            }
            Ok(copied) => {
                self.left -= copied;
                if self.left == 0 {
                    let why =
                        format!("is not unpacked: all is more than {MOST_TIMES} times the archive");
                    self.differences.push((name.to_owned(), why));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_that_says_no_count_or_has_something_behind_it_counts_nothing() {
        let end = [&b"PK\x05\x06"[..], &[0; 6], &[2, 0], &[0; 10]].concat();
        let count = |bytes: &[u8]| {
            let mut file = tempfile::tempfile().expect("a file");
            file.write_all(bytes).expect("written");
            members(&mut file, bytes.len() as u64).expect("read")
        };
        assert_eq!(count(&end), Some(2));
        let mut many = end.clone();
        many[10..12].fill(0xff);
        assert_eq!(count(&many), None, "where the real count stands elsewhere");
        let mut commented = [&end[..], b"x"].concat();
        commented[20] = 1;
        assert_eq!(count(&commented), None);
    }

    #[test]
    fn only_paths_below_the_folder_are_unpacked() {
        assert!(is_plain("accounts.csv") && is_plain("figures/a b.svg"));
        for path in ["../a", "/a", "a/../b", "a//b", "", "./a", "a\\b", "c:a", "figures/"] {
            assert!(!is_plain(path), "{path}");
        }
    }
}
