//! A filter as it is answered: conditions on dictionaries became lookup tables, conditions on
//! time became stretches of rows, the rest is compared value by value.

use std::ops::Range;
use std::sync::Arc;

use super::attribute::Dimension;
use super::requests::Marks;
use super::templates::Templates;
use crate::model::filter::{NumberTest, Pattern};

/// Which entries of a dictionary pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    pub passes: Vec<bool>,
    /// Whether a row without an entry passes.
    pub missing: bool,
}

/// A column of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberColumn {
    /// Input and output together.
    Tokens,
    Input,
    Output,
    Cached,
    Reasoning,
    Latency,
    Requests,
}

/// A column of fingerprints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HashColumn {
    Prompt,
    Response,
    Signature,
    Replayed,
}

#[derive(Clone, Debug)]
pub(super) enum Plan {
    All,
    Nothing,
    /// A stretch of rows.
    Rows(Range<u32>),
    Lookup(Dimension, Table),
    /// Within one of the inclusive bounds, or missing if `absent`.
    Numbers {
        column: NumberColumn,
        bounds: Vec<(u64, u64)>,
        absent: bool,
    },
    Cost {
        tests: Vec<NumberTest>,
        absent: bool,
    },
    /// In one of the hours of the day and on one of the days of the week, a bit each, UTC; or
    /// without a time if `absent`.
    Clock {
        hours: u32,
        days: u8,
        absent: bool,
    },
    /// One of the fingerprints, sorted, or missing if `absent`.
    Hashes {
        column: HashColumn,
        hashes: Vec<u64>,
        absent: bool,
    },
    /// Rows of templates within one of the inclusive bounds, or of none if `absent`.
    Templates {
        templates: Arc<Templates>,
        bounds: Vec<(u64, u64)>,
        absent: bool,
    },
    /// Rows whose event lies in one of the stretches.
    Ordinals(Vec<Range<u32>>),
    /// Rows marked by ordinal.
    Marked(Arc<Marks>),
    Requests {
        patterns: Vec<Pattern>,
        absent: bool,
    },
    Not(Box<Plan>),
    AllOf(Vec<Plan>),
    AnyOf(Vec<Plan>),
}

impl Plan {
    /// A table that all or no rows pass is no table.
    pub fn lookup(dimension: Dimension, table: Table) -> Self {
        // Only a session can be missing from a row altogether.
        let may_miss = dimension == Dimension::Session;
        let same = |b: bool| !may_miss || table.missing == b;
        let every = |b: bool| same(b) && table.passes.iter().all(|p| *p == b);
        if every(true) {
            Self::All
        } else if every(false) {
            Self::Nothing
        } else {
            Self::Lookup(dimension, table)
        }
    }

    pub fn rows(rows: Range<u32>, total: u32) -> Self {
        if rows.is_empty() {
            Self::Nothing
        } else if rows == (0..total) {
            Self::All
        } else {
            Self::Rows(rows)
        }
    }

    /// The complement.
    pub fn negated(self) -> Self {
        match self {
            Self::All => Self::Nothing,
            Self::Nothing => Self::All,
            Self::Not(inner) => *inner,
            Self::Lookup(dimension, mut table) => {
                table.passes.iter_mut().for_each(|p| *p = !*p);
                table.missing = !table.missing;
                Self::Lookup(dimension, table)
            }
            other => Self::Not(Box::new(other)),
        }
    }

    /// All of them. Tables on one dictionary become one, stretches of rows become one, and the
    /// cheap conditions go first.
    pub fn all_of(parts: Vec<Self>) -> Self {
        let mut kept: Vec<Self> = Vec::new();
        for part in parts.into_iter().flat_map(Self::into_all) {
            match part {
                Self::All => {}
                Self::Nothing => return Self::Nothing,
                part => merge(&mut kept, part, |a, b| a && b),
            }
        }
        if kept.iter().any(|p| matches!(p, Self::Nothing)) {
            return Self::Nothing;
        }
        kept.retain(|p| !matches!(p, Self::All));
        kept.sort_by_key(Self::cost);
        match kept.len() {
            0 => Self::All,
            1 => kept.remove(0),
            _ => Self::AllOf(kept),
        }
    }

    /// At least one of them.
    pub fn any_of(parts: Vec<Self>) -> Self {
        let mut kept: Vec<Self> = Vec::new();
        for part in parts {
            match part {
                Self::Nothing => {}
                Self::All => return Self::All,
                part => merge(&mut kept, part, |a, b| a || b),
            }
        }
        if kept.iter().any(|p| matches!(p, Self::All)) {
            return Self::All;
        }
        match kept.len() {
            0 => Self::Nothing,
            1 => kept.remove(0),
            _ => Self::AnyOf(kept),
        }
    }

    fn into_all(self) -> Vec<Self> {
        match self {
            Self::AllOf(parts) => parts,
            other => vec![other],
        }
    }

    /// Rough cost per row, to order conditions by.
    fn cost(&self) -> u32 {
        match self {
            Self::All | Self::Nothing | Self::Rows(_) => 0,
            Self::Lookup(..) => 1,
            Self::Numbers { .. } | Self::Templates { .. } | Self::Ordinals(_) | Self::Marked(_) => {
                2
            }
            Self::Hashes { .. } | Self::Cost { .. } | Self::Clock { .. } => 3,
            Self::Requests { .. } => 50,
            Self::Not(inner) => inner.cost(),
            Self::AllOf(parts) | Self::AnyOf(parts) => parts.iter().map(Self::cost).sum(),
        }
    }
}

/// Joins `part` with a table on the same dictionary, or a stretch with a stretch.
fn merge(kept: &mut Vec<Plan>, part: Plan, op: impl Fn(bool, bool) -> bool) {
    let is_and = !op(true, false);
    for other in kept.iter_mut() {
        match (&mut *other, &part) {
            (Plan::Lookup(a, table), Plan::Lookup(b, with)) if a == b => {
                let mut joined = table.clone();
                joined.passes.iter_mut().zip(&with.passes).for_each(|(x, y)| *x = op(*x, *y));
                joined.missing = op(table.missing, with.missing);
                *other = Plan::lookup(*a, joined);
                return;
            }
            (Plan::Rows(a), Plan::Rows(b)) if is_and => {
                let rows = a.start.max(b.start)..a.end.min(b.end);
                *other = if rows.is_empty() { Plan::Nothing } else { Plan::Rows(rows) };
                return;
            }
            _ => {}
        }
    }
    kept.push(part);
}
