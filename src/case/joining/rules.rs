//! When two rows are one call: pure rules, on rows that share a request id or all their content.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::time::{MINUTE_US, SECOND_US};
use crate::model::{Granularity, JoinBasis, JoinKind, JoinPair, MISSING, NO_TIME};

/// How far apart, µs, two exports may state the time of one record.
pub(super) const REPEAT_US: i64 = SECOND_US;
/// How far apart, µs, two logs may state the time of one call: one may state its beginning and the
/// other its end, and clocks differ.
pub(super) const JOIN_US: i64 = 15 * MINUTE_US;
/// An id that more rows share names no call.
pub(super) const MOST_SAME: usize = 64;
/// A shorter id, bytes, is a number that other systems count, too: it joins nothing.
pub(super) const SHORTEST_ID: usize = 8;
/// Stands for all accounts of logs that name none.
pub(super) const UNNAMED: u32 = MISSING - 1;

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
    /// A bit for each field that may be missing and is not.
    pub says: u32,
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

    /// Whether it says something that another row leaves open.
    fn adds_to(&self, other: &Self) -> bool {
        self.says & !other.says != 0
    }

    /// Whether it may be the call of a row in another log of the same system.
    fn is_call_of(&self, other: &Self) -> bool {
        let accounts = [self.account, other.account];
        (accounts[0] == accounts[1] || accounts.contains(&UNNAMED))
            && self.source != other.source
            && self.may_join(other)
            && self.agrees(other)
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
/// contradicts it in no field, and is repeated by no other row of its source; where it says what
/// that one leaves open, both are joined: see [`overlaps`]. So may the only rows of several sources
/// of one format: see [`one_system`]. Of what is left, the only rows of their formats, usage
/// buckets left out, are one call if they are at most a quarter of an hour from the one that says
/// most, or one of the two has no time.
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
                |r: &&Facts| r.source != row.source && !used.contains(&(r.event, row.source));
            let fits = |r: &&Facts| free(r) && row.repeats(r) && compare.alike(row, r);
            left.iter().position(fits)
        };
        if let Some(first) = again {
            found.push(pair(row.event, first.event, JoinKind::Repeat, JoinBasis::RequestId));
        } else if let Some(at) = exported() {
            used.push((left[at].event, row.source));
            let again = Again::new(row, left[at], JoinBasis::RequestId);
            // Of two that are joined the one that is counted stays.
            left[at] = if again.pair.primary == row.event { row } else { left[at] };
            maybe.push(again);
        } else {
            left.push(row);
        }
    }
    let doubled = one_system(&mut left, compare, maybe);
    left.retain(|row| row.joins && row.kind != Granularity::Bucket);
    let alone = |row: &&&Facts| left.iter().filter(|other| other.format == row.format).count() == 1;
    let alone: Vec<&Facts> = left.iter().filter(alone).copied().collect();
    let most = alone.iter().min_by_key(|row| (std::cmp::Reverse(row.rank()), row.event));
    let Some(most) = most.filter(|row| row.kind == Granularity::Exchange) else { return };
    let near = alone.iter().filter(|row| row.event != most.event && row.may_join(most));
    let pairs = near.map(|row| join(row, most, JoinKind::Join, JoinBasis::RequestId));
    match doubled {
        None => found.extend(pairs),
        Some(sources) => maybe.extend(pairs.map(|pair| Again {
            pair,
            ahead_us: NO_TIME,
            sources,
            apart: true,
            counted: false,
        })),
    }
}

/// The calls that several logs of one system may describe, each in one row: one has addresses and
/// another tokens, or their clocks differ. Of such rows the one that says most stays in `left`; in
/// return, the sources on whose overlap that depends.
fn one_system(
    left: &mut Vec<&Facts>,
    compare: &impl Compare,
    maybe: &mut Vec<Again>,
) -> Option<Sources> {
    let mut depends = None;
    if left.len() < 2 {
        return depends;
    }
    for format in left.iter().map(|row| row.format).collect::<BTreeSet<u32>>() {
        let rows: Vec<&Facts> = left.iter().filter(|row| row.format == format).copied().collect();
        let most = rows.iter().min_by_key(|row| (std::cmp::Reverse(row.rank()), row.event));
        let Some(most) = most.filter(|_| rows.len() > 1) else { continue };
        let others = || rows.iter().filter(|row| row.event != most.event);
        let sources: BTreeSet<u32> = rows.iter().map(|row| row.source).collect();
        let one_call = |row: &&Facts| row.is_call_of(most) && compare.alike(row, most);
        if sources.len() < rows.len()
            || rows.iter().any(|row| row.kind != Granularity::Exchange)
            || !others().all(one_call)
        {
            continue;
        }
        let first = maybe.len();
        maybe.extend(others().map(|row| Again::joined(row, most)));
        depends = maybe.get(first).map(|again| again.sources).or(depends);
        left.retain(|row| row.format != format || row.event == most.event);
    }
    depends
}

/// A later and an earlier source.
type Sources = (u32, u32);

/// A row that may describe the call of one of another source. There may be as many as rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Again {
    pub pair: JoinPair,
    /// How far the later source is ahead, µs; [`NO_TIME`] where the two rows do not say.
    pub ahead_us: i64,
    pub sources: Sources,
    /// Whether their clocks may differ.
    pub apart: bool,
    /// Whether the id is one that others may count to, too: the clocks have to say the same then.
    pub counted: bool,
}

impl Again {
    /// A repeat of a row, or the same call where it says what that one leaves open.
    fn new(row: &Facts, first: &Facts, basis: JoinBasis) -> Self {
        let pair = match row.adds_to(first) {
            true => join(row, first, JoinKind::Join, basis),
            false => pair(row.event, first.event, JoinKind::Repeat, basis),
        };
        let ahead_us = if row.at_us == NO_TIME { NO_TIME } else { 0 };
        let sources = (row.source, first.source);
        Self { pair, ahead_us, sources, apart: false, counted: false }
    }

    /// Whether it fits two clocks of which one is so far ahead.
    fn fits(&self, ahead_us: i64) -> bool {
        let near = |own: i64| own.abs_diff(ahead_us) <= REPEAT_US.unsigned_abs();
        !self.counted || self.ahead_us == NO_TIME || near(self.ahead_us)
    }

    /// A call that two logs of one system may describe.
    fn joined(a: &Facts, b: &Facts) -> Self {
        let (later, earlier) = if a.source > b.source { (a, b) } else { (b, a) };
        let timed = later.at_us != NO_TIME && earlier.at_us != NO_TIME;
        let ahead_us = if timed { later.at_us.saturating_sub(earlier.at_us) } else { NO_TIME };
        let pair = join(a, b, JoinKind::Join, JoinBasis::RequestId);
        let sources = (later.source, earlier.source);
        Self { pair, ahead_us, sources, apart: true, counted: !a.joins }
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

/// Of what may be one call those between sources that overlap indeed: at least half of the rows
/// that one of the two has in the time of both have their like in the other, whose clock is set by
/// the median of the differences. Rows of two logs that merely read alike are fewer; of them, those
/// with a request id repeat each other whose records are the same, byte for byte. Rows without a
/// time do not say whether sources overlap, and are one call where others say so.
///
/// `rows_in_common` counts the rows of both in the time that they have in common, when the first
/// is ahead of the second by so many µs; none where that time says nothing.
pub(super) fn overlaps<E>(
    maybe: Vec<Again>,
    mut rows_in_common: impl FnMut(u32, u32, i64) -> Result<Option<(u64, u64)>, E>,
    mut identical: impl FnMut(&JoinPair) -> Result<bool, E>,
) -> Result<Vec<JoinPair>, E> {
    let mut of_sources: BTreeMap<(Sources, bool), Vec<&Again>> = BTreeMap::new();
    for again in maybe.iter().filter(|again| again.ahead_us != NO_TIME) {
        of_sources.entry((again.sources, again.apart)).or_default().push(again);
    }
    let mut ahead_us: BTreeMap<(Sources, bool), i64> = BTreeMap::new();
    for ((sources, apart), mut again) in of_sources {
        again.sort_unstable_by_key(|again| again.ahead_us);
        let median = again[again.len() / 2].ahead_us;
        let pairs = again.iter().filter(|again| again.fits(median)).count() as u64;
        let common = rows_in_common(sources.0, sources.1, median)?;
        if common.is_some_and(|(a, b)| 2 * pairs >= a.min(b)) {
            ahead_us.insert((sources, apart), median);
        }
    }
    let mut found = Vec::with_capacity(maybe.len());
    for again in maybe {
        let (pair, sources, apart) = (again.pair, again.sources, again.apart);
        let overlap = ahead_us.get(&(sources, apart)).is_some_and(|median| again.fits(*median))
            || again.ahead_us == NO_TIME && ahead_us.contains_key(&(sources, !apart));
        let mut same = || Ok::<_, E>(pair.kind == JoinKind::Repeat && identical(&pair)?);
        if overlap || pair.basis == JoinBasis::RequestId && same()? {
            found.push(pair);
        }
    }
    Ok(found)
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
