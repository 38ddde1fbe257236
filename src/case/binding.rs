//! Filters of what is kept: they must select the same records after the next run of the detectors,
//! which numbers its clusters anew, and after the next verdict.

use crate::index::{Index, Lists, matching_accounts};
use crate::model::filter::{Expr, Filter, FilterField, Term, Value};
use crate::model::{Field, Time};

/// Accounts that a filter names at most; of more, the words stay that were typed.
const MOST: usize = 1_000;

/// Facts of accounts that the next run of the detectors changes.
const OF_A_RUN: [FilterField; 6] = [
    FilterField::Cluster,
    FilterField::Level,
    FilterField::Coordination,
    FilterField::Harvesting,
    FilterField::Membership,
    FilterField::Detector,
];

/// Those that the next judgement changes.
const JUDGED: [FilterField; 2] = [FilterField::Verdict, FilterField::Tag];

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
    if !OF_A_RUN.contains(&term.field) && !JUDGED.contains(&term.field) {
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

/// Whether a filter that was kept at a moment may select other records now, given when the detectors
/// last ran: it hangs on what a run numbers, or on verdicts and tags.
pub fn may_drift(filter: &str, kept_at: Time, ran_at: Option<Time>) -> bool {
    // Nearly all do not, and this is asked for every frame.
    if !OF_A_RUN.iter().chain(&JUDGED).chain(&NUMBERED).any(|field| filter.contains(field.name())) {
        return false;
    }
    let Ok(Filter { expr: Some(expr), .. }) = Filter::parse(filter) else { return false };
    let ran_since = ran_at.is_some_and(|ran| ran > kept_at);
    let mut drifts = false;
    expr.for_each_leaf(&mut |leaf| {
        if let Expr::Term(term) = leaf {
            let of_a_run = OF_A_RUN.contains(&term.field) || NUMBERED.contains(&term.field);
            drifts |= JUDGED.contains(&term.field) || (of_a_run && ran_since);
        }
    });
    drifts
}

/// What is said of such a filter.
pub const DRIFT: &str = "The filter hangs on what changes, numbers of a run, verdicts or tags: it may \
                         select other records now than when it was kept";

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
            let again = Filter::parse(&bound.to_string()).expect("a filter");
            assert_eq!(rows(&again, &lists), rows(&filter, &lists), "{filter}");
            if bound != filter && !may_drift(&bound.to_string(), Time(0), Some(Time(1))) {
                bound_ones += 1;
                assert_eq!(rows(&bound, &Lists::default()), rows(&filter, &lists), "{filter}");
            }
        }
        assert!(bound_ones > 5, "{bound_ones}");
    }

    #[test]
    fn what_a_run_or_a_judgement_changes_is_known() {
        let drifts = |text: &str, ran: i64| may_drift(text, Time(5), Some(Time(ran)));
        for text in ["cluster:1 model:x", "cited:3", "-level:strong", "template:4"] {
            assert!(drifts(text, 6) && !drifts(text, 4), "{text}");
        }
        for text in ["account:b,c", "", "model:x time:2026-03-01..2026-03-02"] {
            assert!(!drifts(text, 6), "{text}");
        }
        assert!(drifts("verdict:cleared", 4) && may_drift("-tag:x", Time(5), None));
    }
}
