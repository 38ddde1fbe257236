//! How evenly work is dealt out between accounts. People use theirs as much as they like, some a
//! hundred times as much as others; a pool uses its accounts alike.

use super::Material;
use crate::detect::stats::chi_square;
use crate::model::time::DAY_US;

/// How often an account must do something to have a rate: of all its calls.
const LEAST_CALLS: u64 = 10;
/// Part of the unevenness among all accounts from which on accounts are not those of one pool:
/// pools have up to 0.28 of it, classes and users of one program 0.37 and more.
pub const EVEN: f64 = 0.33;

/// How far accounts differ in how often they do something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unevenness {
    /// Accounts that do it often enough.
    pub accounts: usize,
    /// The variance of the logarithm of how often a day they do.
    pub variance: f64,
    /// What is left to chance of it, where it is counted: of n, 1/n, after Poisson.
    pub by_chance: f64,
}

impl Unevenness {
    /// The standard deviation, beyond chance.
    pub fn deviation(&self) -> f64 {
        libm::sqrt((self.variance - self.by_chance).max(0.0))
    }

    /// How likely accounts are found as even as that, or more, whose standard deviation is this one:
    /// of a few nobody can say so. (n − 1)·s²/σ² is χ² with n − 1 degrees of freedom.
    pub fn p_of(&self, deviation: f64) -> Option<f64> {
        let freedom = self.accounts as f64 - 1.0;
        let variance = deviation * deviation + self.by_chance;
        let above = chi_square::ln_above(freedom * self.variance / variance, freedom)?;
        Some(1.0 - libm::exp(above))
    }
}

/// How far accounts differ in how often a day they do something, from their first record to their last;
/// each with how often it does. `None` of fewer than three that do it `least` times.
pub fn unevenness(
    material: &Material<'_>,
    accounts: &[(u32, u64)],
    least: u64,
) -> Option<Unevenness> {
    let rate = |(account, times): &(u32, u64)| {
        let (days, times) = (days_of(material, *account), *times as f64);
        (libm::log(times / days), 1.0 / times)
    };
    let often = accounts.iter().filter(|(_, times)| *times >= least.max(1));
    let rates: Vec<(f64, f64)> = often.map(rate).collect();
    (rates.len() >= 3).then(|| of_rates(&rates))
}

/// How long an account is in use, from its first record to its last: a day at least.
pub fn days_of(material: &Material<'_>, account: u32) -> f64 {
    let all = material.days_in_use.get_or_init(|| {
        let accounts = 0..material.index.accounts().len() as u32;
        accounts.map(|account| find_days(material, account)).collect()
    });
    all[account as usize]
}

fn find_days(material: &Material<'_>, account: u32) -> f64 {
    let index = material.index;
    // One record of decades ago would make it in use for decades.
    let rows = index.rows_of_account(account).iter().filter(|row| material.near.contains(row));
    let mut times = rows.filter_map(|row| index.at(*row));
    let first = times.next();
    let span = first.zip(times.next_back()).map_or(0, |(a, b)| b.0.saturating_sub(a.0));
    (span as f64 / DAY_US as f64).max(1.0)
}

impl Material<'_> {
    /// The same of these accounts by all of their records.
    pub fn unevenness_of(&self, accounts: impl Iterator<Item = u32>) -> Option<Unevenness> {
        let calls = |account| (account, self.index.rows_of_account(account).len() as u64);
        unevenness(self, &accounts.map(calls).collect::<Vec<_>>(), LEAST_CALLS)
    }

    /// The standard deviation among all accounts of the case.
    pub fn unevenness_of_all(&self) -> Option<f64> {
        let all = || self.unevenness_of(0..self.index.accounts().len() as u32);
        *self.unevenness.get_or_init(|| Some(all()?.deviation()))
    }
}

/// Of logarithms of rates, each with the part of the variance that chance has.
fn of_rates(of: &[(f64, f64)]) -> Unevenness {
    let n = of.len() as f64;
    let mean = of.iter().map(|(x, _)| x).sum::<f64>() / n;
    let variance = of.iter().map(|(x, _)| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    let by_chance = of.iter().map(|(_, by_chance)| by_chance).sum::<f64>() / n;
    Unevenness { accounts: of.len(), variance, by_chance }
}

#[cfg(test)]
mod tests {
    use super::of_rates;

    fn counts(of: &[f64]) -> super::Unevenness {
        of_rates(&of.iter().map(|n| (libm::log(*n), 1.0 / n)).collect::<Vec<_>>())
    }

    #[test]
    fn what_chance_has_of_the_variance_is_no_unevenness() {
        let even = counts(&[5.0, 6.0, 5.0, 4.0, 6.0]).deviation();
        assert!(even.abs() < 1e-12, "hardly differ: {even}");
        let people = counts(&[10.0, 20.0, 400.0, 35.0, 12.0]).deviation();
        assert!((1.3..1.6).contains(&people), "{people}");
    }

    #[test]
    fn a_few_accounts_may_be_as_even_though_they_are_those_of_people_and_many_are_not() {
        let few = [41.0, 41.0, 65.0, 42.0, 46.0];
        let p = |of: &[f64]| counts(of).p_of(0.33).expect("freedom");
        assert!(p(&few) > 0.05, "{}", p(&few));
        let many: Vec<f64> = few.iter().cycle().take(40).copied().collect();
        assert!(p(&many) < 0.01, "{}", p(&many));
    }
}
