//! Whether accounts take turns: R, how evenly each account's sessions are spaced among those of
//! the whole group, held against both nulls.
//!
//! For every account that started n of N sessions, the number of the group's starts from one of
//! its own to the next would be geometric with mean N/n if labels fell at random. R is the mean of
//! its squared deviation, measured in the variance that would have: 1 at random, 0 for a strict
//! order. Sessions that hold an account back, habits and hourly jobs lower R too, which is why it
//! is never read alone.

use rayon::prelude::*;

use super::day_shift::DayShift;
use super::followed::Followed;
use super::label_draw;
use super::own_days::OwnDays;
use super::sessions::Session;
use super::spread::Spread;
use crate::model::rng::{Rng, key};
use crate::model::time::HOUR_US;

/// Surrogates of each null: with 39, one of 40 innocent groups is below all of them.
pub const SURROGATES: u32 = 39;
/// Sessions that a group must have.
pub const LEAST_STARTS: usize = 24;
/// Draws of shifted days at most, where their rank is asked.
const MOST_DRAWS: u32 = 19_999;
/// Sessions that are moved for all of these draws at most, which is a third of a second.
const MOST_MOVED: usize = 4_000_000;
/// Sessions whose rank is asked: more are told from chance by the spread of a few draws.
const MOST_SESSIONS: usize = 2_000;
/// How far an interval of a clock may be off, as a share of it, and at most, µs.
const CLOCK: (f64, f64) = (0.03, HOUR_US as f64);
/// Draws at once: whether there are more is asked after each of these.
const AT_ONCE: u32 = 250;
/// Draws as regular as what was observed, after which no more are needed.
const ENOUGH: usize = 20;
/// Sessions that an account must have to be of the group.
pub const LEAST_OF_ACCOUNT: usize = 3;
/// Standard deviations below shifted days from which on a group takes turns.
pub const MOST_Z: f64 = -4.0;
/// Share of R under drawn labels up to which it does. Independent accounts and teams with common
/// bursts have 1.0; a pool among twice as many outsiders 0.64.
pub const MOST_RATIO: f64 = 0.75;

/// How a group's sessions follow each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Rotation {
    /// Sessions compared.
    pub starts: usize,
    /// Accounts compared.
    pub accounts: usize,
    /// Accounts with fewer than [`LEAST_OF_ACCOUNT`] sessions, which are left out with them.
    pub left_out: usize,
    /// Whole days compared.
    pub days: usize,
    /// R: 0 for a strict order, 1 at random.
    pub r: f64,
    /// R on shifted days.
    pub shifted: Spread,
    /// R with labels drawn again.
    pub drawn: Spread,
    /// R with the same accounts on each day, in another order.
    pub reordered: Spread,
    /// Starts from one of an account's own to its next: the tenth and the ninetieth of a hundred.
    pub waits: Waits,
    /// The same on shifted days: low ones and high ones.
    pub shifted_waits: [Spread; 2],
}

/// The middle eight tenths of waits, in sessions of the group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Waits {
    /// A tenth of waits is shorter.
    pub low: f64,
    /// A tenth of waits is longer.
    pub high: f64,
}

impl Rotation {
    /// Standard deviations above shifted days; `None` where all shifted days are alike.
    pub fn z(&self) -> Option<f64> {
        self.shifted.z(self.r)
    }

    /// R over R of drawn labels; `None` where that is 0.
    pub fn ratio(&self) -> Option<f64> {
        (self.drawn.mean > 0.0).then(|| self.r / self.drawn.mean)
    }

    /// R over R of another order within each day; `None` where that is 0.
    pub fn ratio_to_reordered(&self) -> Option<f64> {
        (self.reordered.mean > 0.0).then(|| self.r / self.reordered.mean)
    }

    /// Whether both nulls say that the group takes turns.
    pub fn takes_turns(&self) -> bool {
        self.z().is_some_and(|z| z <= MOST_Z) && self.ratio().is_some_and(|r| r <= MOST_RATIO)
    }
}

/// Compares a group's sessions with both nulls. `None` where fewer than two accounts or
/// [`LEAST_STARTS`] sessions remain on whole days.
pub fn rotation(
    sessions: &[Session],
    days: &DayShift,
    gap_us: i64,
    seed: u64,
    surrogates: u32,
) -> Option<Rotation> {
    let group = Group::of(sessions, days, seed)?;
    let observed = group.observed();
    let (r, waits) = group.regularity(&observed)?;
    let shifted: Vec<(f64, Waits)> = (0..surrogates)
        .into_par_iter()
        .map(|i| group.regularity(&group.shift(days, &mut Rng::new(&[seed, 1, u64::from(i)]))))
        .collect::<Option<_>>()?;
    let drawn: Vec<f64> = (0..surrogates)
        .into_par_iter()
        .map(|i| {
            let mut rng = Rng::new(&[seed, 2, u64::from(i)]);
            let labels = label_draw::draw(&group.sessions, group.accounts, gap_us, &mut rng);
            group.regularity(&labels).map(|(r, _)| r)
        })
        .collect::<Option<_>>()?;
    let reordered: Vec<f64> = (0..surrogates)
        .into_par_iter()
        .map(|i| {
            let labels = group.reordered(days, &mut Rng::new(&[seed, 4, u64::from(i)]));
            group.regularity(&labels).map(|(r, _)| r)
        })
        .collect::<Option<_>>()?;
    let waits_of = |of: fn(&Waits) -> f64| {
        Spread::of(&shifted.iter().map(|(_, waits)| of(waits)).collect::<Vec<_>>())
    };
    Some(Rotation {
        starts: group.sessions.len(),
        accounts: group.accounts,
        left_out: group.left_out,
        days: days.days(),
        r,
        shifted: Spread::of(&shifted.iter().map(|(r, _)| *r).collect::<Vec<_>>())?,
        drawn: Spread::of(&drawn)?,
        reordered: Spread::of(&reordered)?,
        waits,
        shifted_waits: [waits_of(|w| w.low)?, waits_of(|w| w.high)?],
    })
}

/// R with what each account does on one of its days on another of them. `None` as for [`rotation`], and
/// where accounts are there on too few days to say.
pub fn on_own_days(
    sessions: &[Session],
    days: &DayShift,
    seed: u64,
    surrogates: u32,
) -> Option<Spread> {
    let group = Group::of(sessions, days, seed)?;
    let own = group.own_days();
    let draw = |i| {
        let labels = group.on_own_days(&own, &mut Rng::new(&[seed, 7, u64::from(i)]));
        group.regularity(&labels).map(|(r, _)| r)
    };
    let all: Vec<f64> = own
        .can_tell()
        .then(|| (0..surrogates).into_par_iter().map(draw).collect::<Option<_>>())??;
    Spread::of(&all)
}

/// How many draws of shifted days are at least as regular as what was observed.
#[derive(Clone, Debug, PartialEq)]
pub struct Rank {
    /// Draws made.
    pub draws: u32,
    /// R of those of them with the same or less.
    pub as_regular: Vec<f64>,
}

impl Rank {
    /// How likely chance is as regular. One more of each: what was observed is a draw, too, where
    /// there is nothing but chance.
    pub fn p(&self) -> f64 {
        (self.as_regular.len() + 1) as f64 / f64::from(self.draws + 1)
    }
}

/// Whether more than half of the accounts of these sessions work by clocks of their own.
pub fn are_clocks(sessions: &[Session], days: &DayShift, seed: u64) -> bool {
    Group::of(sessions, days, seed).is_some_and(|group| group.clocks() * 2 > group.accounts)
}

/// Whether an account that starts at these times, in order, works by a clock of its own: three of four
/// of its intervals are a whole number of times the shortest usual one. Jobs of every sixth day keep
/// their order among each other without knowing of each other, and shifted weekends break it.
pub fn is_clock(starts: &[i64]) -> bool {
    let mut intervals: Vec<i64> = starts.windows(2).map(|two| two[1] - two[0]).collect();
    if intervals.len() < 2 {
        return false;
    }
    intervals.sort_unstable();
    let usual = intervals[intervals.len() / 4].max(1);
    let is_multiple = |interval: &&i64| {
        let times = (**interval as f64 / usual as f64).round().max(1.0);
        (**interval as f64 - times * usual as f64).abs() <= (CLOCK.0 * usual as f64).min(CLOCK.1)
    };
    let regular = intervals.iter().filter(is_multiple).count();
    regular * 4 >= intervals.len() * 3
}

/// The rank of R among shifted days, drawn one after another and no further than is needed to see that
/// R is nothing special (J. Besag and P. Clifford, Biometrika 78, 1991). It supposes nothing of
/// how R is distributed, which is far from normal where sessions are few. `None` as for [`rotation`],
/// and for more sessions than can be drawn often enough.
pub fn rank(sessions: &[Session], days: &DayShift, seed: u64) -> Option<Rank> {
    let group = Group::of(sessions, days, seed)?;
    if group.sessions.len() > MOST_SESSIONS {
        return None;
    }
    let observed: Vec<u32> = group.sessions.iter().map(|s| s.account).collect();
    let (r, _) = group.regularity(&observed)?;
    let as_regular = |i: u32| {
        let labels = group.shift(days, &mut Rng::new(&[seed, 3, u64::from(i)]));
        let drawn = group.regularity(&labels)?;
        Some((drawn.0 <= r + 1e-12).then_some(drawn.0))
    };
    let most = MOST_DRAWS.min((MOST_MOVED / group.sessions.len()) as u32);
    let mut rank = Rank { draws: 0, as_regular: Vec::new() };
    while rank.draws < most && rank.as_regular.len() < ENOUGH {
        let until = (rank.draws + AT_ONCE).min(most);
        let more = (rank.draws..until).into_par_iter().map(as_regular);
        rank.as_regular.extend(more.collect::<Option<Vec<_>>>()?.into_iter().flatten());
        rank.draws = until;
    }
    Some(rank)
}

/// Whose the sessions are, in the order in which they start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orders {
    /// As they are.
    pub observed: Vec<u32>,
    /// In one of the draws of shifted days that [`rotation`] compares with.
    pub by_chance: Vec<u32>,
}

/// The order of a group's sessions, and that of the `draw`-th of its shifted days. Accounts are
/// numbered as in `sessions`. `None` as for [`rotation`], and where one of them is left out there.
pub fn orders(sessions: &[Session], days: &DayShift, seed: u64, draw: u32) -> Option<Orders> {
    let group = Group::of(sessions, days, seed).filter(|group| group.left_out == 0)?;
    let observed = group.sessions.iter().map(|s| s.account).collect();
    let by_chance = group.shift(days, &mut Rng::new(&[seed, 1, u64::from(draw)]));
    Some(Orders { observed, by_chance })
}

/// How the accounts of a group's sessions follow each other. `None` as for [`rotation`], and where the
/// most frequent successor comes less than `least` times as often as with another order within each day.
pub fn followed(sessions: &[Session], days: &DayShift, seed: u64, least: f64) -> Option<Followed> {
    super::followed::followed(&Group::of(sessions, days, seed)?, days, seed, least)
}

/// The sessions that are compared, by accounts numbered from 0.
pub(super) struct Group {
    sessions: Vec<Session>,
    accounts: usize,
    left_out: usize,
    seed: u64,
}

impl Group {
    fn of(sessions: &[Session], days: &DayShift, seed: u64) -> Option<Self> {
        let mut held: Vec<Session> =
            sessions.iter().filter(|s| days.holds(s.start)).copied().collect();
        let numbers = held.iter().map(|s| s.account as usize + 1).max().unwrap_or(0);
        let mut counts = vec![0_usize; numbers];
        held.iter().for_each(|s| counts[s.account as usize] += 1);
        let left_out = counts.iter().filter(|n| (1..LEAST_OF_ACCOUNT).contains(*n)).count();
        let mut names = vec![0; numbers];
        let mut accounts = 0;
        for (name, n) in names.iter_mut().zip(&counts) {
            *name = accounts;
            accounts += u32::from(*n >= LEAST_OF_ACCOUNT);
        }
        held.retain(|s| counts[s.account as usize] >= LEAST_OF_ACCOUNT);
        held.iter_mut().for_each(|s| s.account = names[s.account as usize]);
        held.sort_unstable_by_key(|s| (s.start, tie(s.start, s.account, seed)));
        let enough = accounts >= 2 && held.len() >= LEAST_STARTS;
        enough.then_some(Self { sessions: held, accounts: accounts as usize, left_out, seed })
    }

    /// How many accounts work by clocks.
    fn clocks(&self) -> usize {
        let mut starts: Vec<Vec<i64>> = vec![Vec::new(); self.accounts];
        self.sessions.iter().for_each(|s| starts[s.account as usize].push(s.start));
        starts.iter().filter(|starts| is_clock(starts)).count()
    }

    /// The accounts in the order in which their sessions start.
    pub(super) fn observed(&self) -> Vec<u32> {
        self.sessions.iter().map(|s| s.account).collect()
    }

    /// The same with those of each day in another order.
    pub(super) fn reordered(&self, days: &DayShift, rng: &mut Rng) -> Vec<u32> {
        let day_of = |at| days.place(at).map(|(day, _)| day);
        label_draw::reorder(&self.sessions, day_of, self.accounts, rng)
    }

    /// The days on which its accounts are there.
    pub(super) fn own_days(&self) -> OwnDays {
        OwnDays::of(self.sessions.iter().map(|s| (s.account, s.start)), self.accounts)
    }

    /// The accounts in the order in which their sessions start on other days of theirs.
    pub(super) fn on_own_days(&self, own: &OwnDays, rng: &mut Rng) -> Vec<u32> {
        let places = own.draw(rng);
        self.in_order(|s| places.moved(s.account, s.start))
    }

    /// The accounts in the order in which their shifted sessions start.
    pub(super) fn shift(&self, days: &DayShift, rng: &mut Rng) -> Vec<u32> {
        let shifts: Vec<_> = (0..self.accounts).map(|_| days.draw(rng)).collect();
        self.in_order(|s| days.moved(s.start, shifts[s.account as usize]))
    }

    /// The accounts in the order in which their sessions start where they are moved.
    fn in_order(&self, start: impl Fn(&Session) -> i64) -> Vec<u32> {
        let mut moved: Vec<(i64, u32)> =
            self.sessions.iter().map(|s| (start(s), s.account)).collect();
        moved.sort_unstable();
        // Hardly any start at the same moment: only these are drawn for.
        for same in moved.chunk_by_mut(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
            same.sort_unstable_by_key(|(start, account)| {
                (tie(*start, *account, self.seed), *account)
            });
        }
        moved.into_iter().map(|(_, account)| account).collect()
    }

    /// R and the waits of accounts in that order. `None` where one account has them all.
    ///
    /// The order is a circle, as the days are: the last start of an account waits for its first.
    /// A shift moves the seam between last and first day into the middle; were the wait across it
    /// left out where nothing is shifted, series without any irregularity but that one would
    /// differ from their own shifts.
    fn regularity(&self, labels: &[u32]) -> Option<(f64, Waits)> {
        let mut counts = vec![0_u32; self.accounts];
        let mut last = vec![0_u32; self.accounts];
        for (i, account) in (0..).zip(labels) {
            counts[*account as usize] += 1;
            last[*account as usize] = i;
        }
        let total = labels.len() as u32;
        let mut waits = Vec::with_capacity(labels.len());
        let mut sum = 0.0;
        for (i, account) in (0..).zip(labels) {
            let a = *account as usize;
            if counts[a] == total {
                return None;
            }
            let wait = if last[a] < i { i - last[a] } else { i + total - last[a] };
            let share = f64::from(counts[a]) / f64::from(total);
            let off = f64::from(wait) * share - 1.0;
            sum += off * off / (1.0 - share);
            waits.push(wait);
            last[a] = i;
        }
        let of = waits.len();
        (of > 0).then(|| {
            let (low, high) = (of / 10, of - 1 - of / 10);
            let mut at = |i| f64::from(*waits.select_nth_unstable(i).1);
            (sum / of as f64, Waits { low: at(low), high: at(high) })
        })
    }
}

/// What decides between accounts that start at the same moment: a fixed order would look like
/// taking turns.
pub(super) fn tie(at: i64, account: u32, seed: u64) -> u32 {
    (key(&[at.cast_unsigned(), u64::from(account), seed]) >> 32) as u32
}
