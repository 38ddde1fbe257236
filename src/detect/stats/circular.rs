//! Events on a circle: whether they prefer a part of the day, the hour or the minute.

use std::f64::consts::TAU;

use libm::{cos, exp, sin, sqrt};

/// What a test on a circle found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Circular {
    /// Rayleigh: length of the mean direction, 0 to 1. Kuiper: V, likewise.
    pub statistic: f64,
    /// The chance of that much or more from events spread evenly.
    pub p: f64,
}

/// Rayleigh's test: one preferred direction. Phases are in turns; only their fraction counts.
/// p after Zar, *Biostatistical Analysis* (eq. 27.4). `None` without phases or where one is not
/// finite.
pub fn rayleigh(phases: &[f64]) -> Option<Circular> {
    let turns = turns(phases)?;
    let n = turns.len() as f64;
    let (c, s) = turns.iter().fold((0.0, 0.0), |(c, s), t| (c + cos(TAU * t), s + sin(TAU * t)));
    let length = sqrt(c * c + s * s).min(n);
    let p = exp(sqrt(1.0 + 4.0 * n + 4.0 * (n * n - length * length)) - (1.0 + 2.0 * n));
    Some(Circular { statistic: length / n, p: p.min(1.0) })
}

/// Kuiper's test against an even spread: any shape, wherever the circle is cut. p after Stephens
/// (1970), good from about 8 phases. `None` likewise.
pub fn kuiper(phases: &[f64]) -> Option<Circular> {
    let mut turns = turns(phases)?;
    turns.sort_by(f64::total_cmp);
    let n = turns.len() as f64;
    let (mut above, mut below) = (0.0_f64, 0.0_f64);
    for (i, t) in turns.iter().enumerate() {
        above = above.max((i + 1) as f64 / n - t);
        below = below.max(t - i as f64 / n);
    }
    let v = above + below;
    let lambda = (sqrt(n) + 0.155 + 0.24 / sqrt(n)) * v;
    Some(Circular { statistic: v, p: kuiper_tail(lambda) })
}

fn kuiper_tail(lambda: f64) -> f64 {
    // Below, the series is 1 to all digits and slow.
    if lambda < 0.4 {
        return 1.0;
    }
    let mut sum = 0.0;
    for j in 1..100 {
        let a = 2.0 * f64::from(j * j) * lambda * lambda;
        let term = 2.0 * (2.0 * a - 1.0) * exp(-a);
        sum += term;
        if term.abs() < 1e-17 * sum.abs() || a > 700.0 {
            break;
        }
    }
    sum.clamp(0.0, 1.0)
}

/// The fractions of phases; `None` where there are none or one is not finite.
fn turns(phases: &[f64]) -> Option<Vec<f64>> {
    let sound = !phases.is_empty() && phases.iter().all(|p| p.is_finite());
    sound.then(|| phases.iter().map(|p| p.rem_euclid(1.0)).collect())
}
