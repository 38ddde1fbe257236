//! How evenly work is dealt out between accounts. People use theirs as much as they like, some a
//! hundred times as much as others; a pool uses its accounts alike.

use super::Material;
use crate::model::time::DAY_US;

/// How often an account must do something to have a rate: of all its calls.
const LEAST_CALLS: u64 = 10;
/// Part of the unevenness among all accounts from which on accounts are not those of one pool:
/// pools have up to 0.28 of it, classes and users of one program 0.37 and more.
pub const EVEN: f64 = 0.33;

/// The standard deviation of the logarithm of how often a day accounts do something, from their first
/// record to their last, beyond what is left to chance where it is counted (of n, 1/n of the
/// variance, after Poisson); each with how often it does. `None` of fewer than three that do it
/// `least` times.
pub fn unevenness(material: &Material<'_>, accounts: &[(u32, u64)], least: u64) -> Option<f64> {
    let rate = |(account, times): &(u32, u64)| {
        let (days, times) = (days_of(material, *account), *times as f64);
        (libm::log(times / days), 1.0 / times)
    };
    let often = accounts.iter().filter(|(_, times)| *times >= least.max(1));
    let rates: Vec<(f64, f64)> = often.map(rate).collect();
    (rates.len() >= 3).then(|| deviation(&rates))
}

/// How long an account is in use, from its first record to its last: a day at least.
pub fn days_of(material: &Material<'_>, account: u32) -> f64 {
    let index = material.index;
    let mut times = index.rows_of_account(account).iter().filter_map(|row| index.at(*row));
    let first = times.next();
    let span = first.zip(times.next_back()).map_or(0, |(a, b)| b.0.saturating_sub(a.0));
    (span as f64 / DAY_US as f64).max(1.0)
}

impl Material<'_> {
    /// The same of these accounts by all of their records.
    pub fn unevenness_of(&self, accounts: impl Iterator<Item = u32>) -> Option<f64> {
        let calls = |account| (account, self.index.rows_of_account(account).len() as u64);
        unevenness(self, &accounts.map(calls).collect::<Vec<_>>(), LEAST_CALLS)
    }

    /// The same of all accounts of the case.
    pub fn unevenness_of_all(&self) -> Option<f64> {
        *self.unevenness.get_or_init(|| self.unevenness_of(0..self.index.accounts().len() as u32))
    }
}

/// The standard deviation of values, each with the part of the variance that chance has.
fn deviation(of: &[(f64, f64)]) -> f64 {
    let n = of.len() as f64;
    let mean = of.iter().map(|(x, _)| x).sum::<f64>() / n;
    let variance = of.iter().map(|(x, _)| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    let by_chance = of.iter().map(|(_, by_chance)| by_chance).sum::<f64>() / n;
    libm::sqrt((variance - by_chance).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::deviation;

    #[test]
    fn what_chance_has_of_the_variance_is_no_unevenness() {
        let counts = |of: &[f64]| of.iter().map(|n| (libm::log(*n), 1.0 / n)).collect::<Vec<_>>();
        assert_eq!(deviation(&counts(&[5.0, 6.0, 5.0, 4.0, 6.0])), 0.0, "hardly differ");
        let people = deviation(&counts(&[10.0, 20.0, 400.0, 35.0, 12.0]));
        assert!((1.3..1.6).contains(&people), "{people}");
    }
}
