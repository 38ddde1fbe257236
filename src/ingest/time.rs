//! Times as logs write them: RFC 3339 and its relatives, epoch counts in four units, .NET ticks,
//! days, and the odd shapes of particular exporters.
//!
//! The common shape is read by hand (`calendar`), because a log has one on every line; whatever
//! it declines goes through jiff. A property test holds the two to the same answer.

use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

use super::Reason;
use super::calendar::{self, Zone};
use crate::model::time::{DAY_US, SECOND_US};
use crate::model::{Time, TimePrecision, TimeQuality};

/// A time with how it was obtained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// When.
    pub at: Time,
    /// How it was obtained.
    pub quality: TimeQuality,
    /// The unit it was written in.
    pub precision: TimePrecision,
}

impl Stamp {
    /// That of a record without a time.
    pub const NONE: Self =
        Self { at: Time::NONE, quality: TimeQuality::None, precision: TimePrecision::None };

    /// What was read, or no time where the record states none. What is there and cannot be read
    /// stays an error: another mapping may read it.
    ///
    /// # Errors
    /// All reasons but [`MISSING`].
    pub fn if_stated(read: Result<Self, Reason>) -> Result<Self, Reason> {
        match read {
            Err(why) if why == MISSING => Ok(Self::NONE),
            read => read,
        }
    }

    /// The first of two that can be read; else what is wrong with the one that is there.
    ///
    /// # Errors
    /// The first reason, the second where the first is [`MISSING`].
    pub fn first(
        one: Result<Self, Reason>,
        other: impl FnOnce() -> Result<Self, Reason>,
    ) -> Result<Self, Reason> {
        match one {
            Err(why) => other().map_err(|own| if why == MISSING { own } else { why }),
            read => read,
        }
    }

    /// Whether there is a time.
    pub fn is_known(&self) -> bool {
        self.at != Time::NONE
    }
}

/// The reason for a record whose time is absent, empty, or what writers put where none was set:
/// a count of 0, 0000-00-00 (MySQL), the first day of the year 1 (Go, .NET), the first day of
/// 1601 (Windows).
pub const MISSING: &str = "timestamp missing";
/// The reason for a record whose time has an unknown shape.
pub const NOT_UNDERSTOOD: &str = "timestamp not understood";
/// The reason for a record whose time has no year where nobody said which one.
pub const NO_YEAR: &str = "timestamp without a year";

/// Years back from the latest possible one in which every date of a leap year occurs.
const YEARS_TRIED: i16 = 8;

/// Where the clocks begin whose first moment means that no time was set: the years 1 and 1601, µs
/// since 1970. In another zone it is some hours off.
const UNSET_US: [i64; 2] = [-62_135_596_800 * SECOND_US, -11_644_473_600 * SECOND_US];

/// Ticks of 100 ns between 0001-01-01, where .NET counts from, and 1970-01-01.
const DOTNET_EPOCH_TICKS: i64 = 621_355_968_000_000_000;

/// Ticks from the start of 2000 to that of 2100.
const DOTNET_CENTURY: std::ops::Range<i64> = 630_822_816_000_000_000..662_380_416_000_000_000;

/// Shapes of particular exporters, tried last. Those with `%z` state their offset.
const ODD_SHAPES: [&str; 12] = [
    // Go's default
    "%Y-%m-%d %H:%M:%S%.f %z UTC",
    // Snowflake
    "%Y-%m-%d %H:%M:%S%.f %z",
    // GIN, Ollama
    "%Y/%m/%d - %H:%M:%S",
    "%Y/%m/%d %H:%M:%S%.f",
    // Log Analytics; month first, as the AM/PM clock tells
    "%m/%d/%Y, %I:%M:%S%.f %p",
    "%m/%d/%Y %I:%M:%S%.f %p",
    // Kibana
    "%b %d, %Y @ %H:%M:%S%.f",
    // Spreadsheets of half of Europe; with dots the day comes first
    "%d.%m.%Y %H:%M:%S%.f",
    "%d.%m.%Y, %H:%M:%S%.f",
    "%d.%m.%Y %H:%M",
    // JavaScript's and C's own way to print a time
    "%a %b %d %Y %H:%M:%S GMT%z",
    "%a %b %d %H:%M:%S %Y",
];

/// Reads times, given the zone of those that state none.
#[derive(Clone, Debug)]
pub struct TimeParser {
    zone: TimeZone,
    zone_is_utc: bool,
    /// No time without a year is later.
    latest: Option<Time>,
}

impl TimeParser {
    /// A parser that takes times without a zone as local to `zone`.
    pub fn new(zone: TimeZone) -> Self {
        let zone_is_utc = zone == TimeZone::UTC;
        Self { zone, zone_is_utc, latest: None }
    }

    /// The same, taking times without a year as the newest such that are not after `latest`.
    pub fn not_after(self, latest: Time) -> Self {
        Self { latest: Some(latest), ..self }
    }

    /// Reads a time written as text, epoch counts in text included.
    ///
    /// # Errors
    /// A reason: missing, not understood, or outside 1970…2099.
    pub fn text(&self, text: &str) -> Result<Stamp, Reason> {
        let bytes = text.as_bytes();
        match calendar::read(bytes).or_else(|| calendar::access_log(bytes)) {
            Some(reading) => self.reading(&reading),
            None => self.slow(text.trim()),
        }
    }

    fn reading(&self, reading: &calendar::Reading) -> Result<Stamp, Reason> {
        let precision = precision_of(reading.fraction_digits, reading.nanosecond);
        let (us, quality) = match reading.zone {
            Zone::Offset(seconds) => {
                (reading.civil_us() - i64::from(seconds) * SECOND_US, TimeQuality::Exact)
            }
            Zone::Unstated if self.zone_is_utc => (reading.civil_us(), TimeQuality::ZoneAssumed),
            Zone::Unstated => {
                let civil = reading.civil().ok_or(Reason::Borrowed(NOT_UNDERSTOOD))?;
                (self.local_us(civil)?, TimeQuality::ZoneAssumed)
            }
        };
        Ok(Stamp { at: in_range(us)?, quality, precision })
    }

    /// A civil time in the assumed zone. In the hour that a clock change skips or repeats, the
    /// rule of RFC 5545 applies.
    fn local_us(&self, civil: DateTime) -> Result<i64, Reason> {
        let timestamp = self.zone.to_ambiguous_timestamp(civil).compatible();
        timestamp.map(|t| t.as_microsecond()).map_err(|_| out_of_range(civil.year().into()))
    }

    fn slow(&self, text: &str) -> Result<Stamp, Reason> {
        if text.is_empty() || text.starts_with("0000-00-00") {
            return Err(MISSING.into());
        }
        if text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'))
            && let Some(stamp) = self.numeric(text)
        {
            return stamp;
        }
        if is_without_year(text) {
            return self.without_year(text);
        }
        let precision = written_precision(text);
        if let Ok(timestamp) = text.parse::<jiff::Timestamp>() {
            let at = in_range(timestamp.as_microsecond())?;
            return Ok(Stamp { at, quality: TimeQuality::Exact, precision });
        }
        if !text.contains(':')
            && let Ok(day) = text.parse::<jiff::civil::Date>()
        {
            return self.day(day.at(0, 0, 0, 0));
        }
        if !text.contains(':')
            && let Ok(day) = jiff::civil::Date::strptime("%d.%m.%Y", text)
        {
            return self.day(day.at(0, 0, 0, 0));
        }
        let bare = text.strip_suffix(" UTC").or_else(|| text.strip_suffix(" GMT"));
        if let Ok(civil) = bare.unwrap_or(text).parse::<DateTime>() {
            return self.civil(civil, bare.is_some(), precision);
        }
        self.odd(text, precision)
    }

    /// `02-13 11:33:33`: the newest such time that is not after the latest possible one.
    fn without_year(&self, text: &str) -> Result<Stamp, Reason> {
        let latest = self.latest.ok_or(Reason::Borrowed(NO_YEAR))?;
        // Local time may be a day ahead of UTC, and so may its year.
        let newest = latest.civil().year().saturating_add(1);
        for year in (newest - YEARS_TRIED..=newest).rev() {
            let dated = format!("{year:04}-{text}");
            let Some(reading) = calendar::read(dated.as_bytes()) else { continue };
            let stamp = self.reading(&reading);
            if stamp.as_ref().is_ok_and(|stamp| stamp.at <= latest) {
                return stamp.map(|stamp| Stamp { quality: TimeQuality::YearAssumed, ..stamp });
            }
        }
        Err(NOT_UNDERSTOOD.into())
    }

    fn odd(&self, text: &str, precision: TimePrecision) -> Result<Stamp, Reason> {
        // JavaScript adds the name of the zone: `… GMT+0100 (Central European Standard Time)`.
        let unnamed = text.split_once(" (").filter(|_| text.ends_with(')'));
        let text = unnamed.map_or(text, |(time, _)| time);
        for shape in ODD_SHAPES {
            let Ok(parts) = strtime::parse(shape, text) else { continue };
            if parts.offset().is_some()
                && let Ok(timestamp) = parts.to_timestamp()
            {
                let at = in_range(timestamp.as_microsecond())?;
                return Ok(Stamp { at, quality: TimeQuality::Exact, precision });
            }
            if let Ok(civil) = parts.to_datetime() {
                return self.civil(civil, false, precision);
            }
        }
        let rfc_2822 = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text);
        let timestamp = rfc_2822.map_err(|_| Reason::Borrowed(NOT_UNDERSTOOD))?;
        let at = in_range(timestamp.as_microsecond())?;
        Ok(Stamp { at, quality: TimeQuality::Exact, precision: TimePrecision::Second })
    }

    fn civil(
        &self,
        civil: DateTime,
        is_utc: bool,
        precision: TimePrecision,
    ) -> Result<Stamp, Reason> {
        let (us, quality) = if is_utc {
            let utc = TimeZone::UTC.to_timestamp(civil);
            let utc = utc.map_err(|_| out_of_range(civil.year().into()))?;
            (utc.as_microsecond(), TimeQuality::Exact)
        } else {
            (self.local_us(civil)?, TimeQuality::ZoneAssumed)
        };
        Ok(Stamp { at: in_range(us)?, quality, precision })
    }

    /// Reads an epoch count whose unit shows in its size: below 10¹¹ seconds, below 10¹⁴ ms, below
    /// 10¹⁷ µs, else ns. What would be 1990 in ns is .NET's ticks of this century. Eight digits that spell a day of this century (`20260805`) are that day.
    ///
    /// # Errors
    /// A reason when the count lies outside 1970…2099 in its unit.
    pub fn epoch(&self, count: i64) -> Result<Stamp, Reason> {
        if let Some(midnight) = spelled_day(count) {
            return self.day(midnight);
        }
        if DOTNET_CENTURY.contains(&count) {
            return dotnet_ticks(count);
        }
        let (us, precision) = match count.unsigned_abs() {
            0 => return Err(MISSING.into()),
            1..100_000_000_000 => (count * SECOND_US, TimePrecision::Second),
            100_000_000_000..100_000_000_000_000 => (count * 1_000, TimePrecision::Millisecond),
            100_000_000_000_000..100_000_000_000_000_000 => (count, TimePrecision::Microsecond),
            _ => (count.div_euclid(1_000), TimePrecision::Sub),
        };
        Ok(Stamp { at: in_range(us)?, quality: TimeQuality::Exact, precision })
    }

    /// [`TimeParser::epoch`] for counts with a fraction, rounded to the microsecond.
    ///
    /// # Errors
    /// A reason when the count is not finite or lies outside 1970…2099 in its unit.
    pub fn epoch_real(&self, count: f64) -> Result<Stamp, Reason> {
        if !count.is_finite() || count.abs() >= 9.2e18 {
            return Err(NOT_UNDERSTOOD.into());
        }
        if count.fract() == 0.0 {
            return self.epoch(count as i64);
        }
        let factor = match count.abs() {
            size if size < 1e11 => 1e6,
            size if size < 1e14 => 1e3,
            _ => 1.0,
        };
        let at = in_range((count * factor).round() as i64)?;
        Ok(Stamp { at, quality: TimeQuality::Exact, precision: TimePrecision::Microsecond })
    }

    /// An epoch count in text; `None` when it is no number after all (`2026-08-05`).
    fn numeric(&self, text: &str) -> Option<Result<Stamp, Reason>> {
        if let Ok(count) = text.parse::<i64>() {
            return Some(self.epoch(count));
        }
        let count = text.parse::<f64>().ok()?;
        Some(self.epoch_real(count))
    }

    fn day(&self, midnight: DateTime) -> Result<Stamp, Reason> {
        let at = in_range(self.local_us(midnight)?)?;
        Ok(Stamp { at, quality: TimeQuality::Day, precision: TimePrecision::Day })
    }
}

/// Reads .NET ticks: 100 ns since 0001-01-01.
///
/// # Errors
/// A reason when the time lies outside 1970…2099.
pub fn dotnet_ticks(ticks: i64) -> Result<Stamp, Reason> {
    let at = in_range(ticks.saturating_sub(DOTNET_EPOCH_TICKS).div_euclid(10))?;
    Ok(Stamp { at, quality: TimeQuality::Exact, precision: TimePrecision::Sub })
}

/// Whether a text is a month, a day and a clock time: `02-13 11:33:33`.
fn is_without_year(text: &str) -> bool {
    let shape = text.bytes().take(14).map(|b| if b.is_ascii_digit() { b'0' } else { b });
    shape.eq(*b"00-00 00:00:00")
}

/// Midnight of a day written as one number.
fn spelled_day(count: i64) -> Option<DateTime> {
    if !(20_000_101..=20_991_231).contains(&count) {
        return None;
    }
    let (year, month, day) = (count / 10_000, count / 100 % 100, count % 100);
    let day = jiff::civil::Date::new(year as i16, month as i8, day as i8).ok()?;
    Some(day.at(0, 0, 0, 0))
}

/// The unit of a written fraction. Exporters that pad whole seconds with six or more zeros
/// (`14:17:22.000000000`) have second precision, whatever they write.
fn precision_of(digits: u32, nanosecond: u32) -> TimePrecision {
    match digits {
        0 => TimePrecision::Second,
        1..=3 => TimePrecision::Millisecond,
        _ if nanosecond == 0 && digits >= 6 => TimePrecision::Second,
        4..=6 => TimePrecision::Microsecond,
        _ => TimePrecision::Sub,
    }
}

/// [`precision_of`] for shapes the fast path does not read: `hh:mm:ss.fff` with anything around.
fn written_precision(text: &str) -> TimePrecision {
    let start = text.find(':').unwrap_or(text.len());
    let is_clock = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | ',');
    let end = text[start..].find(|c| !is_clock(c)).map_or(text.len(), |at| start + at);
    let clock = &text[start..end];
    if clock.matches(':').count() == 1 {
        return TimePrecision::Minute;
    }
    let fraction = clock.find(['.', ',']).map_or("", |at| &clock[at + 1..]);
    let nonzero = fraction.bytes().any(|b| b != b'0');
    precision_of(fraction.len().min(9) as u32, u32::from(nonzero))
}

/// A time a log record may carry, from µs since 1970.
fn in_range(us: i64) -> Result<Time, Reason> {
    let at = Time(us);
    if at >= Time::EARLIEST && at < Time::TOO_LATE {
        return Ok(at);
    }
    if UNSET_US.iter().any(|unset| us.abs_diff(*unset) <= DAY_US.unsigned_abs()) {
        return Err(MISSING.into());
    }
    Err(out_of_range(calendar::year_of(us)))
}

fn out_of_range(year: i64) -> Reason {
    format!("timestamp out of range (year {year})").into()
}

#[cfg(test)]
#[path = "time_tests.rs"]
mod tests;
