//! Accounts among which work is dealt out in turn, though nothing else ties them.
//!
//! A pool that gives each session to the account used longest ago uses all of them equally often, on
//! every day, and of any two the one always between two sessions of the other. Few accounts are used
//! equally often on every day, so that all pairs of a case can be asked for that first. Who works by
//! a clock is left out, and on shifted days the same two must not take turns as well: two people with
//! a morning and an evening of their own do.

use petgraph::unionfind::UnionFind;

use super::rounds;

use crate::detect::nulls::day_shift::{DayShift, Shift};
use crate::detect::nulls::own_days::quietest;
use crate::detect::nulls::rotation::is_clock;
use crate::detect::{Circle, Layer, Look, Material};
use crate::job::Cancelled;
use crate::model::finding::count;
use crate::model::rng::{Rng, key};
use crate::model::time::DAY_US;

/// Sessions below which an account is not asked.
const LEAST_SESSIONS: usize = 30;
/// Sessions on a day of use at least: what is done once a day has an hour of its own.
const LEAST_A_DAY: f64 = 2.0;
/// Part of the sessions of two accounts by which their days may differ in all.
const MOST_DIFFERENT: f64 = 0.1;
/// With how many others of about as many sessions each account is compared.
const NEIGHBOURS: usize = 400;
/// Share of the sessions of two accounts that follow one of the other: half of those of strangers do.
/// At 0.85 two pools of one pace are taken for one.
const LEAST_TURNS: f64 = 0.95;
/// Sessions of an account that are looked at for turns.
const MOST_SESSIONS: usize = 400;
/// Draws of shifted days.
const DRAWS: u64 = 49;
/// How many of them may take turns as strictly.
const MOST_AS_STRICT: u32 = 1;
/// Turns that shifted days lose where the first and the last day of two accounts are parts of one.
const TORN: usize = 4;
/// Accounts of a pool: two or three may be people who relieve each other.
const LEAST_ACCOUNTS: usize = 4;
/// What it says of two of them, nats: the most that a tie of this kind weighs.
const NATS: f64 = 4.0;

/// An account that may be one of a pool.
struct Used {
    account: u32,
    /// When its sessions begin, µs.
    starts: Vec<i64>,
    /// How many begin on each day, by its number, rising.
    days: Vec<(i64, u32)>,
}

impl Used {
    fn of(material: &Material<'_>, account: u32) -> Option<Self> {
        let visits = material.visits(account);
        if visits.len() < LEAST_SESSIONS {
            return None;
        }
        let starts: Vec<i64> = visits.iter().map(|visit| visit.start).collect();
        let mut days: Vec<(i64, u32)> = Vec::new();
        for day in starts.iter().map(|at| at.div_euclid(DAY_US)) {
            match days.last_mut() {
                Some(last) if last.0 == day => last.1 += 1,
                _ => days.push((day, 1)),
            }
        }
        let is_daily = (starts.len() as f64) < LEAST_A_DAY * days.len() as f64;
        (!is_daily && !is_clock(&starts)).then_some(Self { account, starts, days })
    }
}

/// The pools of a case.
pub(super) fn pools(look: &Look<'_>) -> Result<Vec<Circle>, Cancelled> {
    let material = look.material;
    let all: Vec<u32> = (0..material.index.accounts().len() as u32).collect();
    let strangers = material.strangers(&all);
    let rounds = rounds::pools(look, &strangers)?;
    let mut used: Vec<Used> =
        strangers.into_iter().filter_map(|account| Used::of(material, account)).collect();
    used.sort_by_key(|of| (of.starts.len(), of.account));
    let mut joined = UnionFind::<usize>::new(used.len());
    for (i, first) in used.iter().enumerate() {
        look.progress.check()?;
        for (k, second) in (i + 1..).zip(&used[i + 1..]).take(NEIGHBOURS) {
            let (a, b) = (first.starts.len() as f64, second.starts.len() as f64);
            if b - a > MOST_DIFFERENT * (a + b) / 2.0 {
                break;
            }
            if are_alike(first, second)
                && !joined.equiv(i, k)
                && take_turns(first, second, look.seed)
            {
                joined.union(i, k);
            }
        }
    }
    let mut of: Vec<(usize, u32)> =
        joined.into_labeling().into_iter().zip(used.iter().map(|of| of.account)).collect();
    of.sort_unstable();
    let dealt = of.chunk_by(|a, b| a.0 == b.0).map(|pool| pool.iter().map(|of| of.1).collect());
    let dealt = dealt.filter(|pool: &Vec<u32>| pool.len() >= LEAST_ACCOUNTS).collect();
    let pools = without_parts(dealt, rounds).into_iter();
    let circle = |accounts: Vec<u32>| {
        let words = format!("sessions go round between {} accounts", count(accounts.len()));
        Circle::new(accounts, Layer::Alternation, NATS, words)
    };
    Ok(pools.map(circle).collect())
}

/// The pools of two lists, each account rising, without those that are part of one of the other list:
/// what is found in both ways is tied once.
fn without_parts(mut first: Vec<Vec<u32>>, mut second: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
    let is_part = |pool: &[u32], of: &[u32]| pool.iter().all(|a| of.binary_search(a).is_ok());
    second.retain(|pool| !first.iter().any(|of| is_part(pool, of)));
    first.retain(|pool| !second.iter().any(|of| is_part(pool, of)));
    first.append(&mut second);
    first
}

/// Whether two accounts are used equally often on every day, but for a few sessions.
fn are_alike(first: &Used, second: &Used) -> bool {
    let sessions = (first.starts.len() + second.starts.len()) as f64 / 2.0;
    let most = (MOST_DIFFERENT * sessions) as u32;
    let (mut a, mut b) = (first.days.iter().peekable(), second.days.iter().peekable());
    let mut different = 0;
    while different <= most {
        let day = match (a.peek(), b.peek()) {
            (None, None) => return true,
            (Some((day, _)), Some((other, _))) => *day.min(other),
            (Some((day, _)), None) | (None, Some((day, _))) => *day,
        };
        let n = a.next_if(|of| of.0 == day).map_or(0, |of| of.1);
        let m = b.next_if(|of| of.0 == day).map_or(0, |of| of.1);
        different += n.abs_diff(m);
    }
    false
}

/// Whether the sessions of two accounts follow each other in turn, and hardly ever do on shifted days.
fn take_turns(first: &Used, second: &Used, seed: u64) -> bool {
    let part = |of: &Used| of.starts[..of.starts.len().min(MOST_SESSIONS)].to_vec();
    let (mut a, mut b) = (part(first), part(second));
    // Days that begin in the middle of a session's usual hour would tear habits apart.
    let quiet = quietest([&a, &b].into_iter().flatten());
    a.iter_mut().chain(&mut b).for_each(|at| *at -= quiet);
    let start = a[0].min(b[0]).div_euclid(DAY_US) * DAY_US;
    let end = a[a.len() - 1].max(b[b.len() - 1]);
    let Some(days) = DayShift::new(start, end.saturating_add(1)) else { return false };
    let turns = |shifts: Option<(Shift, Shift)>| {
        let moved = |at: &i64, of: fn((Shift, Shift)) -> Shift| {
            shifts.map_or(*at, |shifts| days.moved(*at, of(shifts)))
        };
        let held = |at: &&i64| days.holds(**at);
        let mut both: Vec<(i64, bool)> = Vec::with_capacity(a.len() + b.len());
        both.extend(a.iter().filter(held).map(|at| (moved(at, |of| of.0), true)));
        both.extend(b.iter().filter(held).map(|at| (moved(at, |of| of.1), false)));
        both.sort_unstable();
        let turns = both.windows(2).filter(|two| two[0].1 != two[1].1).count();
        (turns, both.len().saturating_sub(1))
    };
    let (observed, of) = turns(None);
    if of < LEAST_SESSIONS || (observed as f64) < LEAST_TURNS * of as f64 {
        return false;
    }
    let mut rng = Rng::new(&[key(&[seed, 11]), first.account.into(), second.account.into()]);
    let mut as_strict = 0;
    for _ in 0..DRAWS {
        let shifts = (days.draw(&mut rng), days.draw(&mut rng));
        // Both by as many days is what was observed, and no null.
        let is_as_strict = || turns(Some(shifts)).0 + TORN >= observed;
        as_strict += u32::from(shifts.0 != shifts.1 && is_as_strict());
        if as_strict > MOST_AS_STRICT {
            return false;
        }
    }
    true
}

#[cfg(test)]
#[path = "dealt_tests.rs"]
mod tests;
