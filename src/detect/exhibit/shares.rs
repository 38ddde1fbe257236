//! Detectors that say of how many accounts something is true, against how many others.

use super::facts::{Facts, written};
use super::kind::{Bar, Bars, Ink};
use super::{Exhibit, Picture};
use crate::job::Cancelled;
use crate::model::finding::Unit;

/// The names of a number of accounts, of how many there are, and of the share that is usual.
const NAMES: [[&str; 3]; 5] = [
    ["accounts", "members", "usual"],
    ["hits", "members", "usual"],
    ["hits", "judged", "usual"],
    ["hits", "known", "usual"],
    ["high", "judged", "p"],
];

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    facts.progress.check()?;
    let of = |names: &[&str; 3]| {
        let [hits, all, usual] = names.map(|name| facts.number(name));
        Some((hits?, all?, usual?))
    };
    let Some((hits, all, usual)) = NAMES.iter().find_map(of) else { return Ok(Vec::new()) };
    let is_share = usual.unit == Unit::Share && all.value > 0.0 && hits.value <= all.value;
    if !is_share {
        return Ok(Vec::new());
    }
    let bar = |name: &str, observed, note| Bar {
        name: name.into(),
        account: None,
        ink: Ink::Cited,
        observed,
        usual: None,
        band: None,
        note,
    };
    let share = hits.value / all.value;
    let own = Bar {
        usual: Some(usual.value),
        ..bar("this cluster", share, format!("{} of {} accounts", hits.text(), all.text()))
    };
    let others = Bar { ink: Ink::Null, ..bar("all other accounts", usual.value, usual.text()) };
    let bars = vec![own, others];
    let definition = super::super::registry::all()
        .iter()
        .map(|detector| detector.definition())
        .find(|definition| definition.id == facts.finding.detector);
    let title = definition.map_or("Share of accounts", |definition| definition.title);
    Ok(vec![Exhibit {
        title: title.into(),
        picture: Picture::Bars(Bars {
            unit: Unit::Share,
            measure: "share of accounts".into(),
            bars,
            more: String::new(),
        }),
        summary: format!(
            "{} of {} accounts of the cluster, which is {}; of all other accounts {}.",
            hits.text(),
            all.text(),
            written(share, Unit::Share),
            usual.text(),
        ),
        key: vec![
            (Ink::Cited, "accounts of the cluster".into()),
            (Ink::Null, "all other accounts".into()),
        ],
    }])
}
