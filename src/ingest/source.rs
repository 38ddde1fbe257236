//! Opening a file: unpacking and hashing it in the same pass.

use std::fs::{self, File};
use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::IngestError;
use crate::model::text::hex;

/// How much of the unpacked start of a file is looked at to recognise it, bytes.
pub const HEAD_BYTES: usize = 256 * 1024;
/// Unpacked bytes per packed byte that no honest log reaches.
const EXPANSION_LIMIT: u64 = 1_000;
/// Unpacked size up to which the expansion limit is not looked at, bytes.
const EXPANSION_GRACE: u64 = 256 << 20;

/// How the bytes on disk are packed. Recognised by magic number, never by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not packed.
    None,
    /// gzip, any number of members.
    Gzip,
    /// zstd, any number of frames.
    Zstd,
}

impl Compression {
    /// The name stored in the case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    fn of(magic: &[u8]) -> Self {
        match magic {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            _ => Self::None,
        }
    }
}

/// A file about to be read once, from its first byte to its last.
pub struct Source {
    /// The path as given; `-` for standard input.
    pub path: PathBuf,
    /// Size on disk, bytes; 0 when it cannot be known before reading.
    pub bytes: u64,
    /// How it is packed.
    pub compression: Compression,
    head: Vec<u8>,
    head_read: usize,
    head_is_all: bool,
    unpacker: Unpacker,
    unpacked: u64,
    problem: Option<String>,
}

/// What is known of a source once it has been read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSummary {
    /// SHA-256 of the bytes on disk, lower-case hex.
    pub sha256: String,
    /// Bytes on disk.
    pub bytes: u64,
    /// Bytes after unpacking.
    pub unpacked_bytes: u64,
    /// Why the rest could not be unpacked, where it could not.
    pub problem: Option<String>,
}

impl Source {
    /// Opens a file, or standard input for `-`, and unpacks its first bytes.
    ///
    /// # Errors
    /// [`IngestError::Open`] when it is missing, a directory or unreadable.
    pub fn open(path: &Path) -> Result<Self, IngestError> {
        let open = |source| IngestError::Open { path: path.to_owned(), source };
        let (input, bytes): (Box<dyn Read + Send>, u64) = if path.as_os_str() == "-" {
            (Box::new(io::stdin()), 0)
        } else {
            let meta = fs::metadata(path).map_err(open)?;
            if meta.is_dir() {
                return Err(open(io::Error::from(io::ErrorKind::IsADirectory)));
            }
            (Box::new(File::open(path).map_err(open)?), meta.len())
        };
        Self::new(path, input, bytes)
    }

    fn new(path: &Path, mut input: Box<dyn Read + Send>, bytes: u64) -> Result<Self, IngestError> {
        let open = |source| IngestError::Open { path: path.to_owned(), source };
        let mut magic = Vec::with_capacity(4);
        input.by_ref().take(4).read_to_end(&mut magic).map_err(open)?;
        let compression = Compression::of(&magic);
        let hashing = Hashing::new(Box::new(Cursor::new(magic).chain(input)));
        let mut source = Self {
            path: path.to_owned(),
            bytes,
            compression,
            head: Vec::new(),
            head_read: 0,
            head_is_all: false,
            unpacker: Unpacker::new(compression, hashing).map_err(open)?,
            unpacked: 0,
            problem: None,
        };
        source.fill_head()?;
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
        self.head = head;
        Ok(())
    }

    /// The first unpacked bytes, at most [`HEAD_BYTES`].
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

    /// Size after unpacking, bytes: known, or estimated by how the first bytes are packed; `None`
    /// of what is no file.
    pub fn unpacked_estimate(&self) -> Option<u64> {
        if self.head_is_all {
            return Some(self.unpacked);
        }
        match (self.compression, self.bytes) {
            (_, 0) => None,
            (Compression::None, bytes) => Some(bytes),
            (_, bytes) => {
                let packed = self.consumed().saturating_sub(self.unpacker.waiting()).max(1);
                let ratio = self.head.len() as f64 / packed as f64;
                Some(((bytes as f64 * ratio) as u64).max(self.unpacked))
            }
        }
    }

    /// Bytes taken from disk so far.
    pub fn consumed(&self) -> u64 {
        self.unpacker.hashing().bytes
    }

    /// Reads unpacked bytes; 0 at the end. A damaged archive ends early and leaves a problem.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, IngestError> {
        let left = &self.head[self.head_read..];
        if left.is_empty() {
            return self.read_unpacked(buffer);
        }
        let n = left.len().min(buffer.len());
        buffer[..n].copy_from_slice(&left[..n]);
        self.head_read += n;
        Ok(n)
    }

    fn read_unpacked(&mut self, buffer: &mut [u8]) -> Result<usize, IngestError> {
        if self.problem.is_some() {
            return Ok(0);
        }
        loop {
            match self.unpacker.read(buffer) {
                Ok(n) => {
                    self.unpacked += n as u64;
                    self.check_expansion()?;
                    return Ok(n);
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) if self.compression != Compression::None => {
                    self.problem = Some(self.damage(&e));
                    return Ok(0);
                }
                Err(source) => {
                    let (path, offset) = (self.path.clone(), self.unpacked);
                    return Err(IngestError::Read { path, offset, source });
                }
            }
        }
    }

    fn check_expansion(&self) -> Result<(), IngestError> {
        let packed = self.consumed().max(1);
        if self.unpacked > EXPANSION_GRACE && self.unpacked / packed > EXPANSION_LIMIT {
            let path = self.path.clone();
            return Err(IngestError::Expansion { path, unpacked: self.unpacked, packed });
        }
        Ok(())
    }

    fn damage(&self, error: &io::Error) -> String {
        let name = self.compression.as_str();
        let what = match error.kind() {
            io::ErrorKind::UnexpectedEof => format!("the {name} stream ends early"),
            _ => format!("the {name} stream is damaged ({error})"),
        };
        format!(
            "{what} at byte {} of the file, after {} unpacked bytes",
            self.consumed() - self.unpacker.waiting(),
            self.unpacked
        )
    }

    /// All unpacked bytes, for small files that are read as a whole. A damaged archive ends
    /// early and leaves a problem in the summary.
    ///
    /// # Errors
    /// [`IngestError::Read`] and [`IngestError::Expansion`].
    pub fn read_all(mut self) -> Result<(Vec<u8>, SourceSummary), IngestError> {
        let mut all = Vec::new();
        let mut buffer = vec![0; HEAD_BYTES];
        loop {
            match self.read(&mut buffer)? {
                0 => return Ok((all, self.finish()?)),
                n => all.extend_from_slice(&buffer[..n]),
            }
        }
    }

    /// Hashes what is left of the bytes on disk and tells what was read.
    pub(super) fn finish(self) -> Result<SourceSummary, IngestError> {
        let (path, offset) = (self.path, self.unpacked);
        let (sha256, bytes) = self
            .unpacker
            .into_hashing()
            .finish()
            .map_err(|source| IngestError::Read { path, offset, source })?;
        Ok(SourceSummary { sha256, bytes, unpacked_bytes: offset, problem: self.problem })
    }
}

/// Hashes and counts what passes through.
struct Hashing {
    inner: Box<dyn Read + Send>,
    hasher: Sha256,
    bytes: u64,
}

impl Hashing {
    fn new(inner: Box<dyn Read + Send>) -> Self {
        Self { inner, hasher: Sha256::new(), bytes: 0 }
    }

    /// Reads the rest, whatever it is: the hash is of the whole file.
    fn finish(mut self) -> io::Result<(String, u64)> {
        io::copy(&mut self, &mut io::sink())?;
        Ok((hex(&self.hasher.finalize()), self.bytes))
    }
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..n]);
        self.bytes += n as u64;
        Ok(n)
    }
}

enum Unpacker {
    Plain(Hashing),
    Gzip(Box<MultiGzDecoder<BufReader<Hashing>>>),
    Zstd(Box<zstd::Decoder<'static, BufReader<Hashing>>>),
}

impl Unpacker {
    fn new(compression: Compression, hashing: Hashing) -> io::Result<Self> {
        let buffered = |hashing| BufReader::with_capacity(256 * 1024, hashing);
        Ok(match compression {
            Compression::None => Self::Plain(hashing),
            Compression::Gzip => Self::Gzip(Box::new(MultiGzDecoder::new(buffered(hashing)))),
            Compression::Zstd => {
                Self::Zstd(Box::new(zstd::Decoder::with_buffer(buffered(hashing))?))
            }
        })
    }

    fn hashing(&self) -> &Hashing {
        match self {
            Self::Plain(hashing) => hashing,
            Self::Gzip(decoder) => decoder.get_ref().get_ref(),
            Self::Zstd(decoder) => decoder.get_ref().get_ref(),
        }
    }

    /// Bytes taken from disk that were not looked at yet.
    fn waiting(&self) -> u64 {
        let waiting = match self {
            Self::Plain(_) => 0,
            Self::Gzip(decoder) => decoder.get_ref().buffer().len(),
            Self::Zstd(decoder) => decoder.get_ref().buffer().len(),
        };
        waiting as u64
    }

    fn into_hashing(self) -> Hashing {
        match self {
            Self::Plain(hashing) => hashing,
            Self::Gzip(decoder) => decoder.into_inner().into_inner(),
            Self::Zstd(decoder) => decoder.finish().into_inner(),
        }
    }
}

impl Read for Unpacker {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(inner) => inner.read(buffer),
            Self::Gzip(inner) => inner.read(buffer),
            Self::Zstd(inner) => inner.read(buffer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// SHA-256 of "hello\n", as `sha256sum` prints it.
    const HELLO: &str = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";

    fn open(bytes: &[u8]) -> Source {
        let input = Box::new(Cursor::new(bytes.to_vec()));
        Source::new(Path::new("test"), input, bytes.len() as u64).expect("bytes in memory open")
    }

    fn read_all(source: Source) -> (Vec<u8>, SourceSummary) {
        source.read_all().expect("memory reads")
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).expect("memory writes");
        encoder.finish().expect("memory writes")
    }

    #[test]
    fn plain_bytes_come_out_as_they_are_with_the_hash_of_the_file() {
        let (bytes, summary) = read_all(open(b"hello\n"));
        assert_eq!(bytes, b"hello\n");
        assert_eq!(summary.sha256, HELLO);
        assert_eq!((summary.bytes, summary.unpacked_bytes, summary.problem), (6, 6, None));
    }

    #[test]
    fn packed_bytes_come_out_unpacked_with_the_hash_of_the_packed_file() {
        let mut two_members = gzip(b"hel");
        two_members.extend(gzip(b"lo\n"));
        let (bytes, summary) = read_all(open(&two_members));
        assert_eq!(bytes, b"hello\n");
        assert_ne!(summary.sha256, HELLO);
        let packed = zstd::encode_all(&b"hello\n"[..], 1).expect("memory writes");
        let source = open(&packed);
        assert_eq!(source.compression, Compression::Zstd);
        assert_eq!(read_all(source).0, b"hello\n");
    }

    #[test]
    fn a_truncated_archive_gives_what_it_holds_and_says_where_it_ends() {
        let text: Vec<u8> = (0..200_000u32).flat_map(|i| i.to_le_bytes()).collect();
        for packed in [gzip(&text), zstd::encode_all(&text[..], 1).expect("memory writes")] {
            let cut = &packed[..packed.len() / 2];
            let (bytes, summary) = read_all(open(cut));
            assert!(text.starts_with(&bytes) && bytes.len() < text.len());
            assert_eq!(summary.bytes, cut.len() as u64);
            let problem = summary.problem.expect("a truncated archive is a problem");
            assert!(problem.contains("ends early"), "{problem}");
        }
    }

    #[test]
    fn damage_is_placed_where_it_is_not_where_the_buffer_ends() {
        let mut x = 1_u32;
        let noise = std::iter::repeat_with(|| {
            x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (x >> 24) as u8
        });
        let mut packed = gzip(b"hello\n");
        let whole = packed.len();
        // After a whole member, the start of another whose compression method does not exist.
        packed.extend([0x1f, 0x8b, 0xff]);
        packed.extend(noise.take(10_000));
        let problem = read_all(open(&packed)).1.problem.expect("damaged");
        let at = problem.split(" at byte ").nth(1).and_then(|rest| rest.split(' ').next());
        let at: usize = at.and_then(|digits| digits.parse().ok()).expect("a place");
        assert!((whole..whole + 20).contains(&at), "{problem}");
    }

    #[test]
    fn an_archive_that_unpacks_beyond_all_measure_is_refused() {
        let zeros = vec![0u8; 64 << 20];
        let packed: Vec<u8> =
            std::iter::repeat_n(zstd::encode_all(&zeros[..], 1).expect("memory writes"), 6)
                .flatten()
                .collect();
        let mut source = open(&packed);
        let mut buffer = vec![0; 1 << 20];
        let error = loop {
            match source.read(&mut buffer) {
                Ok(0) => panic!("read to the end"),
                Ok(_) => {}
                Err(e) => break e,
            }
        };
        assert!(matches!(error, IngestError::Expansion { .. }));
    }

    #[test]
    fn a_missing_file_and_a_directory_cannot_be_opened() {
        for path in ["/no/such/file", "/"] {
            assert!(matches!(Source::open(Path::new(path)), Err(IngestError::Open { .. })));
        }
    }
}
