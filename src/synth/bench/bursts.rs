//! Synchronised bursts of a regulated total: everybody within seconds, so many calls together.

use super::super::rng::{Rng, key};
use super::super::volume::apportion;
use super::actor::{Actor, HAPPEN, trouble};
use super::call::Call;
use super::curve::{of_day, quota, rhythm, shares, tide, warp};
use super::spec::{Curve, Traffic};
use super::voice::{Turn, Voice};
use super::{Bench, Network, day_us};
use crate::model::time::{DAY_US, SECOND_US};

/// The accounts of a network, acting at once.
pub struct BurstActor<'a> {
    bench: &'a Bench,
    voice: Voice<'a>,
    spread_s: f64,
    jitter: f64,
    curve: Curve,
    upto: Vec<f64>,
}

impl<'a> BurstActor<'a> {
    /// The bursts of a network; none where it acts otherwise.
    pub fn new(bench: &'a Bench, network: &'a Network) -> Option<Self> {
        let Traffic::Bursts { spread_s, jitter, curve } = network.spec.traffic else {
            return None;
        };
        let (rhythm, _) = rhythm(curve);
        let upto = shares(network.spec.days.clone().map(|day| of_day(rhythm, day)));
        let voice = Voice::new(bench, network, 0, 1);
        Some(Self { bench, voice, spread_s, jitter, curve, upto })
    }

    /// The bursts of a day: when, µs, and how many calls.
    fn bursts(&self, day: u32, total: u64) -> Vec<(i64, u64)> {
        let members = u64::from(self.voice.network.spec.members);
        let count = (total / (2 * members)).clamp(1, 48);
        // Evenly over the hours it is busy: what differs from hour to hour is not drawn.
        let mut hours = tide(Curve::Plateau, &[0]).map(|_| 1.0);
        if self.curve != Curve::Plateau {
            let (_, zone) = rhythm(self.curve);
            for (utc, hour) in hours.iter_mut().enumerate() {
                let local = (utc as i64 + zone).rem_euclid(24);
                *hour = if (9..18).contains(&local) { 1.0 } else { 0.0 };
            }
        }
        (0..count)
            .map(|n| {
                let share = (n as f64 + 0.5) / count as f64;
                let calls = total * (n + 1) / count - total * n / count;
                (day_us(day) + warp(&hours, share), calls)
            })
            .collect()
    }
}

impl Actor for BurstActor<'_> {
    fn day(&mut self, day: u32, out: &mut Vec<Call>) {
        let network = self.voice.network;
        if !network.spec.days.contains(&day) {
            return;
        }
        let total = quota(network.total, &self.upto, (day - network.spec.days.start) as usize);
        let seed = self.bench.options.seed;
        let mut rng = Rng::new(&[seed, HAPPEN, 4, u64::from(network.members.start), day.into()]);
        let bursts = self.bursts(day, total);
        let gap = DAY_US as f64 / bursts.len().max(1) as f64;
        for (n, (at_us, calls)) in bursts.iter().enumerate() {
            // Who takes how much differs each time; the sum does not.
            let weights: Vec<f64> =
                network.members.clone().map(|_| rng.lognormal(1.0, 0.6)).collect();
            for (member, calls) in (0..).zip(apportion(*calls, &weights)) {
                let off = self.jitter * gap * (2.0 * rng.unit() - 1.0);
                let mut at = at_us + off as i64 + rng.below(5 * SECOND_US as u64) as i64;
                let session = key(&[
                    seed,
                    HAPPEN,
                    4,
                    network.members.start.into(),
                    member,
                    day.into(),
                    n as u64,
                ]);
                let task = self.voice.task(day, &mut rng);
                let pause = self.spread_s / (calls + 1) as f64;
                for turn in 0..calls {
                    let turn = Turn {
                        at_us: at,
                        member: member as u32,
                        session,
                        turn: turn as u16,
                        task,
                        before: 0,
                        user: 0,
                    };
                    let outcome = trouble(at, &mut rng);
                    out.push(self.voice.call(turn, outcome, &mut rng));
                    at += (pause * (0.5 + rng.unit()) * SECOND_US as f64) as i64;
                }
            }
        }
    }
}
