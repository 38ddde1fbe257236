use super::*;
use crate::detect::testcase::{Sent, case};
use crate::detect::{Attributes, Parameters};
use crate::job::Progress;
use crate::model::time::{HOUR_US, MINUTE_US};

/// The pools among some exchanges, by account.
fn found(mut sent: Vec<Sent>) -> Vec<Vec<u32>> {
    sent.sort_by_key(|sent| sent.at);
    let index = case(&sent);
    let none = Attributes::new();
    let material = Material::new(&index, &none, &[]);
    let (parameters, progress) = (Parameters::default(), Progress::default());
    let look = Look { material: &material, parameters: &parameters, seed: 7, progress: &progress };
    let circles = pools(&look).expect("nobody cancels");
    let mut pools: Vec<Vec<u32>> = circles.into_iter().map(|circle| circle.accounts).collect();
    pools.sort();
    pools
}

/// Sessions of twenty days, about so many minutes apart, each of the account that is picked.
fn sessions(apart: f64, seed: u64, mut pick: impl FnMut(u32, &mut Rng) -> u32) -> Vec<Sent> {
    let mut rng = Rng::new(&[seed]);
    let (mut at, mut n, mut sent) = (0.0, 0, Vec::new());
    while at < (20 * DAY_US) as f64 {
        at += rng.exponential(apart * MINUTE_US as f64);
        let account = pick(n, &mut rng);
        n += 1;
        sent.push(Sent { at: at as i64, account, ..Sent::default() });
    }
    sent
}

#[test]
fn a_pool_that_is_found_in_both_ways_is_tied_once() {
    let first = vec![vec![1, 2, 3, 4], vec![7, 8, 9, 10]];
    let second = vec![vec![1, 2, 3, 4], vec![7, 8, 9, 10, 11], vec![20, 21, 22, 23]];
    let all = without_parts(first, second);
    assert_eq!(all, [vec![1, 2, 3, 4], vec![7, 8, 9, 10, 11], vec![20, 21, 22, 23]]);
}

#[test]
fn a_pool_that_shares_nothing_is_found_among_people_by_its_turns() {
    let pool = sessions(40.0, 1, |n, _| n % 8);
    let others = sessions(15.0, 2, |_, rng| 8 + rng.below(30) as u32);
    assert_eq!(found([pool, others].concat()), [(0..8).collect::<Vec<u32>>()]);
}

#[test]
fn two_pools_of_the_same_size_and_pace_stay_two() {
    let first = sessions(40.0, 1, |n, _| n % 6);
    let second = sessions(40.0, 3, |n, _| 6 + n % 6);
    let both = found([first, second].concat());
    assert_eq!(both, [(0..6).collect::<Vec<u32>>(), (6..12).collect()]);
}

#[test]
fn accounts_drawn_at_random_are_no_pool() {
    let none: [Vec<u32>; 0] = [];
    assert_eq!(found(sessions(30.0, 4, |_, rng| rng.below(8) as u32)), none);
}

#[test]
fn clocks_and_people_with_hours_of_their_own_are_no_pool() {
    let none: [Vec<u32>; 0] = [];
    let jobs = (0..6_u32).flat_map(|account| {
        (0..480_i64).map(move |hour| Sent {
            at: hour * HOUR_US + i64::from(account) * 9 * MINUTE_US,
            account,
            ..Sent::default()
        })
    });
    assert_eq!(found(jobs.collect()), none, "every hour, nine minutes apart");
    // Eight people with three sessions a day, each at hours of his own, up to forty minutes late.
    let mut rng = Rng::new(&[5]);
    let mut people = Vec::new();
    for day in 0..20 {
        for account in 0..8_u32 {
            for part in 0..3_i64 {
                let around = day * DAY_US + i64::from(account) * HOUR_US;
                let late = (rng.unit() * 40.0 * MINUTE_US as f64) as i64;
                let at = around + part * 8 * HOUR_US + late;
                people.push(Sent { at, account, ..Sent::default() });
            }
        }
    }
    assert_eq!(found(people), none, "three times a day, about as late");
}
