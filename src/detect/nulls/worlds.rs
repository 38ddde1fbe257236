//! The worlds in which taking turns was simulated before it was built, and what the two nulls say
//! of each: twenty accounts, fourteen days, some twenty sessions an hour at the peak, seven
//! requests a session.

use std::f64::consts::TAU;

use super::alternation::alternation;
use super::day_shift::DayShift;
use super::rotation::{Rotation, SURROGATES, rotation};
use super::sessions::{GAP_US, Session, collapse};
use crate::model::rng::Rng;
use crate::model::time::{DAY_US, HOUR_US};

const ACCOUNTS: u32 = 20;
const DAYS: i64 = 14;
const HOURS: f64 = 24.0 * DAYS as f64;

/// Requests as (hour, account).
type World = Vec<(f64, u32)>;

fn by_day(hour: f64) -> f64 {
    0.5 + 0.5 * (TAU * hour / 24.0 - 1.5).sin()
}

/// Times that come at `rate` an hour at the peak of the day.
fn arrivals(rate: f64, rng: &mut Rng) -> Vec<f64> {
    let mut at = 0.0;
    let mut out = Vec::new();
    loop {
        at += rng.exponential(1.0 / rate);
        if at > HOURS {
            return out;
        }
        if rng.chance(by_day(at)) {
            out.push(at);
        }
    }
}

fn session(at: f64, account: u32, world: &mut World, rng: &mut Rng) {
    let mut at = at;
    for _ in 0..=rng.exponential(6.0) as u32 {
        world.push((at, account));
        at += rng.exponential(1.0 / 60.0);
    }
}

/// Each account on its own.
fn strangers(rate: f64, accounts: u32, first: u32, sigma: f64, rng: &mut Rng) -> World {
    let mut world = World::new();
    for account in first..first + accounts {
        let own = rate / f64::from(accounts) * rng.lognormal(1.0, sigma);
        for at in arrivals(own, rng) {
            session(at, account, &mut world, rng);
        }
    }
    world
}

/// One stream of sessions, each to any account.
fn random_balancer(rate: f64, rng: &mut Rng) -> World {
    let mut world = World::new();
    for at in arrivals(rate, rng) {
        let account = rng.below(u64::from(ACCOUNTS)) as u32;
        session(at, account, &mut world, rng);
    }
    world
}

/// One stream of sessions, each to the account that was used longest ago of the share that is
/// free.
fn least_recently_used(rate: f64, free: f64, rng: &mut Rng) -> World {
    let mut world = World::new();
    let mut last = vec![-1.0; ACCOUNTS as usize];
    for at in arrivals(rate, rng) {
        let mut pool: Vec<usize> = (0..last.len()).collect();
        let size = ((last.len() as f64 * free) as usize).max(1);
        for i in 0..size {
            let left = pool.len() - i;
            pool.swap(i, i + rng.below(left as u64) as usize);
        }
        let mut account = pool[0];
        for candidate in &pool[..size] {
            if last[*candidate] < last[account] {
                account = *candidate;
            }
        }
        last[account] = at;
        session(at, account as u32, &mut world, rng);
    }
    world
}

/// Unrelated jobs, each every hour at a minute of its own.
fn crons(jitter: f64, rng: &mut Rng) -> World {
    let mut world = World::new();
    for account in 0..ACCOUNTS {
        let phase = rng.unit();
        world.extend(
            (0..HOURS as u32).map(|h| (f64::from(h) + phase + jitter * rng.normal(), account)),
        );
    }
    world
}

/// People who react to the same incidents.
fn team(rng: &mut Rng) -> World {
    let busy: Vec<f64> = (0..HOURS as u32).map(|_| rng.lognormal(1.0, 0.8)).collect();
    let mut world = World::new();
    for account in 0..ACCOUNTS {
        for (hour, busy) in (0..HOURS as u32).map(f64::from).zip(&busy) {
            let (enough, mut product) = ((-busy * by_day(hour)).exp(), rng.unit());
            while product > enough {
                let at = hour + rng.unit();
                session(at, account, &mut world, rng);
                product *= rng.unit();
            }
        }
    }
    world
}

fn sessions_of(world: &World) -> Vec<Session> {
    let span = 0..DAYS * DAY_US;
    let mut events: Vec<(i64, u32)> = world
        .iter()
        .map(|(hour, account)| ((hour * HOUR_US as f64) as i64, *account))
        .filter(|(at, _)| span.contains(at))
        .collect();
    events.sort_unstable();
    collapse(&events, GAP_US)
}

fn judged(world: &World, seed: u64) -> Rotation {
    let days = DayShift::new(0, DAYS * DAY_US).expect("fourteen days");
    rotation(&sessions_of(world), &days, GAP_US, seed, SURROGATES).expect("enough sessions")
}

/// What was found before in a world: R, its ratio to drawn labels, and whether it takes turns in
/// all repetitions (`Some(true)`), in none (`Some(false)`) or in some.
struct Before {
    name: &'static str,
    make: fn(&mut Rng) -> World,
    r: f64,
    turns: Option<bool>,
}

const BEFORE: &[Before] = &[
    Before {
        name: "independent bursty users",
        make: |rng| strangers(20.0, ACCOUNTS, 0, 0.6, rng),
        r: 0.58,
        turns: Some(false),
    },
    Before {
        name: "random balancer",
        make: |rng| random_balancer(20.0, rng),
        r: 0.60,
        turns: Some(false),
    },
    Before {
        name: "hourly jobs, 1 minute off",
        make: |rng| crons(0.02, rng),
        r: 0.003,
        turns: Some(false),
    },
    Before {
        name: "hourly jobs, 6 minutes off",
        make: |rng| crons(0.1, rng),
        r: 0.027,
        turns: Some(false),
    },
    Before { name: "team with common bursts", make: team, r: 0.51, turns: Some(false) },
    Before {
        name: "pool, half of it free",
        make: |rng| least_recently_used(20.0, 0.5, rng),
        r: 0.013,
        turns: Some(true),
    },
    Before {
        name: "pool, a tenth of it free",
        make: |rng| least_recently_used(20.0, 0.1, rng),
        r: 0.30,
        turns: Some(true),
    },
    Before {
        name: "pool, one session in two days",
        make: |rng| least_recently_used(f64::from(ACCOUNTS) / 24.0, 0.5, rng),
        r: 0.016,
        turns: Some(true),
    },
    Before {
        name: "pool and as many outsiders",
        make: |rng| {
            let mut world = least_recently_used(20.0, 0.5, rng);
            world.extend(strangers(20.0, ACCOUNTS, 1000, 0.6, rng));
            world
        },
        r: 0.28,
        turns: None,
    },
    Before {
        name: "pool and twice as many outsiders",
        make: |rng| {
            let mut world = least_recently_used(20.0, 0.5, rng);
            world.extend(strangers(40.0, 2 * ACCOUNTS, 1000, 0.6, rng));
            world
        },
        r: 0.36,
        turns: None,
    },
    Before {
        name: "pool, half of its traffic unrelated",
        make: |rng| {
            let mut world = least_recently_used(10.0, 0.5, rng);
            world.extend(strangers(10.0, ACCOUNTS, 0, 0.3, rng));
            world
        },
        r: 0.29,
        turns: Some(true),
    },
];

/// The ratio to drawn labels is closer to 1 than before for everybody innocent (1.02 where it was
/// 0.82 for strangers, 0.78 for a team), because here an account is held back until its session
/// has ended, not until it has begun; the limit is higher for that. Pools among outsiders are
/// told more surely because the order is a circle.
#[test]
fn taking_turns_is_told_from_everything_that_looks_like_it() {
    for before in BEFORE {
        let found: Vec<Rotation> =
            (0..4).map(|i| judged(&(before.make)(&mut Rng::new(&[i, 11])), i)).collect();
        let mean = |of: &dyn Fn(&Rotation) -> f64| found.iter().map(of).sum::<f64>() / 4.0;
        let z: Vec<f64> = found.iter().map(|r| r.z().unwrap_or(0.0)).collect();
        let turns = found.iter().filter(|r| r.takes_turns()).count();
        let r = mean(&|r| r.r);
        println!(
            "{:<36} R {r:.3} (was {:.3}) shifted {:.3} z {z:.1?} drawn {:.3} ratio {:.2} turns {turns}/4",
            before.name,
            before.r,
            mean(&|r| r.shifted.mean),
            mean(&|r| r.drawn.mean),
            mean(&|r| r.ratio().unwrap_or(0.0)),
        );
        assert!((r - before.r).abs() < 0.06 + 0.1 * before.r, "{}: R is {r}", before.name);
        match before.turns {
            Some(all) => assert_eq!(turns, if all { 4 } else { 0 }, "{}: {z:?}", before.name),
            None => assert!(turns >= 1, "{}: {z:?}", before.name),
        }
    }
}

#[test]
fn pairs_of_a_pool_alternate_and_strangers_do_not() {
    let days = DayShift::new(0, DAYS * DAY_US).expect("fourteen days");
    let z_of = |world: &World| -> Vec<(f64, f64)> {
        let sessions = sessions_of(world);
        let starts = |account| -> Vec<i64> {
            sessions.iter().filter(|s| s.account == account).map(|s| s.start).collect()
        };
        (0..8)
            .map(|a| alternation(&starts(a), &starts(a + 1), &days, 5, SURROGATES))
            .map(|found| found.map_or((0.0, 0.0), |f| (f.runs.z, f.z().unwrap_or(0.0))))
            .collect()
    };
    let mean = |z: &[f64]| z.iter().sum::<f64>() / z.len() as f64;
    let parts = |z: &[(f64, f64)]| {
        let plain: Vec<f64> = z.iter().map(|z| z.0).collect();
        let held: Vec<f64> = z.iter().map(|z| z.1).collect();
        (mean(&plain), mean(&held))
    };
    let pool = parts(&z_of(&least_recently_used(20.0, 0.5, &mut Rng::new(&[1]))));
    let strangers_z = parts(&z_of(&strangers(20.0, ACCOUNTS, 0, 0.0, &mut Rng::new(&[2]))));
    let jobs = parts(&z_of(&crons(0.02, &mut Rng::new(&[3]))));
    println!("pool {pool:.1?} strangers {strangers_z:.1?} jobs {jobs:.1?}");
    assert!(pool.0 > 8.0 && pool.1 > 4.0, "{pool:?}");
    assert!(strangers_z.0 > 1.0, "the plain z is too high for strangers: {strangers_z:?}");
    assert!(strangers_z.1.abs() < 1.0, "{strangers_z:?}");
    assert!(jobs.1.abs() < 2.0, "{jobs:?}");
}

#[test]
fn a_strict_order_has_r_zero_and_waits_for_all_others() {
    let sessions: Vec<Session> = (0..14 * 24 * 2)
        .map(|i| (i % 6, i64::from(i) * HOUR_US / 2))
        .map(|(account, at)| Session { account, start: at, end: at })
        .collect();
    let days = DayShift::new(0, DAYS * DAY_US).expect("days");
    let found = rotation(&sessions, &days, GAP_US, 1, SURROGATES).expect("enough");
    assert_eq!((found.r, found.waits.low, found.waits.high), (0.0, 6.0, 6.0));
    // Six accounts by the clock are the same on all days: only drawn labels tell, and the clocks
    // of strangers would look so, too.
    assert_eq!((found.z(), found.ratio()), (None, Some(0.0)));
    assert!(!found.takes_turns());
}

#[test]
fn accounts_that_start_at_the_same_second_have_no_order() {
    let sessions: Vec<Session> = (0..14 * 24)
        .flat_map(|h| (0..5).map(move |account| (h, account)))
        .map(|(h, account)| Session { account, start: h * HOUR_US, end: h * HOUR_US })
        .collect();
    let days = DayShift::new(0, DAYS * DAY_US).expect("days");
    let found = rotation(&sessions, &days, GAP_US, 1, SURROGATES).expect("enough");
    assert!(found.r > 0.1 && !found.takes_turns(), "{found:?}");
}

#[test]
fn the_same_seed_gives_the_same_numbers_and_little_gives_none() {
    let world = least_recently_used(20.0, 0.5, &mut Rng::new(&[9]));
    assert_eq!(judged(&world, 3), judged(&world, 3));
    assert_ne!(judged(&world, 3).shifted, judged(&world, 4).shifted);
    let sessions = sessions_of(&world);
    let days = DayShift::new(0, DAYS * DAY_US).expect("days");
    assert!(rotation(&sessions[..23], &days, GAP_US, 1, SURROGATES).is_none());
    let alone: Vec<Session> = sessions.iter().map(|s| Session { account: 7, ..*s }).collect();
    assert!(rotation(&alone, &days, GAP_US, 1, SURROGATES).is_none());
    assert!(alternation(&[], &[5, 9], &days, 1, SURROGATES).is_none());
}
