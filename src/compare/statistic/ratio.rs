//! Score intervals for the ratio of two shares and of their odds: the ratios that a test of the
//! counts would not reject.

use libm::{exp, sqrt};

use super::estimate::Z;

/// Natural logarithms of ratios that are looked at; counts of 64 bits lie within.
const FARTHEST: f64 = 90.0;

/// Accounts that have something, of all accounts of a side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Part {
    /// Those that have it.
    pub k: f64,
    /// All.
    pub n: f64,
}

impl Part {
    pub fn share(self) -> f64 {
        self.k / self.n
    }
}

/// How far the share of A lies above `ratio` times that of B, in standard deviations under the
/// shares that are most likely if that is the ratio: P. A. R. Koopman, Biometrics 40, 1984, in the
/// form of O. Miettinen and M. Nurminen, Stat. Med. 4, 1985, without their factor n/(n − 1).
fn risk_score(a: Part, b: Part, ratio: f64) -> f64 {
    // Shares are a root of a quadratic whose discriminant is written without subtracting squares,
    // and the smaller root in the form that does not subtract at all.
    let (of_a, of_b) = (ratio * (a.n + b.k), a.k + b.n);
    let square = (of_a - of_b) * (of_a - of_b) + 4.0 * ratio * (a.n - a.k) * (b.n - b.k);
    let share_b = (2.0 * (a.k + b.k) / (of_a + of_b + sqrt(square))).clamp(0.0, 1.0);
    let share_a = (ratio * share_b).clamp(0.0, 1.0);
    let variance =
        share_a * (1.0 - share_a) / a.n + ratio * ratio * share_b * (1.0 - share_b) / b.n;
    standardised(a.share() - ratio * b.share(), variance)
}

/// The same for the odds, after J. Cornfield, Proc. 3rd Berkeley Symp. 4, 1956, without his
/// correction for continuity.
fn odds_score(a: Part, b: Part, ratio: f64) -> f64 {
    // The larger share comes from the smaller one, which loses no digits: never the other way.
    if ratio < 1.0 {
        return -odds_score(b, a, 1.0 / ratio);
    }
    let all = a.k + b.k;
    let square = b.n * (ratio - 1.0);
    let linear = a.n * ratio + b.n - all * (ratio - 1.0);
    let root = sqrt((linear * linear + 4.0 * square * all).max(0.0));
    let share_b = match linear > 0.0 {
        true => 2.0 * all / (linear + root),
        false => (root - linear) / (2.0 * square),
    };
    let share_b = share_b.clamp(0.0, 1.0);
    let scale = 1.0 + share_b * (ratio - 1.0);
    let (share_a, rest_a) = (ratio * share_b / scale, (1.0 - share_b) / scale);
    // What one side lacks the other has too much; the smaller side has it with more digits.
    let distance = match b.n <= a.n {
        true => b.n * share_b - b.k,
        false if share_a < 0.5 => a.k - a.n * share_a,
        false => a.n * rest_a - (a.n - a.k),
    };
    let (of_a, of_b) = (a.n * share_a * rest_a, b.n * share_b * (1.0 - share_b));
    standardised(distance, of_a * of_b / (of_a + of_b).max(f64::MIN_POSITIVE))
}

fn standardised(distance: f64, variance: f64) -> f64 {
    if distance == 0.0 { 0.0 } else { distance / sqrt(variance.max(0.0)) }
}

/// The ratio at which a falling score passes `target`.
fn crossing(score: impl Fn(f64) -> f64, target: f64) -> f64 {
    let (mut low, mut high) = (-FARTHEST, FARTHEST);
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if score(exp(middle)) > target {
            low = middle;
        } else {
            high = middle;
        }
    }
    exp(0.5 * (low + high))
}

/// A ratio, maybe infinite, and the ends of its 95 % interval; `None` where it would be nothing by
/// nothing.
pub(super) type Ratio = Option<(f64, f64, f64)>;

fn interval(value: f64, score: impl Fn(f64) -> f64) -> (f64, f64, f64) {
    let low = if value == 0.0 { 0.0 } else { crossing(&score, Z) };
    let high = if value == f64::INFINITY { value } else { crossing(&score, -Z) };
    (value, low, high)
}

/// The share of A by that of B.
pub(super) fn risk(a: Part, b: Part) -> Ratio {
    let value = a.share() / b.share();
    (!value.is_nan()).then(|| interval(value, |ratio| risk_score(a, b, ratio)))
}

/// The odds of A by those of B.
pub(super) fn odds(a: Part, b: Part) -> Ratio {
    let all = a.k + b.k;
    if all == 0.0 || all == a.n + b.n {
        return None;
    }
    // By products, which are 0 on one side at most: odds may be 0 or infinite on both.
    let value = a.k * (b.n - b.k) / (b.k * (a.n - a.k));
    Some(interval(value, |ratio| odds_score(a, b, ratio)))
}
