//! Tails of the hypergeometric distribution: marked items among those drawn without putting back.

use super::mass::ln_binomial;
use super::tail::{ln_complement, ln_sum};

/// An urn from which is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Urn {
    /// Items in it.
    pub items: u64,
    /// How many of them are marked.
    pub marked: u64,
    /// How many are drawn.
    pub drawn: u64,
}

impl Urn {
    /// ln P(marked ones drawn ≥ `k`). `None` where more are marked or drawn than there are.
    pub fn ln_at_least(self, k: u64) -> Option<f64> {
        let (low, high) = self.range()?;
        if k <= low {
            return Some(0.0);
        }
        if k > high {
            return Some(f64::NEG_INFINITY);
        }
        Some(match k as f64 > self.mean() {
            true => self.above(k),
            false => ln_complement(self.below(k - 1)),
        })
    }

    /// ln P(marked ones drawn ≤ `k`), likewise.
    pub fn ln_at_most(self, k: u64) -> Option<f64> {
        let (low, high) = self.range()?;
        if k >= high {
            return Some(0.0);
        }
        if k < low {
            return Some(f64::NEG_INFINITY);
        }
        Some(match (k as f64) < self.mean() {
            true => self.below(k),
            false => ln_complement(self.above(k + 1)),
        })
    }

    /// How many can be drawn at least and at most.
    fn range(self) -> Option<(u64, u64)> {
        if self.marked > self.items || self.drawn > self.items {
            return None;
        }
        let low = self.drawn.saturating_sub(self.items - self.marked);
        Some((low, self.marked.min(self.drawn)))
    }

    fn mean(self) -> f64 {
        self.marked as f64 * self.drawn as f64 / self.items.max(1) as f64
    }

    /// ln P(exactly `k`), by three binomials of the same probability, which cancels.
    fn ln_mass(self, k: u64) -> f64 {
        let items = self.items as f64;
        let plain = self.items - self.marked;
        let p = self.drawn as f64 / items;
        let q = (self.items - self.drawn) as f64 / items;
        if p == 0.0 || q == 0.0 {
            return 0.0;
        }
        ln_binomial(k as f64, self.marked as f64, p, q)
            + ln_binomial((self.drawn - k) as f64, plain as f64, p, q)
            - ln_binomial(self.drawn as f64, items, p, q)
    }

    fn above(self, k: u64) -> f64 {
        ln_sum(self.ln_mass(k), |i| {
            let x = k + i;
            let ways = self.marked.saturating_sub(x) as f64 * self.drawn.saturating_sub(x) as f64;
            // One more plain item stays behind for each marked one drawn.
            let left = (self.items - self.marked + x + 1) as f64 - self.drawn as f64;
            ways / ((x + 1) as f64 * left.max(1.0))
        })
    }

    fn below(self, k: u64) -> f64 {
        ln_sum(self.ln_mass(k), |i| {
            let x = k.saturating_sub(i);
            let left = (self.items - self.marked + x) as f64 - self.drawn as f64;
            let ways = (self.marked - x + 1) as f64 * (self.drawn - x + 1) as f64;
            x as f64 * left.max(0.0) / ways
        })
    }
}
