//! When two rows are one call: pure rules, on rows that share a request id or all their content.

use std::collections::BTreeMap;

use crate::model::time::{MINUTE_US, SECOND_US};
use crate::model::{Granularity, JoinBasis, JoinKind, JoinPair, MISSING, NO_TIME};

/// How far apart, µs, two exports may state the time of one record.
pub(super) const REPEAT_US: i64 = SECOND_US;
/// How far apart, µs, two systems may state the time of one call: one may state its beginning and
/// the other its end, and clocks differ.
pub(super) const JOIN_US: i64 = 15 * MINUTE_US;
/// An id that more rows share names no call.
pub(super) const MOST_SAME: usize = 64;
/// A shorter id, bytes, is a number that other systems count, too: it joins nothing.
pub(super) const SHORTEST_ID: usize = 8;

/// What the rules ask of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Facts {
    pub event: u64,
    /// Position of its source, and of that one's format among the formats of the case.
    pub source: u32,
    pub format: u32,
    pub at_us: i64,
    pub kind: Granularity,
    /// Positions in the dictionaries.
    pub account: u32,
    pub caller: u32,
    pub origin: u32,
    pub call: u32,
    /// Equal for equal models, however written; [`MISSING`] for none, as with the next three.
    pub model: u32,
    pub status: u32,
    pub input_tokens: u32,
    pub output_tokens: u32,
    pub has_prompt: bool,
    /// The request id, or all content where there is none, as a keyed hash.
    pub key: u128,
    /// Whether it has a request id, and one that can name a call in another system.
    pub has_id: bool,
    pub joins: bool,
}

impl Facts {
    /// How much a row says of its call: the one that says most is counted.
    fn rank(&self) -> u32 {
        8 * u32::from(self.kind == Granularity::Exchange)
            + 4 * u32::from(self.output_tokens != MISSING)
            + 2 * u32::from(self.input_tokens != MISSING)
            + u32::from(self.has_prompt)
    }

    /// Whether nothing that both state differs.
    fn agrees(&self, other: &Self) -> bool {
        agree(self.model, other.model)
            && agree(self.status, other.status)
            && agree(self.input_tokens, other.input_tokens)
            && agree(self.output_tokens, other.output_tokens)
    }

    fn within(&self, other: &Self, most_us: i64) -> bool {
        self.at_us.abs_diff(other.at_us) <= most_us.unsigned_abs()
    }

    /// Whether it can be a call of another system's by its time: where one of the two has none,
    /// the request id alone has to say so.
    fn may_join(&self, other: &Self) -> bool {
        self.within(other, JOIN_US) || self.at_us == NO_TIME || other.at_us == NO_TIME
    }

    /// Whether it may be the same record as an earlier one of the same system; what the
    /// dictionaries say of both is not compared.
    fn repeats(&self, other: &Self) -> bool {
        (self.format, self.kind, self.account) == (other.format, other.kind, other.account)
            && self.within(other, REPEAT_US)
            && self.agrees(other)
    }
}

/// Whether two numbers are equal, as far as both are known.
pub(super) fn agree(a: u32, b: u32) -> bool {
    a == b || a == MISSING || b == MISSING
}

/// The pair of two rows: the one that says more is counted, else the earlier one.
pub(super) fn join(a: &Facts, b: &Facts, kind: JoinKind, basis: JoinBasis) -> JoinPair {
    let key = |row: &Facts| (std::cmp::Reverse(row.rank()), row.event);
    let (primary, secondary) = if key(a) <= key(b) { (a, b) } else { (b, a) };
    pair(secondary.event, primary.event, kind, basis)
}

fn pair(secondary: u64, primary: u64, kind: JoinKind, basis: JoinBasis) -> JoinPair {
    JoinPair { secondary, primary, kind, basis, state: kind.first_state() }
}

/// What the rules cannot say of two rows by themselves.
pub(super) trait Compare {
    /// Whether their dictionary entries differ in nothing that both state.
    fn alike(&self, a: &Facts, b: &Facts) -> bool;
    /// Whether their original records are the same, byte for byte.
    fn identical(&self, a: &Facts, b: &Facts) -> bool;
}

/// The pairs among the rows of one request id, sorted by event.
///
/// Within a source a row repeats an earlier one whose record is the same, byte for byte: one
/// request may well leave several records of several steps that read alike. Of another source it
/// may repeat the first row of its format, kind and account that is at most a second away,
/// contradicts it in no field, and is repeated by no other row of its source: see [`overlaps`]. Of
/// what is left, the only rows of their formats, usage buckets left out, are one call if they are at
/// most a quarter of an hour from the one that says most, or one of the two has no time.
pub(super) fn same_id(
    rows: &[Facts],
    compare: &impl Compare,
    found: &mut Vec<JoinPair>,
    maybe: &mut Vec<Again>,
) {
    if rows.len() > MOST_SAME {
        return;
    }
    let mut left: Vec<&Facts> = Vec::with_capacity(rows.len());
    let mut used: Vec<(u64, u32)> = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        let own = rows[..i].iter().filter(|r| r.source == row.source);
        let again = own.rev().find(|earlier| compare.identical(row, earlier));
        let exported = || {
            let free =
                |r: &&&Facts| r.source != row.source && !used.contains(&(r.event, row.source));
            let mut free = left.iter().filter(free);
            free.find(|earlier| row.repeats(earlier) && compare.alike(row, earlier)).copied()
        };
        if let Some(first) = again {
            found.push(pair(row.event, first.event, JoinKind::Repeat, JoinBasis::RequestId));
        } else if let Some(first) = exported() {
            used.push((first.event, row.source));
            maybe.push(Again::new(row, first, JoinBasis::RequestId));
        } else {
            left.push(row);
        }
    }
    left.retain(|row| row.joins && row.kind != Granularity::Bucket);
    let alone = |row: &&&Facts| left.iter().filter(|other| other.format == row.format).count() == 1;
    let alone: Vec<&Facts> = left.iter().filter(alone).copied().collect();
    let most = alone.iter().min_by_key(|row| (std::cmp::Reverse(row.rank()), row.event));
    let Some(most) = most.filter(|row| row.kind == Granularity::Exchange) else { return };
    let near = alone.iter().filter(|row| row.event != most.event && row.may_join(most));
    found.extend(near.map(|row| join(row, most, JoinKind::Join, JoinBasis::RequestId)));
}

/// A row that may repeat one of another source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Again {
    pub pair: JoinPair,
    /// Whether it has a time; the other one has the same, or as good as that.
    pub timed: bool,
    /// Source of the secondary and of the primary row.
    pub sources: (u32, u32),
}

impl Again {
    fn new(row: &Facts, first: &Facts, basis: JoinBasis) -> Self {
        let pair = pair(row.event, first.event, JoinKind::Repeat, basis);
        Self { pair, timed: row.at_us != NO_TIME, sources: (row.source, first.source) }
    }
}

/// The repeats among rows of one format without request id whose content is the same, sorted by
/// event: the n-th such row of a source is the n-th of the first source that has so many. What
/// stands twice in one source may be two calls and stays.
pub(super) fn same_content(rows: &[Facts], found: &mut Vec<Again>) {
    let mut first_of: Vec<&Facts> = Vec::new();
    let mut nth = (u32::MAX, 0);
    for row in rows {
        nth = if nth.0 == row.source { (row.source, nth.1 + 1) } else { (row.source, 0) };
        match first_of.get(nth.1) {
            Some(first) => found.push(Again::new(row, first, JoinBasis::Content)),
            None => first_of.push(row),
        }
    }
}

/// Of what may be repeats those between sources that overlap indeed: at least half of the rows
/// that one of the two has in the time of both repeat rows of the other. Rows of two logs that
/// merely read alike are fewer; of them, those with a request id stay whose records are the same,
/// byte for byte. Rows without a time do not say whether sources overlap, and repeat where they do.
///
/// `rows_in_common` counts the rows of both in the time that they have in common.
pub(super) fn overlaps<E>(
    maybe: Vec<Again>,
    mut rows_in_common: impl FnMut(u32, u32) -> Result<(u64, u64), E>,
    mut identical: impl FnMut(&JoinPair) -> Result<bool, E>,
) -> Result<Vec<JoinPair>, E> {
    let mut of_sources: BTreeMap<(u32, u32), (u64, bool)> = BTreeMap::new();
    for again in &maybe {
        of_sources.entry(again.sources).or_default().0 += u64::from(again.timed);
    }
    for ((a, b), (pairs, overlap)) in &mut of_sources {
        let (of_a, of_b) = rows_in_common(*a, *b)?;
        *overlap = *pairs > 0 && 2 * *pairs >= of_a.min(of_b);
    }
    let mut found = Vec::with_capacity(maybe.len());
    for Again { pair, sources, .. } in maybe {
        let overlap = of_sources.get(&sources).is_some_and(|(_, overlap)| *overlap);
        if overlap || (pair.basis == JoinBasis::RequestId && identical(&pair)?) {
            found.push(pair);
        }
    }
    Ok(found)
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
