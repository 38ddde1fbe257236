//! The numbers that a timeline draws.

use crate::model::{Time, TimeSpan};

use super::BinSpec;

/// Counts in bins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Which bins.
    pub bins: BinSpec,
    /// How many in each; as long as `bins.count`.
    pub counts: Vec<u64>,
}

impl Counts {
    /// The count at `at`; 0 outside.
    pub fn at(&self, at: Time) -> u64 {
        self.bins.at(at).and_then(|i| self.counts.get(i)).copied().unwrap_or(0)
    }

    /// The sum over the bins that touch `span`: of the bars that are seen of it.
    pub fn sum(&self, span: TimeSpan) -> u64 {
        self.bins.touching(span).filter_map(|i| self.counts.get(i)).sum()
    }

    /// The largest count of the bins that touch `span`.
    pub fn max_in(&self, span: TimeSpan) -> u64 {
        let counts = self.bins.touching(span).filter_map(|i| self.counts.get(i));
        counts.copied().max().unwrap_or(0)
    }
}

/// One colour of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// What it is called.
    pub name: String,
    /// Which category colour it has; stays the same under every filter.
    pub category: usize,
    /// How many in each bin.
    pub counts: Vec<u32>,
}

/// Filtered counts in bins, split into series drawn from the bottom up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// Which bins.
    pub bins: BinSpec,
    /// The series.
    pub series: Vec<Series>,
}

impl Stack {
    /// The series that are not hidden.
    pub fn shown<'s>(
        &'s self,
        hidden: &'s [String],
    ) -> impl DoubleEndedIterator<Item = &'s Series> {
        self.series.iter().filter(|series| !hidden.contains(&series.name))
    }

    /// The sum of the series that are not hidden in bin `index`.
    pub fn total(&self, index: usize, hidden: &[String]) -> u64 {
        let counts = self.shown(hidden).filter_map(|series| series.counts.get(index));
        counts.map(|n| u64::from(*n)).sum()
    }

    /// The largest such sum of the bins that touch `span`.
    pub fn max_in(&self, span: TimeSpan, hidden: &[String]) -> u64 {
        self.bins.touching(span).map(|i| self.total(i, hidden)).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::HOUR_US;

    #[test]
    fn a_bar_at_the_left_edge_counts_although_it_begins_before() {
        let bins = BinSpec::from_start(Time(0), HOUR_US, 3);
        let counts = Counts { bins, counts: vec![5, 0, 2] };
        let from_half_past = |end: i64| TimeSpan::new(Time(HOUR_US / 2), Time(end));
        assert_eq!(counts.sum(from_half_past(2 * HOUR_US)), 5);
        assert_eq!(counts.sum(from_half_past(2 * HOUR_US + 1)), 7);
    }
}
