//! Networks whose few calls are placed in advance: classes, incidents, benchmark runs, and
//! campaigns of four calls an account.

use std::ops::Range;

use super::super::rng::{Rng, key};
use super::actor::{Actor, HAPPEN, trouble};
use super::call::Call;
use super::spec::Traffic;
use super::voice::{Turn, Voice};
use super::{Bench, Network, day_us};
use crate::model::time::{DAY_US, HOUR_US, SECOND_US};

/// Calls placed in advance, in time order.
pub struct PlacedActor {
    calls: Vec<Call>,
    next: usize,
}

/// A call without what it says.
struct Place {
    at_us: i64,
    member: u32,
    session: u64,
    turn: u16,
}

impl PlacedActor {
    /// The calls of a network; none where it acts otherwise.
    pub fn new(bench: &Bench, network: &Network) -> Option<Self> {
        let seed = bench.options.seed;
        let mut rng = Rng::new(&[seed, HAPPEN, 7, network.members.start.into()]);
        let mut places = match &network.spec.traffic {
            Traffic::Windows(windows) => in_windows(bench, network, windows, &mut rng),
            Traffic::Light { burst_day } => light(bench, network, *burst_day, &mut rng),
            _ => return None,
        };
        // In time order, so that a reasoning block is issued before it is submitted.
        places.sort_by_key(|p| (p.at_us, p.session));
        let mut voice = Voice::new(bench, network, 0, 1);
        let mut calls = Vec::with_capacity(places.len());
        for p in places {
            let day = ((p.at_us - day_us(0)) / DAY_US) as u32;
            let Place { at_us, member, session, turn } = p;
            let task = voice.task(day, &mut rng);
            let turn = Turn { at_us, member, session, turn, task, before: 0, user: 0 };
            let outcome = trouble(at_us, &mut rng);
            calls.push(voice.call(turn, outcome, &mut rng));
        }
        Some(Self { calls, next: 0 })
    }
}

impl Actor for PlacedActor {
    fn day(&mut self, day: u32, out: &mut Vec<Call>) {
        let end = day_us(day + 1);
        while let Some(call) = self.calls.get(self.next).filter(|c| c.at_us < end) {
            out.push(*call);
            self.next += 1;
        }
    }
}

/// Each member's calls, split over the windows.
fn in_windows(
    bench: &Bench,
    network: &Network,
    windows: &[Range<i64>],
    rng: &mut Rng,
) -> Vec<Place> {
    let mut places = Vec::new();
    for (member, account) in (0..).zip(network.members.clone()) {
        let total = bench.accounts[account as usize].group_events;
        for (w, window) in windows.iter().enumerate() {
            let upto = |n: usize| total * n as u64 / windows.len() as u64;
            let alone = network.members.len() == 1;
            fill(window, upto(w + 1) - upto(w), member, alone, rng, &mut places);
        }
    }
    places
}

/// People come when they like; a lone machine starts at once.
fn fill(
    window: &Range<i64>,
    calls: u64,
    member: u32,
    alone: bool,
    rng: &mut Rng,
    places: &mut Vec<Place>,
) {
    let length = window.end - window.start;
    let pause = (length as f64 / (calls + 1) as f64 * 0.7).min(80.0 * SECOND_US as f64);
    let (mut at_us, mut session, mut turn) = (window.end, 0, 0);
    for _ in 0..calls {
        if at_us >= window.end || !(alone || rng.chance(0.7)) {
            let latest = if alone { length / 50 } else { length };
            at_us = window.start + rng.below(latest as u64) as i64;
            session = rng.next();
            turn = 0;
        }
        places.push(Place { at_us, member, session, turn });
        turn += 1;
        at_us += (pause * rng.lognormal(1.0, 0.5)) as i64;
    }
}

/// Those with four calls within two days, the others one at a time over the window.
fn light(bench: &Bench, network: &Network, burst_day: u32, rng: &mut Rng) -> Vec<Place> {
    let days = &network.spec.days;
    let mut places = Vec::new();
    for (member, account) in (0..).zip(network.members.clone()) {
        let calls = bench.accounts[account as usize].group_events;
        let busy = calls == 4;
        let (from, length) = if busy {
            (day_us(burst_day), 2 * DAY_US)
        } else {
            (day_us(days.start), i64::from(days.end - days.start) * DAY_US)
        };
        // Two visits, each a conversation of its own.
        for visit in 0..calls.div_ceil(2) {
            let mut at_us = from + rng.below((length - HOUR_US) as u64) as i64;
            let session = key(&[bench.options.seed, HAPPEN, 8, account.into(), visit]);
            for turn in 0..2.min(calls - 2 * visit) {
                places.push(Place { at_us, member, session, turn: turn as u16 });
                at_us += (rng.lognormal(60.0, 0.8) * SECOND_US as f64) as i64;
            }
        }
    }
    places
}
