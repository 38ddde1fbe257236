//! How far the mix of categories on one side is from that on the other.

use std::f64::consts::LN_2;

use libm::sqrt;
use serde::Serialize;

use super::Tally;
use super::estimate::{LEAST_ACCOUNTS, Reason};
use super::wording::{self, Wording};
use crate::detect::stats::divergence::jensen_shannon;

/// The Jensen–Shannon distance of two profiles: the root of the divergence with logarithms of base
/// 2, 0 for the same mix and 1 for nothing in common. J. Lin, IEEE Trans. Inf. Theory 37, 1991; a
/// metric after D. M. Endres and J. E. Schindelin, ibid. 49, 2003.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Distance {
    /// Between the mixes of accounts, each counted once for each category it has; `None` where a
    /// side has none.
    pub accounts: Option<f64>,
    /// What chance alone gives between two samples of these sizes from both sides together: the
    /// root of the mean divergence, to the first order. Two small samples of one mix are never
    /// alike, and the more categories there are, the less.
    pub by_chance: Option<f64>,
    /// The distance without what chance adds: the root of the difference of the squares, 0 at
    /// least.
    pub corrected: Option<f64>,
    /// Between the mixes of events; `None` where a side has none. It has no correction: events of
    /// an account are not drawn one by one.
    pub events: Option<f64>,
    /// Categories that a side has.
    pub kinds: u64,
    /// Why the distance should not be read alone: a side is empty or small, or half of the
    /// divergence and more is what chance gives.
    pub reason: Option<Reason>,
}

impl Distance {
    /// Of the tallies of categories, and of all accounts of both sides.
    pub fn of(tallies: &[Tally], total: Tally) -> Self {
        let accounts: Vec<(u64, u64)> =
            tallies.iter().map(|t| (t.accounts_a, t.accounts_b)).collect();
        let events: Vec<(u64, u64)> = tallies.iter().map(|t| (t.events_a, t.events_b)).collect();
        let divergence = bits(&accounts);
        let chance = divergence.map(|_| chance(&accounts, total).min(1.0));
        let corrected = divergence.zip(chance).map(|(own, chance)| (own - chance).max(0.0));
        let few = total.accounts_a.min(total.accounts_b);
        let reason = match divergence.zip(chance) {
            None => Some(Reason::Empty),
            Some(_) if few < LEAST_ACCOUNTS => Some(Reason::FewAccounts),
            Some((own, chance)) if own > 0.0 && chance >= 0.5 * own => Some(Reason::SmallSample),
            _ => None,
        };
        Self {
            accounts: divergence.map(sqrt),
            by_chance: chance.map(sqrt),
            corrected: corrected.map(sqrt),
            events: bits(&events).map(sqrt),
            kinds: accounts.iter().filter(|(a, b)| *a > 0 || *b > 0).count() as u64,
            reason,
        }
    }

    /// In a sentence.
    pub fn words(&self, wording: &Wording<'_>) -> String {
        let (Some(accounts), Some(by_chance)) = (self.accounts, self.by_chance) else {
            return format!("{} or {} has none to compare", wording.a, wording.b);
        };
        let events = match self.events {
            Some(events) => format!(" ({} by events)", wording::coefficient(events)),
            None => String::new(),
        };
        let caution = match self.reason {
            Some(reason) => format!(". {}", reason.sentence().trim_end_matches('.')),
            None => String::new(),
        };
        format!(
            "By {} {} and {} are {} apart{events}, where 0 is the same mix and 1 nothing in \
             common; chance alone makes samples of these sizes {} apart{caution}",
            wording.measure,
            wording.a,
            wording.b,
            wording::coefficient(accounts),
            wording::coefficient(by_chance),
        )
    }
}

fn sums(pairs: &[(u64, u64)]) -> (f64, f64) {
    pairs.iter().fold((0.0, 0.0), |(a, b), pair| (a + pair.0 as f64, b + pair.1 as f64))
}

/// The divergence of two lists of counts with logarithms of base 2; `None` where one is empty.
fn bits(pairs: &[(u64, u64)]) -> Option<f64> {
    let (a, b) = sums(pairs);
    let shares = pairs.iter().map(|pair| (pair.0 as f64 / a, pair.1 as f64 / b));
    (a > 0.0 && b > 0.0).then(|| (jensen_shannon(shares) / LN_2).clamp(0.0, 1.0))
}

/// The mean divergence of two samples from both sides together. To the second order it is
/// Σ (p − q)²/8m with m the common share, and the variance of p is that of a count of accounts of
/// which each has the category or not, by all that are counted: for one category an account,
/// (k − 1)/8 · (1/n_a + 1/n_b).
fn chance(pairs: &[(u64, u64)], total: Tally) -> f64 {
    let (all_a, all_b) = sums(pairs);
    let (n_a, n_b) = (total.accounts_a as f64, total.accounts_b as f64);
    let one = |(a, b): &(u64, u64)| {
        // The share of accounts, which says how much the count varies.
        let having = (*a as f64 + *b as f64) / (n_a + n_b).max(1.0);
        let common = (*a as f64 + *b as f64) / (all_a + all_b);
        if common > 0.0 { (1.0 - having).max(0.0) } else { 0.0 }
    };
    pairs.iter().map(one).sum::<f64>() * (1.0 / all_a + 1.0 / all_b) / 8.0 / LN_2
}
