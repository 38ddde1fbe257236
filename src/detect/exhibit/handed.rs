//! D20: reasoning blocks on their way from account to account.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Facts, count, shown_of, span};
use super::kind::{Ink, Mark, Order, Raster, Thread};
use super::{Exhibit, Picture};
use crate::job::Cancelled;

/// Accounts that are shown.
const MOST_LANES: usize = 40;
/// Hand-overs that are shown.
const MOST_THREADS: usize = 400;

/// Issued and submitted: time, account, event.
type End = (i64, u32, u64);

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let index = facts.material.index;
    let (issued, submitted) = index.signatures();
    let mut from: BTreeMap<u64, End> = BTreeMap::new();
    let end = |(at, row): (i64, u32)| (at, index.account_of(row), index.event_id(row));
    for (at, row) in facts.timed("issued")? {
        from.entry(issued[row as usize]).or_insert(end((at, row)));
    }
    facts.progress.check()?;
    let of = |(at, row): (i64, u32)| Some((*from.get(&submitted[row as usize])?, end((at, row))));
    let all: Vec<(End, End)> = facts.timed("submitted")?.into_iter().filter_map(of).collect();
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let (lanes, of_lanes) = lanes(&all);
    let place = |account: u32| lanes.iter().position(|a| *a == account).map(|at| at as u32);
    let mut marks: BTreeSet<(u32, i64, bool, u64)> = BTreeSet::new();
    let mut threads = Vec::new();
    for ((start, giver, issue), (stop, taker, submit)) in &all {
        let (Some(giver), Some(taker)) = (place(*giver), place(*taker)) else { continue };
        marks.insert((giver, *start, false, *issue));
        marks.insert((taker, *stop, true, *submit));
        threads.push(Thread { from: (giver, *start), to: (taker, *stop) });
    }
    threads.truncate(MOST_THREADS);
    let mark = |(lane, at, is_submitted, event): (u32, i64, bool, u64)| {
        let ink = if is_submitted { Ink::Cited } else { Ink::Other };
        Mark { lane, at, ink, event: Some(event) }
    };
    let first = all.iter().map(|(from, _)| from.0).min().unwrap_or(0);
    let last = all.iter().map(|(_, to)| to.0).max().unwrap_or(0);
    let pad = (last - first) / 50;
    let axis = span(first - pad, last + pad + 1);
    let raster = Raster {
        lanes: lanes.iter().map(|account| facts.lane(*account)).collect(),
        order: Order::Time(axis),
        marks: marks.into_iter().map(mark).collect(),
        moments: facts.moments(axis),
        lanes_note: shown_of(lanes.len(), of_lanes, "accounts", "those with most hand-overs"),
        axis_note: shown_of(threads.len(), all.len(), "hand-overs", "the first"),
        threads,
        ghost: None,
    };
    Ok(vec![Exhibit {
        title: "Blocks on their way".into(),
        picture: Picture::Raster(raster),
        summary: format!(
            "{} requests with a reasoning block that had been issued to another account; lines go \
             from the account it was issued to, to the one that submitted it.",
            count(all.len()),
        ),
        key: vec![(Ink::Cited, "submitted".into()), (Ink::Other, "issued".into())],
    }])
}

/// The accounts with most hand-overs, in the order in which they first come up, and how many there
/// are.
fn lanes(all: &[(End, End)]) -> (Vec<u32>, usize) {
    let mut of: BTreeMap<u32, (u64, i64)> = BTreeMap::new();
    for (at, account, _) in all.iter().flat_map(|(from, to)| [from, to]) {
        let entry = of.entry(*account).or_insert((0, *at));
        *entry = (entry.0 + 1, entry.1.min(*at));
    }
    let n = of.len();
    let mut lanes: Vec<(u32, (u64, i64))> = of.into_iter().collect();
    lanes.sort_by_key(|(account, (n, _))| (std::cmp::Reverse(*n), *account));
    lanes.truncate(MOST_LANES);
    lanes.sort_by_key(|(account, (_, at))| (*at, *account));
    (lanes.into_iter().map(|(account, _)| account).collect(), n)
}
