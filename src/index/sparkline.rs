//! Small histograms for the accounts in sight, and only those.

use rayon::prelude::*;

use super::{Index, Mask};
use crate::model::TimeSpan;

/// Counts over time for some accounts, on one common set of bins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sparklines {
    /// What the bins divide.
    pub span: TimeSpan,
    /// Rows in each bin, one line an account, in the order asked for.
    pub lines: Vec<Vec<u32>>,
}

impl Index {
    /// Rows a mask keeps of each given account, in each of `n` bins of `span`.
    ///
    /// An account's rows are sorted, so a bin's share of them is found by binary search: without
    /// a predicate the cost does not grow with the account.
    ///
    /// Naive: for every account, [`Index::histogram`] of the rows kept that are its own.
    pub fn sparklines(
        &self,
        mask: &Mask,
        accounts: &[u32],
        span: TimeSpan,
        n: usize,
    ) -> Sparklines {
        let edges = self.bin_rows(span, n);
        let line = |account: &u32| self.sparkline(mask, self.rows_of_account(*account), &edges);
        Sparklines { span, lines: accounts.par_iter().map(line).collect() }
    }

    pub(super) fn sparkline(&self, mask: &Mask, rows: &[u32], edges: &[u32]) -> Vec<u32> {
        let position = |row: u32| rows.partition_point(|r| *r < row);
        if let Some(kept) = mask.as_span() {
            let inside = |edge: &u32| position((*edge).clamp(kept.start, kept.end));
            let positions: Vec<usize> = edges.iter().map(inside).collect();
            return positions.windows(2).map(|p| (p[1] - p[0]) as u32).collect();
        }
        let positions: Vec<usize> = edges.iter().map(|edge| position(*edge)).collect();
        let count = |rows: &[u32]| rows.iter().filter(|row| mask.contains(**row)).count() as u32;
        positions.windows(2).map(|p| count(&rows[p[0]..p[1]])).collect()
    }

    /// The rows of an account that a mask keeps, in time order.
    ///
    /// Naive: the rows kept whose account it is.
    pub fn rows_of_account_under<'a>(
        &'a self,
        mask: &'a Mask,
        account: u32,
    ) -> impl Iterator<Item = u32> + 'a {
        self.rows_of_account(account).iter().copied().filter(|row| mask.contains(*row))
    }

    /// The mask narrowed to some accounts.
    ///
    /// Naive: the rows kept whose account is among them.
    pub fn narrowed_to_accounts(&self, mask: &Mask, accounts: &[u32]) -> Mask {
        let mut words = vec![0_u64; self.len().div_ceil(64)];
        for account in accounts {
            for row in self.rows_of_account_under(mask, *account) {
                words[row as usize / 64] |= 1 << (row % 64);
            }
        }
        Mask::bits(words, self.len() as u32, mask.counted())
    }

    /// The mask and some rows more.
    ///
    /// Naive: the rows that it keeps or that are among them.
    pub fn widened_by_rows(&self, mask: &Mask, more: impl IntoIterator<Item = u32>) -> Mask {
        let mut words = vec![0_u64; self.len().div_ceil(64)];
        for row in mask.rows().chain(more).filter(|row| (*row as usize) < self.len()) {
            words[row as usize / 64] |= 1 << (row % 64);
        }
        Mask::bits(words, self.len() as u32, mask.counted())
    }
}
