//! Opening a log: unpacking and hashing it in the same pass.

use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::encoding::{Encoding, Transcoder};
use super::measure::{FromDisk, Measure, Stamp};
use super::pages::End;
use super::unpack::{Hashing, Unpacker};
use super::{IngestError, parquet};
use crate::job::Progress;
use crate::model::Time;

pub use super::unpack::Compression;

/// How much of the unpacked start of a file is looked at to recognise it, bytes.
pub const HEAD_BYTES: usize = 256 * 1024;

/// A log about to be read once, from its first byte to its last: a file, standard input, or a
/// member of an archive.
pub struct Source {
    /// The path as given; `-` for standard input; that of the archive and then the member's for
    /// a member.
    pub path: PathBuf,
    /// Size on disk, for a member inside the archive, unpacked, bytes; 0 when it cannot be known
    /// before reading.
    pub bytes: u64,
    /// How it is packed.
    pub compression: Compression,
    origin: Origin,
    head: Vec<u8>,
    /// The head as it was unpacked.
    unpacked_head: Vec<u8>,
    head_read: usize,
    head_is_all: bool,
    unpacker: Unpacker,
    unpacked: u64,
    problem: Option<String>,
    encoding: Encoding,
    transcoder: Option<Transcoder>,
    end: End,
}

/// The bytes of a log before they are unpacked.
pub(super) enum Body {
    /// From the first to the last.
    Stream(Box<dyn Read + Send>),
    /// A file that may be read in any order.
    File(File),
}

/// What a log is read from.
pub(super) struct Origin {
    /// Of the file on disk.
    pub measure: Arc<Measure>,
    /// State of the file on disk when it was opened.
    pub stamp: Option<Stamp>,
    /// Whether it is a member of an archive: what can be read of one that is cut short is read.
    pub is_member: bool,
}

/// What is known of a source once it has been read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSummary {
    /// SHA-256 of the bytes on disk or in the archive, lower-case hex.
    pub sha256: String,
    /// How many bytes those are.
    pub bytes: u64,
    /// Bytes after unpacking.
    pub unpacked_bytes: u64,
    /// Why the rest could not be unpacked, where it could not.
    pub problem: Option<String>,
    /// The last bytes of its text.
    pub end: End,
}

impl Source {
    /// Opens a file, or standard input for `-`, and unpacks its first bytes.
    ///
    /// # Errors
    /// [`IngestError::Open`] when it is missing, a directory or unreadable.
    pub fn open(path: &Path) -> Result<Self, IngestError> {
        let (body, bytes, stamp) = open(path)?;
        let measure = Measure::new(path, bytes);
        let body = match body {
            Body::Stream(inner) => {
                Body::Stream(Box::new(FromDisk { inner, measure: Arc::clone(&measure) }))
            }
            file @ Body::File(_) => file,
        };
        Self::new(path, body, bytes, Origin { measure, stamp, is_member: false })
    }

    pub(super) fn new(
        path: &Path,
        body: Body,
        bytes: u64,
        origin: Origin,
    ) -> Result<Self, IngestError> {
        let open = |source| IngestError::Open { path: path.to_owned(), source };
        let (compression, unpacker) = match body {
            Body::File(file) => unpack_file(path, file, &origin)?,
            Body::Stream(input) => unpack_stream(input).map_err(open)?,
        };
        let mut source = Self {
            path: path.to_owned(),
            bytes,
            compression,
            origin,
            head: Vec::new(),
            unpacked_head: Vec::new(),
            head_read: 0,
            head_is_all: false,
            unpacker,
            unpacked: 0,
            problem: None,
            encoding: Encoding::Utf8,
            transcoder: None,
            end: End::default(),
        };
        source.fill_head()?;
        source.set_encoding(Encoding::of(&source.unpacked_head));
        Ok(source)
    }

    fn fill_head(&mut self) -> Result<(), IngestError> {
        let mut head = vec![0; HEAD_BYTES];
        let mut filled = 0;
        while filled < head.len() {
            match self.read_unpacked(&mut head[filled..])? {
                0 => {
                    self.head_is_all = true;
                    break;
                }
                n => filled += n,
            }
        }
        head.truncate(filled);
        self.unpacked_head = head;
        Ok(())
    }

    /// Says what the text is encoded in, whatever it looks like; before it is read.
    pub fn set_encoding(&mut self, encoding: Encoding) {
        self.encoding = encoding;
        self.transcoder = encoding.transcoder();
        self.head.clone_from(&self.unpacked_head);
        let Some(transcoder) = &mut self.transcoder else { return };
        transcoder.put(&self.unpacked_head, self.head_is_all);
        // It may grow by half, or more where there are many signs.
        self.head.resize(HEAD_BYTES * 2, 0);
        let n = transcoder.take(&mut self.head);
        self.head.truncate(n);
    }

    /// What the text is encoded in.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// How the bytes on disk are packed and encoded, as stored in the case: `none`, `gzip`,
    /// `utf-16le`, `gzip, utf-16le`.
    pub fn packing(&self) -> String {
        match (self.compression, self.encoding.name()) {
            (packed, None) => packed.as_str().to_owned(),
            (Compression::None, Some(encoding)) => encoding.to_owned(),
            (packed, Some(encoding)) => format!("{}, {encoding}", packed.as_str()),
        }
    }

    /// The first unpacked bytes, at most [`HEAD_BYTES`], half as many more where they were UTF-16.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// Whether [`Source::head`] is the whole file.
    pub fn head_is_all(&self) -> bool {
        self.head_is_all
    }

    /// Why there is nothing to unpack after some byte, where it is known already.
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// When the file was last changed; now, where that is not known.
    pub fn modified(&self) -> Time {
        let meta = fs::metadata(&self.path).ok();
        let changed = meta.and_then(|meta| jiff::Timestamp::try_from(meta.modified().ok()?).ok());
        Time(changed.unwrap_or_else(jiff::Timestamp::now).as_microsecond())
    }

    /// Size of all of it as it will be read, unpacked and as UTF-8, bytes: known, or estimated by
    /// how the first bytes are packed, as long as only these were read; `None` where it cannot be
    /// told, as of what is no file.
    pub fn unpacked_estimate(&self) -> Option<u64> {
        if self.head_is_all {
            return Some(self.head.len() as u64);
        }
        match (self.compression, self.bytes) {
            (_, 0) => None,
            (Compression::Parquet, _) => {
                let rows = parquet::row_count(&self.path)?;
                // Each is a line; the last of the head is cut.
                let seen = self.head.iter().rposition(|byte| *byte == b'\n')? + 1;
                let lines = self.head[..seen].iter().filter(|byte| **byte == b'\n').count();
                let bytes = rows as f64 * seen as f64 / lines as f64;
                Some((bytes as u64).max(self.head.len() as u64))
            }
            (Compression::None, bytes) if self.transcoder.is_none() => Some(bytes),
            (_, bytes) => {
                let read = self.unpacker.place().max(1);
                let ratio = self.head.len() as f64 / read as f64;
                Some(((bytes as f64 * ratio) as u64).max(self.head.len() as u64))
            }
        }
    }

    /// Bytes taken from disk so far; of an archive, with all members before.
    pub fn consumed(&self) -> u64 {
        self.origin.measure.packed()
    }

    /// What [`Source::consumed`] comes to at the end, bytes; 0 when it cannot be known.
    pub fn to_consume(&self) -> u64 {
        self.origin.measure.size()
    }

    /// Reads unpacked bytes; 0 at the end. A damaged archive ends early and leaves a problem.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, IngestError> {
        let left = &self.head[self.head_read..];
        let n = if left.is_empty() {
            self.read_text(buffer)?
        } else {
            let n = left.len().min(buffer.len());
            buffer[..n].copy_from_slice(&left[..n]);
            self.head_read += n;
            n
        };
        self.end.extend(&buffer[..n]);
        Ok(n)
    }

    /// Reads on behind the head, as UTF-8.
    fn read_text(&mut self, buffer: &mut [u8]) -> Result<usize, IngestError> {
        let Some(mut transcoder) = self.transcoder.take() else {
            return self.read_unpacked(buffer);
        };
        let mut read = Ok(transcoder.take(buffer));
        let mut packed = vec![0; buffer.len()];
        while matches!(read, Ok(0)) && !buffer.is_empty() && !transcoder.is_ended {
            read = self.read_unpacked(&mut packed).map(|n| {
                transcoder.put(&packed[..n], n == 0);
                transcoder.take(buffer)
            });
        }
        self.transcoder = Some(transcoder);
        read
    }

    fn read_unpacked(&mut self, buffer: &mut [u8]) -> Result<usize, IngestError> {
        if self.problem.is_some() {
            return Ok(0);
        }
        loop {
            match self.unpacker.read(buffer) {
                Ok(n) => {
                    self.unpacked += n as u64;
                    if self.compression != Compression::None {
                        self.origin.measure.add_unpacked(n as u64)?;
                    }
                    return Ok(n);
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return self.broken(e),
            }
        }
    }

    /// Where nothing more can be read: a problem of what was packed, else an error.
    fn broken(&mut self, error: io::Error) -> Result<usize, IngestError> {
        let error = match error.downcast::<IngestError>() {
            Ok(error) => return Err(error),
            Err(error) => error,
        };
        if self.compression == Compression::None && !self.origin.is_member {
            let (path, offset) = (self.path.clone(), self.unpacked);
            return Err(IngestError::Read { path, offset, source: error });
        }
        self.problem = Some(self.damage(&error));
        Ok(0)
    }

    fn damage(&self, error: &io::Error) -> String {
        let name = match self.compression {
            Compression::None => "archive",
            // It says itself where it is broken.
            Compression::Parquet => return error.to_string(),
            packed => packed.as_str(),
        };
        let what = match error.kind() {
            io::ErrorKind::UnexpectedEof => format!("the {name} stream ends early"),
            _ => format!("the {name} stream is damaged ({error})"),
        };
        let place = self.unpacker.place();
        format!("{what} at byte {place} of the file, after {} unpacked bytes", self.unpacked)
    }

    /// All unpacked bytes, for small files that are read as a whole. A damaged archive ends
    /// early and leaves a problem in the summary.
    ///
    /// # Errors
    /// [`IngestError::Read`], [`IngestError::Expansion`] and [`IngestError::Changed`].
    pub fn read_all(mut self) -> Result<(Vec<u8>, SourceSummary), IngestError> {
        let mut all = Vec::new();
        let mut buffer = vec![0; HEAD_BYTES];
        loop {
            match self.read(&mut buffer)? {
                0 => return Ok((all, self.finish(&Progress::default())?)),
                n => all.extend_from_slice(&buffer[..n]),
            }
        }
    }

    /// Hashes what is left of the bytes on disk and tells what was read.
    ///
    /// # Errors
    /// [`IngestError::Changed`] when the file is not what it was when it was opened.
    pub(super) fn finish(self, progress: &Progress) -> Result<SourceSummary, IngestError> {
        let (path, offset) = (self.path, self.unpacked);
        let text = self.transcoder.as_ref();
        let unpacked_bytes = text.map_or(offset, |transcoder| transcoder.given);
        let malformed = text.is_some_and(|transcoder| transcoder.is_malformed);
        let replaced = || Some("what is no UTF-16 in it was replaced by U+FFFD".to_owned());
        let problem = self.problem.or_else(|| malformed.then(replaced).flatten());
        let hashed = self.unpacker.finish(|| progress.check().map_err(io::Error::other));
        let (sha256, bytes) = hashed.map_err(|source| match progress.check() {
            Err(cancelled) => cancelled.into(),
            Ok(()) => IngestError::Read { path, offset, source },
        })?;
        self.origin.stamp.as_ref().map_or(Ok(()), Stamp::check)?;
        Ok(SourceSummary { sha256, bytes, unpacked_bytes, problem, end: self.end })
    }
}

/// SHA-256 of a file as it lies on disk, lower-case hex.
///
/// # Errors
/// [`IngestError::Open`] and [`IngestError::Cancelled`].
pub fn hash_file(path: &Path, progress: &Progress) -> Result<String, IngestError> {
    let hashed = File::open(path)
        .and_then(|file| Hashing::new(file).finish(|| progress.check().map_err(io::Error::other)));
    let hashed = hashed.map_err(|source| match progress.check() {
        Err(cancelled) => cancelled.into(),
        Ok(()) => IngestError::Open { path: path.to_owned(), source },
    });
    Ok(hashed?.0)
}

/// Opens a file, or standard input for `-`: its bytes, their number, and its state.
pub(super) fn open(path: &Path) -> Result<(Body, u64, Option<Stamp>), IngestError> {
    let failed = |source| IngestError::Open { path: path.to_owned(), source };
    if path.as_os_str() == "-" {
        return Ok((Body::Stream(Box::new(io::stdin())), 0, None));
    }
    let meta = fs::metadata(path).map_err(failed)?;
    if meta.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    let file = File::open(path).map_err(failed)?;
    // Of what was opened, which may have taken the place of what was there before.
    let meta = file.metadata().map_err(failed)?;
    let stamp = Stamp::of(path, &meta);
    match stamp {
        Some(_) => Ok((Body::File(file), meta.len(), stamp)),
        None => Ok((Body::Stream(Box::new(file)), 0, None)),
    }
}

fn unpack_stream(mut input: Box<dyn Read + Send>) -> io::Result<(Compression, Unpacker)> {
    let mut magic = Vec::with_capacity(4);
    input.by_ref().take(4).read_to_end(&mut magic)?;
    let compression = Compression::of(&magic);
    if compression == Compression::Parquet {
        let what = "a Parquet file is read from its end, which a stream does not allow; \
                    save it as a file and name that";
        return Err(io::Error::new(io::ErrorKind::Unsupported, what));
    }
    let packed = Hashing::new(Box::new(Cursor::new(magic).chain(input)) as Box<dyn Read + Send>);
    Ok((compression, Unpacker::new(compression, packed)?))
}

fn unpack_file(
    path: &Path,
    mut file: File,
    origin: &Origin,
) -> Result<(Compression, Unpacker), IngestError> {
    let failed = |source| IngestError::Open { path: path.to_owned(), source };
    if parquet::is_parquet(&mut file).map_err(failed)? {
        // What was put aside for a member was counted when it was read from the archive.
        let measure = (!origin.is_member).then(|| Arc::clone(&origin.measure));
        let rows = parquet::render(path, file.try_clone().map_err(failed)?, measure);
        return Ok((Compression::Parquet, Unpacker::Parquet(rows, file)));
    }
    let input = FromDisk { inner: file, measure: Arc::clone(&origin.measure) };
    unpack_stream(Box::new(input)).map_err(failed)
}

#[cfg(test)]
#[path = "source_tests.rs"]
mod tests;
