//! Rows by hour of the day and day of the week, UTC: of all, and account by account.

use rayon::prelude::*;

use super::{Index, Mask};
use crate::model::Time;
use crate::model::time::HOUR_US;

/// Hours of a day.
pub const HOURS: usize = 24;
/// Days of a week.
pub const DAYS: usize = 7;

/// Rows by weekday and hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekHours {
    /// Monday 00:00 to 00:59 first, hour after hour, then Tuesday.
    pub cells: [u64; HOURS * DAYS],
    /// Rows without a time.
    pub untimed: u64,
}

/// Rows of one account by hour of the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayHours {
    /// From 00:00 to 00:59 first.
    pub hours: [u32; HOURS],
    /// Rows without a time.
    pub untimed: u32,
}

impl Index {
    /// Rows a mask keeps by hour of the day and day of the week.
    ///
    /// Rows are in time order, so each hour is a stretch of rows whose end is found from its
    /// start in a few steps: the cost is that of the hours that have rows.
    ///
    /// Naive: for every row kept, add one to the cell of its time.
    pub fn week_hours(&self, mask: &Mask) -> WeekHours {
        let times = &self.columns.at_us[..self.timed as usize];
        let mut cells = [0; HOURS * DAYS];
        let mut row = 0;
        while let Some(at_us) = times.get(row) {
            let at = Time(*at_us);
            let next = at_us.div_euclid(HOUR_US).saturating_add(1).saturating_mul(HOUR_US);
            let end = row + first_at_or_after(&times[row..], next);
            let cell = usize::from(at.weekday()) * HOURS + usize::from(at.hour());
            cells[cell] += u64::from(mask.count_in(row as u32..end as u32));
            row = end;
        }
        WeekHours { cells, untimed: self.without_time(mask) }
    }

    /// Rows a mask keeps of each given account by hour of the day, in the order asked for.
    ///
    /// Naive: for every row kept of the account, add one to the hour of its time.
    pub fn day_hours(&self, mask: &Mask, accounts: &[u32]) -> Vec<DayHours> {
        let of_account = |account: &u32| {
            let mut line = DayHours::default();
            for row in self.rows_of_account_under(mask, *account) {
                match self.at(row) {
                    Some(at) => line.hours[usize::from(at.hour())] += 1,
                    None => line.untimed += 1,
                }
            }
            line
        };
        accounts.par_iter().map(of_account).collect()
    }
}

/// `times.partition_point(|t| *t < at)`, near the front in few steps.
fn first_at_or_after(times: &[i64], at: i64) -> usize {
    let mut step = 1;
    while times.get(step).is_some_and(|t| *t < at) {
        step *= 2;
    }
    let (from, to) = (step / 2, step.min(times.len()));
    from + times[from..to].partition_point(|t| *t < at)
}
