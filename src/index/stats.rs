//! Counts, token sums and first and last times by account, by model, by any dictionary field.

use std::cmp::Reverse;
use std::ops::Range;

use rayon::prelude::*;

use super::attribute::{Attribute, Dimension};
use super::{Index, Mask};
use crate::model::{Field, Granularity, MISSING, Time, TimeSpan};

/// Memory that counting by group may use for the partial counts of its threads, bytes.
const PARTIAL_BYTES: usize = 256 << 20;

/// Distinct values up to which all are added up, listed or not.
const FEW_VALUES: usize = if cfg!(test) { 3 } else { 1 << 10 };

/// Counts and sums over some rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Rows.
    pub rows: u32,
    /// Rows whose input tokens are known.
    pub input_known: u32,
    /// Rows whose output tokens are known.
    pub output_known: u32,
    /// First row that has a time; [`MISSING`] without one.
    pub first_row: u32,
    /// Last row that has a time; [`MISSING`] without one.
    pub last_row: u32,
    /// Sum of the known input tokens.
    pub input_sum: u64,
    /// Sum of the known output tokens.
    pub output_sum: u64,
}

impl Default for Stats {
    fn default() -> Self {
        Self {
            rows: 0,
            input_known: 0,
            output_known: 0,
            first_row: MISSING,
            last_row: MISSING,
            input_sum: 0,
            output_sum: 0,
        }
    }
}

impl Stats {
    /// Sum of input tokens; `None` when no row has any: missing is never zero.
    pub fn input_tokens(&self) -> Option<u64> {
        (self.input_known > 0).then_some(self.input_sum)
    }

    /// Sum of output tokens; `None` when no row has any.
    pub fn output_tokens(&self) -> Option<u64> {
        (self.output_known > 0).then_some(self.output_sum)
    }

    /// When the first row happened that has a time.
    pub fn first_seen(&self, index: &Index) -> Option<Time> {
        (self.first_row != MISSING).then(|| index.at(self.first_row)).flatten()
    }

    /// When the last row happened that has a time.
    pub fn last_seen(&self, index: &Index) -> Option<Time> {
        (self.last_row != MISSING).then(|| index.at(self.last_row)).flatten()
    }

    /// Adds one row, of which those before `timed` have a time; rows must come in time order.
    pub(super) fn add(&mut self, row: u32, timed: u32, input: u32, output: u32) {
        if row < timed {
            self.first_row = self.first_row.min(row);
            self.last_row = row;
        }
        self.rows += 1;
        if input != MISSING {
            self.input_known += 1;
            self.input_sum += u64::from(input);
        }
        if output != MISSING {
            self.output_known += 1;
            self.output_sum += u64::from(output);
        }
    }

    /// Adds what other rows add up to.
    pub fn merge(&mut self, other: &Self) {
        // The largest number stands for none: that is last of firsts by itself, and first of lasts
        // once it has wrapped around.
        self.first_row = self.first_row.min(other.first_row);
        let after = |row: u32| row.wrapping_add(1);
        self.last_row = after(self.last_row).max(after(other.last_row)).wrapping_sub(1);
        self.rows += other.rows;
        self.input_known += other.input_known;
        self.output_known += other.output_known;
        self.input_sum += other.input_sum;
        self.output_sum += other.output_sum;
    }
}

/// One value of a field and the rows that have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueStats {
    /// The value.
    pub value: String,
    /// Its rows.
    pub stats: Stats,
}

/// The most frequent values of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopValues {
    /// The values, most rows first, equal counts by text.
    pub values: Vec<ValueStats>,
    /// Number of distinct values, listed or not.
    pub distinct: usize,
    /// Rows of the values that are not listed.
    pub other: Stats,
    /// Rows without a value.
    pub absent: Stats,
}

impl Index {
    /// From the first row with a time that a mask keeps to behind the last; `None` where none has one.
    pub fn span_of(&self, mask: &Mask) -> Option<TimeSpan> {
        let totals = self.totals(mask);
        let at = |row: u32| (row != MISSING).then(|| self.at(row)).flatten();
        let (start, last) = (at(totals.first_row)?, at(totals.last_row)?);
        Some(TimeSpan { start, end: Time(last.0.saturating_add(1)) })
    }

    /// Counts and sums of the rows a mask keeps.
    pub fn totals(&self, mask: &Mask) -> Stats {
        self.accumulate(mask, 1, |_| 0).pop().unwrap_or_default()
    }

    /// Calls that the usage buckets of the case count, as far as they say; `None` when none does.
    /// Never to be added to anything.
    pub fn bucket_requests(&self) -> Option<u64> {
        let buckets = self.population(Granularity::Bucket).rows();
        let counts = buckets.filter_map(|row| self.row(row).requests());
        counts.fold(None, |sum, n| Some(sum.unwrap_or(0) + u64::from(n)))
    }

    /// Counts and sums by account: one entry per account, by position.
    ///
    /// Naive: for every row kept, add it to the entry of its account.
    pub fn stats_by_account(&self, mask: &Mask) -> Vec<Stats> {
        let accounts = self.accounts().len();
        // With few rows an account, partial counts cost more than walking each account's rows.
        if accounts > self.len() / 8 {
            return self.stats_by_walking_accounts(mask);
        }
        let account_of: Vec<u32> = self.dimensions.callers.iter().map(|c| c.account).collect();
        let callers = &self.columns.caller;
        self.accumulate(mask, accounts, |row| account_of[callers[row] as usize] as usize)
    }

    fn stats_by_walking_accounts(&self, mask: &Mask) -> Vec<Stats> {
        let accounts = 0..self.accounts().len() as u32;
        let walk = |account| {
            let rows = self.rows_of_account(account).iter().copied();
            self.stats_of_rows(rows.filter(|row| mask.contains(*row)))
        };
        accounts.into_par_iter().with_min_len(64).map(walk).collect()
    }

    /// Counts and sums of some rows in time order, such as those of one account.
    pub fn stats_of_rows(&self, rows: impl IntoIterator<Item = u32>) -> Stats {
        let (input, output) = (&self.columns.input_tokens, &self.columns.output_tokens);
        let mut stats = Stats::default();
        for row in rows {
            let token = |column: &[u32]| column.get(row as usize).copied().unwrap_or(MISSING);
            stats.add(row, self.timed, token(input), token(output));
        }
        stats
    }

    /// The `k` most frequent values of a field ([`Index::can_group_by`]) among the rows a mask
    /// keeps.
    ///
    /// Naive: group the rows kept by the text of the field, sort by count and text, take `k`.
    pub fn top_values(&self, mask: &Mask, field: Field, k: usize) -> TopValues {
        let Some(attribute) = self.attribute(field) else {
            return TopValues { absent: self.totals(mask), ..TopValues::default() };
        };
        // Few values are added up in one pass. Of many, only those to be listed are, once
        // counting has found them: a table of 22 sums stays in the nearest cache.
        let (candidates, distinct) = if attribute.len() <= FEW_VALUES {
            ((0..attribute.len() as u32).collect(), None)
        } else {
            let counts = self.rows_by_value(mask, attribute);
            let distinct = counts.iter().filter(|rows| **rows > 0).count();
            (self.largest(field, &counts, k), Some(distinct))
        };
        let mut stats = self.stats_by_slot(mask, attribute, &candidates);
        let absent = stats.pop().unwrap_or_default();
        let mut other = stats.pop().unwrap_or_default();
        let text = |value| self.value_text(field, value).unwrap_or_default().into_owned();
        let mut values: Vec<ValueStats> = candidates
            .into_iter()
            .zip(stats)
            .filter(|(_, stats)| stats.rows > 0)
            .map(|(value, stats)| ValueStats { value: text(value), stats })
            .collect();
        let distinct = distinct.unwrap_or(values.len());
        values.sort_by(|a, b| b.stats.rows.cmp(&a.stats.rows).then_with(|| a.value.cmp(&b.value)));
        values.drain(k.min(values.len())..).for_each(|value| other.merge(&value.stats));
        TopValues { values, distinct, other, absent }
    }

    /// One entry per given value, then one for other values, then one for rows without a value.
    fn stats_by_slot(&self, mask: &Mask, attribute: &Attribute, values: &[u32]) -> Vec<Stats> {
        let (other, absent) = (values.len(), values.len() + 1);
        let slots = attribute.slots(values, other as u32, absent as u32);
        let entries = self.entries(attribute.dimension);
        self.accumulate(mask, values.len() + 2, |row| {
            let entry = entries.get(row).copied().unwrap_or(MISSING);
            slots.get(entry as usize).map_or(absent, |slot| *slot as usize)
        })
    }

    /// The numbers of the `k` most frequent values over the whole case.
    pub(super) fn most_frequent(&self, field: Field, k: usize) -> Vec<u32> {
        self.largest(field, &self.population_by_value(field, self.default_granularity()), k)
    }

    /// The `k` values with most rows, equal counts by text; values without rows are left out.
    fn largest(&self, field: Field, counts: &[u32], k: usize) -> Vec<u32> {
        let text = |value: u32| self.value_text(field, value).unwrap_or_default();
        let order = |a: &u32, b: &u32| {
            let rows = |v: &u32| Reverse(counts[*v as usize]);
            rows(a).cmp(&rows(b)).then_with(|| text(*a).cmp(&text(*b)))
        };
        let mut values: Vec<u32> =
            (0..counts.len() as u32).filter(|v| counts[*v as usize] > 0).collect();
        if k < values.len() {
            values.select_nth_unstable_by(k, order);
            values.truncate(k);
        }
        values.sort_unstable_by(order);
        values
    }

    /// Rows kept of each distinct value.
    pub(super) fn rows_by_value(&self, mask: &Mask, attribute: &Attribute) -> Vec<u32> {
        let mut counts = vec![0; attribute.len()];
        let by_entry = self.rows_by_entry(mask, attribute.dimension);
        for (value, n) in attribute.value_of.iter().zip(by_entry) {
            if let Some(count) = counts.get_mut(*value as usize) {
                *count += n;
            }
        }
        counts
    }

    /// Rows kept that point at each entry of a dictionary.
    pub(super) fn rows_by_entry(&self, mask: &Mask, dimension: Dimension) -> Vec<u32> {
        let entries = self.entries(dimension);
        let count = self.entry_count(dimension);
        if entries.is_empty() {
            return vec![0; count];
        }
        self.count_groups(mask, count, |counts, rows| {
            mask.rows_in(rows).for_each(|row| {
                if let Some(count) = counts.get_mut(entries[row as usize] as usize) {
                    *count += 1;
                }
            });
        })
    }

    /// Counts by group what `count` finds in each stretch; stretches of rows in parallel.
    pub(super) fn count_groups(
        &self,
        mask: &Mask,
        groups: usize,
        count: impl Fn(&mut [u32], Range<u32>) + Sync,
    ) -> Vec<u32> {
        let one = |rows: Range<u32>| {
            let mut counts = vec![0_u32; groups];
            count(&mut counts, rows);
            counts
        };
        let add = |mut sum: Vec<u32>, part: Vec<u32>| {
            sum.iter_mut().zip(part).for_each(|(sum, n)| *sum += n);
            sum
        };
        let parts = stretches(mask.bounds(), groups).into_par_iter().map(one);
        parts.reduce_with(add).unwrap_or_else(|| vec![0; groups])
    }

    /// Adds every row kept to its group: each thread a stretch of rows, then all together.
    pub(super) fn accumulate(
        &self,
        mask: &Mask,
        groups: usize,
        group_of: impl Fn(usize) -> usize + Sync,
    ) -> Vec<Stats> {
        let (input, output) = (&self.columns.input_tokens[..], &self.columns.output_tokens[..]);
        let timed = self.timed;
        let count = |rows: Range<u32>| {
            let mut stats = vec![Stats::default(); groups];
            mask.rows_in(rows).for_each(|row| {
                let at = row as usize;
                let token = |column: &[u32]| column.get(at).copied().unwrap_or(MISSING);
                stats[group_of(at)].add(row, timed, token(input), token(output));
            });
            stats
        };
        let partials: Vec<Vec<Stats>> =
            stretches(mask.bounds(), groups).into_par_iter().map(count).collect();
        let mut partials = partials.into_iter();
        let mut all = partials.next().unwrap_or_else(|| vec![Stats::default(); groups]);
        for partial in partials {
            all.iter_mut().zip(&partial).for_each(|(sum, part)| sum.merge(part));
        }
        all
    }
}

/// Cuts a stretch of rows into one piece a thread, fewer when the partial counts, one entry a
/// group, would need too much memory or the rows are few.
pub(super) fn stretches(rows: Range<u32>, groups: usize) -> Vec<Range<u32>> {
    let by_memory = PARTIAL_BYTES / (groups.max(1) * size_of::<Stats>());
    let by_rows = rows.len() / (groups.max(1) * 4).max(1 << 14);
    let pieces = rayon::current_num_threads().min(by_memory).min(by_rows).max(1) as u64;
    let edge = |i: u64| rows.start + (rows.len() as u64 * i / pieces) as u32;
    (0..pieces).map(|i| edge(i)..edge(i + 1)).collect()
}
