//! Which event of which source each row is.

use std::ops::Range;
use std::sync::OnceLock;

/// The rows of one source in event order: their ordinals, counted over all sources in the
/// order the sources begin.
#[derive(Clone, Debug)]
pub(super) struct SourceRun {
    pub source_id: u32,
    pub first_event_id: u64,
    pub ordinals: Range<u32>,
}

impl SourceRun {
    /// The ordinal of one of its events.
    pub fn ordinal_of(&self, event_id: u64) -> Option<u32> {
        let at = u32::try_from(event_id.checked_sub(self.first_event_id)?).ok()?;
        let ordinal = self.ordinals.start.checked_add(at)?;
        self.ordinals.contains(&ordinal).then_some(ordinal)
    }
}

/// The rows of all sources.
#[derive(Clone, Debug, Default)]
pub(super) struct Runs {
    /// By ordinal; non-empty runs that together cover all rows.
    all: Vec<SourceRun>,
    /// Their positions in the order of their events.
    by_event: Vec<u32>,
}

impl Runs {
    pub fn new(all: Vec<SourceRun>) -> Self {
        let mut by_event: Vec<u32> = (0..all.len() as u32).collect();
        by_event.sort_unstable_by_key(|at| all[*at as usize].first_event_id);
        Self { all, by_event }
    }

    /// The ordinal of an event; `None` for one that came in after the index was built.
    ///
    /// Naive: ask every run.
    pub fn ordinal_of_event(&self, event_id: u64) -> Option<u32> {
        let run = |at: &u32| &self.all[*at as usize];
        let after = self.by_event.partition_point(|at| run(at).first_event_id <= event_id);
        run(&self.by_event[after.checked_sub(1)?]).ordinal_of(event_id)
    }
}

/// Rows ↔ event ids.
///
/// Where sources follow each other in time (or there is only one), row = ordinal and nothing is
/// stored per row.
#[derive(Debug, Default)]
pub(super) struct Order {
    runs: Runs,
    /// Ordinal of each row, where sources interleave.
    ordinal_of_row: Option<Vec<u32>>,
    /// The inverse, made when first asked for.
    row_of_ordinal: OnceLock<Vec<u32>>,
}

impl Order {
    pub fn new(runs: Runs, ordinal_of_row: Option<Vec<u32>>) -> Self {
        Self { runs, ordinal_of_row, row_of_ordinal: OnceLock::new() }
    }

    pub fn ordinal(&self, row: u32) -> u32 {
        self.ordinal_of_row.as_ref().map_or(row, |ordinals| ordinals[row as usize])
    }

    pub fn row(&self, ordinal: u32) -> u32 {
        let Some(ordinals) = &self.ordinal_of_row else { return ordinal };
        let rows = self.row_of_ordinal.get_or_init(|| {
            let mut rows = vec![0; ordinals.len()];
            for (row, ordinal) in ordinals.iter().enumerate() {
                rows[*ordinal as usize] = row as u32;
            }
            rows
        });
        rows[ordinal as usize]
    }

    fn run_of(&self, row: u32) -> &SourceRun {
        let ordinal = self.ordinal(row);
        let at = self.runs().partition_point(|run| run.ordinals.end <= ordinal);
        &self.runs()[at]
    }

    pub fn source_id(&self, row: u32) -> u32 {
        self.run_of(row).source_id
    }

    pub fn event_id(&self, row: u32) -> u64 {
        let run = self.run_of(row);
        run.first_event_id + u64::from(self.ordinal(row) - run.ordinals.start)
    }

    pub fn row_of_event(&self, event_id: u64) -> Option<u32> {
        self.ordinal_of_event(event_id).map(|ordinal| self.row(ordinal))
    }

    /// The ordinal of an event; `None` for one that came in after the index was built.
    pub fn ordinal_of_event(&self, event_id: u64) -> Option<u32> {
        self.runs.ordinal_of_event(event_id)
    }

    /// The highest event id; 0 without rows.
    pub fn last_event_id(&self) -> u64 {
        let last = |run: &SourceRun| run.first_event_id + run.ordinals.len() as u64 - 1;
        self.runs().iter().map(last).max().unwrap_or(0)
    }

    /// The runs, by ordinal.
    pub fn runs(&self) -> &[SourceRun] {
        &self.runs.all
    }

    /// The runs of the sources whose id passes `test`.
    pub fn ordinals_of(&self, test: impl Fn(u32) -> bool) -> Vec<Range<u32>> {
        let wanted = self.runs().iter().filter(|run| test(run.source_id));
        wanted.map(|run| run.ordinals.clone()).collect()
    }

    /// Whether row = ordinal.
    pub fn is_plain(&self) -> bool {
        self.ordinal_of_row.is_none()
    }

    pub fn bytes(&self) -> usize {
        self.ordinal_of_row.as_ref().map_or(0, |rows| rows.len() * 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Naive: ask every run.
        #[test]
        fn an_event_is_found_in_the_run_that_has_it(
            runs in proptest::collection::vec((1u32..5, 0u64..4), 0..8), turn in 0usize..8,
        ) {
            let mut next = 1;
            let mut all: Vec<SourceRun> = Vec::new();
            for (source_id, (rows, gap)) in (1..).zip(&runs) {
                let first_event_id = next + gap;
                next = first_event_id + u64::from(*rows);
                all.push(SourceRun { source_id, first_event_id, ordinals: 0..*rows });
            }
            // Ordinals are counted in another order than events.
            all.rotate_left(turn.min(runs.len()));
            let mut start = 0;
            for run in &mut all {
                run.ordinals = start..start + run.ordinals.end;
                start = run.ordinals.end;
            }
            let fast = Runs::new(all.clone());
            for event in 0..next + 3 {
                let naive = all.iter().find_map(|run| run.ordinal_of(event));
                prop_assert_eq!(fast.ordinal_of_event(event), naive);
            }
        }
    }
}
