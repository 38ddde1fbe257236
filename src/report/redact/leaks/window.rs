//! A stream in pieces that overlap, so that nothing is missed where one ends.

use std::io::{self, Read};
use std::ops::Range;

/// Bytes that a piece is looked through for.
const BODY: usize = 1 << 20;
/// Bytes seen before it, for what stands before a value.
pub(super) const BEFORE: usize = 256;
/// Bytes seen behind it, for a value that begins in it: the longest one written twice over.
const AFTER: usize = 16 << 10;

/// A piece.
pub(super) struct Window<'a> {
    /// All that is seen.
    pub bytes: &'a [u8],
    /// Offset of its first byte in the stream.
    pub offset: u64,
    /// The part that no other piece is looked through for.
    pub body: Range<usize>,
}

/// Calls `see` with each piece in turn; how many bytes there were.
///
/// # Errors
/// The reader's.
pub(super) fn windows(reader: &mut dyn Read, see: &mut dyn FnMut(&Window<'_>)) -> io::Result<u64> {
    let mut bytes = Vec::with_capacity(BEFORE + BODY + AFTER);
    let (mut offset, mut start) = (0_u64, 0);
    loop {
        let want = (start + BODY + AFTER - bytes.len()) as u64;
        let is_last = ((&mut *reader).take(want).read_to_end(&mut bytes)? as u64) < want;
        let end = if is_last { bytes.len() } else { bytes.len() - AFTER };
        if end > start || offset == 0 {
            see(&Window { bytes: &bytes, offset, body: start..end });
        }
        if is_last {
            return Ok(offset + bytes.len() as u64);
        }
        let drop = end.saturating_sub(BEFORE);
        bytes.drain(..drop);
        offset += drop as u64;
        start = end - drop;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bodies_of_the_pieces_make_up_the_stream() {
        for len in [0, 1, BODY, BODY + AFTER, BODY + AFTER + 1, 3 * BODY + 17] {
            let all: Vec<u8> = (0..len).map(|n| (n % 251) as u8).collect();
            let mut seen = Vec::new();
            let count = windows(&mut all.as_slice(), &mut |window| {
                assert_eq!(window.offset + window.body.start as u64, seen.len() as u64);
                seen.extend_from_slice(&window.bytes[window.body.clone()]);
            });
            assert_eq!(count.unwrap(), len as u64);
            assert_eq!(seen, all);
        }
    }
}
