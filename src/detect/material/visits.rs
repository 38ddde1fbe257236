//! Sessions of every account: the one rollup that all detectors of timing begin with.

use super::Material;
use super::by_account::by_account;
use crate::detect::nulls::sessions::GAP_US;
use crate::model::{Call, TimePrecision, TimeQuality};

/// A stretch of calls of one account without a silence of more than [`GAP_US`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Time of its first call, µs.
    pub start: i64,
    /// Time of its last call, µs.
    pub end: i64,
    /// Row of its first call.
    pub first: u32,
    /// Row of its last call.
    pub last: u32,
    /// Calls.
    pub calls: u32,
}

/// Whether the times of such calls are good enough to be compared with others.
pub(super) fn is_sharp(call: &Call) -> bool {
    let precision = call.time_precision;
    !matches!(precision, TimePrecision::Minute | TimePrecision::Day | TimePrecision::None)
        && !matches!(call.time_quality, TimeQuality::Day | TimeQuality::None)
}

impl Material<'_> {
    /// Whether a row counts and its time is good enough to be compared with that of another: no
    /// day, no minute, no guess, and not far from all others.
    pub fn has_sharp_time(&self, row: u32) -> bool {
        self.near.contains(&row) && self.is_sharp[self.index.call_of(row) as usize]
    }

    /// The sessions of an account, in order of time.
    pub fn visits(&self, account: u32) -> &[Visit] {
        let of = self.visits.get(account as usize);
        of.map_or(&[], |of| of.get_or_init(|| self.find_visits(account)).as_slice())
    }

    /// Finds the sessions of all accounts, on all cores, for who will ask for most of them.
    pub fn find_all_visits(&self) {
        by_account(self.visits.len() as u32, |account| {
            self.visits(account);
        });
    }

    /// Naive: the counted rows of the account whose time is sharp, cut where two are further apart
    /// than [`GAP_US`].
    fn find_visits(&self, account: u32) -> Vec<Visit> {
        let mut visits: Vec<Visit> = Vec::new();
        for record in self.sharp_records(account) {
            let (row, Some(at)) = (record.row, record.at.map(|at| at.0)) else { continue };
            match visits.last_mut() {
                Some(visit) if at.saturating_sub(visit.end) <= GAP_US => {
                    (visit.end, visit.last) = (at, row);
                    visit.calls += 1;
                }
                _ => visits.push(Visit { start: at, end: at, first: row, last: row, calls: 1 }),
            }
        }
        visits.shrink_to_fit();
        visits
    }

    /// Of some accounts those that may be compared as strangers: of a known organisation the first
    /// alone, because it gives its accounts what they have in common.
    pub fn strangers(&self, accounts: &[u32]) -> Vec<u32> {
        let mut seen = std::collections::BTreeSet::new();
        let is_first = |account: &u32| self.organisation(*account).is_none_or(|o| seen.insert(o));
        accounts.iter().copied().filter(is_first).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::detect::testcase::{Sent, case};
    use crate::detect::testkit::attributes;
    use crate::detect::{Attributes, Material};
    use crate::model::TimePrecision;
    use crate::model::time::MINUTE_US;

    #[test]
    fn a_silence_cuts_and_a_time_to_the_day_is_no_session() {
        let sent =
            |minute: i64, account| Sent { at: minute * MINUTE_US, account, ..Sent::default() };
        let coarse = Sent { precision: TimePrecision::Day, ..sent(500, 0) };
        let index = case(&[sent(0, 0), sent(5, 1), sent(14, 0), sent(30, 0), coarse]);
        let none = Attributes::new();
        let material = Material::new(&index, &none, &[]);
        let of: Vec<(i64, i64, u32)> =
            material.visits(0).iter().map(|v| (v.start, v.end, v.calls)).collect();
        assert_eq!(of, [(0, 14 * MINUTE_US, 2), (30 * MINUTE_US, 30 * MINUTE_US, 1)]);
        assert_eq!(material.visits(1).len(), 1);
        assert!(material.visits(9).is_empty());
    }

    #[test]
    fn of_an_organisation_one_account_is_compared() {
        let sent = |account| Sent { account, ..Sent::default() };
        let index = case(&[sent(0), sent(1), sent(2), sent(3)]);
        let known = attributes(&[(0, "org_id", "o1"), (2, "org_id", "o1")]);
        let material = Material::new(&index, &known, &[]);
        assert_eq!(material.strangers(&[0, 1, 2, 3]), [0, 1, 3]);
    }
}
