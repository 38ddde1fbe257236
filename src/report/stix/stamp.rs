//! Timestamps as STIX 2.1 writes them: RFC 3339 in UTC, at least milliseconds.

use std::cmp::Ordering;

/// Whether a text is one, of a day that there is, with three to six digits after the second.
pub fn is_stamp(text: &str) -> bool {
    let shape = "dddd-dd-ddTdd:dd:dd.ddd";
    let (Some(head), Some(rest)) = (text.get(..shape.len()), text.get(shape.len()..)) else {
        return false;
    };
    let fits = |(is, should): (char, char)| match should {
        'd' => is.is_ascii_digit(),
        other => is == other,
    };
    let more = rest.strip_suffix('Z');
    let is_short = more.is_some_and(|m| m.len() <= 3 && m.bytes().all(|b| b.is_ascii_digit()));
    if !is_short || !head.chars().zip(shape.chars()).all(fits) {
        return false;
    }
    let number = |at: usize, long: usize| head[at..at + long].parse().unwrap_or(u32::MAX);
    let (year, month, day) = (number(0, 4), number(5, 2), number(8, 2));
    let is_time = number(11, 2) < 24 && number(14, 2) < 60 && number(17, 2) < 60;
    is_time && year > 0 && day > 0 && day <= days(year, month)
}

/// Days of a month; none of a month that there is not.
fn days(year: u32, month: u32) -> u32 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// Which is earlier. With the `Z`, a time with fewer digits would stand behind one with more.
pub fn compare(a: &str, b: &str) -> Ordering {
    a.trim_end_matches('Z').cmp(b.trim_end_matches('Z'))
}

/// The later of two.
pub fn later<'a>(a: &'a str, b: &'a str) -> &'a str {
    if compare(a, b).is_lt() { b } else { a }
}

/// From the earlier to the later of two; where only one is known, that alone.
pub fn window<'a>(first: Option<&'a str>, last: Option<&'a str>) -> Option<(&'a str, &'a str)> {
    let (first, last) = (first.or(last)?, last.or(first)?);
    Some(if compare(first, last).is_gt() { (last, first) } else { (first, last) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_day_that_there_is_and_at_least_milliseconds() {
        for good in ["2026-03-01T00:00:00.000Z", "2024-02-29T23:59:59.123456Z"] {
            assert!(is_stamp(good), "{good}");
        }
        for bad in [
            "",
            "2026-03-01",
            "2026-03-01T00:00:00Z",
            "2026-03-01T00:00:00.00Z",
            "2026-03-01T00:00:00.0000000Z",
            "2026-03-01T00:00:00.000",
            "2026-03-01T00:00:00.000+00:00",
            "2026-03-01 00:00:00.000Z",
            "2026-02-29T00:00:00.000Z",
            "2026-13-01T00:00:00.000Z",
            "2026-00-01T00:00:00.000Z",
            "2026-01-00T00:00:00.000Z",
            "2026-03-01T24:00:00.000Z",
            "2026-03-01T00:00:60.000Z",
            "0000-03-01T00:00:00.000Z",
            "２026-03-01T00:00:00.000Z",
            "2026-03-01T00:00:00.000٠Z",
        ] {
            assert!(!is_stamp(bad), "{bad}");
        }
    }

    #[test]
    fn times_of_different_precision_compare_as_times() {
        let (whole, part) = ("2026-03-01T00:00:00.000Z", "2026-03-01T00:00:00.000500Z");
        assert_eq!(compare(whole, part), Ordering::Less);
        assert_eq!(later(whole, part), part);
        assert_eq!(window(Some(part), Some(whole)), Some((whole, part)));
        assert_eq!(window(None, Some(whole)), Some((whole, whole)));
        assert_eq!(window(None, None), None);
    }
}
