//! Answering a plan: 64 rows become a word of bits, blocks of words in parallel.

use std::ops::Range;

use rayon::prelude::*;

use super::Index;
use super::mask::{Mask, WORD};
use super::plan::{HashColumn, NumberColumn, Plan};
use crate::model::{Granularity, MISSING, NO_HASH, NO_TIME, Time};

/// Words evaluated at a time: 4,096 rows stay in the cache between the conditions on them.
const BLOCK_WORDS: usize = 64;

impl Plan {
    /// The rows that pass.
    pub fn run(self, index: &Index, counted: Granularity) -> Mask {
        let total = index.len() as u32;
        let mut within = 0..total;
        let rest = match self {
            Self::All => return Mask::span(within, total, counted),
            Self::Nothing => return Mask::span(0..0, total, counted),
            Self::Rows(rows) => return Mask::span(rows, total, counted),
            Self::AllOf(mut parts) => {
                if let Some(Self::Rows(rows)) = parts.first().cloned() {
                    within = rows;
                    parts.remove(0);
                }
                Self::AllOf(parts)
            }
            other => other,
        };
        Mask::bits(rest.words(index, within), total, counted)
    }

    /// Evaluates the rows of a stretch, blocks in parallel; all other bits are 0.
    fn words(&self, index: &Index, within: Range<u32>) -> Vec<u64> {
        let mut words = vec![0_u64; index.len().div_ceil(WORD)];
        let (start, end) = (within.start as usize, within.end as usize);
        let (first, last) = (start / WORD, end.div_ceil(WORD));
        words[first..last].par_chunks_mut(BLOCK_WORDS).enumerate().for_each(|(i, block)| {
            self.fill(index, (first + i * BLOCK_WORDS) * WORD, block);
        });
        // The ends of the stretch may lie inside a word.
        if let Some(word) = words.get_mut(first).filter(|_| first < last) {
            *word &= u64::MAX << (start % WORD);
        }
        if !end.is_multiple_of(WORD) && first < last {
            words[last - 1] &= u64::MAX >> (WORD - end % WORD);
        }
        words
    }

    /// Sets the bits of the rows from `start` on that pass and clears the others; bits after the
    /// last row may be anything.
    fn fill(&self, index: &Index, start: usize, out: &mut [u64]) {
        match self {
            Self::All => out.fill(u64::MAX),
            Self::Nothing => out.fill(0),
            Self::Rows(rows) => fill_rows(rows, start, out),
            Self::Lookup(dimension, table) => {
                // A row without an entry reads past the end of the table.
                let passes =
                    |e: u32| table.passes.get(e as usize).copied().unwrap_or(table.missing);
                fill_by(index.entries(*dimension), MISSING, start, out, passes);
            }
            Self::Numbers { column, bounds, absent } => {
                fill_numbers(index, *column, bounds, *absent, start, out);
            }
            Self::Templates { templates, bounds, absent } => {
                fill_by(&templates.of_row, MISSING, start, out, |id| {
                    if id == MISSING { *absent } else { within(bounds, id.into()) }
                });
            }
            Self::Cost { tests, absent } => {
                fill_by(&index.columns.cost, f64::NAN, start, out, |cost| {
                    if cost.is_nan() { *absent } else { tests.iter().any(|t| t.matches(cost)) }
                });
            }
            Self::Hashes { column, hashes, absent } => {
                fill_by(hash_column(index, *column), NO_HASH, start, out, |hash| {
                    if hash == NO_HASH { *absent } else { hashes.binary_search(&hash).is_ok() }
                });
            }
            Self::Clock { hours, days, absent } => {
                fill_by(&index.columns.at_us, NO_TIME, start, out, |at_us| {
                    let at = Time(at_us);
                    let passes = hours >> at.hour() & 1 == 1 && days >> at.weekday() & 1 == 1;
                    if at_us == NO_TIME { *absent } else { passes }
                });
            }
            Self::Ordinals(wanted) => fill_each(index, start, out, |row| {
                let ordinal = index.order.ordinal(row);
                wanted.iter().any(|range| range.contains(&ordinal))
            }),
            Self::Marked(marks) if index.order.is_plain() => {
                let words = marks.words().get(start / WORD..).unwrap_or_default();
                let words = words.iter().copied().chain(std::iter::repeat(0));
                out.iter_mut().zip(words).for_each(|(word, marked)| *word = marked);
            }
            Self::Marked(marks) => {
                fill_each(index, start, out, |row| marks.has(index.order.ordinal(row)));
            }
            Self::Requests { patterns, absent } => fill_each(index, start, out, |row| {
                let id = index.row(row).request_id();
                id.map_or(*absent, |id| patterns.iter().any(|p| p.matches(id)))
            }),
            Self::Not(inner) => {
                inner.fill(index, start, out);
                out.iter_mut().for_each(|word| *word = !*word);
            }
            Self::AllOf(parts) => combine(parts, index, start, out, 0, |a, b| a & b),
            Self::AnyOf(parts) => combine(parts, index, start, out, u64::MAX, |a, b| a | b),
        }
    }
}

/// Evaluates the parts one after the other, stopping when every word is `settled`.
fn combine(
    parts: &[Plan],
    index: &Index,
    start: usize,
    out: &mut [u64],
    settled: u64,
    op: impl Fn(u64, u64) -> u64,
) {
    let Some((first, rest)) = parts.split_first() else { return out.fill(!settled) };
    first.fill(index, start, out);
    let mut buffer = [0_u64; BLOCK_WORDS];
    for part in rest {
        if out.iter().all(|word| *word == settled) {
            return;
        }
        let more = &mut buffer[..out.len()];
        part.fill(index, start, more);
        out.iter_mut().zip(more).for_each(|(word, with)| *word = op(*word, *with));
    }
}

fn fill_rows(rows: &Range<u32>, start: usize, out: &mut [u64]) {
    for (i, word) in out.iter_mut().enumerate() {
        let first = start + i * WORD;
        let from = (rows.start as usize).saturating_sub(first).min(WORD);
        let to = (rows.end as usize).saturating_sub(first).min(WORD);
        *word = ones_below(to) & !ones_below(from);
    }
}

fn ones_below(bit: usize) -> u64 {
    if bit >= WORD { u64::MAX } else { (1 << bit) - 1 }
}

/// One bit per value of a column; an empty column is `missing` in every row.
fn fill_by<T: Copy>(
    column: &[T],
    missing: T,
    start: usize,
    out: &mut [u64],
    passes: impl Fn(T) -> bool,
) {
    if column.is_empty() {
        return out.fill(if passes(missing) { u64::MAX } else { 0 });
    }
    let values = column.get(start..).unwrap_or_default();
    for (word, values) in out.iter_mut().zip(values.chunks(WORD)) {
        *word = match values.as_array::<WORD>() {
            Some(values) => bits_of(std::array::from_fn(|i| passes(values[i]))),
            None => values.iter().enumerate().fold(0, |bits, (i, v)| bits | bit(passes(*v), i)),
        };
    }
}

fn bit(set: bool, at: usize) -> u64 {
    u64::from(set).wrapping_shl(at as u32)
}

/// 64 answers as a word, the first in the lowest bit. Comparing into bytes first and gathering
/// eight bytes by one multiplication lets the compiler compare many values at once.
fn bits_of(answers: [bool; WORD]) -> u64 {
    let (eights, _) = answers.as_chunks::<8>();
    eights.iter().enumerate().fold(0, |bits, (i, eight)| {
        let bytes = u64::from_le_bytes(eight.map(u8::from));
        // Each byte is 0 or 1; the factor moves byte k to bit 56 + k, and no sums carry.
        let gathered = bytes.wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits | gathered << (8 * i)
    })
}

/// One bit per row, asked row by row: for the conditions that are rare.
fn fill_each(index: &Index, start: usize, out: &mut [u64], passes: impl Fn(u32) -> bool) {
    for (i, word) in out.iter_mut().enumerate() {
        let first = start + i * WORD;
        *word = 0;
        for row in first..(first + WORD).min(index.len()) {
            *word |= u64::from(passes(row as u32)) << (row - first);
        }
    }
}

fn fill_numbers(
    index: &Index,
    column: NumberColumn,
    bounds: &[(u64, u64)],
    absent: bool,
    start: usize,
    out: &mut [u64],
) {
    let columns = &index.columns;
    let column = match column {
        NumberColumn::Tokens => return fill_tokens(index, bounds, absent, start, out),
        NumberColumn::Input => &columns.input_tokens,
        NumberColumn::Output => &columns.output_tokens,
        NumberColumn::Cached => &columns.cached_tokens,
        NumberColumn::Reasoning => &columns.reasoning_tokens,
        NumberColumn::Latency => &columns.latency_ms,
        NumberColumn::Requests => &columns.requests,
    };
    // The usual case, one pair of bounds, without a branch per row.
    if let (&[(from, to)], false) = (bounds, absent) {
        let top = u64::from(MISSING - 1);
        if from > top {
            return out.fill(0);
        }
        let (from, to) = (from as u32, to.min(top) as u32);
        return fill_by(column, MISSING, start, out, |v| v >= from && v <= to);
    }
    fill_by(column, MISSING, start, out, |v| {
        if v == MISSING { absent } else { within(bounds, v.into()) }
    });
}

fn within(bounds: &[(u64, u64)], v: u64) -> bool {
    bounds.iter().any(|(from, to)| *from <= v && v <= *to)
}

/// Input and output together: the sum of the known parts.
fn fill_tokens(index: &Index, bounds: &[(u64, u64)], absent: bool, start: usize, out: &mut [u64]) {
    let (input, output) = (&index.columns.input_tokens, &index.columns.output_tokens);
    let test = |v: u32| if v == MISSING { absent } else { within(bounds, v.into()) };
    if input.is_empty() || output.is_empty() {
        let known = if input.is_empty() { output } else { input };
        return fill_by(known, MISSING, start, out, test);
    }
    let (input, output) = (&input[start..], &output[start..]);
    let known = |v: u32| if v == MISSING { 0 } else { u64::from(v) };
    let sum = |i: usize| known(input[i]).wrapping_add(known(output[i]));
    // The usual case, one pair of bounds that 0 is outside of, without a branch per row: two
    // missing values add up to 0.
    if let (&[(from @ 1.., to)], false) = (bounds, absent) {
        return fill_indexed(input.len(), out, |i| (sum(i) >= from) & (sum(i) <= to));
    }
    fill_indexed(input.len(), out, |i| {
        let missing = input[i] == MISSING && output[i] == MISSING;
        if missing { absent } else { within(bounds, sum(i)) }
    });
}

/// One bit per position below `len`.
fn fill_indexed(len: usize, out: &mut [u64], passes: impl Fn(usize) -> bool) {
    for (first, word) in (0..).step_by(WORD).zip(out) {
        *word = if first + WORD <= len {
            bits_of(std::array::from_fn(|i| passes(first + i)))
        } else {
            (first..len).fold(0, |bits, i| bits | bit(passes(i), i - first))
        };
    }
}

fn hash_column(index: &Index, column: HashColumn) -> &[u64] {
    match column {
        HashColumn::Prompt => &index.columns.prompt_hash,
        HashColumn::Response => &index.columns.response_hash,
        HashColumn::Signature => &index.columns.reasoning_signature,
        HashColumn::Replayed => &index.columns.replayed_signature,
    }
}
