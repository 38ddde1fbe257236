//! D21, D22, D26: the template that a finding speaks of, and what each account puts into it.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Facts, count, shown_of};
use super::kind::{Card, Holder, Ink, Mark, Order, Part, Raster};
use super::{Exhibit, Picture, shares};
use crate::job::Cancelled;
use crate::model::{FREE_TEXT, Piece, Template};

/// Accounts that are shown.
const MOST_HOLDERS: usize = 6;
/// Accounts that are shown with the numbers of their items.
const MOST_LANES: usize = 60;
/// Examples of a slot.
const EXAMPLES: usize = 3;
/// Rows between two questions whether to stop.
const STRIDE: usize = 65_536;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let rows = cited(facts)?;
    let templates = facts.material.index.templates();
    let of = |row: &u32| templates.of(*row).filter(|id| *id != FREE_TEXT);
    let id = named(&facts.finding.statement.words)
        .filter(|id| rows.iter().any(|row| of(row) == Some(*id)))
        .or_else(|| most(rows.iter().filter_map(of)));
    let Some(template) = id.and_then(|id| templates.get(id)) else {
        return shares::exhibits(facts);
    };
    let rows: Vec<u32> = rows.into_iter().filter(|row| of(row) == Some(template.id)).collect();
    let held = Held::new(facts, &rows)?;
    let mut all = vec![card(facts, template, &held)];
    all.extend(numbers(facts, &held));
    Ok(all)
}

/// All rows that the finding cites, rising.
fn cited(facts: &Facts<'_>) -> Result<Vec<u32>, Cancelled> {
    let mut rows = Vec::new();
    for evidence in &facts.finding.evidence {
        rows.extend(facts.rows(&evidence.role)?);
    }
    rows.sort_unstable();
    rows.dedup();
    Ok(rows)
}

/// The number of the first template that the words of a sentence name.
pub(super) fn named(words: &str) -> Option<u32> {
    words.match_indices("template ").find_map(|(at, word)| {
        let rest = &words[at + word.len()..];
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse().ok()
    })
}

/// What there is most of; of as many the lowest.
fn most(ids: impl Iterator<Item = u32>) -> Option<u32> {
    let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
    ids.for_each(|id| *counts.entry(id).or_default() += 1);
    counts.into_iter().max_by_key(|(id, n)| (*n, std::cmp::Reverse(*id))).map(|(id, _)| id)
}

/// What an account sends of a template.
#[derive(Default)]
struct Own {
    rows: Vec<u32>,
    distinct: BTreeSet<u64>,
}

/// Who sends a template, the one with most prompts first.
struct Held(Vec<(u32, Own)>);

impl Held {
    fn new(facts: &Facts<'_>, rows: &[u32]) -> Result<Self, Cancelled> {
        let index = facts.material.index;
        let mut by_account: BTreeMap<u32, Own> = BTreeMap::new();
        for some in rows.chunks(STRIDE) {
            facts.progress.check()?;
            for row in some {
                let of = by_account.entry(index.account_of(*row)).or_default();
                of.rows.push(*row);
                of.distinct.extend(index.row(*row).prompt_hash());
            }
        }
        let mut all: Vec<(u32, Own)> = by_account.into_iter().collect();
        all.sort_by_key(|(account, of)| (std::cmp::Reverse(of.rows.len()), *account));
        Ok(Self(all))
    }
}

fn card(facts: &Facts<'_>, template: &Template, held: &Held) -> Exhibit {
    let holder = |(account, of): &(u32, Own)| {
        let lane = facts.lane(*account);
        let (prompts, distinct) = (of.rows.len() as u64, of.distinct.len() as u64);
        Holder { account: *account, name: lane.name, prompts, distinct }
    };
    let accounts = held.0.len();
    let holders: Vec<Holder> = held.0.iter().take(MOST_HOLDERS).map(holder).collect();
    let prompts: usize = held.0.iter().map(|(_, of)| of.rows.len()).sum();
    let parts = parts(template);
    let slots = parts.iter().filter(|part| matches!(part, Part::Slot { .. })).count();
    let knows = holders.iter().any(|holder| holder.distinct > 0);
    let summary = format!(
        "Template {}: {} fixed words and {} {}, in {} prompts of {} accounts.",
        template.id,
        count(template.words()),
        count(slots),
        if slots == 1 { "slot" } else { "slots" },
        count(prompts),
        count(accounts),
    );
    let more = match holders.len() < accounts {
        true => shown_of(holders.len(), accounts, "accounts", "those with most prompts"),
        false => String::new(),
    };
    let card = Card {
        template: template.id,
        parts,
        words: template.words() as u64,
        holders_note: if knows { "different prompts" } else { "prompts" }.into(),
        holders,
        more,
    };
    Exhibit {
        title: format!("Template {}", template.id),
        picture: Picture::Card(card),
        summary,
        key: vec![(Ink::Cited, "slot · different values".into())],
    }
}

fn parts(template: &Template) -> Vec<Part> {
    let mut parts = Vec::new();
    let (mut before, mut number) = ("", 0);
    for piece in &template.pieces {
        match piece {
            Piece::Fixed(text) => {
                parts.push(Part::Fixed(text.clone()));
                before = text;
            }
            Piece::Slot(slot) => {
                number += 1;
                let examples = slot.examples.iter().take(EXAMPLES);
                parts.push(Part::Slot {
                    name: label(before).unwrap_or_else(|| format!("slot {number}")),
                    distinct: slot.distinct,
                    is_exact: slot.exact,
                    examples: examples.map(|(text, _)| text.clone()).collect(),
                });
                before = "";
            }
        }
    }
    parts
}

/// What the words before a slot call it: the last word of `Task:`, `item #`, `topic =`.
fn label(before: &str) -> Option<String> {
    const MOST: usize = 16;
    let line = before.trim_end();
    let line = line.strip_suffix([':', '#', '='])?.trim_end();
    let word = line.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    let is_fine = !word.is_empty() && word.chars().count() <= MOST;
    is_fine.then(|| word.to_lowercase())
}

/// An account and its items: number and row, rising.
type Items = (u32, Vec<(u32, u32)>);

/// Which numbers of items each account asked, where the texts were read.
fn numbers(facts: &Facts<'_>, held: &Held) -> Option<Exhibit> {
    let marks = facts.material.marks()?;
    let items = |(account, of): &(u32, Own)| -> Items {
        let item = |row: &u32| Some((marks.item(*row)?, *row));
        let mut items: Vec<(u32, u32)> = of.rows.iter().filter_map(item).collect();
        items.sort_unstable();
        (*account, items)
    };
    let mut lanes: Vec<Items> = held.0.iter().map(items).filter(|of| !of.1.is_empty()).collect();
    let of = lanes.len();
    lanes.truncate(MOST_LANES);
    lanes.sort_by_key(|(account, of)| (of.first().map(|item| item.0), *account));
    let first = lanes.iter().filter_map(|(_, of)| of.first()).map(|item| item.0).min()?;
    let last = lanes.iter().filter_map(|(_, of)| of.last()).map(|item| item.0).max()?;
    let parties = parties(facts, &lanes);
    let twice = parties.values().filter(|of| of.len() > 1).count();
    let raster = Raster {
        marks: item_marks(facts, &lanes, &parties),
        lanes: lanes.iter().map(|(account, _)| facts.lane(*account)).collect(),
        order: Order::Number(i64::from(first), i64::from(last)),
        threads: Vec::new(),
        moments: Vec::new(),
        lanes_note: shown_of(lanes.len(), of, "accounts", "those with most prompts"),
        axis_note: "number of the item →".into(),
        ghost: None,
    };
    Some(Exhibit {
        title: "Items by account".into(),
        picture: Picture::Raster(raster),
        summary: format!(
            "Numbers of the items that each of {} accounts asked; {} of {} items were asked by more \
             than one party.",
            count(lanes.len()),
            count(twice),
            count(parties.len()),
        ),
        key: vec![
            (Ink::Cited, "item of one party".into()),
            (Ink::Refused, "item of more than one".into()),
        ],
    })
}

/// Who asked each item.
fn parties(facts: &Facts<'_>, lanes: &[Items]) -> BTreeMap<u32, BTreeSet<u32>> {
    let mut parties: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for (account, of) in lanes {
        for (item, _) in of {
            parties.entry(*item).or_default().insert(facts.material.party(*account));
        }
    }
    parties
}

fn item_marks(
    facts: &Facts<'_>,
    lanes: &[Items],
    parties: &BTreeMap<u32, BTreeSet<u32>>,
) -> Vec<Mark> {
    let index = facts.material.index;
    let is_twice = |item: u32| parties.get(&item).is_some_and(|of| of.len() > 1);
    let of_lane = |(lane, (_, of)): (u32, &Items)| {
        let mark = |(item, row): &(u32, u32)| {
            let ink = if is_twice(*item) { Ink::Refused } else { Ink::Cited };
            Mark { lane, at: i64::from(*item), ink, event: Some(index.event_id(*row)) }
        };
        of.iter().map(mark).collect::<Vec<Mark>>()
    };
    (0..).zip(lanes).flat_map(of_lane).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_names_its_template_and_words_before_a_slot_name_the_slot() {
        assert_eq!(named("3 prompts, most of them of template 12; that is"), Some(12));
        assert_eq!(named("The prompt template 7 left x"), Some(7));
        assert_eq!((named("2 templates that"), named("of template x")), (None, None));
        assert_eq!(label("Grade it. Task:\n").as_deref(), Some("task"));
        assert_eq!(label("Item #").as_deref(), Some("item"));
        assert_eq!((label("Explain "), label(": :")), (None, None));
    }
}
