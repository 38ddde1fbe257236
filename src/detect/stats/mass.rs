//! Logarithms of the Poisson and binomial mass by Loader's saddle-point expansion, which keeps
//! all digits where differences of large log-gammas would lose them.
//!
//! C. Loader, "Fast and accurate computation of binomial probabilities", 2000.

use std::f64::consts::TAU;

use libm::{lgamma, log, log1p};

/// ln √(2π).
const LN_SQRT_TAU: f64 = 0.918_938_533_204_672_8;

/// ln(n!) less Stirling's approximation of it; `n` may be a fraction.
fn stirling_error(n: f64) -> f64 {
    if n < 16.0 {
        return lgamma(n + 1.0) - (n + 0.5) * log(n) + n - LN_SQRT_TAU;
    }
    let nn = n * n;
    let inner = 1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / 1188.0 / nn) / nn;
    (1.0 / 12.0 - (1.0 / 360.0 - inner / nn) / nn) / n
}

/// The deviance of a count from its mean: x·ln(x/mean) + mean − x, without cancellation.
fn deviance(x: f64, mean: f64) -> f64 {
    if (x - mean).abs() >= 0.1 * (x + mean) {
        return x * log(x / mean) + mean - x;
    }
    let v = (x - mean) / (x + mean);
    let mut sum = (x - mean) * v;
    let mut term = 2.0 * x * v;
    for j in 1..1000 {
        term *= v * v;
        let next = sum + term / f64::from(2 * j + 1);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// ln(mean^x · e^−mean / Γ(x + 1)) for `x` ≥ 0 and `mean` > 0.
pub(super) fn ln_poisson(x: f64, mean: f64) -> f64 {
    if x == 0.0 {
        return -mean;
    }
    -stirling_error(x) - deviance(x, mean) - 0.5 * log(TAU * x)
}

/// ln of the chance of `x` hits in `n` trials that hit with probability `p` = 1 − `q`, both
/// above 0; they come apart so that neither loses digits when the other is near 1.
pub(super) fn ln_binomial(x: f64, n: f64, p: f64, q: f64) -> f64 {
    if x == 0.0 {
        return n * if p < q { log1p(-p) } else { log(q) };
    }
    if x == n {
        return n * if q < p { log1p(-q) } else { log(p) };
    }
    let shape = stirling_error(n) - stirling_error(x) - stirling_error(n - x);
    let fit = deviance(x, n * p) + deviance(n - x, n * q);
    shape - fit - 0.5 * (log(TAU * x) + log1p(-x / n))
}
