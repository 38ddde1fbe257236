//! Cumulative counts by group, written down at every so-manyth row: what some rows add up to is
//! then a difference of two of them and what lies between them and the ends, so that it costs the
//! number of groups and never the number of rows.
//!
//! The idea is that of Falcon (Moritz, Howe and Heer, CHI 2019, doi 10.1145/3290605.3300924),
//! whose cumulative counts stand at every pixel of the brushed dimension. Here they stand at
//! every `step` rows, and the rows from there to the ends of the brush are added one by one: the
//! answer is exact for any range, whatever the zoom, and the memory is chosen beforehand.

use std::ops::Range;

use rayon::prelude::*;

use super::stats::Stats;
use crate::model::MISSING;

/// Bytes that the counts of one table may take.
const TABLE_BYTES: usize = if cfg!(test) { 1 << 14 } else { 48 << 20 };
/// The fewest stretches that a table divides the rows into: with fewer, what lies between two
/// lines is so long that adding up all rows on all threads is no slower.
const FEWEST: u32 = if cfg!(test) { 1 } else { 8 };
/// The fewest rows between two lines of a table: these are added in no time.
const LEAST_STEP: u32 = if cfg!(test) { 16 } else { 1 << 13 };

/// What is added up for a group.
pub(super) trait Tally: Copy + Default + Send + Sync {
    /// Goes over to the rows after a line of the table.
    fn next_line(&mut self);
    /// Puts what was added up before in front of it.
    fn put_before(&mut self, earlier: &Self);
    /// What rows between two lines add up to; `self` belongs to the later line.
    fn since(&self, earlier: &Self) -> Self;
    /// Adds what other rows add up to.
    fn add_all(&mut self, other: &Self);
    /// Prepares the lines of a table, all in order, for [`Tally::since`].
    fn finish(_table: &mut [Self], _groups: usize) {}
}

impl Tally for u32 {
    fn next_line(&mut self) {}

    fn put_before(&mut self, earlier: &Self) {
        *self += earlier;
    }

    fn since(&self, earlier: &Self) -> Self {
        self - earlier
    }

    fn add_all(&mut self, other: &Self) {
        *self += other;
    }
}

/// In a table `first_row` is not the first row so far but the first after the line: that is what
/// the first row between two lines is found by.
impl Tally for Stats {
    fn next_line(&mut self) {
        self.first_row = MISSING;
    }

    fn put_before(&mut self, earlier: &Self) {
        let first_row = self.first_row;
        self.merge(earlier);
        self.first_row = first_row;
    }

    fn since(&self, earlier: &Self) -> Self {
        if self.rows == earlier.rows {
            return Self::default();
        }
        Self {
            rows: self.rows - earlier.rows,
            input_known: self.input_known - earlier.input_known,
            output_known: self.output_known - earlier.output_known,
            input_sum: self.input_sum - earlier.input_sum,
            output_sum: self.output_sum - earlier.output_sum,
            first_row: earlier.first_row,
            last_row: self.last_row,
        }
    }

    fn add_all(&mut self, other: &Self) {
        self.merge(other);
    }

    /// The first row of each stretch, as it was added up, goes to the line before the stretch.
    fn finish(table: &mut [Self], groups: usize) {
        let mut next = vec![MISSING; groups];
        for line in table.chunks_exact_mut(groups.max(1)).rev() {
            for (stats, next) in line.iter_mut().zip(&mut next) {
                let first = std::mem::replace(&mut stats.first_row, *next);
                *next = if first == MISSING { *next } else { first };
            }
        }
    }
}

/// The table.
#[derive(Debug)]
pub(super) struct Cumulative<T> {
    rows: Range<u32>,
    step: u32,
    groups: usize,
    /// One entry a group for the rows before line 0, line 1 and so on; the last line stands at
    /// the end of the rows.
    table: Vec<T>,
}

impl<T: Tally> Cumulative<T> {
    /// Adds up `rows`; `add` adds those of a stretch to one entry a group. `None` where there are
    /// so many groups that a table of few lines would be too large.
    pub fn new(
        rows: Range<u32>,
        groups: usize,
        add: impl Fn(&mut [T], Range<u32>) + Sync,
    ) -> Option<Self> {
        let most = TABLE_BYTES / (groups.max(1) * size_of::<T>());
        let most = u32::try_from(most).unwrap_or(u32::MAX).saturating_sub(1);
        if most < FEWEST {
            return None;
        }
        let count = rows.len() as u32;
        let step = count.div_ceil(most).max(LEAST_STEP);
        let lines = count.div_ceil(step) as usize;
        let mut new = Self { rows, step, groups, table: vec![T::default(); (lines + 1) * groups] };
        if groups > 0 && lines > 0 {
            new.fill(lines, add);
            T::finish(&mut new.table, groups);
        }
        Some(new)
    }

    /// Each thread adds up its lines; then what the threads before it have is put in front.
    fn fill(&mut self, lines: usize, add: impl Fn(&mut [T], Range<u32>) + Sync) {
        let groups = self.groups;
        let share = lines.div_ceil(rayon::current_num_threads()).max(1);
        let edges: Vec<u32> = (0..=lines).map(|line| self.edge(line)).collect();
        let lines = &mut self.table[groups..];
        lines.par_chunks_mut(share * groups).enumerate().for_each(|(part, lines)| {
            for line in 0..lines.len() / groups {
                let (before, own) = lines.split_at_mut(line * groups);
                let own = &mut own[..groups];
                if let Some(before) = before.len().checked_sub(groups).map(|at| &before[at..]) {
                    own.copy_from_slice(before);
                }
                own.iter_mut().for_each(T::next_line);
                let at = part * share + line;
                add(own, edges[at]..edges[at + 1]);
            }
        });
        let mut parts = lines.chunks_mut(share * groups);
        let mut before = parts.next().map(|part| part[part.len() - groups..].to_vec());
        for part in parts {
            let earlier = before.take().unwrap_or_default();
            part.par_chunks_mut(groups).for_each(|line| {
                line.iter_mut().zip(&earlier).for_each(|(own, earlier)| own.put_before(earlier));
            });
            before = Some(part[part.len() - groups..].to_vec());
        }
    }

    /// The row at which a line stands.
    fn edge(&self, line: usize) -> u32 {
        let at = u64::from(self.rows.start) + line as u64 * u64::from(self.step);
        at.min(self.rows.end.into()) as u32
    }

    fn line(&self, line: usize) -> &[T] {
        &self.table[line * self.groups..(line + 1) * self.groups]
    }

    /// What a stretch of the rows adds up to, one entry a group.
    ///
    /// Naive: `add` over the stretch.
    pub fn over(&self, within: Range<u32>, add: impl Fn(&mut [T], Range<u32>)) -> Vec<T> {
        let start = within.start.clamp(self.rows.start, self.rows.end);
        let end = within.end.clamp(start, self.rows.end);
        let from = (start - self.rows.start).div_ceil(self.step) as usize;
        let to = match end == self.rows.end {
            true => self.rows.len().div_ceil(self.step as usize),
            false => ((end - self.rows.start) / self.step) as usize,
        };
        let mut sums = vec![T::default(); self.groups];
        if from >= to {
            add(&mut sums, start..end);
            return sums;
        }
        add(&mut sums, start..self.edge(from));
        let (earlier, later) = (self.line(from), self.line(to));
        for ((sum, later), earlier) in sums.iter_mut().zip(later).zip(earlier) {
            sum.add_all(&later.since(earlier));
        }
        add(&mut sums, self.edge(to)..end);
        sums
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.table.len() * size_of::<T>()
    }
}
