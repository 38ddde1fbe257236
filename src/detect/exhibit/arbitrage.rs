//! D34: requests of a template to the route that refuses it, and to the one that does not.

use super::facts::{Facts, count};
use super::kind::{Curve, Ink};
use super::steps::Steps;
use super::{Exhibit, Picture};
use crate::detect::life_cycle::arbitrage::{AFTER, BEFORE, REFUSED, REFUSED_AFTER};
use crate::job::Cancelled;
use crate::model::finding::Unit;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let (before, after) = (facts.timed(BEFORE)?, facts.timed(AFTER)?);
    let mut refused = facts.timed(REFUSED)?;
    refused.extend(facts.timed(REFUSED_AFTER)?);
    let Some(steps) = Steps::over(before.iter().chain(&after).map(|(at, _)| *at)) else {
        return Ok(Vec::new());
    };
    let (axis, per) = (steps.span(), steps.per);
    let curve = Curve {
        step_us: steps.width,
        series: vec![
            steps.count("to the first", Ink::Other, &before),
            steps.count("to the second", Ink::Cited, &after),
            steps.count("refused", Ink::Refused, &refused),
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
