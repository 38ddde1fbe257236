//! Calls of every account by hour: what totals, habits and changes are made of.

use super::Material;
use super::by_account::by_account;
use crate::index::Record;
use crate::model::Time;
use crate::model::time::HOUR_US;

impl Material<'_> {
    /// Calls of an account by hour since the epoch, hours without any left out, in order. Rows that
    /// count and whose time is sharp.
    pub fn hours(&self, account: u32) -> &[(u32, u32)] {
        let of = self.hours.get(account as usize);
        of.map_or(&[], |of| of.get_or_init(|| self.find_hours(account)).as_slice())
    }

    /// Naive: for every sharp row of the account, count it to the hour of its time.
    fn find_hours(&self, account: u32) -> Vec<(u32, u32)> {
        let mut hours: Vec<(u32, u32)> = Vec::new();
        for at in self.sharp_records(account).filter_map(|record| record.at) {
            let hour = u32::try_from(at.0.div_euclid(HOUR_US)).unwrap_or(0);
            match hours.last_mut() {
                Some(last) if last.0 == hour => last.1 += 1,
                _ => hours.push((hour, 1)),
            }
        }
        hours.shrink_to_fit();
        hours
    }

    /// The rows of an account that its hours count, of a stretch of hours since the epoch.
    pub fn sharp_in(&self, account: u32, hours: std::ops::Range<u32>) -> impl Iterator<Item = u32> {
        let hour = |at: Time| u32::try_from(at.0.div_euclid(HOUR_US)).unwrap_or(0);
        let is_in = move |record: &Record| record.at.is_some_and(|at| hours.contains(&hour(at)));
        self.sharp_records(account).filter(is_in).map(|record| record.row)
    }

    /// The calls of everybody but some accounts by hour of a stretch of hours.
    ///
    /// Naive: [`Material::hourly`] of all accounts that are not among them.
    pub fn hourly_of_others(&self, but: &[u32], hours: std::ops::Range<u32>) -> Vec<u64> {
        let (start, all) = self.all_hours.get_or_init(|| {
            let accounts: Vec<u32> = (0..self.index.accounts().len() as u32).collect();
            by_account(accounts.len() as u32, |account| {
                self.hours(account);
            });
            let ends = accounts.iter().filter_map(|account| {
                let hours = self.hours(*account);
                Some((hours.first()?.0, hours.last()?.0 + 1))
            });
            let span = ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or_default();
            (span.0, self.hourly(&accounts, span.0..span.1))
        });
        let total = |hour: u32| hour.checked_sub(*start).and_then(|at| all.get(at as usize));
        let own = self.hourly(but, hours.clone());
        let left = |(hour, own): (u32, u64)| total(hour).map_or(0, |all| all.saturating_sub(own));
        hours.zip(own).map(left).collect()
    }

    /// The calls of some accounts by hour of a stretch of hours.
    pub fn hourly(&self, accounts: &[u32], hours: std::ops::Range<u32>) -> Vec<u64> {
        let mut sums = vec![0_u64; hours.len()];
        for (hour, n) in accounts.iter().flat_map(|account| self.hours(*account)) {
            if hours.contains(hour) {
                sums[(hour - hours.start) as usize] += u64::from(*n);
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use crate::detect::testcase::{Sent, case};
    use crate::detect::{Attributes, Material};
    use crate::model::TimePrecision;
    use crate::model::time::{HOUR_US, MINUTE_US};

    #[test]
    fn calls_are_counted_by_hour_and_those_known_to_the_day_are_not() {
        let sent = |at, account| Sent { at, account, ..Sent::default() };
        let coarse = Sent { precision: TimePrecision::Day, ..sent(HOUR_US, 0) };
        let index =
            case(&[sent(0, 0), sent(MINUTE_US, 0), sent(2 * HOUR_US, 0), sent(5, 1), coarse]);
        let none = Attributes::new();
        let material = Material::new(&index, &none, &[]);
        assert_eq!(material.hours(0), [(0, 2), (2, 1)]);
        assert_eq!(material.hourly(&[0, 1], 0..3), [3, 0, 1]);
        assert_eq!(material.hourly(&[0, 1], 2..3), [1]);
        assert_eq!(material.hourly_of_others(&[0], 0..4), [1, 0, 0, 0]);
        assert_eq!(material.hourly_of_others(&[], 0..3), [3, 0, 1]);
    }
}
