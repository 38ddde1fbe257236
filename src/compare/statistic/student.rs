//! How far Student's t goes with 95 % of its probability, for any degrees of freedom: what 1.96 is
//! for the normal distribution.

use std::f64::consts::PI;

use libm::{exp, lgamma, log};

use super::estimate::Z;

/// From here on the expansion in powers of 1/freedom is exact to twelve digits.
const MANY: f64 = 200.0;

/// The t outside which lies 5 % of the distribution with `freedom` degrees of freedom, 1 at least;
/// fewer count as 1. They may be a fraction, as those of Welch are.
pub(super) fn reach(freedom: f64) -> f64 {
    if freedom > MANY {
        return expanded(freedom);
    }
    let freedom = freedom.max(1.0);
    // Newton on the tail, which falls and is convex beyond the turning point: from the left it only
    // approaches.
    let mut t = Z;
    for _ in 0..100 {
        let step = (tail(t, freedom) - 0.025) / density(t, freedom);
        t += step;
        if step.abs() <= 1e-14 * t {
            break;
        }
    }
    t
}

/// The expansion of Cornish and Fisher (Abramowitz and Stegun, 26.7.5).
fn expanded(freedom: f64) -> f64 {
    let (z, v) = (Z, 1.0 / freedom);
    let z2 = z * z;
    let terms = [
        (z2 + 1.0) / 4.0,
        ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0,
        (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0,
        ((((79.0 * z2 + 776.0) * z2 + 1482.0) * z2 - 1920.0) * z2 - 945.0) / 92_160.0,
    ];
    z * (1.0 + terms.iter().rev().fold(0.0, |sum, term| (sum + term) * v))
}

fn density(t: f64, freedom: f64) -> f64 {
    let half = 0.5 * (freedom + 1.0);
    let scale = lgamma(half) - lgamma(0.5 * freedom) - 0.5 * log(freedom * PI);
    exp(scale - half * log(1.0 + t * t / freedom))
}

/// P(T ≥ `t`) for t > 0: half the incomplete beta function of freedom/(freedom + t²), by its
/// continued fraction (Abramowitz and Stegun, 26.5.8 and 26.7.1) after Lentz.
fn tail(t: f64, freedom: f64) -> f64 {
    let (a, b) = (0.5 * freedom, 0.5);
    let x = freedom / (freedom + t * t);
    let y = t * t / (freedom + t * t);
    let ln_front = lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(y);
    // The fraction converges fast on one side of the mean only; the other is the complement.
    if x < (a + 1.0) / (a + b + 2.0) {
        0.5 * exp(ln_front) * fraction(a, b, x) / a
    } else {
        0.5 - 0.5 * exp(ln_front) * fraction(b, a, y) / b
    }
}

fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let keep = |v: f64| if v.abs() < 1e-300 { 1e-300 } else { v };
    let (mut c, mut d) = (1.0, 1.0 / keep(1.0 - (a + b) * x / (a + 1.0)));
    let mut value = d;
    for m in 1..500 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let before = value;
        for term in [even, odd] {
            d = 1.0 / keep(1.0 + term * d);
            c = keep(1.0 + term / c);
            value *= c * d;
        }
        if (value - before).abs() <= f64::EPSILON * value.abs() {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reach_is_that_of_tables_and_has_no_step_where_the_method_changes() {
        // scipy.stats.t.ppf(0.975, …).
        let table = [
            (1.0, 12.706_204_736_174_694),
            (2.0, 4.302_652_729_749_462),
            (4.5, 2.658_912_347_204_403_4),
            (30.0, 2.042_272_456_301_237_8),
            (1000.0, 1.962_339_080_826_408_3),
        ];
        for (freedom, want) in table {
            assert!((reach(freedom) - want).abs() < 1e-11, "{freedom}: {}", reach(freedom));
        }
        assert!((reach(200.0) - reach(200.000_001)).abs() < 1e-9);
        assert_eq!(reach(0.0), reach(1.0));
        assert!((reach(1e18) - Z).abs() < 1e-15 && (reach(f64::INFINITY) - Z).abs() < 1e-15);
    }
}
