//! Two shares of accounts: how many of A have something, and how many of B.

use libm::sqrt;
use serde::Serialize;

use super::estimate::{Estimate, LEAST_ACCOUNTS, Reason, Test};
use super::fisher::fisher;
use super::ratio::{self, Part, Ratio};
use super::wording::{self, Wording};
use crate::detect::stats::interval::wilson;

const DIFFERENCE: &str = "difference of shares; Newcombe's hybrid score interval (1998, method 10)";
const RISK: &str = "ratio of shares; Koopman's score interval (1984)";
const ODDS: &str = "odds ratio; score interval (Cornfield, 1956)";

/// Two shares side by side. The accounts of the two sides must be different ones; where they are
/// the same, see [`super::PairedShares`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Shares {
    /// Accounts of A that have it.
    pub k_a: u64,
    /// Accounts of A.
    pub n_a: u64,
    /// Accounts of B that have it.
    pub k_b: u64,
    /// Accounts of B.
    pub n_b: u64,
    /// Share of A, 0…1; `None` without accounts.
    pub share_a: Option<f64>,
    /// Share of B, 0…1; `None` without accounts.
    pub share_b: Option<f64>,
    /// Share of A less that of B, −1…1.
    pub difference: Estimate,
    /// Share of A by that of B; no value where it is infinite, and then a lower end.
    ///
    /// Koopman's interval and not that of Katz with ½ added: it is the set of ratios that the score
    /// test does not reject, it is right at 0 of n and n of n without anything added, and where a
    /// share is small and a side too (3 of 40 against 3 of 12,000) Katz is too short above.
    pub ratio: Estimate,
    /// Odds of A by those of B, likewise.
    pub odds_ratio: Estimate,
    /// Whether the shares differ; `None` where a side is empty.
    pub test: Option<Test>,
}

impl Shares {
    /// Of `k_a` of `n_a` accounts against `k_b` of `n_b`. `None` where more have it than there are.
    pub fn of((k_a, n_a): (u64, u64), (k_b, n_b): (u64, u64)) -> Option<Self> {
        if k_a > n_a || k_b > n_b {
            return None;
        }
        let share = |k: u64, n: u64| (n > 0).then(|| k as f64 / n as f64);
        let (a, b) = (Part { k: k_a as f64, n: n_a as f64 }, Part { k: k_b as f64, n: n_b as f64 });
        let is_there = n_a > 0 && n_b > 0;
        let sizes = (n_a, n_b);
        let of = |method, ratio: fn(Part, Part) -> Ratio| {
            as_estimate(method, sizes, if is_there { ratio(a, b) } else { None })
        };
        Some(Self {
            k_a,
            n_a,
            k_b,
            n_b,
            share_a: share(k_a, n_a),
            share_b: share(k_b, n_b),
            difference: difference((k_a, n_a), (k_b, n_b)),
            ratio: of(RISK, ratio::risk),
            odds_ratio: of(ODDS, ratio::odds),
            test: fisher((k_a, n_a), (k_b, n_b)),
        })
    }

    /// In a sentence; the wording says what it is to have it, such as `used the model x`.
    pub fn words(&self, wording: &Wording<'_>) -> String {
        let (Some(share_a), Some(share_b)) = (self.share_a, self.share_b) else {
            return wording.empty(self.n_a == 0);
        };
        let of = |k: u64, n: u64, share: f64| {
            let (k, n) = (wording::count(k), wording::count(n));
            format!("{k} of {n} ({})", wording::percent(share))
        };
        let (a, b) = (of(self.k_a, self.n_a, share_a), of(self.k_b, self.n_b, share_b));
        let points = |value: f64| wording::signed(100.0 * value, wording::plain);
        let times = match (self.ratio.value, share_a > 0.0) {
            (Some(value), true) => format!(", {} times the share", wording::plain(value)),
            _ => String::new(),
        };
        format!(
            "Accounts that {}: {a} in {} against {b} in {}, {} percentage points{times}{}",
            wording.more,
            wording.a,
            wording.b,
            points(share_a - share_b),
            self.difference.bracket(points),
        )
    }
}

fn as_estimate(method: &'static str, (n_a, n_b): (u64, u64), ratio: Ratio) -> Estimate {
    let none = |reason| Estimate::none(method, (n_a, n_b), reason);
    let Some((value, low, high)) = ratio else {
        return none(if n_a.min(n_b) == 0 { Reason::Empty } else { Reason::Undefined });
    };
    if n_a.min(n_b) < LEAST_ACCOUNTS {
        return none(Reason::FewAccounts).valued(value);
    }
    none(Reason::Unbounded).valued(value).between(low, high)
}

/// The difference with the interval of R. G. Newcombe, "Interval estimation for the difference
/// between independent proportions", Stat. Med. 17, 1998: Wilson's intervals of both shares,
/// squared and added.
pub(super) fn difference((k_a, n_a): (u64, u64), (k_b, n_b): (u64, u64)) -> Estimate {
    let sizes = (n_a, n_b);
    let (Some(of_a), Some(of_b)) = (wilson(k_a, n_a, 0.95), wilson(k_b, n_b, 0.95)) else {
        return Estimate::none(DIFFERENCE, sizes, Reason::Empty);
    };
    let (a, b) = (k_a as f64 / n_a as f64, k_b as f64 / n_b as f64);
    let found = Estimate::none(DIFFERENCE, sizes, Reason::FewAccounts).valued(a - b);
    if n_a.min(n_b) < LEAST_ACCOUNTS {
        return found;
    }
    let both = |x: f64, y: f64| sqrt(x * x + y * y);
    let low = a - b - both(a - of_a.low, of_b.high - b);
    let high = a - b + both(of_a.high - a, b - of_b.low);
    found.between(low.max(-1.0), high.min(1.0))
}
