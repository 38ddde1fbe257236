//! Which rows a filter keeps: a stretch of rows, or a bit per row with counts that make rank
//! and select cheap.

use std::ops::Range;
use std::sync::Arc;

use crate::model::Granularity;

/// Rows per word of the bitset.
pub(super) const WORD: usize = 64;
/// Words per count of the rank directory: 512 rows.
const BLOCK: usize = 8;

/// The rows a filter keeps, in time order. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Mask {
    kept: Kept,
    total: u32,
    counted: Granularity,
}

#[derive(Clone, Debug)]
enum Kept {
    /// All rows of a stretch: filters on time alone cost nothing.
    Span(Range<u32>),
    Bits(Window),
}

/// The set bits of a stretch of rows. The bits are shared: another range of time over the same
/// conditions is another window on them.
#[derive(Clone, Debug)]
struct Window {
    bits: Arc<Bits>,
    within: Range<u32>,
    /// Bits set before the window, and before its end.
    before: u32,
    up_to: u32,
}

/// A bit per row.
#[derive(Debug)]
struct Bits {
    words: Vec<u64>,
    /// Bits set before each block of [`BLOCK`] words, and in all.
    before: Vec<u32>,
}

impl Mask {
    /// A stretch of rows out of `total`.
    pub(super) fn span(rows: Range<u32>, total: u32, counted: Granularity) -> Self {
        Self { kept: Kept::Span(rows), total, counted }
    }

    /// A bit per row; bits at or after `total` must be 0.
    pub(super) fn bits(words: Vec<u64>, total: u32, counted: Granularity) -> Self {
        let mut before = Vec::with_capacity(words.len().div_ceil(BLOCK) + 1);
        let mut count = 0;
        for block in words.chunks(BLOCK) {
            before.push(count);
            count += block.iter().map(|w| w.count_ones()).sum::<u32>();
        }
        before.push(count);
        let bits = Arc::new(Bits { words, before });
        let all = Window { bits, within: 0..total, before: 0, up_to: count };
        Self { kept: Kept::Bits(all), total, counted }
    }

    /// The rows kept that lie in a stretch; costs the same for any number of rows.
    ///
    /// Naive: the rows kept that the stretch contains.
    #[must_use]
    pub fn within(&self, rows: Range<u32>) -> Self {
        let narrowed = |all: &Range<u32>| {
            let start = rows.start.clamp(all.start, all.end.max(all.start));
            start..rows.end.clamp(start, all.end.max(start))
        };
        let kept = match &self.kept {
            Kept::Span(all) => Kept::Span(narrowed(all)),
            Kept::Bits(window) => {
                let within = narrowed(&window.within);
                let bits = Arc::clone(&window.bits);
                let (before, up_to) = (bits.rank(within.start), bits.rank(within.end));
                Kept::Bits(Window { bits, within, before, up_to })
            }
        };
        Self { kept, ..*self }
    }

    /// Number of rows kept.
    pub fn len(&self) -> u64 {
        match &self.kept {
            Kept::Span(rows) => rows.len() as u64,
            Kept::Bits(window) => u64::from(window.up_to - window.before),
        }
    }

    /// Whether no row is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the rows are: the kind that is counted.
    pub fn counted(&self) -> Granularity {
        self.counted
    }

    /// Whether a row is kept.
    pub fn contains(&self, row: u32) -> bool {
        match &self.kept {
            Kept::Span(rows) => rows.contains(&row),
            Kept::Bits(window) => window.within.contains(&row) && window.bits.contains(row),
        }
    }

    /// Number of rows kept below `row`. Naive: `(0..row).filter(|r| mask.contains(*r)).count()`.
    pub fn rank(&self, row: u32) -> u32 {
        match &self.kept {
            Kept::Span(rows) => row.clamp(rows.start, rows.end.max(rows.start)) - rows.start,
            Kept::Bits(Window { bits, within, before, .. }) => {
                bits.rank(row.clamp(within.start, within.end)) - before
            }
        }
    }

    /// Number of rows kept in a stretch.
    pub fn count_in(&self, rows: Range<u32>) -> u32 {
        self.rank(rows.end.max(rows.start)) - self.rank(rows.start)
    }

    /// The `n`-th row kept, from 0, in time order. Naive: `mask.rows().nth(n)`.
    ///
    /// This is what lets a table of millions of rows scroll by whole numbers; the newest first
    /// is `nth(len - 1 - n)`.
    pub fn nth(&self, n: u64) -> Option<u32> {
        let n = u32::try_from(n).ok()?;
        match &self.kept {
            Kept::Span(rows) => rows.start.checked_add(n).filter(|row| *row < rows.end),
            Kept::Bits(Window { bits, before, up_to, .. }) => {
                n.checked_add(*before).filter(|n| n < up_to).and_then(|n| bits.select(n))
            }
        }
    }

    /// The rows kept, in time order.
    pub fn rows(&self) -> Rows<'_> {
        self.rows_in(0..self.total)
    }

    /// The rows kept in a stretch, in time order.
    pub fn rows_in(&self, within: Range<u32>) -> Rows<'_> {
        match &self.kept {
            Kept::Span(rows) => {
                let start = within.start.max(rows.start);
                Rows(Inner::Span(start..within.end.min(rows.end).max(start)))
            }
            Kept::Bits(window) => {
                let start = within.start.max(window.within.start);
                let end = within.end.min(window.within.end).max(start);
                Rows(Inner::Bits(BitRows::new(&window.bits.words, start..end)))
            }
        }
    }

    /// First kept row and the row after the last; empty when none is kept.
    pub fn bounds(&self) -> Range<u32> {
        let last = self.len().checked_sub(1).and_then(|n| self.nth(n));
        match (self.nth(0), last) {
            (Some(first), Some(last)) => first..last + 1,
            _ => 0..0,
        }
    }

    /// First and last kept row of a stretch; `None` when none of it is kept.
    pub fn ends_in(&self, rows: Range<u32>) -> Option<(u32, u32)> {
        let (from, to) = (self.rank(rows.start), self.rank(rows.end.max(rows.start)));
        let last = to.checked_sub(1).filter(|last| *last >= from)?;
        self.nth(from.into()).zip(self.nth(last.into()))
    }

    /// The stretch, where all rows of one are kept.
    pub(super) fn as_span(&self) -> Option<Range<u32>> {
        match &self.kept {
            Kept::Span(rows) => Some(rows.clone()),
            Kept::Bits(_) => None,
        }
    }
}

impl Bits {
    fn count(&self) -> u32 {
        self.before.last().copied().unwrap_or(0)
    }

    fn contains(&self, row: u32) -> bool {
        let word = self.words.get(row as usize / WORD).copied().unwrap_or(0);
        word >> (row as usize % WORD) & 1 == 1
    }

    fn rank(&self, row: u32) -> u32 {
        let (word, bit) = (row as usize / WORD, row as usize % WORD);
        let block = word / BLOCK;
        let whole: u32 = self.words[block * BLOCK..word].iter().map(|w| w.count_ones()).sum();
        let partial = self.words.get(word).map_or(0, |w| (w & ((1 << bit) - 1)).count_ones());
        self.before[block] + whole + partial
    }

    fn select(&self, n: u32) -> Option<u32> {
        if n >= self.count() {
            return None;
        }
        let block = self.before.partition_point(|before| *before <= n) - 1;
        let mut left = n - self.before[block];
        for (i, word) in self.words[block * BLOCK..].iter().enumerate() {
            let ones = word.count_ones();
            if left < ones {
                let mut word = *word;
                for _ in 0..left {
                    word &= word - 1;
                }
                return Some(((block * BLOCK + i) * WORD) as u32 + word.trailing_zeros());
            }
            left -= ones;
        }
        None
    }
}

/// Rows kept by a mask, in time order.
#[derive(Clone, Debug)]
pub struct Rows<'a>(Inner<'a>);

#[derive(Clone, Debug)]
enum Inner<'a> {
    Span(Range<u32>),
    Bits(BitRows<'a>),
}

#[derive(Clone, Debug)]
struct BitRows<'a> {
    words: &'a [u64],
    /// Position of `word` in `words`.
    at: usize,
    /// What is left of the current word.
    word: u64,
    end: u32,
}

impl<'a> BitRows<'a> {
    fn new(words: &'a [u64], within: Range<u32>) -> Self {
        let (at, bit) = (within.start as usize / WORD, within.start as usize % WORD);
        let first = words.get(at).filter(|_| !within.is_empty());
        let word = first.map_or(0, |w| w & (u64::MAX << bit));
        Self { words, at, word, end: within.end }
    }
}

impl Iterator for BitRows<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        while self.word == 0 {
            self.at += 1;
            if self.at * WORD >= self.end as usize {
                return None;
            }
            self.word = *self.words.get(self.at)?;
        }
        let row = (self.at * WORD) as u32 + self.word.trailing_zeros();
        self.word &= self.word - 1;
        (row < self.end).then_some(row)
    }
}

impl Iterator for Rows<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        match &mut self.0 {
            Inner::Span(rows) => rows.next(),
            Inner::Bits(rows) => rows.next(),
        }
    }

    /// Specialised so that loops over rows choose the kind of mask once, not per row.
    fn fold<B, F: FnMut(B, u32) -> B>(self, init: B, f: F) -> B {
        match self.0 {
            Inner::Span(rows) => rows.fold(init, f),
            Inner::Bits(rows) => rows.fold(init, f),
        }
    }
}
