//! The window test of Liu, Guo and Dong (arXiv 2606.05725, 2026): the squared maximum mean
//! discrepancy, RBF kernel, unbiased, between what an account asks and what is usual; above the
//! 95th percentile of usual windows it is an attack.
//!
//! Two things differ. The authors embed prompts with a language model; here words are hashed, which
//! needs no model. They have windows that are known to be benign; a case has none, so that the
//! other accounts are what is usual, and the percentile is taken over all accounts. The window is
//! all that an account asks; the kernel is approximated by random features (Rahimi and Recht, NIPS
//! 2007), which the authors allow.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use stillwatch::case::CasePrompts;
use stillwatch::index::templates::{Prompt, ReadPrompts as _};
use stillwatch::job::Progress;
use stillwatch::model::rng::{Rng, mix};
use xxhash_rust::xxh3::xxh3_64;

use super::{Ranked, Seen, quantile};

/// Hashes of words, and random features.
const WORDS: usize = 1_024;
const FEATURES: usize = 128;
/// Width of the kernel: two unit vectors without a word in common are √2 apart.
const WIDTH: f64 = 1.0;
/// Prompts an account must have: of fewer the discrepancy is noise.
const LEAST: u64 = 20;
const PERCENTILE: f64 = 0.95;
/// Sums are whole numbers, so that threads may add in any order.
const UNIT: f64 = 65_536.0;
const SEED: u64 = 0x26_0605;

/// The sum of the features of the prompts of an account, and of their squared lengths.
struct Window {
    prompts: AtomicU64,
    sum: Vec<AtomicI64>,
    squares: AtomicI64,
}

/// How far what each account asks is from what the others ask.
pub fn rank(seen: &Seen<'_>) -> Option<Ranked> {
    let (case, kernel) = (seen.case, Kernel::new());
    let empty = || Window {
        prompts: AtomicU64::new(0),
        sum: (0..FEATURES).map(|_| AtomicI64::new(0)).collect(),
        squares: AtomicI64::new(0),
    };
    let windows: Vec<Window> = (0..seen.accounts()).map(|_| empty()).collect();
    let take = |some: &[Prompt<'_>]| {
        for prompt in some {
            windows[prompt.account as usize].add(&kernel.features(prompt.text));
        }
    };
    let prompts = CasePrompts { texts: &case.texts, index: &case.index };
    prompts.read("reading", &take, &Progress::default()).ok()?;
    let windows: Vec<Sums> = windows.iter().map(Window::sums).collect();
    let all = windows.iter().fold(Sums::default(), |all, one| all.plus(one, 1.0));
    let of = |one: &Sums| match one.n < LEAST as f64 {
        true => 0.0,
        false => one.discrepancy(&all.plus(one, -1.0)).max(0.0),
    };
    let score: Vec<f64> = windows.iter().map(of).collect();
    let asked: Vec<f64> =
        score.iter().zip(&windows).filter(|(_, one)| one.n >= LEAST as f64).map(|s| *s.0).collect();
    (!asked.is_empty()).then(|| {
        let threshold = quantile(&asked, PERCENTILE).max(f64::MIN_POSITIVE);
        Ranked::at_least(score, threshold)
    })
}

/// Random directions and phases: cos(w·x + b) for w normal and b even.
struct Kernel {
    directions: Vec<[f32; FEATURES]>,
    phases: [f64; FEATURES],
}

impl Kernel {
    fn new() -> Self {
        let mut rng = Rng::new(&[SEED]);
        let directions =
            (0..WORDS).map(|_| std::array::from_fn(|_| (rng.normal() / WIDTH) as f32)).collect();
        let phases = std::array::from_fn(|_| rng.unit() * std::f64::consts::TAU);
        Self { directions, phases }
    }

    fn features(&self, text: &str) -> [f64; FEATURES] {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 3);
        let mut bins: Vec<usize> =
            words.map(|word| mix(xxh3_64(word.as_bytes())) as usize % WORDS).collect();
        bins.sort_unstable();
        let counts = || bins.chunk_by(|a, b| a == b).map(|of| (of[0], of.len() as f64));
        let length = counts().map(|(_, n)| n * n).sum::<f64>().sqrt().max(1.0);
        let mut angles = self.phases;
        for (bin, n) in counts() {
            let direction = &self.directions[bin];
            angles.iter_mut().zip(direction).for_each(|(a, w)| *a += n / length * f64::from(*w));
        }
        angles.map(|angle| (2.0 / FEATURES as f64).sqrt() * angle.cos())
    }
}

impl Window {
    fn add(&self, features: &[f64; FEATURES]) {
        self.prompts.fetch_add(1, Ordering::Relaxed);
        for (sum, x) in self.sum.iter().zip(features) {
            sum.fetch_add((x * UNIT) as i64, Ordering::Relaxed);
        }
        let square: f64 = features.iter().map(|x| x * x).sum();
        self.squares.fetch_add((square * UNIT) as i64, Ordering::Relaxed);
    }

    fn sums(&self) -> Sums {
        let number = |n: &AtomicI64| n.load(Ordering::Relaxed) as f64 / UNIT;
        Sums {
            n: self.prompts.load(Ordering::Relaxed) as f64,
            sum: self.sum.iter().map(number).collect(),
            squares: number(&self.squares),
        }
    }
}

#[derive(Default)]
struct Sums {
    n: f64,
    sum: Vec<f64>,
    squares: f64,
}

impl Sums {
    fn plus(&self, other: &Self, times: f64) -> Self {
        let at = |of: &[f64], i: usize| of.get(i).copied().unwrap_or_default();
        Self {
            n: self.n + times * other.n,
            sum: (0..FEATURES).map(|i| at(&self.sum, i) + times * at(&other.sum, i)).collect(),
            squares: self.squares + times * other.squares,
        }
    }

    fn product(&self, other: &Self) -> f64 {
        self.sum.iter().zip(&other.sum).map(|(a, b)| a * b).sum()
    }

    /// Mean kernel of two different prompts.
    fn within(&self) -> f64 {
        (self.product(self) - self.squares) / (self.n * (self.n - 1.0)).max(1.0)
    }

    fn discrepancy(&self, other: &Self) -> f64 {
        let between = self.product(other) / (self.n * other.n).max(1.0);
        self.within() + other.within() - 2.0 * between
    }
}
