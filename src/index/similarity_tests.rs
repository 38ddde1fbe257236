//! What the order by similarity must bring together, and that it is an order of all.

use proptest::prelude::*;

use super::lanes_tests::case;
use super::testkit::*;
use super::*;
use crate::job::Progress;
use crate::model::NO_TIME;
use crate::model::time::{DAY_US, HOUR_US};

fn ordered(index: &Index) -> Vec<u32> {
    let sort = LaneSort::Similarity;
    lane_order(index, index.everything(), &Lists::default(), sort, &Progress::default())
        .expect("nobody asks it to stop")
        .accounts
}

/// Everyday accounts, each with its own hours over six weeks.
fn everyday(dice: &mut Dice, accounts: Range<u32>) -> Vec<(u32, i64)> {
    let mut rows = Vec::new();
    for account in accounts {
        let begins = dice.below(16) as i64;
        for _ in 0..60 {
            let day = dice.below(42) as i64;
            let hour = begins + dice.below(8) as i64;
            rows.push((account, day * DAY_US + hour * HOUR_US + dice.below(HOUR_US as u64) as i64));
        }
    }
    rows
}

#[test]
fn accounts_that_take_turns_stand_together_in_the_order_of_their_turns() {
    let mut dice = Dice(11);
    let mut rows = everyday(&mut dice, 0..200);
    // Twenty accounts in a burst of six days, one after the other, four hours each.
    let pool = 200..220_u32;
    for turn in 0..40_i64 {
        let account = 200 + (turn as u32 * 7) % 20;
        for i in 0..12 {
            rows.push((account, 20 * DAY_US + turn * 4 * HOUR_US + i * HOUR_US / 4));
        }
    }
    let index = case(220, rows);
    let order = ordered(&index);
    let places: Vec<usize> = (0..order.len()).filter(|at| pool.contains(&order[*at])).collect();
    let together = places[places.len() - 1] - places[0] + 1 == places.len();
    assert!(together, "the pool is scattered over {places:?}");
    let turns: Vec<u32> = (0..20).map(|turn| 200 + (turn * 7) % 20).collect();
    assert_eq!(order[places[0]..=places[19]], turns, "a rotation is a diagonal");
}

#[test]
fn shifts_of_the_day_are_blocks() {
    let mut rows = Vec::new();
    for account in 0..60_u32 {
        let night = account % 2 == 0;
        for day in 0..30_i64 {
            let hour = if night { 1 } else { 13 };
            let at = (hour + i64::from(account % 5)) * HOUR_US + i64::from(account);
            rows.push((account, day * DAY_US + at));
        }
    }
    let order = ordered(&case(60, rows));
    let changes = order.windows(2).filter(|pair| pair[0] % 2 != pair[1] % 2).count();
    assert_eq!(changes, 1, "night and day are two blocks: {order:?}");
}

#[test]
fn accounts_without_any_time_come_last() {
    let rows = [(0, NO_TIME), (1, 5), (2, NO_TIME), (3, 7)];
    let order = ordered(&case(5, rows));
    assert_eq!(order[2..], [0, 2]);
    assert_eq!(order.len(), 4, "an account without rows has no lane");
}

#[test]
fn more_accounts_than_are_compared_are_listed_by_first_seen_and_it_says_so() {
    let order_of = |accounts: u32| {
        let rows: Vec<(u32, i64)> =
            (0..accounts).map(|account| (account, i64::from(accounts - account))).collect();
        let index = case(accounts, rows);
        let (mask, lists) = (index.everything(), Lists::default());
        lane_order(&index, mask, &lists, LaneSort::Similarity, &Progress::default())
            .expect("nobody asks it to stop")
    };
    assert_eq!(order_of(MOST_COMPARED as u32).by, LaneSort::Similarity);
    let order = order_of(MOST_COMPARED as u32 + 1);
    assert_eq!(order.by, LaneSort::FirstSeen);
    assert!(order.accounts.is_sorted_by(|a, b| a > b), "the last account was active first");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_order_lists_each_account_with_rows_once(seed: u64) {
        let index = random_index_over(seed, 200, HOUR_US / 3);
        let lists = random_lists(seed, &index);
        let filter = random_filter(&mut Dice(seed ^ 2));
        let mask = compile(&filter, &index, &lists).expect("an answer");
        let stats = index.stats_by_account(&mask);
        let expected: Vec<u32> =
            (0..stats.len() as u32).filter(|a| stats[*a as usize].rows > 0).collect();
        for sort in [LaneSort::Similarity, LaneSort::Volume, LaneSort::FirstSeen, LaneSort::Said] {
            let order = lane_order(&index, &mask, &lists, sort, &Progress::default());
            let order = order.expect("nobody asks it to stop");
            let again = lane_order(&index, &mask, &lists, sort, &Progress::default());
            prop_assert_eq!(Ok(order.clone()), again);
            prop_assert_eq!(order.by, sort);
            let mut order = order.accounts;
            if sort == LaneSort::FirstSeen {
                let first = |a: &u32| stats[*a as usize].first_row;
                prop_assert!(order.is_sorted_by_key(first));
            }
            order.sort_unstable();
            prop_assert_eq!(&order, &expected);
        }
    }
}
