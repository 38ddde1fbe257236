//! What accounts do by their own habits, after one of two generators.

use super::super::rng::{Rng, key};
use super::super::world::Account;
use super::actor::{Actor, HAPPEN, trouble};
use super::call::{Call, Outcome};
use super::curve::{of_day, of_rhythm, quota, shares};
use super::options::Background;
use super::spec::Traffic;
use super::voice::{Turn, Voice, adopted};
use super::{Bench, DAYS, day_us, renewal};
use crate::model::time::{DAY_US, HOUR_US, SECOND_US};

/// Some accounts and their habits.
pub struct OrdinaryActor<'a> {
    bench: &'a Bench,
    first: u32,
    habits: Vec<Vec<f64>>,
    /// What a network says whose accounts act by their own habits, by the network's position.
    voices: Vec<(u32, Voice<'a>)>,
}

/// A stretch of a day that an account acts in.
pub struct Stretch {
    /// From when until before when it exists, µs.
    pub life: std::ops::Range<i64>,
    /// The day, from 0.
    pub day: u32,
    /// How many calls.
    pub calls: u64,
}

/// When calls happen: time, conversation of the day, turn.
pub type Moments = Vec<(i64, u32, u16)>;

impl<'a> OrdinaryActor<'a> {
    /// The accounts from one position to before another. Networks whose members act by their own
    /// habits must not be cut in two.
    pub fn new(bench: &'a Bench, accounts: std::ops::Range<u32>) -> Self {
        let mut voices: Vec<(u32, Voice<'a>)> = Vec::new();
        for account in &bench.accounts[accounts.start as usize..accounts.end as usize] {
            let network = &bench.networks[account.group as usize];
            let known = voices.last().is_some_and(|(n, _)| *n == account.group);
            let speaks = network.spec.traffic == Traffic::Own && !network.words.is_empty();
            if speaks && account.group_events > 0 && !known {
                voices.push((account.group, Voice::new(bench, network, 0, 1)));
            }
        }
        let habits = accounts.clone().map(|n| habit(bench, n)).collect();
        Self { bench, first: accounts.start, habits, voices }
    }

    fn own(&self, index: u32, stretch: &Stretch, out: &mut Vec<Call>) {
        let account = &self.bench.accounts[index as usize];
        let words = &self.bench.words[account.script];
        let seed = self.bench.options.seed;
        let mut rng = Rng::new(&[seed, HAPPEN, 10, index.into(), stretch.day.into()]);
        let mut before = (u32::MAX, 0);
        for (at_us, session, turn) in moments(self.bench, account, stretch, &mut rng) {
            let outcome = rng.chance(0.011).then_some(Outcome::Limited);
            let outcome = outcome.or_else(|| trouble(at_us, &mut rng));
            let declined =
                if rng.chance(words.refused) { Outcome::Refused } else { Outcome::Answered };
            let outcome = outcome.unwrap_or(declined);
            let draw = rng.next();
            let reasons = words.reasons && outcome.is_answered();
            let issued = if reasons { key(&[draw, 1]) | 1 } else { 0 };
            let replayed = if before.0 == session && reasons { before.1 } else { 0 };
            before = (session, issued);
            let at_us = at_us / 1_000 * 1_000;
            out.push(Call {
                at_us,
                account: index,
                words: account.script as u16,
                turn,
                session: key(&[seed, 10, index.into(), stretch.day.into(), session.into()]),
                item: 1 + rng.below(1 << 30),
                draw,
                issued,
                replayed,
                user: if words.names_users { 1 + rng.below(40_000) as u32 } else { 0 },
                model: adopted(account.adopts_us, account.model, at_us, &mut rng),
                outcome,
                is_harvest: false,
                is_grouped: false,
            });
        }
    }
}

impl Actor for OrdinaryActor<'_> {
    fn day(&mut self, day: u32, out: &mut Vec<Call>) {
        for (n, habit) in self.habits.iter().enumerate() {
            let index = self.first + n as u32;
            let account = &self.bench.accounts[index as usize];
            let calls = |total| quota(total, habit, day as usize);
            let life = account.created_us.max(day_us(day))
                ..account.closed_us.unwrap_or(i64::MAX).min(day_us(DAYS));
            let own = Stretch { life, day, calls: calls(account.own_events) };
            self.own(index, &own, out);
            let Some((_, voice)) = self.voices.iter_mut().find(|(n, _)| *n == account.group) else {
                continue;
            };
            let grouped = Stretch { calls: calls(account.group_events), ..own };
            speak(self.bench, voice, index, &grouped, out);
        }
    }
}

/// What an account says for its network on a day.
fn speak(bench: &Bench, voice: &mut Voice<'_>, index: u32, stretch: &Stretch, out: &mut Vec<Call>) {
    let account = &bench.accounts[index as usize];
    let seed = bench.options.seed;
    let mut rng = Rng::new(&[seed, HAPPEN, 9, index.into(), stretch.day.into()]);
    let mut before = (u32::MAX, 0);
    for (at_us, session, turn) in moments(bench, account, stretch, &mut rng) {
        let turn = Turn {
            at_us,
            member: index - voice.network.members.start,
            session: key(&[seed, 9, index.into(), stretch.day.into(), session.into()]),
            turn,
            task: 0,
            before: if before.0 == session { before.1 } else { 0 },
            user: 1 + (key(&[index.into(), stretch.day.into(), session.into()]) % 9_000) as u32,
        };
        let outcome = trouble(at_us, &mut rng);
        let call = voice.call(turn, outcome, &mut rng);
        before = (session, call.issued);
        out.push(call);
    }
}

fn moments(bench: &Bench, account: &Account, stretch: &Stretch, rng: &mut Rng) -> Moments {
    match bench.options.background {
        Background::Tuning => conversations(account, stretch, rng),
        Background::Holdout => renewal::clumps(account, stretch, rng),
    }
}

/// One conversation after another, each with gamma gaps.
fn conversations(account: &Account, stretch: &Stretch, rng: &mut Rng) -> Moments {
    let mut moments = Vec::with_capacity(stretch.calls as usize);
    let hours = of_rhythm(account.rhythm, Background::Tuning);
    // Every client has its own burstiness.
    let shape = 0.3 + 0.9 * Rng::new(&[account.adopts_us as u64]).unit();
    let mut left = stretch.calls;
    let mut session = 0;
    while left > 0 {
        let wanted = 1 + rng.exponential(account.session_len - 1.0) as u64;
        let length = wanted.min(left).min(200);
        let start = day_us(stretch.day)
            + (super::curve::moment(hours, rng) - account.zone_h * HOUR_US).rem_euclid(DAY_US);
        let mut at_us = within(start, stretch, rng);
        for turn in 0..length {
            if at_us >= stretch.life.end {
                break;
            }
            moments.push((at_us, session, turn as u16));
            left -= 1;
            at_us += ((2.0 + renewal::gamma(shape, rng) * 50.0 / shape) * SECOND_US as f64) as i64;
        }
        session += 1;
    }
    moments
}

/// The same moment where the account exists then, else one of the day when it does.
pub fn within(at_us: i64, stretch: &Stretch, rng: &mut Rng) -> i64 {
    if stretch.life.contains(&at_us) {
        return at_us;
    }
    let start = stretch.life.start.max(day_us(stretch.day));
    let end = stretch.life.end.min(day_us(stretch.day + 1));
    start + rng.below((end - start).max(1) as u64) as i64
}

/// Which days an account is active on, and how much: the share done by the end of each.
fn habit(bench: &Bench, index: u32) -> Vec<f64> {
    let account = &bench.accounts[index as usize];
    let seed = bench.options.seed;
    let mut rng = Rng::new(&[seed, HAPPEN, 12, index.into()]);
    let background = bench.options.background;
    let many = account.own_events + account.group_events > 20 * u64::from(DAYS);
    let active = if many { 1.0 } else { 0.3 + 0.6 * rng.unit() };
    let mut on = rng.chance(active);
    let mut weights: Vec<f64> = (0..DAYS)
        .map(|day| {
            on = match background {
                Background::Tuning => rng.chance(active),
                // Spells: on and off for a week or so.
                Background::Holdout if many => true,
                Background::Holdout => {
                    on ^ rng.chance(if on { 0.15 } else { 0.15 * active + 0.05 })
                }
            };
            let noise = rng.lognormal(1.0, 0.5) * of_day(account.rhythm, day);
            if on && exists(account, day) { noise } else { 0.0 }
        })
        .collect();
    if weights.iter().all(|w| *w <= 0.0) {
        weights = (0..DAYS).map(|day| f64::from(u8::from(exists(account, day)))).collect();
    }
    let mut upto = shares(weights.into_iter());
    // A handful of records may fall on any of its days, not on the last ones only.
    let shift = Rng::new(&[seed, 13, index.into()]).unit();
    let total = (account.own_events + account.group_events).max(1) as f64;
    let last = upto.len() - 1;
    for share in &mut upto[1..last] {
        if *share > 0.0 && *share < 1.0 {
            *share = (*share + shift / total).min(1.0);
        }
    }
    upto
}

/// Whether an account exists on a day, for long enough to be used.
fn exists(account: &Account, day: u32) -> bool {
    let created = account.created_us + HOUR_US < day_us(day + 1);
    created && account.closed_us.is_none_or(|closed| day_us(day) + HOUR_US < closed)
}
