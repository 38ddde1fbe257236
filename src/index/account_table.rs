//! The order of the account table: a pure function, to be run off the thread that draws.

use std::cmp::Ordering;

use super::{Index, Stats};
use crate::model::MISSING;

/// The column an account table is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AccountSort {
    /// Account id.
    Account,
    /// Rows under the filter.
    #[default]
    Events,
    /// First row under the filter that has a time.
    FirstSeen,
}

/// What the account table shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountOrder {
    /// The column.
    pub sort: AccountSort,
    /// Largest, latest or last first.
    pub descending: bool,
    /// Only ids that contain this, without regard to case; empty for all.
    pub search: String,
    /// Whether accounts without rows under the filter are listed too.
    pub with_empty: bool,
}

impl Default for AccountOrder {
    fn default() -> Self {
        Self {
            sort: AccountSort::Events,
            descending: true,
            search: String::new(),
            with_empty: false,
        }
    }
}

/// The accounts to list, by position, in order.
///
/// `stats` is [`Index::stats_by_account`] under the filter. Missing values come last in either
/// direction; equal values are ordered by account id, rising.
pub fn account_order(index: &Index, stats: &[Stats], order: &AccountOrder) -> Vec<u32> {
    let search = order.search.trim().to_lowercase();
    let ids = index.accounts();
    let listed = |account: &u32| {
        let at = *account as usize;
        (order.with_empty || stats.get(at).is_some_and(|s| s.rows > 0))
            && (search.is_empty() || ids[at].to_lowercase().contains(&search))
    };
    // In the order of ids, which a stable sort keeps among equals.
    let mut accounts: Vec<u32> = index.accounts_by_id().iter().copied().filter(listed).collect();
    if order.sort == AccountSort::Account {
        if order.descending {
            accounts.reverse();
        }
        return accounts;
    }
    let mut keyed: Vec<(Option<u64>, u32)> =
        accounts.iter().map(|a| (sort_key(stats, order.sort, *a), *a)).collect();
    keyed.sort_by(|(a, _), (b, _)| compare(*a, *b, order.descending));
    keyed.into_iter().map(|(_, account)| account).collect()
}

fn sort_key(stats: &[Stats], sort: AccountSort, account: u32) -> Option<u64> {
    let stats = stats.get(account as usize).copied().unwrap_or_default();
    let known = |row: u32| (row != MISSING).then_some(u64::from(row));
    match sort {
        AccountSort::Account | AccountSort::Events => Some(stats.rows.into()),
        // Rows are in time order.
        AccountSort::FirstSeen => known(stats.first_row),
    }
}

fn compare(a: Option<u64>, b: Option<u64>, descending: bool) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if descending => b.cmp(&a),
        (Some(a), Some(b)) => a.cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}
