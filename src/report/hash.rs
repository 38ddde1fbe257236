//! SHA-256, of bytes and of files.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::ReportError;
use crate::job::Progress;

/// SHA-256 in lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |n: u8| char::from(DIGITS[usize::from(n & 15)]);
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(*b)]).collect()
}

/// Size and SHA-256 of a file; its bytes are units of the progress.
///
/// # Errors
/// When it cannot be read, and when cancelled.
pub fn hash_file(path: &Path, progress: &Progress) -> Result<(u64, String), ReportError> {
    let io = || ReportError::io("read", path);
    let mut file = File::open(path).map_err(io())?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    let mut bytes = 0;
    loop {
        progress.check()?;
        match file.read(&mut buffer).map_err(io())? {
            0 => return Ok((bytes, hex(&hasher.finalize()))),
            n => {
                hasher.update(&buffer[..n]);
                bytes += n as u64;
                progress.advance(n as u64);
            }
        }
    }
}
