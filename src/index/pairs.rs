//! Who has which value: the distinct pairs of account and value, numbered, and the pair of every
//! row. Counting rows by pair says of every value how many rows and how many accounts have it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::{Facet, Index, Mask};
use crate::model::MISSING;

/// Accounts numbered at a time by one thread.
const ACCOUNTS_AT_ONCE: u32 = 64;

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

/// The pair of every row.
#[derive(Debug)]
pub(super) struct Pairs {
    /// Written by several threads, each the rows of its own accounts.
    pair_of: Vec<AtomicU32>,
    /// Value of each pair; one more than the values there are stands for none.
    value_of: Vec<u32>,
    values: usize,
}

/// What one thread knows of the values of the account it is at.
struct Seen {
    /// The account that last had each value, plus one, and the number of its pair.
    by_value: Vec<(u32, u32)>,
}

impl Pairs {
    /// Walks the rows of each account, which stand together in the list of rows by account.
    fn new(index: &Index, facet: Facet) -> Option<Self> {
        let attribute = index.attribute(facet)?;
        let entries = index.entries(attribute.dimension);
        let values = attribute.len();
        let value = |row: u32| -> usize {
            let entry = entries.get(row as usize).copied().unwrap_or(MISSING);
            let value = attribute.value_of.get(entry as usize).copied().unwrap_or(MISSING);
            (value as usize).min(values)
        };
        let pair_of: Vec<AtomicU32> =
            (0..index.len()).into_par_iter().map(|_| AtomicU32::new(0)).collect();
        let next = AtomicU32::new(0);
        let parts = Mutex::new(Vec::new());
        let accounts = index.accounts().len() as u32;
        let walk = |seen: &mut Seen, part: u32| {
            let first = part * ACCOUNTS_AT_ONCE;
            for account in first..(first + ACCOUNTS_AT_ONCE).min(accounts) {
                let rows = index.rows_of_account(account);
                let found = seen.number(account, rows.iter().map(|row| value(*row)));
                let base = next.fetch_add(found.len() as u32, Ordering::Relaxed);
                for row in rows {
                    let pair = base + seen.by_value[value(*row)].1;
                    pair_of[*row as usize].store(pair, Ordering::Relaxed);
                }
                parts.lock().unwrap_or_else(PoisonError::into_inner).push((base, found));
            }
        };
        let begin = || Seen { by_value: vec![(0, 0); values + 1] };
        (0..accounts.div_ceil(ACCOUNTS_AT_ONCE)).into_par_iter().for_each_init(begin, walk);
        let mut parts = parts.into_inner().unwrap_or_else(PoisonError::into_inner);
        parts.sort_unstable_by_key(|(base, _)| *base);
        let value_of = parts.into_iter().flat_map(|(_, found)| found).collect();
        Some(Self { pair_of, value_of, values })
    }

    /// Number of pairs.
    pub fn len(&self) -> usize {
        self.value_of.len()
    }

    /// Adds one to the pair of each of some rows.
    pub fn count(&self, counts: &mut [u32], rows: impl Iterator<Item = u32>) {
        rows.for_each(|row| {
            let pair = self.pair_of[row as usize].load(Ordering::Relaxed);
            counts[pair as usize] += 1;
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

impl Seen {
    /// Numbers the values of an account from 0 in the order they come.
    fn number(&mut self, account: u32, values: impl Iterator<Item = usize>) -> Vec<u32> {
        let mut found = Vec::new();
        for value in values {
            let (last, number) = &mut self.by_value[value];
            if *last != account + 1 {
                (*last, *number) = (account + 1, found.len() as u32);
                found.push(value as u32);
            }
        }
        found
    }
}

impl Index {
    /// The pairs of a field; those last asked for are kept, because they take 4 bytes a row.
    pub(super) fn pairs(&self, facet: Facet) -> Option<Arc<Pairs>> {
        let mut kept = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, pairs)) = kept.as_ref().filter(|(of, _)| *of == facet) {
            return Some(Arc::clone(pairs));
        }
        // The old ones go first: two at once would take twice the memory.
        *kept = None;
        let pairs = Arc::new(Pairs::new(self, facet)?);
        *kept = Some((facet, Arc::clone(&pairs)));
        Some(pairs)
    }

    /// Rows and accounts of every value of a field ([`Index::can_group_by`]) among the rows a
    /// mask keeps.
    ///
    /// Naive: for every row kept, add one to its value, and its account to those of the value.
    pub fn values(&self, mask: &Mask, facet: impl Into<Facet>) -> ValueCounts {
        let Some(pairs) = self.pairs(facet.into()) else {
            let stats = self.stats_by_account(mask);
            let absent_accounts = stats.iter().filter(|s| s.rows > 0).count() as u32;
            let absent_rows = mask.len() as u32;
            return ValueCounts { absent_rows, absent_accounts, ..ValueCounts::default() };
        };
        let counts = self.count_groups(mask, pairs.len(), |counts, rows| {
            pairs.count(counts, mask.rows_in(rows));
        });
        pairs.by_value(&counts)
    }
}
