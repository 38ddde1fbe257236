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
    let is_bound = usual.unit == Unit::ShareAtMost;
    let is_share =
        (is_bound || usual.unit == Unit::Share) && all.value > 0.0 && hits.value <= all.value;
    if !is_share {
        return Ok(Vec::new());
    }
    let share = hits.value / all.value;
    let usual_text = format!("{}{}", if is_bound { "at most " } else { "" }, usual.text());
    let own = Bar {
        usual: Some(usual.value),
        ..Bar::new("this cluster", share, format!("{} of {} accounts", hits.text(), all.text()))
    };
    let others =
        Bar { ink: Ink::Null, ..Bar::new("all other accounts", usual.value, usual_text.clone()) };
    let bars = vec![own, others];
    let detector = super::super::registry::by_id(&facts.finding.detector);
    let title = detector.map_or("Share of accounts", |detector| detector.definition().title);
    Ok(vec![Exhibit {
        title: title.into(),
        picture: Picture::Bars(Bars {
            unit: Unit::Share,
            measure: "share of accounts".into(),
            bars,
            more: String::new(),
        }),
        summary: format!(
            "{} of {} accounts of the cluster, which is {}; of all other accounts {usual_text}.",
            hits.text(),
            all.text(),
            written(share, Unit::Share),
        ),
        key: vec![
            (Ink::Cited, "accounts of the cluster".into()),
            (Ink::Null, "all other accounts".into()),
        ],
    }])
}
