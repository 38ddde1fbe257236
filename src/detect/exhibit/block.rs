//! D11: which account of the block has which of its values, and in the graph drawn again.

use std::cmp::Reverse;

use super::facts::{Facts, count, shown_of};
use super::kind::{Ghost, Ink, Mark, Order, Raster};
use super::{Exhibit, Picture};
use crate::detect::infrastructure::dense_block::{Blocks, Cells};
use crate::job::Cancelled;

/// Accounts that are shown.
const MOST_LANES: usize = 80;
/// Values that are shown.
const MOST_VALUES: usize = 240;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let cells = Blocks::new(&facts.look())?.cells(facts.group());
    Ok(cells.map(|cells| Drawn::new(facts, &cells).exhibit()).into_iter().collect())
}

/// Which rows and columns are drawn, fullest first.
struct Drawn<'a> {
    facts: &'a Facts<'a>,
    cells: &'a Cells,
    lanes: Vec<u32>,
    /// Where each value is drawn.
    place: Vec<Option<i64>>,
}

impl<'a> Drawn<'a> {
    fn new(facts: &'a Facts<'a>, cells: &'a Cells) -> Self {
        let group = facts.group();
        let of = |account: u32| cells.there.iter().filter(|(a, _)| *a == account).count();
        let mut lanes: Vec<(bool, Reverse<usize>, u32)> =
            cells.accounts.iter().map(|a| (!group.has(*a), Reverse(of(*a)), *a)).collect();
        lanes.sort_unstable();
        lanes.truncate(MOST_LANES);
        let mut holders = vec![0_usize; cells.values];
        cells.there.iter().for_each(|(_, value)| holders[*value as usize] += 1);
        let mut order: Vec<usize> = (0..cells.values).collect();
        order.sort_by_key(|value| (Reverse(holders[*value]), *value));
        let mut place = vec![None; cells.values];
        (0..).zip(order.iter().take(MOST_VALUES)).for_each(|(at, value)| place[*value] = Some(at));
        Self { facts, cells, lanes: lanes.into_iter().map(|of| of.2).collect(), place }
    }

    /// Lane and place of the pairs that are drawn, in order.
    fn places(&self, pairs: &[(u32, u32)]) -> Vec<(u32, i64)> {
        let of = |(account, value): &(u32, u32)| {
            let lane = self.lanes.iter().position(|a| a == account)?;
            Some((lane as u32, self.place[*value as usize]?))
        };
        let mut all: Vec<(u32, i64)> = pairs.iter().filter_map(of).collect();
        all.sort_unstable();
        all
    }

    fn exhibit(&self) -> Exhibit {
        let (group, cells) = (self.facts.group(), self.cells);
        let mark = |(lane, at): (u32, i64)| {
            let is_member = group.has(self.lanes[lane as usize]);
            let ink = if is_member { Ink::Cited } else { Ink::Other };
            Mark { lane, at, ink, event: None }
        };
        let values = cells.values.min(MOST_VALUES);
        let raster = Raster {
            lanes: self.lanes.iter().map(|account| self.facts.lane(*account)).collect(),
            order: Order::Turn(values as u32),
            marks: self.places(&cells.there).into_iter().map(mark).collect(),
            threads: Vec::new(),
            moments: Vec::new(),
            lanes_note: shown_of(
                self.lanes.len(),
                cells.accounts.len(),
                "accounts",
                "those of the cluster with most values",
            ),
            axis_note: shown_of(values, cells.values, "rare values", "those of most accounts"),
            ghost: Some(Ghost { marks: self.places(&cells.redrawn), note: "drawn again".into() }),
        };
        Exhibit {
            title: "Who has what".into(),
            picture: Picture::Raster(raster),
            summary: format!(
                "{} of {} pairs of an account and a rare address, network, device or client build \
                 are there, {} filled; in the graph drawn again with all numbers kept {} of them.",
                count(cells.there.len()),
                count(cells.accounts.len() * cells.values),
                self.facts.text("filled"),
                count(cells.redrawn.len()),
            ),
            key: vec![
                (Ink::Cited, "an account of the cluster has it".into()),
                (Ink::Other, "another account of the block".into()),
            ],
        }
    }
}
