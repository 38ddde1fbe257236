//! D21: who uses the templates that accounts have in common, within the cluster and outside of it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::facts::{Facts, count, shown_of};
use super::kind::{Bar, Bars, Ink};
use super::template::{Held, card, cited, rows_of, spoken_of};
use super::{Exhibit, Picture, shares};
use crate::job::Cancelled;
use crate::model::finding::Unit;

/// Templates that are shown.
const MOST_BARS: usize = 8;
/// Characters of a template that name it.
const NAME: usize = 48;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let rows = cited(facts)?;
    let templates = facts.material.index.templates();
    let mut all: Vec<Exhibit> = users(facts, &rows)?.into_iter().collect();
    if let Some(template) = spoken_of(facts, &templates, &rows) {
        let held = Held::new(facts, &rows_of(&templates, template.id, &rows))?;
        all.push(card(facts, template, &held));
    }
    if all.is_empty() { shares::exhibits(facts) } else { Ok(all) }
}

/// Which templates, or prompts, some rows are of, those of most rows first.
fn used(facts: &Facts<'_>, rows: &[u32]) -> Vec<(u32, u64)> {
    let (material, scripts) = (facts.material, facts.material.scripts());
    let templates = material.index.templates();
    let mut of: BTreeMap<u32, u64> = BTreeMap::new();
    let used = rows.iter().filter_map(|row| scripts.of_row(material, &templates, *row));
    used.for_each(|script| *of.entry(script).or_default() += 1);
    let mut used: Vec<(u32, u64)> = of.into_iter().collect();
    used.sort_by_key(|(script, rows)| (Reverse(*rows), *script));
    used
}

/// Of each template the share of the accounts that use it, here and elsewhere.
fn users(facts: &Facts<'_>, rows: &[u32]) -> Result<Option<Exhibit>, Cancelled> {
    facts.progress.check()?;
    let (material, scripts) = (facts.material, facts.material.scripts());
    let templates = material.index.templates();
    let used = used(facts, rows);
    if used.is_empty() {
        return Ok(None);
    }
    let group = facts.group();
    let outside = (0..).zip(&scripts.prompts).filter(|(a, n)| **n > 0 && !group.has(*a)).count();
    let bar = |(script, _): &(u32, u64)| {
        let users = &scripts.all[*script as usize].users;
        let inside = users.iter().filter(|user| group.has(user.account)).count();
        let share = inside as f64 / facts.members.len().max(1) as f64;
        let note = format!("{} of {} that use it", count(inside), count(users.len()));
        let elsewhere = (users.len() - inside) as f64 / outside.max(1) as f64;
        let text = templates.get(*script + 1).filter(|_| scripts.is_template(*script));
        let text = text.map_or_else(String::new, |template| format!(" · {}", template.short()));
        let name = format!("{}{text}", scripts.name(*script));
        let name = name.chars().take(NAME).collect::<String>();
        Bar { usual: Some(elsewhere.min(1.0)), ..Bar::new(name, share, note) }
    };
    let bars: Vec<Bar> = used.iter().take(MOST_BARS).map(bar).collect();
    let which: Vec<u32> = used.iter().map(|(script, _)| *script).collect();
    let what = scripts.noun(&which, false);
    let more = match bars.len() < used.len() {
        true => shown_of(bars.len(), used.len(), what, "those of most prompts"),
        false => String::new(),
    };
    let measure = "share of the accounts of the cluster that use it".into();
    Ok(Some(Exhibit {
        title: "Who uses it".into(),
        picture: Picture::Bars(Bars { unit: Unit::Share, measure, bars, more }),
        summary: format!(
            "Of each of {} {what} in common the share of the accounts of the cluster that use it, \
             and of all {} others that ask anything; {} others use any of them.",
            count(used.len()),
            count(outside),
            facts.text("others"),
        ),
        key: vec![
            (Ink::Cited, "accounts of the cluster that use it".into()),
            (Ink::Null, "share of all other accounts".into()),
        ],
    }))
}
