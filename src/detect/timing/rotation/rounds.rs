//! Accounts that come round: of a pool so large that each has its turn once in days.
//!
//! Who gives each session to the account used longest ago makes all of them regular: the time from
//! one turn to the next hardly varies, and it is of no hour, since it is as long as the pool has
//! accounts. People are not regular, timers are so at fixed hours, and two accounts that are regular
//! without knowing of each other fall out of step. Simulated: pools of 40 to 400 accounts with 9 to 37
//! turns each, with accounts that rest a third of the time, have a coefficient of variation of 0.05 to
//! 0.2 and alternate in pairs without exception; independent ones of 0.2 in 0.89 of their turns, of 0.4
//! in 0.78.

use crate::detect::nulls::rotation::is_clock;
use crate::detect::{Look, Material};
use crate::job::Cancelled;
use crate::model::time::DAY_US;
use crate::network::community::{Graph, leiden};

/// Turns of an account that show that it is regular.
const LEAST_ROUNDS: usize = 8;
/// Coefficient of variation of the time between turns at most.
const MOST_VARIED: f64 = 0.35;
/// Mean resultant length of the times of day, and of their parts, from which on hours are fixed.
const FIXED: f64 = 0.85;
/// Parts of a day at which timers run.
const PARTS: [f64; 8] = [1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 24.0];
/// How much longer one account's rounds may be than another's.
const MOST_LONGER: f64 = 1.1;
/// With how many others of about as long rounds each is compared; larger pools are found in parts.
const NEIGHBOURS: usize = 600;
/// Turns that two accounts take between them at least.
const LEAST_TURNS: usize = 14;
/// Part of these that follow one of the other account.
const IN_TURN: f64 = 0.97;
/// Part of the pairs of a pool that take turns so: the resolution of the constant Potts model.
const NEARLY_ALL: f64 = 0.7;
/// Passes over the graph of these pairs.
const PASSES: u32 = 10;
/// Accounts of a pool: two or three may be people who relieve each other.
const LEAST_ACCOUNTS: usize = 4;

/// An account with regular turns.
struct Regular {
    account: u32,
    /// When they begin, µs.
    starts: Vec<i64>,
    /// From one to the next on average, µs.
    round: f64,
}

impl Regular {
    fn of(material: &Material<'_>, account: u32) -> Option<Self> {
        let starts: Vec<i64> = material.visits(account).iter().map(|visit| visit.start).collect();
        if starts.len() < LEAST_ROUNDS {
            return None;
        }
        let gaps: Vec<f64> = starts.windows(2).map(|two| (two[1] - two[0]) as f64).collect();
        let n = gaps.len() as f64;
        let round = gaps.iter().sum::<f64>() / n;
        let variance = gaps.iter().map(|gap| (gap - round) * (gap - round)).sum::<f64>() / n;
        let is_regular = variance <= (MOST_VARIED * round) * (MOST_VARIED * round);
        let is_own = !is_clock(&starts) && !PARTS.iter().any(|of| fixed(&starts, *of) >= FIXED);
        (is_regular && is_own).then_some(Self { account, starts, round })
    }
}

/// How near to each other times are in a part of a day: the mean resultant length, 1 for all the same.
fn fixed(times: &[i64], parts: f64) -> f64 {
    let sums = times.iter().fold((0.0, 0.0), |(x, y), at| {
        let of_day = at.rem_euclid(DAY_US) as f64 / DAY_US as f64;
        let angle = std::f64::consts::TAU * parts * of_day;
        (x + libm::cos(angle), y + libm::sin(angle))
    });
    libm::hypot(sums.0, sums.1) / times.len() as f64
}

/// The part of their turns in which two accounts follow each other, while both are there, and how many
/// turns these are.
fn in_turn(first: &Regular, second: &Regular) -> (f64, usize) {
    let (a, b) = (&first.starts, &second.starts);
    let (from, to) = (a[0].max(b[0]), a[a.len() - 1].min(b[b.len() - 1]));
    let inside = |of: &[i64]| {
        let start = of.partition_point(|at| *at < from);
        start..of.partition_point(|at| *at <= to).max(start)
    };
    let (a, b) = (&a[inside(a)], &b[inside(b)]);
    let (mut i, mut k, mut last, mut turns, mut all) = (0, 0, None, 0, 0);
    while i < a.len() || k < b.len() {
        let is_first = k == b.len() || (i < a.len() && a[i] <= b[k]);
        if is_first {
            i += 1
        } else {
            k += 1
        }
        if let Some(last) = last.replace(is_first) {
            all += 1;
            turns += usize::from(last != is_first);
        }
    }
    (turns as f64 / all.max(1) as f64, all)
}

fn take_turns(first: &Regular, second: &Regular) -> bool {
    let (share, turns) = in_turn(first, second);
    turns >= LEAST_TURNS && share >= IN_TURN
}

/// The pools among these accounts, each rising: accounts nearly all pairs of which take turns. One that
/// is as regular by itself does with a few of many, and so do the accounts of two pools of one pace.
pub(super) fn pools(look: &Look<'_>, accounts: &[u32]) -> Result<Vec<Vec<u32>>, Cancelled> {
    let mut all: Vec<Regular> =
        accounts.iter().filter_map(|account| Regular::of(look.material, *account)).collect();
    all.sort_by(|a, b| a.round.total_cmp(&b.round).then(a.account.cmp(&b.account)));
    let mut edges: Vec<(u32, u32, f32)> = Vec::new();
    for (i, first) in (0_u32..).zip(&all) {
        look.progress.check()?;
        let others = (i + 1..).zip(&all[i as usize + 1..]).take(NEIGHBOURS);
        let near = others.take_while(|(_, of)| of.round <= MOST_LONGER * first.round);
        let in_turn = near.filter(|(_, of)| take_turns(first, of));
        edges.extend(in_turn.map(|(k, _)| (i, k, 1.0)));
    }
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
