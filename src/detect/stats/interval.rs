//! Intervals for a share and for the ratio of two rates.

use libm::sqrt;

use super::{binomial, normal};

/// A range that holds the true value with the confidence asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end; infinite where nothing bounds it.
    pub high: f64,
}

/// The share behind `hits` of `n`, after Wilson (1927). `None` without trials, for more hits
/// than trials, and for a confidence outside 0…1.
pub fn wilson(hits: u64, n: u64, confidence: f64) -> Option<Interval> {
    if n == 0 || hits > n || !(confidence > 0.0 && confidence < 1.0) {
        return None;
    }
    let z = normal::z_of_ln(libm::log(0.5 * (1.0 - confidence)))?;
    let (k, n) = (hits as f64, n as f64);
    let middle = (k + 0.5 * z * z) / (n + z * z);
    let half = z / (n + z * z) * sqrt(k * (n - k) / n + 0.25 * z * z);
    let low = if hits == 0 { 0.0 } else { (middle - half).max(0.0) };
    let high = if k == n { 1.0 } else { (middle + half).min(1.0) };
    Some(Interval { low, high })
}

/// The ratio of two Poisson rates, `count` in `time` over `count_0` in `time_0`: the exact
/// conditional interval (given their sum, the first count is binomial; Clopper and Pearson,
/// 1934). `None` without events, without time, and for a confidence outside 0…1.
pub fn rate_ratio(
    (count, time): (u64, f64),
    (count_0, time_0): (u64, f64),
    confidence: f64,
) -> Option<Interval> {
    let n = count.checked_add(count_0)?;
    let timed = [time, time_0].iter().all(|t| *t > 0.0 && t.is_finite());
    if n == 0 || !timed || !(confidence > 0.0 && confidence < 1.0) {
        return None;
    }
    let ln_half = libm::log(0.5 * (1.0 - confidence));
    let low = if count == 0 {
        0.0
    } else {
        solve(|p| binomial::ln_at_least(count, n, p).is_some_and(|ln| ln < ln_half))
    };
    let high = if count_0 == 0 {
        1.0
    } else {
        solve(|p| binomial::ln_at_most(count, n, p).is_some_and(|ln| ln >= ln_half))
    };
    let ratio = |p: f64| if p >= 1.0 { f64::INFINITY } else { p / (1.0 - p) * (time_0 / time) };
    Some(Interval { low: ratio(low), high: ratio(high) })
}

/// The probability up to which something holds.
fn solve(holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}
