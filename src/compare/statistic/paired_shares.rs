//! Two shares of the same accounts: how many had something before, and how many after.

use libm::sqrt;
use serde::Serialize;

use super::estimate::{Estimate, LEAST_PAIRS, Reason, Test};
use super::paired::sign_test;
use super::wording::{self, Wording};
use crate::detect::stats::interval::wilson;

const METHOD: &str = "difference of paired shares; Newcombe's score interval (1998, method 10)";

/// What the same accounts have on two sides.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PairedShares {
    /// Accounts that have it on both sides.
    pub both: u64,
    /// Only on side A.
    pub only_a: u64,
    /// Only on side B.
    pub only_b: u64,
    /// On neither.
    pub neither: u64,
    /// Share on A less share on B, −1…1. R. G. Newcombe, "Improved confidence intervals for the
    /// difference between binomial proportions based on paired data", Stat. Med. 17, 1998.
    pub difference: Estimate,
    /// Whether more accounts lost it than got it: the exact test of Q. McNemar, Psychometrika 12,
    /// 1947, on those that changed. `None` where none did.
    pub test: Option<Test>,
}

impl PairedShares {
    /// From the four kinds of accounts. `None` where their number does not fit.
    pub fn of(both: u64, only_a: u64, only_b: u64, neither: u64) -> Option<Self> {
        let n = both.checked_add(only_a)?.checked_add(only_b)?.checked_add(neither)?;
        let test = sign_test(only_a, only_b, "McNemar, exact");
        let difference = difference([both, only_a, only_b, neither], n);
        Some(Self { both, only_a, only_b, neither, difference, test })
    }

    /// In a sentence; the wording says what it is to have it, such as `used the model x`.
    pub fn words(&self, wording: &Wording<'_>) -> String {
        let Some(value) = self.difference.value else { return wording.empty(true) };
        let points = |value: f64| wording::signed(100.0 * value, wording::plain);
        format!(
            "Of {} accounts on both sides {} {} only in {} and {} only in {}: {} percentage \
             points{}",
            wording::count(self.difference.n_a),
            wording::count(self.only_a),
            wording.more,
            wording.a,
            wording::count(self.only_b),
            wording.b,
            points(value),
            self.difference.bracket(points),
        )
    }
}

fn difference([both, only_a, only_b, neither]: [u64; 4], n: u64) -> Estimate {
    let (have_a, have_b) = (both + only_a, both + only_b);
    let (Some(of_a), Some(of_b)) = (wilson(have_a, n, 0.95), wilson(have_b, n, 0.95)) else {
        return Estimate::none(METHOD, (n, n), Reason::Empty);
    };
    let (a, b) = (have_a as f64 / n as f64, have_b as f64 / n as f64);
    // Not a − b, which rounds where only the few that changed count.
    let value = (only_a as f64 - only_b as f64) / n as f64;
    let found = Estimate::none(METHOD, (n, n), Reason::FewPairs).valued(value);
    if n < LEAST_PAIRS {
        return found;
    }
    let phi = correlation([both, only_a, only_b, neither].map(|k| k as f64));
    let joined = |x: f64, y: f64| sqrt((x * x - 2.0 * phi * x * y + y * y).max(0.0));
    let low = value - joined(a - of_a.low, of_b.high - b);
    let high = value + joined(of_a.high - a, b - of_b.low);
    found.between(low.max(-1.0), high.min(1.0))
}

/// How much having it on one side goes with having it on the other, −1…1; a positive one is
/// corrected for continuity, as Newcombe's method 10 does.
fn correlation([both, only_a, only_b, neither]: [f64; 4]) -> f64 {
    let margins = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither);
    let product = both * neither - only_a * only_b;
    let half = 0.5 * (both + only_a + only_b + neither);
    let product = if product > 0.0 { (product - half).max(0.0) } else { product };
    if margins > 0.0 { (product / sqrt(margins)).clamp(-1.0, 1.0) } else { 0.0 }
}
