//! Whether accounts follow each other in one order, also where some of them rest: how often the account
//! comes next that most often follows the same one.
//!
//! Who deals work out round by round leaves out whoever is stopped for the moment, so that the waits of
//! an account are one round, two, or three; its successor is the same all along.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::day_shift::DayShift;
use super::rotation::Group;
use super::spread::Spread;
use crate::model::rng::Rng;

/// Draws of each null.
const DRAWS: u64 = 39;
/// Sessions that are looked at, from the first.
const MOST_SESSIONS: usize = 3_000;

/// How a group's accounts follow each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Followed {
    /// Share of the sessions after which the account comes that most often follows the same one.
    pub share: f64,
    /// The same on shifted days.
    pub shifted: Spread,
    /// The same with the accounts of each day in another order.
    pub reordered: Spread,
    /// The same with what each account does on other days of its own; `None` where accounts are there on
    /// too few days to say.
    pub own_days: Option<Spread>,
}

impl Followed {
    /// Standard deviations above shifted days; `None` where all shifted days are alike.
    pub fn z(&self) -> Option<f64> {
        self.shifted.z(self.share)
    }

    /// Whether it is more by so many standard deviations even where each account keeps its days; `true`
    /// where that cannot be asked.
    pub fn is_beyond_calendars(&self, least_z: f64) -> bool {
        let z = |own: &Spread| own.z(self.share).is_some_and(|z| z >= least_z);
        self.own_days.as_ref().is_none_or(z)
    }

    /// Times as much as with another order within each day.
    pub fn ratio(&self) -> f64 {
        self.share / self.reordered.mean.max(f64::MIN_POSITIVE)
    }
}

/// Of a group's sessions. `None` where one account follows another by necessity, and where the share is
/// less than `least` times that with another order within each day: shifted days cost more.
pub(super) fn followed(group: &Group, days: &DayShift, seed: u64, least: f64) -> Option<Followed> {
    let first = |mut labels: Vec<u32>| {
        labels.truncate(MOST_SESSIONS);
        share(&labels)
    };
    let observed = first(group.observed())?;
    let drawn = |null: u64, of: &(dyn Fn(&mut Rng) -> Vec<u32> + Sync)| {
        let draw = |i| first(of(&mut Rng::new(&[seed, null, i])));
        let all: Option<Vec<f64>> = (0..DRAWS).into_par_iter().map(draw).collect();
        Spread::of(&all?)
    };
    let reordered = drawn(6, &|rng| group.reordered(days, rng))?;
    let is_more = observed >= least * reordered.mean;
    let shifted = is_more.then(|| drawn(5, &|rng| group.shift(days, rng)))??;
    let own = group.own_days();
    let own_days = match own.can_tell() {
        true => Some(drawn(8, &|rng| group.on_own_days(&own, rng))?),
        false => None,
    };
    Some(Followed { share: observed, shifted, reordered, own_days })
}

/// The share of turns from one account to another that go to its most frequent successor. `None` of
/// fewer than three accounts.
fn share(labels: &[u32]) -> Option<f64> {
    let mut turns: FxHashMap<(u32, u32), u32> = FxHashMap::default();
    let turn = |two: &&[u32]| two[0] != two[1];
    labels.windows(2).filter(turn).for_each(|two| *turns.entry((two[0], two[1])).or_default() += 1);
    let mut most: FxHashMap<u32, u32> = FxHashMap::default();
    for ((from, _), n) in &turns {
        let of = most.entry(*from).or_default();
        *of = (*of).max(*n);
    }
    let all: u32 = turns.values().sum();
    (most.len() > 2).then(|| f64::from(most.values().sum::<u32>()) / f64::from(all))
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_fixed_order_is_followed_throughout_and_one_with_rests_mostly() {
        let strict: Vec<u32> = (0..100).map(|i| i % 5).collect();
        assert_eq!(share(&strict), Some(1.0));
        let rests: Vec<u32> = (0..100).filter(|i| i % 7 != 3).map(|i| i % 5).collect();
        let found = share(&rests).expect("five accounts");
        assert!((0.7..0.95).contains(&found), "{found}");
        assert_eq!(share(&[0, 1, 0, 1]), None, "two follow each other by necessity");
    }
}
