//! Counts over time. The rows of a bin are a stretch, found by binary search, so a histogram
//! costs the number of bins and not the number of rows, filtered or not.

use std::ops::Range;

use rayon::prelude::*;

use super::{Index, Mask};
use crate::model::{Field, MISSING, Time, TimeSpan};

/// Counts in bins of equal length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram {
    /// What the bins divide.
    pub span: TimeSpan,
    /// Rows in each bin.
    pub bins: Vec<u32>,
}

impl Histogram {
    /// Rows in all bins.
    pub fn total(&self) -> u64 {
        self.bins.iter().map(|n| u64::from(*n)).sum()
    }

    /// Rows in the fullest bin.
    pub fn max(&self) -> u32 {
        self.bins.iter().copied().max().unwrap_or(0)
    }

    /// The stretch of time a bin covers.
    pub fn bin_span(&self, bin: usize) -> TimeSpan {
        let edge = |i| Time(edge_us(self.span, self.bins.len(), i));
        TimeSpan { start: edge(bin), end: edge(bin + 1) }
    }
}

/// Counts in bins, split by the values of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitHistogram {
    /// What the bins divide.
    pub span: TimeSpan,
    /// The most frequent values of the whole case, most frequent first: their order and colours
    /// stay while filters change.
    pub series: Vec<Series>,
    /// All other values and rows without one, rows in each bin.
    pub other: Vec<u32>,
}

/// One value's counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The value.
    pub value: String,
    /// Rows in each bin.
    pub bins: Vec<u32>,
}

impl SplitHistogram {
    /// All series and the rest together.
    pub fn sum(&self) -> Histogram {
        let mut bins = self.other.clone();
        for series in &self.series {
            bins.iter_mut().zip(&series.bins).for_each(|(sum, n)| *sum += n);
        }
        Histogram { span: self.span, bins }
    }
}

/// The `n + 1` edges of `n` bins of equal length, in µs, rounded down: bin `i` is
/// `edges[i] <= t < edges[i + 1]`. Bins are empty where the span is shorter than `n` µs.
pub fn bin_edges(span: TimeSpan, n: usize) -> Vec<i64> {
    (0..=n).map(|i| edge_us(span, n, i)).collect()
}

fn edge_us(span: TimeSpan, n: usize, i: usize) -> i64 {
    // In 128 bits, because an open span is as long as 64 bits can say.
    let start = i128::from(span.start.0);
    let length = (i128::from(span.end.0) - start).max(0);
    let edge = start + length * i as i128 / (n.max(1) as i128);
    edge.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

impl Index {
    /// First row of each of `n` bins, and the row after the last bin.
    pub(super) fn bin_rows(&self, span: TimeSpan, n: usize) -> Vec<u32> {
        self.edge_rows(&bin_edges(span, n))
    }

    /// The first row of every bin, and the row after the last one.
    fn edge_rows(&self, edges: &[i64]) -> Vec<u32> {
        edges.iter().map(|edge| self.row_at(Time(*edge))).collect()
    }

    /// Rows a mask keeps in each of `n` bins of `span`.
    ///
    /// Naive: for every row kept, add one to the bin whose edges hold its time.
    pub fn histogram(&self, mask: &Mask, span: TimeSpan, n: usize) -> Histogram {
        Histogram { span, bins: self.counts_between(mask, &bin_edges(span, n)) }
    }

    /// Rows a mask keeps between each two neighbours of `edges`, µs in rising order: bins may be
    /// of any length, as days are on which clocks change.
    ///
    /// Naive: for every row kept, add one to the bin whose edges hold its time.
    pub fn counts_between(&self, mask: &Mask, edges: &[i64]) -> Vec<u32> {
        let ranks: Vec<u32> = self.edge_rows(edges).into_iter().map(|row| mask.rank(row)).collect();
        ranks.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    /// Rows a mask keeps in each of `n` bins of `span`, split by the `k` most frequent values of
    /// a field ([`Index::can_group_by`]). Reads the rows inside the span, bins in parallel.
    ///
    /// Naive: for every row kept, add one to the bin of its time and value.
    pub fn split_histogram(
        &self,
        mask: &Mask,
        span: TimeSpan,
        n: usize,
        field: Field,
        k: usize,
    ) -> SplitHistogram {
        let (series, other) = self.split_between(mask, &bin_edges(span, n), field, k);
        SplitHistogram { span, series, other }
    }

    /// The same between each two neighbours of `edges`: series of the most frequent values, and
    /// what is left.
    ///
    /// Naive: for every row kept, add one to the bin of its time and value.
    pub fn split_between(
        &self,
        mask: &Mask,
        edges: &[i64],
        field: Field,
        k: usize,
    ) -> (Vec<Series>, Vec<u32>) {
        let values = self.most_frequent(field, k);
        let edges = self.edge_rows(edges);
        let counts = self.split_counts(mask, &edges, field, &values);
        let bins_of = |slot: usize| counts.iter().map(|bin| bin[slot]).collect::<Vec<u32>>();
        let series = values.iter().enumerate().map(|(slot, value)| {
            let value = self.value_text(field, *value).unwrap_or_default().into_owned();
            Series { value, bins: bins_of(slot) }
        });
        (series.collect(), bins_of(values.len()))
    }

    /// Rows a mask keeps between each two neighbours of `edges`, by what their account is: one
    /// list of bins for each of `slots` things, `slot_of` saying which each account is.
    ///
    /// Naive: for every row kept, add one to the bin of its time and account.
    pub fn account_split_between(
        &self,
        mask: &Mask,
        edges: &[i64],
        slot_of: &[u8],
        slots: usize,
    ) -> Vec<Vec<u32>> {
        let edges = self.edge_rows(edges);
        let slot = |row: u32| slot_of.get(self.account_of(row) as usize).copied();
        let counts = slot_counts(mask, &edges, slots, |row| {
            slot(row).map_or(slots, usize::from).min(slots.saturating_sub(1))
        });
        (0..slots).map(|slot| counts.iter().map(|bin| bin[slot]).collect()).collect()
    }

    /// Counts by bin, and in it by slot: one a value, then the rest.
    fn split_counts(
        &self,
        mask: &Mask,
        edges: &[u32],
        field: Field,
        values: &[u32],
    ) -> Vec<Vec<u32>> {
        let rest = values.len();
        let Some(attribute) = self.attribute(field) else {
            return edges.windows(2).map(|e| vec![mask.count_in(e[0]..e[1])]).collect();
        };
        let slots = attribute.slots(values, rest as u32, rest as u32);
        let entries = self.entries(attribute.dimension);
        slot_counts(mask, edges, rest + 1, |row| {
            let entry = entries.get(row as usize).copied().unwrap_or(MISSING);
            slots.get(entry as usize).map_or(rest, |slot| *slot as usize)
        })
    }
}

/// Rows by bin and in it by slot, bins in parallel.
fn slot_counts(
    mask: &Mask,
    edges: &[u32],
    slots: usize,
    slot_of: impl Fn(u32) -> usize + Sync,
) -> Vec<Vec<u32>> {
    let count = |rows: Range<u32>| {
        let mut counts = vec![0_u32; slots];
        mask.rows_in(rows).for_each(|row| counts[slot_of(row)] += 1);
        counts
    };
    edges.par_windows(2).map(|edge| count(edge[0]..edge[1])).collect()
}
