//! The accounts to list, in the order of one column and then of another.

use std::cmp::Ordering;

use crate::index::{AccountOrder, AccountSort, account_order};
use crate::job::{Cancelled, Progress};
use crate::ui::widget::table::Sort;

use super::super::value::Key;
use super::columns::{self, Known, What};

/// Accounts with rows whose id contains `search`, by `sort`, equal ones by `then`, equal ones by
/// id. Missing values come last in either direction.
///
/// # Errors
/// When cancelled.
pub fn order(
    known: &Known,
    sort: Sort,
    then: Option<Sort>,
    search: &str,
    progress: &Progress,
) -> Result<Vec<u32>, Cancelled> {
    let listed = AccountOrder {
        sort: AccountSort::Account,
        descending: false,
        search: search.to_owned(),
        with_empty: false,
    };
    let mut accounts = account_order(&known.index, &known.by_account.stats, &listed);
    // The stable sort by the second key first: the one by the first keeps its order among equals.
    for by in then.into_iter().chain([sort]) {
        progress.check()?;
        if columns::what(by.column) == Some(What::Account) {
            accounts.sort_by_key(|account| known.index.accounts()[*account as usize].as_str());
            if by.descending {
                accounts.reverse();
            }
            continue;
        }
        let mut keyed: Vec<(Option<Key>, u32)> = accounts
            .iter()
            .map(|account| (known.value(*account, by.column).key(), *account))
            .collect();
        progress.check()?;
        keyed.sort_by(|(a, _), (b, _)| compare(a, b, by.descending));
        accounts = keyed.into_iter().map(|(_, account)| account).collect();
    }
    Ok(accounts)
}

fn compare(a: &Option<Key>, b: &Option<Key>, descending: bool) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if descending => b.cmp(a),
        (Some(a), Some(b)) => a.cmp(b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::super::query::ByAccount;
    use super::super::super::test_case;
    use super::*;
    use crate::index::Lists;

    fn known() -> Known {
        let index = Arc::new(test_case::index());
        let stats = index.stats_by_account(index.everything());
        let profiles = index.profiles(index.everything(), &Progress::default()).expect("counted");
        let accounts = stats.len() as u64;
        let totals = index.totals(index.everything());
        Known {
            by_account: Arc::new(ByAccount { stats, totals, accounts, id: 1 }),
            profiles: Some(Arc::new(profiles)),
            lists: Arc::new(Lists::default()),
            attributes: None,
            names: Arc::default(),
            index,
        }
    }

    #[test]
    fn every_column_sorts_as_its_values_do_and_equal_ones_keep_the_second_order() {
        let known = known();
        let second = Sort { column: columns::at(What::Exchanges), descending: true };
        for column in (0..columns::FIXED.len()).filter(|c| columns::FIXED[*c].2.sorts) {
            for descending in [false, true] {
                let sort = Sort { column, descending };
                let order = order(&known, sort, Some(second), "", &Progress::default());
                let order = order.expect("not cancelled");
                assert_eq!(order.len(), 5);
                let keys: Vec<_> =
                    order.iter().map(|a| (known.value(*a, column).key(), *a)).collect();
                for pair in keys.windows(2) {
                    let found = compare(&pair[0].0, &pair[1].0, descending);
                    assert_ne!(found, Ordering::Greater, "column {column}");
                    let rows = |a: u32| known.stats(a).rows;
                    let kept = rows(pair[0].1) >= rows(pair[1].1);
                    assert!(found != Ordering::Equal || kept, "column {column}");
                }
            }
        }
    }
}
