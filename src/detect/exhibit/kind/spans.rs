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
