//! Bytes from a thread that unpacks to one that reads, a few chunks ahead.

use std::io::{self, Read, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Size of a chunk, bytes.
const CHUNK_BYTES: usize = 256 << 10;
/// Chunks that may wait.
const CHUNKS: usize = 4;

/// What goes through. The end is said, so that a thread that died is not taken for one.
enum Piece {
    Bytes(Vec<u8>),
    Failed(io::Error),
    End,
}

/// The end that is written to.
pub(super) struct PipeWriter {
    pieces: SyncSender<Piece>,
    buffer: Vec<u8>,
}

/// The end that is read from.
pub(super) struct PipeReader {
    pieces: Receiver<Piece>,
    chunk: Vec<u8>,
    at: usize,
    ended: bool,
}

/// Both ends of a pipe.
pub(super) fn pipe() -> (PipeWriter, PipeReader) {
    let (sender, pieces) = sync_channel(CHUNKS);
    let writer = PipeWriter { pieces: sender, buffer: Vec::new() };
    (writer, PipeReader { pieces, chunk: Vec::new(), at: 0, ended: false })
}

impl PipeWriter {
    /// Sends what was written so far and says that nothing follows, or why nothing can.
    pub(super) fn close(mut self, outcome: io::Result<()>) {
        // A reader that is gone wants to know neither.
        let _ = self.flush();
        let _ = self.pieces.send(match outcome {
            Ok(()) => Piece::End,
            Err(error) => Piece::Failed(error),
        });
    }

    /// The bytes not yet sent, to be appended to; [`PipeWriter::send_full`] sends them.
    pub(super) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Sends the buffer if it is large enough.
    ///
    /// # Errors
    /// A broken pipe, when nobody reads.
    pub(super) fn send_full(&mut self) -> io::Result<()> {
        if self.buffer.len() >= CHUNK_BYTES { self.flush() } else { Ok(()) }
    }
}

impl Write for PipeWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        self.send_full()?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let room = self.buffer.capacity();
        let chunk = std::mem::replace(&mut self.buffer, Vec::with_capacity(room));
        self.pieces.send(Piece::Bytes(chunk)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Read for PipeReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.chunk.len() && !self.ended {
            match self.pieces.recv() {
                Ok(Piece::Bytes(chunk)) => (self.chunk, self.at) = (chunk, 0),
                Ok(Piece::End) => self.ended = true,
                Ok(Piece::Failed(error)) => {
                    self.ended = true;
                    return Err(error);
                }
                Err(_) => return Err(io::Error::other("what unpacks it has stopped")),
            }
        }
        let left = &self.chunk[self.at..];
        let n = left.len().min(buffer.len());
        buffer[..n].copy_from_slice(&left[..n]);
        self.at += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out_up_to_the_end_or_the_failure() {
        for fails in [false, true] {
            let (mut writer, mut reader) = pipe();
            let text: Vec<u8> = (0..3_000_000u32).map(|i| i as u8).collect();
            let sent = text.clone();
            let thread = std::thread::spawn(move || {
                sent.chunks(70_001).for_each(|chunk| writer.write_all(chunk).expect("read"));
                writer.close(if fails { Err(io::Error::other("broken")) } else { Ok(()) });
            });
            let mut read = Vec::new();
            assert_eq!(reader.read_to_end(&mut read).is_err(), fails);
            assert!(read == text);
            thread.join().expect("ended");
        }
    }

    #[test]
    fn a_thread_that_died_is_no_end_and_a_reader_that_is_gone_is_noticed() {
        let (writer, mut reader) = pipe();
        drop(writer);
        assert!(reader.read(&mut [0]).is_err());
        let (mut writer, reader) = pipe();
        drop(reader);
        assert!(writer.write_all(&vec![0; CHUNK_BYTES]).is_err());
    }
}
