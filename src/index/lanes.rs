//! Counts over time for lanes: an account each, or several accounts folded into one.
//!
//! Two ways to the same counts. Walking takes each account's own rows and suits the lanes of one
//! screen out of thousands; a pass takes all rows of the stretch once and suits lanes that fold
//! the whole case. The cheaper one is chosen by what it has to read.

use rayon::prelude::*;

use super::attribute::Attribute;
use super::{Index, Mask};
use crate::model::{Field, MISSING, Time};

/// The most values that [`Lanes::leading`] tells apart; the rest is one.
const TOLD_APART: usize = 7;
/// How much dearer a row is that is reached through its account than one in time order.
const JUMP: u64 = 3;
/// "No row in this cell" among [`Lanes::leading`].
pub const NOBODY: u8 = u8::MAX;

/// Which lanes over which bins.
#[derive(Clone, Copy, Debug)]
pub struct LaneQuestion<'a> {
    /// Accounts by position, those of a lane side by side; none twice.
    pub accounts: &'a [u32],
    /// Where each lane ends in `accounts`; rising.
    pub ends: &'a [u32],
    /// Where each bin begins and the last one ends, µs; rising. Bins may differ in length, as
    /// days do on which clocks change.
    pub edges: &'a [i64],
    /// Whether to tell which value of this field leads in each cell
    /// ([`Index::can_group_by`]).
    pub by: Option<Field>,
}

impl LaneQuestion<'_> {
    /// How many bins.
    pub fn bins(&self) -> usize {
        self.edges.len().saturating_sub(1)
    }
}

/// Counts by lane and bin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lanes {
    /// Number of bins.
    pub bins: usize,
    /// Rows in each bin, lane after lane.
    pub counts: Vec<u32>,
    /// Which of `values` has most rows in each cell, of equals the first; `values.len()` for any
    /// other value or none, [`NOBODY`] for an empty cell. Empty unless asked for.
    pub leading: Vec<u8>,
    /// The values told apart: the most frequent of the whole case, most frequent first.
    pub values: Vec<String>,
    /// Rows of each lane that have no time.
    pub untimed: Vec<u32>,
}

impl Lanes {
    /// Number of lanes.
    pub fn len(&self) -> usize {
        self.untimed.len()
    }

    /// Whether there are no lanes.
    pub fn is_empty(&self) -> bool {
        self.untimed.is_empty()
    }

    /// The counts of a lane; empty for a lane there is not.
    pub fn line(&self, lane: usize) -> &[u32] {
        self.counts.get(lane * self.bins..(lane + 1) * self.bins).unwrap_or_default()
    }

    /// What leads in each bin of a lane; empty unless asked for.
    pub fn leading(&self, lane: usize) -> &[u8] {
        self.leading.get(lane * self.bins..(lane + 1) * self.bins).unwrap_or_default()
    }

    /// Rows in the fullest cell.
    pub fn max(&self) -> u32 {
        self.counts.iter().copied().max().unwrap_or(0)
    }
}

/// The values that are told apart and the slot of each dictionary entry.
struct Slots<'a> {
    attribute: &'a Attribute,
    of_entry: Vec<u32>,
    /// One a value, and one for the rest.
    count: usize,
}

impl Index {
    /// Rows a mask keeps in each bin of each lane, and of each lane those without a time.
    ///
    /// Naive: for every row kept, add one to the lane of its account and the bin of its time.
    pub fn lanes(&self, mask: &Mask, question: &LaneQuestion<'_>) -> Lanes {
        let walked: u64 =
            question.accounts.iter().map(|a| self.rows_of_account(*a).len() as u64).sum();
        let edges = self.edge_rows_of(question);
        let passed = match (edges.first(), edges.last()) {
            (Some(first), Some(last)) => u64::from(mask.count_in(*first..*last)),
            _ => 0,
        };
        // Without a predicate, walking finds the bins by binary search.
        let searches = mask.as_span().is_some() && question.by.is_none();
        let search = (question.accounts.len() * edges.len()) as u64 * 8;
        let walk = if searches { search.min(walked * JUMP) } else { walked * JUMP };
        if walk <= passed {
            self.lanes_walked(mask, question)
        } else {
            self.lanes_passed(mask, question)
        }
    }

    /// The first row of each bin, and the row after the last bin.
    fn edge_rows_of(&self, question: &LaneQuestion<'_>) -> Vec<u32> {
        question.edges.iter().map(|edge| self.row_at(Time(*edge))).collect()
    }

    fn slots(&self, by: Option<Field>) -> (Vec<String>, Option<Slots<'_>>) {
        let Some(field) = by else { return (Vec::new(), None) };
        let values = self.most_frequent(field, TOLD_APART);
        let text = |v: &u32| self.value_text(field, *v).unwrap_or_default().into_owned();
        let rest = values.len() as u32;
        let slots = self.attribute(field).map(|attribute| Slots {
            of_entry: attribute.slots(&values, rest, rest),
            attribute,
            count: values.len() + 1,
        });
        (values.iter().map(text).collect(), slots)
    }

    /// The slot of a row: that of its value.
    fn slot(&self, slots: &Slots<'_>, row: u32) -> usize {
        let entries = self.entries(slots.attribute.dimension);
        let entry = entries.get(row as usize).copied().unwrap_or(MISSING);
        slots.of_entry.get(entry as usize).map_or(slots.count - 1, |slot| *slot as usize)
    }

    /// [`Index::lanes`] by walking the rows of each account; lanes in parallel.
    pub(super) fn lanes_walked(&self, mask: &Mask, question: &LaneQuestion<'_>) -> Lanes {
        let edges = self.edge_rows_of(question);
        let (values, slots) = self.slots(question.by);
        let lane = |i: usize| {
            let accounts = lane_of(question, i);
            let untimed = accounts.iter().map(|a| self.untimed_of(mask, *a)).sum();
            let (line, leading) = match &slots {
                None => (self.walked(mask, accounts, &edges), Vec::new()),
                Some(slots) => self.walked_by(mask, accounts, &edges, slots),
            };
            (line, leading, untimed)
        };
        let lines: Vec<(Vec<u32>, Vec<u8>, u32)> =
            (0..question.ends.len()).into_par_iter().map(lane).collect();
        let mut lanes = Lanes { bins: question.bins(), values, ..Lanes::default() };
        lanes.counts.reserve_exact(lines.len() * question.bins());
        for (line, leading, untimed) in lines {
            lanes.counts.extend(line);
            lanes.leading.extend(leading);
            lanes.untimed.push(untimed);
        }
        if slots.is_none() && question.by.is_some() {
            // A field that no record has: whatever is there leads.
            lanes.leading = lanes.counts.iter().map(|n| if *n > 0 { 0 } else { NOBODY }).collect();
        }
        lanes
    }

    fn walked(&self, mask: &Mask, accounts: &[u32], edges: &[u32]) -> Vec<u32> {
        let mut sum = vec![0; edges.len().saturating_sub(1)];
        for account in accounts {
            let line = self.sparkline(mask, self.rows_of_account(*account), edges);
            sum.iter_mut().zip(line).for_each(|(sum, n)| *sum += n);
        }
        sum
    }

    fn walked_by(
        &self,
        mask: &Mask,
        accounts: &[u32],
        edges: &[u32],
        slots: &Slots<'_>,
    ) -> (Vec<u32>, Vec<u8>) {
        let Some(bins) = edges.len().checked_sub(1) else { return Default::default() };
        let mut counts = vec![0_u32; bins * slots.count];
        for account in accounts {
            let rows = self.rows_of_account(*account);
            let at = |edge: u32| rows.partition_point(|row| *row < edge);
            let mut bin = 0;
            for row in &rows[at(edges[0])..at(edges[bins])] {
                while *row >= edges[bin + 1] {
                    bin += 1;
                }
                if mask.contains(*row) {
                    counts[bin * slots.count + self.slot(slots, *row)] += 1;
                }
            }
        }
        counts.chunks(slots.count).map(sum_and_leading).unzip()
    }

    /// Rows of an account that a mask keeps and that have no time.
    fn untimed_of(&self, mask: &Mask, account: u32) -> u32 {
        let rows = self.rows_of_account(account);
        let untimed = &rows[rows.partition_point(|row| *row < self.timed)..];
        untimed.iter().filter(|row| mask.contains(**row)).count() as u32
    }

    /// [`Index::lanes`] by one pass over the rows of the stretch; bins in parallel.
    pub(super) fn lanes_passed(&self, mask: &Mask, question: &LaneQuestion<'_>) -> Lanes {
        let lanes = question.ends.len();
        let lane_of = self.lane_of_caller(question);
        let edges = self.edge_rows_of(question);
        let (values, slots) = self.slots(question.by);
        let width = slots.as_ref().map_or(1, |slots| slots.count);
        let callers = &self.columns.caller;
        let bin = |edge: &[u32]| {
            let mut counts = vec![0_u32; lanes * width];
            mask.rows_in(edge[0]..edge[1]).for_each(|row| {
                let lane = lane_of[callers[row as usize] as usize] as usize;
                let slot = slots.as_ref().map_or(0, |slots| self.slot(slots, row));
                if let Some(count) = counts.get_mut(lane.saturating_mul(width) + slot) {
                    *count += 1;
                }
            });
            counts.chunks(width).map(sum_and_leading).unzip()
        };
        let by_bin: Vec<(Vec<u32>, Vec<u8>)> = edges.par_windows(2).map(bin).collect();
        let mut out = Lanes { bins: question.bins(), values, ..Lanes::default() };
        out.counts = (0..lanes).flat_map(|i| by_bin.iter().map(move |(n, _)| n[i])).collect();
        if question.by.is_some() {
            out.leading = (0..lanes).flat_map(|i| by_bin.iter().map(move |(_, l)| l[i])).collect();
        }
        out.untimed = vec![0; lanes];
        mask.rows_in(self.timed..self.len() as u32).for_each(|row| {
            let lane = lane_of[callers[row as usize] as usize] as usize;
            if let Some(count) = out.untimed.get_mut(lane) {
                *count += 1;
            }
        });
        out
    }

    /// The lane of each caller; [`MISSING`] where it is in none.
    fn lane_of_caller(&self, question: &LaneQuestion<'_>) -> Vec<u32> {
        let mut of_account = vec![MISSING; self.accounts().len()];
        for lane in 0..question.ends.len() {
            for account in lane_of(question, lane) {
                if let Some(of) = of_account.get_mut(*account as usize) {
                    *of = lane as u32;
                }
            }
        }
        self.dimensions.callers.iter().map(|c| of_account[c.account as usize]).collect()
    }
}

/// The accounts of a lane.
fn lane_of<'a>(question: &LaneQuestion<'a>, lane: usize) -> &'a [u32] {
    let start = lane.checked_sub(1).map_or(0, |before| question.ends[before]);
    question.accounts.get(start as usize..question.ends[lane] as usize).unwrap_or_default()
}

/// Rows of a cell and the slot with most of them.
fn sum_and_leading(slots: &[u32]) -> (u32, u8) {
    let sum = slots.iter().sum();
    let mut leading = 0;
    for (slot, n) in slots.iter().enumerate() {
        if *n > slots[leading] {
            leading = slot;
        }
    }
    (sum, if sum == 0 { NOBODY } else { leading as u8 })
}
