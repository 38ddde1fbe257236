//! Lanes against the naive count, in both ways of counting, and on cases of hostile shape.

use proptest::prelude::*;

use super::testkit::*;
use super::*;
use crate::job::Progress;
use crate::model::{Call, Caller, Columns, Dimensions, Field, MISSING, NO_TIME, Origin};

/// Accounts in a random order, cut into lanes at random; some accounts may be in none.
fn random_lanes(dice: &mut Dice, accounts: u32) -> (Vec<u32>, Vec<u32>) {
    let mut order: Vec<u32> = (0..accounts).filter(|_| dice.below(5) > 0).collect();
    order.sort_by_key(|a| (u64::from(*a) * 7 + 3) % 11);
    let mut ends: Vec<u32> = (1..=order.len() as u32).filter(|_| dice.below(2) == 0).collect();
    ends.retain(|end| *end < order.len() as u32);
    ends.push(order.len() as u32);
    (order, ends)
}

fn naive(index: &Index, mask: &Mask, question: &LaneQuestion<'_>) -> Lanes {
    let lane_of = |account: u32| {
        let at = question.accounts.iter().position(|a| *a == account)?;
        question.ends.iter().position(|end| at < *end as usize)
    };
    let (edges, bins) = (question.edges, question.bins());
    let lanes = question.ends.len();
    let values: Vec<String> = question.by.map_or_else(Vec::new, |field| {
        let top = index.top_values(index.everything(), field, 7).values;
        top.into_iter().map(|v| v.value).collect()
    });
    let mut out = Lanes { bins, untimed: vec![0; lanes], ..Lanes::default() };
    let mut by_value = vec![vec![0_u32; values.len() + 1]; lanes * bins];
    for row in mask.rows() {
        let Some(lane) = lane_of(index.account_of(row)) else { continue };
        let Some(at) = index.at(row) else {
            out.untimed[lane] += 1;
            continue;
        };
        let inside = |i: &usize| edges[*i] <= at.0 && at.0 < edges[i + 1];
        let Some(bin) = (0..bins).find(inside) else { continue };
        let text = question.by.and_then(|f| spelled(index, f, row).map(|t| t.into_owned()));
        let slot = text.and_then(|t| values.iter().position(|v| *v == t)).unwrap_or(values.len());
        by_value[lane * bins + bin][slot] += 1;
    }
    out.counts = by_value.iter().map(|slots| slots.iter().sum()).collect();
    if question.by.is_some() {
        let leading = |slots: &Vec<u32>| {
            let most = slots.iter().max().copied().unwrap_or(0);
            slots.iter().position(|n| *n == most && most > 0).map_or(NOBODY, |at| at as u8)
        };
        out.leading = by_value.iter().map(leading).collect();
    }
    out.values = values;
    out
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lanes_count_the_rows_of_their_accounts_in_both_ways(seed: u64) {
        let index = random_index(seed, 200);
        let mut dice = Dice(seed ^ 5);
        let filter = random_filter(&mut dice);
        let mask = compile(&filter, &index, &random_lists(seed, &index)).expect("an answer");
        let (accounts, ends) = random_lanes(&mut dice, index.accounts().len() as u32);
        let at = |dice: &mut Dice| Time(dice.below(TIMES.end as u64 + 900) as i64 - 400);
        let span = TimeSpan::new(at(&mut dice), at(&mut dice));
        let by = [None, Some(Field::Model), Some(Field::Pathway)][dice.below(3) as usize];
        let edges = bin_edges(span, dice.below(40) as usize);
        let question = LaneQuestion { accounts: &accounts, ends: &ends, edges: &edges, by };
        let expected = naive(&index, &mask, &question);
        prop_assert_eq!(&index.lanes(&mask, &question), &expected);
        prop_assert_eq!(&index.lanes_walked(&mask, &question), &expected);
        prop_assert_eq!(&index.lanes_passed(&mask, &question), &expected);
    }
}

/// A case of one row per given account and time.
pub(super) fn case(accounts: u32, rows: impl IntoIterator<Item = (u32, i64)>) -> Index {
    let mut rows: Vec<(u32, i64)> = rows.into_iter().collect();
    rows.sort_by_key(|(_, at)| *at);
    let mut columns = Columns::default();
    for (account, at_us) in rows {
        columns.at_us.push(at_us);
        columns.caller.push(account);
        columns.origin.push(0);
        columns.call.push(0);
        columns.session.push(MISSING);
    }
    let dimensions = Dimensions {
        accounts: (0..accounts).map(|a| format!("ac{a:06}")).collect(),
        callers: (0..accounts).map(|account| Caller { account, ..Caller::default() }).collect(),
        origins: vec![Origin::default()],
        calls: vec![Call::default()],
        sessions: crate::model::Texts::default(),
    };
    let run = Run { source_id: 1, first_event_id: 1, columns };
    Index::build(vec![run], dimensions, &Progress::default()).expect("a sound case")
}

/// All accounts in one lane, and each in its own: the counts must add up to the rows.
fn adds_up(index: &Index) {
    let mask = index.everything();
    let accounts: Vec<u32> = (0..index.accounts().len() as u32).collect();
    let each: Vec<u32> = (1..=accounts.len() as u32).collect();
    let span = index.span().unwrap_or(TimeSpan::new(Time(0), Time(1)));
    let edges = bin_edges(span, 20);
    for ends in [vec![accounts.len() as u32], each] {
        let question = LaneQuestion { accounts: &accounts, ends: &ends, edges: &edges, by: None };
        let lanes = index.lanes(mask, &question);
        let inside: u64 = lanes.counts.iter().map(|n| u64::from(*n)).sum();
        let untimed: u64 = lanes.untimed.iter().map(|n| u64::from(*n)).sum();
        assert_eq!(inside + untimed, mask.len());
        assert_eq!(untimed, index.without_time(mask));
    }
}

#[test]
fn cases_of_hostile_shape_are_counted_whole() {
    let years = 60 * 365 * crate::model::time::DAY_US;
    adds_up(&case(1, []));
    adds_up(&case(1, (0..50_000).map(|i| (0, i * 1_000))));
    adds_up(&case(20_000, (0..20_000).map(|a| (a, i64::from(a) * 1_000_000))));
    adds_up(&case(300, (0..30_000).map(|i| (i % 300, 5))));
    adds_up(&case(9, (0..900).map(|i| (i % 9, years / 900 * i64::from(i)))));
    adds_up(&case(9, (0..90).map(|i| (i % 9, if i % 2 == 0 { NO_TIME } else { i.into() }))));
    adds_up(&case(3, (0..30).map(|i| (i % 3, NO_TIME))));
}
