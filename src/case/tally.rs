//! What an import has read so far, in numbers that a screen shows beside its progress.
//!
//! A block of rows is counted once, on its way into the case: a few additions a row, whatever
//! fields the log has. Records that repeat others or describe the same call as another log's are
//! still among them: that is looked for last.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::traffic::Traffic;
use crate::model::{Block, Granularity, MISSING, NO_TIME, Time, TimeSpan};

/// Names of models that are counted one by one; a hostile log has millions.
const MOST_MODELS: usize = 1_000;

/// What was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Rows of each kind, in the order of [`Granularity::OF_RECORDS`].
    kinds: [Kind; 3],
    /// Accounts of the case, with those that were in it before.
    pub accounts: u64,
    /// Records that could not be read, by reason.
    pub rejects: BTreeMap<String, u64>,
}

/// Rows of one kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kind {
    /// How many.
    pub rows: u64,
    /// Input tokens of the rows that state them; `None` when none does.
    pub input_tokens: Option<u64>,
    /// Output tokens, likewise.
    pub output_tokens: Option<u64>,
    /// From the first to after the last.
    pub span: Option<TimeSpan>,
    /// Rows by model, of the first thousand models.
    pub models: BTreeMap<String, u64>,
    /// Rows over time.
    pub traffic: Traffic,
}

impl Kind {
    fn add(&mut self, at: i64, input: u32, output: u32) {
        self.rows += 1;
        let sum = |sum: &mut Option<u64>, n: u32| {
            if n != MISSING {
                *sum = Some(sum.unwrap_or(0).saturating_add(n.into()));
            }
        };
        sum(&mut self.input_tokens, input);
        sum(&mut self.output_tokens, output);
        // A record without a time stands at no place.
        if at != NO_TIME {
            self.widen(TimeSpan { start: Time(at), end: Time(at.saturating_add(1)) });
            self.traffic.add(at, 1);
        }
    }

    fn widen(&mut self, by: TimeSpan) {
        let span = self.span.get_or_insert(by);
        *span = TimeSpan { start: span.start.min(by.start), end: span.end.max(by.end) };
    }

    fn add_model(&mut self, model: &str, rows: u64) {
        if let Some(known) = self.models.get_mut(model) {
            *known += rows;
        } else if self.models.len() < MOST_MODELS {
            self.models.insert(model.to_owned(), rows);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        let sum = |a: Option<u64>, b: Option<u64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.saturating_add(b)),
            (a, b) => a.or(b),
        };
        self.input_tokens = sum(self.input_tokens, other.input_tokens);
        self.output_tokens = sum(self.output_tokens, other.output_tokens);
        if let Some(span) = other.span {
            self.widen(span);
        }
        other.models.iter().for_each(|(model, rows)| self.add_model(model, *rows));
        self.traffic.merge(&other.traffic);
    }
}

impl Tally {
    /// What is counted, as the overview would choose it: exchanges if there are any, else
    /// activities, else usage buckets.
    pub fn counted(&self) -> (Granularity, &Kind) {
        let mut kinds = Granularity::OF_RECORDS.into_iter().zip(&self.kinds);
        kinds.find(|(_, kind)| kind.rows > 0).unwrap_or((Granularity::Exchange, &self.kinds[0]))
    }

    /// The other kinds that there are, with their rows: never added to the first.
    pub fn apart(&self) -> impl Iterator<Item = (Granularity, u64)> {
        let counted = self.counted().0;
        let kinds = Granularity::OF_RECORDS.into_iter().zip(&self.kinds);
        let others = kinds.filter(move |(kind, of)| *kind != counted && of.rows > 0);
        others.map(|(kind, of)| (kind, of.rows))
    }

    /// Why records could not be read, most frequent first.
    pub fn reasons(&self) -> Vec<(&str, u64)> {
        let mut reasons: Vec<(&str, u64)> =
            self.rejects.iter().map(|(reason, n)| (reason.as_str(), *n)).collect();
        reasons.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        reasons
    }

    /// The numbers of a block, but for its accounts.
    pub(super) fn of(block: &Block) -> Self {
        let mut tally = Self::default();
        tally.add(block);
        tally
    }

    fn add(&mut self, block: &Block) {
        let (rows, calls) = (&block.rows, &block.dimensions.calls);
        let kind_of = |call: usize| match calls.get(call).map(|c| c.granularity) {
            Some(Granularity::Activity) => 1,
            Some(Granularity::Bucket) => 2,
            _ => 0,
        };
        let kinds: Vec<usize> = (0..calls.len()).map(kind_of).collect();
        let mut rows_of = vec![0; calls.len()];
        for (i, (&at, &call)) in rows.at_us.iter().zip(&rows.call).enumerate() {
            let Some(kind) = kinds.get(call as usize) else { continue };
            rows_of[call as usize] += 1;
            let tokens = |column: &[u32]| column.get(i).copied().unwrap_or(MISSING);
            self.kinds[*kind].add(at, tokens(&rows.input_tokens), tokens(&rows.output_tokens));
        }
        for ((call, kind), rows) in calls.iter().zip(kinds).zip(rows_of) {
            if let Some(model) = &call.model {
                self.kinds[kind].add_model(model, rows);
            }
        }
        for reject in &block.rejects {
            // Few reasons, many rejects: looked up before a name is made for the first of a kind.
            match self.rejects.get_mut(&reject.reason) {
                Some(times) => *times += 1,
                None => _ = self.rejects.insert(reject.reason.clone(), 1),
            }
        }
    }

    fn merge(&mut self, other: &Self) {
        self.kinds.iter_mut().zip(&other.kinds).for_each(|(kind, other)| kind.merge(other));
        self.accounts = other.accounts;
        for (reason, times) in &other.rejects {
            *self.rejects.entry(reason.clone()).or_default() += times;
        }
    }
}

/// The numbers of an import under way, shared with whoever watches it; all clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Running(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// Of sources that are in the case.
    kept: Tally,
    /// Of the one being read.
    reading: Tally,
}

impl Running {
    /// What is read by now.
    pub fn tally(&self) -> Tally {
        let state = self.state();
        let mut tally = state.kept.clone();
        let accounts = state.reading.accounts.max(tally.accounts);
        tally.merge(&state.reading);
        Tally { accounts, ..tally }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Numbers for a screen: those of a writer that panicked are as good as any.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to count a source.
    pub(super) fn begin(&self) -> Reading<'_> {
        self.state().reading = Tally::default();
        Reading(self)
    }
}

/// A source being counted. Dropped before [`Reading::keep`], it never was.
pub(super) struct Reading<'r>(&'r Running);

impl Reading<'_> {
    /// Counts a block that is written, now that the case has so many accounts.
    pub fn add(&self, block: Tally, accounts: u64) {
        self.0.state().reading.merge(&Tally { accounts, ..block });
    }

    /// Why its records could not be read, and how often.
    pub fn rejects(&self) -> BTreeMap<String, u64> {
        self.0.state().reading.rejects.clone()
    }

    /// The source is in the case.
    pub fn keep(self) {
        let mut state = self.0.state();
        let reading = std::mem::take(&mut state.reading);
        state.kept.merge(&reading);
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        self.0.state().reading = Tally::default();
    }
}

#[cfg(test)]
#[path = "tally_tests.rs"]
mod tests;
