//! D25: which templates the prompts of the cluster follow, against everybody else's.

use std::collections::BTreeMap;

use super::facts::{Facts, count, shown_of};
use super::kind::{Bar, Bars, Ink};
use super::{Exhibit, Picture};
use crate::index::Templates;
use crate::job::Cancelled;
use crate::model::FREE_TEXT;
use crate::model::finding::{Subject, Unit};

/// Templates that are shown.
const MOST_BARS: usize = 8;
/// Characters of a template that name it.
const NAME: usize = 60;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let templates = facts.material.index.templates();
    let rows = facts.rows("prompts")?;
    let mut of: BTreeMap<u32, u64> = BTreeMap::new();
    rows.iter().filter_map(|row| templates.of(*row)).for_each(|id| *of.entry(id).or_default() += 1);
    let mut found: Vec<(u32, u64)> = of.into_iter().collect();
    found.sort_by_key(|(id, n)| (std::cmp::Reverse(*n), *id));
    let all = found.len();
    found.truncate(MOST_BARS);
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let bars: Vec<Bar> =
        found.iter().map(|(id, n)| bar(&templates, *id, *n, rows.len() as u64)).collect();
    let more = match bars.len() < all {
        true => shown_of(bars.len(), all, "templates", "those of most prompts"),
        false => String::new(),
    };
    let measure = "share of the prompts".into();
    // What is said of one account has no draws of as many others.
    let others = match facts.value("middle") {
        Some(_) => format!(", of as many other accounts {}", facts.text("middle")),
        None => String::new(),
    };
    let whose = match facts.finding.subject {
        Subject::Account(_) => "account",
        Subject::Cluster(_) => "cluster",
    };
    Ok(vec![Exhibit {
        title: "Prompts by template".into(),
        picture: Picture::Bars(Bars { unit: Unit::Share, measure, bars, more }),
        summary: format!(
            "{} prompts of the {whose} by template, of which there are {}; the effective number is \
             {}{others}.",
            count(rows.len()),
            count(all),
            facts.text("kinds"),
        ),
        key: vec![
            (Ink::Cited, format!("prompts of the {whose}")),
            (Ink::Null, "share of everybody else's prompts".into()),
        ],
    }])
}

fn bar(templates: &Templates, id: u32, n: u64, own: u64) -> Bar {
    let template = templates.get(id).filter(|_| id != FREE_TEXT);
    let prompts = templates.run.as_ref().map_or(0, |run| run.prompts);
    let others = prompts.saturating_sub(own);
    let usual = template.map(|template| template.rows.saturating_sub(n)).filter(|_| others > 0);
    let short = |text: String| text.chars().take(NAME).collect::<String>();
    Bar {
        name: template.map_or_else(
            || "no template".into(),
            |template| format!("{id} · {}", short(template.short())),
        ),
        account: None,
        ink: Ink::Cited,
        observed: n as f64 / own.max(1) as f64,
        usual: usual.map(|rows| (rows as f64 / others as f64).min(1.0)),
        band: None,
        note: format!("{} prompts", count(n as usize)),
    }
}
