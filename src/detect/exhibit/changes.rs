//! D32: the hourly calls of the cluster, their levels, and everybody else's.

use super::facts::{Facts, count, span};
use super::kind::{Curve, Ink, Series, Style};
use super::{Exhibit, Picture};
use crate::detect::life_cycle::changes::{Change, changes};
use crate::job::Cancelled;
use crate::model::finding::Unit;
use crate::model::time::HOUR_US;

/// Steps that are drawn at most.
const MOST_BINS: usize = 240;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let material = facts.material;
    let accounts = &facts.finding.accounts;
    let ends = accounts.iter().filter_map(|account| {
        let hours = material.hours(*account);
        Some((hours.first()?.0, hours.last()?.0))
    });
    let Some((first, last)) = ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) else {
        return Ok(Vec::new());
    };
    facts.progress.check()?;
    let hours = first..last + 1;
    let own = material.hourly(accounts, hours.clone());
    let levels = changes(&own, first);
    facts.progress.check()?;
    let others = others(facts, first, own.len());
    let fold = Fold::new(first, own.len());
    let sum: f64 = others.iter().sum();
    let scale = own.iter().sum::<u64>() as f64 / sum.max(1.0);
    let axis = span(fold.at(0), fold.at(own.len()));
    let series = vec![
        Series::new(
            "everybody else",
            Ink::Null,
            Style::Area,
            fold.means(&|hour| others[hour] * scale),
        ),
        Series::new("cluster", Ink::Other, Style::Steps, fold.means(&|hour| own[hour] as f64)),
        Series::new("level", Ink::Cited, Style::Line, level_points(&levels, &own, &fold)),
    ];
    let curve = Curve {
        step_us: fold.per as i64 * HOUR_US,
        series,
        moments: facts.moments(axis),
        ..Curve::over(axis, "calls per hour", Unit::Plain)
    };
    Ok(vec![Exhibit {
        title: "Calls per hour and their levels".into(),
        picture: Picture::Curve(curve),
        summary: format!(
            "Hourly calls of {} accounts with {} changes of level; {} of {} that others do not share \
             came soon after a moment of the case.",
            count(accounts.len()),
            count(levels.len()),
            facts.text("hits"),
            facts.text("all"),
        ),
        key: vec![
            (Ink::Cited, "level of the cluster".into()),
            (Ink::Other, "calls of the cluster".into()),
            (Ink::Null, "everybody else, to the same total".into()),
        ],
    }])
}

/// Hours folded into as many steps as are drawn.
struct Fold {
    first: u32,
    hours: usize,
    per: usize,
}

impl Fold {
    fn new(first: u32, hours: usize) -> Self {
        let per = [1, 3, 6, 12, 24].into_iter().find(|per| hours / per <= MOST_BINS).unwrap_or(48);
        Self { first, hours, per }
    }

    fn at(&self, hour: usize) -> i64 {
        (i64::from(self.first) + hour as i64) * HOUR_US
    }

    /// The mean of each step: of the last one there may be less, and it says the same of it.
    fn means(&self, calls: &dyn Fn(usize) -> f64) -> Vec<(i64, f64)> {
        let step = |from: usize| {
            let to = (from + self.per).min(self.hours);
            (self.at(from), (from..to).map(calls).sum::<f64>() / (to - from) as f64)
        };
        (0..self.hours).step_by(self.per).map(step).collect()
    }
}

/// The levels as one line with a step at each change.
fn level_points(levels: &[Change], own: &[u64], fold: &Fold) -> Vec<(i64, f64)> {
    let mean = own.iter().sum::<u64>() as f64 / own.len().max(1) as f64;
    let first = levels.first().map_or(mean, |change| change.levels[0]);
    let mut points = vec![(fold.at(0), first)];
    for change in levels {
        let when = change.hour * HOUR_US;
        points.extend([(when, change.levels[0]), (when, change.levels[1])]);
    }
    let last = levels.last().map_or(mean, |change| change.levels[1]);
    points.push((fold.at(own.len()), last));
    points
}

/// The calls of everybody else in each hour.
fn others(facts: &Facts<'_>, first: u32, hours: usize) -> Vec<f64> {
    let index = facts.material.index;
    let edges: Vec<i64> =
        (0..=hours as i64).map(|hour| (i64::from(first) + hour) * HOUR_US).collect();
    let all = index.counts_between(index.everything(), &edges);
    let own = facts.material.hourly(facts.members, first..first + hours as u32);
    all.iter().zip(own).map(|(all, own)| u64::from(*all).saturating_sub(own) as f64).collect()
}
