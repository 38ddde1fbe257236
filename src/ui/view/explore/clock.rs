//! How tables write times: by the wall clock of the window's zone, with the year where it is
//! needed.

use std::borrow::Cow;

use egui::Context;

use crate::model::{Time, TimeSpan};
use crate::ui::scene::Scene;
use crate::ui::{Zone, format};

/// The clock of the tables.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    /// The zone of the window.
    pub zone: Zone,
    /// Whether the case touches more than one calendar year: then times carry theirs.
    pub with_year: bool,
}

impl Clock {
    /// The clock of this frame.
    pub fn of(ctx: &Context, scene: &Scene<'_>) -> Self {
        let zone = Zone::of(ctx);
        Self { zone, with_year: scene.index.span().is_some_and(|span| several_years(zone, span)) }
    }

    /// `8 Mar 06:12:01`.
    pub fn short(self, at: Time) -> String {
        let wall = self.zone.wall(at);
        let day = if self.with_year { format::date(wall) } else { format::day(wall) };
        format!("{day} {}", format::clock_seconds(wall))
    }

    /// The same time by another clock, where there is one: UTC for any zone.
    pub fn other(self, at: Time) -> Option<String> {
        at.known()?;
        self.zone.other().map(|zone| zone.stamp(at))
    }

    /// What stands beside the title of a column of times: `UTC`, `CET/CEST`.
    pub fn unit(self, scene: &Scene<'_>) -> Cow<'static, str> {
        let span = scene.index.span();
        span.map_or(Cow::Borrowed(""), |span| self.zone.short_over(span))
    }
}

/// Whether a span touches more than one calendar year of a zone.
fn several_years(zone: Zone, span: TimeSpan) -> bool {
    let year = |t: Time| zone.wall(t).date().get(..4).map(str::to_owned);
    year(span.start) != year(Time(span.end.0.saturating_sub(1).max(span.start.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::{DAY_US, HOUR_US};

    /// 2026-01-01T00:00:00Z.
    const NEW_YEAR: i64 = 1_767_225_600_000_000;

    #[test]
    fn times_and_years_are_those_of_the_zone() {
        let at = Time(NEW_YEAR - HOUR_US / 2);
        let in_zone = |zone, with_year| Clock { zone, with_year }.short(at);
        assert_eq!(in_zone(Zone::UTC, true), "31 Dec 2025 23:30:00");
        assert_eq!(in_zone(Zone::berlin(), false), "1 Jan 00:30:00");
        let evening = TimeSpan::new(at, Time(NEW_YEAR + HOUR_US));
        assert!(several_years(Zone::UTC, evening) && !several_years(Zone::berlin(), evening));
        let day = TimeSpan::new(Time(NEW_YEAR - DAY_US), Time(NEW_YEAR));
        assert!(!several_years(Zone::UTC, day) && several_years(Zone::berlin(), day));
    }

    #[test]
    fn another_clock_tells_utc_and_nothing_of_no_time() {
        let clock = Clock { zone: Zone::berlin(), with_year: false };
        assert_eq!(clock.other(Time(NEW_YEAR)).as_deref(), Some("1 Jan 2026 00:00:00 UTC"));
        assert_eq!(clock.other(Time::NONE), None);
    }
}
