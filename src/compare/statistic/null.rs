//! What rank sums are without a difference: exact counts for few accounts, the normal
//! distribution for many.
//!
//! H. B. Mann and D. R. Whitney, Ann. Math. Stat. 18, 1947; F. Wilcoxon, Biometrics Bull. 1, 1945.

use libm::{floor, sqrt};

use super::estimate::Z;

/// Accounts of a side up to which counts are exact.
pub(super) const EXACT: u64 = 50;

/// The number of ways, out of all, to each value of a statistic.
pub(super) struct Ways(Vec<u128>);

impl Ways {
    /// To each U of `n_a` accounts against `n_b`, 0 to n_a · n_b; both up to [`EXACT`].
    ///
    /// The ways are the coefficients of the Gaussian binomial ∏ (1 − qⁿᵇ⁺ⁱ)/(1 − qⁱ). Halfway they
    /// may be negative, and they wrap; the end fits, since there are C(100, 50) < 2⁹⁷ at most.
    pub fn rank_sum(n_a: u64, n_b: u64) -> Self {
        let (few, many) = (n_a.min(n_b) as usize, n_a.max(n_b) as usize);
        let mut ways = vec![0_u128; few * many + 1];
        ways[0] = 1;
        for i in 1..=few {
            for u in (many + i..ways.len()).rev() {
                ways[u] = ways[u].wrapping_sub(ways[u - many - i]);
            }
            for u in i..ways.len() {
                ways[u] = ways[u].wrapping_add(ways[u - i]);
            }
        }
        Self(ways)
    }

    /// To each sum of the ranks 1 to `n` that got a positive sign; `n` up to [`EXACT`].
    pub fn signed_rank(n: u64) -> Self {
        let n = n as usize;
        let mut ways = vec![0_u128; n * (n + 1) / 2 + 1];
        ways[0] = 1;
        for rank in 1..=n {
            for sum in (rank..ways.len()).rev() {
                ways[sum] += ways[sum - rank];
            }
        }
        Self(ways)
    }

    fn all(&self) -> f64 {
        self.0.iter().sum::<u128>() as f64
    }

    /// Twice the smaller tail from `value` on, 1 at most.
    pub fn two_sided(&self, value: u64) -> f64 {
        // Both statistics are symmetric.
        let last = self.0.len() - 1;
        let value = (value as usize).min(last);
        let tail: u128 = self.0[..=value.min(last - value)].iter().sum();
        (2.0 * tail as f64 / self.all()).min(1.0)
    }

    /// The largest c with 2 · P(below c) ≤ 5 %: the c-th smallest and the c-th largest pair end an
    /// interval of 95 %. 0 where there is none.
    pub fn critical(&self) -> u64 {
        let (all, mut below) = (self.all(), 0_u128);
        for (value, ways) in self.0.iter().enumerate() {
            below += ways;
            if 2.0 * below as f64 > 0.05 * all {
                return value as u64;
            }
        }
        0
    }
}

/// The same c by the normal distribution with a correction for continuity.
pub(super) fn critical_of_many(mean: f64, variance: f64) -> u64 {
    floor(mean + 0.5 - Z * sqrt(variance)).max(0.0) as u64
}

/// |value − mean| in standard deviations, corrected for continuity by half a step towards the mean.
pub(super) fn corrected_z(value: f64, mean: f64, variance: f64) -> Option<f64> {
    (variance > 0.0).then(|| ((value - mean).abs() - 0.5).max(0.0) / sqrt(variance))
}

/// Σ t³ − t over runs of equal values, and whether there is a run at all, in sorted values.
pub(super) fn ties(sorted: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut run, mut last) = (0.0, 0.0, f64::NAN);
    for value in sorted {
        if value == last {
            run += 1.0;
        } else {
            sum += run * run * run - run;
            (run, last) = (1.0, value);
        }
    }
    sum + run * run * run - run
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_are_those_of_small_tables() {
        assert_eq!(Ways::rank_sum(2, 3).0, [1, 1, 2, 2, 2, 1, 1]);
        assert_eq!(Ways::signed_rank(3).0, [1, 1, 1, 2, 1, 1, 1]);
        let most = Ways::rank_sum(EXACT, EXACT);
        let symmetric = most.0.iter().eq(most.0.iter().rev());
        // C(100, 50).
        let all = 100_891_344_545_564_193_334_812_497_256;
        assert!(symmetric && most.0.iter().sum::<u128>() == all);
    }

    #[test]
    fn critical_values_are_those_of_printed_tables() {
        // Hollander and Wolfe, two-sided 5 %: the largest U that is still rare, and one more.
        assert_eq!(Ways::rank_sum(5, 5).critical(), 3);
        assert_eq!(Ways::rank_sum(10, 10).critical(), 24);
        assert_eq!(Ways::signed_rank(6).critical(), 1);
        assert_eq!(Ways::signed_rank(10).critical(), 9);
        assert_eq!((Ways::signed_rank(5).critical(), Ways::rank_sum(2, 2).critical()), (0, 0));
    }

    #[test]
    fn many_are_normal_where_counts_end() {
        let (n, ways) = (EXACT as f64, Ways::rank_sum(EXACT, EXACT));
        let of_many = critical_of_many(n * n / 2.0, n * n * (2.0 * n + 1.0) / 12.0);
        assert!(of_many.abs_diff(ways.critical()) <= 1, "{of_many} {}", ways.critical());
        assert_eq!(ties([1.0, 1.0, 2.0, 3.0, 3.0, 3.0]), 30.0);
    }
}
