//! A number of the same accounts on two sides, such as before and after: each account is compared
//! with itself.

use std::f64::consts::LN_2;

use serde::Serialize;

use super::delta::asymmetric;
use super::estimate::{Estimate, LEAST_PAIRS, Reason, Test, Z};
use super::null::{EXACT, Ways, corrected_z, critical_of_many, ties};
use super::order::{Walsh, kth, middle};
use super::sample::{quantile, usable};
use super::wording::{self, Wording};
use super::{Sample, Summary, student};
use crate::detect::stats::binomial;

const MEDIAN: &str = "median of the differences; exact interval of the sign test";
const SHIFT: &str = "Hodges–Lehmann middle of the differences; interval of the signed ranks";
const BISERIAL: &str = "matched-pairs rank-biserial correlation (Kerby, 2014); interval of its \
                        Walsh sums";

/// Two numbers of each account.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pairs {
    pairs: Vec<(f64, f64)>,
    differences: Vec<f64>,
    left_out: u64,
}

impl Pairs {
    /// Of these: the number of an account on side A and on side B. Accounts of which one is no
    /// number, infinite or beyond [`super::sample::LARGEST`] are left out and counted.
    pub fn of(pairs: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let (mut kept, mut left_out) = (Vec::new(), 0);
        for (a, b) in pairs {
            match (usable(a), usable(b)) {
                (Some(a), Some(b)) => kept.push((a, b)),
                _ => left_out += 1,
            }
        }
        // In an order of their own, so that sums do not depend on that of the input.
        kept.sort_unstable_by(|x, y| x.0.total_cmp(&y.0).then(x.1.total_cmp(&y.1)));
        let mut differences: Vec<f64> = kept.iter().map(|(a, b)| a - b).collect();
        differences.sort_unstable_by(f64::total_cmp);
        Self { pairs: kept, differences, left_out }
    }

    /// The pairs, in the order of side A.
    pub fn values(&self) -> &[(f64, f64)] {
        &self.pairs
    }

    /// What A has more than B, smallest first.
    pub fn differences(&self) -> &[f64] {
        &self.differences
    }

    /// Accounts on both sides.
    pub fn n(&self) -> u64 {
        self.pairs.len() as u64
    }

    fn sides(&self) -> (Summary, Summary) {
        let of = |side: fn(&(f64, f64)) -> f64| Summary {
            left_out: self.left_out,
            ..Sample::of(self.pairs.iter().map(side)).summary()
        };
        (of(|pair| pair.0), of(|pair| pair.1))
    }
}

/// The same accounts on two sides, compared.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Paired {
    /// Side A.
    pub a: Summary,
    /// Side B.
    pub b: Summary,
    /// Accounts that have more on A.
    pub above: u64,
    /// Accounts that have less on A.
    pub below: u64,
    /// The median of the differences A − B, in the unit of the numbers. Its interval supposes
    /// nothing.
    pub median: Estimate,
    /// The middle of the means of all two differences, in the unit of the numbers, with the
    /// interval of Wilcoxon's signed ranks (Hollander and Wolfe, section 3.3). It supposes that
    /// differences lie symmetrically about their middle, and is the shorter one where they do.
    pub shift: Estimate,
    /// −1…1: the share of the ranks of accounts that have more on A, less the share of those that
    /// have less; accounts that are the same have no rank. D. S. Kerby, "The simple difference
    /// formula", Compr. Psychol. 3, 2014.
    pub rank_biserial: Estimate,
    /// Whether more accounts have more on A than less: the exact sign test. `None` where no account
    /// is different.
    pub sign: Option<Test>,
    /// The test of the signed ranks; exact up to 50 accounts that are different and whose
    /// differences are all of another size, else normal with ties and continuity, from 6 accounts
    /// on.
    pub signed_rank: Option<Test>,
}

impl Paired {
    /// Compares. Time: some 60 walks along the accounts.
    pub fn of(pairs: &Pairs) -> Self {
        let (a, b) = pairs.sides();
        let signed = Signed::of(&pairs.differences);
        Self {
            a,
            b,
            above: signed.above,
            below: signed.below,
            median: median(&pairs.differences),
            shift: shift(&pairs.differences),
            rank_biserial: signed.biserial(),
            sign: sign_test(signed.above, signed.below, "sign test, exact"),
            signed_rank: signed.test(),
        }
    }

    /// In a sentence.
    pub fn words(&self, wording: &Wording<'_>) -> String {
        let (Some(a), Some(b), Some(median)) = (self.a.median, self.b.median, self.median.value)
        else {
            return wording.empty(true);
        };
        let n = self.a.n;
        let change = |value: f64| wording::signed(value, wording.number);
        let same = match n - self.above - self.below {
            0 => String::new(),
            same => format!(", {} the same", wording::count(same)),
        };
        let correlation = match self.rank_biserial.value {
            Some(value) => format!(
                "; rank-biserial correlation {}{}",
                wording::coefficient(value),
                self.rank_biserial.bracket(wording::coefficient)
            ),
            None => String::new(),
        };
        format!(
            "Of {} accounts on both sides {} {} in {} than in {}, {} {}{same}: the median is {} \
             against {}, the median of the differences {}{}{correlation}{}",
            wording::count(n),
            wording::count(self.above),
            wording.more,
            wording.a,
            wording.b,
            wording::count(self.below),
            wording.less,
            (wording.number)(a),
            (wording.number)(b),
            change(median),
            self.median.bracket(change),
            wording::left_out(self.a.left_out),
        )
    }
}

/// The two-sided p of so many signs of one kind and so many of the other. `None` without signs.
pub(super) fn sign_test(above: u64, below: u64, method: &'static str) -> Option<Test> {
    let n = above.checked_add(below).filter(|n| *n > 0)?;
    let ln_p = LN_2 + binomial::ln_at_most(above.min(below), n, 0.5)?;
    Some(Test::of_ln(ln_p, above as f64, method))
}

/// The median of sorted differences; the interval ends where the sign test would reject.
fn median(differences: &[f64]) -> Estimate {
    let n = differences.len() as u64;
    let Some(value) = quantile(differences, 0.5) else {
        return Estimate::none(MEDIAN, (n, n), Reason::Empty);
    };
    let found = Estimate::none(MEDIAN, (n, n), Reason::FewPairs).valued(value);
    let Some(below) = binomial::quantile(0.025, n, 0.5).filter(|_| n >= LEAST_PAIRS) else {
        return found;
    };
    // The fewest signs of a kind that are not rare: counted from either end, the interval ends
    // there.
    let at = below.max(1) as usize - 1;
    ends(found, differences, differences[at], differences[n as usize - 1 - at])
}

/// The middle of the Walsh averages of sorted differences.
fn shift(differences: &[f64]) -> Estimate {
    let n = differences.len() as u64;
    let all = Walsh(differences);
    let pairs = n * (n + 1) / 2;
    let Some(value) = middle(&all, pairs) else {
        return Estimate::none(SHIFT, (n, n), Reason::Empty);
    };
    let found = Estimate::none(SHIFT, (n, n), Reason::FewPairs).valued(value);
    if n < LEAST_PAIRS {
        return found;
    }
    let critical = match n <= EXACT {
        true => Ways::signed_rank(n).critical(),
        false => {
            let n = n as f64;
            critical_of_many(n * (n + 1.0) / 4.0, n * (n + 1.0) * (2.0 * n + 1.0) / 24.0)
        }
    };
    match (kth(&all, critical.max(1), pairs), kth(&all, pairs + 1 - critical.max(1), pairs)) {
        (Some(low), Some(high)) => ends(found, differences, low, high),
        _ => found,
    }
}

/// With that interval, if it has a width.
fn ends(found: Estimate, differences: &[f64], low: f64, high: f64) -> Estimate {
    let reason = match (differences.first(), differences.last()) {
        _ if low < high => return found.between(low, high),
        (Some(first), Some(last)) if first < last => Reason::Tied,
        (Some(0.0), _) => Reason::NoneChanged,
        _ => Reason::NoSpread,
    };
    Estimate { reason: Some(reason), ..found }
}

/// Differences that are not 0, by size.
struct Signed {
    above: u64,
    below: u64,
    /// Twice the sum of the ranks of positive ones, which ties make halves.
    double: u64,
    /// Σ t³ − t over ties.
    tied: f64,
    /// Of each, how many others it outweighs with its sign less how many outweigh it.
    walsh: Vec<i64>,
    n: u64,
}

impl Signed {
    fn of(differences: &[f64]) -> Self {
        let changed: Vec<f64> = differences.iter().copied().filter(|d| *d != 0.0).collect();
        let mut by_size = changed.clone();
        by_size.sort_unstable_by(|x, y| x.abs().total_cmp(&y.abs()));
        let double = by_size
            .chunk_by(|x, y| x.abs() == y.abs())
            .scan(0_u64, |before, run| {
                let length = run.len() as u64;
                let rank = 2 * *before + length + 1;
                *before += length;
                Some(rank * run.iter().filter(|d| **d > 0.0).count() as u64)
            })
            .sum();
        let above = changed.iter().filter(|d| **d > 0.0).count() as u64;
        let n = changed.len() as u64;
        Self {
            above,
            below: n - above,
            double,
            tied: ties(by_size.iter().map(|d| d.abs())),
            walsh: walsh(&changed),
            n,
        }
    }

    fn test(&self) -> Option<Test> {
        let n = self.n as f64;
        let statistic = 0.5 * self.double as f64;
        if self.n > 0 && self.n <= EXACT && self.tied == 0.0 {
            let p = Ways::signed_rank(self.n).two_sided(self.double / 2);
            return Some(Test::of_p(p, statistic, "Wilcoxon signed ranks, exact"));
        }
        let variance = (n * (n + 1.0) * (2.0 * n + 1.0) - 0.5 * self.tied) / 24.0;
        let z = corrected_z(statistic, n * (n + 1.0) / 4.0, variance)?;
        let method = "Wilcoxon signed ranks, normal with ties and continuity";
        Test::of_z(z, statistic, method).filter(|_| self.n >= LEAST_PAIRS)
    }

    /// The correlation is the mean sign of all Walsh averages, so that its variance is that of a
    /// mean of pairs: four times that of the mean sign of single accounts, by n. Half an account of
    /// the largest variance is added and the interval shrunk towards ±1 as in
    /// [`super::Dominance::estimate`], with n − 1 degrees of freedom. At ±1 it reaches to what is
    /// left if as many accounts as Wilson's interval for n of n allows had the other sign, and the
    /// largest differences: 2p² − 1 with p = n/(n + z²). From 0.98 on it is too short, and holds
    /// the truth in 80 to 90 % of cases.
    fn biserial(&self) -> Estimate {
        let sizes = (self.n, self.n);
        if self.n == 0 {
            return Estimate::none(BISERIAL, sizes, Reason::NoneChanged);
        }
        let n = self.n as f64;
        let r = (2.0 * self.double as f64) / (n * (n + 1.0)) - 1.0;
        let found = Estimate::none(BISERIAL, sizes, Reason::FewPairs).valued(r);
        if self.n < LEAST_PAIRS {
            return found;
        }
        if self.above == 0 || self.below == 0 {
            let p = n / (n + Z * Z);
            let inner = r.signum() * (2.0 * p * p - 1.0);
            return found.between(inner.min(r), inner.max(r));
        }
        let signs = self.walsh.iter().map(|s| *s as f64 / (n - 1.0));
        let mean = signs.clone().sum::<f64>() / n;
        let squares: f64 = signs.map(|s| (s - mean) * (s - mean)).sum();
        let variance = 4.0 * (squares + 0.5 * (1.0 - r * r)) / (n * n);
        let reach = student::reach(n - 1.0);
        let (low, high) = asymmetric(r, reach * reach * variance);
        found.between(low, high)
    }
}

/// For each of sorted differences, the signs of its sums with all others, added.
fn walsh(changed: &[f64]) -> Vec<i64> {
    let n = changed.len();
    // The larger the difference, the fewer others are too small to make the sum positive.
    let (mut up_to, mut less) = (n, n);
    let sums = changed.iter().map(|d| {
        while up_to > 0 && d + changed[up_to - 1] > 0.0 {
            up_to -= 1;
        }
        while less > 0 && d + changed[less - 1] >= 0.0 {
            less -= 1;
        }
        let own = if *d > 0.0 { 1 } else { -1 };
        (n - up_to) as i64 - less as i64 - own
    });
    sums.collect()
}
