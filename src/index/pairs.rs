//! Who has which value: the distinct pairs of account and value, numbered, and the pair of every
//! row. Counting rows by pair says of every value how many rows and how many accounts have it.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock, PoisonError};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::attribute::Attribute;
use super::{Facet, Index, Mask, Templates};
use crate::model::MISSING;

/// Pairs up to which they are looked up by hash: beyond, the table of one thread would no longer
/// stay near the processor, and walking the rows of each account costs less.
const FEW_PAIRS: usize = if cfg!(test) { 8 } else { 1 << 20 };

/// Memory that looking for many pairs may use besides their numbers, bytes.
const SEEN_BYTES: usize = 256 << 20;

/// Rows and accounts by value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValueCounts {
    /// Rows of each value, by its number (see [`Index::value_text`]).
    pub rows: Vec<u32>,
    /// Accounts with rows of each value.
    pub accounts: Vec<u32>,
    /// Rows without a value.
    pub absent_rows: u32,
    /// Accounts with rows without a value.
    pub absent_accounts: u32,
}

impl ValueCounts {
    /// Rows in all.
    pub fn total(&self) -> u64 {
        self.rows.iter().chain([&self.absent_rows]).map(|n| u64::from(*n)).sum()
    }

    /// Values that have rows.
    pub fn distinct(&self) -> usize {
        self.rows.iter().filter(|n| **n > 0).count()
    }
}

/// Pairs that whoever asks first makes, and whoever asks meanwhile waits for.
pub(super) type MadeOnce = Arc<OnceLock<Arc<Pairs>>>;

/// The pair of every row.
#[derive(Debug)]
pub(super) struct Pairs {
    pair_of: Vec<u32>,
    /// Value of each pair; one more than the values there are stands for none.
    value_of: Vec<u32>,
    values: usize,
}

/// Where the values of rows stand.
enum Values<'a> {
    /// In a dictionary.
    Entries(&'a Attribute, &'a [u32]),
    /// By row: number of the template.
    Templates(&'a [u32]),
}

/// What is looked up of a row: its value, by number, and its account.
pub(super) struct Lookup<'a> {
    of: Values<'a>,
    /// How many values there are.
    values: u32,
    account_of: Vec<u32>,
    callers: &'a [u32],
}

impl<'a> Lookup<'a> {
    fn new(index: &'a Index, of: Values<'a>, values: usize) -> Self {
        let account_of = index.dimensions.callers.iter().map(|c| c.account).collect();
        Self { of, values: values as u32, account_of, callers: &index.columns.caller }
    }

    /// Of the entries of a dictionary.
    pub fn of_entries(index: &'a Index, attribute: &'a Attribute) -> Self {
        let of = Values::Entries(attribute, index.entries(attribute.dimension));
        Self::new(index, of, attribute.len())
    }

    /// Of the templates of prompts.
    pub fn of_templates(index: &'a Index, templates: &'a Templates) -> Self {
        Self::new(index, Values::Templates(&templates.of_row), templates.values())
    }

    /// The value of a row, if it has one.
    pub fn known(&self, row: usize) -> Option<u32> {
        Some(self.value(row)).filter(|value| *value < self.values)
    }

    /// The value of a row; one more than the values there are where it has none.
    fn value(&self, row: usize) -> u32 {
        let known = |column: &[u32], at: usize| column.get(at).copied().unwrap_or(MISSING);
        let value = match self.of {
            Values::Entries(attribute, entries) => {
                known(&attribute.value_of, known(entries, row) as usize)
            }
            Values::Templates(of_row) => known(of_row, row),
        };
        value.min(self.values)
    }

    fn account(&self, row: usize) -> u32 {
        self.account_of[self.callers[row] as usize]
    }
}

impl Pairs {
    fn new(index: &Index, lookup: &Lookup<'_>) -> Self {
        let mut pair_of = vec![0; index.len()];
        // Every account and every value is in a pair: with many of them there are many pairs.
        let few = index.accounts().len().max(lookup.values as usize) <= FEW_PAIRS;
        let by_hash = few.then(|| Self::by_hash(lookup, &mut pair_of)).flatten();
        let (pair_of, value_of) = match by_hash {
            Some(value_of) => (pair_of, value_of),
            None => Self::by_account(index, lookup, pair_of),
        };
        Self { pair_of, value_of, values: lookup.values as usize }
    }

    /// The pairs of template and account.
    pub fn of_templates(index: &Index, of_row: &[u32], values: usize) -> Self {
        Self::new(index, &Lookup::new(index, Values::Templates(of_row), values))
    }

    /// Numbers the pairs in the order they come; each thread its own stretch of rows with numbers
    /// of its own, which are then made those of all. `None` where there are too many.
    fn by_hash(lookup: &Lookup<'_>, pair_of: &mut [u32]) -> Option<Vec<u32>> {
        let share = pair_of.len().div_ceil(rayon::current_num_threads()).max(1);
        let number = |(part, pairs): (usize, &mut [u32])| {
            let mut numbers: FxHashMap<(u32, u32), u32> = FxHashMap::default();
            let mut found = Vec::new();
            for (row, pair) in (part * share..).zip(pairs) {
                let key = (lookup.value(row), lookup.account(row));
                let next = found.len() as u32;
                *pair = *numbers.entry(key).or_insert(next);
                if *pair == next {
                    found.push(key);
                    if found.len() > FEW_PAIRS {
                        return None;
                    }
                }
            }
            Some(found)
        };
        let parts: Option<Vec<Vec<(u32, u32)>>> =
            pair_of.par_chunks_mut(share).enumerate().map(number).collect();
        let mut numbers: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        let mut value_of = Vec::new();
        let mut of_all = |key: (u32, u32)| {
            let next = value_of.len() as u32;
            let number = *numbers.entry(key).or_insert(next);
            if number == next {
                value_of.push(key.0);
            }
            number
        };
        let parts: Vec<Vec<u32>> =
            parts?.into_iter().map(|found| found.into_iter().map(&mut of_all).collect()).collect();
        // The numbers of the first stretch are those of all already.
        let rest = pair_of.par_chunks_mut(share).zip(&parts).skip(1);
        rest.for_each(|(pairs, of_all)| {
            pairs.iter_mut().for_each(|pair| *pair = of_all[*pair as usize]);
        });
        Some(value_of)
    }

    /// Numbers the pairs account by account, whose rows stand together in the list of rows by
    /// account: what is remembered is one number a value, however many pairs there are. Each
    /// thread has some accounts, and its numbers follow those of the accounts before them.
    fn by_account(index: &Index, lookup: &Lookup<'_>, pair_of: Vec<u32>) -> (Vec<u32>, Vec<u32>) {
        let pair_of: Vec<AtomicU32> = pair_of.into_iter().map(AtomicU32::new).collect();
        let values = lookup.values as usize + 1;
        let number = |accounts: &Range<u32>| {
            let mut value_of = Vec::new();
            let mut last: Vec<(u32, u32)> = vec![(MISSING, 0); values];
            for account in accounts.clone() {
                for row in index.rows_of_account(account) {
                    let value = lookup.value(*row as usize);
                    let (seen, number) = &mut last[value as usize];
                    if *seen != account {
                        (*seen, *number) = (account, value_of.len() as u32);
                        value_of.push(value);
                    }
                    pair_of[*row as usize].store(*number, Ordering::Relaxed);
                }
            }
            value_of
        };
        let parts = parts_of_accounts(index, SEEN_BYTES / (values * size_of::<(u32, u32)>()));
        let found: Vec<Vec<u32>> = parts.par_iter().map(number).collect();
        let mut before = vec![0; index.accounts().len()];
        let mut first = 0;
        for (accounts, found) in parts.into_iter().zip(&found) {
            before[accounts.start as usize..accounts.end as usize].fill(first);
            first += found.len() as u32;
        }
        let before: Vec<u32> = lookup.account_of.iter().map(|a| before[*a as usize]).collect();
        let mut pair_of: Vec<u32> = pair_of.into_iter().map(AtomicU32::into_inner).collect();
        let callers = lookup.callers.par_iter();
        pair_of.par_iter_mut().zip(callers).for_each(|(pair, c)| *pair += before[*c as usize]);
        (pair_of, found.concat())
    }

    /// Number of pairs.
    pub fn len(&self) -> usize {
        self.value_of.len()
    }

    /// Adds one to the pair of each of some rows.
    pub fn count(&self, counts: &mut [u32], rows: impl Iterator<Item = u32>) {
        rows.for_each(|row| {
            counts[self.pair_of[row as usize] as usize] += 1;
        });
    }

    /// From rows by pair to rows and accounts by value.
    pub fn by_value(&self, counts: &[u32]) -> ValueCounts {
        let mut rows = vec![0; self.values + 1];
        let mut accounts = vec![0; self.values + 1];
        for (value, n) in self.value_of.iter().zip(counts) {
            rows[*value as usize] += n;
            accounts[*value as usize] += u32::from(*n > 0);
        }
        let absent_rows = rows.pop().unwrap_or(0);
        let absent_accounts = accounts.pop().unwrap_or(0);
        ValueCounts { rows, accounts, absent_rows, absent_accounts }
    }
}

/// Cuts the accounts into one part a thread, or into fewer, of about as many rows each.
fn parts_of_accounts(index: &Index, most: usize) -> Vec<Range<u32>> {
    let share = index.len().div_ceil(rayon::current_num_threads().min(most).max(1)).max(1);
    let (mut parts, mut start, mut rows) = (Vec::new(), 0, 0);
    let accounts = index.accounts().len() as u32;
    for account in 0..accounts {
        rows += index.rows_of_account(account).len();
        if rows >= share || account + 1 == accounts {
            parts.push(start..account + 1);
            (start, rows) = (account + 1, 0);
        }
    }
    parts
}

impl Index {
    /// The pairs of a field; those last asked for are kept, because they take 4 bytes a row, and
    /// with the templates theirs. `None` for a field that cannot be grouped by, and before anybody
    /// has looked for templates.
    pub(super) fn pairs(&self, facet: Facet) -> Option<Arc<Pairs>> {
        if facet == Facet::Template {
            return self.templates().pairs(self);
        }
        let attribute = self.attribute(facet)?;
        let kept = {
            let mut kept = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
            // The old ones go first: two at once would take twice the memory.
            let same = kept.take().filter(|(of, _)| *of == facet);
            Arc::clone(&kept.insert(same.unwrap_or_else(|| (facet, Arc::default()))).1)
        };
        // Other fields do not wait for it; whoever asks for the same one does.
        let pairs =
            kept.get_or_init(|| Arc::new(Pairs::new(self, &Lookup::of_entries(self, attribute))));
        Some(Arc::clone(pairs))
    }

    /// Rows and accounts of every value of a field ([`Index::can_group_by`]) among the rows a
    /// mask keeps.
    ///
    /// Naive: for every row kept, add one to its value, and its account to those of the value.
    pub fn values(&self, mask: &Mask, facet: impl Into<Facet>) -> ValueCounts {
        match self.pairs(facet.into()) {
            Some(pairs) => self.values_by(mask, &pairs),
            None => {
                let stats = self.stats_by_account(mask);
                let absent_accounts = stats.iter().filter(|s| s.rows > 0).count() as u32;
                let absent_rows = mask.len() as u32;
                ValueCounts { absent_rows, absent_accounts, ..ValueCounts::default() }
            }
        }
    }

    /// The same, where the pairs are there.
    pub(super) fn values_by(&self, mask: &Mask, pairs: &Pairs) -> ValueCounts {
        let counts = self.count_groups(mask, pairs.len(), |counts, rows| {
            pairs.count(counts, mask.rows_in(rows));
        });
        pairs.by_value(&counts)
    }
}
