//! Searching all prompts of a case for a phrase.
//!
//! Naive: read the prompts of all records ([`read_prompts`](super::read_prompts)) and keep the events
//! whose prompt contains the phrase.

use memchr::memchr_iter;

use super::texts::{
    CaseTexts, Opened, SliceReader, bytes_of, each_slice, length_of, offsets, record_at,
};
use crate::ingest::{Finder, Found, Phrase};
use crate::job::Progress;
use crate::model::pack::Turned;
use crate::store::{RawSlice, StoreError};

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
    texts: &CaseTexts,
    phrase: &str,
    progress: &Progress,
    found: &(dyn Fn(u64) + Sync),
) -> Result<(), SearchError> {
    let slices = texts.slices()?;
    if slices.all.is_empty() {
        return Err(SearchError::NoPrompts(slices.why_not().to_owned()));
    }
    let phrase = &Phrase::new(phrase);
    progress.set_phase("searching prompts", slices.bytes());
    let order = spread(slices.all.len());
    each_slice(texts.path(), &slices, &order, progress, &|mut reader| {
        let mut finder = Finder::new(phrase);
        Ok(move |slice: &RawSlice| search_slice(&mut reader, slice, phrase, &mut finder, found))
    })?;
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
    let sources = reader.sources_in(slice)?;
    let mut blank_lead = 0;
    let lines = match frame.turned(length_of(slice)) {
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
    let give = |source: &Opened<'_>, lines: Vec<u32>, reader: &SliceReader<'_>| {
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
    for source in &sources {
        read_records(reader, source, slice, &bytes, &spots, phrase, found)?;
    }
    Ok(())
}

/// The lines that have to do with the phrase, by any of the sources in a slice.
fn lines(turned: &Turned<'_>, sources: &[Opened<'_>], finder: &mut Finder<'_>) -> Vec<Found> {
    let mut all: Vec<Found> = Vec::new();
    for source in sources {
        all.extend(finder.lines(turned, source.reader));
    }
    if sources.len() > 1 {
        all.sort_unstable();
        all.dedup_by_key(|found| found.line);
    }
    all
}

/// Whether the prompt of a record has the phrase.
fn prompts(source: &Opened<'_>, record: &[u8], phrase: &Phrase) -> bool {
    let mut has = false;
    source.reader.read(record, &mut |_, prompt| {
        has |= prompt.is_some_and(|text| phrase.is_in(&text));
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
    source: &Opened<'_>,
    slice: &RawSlice,
    bytes: &[u8],
    spots: &[(usize, usize)],
    phrase: &Phrase,
    found: &dyn Fn(u64),
) -> Result<(), StoreError> {
    if spots.is_empty() {
        return Ok(());
    }
    let places = source.places.within(reader.file(), offsets(slice))?;
    for places in places.chunk_by(|a, b| a.offset == b.offset) {
        let Some(record) = record_at(slice, bytes, places) else { continue };
        let start = (places[0].offset - slice.first_offset) as usize;
        let next = spots.partition_point(|(_, spot_end)| *spot_end <= start);
        if spots.get(next).is_none_or(|(spot, _)| *spot >= start + record.len()) {
            continue;
        }
        source.each_prompt(record, places, &mut |event, prompt| {
            if phrase.is_in(prompt) {
                found(event);
            }
        });
    }
    Ok(())
}

#[cfg(test)]
#[path = "search_tests.rs"]
pub(in crate::case) mod tests;
