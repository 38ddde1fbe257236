//! How many kinds something is spread over.

use libm::{exp, log};

/// Shannon's entropy of counts, in nats. `None` where all are zero.
pub fn entropy(counts: &[u64]) -> Option<f64> {
    let total: f64 = counts.iter().map(|c| *c as f64).sum();
    if total == 0.0 {
        return None;
    }
    let shares = counts.iter().filter(|c| **c > 0).map(|c| *c as f64 / total);
    Some(shares.map(|p| -p * log(p)).sum::<f64>().max(0.0))
}

/// The effective number of kinds, e^H: as many as would give that entropy if all were alike.
/// `None` likewise.
pub fn effective(counts: &[u64]) -> Option<f64> {
    entropy(counts).map(exp)
}
