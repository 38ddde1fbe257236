//! The time zone in which the window shows times. What is stored, exported and typed into
//! filters is UTC whatever is chosen here.
//!
//! A zone is a table of its offsets from 1970 to 2100, made once: a frame asks it hundreds of
//! times. It is kept for good, so that it can be passed around like a number; there are only as
//! many as there are zones.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, OnceLock, PoisonError};

use egui::{Context, Id};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::{Time, TimeSpan};

use super::format;

/// A time zone.
#[derive(Clone, Copy)]
pub struct Zone(&'static Rules);

/// What a zone says of all times; none for UTC.
#[derive(Debug)]
struct Rules {
    name: Cow<'static, str>,
    /// From the first on, each until the next; the first from the beginning of time.
    stretches: Vec<Stretch>,
}

/// A stretch of time with one offset.
#[derive(Debug)]
struct Stretch {
    start_us: i64,
    /// Added to UTC to get the wall clock.
    offset_us: i64,
    /// `CEST`; `+03` where the zone has no letters.
    short: String,
}

static UTC: Rules = Rules { name: Cow::Borrowed("UTC"), stretches: Vec::new() };
static KNOWN: Mutex<BTreeMap<String, &'static Rules>> = Mutex::new(BTreeMap::new());

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self(&UTC);

    /// A zone of the time zone database by its name: `Europe/Berlin`. `None` for a name that
    /// the database of this machine lacks.
    pub fn named(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("UTC") {
            return Some(Self::UTC);
        }
        let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rules) = known.get(name) {
            return Some(Self(rules));
        }
        drop(known);
        let zone = TimeZone::get(name).ok()?;
        let name = zone.iana_name().unwrap_or(name).to_owned();
        Some(Self::made(name, &zone))
    }

    /// The zone of this machine; UTC where that is its clock. Looked up once.
    pub fn local() -> Self {
        static LOCAL: OnceLock<Zone> = OnceLock::new();
        *LOCAL.get_or_init(Self::system)
    }

    fn system() -> Self {
        let zone = TimeZone::system();
        match zone.iana_name() {
            Some(name) => Self::named(name).unwrap_or(Self::UTC),
            None => Self::made("local time".to_owned(), &zone),
        }
    }

    /// The zone that a machine's rules describe, made once for every name.
    fn made(name: String, zone: &TimeZone) -> Self {
        let stretches = stretches(zone);
        if stretches.iter().all(|stretch| stretch.offset_us == 0) {
            return Self::UTC;
        }
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let key = name.clone();
        let rules = known
            .entry(key)
            .or_insert_with(|| Box::leak(Box::new(Rules { name: name.into(), stretches })));
        Self(rules)
    }

    /// For tests, which must not depend on a machine's database: central European rules.
    #[cfg(test)]
    pub fn berlin() -> Self {
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a rule");
        Self::made("Test/Berlin".into(), &zone)
    }

    /// The same for any rule as POSIX writes it.
    #[cfg(test)]
    pub fn posix(rule: &str) -> Self {
        Self::made(format!("Test/{rule}"), &TimeZone::posix(rule).expect("a rule"))
    }

    /// The zone that this window shows times in.
    pub fn of(ctx: &Context) -> Self {
        ctx.data(|data| data.get_temp(Id::unique("time zone"))).unwrap_or(Self::UTC)
    }

    /// Makes it the zone that this window shows times in.
    pub fn apply(self, ctx: &Context) {
        ctx.data_mut(|data| data.insert_temp(Id::unique("time zone"), self));
    }

    /// `UTC`, `Europe/Berlin`.
    pub fn name(self) -> &'static str {
        &self.0.name
    }

    /// Whether it is UTC.
    pub fn is_utc(self) -> bool {
        self.0.stretches.is_empty()
    }

    fn stretch(self, at_us: i64) -> Option<&'static Stretch> {
        let after = self.0.stretches.partition_point(|stretch| stretch.start_us <= at_us);
        self.0.stretches.get(after.saturating_sub(1))
    }

    /// What is added to UTC at a time to get the wall clock, µs.
    pub fn offset_us(self, at: Time) -> i64 {
        self.stretch(at.0).map_or(0, |stretch| stretch.offset_us)
    }

    /// What the zone calls itself at a time: `UTC`, `CEST`, `+03`.
    pub fn short(self, at: Time) -> &'static str {
        self.stretch(at.0).map_or("UTC", |stretch| &stretch.short)
    }

    /// What the zone calls itself over a span: `UTC`, `CET`, `CET/CEST`.
    pub fn short_over(self, span: TimeSpan) -> Cow<'static, str> {
        let stretches = &self.0.stretches;
        let after = |at: i64| stretches.partition_point(|stretch| stretch.start_us <= at);
        let first = after(span.start.0).saturating_sub(1);
        let last = after(span.end.0.saturating_sub(1)).max(first + 1).min(stretches.len());
        let mut names: Vec<&'static str> = Vec::new();
        for stretch in stretches.get(first..last).unwrap_or_default() {
            if !names.contains(&stretch.short.as_str()) {
                names.push(&stretch.short);
            }
        }
        match names[..] {
            [] => Cow::Borrowed("UTC"),
            [one] => Cow::Borrowed(one),
            _ => Cow::Owned(names.join("/")),
        }
    }

    /// The wall clock at a time, as if it were UTC: for formatting. No time stays none.
    pub fn wall(self, at: Time) -> Time {
        match at.known() {
            Some(at) => Time(at.0.saturating_add(self.offset_us(at)).min(Time::NONE.0 - 1)),
            None => at,
        }
    }

    /// Both ends of a span by the wall clock. Over the night when the clock goes back the end
    /// may read earlier than the start.
    pub fn wall_span(self, span: TimeSpan) -> TimeSpan {
        TimeSpan { start: self.wall(span.start), end: self.wall(span.end) }
    }

    /// The first time at which the wall clock shows `wall_us` or, where it leaps over that, the
    /// time of the leap. Never falls while `wall_us` rises.
    pub fn at_wall(self, wall_us: i64) -> i64 {
        let stretches = &self.0.stretches;
        let end = |i: usize| stretches.get(i + 1).map_or(i64::MAX, |next| next.start_us);
        let ends_before = |i: usize| end(i).saturating_add(stretches[i].offset_us) <= wall_us;
        let (mut from, mut to) = (0, stretches.len().saturating_sub(1));
        while from < to {
            let middle = (from + to) / 2;
            if ends_before(middle) { from = middle + 1 } else { to = middle }
        }
        match stretches.get(from) {
            Some(found) => wall_us.saturating_sub(found.offset_us).max(found.start_us),
            None => wall_us,
        }
    }

    /// `1 Mar 2026 13:02:11 CET`.
    pub fn stamp(self, at: Time) -> String {
        let wall = self.wall(at);
        let (date, clock) = (format::date(wall), format::clock_seconds(wall));
        format!("{date} {clock} {}", self.short(at))
    }

    /// The zone to tell a time in besides this one: UTC, or for UTC the machine's own.
    pub fn other(self) -> Option<Self> {
        let other = if self.is_utc() { Self::local() } else { Self::UTC };
        (other != self).then_some(other)
    }
}

fn stretches(zone: &TimeZone) -> Vec<Stretch> {
    let first = zone.to_offset_info(Timestamp::UNIX_EPOCH);
    let us = |seconds: i32| i64::from(seconds) * crate::model::time::SECOND_US;
    let mut all = vec![Stretch {
        start_us: i64::MIN,
        offset_us: us(first.offset().seconds()),
        short: first.abbreviation().to_owned(),
    }];
    let end = Time::TOO_LATE.0;
    let following = zone.following(Timestamp::UNIX_EPOCH).map(|next| Stretch {
        start_us: next.timestamp().as_microsecond(),
        offset_us: us(next.offset().seconds()),
        short: next.abbreviation().to_owned(),
    });
    all.extend(following.take_while(|stretch| stretch.start_us < end));
    all
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Zone {}

impl Hash for Zone {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

impl std::fmt::Debug for Zone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};
    use proptest::prelude::*;

    /// 2026-03-29T01:00:00Z, when clocks in central Europe go from 2:00 to 3:00.
    const SPRING: i64 = 1_774_746_000 * SECOND_US;
    /// 2026-10-25T01:00:00Z, when they go back from 3:00 to 2:00.
    const AUTUMN: i64 = 1_792_890_000 * SECOND_US;

    #[test]
    fn the_wall_clock_follows_summer_and_winter() {
        let zone = Zone::berlin();
        assert_eq!(zone.stamp(Time(SPRING - SECOND_US)), "29 Mar 2026 01:59:59 CET");
        assert_eq!(zone.stamp(Time(SPRING)), "29 Mar 2026 03:00:00 CEST");
        assert_eq!(zone.stamp(Time(AUTUMN)), "25 Oct 2026 02:00:00 CET");
        assert_eq!(Zone::UTC.stamp(Time(SPRING)), "29 Mar 2026 01:00:00 UTC");
        assert_eq!(zone.wall(Time::NONE), Time::NONE);
    }

    #[test]
    fn a_span_has_the_names_of_all_its_seasons() {
        let zone = Zone::berlin();
        let over = |a: i64, b: i64| zone.short_over(TimeSpan::new(Time(a), Time(b)));
        assert_eq!(over(SPRING - DAY_US, SPRING), "CET");
        assert_eq!(over(SPRING, SPRING + 1), "CEST");
        assert_eq!(over(SPRING - 1, SPRING + 1), "CET/CEST");
        assert_eq!(over(SPRING - DAY_US, AUTUMN + DAY_US), "CET/CEST");
        assert_eq!(Zone::UTC.short_over(TimeSpan::new(Time(0), Time(1))), "UTC");
    }

    #[test]
    fn a_clock_time_that_is_leapt_over_is_the_leap_and_one_that_comes_twice_the_first() {
        let zone = Zone::berlin();
        assert_eq!(zone.at_wall(SPRING + HOUR_US + 30 * MINUTE_US), SPRING);
        assert_eq!(zone.at_wall(AUTUMN + HOUR_US + 30 * MINUTE_US), AUTUMN - 30 * MINUTE_US);
        assert_eq!(zone.at_wall(AUTUMN + 2 * HOUR_US), AUTUMN + HOUR_US);
    }

    #[test]
    fn a_zone_is_found_by_name_once_and_utc_is_utc_by_any() {
        assert_eq!(Zone::berlin(), Zone::berlin());
        assert_ne!(Zone::berlin(), Zone::UTC);
        assert_eq!(Zone::named("utc"), Some(Zone::UTC));
        assert_eq!(Zone::named("Nowhere/Land"), None);
        assert_eq!(Zone::posix("UTC0"), Zone::UTC);
    }

    #[test]
    fn times_beyond_any_calendar_are_safe() {
        let zone = Zone::berlin();
        for us in [i64::MIN, i64::MIN + 1, -1, 0, Time::TOO_LATE.0, i64::MAX - 1] {
            let _ = (zone.wall(Time(us)), zone.at_wall(us), zone.stamp(Time(us)));
        }
    }

    proptest! {
        /// What it must equal: the clock shown at the time found is the one that was asked for,
        /// except where the clock leaps over it.
        #[test]
        fn the_time_of_a_clock_shows_that_clock(day in 0..40_000_i64, us in 0..DAY_US, south: bool) {
            let rule = if south { "AEST-10AEDT,M10.1.0,M4.1.0/3" } else { "EST5EDT,M3.2.0,M11.1.0" };
            let zone = Zone::posix(rule);
            let wall = day * DAY_US + us;
            let at = zone.at_wall(wall);
            let shown = zone.wall(Time(at)).0;
            prop_assert!(shown == wall || (shown > wall && shown - wall <= HOUR_US));
            prop_assert!(zone.at_wall(wall + MINUTE_US) >= at);
        }
    }
}
