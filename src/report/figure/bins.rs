//! Cutting a stretch of time into equal bins, and naming moments on its axis.

use crate::model::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};
use crate::model::{Time, TimeSpan};
use crate::report::clock;
use crate::report::text::counted;

/// Widths a bin may have, µs.
const WIDTHS: [i64; 22] = [
    SECOND_US,
    5 * SECOND_US,
    15 * SECOND_US,
    30 * SECOND_US,
    MINUTE_US,
    5 * MINUTE_US,
    15 * MINUTE_US,
    30 * MINUTE_US,
    HOUR_US,
    2 * HOUR_US,
    3 * HOUR_US,
    6 * HOUR_US,
    12 * HOUR_US,
    DAY_US,
    2 * DAY_US,
    7 * DAY_US,
    14 * DAY_US,
    28 * DAY_US,
    91 * DAY_US,
    182 * DAY_US,
    364 * DAY_US,
    3_640 * DAY_US,
];
/// Bins a figure has room for.
const MOST: i64 = 180;
/// Fewer bins than this look like a bar chart of nothing; the axis is extended instead.
const LEAST: i64 = 30;

/// Equal bins over a stretch of time, aligned to whole units of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bins {
    /// Start of the first bin, µs.
    pub start_us: i64,
    /// Width of each, µs.
    pub width_us: i64,
    /// How many.
    pub count: usize,
}

impl Bins {
    /// The finest bins for which a figure has room.
    pub fn over(span: TimeSpan) -> Self {
        let last = span.end.0.saturating_sub(1).max(span.start.0);
        let covering = |width: i64| {
            let first = span.start.0.div_euclid(width);
            (first, last.div_euclid(width) - first + 1)
        };
        let width_us = WIDTHS.into_iter().find(|w| covering(*w).1 <= MOST).unwrap_or(WIDTHS[21]);
        let (first, count) = covering(width_us);
        let missing = (LEAST - count).max(0);
        Self {
            start_us: (first - missing / 2).saturating_mul(width_us),
            width_us,
            count: (count + missing) as usize,
        }
    }

    /// All bins together.
    pub fn span(&self) -> TimeSpan {
        let length = self.width_us.saturating_mul(self.count as i64);
        TimeSpan { start: Time(self.start_us), end: Time(self.start_us.saturating_add(length)) }
    }

    /// Where a moment lies, 0…1 of the axis; `None` outside.
    pub fn position(&self, at: Time) -> Option<f64> {
        let span = self.span();
        span.contains(at).then(|| (at.0 - span.start.0) as f64 / span.len_us() as f64)
    }

    /// The width in words: `6 h`, `1 day`.
    pub fn width_text(&self) -> String {
        let units = [(DAY_US, "day", "days"), (HOUR_US, "h", "h"), (MINUTE_US, "min", "min")];
        let unit = units.into_iter().find(|(unit, ..)| self.width_us >= *unit);
        let (unit, one, many) = unit.unwrap_or((SECOND_US, "s", "s"));
        counted((self.width_us / unit) as u64, one, many)
    }

    /// About `most` moments with names, evenly spaced, at whole units of the calendar.
    pub fn ticks(&self, most: usize) -> Vec<(Time, String)> {
        let span = self.span();
        let room = span.len_us() / most.max(1) as i64;
        if room > 28 * DAY_US {
            return months(span, room);
        }
        let steps = WIDTHS.into_iter().chain([4 * HOUR_US, 8 * HOUR_US]);
        let step = steps.filter(|s| *s >= room).min().unwrap_or(28 * DAY_US);
        let first = if step >= DAY_US {
            // Whole days from the first midnight on: weeks start where the data starts.
            ceil(span.start.0, DAY_US)
        } else {
            ceil(span.start.0, step)
        };
        let name = |at: Time| match step {
            s if s >= DAY_US => clock::short_day(at),
            s if s >= MINUTE_US && at.0.rem_euclid(DAY_US) == 0 => clock::short_day(at),
            s if s >= MINUTE_US => clock::hour_minute(at),
            _ => at.seconds()[11..].to_owned(),
        };
        (0..)
            .map(|i| Time(first + i * step))
            .take_while(|at| *at < span.end)
            .map(|at| (at, name(at)))
            .collect()
    }
}

fn ceil(at_us: i64, unit: i64) -> i64 {
    at_us.div_euclid(unit) * unit + if at_us.rem_euclid(unit) == 0 { 0 } else { unit }
}

/// First days of every n-th month, or of every n-th year.
fn months(span: TimeSpan, room: i64) -> Vec<(Time, String)> {
    let step = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600]
        .into_iter()
        .find(|m| m * 30 * DAY_US >= room)
        .unwrap_or(1_200);
    let first = span.start.civil();
    let from = i64::from(first.year()) * 12 + i64::from(first.month()) - 1;
    let mut out = Vec::new();
    for index in (ceil(from, step)..).step_by(step as usize) {
        let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
        let Some(at) = first_of_month(year, month) else { break };
        if at >= span.end {
            break;
        }
        let named = clock::short_day(at);
        let month_name = named.trim_start_matches("1 ");
        let name = if month == 1 || step >= 12 { year.to_string() } else { month_name.to_owned() };
        if at >= span.start {
            out.push((at, name));
        }
    }
    out
}

fn first_of_month(year: i64, month: i64) -> Option<Time> {
    let date = jiff::civil::Date::new(year.try_into().ok()?, month.try_into().ok()?, 1).ok()?;
    let timestamp = jiff::tz::Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()?;
    Some(Time(timestamp.as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MARCH: i64 = 1_772_323_200_000_000;

    fn bins(start: i64, length: i64) -> Bins {
        Bins::over(TimeSpan { start: Time(start), end: Time(start + length) })
    }

    #[test]
    fn six_weeks_are_cut_into_six_hours_and_named_by_the_week() {
        let bins = bins(MARCH, 45 * DAY_US);
        assert_eq!((bins.width_text().as_str(), bins.count), ("6 h", 180));
        let names: Vec<String> = bins.ticks(7).into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["1 Mar", "8 Mar", "15 Mar", "22 Mar", "29 Mar", "5 Apr", "12 Apr"]);
    }

    #[test]
    fn one_event_still_has_an_axis() {
        let bins = bins(MARCH, 1);
        assert_eq!(bins.width_text(), "1 s");
        assert_eq!(bins.count, 30);
        assert!(bins.ticks(7).len() > 2);
    }

    #[test]
    fn decades_are_named_by_year() {
        let bins = bins(0, 55 * 365 * DAY_US);
        let names: Vec<String> = bins.ticks(7).into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["1970", "1980", "1990", "2000", "2010", "2020"]);
    }

    proptest! {
        #[test]
        fn bins_cover_the_span_and_ticks_lie_on_the_axis(
            start in 0i64..4_000_000_000_000_000, length in 1i64..4_000_000_000_000_000
        ) {
            let bins = bins(start, length);
            let span = bins.span();
            prop_assert!(span.start.0 <= start && start + length <= span.end.0);
            prop_assert!(bins.count <= 180 && bins.count >= 30);
            let ticks = bins.ticks(7);
            prop_assert!(ticks.len() <= 16, "{:?}", ticks);
            for (at, name) in ticks {
                prop_assert!(bins.position(at).is_some());
                prop_assert!(!name.is_empty());
            }
        }
    }
}
