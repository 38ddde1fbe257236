//! The tail of Student's t: what a z is worth whose mean and spread come from a few surrogates.

use libm::{log, sqrt};

/// ln P(T ≥ `t`) with `freedom` degrees of freedom; an odd number is taken as the even one below,
/// whose tail is heavier. `None` for fewer than 2 and where `t` is no number.
///
/// Above 0 the tail is half of sin θ · Σ c(k) cos²ᵏθ over k ≥ freedom/2, where tan θ = t/√freedom
/// and c(k) = (2k)!/(4ᵏ k!²): the terms that the finite series of Abramowitz and Stegun (26.7.4)
/// leaves out, all of them positive.
pub fn ln_above(t: f64, freedom: u32) -> Option<f64> {
    let half = freedom / 2;
    if half == 0 || t.is_nan() {
        return None;
    }
    if t <= 0.0 {
        let other = if t == 0.0 { 0.5 } else { libm::exp(ln_above(-t, freedom)?) };
        return Some(log(1.0 - other));
    }
    let n = f64::from(2 * half);
    let (cos2, sin) = (n / (n + t * t), t / sqrt(n + t * t));
    if cos2 == 0.0 {
        return Some(f64::NEG_INFINITY);
    }
    // The first term by its logarithm, which may be far below the smallest number.
    let first: f64 = (1..=half).map(|k| log(1.0 - 0.5 / f64::from(k)) + log(cos2)).sum();
    let (mut term, mut sum, mut k) = (1.0, 1.0, f64::from(half));
    while term > 1e-17 * sum * (1.0 - cos2) && k < 1e7 {
        k += 1.0;
        term *= (1.0 - 0.5 / k) * cos2;
        sum += term;
    }
    Some((log(0.5) + log(sin) + first + log(sum)).min(0.0))
}

/// ln of the chance of a z as high, where mean and standard deviation come from `surrogates` draws
/// of a normal null.
pub fn ln_above_surrogates(z: f64, surrogates: u32) -> Option<f64> {
    let freedom = surrogates.checked_sub(1)?;
    ln_above(z / sqrt(1.0 + 1.0 / f64::from(surrogates.max(1))), freedom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_agrees_with_its_integral() {
        // The density summed up numerically.
        for (t, freedom, p) in [
            (1.0, 2, 0.211_324_865_405_187_1),
            (2.0, 10, 0.036_694_017_385_370_2),
            (4.0, 38, 1.411_953e-4),
            (-2.0, 10, 0.963_305_982_614_629_8),
        ] {
            let got = libm::exp(ln_above(t, freedom).expect("a number"));
            assert!((got / p - 1.0).abs() < 1e-6, "t {t}, {freedom}: {got}");
        }
        assert_eq!(ln_above(0.0, 38).map(libm::exp), Some(0.5));
        assert!(ln_above(1.0, 1).is_none() && ln_above(f64::NAN, 38).is_none());
        assert!(ln_above(300.0, 38).is_some_and(|p| p.is_finite() && p < -80.0));
    }
}
