//! The rows of a mask in another order than time: what an exchanges table is sorted by.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::attribute::dimension_of;
use super::{Index, Mask};
use crate::job::{Cancelled, Progress};
use crate::model::{Field, MISSING};

/// Memory that sorting may take, bytes: 16 a row while it goes on.
const MOST_BYTES: usize = 1 << 30;

/// Why rows are not sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SortError {
    /// They would take more memory than a table is worth.
    #[error("sorting {rows} rows takes more than 1 GiB of memory; narrow the filter first")]
    TooMany {
        /// Rows that were to be sorted.
        rows: u64,
    },
    /// Nobody wants it any more.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Rows in the order of a field.
#[derive(Debug)]
pub struct SortedRows {
    rows: Vec<u32>,
    field: Field,
    descending: bool,
    /// Rank of the text of each dictionary entry, where the field is in one.
    ranks: Vec<u32>,
}

impl SortedRows {
    /// How many there are.
    pub fn len(&self) -> u64 {
        self.rows.len() as u64
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row on a line.
    pub fn row(&self, line: u64) -> Option<u32> {
        self.rows.get(usize::try_from(line).ok()?).copied()
    }

    /// The line a row stands on, where it is among them. Naive: its position in the list.
    pub fn line_of(&self, index: &Index, row: u32) -> Option<u64> {
        if row as usize >= index.len() {
            return None;
        }
        let key = |row: u32| (index.sort_key(self.field, &self.ranks, self.descending, row), row);
        self.rows.binary_search_by_key(&key(row), |r| key(*r)).ok().map(|at| at as u64)
    }
}

impl Index {
    /// Whether rows can be put in the order of a field: all but request ids, which are not kept
    /// in memory.
    pub fn can_sort_by(&self, field: Field) -> bool {
        field != Field::RequestId
    }

    /// The rows a mask keeps in the order of a field: text by its characters, fingerprints by
    /// their number so that equal ones stand together. Rows without a value come last in either
    /// direction; equal ones stay in time order.
    ///
    /// Naive: sort the rows kept by (missing, value, row).
    ///
    /// # Errors
    /// [`SortError`].
    pub fn sorted_rows(
        &self,
        mask: &Mask,
        field: Field,
        descending: bool,
        progress: &Progress,
    ) -> Result<SortedRows, SortError> {
        check_memory(mask)?;
        let ranks = self.ranks(field);
        progress.check()?;
        let mut keyed: Vec<(u64, u32)> = mask.rows().map(|row| (0, row)).collect();
        keyed
            .par_iter_mut()
            .for_each(|(key, row)| *key = self.sort_key(field, &ranks, descending, *row));
        progress.check()?;
        keyed.par_sort_unstable();
        progress.check()?;
        let rows = keyed.into_iter().map(|(_, row)| row).collect();
        Ok(SortedRows { rows, field, descending, ranks })
    }

    /// For every dictionary entry where its text stands among all texts of the field.
    fn ranks(&self, field: Field) -> Vec<u32> {
        let Some(attribute) = self.attribute(field) else { return Vec::new() };
        let mut values: Vec<u32> = (0..attribute.len() as u32).collect();
        let number = |value: u32| self.value_text(field, value).and_then(|t| t.parse::<f64>().ok());
        let is_number = matches!(field, Field::Status | Field::MaxTokens | Field::Temperature);
        values.par_sort_by(|a, b| match is_number {
            true => number(*a).partial_cmp(&number(*b)).unwrap_or(Ordering::Equal),
            false => self.value_text(field, *a).cmp(&self.value_text(field, *b)),
        });
        let mut rank_of = vec![0; values.len()];
        for (rank, value) in (0..).zip(values) {
            rank_of[value as usize] = rank;
        }
        let rank = |value: &u32| rank_of.get(*value as usize).copied().unwrap_or(MISSING);
        attribute.value_of.iter().map(rank).collect()
    }

    fn sort_key(&self, field: Field, ranks: &[u32], descending: bool, row: u32) -> u64 {
        let view = self.row(row);
        let number = |n: Option<u32>| n.map(u64::from);
        let known = match field {
            Field::Timestamp => view.at().map(|t| t.0.wrapping_sub(i64::MIN) as u64),
            Field::InputTokens => number(view.input_tokens()),
            Field::OutputTokens => number(view.output_tokens()),
            Field::CachedTokens => number(view.cached_tokens()),
            Field::ReasoningTokens => number(view.reasoning_tokens()),
            Field::LatencyMs => number(view.latency_ms()),
            Field::Cost => view.cost().map(rising_bits),
            Field::PromptHash => view.prompt_hash(),
            Field::ResponseHash => view.response_hash(),
            Field::ReasoningSignature => view.reasoning_signature(),
            Field::ReplayedSignature => view.replayed_signature(),
            _ => dimension_of(field).and_then(|dimension| {
                let entry = *self.entries(dimension).get(row as usize)?;
                ranks.get(entry as usize).copied().filter(|r| *r != MISSING).map(u64::from)
            }),
        };
        // The largest key is for rows without a value; a value as large stands right before them.
        const LAST: u64 = u64::MAX - 1;
        let rising = known.map(|key| key.min(LAST));
        let key = rising.map(|key| if descending { LAST - key } else { key });
        key.unwrap_or(u64::MAX)
    }
}

/// Whether the rows of a mask can be sorted within [`MOST_BYTES`].
pub(super) fn check_memory(mask: &Mask) -> Result<(), SortError> {
    let rows = mask.len();
    let too_many = rows.saturating_mul(16) > MOST_BYTES as u64;
    if too_many { Err(SortError::TooMany { rows }) } else { Ok(()) }
}

/// Numbers that rise as the value does.
fn rising_bits(value: f64) -> u64 {
    // -0 and 0 are one value.
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::index::compile;
    use crate::index::testkit::{Dice, random_filter, random_index, random_lists, spelled};

    const FIELDS: [Field; 11] = [
        Field::Timestamp,
        Field::AccountId,
        Field::Model,
        Field::ClientIp,
        Field::Status,
        Field::SessionId,
        Field::InputTokens,
        Field::LatencyMs,
        Field::Cost,
        Field::PromptHash,
        Field::Asn,
    ];

    /// Naive: compare the texts, numbers as numbers.
    fn compare(index: &Index, field: Field, descending: bool, a: u32, b: u32) -> Ordering {
        let text = |row: u32| spelled(index, field, row).map(|t| t.into_owned());
        let by_number =
            matches!(field, Field::Status | Field::InputTokens | Field::LatencyMs | Field::Cost);
        let number = |t: String| t.parse::<f64>().expect("a number");
        let order = match (text(a), text(b)) {
            (Some(_), Some(_)) if field == Field::Timestamp => index.at(a).cmp(&index.at(b)),
            (Some(x), Some(y)) if by_number => number(x).total_cmp(&number(y)),
            (Some(x), Some(y)) => x.cmp(&y),
            (None, None) => return a.cmp(&b),
            (x, _) => return if x.is_none() { Ordering::Greater } else { Ordering::Less },
        };
        let order = if descending { order.reverse() } else { order };
        order.then(a.cmp(&b))
    }

    proptest! {
        #[test]
        fn sorted_rows_equal_a_sort_by_the_values(seed: u64, which in 0..FIELDS.len(), descending: bool) {
            let index = random_index(seed, 40);
            let lists = random_lists(seed, &index);
            let mask = compile(&random_filter(&mut Dice(seed)), &index, &lists).expect("compiles");
            let field = FIELDS[which];
            let sorted = index
                .sorted_rows(&mask, field, descending, &Progress::default())
                .expect("small enough");
            let mut naive: Vec<u32> = mask.rows().collect();
            naive.sort_by(|a, b| compare(&index, field, descending, *a, *b));
            let rows: Vec<u32> = (0..sorted.len()).filter_map(|line| sorted.row(line)).collect();
            prop_assert_eq!(&rows, &naive);
            for row in 0..index.len() as u32 + 1 {
                let at = naive.iter().position(|r| *r == row).map(|at| at as u64);
                prop_assert_eq!(sorted.line_of(&index, row), at);
            }
        }
    }

    #[test]
    fn more_rows_than_memory_is_given_for_are_neither_sorted_nor_stacked() {
        let index = random_index(3, 40);
        let rows = 1 << 27;
        let mask = Mask::span(0..rows, rows, index.default_granularity());
        let none = Progress::default();
        let field = Field::LatencyMs;
        let sorted = index.sorted_rows(&mask, field, false, &none).expect_err("too many");
        let stacked = index.stacked(&mask, field, &none).expect_err("too many");
        assert_eq!(sorted, stacked);
        assert_eq!(sorted, SortError::TooMany { rows: mask.len() });
    }

    #[test]
    fn bits_rise_with_the_value() {
        let values = [f64::NEG_INFINITY, -2.5, -0.0, 0.0, 1e-300, 3.0, f64::INFINITY];
        let bits: Vec<u64> = values.into_iter().map(rising_bits).collect();
        assert!(bits.windows(2).all(|pair| pair[0] <= pair[1]));
        assert_eq!(bits[2], bits[3]);
    }
}
