//! Conversations handed to the accounts of a pool, as relay software does it: whoever has waited
//! longest takes the next one and keeps it for an hour, unless the service turns it away.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::super::rng::{Rng, key, mix};
use super::actor::{Actor, HAPPEN, trouble};
use super::call::{Call, Outcome};
use super::curve::{moment, quota, rhythm, shares, tide, warp};
use super::spec::{Assign, Curve, Pool};
use super::voice::{Turn, Voice};
use super::{Bench, Network, curve, day_us};
use crate::model::time::{HOUR_US, MINUTE_US, SECOND_US};

/// For how long a conversation stays with its account.
const STICKY_US: i64 = HOUR_US;

/// A stream of conversations and the accounts that take them.
pub struct PoolActor<'a> {
    bench: &'a Bench,
    voice: Voice<'a>,
    pool: Pool,
    /// Which network, and which of its pools side by side.
    id: [u64; 2],
    /// Who takes part: positions within the network.
    members: Vec<u32>,
    /// When each was last used and from when it may be used again, µs.
    last_us: Vec<i64>,
    cool_us: Vec<i64>,
    first_day: u32,
    total: u64,
    upto: Vec<f64>,
    /// Conversations so far.
    opened: u64,
    /// Whether tasks take turns within a conversation: a list is worked off, nobody talks.
    alternates: bool,
}

/// A conversation that goes on.
struct Talk {
    id: u64,
    task: usize,
    left: u64,
    turn: u16,
    /// Position in `members`.
    place: Option<usize>,
    last_us: i64,
    before: u64,
    customer: u64,
}

/// What a pool does.
pub struct Share {
    /// Who takes part.
    pub members: Vec<u32>,
    /// From which day until before which.
    pub days: std::ops::Range<u32>,
    /// How many calls.
    pub total: u64,
    /// Which of the pools of a network, of how many.
    pub lane: (u64, u64),
}

impl<'a> PoolActor<'a> {
    /// A pool of a network.
    pub fn new(bench: &'a Bench, network: &'a Network, pool: Pool, share: Share) -> Self {
        let seed = bench.options.seed;
        let id = [u64::from(network.members.start), share.lane.0];
        let (rhythm, _) = rhythm(pool.curve);
        let noise = if rhythm == super::super::world::Rhythm::Flat { 0.03 } else { 0.2 };
        // The days' ups and downs are those of the network: pools side by side share them.
        let mut days = Rng::new(&[seed, HAPPEN, 1, id[0]]);
        let weights =
            share.days.clone().map(|d| curve::of_day(rhythm, d) * days.lognormal(1.0, noise));
        let order = |m: &u32| -((mix(id[0] ^ mix(u64::from(*m))) >> 20) as i64) - 1;
        Self {
            bench,
            voice: Voice::new(bench, network, share.lane.0, share.lane.1),
            pool,
            id,
            last_us: share.members.iter().map(order).collect(),
            cool_us: vec![i64::MIN; share.members.len()],
            members: share.members,
            first_day: share.days.start,
            total: share.total,
            upto: shares(weights),
            opened: 0,
            alternates: network.spec.tasks.iter().all(|task| task.words.history < 0.1),
        }
    }

    /// From when on a member may be used, if ever after this moment.
    fn usable_from(&self, place: usize, at_us: i64) -> Option<i64> {
        let network = self.voice.network;
        let member = self.members[place];
        let account = &self.bench.accounts[(network.members.start + member) as usize];
        let from = network.from_us[member as usize]
            .max(account.created_us)
            .max(self.cool_us[place])
            .max(at_us);
        account.closed_us.is_none_or(|closed| from < closed).then_some(from)
    }

    /// Who takes a conversation, and when.
    fn pick(&self, at_us: i64, talk: &Talk, rng: &mut Rng) -> Option<(usize, i64)> {
        let count = self.members.len();
        let first = match self.pool.assign {
            Assign::LeastRecent => return self.longest_waiting(at_us),
            Assign::Random => rng.below(count as u64) as usize,
            Assign::Bound => talk.customer as usize % count,
        };
        let in_turn = || (0..count).map(|n| (first + n) % count);
        let now = in_turn().find(|p| self.usable_from(*p, at_us) == Some(at_us));
        if self.pool.assign == Assign::Bound
            && let Some(from) = self.usable_from(first, at_us)
        {
            return Some((first, from));
        }
        now.map(|place| (place, at_us)).or_else(|| self.longest_waiting(at_us))
    }

    /// The usable member that was last used longest ago; where none is, the first to be.
    fn longest_waiting(&self, at_us: i64) -> Option<(usize, i64)> {
        (0..self.members.len())
            .filter_map(|place| Some((self.usable_from(place, at_us)?, place)))
            .min_by_key(|(from, place)| (*from, self.last_us[*place]))
            .map(|(from, place)| (place, from))
    }

    /// The conversations that begin on a day.
    fn open(&mut self, day: u32, rng: &mut Rng) -> (BinaryHeap<Reverse<(i64, usize)>>, Vec<Talk>) {
        let mut left = quota(self.total, &self.upto, (day - self.first_day) as usize);
        let hours = tide(
            self.pool.curve,
            &[self.bench.options.seed, HAPPEN, 2, self.id[0], u64::from(day)],
        );
        let mut lengths = Vec::new();
        while left > 0 {
            let length = rng.between(self.pool.turns.0, self.pool.turns.1).min(left);
            left -= length;
            lengths.push(length);
        }
        let (mut queue, mut talks) = (BinaryHeap::new(), Vec::new());
        let count = lengths.len() as f64;
        for (n, length) in lengths.into_iter().enumerate() {
            self.opened += 1;
            let at = if self.is_steady() {
                warp(&hours, (n as f64 + rng.unit()) / count)
            } else {
                moment(&hours, rng)
            };
            queue.push(Reverse((day_us(day) + at, talks.len())));
            talks.push(Talk {
                id: key(&[self.bench.options.seed, HAPPEN, self.id[0], self.id[1], self.opened]),
                task: self.voice.task(day, rng),
                left: length,
                turn: 0,
                place: None,
                last_us: i64::MIN,
                before: 0,
                customer: rng.below(u64::from(self.pool.customers).max(1)),
            });
        }
        (queue, talks)
    }

    /// Whether a feed of its own keeps the pool busy: one conversation follows another.
    fn is_steady(&self) -> bool {
        self.pool.curve == Curve::Plateau && self.pool.assign == Assign::LeastRecent
    }

    /// One call of a conversation; when it goes on, if it does.
    fn step(&mut self, at_us: i64, talk: &mut Talk, rng: &mut Rng) -> Result<Call, i64> {
        let stays = talk.place.filter(|place| {
            at_us < talk.last_us.saturating_add(STICKY_US)
                && self.usable_from(*place, at_us) == Some(at_us)
        });
        let place = match stays {
            Some(place) => place,
            None => match self.pick(at_us, talk, rng) {
                Some((place, from)) if from == at_us => place,
                Some((_, later)) => return Err(later + rng.below(90 * SECOND_US as u64) as i64),
                // Everybody is gone; the last one closes the books.
                None => self.members.len() - 1,
            },
        };
        if talk.place != Some(place) {
            (talk.place, talk.before) = (Some(place), 0);
        }
        let member = self.members[place];
        let turn = Turn {
            at_us,
            member,
            session: key(&[talk.id, member.into()]),
            turn: talk.turn,
            task: talk.task,
            before: talk.before,
            user: 1 + (talk.customer + 97 * self.id[0]) as u32,
        };
        let limited = rng.chance(self.pool.limited).then_some(Outcome::Limited);
        let outcome = limited.or_else(|| trouble(at_us, rng));
        let call = self.voice.call(turn, outcome, rng);
        (self.last_us[place], talk.last_us) = (at_us, at_us);
        if outcome == Some(Outcome::Limited) {
            self.cool_us[place] = at_us + rng.between(3, 15) as i64 * MINUTE_US;
        }
        Ok(call)
    }
}

impl Actor for PoolActor<'_> {
    fn day(&mut self, day: u32, out: &mut Vec<Call>) {
        let days = self.upto.len() as u32 - 1;
        if self.members.is_empty() || !(self.first_day..self.first_day + days).contains(&day) {
            return;
        }
        let seed = self.bench.options.seed;
        let mut rng = Rng::new(&[seed, HAPPEN, 3, self.id[0], self.id[1], u64::from(day)]);
        let (mut queue, mut talks) = self.open(day, &mut rng);
        while let Some(Reverse((at_us, n))) = queue.pop() {
            let talk = &mut talks[n];
            let call = match self.step(at_us, talk, &mut rng) {
                Ok(call) => call,
                Err(later) => {
                    queue.push(Reverse((later, n)));
                    continue;
                }
            };
            talk.left -= 1;
            if self.alternates {
                talk.task = self.voice.task(day, &mut rng);
            }
            let pause = if call.outcome.is_answered() {
                talk.turn += 1;
                talk.before = if self.voice.network.spec.tasks[talk.task].words.history > 0.1 {
                    call.issued
                } else {
                    0
                };
                rng.lognormal(self.pool.pause_s, self.pool.spread)
            } else {
                // Tried again at once, by another account where there is one.
                talk.before = 0;
                1.0 + 30.0 * rng.unit()
            };
            out.push(call);
            if talk.left > 0 {
                queue.push(Reverse((at_us + (pause * SECOND_US as f64) as i64, n)));
            }
        }
    }
}
