//! D28: what was refused, and the wording that was taken up afterwards.

use std::collections::BTreeSet;

use super::facts::{Facts, count};
use super::kind::{Curve, Ink, Moment, Occasion};
use super::steps::Steps;
use super::{Exhibit, Picture};
use crate::detect::content::sweep::middle;
use crate::job::Cancelled;
use crate::model::finding::Unit;

/// The roles of what is cited.
const REFUSED: &str = "refused";
const TAKEN_UP: &str = "taken up";

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let refused = facts.timed(REFUSED)?;
    let taken = facts.timed(TAKEN_UP)?;
    if taken.is_empty() { alone(facts, &refused) } else { taken_up(facts, &refused, &taken) }
}

/// Refusals of one account, among all that it asks.
fn alone(facts: &Facts<'_>, refused: &[(i64, u32)]) -> Result<Vec<Exhibit>, Cancelled> {
    let templates = facts.material.index.templates();
    let ends = refused.first().zip(refused.last());
    let is_between = |row: &u32| ends.is_some_and(|(a, b)| (a.1..=b.1).contains(row));
    let rows = facts.finding.accounts.iter().flat_map(|account| facts.counted(*account));
    let asked = rows.filter(|row| is_between(row) && templates.of(*row).is_some());
    let asked = timed(facts, asked);
    facts.progress.check()?;
    let Some(steps) = Steps::over(asked.iter().chain(refused).map(|(at, _)| *at)) else {
        return Ok(Vec::new());
    };
    let (axis, per) = (steps.span(), steps.per);
    let curve = Curve {
        step_us: steps.width,
        series: vec![
            steps.count("asked", Ink::Other, &asked),
            steps.count("refused", Ink::Refused, refused),
        ],
        moments: facts.moments(axis),
        ..Curve::over(axis, format!("requests per {per}"), Unit::Count)
    };
    Ok(vec![Exhibit {
        title: "What was refused".into(),
        picture: Picture::Curve(curve),
        summary: format!(
            "Requests per {per}: {} of {} between the first refusal and the last were refused, in {} \
             wordings; of all accounts {} are refused as often.",
            count(refused.len()),
            count(asked.len()),
            facts.text("wordings"),
            facts.text("usual"),
        ),
        key: vec![(Ink::Refused, "refused".into()), (Ink::Other, "all that was asked".into())],
    }])
}

/// What was refused, and what others took up; against how all records of the case come.
fn taken_up(
    facts: &Facts<'_>,
    refused: &[(i64, u32)],
    taken: &[(i64, u32)],
) -> Result<Vec<Exhibit>, Cancelled> {
    let mut wording = earlier(facts, refused, taken)?;
    let before = wording.len();
    wording.extend_from_slice(taken);
    let Some(steps) = Steps::over(wording.iter().chain(refused).map(|(at, _)| *at)) else {
        return Ok(Vec::new());
    };
    let usual = as_all_come(facts, &steps, wording.len())?;
    let (axis, per) = (steps.span(), steps.per);
    let mut moments = facts.moments(axis);
    let middle = refused.get(refused.len() / 2).map(|(at, _)| *at);
    moments.extend(middle.map(|at| Moment {
        at,
        occasion: Occasion::Statistic,
        label: "half of the refusals".into(),
    }));
    let curve = Curve {
        step_us: steps.width,
        series: vec![
            steps.series("as all records come", Ink::Null, usual.into_iter()),
            steps.count("the wording that works", Ink::Cited, &wording),
            steps.count("refused", Ink::Refused, refused),
        ],
        moments,
        ..Curve::over(axis, format!("requests per {per}"), Unit::Count)
    };
    Ok(vec![Exhibit {
        title: "Refused, and taken up".into(),
        picture: Picture::Curve(curve),
        summary: format!(
            "Requests per {per}: {} were refused; after half of these the wording that works comes in \
             {} prompts of other accounts of the cluster, before that in {}.",
            count(refused.len()),
            count(taken.len()),
            count(before),
        ),
        key: vec![
            (Ink::Refused, "refused".into()),
            (Ink::Cited, "the wording that works, in other accounts".into()),
            (Ink::Null, "as all records of the case come, to the same total".into()),
        ],
    }])
}

/// As many records as there are, in the steps in which all records of the case come.
fn as_all_come(facts: &Facts<'_>, steps: &Steps, records: usize) -> Result<Vec<f64>, Cancelled> {
    facts.progress.check()?;
    let index = facts.material.index;
    let all = index.counts_between(index.everything(), &steps.edges());
    let sum = all.iter().map(|n| f64::from(*n)).sum::<f64>().max(1.0);
    Ok(all.into_iter().map(|n| f64::from(n) * records as f64 / sum).collect())
}

/// Records of the wording in accounts that did not try, up to half of the refusals.
fn earlier(
    facts: &Facts<'_>,
    refused: &[(i64, u32)],
    taken: &[(i64, u32)],
) -> Result<Vec<(i64, u32)>, Cancelled> {
    let (material, scripts) = (facts.material, facts.material.scripts());
    let templates = material.index.templates();
    let script = |row: u32| scripts.of_row(material, &templates, row);
    let wording = taken.first().and_then(|(_, row)| script(*row));
    let middle = middle(material, &facts.rows(REFUSED)?).unwrap_or(0);
    let tried: BTreeSet<u32> =
        refused.iter().map(|(_, row)| material.index.account_of(*row)).collect();
    let mut rows = Vec::new();
    for account in facts.members.iter().filter(|account| !tried.contains(account)) {
        facts.progress.check()?;
        let own = facts.counted(*account).into_iter().filter(|row| *row <= middle);
        rows.extend(own.filter(|row| wording.is_some() && script(*row) == wording));
    }
    Ok(timed(facts, rows.into_iter()))
}

/// Rows with the time of each; those without one are left out.
fn timed(facts: &Facts<'_>, rows: impl Iterator<Item = u32>) -> Vec<(i64, u32)> {
    rows.filter_map(|row| Some((facts.material.index.at(row)?.0, row))).collect()
}
