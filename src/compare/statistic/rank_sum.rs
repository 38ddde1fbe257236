//! The test of Mann, Whitney and Wilcoxon: whether accounts of A tend to have more than those of B.

use super::estimate::{LEAST_ACCOUNTS, Test};
use super::null::{EXACT, Ways, corrected_z, ties};
use super::{Dominance, Sample};

/// The two-sided p, with U of side A. Exact where no two accounts have the same number and neither
/// side more than 50; else by the normal distribution with a correction for ties and for
/// continuity. `None` where a side is empty, where all are equal, and where the normal distribution
/// would stand on fewer than 5 accounts of a side.
pub fn rank_sum(a: &Sample, b: &Sample) -> Option<Test> {
    let counted = Dominance::of(a, b);
    let (n_a, n_b) = (a.n(), b.n());
    if n_a.min(n_b) == 0 {
        return None;
    }
    let n = (n_a + n_b) as f64;
    let pairs = n_a as f64 * n_b as f64;
    let equal = pairs - counted.above as f64 - counted.below as f64;
    let statistic = counted.above as f64 + 0.5 * equal;
    let tied = ties(merged(a.values(), b.values()));
    if tied == 0.0 && n_a.max(n_b) <= EXACT {
        let p = Ways::rank_sum(n_a, n_b).two_sided(counted.above);
        return Some(Test::of_p(p, statistic, "Mann–Whitney, exact"));
    }
    if n_a.min(n_b) < LEAST_ACCOUNTS {
        return None;
    }
    let variance = pairs / 12.0 * (n + 1.0 - tied / (n * (n - 1.0)));
    let z = corrected_z(statistic, 0.5 * pairs, variance)?;
    Test::of_z(z, statistic, "Mann–Whitney, normal with ties and continuity")
}

/// Both in one order.
fn merged<'a>(a: &'a [f64], b: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    std::iter::from_fn(move || {
        let is_a = match (a.peek(), b.peek()) {
            (Some(a), Some(b)) => a <= b,
            (a, _) => a.is_some(),
        };
        if is_a { a.next().copied() } else { b.next().copied() }
    })
}
