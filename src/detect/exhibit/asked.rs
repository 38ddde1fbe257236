//! D23: which rules hold in the prompts that are cited.

use super::facts::{Facts, count, shown_of, written};
use super::kind::{Bar, Bars, Ink};
use super::{Exhibit, Picture, shares};
use crate::job::Cancelled;
use crate::model::finding::Unit;

/// Rows between two questions whether to stop.
const STRIDE: usize = 16_384;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let templates = facts.material.index.templates();
    let rules = facts.material.rules();
    let rows = facts.rows(facts.first_role())?;
    let mut hits = vec![0_u64; rules.groups.len()];
    // Where the texts have not been read for the picture, templates tell of their prompts.
    let mut told = 0_usize;
    for some in rows.chunks(STRIDE) {
        facts.progress.check()?;
        for groups in some.iter().filter_map(|row| facts.material.groups(&templates, *row)) {
            told += 1;
            let counts = hits.iter_mut().enumerate();
            counts.filter(|(at, _)| groups & (1 << at) != 0).for_each(|(_, n)| *n += 1);
        }
    }
    let mut found: Vec<(u64, String)> = rules
        .groups
        .iter()
        .zip(hits)
        .filter(|(_, n)| *n > 0)
        .map(|(group, n)| (n, group.title.clone()))
        .collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    if found.is_empty() {
        return shares::exhibits(facts);
    }
    let all = told.max(1) as f64;
    let most = found.first().map(|(_, title)| title.clone()).unwrap_or_default();
    let bar = |(n, name): (u64, String)| Bar {
        name,
        account: None,
        ink: Ink::Cited,
        observed: n as f64 / all,
        usual: None,
        band: None,
        note: format!("{} prompts", written(n as f64, Unit::Count)),
    };
    Ok(vec![Exhibit {
        title: "Rules that hold in the prompts".into(),
        picture: Picture::Bars(Bars {
            unit: Unit::Share,
            measure: "share of the prompts looked at".into(),
            bars: found.into_iter().map(bar).collect(),
            more: match told < rows.len() {
                true => shown_of(told, rows.len(), "prompts", "those that templates tell of"),
                false => String::new(),
            },
        }),
        summary: format!(
            "Rules that hold in {} of {} prompts cited, most of all: {most}. A prompt may fulfil \
             several.",
            count(told),
            count(rows.len()),
        ),
        key: vec![(Ink::Cited, "prompts in which it holds".into())],
    }])
}
