//! Times as a reader of the report sees them: UTC, in words a page has room for.

use jiff::civil::DateTime;

use crate::model::{Time, TimeSpan};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The month's name, three letters.
fn month(civil: DateTime) -> &'static str {
    MONTHS[(civil.month() as usize - 1) % MONTHS.len()]
}

/// `1 Mar 2026`.
pub fn day(at: Time) -> String {
    let civil = at.civil();
    format!("{} {} {}", civil.day(), month(civil), civil.year())
}

/// `1 Mar`.
pub fn short_day(at: Time) -> String {
    let civil = at.civil();
    format!("{} {}", civil.day(), month(civil))
}

/// `08:12`.
pub fn hour_minute(at: Time) -> String {
    let civil = at.civil();
    format!("{:02}:{:02}", civil.hour(), civil.minute())
}

/// `16 Apr 2026 08:12`, for columns that say UTC in their header.
pub fn stamp(at: Time) -> String {
    format!("{} {}", day(at), hour_minute(at))
}

/// `16 Apr 2026 08:12 UTC`.
pub fn moment(at: Time) -> String {
    format!("{} UTC", stamp(at))
}

/// From the first to the last instant inside: `1 Mar – 14 Apr 2026`, or one day with its hours.
pub fn span(span: TimeSpan) -> String {
    let last = Time(span.end.0.saturating_sub(1).max(span.start.0));
    let (a, b) = (span.start.civil(), last.civil());
    // Minutes would say of the shortest spans only that they lie in one.
    if (a.date(), a.hour(), a.minute()) == (b.date(), b.hour(), b.minute()) {
        let second = |civil: DateTime| format!("{}:{:02}", hour_minute(span.start), civil.second());
        let to =
            if a.second() == b.second() { String::new() } else { format!(" – {}", second(b)) };
        return format!("{} {}{to} UTC", day(span.start), second(a));
    }
    if a.date() == b.date() {
        return format!(
            "{} {} – {} UTC",
            day(span.start),
            hour_minute(span.start),
            hour_minute(last)
        );
    }
    if a.year() == b.year() {
        return format!("{} – {}", short_day(span.start), day(last));
    }
    format!("{} – {}", day(span.start), day(last))
}

/// Length in the largest whole unit that fits: `45 days`, `3 hours`, `90 seconds`.
pub fn length(span: TimeSpan) -> String {
    use crate::model::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};
    let us = span.len_us();
    let units = [
        (DAY_US, "day", "days"),
        (HOUR_US, "hour", "hours"),
        (MINUTE_US, "minute", "minutes"),
        (SECOND_US, "second", "seconds"),
    ];
    let (unit, one, many) =
        units.into_iter().find(|(unit, ..)| us >= 2 * unit).unwrap_or(units[units.len() - 1]);
    // A part of a unit counts: 44.9 days are 45 calendar days of logs.
    let n = us.div_euclid(unit) + i64::from(us % unit != 0);
    super::text::counted(n.max(1) as u64, one, many)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::{DAY_US, HOUR_US};

    const MARCH: i64 = 1_772_323_200_000_000;

    #[test]
    fn times_read_as_prose() {
        assert_eq!(Time(MARCH).to_string(), "2026-03-01T00:00:00Z");
        assert_eq!(moment(Time(MARCH + 12 * HOUR_US)), "1 Mar 2026 12:00 UTC");
        let days = TimeSpan::new(Time(MARCH), Time(MARCH + 45 * DAY_US));
        assert_eq!(span(days), "1 Mar – 14 Apr 2026");
        assert_eq!(length(days), "45 days");
        let hours = TimeSpan::new(Time(MARCH), Time(MARCH + 3 * HOUR_US));
        assert_eq!(span(hours), "1 Mar 2026 00:00 – 02:59 UTC");
        assert_eq!(length(hours), "3 hours");
        assert_eq!(length(TimeSpan::new(Time(MARCH), Time(MARCH + 1))), "1 second");
        let short = |us| span(TimeSpan::new(Time(MARCH), Time(MARCH + us)));
        assert_eq!(short(27_000_000), "1 Mar 2026 00:00:00 – 00:00:26 UTC");
        assert_eq!(short(1), "1 Mar 2026 00:00:00 UTC");
        let years = TimeSpan::new(Time(MARCH - 100 * DAY_US), Time(MARCH));
        assert_eq!(span(years), "21 Nov 2025 – 28 Feb 2026");
    }
}
