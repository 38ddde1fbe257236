//! D07: calls of the closed accounts, and of those that carried on.

use super::facts::{Facts, count, moment, span};
use super::kind::{Curve, Ink, Moment, Occasion, Series, Style};
use super::{Exhibit, Picture};
use crate::detect::life_cycle::succession::{AFTER, BEFORE};
use crate::job::Cancelled;
use crate::model::MarkerKind;
use crate::model::finding::Unit;
use crate::model::time::{DAY_US, HOUR_US};

/// Bins that are drawn at most.
const MOST_BINS: i64 = 48;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let (before, after) = (facts.timed(BEFORE)?, facts.timed(AFTER)?);
    let (Some(first), Some(last)) = (before.first(), after.last()) else { return Ok(Vec::new()) };
    let closing = closing(facts, &before);
    let bins = Bins::around(closing, first.0, last.0);
    let (closed, young) = (accounts(facts, &before), accounts(facts, &after));
    let area = |name: &str, ink, rows: &[(i64, u32)]| {
        Series::new(name, ink, Style::Area, bins.count(rows))
    };
    let hours = bins.step / HOUR_US;
    let curve = Curve {
        step_us: bins.step,
        series: vec![
            area("calls of closed accounts", Ink::Other, &before),
            area("calls of new accounts", Ink::Cited, &after),
        ],
        moments: vec![at_closing(facts, closing)],
        ..Curve::over(span(bins.start, bins.end), format!("calls per {hours} h"), Unit::Count)
    };
    Ok(vec![Exhibit {
        title: "Calls before and after the closing".into(),
        picture: Picture::Curve(curve),
        summary: format!(
            "Calls per {hours} h: {} of {} accounts before they were closed, {} of {} young accounts \
             from then on.",
            count(before.len()),
            count(closed),
            count(after.len()),
            count(young),
        ),
        key: vec![
            (Ink::Other, format!("{} closed accounts", count(closed))),
            (Ink::Cited, format!("{} accounts that carried on", count(young))),
        ],
    }])
}

/// Bins of whole hours on both sides of a closing, so that none holds calls of both sides.
struct Bins {
    start: i64,
    end: i64,
    step: i64,
}

impl Bins {
    fn around(closing: i64, first: i64, last: i64) -> Self {
        let length = (closing - first).max(last - closing).max(HOUR_US);
        let fits = |step: &i64| 2 * length / step <= MOST_BINS;
        let steps = [1, 2, 3, 6, 12, 24].into_iter().map(|hours| hours * HOUR_US);
        let step = { steps }.find(fits).unwrap_or(2 * DAY_US);
        let reach = (length.div_euclid(step) + 1) * step;
        Self { start: closing - reach, end: closing + reach, step }
    }

    fn count(&self, rows: &[(i64, u32)]) -> Vec<(i64, f64)> {
        let mut counts = vec![0_u64; ((self.end - self.start) / self.step) as usize];
        for (at, _) in rows {
            let inside = (at - self.start).clamp(0, self.end - self.start - 1);
            counts[(inside / self.step) as usize] += 1;
        }
        (0_i64..).zip(counts).map(|(bin, n)| (self.start + bin * self.step, n as f64)).collect()
    }
}

/// When the first of the accounts was closed: as the accounts table says, else the ban that follows
/// their last call, else that call.
fn closing(facts: &Facts<'_>, before: &[(i64, u32)]) -> i64 {
    let index = facts.material.index;
    let closed = |(_, row): &(i64, u32)| {
        facts.material.moment(index.account_of(*row), "closed_at").map(|at| at.0)
    };
    let last = before.last().map_or(0, |(at, _)| *at);
    let is_ban = |at: &i64| *at >= last;
    let bans = facts.material.markers.iter().filter(|marker| marker.kind == MarkerKind::Ban);
    let ban = bans.map(|marker| marker.at.0).find(is_ban);
    before.iter().filter_map(closed).min().or(ban).unwrap_or(last)
}

/// The ban of the case at that time, or a line of its own.
fn at_closing(facts: &Facts<'_>, closing: i64) -> Moment {
    let near = |marker: &&crate::model::Marker| {
        let apart = marker.at.0.saturating_sub(closing).saturating_abs();
        marker.kind == MarkerKind::Ban && apart <= 6 * HOUR_US
    };
    facts.material.markers.iter().find(near).map_or_else(
        || Moment {
            at: closing,
            occasion: Occasion::Marker(MarkerKind::Ban),
            label: "closed".into(),
        },
        |marker| moment(marker, 0),
    )
}

fn accounts(facts: &Facts<'_>, rows: &[(i64, u32)]) -> usize {
    let index = facts.material.index;
    let mut all: Vec<u32> = rows.iter().map(|(_, row)| index.account_of(*row)).collect();
    all.sort_unstable();
    all.dedup();
    all.len()
}
