//! The template that a finding speaks of, as a card, and who sends it.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Facts, count, shown_of};
use super::kind::{Card, Holder, Ink, Part};
use super::{Exhibit, Picture};
use crate::index::Templates;
use crate::job::Cancelled;
use crate::model::{FREE_TEXT, Piece, Template};

/// Accounts that are shown.
const MOST_HOLDERS: usize = 6;
/// Examples of a slot.
const EXAMPLES: usize = 3;
/// Rows between two questions whether to stop.
const STRIDE: usize = 65_536;

/// All rows that the finding cites, rising.
pub(super) fn cited(facts: &Facts<'_>) -> Result<Vec<u32>, Cancelled> {
    let mut rows = Vec::new();
    for evidence in &facts.finding.evidence {
        rows.extend(facts.rows(&evidence.role)?);
    }
    rows.sort_unstable();
    rows.dedup();
    Ok(rows)
}

/// Of rows the template that the sentence names, else the one that most of them follow.
pub(super) fn spoken_of<'t>(
    facts: &Facts<'_>,
    templates: &'t Templates,
    rows: &[u32],
) -> Option<&'t Template> {
    let of = |row: &u32| templates.of(*row).filter(|id| *id != FREE_TEXT);
    let id = named(&facts.finding.statement.words)
        .filter(|id| rows.iter().any(|row| of(row) == Some(*id)))
        .or_else(|| most(rows.iter().filter_map(of)));
    templates.get(id?)
}

/// The rows of a template among some.
pub(super) fn rows_of(templates: &Templates, template: u32, rows: &[u32]) -> Vec<u32> {
    rows.iter().copied().filter(|row| templates.of(*row) == Some(template)).collect()
}

/// The number of the first template that the words of a sentence name.
fn named(words: &str) -> Option<u32> {
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
pub(super) struct Own {
    pub rows: Vec<u32>,
    pub distinct: BTreeSet<u64>,
}

/// Who sends a template, the one with most prompts first.
pub(super) struct Held(pub Vec<(u32, Own)>);

impl Held {
    /// The senders of some rows.
    pub fn new(facts: &Facts<'_>, rows: &[u32]) -> Result<Self, Cancelled> {
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

    /// How many rows there are in all.
    pub fn rows(&self) -> usize {
        self.0.iter().map(|(_, of)| of.rows.len()).sum()
    }
}

/// The card of a template.
pub(super) fn card(facts: &Facts<'_>, template: &Template, held: &Held) -> Exhibit {
    let parts = parts(template);
    let slots = parts.iter().filter(|part| matches!(part, Part::Slot { .. })).count();
    let summary = format!(
        "Template {}: {} fixed words and {} {}, in {} prompts of {} accounts.",
        template.id,
        count(template.words()),
        count(slots),
        if slots == 1 { "slot" } else { "slots" },
        count(held.rows()),
        count(held.0.len()),
    );
    Exhibit {
        title: format!("Template {}", template.id),
        picture: Picture::Card(card_of(facts, template, parts, held)),
        summary,
        key: vec![(Ink::Cited, "slot · different values".into())],
    }
}

/// A card of these parts.
pub(super) fn card_of(
    facts: &Facts<'_>,
    template: &Template,
    parts: Vec<Part>,
    held: &Held,
) -> Card {
    let holder = |(account, of): &(u32, Own)| {
        let lane = facts.lane(*account);
        let (prompts, distinct) = (of.rows.len() as u64, of.distinct.len() as u64);
        Holder { account: *account, name: lane.name, prompts, distinct }
    };
    let accounts = held.0.len();
    let holders: Vec<Holder> = held.0.iter().take(MOST_HOLDERS).map(holder).collect();
    let knows = holders.iter().any(|holder| holder.distinct > 0);
    let more = match holders.len() < accounts {
        true => shown_of(holders.len(), accounts, "accounts", "those with most prompts"),
        false => String::new(),
    };
    Card {
        template: template.id,
        parts,
        words: template.words() as u64,
        holders_note: if knows { "different prompts" } else { "prompts" }.into(),
        holders,
        more,
    }
}

/// The parts of a template.
pub(super) fn parts(template: &Template) -> Vec<Part> {
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
