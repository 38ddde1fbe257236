//! A comparison against the naive one.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::measure::Found;
use super::*;
use crate::index::testkit::{Dice, random_filter, random_index};
use crate::index::{Lists, compile};
use crate::model::{Field, Filter, Time};

/// Rows of each account of a mask.
fn rows(index: &Index, mask: &Mask) -> BTreeMap<u32, u64> {
    let mut all = BTreeMap::new();
    mask.rows().for_each(|row| *all.entry(index.account_of(row)).or_default() += 1);
    all
}

fn mask(index: &Index, filter: &Filter) -> Mask {
    compile(filter, index, &Lists::default()).expect("readable")
}

proptest! {
    #[test]
    fn sides_and_their_accounts_are_those_of_the_rows(seed: u64) {
        let mut dice = Dice(seed);
        let index = random_index(seed, 60);
        let (x, y) = (random_filter(&mut dice), random_filter(&mut dice));
        let (x, y) = (mask(&index, &x), mask(&index, &y));
        let found = compare(&index, (&x, Some(&y)), ("x", "y"), &Progress::default()).expect("done");
        let (of_x, of_y) = (rows(&index, &x), rows(&index, &y));
        prop_assert_eq!((found.a.accounts, found.a.rows), (of_x.len() as u64, x.len()));
        prop_assert_eq!((found.b.accounts, found.b.rows), (of_y.len() as u64, y.len()));
        let both: BTreeSet<_> = of_x.keys().filter(|a| of_y.contains_key(a)).collect();
        prop_assert_eq!(found.both, both.len() as u64);
        // The number of exchanges of the accounts that are compared.
        let (a, b) = found.measures[0].found.summaries();
        let smaller = of_x.len() <= of_y.len();
        let expected = match found.design {
            Design::Separate => (of_x.len(), of_y.len()),
            Design::Paired => (both.len(), both.len()),
            Design::Overlapping if smaller => (of_x.len(), of_y.len() - both.len()),
            Design::Overlapping => (of_x.len() - both.len(), of_y.len()),
        };
        prop_assert_eq!((a.n, b.n), (expected.0 as u64, expected.1 as u64));
        let is_paired = matches!(found.measures[0].found, Found::Pairs(_));
        prop_assert_eq!(is_paired, found.design == Design::Paired);
        let json = serde_json::to_string(&found).expect("numbers have a JSON form");
        prop_assert!(!json.contains("NaN"), "{}", json);
    }

    #[test]
    fn the_sides_swapped_are_the_same_the_other_way_round(seed: u64) {
        let mut dice = Dice(seed);
        let index = random_index(seed, 40);
        let (x, y) = (random_filter(&mut dice), random_filter(&mut dice));
        let (x, y) = (mask(&index, &x), mask(&index, &y));
        let one = compare(&index, (&x, Some(&y)), ("x", "y"), &Progress::default()).expect("done");
        let other = compare(&index, (&y, Some(&x)), ("y", "x"), &Progress::default()).expect("done");
        if one.a.accounts == one.b.accounts && one.design == Design::Overlapping {
            // Which of two alike sides gives accounts away is A.
            return Ok(());
        }
        for (one, other) in one.measures.iter().zip(&other.measures) {
            let (one, other) = (one.found.effect().value, other.found.effect().value);
            prop_assert_eq!(one.is_some(), other.is_some());
            let gap = one.zip(other).map_or(0.0, |(one, other)| (one + other).abs());
            prop_assert!(gap < 1e-12, "{:?} and {:?}", one, other);
        }
    }
}

/// Accounts that have each value of a field.
fn having(index: &Index, field: Field, mask: &Mask) -> BTreeMap<String, BTreeSet<u32>> {
    let mut all: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for row in mask.rows() {
        if let Some(text) = index.row(row).text(field) {
            all.entry(text.to_lowercase()).or_default().insert(index.account_of(row));
        }
    }
    all
}

#[test]
fn categories_of_the_same_accounts_are_told_apart_by_what_each_changed() {
    let mut tested = 0;
    for seed in 0..400 {
        let index = random_index(seed, 30);
        let (all, middle) = (mask(&index, &Filter::everything()), index.len() as u32 / 2);
        let (x, y) = (all.within(0..middle), all.within(middle..u32::MAX));
        let found = compare(&index, (&x, Some(&y)), ("x", "y"), &Progress::default());
        let found = found.expect("done");
        if found.design != Design::Paired {
            continue;
        }
        let Some(table) = found.tables.iter().find(|table| table.name == "models") else {
            continue;
        };
        let (of_x, of_y) = (having(&index, Field::Model, &x), having(&index, Field::Model, &y));
        let on_y = rows(&index, &y);
        let both: BTreeSet<u32> =
            rows(&index, &x).into_keys().filter(|account| on_y.contains_key(account)).collect();
        for differing in &table.categories {
            let of = |all: &BTreeMap<String, BTreeSet<u32>>| -> BTreeSet<u32> {
                let having = all.get(&differing.value.to_lowercase()).cloned().unwrap_or_default();
                having.intersection(&both).copied().collect()
            };
            let (a, b) = (of(&of_x), of(&of_y));
            let gap = (a.len() as f64 - b.len() as f64) / both.len() as f64;
            let value = differing.category.difference.value.expect("accounts on both sides");
            assert!((value - gap).abs() < 1e-12, "{}", differing.value);
            let changed = a.symmetric_difference(&b).count();
            let is_tested = changed > 0 && both.len() >= 6;
            assert_eq!(differing.category.p.is_some(), is_tested, "{changed} of {}", both.len());
            tested += usize::from(is_tested);
        }
    }
    assert!(tested > 0, "no seed gives the same accounts on both sides");
}

#[test]
fn a_selection_and_nothing_has_no_effect_and_says_why() {
    let index = random_index(3, 40);
    let all = mask(&index, &Filter::everything());
    let none = mask(&index, &Filter::parse("account:nobody-at-all").expect("readable"));
    let found =
        compare(&index, (&all, Some(&none)), ("all", "none"), &Progress::default()).expect("done");
    assert_eq!((found.b.accounts, found.both), (0, 0));
    for measure in &found.measures {
        assert_eq!(measure.found.effect().value, None, "{}", measure.words);
        assert!(measure.words.contains("no account in none"), "{}", measure.words);
    }
}

#[test]
fn the_rest_are_the_accounts_that_have_no_row_in_the_selection_however_large_it_is() {
    let index = random_index(7, 60);
    let accounts = index.accounts();
    let half: Vec<String> = accounts.iter().skip(1).map(|id| format!("account:\"{id}\"")).collect();
    let filter = Filter::parse(&half.join(" OR ")).expect("readable");
    let most = mask(&index, &filter);
    let found = compare(&index, (&most, None), ("most", "the rest"), &Progress::default());
    let found = found.expect("done");
    let own = rows(&index, &most);
    let all = rows(&index, &mask(&index, &Filter::everything()));
    let rest = all.keys().filter(|account| !own.contains_key(account)).count() as u64;
    assert_eq!((found.b.accounts, found.both), (rest, 0));
    assert_eq!(found.design, Design::Separate);
}

#[test]
fn that_sides_are_of_unlike_length_is_said_where_accounts_are_compared_with_themselves() {
    let day = |days: f64| Side {
        span: Some(TimeSpan { start: Time(0), end: Time((days * DAY_US as f64) as i64) }),
        ..Side::default()
    };
    let words = |a: f64, b: f64, design| {
        let (a, b) = (day(a), day(b));
        Comparison { a, b, both: 3, design, measures: Vec::new(), tables: Vec::new() }
            .unlike_spans()
    };
    let said = words(15.7, 12.3, Design::Paired).expect("unlike");
    assert!(said.starts_with("A is of 15.7 days, B of 12.3"), "{said}");
    assert_eq!(words(7.0, 6.9, Design::Paired), None, "a week and a week");
    assert_eq!(words(15.7, 12.3, Design::Separate), None, "groups over one time");
}
