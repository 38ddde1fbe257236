//! D10: what accounts of the cluster have in common and hardly anybody else has.

use super::facts::{Facts, count, shown_of};
use super::kind::{Bar, Bars, Ink};
use super::{Exhibit, Picture};
use crate::detect::commerce::indicators::shared_values;
use crate::job::Cancelled;
use crate::model::finding::Unit;

/// Values that are shown.
const MOST_BARS: usize = 10;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let found = values(facts)?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let of = found.len();
    let bars: Vec<Bar> = found.into_iter().take(MOST_BARS).collect();
    let more = match bars.len() < of {
        true => shown_of(bars.len(), of, "values", "those that most accounts have"),
        false => String::new(),
    };
    let measure = "share of the accounts of the cluster".into();
    Ok(vec![Exhibit {
        title: "Values in common".into(),
        picture: Picture::Bars(Bars { unit: Unit::Share, measure, bars, more }),
        summary: format!(
            "{} rare values that two accounts of the cluster or more have; {} of {} accounts share \
             any of them with another one.",
            count(of),
            facts.text("hits"),
            facts.text("members"),
        ),
        key: vec![
            (Ink::Cited, "accounts of the cluster that have it".into()),
            (Ink::Null, "share of all other accounts".into()),
        ],
    }])
}

/// The values that two accounts of the cluster or more have, those that most have first, then those
/// that say most.
fn values(facts: &Facts<'_>) -> Result<Vec<Bar>, Cancelled> {
    let (group, (members, outside)) = (facts.group(), sizes(facts));
    let mut found: Vec<(usize, f64, Bar)> = Vec::new();
    for value in shared_values(&facts.look())? {
        let inside = value.accounts.iter().filter(|account| group.has(**account)).count();
        let all = value.accounts.len();
        let bar = Bar {
            name: format!("{} {}", value.kind, value.value),
            account: None,
            ink: Ink::Cited,
            observed: inside as f64 / members,
            usual: Some((all - inside) as f64 / outside),
            band: None,
            note: format!("{} of {} accounts that have it", count(inside), count(all)),
        };
        if inside > 1 {
            found.push((inside, value.weight, bar));
        }
    }
    found.sort_by(|a, b| {
        b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)).then_with(|| a.2.name.cmp(&b.2.name))
    });
    Ok(found.into_iter().map(|(_, _, bar)| bar).collect())
}

/// Accounts of the cluster, and all others; one at least.
fn sizes(facts: &Facts<'_>) -> (f64, f64) {
    let all = facts.material.index.accounts().len();
    let outside = all.saturating_sub(facts.members.len());
    (facts.members.len().max(1) as f64, outside.max(1) as f64)
}
