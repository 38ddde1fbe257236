//! The normal distribution, out to where its tails are far below the smallest number.

use std::f64::consts::{FRAC_1_SQRT_2, TAU};

use libm::{erfc, exp, log, sqrt};

use super::tail::ln_complement;

/// From here on the continued fraction is exact to the last digits.
const FAR: f64 = 6.0;

/// ln P(Z ≥ `z`). `None` where `z` is no number.
pub fn ln_above(z: f64) -> Option<f64> {
    if z.is_nan() {
        None
    } else if z < -1.0 {
        Some(ln_complement(upper(-z)))
    } else {
        Some(upper(z))
    }
}

fn upper(z: f64) -> f64 {
    if z < FAR {
        return log(0.5 * erfc(z * FRAC_1_SQRT_2));
    }
    if z == f64::INFINITY {
        return f64::NEG_INFINITY;
    }
    ln_density(z) - log(far_hazard(z))
}

fn ln_density(z: f64) -> f64 {
    -0.5 * z * z - 0.5 * log(TAU)
}

/// The density over the tail, after Laplace: z + 1/(z + 2/(z + 3/…)).
fn far_hazard(z: f64) -> f64 {
    (1..=60).rev().fold(z, |below, k| z + f64::from(k) / below)
}

/// P(|Z| ≥ |`z`|).
pub fn two_sided(z: f64) -> Option<f64> {
    ln_above(z.abs()).map(|ln_p| (2.0 * exp(ln_p)).min(1.0))
}

/// The z above which lies the probability e^`ln_p`. `None` for an impossible or certain event,
/// whose z is infinite.
pub fn z_of_ln(ln_p: f64) -> Option<f64> {
    if !ln_p.is_finite() || ln_p >= 0.0 {
        return None;
    }
    // The square of its z would be more than the largest number; all but the first term of the
    // tail is nothing there.
    if ln_p < -1e300 {
        return Some(sqrt(2.0) * sqrt(-ln_p));
    }
    let ln_rest = ln_complement(ln_p);
    if ln_p > -std::f64::consts::LN_2 {
        return z_of_ln(ln_rest).map(|z| -z);
    }
    // Newton on ln of the tail, which is concave: from the left it only approaches.
    let mut z = sqrt((-2.0 * ln_p - log(TAU)).max(0.0)) * 0.5;
    for _ in 0..100 {
        let ln_tail = upper(z);
        let hazard = if z < FAR { exp(ln_density(z) - ln_tail) } else { far_hazard(z) };
        let step = (ln_tail - ln_p) / hazard;
        z += step;
        if step.abs() <= 1e-15 * (1.0 + z.abs()) {
            break;
        }
    }
    Some(z)
}
