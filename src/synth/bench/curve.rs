//! How busy each hour is.

use super::super::rng::Rng;
use super::super::world::Rhythm;
use super::options::Background;
use super::spec::Curve;
use crate::model::time::{DAY_US, HOUR_US};

/// Relative activity in each hour of the local day.
type Hours = [f64; 24];

// Packed by hand: tables, one day a line.
#[rustfmt::skip]
const LEISURE: [Hours; 2] = [
    [4., 2., 1., 1., 1., 1., 2., 4., 6., 7., 7., 8., 9., 8., 8., 9., 10., 11., 13., 15., 16., 15., 12., 8.],
    [6., 4., 2., 1., 1., 2., 3., 6., 9., 8., 7., 7., 10., 9., 7., 7., 8., 9., 11., 12., 13., 14., 13., 10.],
];
#[rustfmt::skip]
const OFFICE: [Hours; 2] = [
    [1., 0., 0., 0., 0., 0., 1., 4., 12., 18., 20., 18., 12., 16., 19., 18., 16., 11., 6., 4., 3., 3., 2., 1.],
    [0., 0., 0., 0., 0., 1., 3., 9., 16., 19., 19., 16., 9., 15., 17., 17., 14., 8., 5., 4., 4., 2., 1., 0.],
];
#[rustfmt::skip]
const SERVICE: [Hours; 2] = [
    [4., 3., 2., 2., 2., 3., 5., 8., 11., 13., 14., 14., 13., 13., 13., 12., 12., 13., 14., 14., 12., 10., 8., 6.],
    [6., 5., 4., 3., 3., 4., 6., 9., 12., 14., 15., 13., 11., 12., 13., 13., 12., 12., 13., 13., 12., 11., 9., 7.],
];

/// The hours of an account.
pub fn of_rhythm(rhythm: Rhythm, background: Background) -> &'static Hours {
    const FLAT: Hours = [1.0; 24];
    match rhythm {
        Rhythm::Leisure => &LEISURE[background.voice()],
        Rhythm::Office => &OFFICE[background.voice()],
        Rhythm::Service => &SERVICE[background.voice()],
        Rhythm::Flat => &FLAT,
    }
}

/// How much of a weekday's traffic a day has.
pub fn of_day(rhythm: Rhythm, day: u32) -> f64 {
    match (day % 7 >= 5, rhythm) {
        (true, Rhythm::Office) => 0.15,
        (true, Rhythm::Leisure) => 1.2,
        (true, Rhythm::Service) => 0.8,
        _ => 1.0,
    }
}

/// The rhythm of a network, and its hours ahead of UTC.
pub fn rhythm(curve: Curve) -> (Rhythm, i64) {
    match curve {
        Curve::Plateau => (Rhythm::Flat, 0),
        Curve::Day(zone) => (Rhythm::Service, zone),
        Curve::Office(zone) => (Rhythm::Office, zone),
    }
}

/// The hours of a network on one day, in UTC, with that day's ups and downs: the same for all
/// who draw them with the same key.
pub fn tide(curve: Curve, key: &[u64]) -> Hours {
    let mut rng = Rng::new(key);
    let (rhythm, zone) = rhythm(curve);
    let hours = of_rhythm(rhythm, Background::Tuning);
    let noise = if curve == Curve::Plateau { 0.04 } else { 0.3 };
    let mut tide = [0.0; 24];
    for (utc, hour) in tide.iter_mut().enumerate() {
        let local = (utc as i64 + zone).rem_euclid(24) as usize;
        *hour = hours[local] * rng.lognormal(1.0, noise);
    }
    tide
}

/// A moment of the day, µs from midnight UTC.
pub fn moment(tide: &Hours, rng: &mut Rng) -> i64 {
    rng.weighted(tide) as i64 * HOUR_US + rng.below(HOUR_US as u64) as i64
}

/// How much is done by the end of each day, as shares of the whole: 0 first, 1 last.
pub fn shares(weights: impl Iterator<Item = f64>) -> Vec<f64> {
    let weights: Vec<f64> = weights.collect();
    let sum: f64 = weights.iter().sum();
    let mut upto = vec![0.0];
    let mut done = 0.0;
    for weight in &weights {
        done += weight;
        upto.push(if sum > 0.0 { done / sum } else { 0.0 });
    }
    // The last must be 1 exactly, or a record would be lost to rounding.
    if let Some(last) = upto.last_mut() {
        *last = 1.0;
    }
    upto
}

/// How many of a total fall on the `n`-th day of such shares.
pub fn quota(total: u64, upto: &[f64], n: usize) -> u64 {
    let before = |n: usize| (total as f64 * upto[n]) as u64;
    before(n + 1) - before(n)
}

/// The moment within a day at which this share of it is done.
pub fn warp(hours: &Hours, share: f64) -> i64 {
    let mut left = share * hours.iter().sum::<f64>();
    for (hour, weight) in hours.iter().enumerate() {
        if left < *weight {
            return hour as i64 * HOUR_US + (left / weight * HOUR_US as f64) as i64;
        }
        left -= weight;
    }
    DAY_US - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotas_of_all_days_add_up_to_the_total() {
        let upto = shares([0.3, 0.0, 2.0, 0.7, 0.1].into_iter());
        let days: Vec<u64> = (0..5).map(|n| quota(1_001, &upto, n)).collect();
        assert_eq!(days.iter().sum::<u64>(), 1_001);
        assert_eq!(days[1], 0);
    }

    #[test]
    fn a_day_is_warped_from_its_start_to_its_end_in_order() {
        let hours = of_rhythm(Rhythm::Office, Background::Holdout);
        let moments: Vec<i64> = (0..100).map(|n| warp(hours, f64::from(n) / 100.0)).collect();
        assert!(moments.is_sorted());
        assert!((5 * HOUR_US..6 * HOUR_US).contains(&moments[0]));
        assert!(moments[99] < DAY_US);
    }
}
