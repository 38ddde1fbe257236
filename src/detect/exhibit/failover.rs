//! D06: errors that stop an account, and where the work goes on.

use std::collections::BTreeMap;

use super::facts::{Facts, count, heaviest, shown_of, span};
use super::kind::{Ink, Mark, Order, Raster, Thread};
use super::{Exhibit, Picture};
use crate::detect::timing::failover::{BY, ERRORS, SOON_US, TAKEN};
use crate::job::Cancelled;

/// Accounts that are shown.
const MOST_LANES: usize = 60;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let index = facts.material.index;
    let (errors, taken, by) = (facts.timed(ERRORS)?, facts.timed(TAKEN)?, facts.timed(BY)?);
    let mut weight: BTreeMap<u32, u64> = BTreeMap::new();
    let account = |row: u32| index.account_of(row);
    errors.iter().chain(&by).for_each(|(_, row)| *weight.entry(account(*row)).or_default() += 1);
    let all: Vec<u32> = weight.keys().copied().collect();
    let weights: Vec<u64> = weight.values().copied().collect();
    let shown: Vec<u32> = heaviest(&weights, MOST_LANES).iter().map(|at| all[*at]).collect();
    let (Some(first), Some(last)) = (errors.first(), errors.last()) else { return Ok(Vec::new()) };
    let lane = |row: u32| shown.binary_search(&account(row)).ok().map(|lane| lane as u32);
    let mark = |(at, row): &(i64, u32), ink| {
        Some(Mark { lane: lane(*row)?, at: *at, ink, event: Some(index.event_id(*row)) })
    };
    let is_taken = |row: u32| taken.iter().any(|(_, other)| *other == row);
    let other =
        |error: &(i64, u32)| mark(error, if is_taken(error.1) { Ink::Refused } else { Ink::Other });
    let mut marks: Vec<Mark> = errors.iter().filter_map(other).collect();
    marks.extend(by.iter().filter_map(|start| mark(start, Ink::Cited)));
    marks.sort_by_key(|mark| (mark.lane, mark.at));
    let thread = |(at, row): &(i64, u32)| {
        let goes_on = |(start, other): &&(i64, u32)| {
            (1..=SOON_US).contains(&(start - at)) && account(*other) != account(*row)
        };
        let (start, other) = by.iter().find(goes_on)?;
        Some(Thread { from: (lane(*row)?, *at), to: (lane(*other)?, *start) })
    };
    let pad = (last.0 - first.0) / 50;
    let axis = span(first.0 - pad, last.0 + pad + 1);
    let raster = Raster {
        lanes: shown.iter().map(|account| facts.lane(*account)).collect(),
        order: Order::Time(axis),
        threads: taken.iter().filter_map(thread).collect(),
        marks,
        moments: facts.moments(axis),
        lanes_note: shown_of(shown.len(), all.len(), "accounts", "those with most of both"),
        axis_note: format!("{} errors", count(errors.len())),
        ghost: None,
    };
    Ok(vec![Exhibit {
        title: "Errors and who goes on".into(),
        picture: Picture::Raster(raster),
        summary: format!(
            "{} errors that stopped an account; after {} of them another account of the cluster began \
             a session within 5 min, on shifted days after {}.",
            count(errors.len()),
            count(taken.len()),
            facts.text("shifted"),
        ),
        key: vec![
            (Ink::Refused, "error with a continuation".into()),
            (Ink::Cited, "continuation".into()),
            (Ink::Other, "other error".into()),
        ],
    }])
}
