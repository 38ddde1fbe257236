//! Counts over a time that is not known beforehand: bins that grow wider as it grows, so that
//! they are never more than some.

use crate::model::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};
use crate::model::{Time, TimeSpan};

/// Bins at most.
const MOST: usize = 480;
/// Widths of bins, µs; every one holds the one before a whole number of times, so that bins are
/// joined and never cut. Beyond, widths double.
const WIDTHS: [i64; 9] = [
    SECOND_US,
    5 * SECOND_US,
    15 * SECOND_US,
    MINUTE_US,
    5 * MINUTE_US,
    15 * MINUTE_US,
    HOUR_US,
    4 * HOUR_US,
    DAY_US,
];

/// How often they double at most: so wide, all of time is a few bins.
const WIDEST: usize = 26;

/// How many records there are in each part of the time between the first and the last.
///
/// Whatever the order in which times come, and however they are divided among several of these
/// that are added up, the result is the same: the narrowest bins of which there are not too many.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    /// Position in the widths.
    width: usize,
    /// Number of the first bin, counted from 1970.
    first: i64,
    bins: Vec<u64>,
    /// The bin that was last added to: most records follow their neighbours.
    last: Last,
}

#[derive(Clone, Copy, Debug, Default)]
struct Last {
    start: i64,
    end: i64,
    at: usize,
}

impl PartialEq for Traffic {
    fn eq(&self, other: &Self) -> bool {
        (self.width, self.first, &self.bins) == (other.width, other.first, &other.bins)
    }
}

fn width_us(width: usize) -> i64 {
    match WIDTHS.get(width) {
        Some(us) => *us,
        None => DAY_US << (width + 1 - WIDTHS.len()).min(WIDEST),
    }
}

impl Traffic {
    /// How wide a bin is, µs.
    pub fn bin_us(&self) -> i64 {
        width_us(self.width)
    }

    /// Where the first bin begins.
    pub fn start(&self) -> Time {
        Time(self.first.saturating_mul(self.bin_us()))
    }

    /// Records in each bin.
    pub fn bins(&self) -> &[u64] {
        &self.bins
    }

    /// From the first bin to the end of the last; `None` without records.
    pub fn span(&self) -> Option<TimeSpan> {
        let end = self.first + self.bins.len() as i64;
        let end = Time(end.saturating_mul(self.bin_us()));
        (!self.bins.is_empty()).then(|| TimeSpan { start: self.start(), end })
    }

    /// Counts `n` records at a time, µs.
    pub fn add(&mut self, at: i64, n: u64) {
        if at < self.last.start || at >= self.last.end {
            self.find(at);
        }
        self.bins[self.last.at] += n;
    }

    /// Counts what another one has.
    pub fn merge(&mut self, other: &Self) {
        while self.width < other.width {
            self.widen();
        }
        let width = other.bin_us();
        for (bin, n) in (other.first..).zip(&other.bins).filter(|(_, n)| **n > 0) {
            self.add(bin.saturating_mul(width), *n);
        }
    }

    /// Makes room for a time.
    fn find(&mut self, at: i64) {
        let bin = loop {
            let bin = at.div_euclid(self.bin_us());
            if self.bins.is_empty() {
                self.first = bin;
            }
            let first = self.first.min(bin);
            let end = (self.first + self.bins.len() as i64).max(bin + 1);
            if end - first <= MOST as i64 {
                self.bins.splice(0..0, (first..self.first).map(|_| 0));
                self.first = first;
                self.bins.resize((end - first) as usize, 0);
                break bin;
            }
            self.widen();
        };
        let start = bin.saturating_mul(self.bin_us());
        let end = start.saturating_add(self.bin_us());
        self.last = Last { start, end, at: (bin - self.first) as usize };
    }

    /// Joins bins into wider ones.
    fn widen(&mut self) {
        let joined = width_us(self.width + 1) / self.bin_us();
        let first = self.first.div_euclid(joined);
        let mut bins = Vec::new();
        for (bin, n) in (self.first..).zip(&self.bins) {
            let at = (bin.div_euclid(joined) - first) as usize;
            bins.resize(bins.len().max(at + 1), 0);
            bins[at] += n;
        }
        *self = Self { width: self.width + 1, first, bins, last: Last::default() };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The narrowest width of which there are not too many, and the bins of it.
    fn naive(times: &[i64]) -> (i64, i64, Vec<u64>) {
        let (Some(first), Some(last)) = (times.iter().min(), times.iter().max()) else {
            return (SECOND_US, 0, Vec::new());
        };
        let bins = |us: i64| last.div_euclid(us) - first.div_euclid(us) + 1;
        let us = (0..).map(width_us).find(|us| bins(*us) <= MOST as i64).expect("some are wide");
        let mut counts = vec![0; bins(us) as usize];
        times.iter().for_each(|t| counts[(t.div_euclid(us) - first.div_euclid(us)) as usize] += 1);
        (us, first.div_euclid(us), counts)
    }

    fn times() -> impl Strategy<Value = Vec<i64>> {
        (10u32..62, 0i64..1 << 52).prop_flat_map(|(bits, from)| {
            let length = 1i64 << bits.min(52);
            proptest::collection::vec((0..length).prop_map(move |t| from + t), 0..60)
        })
    }

    proptest! {
        #[test]
        fn bins_equal_the_naive_ones_in_any_order_and_division(a in times(), b in times()) {
            let (mut one, mut other) = (Traffic::default(), Traffic::default());
            a.iter().for_each(|t| one.add(*t, 1));
            b.iter().for_each(|t| other.add(*t, 1));
            one.merge(&other);
            let all: Vec<i64> = a.into_iter().chain(b).collect();
            let (us, first, bins) = naive(&all);
            if !all.is_empty() {
                prop_assert_eq!((one.bin_us(), one.first, one.bins()), (us, first, &bins[..]));
            }
        }
    }

    #[test]
    fn every_width_holds_the_one_before_a_whole_number_of_times() {
        assert!((0..20).all(|i| width_us(i + 1) % width_us(i) == 0));
        let centuries = Time::TOO_LATE.0 / MOST as i64;
        assert!((0..20).any(|i| width_us(i) > centuries));
    }

    #[test]
    fn it_spans_whole_bins() {
        let mut traffic = Traffic::default();
        assert_eq!(traffic.span(), None);
        traffic.add(90 * SECOND_US, 2);
        traffic.add(100 * DAY_US, 1);
        let span = traffic.span().expect("two records");
        // In parts of four hours there would be too many.
        assert_eq!((span.start.0, span.end.0), (0, 101 * DAY_US));
        assert_eq!((traffic.bin_us(), traffic.bins().len()), (DAY_US, 101));
    }
}
