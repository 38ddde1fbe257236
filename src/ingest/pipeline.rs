//! From an open source to blocks of shaped rows: one thread reads and cuts, some shape and
//! compress, and the caller receives the blocks in order.
//!
//! All channels are bounded, so memory is a few blocks whatever the size of the source.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use memchr::memchr;

use super::cut::Plans;
use super::format::text::OTHER_LINES;
use super::rows::{Built, Place, RowsBuilder};
use super::source::{Source, SourceSummary};
use super::split::{self, BOM, OTHER_HEADER, RecordSpan, Scanner};
use super::utf8_lines::Utf8Lines;
use super::{Container, IngestError, Reason, RecordReader};
use crate::job::{Cancelled, Progress};
use crate::model::pack::{Look, Packer};
use crate::model::{Block, Exchange, Reject};

/// Size from which a slice is cut off at the next end of a record, bytes.
const SLICE_BYTES: usize = 4 << 20;
/// Records from which it is cut off, however short they are: what becomes of a record, a reject
/// above all, takes more memory than the shortest of them.
const SLICE_RECORDS: usize = 64 << 10;
/// Slices a worker that are read ahead of the one that is delivered next.
const AHEAD: usize = 3;
/// The longest record that is held in memory and read, bytes.
pub const RECORD_LIMIT_BYTES: usize = 64 << 20;
/// How much is read at a time, bytes.
const READ_BYTES: usize = 256 << 10;
/// Stray quotes that are closed in one source; each costs another look at what is in memory.
const MOST_CLOSED: usize = 64;
/// What is wrong with a list of records that is not closed.
const CUT_SHORT: &str = "the list of records is not closed at its end: what came behind is missing";
/// Buffers that a long record has made larger than this are not used again, bytes.
const LARGEST_KEPT_BYTES: usize = 3 * SLICE_BYTES;

/// How to run.
#[derive(Clone, Debug)]
pub struct PipelineOptions {
    /// Whether blocks carry the original bytes.
    pub keep_raw: bool,
    /// Threads that shape and compress.
    pub workers: usize,
}

impl Default for PipelineOptions {
    /// Originals are kept; one worker a core.
    fn default() -> Self {
        let workers = thread::available_parallelism().map_or(2, usize::from);
        Self { keep_raw: true, workers }
    }
}

/// What a block receiver may fail with.
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// A cut slice of the source, on its way to a worker.
struct Slice {
    number: u64,
    first_offset: u64,
    /// Its bytes, and behind them whatever an earlier slice left in the buffer.
    buffer: Vec<u8>,
    length: usize,
    records: Vec<RecordSpan>,
    rejects: Vec<Reject>,
}

impl Slice {
    fn bytes(&self) -> &[u8] {
        &self.buffer[..self.length]
    }
}

/// Reads a source to its end and gives its blocks, in order, to `sink`.
///
/// Progress counts bytes on disk, records and rejects.
///
/// # Errors
/// [`IngestError::Read`] or [`IngestError::Expansion`] when the source cannot be read on,
/// [`IngestError::Cancelled`], and [`IngestError::Sink`] with whatever `sink` failed with.
pub fn run(
    source: Source,
    container: &Container,
    reader: &dyn RecordReader,
    options: &PipelineOptions,
    progress: &Progress,
    sink: &mut dyn FnMut(Block) -> Result<(), SinkError>,
) -> Result<SourceSummary, IngestError> {
    let workers = options.workers.max(1);
    let (slices, to_shape) = sync_channel::<Slice>(workers * 2);
    // Owned by the workers alone: when they are gone the cutter's next send fails and it stops.
    let to_shape = Arc::new(Mutex::new(to_shape));
    let (blocks, shaped) = sync_channel::<(u64, Block)>(workers * 2);
    // One permit a slice, given back when its block is delivered: blocks that wait for a slow
    // one are never more than these.
    let (permits, to_return) = sync_channel::<()>(workers * AHEAD);
    // New memory has to be cleared by the system and by us; there are as many buffers as permits.
    let (spent, buffers) = sync_channel::<Vec<u8>>(workers * AHEAD);
    thread::scope(|scope| {
        let output = Output { slices, permits, buffers };
        let cutting = scope
            .spawn(move || Cutter::new(source, split::scanner(container), progress, output).run());
        for worker in 0..workers as u32 {
            let (to_shape, blocks) = (Arc::clone(&to_shape), blocks.clone());
            let spent = spent.clone();
            let keep_raw = options.keep_raw;
            let shaper = Shaper { worker, container, reader, keep_raw, spent };
            scope.spawn(move || shaper.run(&to_shape, &blocks));
        }
        drop((blocks, to_shape));
        let delivered = deliver(shaped, to_return, progress, sink);
        let cut = match cutting.join() {
            Ok(cut) => cut,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        // A sink that failed makes the cutter stop for want of a receiver: its own error is the
        // one to tell.
        delivered?;
        cut
    })
}

/// Puts the blocks back in order.
fn deliver(
    shaped: Receiver<(u64, Block)>,
    permits: Receiver<()>,
    progress: &Progress,
    sink: &mut dyn FnMut(Block) -> Result<(), SinkError>,
) -> Result<(), IngestError> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    for (number, block) in shaped {
        early.insert(number, block);
        while let Some(block) = early.remove(&next) {
            progress.check()?;
            progress.count(block.rows.len() as u64, block.rejects.len() as u64);
            sink(block).map_err(IngestError::Sink)?;
            // It was sent before the slice.
            let _ = permits.try_recv();
            next += 1;
        }
    }
    Ok(())
}

/// Where slices go, with a permit each, and where their buffers come back.
struct Output {
    slices: SyncSender<Slice>,
    permits: SyncSender<()>,
    buffers: Receiver<Vec<u8>>,
}

impl Output {
    /// Waits until there is room; whether anybody still wants slices.
    fn send(&self, slice: Slice) -> bool {
        self.permits.send(()).is_ok() && self.slices.send(slice).is_ok()
    }
}

/// Reads the source and cuts it into slices that end where a record ends.
struct Cutter<'a> {
    source: Source,
    scanner: Box<dyn Scanner>,
    progress: &'a Progress,
    output: Output,
    /// Memory to read into; the first `filled` bytes are read and not yet cut off.
    buffer: Vec<u8>,
    filled: usize,
    /// The offset of the first of them.
    buffer_offset: u64,
    found: Vec<RecordSpan>,
    number: u64,
    /// Stray quotes so far.
    closed: usize,
    gone: bool,
}

impl<'a> Cutter<'a> {
    fn new(
        source: Source,
        scanner: Box<dyn Scanner>,
        progress: &'a Progress,
        output: Output,
    ) -> Self {
        Self {
            source,
            scanner,
            progress,
            output,
            buffer: Vec::new(),
            filled: 0,
            buffer_offset: 0,
            found: Vec::new(),
            number: 0,
            closed: 0,
            gone: false,
        }
    }

    fn run(mut self) -> Result<SourceSummary, IngestError> {
        let mut consumed = 0;
        while self.read_on()? > 0 {
            self.progress.check()?;
            self.progress.advance(self.source.consumed() - consumed);
            consumed = self.source.consumed();
            match self.found.last() {
                Some(last) if self.filled >= SLICE_BYTES || self.found.len() >= SLICE_RECORDS => {
                    let end = (last.end - self.buffer_offset) as usize;
                    self.cut(end);
                }
                None if self.filled > RECORD_LIMIT_BYTES => {
                    self.close_quotes();
                    self.end_strays(true);
                    if self.found.is_empty() {
                        self.cut(self.filled);
                    }
                }
                _ => {}
            }
            if self.gone {
                // Whoever received the blocks says why; the rest need not even be hashed.
                return Err(Cancelled.into());
            }
        }
        self.close_quotes();
        self.end_strays(true);
        let end = self.buffer_offset + self.filled as u64;
        let is_cut_short = self.scanner.is_cut_short();
        self.scanner.finish(end, &mut self.found);
        self.cut(self.filled);
        self.progress.advance(self.source.consumed() - consumed);
        let mut summary = self.source.finish(self.progress)?;
        if is_cut_short {
            summary.problem.get_or_insert_with(|| CUT_SHORT.to_owned());
        }
        Ok(summary)
    }

    /// Reads some bytes behind the buffer and scans them.
    fn read_on(&mut self) -> Result<usize, IngestError> {
        let old = self.filled;
        if self.buffer.len() < old + READ_BYTES {
            // All it will hold at once, for most slices.
            self.buffer.resize(old + SLICE_BYTES + 2 * READ_BYTES, 0);
        }
        let read = self.source.read(&mut self.buffer[old..old + READ_BYTES]);
        self.filled += *read.as_ref().unwrap_or(&0);
        let base = self.buffer_offset + old as u64;
        let mut fresh = &self.buffer[old..self.filled];
        if base == 0 && fresh.starts_with(BOM) {
            fresh = &fresh[BOM.len()..];
        }
        let base = self.buffer_offset + (self.filled - fresh.len()) as u64;
        self.scanner.scan(fresh, base, &mut self.found);
        self.end_strays(false);
        read
    }

    /// Ends records that stray quotes have opened and nothing has closed.
    fn close_quotes(&mut self) {
        while self.closed < MOST_CLOSED && self.close_quote() {
            self.closed += 1;
        }
    }

    /// Ends a record that a stray quote has opened at its first line, where another record follows
    /// that line: the quote must not swallow the rest of the table. Whether it was one.
    fn close_quote(&mut self) -> bool {
        let start = self.scanner.open_quote().and_then(|s| s.checked_sub(self.buffer_offset));
        let Some(start) = start.map(|start| start as usize) else { return false };
        let rest = &self.buffer[start..self.filled];
        let Some(end) = memchr(b'\n', rest).map(|line| start + line) else { return false };
        let behind = &self.buffer[end + 1..self.filled];
        let next = &behind[..memchr(b'\n', behind).unwrap_or(behind.len())];
        if !self.scanner.is_record(next.strip_suffix(b"\r").unwrap_or(next)) {
            return false;
        }
        let base = self.buffer_offset + end as u64;
        self.scanner.end_at(base, &mut self.found);
        self.scanner.scan(behind, base + 1, &mut self.found);
        true
    }

    /// Ends records that a stray quote has opened where the next quote seems to close it: in a row
    /// that is a record by itself. Where the next line is not whole yet, `is_all` says that it never will.
    fn end_strays(&mut self, is_all: bool) {
        while let Some(at) = self.scanner.stray_quote() {
            let start = self.scanner.open_quote().unwrap_or(at).max(self.buffer_offset);
            let from = (start - self.buffer_offset) as usize;
            let mut lines = memchr::memchr_iter(b'\n', &self.buffer[from..self.filled]);
            if !is_all && lines.nth(1).is_none() {
                return;
            }
            if !self.close_quote() {
                self.scanner.take_stray();
                let from = at.saturating_sub(self.buffer_offset) as usize;
                let behind = &self.buffer[from.min(self.filled)..self.filled];
                self.scanner.scan(behind, at, &mut self.found);
            }
        }
    }

    /// Sends the first `end` bytes of the buffer with the records in them.
    fn cut(&mut self, end: usize) {
        if end == 0 {
            return;
        }
        let rest = self.filled - end;
        let mut next = self.output.buffers.try_recv().unwrap_or_default();
        if next.len() < rest {
            next.resize(rest, 0);
        }
        next[..rest].copy_from_slice(&self.buffer[end..self.filled]);
        self.filled = rest;
        let mut slice = Slice {
            number: self.number,
            first_offset: self.buffer_offset,
            buffer: std::mem::replace(&mut self.buffer, next),
            length: end,
            records: std::mem::take(&mut self.found),
            rejects: Vec::new(),
        };
        // Only a record over the limit can begin in a slice that has been sent.
        let sent = slice.first_offset;
        let (long, whole) = slice.records.into_iter().partition(|r| r.start < sent);
        slice.records = whole;
        slice.rejects = long.iter().map(too_long).collect();
        self.number += 1;
        self.buffer_offset += end as u64;
        self.gone = !self.output.send(slice);
    }
}

fn too_long(span: &RecordSpan) -> Reject {
    Reject {
        line: span.line,
        byte_offset: span.start,
        byte_length: span.end - span.start,
        reason: format!("record longer than {} MiB", RECORD_LIMIT_BYTES >> 20),
        sample: String::new(),
    }
}

/// What a worker needs to shape slices.
struct Shaper<'a> {
    /// Which one this is, from 0.
    worker: u32,
    container: &'a Container,
    reader: &'a dyn RecordReader,
    keep_raw: bool,
    spent: SyncSender<Vec<u8>>,
}

impl Shaper<'_> {
    fn run(&self, slices: &Mutex<Receiver<Slice>>, blocks: &SyncSender<(u64, Block)>) {
        let mut bench = Bench { rows: RowsBuilder::of_worker(self.worker), ..Bench::default() };
        loop {
            // The guard is dropped before the slice is shaped.
            let next = slices.lock().map_or_else(|e| e.into_inner().recv(), |r| r.recv());
            let Ok(mut slice) = next else { return };
            let number = slice.number;
            let rejects = std::mem::take(&mut slice.rejects);
            let block = self.shape(&slice, rejects, &mut bench);
            if slice.buffer.len() <= LARGEST_KEPT_BYTES {
                // Where nobody takes it, it is not needed.
                let _ = self.spent.try_send(slice.buffer);
            }
            if blocks.send((number, block)).is_err() {
                return;
            }
        }
    }

    fn shape(&self, slice: &Slice, rejects: Vec<Reject>, bench: &mut Bench) -> Block {
        let Bench { packer, plans, rows } = bench;
        let mut lines = self.keep_raw.then(|| Lines::of(packer, slice.bytes()));
        let mut texts = Utf8Lines::of(slice.bytes());
        let mut ledger = Ledger { rejects, in_other_lines: false };
        for span in &slice.records {
            let start = (span.start - slice.first_offset) as usize;
            let end = (span.end - slice.first_offset) as usize;
            let whole = &slice.bytes()[start..end];
            let Some((lead, record)) = split::trimmed(self.container, whole) else { continue };
            let place = Place {
                line: span.line,
                byte_offset: span.start + lead as u64,
                byte_length: record.len() as u64,
            };
            let mut emit = |exchange: &Exchange<'_>| rows.push(exchange, place);
            // Cut and read while it is at hand: a slice is larger than what is near the processor.
            let look = lines.as_mut().and_then(|lines| lines.look(start, end));
            let cut = look.filter(|_| lead == 0);
            let read = match cut.and_then(|look| Some((look, texts.get(start, record.len())?))) {
                _ if span.other_header => Err(OTHER_HEADER.into()),
                Some((look, text)) => self.reader.read_cut(text, &look, plans, &mut emit),
                None => self.reader.read(record, &mut emit),
            };
            match read {
                Ok(()) => ledger.in_other_lines = false,
                Err(reason) => ledger.refuse(record, place, reason),
            }
        }
        let raw = self.keep_raw.then(|| packer.finish(slice.bytes()));
        let Built { rows, dimensions, fingerprints, earlier } = rows.finish();
        Block {
            first_offset: slice.first_offset,
            byte_length: slice.length as u64,
            raw,
            rows,
            dimensions,
            fingerprints,
            earlier,
            rejects: ledger.rejects,
        }
    }
}

/// What a worker keeps from one slice to the next.
#[derive(Default)]
struct Bench {
    packer: Packer,
    plans: Plans,
    rows: RowsBuilder,
}

/// The lines of a slice, packed one after the other.
struct Lines<'p> {
    packer: &'p mut Packer,
    bytes: &'p [u8],
    /// Where the next one starts.
    at: usize,
}

impl<'p> Lines<'p> {
    fn of(packer: &'p mut Packer, bytes: &'p [u8]) -> Self {
        packer.begin(bytes);
        Self { packer, bytes, at: 0 }
    }

    /// What the record from `start` to `end` looks like, if it is a line that looks like earlier
    /// ones. To be asked in the order of the slice.
    fn look(&mut self, start: usize, end: usize) -> Option<Look<'_>> {
        while self.at < start {
            self.at = self.packer.next_line(self.bytes)?.next;
        }
        if self.at > start {
            return None;
        }
        let line = self.packer.next_line(self.bytes)?;
        self.at = line.next;
        line.look.filter(|_| line.next == end + 1)
    }
}

/// The rejects of a slice.
struct Ledger {
    rejects: Vec<Reject>,
    /// Whether the last record was a line without a request.
    in_other_lines: bool,
}

impl Ledger {
    /// Adds an entry; lines without a request in a row are one.
    fn refuse(&mut self, record: &[u8], place: Place, reason: Reason) {
        let goes_on = std::mem::replace(&mut self.in_other_lines, reason == OTHER_LINES);
        if let Some(entry) = self.rejects.last_mut().filter(|_| goes_on && self.in_other_lines) {
            entry.byte_length = place.byte_offset + place.byte_length - entry.byte_offset;
        } else {
            self.rejects.push(Reject::of(record, place.line, place.byte_offset, reason));
        }
    }
}

#[cfg(test)]
#[path = "pipeline_tests.rs"]
mod tests;
