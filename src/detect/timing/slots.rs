//! The ten-minute slots in which an account is active, and how many of them two accounts share: as
//! observed, and on shifted days.

use crate::detect::Material;
use crate::detect::nulls::Spread;
use crate::detect::nulls::day_shift::{DayShift, Shift};
use crate::detect::nulls::rotation::SURROGATES;
use crate::model::rng::Rng;
use crate::model::time::{DAY_US, MINUTE_US};

/// Length of a slot, µs.
pub const SLOT_US: i64 = 10 * MINUTE_US;
/// Slots of a day.
const A_DAY: i64 = DAY_US / SLOT_US;
/// Whole days that two accounts must both be there.
const LEAST_DAYS: usize = 5;

/// The slots of an account, as numbers since the epoch, rising.
///
/// Naive: the slots of the sharp times of its rows, each once.
pub fn slots_of(material: &Material<'_>, account: u32) -> Vec<i64> {
    let times = material.sharp_records(account).filter_map(|record| record.at);
    let mut slots: Vec<i64> = times.map(|at| at.0.div_euclid(SLOT_US)).collect();
    slots.dedup();
    slots.shrink_to_fit();
    slots
}

/// What two accounts share.
#[derive(Clone, Debug, PartialEq)]
pub struct Overlap {
    /// Slots in which both are active, in the days when both are there.
    pub shared: Vec<i64>,
    /// Slots of the one with fewer in those days.
    pub fewer: Vec<i64>,
    /// Whether that is the second.
    pub is_second: bool,
    /// Shared slots on shifted days.
    pub shifted: Spread,
    /// The most shared slots of one day.
    pub of_a_day: usize,
    /// The days when both are there.
    pub days: usize,
}

impl Overlap {
    /// Compares the slots of two accounts. Only the days from the later beginning to the earlier end
    /// count: that both came and went in the same month is not that they act at once. `None` where
    /// these are fewer than five.
    pub fn of(a: &[i64], b: &[i64], seed: u64) -> Option<Self> {
        let Held { days, a, b } = Held::of(a, b)?;
        let shared = both(&a, &b);
        let (grid, other) = (Grid::of(&days, &a), Grid::of(&days, &b));
        let first = b.first().and_then(|slot| days.place(slot * SLOT_US)).map(|(day, _)| day);
        let mut rng = Rng::new(&[seed]);
        let mut counts = Vec::with_capacity(SURROGATES as usize);
        for _ in 0..SURROGATES {
            let mut shift = days.draw(&mut rng);
            // By no day is what was observed; a few draws find another.
            for _ in 0..20 {
                if first.is_some_and(|day| days.goes_to(day, shift) != day) {
                    break;
                }
                shift = days.draw(&mut rng);
            }
            counts.push(f64::from(grid.in_common(&other, &days, shift)));
        }
        let of_a_day = shared.chunk_by(|x, y| x / A_DAY == y / A_DAY).map(<[i64]>::len).max();
        let is_second = b.len() < a.len();
        Some(Self {
            fewer: if is_second { b } else { a },
            is_second,
            shared,
            shifted: Spread::of(&counts)?,
            of_a_day: of_a_day.unwrap_or(0),
            days: days.days(),
        })
    }

    /// Standard deviations above shifted days, of which one slot is the least.
    pub fn z(&self) -> f64 {
        (self.shared.len() as f64 - self.shifted.mean) / self.shifted.sd.max(1.0)
    }
}

/// Words that hold a bit for each slot of a day.
const WORDS: usize = (A_DAY as usize).div_ceil(64);

/// The slots of an account as bits of each day, which begin with the span of the days.
struct Grid(Vec<[u64; WORDS]>);

impl Grid {
    fn of(days: &DayShift, slots: &[i64]) -> Self {
        let mut grid = vec![[0; WORDS]; days.days()];
        for (day, at) in slots.iter().filter_map(|slot| days.place(slot * SLOT_US)) {
            let slot = (at / SLOT_US) as usize;
            grid[day][slot / 64] |= 1 << (slot % 64);
        }
        Self(grid)
    }

    /// How many slots this has in common with another whose days are shifted.
    ///
    /// Naive: move every slot of the other one, and count those that are among these.
    fn in_common(&self, other: &Self, days: &DayShift, shift: Shift) -> u32 {
        let of = |(day, from): (usize, &[u64; WORDS])| {
            let to = &self.0[days.goes_to(day, shift)];
            to.iter().zip(from).map(|(a, b)| (a & b).count_ones()).sum::<u32>()
        };
        other.0.iter().enumerate().map(of).sum()
    }
}

/// The slots of two accounts in the days when both are there.
struct Held {
    days: DayShift,
    a: Vec<i64>,
    b: Vec<i64>,
}

impl Held {
    /// `None` where these are fewer than five.
    fn of(a: &[i64], b: &[i64]) -> Option<Self> {
        let from = *a.first()?.max(b.first()?);
        let to = *a.last()?.min(b.last()?);
        let days = DayShift::new(from * SLOT_US, (to + 1) * SLOT_US)?;
        if days.days() < LEAST_DAYS {
            return None;
        }
        let held = |slots: &[i64]| -> Vec<i64> {
            slots.iter().copied().filter(|slot| days.holds(slot * SLOT_US)).collect()
        };
        let (a, b) = (held(a), held(b));
        Some(Self { days, a, b })
    }
}

/// How many slots two accounts share, and how many the one with fewer has, in the days when both
/// are there: what [`Overlap::of`] finds, without shifted days.
pub fn observed(a: &[i64], b: &[i64]) -> Option<(usize, usize)> {
    let held = Held::of(a, b)?;
    Some((both(&held.a, &held.b).len(), held.a.len().min(held.b.len())))
}

/// How many slots two accounts share; 0 where fewer than a quarter of those of the one with fewer, which
/// no more is made of.
pub fn common(a: &[i64], b: &[i64]) -> usize {
    let (a, b) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let from = b.partition_point(|slot| Some(slot) < a.first());
    let shared = both(a, &b[from..]).len();
    if 4 * shared < a.len() { 0 } else { shared }
}

/// What two rising lists have in common.
fn both(a: &[i64], b: &[i64]) -> Vec<i64> {
    let mut rest = b.iter().peekable();
    let mut found = Vec::new();
    for slot in a {
        while rest.next_if(|other| *other < slot).is_some() {}
        if rest.next_if(|other| *other == slot).is_some() {
            found.push(*slot);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::rng::Rng;

    proptest! {
        #[test]
        fn common_slots_are_those_in_both(
            a in prop::collection::btree_set(0_i64..60, 0..30),
            b in prop::collection::btree_set(0_i64..60, 0..30),
        ) {
            let list = |set: &std::collections::BTreeSet<i64>| set.iter().copied().collect::<Vec<_>>();
            let naive: Vec<i64> = a.intersection(&b).copied().collect();
            prop_assert_eq!(both(&list(&a), &list(&b)), naive);
        }

        #[test]
        fn slots_in_common_on_shifted_days_are_those_that_were_moved_onto_each_other(
            a in prop::collection::btree_set(0_i64..40 * A_DAY, 2..300),
            b in prop::collection::btree_set(0_i64..40 * A_DAY, 2..300),
            (start, length) in (0..2 * A_DAY, 2 * A_DAY..38 * A_DAY), seed: u64,
        ) {
            let days = DayShift::new(start * SLOT_US, (start + length) * SLOT_US).expect("days");
            let held = |of: &std::collections::BTreeSet<i64>| -> Vec<i64> {
                of.iter().copied().filter(|slot| days.holds(slot * SLOT_US)).collect()
            };
            let (a, b) = (held(&a), held(&b));
            let shift = days.draw(&mut Rng::new(&[seed]));
            let moved = |slot: &i64| days.moved(slot * SLOT_US, shift).div_euclid(SLOT_US);
            let mut naive: Vec<i64> = b.iter().map(moved).collect();
            naive.sort_unstable();
            let grids = (Grid::of(&days, &a), Grid::of(&days, &b));
            let found = grids.0.in_common(&grids.1, &days, shift);
            prop_assert_eq!(found as usize, both(&a, &naive).len());
        }
    }

    #[test]
    fn strangers_with_the_same_habits_share_no_more_than_on_shifted_days_and_partners_do() {
        let mut rng = Rng::new(&[8]);
        // Working hours of twenty days, each slot with a chance of a fifth.
        let mut draw = || -> Vec<i64> {
            let slots = (0..20 * A_DAY).filter(|slot| (54..108).contains(&(slot % A_DAY)));
            slots.filter(|_| rng.chance(0.2)).collect()
        };
        let (one, other) = (draw(), draw());
        let strangers = Overlap::of(&one, &other, 1).expect("days");
        assert!(strangers.z().abs() < 3.0, "{strangers:?}");
        let partners = Overlap::of(&one, &one, 1).expect("days");
        assert!(partners.z() > 8.0 && partners.of_a_day * 4 < partners.shared.len());
        assert!(Overlap::of(&one, &[], 1).is_none() && Overlap::of(&[1, 2], &[1, 2], 1).is_none());
    }
}
