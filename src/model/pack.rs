//! Packing slices of a source for keeping: what ingest packs, the case file stores and unpacks.
//!
//! The first byte says how; 0 is a plain zstd frame.

use std::io;

const PLAIN: u8 = 0;
/// The fastest level that is not worse by more than a few percent on logs.
const LEVEL: i32 = 1;

/// Packs slices; keeps its working memory between them.
pub struct Packer {
    compressor: zstd::bulk::Compressor<'static>,
}

impl std::fmt::Debug for Packer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Packer")
    }
}

impl Default for Packer {
    fn default() -> Self {
        let compressor = zstd::bulk::Compressor::new(LEVEL).expect("a level of zstd");
        Self { compressor }
    }
}

impl Packer {
    /// Packs a slice.
    pub fn pack(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = vec![0; 1 + zstd::zstd_safe::compress_bound(bytes.len())];
        out[0] = PLAIN;
        let length = self
            .compressor
            .compress_to_buffer(bytes, &mut out[1..])
            .expect("the buffer holds the worst case");
        out.truncate(1 + length);
        out
    }
}

/// Unpacks a slice of a known length.
///
/// # Errors
/// When the packed bytes are damaged or not of that length.
pub fn unpack(packed: &[u8], length: usize) -> io::Result<Vec<u8>> {
    let damaged = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
    let bytes = match packed.split_first() {
        Some((&PLAIN, frame)) => zstd::bulk::decompress(frame, length)?,
        _ => return Err(damaged("packed in an unknown way")),
    };
    if bytes.len() != length {
        return Err(damaged("unpacked to another length"));
    }
    Ok(bytes)
}
