//! Telling archives by their first bytes.

use std::io::Read;

use super::Packing;
use crate::ingest::unpack::decoder;

/// How much of a file is looked at, bytes: the first block of any packed stream lies in it.
pub(super) const PEEK_BYTES: u64 = 160 << 10;
/// Size of the header of a member of a tar archive, bytes.
const TAR_HEADER: usize = 512;

/// What an archive is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Zip,
    /// Members one after the other, all of them packed as one stream or not at all.
    Tar(Packing),
}

impl Kind {
    /// Recognises an archive, in a packed stream too.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            return Some(Self::Zip);
        }
        let packing = Packing::of(head);
        let is_tar = match packing {
            Packing::None => is_tar(head),
            Packing::Parquet => false,
            packed => {
                let mut start = Vec::with_capacity(TAR_HEADER);
                // What cannot be unpacked is no archive; whoever reads it on says what it is.
                let unpacker = decoder(packed, head).ok()?;
                let _ = unpacker.take(TAR_HEADER as u64).read_to_end(&mut start);
                is_tar(&start)
            }
        };
        is_tar.then_some(Self::Tar(packing))
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Zip => "zip archive",
            Self::Tar(Packing::Gzip) => "tar archive in gzip",
            Self::Tar(Packing::Zstd) => "tar archive in zstd",
            Self::Tar(_) => "tar archive",
        }
    }
}

/// Whether bytes are the header of a member of a tar archive: old ones have no magic number, but
/// all have a sum over themselves.
fn is_tar(head: &[u8]) -> bool {
    let Some(header) = head.get(..TAR_HEADER) else { return false };
    let stated = tar::Header::from_byte_slice(header).cksum().ok();
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    let own: u32 = header[148..156].iter().map(|byte| u32::from(*byte)).sum();
    header[0] != 0 && stated == Some(sum - own + 8 * u32::from(b' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_looks_a_little_like_an_archive_is_none() {
        let zeros = vec![b'0'; 600];
        let line = "PK,timestamp\n".repeat(60);
        for head in [&b""[..], b"PK", &zeros, line.as_bytes(), &[0; 512]] {
            assert_eq!(Kind::of(head), None);
        }
    }
}
