//! A PDF without its compressed streams: those are searched when they are unpacked, and in their
//! packed bytes short values are found by chance.

use std::io::{self, Read};

/// Bytes that are looked back at.
const WINDOW: usize = 12;

/// Reads a PDF; bytes of compressed streams are nought, so that all others keep their places.
pub struct OutsideStreams<R> {
    reader: R,
    last: [u8; WINDOW],
    /// Whether the object at hand says that its stream is compressed.
    is_packed: bool,
    is_inside: bool,
}

impl<R: Read> OutsideStreams<R> {
    /// Of a PDF from its beginning.
    pub fn new(reader: R) -> Self {
        Self { reader, last: [0; WINDOW], is_packed: false, is_inside: false }
    }

    /// Takes a byte in; what is read of it.
    fn take(&mut self, byte: u8) -> u8 {
        self.last.rotate_left(1);
        self.last[WINDOW - 1] = byte;
        let shown = if self.is_inside { 0 } else { byte };
        if self.is_inside {
            self.is_inside = !self.last.ends_with(b"endstream");
        } else if self.last.ends_with(b"/FlateDecode") {
            self.is_packed = true;
        } else if self.last.ends_with(b"endobj") {
            self.is_packed = false;
        } else if self.is_packed && matches!(byte, b'\n' | b'\r') {
            let before = &self.last[..WINDOW - 1];
            self.is_inside = before.ends_with(b"stream") && !before.ends_with(b"endstream");
        }
        shown
    }
}

impl<R: Read> Read for OutsideStreams<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(buffer)?;
        for byte in &mut buffer[..n] {
            *byte = self.take(*byte);
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_compressed_streams_are_left_out_and_everything_keeps_its_place() {
        let pdf = b"1 0 obj <</Filter /FlateDecode>> stream\nabc a00 def\nendstream endobj\n\
                    2 0 obj <</Type /Metadata>> stream\na01 as it is\nendstream endobj (a02)";
        let mut read = Vec::new();
        OutsideStreams::new(&pdf[..]).read_to_end(&mut read).expect("memory");
        assert_eq!(read.len(), pdf.len());
        let has = |what: &[u8]| read.windows(what.len()).any(|part| part == what);
        assert!(!has(b"a00") && has(b"a01") && has(b"a02"));
    }
}
