//! Points in time: microseconds since 1970-01-01T00:00:00Z, and how far to trust them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Microseconds in one second.
pub const SECOND_US: i64 = 1_000_000;
/// Microseconds in one minute.
pub const MINUTE_US: i64 = 60 * SECOND_US;
/// Microseconds in one hour.
pub const HOUR_US: i64 = 60 * MINUTE_US;
/// Microseconds in one day.
pub const DAY_US: i64 = 24 * HOUR_US;

/// A point in time, µs since the Unix epoch, UTC.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Time(pub i64);

/// "No time" in columns of times, in memory and in column chunks: later than any time there is, so
/// that rows without a time stand at the end and inside no range. In SQL it is NULL.
pub const NO_TIME: i64 = i64::MAX;

impl Time {
    /// Stands for no time: see [`NO_TIME`].
    pub const NONE: Self = Self(NO_TIME);
    /// The earliest time a log record may carry: 1970-01-01.
    pub const EARLIEST: Self = Self(0);
    /// The first instant that is too late for a log record: 2100-01-01.
    pub const TOO_LATE: Self = Self(4_102_444_800 * SECOND_US);

    /// The time, where it is one.
    pub fn known(self) -> Option<Self> {
        (self != Self::NONE).then_some(self)
    }

    /// The civil form in UTC; times beyond any calendar become the nearest one.
    pub fn civil(self) -> jiff::civil::DateTime {
        let timestamp = jiff::Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        });
        jiff::tz::Offset::UTC.to_datetime(timestamp)
    }

    /// Hour of the day, UTC: 0 to 23.
    pub fn hour(self) -> u8 {
        (self.0.rem_euclid(DAY_US) / HOUR_US) as u8
    }

    /// Day of the week, UTC: Monday is 0.
    pub fn weekday(self) -> u8 {
        // The epoch was a Thursday.
        (self.0.div_euclid(DAY_US) + 3).rem_euclid(7) as u8
    }

    /// `2026-03-01`.
    pub fn date(self) -> String {
        self.civil().date().to_string()
    }

    /// `2026-03-01 12:34:56`, UTC, whole seconds.
    pub fn seconds(self) -> String {
        let civil = self.civil();
        format!("{} {:02}:{:02}:{:02}", civil.date(), civil.hour(), civil.minute(), civil.second())
    }
}

/// RFC 3339 in UTC with as many fractional digits as needed (0, 3 or 6); `no time` where there is
/// none.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::NONE {
            return f.write_str("no time");
        }
        let civil = self.civil();
        write!(
            f,
            "{}T{:02}:{:02}:{:02}",
            civil.date(),
            civil.hour(),
            civil.minute(),
            civil.second()
        )?;
        let fraction = self.0.rem_euclid(SECOND_US);
        if fraction % 1_000 != 0 {
            write!(f, ".{fraction:06}")?;
        } else if fraction != 0 {
            write!(f, ".{:03}", fraction / 1_000)?;
        }
        f.write_str("Z")
    }
}

/// A half-open stretch of time: `start <= t < end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TimeSpan {
    /// First instant inside.
    pub start: Time,
    /// First instant after.
    pub end: Time,
}

impl TimeSpan {
    /// A span from two instants in either order.
    pub fn new(a: Time, b: Time) -> Self {
        Self { start: a.min(b), end: a.max(b) }
    }

    /// Length in µs; never negative.
    pub fn len_us(self) -> i64 {
        self.end.0.saturating_sub(self.start.0).max(0)
    }

    /// Whether `t` lies inside.
    pub fn contains(self, t: Time) -> bool {
        self.start <= t && t < self.end
    }
}

/// How a record's time was obtained (`research/formats.md` §3.1).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum TimeQuality {
    /// The record states its offset from UTC, or is an epoch count.
    #[default]
    Exact,
    /// No zone in the record: the import's zone was assumed.
    ZoneAssumed,
    /// The record states only when the call ended.
    EndOnly,
    /// Day only.
    Day,
    /// No year in the record: the newest such date that is not too late was assumed.
    YearAssumed,
    /// Counted from a moment that the import's mapping states, not the record.
    Relative,
    /// The record has no time.
    None,
}

/// The finest unit a record's time was written in: second-rounded data is never read as synchrony.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum TimePrecision {
    /// Nanoseconds or 100 ns ticks, stored as µs.
    Sub,
    /// Microseconds.
    #[default]
    Microsecond,
    /// Milliseconds.
    Millisecond,
    /// Whole seconds.
    Second,
    /// Whole minutes.
    Minute,
    /// Whole days.
    Day,
    /// There is no time.
    None,
}

impl TimeQuality {
    /// All.
    pub const ALL: [Self; 7] = [
        Self::Exact,
        Self::ZoneAssumed,
        Self::EndOnly,
        Self::Day,
        Self::YearAssumed,
        Self::Relative,
        Self::None,
    ];

    /// The inverse of [`TimeQuality::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|q| q.as_str() == name)
    }

    /// The name stored in the case file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::ZoneAssumed => "zone_assumed",
            Self::EndOnly => "end_only",
            Self::Day => "day",
            Self::YearAssumed => "year_assumed",
            Self::Relative => "relative",
            Self::None => "none",
        }
    }
}

impl TimePrecision {
    /// All, finest first.
    pub const ALL: [Self; 7] = [
        Self::Sub,
        Self::Microsecond,
        Self::Millisecond,
        Self::Second,
        Self::Minute,
        Self::Day,
        Self::None,
    ];

    /// The inverse of [`TimePrecision::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.as_str() == name)
    }

    /// The name stored in the case file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sub => "sub",
            Self::Microsecond => "microsecond",
            Self::Millisecond => "millisecond",
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Day => "day",
            Self::None => "none",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_prints_as_short_an_rfc_3339_as_its_value_allows() {
        assert_eq!(Time(0).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(Time(1_500_000).to_string(), "1970-01-01T00:00:01.500Z");
        assert_eq!(Time(1_500_001).to_string(), "1970-01-01T00:00:01.500001Z");
        assert_eq!(Time::TOO_LATE.to_string(), "2100-01-01T00:00:00Z");
        assert_eq!(Time(-1).to_string(), "1969-12-31T23:59:59.999999Z");
    }

    #[test]
    fn hour_and_weekday_agree_with_the_calendar() {
        for days in (-40_000..48_000).step_by(13) {
            let t = Time(days * DAY_US + 23 * HOUR_US + 59 * MINUTE_US);
            let civil = t.civil();
            assert_eq!(i16::from(t.hour()), i16::from(civil.hour()));
            assert_eq!(t.weekday(), civil.date().weekday().to_monday_zero_offset() as u8);
        }
    }

    #[test]
    fn no_time_is_no_date_and_in_no_span() {
        assert_eq!((Time::NONE.to_string().as_str(), Time::NONE.known()), ("no time", None));
        assert_eq!(Time(5).known(), Some(Time(5)));
        assert!(!TimeSpan::new(Time(i64::MIN), Time::NONE).contains(Time::NONE));
    }

    #[test]
    fn a_time_out_of_any_calendar_still_prints() {
        assert!(Time(i64::MAX - 1).to_string().starts_with("9999-"));
        assert!(Time(i64::MIN).to_string().starts_with("-00999"));
    }
}
