//! From when to when each account was there.

use super::{Ink, Lane, Moment};
use crate::model::TimeSpan;

/// An account and its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The account.
    pub lane: Lane,
    /// Its first moment, µs.
    pub from: i64,
    /// Its last one; the same where it is one moment.
    pub to: i64,
    /// Which end the finding speaks of, and how.
    pub ink: Ink,
}

/// From when to when each account was there.
#[derive(Clone, Debug, PartialEq)]
pub struct Spans {
    /// The accounts, by the moment that the finding speaks of.
    pub spans: Vec<Span>,
    /// The axis.
    pub axis: TimeSpan,
    /// Whether the finding speaks of the last moment, and not of the first.
    pub is_of_ends: bool,
    /// The stretch in which the accounts crowd.
    pub window: Option<TimeSpan>,
    /// How many would be in each part of the axis if they did when others do; from its beginning on,
    /// parts of one width.
    pub usual: Vec<f64>,
    /// Lines.
    pub moments: Vec<Moment>,
    /// What the rows are, and how many are shown.
    pub note: String,
}

impl Spans {
    /// How many of those that the finding speaks of are in each part of the axis, as
    /// [`Spans::usual`] divides it.
    pub fn observed(&self) -> Vec<f64> {
        let mut counts = vec![0.0; self.usual.len()];
        let (start, length) = (self.axis.start.0, self.axis.len_us().max(1));
        for span in self.spans.iter().filter(|span| span.ink == Ink::Cited) {
            let at = if self.is_of_ends { span.to } else { span.from };
            let share = at.saturating_sub(start) as f64 / length as f64;
            let part = (share * self.usual.len() as f64) as usize;
            if let Some(count) = counts.get_mut(part) {
                *count += 1.0;
            }
        }
        counts
    }
}
