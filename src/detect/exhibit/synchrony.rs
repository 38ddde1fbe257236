//! D03: when the accounts are active, how many at once, and how much any two have in common.

use super::facts::{Facts, count, heaviest, shown_of, span, written};
use super::kind::{Band, Curve, Ink, Mark, Matrix, Order, Raster, Series, Style};
use super::{Exhibit, Picture};
use crate::detect::nulls::day_shift::DayShift;
use crate::detect::nulls::rotation::SURROGATES;
use crate::detect::timing::slots::{Overlap, SLOT_US, observed, slots_of};
use crate::job::Cancelled;
use crate::model::finding::Unit;
use crate::model::rng::{Rng, key};
use crate::model::time::HOUR_US;

/// Accounts that are shown.
const MOST_LANES: usize = 60;
/// Slots that are shown: two days.
const WINDOW: i64 = 48 * HOUR_US / SLOT_US;
/// Pairs that the usual share is taken from.
const SAMPLED: usize = 30;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let index = facts.material.index;
    let strangers = facts.material.strangers(facts.members);
    let weights: Vec<u64> =
        strangers.iter().map(|a| index.rows_of_account(*a).len() as u64).collect();
    let mut slots = Vec::new();
    for at in heaviest(&weights, MOST_LANES) {
        facts.progress.check()?;
        slots.push((strangers[at], slots_of(facts.material, strangers[at])));
    }
    slots.retain(|(_, of)| !of.is_empty());
    if slots.len() < 2 {
        return Ok(Vec::new());
    }
    let matrix = matrix(facts, &slots, strangers.len())?;
    let order = matrix.lanes.iter().map(|lane| lane.account);
    let of = |account: u32| slots.iter().find(|(a, _)| *a == account).cloned();
    let slots: Vec<(u32, Vec<i64>)> = order.filter_map(of).collect();
    let together = Together { facts, slots: &slots, start: busiest(&slots), of: strangers.len() };
    let mut all = vec![together.raster()];
    facts.progress.check()?;
    all.extend(together.curve());
    let summary = format!(
        "How many of the ten-minute slots of the one with fewer any two of {} accounts have in \
         common{}.",
        count(slots.len()),
        matrix.usual.map_or_else(String::new, |usual| format!(
            "; on shifted days {}",
            written(f64::from(usual), Unit::Share)
        )),
    );
    all.push(Exhibit {
        title: "Slots in common".into(),
        picture: Picture::Matrix(matrix),
        summary,
        key: vec![(Ink::Cited, "more in common".into()), (Ink::Null, "as on shifted days".into())],
    });
    Ok(all)
}

/// The first slot of the two days with most activity.
fn busiest(slots: &[(u32, Vec<i64>)]) -> i64 {
    let mut all: Vec<i64> = slots.iter().flat_map(|(_, of)| of.iter().copied()).collect();
    all.sort_unstable();
    let (mut end, mut best) = (0, (0, 0));
    for (from, slot) in all.iter().enumerate() {
        while end < all.len() && all[end] < slot + WINDOW {
            end += 1;
        }
        if end - from > best.0 {
            best = (end - from, *slot);
        }
    }
    best.1
}

struct Together<'a> {
    facts: &'a Facts<'a>,
    slots: &'a [(u32, Vec<i64>)],
    start: i64,
    of: usize,
}

impl Together<'_> {
    /// How many accounts are active in each slot of the window.
    fn active<'s>(&self, of: impl Iterator<Item = &'s [i64]>) -> Vec<u32> {
        let mut active = vec![0; WINDOW as usize];
        for slot in of.flatten() {
            if (0..WINDOW).contains(&(slot - self.start)) {
                active[(slot - self.start) as usize] += 1;
            }
        }
        active
    }

    /// From how many accounts on a slot is one of many.
    fn many(&self) -> u32 {
        (self.slots.len() as u32).div_ceil(4).max(2)
    }

    fn raster(&self) -> Exhibit {
        let active = self.active(self.slots.iter().map(|(_, of)| of.as_slice()));
        let many = self.many();
        let mut marks = Vec::new();
        for (lane, (_, of)) in (0..).zip(self.slots) {
            let from = of.partition_point(|slot| *slot < self.start);
            for slot in of[from..].iter().take_while(|slot| **slot < self.start + WINDOW) {
                let is_shared = active[(slot - self.start) as usize] >= many;
                let ink = if is_shared { Ink::Cited } else { Ink::Other };
                marks.push(Mark { lane, at: slot * SLOT_US, ink, event: None });
            }
        }
        let shared = active.iter().filter(|n| **n >= many).count();
        let axis = span(self.start * SLOT_US, (self.start + WINDOW) * SLOT_US);
        let raster = Raster {
            lanes: self.slots.iter().map(|(account, _)| self.facts.lane(*account)).collect(),
            order: Order::Time(axis),
            marks,
            threads: Vec::new(),
            moments: self.facts.moments(axis),
            lanes_note: shown_of(self.slots.len(), self.of, "accounts", "those with most records"),
            axis_note: "the busiest 48 h".into(),
            ghost: None,
        };
        let summary = format!(
            "Ten-minute slots in which each account is active, in the busiest 48 h; in {shared} of \
             them {many} accounts or more are active at once.",
        );
        Exhibit {
            title: "Active slots".into(),
            picture: Picture::Raster(raster),
            summary,
            key: vec![
                (Ink::Cited, format!("slot in which {many} or more are active")),
                (Ink::Other, "any other active slot".into()),
            ],
        }
    }

    fn curve(&self) -> Option<Exhibit> {
        let active = self.active(self.slots.iter().map(|(_, of)| of.as_slice()));
        let first = self.slots.iter().filter_map(|(_, of)| of.first()).min()?;
        let last = self.slots.iter().filter_map(|(_, of)| of.last()).max()?;
        let days = DayShift::new(first * SLOT_US, (last + 1) * SLOT_US)?;
        let seed = key(&[self.facts.seed, 3]);
        let draw = |i: u32| {
            let mut rng = Rng::new(&[seed, u64::from(i)]);
            let moved: Vec<Vec<i64>> = self
                .slots
                .iter()
                .map(|(_, of)| {
                    let shift = days.draw(&mut rng);
                    of.iter().map(|s| days.moved(s * SLOT_US, shift).div_euclid(SLOT_US)).collect()
                })
                .collect();
            self.active(moved.iter().map(Vec::as_slice)).into_iter().map(f64::from).collect()
        };
        let draws: Vec<Vec<f64>> = (0..SURROGATES).map(draw).collect();
        let places: Vec<i64> = (0..WINDOW).map(|slot| (self.start + slot) * SLOT_US).collect();
        let name = format!("{SURROGATES} draws of shifted days");
        Some(self.drawn(&active, Band::of_draws(name, &places, &draws)))
    }

    fn drawn(&self, active: &[u32], band: Band) -> Exhibit {
        let above =
            active.iter().zip(&band.points).filter(|(n, p)| f64::from(**n) > p.high).count();
        let axis = span(self.start * SLOT_US, (self.start + WINDOW) * SLOT_US);
        let steps = (self.start..).zip(active).map(|(slot, n)| (slot * SLOT_US, f64::from(*n)));
        let name = band.name.clone();
        let curve = Curve {
            step_us: SLOT_US,
            series: vec![Series::new("accounts active", Ink::Cited, Style::Steps, steps.collect())],
            band: Some(band),
            moments: self.facts.moments(axis),
            ..Curve::over(axis, "accounts active in the same ten minutes", Unit::Count)
        };
        Exhibit {
            title: "Accounts active at once".into(),
            picture: Picture::Curve(curve),
            summary: format!(
                "Accounts active in the same ten minutes, up to {} of {} in the busiest 48 h; in \
                 {above} of {} slots more than in any of {name}.",
                active.iter().max().copied().unwrap_or(0),
                self.slots.len(),
                active.len(),
            ),
            key: vec![(Ink::Cited, "accounts active".into()), (Ink::Null, name)],
        }
    }
}

fn matrix(facts: &Facts<'_>, slots: &[(u32, Vec<i64>)], of: usize) -> Result<Matrix, Cancelled> {
    let n = slots.len();
    let mut values = vec![None; n * n];
    for (i, (_, one)) in slots.iter().enumerate() {
        facts.progress.check()?;
        for (k, (_, other)) in slots.iter().enumerate().skip(i + 1) {
            let share = observed(one, other).filter(|(_, fewer)| *fewer > 0);
            let share = share.map(|(shared, fewer)| shared as f32 / fewer as f32);
            (values[i * n + k], values[k * n + i]) = (share, share);
        }
    }
    let order = by_likeness(&values, n);
    let of_row = |i: &usize| order.iter().map(|k| values[i * n + k]).collect::<Vec<Option<f32>>>();
    let sorted: Vec<Option<f32>> = order.iter().flat_map(of_row).collect();
    let top = sorted.iter().flatten().fold(0.0_f32, |top, value| top.max(*value));
    Ok(Matrix {
        lanes: order.iter().map(|at| facts.lane(slots[*at].0)).collect(),
        values: sorted,
        measure: "share of ten-minute slots in common".into(),
        top: top.max(f32::EPSILON),
        usual: usual(facts, slots),
        note: shown_of(n, of, "accounts", "those with most records"),
    })
}

/// What share two accounts have in common on shifted days, mean over some pairs.
fn usual(facts: &Facts<'_>, slots: &[(u32, Vec<i64>)]) -> Option<f32> {
    let pairs = (0..slots.len()).flat_map(|i| (i + 1..slots.len()).map(move |k| (i, k)));
    let all: Vec<(usize, usize)> = pairs.collect();
    let step = all.len().div_ceil(SAMPLED).max(1);
    let of = |(i, k): &(usize, usize)| {
        let seed = key(&[facts.seed, 3, u64::from(slots[*i].0), u64::from(slots[*k].0)]);
        let found = Overlap::of(&slots[*i].1, &slots[*k].1, seed)?;
        let fewer = found.fewer.len();
        (fewer > 0).then(|| found.shifted.mean / fewer as f64)
    };
    let shares: Vec<f64> = all.iter().step_by(step).filter_map(of).collect();
    let mean = shares.iter().sum::<f64>() / shares.len() as f64;
    mean.is_finite().then_some(mean as f32)
}

/// An order in which each is like the ones before it: the one with most in common first, then
/// always the one that is nearest to the last three.
fn by_likeness(values: &[Option<f32>], n: usize) -> Vec<usize> {
    let value = |i: usize, k: usize| values[i * n + k].unwrap_or(0.0);
    let sum = |i: &usize| (0..n).map(|k| value(*i, k)).sum::<f32>();
    let first = (0..n).max_by(|a, b| sum(a).total_cmp(&sum(b)).then(b.cmp(a)));
    let mut order: Vec<usize> = first.into_iter().collect();
    let mut left: Vec<usize> = (0..n).filter(|i| Some(*i) != first).collect();
    while !left.is_empty() {
        let last = &order[order.len().saturating_sub(3)..];
        let near = |i: usize| last.iter().map(|k| value(i, *k)).sum::<f32>();
        let best = (0..left.len())
            .max_by(|a, b| near(left[*a]).total_cmp(&near(left[*b])).then(left[*b].cmp(&left[*a])));
        let Some(best) = best else { break };
        order.push(left.remove(best));
    }
    order
}
