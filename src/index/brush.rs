//! Indexes for a range of time that is being dragged: built once when the drag begins, over the
//! rows that the rest of the filter keeps; then each move costs the number of accounts or of
//! values, and not the number of rows.

use std::ops::Range;
use std::sync::Arc;

use super::cumulative::Cumulative;
use super::pairs::{Pairs, ValueCounts};
use super::{Facet, Index, Mask, Stats};
use crate::model::MISSING;

/// Counts and sums by account under any range of time.
#[derive(Debug)]
pub struct AccountBrush {
    mask: Mask,
    account_of: Vec<u32>,
    sums: Cumulative<Stats>,
}

impl AccountBrush {
    /// For the rows of `mask` that have a time. `None` where there are so many accounts that
    /// adding up rows is no slower (over a hundred thousand).
    pub fn new(index: &Index, mask: &Mask) -> Option<Self> {
        let account_of: Vec<u32> = index.dimensions.callers.iter().map(|c| c.account).collect();
        let accounts = index.accounts().len();
        let add = |sums: &mut [Stats], rows| add_rows(index, mask, &account_of, sums, rows);
        let sums = Cumulative::new(index.timed(), accounts, add)?;
        Some(Self { mask: mask.clone(), account_of, sums })
    }

    /// Counts and sums by account of the rows inside a stretch of the index it was built from.
    ///
    /// Naive: [`Index::stats_by_account`] of the mask [`Mask::within`] the stretch.
    pub fn stats(&self, index: &Index, rows: Range<u32>) -> Vec<Stats> {
        self.sums.over(rows, |sums, rows| {
            add_rows(index, &self.mask, &self.account_of, sums, rows);
        })
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.sums.bytes()
    }
}

fn add_rows(index: &Index, mask: &Mask, account_of: &[u32], sums: &mut [Stats], rows: Range<u32>) {
    let callers = &index.columns.caller[..];
    let (input, output) = (&index.columns.input_tokens[..], &index.columns.output_tokens[..]);
    let timed = index.timed;
    mask.rows_in(rows).for_each(|row| {
        let at = row as usize;
        let token = |column: &[u32]| column.get(at).copied().unwrap_or(MISSING);
        let account = account_of[callers[at] as usize];
        sums[account as usize].add(row, timed, token(input), token(output));
    });
}

/// Rows and accounts by value of a field under any range of time.
#[derive(Debug)]
pub struct ValueBrush {
    mask: Mask,
    pairs: Arc<Pairs>,
    counts: Cumulative<u32>,
}

impl ValueBrush {
    /// For the rows of `mask` that have a time. `None` for a field that cannot be grouped by
    /// ([`Index::can_group_by`]), and where almost every row has a value and account of its own.
    pub fn new(index: &Index, mask: &Mask, facet: Facet) -> Option<Self> {
        Self::over(index, mask, index.pairs(facet)?)
    }

    /// The same, where the pairs are there.
    pub(super) fn over(index: &Index, mask: &Mask, pairs: Arc<Pairs>) -> Option<Self> {
        let add = |counts: &mut [u32], rows| pairs.count(counts, mask.rows_in(rows));
        let counts = Cumulative::new(index.timed(), pairs.len(), add)?;
        Some(Self { mask: mask.clone(), pairs, counts })
    }

    /// Rows and accounts by value of the rows inside a stretch.
    ///
    /// Naive: [`Index::values`] of the mask [`Mask::within`] the stretch.
    pub fn values(&self, rows: Range<u32>) -> ValueCounts {
        let counts = self.counts.over(rows, |counts, rows| {
            self.pairs.count(counts, self.mask.rows_in(rows));
        });
        self.pairs.by_value(&counts)
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.counts.bytes()
    }
}
