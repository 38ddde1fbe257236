//! Vertical lines on an axis of time.

use crate::model::MarkerKind;

/// Why there is a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// A moment of the case.
    Marker(MarkerKind),
    /// The moment at which the statistic is taken.
    Statistic,
}

/// A vertical line on an axis of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Where, in the unit of the axis: µs since the epoch, or since its zero.
    pub at: i64,
    /// Why.
    pub occasion: Occasion,
    /// What it says; may be text of the analyst or of a log.
    pub label: String,
}
