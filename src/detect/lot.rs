//! Which prompts are read: reading all of them takes longer than everything else, and a share of
//! what an account asks is known well enough from a thousand.
//!
//! Of every account the calls with the lowest numbers are read, where a call's number is a hash of
//! its event: as good as drawn by lot, and the same whoever draws. An account with no more calls
//! than that is read whole.

use rayon::prelude::*;

use crate::index::Index;
use crate::model::rng::mix;

/// Calls of an account whose words and wishes are read, at most. A share of one fifth is then known
/// to 2.5 percent points (95 %).
pub const MOST_READ: usize = 1_000;
/// Calls of an account whose item numbers are read, at most: what two accounts have in common
/// grows with the product of both.
pub const MOST_NUMBERED: usize = 4_000;

/// A set of events, or of rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Events(Vec<u64>);

impl Events {
    /// Room for the events up to one.
    fn up_to(last: u64) -> Self {
        Self(vec![0; last as usize / 64 + 1])
    }

    /// Those below one that are asked for.
    fn asked(end: u64, is_asked: impl Fn(u64) -> bool + Sync) -> Self {
        let word = |first: u64| {
            let all = first..end.min(first + 64);
            all.filter(|one| is_asked(*one)).fold(0, |word, one| word | 1 << (one % 64))
        };
        Self((0..end.div_ceil(64)).into_par_iter().map(|at| word(at * 64)).collect())
    }

    fn add(&mut self, event: u64) {
        if let Some(word) = self.0.get_mut(event as usize / 64) {
            *word |= 1 << (event % 64);
        }
    }

    /// Whether an event is one of them.
    pub fn has(&self, event: u64) -> bool {
        self.0.get(event as usize / 64).is_some_and(|word| word & (1 << (event % 64)) != 0)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }
}

/// Of every account at most so many of the calls that are asked for, by lot, as the events whose
/// records tell of them.
///
/// Naive: of each account sort the calls that count and are asked for by a hash of their events,
/// and take the first.
pub fn draw(index: &Index, most: usize, is_asked: impl Fn(u32) -> bool + Sync) -> Events {
    let counted = index.everything();
    // In the order of the rows first: what is asked of them lies one after the other then.
    let asked = Events::asked(index.len() as u64, |row| {
        counted.contains(row as u32) && is_asked(row as u32)
    });
    let of = |account: u32| {
        let rows = index.rows_of_account(account).iter().copied();
        let mut rows: Vec<(u64, u32)> = rows
            .filter(|row| asked.has(u64::from(*row)))
            .map(|row| (mix(index.event_id(row)), row))
            .collect();
        if rows.len() > most {
            rows.select_nth_unstable(most);
            rows.truncate(most);
        }
        rows.into_iter().flat_map(|(_, row)| tell_of(index, row)).collect::<Vec<u64>>()
    };
    let accounts = (0..index.accounts().len() as u32).into_par_iter().with_min_len(16);
    let drawn: Vec<Vec<u64>> = accounts.map(of).collect();
    // Events are numbered without gaps; a damaged case may say otherwise.
    let mut events = Events::up_to(index.last_event_id().min(index.len() as u64 * 2));
    drawn.iter().flatten().for_each(|event| events.add(*event));
    events
}

/// The events whose records tell of a call: its own, and those that are joined with it.
fn tell_of(index: &Index, row: u32) -> impl Iterator<Item = u64> {
    let joined = index.completed_by(row).into_iter();
    std::iter::once(row).chain(joined).map(move |row| index.event_id(row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::testkit::{Asked, case};

    #[test]
    fn a_small_account_is_read_whole_and_of_a_large_one_so_many() {
        let of = |i: u32| Asked::of(i.into(), u32::from(i >= 500), 0, 1);
        let index = case(2, &["x"], &(0..540).map(of).collect::<Vec<_>>());
        let drawn = draw(&index, 100, |_| true);
        let of_account = |account| {
            let rows = index.rows_of_account(account).iter();
            rows.filter(|row| drawn.has(index.event_id(**row))).count()
        };
        assert_eq!((of_account(0), of_account(1)), (100, 40));
        assert_eq!(drawn, draw(&index, 100, |_| true), "the same again");
        let early = index.rows_of_account(0).iter().take(250);
        let early = early.filter(|row| drawn.has(index.event_id(**row))).count();
        assert!((30..70).contains(&early), "{early}: from the whole of it");
    }

    #[test]
    fn only_what_is_asked_for_is_drawn_and_an_event_that_is_not_there_is_none() {
        let index = case(1, &["x"], &(0..9).map(|i| Asked::of(i, 0, 0, 1)).collect::<Vec<_>>());
        let drawn = draw(&index, 100, |row| row < 3);
        let events: Vec<u64> = (0..99).filter(|event| drawn.has(*event)).collect();
        assert_eq!(events, [1, 2, 3]);
        assert!(!drawn.has(u64::MAX) && !drawn.is_empty());
        assert!(draw(&index, 100, |_| false).is_empty());
    }
}
