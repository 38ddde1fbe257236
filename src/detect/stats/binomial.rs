//! Tails of the binomial distribution.

use super::mass::ln_binomial;
use super::tail::{ln_complement, ln_sum};

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

/// The sum from `k` up, which is above the mean; the tail below is that of the misses.
fn above(k: u64, n: u64, p: f64, q: f64) -> f64 {
    let first = ln_binomial(k as f64, n as f64, p, q);
    ln_sum(first, |i| {
        let x = k + i;
        n.saturating_sub(x) as f64 / (x + 1) as f64 * (p / q)
    })
}
