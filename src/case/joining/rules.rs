//! When two rows are one call: pure rules, on rows that share a request id or all their content.

use std::collections::BTreeSet;

use crate::model::time::{MINUTE_US, SECOND_US};
use crate::model::{Granularity, JoinBasis, JoinKind, JoinPair, MISSING, NO_HASH, NO_TIME};

use super::overlap::Maybe;

/// How far apart, µs, two exports may state the time of one record.
pub(super) const REPEAT_US: i64 = SECOND_US;
/// How far apart, µs, two logs may state the time of one call: one may state its beginning and the
/// other its end, and clocks differ.
pub(super) const JOIN_US: i64 = 15 * MINUTE_US;
/// How far apart, µs, the clocks of two logs may seem on different calls: calls take time.
pub(super) const CONSTANT_US: i64 = 5 * SECOND_US;
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
    pub said: Said,
    /// The request id, or all content where there is none, as a keyed hash.
    pub key: u128,
    /// Whether it has a request id, one that can name a call in another system, and one that looks
    /// like a number that others count to, too.
    pub has_id: bool,
    pub joins: bool,
    pub counted: bool,
}

/// What else a row says, for comparing logs of one system; [`Said::NOTHING`] where nobody asks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Said {
    /// Session, cached and reasoning tokens.
    pub numbers: [u32; 3],
    /// Of the prompt, the response and reasoning blocks; [`NO_HASH`] for none.
    pub hashes: [u64; 4],
    /// A bit for each field that may be missing and is not, those of [`Facts`] among them.
    pub fields: u32,
}

impl Said {
    pub const NOTHING: Self = Self { numbers: [MISSING; 3], hashes: [NO_HASH; 4], fields: 0 };

    fn agrees(&self, other: &Self) -> bool {
        let hash = |(a, b): (&u64, &u64)| a == b || *a == NO_HASH || *b == NO_HASH;
        self.numbers.iter().zip(&other.numbers).all(|(a, b)| agree(*a, *b))
            && self.hashes.iter().zip(&other.hashes).all(hash)
    }
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
            && self.said.agrees(&other.said)
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
        self.said.fields & !other.said.fields != 0
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

/// Whether a request id looks like one of a counter: no part of it that has a digit is as long as
/// [`SHORTEST_ID`] without its leading zeros.
pub(super) fn is_counted(id: &[u8]) -> bool {
    let significant = |part: &[u8]| {
        let has_digit = part.iter().any(u8::is_ascii_digit);
        let zeros = part.iter().take_while(|c| **c == b'0').count();
        if has_digit { part.len() - zeros } else { 0 }
    };
    let parts = id.split(|c| !c.is_ascii_alphanumeric());
    parts.map(significant).max().unwrap_or_default() < SHORTEST_ID
}

/// Rows of one call as far as is known: the one that is counted, and all of them.
struct Rows<'f> {
    counted: &'f Facts,
    all: Vec<&'f Facts>,
}

impl Rows<'_> {
    /// Whether a row contradicts none of them.
    fn may_have(&self, row: &Facts, compare: &impl Compare) -> bool {
        self.all.iter().all(|own| row.agrees(own) && compare.alike(row, own))
    }
}

/// The pairs among the rows of one request id, sorted by event.
///
/// Within a source a row repeats an earlier one whose record is the same, byte for byte: one
/// request may well leave several records of several steps that read alike. Of another source it
/// may repeat the first row of its format, kind and account that is at most a second away,
/// contradicts it in no field, and is repeated by no other row of its source; where it says what
/// that one leaves open, both are joined. So may the only rows of several sources of one format:
/// see [`one_system`]. All that depends on whether these sources [overlap](Maybe::overlapping). Of
/// what is left, the only rows of their formats, usage buckets left out, are one call if they are
/// at most a quarter of an hour from the one that says most, or one of the two has no time.
pub(super) fn same_id(
    rows: &[Facts],
    compare: &impl Compare,
    found: &mut Vec<JoinPair>,
    maybe: &mut Maybe,
) {
    if rows.len() > MOST_SAME {
        return;
    }
    let mut left: Vec<Rows<'_>> = Vec::with_capacity(rows.len());
    for (i, row) in rows.iter().enumerate() {
        let own = rows[..i].iter().filter(|r| r.source == row.source);
        let again = own.rev().find(|earlier| compare.identical(row, earlier));
        let exported = || {
            let free = |of: &Rows<'_>| of.all.iter().all(|r| r.source != row.source);
            let fits = |of: &Rows<'_>| row.repeats(of.counted) && of.may_have(row, compare);
            left.iter().position(|of| free(of) && fits(of))
        };
        if let Some(first) = again {
            found.push(pair(row.event, first.event, JoinKind::Repeat, JoinBasis::RequestId));
        } else if let Some(at) = exported() {
            let of = &mut left[at];
            let again = Again::new(row, of.counted, JoinBasis::RequestId);
            // Of two that are joined the one that is counted stays.
            of.counted = if again.pair.primary == row.event { row } else { of.counted };
            of.all.push(row);
            maybe.pairs.push(again);
        } else {
            left.push(Rows { counted: row, all: vec![row] });
        }
    }
    let doubled = one_system(&mut left, compare, maybe);
    left.iter().for_each(|of| maybe.saw(&of.all));
    let mut left: Vec<&Facts> = left.iter().map(|of| of.counted).collect();
    left.retain(|row| row.joins && row.kind != Granularity::Bucket);
    let alone = |row: &&&Facts| left.iter().filter(|other| other.format == row.format).count() == 1;
    let alone: Vec<&Facts> = left.iter().filter(alone).copied().collect();
    let most = alone.iter().min_by_key(|row| (std::cmp::Reverse(row.rank()), row.event));
    let Some(most) = most.filter(|row| row.kind == Granularity::Exchange) else { return };
    let near = alone.iter().filter(|row| row.event != most.event && row.may_join(most));
    let pairs = near.map(|row| join(row, most, JoinKind::Join, JoinBasis::RequestId));
    match doubled {
        None => found.extend(pairs),
        Some(sources) => maybe.pairs.extend(pairs.map(|pair| Again {
            pair,
            ahead_us: NO_TIME,
            sources,
            counted: false,
        })),
    }
}

/// The calls that several logs of one system may describe, each in one row: one has addresses and
/// another tokens, or their clocks differ. Of such rows the one that says most is counted; what
/// contradicts it stays by itself. In return, sources on whose overlap that depends.
fn one_system(
    left: &mut Vec<Rows<'_>>,
    compare: &impl Compare,
    maybe: &mut Maybe,
) -> Option<Sources> {
    let mut depends = None;
    if left.len() < 2 {
        return depends;
    }
    for format in left.iter().map(|of| of.counted.format).collect::<BTreeSet<u32>>() {
        let own = |of: &&Rows<'_>| of.counted.format == format;
        let rows: Vec<&Facts> =
            left.iter().filter(own).flat_map(|of| of.all.iter().copied()).collect();
        let sources: BTreeSet<u32> = rows.iter().map(|row| row.source).collect();
        // Where a source has two, they are steps of a request, or it was sent again.
        if sources.len() < rows.len() || rows.iter().any(|row| row.kind != Granularity::Exchange) {
            continue;
        }
        let rank = |of: &Rows<'_>| (std::cmp::Reverse(of.counted.rank()), of.counted.event);
        let own = left.iter().enumerate().filter(|(_, of)| own(of));
        let Some((most, _)) = own.min_by_key(|(_, of)| rank(of)) else { continue };
        let mut whole = left.swap_remove(most);
        let (same, mut others): (Vec<_>, Vec<_>) =
            left.drain(..).partition(|of| of.counted.format == format);
        for of in same {
            let is_one = of.counted.is_call_of(whole.counted)
                && of.all.iter().all(|row| whole.may_have(row, compare));
            if is_one {
                let again = Again::joined(of.counted, whole.counted);
                depends = depends.or(Some(again.sources));
                maybe.pairs.push(again);
                whole.all.extend(of.all);
            } else {
                others.push(of);
            }
        }
        others.push(whole);
        *left = others;
    }
    depends
}

/// A later and an earlier source.
pub(super) type Sources = (u32, u32);

/// A row that may describe the call of one of another source. There may be as many as rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Again {
    pub pair: JoinPair,
    /// How far the later source is ahead, µs; [`NO_TIME`] where the two rows do not say.
    pub ahead_us: i64,
    pub sources: Sources,
    /// Whether the id is one that others may count to, too, at another time.
    pub counted: bool,
}

impl Again {
    /// A repeat of a row, or the same call where it says what that one leaves open.
    fn new(row: &Facts, first: &Facts, basis: JoinBasis) -> Self {
        let pair = match row.adds_to(first) {
            true => join(row, first, JoinKind::Join, basis),
            false => pair(row.event, first.event, JoinKind::Repeat, basis),
        };
        let sources = (row.source, first.source);
        Self { pair, ahead_us: ahead_us(row, first), sources, counted: false }
    }

    /// A call that two logs of one system may describe.
    fn joined(a: &Facts, b: &Facts) -> Self {
        let (later, earlier) = if a.source > b.source { (a, b) } else { (b, a) };
        let pair = join(a, b, JoinKind::Join, JoinBasis::RequestId);
        let sources = (later.source, earlier.source);
        Self { pair, ahead_us: ahead_us(later, earlier), sources, counted: a.counted }
    }

    /// Whether it fits two clocks of which one is so far ahead.
    pub fn fits(&self, ahead_us: i64) -> bool {
        let is_near = self.ahead_us.abs_diff(ahead_us) <= CONSTANT_US.unsigned_abs();
        !self.counted || self.ahead_us == NO_TIME || is_near
    }
}

/// How far one row is ahead of another, µs; [`NO_TIME`] where they do not say.
pub(super) fn ahead_us(later: &Facts, earlier: &Facts) -> i64 {
    match later.at_us == NO_TIME || earlier.at_us == NO_TIME {
        true => NO_TIME,
        false => later.at_us.saturating_sub(earlier.at_us),
    }
}

pub(super) fn is_near(a: i64, b: i64) -> bool {
    a.abs_diff(b) <= REPEAT_US.unsigned_abs()
}

/// The repeats among rows of one format without request id whose content is the same, sorted by
/// event: the n-th such row of a source is the n-th of the first source that has so many. What
/// stands twice in one source may be two calls and stays.
pub(super) fn same_content(rows: &[Facts], maybe: &mut Maybe) {
    let mut first_of: Vec<&Facts> = Vec::new();
    let mut nth = (u32::MAX, 0);
    for row in rows {
        nth = if nth.0 == row.source { (row.source, nth.1 + 1) } else { (row.source, 0) };
        match first_of.get(nth.1) {
            Some(first) => {
                maybe.saw(&[first, row]);
                maybe.pairs.push(Again::new(row, first, JoinBasis::Content));
            }
            None => first_of.push(row),
        }
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
