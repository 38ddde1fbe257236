//! Records whose times lie far from all others: a clock that was never set, a year that was typed
//! wrong. What is told of days and hours would be told of decades without a call.

use std::ops::Range;

use super::Material;
use crate::index::Index;
use crate::model::finding::count;
use crate::model::time::DAY_US;
use crate::model::{Time, TimeSpan};

/// Days without any record, after which others are far.
const FAR_DAYS: i64 = 90;
/// One of so many records with a time may be far, at most; more are a second season, unless years lie
/// between the first and the last.
const ONE_OF: usize = 100;
const SEASONS_DAYS: i64 = 3 * 365;

/// The rows, of those with a time, that are not far from the others.
pub(super) fn near(index: &Index) -> Range<u32> {
    let timed = index.timed();
    let most = stretches(index).into_iter().max_by_key(|rows| (rows.len(), rows.start));
    let is_wide = index.span().is_some_and(|span| {
        span.end.0.saturating_sub(span.start.0) > SEASONS_DAYS.saturating_mul(DAY_US)
    });
    let is_most = |rows: &Range<u32>| ONE_OF * (timed.len() - rows.len()) <= timed.len();
    most.filter(|rows| is_wide || is_most(rows)).unwrap_or(timed)
}

/// The rows with a time, cut where nothing is for [`FAR_DAYS`].
///
/// Naive: cut between every two neighbours that are so far from each other.
fn stretches(index: &Index) -> Vec<Range<u32>> {
    let timed = index.timed();
    let mut stretches = Vec::new();
    let (mut from, mut row) = (timed.start, timed.start);
    while row < timed.end {
        let Some(at) = index.at(row) else { break };
        let beyond = Time(at.0.saturating_add(FAR_DAYS * DAY_US));
        let next = index.row_at(beyond).clamp(row + 1, timed.end);
        if next == row + 1 || next == timed.end {
            stretches.push(from..next);
            (from, row) = (next, next);
        } else {
            row = next - 1;
        }
    }
    stretches
}

impl Material<'_> {
    /// From the first record to the last but for those that lie far from all others.
    pub fn span(&self) -> Option<TimeSpan> {
        let last = self.near.end.checked_sub(1).filter(|last| *last >= self.near.start)?;
        let (start, last) = (self.index.at(self.near.start)?, self.index.at(last)?);
        Some(TimeSpan { start, end: Time(last.0.saturating_add(1)) })
    }

    /// What is left out because it lies far from all others, in words.
    pub fn remote(&self) -> Option<String> {
        let n = self.index.timed().len() - self.near.len();
        (n > 0).then(|| {
            let (records, lie) = if n == 1 { ("record", "lies") } else { ("records", "lie") };
            format!(
                "{} {records} that {lie} {FAR_DAYS} days or more from all others were left out where \
                 times are compared: a clock may not have been set",
                count(n)
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Attributes;
    use crate::detect::testcase::{Sent, case};

    fn days(days: impl IntoIterator<Item = i64>) -> Index {
        let sent = |day: i64| Sent { at: day * DAY_US, account: 0, ..Sent::default() };
        case(&days.into_iter().map(sent).collect::<Vec<_>>())
    }

    #[test]
    fn a_few_records_decades_away_are_left_out_and_said() {
        let index =
            days(std::iter::once(1).chain((0..300).map(|i| 20_000 + i % 60)).chain([90_000]));
        let none = Attributes::new();
        let material = Material::new(&index, &none, &[]);
        let span = material.span().expect("records");
        assert_eq!((span.start.0, span.end.0), (20_000 * DAY_US, 20_059 * DAY_US + 1));
        assert_eq!(material.sharp_records(0).count(), 300);
        assert!(!material.has_sharp_time(0) && material.has_sharp_time(1));
        let said = material.remote().expect("something is left out");
        assert!(said.starts_with("2 records that lie 90 days or more"), "{said}");
    }

    #[test]
    fn of_two_seasons_years_apart_the_larger_one_is_compared() {
        let index = days((0..40).chain(20_000..20_060));
        let none = Attributes::new();
        let material = Material::new(&index, &none, &[]);
        assert_eq!(material.sharp_records(0).count(), 60);
        assert!(material.remote().is_some_and(|said| said.starts_with("40 records")));
    }

    #[test]
    fn two_seasons_and_a_log_without_pauses_are_whole() {
        let none = Attributes::new();
        for index in [days((0..50).chain(200..250)), days((0..10).map(|i| i * 80)), days([])] {
            let material = Material::new(&index, &none, &[]);
            assert_eq!((near(&index), material.remote()), (index.timed(), None));
        }
    }

    #[test]
    fn stretches_end_where_nothing_is_for_long() {
        let index = days([0, 0, 30, 119, 211, 400, 400]);
        assert_eq!(stretches(&index), [0..4, 4..5, 5..7]);
    }
}
