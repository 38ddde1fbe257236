//! The hold-out generator's times: a renewal process with Weibull gaps, bent to the hours of the
//! day. What looks like a conversation is a clump of short gaps.

use super::super::rng::{Rng, exp, ln};
use super::super::world::Account;
use super::curve::{of_rhythm, warp};
use super::day_us;
use super::options::Background;
use super::ordinary::{Moments, Stretch, within};
use crate::model::time::{DAY_US, HOUR_US, MINUTE_US};

/// A pause after which a conversation is another one.
const BREAK_US: i64 = 25 * MINUTE_US;

/// How far two calls of an account are apart at least.
const APART_US: i64 = 2_000;

/// The calls of a day, in clumps.
pub fn clumps(account: &Account, stretch: &Stretch, rng: &mut Rng) -> Moments {
    let shape = 0.3 + 0.5 * Rng::new(&[account.adopts_us as u64]).unit();
    let hours = of_rhythm(account.rhythm, Background::Holdout);
    let gaps: Vec<f64> = (0..=stretch.calls).map(|_| weibull(shape, rng)).collect();
    let sum: f64 = gaps.iter().sum();
    let mut done = 0.0;
    let mut times: Vec<i64> = gaps[..stretch.calls as usize]
        .iter()
        .map(|gap| {
            done += gap;
            let local = warp(hours, (done / sum).min(0.999_999));
            let utc = (local - account.zone_h * HOUR_US).rem_euclid(DAY_US);
            within(day_us(stretch.day) + utc, stretch, rng)
        })
        .collect();
    times.sort_unstable();
    let (mut session, mut turn, mut before) = (0, 0, i64::MIN);
    let clump = |at_us: i64| {
        // One after another, or a reasoning block would be submitted before it is there.
        let at_us = at_us.max(before.saturating_add(APART_US));
        if before != i64::MIN && at_us - before > BREAK_US {
            session += 1;
            turn = 0;
        }
        before = at_us;
        turn += 1;
        (at_us, session, turn - 1)
    };
    times.into_iter().map(clump).collect()
}

/// A Weibull number of scale 1.
pub fn weibull(shape: f64, rng: &mut Rng) -> f64 {
    let e = rng.exponential(1.0).max(1e-12);
    exp((ln(e) / shape).clamp(-600.0, 600.0))
}

/// A gamma number of scale 1, after Marsaglia and Tsang (2000), with their boost below shape 1.
pub fn gamma(shape: f64, rng: &mut Rng) -> f64 {
    if shape < 1.0 {
        let u = (1.0 - rng.unit()).max(1e-12);
        return gamma(shape + 1.0, rng) * exp(ln(u) / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = rng.normal();
        let v = (1.0 + c * x) * (1.0 + c * x) * (1.0 + c * x);
        let u = (1.0 - rng.unit()).max(1e-12);
        if v > 0.0 && ln(u) < 0.5 * x * x + d - d * v + d * ln(v) {
            return d * v;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_have_the_mean_of_their_family() {
        let mut rng = Rng::new(&[5]);
        let n = 40_000;
        for shape in [0.4, 0.9, 2.0] {
            let mean = (0..n).map(|_| gamma(shape, &mut rng)).sum::<f64>() / f64::from(n);
            assert!((mean / shape - 1.0).abs() < 0.03, "{shape}: {mean}");
        }
        // Γ(1 + 1/k) for k = 0.5 is 2.
        let mean = (0..n).map(|_| weibull(0.5, &mut rng)).sum::<f64>() / f64::from(n);
        assert!((mean / 2.0 - 1.0).abs() < 0.06, "{mean}");
    }
}
