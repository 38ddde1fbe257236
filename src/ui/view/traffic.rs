//! Traffic by model: what the time axes of the screens have in common.

use crate::index::{Index, Mask};
use crate::model::{Field, Time, TimeSpan};
use crate::ui::widget::timeline::{BinSpec, Series, Stack};

/// Models with a colour of their own; the others share the grey.
const MODELS: usize = 7;

/// Counts by model, most frequent at the bottom.
pub fn by_model(index: &Index, mask: &Mask, bins: BinSpec) -> Stack {
    let span = TimeSpan { start: Time(bins.first_us), end: Time(bins.end_us()) };
    let split = index.split_histogram(mask, span, bins.count, Field::Model, MODELS);
    let mut series: Vec<Series> = split
        .series
        .into_iter()
        .enumerate()
        .map(|(category, s)| Series { name: s.value, category, counts: s.bins })
        .collect();
    let alone = series.is_empty();
    if alone || split.other.iter().any(|n| *n > 0) {
        let name = if alone { "no model named" } else { "other or no model" };
        let category = if alone { 0 } else { MODELS };
        series.push(Series { name: name.to_owned(), category, counts: split.other });
    }
    Stack { bins, series }
}

/// The part of `range` inside `limits`: open ends reach to the ends of the data.
pub fn within(range: TimeSpan, limits: TimeSpan) -> TimeSpan {
    let start = range.start.clamp(limits.start, limits.end);
    TimeSpan { start, end: range.end.clamp(start, limits.end) }
}
