//! Own days: what an account does on one of its days it does on another of its days, at the same time.
//!
//! Whole days that are shifted ([`super::day_shift`]) put the working days of one on the holidays of
//! another. Where all keep the same week, and the same holidays, any order of theirs is then more
//! regular than its shifts, though none knows of the others. Here everybody is there on the days on which
//! he is there, as long as he is; who comes before whom goes. A day begins at the quietest time of
//! its account's, and working days change places with working days.
//!
//! What is there on a few days only keeps its order whatever is drawn, so that this null is asked of
//! accounts that are there on a good part of the days.

use crate::model::rng::Rng;
use crate::model::time::DAY_US;

/// The part of the days on which an account must be there.
const LEAST_PRESENCE: f64 = 1.0 / 3.0;

/// The days of some accounts.
#[derive(Clone, Debug)]
pub struct OwnDays {
    of_account: Vec<Calendar>,
    /// Days from the first to the last, both included.
    span: i64,
}

/// The days of one account.
#[derive(Clone, Debug, Default)]
struct Calendar {
    /// When a day begins, µs after midnight.
    begins: i64,
    /// Its working days and its weekends, by their numbers, rising.
    days: [Vec<i64>; 2],
}

impl Calendar {
    fn of(starts: &[i64]) -> Self {
        let begins = quietest(starts.iter());
        let mut days = [Vec::new(), Vec::new()];
        for at in starts {
            let day = (at - begins).div_euclid(DAY_US);
            days[kind(day)].push(day);
        }
        for of in &mut days {
            of.sort_unstable();
            of.dedup();
        }
        Self { begins, days }
    }
}

/// 0 for a working day, 1 for one of a weekend. The epoch was a Thursday.
fn kind(day: i64) -> usize {
    usize::from((day + 3).rem_euclid(7) >= 5)
}

/// Where the days of each account go in one draw.
#[derive(Clone, Debug)]
pub struct Places<'a> {
    of: &'a OwnDays,
    to: Vec<[Vec<i64>; 2]>,
}

impl OwnDays {
    /// Of starts of sessions with the number of the account, which is below `accounts`.
    pub fn of(starts: impl Iterator<Item = (u32, i64)>, accounts: usize) -> Self {
        let mut by_account = vec![Vec::new(); accounts];
        starts.for_each(|(account, at)| by_account[account as usize].push(at));
        let days = || by_account.iter().flatten().map(|at| at.div_euclid(DAY_US));
        let span = days().max().zip(days().min()).map_or(0, |(last, first)| last - first + 1);
        let of_account = by_account.iter().map(|starts| Calendar::of(starts)).collect();
        Self { of_account, span }
    }

    /// Whether most accounts are there on a good part of the days.
    pub fn can_tell(&self) -> bool {
        let is_there = |calendar: &&Calendar| {
            let days = calendar.days.iter().map(Vec::len).sum::<usize>();
            days as f64 >= LEAST_PRESENCE * self.span as f64
        };
        2 * self.of_account.iter().filter(is_there).count() > self.of_account.len()
    }

    /// Draws where the days go.
    pub fn draw(&self, rng: &mut Rng) -> Places<'_> {
        let mut drawn = |days: &Vec<i64>| {
            let mut to = days.clone();
            for i in (1..to.len()).rev() {
                to.swap(i, rng.below(i as u64 + 1) as usize);
            }
            to
        };
        let to = self.of_account.iter().map(|of| of.days.each_ref().map(&mut drawn)).collect();
        Places { of: self, to }
    }
}

impl Places<'_> {
    /// Where a start of an account goes that the days were made of; another stays where it is.
    pub fn moved(&self, account: u32, at: i64) -> i64 {
        let calendar = &self.of.of_account[account as usize];
        let day = (at - calendar.begins).div_euclid(DAY_US);
        let kind = kind(day);
        let place = calendar.days[kind].binary_search(&day);
        place.map_or(at, |place| at + (self.to[account as usize][kind][place] - day) * DAY_US)
    }
}

/// The middle of the longest time of day in which none of these times is, µs after midnight.
pub fn quietest<'t>(times: impl Iterator<Item = &'t i64>) -> i64 {
    let mut of_day: Vec<i64> = times.map(|at| at.rem_euclid(DAY_US)).collect();
    of_day.sort_unstable();
    of_day.extend(of_day.first().map(|first| first + DAY_US));
    let longest = of_day.windows(2).max_by_key(|two| two[1] - two[0]);
    longest.map_or(0, |two| (two[0] + (two[1] - two[0]) / 2).rem_euclid(DAY_US))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::rng::Rng;
    use crate::model::time::HOUR_US;

    proptest! {
        #[test]
        fn an_account_is_there_on_its_days_at_its_times_with_as_many_sessions(
            starts in prop::collection::vec((0_u32..3, 0_i64..40 * DAY_US), 1..80), seed in 0_u64..99,
        ) {
            let own = OwnDays::of(starts.iter().copied(), 3);
            let places = own.draw(&mut Rng::new(&[seed]));
            for account in 0..3 {
                let of = starts.iter().filter(|(a, _)| *a == account).map(|(_, at)| *at);
                let before: Vec<i64> = of.collect();
                let after: Vec<i64> = before.iter().map(|at| places.moved(account, *at)).collect();
                let begins = own.of_account[account as usize].begins;
                let sorted = |of: &[i64], key: fn(i64) -> i64| {
                    let mut all: Vec<i64> = of.iter().map(|at| key(*at)).collect();
                    all.sort_unstable();
                    all
                };
                prop_assert_eq!(
                    sorted(&before, |at| at.rem_euclid(DAY_US)),
                    sorted(&after, |at| at.rem_euclid(DAY_US))
                );
                let days = |of: &[i64]| {
                    let mut all: Vec<i64> =
                        of.iter().map(|at| (at - begins).div_euclid(DAY_US)).collect();
                    all.sort_unstable();
                    all.dedup();
                    all
                };
                prop_assert_eq!(days(&before), days(&after));
            }
        }
    }

    #[test]
    fn a_day_begins_in_the_night_of_its_account_and_a_few_days_tell_nothing() {
        // From 22 to 2 o'clock.
        let evening = |day: i64, hour: i64| (0, day * DAY_US + (22 + hour) * HOUR_US);
        let starts: Vec<(u32, i64)> =
            (4..14).flat_map(|day| (0..4).map(move |hour| evening(day, hour))).collect();
        let own = OwnDays::of(starts.iter().copied(), 1);
        assert_eq!(own.of_account[0].days.each_ref().map(Vec::len), [8, 2]);
        assert!(own.can_tell());
        let few = starts.iter().filter(|(_, at)| at.div_euclid(DAY_US) % 4 == 0);
        let far = [(1, 0), (1, 60 * DAY_US)];
        assert!(!OwnDays::of(few.copied().chain(far), 2).can_tell());
    }
}
