//! How evenly work is dealt out between accounts. People use theirs as much as they like, some a
//! hundred times as much as others; a pool uses its accounts alike.

use super::Material;
use crate::model::time::DAY_US;

/// Calls below which an account has no rate.
const LEAST_CALLS: u64 = 10;
/// Part of the unevenness among all accounts from which on accounts are not those of one pool:
/// pools have up to 0.28 of it, classes and users of one program 0.37 and more.
pub const EVEN: f64 = 0.33;

/// The standard deviation of the logarithm of how often a day accounts do something, from their first
/// record to their last; each with how often it does. `None` of fewer than three that do it ten times.
pub fn unevenness(material: &Material<'_>, accounts: &[(u32, u64)]) -> Option<f64> {
    let index = material.index;
    let rate = |(account, times): &(u32, u64)| {
        let rows = index.rows_of_account(*account);
        let at = |row: Option<&u32>| row.and_then(|row| index.at(*row));
        let (first, last) = (at(rows.first())?, at(rows.last())?);
        let days = last.0.saturating_sub(first.0) as f64 / DAY_US as f64;
        (*times >= LEAST_CALLS).then(|| libm::log(*times as f64 / days.max(1.0)))
    };
    let rates: Vec<f64> = accounts.iter().filter_map(rate).collect();
    (rates.len() >= 3).then(|| deviation(&rates))
}

impl Material<'_> {
    /// The same of these accounts by all of their records.
    pub fn unevenness_of(&self, accounts: impl Iterator<Item = u32>) -> Option<f64> {
        let calls = |account| (account, self.index.rows_of_account(account).len() as u64);
        unevenness(self, &accounts.map(calls).collect::<Vec<_>>())
    }

    /// The same of all accounts of the case.
    pub fn unevenness_of_all(&self) -> Option<f64> {
        *self.unevenness.get_or_init(|| self.unevenness_of(0..self.index.accounts().len() as u32))
    }
}

/// The standard deviation.
fn deviation(of: &[f64]) -> f64 {
    let n = of.len() as f64;
    let mean = of.iter().sum::<f64>() / n;
    libm::sqrt(of.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0))
}
