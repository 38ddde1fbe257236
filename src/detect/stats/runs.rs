//! Runs in a sequence of two kinds: whether they alternate more, or less, than chance.
//!
//! A. Wald and J. Wolfowitz, "On a test whether two samples are from the same population", Ann.
//! Math. Stat. 11, 1940.

use libm::sqrt;

/// What Wald and Wolfowitz count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Runs {
    /// Events of each kind.
    pub counts: (u64, u64),
    /// Stretches of one kind.
    pub runs: u64,
    /// How many chance would make.
    pub expected: f64,
    /// (runs − expected) over their standard deviation: positive where the kinds alternate.
    pub z: f64,
}

/// Counts runs; `true` is one kind. `None` where a kind is missing or there are too few events
/// for a variance.
pub fn runs(sequence: impl IntoIterator<Item = bool>) -> Option<Runs> {
    let (mut counts, mut runs, mut last) = ((0_u64, 0_u64), 0_u64, None);
    for kind in sequence {
        if kind {
            counts.0 += 1;
        } else {
            counts.1 += 1;
        }
        runs += u64::from(last != Some(kind));
        last = Some(kind);
    }
    of_counts(counts, runs)
}

/// The same from what somebody counted.
pub fn of_counts(counts: (u64, u64), runs: u64) -> Option<Runs> {
    let (a, b) = (counts.0 as f64, counts.1 as f64);
    let n = a + b;
    let expected = 2.0 * a * b / n + 1.0;
    let variance = (expected - 1.0) * (expected - 2.0) / (n - 1.0);
    let z = (runs as f64 - expected) / sqrt(variance);
    (variance > 0.0 && z.is_finite()).then_some(Runs { counts, runs, expected, z })
}
