//! The prompts of events whose fingerprints are known, read without asking the case where each
//! record lies.
//!
//! Most logs have a record a line in order of time, so that the lines of a slice are the events from
//! its first one on. Whether a text is the prompt of the event that is taken for its line is told by
//! its fingerprint, which is exact. What is not told so is read the long way.

use std::sync::atomic::{AtomicU64, Ordering};

use super::texts::{
    CaseTexts, IsWanted, Opened, SlicePrompts, SliceReader, Slices, each_slice, length_of, offsets,
};
use crate::ingest::each_written;
use crate::job::Progress;
use crate::model::pack::Turned;
use crate::store::{RawSlice, StoreError};

/// What the index says of the prompt of an event: its fingerprint, if it has one.
pub type FingerprintOf<'a> = &'a (dyn Fn(u64) -> Option<u64> + Sync);

/// Which prompts are read.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// Whether that of an event is.
    pub is_wanted: IsWanted<'a>,
    /// Its fingerprint, or one that its record takes from another.
    pub fingerprint: FingerprintOf<'a>,
    /// The highest event there may be.
    pub last_event: u64,
}

/// Reads the prompts of the wanted events of a case: `take` is called on several threads and in no
/// order, and gets every event once.
///
/// Naive: [`read_prompts`](super::read_prompts), without those events that have no fingerprint.
///
/// # Errors
/// As that.
pub fn read_known_prompts(
    texts: &CaseTexts,
    (phase, known): (&str, Known<'_>),
    progress: &Progress,
    take: &(dyn Fn(&SlicePrompts) + Sync),
) -> Result<(), StoreError> {
    let slices = texts.slices()?;
    progress.set_phase(phase, slices.bytes());
    let given = Given::up_to(known.last_event);
    let order: Vec<usize> = (0..slices.all.len()).collect();
    each_slice(texts.path(), &slices, &order, progress, &|mut reader| {
        let given = &given;
        Ok(move |slice: &RawSlice| {
            take(&guessed(&mut reader, slice, known, given)?);
            Ok(())
        })
    })?;
    let is_left = |event: u64| {
        (known.is_wanted)(event) && (known.fingerprint)(event).is_some() && !given.has(event)
    };
    let order = left(&slices, &is_left);
    if !order.is_empty() {
        let bytes = order.iter().map(|at| slices.all[*at].byte_length).sum();
        progress.set_phase(phase, bytes);
    }
    each_slice(texts.path(), &slices, &order, progress, &|mut reader| {
        Ok(move |slice: &RawSlice| {
            take(&reader.prompts(slice, &is_left)?);
            Ok(())
        })
    })
}

/// The slices of sources with an event that is left, in their order.
fn left(slices: &Slices, is_left: IsWanted<'_>) -> Vec<usize> {
    let keepers = slices.keepers_of(is_left);
    let has_left = |at: &usize| keepers.contains(&slices.all[*at].source_id);
    (0..slices.all.len()).filter(has_left).collect()
}

/// The prompts of a slice that are told by their fingerprints.
fn guessed(
    reader: &mut SliceReader<'_>,
    slice: &RawSlice,
    known: Known<'_>,
    given: &Given,
) -> Result<SlicePrompts, StoreError> {
    let mut found = SlicePrompts::default();
    let mut sources = Vec::new();
    for source in reader.sources_in(slice)? {
        if !source.is_told_by_lines() {
            continue;
        }
        let events = source.places.about(reader.file(), offsets(slice))?;
        if events.clone().any(known.is_wanted) {
            sources.push((source, events.start));
        }
    }
    if sources.is_empty() {
        return Ok(found);
    }
    reader.with_frame(slice, |frame| {
        if let Some(turned) = frame.turned(length_of(slice)) {
            for (source, first) in &sources {
                of_source(&turned, (source, *first), known, given, &mut found);
            }
        }
    })?;
    Ok(found)
}

fn of_source(
    turned: &Turned<'_>,
    (source, first): (&Opened<'_>, u64),
    known: Known<'_>,
    given: &Given,
    found: &mut SlicePrompts,
) {
    // A slice begins behind a record, with the line break of that.
    let lead = u32::from(turned.blank_lead() > 0);
    let event = |line: u32| Some(first + u64::from(line.checked_sub(lead)?));
    let is_wanted = |line: u32| event(line).is_some_and(known.is_wanted);
    each_written(turned, source.reader, &is_wanted, &mut |written| {
        let Some(event) = event(written.line) else { return };
        if (known.fingerprint)(event) == Some(written.fingerprint) && given.add(event) {
            found.push(event, &written.text);
        }
    });
}

/// The events whose prompts were given.
struct Given(Vec<AtomicU64>);

impl Given {
    fn up_to(last_event: u64) -> Self {
        Self((0..=last_event / 64).map(|_| AtomicU64::new(0)).collect())
    }

    /// Whether it is the first time.
    fn add(&self, event: u64) -> bool {
        let word = self.0.get((event / 64) as usize);
        word.is_some_and(|word| word.fetch_or(bit(event), Ordering::Relaxed) & bit(event) == 0)
    }

    fn has(&self, event: u64) -> bool {
        let word = self.0.get((event / 64) as usize);
        word.is_some_and(|word| word.load(Ordering::Relaxed) & bit(event) != 0)
    }
}

fn bit(event: u64) -> u64 {
    1 << (event % 64)
}

#[cfg(test)]
#[path = "known_texts_tests.rs"]
mod tests;
