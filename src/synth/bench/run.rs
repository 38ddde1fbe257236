//! A benchmark world day after day: everybody acts, and what happens is put in order.

use rayon::prelude::*;

use super::super::output;
use super::super::rng::Rng;
use super::actor::{Actor, HAPPEN};
use super::bursts::BurstActor;
use super::call::Call;
use super::nightly::NightlyActor;
use super::ordinary::OrdinaryActor;
use super::placed::PlacedActor;
use super::pool::{PoolActor, Share};
use super::spec::{Assign, Curve, Pool, Traffic};
use super::write::Writer;
use super::{Bench, DAYS, Network, day_us};
use crate::model::time::MINUTE_US;

/// Ordinary accounts that act on one core at a time, about.
const TOGETHER: u32 = 500;

/// A world that runs.
pub struct Run<'a> {
    actors: Vec<Box<dyn Actor + 'a>>,
    /// Calls of conversations that run past midnight.
    carried: Vec<Call>,
    writer: Writer<'a>,
}

impl<'a> Run<'a> {
    /// Ready for day 0.
    pub fn new(bench: &'a Bench) -> Self {
        let mut actors: Vec<Box<dyn Actor + 'a>> = Vec::new();
        for network in &bench.networks {
            of_network(bench, network, &mut actors);
        }
        for accounts in chunks(bench) {
            actors.push(Box::new(OrdinaryActor::new(bench, accounts)));
        }
        Self { actors, carried: Vec::new(), writer: Writer::new(bench) }
    }
}

/// Stretches of accounts, cut between networks or inside the ordinary ones.
fn chunks(bench: &Bench) -> Vec<std::ops::Range<u32>> {
    let mut chunks = Vec::new();
    let mut first = 0;
    for network in &bench.networks {
        let is_ordinary = network.words.is_empty();
        while is_ordinary && network.members.end - first > TOGETHER {
            chunks.push(first..first + TOGETHER);
            first += TOGETHER;
        }
        if network.members.end - first >= TOGETHER {
            chunks.push(first..network.members.end);
            first = network.members.end;
        }
    }
    chunks.push(first..bench.accounts.len() as u32);
    chunks
}

/// Who acts for a network, besides its accounts by their own habits.
fn of_network<'a>(bench: &'a Bench, network: &'a Network, actors: &mut Vec<Box<dyn Actor + 'a>>) {
    let everybody = 0..network.spec.members;
    match network.spec.traffic {
        Traffic::Own => {}
        Traffic::Nightly(_) => {
            actors.extend(NightlyActor::new(bench, network).map(|a| Box::new(a) as Box<dyn Actor>));
        }
        Traffic::Bursts { .. } => {
            actors.extend(BurstActor::new(bench, network).map(|a| Box::new(a) as Box<dyn Actor>));
        }
        Traffic::Windows(_) | Traffic::Light { .. } => {
            actors.extend(PlacedActor::new(bench, network).map(|a| Box::new(a) as Box<dyn Actor>));
        }
        Traffic::Pool(pool) => {
            let parts = u64::from(pool.parts);
            for part in 0..parts {
                let upto = |n: u64| network.total * n / parts;
                let share = Share {
                    members: everybody.clone().filter(|m| u64::from(*m) % parts == part).collect(),
                    days: network.spec.days.clone(),
                    total: upto(part + 1) - upto(part),
                    lane: (part, parts),
                };
                actors.push(Box::new(PoolActor::new(bench, network, pool, share)));
            }
        }
        Traffic::Sweep { probers, scale_day } => {
            sweep(bench, network, probers, scale_day, actors);
        }
    }
}

/// Some try techniques, a session of them after another, on their last day the one that is answered
/// again and again; then the others use that.
fn sweep<'a>(
    bench: &'a Bench,
    network: &'a Network,
    probers: u32,
    scale_day: u32,
    actors: &mut Vec<Box<dyn Actor + 'a>>,
) {
    let days = &network.spec.days;
    // 12,000 probes, of which 3 % are answered, and 90,000 calls afterwards.
    let probes = network.total * 12 / 102;
    let answered = (probes * 3 / 100).max(4).min(probes);
    let probing = Pool {
        assign: Assign::Random,
        curve: Curve::Day(3),
        turns: (20, 60),
        pause_s: 25.0,
        spread: 0.4,
        limited: 0.01,
        parts: 1,
        customers: 0,
    };
    let scaled = Pool { curve: Curve::Plateau, turns: (2, 8), ..probing };
    let others = probers..network.spec.members;
    let parts = [
        (probing, 0..probers, days.start..scale_day - 1, probes - answered),
        (Pool { turns: (1, 4), ..probing }, 0..probers, scale_day - 1..scale_day, answered),
        (scaled, others, scale_day..days.end, network.total - probes),
    ];
    for (lane, (pool, members, days, total)) in (0..).zip(parts) {
        let share = Share { members: members.collect(), days, total, lane: (lane, 3) };
        actors.push(Box::new(PoolActor::new(bench, network, pool, share)));
    }
}

impl output::Days for Run<'_> {
    type Call = Call;

    fn count(&self) -> u32 {
        DAYS
    }

    fn day(&mut self, day: u32, out: &mut Vec<Call>) {
        out.clear();
        out.append(&mut self.carried);
        let made: Vec<Vec<Call>> = self
            .actors
            .par_iter_mut()
            .map(|actor| {
                let mut calls = Vec::new();
                actor.day(day, &mut calls);
                calls
            })
            .collect();
        made.iter().for_each(|calls| out.extend_from_slice(calls));
        let end = day_us(day + 1);
        if day + 1 == DAYS {
            out.iter_mut().filter(|call| call.at_us >= end).for_each(|call| at_the_end(call, end));
        }
        out.par_sort_unstable_by_key(Call::place);
        if day + 1 < DAYS {
            let today = out.partition_point(|call| call.at_us < end);
            self.carried.extend(out.drain(today..));
        }
    }

    fn write(&self, call: &Call, out: &mut Vec<u8>) {
        self.writer.line(call, out);
    }
}

/// Moves what would happen after the log into its last minutes, without its place in a
/// conversation.
fn at_the_end(call: &mut Call, end: i64) {
    let before = Rng::new(&[HAPPEN, call.draw]).below(3 * MINUTE_US as u64) as i64;
    call.at_us = (end - 1_000 - before) / 1_000 * 1_000;
    call.replayed = 0;
}
