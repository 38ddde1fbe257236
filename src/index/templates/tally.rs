//! What is counted while prompts are put to their templates: rows, and what stands in slots.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use xxhash_rust::xxh3::xxh3_64;

use super::matcher::{Matcher, Scratch};
use super::sample::{Sample, fingerprint};

/// Distinct values of a slot that are kept, those whose fingerprints are lowest: the counts of
/// these are exact, and the number of all is estimated from them (Bar-Yossef et al. 2002).
pub(super) const KEPT_VALUES: usize = 128;
/// Characters that are kept of a value.
const VALUE_CHARS: usize = 120;

/// A longer prompt that is repeated word for word is no template, bytes: there may be
/// [`MOST_TEMPLATES`](super::MOST_TEMPLATES) of them.
pub(super) const LONGEST_SAME: usize = 64 << 10;

/// What stands in one slot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Values {
    lowest: BTreeMap<u64, (u32, Box<str>)>,
    /// Whether there are more.
    is_part: bool,
}

impl Values {
    fn add(&mut self, value: &str) {
        self.put(xxh3_64(value.as_bytes()), 1, || value.chars().take(VALUE_CHARS).collect());
    }

    fn put(&mut self, key: u64, count: u32, text: impl FnOnce() -> Box<str>) {
        let full = self.lowest.len() >= KEPT_VALUES;
        if full && self.lowest.last_key_value().is_some_and(|(highest, _)| key > *highest) {
            self.is_part = true;
            return;
        }
        match self.lowest.entry(key) {
            Entry::Occupied(mut there) => there.get_mut().0 += count,
            Entry::Vacant(place) => {
                place.insert((count, text()));
                if full {
                    self.lowest.pop_last();
                    self.is_part = true;
                }
            }
        }
    }

    fn merge(&mut self, other: Self) {
        self.is_part |= other.is_part;
        other.lowest.into_iter().for_each(|(key, (count, text))| self.put(key, count, || text));
    }

    /// Distinct values in so many rows, and whether that is exact. An estimate is never fewer than
    /// are known, nor more than there are rows.
    pub fn distinct(&self, rows: u64) -> (u64, bool) {
        match self.lowest.last_key_value() {
            Some((highest, _)) if self.is_part => {
                let estimate =
                    (KEPT_VALUES - 1) as f64 * (u64::MAX as f64 / (*highest).max(1) as f64);
                ((estimate.round() as u64).max(KEPT_VALUES as u64 + 1).min(rows), false)
            }
            _ => (self.lowest.len() as u64, true),
        }
    }

    /// The kept values and their rows, the most frequent first.
    pub fn examples(&self) -> Vec<(&str, u32)> {
        let mut all: Vec<(&str, u32)> =
            self.lowest.values().map(|(n, text)| (&**text, *n)).collect();
        all.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        all
    }
}

/// What is known of one template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub rows: u64,
    /// Of distinct prompts; more than the few that matter are not told apart.
    pub slots: Vec<Values>,
}

/// A prompt that is repeated word for word and belongs to no template with slots.
#[derive(Debug, Default)]
pub(super) struct Same {
    pub rows: AtomicU64,
    pub text: OnceLock<Box<str>>,
}

/// Puts prompts to templates and counts. One for each thread.
#[derive(Debug)]
pub struct Tally<'a> {
    matcher: &'a Matcher,
    sample: &'a Sample,
    scratch: Scratch,
    pub(super) found: Vec<Found>,
    /// Of all threads, by position in [`Sample::repeated`].
    same: &'a [Same],
}

/// Where a prompt belongs, until templates have their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// To no template.
    Free,
    /// To the skeleton at this position.
    Slotted(u32),
    /// To the prompts that are the same, at this position of [`Sample::repeated`].
    Same(u32),
}

impl<'a> Tally<'a> {
    /// Nothing counted yet.
    pub(super) fn new(matcher: &'a Matcher, sample: &'a Sample, same: &'a [Same]) -> Self {
        let slots = |skeleton: &super::skeleton::Skeleton| Found {
            rows: 0,
            slots: vec![Values::default(); skeleton.slots()],
        };
        Self {
            matcher,
            sample,
            scratch: Scratch::default(),
            found: matcher.skeletons.iter().map(slots).collect(),
            same,
        }
    }

    /// Puts a prompt where it belongs.
    pub fn add(&mut self, text: &str) -> Place {
        let Some(at) = self.matcher.find(text, &mut self.scratch) else { return self.rest(text) };
        let found = &mut self.found[at as usize];
        found.rows += 1;
        let skeleton = &self.matcher.skeletons[at as usize];
        let slots = skeleton.slots_in(text, &self.scratch.tokens, &self.scratch.places);
        for (values, slot) in found.slots.iter_mut().zip(slots) {
            values.add(text[slot].trim());
        }
        Place::Slotted(at)
    }

    fn rest(&self, text: &str) -> Place {
        let key = fingerprint(text);
        let at = self.sample.repeated.binary_search_by_key(&key, |(key, _)| *key);
        match at.ok().and_then(|at| Some((at, self.same.get(at)?))) {
            Some((at, same)) if text.len() <= LONGEST_SAME => {
                same.text.get_or_init(|| text.into());
                same.rows.fetch_add(1, Ordering::Relaxed);
                Place::Same(at as u32)
            }
            _ => Place::Free,
        }
    }

    /// Adds what another one has counted.
    pub fn merge(&mut self, other: Self) {
        for (mine, theirs) in self.found.iter_mut().zip(other.found) {
            mine.rows += theirs.rows;
            mine.slots.iter_mut().zip(theirs.slots).for_each(|(a, b)| a.merge(b));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_values_as_are_kept_are_counted_and_one_more_is_an_estimate() {
        let values = |numbers: std::ops::Range<usize>| {
            let mut values = Values::default();
            numbers.for_each(|n| values.add(&n.to_string()));
            values
        };
        let mut all = values(0..KEPT_VALUES);
        all.add("7");
        let rows = 10_000;
        assert_eq!(all.distinct(rows), (KEPT_VALUES as u64, true));
        let mut more = values(0..64);
        more.merge(values(60..KEPT_VALUES + 1));
        assert!(!more.distinct(rows).1);
        all.merge(values(3..9));
        assert_eq!(all.distinct(rows), (KEPT_VALUES as u64, true));
    }

    #[test]
    fn an_estimate_is_one_that_is_possible() {
        let mut too_many = 0;
        for seed in 0..40 {
            let mut values = Values::default();
            let rows = 3_000;
            (0..rows).for_each(|n| values.add(&format!("{seed} {n}")));
            let (unbounded, _) = values.distinct(u64::MAX);
            too_many += u64::from(unbounded > rows);
            let (distinct, exact) = values.distinct(rows);
            assert!(!exact && distinct > KEPT_VALUES as u64 && distinct <= rows, "{distinct}");
        }
        assert!(too_many > 0, "the bound is put to use");
    }
}
