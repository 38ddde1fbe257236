//! Times in filters: `2026-03-01`, `2026-03-01T12:30`, RFC 3339, and ranges of them.
//!
//! A date as the end of a range includes that day, as people mean it; a time of day as the end
//! is the first instant outside, as a brushed selection has it.

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::Offset;

use crate::model::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};
use crate::model::{Time, TimeSpan};

/// A stretch of time with ends that may be open: `start <= t < end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeRange {
    /// First instant inside; `None` is open.
    pub start: Option<Time>,
    /// First instant after; `None` is open.
    pub end: Option<Time>,
}

impl TimeRange {
    /// Whether `t` is a time and lies inside.
    pub fn contains(self, t: Time) -> bool {
        t != Time::NONE && self.start.is_none_or(|s| s <= t) && self.end.is_none_or(|e| t < e)
    }

    /// As a span; open ends are the ends of time.
    pub fn to_span(self) -> TimeSpan {
        let start = self.start.unwrap_or(Time(i64::MIN));
        let end = self.end.unwrap_or(Time(i64::MAX));
        TimeSpan { start, end: end.max(start) }
    }
}

impl From<TimeSpan> for TimeRange {
    fn from(span: TimeSpan) -> Self {
        Self {
            start: (span.start.0 != i64::MIN).then_some(span.start),
            end: (span.end.0 != i64::MAX).then_some(span.end),
        }
    }
}

/// A time as text and how long the stretch is that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// First instant of the named day, hour, second…
    pub start: Time,
    /// First instant after it.
    pub next: Time,
    /// Whether it names a whole day, month or year.
    pub is_date: bool,
}

impl Moment {
    /// Reads `2026`, `2026-03`, `2026-03-01`, `2026-03-01T12`, `…T12:30`, `…:05`, `…:05.250`,
    /// the latter four with `Z` or an offset; UTC without one. `None` when it is no time.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, clock) = match text.split_once(['T', 't', ' ']) {
            Some((date, clock)) => (date, Some(clock)),
            None => (text, None),
        };
        let (year, month, day) = parse_date(date)?;
        match clock {
            None => Self::date(year, month, day),
            Some(clock) => Self::clock(year, month?, day?, clock),
        }
    }

    /// Where a range that ends with this moment ends.
    pub fn end(self) -> Time {
        if self.is_date { self.next } else { self.start }
    }

    fn date(year: i16, month: Option<i8>, day: Option<i8>) -> Option<Self> {
        let start = midnight(year, month.unwrap_or(1), day.unwrap_or(1))?;
        let next = match (month, day) {
            (_, Some(_)) => Time(start.0 + DAY_US),
            (Some(12) | None, None) => midnight(year.checked_add(1)?, 1, 1)?,
            (Some(month), None) => midnight(year, month + 1, 1)?,
        };
        Some(Self { start, next, is_date: true })
    }

    fn clock(year: i16, month: i8, day: i8, clock: &str) -> Option<Self> {
        let (clock, offset_us) = split_offset(clock)?;
        let mut parts = clock.split(':');
        let hour = two_digits(parts.next()?, 24)?;
        let minute = parts.next().map(|p| two_digits(p, 60)).transpose_some()?;
        let second = parts.next().map(parse_second).transpose_some()?;
        if parts.next().is_some() {
            return None;
        }
        let (second_us, fraction_step) = second.unwrap_or((0, SECOND_US));
        let step = match (minute, second) {
            (None, _) => HOUR_US,
            (_, None) => MINUTE_US,
            _ => fraction_step,
        };
        let start = midnight(year, month, day)?.0
            + hour * HOUR_US
            + minute.unwrap_or(0) * MINUTE_US
            + second_us
            - offset_us;
        Some(Self { start: Time(start), next: Time(start + step), is_date: false })
    }
}

/// Turns `Option<Option<T>>` inside out: a part that stands there must be readable.
trait TransposeSome<T> {
    fn transpose_some(self) -> Option<Option<T>>;
}

impl<T> TransposeSome<T> for Option<Option<T>> {
    fn transpose_some(self) -> Option<Option<T>> {
        match self {
            Some(None) => None,
            Some(Some(value)) => Some(Some(value)),
            None => Some(None),
        }
    }
}

fn midnight(year: i16, month: i8, day: i8) -> Option<Time> {
    let date = DateTime::new(year, month, day, 0, 0, 0, 0).ok()?;
    Offset::UTC.to_timestamp(date).ok().map(|t| Time(t.as_microsecond()))
}

/// Year, month, day; the latter two where they stand there.
fn parse_date(text: &str) -> Option<(i16, Option<i8>, Option<i8>)> {
    let mut parts = text.split('-');
    let year = parts.next().filter(|y| y.len() == 4)?;
    let year = digits(year)? as i16;
    let month = parts.next().map(|p| two_digits(p, 13)).transpose_some()?;
    let day = parts.next().map(|p| two_digits(p, 32)).transpose_some()?;
    let ends = parts.next().is_none();
    ends.then_some((year, month.map(|m| m as i8), day.map(|d| d as i8)))
}

fn digits(text: &str) -> Option<i64> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

fn two_digits(text: &str, below: i64) -> Option<i64> {
    digits(text).filter(|n| text.len() == 2 && *n < below)
}

/// `05` or `05.250` as µs, and the length of what its last digit counts.
fn parse_second(text: &str) -> Option<(i64, i64)> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(w, f)| (w, Some(f)));
    let whole = two_digits(whole, 60)? * SECOND_US;
    let Some(fraction) = fraction else { return Some((whole, SECOND_US)) };
    if fraction.len() > 9 {
        return None;
    }
    let value = digits(fraction)?;
    let scale = 10_i64.pow(fraction.len() as u32);
    // Beyond microseconds nothing is kept.
    let micros =
        if scale > SECOND_US { value / (scale / SECOND_US) } else { value * (SECOND_US / scale) };
    Some((whole + micros, (SECOND_US / scale).max(1)))
}

/// The clock without its zone, and the zone's offset from UTC in µs.
fn split_offset(clock: &str) -> Option<(&str, i64)> {
    if let Some(clock) = clock.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(at) = clock.rfind(['+', '-']) else { return Some((clock, 0)) };
    let (clock, offset) = clock.split_at(at);
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = offset[1..].split_once(':')?;
    let us = two_digits(hours, 24)? * HOUR_US + two_digits(minutes, 60)? * MINUTE_US;
    Some((clock, sign * us))
}

/// Reads back as itself: whole days as dates with the last day included, else instants.
impl fmt::Display for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_midnight = |t: Option<Time>| t.is_none_or(|t| t.0.rem_euclid(DAY_US) == 0);
        let dates = is_midnight(self.start) && is_midnight(self.end) && self.start != self.end;
        if !dates {
            if let Some(start) = self.start {
                write!(f, "{start}")?;
            }
            f.write_str("..")?;
            return self.end.map_or(Ok(()), |end| write!(f, "{end}"));
        }
        let last_day = self.end.map(|end| Time(end.0.saturating_sub(DAY_US)));
        match (self.start, last_day) {
            (Some(start), Some(last)) if start == last => f.write_str(&start.date()),
            (start, last) => {
                f.write_str(&start.map(Time::date).unwrap_or_default())?;
                f.write_str("..")?;
                f.write_str(&last.map(Time::date).unwrap_or_default())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Option<(String, String)> {
        Moment::parse(text).map(|m| (m.start.to_string(), m.next.to_string()))
    }

    #[test]
    fn a_moment_names_the_stretch_its_last_part_counts() {
        for (text, start, next) in [
            ("2026", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            ("2026-12", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            ("2026-02-28", "2026-02-28T00:00:00Z", "2026-03-01T00:00:00Z"),
            ("2026-03-01T12", "2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z"),
            ("2026-03-01T12:30", "2026-03-01T12:30:00Z", "2026-03-01T12:31:00Z"),
            ("2026-03-01T12:30:05Z", "2026-03-01T12:30:05Z", "2026-03-01T12:30:06Z"),
            ("2026-03-01T12:30:05.25Z", "2026-03-01T12:30:05.250Z", "2026-03-01T12:30:05.260Z"),
            ("2026-03-01T12:30:05+02:00", "2026-03-01T10:30:05Z", "2026-03-01T10:30:06Z"),
            ("2026-03-01 00:30:00-01:30", "2026-03-01T02:00:00Z", "2026-03-01T02:00:01Z"),
        ] {
            assert_eq!(moment(text), Some((start.to_owned(), next.to_owned())), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "26-03-01",
            "2026-13-01",
            "2026-02-30",
            "2026-03-01T25",
            "2026-3-1",
            "2026-03-01T12:60",
            "2026-03-01T",
            "2026T12",
            "yesterday",
            "2026-03-01T12:00:00+2",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
