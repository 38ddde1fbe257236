//! D22: the words that stand in otherwise different prompts, where they stand.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::facts::{Facts, count};
use super::kind::{Ink, Part};
use super::template::{Held, card_of, cited, parts, rows_of};
use super::{Exhibit, Picture, shares};
use crate::detect::content::injected::DEFINITION;
use crate::job::Cancelled;
use crate::model::{FREE_TEXT, Piece, Template};

/// Templates that are shown.
const MOST_CARDS: usize = 2;
/// Characters of fixed text beside the words that are shown on either side of a cut.
const AROUND: usize = 110;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let rows = cited(facts)?;
    let templates = facts.material.index.templates();
    let mut of: BTreeMap<u32, u64> = BTreeMap::new();
    let ids = rows.iter().filter_map(|row| templates.of(*row)).filter(|id| *id != FREE_TEXT);
    ids.for_each(|id| *of.entry(id).or_default() += 1);
    let mut ids: Vec<(u32, u64)> = of.into_iter().collect();
    ids.sort_by_key(|(id, rows)| (Reverse(*rows), *id));
    let found: Vec<&Template> = ids.iter().filter_map(|(id, _)| templates.get(*id)).collect();
    let least = facts.parameter(&DEFINITION, "least_words") as usize;
    let words = in_common(&found, least.max(1));
    let mut all = Vec::new();
    for template in found.iter().take(MOST_CARDS).filter(|_| !words.is_empty()) {
        let held = Held::new(facts, &rows_of(&templates, template.id, &rows))?;
        all.push(card(facts, template, &words, &held));
    }
    all.extend(shares::exhibits(facts)?);
    Ok(all)
}

fn card(facts: &Facts<'_>, template: &Template, words: &[&str], held: &Held) -> Exhibit {
    let parts = parts(template).into_iter().flat_map(|part| match part {
        Part::Fixed(text) => marked(&text, words),
        other => vec![other],
    });
    Exhibit {
        title: format!("The instruction in template {}", template.id),
        picture: Picture::Card(card_of(facts, template, parts.collect(), held)),
        summary: format!(
            "{} words in a row stand in {} prompts of template {}, of {} accounts; other accounts of \
             the case that ever sent them: {}.",
            count(words.len()),
            count(held.rows()),
            template.id,
            count(held.0.len()),
            facts.text("others"),
        ),
        key: vec![(Ink::Cited, format!("the same {} words in a row", count(words.len())))],
    }
}

/// The longest run of words that stands in a fixed text of each of some templates: of one template
/// alone its longest fixed text. Runs of fewer than `least` are none.
///
/// Naive: of every run of words of the first, whether all others have it.
fn in_common<'t>(templates: &[&'t Template], least: usize) -> Vec<&'t str> {
    let Some((first, others)) = templates.split_first() else { return Vec::new() };
    let windows = |template: &&'t Template| -> BTreeSet<Vec<&'t str>> {
        let of = |words: Vec<&'t str>| words.windows(least).map(<[_]>::to_vec).collect::<Vec<_>>();
        texts(template).map(words_of).flat_map(of).collect()
    };
    let others: Vec<BTreeSet<Vec<&str>>> = others.iter().map(windows).collect();
    let mut best: Vec<&str> = Vec::new();
    for words in texts(first).map(words_of) {
        let is_common = |run: &[&str]| others.iter().all(|of| of.contains(run));
        let mut from = None;
        for (at, run) in words.windows(least).enumerate() {
            if !is_common(run) {
                from = None;
                continue;
            }
            let start = *from.get_or_insert(at);
            if at + least - start > best.len() {
                best = words[start..at + least].to_vec();
            }
        }
    }
    best
}

fn texts(template: &Template) -> impl Iterator<Item = &str> {
    template.pieces.iter().filter_map(|piece| match piece {
        Piece::Fixed(text) => Some(text.as_str()),
        Piece::Slot(_) => None,
    })
}

fn words_of(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// A fixed text with the words marked that stand in it, and what is far from them cut.
fn marked(text: &str, words: &[&str]) -> Vec<Part> {
    let Some(at) = place(text, words) else { return vec![Part::Fixed(cut(text, true, true))] };
    let mut parts = Vec::new();
    if at.start > 0 {
        parts.push(Part::Fixed(cut(&text[..at.start], true, false)));
    }
    parts.push(Part::Marked(text[at.clone()].to_owned()));
    if at.end < text.len() {
        parts.push(Part::Fixed(cut(&text[at.end..], false, true)));
    }
    parts
}

/// Where the words stand, bytes.
fn place(text: &str, words: &[&str]) -> Option<Range<usize>> {
    let own = words_of(text);
    let at = own.windows(words.len().max(1)).position(|run| run == words)?;
    let offset = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    let (first, last) = (own.get(at)?, own.get(at + words.len() - 1)?);
    Some(offset(first)..offset(last) + last.len())
}

/// A long text with its middle left out, or its begin, or its end.
fn cut(text: &str, keeps_end: bool, keeps_begin: bool) -> String {
    let n = text.chars().count();
    let parts = usize::from(keeps_end) + usize::from(keeps_begin);
    if n <= parts * AROUND {
        return text.to_owned();
    }
    let begin: String =
        if keeps_begin { text.chars().take(AROUND).collect() } else { String::new() };
    let end: String =
        if keeps_end { text.chars().skip(n - AROUND).collect() } else { String::new() };
    format!("{begin} … {end}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Slot, Time};

    fn template(pieces: &[&str]) -> Template {
        let piece = |text: &&str| match *text {
            "…" => Piece::Slot(Slot::default()),
            text => Piece::Fixed(text.into()),
        };
        let none = Time::NONE;
        let pieces = pieces.iter().map(piece).collect();
        Template { id: 1, pieces, rows: 0, accounts: 2, first_seen: none, last_seen: none }
    }

    #[test]
    fn the_longest_run_that_all_have_is_found_and_a_shorter_one_is_none() {
        let one = template(&["Solve ", "…", " now. Give each step on a row, then the result."]);
        let two = template(&["Write ", "…", ". Please give each step on a row, then stop."]);
        let words = in_common(&[&one, &two], 4);
        assert_eq!(words.join(" "), "each step on a row, then");
        assert!(in_common(&[&one, &two], 7).is_empty());
        assert_eq!(in_common(&[&one], 4).len(), 10);
        assert!(in_common(&[], 4).is_empty());
    }

    #[test]
    fn words_are_marked_where_they_stand_and_nothing_of_the_text_is_lost() {
        let text = "Solve it. Give\n each step ünd row. Done";
        let parts = marked(text, &["each", "step", "ünd"]);
        let of = |part: &Part| match part {
            Part::Fixed(text) | Part::Marked(text) => text.clone(),
            Part::Slot { .. } => String::new(),
        };
        assert_eq!(parts.iter().map(of).collect::<String>(), text);
        assert_eq!(parts[1], Part::Marked("each step ünd".into()));
        assert_eq!(marked("no such words", &["each"]).len(), 1);
        let long = "x".repeat(900);
        assert!(cut(&long, true, true).chars().count() < 240);
    }
}
