//! Tails of the binomial distribution.

use super::mass::ln_binomial;
use super::tail::{ln_complement, ln_sum};
use crate::model::finding::NullBand;

/// ln P(hits ≥ `k`) of `n` trials that hit with probability `p`. `None` where `p` is no
/// probability.
pub fn ln_at_least(k: u64, n: u64, p: f64) -> Option<f64> {
    if !(0.0..=1.0).contains(&p) {
        return None;
    }
    if k == 0 {
        return Some(0.0);
    }
    if k > n || p == 0.0 {
        return Some(f64::NEG_INFINITY);
    }
    if p == 1.0 {
        return Some(0.0);
    }
    let q = 1.0 - p;
    Some(match k as f64 > n as f64 * p {
        true => above(k, n, p, q),
        false => ln_complement(above(n - k + 1, n, q, p)),
    })
}

/// ln P(hits ≤ `k`) of `n` trials that hit with probability `p`, likewise.
pub fn ln_at_most(k: u64, n: u64, p: f64) -> Option<f64> {
    if !(0.0..=1.0).contains(&p) {
        return None;
    }
    if k >= n || p == 0.0 {
        return Some(0.0);
    }
    if p == 1.0 {
        return Some(f64::NEG_INFINITY);
    }
    let q = 1.0 - p;
    Some(match (k as f64) < n as f64 * p {
        true => above(n - k, n, q, p),
        false => ln_complement(above(k + 1, n, p, q)),
    })
}

/// The fewest hits of which as few or fewer come with probability `q` at least. `None` where `p` or
/// `q` is no probability.
pub fn quantile(q: f64, n: u64, p: f64) -> Option<u64> {
    if !(0.0..=1.0).contains(&q) {
        return None;
    }
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low + (high - low) / 2;
        if libm::exp(ln_at_most(middle, n, p)?) >= q {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(low)
}

/// The middle and the 95 % of what chance gives of `n` trials, as a band of a finding.
pub fn band(made_from: String, n: u64, p: f64) -> Option<NullBand> {
    let at = |q| quantile(q, n, p).map(|k| k as f64);
    Some(NullBand { made_from, low: at(0.025)?, median: at(0.5)?, high: at(0.975)?, n })
}

/// The sum from `k` up, which is above the mean; the tail below is that of the misses.
fn above(k: u64, n: u64, p: f64, q: f64) -> f64 {
    let first = ln_binomial(k as f64, n as f64, p, q);
    ln_sum(first, |i| {
        let x = k + i;
        n.saturating_sub(x) as f64 / (x + 1) as f64 * (p / q)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_band_of_chance_holds_the_mean_and_ends_where_the_tails_do() {
        assert_eq!(quantile(0.5, 100, 0.3), Some(30));
        assert_eq!((quantile(0.025, 100, 0.3), quantile(0.975, 100, 0.3)), (Some(21), Some(39)));
        assert_eq!((quantile(0.5, 0, 0.3), quantile(0.5, 9, 1.0)), (Some(0), Some(9)));
        assert_eq!((quantile(1.5, 9, 0.5), quantile(0.5, 9, f64::NAN)), (None, None));
    }
}
