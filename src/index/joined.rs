//! Rows that describe the same call: one of them is counted and takes from the others what it
//! lacks; the others become kinds of their own, so that every question leaves them out and
//! `kind:repeat` and `kind:joined` show them.

use rustc_hash::FxHashMap;

use super::Index;
use super::order::Runs;
use crate::model::{
    Call, Caller, Columns, Dimensions, Granularity, JoinKind, JoinPair, MISSING, NO_HASH, NO_TIME,
    Origin, TimeQuality,
};

/// How far a row's primary is looked for; more is a damaged case.
const LONGEST_CHAIN: usize = 64;

/// Pairs of rows that describe the same call, as an index is built from them.
#[derive(Clone, Debug, Default)]
pub struct Joins {
    /// The accepted ones, sorted by secondary event.
    pub pairs: Vec<JoinPair>,
    /// Accounts that stand where a log names none: a joined row's own account goes before them.
    pub stand_ins: Vec<String>,
}

/// Which rows describe the same call, by ordinal.
#[derive(Debug, Default)]
pub(super) struct SameCall {
    /// Secondary row, the row that is counted in its place, whether it merely repeats it: in the
    /// order of event ids until [`SameCall::apply`] sorts them.
    pairs: Vec<(u32, u32, bool)>,
    /// Primary and secondary row, sorted.
    by_primary: Vec<(u32, u32)>,
}

impl SameCall {
    pub(super) fn new(joins: &Joins, runs: &Runs) -> Self {
        let ordinal = |event: u64| runs.ordinal_of_event(event);
        let root = |pair: &JoinPair| {
            let (mut event, mut repeats) = (pair.primary, pair.kind == JoinKind::Repeat);
            for _ in 0..LONGEST_CHAIN {
                match joins.pairs.binary_search_by_key(&event, |pair| pair.secondary) {
                    Ok(at) => {
                        event = joins.pairs[at].primary;
                        repeats &= joins.pairs[at].kind == JoinKind::Repeat;
                    }
                    Err(_) => return ordinal(event).map(|row| (row, repeats)),
                }
            }
            None
        };
        let pair = |pair: &JoinPair| {
            let (secondary, (primary, repeats)) = (ordinal(pair.secondary)?, root(pair)?);
            Some((secondary, primary, repeats))
        };
        let pairs: Vec<(u32, u32, bool)> = joins.pairs.iter().filter_map(pair).collect();
        let mut by_primary: Vec<(u32, u32)> = pairs.iter().map(|p| (p.1, p.0)).collect();
        by_primary.sort_unstable();
        Self { pairs, by_primary }
    }

    /// Marks secondary rows, and completes primary rows from them. Runs before rows are sorted by
    /// time, while a row's position is its ordinal.
    ///
    /// Naive: for every joined secondary row in turn, every field that its primary lacks and it
    /// has becomes the primary's.
    pub(super) fn apply(
        &mut self,
        joins: &Joins,
        columns: &mut Columns,
        dimensions: &mut Dimensions,
    ) {
        let stand_in: Vec<bool> =
            dimensions.accounts.iter().map(|id| joins.stand_ins.contains(id)).collect();
        let mut merged = Merged { stand_in, ..Merged::default() };
        for &(secondary, primary, repeats) in &self.pairs {
            let (from, to) = (secondary as usize, primary as usize);
            if !repeats {
                merged.complete(columns, dimensions, from, to);
            }
        }
        for &(secondary, _, repeats) in &self.pairs {
            let call = &mut columns.call[secondary as usize];
            let kind = if repeats { Granularity::Repeat } else { Granularity::Joined };
            *call = *merged.kinds.entry((*call, kind)).or_insert_with(|| {
                let entry = dimensions.calls[*call as usize].clone();
                push(&mut dimensions.calls, Call { granularity: kind, ..entry })
            });
        }
        self.pairs.sort_unstable();
    }

    /// Fills what a counted row lacks from the rows that are not counted because of it, in a
    /// column by ordinal that came later than the others.
    pub(super) fn complete(&self, column: &mut [u32]) {
        for &(secondary, primary, repeats) in &self.pairs {
            if !repeats && column[primary as usize] == MISSING {
                column[primary as usize] = column[secondary as usize];
            }
        }
    }

    /// The row counted in a row's place, and whether the row merely repeats it.
    pub(super) fn primary(&self, secondary: u32) -> Option<(u32, bool)> {
        let at = self.pairs.binary_search_by_key(&secondary, |pair| pair.0).ok()?;
        Some((self.pairs[at].1, self.pairs[at].2))
    }

    /// Rows not counted because of a row.
    fn secondaries(&self, primary: u32) -> impl Iterator<Item = u32> {
        let start = self.by_primary.partition_point(|pair| pair.0 < primary);
        self.by_primary[start..].iter().take_while(move |p| p.0 == primary).map(|p| p.1)
    }

    pub(super) fn bytes(&self) -> usize {
        self.pairs.len() * size_of::<(u32, u32, bool)>()
            + self.by_primary.len() * size_of::<(u32, u32)>()
    }
}

/// Dictionary entries that rows have together: made once.
#[derive(Default)]
struct Merged {
    stand_in: Vec<bool>,
    callers: FxHashMap<(u32, u32), u32>,
    origins: FxHashMap<(u32, u32), u32>,
    calls: FxHashMap<(u32, u32), u32>,
    kinds: FxHashMap<(u32, Granularity), u32>,
}

impl Merged {
    fn complete(&mut self, c: &mut Columns, d: &mut Dimensions, from: usize, to: usize) {
        c.caller[to] = *self.callers.entry((c.caller[to], c.caller[from])).or_insert_with(|| {
            let [own, other] =
                [c.caller[to], c.caller[from]].map(|at| d.callers[at as usize].clone());
            let unnamed = self.stand_in.get(own.account as usize) == Some(&true);
            let whole = caller(own, other, unnamed);
            entry(&mut d.callers, c.caller[to], whole)
        });
        c.origin[to] = *self.origins.entry((c.origin[to], c.origin[from])).or_insert_with(|| {
            let [own, other] =
                [c.origin[to], c.origin[from]].map(|at| d.origins[at as usize].clone());
            entry(&mut d.origins, c.origin[to], origin(own, other))
        });
        c.call[to] = *self.calls.entry((c.call[to], c.call[from])).or_insert_with(|| {
            let [own, other] = [c.call[to], c.call[from]].map(|at| d.calls[at as usize].clone());
            entry(&mut d.calls, c.call[to], call(own, other))
        });
        let numbers = [
            &mut c.session,
            &mut c.input_tokens,
            &mut c.output_tokens,
            &mut c.cached_tokens,
            &mut c.reasoning_tokens,
            &mut c.latency_ms,
        ];
        numbers.into_iter().for_each(|column| take(column, from, to, |v| *v == MISSING));
        let hashes = [
            &mut c.prompt_hash,
            &mut c.response_hash,
            &mut c.reasoning_signature,
            &mut c.replayed_signature,
        ];
        hashes.into_iter().for_each(|column| take(column, from, to, |v| *v == NO_HASH));
        take(&mut c.cost, from, to, |v| v.is_nan());
        take(&mut c.at_us, from, to, |v| *v == NO_TIME);
    }
}

/// Fills one value from another row; an empty column is missing everywhere.
fn take<T: Copy>(column: &mut [T], from: usize, to: usize, missing: impl Fn(&T) -> bool) {
    if column.get(to).is_some_and(missing) {
        column[to] = column[from];
    }
}

/// The position of an entry that may be the one it was made from.
fn entry<T: PartialEq>(all: &mut Vec<T>, own: u32, whole: T) -> u32 {
    if all[own as usize] == whole { own } else { push(all, whole) }
}

fn push<T>(all: &mut Vec<T>, entry: T) -> u32 {
    all.push(entry);
    all.len() as u32 - 1
}

fn caller(own: Caller, other: Caller, unnamed: bool) -> Caller {
    Caller {
        account: if unnamed { other.account } else { own.account },
        org_id: own.org_id.or(other.org_id),
        user_id: own.user_id.or(other.user_id),
        api_key_id: own.api_key_id.or(other.api_key_id),
    }
}

fn origin(own: Origin, other: Origin) -> Origin {
    Origin {
        client_ip: own.client_ip.or(other.client_ip),
        asn: own.asn.or(other.asn),
        country: own.country.or(other.country),
        region: own.region.or(other.region),
        user_agent: own.user_agent.or(other.user_agent),
        device_id: own.device_id.or(other.device_id),
    }
}

fn call(own: Call, other: Call) -> Call {
    let time = if own.time_quality == TimeQuality::None { &other } else { &own };
    Call {
        time_quality: time.time_quality,
        time_precision: time.time_precision,
        pathway: own.pathway.or(other.pathway),
        endpoint: own.endpoint.or(other.endpoint),
        model: own.model.or(other.model),
        status: own.status.or(other.status),
        stop_reason: own.stop_reason.or(other.stop_reason),
        error: own.error.or(other.error),
        max_tokens: own.max_tokens.or(other.max_tokens),
        temperature: own.temperature.or(other.temperature),
        tools: own.tools.or(other.tools),
        system_hash: own.system_hash.or(other.system_hash),
        ..own
    }
}

impl Index {
    /// The rows that describe the same call as a row: the one that is counted first, the row
    /// itself left out.
    pub fn same_call(&self, row: u32) -> Vec<u32> {
        let ordinal = self.order.ordinal(row);
        let primary = self.same_call.primary(ordinal).map_or(ordinal, |(primary, _)| primary);
        let all = std::iter::once(primary).chain(self.same_call.secondaries(primary));
        all.filter(|other| *other != ordinal).map(|other| self.order.row(other)).collect()
    }

    /// The rows that a row takes from what it lacks itself, in the order in which it does.
    pub fn completed_by(&self, row: u32) -> Vec<u32> {
        let joined = |other: &u32| self.same_call.primary(*other).is_some_and(|(_, again)| !again);
        let secondaries = self.same_call.secondaries(self.order.ordinal(row));
        secondaries.filter(joined).map(|other| self.order.row(other)).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::Run;
    use super::super::testkit::{Dice, random_runs};
    use super::*;
    use crate::job::Progress;
    use crate::model::{FIELDS, Field, JoinBasis};
    use proptest::prelude::*;

    /// Pairs without circles: every primary stands before its secondary in a random order.
    fn random_pairs(dice: &mut Dice, runs: &[Run]) -> Vec<JoinPair> {
        let events =
            |run: &Run| (0..run.columns.len() as u64).map(|i| run.first_event_id + i).collect();
        let mut order: Vec<u64> = runs.iter().flat_map(|run| -> Vec<u64> { events(run) }).collect();
        order.sort_by_key(|event| Dice(event ^ dice.0).roll());
        let mut pairs = Vec::new();
        for at in 1..order.len() {
            if dice.below(3) == 0 {
                let kind = if dice.below(2) == 0 { JoinKind::Repeat } else { JoinKind::Join };
                let primary = order[dice.below(at as u64) as usize];
                let (basis, state) = (JoinBasis::RequestId, kind.first_state());
                pairs.push(JoinPair { secondary: order[at], primary, kind, basis, state });
            }
        }
        pairs.sort_unstable();
        pairs
    }

    /// What every row says, by event id.
    fn rows(index: &Index) -> BTreeMap<u64, (Granularity, Vec<Option<String>>)> {
        let text = |row, field| index.row(row).text(field).map(|text| text.into_owned());
        let fields = |row| FIELDS.iter().map(|def| text(row, def.field)).collect();
        let one = |row| (index.event_id(row), (index.row(row).granularity(), fields(row)));
        (0..index.len() as u32).map(one).collect()
    }

    proptest! {
        /// Naive: rows as lists of texts, completed one pair after the other.
        #[test]
        fn joined_rows_are_those_that_were_completed_one_by_one(seed: u64) {
            let mut dice = Dice(seed);
            let (runs, dimensions) = random_runs(&mut dice, 30);
            let joins = Joins { pairs: random_pairs(&mut dice, &runs), stand_ins: Vec::new() };
            let plain = Index::build(runs.clone(), dimensions.clone(), &Progress::default()).expect("sound");
            let mut naive = rows(&plain);
            let primary_of: BTreeMap<u64, &JoinPair> =
                joins.pairs.iter().map(|pair| (pair.secondary, pair)).collect();
            for pair in &joins.pairs {
                let (mut root, mut repeats) = (pair.primary, pair.kind == JoinKind::Repeat);
                while let Some(next) = primary_of.get(&root) {
                    root = next.primary;
                    repeats &= next.kind == JoinKind::Repeat;
                }
                if !repeats {
                    let other = naive[&pair.secondary].1.clone();
                    let own = &mut naive.get_mut(&root).expect("a row").1;
                    for (def, (own, other)) in FIELDS.iter().zip(own.iter_mut().zip(other)) {
                        if own.is_none() && def.field != Field::RequestId {
                            *own = other;
                        }
                    }
                }
                naive.get_mut(&pair.secondary).expect("a row").0 =
                    if repeats { Granularity::Repeat } else { Granularity::Joined };
            }
            let sessions = dimensions.sessions.clone().into();
            let joined = Index::with_joins(runs, dimensions, sessions, &joins, &Progress::default()).expect("sound");
            prop_assert_eq!(&rows(&joined), &naive);
            let counted: u64 = Granularity::ALL.iter().map(|kind| joined.count_of(*kind)).sum();
            prop_assert_eq!(counted, joined.len() as u64);
            for pair in &joins.pairs {
                let row = joined.row_of_event(pair.secondary).expect("a row");
                let first = joined.same_call(row)[0];
                prop_assert!(!primary_of.contains_key(&joined.event_id(first)));
                prop_assert!(joined.same_call(first).contains(&row));
            }
        }
    }

    #[test]
    fn pairs_that_go_in_a_circle_end_and_mark_nothing() {
        let mut dice = Dice(3);
        let (runs, dimensions) = random_runs(&mut dice, 30);
        let first = runs.iter().find(|run| run.columns.len() > 1).expect("rows").first_event_id;
        let pair = |secondary, primary| JoinPair {
            secondary,
            primary,
            kind: JoinKind::Join,
            basis: JoinBasis::RequestId,
            state: JoinKind::Join.first_state(),
        };
        let pairs = vec![pair(first, first + 1), pair(first + 1, first)];
        let (joins, sessions) =
            (Joins { pairs, stand_ins: Vec::new() }, dimensions.sessions.clone().into());
        let index = Index::with_joins(runs, dimensions, sessions, &joins, &Progress::default())
            .expect("sound");
        assert_eq!(index.count_of(Granularity::Joined), 0);
    }
}
