//! Whether two accounts take turns: runs among their merged session starts, held against shifted
//! days. The plain z of Wald and Wolfowitz is far too high for two strangers, because a session
//! keeps its account from starting another.

use super::day_shift::DayShift;
use super::own_days::OwnDays;
use super::rotation::tie;
use super::spread::Spread;
use crate::detect::stats::runs::{Runs, runs};
use crate::model::rng::Rng;

/// Draws of a shift that differs from the other account's.
const TRIES: usize = 20;

/// How two accounts follow each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternation {
    /// Runs among the merged starts, with the plain z.
    pub runs: Runs,
    /// The plain z on shifted days.
    pub shifted: Spread,
}

impl Alternation {
    /// Standard deviations above shifted days: positive where the two take turns. `None` where
    /// all shifted days are alike.
    pub fn z(&self) -> Option<f64> {
        self.shifted.z(self.runs.z)
    }
}

/// Compares the starts of two accounts, µs, with `surrogates` shifts of their days. `None` where
/// one has none on whole days, or both have too few for a variance.
pub fn alternation(
    first: &[i64],
    second: &[i64],
    days: &DayShift,
    seed: u64,
    surrogates: u32,
) -> Option<Alternation> {
    let both = [first, second];
    let marked = both.iter().zip([true, false]).flat_map(|(starts, kind)| {
        starts.iter().filter(|at| days.holds(**at)).map(move |at| (*at, kind))
    });
    let starts: Vec<(i64, bool)> = marked.collect();
    let runs = count(starts.iter().copied(), seed)?;
    let mut rng = Rng::new(&[seed]);
    let shifted: Vec<f64> = (0..surrogates)
        .map(|_| {
            let a = days.draw(&mut rng);
            // Both by as many days is what was observed, and no null.
            let mut b = days.draw(&mut rng);
            for _ in 0..TRIES {
                if b != a {
                    break;
                }
                b = days.draw(&mut rng);
            }
            let moved =
                starts.iter().map(|(at, kind)| (days.moved(*at, if *kind { a } else { b }), *kind));
            count(moved, seed).map(|runs| runs.z)
        })
        .collect::<Option<_>>()?;
    Some(Alternation { runs, shifted: Spread::of(&shifted)? })
}

/// The plain z with what each of two does on other days of its own. `None` as for [`alternation`], and
/// where they are there on too few days to say.
pub fn on_own_days(
    first: &[i64],
    second: &[i64],
    days: &DayShift,
    seed: u64,
    surrogates: u32,
) -> Option<Spread> {
    let both = [first, second];
    let numbered = both.iter().zip(0..).flat_map(|(starts, number)| {
        starts.iter().filter(|at| days.holds(**at)).map(move |at| (number, *at))
    });
    let starts: Vec<(u32, i64)> = numbered.collect();
    let own = OwnDays::of(starts.iter().copied(), 2);
    let mut rng = Rng::new(&[seed, 1]);
    let draw = |_| {
        let places = own.draw(&mut rng);
        let moved = starts.iter().map(|(number, at)| (places.moved(*number, *at), *number == 0));
        count(moved, seed).map(|runs| runs.z)
    };
    let all: Vec<f64> =
        own.can_tell().then(|| (0..surrogates).map(draw).collect::<Option<_>>())??;
    Spread::of(&all)
}

fn count(starts: impl Iterator<Item = (i64, bool)>, seed: u64) -> Option<Runs> {
    let mut merged: Vec<(i64, bool)> = starts.collect();
    merged.sort_unstable();
    // Hardly any start at the same moment: only these are drawn for.
    for same in merged.chunk_by_mut(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
        same.sort_unstable_by_key(|(at, kind)| (tie(*at, u32::from(*kind), seed), *kind));
    }
    runs(merged.into_iter().map(|(_, kind)| kind))
}
