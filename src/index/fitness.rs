//! How complete the data is: the share of rows that have each field, and how far its times can
//! be trusted. A detector is blind where its fields are absent.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use super::attribute::{Dimension, dimension_of};
use super::stats::stretches;
use super::{Index, Mask};
use crate::model::{FIELDS, Field, MISSING, NO_HASH, TimePrecision, TimeQuality};

/// Whether rows have a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Presence {
    /// All rows.
    Present,
    /// Some rows.
    Partial,
    /// No row.
    Absent,
}

/// How complete one field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fitness {
    /// The field.
    pub field: Field,
    /// Rows that have it.
    pub present: u64,
    /// Rows asked about.
    pub rows: u64,
}

impl Fitness {
    /// Whether all, some or no rows have it; absent when there are no rows.
    pub fn presence(&self) -> Presence {
        match self.present {
            0 => Presence::Absent,
            n if n == self.rows => Presence::Present,
            _ => Presence::Partial,
        }
    }

    /// Share of rows that have it, 0…1; 0 without rows.
    pub fn share(&self) -> f64 {
        if self.rows == 0 { 0.0 } else { self.present as f64 / self.rows as f64 }
    }
}

/// How far times can be trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimeFitness {
    /// Rows by how their time was obtained, best first.
    pub by_quality: Vec<(TimeQuality, u64)>,
    /// Rows by the unit their time was written in, finest first.
    pub by_precision: Vec<(TimePrecision, u64)>,
}

impl TimeFitness {
    /// A warning about times, where one is due: `12 % of times were written in whole seconds;
    /// 3 % state no zone`. `None` when all are exact and finer than a second.
    pub fn note(&self) -> Option<String> {
        let rows: u64 = self.by_quality.iter().map(|(_, n)| n).sum();
        let untimed = self.by_quality.iter().find(|(q, _)| *q == TimeQuality::None);
        let untimed = untimed.map_or(0, |(_, n)| *n);
        let times = rows - untimed;
        let coarse = |p: &TimePrecision| *p >= TimePrecision::Second && *p != TimePrecision::None;
        let precision = self.by_precision.iter().filter(|(p, _)| coarse(p)).map(|(p, n)| {
            let unit = match p {
                TimePrecision::Day => "days",
                TimePrecision::Minute => "minutes",
                _ => "seconds",
            };
            format!("{} of times were written in whole {unit}", percent(*n, times))
        });
        let quality = self.by_quality.iter().filter_map(|(quality, n)| {
            let what = match quality {
                TimeQuality::Exact | TimeQuality::None => return None,
                TimeQuality::ZoneAssumed => "state no zone, so the import's zone was assumed",
                TimeQuality::EndOnly => "state only when the call ended",
                TimeQuality::Day => "state only the day",
                TimeQuality::YearAssumed => "state no year, so the newest that fits was assumed",
                TimeQuality::Relative => {
                    "count from the start of a recording, so only their distances mean something"
                }
            };
            Some(format!("{} {what}", percent(*n, times)))
        });
        let none =
            (untimed > 0).then(|| format!("{} of records have no time", percent(untimed, rows)));
        let parts: Vec<String> = none.into_iter().chain(precision).chain(quality).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

/// `12 %`, never `0 %` for some nor `100 %` for not all.
fn percent(n: u64, of: u64) -> String {
    let share = 100.0 * n as f64 / of.max(1) as f64;
    match share {
        s if n > 0 && s < 0.5 => "under 1 %".into(),
        s if n < of && s >= 99.5 => "over 99 %".into(),
        s => format!("{s:.0} %"),
    }
}

impl Index {
    /// How complete every field is among the rows a mask keeps, in the order of [`FIELDS`].
    ///
    /// Naive: for every field, count the rows kept that have a value.
    pub fn fitness(&self, mask: &Mask) -> Vec<Fitness> {
        let rows = mask.len();
        let dimensions =
            [Dimension::Caller, Dimension::Origin, Dimension::Call, Dimension::Session];
        let counts = dimensions.map(|dimension| self.rows_by_entry(mask, dimension));
        let present = |field| match dimension_of(field) {
            Some(dimension) => {
                let counts = counts[dimension as usize].iter().zip(0..);
                // A session that is pointed at has an id; its text may still be on disk.
                let has =
                    |entry| field == Field::SessionId || self.entry_text(field, entry).is_some();
                counts.filter(|(n, entry)| **n > 0 && has(*entry)).map(|(n, _)| u64::from(*n)).sum()
            }
            None => self.present_in_column(mask, field),
        };
        let one = |field| Fitness { field, present: present(field), rows };
        FIELDS.iter().map(|def| one(def.field)).collect()
    }

    /// Whether any row that a mask keeps has a field.
    ///
    /// Naive: whether [`Index::fitness`] counts any.
    pub fn has_any(&self, mask: &Mask, field: Field) -> bool {
        let Some(dimension) = dimension_of(field) else { return self.any_in_column(mask, field) };
        let entries = self.entries(dimension);
        if field == Field::SessionId {
            return any(mask, entries, |entry| entry != MISSING);
        }
        // Few entries are looked at more than once before one has it, or none does.
        let has: Vec<bool> = (0..self.entry_count(dimension) as u32)
            .map(|entry| self.entry_text(field, entry).is_some())
            .collect();
        has.contains(&true)
            && any(mask, entries, |entry| has.get(entry as usize).copied().unwrap_or(false))
    }

    /// How far the times of the rows a mask keeps can be trusted.
    pub fn time_fitness(&self, mask: &Mask) -> TimeFitness {
        let counts = self.rows_by_entry(mask, Dimension::Call);
        let (mut quality, mut precision) = (BTreeMap::new(), BTreeMap::new());
        for (call, n) in self.dimensions.calls.iter().zip(counts).filter(|(_, n)| *n > 0) {
            *quality.entry(call.time_quality).or_insert(0) += u64::from(n);
            *precision.entry(call.time_precision).or_insert(0) += u64::from(n);
        }
        TimeFitness {
            by_quality: quality.into_iter().collect(),
            by_precision: precision.into_iter().collect(),
        }
    }

    fn any_in_column(&self, mask: &Mask, field: Field) -> bool {
        let c = &self.columns;
        match field {
            Field::Timestamp => mask.len() > self.without_time(mask),
            Field::InputTokens => any(mask, &c.input_tokens, |v| v != MISSING),
            Field::OutputTokens => any(mask, &c.output_tokens, |v| v != MISSING),
            Field::CachedTokens => any(mask, &c.cached_tokens, |v| v != MISSING),
            Field::ReasoningTokens => any(mask, &c.reasoning_tokens, |v| v != MISSING),
            Field::LatencyMs => any(mask, &c.latency_ms, |v| v != MISSING),
            Field::Cost => any(mask, &c.cost, |v: f64| !v.is_nan()),
            Field::PromptHash => any(mask, &c.prompt_hash, |v| v != NO_HASH),
            Field::ResponseHash => any(mask, &c.response_hash, |v| v != NO_HASH),
            Field::ReasoningSignature => any(mask, &c.reasoning_signature, |v| v != NO_HASH),
            Field::ReplayedSignature => any(mask, &c.replayed_signature, |v| v != NO_HASH),
            _ => self.present_in_column(mask, field) > 0,
        }
    }

    fn present_in_column(&self, mask: &Mask, field: Field) -> u64 {
        let c = &self.columns;
        match field {
            Field::Timestamp => mask.len() - self.without_time(mask),
            Field::InputTokens => count(mask, &c.input_tokens, |v| v != MISSING),
            Field::OutputTokens => count(mask, &c.output_tokens, |v| v != MISSING),
            Field::CachedTokens => count(mask, &c.cached_tokens, |v| v != MISSING),
            Field::ReasoningTokens => count(mask, &c.reasoning_tokens, |v| v != MISSING),
            Field::LatencyMs => count(mask, &c.latency_ms, |v| v != MISSING),
            Field::Cost => count(mask, &c.cost, |v: f64| !v.is_nan()),
            Field::PromptHash => count(mask, &c.prompt_hash, |v| v != NO_HASH),
            Field::ResponseHash => count(mask, &c.response_hash, |v| v != NO_HASH),
            Field::ReasoningSignature => count(mask, &c.reasoning_signature, |v| v != NO_HASH),
            Field::ReplayedSignature => count(mask, &c.replayed_signature, |v| v != NO_HASH),
            Field::RequestId => self.rows_with_request_id(mask),
            _ => 0,
        }
    }
}

/// Whether any row kept has a value that is known.
fn any<T: Copy>(mask: &Mask, column: &[T], known: impl Fn(T) -> bool) -> bool {
    !column.is_empty() && mask.rows().any(|row| known(column[row as usize]))
}

/// Rows kept whose value is known; stretches of rows in parallel.
fn count<T: Copy + Sync>(mask: &Mask, column: &[T], known: impl Fn(T) -> bool + Sync) -> u64 {
    if column.is_empty() {
        return 0;
    }
    let one = |rows: Range<u32>| {
        mask.rows_in(rows).fold(0, |n, row| n + u64::from(known(column[row as usize])))
    };
    stretches(mask.bounds(), 1).into_par_iter().map(one).sum()
}
