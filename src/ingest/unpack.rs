//! How the bytes of a source are packed, and unpacking and hashing them in the same pass.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::pipe::PipeReader;
use crate::model::text::hex;

/// How the bytes on disk are packed. Recognised by magic number, never by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not packed.
    None,
    /// gzip, any number of members.
    Gzip,
    /// zstd, any number of frames.
    Zstd,
    /// A Parquet file, whose rows are unpacked to JSON lines.
    Parquet,
}

impl Compression {
    /// The name stored in the case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Parquet => "parquet",
        }
    }

    pub(super) fn of(magic: &[u8]) -> Self {
        match magic {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            [b'P', b'A', b'R', b'1', ..] => Self::Parquet,
            _ => Self::None,
        }
    }
}

/// Hashes and counts what passes through.
pub(super) struct Hashing<R> {
    inner: R,
    hasher: Sha256,
    /// Bytes that passed.
    pub bytes: u64,
}

impl<R: Read> Hashing<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, hasher: Sha256::new(), bytes: 0 }
    }

    /// Reads the rest, whatever it is, for the hash is of the whole file; `check` may end that.
    pub(super) fn finish<E: From<io::Error>>(
        mut self,
        mut check: impl FnMut() -> Result<(), E>,
    ) -> Result<(String, u64), E> {
        let mut buffer = vec![0; 256 << 10];
        loop {
            check()?;
            match self.read(&mut buffer) {
                Ok(0) => return Ok((hex(&self.hasher.finalize()), self.bytes)),
                Ok(_) => {}
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e.into()),
            }
        }
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..n]);
        self.bytes += n as u64;
        Ok(n)
    }
}

/// The bytes as they lie on disk.
pub(super) type Packed = Hashing<Box<dyn Read + Send>>;

/// What gives the bytes of a log.
pub(super) enum Unpacker {
    Plain(Packed),
    Gzip(Box<MultiGzDecoder<BufReader<Packed>>>),
    Zstd(Box<zstd::Decoder<'static, BufReader<Packed>>>),
    /// The rendered rows, and the file, which is hashed when they are read.
    Parquet(PipeReader, File),
}

fn buffered<R: Read>(inner: R) -> BufReader<R> {
    BufReader::with_capacity(256 << 10, inner)
}

/// Unpacks a gzip or zstd stream.
pub(super) fn decoder<'r>(
    compression: Compression,
    packed: impl Read + 'r,
) -> io::Result<Box<dyn Read + 'r>> {
    Ok(match compression {
        Compression::Gzip => Box::new(MultiGzDecoder::new(buffered(packed))),
        Compression::Zstd => Box::new(zstd::Decoder::with_buffer(buffered(packed))?),
        Compression::None | Compression::Parquet => Box::new(packed),
    })
}

impl Unpacker {
    pub(super) fn new(compression: Compression, packed: Packed) -> io::Result<Self> {
        Ok(match compression {
            Compression::Gzip => Self::Gzip(Box::new(MultiGzDecoder::new(buffered(packed)))),
            Compression::Zstd => {
                Self::Zstd(Box::new(zstd::Decoder::with_buffer(buffered(packed))?))
            }
            Compression::None | Compression::Parquet => Self::Plain(packed),
        })
    }

    /// Where in the packed bytes unpacking has come to.
    pub(super) fn place(&self) -> u64 {
        let place =
            |packed: &BufReader<Packed>| packed.get_ref().bytes - packed.buffer().len() as u64;
        match self {
            Self::Plain(packed) => packed.bytes,
            Self::Gzip(decoder) => place(decoder.get_ref()),
            Self::Zstd(decoder) => place(decoder.get_ref()),
            Self::Parquet(..) => 0,
        }
    }

    /// SHA-256 and number of all packed bytes; reads those that were not looked at.
    pub(super) fn finish<E: From<io::Error>>(
        self,
        check: impl FnMut() -> Result<(), E>,
    ) -> Result<(String, u64), E> {
        match self {
            Self::Plain(packed) => packed.finish(check),
            Self::Gzip(decoder) => decoder.into_inner().into_inner().finish(check),
            Self::Zstd(decoder) => decoder.finish().into_inner().finish(check),
            Self::Parquet(_, mut file) => {
                file.rewind()?;
                Hashing::new(file).finish(check)
            }
        }
    }
}

impl Read for Unpacker {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(inner) => inner.read(buffer),
            Self::Gzip(inner) => inner.read(buffer),
            Self::Zstd(inner) => inner.read(buffer),
            Self::Parquet(inner, _) => inner.read(buffer),
        }
    }
}
