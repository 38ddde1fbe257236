//! Filters of what is kept: they must select the same records after the next run of the detectors,
//! which numbers its clusters anew, and after the next verdict.

use crate::index::{Index, Lists, matching_accounts};
use crate::model::Field;
use crate::model::filter::{Expr, Filter, FilterField, Term, Value};

/// Accounts that a filter names at most; of more, the words stay that were typed.
const MOST: usize = 1_000;

/// Facts of accounts that the next run, or the next verdict, changes.
const PASSING: [FilterField; 8] = [
    FilterField::Cluster,
    FilterField::Level,
    FilterField::Coordination,
    FilterField::Harvesting,
    FilterField::Membership,
    FilterField::Detector,
    FilterField::Verdict,
    FilterField::Tag,
];

/// Facts of records that a run changes: they cannot be named by accounts.
const NUMBERED: [FilterField; 2] = [FilterField::Cited, FilterField::Template];

/// The filter with the accounts themselves where it names them by what is only so now.
pub fn bound(filter: &Filter, index: &Index, lists: &Lists) -> Filter {
    let mut bound = filter.clone();
    bound.expr = bound.expr.map(|expr| expr.map_terms(&mut |term| accounts_of(term, index, lists)));
    bound
}

fn accounts_of(term: Term, index: &Index, lists: &Lists) -> Expr {
    let expr = Expr::Term(term.clone());
    if !PASSING.contains(&term.field) {
        return expr;
    }
    let filter = Filter { expr: Some(expr.clone()), ..Filter::default() };
    let Ok(accounts) = matching_accounts(&filter, index, lists) else { return expr };
    let ids = accounts.iter().map(|at| Value::text(index.accounts()[*at as usize].clone()));
    match accounts.len() <= MOST {
        // What names nobody goes on naming nobody only under its own words.
        true => Expr::one_of(Field::AccountId, ids.collect()).unwrap_or(expr),
        false => expr,
    }
}

/// Whether what a filter selects may be other records after the next run of the detectors.
pub fn hangs_on_a_run(filter: &str) -> bool {
    let Ok(Filter { expr: Some(expr), .. }) = Filter::parse(filter) else { return false };
    let mut hangs = false;
    expr.for_each_leaf(&mut |leaf| {
        if let Expr::Term(term) = leaf {
            hangs |= PASSING.contains(&term.field) || NUMBERED.contains(&term.field);
        }
    });
    hangs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::compile;
    use crate::index::testkit::{Dice, random_filter, random_index, random_lists};

    #[test]
    fn a_filter_selects_the_same_now_and_when_nothing_is_known_of_accounts_any_more() {
        let mut bound_ones = 0;
        for seed in 0..300 {
            let index = random_index(seed, 300);
            let lists = random_lists(seed, &index);
            let filter = random_filter(&mut Dice(seed));
            let bound = bound(&filter, &index, &lists);
            let rows = |filter: &Filter, lists: &Lists| -> Option<Vec<u32>> {
                compile(filter, &index, lists).ok().map(|mask| mask.rows().collect())
            };
            assert_eq!(rows(&bound, &lists), rows(&filter, &lists), "{filter}");
            if bound != filter && !hangs_on_a_run(&bound.to_string()) {
                bound_ones += 1;
                assert_eq!(rows(&bound, &Lists::default()), rows(&filter, &lists), "{filter}");
            }
        }
        assert!(bound_ones > 5, "{bound_ones}");
    }

    #[test]
    fn what_hangs_on_a_run_is_known() {
        for text in ["cluster:1 model:x", "cited:3", "-level:strong", "template:4"] {
            assert!(hangs_on_a_run(text), "{text}");
        }
        for text in ["account:b,c", "", "model:x time:2026-03-01..2026-03-02"] {
            assert!(!hangs_on_a_run(text), "{text}");
        }
    }
}
