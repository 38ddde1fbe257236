//! Templates under a range of time that is being dragged: built once when the drag begins, then a
//! move costs the number of templates and of their accounts, and not the number of rows.

use std::ops::Range;
use std::sync::Arc;

use super::column::{Growth, TemplateCounts, Templates};
use crate::index::cumulative::Cumulative;
use crate::index::stats::Stats;
use crate::index::{Index, Mask, ValueBrush};
use crate::model::MISSING;

/// Counts of every template under any range of time.
#[derive(Debug)]
pub struct TemplateBrush {
    templates: Arc<Templates>,
    mask: Mask,
    /// Rows, first and last ones of each template, then of rows without any.
    sums: Cumulative<Stats>,
    values: ValueBrush,
}

impl TemplateBrush {
    /// For the rows of `mask` that have a time. `None` before anybody has looked for templates,
    /// and where adding up rows is no slower.
    pub fn new(index: &Index, templates: &Arc<Templates>, mask: &Mask) -> Option<Self> {
        let pairs = templates.pairs(index)?;
        let values = ValueBrush::over(index, mask, pairs)?;
        let add = |sums: &mut [Stats], rows| add_rows(index, templates, mask, sums, rows);
        let sums = Cumulative::new(index.timed(), templates.values() + 1, add)?;
        Some(Self { templates: Arc::clone(templates), mask: mask.clone(), sums, values })
    }

    /// The templates it counts.
    pub fn templates(&self) -> &Arc<Templates> {
        &self.templates
    }

    /// Counts of the rows inside a stretch of the index it was built from.
    ///
    /// Naive: [`Index::template_counts`] of the mask [`Mask::within`] the stretch.
    pub fn counts(&self, index: &Index, rows: Range<u32>) -> TemplateCounts {
        let shown = self.mask.within(rows.clone());
        let Growth { recent, before } = index.growth_rows(&shown);
        let [all, recent, before] = [rows.clone(), within(&rows, recent), within(&rows, before)]
            .map(|rows| self.over(index, rows));
        let of_rows = |stats: &[Stats]| stats.iter().map(|stats| stats.rows).collect::<Vec<u32>>();
        let growth = Growth { recent: of_rows(&recent), before: of_rows(&before) };
        TemplateCounts::new(index, shown.len(), &all, &growth, &self.values.values(rows))
    }

    fn over(&self, index: &Index, rows: Range<u32>) -> Vec<Stats> {
        self.sums.over(rows, |sums, rows| {
            add_rows(index, &self.templates, &self.mask, sums, rows);
        })
    }
}

fn add_rows(
    index: &Index,
    templates: &Templates,
    mask: &Mask,
    sums: &mut [Stats],
    rows: Range<u32>,
) {
    let timed = index.timed().end;
    mask.rows_in(rows).for_each(|row| {
        sums[templates.value(row) as usize].add(row, timed, MISSING, MISSING);
    });
}

fn within(outer: &Range<u32>, rows: Range<u32>) -> Range<u32> {
    let start = rows.start.clamp(outer.start, outer.end);
    start..rows.end.clamp(start, outer.end)
}
