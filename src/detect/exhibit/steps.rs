//! Time in steps of one width, as many as can be told apart.

use super::kind::{Ink, Series, Style};
use crate::model::TimeSpan;
use crate::model::time::{DAY_US, HOUR_US, MINUTE_US};

/// Steps that are drawn at most.
const MOST: i64 = 60;
/// Widths of a step, with how they are read after "per".
const WIDTHS: [(i64, &str); 8] = [
    (MINUTE_US, "minute"),
    (10 * MINUTE_US, "10 min"),
    (HOUR_US, "hour"),
    (3 * HOUR_US, "3 h"),
    (6 * HOUR_US, "6 h"),
    (12 * HOUR_US, "12 h"),
    (DAY_US, "day"),
    (7 * DAY_US, "week"),
];

/// Steps of one width.
pub(super) struct Steps {
    start: i64,
    bins: usize,
    /// How wide each is, µs.
    pub width: i64,
    /// The same in words, after "per".
    pub per: &'static str,
}

impl Steps {
    /// From the first of some times to the last; `None` of none.
    pub fn over(times: impl Iterator<Item = i64> + Clone) -> Option<Self> {
        let (first, last) = (times.clone().min()?, times.max()?);
        let fits = |(width, _): &(i64, &str)| (last - first) / width < MOST;
        let (width, per) = WIDTHS.into_iter().find(fits).unwrap_or((30 * DAY_US, "30 days"));
        let start = first.div_euclid(width) * width;
        Some(Self { start, bins: ((last - start) / width + 1) as usize, width, per })
    }

    /// Their begin and end.
    pub fn span(&self) -> TimeSpan {
        super::facts::span(self.start, self.start + self.bins as i64 * self.width)
    }

    /// Where the steps begin, and where the last one ends.
    pub fn edges(&self) -> Vec<i64> {
        (0..=self.bins as i64).map(|bin| self.start + bin * self.width).collect()
    }

    /// How many of some rows are in each step; each row with its time.
    pub fn count(&self, name: &str, ink: Ink, rows: &[(i64, u32)]) -> Series {
        let mut counts = vec![0_u64; self.bins];
        for (at, _) in rows {
            let bin = (at - self.start).div_euclid(self.width);
            let of = usize::try_from(bin).ok().and_then(|bin| counts.get_mut(bin));
            of.into_iter().for_each(|n| *n += 1);
        }
        self.series(name, ink, counts.into_iter().map(|n| n as f64))
    }

    /// A value for each step.
    pub fn series(&self, name: &str, ink: Ink, values: impl Iterator<Item = f64>) -> Series {
        let at = |bin: i64| self.start + bin * self.width;
        let points = (0_i64..).zip(values).map(|(bin, value)| (at(bin), value));
        Series::new(name, ink, Style::Area, points.collect())
    }
}
