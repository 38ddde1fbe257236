//! Why a filter matches nothing: which of its conditions is to blame.

use std::borrow::Cow;

use super::attribute::dimension_of;
use super::{Facet, Index, Lists, compile};
use crate::model::filter::{Expr, Filter, FilterError, Pattern, PillId, grouped};
use crate::model::{FIELDS, Field, Granularity};

/// One condition of a filter that matches nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExcludingPart {
    /// Which condition.
    pub id: PillId,
    /// It as filter text.
    pub text: String,
    /// Rows it keeps by itself.
    pub alone: u64,
    /// Rows the filter keeps without it.
    pub without: u64,
}

impl ExcludingPart {
    /// What a sentence calls it. The range of time stands on the axis, in the zone chosen there.
    fn name(&self) -> &str {
        match self.id {
            PillId::Time => "the range of time",
            _ => &self.text,
        }
    }
}

/// Why a filter matches nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emptiness {
    /// Every condition, in the order of the filter's pills.
    pub parts: Vec<ExcludingPart>,
    /// The answer as a sentence, without full stop.
    pub sentence: String,
}

/// Says which condition excludes everything; `None` when the filter matches something.
///
/// Compiles the filter twice per condition: run it off the thread that draws.
///
/// # Errors
/// As [`compile`].
pub fn why_empty(
    filter: &Filter,
    index: &Index,
    lists: &Lists,
) -> Result<Option<Emptiness>, FilterError> {
    if !compile(filter, index, lists)?.is_empty() {
        return Ok(None);
    }
    let count = |filter: &Filter| compile(filter, index, lists).map(|mask| mask.len());
    let pills = filter.pills();
    let mut parts = Vec::with_capacity(pills.len());
    for pill in &pills {
        let others = pills.iter().rev().filter(|p| p.id != pill.id && p.id != PillId::Kind);
        let alone = others.fold(filter.clone(), |filter, other| filter.without(other.id));
        parts.push(ExcludingPart {
            id: pill.id,
            text: pill.text.clone(),
            alone: count(&alone)?,
            without: count(&filter.without(pill.id))?,
        });
    }
    let counted = filter.granularity.unwrap_or_else(|| index.default_granularity());
    let mut sentence = sentence(index, counted, &parts);
    let words = parts.iter().filter(|part| part.alone == 0).map(|part| filter.only(part.id).expr);
    if let Some(Expr::Word(word)) = words.flatten().find(|expr| matches!(expr, Expr::Word(_)))
        && index.count_of(counted) > 0
    {
        sentence.push_str(&meant(index, &word));
    }
    Ok(Some(Emptiness { parts, sentence }))
}

/// What may have been meant by a word that is in no account id: a value of another field, else
/// words of prompts.
fn meant(index: &Index, word: &Pattern) -> String {
    const WHAT: &str = ": a word without a field is part of an account id";
    let plain = word.plain();
    let lower = word.to_lowercase();
    if index.accounts().iter().any(|id| lower.is_found_in(&id.to_lowercase())) {
        return String::new();
    }
    let is_it = |text: Cow<'_, str>| text.to_lowercase() == plain.to_lowercase();
    let has_it = |field: &Field| {
        let entries = dimension_of(*field).map_or(0, |dimension| index.entry_count(dimension));
        (0..entries as u32).any(|entry| index.entry_text(*field, entry).is_some_and(is_it))
    };
    let fields = FIELDS.iter().map(|def| def.field).filter(has_it);
    let conditions: Vec<String> =
        fields.map(|f| Expr::term(f, Facet::Field(f).condition(&plain)).to_string()).collect();
    if !conditions.is_empty() {
        return format!("{WHAT}; did you mean {}?", conditions.join(" or "));
    }
    format!("{WHAT}; write {} for words of prompts", Expr::Phrase(plain))
}

fn sentence(index: &Index, counted: Granularity, parts: &[ExcludingPart]) -> String {
    let plural = counted.plural();
    if index.count_of(counted) == 0 {
        return format!("The case has no {plural}");
    }
    let conditions = || parts.iter().filter(|p| p.id != PillId::Kind);
    let alone: Vec<&str> = conditions().filter(|p| p.alone == 0).map(ExcludingPart::name).collect();
    match alone.as_slice() {
        [] => {}
        // A reader who sees answers beside prompts takes both for searched.
        [only] if only.starts_with('"') => {
            return format!("No prompt contains {only}; answers are not searched");
        }
        [only] => return format!("No {plural} match {only}"),
        several => return format!("No {plural} match {}, each by itself", several.join(" or ")),
    }
    // Of equals, the first.
    match conditions().rev().filter(|p| p.without > 0).max_by_key(|p| p.without) {
        Some(part) => format!(
            "No {plural} match all conditions; without {} there would be {}",
            part.name(),
            grouped(part.without as f64)
        ),
        None => format!("No {plural} match all conditions, and removing no single one helps"),
    }
}
