//! The order of lanes: a pure function, to be run off the thread that draws.

use std::cmp::Reverse;

use super::stats::Stats;
use super::{AccountOrder, AccountSort, Index, Lists, Mask, account_order};
use crate::job::{Cancelled, Progress};
use crate::model::Verdict;

/// What lanes are ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LaneSort {
    /// Accounts that are active in the same way next to each other.
    #[default]
    Similarity,
    /// Most rows first.
    Volume,
    /// First active first.
    FirstSeen,
    /// By what the analyst said: suspicious, watch, cleared, then by tag, then the rest.
    Said,
}

/// Accounts that are compared with each other at most: the numbers that describe one take 560 bytes
/// while they are.
pub const MOST_COMPARED: usize = if cfg!(test) { 1_000 } else { 500_000 };

/// The accounts with rows under a mask, by position, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LaneOrder {
    /// Equals by account id.
    pub accounts: Vec<u32>,
    /// What they are ordered by: first seen in the place of similarity where they are more than
    /// [`MOST_COMPARED`].
    pub by: LaneSort,
}

/// The accounts with rows under a mask, in order.
///
/// # Errors
/// When asked to stop.
pub fn lane_order(
    index: &Index,
    mask: &Mask,
    lists: &Lists,
    sort: LaneSort,
    progress: &Progress,
) -> Result<LaneOrder, Cancelled> {
    let stats = index.stats_by_account(mask);
    progress.check()?;
    let sorted = |sort: AccountSort, descending: bool| {
        let order = AccountOrder { sort, descending, ..AccountOrder::default() };
        account_order(index, &stats, &order)
    };
    let too_many = || stats.iter().filter(|s| s.rows > 0).count() > MOST_COMPARED;
    let by = match sort {
        LaneSort::Similarity if too_many() => LaneSort::FirstSeen,
        other => other,
    };
    let accounts = match by {
        LaneSort::Similarity => index.similarity_order(mask, &stats, progress)?,
        LaneSort::Volume => sorted(AccountSort::Events, true),
        LaneSort::FirstSeen => sorted(AccountSort::FirstSeen, false),
        LaneSort::Said => by_what_was_said(sorted(AccountSort::Events, true), lists, &stats),
    };
    Ok(LaneOrder { accounts, by })
}

fn by_what_was_said(mut accounts: Vec<u32>, lists: &Lists, stats: &[Stats]) -> Vec<u32> {
    let verdict = |account: u32| match lists.verdict(account) {
        Some(Verdict::Suspicious) => 0,
        Some(Verdict::Watch) => 1,
        Some(Verdict::Cleared) => 2,
        None => 3,
    };
    accounts.sort_by_cached_key(|account| {
        let tag = lists.tags(*account).first();
        let rows = stats.get(*account as usize).map_or(0, |s| s.rows);
        // Those without a tag come after those with one.
        (verdict(*account), tag.is_none(), tag.cloned(), Reverse(rows))
    });
    accounts
}
