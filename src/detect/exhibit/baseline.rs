//! D33: calls a day of the accounts that are unlike themselves, against what each did before.

use super::facts::{Facts, count, span};
use super::kind::{Band, BandPoint, Curve, Ink, Moment, Occasion, Series, Style};
use super::{Exhibit, Picture};
use crate::detect::life_cycle::own_baseline::{WEEK, last_day};
use crate::detect::stats::robust::median;
use crate::job::Cancelled;
use crate::model::finding::Unit;
use crate::model::time::DAY_US;

/// Days that are shown.
const DAYS: i64 = 35;
/// Times as much that are drawn: what is more is drawn so.
const MOST_TIMES: f64 = 50.0;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let last = last_day(facts.material);
    let points = points(facts, last)?;
    if points.is_empty() {
        return Ok(Vec::new());
    }
    let axis = span((last - DAYS + 1) * DAY_US, (last + 1) * DAY_US);
    let week = (last - WEEK + 1) * DAY_US;
    let mut moments = facts.moments(axis);
    moments.push(Moment { at: week, occasion: Occasion::Statistic, label: "last 7 days".into() });
    let medians = points.iter().map(|p| (p.at, p.median)).collect();
    let measure = "calls a day, as a multiple of the account's own median day before";
    let band = "the middle half of these accounts".to_owned();
    let curve = Curve {
        step_us: DAY_US,
        series: vec![Series::new("the median account", Ink::Cited, Style::Steps, medians)],
        band: Some(Band { name: band.clone(), points }),
        moments,
        ..Curve::over(axis, measure, Unit::Times)
    };
    Ok(vec![Exhibit {
        title: "Calls a day against the days before".into(),
        picture: Picture::Curve(curve),
        summary: format!(
            "Calls a day of {} accounts over the median of each one's days before the last seven: the \
             median account, and the middle half.",
            count(facts.finding.accounts.len()),
        ),
        key: vec![(Ink::Cited, "the median account".into()), (Ink::Null, band)],
    }])
}

/// Of each day the quarter, the middle and three quarters of what accounts do, in units of what
/// each did before.
fn points(facts: &Facts<'_>, last: i64) -> Result<Vec<BandPoint>, Cancelled> {
    let first = last - DAYS + 1;
    let mut by_day: Vec<Vec<f64>> = vec![Vec::new(); DAYS as usize];
    for account in &facts.finding.accounts {
        facts.progress.check()?;
        let days = days(facts, *account);
        let before: Vec<f64> =
            days.iter().filter(|(day, _)| *day <= last - WEEK).map(|(_, n)| *n).collect();
        let Some(usual) = median(&before).filter(|usual| *usual > 0.0) else { continue };
        for (day, calls) in days.iter().filter(|(day, _)| (first..=last).contains(day)) {
            by_day[(day - first) as usize].push((calls / usual).min(MOST_TIMES));
        }
    }
    let point = |(day, of): (i64, &mut Vec<f64>)| {
        of.sort_by(f64::total_cmp);
        let (middle, n) = (median(of)?, of.len());
        let at = (first + day) * DAY_US;
        Some(BandPoint { at, low: of[n / 4], median: middle, high: of[n - 1 - n / 4] })
    };
    Ok((0..).zip(&mut by_day).filter_map(point).collect())
}

/// The days of an account with its calls.
fn days(facts: &Facts<'_>, account: u32) -> Vec<(i64, f64)> {
    let mut days: Vec<(i64, f64)> = Vec::new();
    for (hour, calls) in facts.material.hours(account) {
        let day = i64::from(hour / 24);
        match days.last_mut() {
            Some(of) if of.0 == day => of.1 += f64::from(*calls),
            _ => days.push((day, f64::from(*calls))),
        }
    }
    days
}
