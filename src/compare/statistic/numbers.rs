//! A number of accounts on two sides that have different accounts.

use serde::Serialize;

use super::wording::{self, Wording};
use super::{Dominance, Estimate, Sample, Size, Summary, Test, rank_sum, shift};

/// Two sides compared by a number of each account.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Numbers {
    /// Side A.
    pub a: Summary,
    /// Side B.
    pub b: Summary,
    /// Share of all pairs in which the account of A has more, 0…1; `None` where a side is empty.
    pub above: Option<f64>,
    /// Share of all pairs in which it has less; the rest is equal.
    pub below: Option<f64>,
    /// Cliff's delta: `above` less `below`.
    pub delta: Estimate,
    /// How large it is.
    pub size: Option<Size>,
    /// How far A lies above B, in the unit of the numbers.
    pub shift: Estimate,
    /// Whether accounts of one side tend to have more.
    pub test: Option<Test>,
}

impl Numbers {
    /// Compares two samples, whose accounts are different ones; where they are the same, see
    /// [`super::Paired`].
    pub fn of(a: &Sample, b: &Sample) -> Self {
        let counted = Dominance::of(a, b);
        let delta = counted.estimate();
        let shares = counted.shares();
        Self {
            a: a.summary(),
            b: b.summary(),
            above: shares.map(|shares| shares.0),
            below: shares.map(|shares| shares.1),
            delta,
            size: delta.value.map(Size::of),
            shift: shift(a, b),
            test: rank_sum(a, b),
        }
    }

    /// In a sentence. It says that accounts of a side have more only where the interval of delta
    /// lies on one side of 0.
    pub fn words(&self, wording: &Wording<'_>) -> String {
        let medians = self.a.median.zip(self.b.median);
        let (Some((a, b)), Some(delta), Some(size)) = (medians, self.delta.value, self.size) else {
            return wording.empty(self.a.n == 0);
        };
        let (first, second) = (wording.a, wording.b);
        let lead = match self.delta.beside(0.0) {
            Some(true) => format!("Accounts of {first} {} than those of {second}", wording.more),
            Some(false) => format!("Accounts of {first} {} than those of {second}", wording.less),
            None if self.delta.has_interval() => format!(
                "Accounts of {first} and {second} do not differ clearly in {}",
                wording.measure
            ),
            None => format!("Accounts of {first} and {second} by their {}", wording.measure),
        };
        let is_against = self.delta.has_interval() && (a - b) * delta < 0.0;
        let inside = self.delta.inside(wording::coefficient).unwrap_or_default();
        format!(
            "{lead}{} the median is {} against {}; a random account of {first} {} (Cliff's delta \
             {}, {}, {inside}){}",
            if is_against { ", although" } else { ":" },
            (wording.number)(a),
            (wording.number)(b),
            self.pairs(second),
            wording::coefficient(delta),
            size.word(),
            wording::left_out(self.a.left_out + self.b.left_out),
        )
    }

    /// What an account of A is to one of B in most pairs.
    fn pairs(&self, second: &str) -> String {
        let (above, below) = (self.above.unwrap_or(0.0), self.below.unwrap_or(0.0));
        let (verb, share) = match above >= below {
            true => ("exceeds", above),
            false => ("is below", below),
        };
        // Not 1 less both, which rounding keeps from 0.
        let equal = (1.0 - above - below).max(0.0);
        let equal = match equal > 1e-12 {
            true => format!(" and equals it in {}", wording::percent(equal)),
            false => String::new(),
        };
        format!("{verb} one of {second} in {} of pairs{equal}", wording::percent(share))
    }
}
