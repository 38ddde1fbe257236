//! What is counted while prompts are put to their templates: rows, and what stands in slots.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::matcher::{Matcher, Scratch};
use super::sample::{Sample, fingerprint};

/// Distinct values of a slot that are kept, those whose fingerprints are lowest: the counts of
/// these are exact, and the number of all is estimated from them (Bar-Yossef et al. 2002).
pub(super) const KEPT_VALUES: usize = 128;
/// Characters that are kept of a value.
const VALUE_CHARS: usize = 120;

/// What stands in one slot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Values(BTreeMap<u64, (u32, Box<str>)>);

impl Values {
    fn add(&mut self, value: &str) {
        self.put(xxh3_64(value.as_bytes()), 1, || value.chars().take(VALUE_CHARS).collect());
    }

    fn put(&mut self, key: u64, count: u32, text: impl FnOnce() -> Box<str>) {
        let full = self.0.len() >= KEPT_VALUES;
        if full && self.0.last_key_value().is_some_and(|(highest, _)| key > *highest) {
            return;
        }
        match self.0.entry(key) {
            Entry::Occupied(mut there) => there.get_mut().0 += count,
            Entry::Vacant(place) => {
                place.insert((count, text()));
                if full {
                    self.0.pop_last();
                }
            }
        }
    }

    fn merge(&mut self, other: Self) {
        other.0.into_iter().for_each(|(key, (count, text))| self.put(key, count, || text));
    }

    /// Distinct values, and whether that is exact.
    pub fn distinct(&self) -> (u64, bool) {
        match self.0.last_key_value() {
            Some((highest, _)) if self.0.len() >= KEPT_VALUES => {
                let estimate =
                    (KEPT_VALUES - 1) as f64 * (u64::MAX as f64 / (*highest).max(1) as f64);
                (estimate.round() as u64, false)
            }
            _ => (self.0.len() as u64, true),
        }
    }

    /// The kept values and their rows, the most frequent first.
    pub fn examples(&self) -> Vec<(&str, u32)> {
        let mut all: Vec<(&str, u32)> = self.0.values().map(|(n, text)| (&**text, *n)).collect();
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

/// Puts prompts to templates and counts. One for each thread.
#[derive(Debug)]
pub struct Tally<'a> {
    matcher: &'a Matcher,
    sample: &'a Sample,
    scratch: Scratch,
    pub(super) found: Vec<Found>,
    /// Prompts that are repeated word for word and belong to no template with slots: rows, text.
    pub(super) same: FxHashMap<u64, (u64, Box<str>)>,
    /// Rows without a template.
    pub(super) free: u64,
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
    pub fn new(matcher: &'a Matcher, sample: &'a Sample) -> Self {
        let slots = |skeleton: &super::skeleton::Skeleton| Found {
            rows: 0,
            slots: vec![Values::default(); skeleton.slots()],
        };
        Self {
            matcher,
            sample,
            scratch: Scratch::default(),
            found: matcher.skeletons.iter().map(slots).collect(),
            same: FxHashMap::default(),
            free: 0,
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

    fn rest(&mut self, text: &str) -> Place {
        let key = fingerprint(text);
        match self.sample.repeated.binary_search_by_key(&key, |(key, _)| *key) {
            Ok(at) => {
                self.same.entry(key).or_insert_with(|| (0, text.into())).0 += 1;
                Place::Same(at as u32)
            }
            Err(_) => {
                self.free += 1;
                Place::Free
            }
        }
    }

    /// Adds what another one has counted.
    pub fn merge(&mut self, other: Self) {
        for (mine, theirs) in self.found.iter_mut().zip(other.found) {
            mine.rows += theirs.rows;
            mine.slots.iter_mut().zip(theirs.slots).for_each(|(a, b)| a.merge(b));
        }
        for (key, (rows, text)) in other.same {
            self.same.entry(key).or_insert_with(|| (0, text)).0 += rows;
        }
        self.free += other.free;
    }
}
