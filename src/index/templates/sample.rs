//! The distinct prompts that templates are looked for in: few enough to think about, chosen so
//! that no account is too small to be among them.
//!
//! Every account gives the prompts whose fingerprints are lowest, and so do all accounts together
//! (a bottom-k sketch: Cohen and Kaplan 2007). Fingerprints are as good as drawn by lot, so this
//! is a fair sample, and it is the same in whatever order and by whatever threads prompts are
//! read.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use rayon::slice::ParallelSliceMut as _;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::tokens::{HEAD_BYTES, TAIL_BYTES};

/// Distinct prompts that all accounts give together, and again each by itself.
const SAMPLE: usize = 65_536;
/// Prompts that one account gives at most by itself.
const PER_ACCOUNT: usize = 64;

/// A prompt that is repeated more often than that weighs no more when prompts are divided.
const ENOUGH_ROWS: usize = 1_000;

/// Fingerprint → what is kept of the text.
type Lowest = BTreeMap<u64, Box<str>>;

/// Chooses prompts. One for each thread; they are put together at the end.
#[derive(Debug)]
pub struct Sampler {
    per_account: usize,
    all: Lowest,
    by_account: FxHashMap<u32, Lowest>,
    /// The fingerprint of every prompt, with repeats.
    seen: Vec<u64>,
}

/// The chosen prompts.
#[derive(Debug, Default)]
pub struct Sample {
    /// In the order of their fingerprints.
    pub(super) texts: Vec<Box<str>>,
    /// Rows of each of them, at most [`ENOUGH_ROWS`].
    pub(super) weights: Vec<u32>,
    /// Prompts that stand in at least [`super::LEAST_ROWS`] rows, and in how many, sorted.
    pub(super) repeated: Vec<(u64, u32)>,
    /// Prompts read, with repeats.
    pub(super) rows: u64,
}

/// The fingerprint of a prompt.
pub(super) fn fingerprint(text: &str) -> u64 {
    xxh3_64(text.as_bytes())
}

impl Sampler {
    /// For a case with that many accounts.
    pub fn new(accounts: usize) -> Self {
        Self {
            per_account: (SAMPLE / accounts.max(1)).min(PER_ACCOUNT),
            all: Lowest::new(),
            by_account: FxHashMap::default(),
            seen: Vec::new(),
        }
    }

    /// Takes a prompt into account.
    pub fn add(&mut self, account: u32, text: &str) {
        let key = fingerprint(text);
        self.seen.push(key);
        put(&mut self.all, SAMPLE, key, || shortened(text));
        if self.per_account > 0 {
            let own = self.by_account.entry(account).or_default();
            put(own, self.per_account, key, || shortened(text));
        }
    }

    /// Takes in what another one has chosen from other prompts.
    pub fn merge(&mut self, other: Self) {
        for (key, text) in other.all {
            put(&mut self.all, SAMPLE, key, || text);
        }
        for (account, theirs) in other.by_account {
            let own = self.by_account.entry(account).or_default();
            for (key, text) in theirs {
                put(own, self.per_account, key, || text);
            }
        }
        self.seen.extend(other.seen);
    }

    /// The chosen prompts.
    pub fn finish(self) -> Sample {
        let mut texts = self.all;
        for (_, own) in self.by_account {
            texts.extend(own);
        }
        let mut seen = self.seen;
        seen.par_sort_unstable();
        let weight = |key: &u64| {
            let from = seen.partition_point(|other| other < key);
            seen[from..].iter().take(ENOUGH_ROWS).take_while(|other| *other == key).count() as u32
        };
        Sample {
            weights: texts.keys().map(weight).collect(),
            texts: texts.into_values().collect(),
            repeated: repeated(&seen),
            rows: seen.len() as u64,
        }
    }
}

/// Keeps a text if its key is among the lowest.
fn put(lowest: &mut Lowest, most: usize, key: u64, text: impl FnOnce() -> Box<str>) {
    let full = lowest.len() >= most;
    if full && lowest.last_key_value().is_some_and(|(highest, _)| key > *highest) {
        return;
    }
    if let Entry::Vacant(place) = lowest.entry(key) {
        place.insert(text());
        if full {
            lowest.pop_last();
        }
    }
}

/// The parts of a text that are looked at.
fn shortened(text: &str) -> Box<str> {
    if text.len() <= HEAD_BYTES + TAIL_BYTES {
        return text.into();
    }
    // Characters across the two cuts stay whole, so that the cuts fall where they fell; one byte
    // more tells that the text was longer.
    let head = &text[..text.ceil_char_boundary(HEAD_BYTES)];
    let tail = &text[text.floor_char_boundary(text.len() - TAIL_BYTES)..];
    [head, " ", tail].concat().into()
}

/// Fingerprints that stand in the sorted list often enough to be templates by themselves.
fn repeated(seen: &[u64]) -> Vec<(u64, u32)> {
    let runs = seen.chunk_by(|a, b| a == b);
    let often = runs.filter(|run| run.len() >= super::LEAST_ROWS as usize);
    let mut often: Vec<(u64, u32)> = often.map(|run| (run[0], run.len() as u32)).collect();
    often.sort_unstable_by_key(|(key, rows)| (std::cmp::Reverse(*rows), *key));
    often.truncate(super::MOST_TEMPLATES);
    often.sort_unstable();
    often
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::templates::tokens::Tokens;
    use proptest::prelude::*;

    #[test]
    fn a_shortened_text_has_the_tokens_of_the_whole() {
        for text in ["é1 ".repeat(3_000), "x".repeat(100_000), format!("a{}", "翻".repeat(2_000))]
        {
            let exact =
                |text: &str| -> Vec<u64> { Tokens::of(text).all.iter().map(|t| t.exact).collect() };
            let short = shortened(&text);
            assert_eq!(exact(&short), exact(&text));
            assert_eq!(Tokens::of(&short).gap, Tokens::of(&text).gap);
            assert!(short.len() <= HEAD_BYTES + TAIL_BYTES + 9);
        }
    }

    #[test]
    fn what_stands_in_enough_rows_is_known_to_be_repeated() {
        let mut sampler = Sampler::new(1);
        (0..12).for_each(|_| sampler.add(0, "again"));
        (0..9).for_each(|_| sampler.add(0, "seldom"));
        assert_eq!(sampler.finish().repeated, [(fingerprint("again"), 12)]);
    }

    proptest! {
        #[test]
        fn the_sample_is_the_same_in_any_order_and_division(
            prompts in proptest::collection::vec((0u32..4, "[a-c]{1,3}"), 0..80), cut in 0usize..80,
        ) {
            let sample = |parts: &[&[(u32, String)]]| {
                let mut samplers = parts.iter().map(|part| {
                    let mut sampler = Sampler { per_account: 3, ..Sampler::new(4) };
                    part.iter().for_each(|(account, text)| sampler.add(*account, text));
                    sampler
                });
                let mut first = samplers.next().expect("one");
                samplers.for_each(|other| first.merge(other));
                let sample = first.finish();
                (sample.texts, sample.repeated)
            };
            let mut backwards = prompts.clone();
            backwards.reverse();
            let cut = cut.min(prompts.len());
            let once = sample(&[&prompts]);
            prop_assert_eq!(&once, &sample(&[&backwards[..cut], &backwards[cut..]]));
        }
    }
}
