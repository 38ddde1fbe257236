//! Day-shift surrogates: every account's whole series moves by a number of whole days of its own.
//!
//! What an account does at which hour, its bursts, its sessions and its hourly jobs stay as they
//! are; what it does at the same moment as another goes. The days are a circle: what leaves at
//! the end comes in at the beginning. Three things make that sound.
//!
//! *Whole days.* A part of a day at either end would hold hours that were never looked at, into
//! which other days then move. The circle therefore begins with the span and has as many days as
//! fit; what comes after is left out, also of the statistic that is compared
//! ([`DayShift::holds`]).
//!
//! *Kinds of day.* From four weeks on, working days change places with working days and weekends
//! with weekends (UTC), each kind a circle of its own with a shift of its own. Days then begin at
//! midnight, and the parts of days at both ends are left out. Below four weeks a weekend has too
//! few places to go to.
//!
//! *What it cannot see.* Whoever does the same every day at the same moment does so on shifted
//! days, too: networks that work by the clock look like unrelated clocks. That errs on the side
//! of innocence.

use crate::model::rng::Rng;
use crate::model::time::DAY_US;

/// From so many whole days on, weekends keep apart.
const WEEKS: i64 = 28;

/// The days that change places.
#[derive(Clone, Debug)]
pub struct DayShift {
    start: i64,
    /// For every day, whether it is in the second circle and its place there.
    places: Vec<(usize, u32)>,
    /// The days of each circle.
    circles: [Vec<u32>; 2],
}

/// By how many places an account's days move, in each circle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift([u32; 2]);

impl DayShift {
    /// Of a span `start..end` of time, µs. `None` where it holds fewer than two whole days.
    pub fn new(start: i64, end: i64) -> Option<Self> {
        let midnight = start.checked_add(DAY_US - 1)?.div_euclid(DAY_US) * DAY_US;
        let days = end.saturating_sub(midnight).div_euclid(DAY_US);
        if days >= WEEKS {
            return Some(Self::circles(midnight, days, |day| {
                // The epoch was a Thursday.
                let weekday = (midnight.div_euclid(DAY_US) + day + 3).rem_euclid(7);
                usize::from(weekday >= 5)
            }));
        }
        let days = end.saturating_sub(start).div_euclid(DAY_US);
        (days >= 2).then(|| Self::circles(start, days, |_| 0))
    }

    fn circles(start: i64, days: i64, kind: impl Fn(i64) -> usize) -> Self {
        let mut circles = [Vec::new(), Vec::new()];
        let mut places = Vec::new();
        for day in 0..days {
            let circle = kind(day);
            places.push((circle, circles[circle].len() as u32));
            circles[circle].push(day as u32);
        }
        Self { start, places, circles }
    }

    /// Whole days.
    pub fn days(&self) -> usize {
        self.places.len()
    }

    /// Whether weekends keep apart.
    pub fn keeps_weekends(&self) -> bool {
        !self.circles[1].is_empty()
    }

    /// Whether a time is on one of the days.
    pub fn holds(&self, at: i64) -> bool {
        at >= self.start && self.day(at) < self.places.len()
    }

    fn day(&self, at: i64) -> usize {
        usize::try_from(at.saturating_sub(self.start).div_euclid(DAY_US)).unwrap_or(usize::MAX)
    }

    /// The shift of one account.
    pub fn draw(&self, rng: &mut Rng) -> Shift {
        Shift([0, 1].map(|i| rng.below(self.circles[i].len() as u64) as u32))
    }

    /// Where a time goes that [`DayShift::holds`]; another stays where it is.
    pub fn moved(&self, at: i64, shift: Shift) -> i64 {
        if !self.holds(at) {
            return at;
        }
        let day = self.day(at);
        at + (self.goes_to(day, shift) as i64 - day as i64) * DAY_US
    }

    /// The day that a day goes to.
    ///
    /// # Panics
    /// When it is none of [`DayShift::days`].
    pub fn goes_to(&self, day: usize, shift: Shift) -> usize {
        let (circle, place) = self.places[day];
        let days = &self.circles[circle];
        days[(place as usize + shift.0[circle] as usize) % days.len()] as usize
    }

    /// The day of a time that [`DayShift::holds`], and how long after its beginning it is, µs; `None`
    /// of another.
    pub fn place(&self, at: i64) -> Option<(usize, i64)> {
        let since = at.checked_sub(self.start)?;
        self.holds(at).then(|| (self.day(at), since.rem_euclid(DAY_US)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::rng::Rng;
    use crate::model::time::HOUR_US;

    fn weekday(at: i64) -> i64 {
        (at.div_euclid(DAY_US) + 3).rem_euclid(7)
    }

    proptest! {
        #[test]
        fn a_shift_keeps_the_time_of_day_the_kind_of_day_and_every_event(
            start in 0_i64..40 * DAY_US, days in 2_i64..60, seed in 0_u64..99,
            events in prop::collection::vec(0.0..1.0_f64, 1..50),
        ) {
            let end = start + days * DAY_US;
            let shifts = DayShift::new(start, end).expect("two days");
            let shift = shifts.draw(&mut Rng::new(&[seed]));
            let held: Vec<i64> = events
                .iter()
                .map(|e| start + (e * (end - start) as f64) as i64)
                .filter(|at| shifts.holds(*at))
                .collect();
            let mut seen = std::collections::BTreeMap::new();
            for at in &held {
                let moved = shifts.moved(*at, shift);
                prop_assert!(shifts.holds(moved));
                prop_assert_eq!(moved.rem_euclid(DAY_US), at.rem_euclid(DAY_US));
                if shifts.keeps_weekends() {
                    prop_assert_eq!(weekday(moved) >= 5, weekday(*at) >= 5);
                }
                // No two times meet that were apart.
                prop_assert!(seen.insert(moved, *at).is_none_or(|before| before == *at));
            }
        }
    }

    #[test]
    fn less_than_two_days_cannot_be_shifted_and_four_weeks_keep_weekends() {
        assert!(DayShift::new(0, 2 * DAY_US - 1).is_none());
        assert!(DayShift::new(5, i64::MIN).is_none());
        let short = DayShift::new(18 * HOUR_US, 14 * DAY_US).expect("days");
        assert_eq!((short.days(), short.keeps_weekends()), (13, false));
        assert!(short.holds(18 * HOUR_US) && !short.holds(14 * DAY_US - 1));
        let long = DayShift::new(1, 29 * DAY_US).expect("days");
        assert_eq!((long.days(), long.keeps_weekends()), (28, true));
        assert!(!long.holds(1) && long.holds(DAY_US));
    }

    #[test]
    fn every_day_is_as_likely() {
        let shifts = DayShift::new(0, 10 * DAY_US).expect("days");
        let mut rng = Rng::new(&[3]);
        let mut seen = [0; 10];
        for _ in 0..10_000 {
            seen[(shifts.moved(0, shifts.draw(&mut rng)) / DAY_US) as usize] += 1;
        }
        assert!(seen.iter().all(|n| (850..1150).contains(n)), "{seen:?}");
    }
}
