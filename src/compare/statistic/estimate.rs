//! What a comparison says: a value, its interval, or why there is none.

use libm::{exp, log};
use serde::Serialize;

use crate::detect::stats::normal;

/// Accounts that each side needs for an interval. With fewer, every method here answers with
/// assumptions instead of data.
pub const LEAST_ACCOUNTS: u64 = 5;

/// Accounts on both sides that a paired interval needs: the signs of five differences alike still
/// happen by chance in 2 · 2⁻⁵ = 6 %, so that five pairs have no interval of 95 %.
pub const LEAST_PAIRS: u64 = 6;

/// The z outside which lie 5 % of the normal distribution.
pub(super) const Z: f64 = 1.959_963_984_540_054;

/// A number of a comparison with its 95 % interval. Every number in it is finite.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The number, in the unit of what makes it; `None` where there is none or it is infinite,
    /// and then `reason` says why.
    pub value: Option<f64>,
    /// Lower end of the interval; `None` without an interval.
    pub low: Option<f64>,
    /// Upper end of the interval; `None` without an interval, and where nothing bounds it.
    pub high: Option<f64>,
    /// Accounts on side A that it rests on.
    pub n_a: u64,
    /// Accounts on side B that it rests on.
    pub n_b: u64,
    /// What it is and how its interval is made.
    pub method: &'static str,
    /// Why there is no value, no interval, or no upper end.
    pub reason: Option<Reason>,
}

/// Why a number or its interval is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A side is empty.
    Empty,
    /// A side has fewer than [`LEAST_ACCOUNTS`].
    FewAccounts,
    /// There are fewer pairs, or fewer that are different, than [`LEAST_PAIRS`].
    FewPairs,
    /// Every account of both sides has the same value.
    AllEqual,
    /// Accounts differ between the sides and not within them.
    NoSpread,
    /// So many accounts have the same value that the interval has no width.
    Tied,
    /// No account is different on the two sides.
    NoneChanged,
    /// A ratio divides by nothing.
    Unbounded,
    /// A ratio would be nothing by nothing.
    Undefined,
    /// A mean is 0, or numbers are negative.
    NoMean,
    /// Chance alone would make profiles nearly as different.
    SmallSample,
}

impl Reason {
    /// In words.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Empty => "A side has no account to compare.",
            Self::FewAccounts => "A side has fewer than 5 accounts, too few for an interval.",
            Self::FewPairs => {
                "Fewer than 6 accounts can be paired or are different, too few for an interval."
            }
            Self::AllEqual => "Every account has the same value.",
            Self::NoSpread => {
                "The accounts of a side do not differ among each other, so that nothing says how \
                 far off the value may be."
            }
            Self::Tied => {
                "So many accounts have the same value that the middle of the differences does not \
                 move."
            }
            Self::NoneChanged => "No account is different on the two sides.",
            Self::Unbounded => "Nothing to divide by: the ratio has no upper end.",
            Self::Undefined => "Both sides have none, or both have all: there is no ratio.",
            Self::NoMean => "A mean of 0 or negative numbers have no ratio with an interval.",
            Self::SmallSample => {
                "With so few accounts chance alone makes profiles nearly as different."
            }
        }
    }
}

impl Estimate {
    pub(super) const fn none(method: &'static str, (n_a, n_b): (u64, u64), reason: Reason) -> Self {
        Self { value: None, low: None, high: None, n_a, n_b, method, reason: Some(reason) }
    }

    /// A value that may be infinite, and then is none.
    pub(super) fn valued(self, value: f64) -> Self {
        Self { value: Some(value).filter(|v| v.is_finite()), ..self }
    }

    /// An interval in place of the reason, widened by what rounding took from it: the value lies
    /// inside. An infinite end bounds nothing.
    pub(super) fn between(self, low: f64, high: f64) -> Self {
        let low = self.value.map_or(low, |v| low.min(v));
        let high = self.value.map_or(high, |v| high.max(v));
        if low.is_nan() || high.is_nan() || !low.is_finite() {
            return self;
        }
        let is_open = high == f64::INFINITY;
        let reason = is_open.then_some(Reason::Unbounded);
        Self { low: Some(low), high: (!is_open).then_some(high), reason, ..self }
    }

    /// Whether there is an interval.
    pub const fn has_interval(&self) -> bool {
        self.low.is_some()
    }

    /// Whether the interval lies on one side of `x`: above (`Some(true)`) or below
    /// (`Some(false)`).
    pub fn beside(&self, x: f64) -> Option<bool> {
        match (self.low, self.high) {
            (Some(low), _) if low > x => Some(true),
            (_, Some(high)) if high < x => Some(false),
            _ => None,
        }
    }
}

/// How often chance alone would give that much or more, in either direction.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Test {
    /// The p value, two-sided; 0 where it is below the smallest number.
    pub p: f64,
    /// Its decimal logarithm, which is exact there too.
    pub log10_p: f64,
    /// What was tested: U of side A, the sum of ranks in which A is higher, the accounts in which
    /// A is higher, or the accounts of A that have it.
    pub statistic: f64,
    /// The test and how its p is made.
    pub method: &'static str,
}

impl Test {
    /// From ln p, which may lie above 0 where two tails overlap.
    pub(super) fn of_ln(ln_p: f64, statistic: f64, method: &'static str) -> Self {
        let ln_p = ln_p.min(0.0);
        Self { p: exp(ln_p), log10_p: ln_p / std::f64::consts::LN_10, statistic, method }
    }

    pub(super) fn of_p(p: f64, statistic: f64, method: &'static str) -> Self {
        Self { p: p.min(1.0), ..Self::of_ln(log(p), statistic, method) }
    }

    /// From a distance to the mean in standard deviations.
    pub(super) fn of_z(z: f64, statistic: f64, method: &'static str) -> Option<Self> {
        let ln_p = std::f64::consts::LN_2 + normal::ln_above(z)?;
        ln_p.is_finite().then(|| Self::of_ln(ln_p, statistic, method))
    }
}
