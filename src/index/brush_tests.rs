//! Brushes and facets against the naive queries they must equal.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::testkit::*;
use super::*;
use crate::model::filter::Filter;
use crate::model::{Expr, MISSING};

/// A random case, and the rows that a filter without a range of time keeps.
fn scene(seed: u64, max_rows: u64) -> (Index, Lists, Filter, Mask) {
    let index = random_index(seed, max_rows);
    let lists = random_lists(seed, &index);
    let filter = Filter { time: None, ..random_filter(&mut Dice(seed ^ 2)) };
    let mask = compile(&filter, &index, &lists).expect("an answerable filter");
    (index, lists, filter, mask)
}

/// Stretches as drags make them: of any length, of none, to the ends.
fn random_rows(dice: &mut Dice, index: &Index) -> Range<u32> {
    let rows = index.timed().end;
    let (a, b) = (dice.below(rows as u64 + 1) as u32, dice.below(rows as u64 + 1) as u32);
    match dice.below(6) {
        0 => index.timed(),
        1 => a..a,
        2 => a..rows,
        _ => a.min(b)..a.max(b),
    }
}

/// The value of a row, by its text.
fn text_of(index: &Index, facet: Facet, row: u32) -> Option<String> {
    let view = index.row(row);
    match facet {
        Facet::Field(field) => spelled(index, field, row).map(|text| text.into_owned()),
        Facet::Network => view.client_ip().map(|raw| network_text(raw).into_owned()),
        Facet::Template => view.template().and_then(|id| index.templates().text(id)),
    }
}

/// Value → its rows and accounts; `None` is the rows without one.
type Naive = BTreeMap<Option<String>, (u32, BTreeSet<u32>)>;

fn naive_values(index: &Index, mask: &Mask, facet: Facet) -> Naive {
    let mut naive = Naive::new();
    for row in mask.rows() {
        let (rows, accounts) = naive.entry(text_of(index, facet, row)).or_default();
        *rows += 1;
        accounts.insert(index.account_of(row));
    }
    naive
}

fn by_text(
    index: &Index,
    facet: Facet,
    counts: &ValueCounts,
) -> BTreeMap<Option<String>, (u32, u32)> {
    let text = |value| index.value_text(facet, value).expect("a text").into_owned();
    let named = counts.rows.iter().zip(&counts.accounts).zip(0..);
    let named = named.map(|((rows, accounts), value)| (Some(text(value)), (*rows, *accounts)));
    let absent = (None, (counts.absent_rows, counts.absent_accounts));
    named.chain([absent]).filter(|(_, (rows, _))| *rows > 0).collect()
}

fn counted(naive: &Naive) -> BTreeMap<Option<String>, (u32, u32)> {
    naive.iter().map(|(text, (rows, of))| (text.clone(), (*rows, of.len() as u32))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_filter_with_a_time_is_the_window_of_the_filter_without_it(seed: u64) {
        let (index, lists, filter, mask) = scene(seed, 300);
        let mut dice = Dice(seed ^ 3);
        let at = |dice: &mut Dice| Time(dice.below(TIMES.end as u64 + 2_000) as i64 - 1_000);
        let span = TimeSpan::new(at(&mut dice), at(&mut dice));
        let timed = Filter { time: Some(span), ..filter };
        let naive = naive_rows(&timed, &index, &lists);
        let window = mask.within(index.rows_between(span));
        prop_assert_eq!(window.rows().collect::<Vec<_>>(), naive);
    }

    #[test]
    fn a_window_on_a_mask_is_a_mask_of_its_rows(seed: u64, a in 0..1_300_u32, b in 0..1_300_u32) {
        let (index, _, _, mask) = scene(seed, 300);
        let outer = random_rows(&mut Dice(seed ^ 4), &index);
        let inner = random_rows(&mut Dice(seed ^ 5), &index);
        let window = mask.within(outer.clone()).within(inner.clone());
        let naive: Vec<u32> =
            mask.rows().filter(|row| outer.contains(row) && inner.contains(row)).collect();
        prop_assert_eq!(window.rows().collect::<Vec<_>>(), naive.clone());
        prop_assert_eq!(window.len() as usize, naive.len());
        prop_assert_eq!((0..=naive.len() as u64).map_while(|n| window.nth(n)).collect::<Vec<_>>(), naive.clone());
        prop_assert_eq!(window.rank(a) as usize, naive.iter().filter(|row| **row < a).count());
        let stretch = a.min(b)..a.max(b);
        let inside: Vec<u32> = naive.iter().copied().filter(|row| stretch.contains(row)).collect();
        prop_assert_eq!(window.rows_in(stretch.clone()).collect::<Vec<_>>(), inside.clone());
        prop_assert_eq!(window.count_in(stretch.clone()) as usize, inside.len());
        prop_assert_eq!(window.ends_in(stretch), inside.first().copied().zip(inside.last().copied()));
        prop_assert!((0..index.len() as u32).all(|row| window.contains(row) == naive.contains(&row)));
        let bounds = naive.first().map_or(0..0, |first| *first..naive[naive.len() - 1] + 1);
        prop_assert_eq!(window.bounds(), bounds);
    }

    #[test]
    fn a_brush_counts_accounts_as_the_rows_of_its_range_do(seed: u64) {
        let (index, _, _, mask) = scene(seed, 1_000);
        let brush = AccountBrush::new(&index, &mask).expect("few accounts");
        let mut dice = Dice(seed ^ 6);
        for _ in 0..8 {
            let rows = random_rows(&mut dice, &index);
            prop_assert_eq!(brush.stats(&index, rows.clone()), index.stats_by_account(&mask.within(rows)));
        }
    }

    #[test]
    fn values_have_the_rows_and_accounts_that_naive_grouping_finds(seed: u64) {
        let (index, _, _, mask) = scene(seed, 300);
        let facet = random_facet(&mut Dice(seed ^ 7));
        let counts = index.values(&mask, facet);
        let naive = naive_values(&index, &mask, facet);
        prop_assert_eq!(by_text(&index, facet, &counts), counted(&naive));
        prop_assert_eq!(counts.total(), mask.len());
        prop_assert_eq!(counts.distinct(), naive.keys().flatten().count());
    }

    #[test]
    fn a_brush_counts_values_as_the_rows_of_its_range_do(seed: u64) {
        let (index, _, _, mask) = scene(seed, 1_000);
        let mut dice = Dice(seed ^ 8);
        let facet = random_facet(&mut dice);
        let Some(brush) = ValueBrush::new(&index, &mask, facet) else {
            return Err(TestCaseError::fail("no brush on a dictionary field"));
        };
        for _ in 0..8 {
            let rows = random_rows(&mut dice, &index);
            prop_assert_eq!(brush.values(rows.clone()), index.values(&mask.within(rows), facet));
        }
    }

    #[test]
    fn the_condition_of_a_value_keeps_the_rows_counted_for_it(seed: u64) {
        let (index, lists, _, _) = scene(seed, 120);
        let facet = random_facet(&mut Dice(seed ^ 10));
        let counts = index.values(index.everything(), facet);
        for (value, rows) in (0..).zip(&counts.rows) {
            let text = match facet {
                Facet::Template => format!("{value}"),
                _ => index.value_text(facet, value).expect("a text").into_owned(),
            };
            let expr = Expr::term(facet.field(), facet.condition(&text));
            let filter = Filter::from_expr(expr).expect("a filter");
            // As it is printed and read again, because that is what is saved and shared.
            let filter = Filter::parse(&filter.to_string()).expect("readable");
            let mask = compile(&filter, &index, &lists).expect("answerable");
            prop_assert_eq!(mask.len(), u64::from(*rows), "{}", filter);
            let spellings: BTreeSet<String> = (0..index.len() as u32)
                .filter_map(|row| match facet {
                    Facet::Field(field) => index.row(row).text(field).map(|t| t.into_owned()),
                    _ => None,
                })
                .filter(|other| other.to_lowercase() == text.to_lowercase())
                .collect();
            // Entries that no row has are spellings as well.
            prop_assert!(spellings.len() <= index.spellings(facet, value), "{}", text);
        }
    }

    #[test]
    fn values_are_listed_in_the_order_asked_for(seed: u64, descending: bool) {
        let (index, _, _, mask) = scene(seed, 300);
        let mut dice = Dice(seed ^ 9);
        let facet = random_facet(&mut dice);
        let counts = index.values(&mask, facet);
        let everything = index.everything();
        let population = index.population_by_value(facet, everything.counted());
        let all = naive_values(&index, everything, facet);
        let naive = naive_values(&index, &mask, facet);
        let search = ["", "1", "ATLAS"][dice.below(3) as usize];
        for sort in [ValueSort::Value, ValueSort::Rows, ValueSort::Accounts, ValueSort::Lift] {
            let order = ValueOrder { sort, descending, search: search.to_owned() };
            let listed = value_order(&index, facet, &counts, &population, everything.len(), &order);
            let listed: Vec<String> = listed
                .into_iter()
                .map(|value| index.value_text(facet, value).expect("a text").into_owned())
                .collect();
            let lift_of = |text: &String| {
                let rows = u64::from(naive[&Some(text.clone())].0);
                let all_rows = all.get(&Some(text.clone())).map_or(0, |(rows, _)| *rows);
                lift(rows, mask.len(), all_rows.into(), everything.len())
            };
            let mut expected: Vec<&String> = naive.keys().flatten().collect();
            expected.retain(|text| text.to_lowercase().contains(&search.to_lowercase()));
            expected.sort_by(|a, b| {
                let of = |text: &String| &naive[&Some(text.clone())];
                let (of_a, of_b) = (of(a), of(b));
                let order = match sort {
                    ValueSort::Value => a.cmp(b),
                    ValueSort::Rows => of_a.0.cmp(&of_b.0),
                    ValueSort::Accounts => of_a.1.len().cmp(&of_b.1.len()),
                    ValueSort::Lift => match (lift_of(a), lift_of(b)) {
                        (Some(a), Some(b)) => (a as f32).total_cmp(&(b as f32)),
                        (a, b) => {
                            // Those that are not said come last in either direction.
                            let last = a.is_none().cmp(&b.is_none());
                            if descending { last.reverse() } else { last }
                        }
                    },
                };
                if descending { order.reverse() } else { order }.then_with(|| a.cmp(b))
            });
            prop_assert_eq!(listed, expected.into_iter().cloned().collect::<Vec<_>>(), "{:?}", order);
        }
    }
}

#[test]
fn a_lift_is_said_only_where_there_are_enough_rows_to_say_it() {
    assert_eq!(lift(20, 100, 100, 1_000), Some(2.0));
    assert_eq!(lift(4, 100, 1, 1_000), None, "four rows where none was expected");
    assert_eq!(lift(5, 100, 1, 1_000), Some(50.0));
    assert_eq!(lift(0, 100, 100, 1_000), Some(0.0), "none where ten were expected");
    assert_eq!(lift(0, 0, 100, 1_000), None);
    assert_eq!(lift(9, 9, 0, 1_000), None);
}

#[test]
fn too_many_accounts_for_a_table_are_counted_row_by_row() {
    assert!(cumulative::Cumulative::<Stats>::new(0..10, 1_000_000, |_, _| {}).is_none());
    let none = Stats::default();
    assert_eq!((none.first_row, none.last_row), (MISSING, MISSING));
}
