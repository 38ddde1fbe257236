//! Judgements of many accounts: each once, with how many accounts it is on.

use std::collections::BTreeMap;

use super::flagged::judgement;
use super::{Judgement, List, Material, left_out};
use crate::model::VerdictRecord;
use crate::report::text::counted;

/// Verdict, confidence, reason, who and when.
type Key<'a> = (&'a str, &'a str, &'a str, &'a str, i64);

/// Judgements that are listed.
const LISTED: usize = 12;

/// The verdicts on some accounts; those given together, with one reason, are one. Those on most
/// accounts come first.
pub fn judgements<'a>(
    m: &Material<'_>,
    verdicts: impl Iterator<Item = &'a VerdictRecord>,
) -> List<Judgement> {
    let mut groups: BTreeMap<Key<'_>, (u64, &VerdictRecord)> = BTreeMap::new();
    for of in verdicts {
        let words = (of.verdict.as_str(), of.confidence.as_str());
        let key = (words.0, words.1, &*of.reason, &*of.actor, of.at.0);
        groups.entry(key).or_insert((0, of)).0 += 1;
    }
    let mut all: Vec<(u64, &VerdictRecord)> = groups.into_values().collect();
    all.sort_by_key(|(accounts, of)| (std::cmp::Reverse(*accounts), of.at));
    let one = |(accounts, of): &(u64, &VerdictRecord)| {
        let mut one = judgement(of);
        one.lines[0] = format!("{}: {}", counted(*accounts, "account", "accounts"), one.lines[0]);
        one
    };
    let rows: Vec<Judgement> = all.iter().take(LISTED).map(one).collect();
    let note = left_out(rows.len() as u64, all.len() as u64, m, "accounts.csv");
    List { rows, note }
}
