//! Accounts as rows, what they did as marks: over time, or one after the other.

use super::{Ink, Moment};
use crate::model::TimeSpan;

/// A row of a picture, which is an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Position of the account in the index.
    pub account: u32,
    /// Its id, which may be hostile text.
    pub name: String,
}

/// What the horizontal axis is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Time, µs since the epoch.
    Time(TimeSpan),
    /// One after the other, from 0; so many places.
    Turn(u32),
    /// Numbers from the first to the last.
    Number(i64, i64),
}

/// One thing an account did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Which lane.
    pub lane: u32,
    /// Where on the axis, in its unit.
    pub at: i64,
    /// What it is.
    pub ink: Ink,
    /// The record that shows it.
    pub event: Option<u64>,
}

/// From one mark to another: what went from account to account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thread {
    /// Lane and place on the axis where it begins.
    pub from: (u32, i64),
    /// Where it ends.
    pub to: (u32, i64),
}

/// The same picture as chance draws it, beside it and small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ghost {
    /// Lane and place on the axis; as many lanes and places as beside.
    pub marks: Vec<(u32, i64)>,
    /// What was drawn: `one of 39 draws of shifted days`.
    pub note: String,
}

/// Accounts as rows, marks on an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raster {
    /// The rows, from the top.
    pub lanes: Vec<Lane>,
    /// The axis.
    pub order: Order,
    /// The marks, by lane and then along the axis.
    pub marks: Vec<Mark>,
    /// What went from one account to another.
    pub threads: Vec<Thread>,
    /// Lines, on an axis of time.
    pub moments: Vec<Moment>,
    /// What the rows are, and how many there are in all: `46 accounts, by turn`.
    pub lanes_note: String,
    /// What the axis shows, and how much of it: `276 of 5,380 sessions in order`.
    pub axis_note: String,
    /// The same by chance.
    pub ghost: Option<Ghost>,
}
