//! The distinct prompts that templates are looked for in: few enough to think about, chosen so
//! that no account is too small to be among them.
//!
//! Every account gives the prompts whose fingerprints are lowest, and so do all accounts together
//! (a bottom-k sketch: Cohen and Kaplan 2007). Fingerprints are as good as drawn by lot, so this
//! is a fair sample, and it is the same in whatever order and by whatever threads prompts are
//! read.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::slice::ParallelSliceMut as _;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::tokens::{HEAD_BYTES, TAIL_BYTES};

/// Distinct prompts that all accounts give together, and again each by itself.
const SAMPLE: usize = 65_536;
/// Bytes of these, and again of those.
const SAMPLE_BYTES: usize = 128 << 20;
/// Prompts that one account gives at most by itself.
const PER_ACCOUNT: usize = 64;

/// A prompt that is repeated more often than that weighs no more when prompts are divided.
const ENOUGH_ROWS: usize = 1_000;

/// The texts whose fingerprints are lowest: so many, and so many bytes, but at least one.
#[derive(Debug)]
struct Lowest {
    texts: BTreeMap<u64, Box<str>>,
    bytes: usize,
    /// No fingerprint from here on is among them.
    below: u64,
}

impl Default for Lowest {
    fn default() -> Self {
        Self { texts: BTreeMap::new(), bytes: 0, below: u64::MAX }
    }
}

impl Lowest {
    /// Keeps a text if it is one of them.
    fn put(&mut self, key: u64, most: usize, most_bytes: usize, text: impl FnOnce() -> Box<str>) {
        if key >= self.below || self.texts.contains_key(&key) {
            return;
        }
        let text = text();
        self.bytes += text.len();
        self.texts.insert(key, text);
        while self.texts.len() > most || (self.texts.len() > 1 && self.bytes > most_bytes) {
            let Some((key, text)) = self.texts.pop_last() else { return };
            self.bytes -= text.len();
            // Where a text has no room, a higher one has none either, however short it is: else
            // the order in which texts come would count.
            self.below = key;
        }
    }
}

/// Chooses prompts, of all threads together.
#[derive(Debug)]
pub struct Sampler {
    per_account: usize,
    account_bytes: usize,
    /// [`Lowest::below`] of all, and of each account: most prompts need no look behind a lock.
    below: AtomicU64,
    below_of: Vec<AtomicU64>,
    chosen: Mutex<Chosen>,
}

#[derive(Debug, Default)]
struct Chosen {
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
    /// For a case of that many rows and accounts.
    pub fn new(rows: usize, accounts: usize) -> Self {
        let per_account = (SAMPLE / accounts.max(1)).min(PER_ACCOUNT);
        let limits = if per_account > 0 { accounts } else { 0 };
        Self {
            per_account,
            account_bytes: SAMPLE_BYTES / accounts.max(1),
            below: AtomicU64::new(u64::MAX),
            below_of: (0..limits).map(|_| AtomicU64::new(u64::MAX)).collect(),
            chosen: Mutex::new(Chosen { seen: Vec::with_capacity(rows), ..Chosen::default() }),
        }
    }

    /// Takes some prompts into account.
    pub fn add<'p>(&self, prompts: impl Iterator<Item = (u32, &'p str)>) {
        let (mut seen, mut maybe) = (Vec::new(), Vec::new());
        for (account, text) in prompts {
            let key = fingerprint(text);
            seen.push(key);
            let of_account = self.below_of.get(account as usize);
            if key < self.below.load(Ordering::Relaxed)
                || of_account.is_some_and(|below| key < below.load(Ordering::Relaxed))
            {
                maybe.push((account, key, text));
            }
        }
        let mut chosen = self.chosen();
        chosen.seen.extend(seen);
        for (account, key, text) in maybe {
            chosen.all.put(key, SAMPLE, SAMPLE_BYTES, || shortened(text));
            if let Some(below) = self.below_of.get(account as usize) {
                let own = chosen.by_account.entry(account).or_default();
                own.put(key, self.per_account, self.account_bytes, || shortened(text));
                below.store(own.below, Ordering::Relaxed);
            }
        }
        self.below.store(chosen.all.below, Ordering::Relaxed);
    }

    fn chosen(&self) -> MutexGuard<'_, Chosen> {
        self.chosen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The chosen prompts.
    pub fn finish(self) -> Sample {
        let chosen = self.chosen.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut texts = chosen.all.texts;
        for (_, own) in chosen.by_account {
            texts.extend(own.texts);
        }
        let mut seen = chosen.seen;
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

    fn sample(sampler: Sampler, parts: &[&[(u32, String)]]) -> Sample {
        for part in parts {
            sampler.add(part.iter().map(|(account, text)| (*account, &**text)));
        }
        sampler.finish()
    }

    #[test]
    fn what_stands_in_enough_rows_is_known_to_be_repeated() {
        let mut prompts = vec![(0, "again".to_owned()); 12];
        prompts.extend(vec![(0, "seldom".to_owned()); 9]);
        let sample = sample(Sampler::new(21, 1), &[&prompts]);
        assert_eq!(sample.repeated, [(fingerprint("again"), 12)]);
    }

    proptest! {
        #[test]
        fn the_sample_is_the_same_in_any_order_and_division(
            prompts in proptest::collection::vec((0u32..4, "[a-c]{1,3}"), 0..80), cut in 0usize..80,
        ) {
            let sample = |parts: &[&[(u32, String)]]| {
                let sampler = Sampler { per_account: 3, account_bytes: 7, ..Sampler::new(80, 4) };
                let sample = sample(sampler, parts);
                (sample.texts, sample.weights, sample.repeated)
            };
            let mut backwards = prompts.clone();
            backwards.reverse();
            let cut = cut.min(prompts.len());
            let once = sample(&[&prompts]);
            prop_assert_eq!(&once, &sample(&[&backwards[..cut], &backwards[cut..]]));
        }

        /// Naive: all distinct texts by fingerprint, as far as they fit.
        #[test]
        fn the_lowest_fit_into_a_number_and_a_size(
            texts in proptest::collection::vec("[a-f]{1,9}", 1..60), most in 1usize..9, bytes in 0usize..40,
        ) {
            let mut lowest = Lowest::default();
            texts.iter().for_each(|t| lowest.put(fingerprint(t), most, bytes, || t.as_str().into()));
            let distinct: BTreeMap<u64, &str> = texts.iter().map(|t| (fingerprint(t), &**t)).collect();
            let (mut size, mut naive) = (0, Vec::new());
            for (key, text) in distinct {
                size += text.len();
                if naive.len() == most || (!naive.is_empty() && size > bytes) {
                    break;
                }
                naive.push(key);
            }
            prop_assert_eq!(lowest.texts.keys().copied().collect::<Vec<u64>>(), naive);
        }
    }
}
