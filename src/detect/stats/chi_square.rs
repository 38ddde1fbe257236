//! The upper tail of the chi-square distribution, by the incomplete gamma function.

use libm::log;

use super::mass::ln_poisson;
use super::tail::{ln_complement, ln_sum};

/// ln P(χ² ≥ `x`) with `freedom` degrees of freedom (> 0). `None` where one of them is no number
/// or out of range.
pub fn ln_above(x: f64, freedom: f64) -> Option<f64> {
    if !(x >= 0.0 && freedom > 0.0 && freedom.is_finite()) {
        return None;
    }
    if x == 0.0 {
        return Some(0.0);
    }
    if x == f64::INFINITY {
        return Some(f64::NEG_INFINITY);
    }
    let (a, y) = (0.5 * freedom, 0.5 * x);
    Some(if y < a + 1.0 { ln_complement(lower(a, y)) } else { upper(a, y) })
}

/// ln of the lower regularised gamma function by its series.
fn lower(a: f64, y: f64) -> f64 {
    ln_sum(ln_poisson(a, y), |i| y / (a + 1.0 + i as f64))
}

/// ln of the upper one by its continued fraction, after Lentz.
fn upper(a: f64, y: f64) -> f64 {
    let tiny = 1e-300;
    let mut b = y + 1.0 - a;
    let mut c = 1.0 / tiny;
    let mut d = 1.0 / b;
    let mut h = d;
    for i in 1..100_000 {
        let n = -f64::from(i) * (f64::from(i) - a);
        b += 2.0;
        d = n * d + b;
        d = 1.0 / if d.abs() < tiny { tiny } else { d };
        c = b + n / c;
        c = if c.abs() < tiny { tiny } else { c };
        let step = d * c;
        h *= step;
        if (step - 1.0).abs() < 1e-16 {
            break;
        }
    }
    (ln_poisson(a, y) + log(a) + log(h)).min(0.0)
}
