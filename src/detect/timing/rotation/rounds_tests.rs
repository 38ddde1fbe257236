use super::*;
use crate::detect::testcase::{Sent, case};
use crate::detect::{Attributes, Parameters};
use crate::job::Progress;
use crate::model::rng::Rng;
use crate::model::time::{HOUR_US, MINUTE_US};

/// The pools among some exchanges of so many accounts.
fn found(mut sent: Vec<Sent>, accounts: u32) -> Vec<Vec<u32>> {
    sent.sort_by_key(|sent| sent.at);
    let index = case(&sent);
    let none = Attributes::new();
    let material = Material::new(&index, &none, &[]);
    let (parameters, progress) = (Parameters::default(), Progress::default());
    let look = Look { material: &material, parameters: &parameters, seed: 7, progress: &progress };
    let all: Vec<u32> = (0..accounts).collect();
    let mut pools = pools(&look, &all).expect("nobody cancels");
    pools.sort();
    pools
}

/// Accounts of a pool of so many in forty days of two sessions an hour, of which the one used longest ago
/// gets the next, and which rest a quarter of the time.
fn pool(accounts: u32) -> Vec<Sent> {
    let mut rng = Rng::new(&[u64::from(accounts)]);
    let (mut last, mut rests) = (vec![0_i64; accounts as usize], vec![0_i64; accounts as usize]);
    let (mut at, mut sent) = (0_i64, Vec::new());
    while at < 40 * DAY_US {
        at += rng.exponential(30.0 * MINUTE_US as f64) as i64;
        let free = (0..accounts).filter(|account| rests[*account as usize] <= at);
        let Some(account) = free.min_by_key(|account| (last[*account as usize], *account)) else {
            continue;
        };
        last[account as usize] = at;
        if rng.chance(0.25) {
            rests[account as usize] = at + rng.exponential(6.0 * HOUR_US as f64) as i64;
        }
        sent.push(Sent { at, account, ..Sent::default() });
    }
    sent
}

/// Accounts that do something every three days, as regularly as said, and not at fixed hours.
fn regular(accounts: std::ops::Range<u32>, varied: f64) -> Vec<Sent> {
    let mut rng = Rng::new(&[9, accounts.start.into()]);
    let mut sent = Vec::new();
    for account in accounts {
        let mut at = rng.unit() * 2.9;
        while at < 40.0 {
            sent.push(Sent { at: (at * DAY_US as f64) as i64, account, ..Sent::default() });
            at += 2.9 * (1.0 + varied * (rng.unit() + rng.unit() + rng.unit() - 1.5) * 2.0);
        }
    }
    sent
}

#[test]
fn a_pool_in_which_each_has_its_turn_once_in_days_is_found_whole() {
    assert_eq!(found(pool(140), 140), [(0..140).collect::<Vec<u32>>()]);
    assert_eq!(found(pool(40), 40), [(0..40).collect::<Vec<u32>>()]);
}

#[test]
fn a_pool_that_works_by_day_and_rests_on_weekends_is_found_among_people() {
    let mut rng = Rng::new(&[5]);
    let (accounts, people) = (16_u32, 60_u32);
    let (mut next, mut sent) = (0, Vec::new());
    for day in (0..56).filter(|day| day % 7 < 5) {
        // Now a few sessions a day, now more.
        for _ in 0..4 + rng.below(20) {
            let at = day * DAY_US + (9.0 + 9.0 * rng.unit()) as i64 * HOUR_US;
            sent.push(Sent { at: at + rng.below(3_600) as i64 * 1_000_000, ..Sent::default() });
        }
    }
    sent.sort_by_key(|sent| sent.at);
    for sent in &mut sent {
        (sent.account, next) = (next, (next + 1) % accounts);
    }
    for account in accounts..accounts + people {
        for day in 0..56 {
            for _ in 0..rng.below(3) {
                let at = day * DAY_US + ((7.0 + 14.0 * rng.unit()) * HOUR_US as f64) as i64;
                sent.push(Sent { at, account, ..Sent::default() });
            }
        }
    }
    assert_eq!(found(sent, accounts + people), [(0..accounts).collect::<Vec<u32>>()]);
}

#[test]
fn accounts_that_are_regular_without_knowing_of_each_other_are_no_pool() {
    let none: [Vec<u32>; 0] = [];
    for varied in [0.2, 0.3] {
        assert_eq!(found(regular(0..60, varied), 60), none, "{varied}");
    }
}

#[test]
fn a_pool_is_not_joined_by_who_is_as_regular_by_himself() {
    let both = [pool(140), regular(140..160, 0.25)].concat();
    assert_eq!(found(both, 160), [(0..140).collect::<Vec<u32>>()]);
}

#[test]
fn two_pools_of_one_pace_are_told_apart() {
    let second: Vec<Sent> =
        pool(38).into_iter().map(|s| Sent { account: s.account + 40, ..s }).collect();
    let found = found([pool(40), second].concat(), 78);
    assert_eq!(found, [(0..40).collect::<Vec<u32>>(), (40..78).collect()]);
}

#[test]
fn timers_of_any_whole_number_of_hours_are_no_pool() {
    let none: [Vec<u32>; 0] = [];
    for hours in [5_i64, 8, 36, 60, 72] {
        let mut rng = Rng::new(&[hours.cast_unsigned()]);
        let mut sent = Vec::new();
        for account in 0..12_u32 {
            let mut late = || (rng.unit() * 8.0 * MINUTE_US as f64) as i64;
            let first = i64::from(account) * hours * HOUR_US / 12;
            let at = |round: i64| first + round * hours * HOUR_US;
            let rounds = 40 * 24 / hours;
            sent.extend((0..rounds).map(|i| Sent {
                at: at(i) + late(),
                account,
                ..Sent::default()
            }));
        }
        assert_eq!(found(sent, 12), none, "every {hours} hours");
    }
}
