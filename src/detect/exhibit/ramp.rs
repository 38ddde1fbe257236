//! D13: how soon after its registration an account reaches the level of its busiest hours.

use super::facts::{Facts, count, span, written};
use super::kind::{
    Band, BandPoint, Curve, Ink, Moment, Occasion, Series, Spot, Style, curve::Zero,
};
use super::{Exhibit, Picture};
use crate::detect::Material;
use crate::detect::commerce::no_ramp::{DEFINITION, ramp};
use crate::job::Cancelled;
use crate::model::finding::Unit;
use crate::model::time::HOUR_US;

/// Other accounts that are compared at most.
const MOST_OTHERS: usize = 1_000;
/// Hours that are shown: two weeks.
const HOURS: i64 = 14 * 24;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let own = times(facts, &facts.material.strangers(facts.members))?;
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let can_be = |account| can_be_judged(facts.material, account);
    let others = times(facts, &facts.others(MOST_OTHERS, 13, can_be))?;
    let name = format!("{} other accounts, and where as many as these lie", count(others.len()));
    let curve = Curve {
        band: (!others.is_empty()).then(|| band(name.clone(), &others, own.len())),
        ..observed(facts, &own)
    };
    Ok(vec![Exhibit {
        title: "Accounts at full use".into(),
        picture: Picture::Curve(curve),
        summary: format!(
            "Share of accounts that have reached the level of their own busiest hours, by time since \
             their registration: {} of {} soon, {} of other accounts.",
            facts.text("hits"),
            facts.text("judged"),
            facts.text("usual"),
        ),
        key: vec![(Ink::Cited, "cluster".into()), (Ink::Null, name)],
    }])
}

/// The places at which shares are taken.
fn ticks() -> impl Iterator<Item = i64> {
    (0..=HOURS).map(|hour| hour * HOUR_US)
}

fn observed(facts: &Facts<'_>, own: &[i64]) -> Curve {
    let most = facts.parameter(&DEFINITION, "most_hours") * HOUR_US as f64;
    let most = most as i64;
    // What takes as long as the limit has passed it.
    let value = share(own, most - 1);
    let points = ticks().map(|at| (at, share(own, at))).collect();
    Curve {
        zero: Zero::Of("after the registration"),
        series: vec![Series::new("cluster", Ink::Cited, Style::Line, points)],
        moments: vec![Moment { at: most, occasion: Occasion::Statistic, label: String::new() }],
        spot: Some(Spot { at: most, value, label: written(value, Unit::Share), usual: None }),
        ..Curve::over(
            span(0, HOURS * HOUR_US),
            "accounts at the level of their busiest hours",
            Unit::Share,
        )
    }
}

/// The share of other accounts, and where so many of them would lie: two standard errors.
fn band(name: String, others: &[i64], accounts: usize) -> Band {
    let point = |at: i64| {
        let median = share(others, at);
        let error = 2.0 * libm::sqrt(median * (1.0 - median) / accounts as f64);
        BandPoint { at, low: (median - error).max(0.0), median, high: (median + error).min(1.0) }
    };
    Band { name, points: ticks().map(point).collect() }
}

/// Whether it is worth a look: it has a registration and records.
fn can_be_judged(material: &Material<'_>, account: u32) -> bool {
    material.moment(account, "created_at").is_some()
        && !material.index.rows_of_account(account).is_empty()
}

/// From the registration to full use, of the accounts that can be judged, µs, rising.
fn times(facts: &Facts<'_>, accounts: &[u32]) -> Result<Vec<i64>, Cancelled> {
    let mut times = Vec::new();
    for account in accounts {
        facts.progress.check()?;
        times.extend(ramp(facts.material, *account).map(|(us, _)| us));
    }
    times.sort_unstable();
    Ok(times)
}

/// The share of times that are not above a limit.
fn share(times: &[i64], most: i64) -> f64 {
    times.partition_point(|us| *us <= most) as f64 / times.len().max(1) as f64
}
