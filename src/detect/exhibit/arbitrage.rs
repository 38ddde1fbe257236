//! D34: requests of a template to the route that refuses it, and to the one that does not.

use super::facts::{Facts, count, span};
use super::kind::{Curve, Ink, Series, Style};
use super::{Exhibit, Picture};
use crate::detect::life_cycle::arbitrage::{AFTER, BEFORE, REFUSED, REFUSED_AFTER};
use crate::job::Cancelled;
use crate::model::finding::Unit;
use crate::model::time::{DAY_US, HOUR_US, MINUTE_US};

/// Steps that are drawn at most.
const MOST_BINS: i64 = 60;
/// Widths of a step, with how they are read after "per".
const WIDTHS: [(i64, &str); 8] = [
    (MINUTE_US, "minute"),
    (10 * MINUTE_US, "10 min"),
    (HOUR_US, "hour"),
    (3 * HOUR_US, "3 h"),
    (6 * HOUR_US, "6 h"),
    (12 * HOUR_US, "12 h"),
    (DAY_US, "day"),
    (7 * DAY_US, "week"),
];

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let (before, after) = (facts.timed(BEFORE)?, facts.timed(AFTER)?);
    let mut refused = facts.timed(REFUSED)?;
    refused.extend(facts.timed(REFUSED_AFTER)?);
    let all = || before.iter().chain(&after).map(|(at, _)| *at);
    let (Some(first), Some(last)) = (all().min(), all().max()) else { return Ok(Vec::new()) };
    let fits = |(width, _): &(i64, &str)| (last - first) / width < MOST_BINS;
    let (step, per) = WIDTHS.into_iter().find(fits).unwrap_or((30 * DAY_US, "30 days"));
    let start = first.div_euclid(step) * step;
    let bins = ((last - start) / step + 1) as usize;
    let series = |name: &str, ink, rows: &[(i64, u32)]| {
        let mut counts = vec![0_u64; bins];
        rows.iter().for_each(|(at, _)| counts[((at - start) / step) as usize] += 1);
        let points = (0_i64..).zip(counts).map(|(bin, n)| (start + bin * step, n as f64));
        Series::new(name, ink, Style::Area, points.collect())
    };
    let axis = span(start, start + bins as i64 * step);
    let curve = Curve {
        step_us: step,
        series: vec![
            series("to the first", Ink::Other, &before),
            series("to the second", Ink::Cited, &after),
            series("refused", Ink::Refused, &refused),
        ],
        moments: facts.moments(axis),
        ..Curve::over(axis, format!("requests per {per}"), Unit::Count)
    };
    Ok(vec![Exhibit {
        title: "Requests with the template".into(),
        picture: Picture::Curve(curve),
        summary: format!(
            "Requests per {per}: {} to the model and pathway that refused {} of them, then {} to the \
             one that refused {}.",
            count(before.len()),
            facts.text("refused"),
            count(after.len()),
            facts.text("refused_after"),
        ),
        key: vec![
            (Ink::Other, "to the one that was left".into()),
            (Ink::Cited, "to the one that was taken up".into()),
            (Ink::Refused, "refused".into()),
        ],
    }])
}
