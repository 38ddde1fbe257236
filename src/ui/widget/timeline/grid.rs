//! Round times at equal distances by a zone's clock: where bins begin and ticks stand.

use crate::model::time::{DAY_US, HOUR_US};
use crate::model::{Time, TimeSpan};
use crate::ui::Zone;

/// The epoch was a Thursday; weeks start on Monday.
const FIRST_MONDAY_US: i64 = 4 * DAY_US;
const WEEK_US: i64 = 7 * DAY_US;
/// Hours by which a clock changed at most, and a little more.
const LARGEST_CHANGE_H: usize = 26;

/// Round times, numbered in rising order.
///
/// Steps longer than an hour follow the wall clock: a day is as long as the zone has it, 23 to
/// 25 hours, and starts at its midnight. Shorter ones are of equal length and follow the clock as
/// it was where the grid was asked for, which puts them on round times everywhere but in the few
/// zones whose clocks change by less than an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Grid {
    /// Whose midnights count; UTC where nothing depends on it.
    zone: Zone,
    step_us: i64,
    /// The time, by the clock, of step 0.
    phase_us: i64,
}

impl Grid {
    /// Steps of `step_us` (above 0) by the clock of a zone, as it is about `near`.
    pub fn new(zone: Zone, step_us: i64, near: Time) -> Self {
        let step_us = step_us.max(1);
        if step_us > HOUR_US {
            let phase_us = if step_us % WEEK_US == 0 { FIRST_MONDAY_US } else { 0 };
            return Self { zone, step_us, phase_us };
        }
        let phase_us = (-zone.offset_us(near)).rem_euclid(step_us);
        Self { zone: Zone::UTC, step_us, phase_us }
    }

    /// Steps of `step_us` (above 0), one of which begins at `start`.
    pub fn through(start: Time, step_us: i64) -> Self {
        let step_us = step_us.max(1);
        Self { zone: Zone::UTC, step_us, phase_us: start.0.rem_euclid(step_us) }
    }

    /// The length of a step, µs; around a change of clocks some are longer or shorter.
    pub fn step_us(self) -> i64 {
        self.step_us
    }

    /// Where step `k` begins, µs.
    pub fn edge(self, k: i64) -> i64 {
        let wall = k.saturating_mul(self.step_us).saturating_add(self.phase_us);
        if self.zone.is_utc() { wall } else { self.zone.at_wall(wall) }
    }

    /// The step that holds a time.
    pub fn index(self, at: Time) -> i64 {
        let wall = at.0.saturating_add(self.zone.offset_us(at));
        let mut k = wall.saturating_sub(self.phase_us).div_euclid(self.step_us);
        if self.zone.is_utc() {
            return k;
        }
        // Where the clock goes back over an edge, it shows times of the step before again; no
        // clock ever changed by more than a day.
        for _ in 0..LARGEST_CHANGE_H {
            if self.edge(k + 1) <= at.0 {
                k += 1;
            } else if self.edge(k) > at.0 {
                k -= 1;
            } else {
                break;
            }
        }
        k
    }

    /// The beginning of the step that holds a time, µs.
    pub fn floor(self, at: Time) -> i64 {
        self.edge(self.index(at))
    }

    /// The time `steps` steps on from the beginning of the one that holds `at`.
    pub fn shifted(self, at: Time, steps: i64) -> Time {
        Time(self.edge(self.index(at).saturating_add(steps)))
    }

    /// The edge nearest to a time.
    pub fn snap(self, at: Time) -> Time {
        let k = self.index(at);
        let (before, after) = (self.edge(k), self.edge(k + 1));
        Time(if at.0 - before > after - at.0 { after } else { before })
    }

    /// The step that holds a time.
    pub fn step_at(self, at: Time) -> TimeSpan {
        let k = self.index(at);
        TimeSpan { start: Time(self.edge(k)), end: Time(self.edge(k + 1)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::{MINUTE_US, SECOND_US};
    use proptest::prelude::*;

    /// 2026-03-01T00:00:00Z, a Sunday.
    const MARCH: i64 = 1_772_323_200 * SECOND_US;

    #[test]
    fn a_bin_starts_on_a_round_time_and_a_week_on_monday() {
        let floor = |step, at| Grid::new(Zone::UTC, step, Time(MARCH)).floor(Time(at));
        assert_eq!(floor(HOUR_US, MARCH + 90 * MINUTE_US), MARCH + HOUR_US);
        assert_eq!(floor(WEEK_US, MARCH), MARCH - 6 * DAY_US);
        assert_eq!(floor(SECOND_US, -1), -SECOND_US);
    }

    #[test]
    fn days_begin_at_the_zones_midnight_and_last_as_long_as_it_has_them() {
        let grid = Grid::new(Zone::berlin(), DAY_US, Time(MARCH));
        assert_eq!(grid.floor(Time(MARCH)), MARCH - HOUR_US);
        let spring = Time(MARCH + 28 * DAY_US + 5 * HOUR_US);
        assert_eq!(grid.step_at(spring).len_us(), 23 * HOUR_US);
        let autumn = Time(MARCH + 238 * DAY_US + 5 * HOUR_US);
        assert_eq!(grid.step_at(autumn).len_us(), 25 * HOUR_US);
    }

    #[test]
    fn hours_are_whole_hours_of_the_clock_where_it_is_half_an_hour_off() {
        let india = Zone::posix("IST-5:30");
        let grid = Grid::new(india, HOUR_US, Time(MARCH));
        assert_eq!(grid.floor(Time(MARCH)), MARCH - 30 * MINUTE_US);
    }

    proptest! {
        /// What it must equal: the only step whose edges hold the time.
        #[test]
        fn every_time_lies_in_the_step_that_is_said_to_hold_it(
            at in 0..4_102_444_800_i64,
            step in prop::sample::select(vec![
                1, SECOND_US, 15 * MINUTE_US, HOUR_US, 2 * HOUR_US, 3 * HOUR_US, 6 * HOUR_US,
                DAY_US, WEEK_US, 4 * WEEK_US,
            ]),
            rule in prop::sample::select(vec![
                "UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0", "IST-5:30",
                // Half an hour; and clocks that change at midnight, over the end of a day.
                "LHST-10:30LHDT-11,M10.1.0,M4.1.0", "CLT4CLST,M9.1.6/24,M4.1.6/24",
            ]),
        ) {
            let zone = Zone::posix(rule);
            let at = Time(at * SECOND_US);
            let grid = Grid::new(zone, step, at);
            let k = grid.index(at);
            prop_assert!(grid.edge(k) <= at.0 && at.0 < grid.edge(k + 1));
            prop_assert!(grid.edge(k + 1) - grid.edge(k) <= step + HOUR_US);
            let snapped = grid.snap(at);
            prop_assert!((snapped.0 - at.0).abs() <= (step + HOUR_US) / 2 + 1);
        }
    }
}
