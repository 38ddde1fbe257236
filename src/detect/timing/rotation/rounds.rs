//! Accounts that come round: of a pool in which each has its turn now and then, be it once in days.
//!
//! Who gives each session to the account used longest ago lets any two of them alternate without
//! exception, whenever the pool works, and their turns are at no hour of their own. Timers are at fixed
//! hours, and two accounts that do not know of each other soon fall out of step: half of their turns
//! follow one of the other where they are as irregular as people, nine tenths where the time between
//! turns varies by a fifth. Simulated: pools of 40 to 400 accounts with 9 to 37 turns each, with
//! accounts that rest a third of the time, alternate in pairs without exception; independent ones with a
//! coefficient of variation of 0.2 in 0.89 of their turns, of 0.4 in 0.78.

use rayon::prelude::*;

use crate::detect::nulls::rotation::is_clock;
use crate::detect::{Look, Material};
use crate::job::Cancelled;
use crate::model::time::DAY_US;
use crate::network::community::{Graph, leiden};

/// Turns of an account that is compared.
const LEAST_ROUNDS: usize = 8;
/// Mean resultant length of the times of day, and of their parts, from which on hours are fixed.
const FIXED: f64 = 0.85;
/// Parts of a day at which timers run.
const PARTS: [f64; 8] = [1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 24.0];
/// Times that are looked at for that.
const MOST_TIMES: usize = 100;
/// How much longer one account's rounds may be than another's.
const MOST_LONGER: f64 = 1.1;
/// With how many others of about as long rounds each is compared; larger pools are found in parts.
const NEIGHBOURS: usize = 600;
/// Turns that two accounts take between them at least.
const LEAST_TURNS: u32 = 14;
/// Part of these that follow one of the other account.
const IN_TURN: f64 = 0.97;
/// Part of the pairs of a pool that take turns so: the resolution of the constant Potts model.
const NEARLY_ALL: f64 = 0.7;
/// Passes over the graph of these pairs.
const PASSES: u32 = 10;
/// Accounts of a pool: two or three may be people who relieve each other.
const LEAST_ACCOUNTS: usize = 4;

/// An account with turns at no hour of its own.
struct Turns {
    account: u32,
    /// When they begin, µs.
    starts: Vec<i64>,
    /// From one to the next on average, µs.
    round: f64,
}

impl Turns {
    fn of(material: &Material<'_>, account: u32) -> Option<Self> {
        let starts: Vec<i64> = material.visits(account).iter().map(|visit| visit.start).collect();
        if starts.len() < LEAST_ROUNDS {
            return None;
        }
        let round = (starts[starts.len() - 1] - starts[0]) as f64 / (starts.len() - 1) as f64;
        let is_own = !is_clock(&starts) && !PARTS.iter().any(|of| fixed(&starts, *of) >= FIXED);
        is_own.then_some(Self { account, starts, round })
    }
}

/// How near to each other times are in a part of a day: the mean resultant length, 1 for all the same;
/// of many times so many as show it.
fn fixed(times: &[i64], parts: f64) -> f64 {
    let times = times.iter().step_by(times.len().div_ceil(MOST_TIMES));
    let n = times.len() as f64;
    let sums = times.fold((0.0, 0.0), |(x, y), at| {
        let of_day = at.rem_euclid(DAY_US) as f64 / DAY_US as f64;
        let angle = std::f64::consts::TAU * parts * of_day;
        (x + libm::cos(angle), y + libm::sin(angle))
    });
    libm::hypot(sums.0, sums.1) / n
}

/// Whether two accounts follow each other in turn, while both are there, often enough and with hardly an
/// exception.
fn take_turns(first: &Turns, second: &Turns) -> bool {
    let (a, b) = (&first.starts, &second.starts);
    let (from, to) = (a[0].max(b[0]), a[a.len() - 1].min(b[b.len() - 1]));
    let start = |of: &[i64]| if of[0] < from { of.partition_point(|at| *at < from) } else { 0 };
    let (mut a, mut b) = (a[start(a)..].iter().peekable(), b[start(b)..].iter().peekable());
    let most = (1.0 - IN_TURN) * (a.len() + b.len()) as f64;
    let (mut last, mut turns, mut exceptions) = (None, 0_u32, 0_u32);
    // Those of strangers are told after a few turns.
    while f64::from(exceptions) <= most {
        let (at, other) =
            (a.peek().map_or(i64::MAX, |at| **at), b.peek().map_or(i64::MAX, |at| **at));
        let is_first = at <= other;
        if at.min(other) > to {
            break;
        }
        if is_first {
            a.next()
        } else {
            b.next()
        };
        if let Some(last) = last.replace(is_first) {
            turns += 1;
            exceptions += u32::from(last == is_first);
        }
    }
    turns >= LEAST_TURNS && f64::from(exceptions) <= (1.0 - IN_TURN) * f64::from(turns)
}

/// Two accounts that take turns, by position, and what it weighs.
type Edge = (u32, u32, f32);

/// The pools among these accounts, each rising: accounts nearly all pairs of which take turns. One that
/// is regular by itself does with a few of many, and so do the accounts of two pools of one pace.
pub(super) fn pools(look: &Look<'_>, accounts: &[u32]) -> Result<Vec<Vec<u32>>, Cancelled> {
    let mut all: Vec<Turns> =
        accounts.par_iter().filter_map(|account| Turns::of(look.material, *account)).collect();
    all.sort_by(|a, b| a.round.total_cmp(&b.round).then(a.account.cmp(&b.account)));
    let in_turn = |i: usize| {
        look.progress.check()?;
        let first = &all[i];
        let others = (i + 1..).zip(&all[i + 1..]).take(NEIGHBOURS);
        let near = others.take_while(|(_, of)| of.round <= MOST_LONGER * first.round);
        let in_turn = near.filter(|(_, of)| take_turns(first, of));
        Ok(in_turn.map(|(k, _)| (i as u32, k as u32, 1.0)).collect())
    };
    let edges = (0..all.len()).into_par_iter().map(in_turn);
    let edges = edges.collect::<Result<Vec<Vec<Edge>>, Cancelled>>()?.concat();
    let found = leiden(&Graph::new(all.len(), &edges), NEARLY_ALL, PASSES, look.seed);
    let mut of: Vec<(u32, u32)> =
        found.community.iter().zip(&all).map(|(pool, of)| (*pool, of.account)).collect();
    of.sort_unstable();
    let pools = of.chunk_by(|a, b| a.0 == b.0).filter(|pool| pool.len() >= LEAST_ACCOUNTS);
    Ok(pools.map(|pool| pool.iter().map(|(_, account)| *account).collect()).collect())
}

#[cfg(test)]
#[path = "rounds_tests.rs"]
mod tests;
