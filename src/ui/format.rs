//! Numbers, sizes and times as the window writes them. Units are always shown.

use crate::model::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};
use crate::model::{Time, TimeSpan};
use crate::ui::widget::raw::hides;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `16,041,337`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 account`, `24,018 accounts`.
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// The word with a capital letter: `Exchanges`.
pub fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// Three significant digits: `9.84 bn`, `12.1 M`, `64.2 k`, `871`.
pub fn compact(n: u64) -> String {
    const UNITS: [(u64, &str); 4] =
        [(1_000_000_000_000, " tn"), (1_000_000_000, " bn"), (1_000_000, " M"), (10_000, " k")];
    for (unit, name) in UNITS {
        if n >= unit {
            let unit = if unit == 10_000 { 1_000 } else { unit };
            return format!("{}{name}", three_digits(n as f64 / unit as f64));
        }
    }
    count(n)
}

/// A number on an axis: `120k`, `1.5M`, `0`.
pub fn tick(n: u64) -> String {
    let (unit, name) = match n {
        0..1_000 => return n.to_string(),
        1_000..1_000_000 => (1e3, "k"),
        1_000_000..1_000_000_000 => (1e6, "M"),
        _ => (1e9, "bn"),
    };
    let text = format!("{:.1}", n as f64 / unit);
    format!("{}{name}", text.trim_end_matches(".0"))
}

/// `1.94 GB`, `612 MB`, `88 bytes`; powers of 1000.
pub fn bytes(n: u64) -> String {
    const UNITS: [(f64, &str); 4] = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")];
    for (unit, name) in UNITS {
        if n as f64 >= unit {
            return format!("{} {name}", three_digits(n as f64 / unit));
        }
    }
    format!("{n} bytes")
}

fn three_digits(value: f64) -> String {
    let decimals = if value < 10.0 {
        2
    } else if value < 100.0 {
        1
    } else {
        0
    };
    format!("{value:.decimals$}")
}

/// `54 %`; `< 1 %` for a share that is there but would round to nothing, and never `100 %` for
/// one that is not all of it.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 || part == 0 {
        return "0 %".into();
    }
    let share = 100.0 * part as f64 / whole as f64;
    match share.round() {
        r if r < 1.0 => "< 1 %".into(),
        r if r >= 100.0 && part < whole => "> 99 %".into(),
        r => format!("{r:.0} %"),
    }
}

/// `34 s`, `1 min 5 s`, `2 h 10 min`.
pub fn seconds(s: f64) -> String {
    if !s.is_finite() || s < 0.0 {
        return "unknown".into();
    }
    let s = s.round() as u64;
    match s {
        0..60 => format!("{s} s"),
        60..3_600 => format!("{} min {} s", s / 60, s % 60),
        _ => format!("{} h {} min", s / 3_600, s % 3_600 / 60),
    }
}

/// Year, month 1…12, day 1…31 in UTC.
fn civil(t: Time) -> (i64, usize, u32) {
    // Days since 1970-01-01 to a civil date (Hinnant, chrono-compatible low-level date
    // algorithms, `civil_from_days`), total for every i64 of microseconds.
    let z = t.0.div_euclid(DAY_US) + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as usize, day as u32)
}

/// `1 Mar`, UTC.
pub fn day(t: Time) -> String {
    let (_, month, day) = civil(t);
    format!("{day} {}", MONTHS[month - 1])
}

/// `1 Mar 2026`, UTC.
pub fn date(t: Time) -> String {
    let (year, month, day) = civil(t);
    format!("{day} {} {year}", MONTHS[month - 1])
}

/// `13:02`, UTC.
pub fn clock(t: Time) -> String {
    let us = t.0.rem_euclid(DAY_US);
    format!("{:02}:{:02}", us / HOUR_US, us % HOUR_US / MINUTE_US)
}

/// `13:02:11`, UTC.
pub fn clock_seconds(t: Time) -> String {
    format!("{}:{:02}", clock(t), t.0.rem_euclid(MINUTE_US) / SECOND_US)
}

/// The days a span touches: `1 Mar – 14 Apr 2026`, `14 Apr 2026`, `20 Dec 2025 – 3 Jan 2026`.
pub fn days(span: TimeSpan) -> String {
    // The end is exclusive: a span that ends at midnight does not touch the next day.
    let last = Time(span.end.0.saturating_sub(1).max(span.start.0));
    let (from, to) = (civil(span.start), civil(last));
    if from == to {
        date(last)
    } else if from.0 == to.0 {
        format!("{} – {}", day(span.start), date(last))
    } else {
        format!("{} – {}", date(span.start), date(last))
    }
}

/// A range of time as short as it can be told: `10 Mar – 14 Mar 2026` for whole days,
/// `10 Mar 21:00 – 15 Mar 09:00`, `15 Mar 06:00 – 09:00`; seconds where there are any.
pub fn range(span: TimeSpan) -> String {
    let whole = |t: Time, unit: i64| t.0.rem_euclid(unit) == 0;
    if whole(span.start, DAY_US) && whole(span.end, DAY_US) {
        return days(span);
    }
    let minutes = whole(span.start, MINUTE_US) && whole(span.end, MINUTE_US);
    let clock = if minutes { clock } else { clock_seconds };
    let (from, to) = (day(span.start), day(span.end));
    let to = if civil(span.start) == civil(span.end) { String::new() } else { to + " " };
    format!("{from} {} – {to}{}", clock(span.start), clock(span.end))
}

/// How long a span is: `45 days`, `20 h`, `12 min`, `8 s`.
pub fn length(span: TimeSpan) -> String {
    let us = span.len_us();
    let (n, one, many) = if us >= 2 * DAY_US {
        (rounded_up(us, DAY_US), "day", "days")
    } else if us >= 2 * HOUR_US {
        (rounded_up(us, HOUR_US), "h", "h")
    } else if us >= 2 * MINUTE_US {
        (rounded_up(us, MINUTE_US), "min", "min")
    } else {
        (rounded_up(us, SECOND_US), "s", "s")
    };
    counted(n.unsigned_abs(), one, many)
}

/// Rounds up; `us` is never negative here.
fn rounded_up(us: i64, unit: i64) -> i64 {
    us / unit + i64::from(us % unit != 0)
}

/// When something happened, seen from `now`: `today 13:02`, `yesterday 17:40`, `2 Apr`,
/// `19 Jan 2025`. `offset_us` is added to UTC to get the wall clock.
pub fn ago(t: Time, now: Time, offset_us: i64) -> String {
    let local = |t: Time| Time(t.0.saturating_add(offset_us));
    let (t, now) = (local(t), local(now));
    let days = now.0.div_euclid(DAY_US) - t.0.div_euclid(DAY_US);
    match days {
        0 => format!("today {}", clock(t)),
        1 => format!("yesterday {}", clock(t)),
        _ if civil(t).0 == civil(now).0 => day(t),
        _ => date(t),
    }
}

/// Text from a log, safe to show: control characters and bidirectional overrides become `·`,
/// because a log line must not be able to rearrange the screen.
pub fn display(text: &str) -> String {
    text.chars().map(|c| if hides(c) { '·' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(days: i64, hours: i64) -> Time {
        Time(days * DAY_US + hours * HOUR_US)
    }

    #[test]
    fn counts_are_grouped_and_compact_numbers_keep_three_digits() {
        assert_eq!(count(16_041_337), "16,041,337");
        assert_eq!(
            (count(0), count(999), count(1_000)),
            ("0".into(), "999".into(), "1,000".into())
        );
        assert_eq!(compact(9_840_000_000), "9.84 bn");
        assert_eq!(compact(12_130_000), "12.1 M");
        assert_eq!((compact(64_213), compact(9_999)), ("64.2 k".into(), "9,999".into()));
        assert_eq!(
            (tick(120_000), tick(1_500), tick(0)),
            ("120k".into(), "1.5k".into(), "0".into())
        );
        assert_eq!(bytes(612_400_000), "612 MB");
        assert_eq!(bytes(88), "88 bytes");
        assert_eq!(counted(1, "account", "accounts"), "1 account");
    }

    #[test]
    fn a_share_is_never_rounded_to_all_or_nothing() {
        assert_eq!(percent(1, 1_000), "< 1 %");
        assert_eq!(percent(9_999, 10_000), "> 99 %");
        assert_eq!(
            (percent(54, 100), percent(0, 5), percent(5, 5)),
            ("54 %".into(), "0 %".into(), "100 %".into())
        );
    }

    #[test]
    fn dates_agree_with_the_calendar_over_two_centuries() {
        for days in (-36_000..48_000).step_by(37) {
            let t = at(days, 5);
            let (year, month, day) = civil(t);
            assert_eq!(format!("{year:04}-{month:02}-{day:02}"), t.date());
        }
        civil(Time(i64::MIN));
        civil(Time(i64::MAX));
    }

    #[test]
    fn periods_name_the_days_they_touch() {
        let march = 20_513; // 2026-03-01
        let span = TimeSpan { start: at(march, 0), end: at(march + 45, 0) };
        assert_eq!((days(span), length(span)), ("1 Mar – 14 Apr 2026".into(), "45 days".into()));
        let hours = TimeSpan { start: at(march, 3), end: at(march, 23) };
        assert_eq!((days(hours), length(hours)), ("1 Mar 2026".into(), "20 h".into()));
        let instant = TimeSpan { start: at(march, 0), end: at(march, 0) };
        assert_eq!(days(instant), "1 Mar 2026");
    }

    #[test]
    fn a_range_says_days_hours_or_seconds_and_a_day_once() {
        let march = 20_513; // 2026-03-01
        let range = |start: Time, end: Time| range(TimeSpan { start, end });
        assert_eq!(range(at(march, 0), at(march + 2, 0)), "1 Mar – 2 Mar 2026");
        assert_eq!(range(at(march, 21), at(march + 5, 9)), "1 Mar 21:00 – 6 Mar 09:00");
        assert_eq!(range(at(march, 6), at(march, 9)), "1 Mar 06:00 – 09:00");
        let second = Time(at(march, 6).0 + 1_000_000);
        assert_eq!(range(at(march, 6), second), "1 Mar 06:00:00 – 06:00:01");
    }

    #[test]
    fn recent_things_are_dated_relative_to_today() {
        let now = at(20_513, 14);
        assert_eq!(ago(at(20_513, 13), now, 0), "today 13:00");
        assert_eq!(ago(at(20_512, 17), now, 0), "yesterday 17:00");
        assert_eq!(ago(at(20_512, 23), now, HOUR_US), "today 00:00");
        assert_eq!(ago(at(20_480, 1), now, 0), "27 Jan");
        assert_eq!(ago(at(20_100, 1), now, 0), "12 Jan 2025");
    }

    #[test]
    fn text_from_a_log_cannot_rearrange_the_screen() {
        assert_eq!(display("ac\u{202e}001\n\u{7}"), "ac·001··");
        assert_eq!(display("naïve 名前"), "naïve 名前");
        assert_eq!(display("a\u{61c}b\u{2028}c\u{ad}d\u{e0041}"), "a·b·c·d·");
    }
}
