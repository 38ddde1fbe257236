//! Sums of a mass away from where it is highest, each term from the one before.

use libm::{exp, expm1, log, log1p};

/// Terms below this share of the sum are left out.
const SMALLEST: f64 = 1e-18;

/// ln of a sum whose first term is e^`first` and where each next is the one before times
/// `ratio(i)`; ends where a ratio is 0 or nothing is added any more.
pub(super) fn ln_sum(first: f64, mut ratio: impl FnMut(u64) -> f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    for i in 0.. {
        let r = ratio(i);
        term *= r;
        sum += term;
        if r <= 0.0 || (r < 1.0 && term < SMALLEST * sum * (1.0 - r)) {
            break;
        }
    }
    (first + log(sum)).min(0.0)
}

/// ln(1 − e^`ln_p`).
pub(super) fn ln_complement(ln_p: f64) -> f64 {
    if ln_p >= 0.0 {
        f64::NEG_INFINITY
    } else if ln_p > -std::f64::consts::LN_2 {
        log(-expm1(ln_p))
    } else {
        log1p(-exp(ln_p))
    }
}
