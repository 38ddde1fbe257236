//! Cliff's delta: how often an account of A has more than one of B, less how often it has less.
//!
//! N. Cliff, "Ordinal Methods for Behavioral Data Analysis", 1996, p. 138; D. Feng and N. Cliff,
//! "Monte Carlo evaluation of ordinal d with improved confidence interval", J. Mod. Appl. Stat.
//! Methods 3, 2004. −1…1, 0 for no difference; it does not move when all numbers are stretched by
//! the same rule, so that heavy tails and units do not matter.
//!
//! The interval is that of Feng and Cliff with the consistent variance, and with two changes. Both
//! matter where a side of 5 to 50 accounts meets thousands, a cluster and the rest: simulated there
//! with deltas of 0 to 0.97, their interval holds the truth in 62 to 95 % of cases, and this one in
//! 93 to 100 %.
//!
//! - Degrees of freedom are those of Welch for the two variances (E. Brunner and U. Munzel, Biom.
//!   J. 42, 2000) and not n_a + n_b − 2, which counts the thousands although the few decide.
//! - To the variance of each side one account is added whose variance is the largest that this
//!   delta allows, 1 − delta². A few accounts that all exceed nearly everybody have hardly any
//!   variance among them, and that is chance. Its weight is 1/n.
//!
//! What no interval can show stays: accounts of a kind that the few of a side happen not to have.
//! Where one in ten of the accounts behind a side of 10 is of quite another kind, it holds the
//! truth in 75 % of cases only.

use libm::sqrt;
use serde::Serialize;

use super::estimate::{Estimate, LEAST_ACCOUNTS, Reason, Z};
use super::{Sample, student};

const METHOD: &str = "Cliff's delta; interval of Feng and Cliff (2004), consistent variance, \
                      degrees of freedom of Brunner and Munzel (2000)";

/// How the pairs of two samples compare, counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Dominance {
    /// Accounts of A.
    pub n_a: u64,
    /// Accounts of B.
    pub n_b: u64,
    /// Pairs in which A has more.
    pub above: u64,
    /// Pairs in which A has less.
    pub below: u64,
    /// Σ over accounts of A of (accounts of B below it − above it)².
    #[serde(skip)]
    squares_a: u128,
    /// Σ over accounts of B of (accounts of A above it − below it)².
    #[serde(skip)]
    squares_b: u128,
}

/// How large an effect is in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// Below 0.147.
    Negligible,
    /// Below 0.33.
    Small,
    /// Below 0.474.
    Medium,
    /// From there on.
    Large,
}

impl Size {
    /// Of a delta, by the limits of J. Romano, J. D. Kromrey, J. Coraggio and J. Skowronek,
    /// "Appropriate statistics for ordinal level data", Annual meeting of the Florida Association
    /// of Institutional Research, 2006: those of Cohen's d (0.2, 0.5, 0.8) between two normal
    /// distributions, as deltas.
    pub fn of(delta: f64) -> Self {
        match delta.abs() {
            d if d < 0.147 => Self::Negligible,
            d if d < 0.33 => Self::Small,
            d if d < 0.474 => Self::Medium,
            _ => Self::Large,
        }
    }

    /// In a word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Negligible => "negligible",
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }
}

/// How many others lie below and above each of `own` less `shift`, both sorted: one walk along
/// each. Differences are compared, as they are where pairs are ordered by them: rounded in the same
/// way.
fn beside(own: &[f64], others: &[f64], shift: f64) -> (u64, u64, u128) {
    let (mut less, mut up_to) = (0, 0);
    let (mut below, mut above, mut squares) = (0, 0, 0);
    for value in own {
        while others.get(less).is_some_and(|other| value - other > shift) {
            less += 1;
        }
        while others.get(up_to).is_some_and(|other| value - other >= shift) {
            up_to += 1;
        }
        let (under, over) = (less as u64, (others.len() - up_to) as u64);
        below += under;
        above += over;
        squares += u128::from(under.abs_diff(over)).pow(2);
    }
    (below, above, squares)
}

impl Dominance {
    /// Of two samples, in whole numbers. Time: one pass over both.
    ///
    /// Naive: compare each account of A with each of B.
    pub fn of(a: &Sample, b: &Sample) -> Self {
        Self::about(a, b, 0.0)
    }

    /// The same with A moved down by `shift`.
    pub(super) fn about(a: &Sample, b: &Sample, shift: f64) -> Self {
        let (above, below, squares_a) = beside(a.values(), b.values(), shift);
        let (.., squares_b) = beside(b.values(), a.values(), -shift);
        Self { n_a: a.n(), n_b: b.n(), above, below, squares_a, squares_b }
    }

    fn pairs(self) -> f64 {
        self.n_a as f64 * self.n_b as f64
    }

    /// Share of the pairs in which A has more, and in which it has less; `None` where a side is
    /// empty. The rest is equal.
    pub fn shares(self) -> Option<(f64, f64)> {
        let pairs = self.pairs();
        (pairs > 0.0).then(|| (self.above as f64 / pairs, self.below as f64 / pairs))
    }

    /// Cliff's delta; `None` where a side is empty.
    pub fn delta(self) -> Option<f64> {
        let pairs = self.pairs();
        (pairs > 0.0).then(|| (self.above as f64 - self.below as f64) / pairs)
    }

    /// Variance of the dominance of single accounts, for each side: s²(i·) and s²(·j) of Cliff.
    /// `None` of fewer than two accounts on a side.
    fn of_accounts(self) -> Option<(f64, f64)> {
        if self.n_a < 2 || self.n_b < 2 {
            return None;
        }
        // In whole numbers: a difference of two large squares would lose digits.
        let sum = u128::from(self.above.abs_diff(self.below));
        let one = |squares: u128, n: u64, others: u64| {
            let spread = (u128::from(n) * squares).saturating_sub(sum * sum) as f64;
            spread / (n as f64 * (n - 1) as f64 * others as f64 * others as f64)
        };
        Some((one(self.squares_a, self.n_a, self.n_b), one(self.squares_b, self.n_b, self.n_a)))
    }

    /// Variance of delta from those of its sides.
    fn joined(self, (of_a, of_b): (f64, f64)) -> f64 {
        let (a, b, pairs) = (self.n_a as f64, self.n_b as f64, self.pairs());
        let difference = self.above as f64 - self.below as f64;
        let unequal = (self.above + self.below) as f64;
        let of_pairs = (unequal - difference * difference / pairs) / ((a - 1.0) * (b - 1.0));
        ((b - 1.0) * of_a + (a - 1.0) * of_b + of_pairs) / pairs
    }

    /// The consistent variance of delta (Cliff, 1996, p. 138). `None` of fewer than two
    /// accounts on a side.
    pub fn consistent_variance(self) -> Option<f64> {
        Some(self.joined(self.of_accounts()?))
    }

    /// Cliff's delta with its 95 % interval.
    ///
    /// At ±1, where every account of a side exceeds all others, there is no variance left, and the
    /// interval reaches from ±1 to ±(n − z²)/(n + z²) with the smaller n (Feng and Cliff, equation
    /// 8): what Wilson's interval for n of n makes of accounts that exceed either all or none.
    pub fn estimate(self) -> Estimate {
        let sizes = (self.n_a, self.n_b);
        let Some(delta) = self.delta() else {
            return Estimate::none(METHOD, sizes, Reason::Empty);
        };
        let few = self.n_a.min(self.n_b);
        let valued = |reason| Estimate::none(METHOD, sizes, reason).valued(delta);
        if self.above + self.below == 0 {
            return valued(Reason::AllEqual);
        }
        let found = valued(Reason::FewAccounts);
        let Some(of_accounts) = self.of_accounts().filter(|_| few >= LEAST_ACCOUNTS) else {
            return found;
        };
        if delta.abs() == 1.0 {
            let inner = (few as f64 - Z * Z) / (few as f64 + Z * Z) * delta;
            return found.between(inner.min(delta), inner.max(delta));
        }
        let (low, high) = self.interval(delta, of_accounts);
        found.between(low, high)
    }

    fn interval(self, delta: f64, of_accounts: (f64, f64)) -> (f64, f64) {
        let half = self.half_width(1.0 - delta * delta, of_accounts);
        asymmetric(delta, half * half)
    }

    /// Half the width that a symmetric interval would have, with one account of the variance `most`
    /// added to each side.
    fn half_width(self, most: f64, (of_a, of_b): (f64, f64)) -> f64 {
        let (a, b) = (self.n_a as f64, self.n_b as f64);
        let with_one = |variance: f64, n: f64| ((n - 1.0) * variance + most) / n;
        let (of_a, of_b) = (with_one(of_a, a), with_one(of_b, b));
        let reach = student::reach(welch((of_a / a, a), (of_b / b, b)));
        reach * sqrt(self.joined((of_a, of_b)))
    }

    /// How far from 0 the interval of delta would reach if delta were 0, as it is where A is put on
    /// B. `None` of fewer than two accounts on a side.
    pub(super) fn noise(self) -> Option<f64> {
        let half = self.half_width(1.0, self.of_accounts()?);
        Some(asymmetric(0.0, half * half).1)
    }
}

/// Degrees of freedom of a sum of two squared errors of n accounts each (B. L. Welch, Biometrika
/// 34, 1947).
pub(super) fn welch((error_a, n_a): (f64, f64), (error_b, n_b): (f64, f64)) -> f64 {
    // As shares of the sum, since squares of small errors are no numbers any more.
    let sum = error_a + error_b;
    let (a, b) = (error_a / sum, error_b / sum);
    1.0 / (a * a / (n_a - 1.0) + b * b / (n_b - 1.0))
}

/// The ends of an interval in −1…1 whose width shrinks towards ±1 (Feng and Cliff, 2004);
/// `half2` is the squared half width it would have in the middle.
pub(super) fn asymmetric(d: f64, half2: f64) -> (f64, f64) {
    let most = 1.0 - d * d;
    let half = sqrt(half2) * sqrt(most * most + half2);
    let (low, high) = (d * most - half, d * most + half);
    ((low / (most + half2)).max(-1.0), (high / (most + half2)).min(1.0))
}
