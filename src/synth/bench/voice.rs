//! What a network says: task, item, model and reasoning block of each of its calls.

use super::super::rng::{Rng, key, mix};
use super::call::{Call, Outcome};
use super::spec::{Items, Models};
use super::{Bench, Network, RELEASE_US, day_us};
use crate::model::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};

/// Reasoning blocks a network keeps to submit elsewhere.
const KEPT: usize = 512;
/// The newest model.
const NEWEST: u8 = 2;

/// A reasoning block somebody was given.
#[derive(Clone, Copy)]
struct Block {
    at_us: i64,
    account: u32,
    key: u64,
}

/// Where a call belongs.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// When, µs.
    pub at_us: i64,
    /// Position within the network.
    pub member: u32,
    /// Key of the conversation.
    pub session: u64,
    /// Turn of it.
    pub turn: u16,
    /// Task of it.
    pub task: usize,
    /// Reasoning block of the turn before, if it came with one.
    pub before: u64,
    /// End user behind it; 0: none.
    pub user: u32,
}

/// What a network says.
pub struct Voice<'a> {
    bench: &'a Bench,
    /// The network.
    pub network: &'a Network,
    /// Items asked so far, and how many voices of the network count in turn.
    asked: u64,
    lanes: u64,
    /// Items asked by each member.
    asked_by: Vec<u64>,
    blocks: Vec<Block>,
}

impl<'a> Voice<'a> {
    /// One of several voices of a network: they never ask about the same item of a long list.
    pub fn new(bench: &'a Bench, network: &'a Network, lane: u64, lanes: u64) -> Self {
        let asked_by = vec![0; network.members.len()];
        Self { bench, network, asked: lane, lanes, asked_by, blocks: Vec::new() }
    }

    /// A task of a day, drawn by weight.
    pub fn task(&self, day: u32, rng: &mut Rng) -> usize {
        let tasks = self.network.spec.tasks.iter();
        let weights: Vec<f64> =
            tasks.map(|t| if t.days.contains(&day) { t.weight } else { 0.0 }).collect();
        rng.weighted(&weights)
    }

    /// The call of a turn.
    pub fn call(&mut self, turn: Turn, outcome: Option<Outcome>, rng: &mut Rng) -> Call {
        let at_us = turn.at_us / 1_000 * 1_000;
        let account = self.network.members.start + turn.member;
        let task = &self.network.spec.tasks[turn.task];
        let model = self.model(at_us, account, rng);
        let outcome = outcome.unwrap_or_else(|| self.answer(model, turn.task, rng));
        let item = if outcome.is_answered() { self.item(turn.member, rng) } else { 0 };
        let draw = rng.next();
        let reasons = task.words.reasons && outcome.is_answered();
        let issued = if reasons { key(&[draw, 1]) | 1 } else { 0 };
        let replayed = self.replayed(at_us, account, turn, rng);
        if issued != 0 && self.network.spec.replays > 0.0 {
            self.keep(Block { at_us, account, key: issued });
        }
        Call {
            at_us,
            account,
            words: self.network.words[turn.task],
            turn: turn.turn,
            session: turn.session,
            item,
            draw,
            issued,
            replayed: if outcome.is_answered() { replayed } else { 0 },
            user: if task.words.names_users { turn.user } else { 0 },
            model,
            outcome,
            is_harvest: task.is_harvest,
            is_grouped: true,
        }
    }

    fn item(&mut self, member: u32, rng: &mut Rng) -> u64 {
        let of_member = &mut self.asked_by[member as usize];
        *of_member += 1;
        match self.network.spec.items {
            Items::Disjoint => {
                self.asked += self.lanes;
                40_000 + self.asked
            }
            Items::Sharded => 1_000_000 * (1 + u64::from(member)) + *of_member,
            Items::Shared(count) => 1 + rng.below(count),
            Items::Cycle(count) => 1 + (*of_member - 1) % count.max(1),
            Items::Free => rng.next() >> 24,
        }
    }

    /// The model of a call.
    fn model(&self, at_us: i64, account: u32, rng: &mut Rng) -> u8 {
        let released = at_us >= RELEASE_US;
        // A number of its own for each account, the same every time.
        let own = mix(self.bench.options.seed ^ mix(u64::from(account))) >> 11;
        let within = |days: u32| (own % (u64::from(days) * DAY_US as u64).max(1)) as i64;
        match self.network.spec.models {
            Models::Newest => {
                if released {
                    NEWEST
                } else {
                    1
                }
            }
            Models::Every => rng.below(if released { 3 } else { 2 }) as u8,
            Models::Pivot => {
                if at_us >= RELEASE_US + 20 * MINUTE_US {
                    NEWEST
                } else {
                    0
                }
            }
            Models::Redirect => redirected(at_us, rng),
            Models::Staggered if at_us >= RELEASE_US + within(7) && rng.chance(0.9) => NEWEST,
            Models::Staggered => 0,
            Models::Guard(day, over) => {
                u8::from(at_us >= day_us(day) + 10 * HOUR_US + within(over))
            }
            Models::Adopt => {
                let account = &self.bench.accounts[account as usize];
                adopted(account.adopts_us, account.model, at_us, rng)
            }
        }
    }

    /// How the service answers: the guarded model declines what it recognises.
    fn answer(&self, model: u8, task: usize, rng: &mut Rng) -> Outcome {
        let guarded = matches!(self.network.spec.models, Models::Guard(..)) && model == 0;
        let refused = self.network.spec.tasks[task].words.refused;
        let share = if guarded { 0.94 } else { refused };
        if rng.chance(share) { Outcome::Refused } else { Outcome::Answered }
    }

    /// The reasoning block submitted: that of the turn before, or one from elsewhere.
    fn replayed(&self, at_us: i64, account: u32, turn: Turn, rng: &mut Rng) -> u64 {
        if self.network.spec.replays > 0.0 && rng.chance(self.network.spec.replays) {
            for _ in 0..4 {
                let kept = rng.below(self.blocks.len() as u64) as usize;
                let Some(block) = self.blocks.get(kept) else { break };
                if block.at_us + 60 * SECOND_US <= at_us && block.account != account {
                    return block.key;
                }
            }
        }
        turn.before
    }

    fn keep(&mut self, block: Block) {
        if self.blocks.len() < KEPT {
            self.blocks.push(block);
        } else {
            let place = (block.key >> 1) as usize % KEPT;
            self.blocks[place] = block;
        }
    }
}

/// 48 % within 19 hours of the release, four fifths after four days.
fn redirected(at_us: i64, rng: &mut Rng) -> u8 {
    let hours = (at_us - RELEASE_US) as f64 / HOUR_US as f64;
    let share = (hours / 19.0 * 0.48).min(0.48 + (hours - 19.0).max(0.0) / 77.0 * 0.32).min(0.8);
    if hours >= 0.0 && rng.chance(share) { NEWEST } else { 0 }
}

/// The model of somebody who moves in their own time.
pub fn adopted(adopts_us: i64, before: usize, at_us: i64, rng: &mut Rng) -> u8 {
    let moved = at_us >= adopts_us.max(RELEASE_US) && rng.chance(0.85);
    if moved { NEWEST } else { before as u8 }
}
