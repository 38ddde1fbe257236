//! Several p values made one.

use std::f64::consts::{FRAC_1_PI, PI};

use libm::{atan, sqrt, tan};

use super::normal;

/// The smallest and largest p value that counts as it is: below, one test would outvote all
/// others; near 1, the Cauchy combination would let one test veto them.
pub const CLIP: (f64, f64) = (1e-12, 0.99);

/// The Cauchy combination of p values that may depend on each other (Y. Liu and J. Xie, J. Am.
/// Stat. Assoc. 115, 2020), with weights all alike and p clipped to [`CLIP`]. `None` without
/// values or where one is no probability.
pub fn cauchy(p: &[f64]) -> Option<f64> {
    if p.is_empty() || p.iter().any(|p| !(0.0..=1.0).contains(p)) {
        return None;
    }
    // tan((½ − p)π), as 1/tan(pπ) so that small p keep their digits.
    let sum: f64 = p.iter().map(|p| 1.0 / tan(PI * p.clamp(CLIP.0, CLIP.1))).sum();
    let mean = sum / p.len() as f64;
    Some(if mean > 0.0 { FRAC_1_PI * atan(1.0 / mean) } else { 0.5 - FRAC_1_PI * atan(mean) })
}

/// Stouffer's z of one-sided z values with that correlation matrix, which says how often their
/// tests would agree by chance; all weights alike. `None` without values, where something is not
/// finite or sizes differ, and where the sum has no variance.
pub fn stouffer(z: &[f64], correlation: &[Vec<f64>]) -> Option<f64> {
    let square = correlation.len() == z.len() && correlation.iter().all(|r| r.len() == z.len());
    if z.is_empty() || !square {
        return None;
    }
    let variance: f64 = correlation.iter().flatten().sum();
    let sum: f64 = z.iter().sum();
    (variance > 0.0 && variance.is_finite() && sum.is_finite()).then(|| sum / sqrt(variance))
}

/// The same from one-sided p values, clipped to [`CLIP`]; the result is ln p.
pub fn ln_stouffer(p: &[f64], correlation: &[Vec<f64>]) -> Option<f64> {
    if p.iter().any(|p| !(0.0..=1.0).contains(p)) {
        return None;
    }
    let z: Option<Vec<f64>> =
        p.iter().map(|p| normal::z_of_ln(libm::log(p.clamp(CLIP.0, CLIP.1)))).collect();
    normal::ln_above(stouffer(&z?, correlation)?)
}
