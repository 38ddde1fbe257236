//! When things happen: the records of one day at a time, so that a log of any length streams.
//!
//! Memory is what one day needs; what is drawn for an account depends on the seed, the account
//! and the day only.

use std::ops::Range;

use super::rng::Rng;
use super::world::{Event, Group, Items, Rhythm, Timing, World};
use crate::model::time::{DAY_US, HOUR_US, SECOND_US};

/// Relative activity in each hour of the local day.
const LEISURE: [u32; 24] =
    [4, 2, 1, 1, 1, 1, 2, 4, 6, 7, 7, 8, 9, 8, 8, 9, 10, 11, 13, 15, 16, 15, 12, 8];
const OFFICE: [u32; 24] =
    [1, 0, 0, 0, 0, 0, 1, 4, 12, 18, 20, 18, 12, 16, 19, 18, 16, 11, 6, 4, 3, 3, 2, 1];
const SERVICE: [u32; 24] =
    [4, 3, 2, 2, 2, 3, 5, 8, 11, 13, 14, 14, 13, 13, 13, 12, 12, 13, 14, 14, 12, 10, 8, 6];

/// Marks the draws of a schedule, apart from those that make accounts and records.
const SCHEDULE: u64 = 0x5CED;

/// Makes the records of a world, day after day.
pub struct Scheduler<'a> {
    world: &'a World,
    /// Per account and kind of record: how many it has made, and how many sessions.
    own: Vec<(u32, u32)>,
    grouped: Vec<(u32, u32)>,
    /// Per account: the share of its records that fall before each day, of its own habits.
    habits: Vec<Habit>,
    /// Records of groups that act in windows, in time order; taken from the front.
    placed: Vec<Event>,
    next_placed: usize,
    /// Per group: whose turn it is, and the next item.
    turns: Vec<u32>,
    items: Vec<u32>,
    /// Records that began yesterday and happen today.
    carried: Vec<Event>,
}

/// How an account spreads its records over the days: cumulative shares and a random offset that
/// makes a handful of records fall on any day.
struct Habit {
    upto: Vec<f32>,
    offset: f64,
}

impl Habit {
    fn quota(&self, total: u64, day: u32) -> u64 {
        let before = |d: usize| (total as f64 * f64::from(self.upto[d]) + self.offset) as u64;
        before(day as usize + 1) - before(day as usize)
    }
}

impl<'a> Scheduler<'a> {
    /// Ready for day 0.
    pub fn new(world: &'a World) -> Self {
        let accounts = world.accounts.len();
        let mut scheduler = Self {
            world,
            own: vec![(0, 0); accounts],
            grouped: vec![(0, 0); accounts],
            habits: (0..accounts as u32).map(|i| habit(world, i)).collect(),
            placed: Vec::new(),
            next_placed: 0,
            turns: vec![0; world.groups.len()],
            items: vec![0; world.groups.len()],
            carried: Vec::new(),
        };
        scheduler.place_windows();
        scheduler
    }

    /// The records of a day, in time order. Call it for every day in turn.
    pub fn day(&mut self, day: u32, out: &mut Vec<Event>) {
        out.clear();
        out.append(&mut self.carried);
        let world = self.world;
        for (g, group) in world.groups.iter().enumerate() {
            if let Timing::Rotation { .. } = group.timing {
                self.rotate(day, g, group, out);
            }
        }
        for index in 0..world.accounts.len() as u32 {
            let account = &world.accounts[index as usize];
            let habit = &self.habits[index as usize];
            let own = habit.quota(account.own_events, day);
            let grouped = habit.quota(account.group_events, day);
            self.live(day, index, own, true, out);
            match world.groups[account.group as usize].timing {
                Timing::Own => self.live(day, index, grouped, false, out),
                Timing::Nightly { hour } => self.nightly(day, index, grouped, hour, out),
                Timing::Rotation { .. } | Timing::Windows(_) => {}
            }
        }
        let end = world.calendar.day_us(day + 1);
        while let Some(event) = self.placed.get(self.next_placed).filter(|e| e.at_us < end) {
            out.push(*event);
            self.next_placed += 1;
        }
        out.sort_unstable();
        if day + 1 < world.calendar.days {
            let today = out.partition_point(|event| event.at_us < end);
            self.carried.extend(out.drain(today..));
        }
        self.number_items(out);
    }

    /// Sessions of an account by its own rhythm.
    fn live(&mut self, day: u32, index: u32, quota: u64, own: bool, out: &mut Vec<Event>) {
        let world = self.world;
        let account = &world.accounts[index as usize];
        let mut rng = key(world, index, day, u64::from(own));
        let mut left = quota;
        while left > 0 {
            let wanted = 1 + rng.exponential(account.session_len - 1.0) as u64;
            let length = wanted.min(left).min(200);
            left -= length;
            let local = i64::from(hour(&mut rng, account.rhythm)) * HOUR_US
                + rng.below(HOUR_US as u64) as i64;
            let shift = (local - account.zone_h * HOUR_US).rem_euclid(DAY_US);
            let mut at_us = world.calendar.day_us(day) + shift;
            let session = self.open_session(index, own);
            for turn in 0..length as u32 {
                self.push(index, session, turn, own, at_us, &mut rng, out);
                at_us += (rng.lognormal(35.0, 0.9) * SECOND_US as f64) as i64;
            }
        }
    }

    /// One job: request after request from a fixed hour on.
    fn nightly(&mut self, day: u32, index: u32, quota: u64, hour: u32, out: &mut Vec<Event>) {
        let world = self.world;
        let mut rng = key(world, index, day, 2);
        let minute =
            i64::from(index % 7) * 60 * SECOND_US + rng.below(20 * SECOND_US as u64) as i64;
        let mut at_us = world.calendar.day_us(day) + i64::from(hour) * HOUR_US + minute;
        // A job that has more to do runs denser, not past the next one.
        let pause = (6.0 * HOUR_US as f64 / (quota + 1) as f64).min(8.0 * SECOND_US as f64);
        let session = self.open_session(index, false);
        for turn in 0..quota as u32 {
            self.push(index, session, turn, false, at_us, &mut rng, out);
            at_us += (pause * (0.6 + 0.8 * rng.unit())) as i64;
        }
    }

    /// Sessions of a pool, evenly over the whole day, each to the member next in turn.
    fn rotate(&mut self, day: u32, g: usize, group: &Group, out: &mut Vec<Event>) {
        let world = self.world;
        let days = u64::from(world.calendar.days);
        let upto = |d: u64| group.events * d / days;
        let quota = upto(u64::from(day) + 1) - upto(u64::from(day));
        let mut rng = Rng::new(&[world.seed, SCHEDULE, u64::MAX - g as u64, u64::from(day)]);
        let gap = DAY_US as f64 / (quota as f64 / 7.0).max(1.0);
        let mut start = world.calendar.day_us(day) as f64 + gap * rng.unit();
        let mut left = quota;
        while left > 0 {
            let length = rng.between(5, 9).min(left);
            left -= length;
            // The last sessions of a day may run past midnight; a start never does.
            let latest = world.calendar.day_us(day + 1) - 1 - rng.below(gap as u64) as i64;
            let mut at_us = (start as i64).min(latest);
            let member = self.next_in_turn(g, group, at_us, &mut rng);
            let session = self.open_session(member, false);
            for turn in 0..length as u32 {
                self.push(member, session, turn, false, at_us, &mut rng, out);
                at_us += (rng.lognormal(22.0, 0.4) * SECOND_US as f64) as i64;
            }
            start += gap * (length as f64 / 7.0) * (0.85 + 0.3 * rng.unit());
        }
    }

    /// The member that has waited longest and exists; now and then the one after it.
    fn next_in_turn(&mut self, g: usize, group: &Group, at_us: i64, rng: &mut Rng) -> u32 {
        let count = group.members.end - group.members.start;
        let hop = u32::from(rng.chance(0.04));
        let mut skipped = 0;
        for _ in 0..2 * count + 2 {
            let member = group.members.start + self.turns[g] % count;
            self.turns[g] += 1;
            let account = &self.world.accounts[member as usize];
            let alive = account.created_us <= at_us && account.closed_us.is_none_or(|c| at_us < c);
            if alive && skipped == hop {
                return member;
            }
            skipped += u32::from(alive);
        }
        group.members.start
    }

    fn open_session(&mut self, index: u32, own: bool) -> u32 {
        let counters = if own { &mut self.own } else { &mut self.grouped };
        counters[index as usize].1 += 1;
        counters[index as usize].1
    }

    #[allow(clippy::too_many_arguments, reason = "the fields of one record")]
    fn push(
        &mut self,
        account: u32,
        session: u32,
        turn: u32,
        own: bool,
        at_us: i64,
        rng: &mut Rng,
        out: &mut Vec<Event>,
    ) {
        let counters = if own { &mut self.own } else { &mut self.grouped };
        let seq = counters[account as usize].0;
        counters[account as usize].0 += 1;
        // Milliseconds, as the log writes them.
        let at_us = self.fit(account, at_us, rng) / 1_000 * 1_000;
        out.push(Event { at_us, account, seq, session, turn, item: u32::MAX, own });
    }

    /// The same time where the account existed then, else a time when it did.
    fn fit(&self, account: u32, at_us: i64, rng: &mut Rng) -> i64 {
        let account = &self.world.accounts[account as usize];
        let end = account.closed_us.unwrap_or(i64::MAX).min(self.world.calendar.end_us());
        if (account.created_us..end).contains(&at_us) {
            return at_us;
        }
        // Never into an earlier day: that one may be written already.
        let near = at_us.clamp(account.created_us, end - 1);
        let midnight = near - (near - self.world.calendar.day_us(0)).rem_euclid(DAY_US);
        let low = account.created_us.max(midnight);
        let high = end.min(low + DAY_US / 3);
        low + rng.below((high - low) as u64) as i64
    }

    /// Draws all records of groups that act in windows.
    fn place_windows(&mut self) {
        let world = self.world;
        let mut placed = Vec::new();
        for group in &world.groups {
            let Timing::Windows(windows) = &group.timing else { continue };
            for index in group.members.clone() {
                let total = world.accounts[index as usize].group_events;
                for (w, window) in windows.iter().enumerate() {
                    let share = |n: usize| total * n as u64 / windows.len() as u64;
                    let alone = group.members.len() == 1;
                    self.fill_window(index, share(w + 1) - share(w), window, alone, &mut placed);
                }
            }
        }
        placed.sort_unstable();
        self.placed = placed;
    }

    fn fill_window(
        &mut self,
        index: u32,
        quota: u64,
        window: &Range<i64>,
        alone: bool,
        out: &mut Vec<Event>,
    ) {
        let mut rng = key(self.world, index, window.start as u32, 3);
        let length = window.end - window.start;
        let pause = (length as f64 / (quota + 1) as f64 * 0.7).min(80.0 * SECOND_US as f64);
        let (mut at_us, mut session, mut turn) = (window.end, 0, 0);
        for _ in 0..quota {
            if at_us >= window.end || !(alone || rng.chance(0.7)) {
                // A lone machine starts at once; people come when they like.
                let latest = if alone { length / 50 } else { length };
                at_us = window.start + rng.below(latest as u64) as i64;
                session = self.open_session(index, false);
                turn = 0;
            }
            self.push(index, session, turn, false, at_us, &mut rng, out);
            turn += 1;
            at_us += (pause * rng.lognormal(1.0, 0.5)) as i64;
        }
    }

    /// Gives the group records of a finished day their items.
    fn number_items(&mut self, events: &mut [Event]) {
        for event in events.iter_mut().filter(|event| !event.own && event.item == u32::MAX) {
            let group = self.world.accounts[event.account as usize].group;
            let next = &mut self.items[group as usize];
            event.item = match self.world.groups[group as usize].items {
                Items::Disjoint => *next,
                Items::Cycle(length) => event.seq % length,
                Items::Shared(length) => {
                    key(self.world, event.account, event.seq, 4).below(length.into()) as u32
                }
            };
            *next += 1;
        }
    }
}

fn key(world: &World, account: u32, day: u32, what: u64) -> Rng {
    Rng::new(&[world.seed, SCHEDULE, u64::from(account), u64::from(day), what])
}

fn hour(rng: &mut Rng, rhythm: Rhythm) -> u32 {
    let curve = match rhythm {
        Rhythm::Leisure => &LEISURE,
        Rhythm::Office => &OFFICE,
        Rhythm::Service => &SERVICE,
        Rhythm::Flat => return rng.below(24) as u32,
    };
    let mut left = rng.below(curve.iter().map(|w| u64::from(*w)).sum());
    for (hour, weight) in (0..).zip(curve) {
        if left < u64::from(*weight) {
            return hour;
        }
        left -= u64::from(*weight);
    }
    23
}

/// Which days an account is active on, and how much.
fn habit(world: &World, index: u32) -> Habit {
    let account = &world.accounts[index as usize];
    let mut rng = Rng::new(&[world.seed, SCHEDULE, u64::from(index)]);
    let calm = account.own_events + account.group_events > 20 * u64::from(world.calendar.days);
    let active = if calm { 1.0 } else { 0.3 + 0.6 * rng.unit() };
    let mut weights: Vec<f64> = (0..world.calendar.days)
        .map(|day| {
            let noise = rng.lognormal(1.0, 0.5);
            let present = world.calendar.day_us(day + 1) > account.created_us
                && account.closed_us.is_none_or(|c| world.calendar.day_us(day) < c);
            let weekend = match (day % 7 >= 5, account.rhythm) {
                (true, Rhythm::Office) => 0.15,
                (true, Rhythm::Leisure) => 1.2,
                (true, Rhythm::Service) => 0.8,
                _ => 1.0,
            };
            if present && rng.chance(active) { noise * weekend } else { 0.0 }
        })
        .collect();
    if weights.iter().all(|w| *w <= 0.0)
        && let Some(last) = weights.last_mut()
    {
        *last = 1.0;
    }
    let sum: f64 = weights.iter().sum();
    let mut upto = Vec::with_capacity(weights.len() + 1);
    let mut before = 0.0;
    upto.push(0.0);
    for weight in &weights {
        before += weight;
        upto.push((before / sum) as f32);
    }
    // The last must be 1 exactly, or a record would be lost to rounding.
    if let Some(last) = upto.last_mut() {
        *last = 1.0;
    }
    Habit { upto, offset: rng.unit() }
}
