//! The fast path for times: `2026-03-01T12:34:56.789Z` and its close relatives, by hand.

use jiff::civil::DateTime;

use crate::model::time::{DAY_US, SECOND_US};

/// What a time says of its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    /// Seconds east of UTC.
    Offset(i32),
    /// Nothing.
    Unstated,
}

/// A calendar date and clock time, validated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    year: i16,
    month: i8,
    day: i8,
    hour: i8,
    minute: i8,
    second: i8,
    /// Fraction of the second, ns. Texts with more than nine digits are left to jiff.
    pub nanosecond: u32,
    /// Digits written after the point, at most 9.
    pub fraction_digits: u32,
    /// The zone.
    pub zone: Zone,
}

impl Reading {
    /// µs since 1970-01-01 on the wall clock it was read from.
    pub fn civil_us(&self) -> i64 {
        let days = days_from_civil(self.year.into(), self.month.into(), self.day.into());
        let seconds =
            i64::from(self.hour) * 3_600 + i64::from(self.minute) * 60 + i64::from(self.second);
        days * DAY_US + seconds * SECOND_US + i64::from(self.nanosecond / 1_000)
    }

    /// The same as a jiff value, µs precision.
    pub fn civil(&self) -> Option<DateTime> {
        let nanosecond = (self.nanosecond / 1_000 * 1_000) as i32;
        let (hour, minute, second) = (self.hour, self.minute, self.second);
        DateTime::new(self.year, self.month, self.day, hour, minute, second, nanosecond).ok()
    }
}

const MONTHS: [[u8; 3]; 12] = [
    *b"Jan", *b"Feb", *b"Mar", *b"Apr", *b"May", *b"Jun", *b"Jul", *b"Aug", *b"Sep", *b"Oct",
    *b"Nov", *b"Dec",
];

/// Reads `YYYY-MM-DD`, then `T`, `t` or a space, `HH:MM:SS`, an optional fraction after `.` or
/// `,`, and `Z`, ` UTC`, `±HH:MM`, `±HHMM`, `±HH` or nothing.
///
/// `None` for every other shape, leap seconds and impossible dates: those are left to jiff.
/// Equals parsing the same text with jiff and cutting to µs.
pub(super) fn read(text: &[u8]) -> Option<Reading> {
    let head: &[u8; 19] = text.first_chunk()?;
    if head[4] != b'-' || head[7] != b'-' || head[13] != b':' || head[16] != b':' {
        return None;
    }
    if !matches!(head[10], b'T' | b' ' | b't') {
        return None;
    }
    let year = two(head[0], head[1])? * 100 + two(head[2], head[3])?;
    let (month, day) = (two(head[5], head[6])?, two(head[8], head[9])?);
    let (hour, minute) = (two(head[11], head[12])?, two(head[14], head[15])?);
    let second = two(head[17], head[18])?;
    if month == 0 || month > 12 || day == 0 || day > days_in_month(year, month) {
        return None;
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (nanosecond, fraction_digits, rest) = fraction(&text[19..])?;
    Some(Reading {
        year,
        month: month as i8,
        day: day as i8,
        hour: hour as i8,
        minute: minute as i8,
        second: second as i8,
        nanosecond,
        fraction_digits,
        zone: zone(rest)?,
    })
}

/// Reads `17/May/2015:10:05:03 +0000`, the time of web servers' access logs.
pub(super) fn access_log(text: &[u8]) -> Option<Reading> {
    let text: &[u8; 26] = text.try_into().ok()?;
    let [d1, d2, b'/', m1, m2, m3, b'/', year @ .., _] = text else { return None };
    let month = MONTHS.iter().position(|name| *name == [*m1, *m2, *m3])? as u8 + 1;
    let [y1, y2, y3, y4, b':', clock @ ..] = year else { return None };
    let [h1, h2, b':', n1, n2, b':', s1, s2, b' ', ..] = clock else { return None };
    let month = [b'0' + month / 10, b'0' + month % 10];
    let mut iso = [0; 24];
    iso[..19].copy_from_slice(&[
        *y1, *y2, *y3, *y4, b'-', month[0], month[1], b'-', *d1, *d2, b'T', *h1, *h2, b':', *n1,
        *n2, b':', *s1, *s2,
    ]);
    iso[19..].copy_from_slice(&text[21..]);
    read(&iso)
}

/// Two digits as a number.
#[inline]
fn two(tens: u8, ones: u8) -> Option<i16> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens <= 9 && ones <= 9).then(|| i16::from(tens) * 10 + i16::from(ones))
}

/// The fraction in ns, how many digits it had, and what follows it.
#[inline]
fn fraction(text: &[u8]) -> Option<(u32, u32, &[u8])> {
    if !matches!(text.first(), Some(b'.' | b',')) {
        return Some((0, 0, text));
    }
    let mut value = 0_u32;
    let mut digits = 0_usize;
    for byte in &text[1..] {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        if digits == 9 {
            return None;
        }
        value = value * 10 + u32::from(digit);
        digits += 1;
    }
    if digits == 0 {
        return None;
    }
    Some((value * 10_u32.pow(9 - digits as u32), digits as u32, &text[1 + digits..]))
}

#[inline]
fn zone(text: &[u8]) -> Option<Zone> {
    match text {
        [] => Some(Zone::Unstated),
        b"Z" | b"z" | b" UTC" => Some(Zone::Offset(0)),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] | [sign @ (b'+' | b'-'), h1, h2, m1, m2] => {
            offset(*sign, two(*h1, *h2)?, two(*m1, *m2)?)
        }
        [sign @ (b'+' | b'-'), h1, h2] => offset(*sign, two(*h1, *h2)?, 0),
        _ => None,
    }
}

/// Offsets beyond a day are left to jiff, which knows how to refuse them.
fn offset(sign: u8, hours: i16, minutes: i16) -> Option<Zone> {
    if hours > 23 || minutes > 59 {
        return None;
    }
    let seconds = i32::from(hours) * 3_600 + i32::from(minutes) * 60;
    Some(Zone::Offset(if sign == b'-' { -seconds } else { seconds }))
}

fn days_in_month(year: i16, month: i16) -> i16 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar (Hinnant, "chrono-compatible
/// low-level date algorithms").
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The year of a time in µs since 1970, for any `i64`.
pub(super) fn year_of(us: i64) -> i64 {
    let days = us.div_euclid(DAY_US);
    // 146,097 days are 400 years; the estimate is at most one year off either way.
    let mut year = 1970 + (days * 400).div_euclid(146_097);
    while days_from_civil(year, 1, 1) > days {
        year -= 1;
    }
    while days_from_civil(year + 1, 1, 1) <= days {
        year += 1;
    }
    year
}
