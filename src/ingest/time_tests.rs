use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;

fn utc() -> TimeParser {
    TimeParser::new(TimeZone::UTC)
}

fn read(text: &str) -> (String, TimeQuality, TimePrecision) {
    let stamp = utc().text(text).expect(text);
    (stamp.at.to_string(), stamp.quality, stamp.precision)
}

fn reason(text: &str) -> String {
    utc().text(text).expect_err(text).into_owned()
}

#[test]
fn every_shape_of_the_logs_we_know_is_read() {
    use TimePrecision::{Microsecond, Millisecond, Minute, Second, Sub};
    use TimeQuality::{Exact, ZoneAssumed};
    let cases = [
        ("2025-03-11T00:38:02Z", "2025-03-11T00:38:02Z", Exact, Second),
        ("2024-04-17T02:03:59.9910000Z", "2024-04-17T02:03:59.991Z", Exact, Sub),
        ("2024-04-17T02:03:59.9460000", "2024-04-17T02:03:59.946Z", ZoneAssumed, Sub),
        ("2025-05-06T05:52:00.360468025Z", "2025-05-06T05:52:00.360468Z", Exact, Sub),
        ("2025-05-15 14:17:22.000000000", "2025-05-15T14:17:22Z", ZoneAssumed, Second),
        ("2023-11-16 18:17:03.9799600", "2023-11-16T18:17:03.979960Z", ZoneAssumed, Sub),
        ("2025-01-24 09:20:46.847371", "2025-01-24T09:20:46.847371Z", ZoneAssumed, Microsecond),
        ("2025-05-06 05:52:00.375773 UTC", "2025-05-06T05:52:00.375773Z", Exact, Microsecond),
        ("2026-01-02 03:00:00.125 -0700", "2026-01-02T10:00:00.125Z", Exact, Millisecond),
        ("2025-07-29 22:40:15Z", "2025-07-29T22:40:15Z", Exact, Second),
        ("2025-05-06T05:52:00.375+05:30", "2025-05-06T00:22:00.375Z", Exact, Millisecond),
        ("2025-05-06T05:52:00-0800", "2025-05-06T13:52:00Z", Exact, Second),
        ("2025-05-06 05:52:00+00", "2025-05-06T05:52:00Z", Exact, Second),
        ("17/May/2015:10:05:03 +0200", "2015-05-17T08:05:03Z", Exact, Second),
        ("2024-05-10 00:00:00.009930+00:00", "2024-05-10T00:00:00.009930Z", Exact, Microsecond),
        ("2026-06-28 03:46:57.713", "2026-06-28T03:46:57.713Z", ZoneAssumed, Millisecond),
        ("2026-05-12 00:00:00", "2026-05-12T00:00:00Z", ZoneAssumed, Second),
        ("2025/03/21 - 08:52:32", "2025-03-21T08:52:32Z", ZoneAssumed, Second),
        ("10/30/2025, 10:03:45.464 PM", "2025-10-30T22:03:45.464Z", ZoneAssumed, Millisecond),
        ("May 6, 2025 @ 05:52:00.360", "2025-05-06T05:52:00.360Z", ZoneAssumed, Millisecond),
        ("2025-05-15T14:17Z", "2025-05-15T14:17:00Z", Exact, Minute),
        ("Thu, 19 Sep 2024 22:10:39 GMT", "2024-09-19T22:10:39Z", Exact, Second),
        ("13.03.2026 10:00:05", "2026-03-13T10:00:05Z", ZoneAssumed, Second),
        ("01.03.2026, 10:00:05.250", "2026-03-01T10:00:05.250Z", ZoneAssumed, Millisecond),
        ("1.3.2026 10:00", "2026-03-01T10:00:00Z", ZoneAssumed, Minute),
        (
            "Sun Mar 01 2026 10:00:05 GMT+0100 (Central European Standard Time)",
            "2026-03-01T09:00:05Z",
            Exact,
            Second,
        ),
        ("Sun Mar 01 2026 10:00:05 GMT+0000", "2026-03-01T10:00:05Z", Exact, Second),
        ("Sun Mar  1 10:00:05 2026", "2026-03-01T10:00:05Z", ZoneAssumed, Second),
        ("  2025-03-11T00:38:02Z ", "2025-03-11T00:38:02Z", Exact, Second),
    ];
    for (text, at, quality, precision) in cases {
        assert_eq!(read(text), (at.to_owned(), quality, precision), "{text}");
    }
}

#[test]
fn epoch_counts_show_their_unit_by_their_size() {
    use TimePrecision::{Microsecond, Millisecond, Second, Sub};
    let cases = [
        ("1738000000", "2025-01-27T17:46:40Z", Second),
        ("1738000000123", "2025-01-27T17:46:40.123Z", Millisecond),
        ("1738000000123456", "2025-01-27T17:46:40.123456Z", Microsecond),
        ("1738000000123456789", "2025-01-27T17:46:40.123456Z", Sub),
        ("1738000000.123456", "2025-01-27T17:46:40.123456Z", Microsecond),
        ("1738000000.0", "2025-01-27T17:46:40Z", Second),
        ("1.738e9", "2025-01-27T17:46:40Z", Second),
        // .NET's ticks of 100 ns since the year 1.
        ("638978186277847539", "2025-11-04T02:03:47.784753Z", Sub),
    ];
    for (text, at, precision) in cases {
        assert_eq!(read(text), (at.to_owned(), TimeQuality::Exact, precision), "{text}");
    }
    assert_eq!(utc().epoch_real(1_738_000_000_123.4).expect("ms").at.0, 1_738_000_000_123_400);
}

#[test]
fn a_time_without_a_year_is_the_newest_that_is_not_too_late() {
    let latest = utc().text("2026-03-01T00:00:00Z").expect("a time").at;
    let parser =
        |zone: &str| TimeParser::new(TimeZone::get(zone).expect("a zone")).not_after(latest);
    let at = |text: &str| {
        let stamp = parser("UTC").text(text).expect(text);
        assert_eq!(stamp.quality, TimeQuality::YearAssumed);
        (stamp.at.to_string(), stamp.precision)
    };
    assert_eq!(at("02-13 11:33:33"), ("2026-02-13T11:33:33Z".into(), TimePrecision::Second));
    assert_eq!(at("03-01 00:00:01"), ("2025-03-01T00:00:01Z".into(), TimePrecision::Second));
    assert_eq!(at("02-29 11:33:33.25").0, "2024-02-29T11:33:33.250Z");
    // In Tokyo it is March already, and in New York still February.
    let local = |zone: &str| parser(zone).text("03-01 08:00:00").expect(zone).at.to_string();
    assert_eq!(local("Asia/Tokyo"), "2026-02-28T23:00:00Z");
    assert_eq!(local("America/New_York"), "2025-03-01T13:00:00Z");
    assert_eq!(reason("02-13 11:33:33"), NO_YEAR);
    assert_eq!(parser("UTC").text("02-30 11:33:33"), Err(NOT_UNDERSTOOD.into()));
}

#[test]
fn the_time_of_an_access_log_is_read_by_hand_as_it_would_be_by_jiff() {
    for text in
        ["17/May/2015:10:05:03 +0200", "29/Feb/2024:23:59:59 -1130", "01/Jan/2000:00:00:00 +0000"]
    {
        let slow = strtime::parse("%d/%b/%Y:%H:%M:%S %z", text).expect(text).to_timestamp();
        assert_eq!(utc().text(text).expect(text).at.0, slow.expect(text).as_microsecond());
    }
    for text in [
        "31/Feb/2015:10:05:03 +0200",
        "17/may/2015:10:05:03 +0200",
        "17/May/2015:25:05:03 +0200",
        "17/May/2015:10:05:03",
        "17/May/2015:10:05:03 0200 ",
    ] {
        assert_eq!(reason(text), NOT_UNDERSTOOD, "{text}");
    }
}

#[test]
fn days_are_days_however_they_are_written() {
    for text in ["2026-08-05", "20260805"] {
        let day = (TimeQuality::Day, TimePrecision::Day);
        let (at, quality, precision) = read(text);
        assert_eq!((at.as_str(), (quality, precision)), ("2026-08-05T00:00:00Z", day), "{text}");
    }
}

#[test]
fn days_begin_in_the_zone_assumed_however_they_are_written() {
    let berlin = TimeParser::new(TimeZone::get("Europe/Berlin").expect("a zone"));
    for stamp in [berlin.text("2026-08-05"), berlin.text("20260805"), berlin.epoch(20_260_805)] {
        assert_eq!(stamp.expect("a day").at.to_string(), "2026-08-04T22:00:00Z");
    }
}

#[test]
fn azure_ticks_count_from_the_year_one() {
    let stamp = dotnet_ticks(638_515_262_815_394_150).expect("ticks");
    assert_eq!(stamp.at.to_string(), "2024-05-17T07:04:41.539415Z");
    assert_eq!(dotnet_ticks(1).expect_err("year 1"), MISSING);
}

#[test]
fn what_writers_put_where_no_time_was_set_is_none() {
    let parser = TimeParser::new(TimeZone::UTC);
    let berlin = TimeParser::new(TimeZone::get("Europe/Berlin").expect("a zone"));
    for text in [
        "",
        "  ",
        "0",
        "0.0",
        "0001-01-01T00:00:00Z",
        "0001-01-01 00:00:00",
        "0001-01-01",
        "-62135596800",
        "-62135596800000",
        "1601-01-01T00:00:00Z",
        "0000-00-00 00:00:00",
    ] {
        for parser in [&parser, &berlin] {
            let read = parser.text(text);
            assert_eq!(read.clone().expect_err(text), MISSING, "{text}");
            assert_eq!(Stamp::if_stated(read), Ok(Stamp::NONE), "{text}");
        }
    }
    // These may be times that somebody meant, or that another mapping reads.
    for text in ["1970-01-01T00:00:00Z", "1"] {
        assert!(parser.text(text).is_ok(), "{text}");
    }
    for text in ["yesterday", "n/a", "-", "null", "1601-06-01T00:00:00Z", "00:00:00"] {
        assert!(Stamp::if_stated(parser.text(text)).is_err(), "{text}");
    }
}

#[test]
fn of_two_times_the_first_that_can_be_read_counts_and_what_is_unreadable_is_said() {
    let parser = TimeParser::new(TimeZone::UTC);
    let first = |one: &str, other: &str| Stamp::first(parser.text(one), || parser.text(other));
    assert_eq!(first("1772359200", "x"), parser.text("1772359200"));
    assert_eq!(first("x", "1772359200"), parser.text("1772359200"));
    assert_eq!(first("x", "").expect_err("unreadable"), NOT_UNDERSTOOD);
    assert_eq!(first("", "x").expect_err("unreadable"), NOT_UNDERSTOOD);
    assert_eq!(first("", "").expect_err("missing"), MISSING);
}

#[test]
fn times_no_log_can_carry_are_refused_with_their_year() {
    assert_eq!(reason("9999-12-31T23:59:59Z"), "timestamp out of range (year 9999)");
    assert_eq!(reason("0000-01-01T00:00:00Z"), "timestamp out of range (year 0)");
    assert_eq!(reason("1969-12-31T23:59:59Z"), "timestamp out of range (year 1969)");
    assert_eq!(reason("2100-01-01T00:00:00Z"), "timestamp out of range (year 2100)");
    assert_eq!(reason("-1"), "timestamp out of range (year 1969)");
    // 253,402,300,799 is the last second of 9999, and a plausible count of milliseconds.
    assert_eq!(read("253402300799").0, "1978-01-11T21:31:40.799Z");
}

#[test]
fn what_is_no_time_says_so_without_quoting_it() {
    assert_eq!(reason(""), MISSING);
    assert_eq!(reason("  "), MISSING);
    for text in ["yesterday", "2025-13-01T00:00:00Z", "2025-02-30 10:00:00", "12:30", "1e400"] {
        assert_eq!(reason(text), NOT_UNDERSTOOD, "{text}");
    }
}

#[test]
fn a_time_without_a_zone_is_local_to_the_assumed_zone() {
    let berlin = TimeParser::new(TimeZone::get("Europe/Berlin").expect("zone"));
    let at = |text: &str| berlin.text(text).expect(text).at.to_string();
    assert_eq!(at("2025-07-01 12:00:00"), "2025-07-01T10:00:00Z");
    assert_eq!(at("2025-01-01T12:00:00.5"), "2025-01-01T11:00:00.500Z");
    assert_eq!(at("2025-07-01T12:00:00Z"), "2025-07-01T12:00:00Z");
    assert_eq!(at("2025-07-01"), "2025-06-30T22:00:00Z");
}

proptest! {
    #[test]
    fn the_fast_path_equals_jiff(
        seconds in 0_i64..4_102_444_800,
        nanos in 0_i32..1_000_000_000,
        digits in 0_usize..=9,
        offset in -1_439_i32..=1_439,
        shape in 0_usize..5,
    ) {
        let timestamp = jiff::Timestamp::new(seconds, nanos).expect("in range");
        let civil = jiff::tz::Offset::UTC.to_datetime(timestamp);
        let mut text = format!("{}", civil.strftime("%Y-%m-%dT%H:%M:%S"));
        if digits > 0 {
            text.push('.');
            text.push_str(&format!("{nanos:09}")[..digits]);
        }
        let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.abs());
        match shape {
            0 => text.push('Z'),
            1 => text.push_str(&format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)),
            2 => text.push_str(&format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)),
            3 => {}
            _ => text = text.replace('T', " "),
        }
        prop_assert!(calendar::read(text.as_bytes()).is_some(), "{}", text);
        let fast = utc().text(&text).map(|stamp| stamp.at);
        let slow = match text.parse::<jiff::Timestamp>() {
            Ok(timestamp) => in_range(timestamp.as_microsecond()),
            Err(_) => {
                let civil = text.parse::<DateTime>().expect("civil");
                in_range(TimeZone::UTC.to_timestamp(civil).expect("in range").as_microsecond())
            }
        };
        prop_assert_eq!(fast, slow);
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,40}", digits in "[0-9:TZ+. -]{0,40}") {
        let _ = utc().text(&text);
        let _ = utc().text(&digits);
    }

    #[test]
    fn the_year_of_any_number_is_found(us in any::<i64>()) {
        let year = calendar::year_of(us);
        if let Ok(timestamp) = jiff::Timestamp::from_microsecond(us) {
            prop_assert_eq!(year, i64::from(jiff::tz::Offset::UTC.to_datetime(timestamp).year()));
        }
    }
}
