use super::*;
use crate::network::Holder;
use crate::network::picture::Thing;

fn thing(kind: usize, holders: &[(u32, u32)], standing: Standing, weight: f64) -> Thing {
    let holder = |(account, rows): &(u32, u32)| Holder { account: *account, rows: *rows, first: 0 };
    Thing {
        evidence: Evidence::value(kind),
        value: "x".into(),
        holders: holders.iter().map(holder).collect(),
        standing,
        weight,
    }
}

fn whole() -> Whole {
    let mut whole = Whole::default();
    whole.accounts = 9;
    whole.things = vec![
        thing(0, &[(5, 0), (7, 0)], Standing::Ties, 6.0),
        thing(2, &[(1, 4), (3, 2), (5, 1)], Standing::Ties, 3.0),
        thing(2, &[(0, 4), (1, 2)], Standing::Ties, 9.0),
        thing(2, &[(1, 4), (3, 2)], Standing::Gateway, 0.0),
        thing(3, &[(1, 8), (3, 9)], Standing::Ties, 2.0),
    ];
    whole
}

fn of(accounts: &[u32], hidden: &[usize], most: usize) -> Shared {
    let hidden = hidden.iter().map(|kind| Evidence::value(*kind)).collect();
    Shared::of(&whole(), accounts, &hidden, most, &Progress::default()).expect("nobody cancels")
}

#[test]
fn columns_are_what_two_rows_have_in_the_order_of_those_who_have_it() {
    let shared = of(&[1, 3, 5, 7], &[], 10);
    let things: Vec<u32> = shared.columns.iter().map(|column| column.thing).collect();
    assert_eq!(things, [4, 1, 0]);
    let records: Vec<Option<u32>> = (0..4).map(|row| shared.records(row, 1)).collect();
    assert_eq!(records, [Some(4), Some(2), Some(1), None]);
    assert_eq!((shared.records(2, 2), shared.records(9, 0)), (Some(0), None));
    assert_eq!(shared.cells()[6..], [0.0, 0.5, 1.0, 0.0, 0.0, 1.0]);
    assert_eq!(of(&[7, 5, 3, 1], &[], 10).columns[0].thing, 0);
}

#[test]
fn hidden_kinds_and_the_lighter_ones_beyond_the_limit_are_left_out() {
    assert_eq!(of(&[1, 3, 5, 7], &[2], 10).columns.len(), 2);
    let few = of(&[1, 3, 5, 7], &[], 1);
    assert_eq!((few.columns[0].thing, few.left_out), (0, 2));
    assert_eq!(of(&[], &[], 5), Shared::default());
}

#[test]
fn rows_are_alike_by_the_weight_of_what_both_have() {
    let likeness = of(&[1, 3, 5, 7], &[], 10).likeness();
    assert_eq!(likeness[0..4], [1.0, 1.0, 3.0 / 11.0, 0.0]);
    assert_eq!(likeness[4], 1.0);
}
