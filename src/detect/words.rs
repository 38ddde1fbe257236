//! What words the prompts of an account are made of, as a sum of vectors.
//!
//! A prompt is a vector of unit length: how often words with each of 256 hashes stand in its first
//! 512 bytes. Sums of such vectors are enough for the mean similarity of two prompts. They are kept
//! as whole numbers, so that threads may add in any order.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use xxhash_rust::xxh3::xxh3_64;

/// Hashes of words.
pub const BINS: usize = 256;
/// Bytes of a prompt that are looked at.
const BYTES: usize = 512;
/// Letters of a word, at least: shorter ones are in every text.
const LETTERS: usize = 4;
/// A length of one.
const UNIT: f64 = 65_536.0;

/// The words of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Prompts that have any.
    pub prompts: u64,
    /// The sum of their vectors, each 65,536 long; empty without prompts.
    pub sum: Vec<i64>,
}

/// The same while prompts are added.
#[derive(Debug)]
pub(crate) struct Sum {
    prompts: AtomicU64,
    sum: Vec<AtomicI64>,
}

impl Default for Sum {
    fn default() -> Self {
        Self { prompts: AtomicU64::new(0), sum: (0..BINS).map(|_| AtomicI64::new(0)).collect() }
    }
}

impl Sum {
    /// Adds a prompt.
    ///
    /// Naive: count the words of each hash, and add the counts over the length of them all.
    pub fn add(&self, text: &str) {
        let mut counts = [0_u16; BINS];
        let mut end = text.len().min(BYTES);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        // Few of the hashes are in one prompt: those that are, each once.
        let (mut there, mut met) = ([0_u8; BINS], 0);
        each_word(&text[..end], &mut |word| {
            let bin = xxh3_64(word) as usize % BINS;
            if counts[bin] == 0 {
                (there[met], met) = (bin as u8, met + 1);
            }
            counts[bin] += 1;
        });
        let there = there[..met].iter().map(|bin| usize::from(*bin));
        // A sum of whole numbers, which comes out the same in any order.
        let squares: f64 = there.clone().map(|b| f64::from(counts[b]) * f64::from(counts[b])).sum();
        if squares == 0.0 {
            return;
        }
        let scale = UNIT / libm::sqrt(squares);
        self.prompts.fetch_add(1, Ordering::Relaxed);
        for bin in there {
            let part = libm::round(f64::from(counts[bin]) * scale) as i64;
            self.sum[bin].fetch_add(part, Ordering::Relaxed);
        }
    }

    /// What came together.
    pub fn done(self) -> Words {
        let prompts = self.prompts.into_inner();
        let sum = self.sum.into_iter().map(AtomicI64::into_inner);
        Words { prompts, sum: if prompts == 0 { Vec::new() } else { sum.collect() } }
    }
}

impl Words {
    /// All prompts of both.
    pub fn add(&mut self, other: &Self) {
        if self.sum.is_empty() {
            self.sum = vec![0; other.sum.len()];
        }
        self.prompts += other.prompts;
        self.sum.iter_mut().zip(&other.sum).for_each(|(a, b)| *a += b);
    }

    /// The mean prompt, a vector of [`BINS`] at most one long; empty without prompts.
    pub fn mean(&self) -> Vec<f64> {
        let scale = self.prompts as f64 * UNIT;
        self.sum.iter().map(|sum| *sum as f64 / scale).collect()
    }

    /// The mean similarity of two different prompts of these, 0…1 (cosine). `None` of fewer than
    /// two.
    pub fn alike(&self) -> Option<f64> {
        let n = self.prompts as f64;
        (self.prompts > 1).then(|| ((self.product(self) - n) / (n * (n - 1.0))).clamp(0.0, 1.0))
    }

    /// How far the prompts are from others: the squared maximum mean discrepancy under the cosine
    /// of words, without bias (A. Gretton et al., JMLR 13, 2012). `None` of fewer than two of
    /// either.
    pub fn discrepancy(&self, others: &Self) -> Option<f64> {
        let (n, m) = (self.prompts as f64, others.prompts as f64);
        let between = self.product(others) / (n * m);
        Some(self.alike()? + others.alike()? - 2.0 * between).filter(|d| d.is_finite())
    }

    fn product(&self, other: &Self) -> f64 {
        let products = self.sum.iter().zip(&other.sum).map(|(a, b)| *a as f64 * *b as f64);
        products.sum::<f64>() / (UNIT * UNIT)
    }
}

/// Gives the words of a text that are long enough, in lower case.
///
/// Naive, and what is done where letters are no ASCII: cut the text at what is no letter or digit,
/// and put each word in lower case.
fn each_word(text: &str, take: &mut dyn FnMut(&[u8])) {
    if !text.is_ascii() {
        let words = text.split(|c: char| !c.is_alphanumeric());
        words.filter(|word| word.len() >= LETTERS).for_each(|w| take(w.to_lowercase().as_bytes()));
        return;
    }
    let lower = text.to_ascii_lowercase();
    let words = lower.as_bytes().split(|byte| !byte.is_ascii_alphanumeric());
    words.filter(|word| word.len() >= LETTERS).for_each(take);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_prompt_is_the_counts_of_its_words_over_their_length(text in "[a-zA-Z\u{e9} ,]{0,700}") {
            let mut counts = [0.0_f64; BINS];
            let mut end = text.len().min(BYTES);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            let words = text[..end].split(|c: char| !c.is_alphanumeric());
            for word in words.filter(|word| word.len() >= LETTERS) {
                counts[xxh3_64(word.to_lowercase().as_bytes()) as usize % BINS] += 1.0;
            }
            let length = libm::sqrt(counts.iter().map(|n| n * n).sum());
            let naive = counts.map(|n| if n > 0.0 { libm::round(n * (UNIT / length)) as i64 } else { 0 });
            let found = of(&[&text]);
            prop_assert_eq!(found.prompts, u64::from(length > 0.0));
            prop_assert!(found.prompts == 0 || found.sum == naive);
        }

        #[test]
        fn words_are_the_same_whether_all_letters_are_ascii_or_one_is_not(
            text in "[a-zA-Z0-9 ,._\n-]{0,80}"
        ) {
            let of = |text: &str| {
                let mut words = Vec::new();
                each_word(text, &mut |word| words.push(word.to_vec()));
                words
            };
            prop_assert_eq!(of(&text), of(&format!("{text} \u{e9}")));
        }
    }

    fn of(texts: &[&str]) -> Words {
        let sum = Sum::default();
        texts.iter().for_each(|text| sum.add(text));
        sum.done()
    }

    #[test]
    fn prompts_of_the_same_words_are_alike_and_those_of_others_far_away() {
        let films = of(&["films about trains", "Films about TRAINS", "trains in films about it"]);
        assert!(films.alike().is_some_and(|alike| alike > 0.99), "{films:?}");
        let mixed = of(&["copper kettle", "winter garden", "seven mountains"]);
        assert!(mixed.alike().is_some_and(|alike| alike < 0.01));
        assert!(films.discrepancy(&mixed).is_some_and(|far| far > 0.9));
        assert!(films.discrepancy(&films).is_some_and(|far| far.abs() < 0.01));
        assert_eq!(
            (of(&["one"]).alike(), of(&[]).alike(), of(&["a b c"]).prompts),
            (None, None, 0)
        );
        let mut all = of(&[]);
        all.add(&films);
        assert_eq!(all, films);
    }
}
