//! The time axis: which bin width and which tick marks suit a stretch of time and a width on
//! screen. Texts are of the clock they are given: [`Zone::wall`] turns a time into it.

use jiff::civil::Date;

use crate::model::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};
use crate::model::{Time, TimeSpan};
use crate::ui::Zone;

use super::Grid;

/// One millisecond.
pub const MILLISECOND_US: i64 = 1_000;
const WEEK_US: i64 = 7 * DAY_US;

/// Bin widths, µs, from the unit that times are kept in. A fixed ladder: a bin holds the same
/// records at any zoom that uses its width, so counts do not flicker while panning and answers
/// can be cached.
const LADDER_US: [i64; 43] = [
    1,
    2,
    5,
    10,
    20,
    50,
    100,
    200,
    500,
    MILLISECOND_US,
    2 * MILLISECOND_US,
    5 * MILLISECOND_US,
    10 * MILLISECOND_US,
    20 * MILLISECOND_US,
    50 * MILLISECOND_US,
    100 * MILLISECOND_US,
    200 * MILLISECOND_US,
    500 * MILLISECOND_US,
    SECOND_US,
    2 * SECOND_US,
    5 * SECOND_US,
    10 * SECOND_US,
    15 * SECOND_US,
    30 * SECOND_US,
    MINUTE_US,
    2 * MINUTE_US,
    5 * MINUTE_US,
    10 * MINUTE_US,
    15 * MINUTE_US,
    30 * MINUTE_US,
    HOUR_US,
    2 * HOUR_US,
    3 * HOUR_US,
    4 * HOUR_US,
    6 * HOUR_US,
    12 * HOUR_US,
    DAY_US,
    2 * DAY_US,
    4 * DAY_US,
    WEEK_US,
    2 * WEEK_US,
    4 * WEEK_US,
    12 * WEEK_US,
];

/// The narrowest bin of the ladder such that `length_us` needs at most `most` of them.
pub fn bin_width_us(length_us: i64, most: usize) -> i64 {
    let most = most.max(1) as i64;
    let needed = length_us.max(1).div_euclid(most) + i64::from(length_us.rem_euclid(most) != 0);
    LADDER_US.into_iter().find(|w| *w >= needed).unwrap_or_else(|| {
        // Beyond the ladder: whole multiples of its last step.
        let last = LADDER_US[LADDER_US.len() - 1];
        last * (needed / last + 1)
    })
}

/// `hour`, `15 min`, `4 h`: what one bin stands for, to be read after "per".
pub fn bin_name(bin_us: i64) -> String {
    let units: [(i64, &str, &str); 6] = [
        (WEEK_US, "week", "weeks"),
        (DAY_US, "day", "days"),
        (HOUR_US, "hour", "h"),
        (MINUTE_US, "minute", "min"),
        (SECOND_US, "second", "s"),
        (MILLISECOND_US, "ms", "ms"),
    ];
    for (unit, one, many) in units {
        if bin_us % unit == 0 {
            let n = bin_us / unit;
            return if n == 1 { one.to_owned() } else { format!("{n} {many}") };
        }
    }
    if bin_us == 1 { "µs".to_owned() } else { format!("{bin_us} µs") }
}

/// One mark on the axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// Where, µs.
    pub at_us: i64,
    /// What it says.
    pub label: String,
    /// Starts a larger unit (a day among hours, a year among months).
    pub strong: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// A fixed number of µs.
    Fixed(i64),
    /// Calendar months.
    Months(i64),
}

impl Step {
    /// About how long, µs.
    fn approx_us(self) -> i64 {
        match self {
            Self::Fixed(us) => us,
            Self::Months(n) => n * 30 * DAY_US,
        }
    }
}

fn steps() -> impl Iterator<Item = Step> {
    // 4 h, 4 days, … make good bins and bad ticks.
    let fixed = LADDER_US
        .into_iter()
        .filter(|us| *us <= WEEK_US && *us != 4 * DAY_US && *us != 4 * HOUR_US)
        .map(Step::Fixed);
    let months = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 2_400].into_iter().map(Step::Months);
    fixed.chain([Step::Fixed(2 * WEEK_US)]).chain(months)
}

/// Tick marks for `span` on round times of a zone's clock, at most `most` of them, in rising
/// order.
pub fn ticks(span: TimeSpan, most: usize, zone: Zone) -> Vec<Tick> {
    let most = most.max(1) as i64;
    let length = span.len_us();
    let Some(step) = steps().find(|s| (length + s.approx_us() - 1) / s.approx_us() <= most) else {
        return Vec::new();
    };
    match step {
        Step::Fixed(us) => fixed_ticks(span, us, zone),
        Step::Months(n) => month_ticks(span, n, zone),
    }
}

fn fixed_ticks(span: TimeSpan, step_us: i64, zone: Zone) -> Vec<Tick> {
    let grid = Grid::new(zone, step_us, span.start);
    let first = grid.index(span.start);
    let first = if grid.edge(first) < span.start.0 { first + 1 } else { first };
    let mut out: Vec<Tick> = Vec::new();
    for at_us in (first..).map(|k| grid.edge(k)).take_while(|at| *at < span.end.0) {
        // Two round times may both be leapt over by the clock.
        if out.last().is_some_and(|last| last.at_us == at_us) {
            continue;
        }
        let wall = zone.wall(Time(at_us)).0;
        let midnight = wall.rem_euclid(DAY_US) == 0;
        let strong = midnight && step_us < DAY_US;
        // The first day of another year says so: what the axis says of the year is of its start.
        let before = out.last().map_or(span.start, |last: &Tick| Time(last.at_us));
        let label = match midnight {
            true if same_year(wall, zone.wall(before).0) => day_label(wall),
            true => date_label(wall),
            false => clock_label(wall, step_us),
        };
        out.push(Tick { at_us, label, strong });
    }
    out
}

fn month_ticks(span: TimeSpan, months: i64, zone: Zone) -> Vec<Tick> {
    let first = civil(zone.wall(span.start).0);
    // Months since year 0, rounded down to the step.
    let mut index =
        (i64::from(first.year()) * 12 + i64::from(first.month()) - 1).div_euclid(months) * months;
    let mut out = Vec::new();
    loop {
        let wall = month_start_us(index);
        let at_us = zone.at_wall(wall);
        if at_us >= span.end.0 || out.len() > 500 {
            return out;
        }
        if at_us >= span.start.0 {
            let date = civil(wall);
            let january = date.month() == 1;
            let label =
                if january { date.year().to_string() } else { month_name(date.month()).to_owned() };
            out.push(Tick { at_us, label, strong: january && months < 12 });
        }
        index += months;
    }
}

fn month_start_us(index: i64) -> i64 {
    let year = i16::try_from(index.div_euclid(12)).unwrap_or(i16::MAX).clamp(-9000, 9000);
    let month = index.rem_euclid(12) as i8 + 1;
    let days = Date::new(year, month, 1)
        .and_then(|d| d.since(Date::constant(1970, 1, 1)))
        .map_or(0, |span| i64::from(span.get_days()));
    days * DAY_US
}

fn civil(at_us: i64) -> jiff::civil::DateTime {
    let bounded = at_us.clamp(-60_000 * DAY_US * 365 / 1000, Time::TOO_LATE.0 * 4);
    let timestamp = jiff::Timestamp::from_microsecond(bounded).unwrap_or_default();
    jiff::tz::Offset::UTC.to_datetime(timestamp)
}

fn month_name(month: i8) -> &'static str {
    const NAMES: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    NAMES[(month.clamp(1, 12) - 1) as usize]
}

/// `8 Mar`.
fn day_label(at_us: i64) -> String {
    let date = civil(at_us);
    format!("{} {}", date.day(), month_name(date.month()))
}

/// `8 Mar 2026`.
fn date_label(at_us: i64) -> String {
    format!("{} {}", day_label(at_us), civil(at_us).year())
}

/// `06:00`, `06:00:15`, `06:00:15.250` or `06:00:15.250125`, as fine as `step_us` needs.
pub fn clock_label(at_us: i64, step_us: i64) -> String {
    let t = civil(at_us);
    if step_us % MINUTE_US == 0 {
        format!("{:02}:{:02}", t.hour(), t.minute())
    } else if step_us % SECOND_US == 0 {
        format!("{:02}:{:02}:{:02}", t.hour(), t.minute(), t.second())
    } else if step_us % MILLISECOND_US == 0 {
        let ms = at_us.rem_euclid(SECOND_US) / MILLISECOND_US;
        format!("{:02}:{:02}:{:02}.{ms:03}", t.hour(), t.minute(), t.second())
    } else {
        let us = at_us.rem_euclid(SECOND_US);
        format!("{:02}:{:02}:{:02}.{us:06}", t.hour(), t.minute(), t.second())
    }
}

/// What the ticks leave unsaid: the day and year of a span within one day, else the year.
pub fn context(span: TimeSpan, ticks: &[Tick], zone: Zone) -> String {
    let start = zone.wall(span.start).0;
    let says_day = ticks.iter().any(|t| zone.wall(Time(t.at_us)).0.rem_euclid(DAY_US) == 0);
    if says_day { civil(start).year().to_string() } else { date_label(start) }
}

/// A stretch of time by a zone's clock: `8 Mar 06:00 – 07:00 UTC`, `8 – 9 Mar UTC`. The year is
/// said where `among`, all there is to see, is of more than one; the zone is named at both ends
/// where its clock is changed between them.
pub fn words(span: TimeSpan, zone: Zone, among: TimeSpan) -> String {
    let wall = snapped(zone.wall_span(span));
    let (from, to) = ends(wall, has_years(zone.wall_span(among)));
    let (first, last) = (zone.short(span.start), zone.short(span.end));
    match to {
        None => format!("{from} {first}"),
        Some(to) if first == last || is_of_days(wall) => format!("{from} – {to} {first}"),
        Some(to) => format!("{from} {first} – {to} {last}"),
    }
}

/// A span of more than a minute in whole seconds: nobody reads microseconds there.
fn snapped(span: TimeSpan) -> TimeSpan {
    if span.len_us() < MINUTE_US {
        return span;
    }
    let up = (-span.end.0).rem_euclid(SECOND_US);
    let start = span.start.0 - span.start.0.rem_euclid(SECOND_US);
    TimeSpan { start: Time(start), end: Time(span.end.0.saturating_add(up)) }
}

/// The day of a time by a zone's clock, `8 Mar`; with its year where `among` is of several.
pub fn day(at: Time, zone: Zone, among: TimeSpan) -> String {
    let wall = zone.wall(at).0;
    if has_years(zone.wall_span(among)) { date_label(wall) } else { day_label(wall) }
}

/// Whether a span of a clock is of more than one year.
fn has_years(span: TimeSpan) -> bool {
    !same_year(span.start.0, span.end.0.saturating_sub(1).max(span.start.0))
}

fn is_of_days(span: TimeSpan) -> bool {
    let midnight = |t: Time| t.0.rem_euclid(DAY_US) == 0;
    midnight(span.start) && midnight(span.end) && span.end > span.start
}

/// Where a span of a clock begins and ends, as short as it can be said; a day is one word.
fn ends(span: TimeSpan, years: bool) -> (String, Option<String>) {
    let (a, b) = (span.start.0, span.end.0);
    let years = years || !same_year(a, if is_of_days(span) { b - 1 } else { b });
    let day = |at: i64| if years { date_label(at) } else { day_label(at) };
    if is_of_days(span) {
        let last = b - 1;
        return match (same_day(a, last), same_month(a, last), same_year(a, last)) {
            (true, ..) => (day(a), None),
            (_, true, _) => (civil(a).day().to_string(), Some(day(last))),
            (_, _, true) => (day_label(a), Some(day(last))),
            _ => (day(a), Some(day(last))),
        };
    }
    let fine = if (a | b) != 0 && a % MINUTE_US == 0 && b % MINUTE_US == 0 {
        MINUTE_US
    } else if a % SECOND_US == 0 && b % SECOND_US == 0 {
        SECOND_US
    } else if a % MILLISECOND_US == 0 && b % MILLISECOND_US == 0 {
        MILLISECOND_US
    } else {
        1
    };
    let (from, to) = (clock_label(a, fine), clock_label(b, fine));
    let to = if same_day(a, b - 1) { to } else { format!("{} {to}", day(b)) };
    (format!("{} {from}", day(a)), Some(to))
}

/// `2.4 d`, `3 h 20 min`, `450 ms`: a length of time in two significant parts.
pub fn length_label(us: i64) -> String {
    let us = us.max(0);
    let tenths = |unit: i64, name: &str| {
        let n = (us as f64 / unit as f64 * 10.0).round() / 10.0;
        if n.fract() == 0.0 { format!("{n:.0} {name}") } else { format!("{n:.1} {name}") }
    };
    match us {
        _ if us >= 2 * DAY_US => tenths(DAY_US, "d"),
        _ if us >= HOUR_US => tenths(HOUR_US, "h"),
        _ if us >= MINUTE_US => tenths(MINUTE_US, "min"),
        _ if us >= SECOND_US => tenths(SECOND_US, "s"),
        _ if us >= MILLISECOND_US => tenths(MILLISECOND_US, "ms"),
        _ => tenths(1, "µs"),
    }
}

fn same_day(a: i64, b: i64) -> bool {
    a.div_euclid(DAY_US) == b.div_euclid(DAY_US)
}

fn same_month(a: i64, b: i64) -> bool {
    let (a, b) = (civil(a), civil(b));
    a.year() == b.year() && a.month() == b.month()
}

fn same_year(a: i64, b: i64) -> bool {
    civil(a).year() == civil(b).year()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(a: i64, b: i64) -> TimeSpan {
        TimeSpan::new(Time(a), Time(b))
    }

    /// 2026-03-01T00:00:00Z.
    const MARCH: i64 = 1_772_323_200 * SECOND_US;

    #[test]
    fn bins_come_from_a_fixed_ladder_and_never_exceed_the_room() {
        assert_eq!(bin_width_us(45 * DAY_US, 300), 4 * HOUR_US);
        assert_eq!(bin_width_us(45 * DAY_US, 230), 6 * HOUR_US);
        assert_eq!(bin_width_us(0, 300), 1);
        for length in [1, 999, DAY_US, 400 * DAY_US, 130 * 365 * DAY_US] {
            let bin = bin_width_us(length, 100);
            assert!(length / bin <= 100, "{length} / {bin}");
        }
    }

    #[test]
    fn ticks_are_round_rising_inside_and_few() {
        for days in [0, 1, 2, 3, 10, 45, 200, 1_000, 20_000] {
            for most in [1, 2, 5, 12] {
                let s = span(MARCH + 1, MARCH + 1 + days * DAY_US + 1);
                let t = ticks(s, most, Zone::berlin());
                assert!(t.len() <= most + 1, "{days} days, {most}: {}", t.len());
                assert!(t.windows(2).all(|w| w[0].at_us < w[1].at_us));
                assert!(t.iter().all(|t| s.contains(Time(t.at_us))));
            }
        }
    }

    #[test]
    fn few_ticks_of_many_years_are_still_ticks() {
        for (years, most) in [(60, 3), (60, 2), (70, 1)] {
            let span = span(MARCH - years * 365 * DAY_US, MARCH + DAY_US);
            let ticks = ticks(span, most, Zone::UTC);
            assert!(!ticks.is_empty() && ticks.len() <= most + 1, "{years} {most} {ticks:?}");
        }
    }

    #[test]
    fn ticks_say_days_weeks_hours_and_years() {
        let labels = |s, n| ticks(s, n, Zone::UTC).into_iter().map(|t| t.label).collect::<Vec<_>>();
        assert_eq!(
            labels(span(MARCH, MARCH + 30 * DAY_US), 5),
            ["2 Mar", "9 Mar", "16 Mar", "23 Mar", "30 Mar"]
        );
        assert_eq!(
            labels(span(MARCH - 12 * HOUR_US, MARCH + 12 * HOUR_US), 4),
            ["12:00", "18:00", "1 Mar", "06:00"]
        );
        assert_eq!(labels(span(MARCH, MARCH + 700 * DAY_US), 3), ["2027", "2028"]);
    }

    #[test]
    fn a_span_is_said_as_short_as_it_can_be() {
        let case = span(MARCH, MARCH + 40 * DAY_US);
        let words = |from, to| words(span(MARCH + from, MARCH + to), Zone::UTC, case);
        assert_eq!(words(0, DAY_US), "1 Mar UTC");
        assert_eq!(words(0, 3 * DAY_US), "1 – 3 Mar UTC");
        assert_eq!(words(0, 40 * DAY_US), "1 Mar – 9 Apr UTC");
        assert_eq!(words(HOUR_US, 2 * HOUR_US), "1 Mar 01:00 – 02:00 UTC");
        assert_eq!(length_label(2 * DAY_US + 10 * HOUR_US), "2.4 d");
        assert_eq!(length_label(90 * SECOND_US), "1.5 min");
    }

    #[test]
    fn the_year_is_said_where_there_are_several() {
        let years = span(MARCH - 60 * 365 * DAY_US, MARCH + DAY_US);
        let words = |from, to| words(span(MARCH + from, MARCH + to), Zone::UTC, years);
        assert_eq!(words(0, DAY_US), "1 Mar 2026 UTC");
        assert_eq!(words(0, 3 * DAY_US), "1 – 3 Mar 2026 UTC");
        assert_eq!(words(0, 40 * DAY_US), "1 Mar – 9 Apr 2026 UTC");
        assert_eq!(words(HOUR_US, 2 * HOUR_US), "1 Mar 2026 01:00 – 02:00 UTC");
        assert_eq!(words(-HOUR_US, HOUR_US), "28 Feb 2026 23:00 – 1 Mar 2026 01:00 UTC");
        assert_eq!(day(Time(MARCH), Zone::UTC, years), "1 Mar 2026");
        let winter = span(MARCH + 290 * DAY_US, MARCH + 320 * DAY_US);
        let labels: Vec<_> = ticks(winter, 6, Zone::UTC).into_iter().map(|t| t.label).collect();
        assert_eq!(labels, ["21 Dec", "28 Dec", "4 Jan 2027", "11 Jan"]);
    }

    #[test]
    fn the_hour_that_comes_twice_names_both_clocks() {
        // 2026-10-25T00:00:00Z: 2:00 by the clock of summer, and an hour on by that of winter.
        let night = 1_792_886_400 * SECOND_US;
        let hour = span(night, night + HOUR_US);
        assert_eq!(words(hour, Zone::berlin(), hour), "25 Oct 02:00 CEST – 02:00 CET");
        assert_eq!(words(hour, Zone::UTC, hour), "25 Oct 00:00 – 01:00 UTC");
    }

    #[test]
    fn ticks_stand_on_the_zones_clock_before_and_after_it_is_changed() {
        // 28 to 31 March 2026: the clock leaps from 2:00 to 3:00 on the 29th.
        let s = span(MARCH + 27 * DAY_US, MARCH + 30 * DAY_US);
        let days: Vec<_> = ticks(s, 4, Zone::berlin());
        let labels: Vec<&str> = days.iter().map(|t| t.label.as_str()).collect();
        assert_eq!(labels, ["29 Mar", "30 Mar", "31 Mar"]);
        let hours = |i: usize| (days[i + 1].at_us - days[i].at_us) / HOUR_US;
        assert_eq!((hours(0), hours(1)), (23, 24));
        let night = span(MARCH + 28 * DAY_US, MARCH + 28 * DAY_US + 4 * HOUR_US);
        let labels: Vec<String> =
            ticks(night, 4, Zone::berlin()).into_iter().map(|t| t.label).collect();
        assert_eq!(labels, ["01:00", "03:00", "04:00", "05:00"]);
    }

    #[test]
    fn any_time_at_all_is_safe() {
        for t in [i64::MIN / 4, -1, 0, i64::MAX / 4] {
            let s = span(t, t + DAY_US);
            let zone = Zone::berlin();
            let _ = (ticks(s, 5, zone), words(s, zone, s), context(s, &[], zone));
        }
    }

    #[test]
    fn a_bin_has_a_name() {
        assert_eq!(bin_name(HOUR_US), "hour");
        assert_eq!(bin_name(4 * HOUR_US), "4 h");
        assert_eq!(bin_name(15 * MINUTE_US), "15 min");
        assert_eq!(bin_name(WEEK_US), "week");
    }
}
