//! D06: errors that stop an account, and where the work goes on.

use std::collections::BTreeMap;

use super::facts::{Facts, count, heaviest, shown_of, span};
use super::kind::{Ink, Mark, Order, Raster, Thread};
use super::{Exhibit, Picture};
use crate::detect::timing::failover::{BY, ERRORS, SOON_US, TAKEN};
use crate::index::Index;
use crate::job::Cancelled;

/// Accounts that are shown.
const MOST_LANES: usize = 60;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let stops = Stops::new(facts)?;
    let (Some(first), Some(last)) = (stops.errors.first(), stops.errors.last()) else {
        return Ok(Vec::new());
    };
    let pad = (last.0 - first.0) / 50;
    let axis = span(first.0 - pad, last.0 + pad + 1);
    let raster = Raster {
        lanes: stops.shown.iter().map(|account| facts.lane(*account)).collect(),
        order: Order::Time(axis),
        threads: stops.taken.iter().filter_map(|error| stops.thread(*error)).collect(),
        marks: stops.marks(),
        moments: facts.moments(axis),
        lanes_note: shown_of(stops.shown.len(), stops.of, "accounts", "those with most of both"),
        axis_note: format!("{} errors", count(stops.errors.len())),
        ghost: None,
    };
    Ok(vec![Exhibit {
        title: "Errors and who goes on".into(),
        picture: Picture::Raster(raster),
        summary: format!(
            "{} errors that stopped an account; after {} of them another account of the cluster began \
             a session within 5 min, on shifted days after {}.",
            count(stops.errors.len()),
            count(stops.taken.len()),
            facts.text("shifted"),
        ),
        key: vec![
            (Ink::Refused, "error with a continuation".into()),
            (Ink::Cited, "continuation".into()),
            (Ink::Other, "other error".into()),
        ],
    }])
}

/// Times and rows of errors and of what followed.
struct Stops<'a> {
    index: &'a Index,
    errors: Vec<(i64, u32)>,
    taken: Vec<(i64, u32)>,
    by: Vec<(i64, u32)>,
    /// Accounts that are shown, rising.
    shown: Vec<u32>,
    /// How many there are.
    of: usize,
}

impl<'a> Stops<'a> {
    fn new(facts: &Facts<'a>) -> Result<Self, Cancelled> {
        let index = facts.material.index;
        let (errors, taken, by) = (facts.timed(ERRORS)?, facts.timed(TAKEN)?, facts.timed(BY)?);
        let mut weight: BTreeMap<u32, u64> = BTreeMap::new();
        for (_, row) in errors.iter().chain(&by) {
            *weight.entry(index.account_of(*row)).or_default() += 1;
        }
        let all: Vec<u32> = weight.keys().copied().collect();
        let weights: Vec<u64> = weight.values().copied().collect();
        let shown = heaviest(&weights, MOST_LANES).iter().map(|at| all[*at]).collect();
        Ok(Self { index, errors, taken, by, shown, of: all.len() })
    }

    fn lane(&self, row: u32) -> Option<u32> {
        self.shown.binary_search(&self.index.account_of(row)).ok().map(|lane| lane as u32)
    }

    fn mark(&self, (at, row): (i64, u32), ink: Ink) -> Option<Mark> {
        Some(Mark { lane: self.lane(row)?, at, ink, event: Some(self.index.event_id(row)) })
    }

    fn marks(&self) -> Vec<Mark> {
        let is_taken = |error: &(i64, u32)| self.taken.binary_search(error).is_ok();
        let ink = |error: &(i64, u32)| if is_taken(error) { Ink::Refused } else { Ink::Other };
        let errors = self.errors.iter().filter_map(|error| self.mark(*error, ink(error)));
        let starts = self.by.iter().filter_map(|start| self.mark(*start, Ink::Cited));
        let mut marks: Vec<Mark> = errors.chain(starts).collect();
        marks.sort_by_key(|mark| (mark.lane, mark.at));
        marks
    }

    /// From an error to the session of another account that began next.
    fn thread(&self, (at, row): (i64, u32)) -> Option<Thread> {
        let account = self.index.account_of(row);
        let goes_on = |(start, other): &&(i64, u32)| {
            (1..=SOON_US).contains(&(start - at)) && self.index.account_of(*other) != account
        };
        let (start, other) = self.by.iter().find(goes_on)?;
        Some(Thread { from: (self.lane(row)?, at), to: (self.lane(*other)?, *start) })
    }
}
