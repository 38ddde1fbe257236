//! One job a night, request after request from a fixed hour on.

use super::super::rng::{Rng, key};
use super::actor::{Actor, HAPPEN, trouble};
use super::call::Call;
use super::curve::{quota, shares};
use super::spec::Traffic;
use super::voice::{Turn, Voice};
use super::{Bench, Network, day_us};
use crate::model::time::{HOUR_US, SECOND_US};

/// The jobs of a network.
pub struct NightlyActor<'a> {
    bench: &'a Bench,
    voice: Voice<'a>,
    hour: u32,
    upto: Vec<f64>,
}

impl<'a> NightlyActor<'a> {
    /// The jobs of a network; none where it acts otherwise.
    pub fn new(bench: &'a Bench, network: &'a Network) -> Option<Self> {
        let Traffic::Nightly(hour) = network.spec.traffic else { return None };
        let seed = bench.options.seed;
        let mut rng = Rng::new(&[seed, HAPPEN, 5, network.members.start.into()]);
        let upto = shares(network.spec.days.clone().map(|_| rng.lognormal(1.0, 0.3)));
        Some(Self { bench, voice: Voice::new(bench, network, 0, 1), hour, upto })
    }
}

impl Actor for NightlyActor<'_> {
    fn day(&mut self, day: u32, out: &mut Vec<Call>) {
        let network = self.voice.network;
        if !network.spec.days.contains(&day) {
            return;
        }
        let seed = self.bench.options.seed;
        for (member, account) in (0..).zip(network.members.clone()) {
            let total = self.bench.accounts[account as usize].group_events;
            let quota = quota(total, &self.upto, (day - network.spec.days.start) as usize);
            let mut rng = Rng::new(&[seed, HAPPEN, 6, account.into(), day.into()]);
            let minute = i64::from(account % 7) * 60 * SECOND_US;
            let mut at_us = day_us(day)
                + i64::from(self.hour) * HOUR_US
                + minute
                + rng.below(20 * SECOND_US as u64) as i64;
            // A job that has more to do runs denser, not past midnight.
            let room = f64::from(23 - self.hour.min(20)).min(6.0) * 3_600.0;
            let pause = (room / (quota + 1) as f64).min(8.0);
            let task = self.voice.task(day, &mut rng);
            let session = key(&[seed, HAPPEN, 6, account.into(), day.into()]);
            for turn in 0..quota {
                let turn = Turn {
                    at_us,
                    member,
                    session,
                    turn: turn.min(60_000) as u16,
                    task,
                    before: 0,
                    user: 0,
                };
                let outcome = trouble(at_us, &mut rng);
                out.push(self.voice.call(turn, outcome, &mut rng));
                at_us += (pause * (0.6 + 0.8 * rng.unit()) * SECOND_US as f64) as i64;
            }
        }
    }
}
