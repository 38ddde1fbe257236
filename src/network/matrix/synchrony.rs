//! How much of their time any two accounts share.
//!
//! The measure is that of D03: ten-minute slots in which both are active, as a share of those of the
//! one with fewer. Only whole days on which both are there count: that both came and went in the same
//! month is not that they act at once. After SynchroTrap (Q. Cao et al., CCS 2014); what habits
//! explain is known from shifted days ([`Synchrony::usual`]).

use rayon::prelude::*;

use crate::index::Index;
use crate::job::{Cancelled, Progress};
use crate::model::time::{DAY_US, MINUTE_US};
use crate::model::{TimePrecision, TimeQuality};

/// Length of a slot, µs.
pub const BIN_US: i64 = 10 * MINUTE_US;
/// What a value is.
pub const MEASURE: &str = "share of ten-minute slots in common";
/// Whole days on which two accounts must both be there.
const LEAST_DAYS: u32 = 5;
/// From so many whole days on, weekends keep apart.
const WEEKS: u32 = 28;
/// Pairs of which it is found what chance gives.
const SAMPLED: usize = 200;
/// Rows that a thread takes at once: small, since the first rows are the longest.
const AT_ONCE: usize = 16;

/// The slots in which an account is active, as numbers since 1970 (UTC), rising. Only records of the
/// case's own granularity whose time is good enough to be compared with another: to the second, and
/// no guess of a day.
///
/// Naive: the slots of the times of such rows, each once.
pub fn active_bins(index: &Index, account: u32, bin_us: i64) -> Vec<u32> {
    let bin_us = bin_us.max(1);
    let counted = index.everything();
    let is_sharp = |row: &&u32| {
        let row = **row;
        let view = index.row(row);
        let (precision, quality) = (view.call().time_precision, view.call().time_quality);
        counted.contains(row)
            && !matches!(precision, TimePrecision::Minute | TimePrecision::Day)
            && !matches!(precision, TimePrecision::None)
            && !matches!(quality, TimeQuality::Day | TimeQuality::None)
    };
    let rows = index.rows_of_account(account).iter().filter(is_sharp);
    let bin = |row: &u32| u32::try_from(index.at(*row)?.0.div_euclid(bin_us)).ok();
    let mut bins: Vec<u32> = rows.filter_map(bin).collect();
    bins.sort_unstable();
    bins.dedup();
    bins
}

/// How much of their time any two accounts share.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Synchrony {
    /// How many accounts.
    pub accounts: usize,
    /// Row by row, 0…1 and the same both ways, 1 on the diagonal; no number where two accounts are
    /// there together for less than five whole days.
    pub values: Vec<f32>,
    /// What two of them share on shifted days, mean over up to 200 pairs: what habits explain.
    pub usual: Option<f32>,
}

impl Synchrony {
    /// Of accounts, by the slots in which each is active, which rise; slots of `bin_us` µs, of which
    /// whole ones make up a day. The same with any number of threads.
    ///
    /// # Errors
    /// When cancelled.
    pub fn of(bins: &[Vec<u32>], bin_us: i64, progress: &Progress) -> Result<Self, Cancelled> {
        let a_day = u32::try_from(DAY_US / bin_us.max(1)).unwrap_or(1).max(1);
        progress.set_phase("comparing when accounts are active", bins.len() as u64);
        let words = Words::of(bins);
        let mut order: Vec<usize> = (0..bins.len()).collect();
        // The bits of the longer one are laid out once, those of the shorter ones run through.
        let length = |at: &usize| words.lists.get(*at).map_or(0, |list| list.bits.len());
        order.sort_by_key(|at| (std::cmp::Reverse(length(at)), *at));
        let row = |at: usize| {
            progress.check()?;
            let row = words.row(bins, &order[at..], a_day);
            progress.advance(1);
            Ok(row)
        };
        let places = (0..order.len()).into_par_iter().with_max_len(AT_ONCE);
        let rows = places.map(row).collect::<Result<Vec<Vec<f32>>, Cancelled>>()?;
        let usual = usual(bins, a_day, progress)?;
        Ok(Self { accounts: bins.len(), values: spread(&order, &rows), usual })
    }

    /// What two share; `None` where there is nothing to compare.
    pub fn get(&self, row: usize, column: usize) -> Option<f32> {
        let is_inside = row < self.accounts && column < self.accounts;
        let value = is_inside.then(|| self.values.get(row * self.accounts + column)).flatten()?;
        value.is_finite().then_some(*value)
    }

    /// Row by row in another order of the accounts.
    pub fn in_order(&self, order: &[usize]) -> Vec<f32> {
        let of = |row: &usize| {
            let row = *row;
            order.iter().map(move |column| self.get(row, *column).unwrap_or(f32::NAN))
        };
        order.iter().flat_map(of).collect()
    }
}

/// Rows of a triangle in some order, as a square in the order of the accounts.
fn spread(order: &[usize], rows: &[Vec<f32>]) -> Vec<f32> {
    let n = order.len();
    let mut values = vec![1.0; n * n];
    for (at, row) in rows.iter().enumerate() {
        let (i, others) = (order[at], &order[at + 1..]);
        for (k, value) in others.iter().zip(row) {
            values[i * n + k] = *value;
            values[k * n + i] = *value;
        }
    }
    values
}

/// The slots of an account as bits, in words of sixty-four.
struct List {
    /// The place of each word among those that any account has, rising.
    places: Vec<u32>,
    bits: Vec<u64>,
    /// Whether the places follow each other without a gap.
    is_whole: bool,
}

impl List {
    /// Words of no slots are put in where that closes gaps and there are not too many of them: what
    /// follows each other is compared several words at a time.
    fn of(bins: &[u32], numbers: &[u32]) -> Self {
        let (mut places, mut bits) = (Vec::new(), Vec::new());
        for part in bins.chunk_by(|a, b| a / 64 == b / 64) {
            let number = part.first().map_or(0, |bin| bin / 64);
            places.push(numbers.binary_search(&number).unwrap_or(0) as u32);
            bits.push(part.iter().fold(0_u64, |bits, bin| bits | 1 << (bin % 64)));
        }
        let (from, to) = (places.first().copied(), places.last().copied());
        let (Some(from), Some(to)) = (from, to) else {
            return Self { places, bits, is_whole: true };
        };
        let length = (to - from + 1) as usize;
        if length > 4 * places.len() {
            return Self { places, bits, is_whole: false };
        }
        let mut whole = vec![0; length];
        for (place, bits) in places.iter().zip(bits) {
            whole[(place - from) as usize] = bits;
        }
        Self { places: (from..=to).collect(), bits: whole, is_whole: true }
    }

    /// How many slots this has in common with an account whose bits are laid out, in words of some
    /// places.
    fn in_common(&self, laid_out: &[u64], from: u32, to: u32) -> u32 {
        let first = position(&self.places, from);
        let end = position(&self.places, to);
        let bits = self.bits.get(first..end).unwrap_or_default();
        let places = self.places.get(first..end).unwrap_or_default();
        if self.is_whole {
            let place = places.first().map_or(0, |place| *place as usize);
            let others = laid_out.get(place..).unwrap_or_default();
            return bits.iter().zip(others).map(|(a, b)| (a & b).count_ones()).sum();
        }
        let other = |place: &u32| laid_out.get(*place as usize).copied().unwrap_or(0);
        bits.iter().zip(places).map(|(bits, place)| (bits & other(place)).count_ones()).sum()
    }

    /// The bits of a word.
    fn word(&self, place: u32) -> u64 {
        let at = position(&self.places, place);
        let is_there = self.places.get(at) == Some(&place);
        self.bits.get(at).copied().filter(|_| is_there).unwrap_or(0)
    }
}

/// The slots of all accounts as bits.
struct Words {
    /// The words that any account has, rising.
    numbers: Vec<u32>,
    lists: Vec<List>,
}

impl Words {
    fn of(bins: &[Vec<u32>]) -> Self {
        let mut numbers: Vec<u32> = bins.iter().flatten().map(|bin| bin / 64).collect();
        numbers.par_sort_unstable();
        numbers.dedup();
        let lists = bins.par_iter().map(|bins| List::of(bins, &numbers)).collect();
        Self { numbers, lists }
    }

    /// What the first of some accounts shares with each of the others.
    fn row(&self, bins: &[Vec<u32>], accounts: &[usize], a_day: u32) -> Vec<f32> {
        let Some((first, others)) = accounts.split_first() else { return Vec::new() };
        let mut laid_out = vec![0; self.numbers.len()];
        if let Some(list) = self.lists.get(*first) {
            for (place, bits) in list.places.iter().zip(&list.bits) {
                laid_out[*place as usize] = *bits;
            }
        }
        let share = |other: &usize| {
            let (one, two) = (bins.get(*first)?, bins.get(*other)?);
            let window = Window::of(one, two, a_day)?;
            let fewer = window.held(one).len().min(window.held(two).len());
            let shared = self.in_common(&laid_out, self.lists.get(*other)?, &window);
            (fewer > 0).then(|| (shared as f32 / fewer as f32).min(1.0))
        };
        others.iter().map(|other| share(other).unwrap_or(f32::NAN)).collect()
    }

    /// How many slots of a window an account has in common with one whose bits are laid out.
    fn in_common(&self, laid_out: &[u64], list: &List, window: &Window) -> u32 {
        let place = |number: u32| position(&self.numbers, number) as u32;
        let (first, last) = (window.from / 64, window.to / 64);
        let (from, to) = (place(first), place(last));
        // The words at both ends may begin before the window and end after it.
        let at_end = |number: u32, place: u32, keep: u64| {
            let is_there = self.numbers.get(place as usize) == Some(&number);
            let other = laid_out.get(place as usize).copied().filter(|_| is_there).unwrap_or(0);
            (list.word(place) & other & keep).count_ones()
        };
        list.in_common(laid_out, from, to) + at_end(last, to, below(window.to))
            - at_end(first, from, below(window.from))
    }
}

/// How many of some numbers, which rise, lie below one. Without a search where none is missing.
fn position(numbers: &[u32], number: u32) -> usize {
    let first = numbers.first().copied().unwrap_or(0);
    let guess = number.saturating_sub(first) as usize;
    match numbers.get(guess) == Some(&number) {
        true => guess,
        false => numbers.partition_point(|other| *other < number),
    }
}

/// The bits of a word before a slot.
fn below(bin: u32) -> u64 {
    (1_u64 << (bin % 64)) - 1
}

/// Whole days on which two accounts are both there, in slots.
struct Window {
    from: u32,
    to: u32,
    a_day: u32,
}

impl Window {
    /// `None` below five days. From four weeks on, days begin at midnight (UTC).
    fn of(a: &[u32], b: &[u32], a_day: u32) -> Option<Self> {
        let from = *a.first()?.max(b.first()?);
        let end = a.last()?.min(b.last()?).checked_add(1)?;
        let midnight = from.div_ceil(a_day).saturating_mul(a_day);
        let at_midnight = end.saturating_sub(midnight) / a_day;
        let (from, days) = match at_midnight >= WEEKS {
            true => (midnight, at_midnight),
            false => (from, end.saturating_sub(from) / a_day),
        };
        (days >= LEAST_DAYS).then(|| Self { from, to: from + days * a_day, a_day })
    }

    /// The slots of an account in these days.
    fn held<'a>(&self, bins: &'a [u32]) -> &'a [u32] {
        let from = bins.partition_point(|bin| *bin < self.from);
        let to = bins.partition_point(|bin| *bin < self.to);
        bins.get(from..to).unwrap_or_default()
    }

    /// Working days are circle 0, weekends circle 1; below four weeks all days are circle 0.
    fn circle(&self, bin: u32) -> usize {
        let weeks = self.from.is_multiple_of(self.a_day)
            && self.to - self.from >= WEEKS.saturating_mul(self.a_day);
        // The epoch was a Thursday.
        usize::from(weeks && (bin / self.a_day + 3) % 7 >= 5)
    }

    /// How often each time of day is among some slots, circle by circle.
    fn habits(&self, bins: &[u32]) -> [Vec<u32>; 2] {
        let mut habits = [vec![0; self.a_day as usize], vec![0; self.a_day as usize]];
        for bin in bins {
            let time = ((bin - self.from) % self.a_day) as usize;
            habits[self.circle(*bin)][time] += 1;
        }
        habits
    }

    /// Days of each circle.
    fn days(&self) -> [u32; 2] {
        let mut days = [0; 2];
        for day in 0..(self.to - self.from) / self.a_day {
            days[self.circle(self.from + day * self.a_day)] += 1;
        }
        days
    }

    /// What two share on shifted days, as a share: the mean over all shifts but the one by no day,
    /// which needs no draws. At each time of day, every day of one meets every day of the other.
    fn shifted(&self, a: &[u32], b: &[u32]) -> Option<f64> {
        let (a, b) = (self.held(a), self.held(b));
        let mut observed = [0_u32; 2];
        for bin in a.iter().filter(|bin| b.binary_search(bin).is_ok()) {
            observed[self.circle(*bin)] += 1;
        }
        let (one, two) = (self.habits(a), self.habits(b));
        let mut expected = 0.0;
        for ((one, two), (days, observed)) in
            one.iter().zip(&two).zip(self.days().iter().zip(observed))
        {
            let met = one.iter().zip(two).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum::<f64>();
            expected += (met - f64::from(observed)) / f64::from(days.saturating_sub(1).max(1));
        }
        let fewer = a.len().min(b.len());
        (fewer > 0).then(|| expected / fewer as f64)
    }
}

/// What two accounts share on shifted days, mean over some pairs.
fn usual(bins: &[Vec<u32>], a_day: u32, progress: &Progress) -> Result<Option<f32>, Cancelled> {
    let n = bins.len();
    let step = (n * n.saturating_sub(1) / 2).div_ceil(SAMPLED).max(1);
    let pairs = (0..n).flat_map(|i| (i + 1..n).map(move |k| (i, k))).step_by(step);
    let (mut sum, mut count) = (0.0, 0_u32);
    for (i, k) in pairs {
        progress.check()?;
        let (Some(a), Some(b)) = (bins.get(i), bins.get(k)) else { continue };
        if let Some(share) = Window::of(a, b, a_day).and_then(|window| window.shifted(a, b)) {
            sum += share;
            count += 1;
        }
    }
    Ok((count > 0).then(|| (sum / f64::from(count)) as f32))
}

#[cfg(test)]
#[path = "synchrony_tests.rs"]
mod tests;
