//! Searching all prompts of a case for a phrase.
//!
//! Naive: read the texts of all records ([`read_texts`](super::read_texts)) and keep the events
//! whose prompt contains the phrase.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use memchr::memchr_iter;

use super::texts::{CaseTexts, SliceReader, TextSource, bytes_of, each_text};
use crate::ingest::{Finder, Found, Phrase, Wanted};
use crate::job::Progress;
use crate::model::pack::Turned;
use crate::store::{CaseFile, Mode, RawSlice, StoreError};

/// Why prompts could not be searched.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The case.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There are none.
    #[error("{0}")]
    NoPrompts(String),
}

/// Searches the prompts of a case and gives the id of every event whose prompt contains the
/// phrase, in no order and from several threads. Progress counts unpacked bytes.
///
/// Slices are taken from all over the case: what is found at first shows where it is found.
///
/// # Errors
/// When there are no prompts in the case, the file cannot be read or is damaged, or the work is
/// asked to stop: what was given until then holds.
pub fn search_prompts(
    case: &Path,
    phrase: &str,
    progress: &Progress,
    found: &(dyn Fn(u64) + Sync),
) -> Result<(), SearchError> {
    let texts = CaseTexts::of(&CaseFile::open(case, Mode::ReadOnly)?, Wanted::PROMPTS)?;
    if texts.slices().is_empty() {
        return Err(SearchError::NoPrompts(texts.why_not().to_owned()));
    }
    let phrase = Phrase::new(phrase);
    let slices = texts.slices();
    progress.set_phase("searching prompts", texts.bytes());
    let order = spread(slices.len());
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(None));
    let work = || -> Result<(), StoreError> {
        let mut reader = SliceReader::open(case, &texts)?;
        let mut finder = Finder::new(&phrase);
        while let Some(at) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            progress.check()?;
            let slice = &slices[*at];
            search_slice(&mut reader, slice, &phrase, &mut finder, found)?;
            progress.advance(slice.byte_length);
        }
        Ok(())
    };
    let workers = thread::available_parallelism().map_or(2, usize::from).min(slices.len());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                if let Err(error) = work() {
                    next.store(order.len(), Ordering::Relaxed);
                    let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                    failed.get_or_insert(error);
                }
            });
        }
    });
    failed.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)?;
    Ok(())
}

/// The numbers below `n` so that the first of them lie all over the range.
fn spread(n: usize) -> Vec<usize> {
    let bits = usize::BITS - n.next_power_of_two().leading_zeros() - 1;
    let all = 0..n.next_power_of_two();
    let reversed =
        all.map(|i| if bits == 0 { 0 } else { i.reverse_bits() >> (usize::BITS - bits) });
    reversed.filter(|i| *i < n).collect()
}

fn search_slice(
    reader: &mut SliceReader<'_>,
    slice: &RawSlice,
    phrase: &Phrase,
    finder: &mut Finder<'_>,
    found: &dyn Fn(u64),
) -> Result<(), StoreError> {
    let frame = reader.open_slice(slice)?;
    let sources: Vec<&TextSource> = reader.case_texts().sources_in(slice).collect();
    let mut blank_lead = 0;
    let lines = match frame.turned() {
        Some(turned) => {
            let lines = lines(&turned, &sources, finder);
            if lines.is_empty() {
                return Ok(());
            }
            blank_lead = turned.blank_lead();
            Some(lines)
        }
        None => None,
    };
    let give = |source: &TextSource, lines: Vec<u32>, reader: &SliceReader<'_>| {
        if !source.reader.is_lines() {
            return Ok(false);
        }
        let events = source.places.at_lines(reader.file(), slice, blank_lead, &lines)?;
        let is_told = events.is_some();
        events.into_iter().flatten().for_each(found);
        Ok::<_, StoreError>(is_told)
    };
    if let (Some(lines), [source]) = (&lines, &sources[..])
        && lines.iter().all(|line| line.is_certain)
        && give(source, lines.iter().map(|line| line.line).collect(), reader)?
    {
        return Ok(());
    }
    let bytes = bytes_of(frame, slice)?;
    let spots = match &lines {
        Some(lines) => line_spans(&bytes, lines),
        None => finder.places(&bytes).into_iter().map(|at| (at, at + 1)).collect(),
    };
    if let (Some(lines), [source]) = (&lines, &sources[..])
        && source.reader.is_lines()
    {
        let read = spots.iter().zip(lines).filter(|((start, end), line)| {
            let record = source.decoded(&bytes[*start..*end]);
            line.is_certain || prompts(source, &record, phrase)
        });
        let lines = read.map(|(_, line)| line.line).collect();
        if give(source, lines, reader)? {
            return Ok(());
        }
    }
    for source in sources {
        read_records(reader, source, slice, &bytes, &spots, phrase, found)?;
    }
    Ok(())
}

/// The lines that have to do with the phrase, by any of the sources in a slice.
fn lines(turned: &Turned<'_>, sources: &[&TextSource], finder: &mut Finder<'_>) -> Vec<Found> {
    let mut all: Vec<Found> = Vec::new();
    for source in sources {
        all.extend(finder.lines(turned, &source.reader));
    }
    if sources.len() > 1 {
        all.sort_unstable();
        all.dedup_by_key(|found| found.line);
    }
    all
}

/// Whether the prompt of a record has the phrase.
fn prompts(source: &TextSource, record: &[u8], phrase: &Phrase) -> bool {
    let mut has = false;
    source.reader.read(record, &mut |_, texts| {
        has |= texts.prompt.as_deref().is_some_and(|text| phrase.is_in(text));
    });
    has
}

/// Where some lines begin and end, without their line breaks.
fn line_spans(bytes: &[u8], lines: &[Found]) -> Vec<(usize, usize)> {
    let ends = memchr_iter(b'\n', bytes).chain(std::iter::once(bytes.len()));
    let mut wanted = lines.iter().peekable();
    let (mut start, mut spans) = (0, Vec::with_capacity(lines.len()));
    for (number, end) in (0..).zip(ends) {
        let Some(next) = wanted.peek() else { break };
        if next.line == number {
            spans.push((start, end));
            wanted.next();
        }
        start = end + 1;
    }
    spans
}

/// Reads the records that have one of the spots in them.
fn read_records(
    reader: &SliceReader<'_>,
    source: &TextSource,
    slice: &RawSlice,
    bytes: &[u8],
    spots: &[(usize, usize)],
    phrase: &Phrase,
    found: &dyn Fn(u64),
) -> Result<(), StoreError> {
    let (Some(_), end) = (spots.first(), slice.first_offset.saturating_add(slice.byte_length))
    else {
        return Ok(());
    };
    let places = source.places.within(reader.file(), slice.first_offset..end)?;
    for places in places.chunk_by(|a, b| a.offset == b.offset) {
        let start = (places[0].offset - slice.first_offset) as usize;
        let end = start.saturating_add(places[0].length as usize);
        let next = spots.partition_point(|(_, spot_end)| *spot_end <= start);
        if spots.get(next).is_none_or(|(spot, _)| *spot >= end) {
            continue;
        }
        each_text(source, slice, bytes, places, &mut |event, texts| {
            if texts.prompt.as_deref().is_some_and(|text| phrase.is_in(text)) {
                found(event);
            }
        });
    }
    Ok(())
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
