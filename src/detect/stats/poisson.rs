//! Tails of the Poisson distribution.

use super::mass::ln_poisson;
use super::tail::{ln_complement, ln_sum};

/// ln P(count ≥ `k`) where `mean` are expected. `None` for a mean that is negative or no number.
pub fn ln_at_least(k: u64, mean: f64) -> Option<f64> {
    if !usable(mean) {
        return None;
    }
    if k == 0 {
        return Some(0.0);
    }
    if mean == 0.0 {
        return Some(f64::NEG_INFINITY);
    }
    Some(if k as f64 > mean { above(k, mean) } else { ln_complement(below(k - 1, mean)) })
}

/// ln P(count ≤ `k`) where `mean` are expected, likewise.
pub fn ln_at_most(k: u64, mean: f64) -> Option<f64> {
    if !usable(mean) {
        return None;
    }
    if mean == 0.0 {
        return Some(0.0);
    }
    Some(if (k as f64) < mean { below(k, mean) } else { ln_complement(above(k + 1, mean)) })
}

/// Means up to which the sums take less than a second.
fn usable(mean: f64) -> bool {
    (0.0..1e15).contains(&mean)
}

fn above(k: u64, mean: f64) -> f64 {
    let k = k as f64;
    ln_sum(ln_poisson(k, mean), |i| mean / (k + 1.0 + i as f64))
}

fn below(k: u64, mean: f64) -> f64 {
    ln_sum(ln_poisson(k as f64, mean), |i| k.saturating_sub(i) as f64 / mean)
}
