//! Which record stands on which line of the table, in time order or in that of a field.

use std::sync::Arc;

use crate::index::{Index, Mask, SortedRows};

/// The lines of the table; cheap to clone.
#[derive(Clone, Debug)]
pub enum Lines {
    /// In time order; nothing is stored for it.
    Time {
        /// The rows.
        mask: Mask,
        /// Those with a time from the last to the first; those without one come last all the
        /// same.
        newest_first: bool,
    },
    /// In the order of a field.
    Sorted(Arc<SortedRows>),
}

impl Lines {
    /// How many there are.
    pub fn len(&self) -> u64 {
        match self {
            Self::Time { mask, .. } => mask.len(),
            Self::Sorted(rows) => rows.len(),
        }
    }

    /// The row on a line.
    pub fn row(&self, index: &Index, line: u64) -> Option<u32> {
        match self {
            Self::Time { mask, newest_first } => {
                mask.nth(swapped(index, mask, *newest_first, line)?)
            }
            Self::Sorted(rows) => rows.row(line),
        }
    }

    /// The line a row stands on, where it is kept.
    pub fn line_of(&self, index: &Index, row: u32) -> Option<u64> {
        match self {
            Self::Time { mask, newest_first } => {
                let at = mask.contains(row).then(|| mask.rank(row))?;
                swapped(index, mask, *newest_first, at.into())
            }
            Self::Sorted(rows) => rows.line_of(index, row),
        }
    }
}

/// The position of a line among the rows kept, and just so the line of a position.
fn swapped(index: &Index, mask: &Mask, newest_first: bool, line: u64) -> Option<u64> {
    let timed = u64::from(mask.count_in(index.timed()));
    match newest_first && line < timed {
        true => Some(timed - 1 - line),
        false => (line < mask.len()).then_some(line),
    }
}

/// The row kept that is nearest in time to one that is not; the earlier of two.
///
/// Naive: of all rows kept the one whose time differs least.
pub fn nearest_in_time(index: &Index, mask: &Mask, row: u32) -> Option<u32> {
    let at = u64::from(mask.rank(row));
    let before = at.checked_sub(1).and_then(|at| mask.nth(at));
    let after = mask.nth(at);
    let (Some(a), Some(b)) = (before, after) else { return before.or(after) };
    let distance = |other: u32| {
        let (here, there) = (index.at(row)?, index.at(other)?);
        Some(here.0.abs_diff(there.0))
    };
    match (distance(a), distance(b)) {
        (Some(left), Some(right)) if right < left => Some(b),
        (None, Some(_)) => Some(b),
        _ => Some(a),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::test_case;
    use super::*;
    use crate::index::{Lists, compile};
    use crate::job::Progress;
    use crate::model::{Field, Filter};

    #[test]
    fn rows_without_a_time_come_last_in_either_direction() {
        let index = test_case::with_untimed(3);
        let mask = index.everything();
        let all = mask.len();
        let line = |newest_first, line| swapped(&index, mask, newest_first, line);
        assert_eq!([line(false, 0), line(false, all - 1)], [Some(0), Some(all - 1)]);
        assert_eq!([line(true, 0), line(true, all - 4)], [Some(all - 4), Some(0)]);
        assert_eq!([line(true, all - 3), line(true, all - 1)], [Some(all - 3), Some(all - 1)]);
        assert_eq!([line(true, all), line(false, all)], [None, None]);
    }

    #[test]
    fn the_line_of_the_row_on_a_line_is_that_line() {
        let index = test_case::with_untimed(3);
        let filter = Filter::parse("-model:a").expect("readable");
        let mask = compile(&filter, &index, &Lists::default()).expect("compiles");
        let sorted = index.sorted_rows(&mask, Field::OutputTokens, true, &Progress::default());
        let orders = [
            Lines::Time { mask: mask.clone(), newest_first: false },
            Lines::Time { mask: mask.clone(), newest_first: true },
            Lines::Sorted(Arc::new(sorted.expect("sorted"))),
        ];
        for lines in orders {
            assert_eq!(lines.len(), mask.len());
            for line in 0..lines.len() {
                let row = lines.row(&index, line).expect("a row");
                assert_eq!(lines.line_of(&index, row), Some(line));
            }
            let outside = (0..index.len() as u32).find(|row| !mask.contains(*row));
            assert_eq!(outside.and_then(|row| lines.line_of(&index, row)), None);
        }
    }

    #[test]
    fn the_nearest_in_time_is_that_of_all_rows_kept() {
        let index = test_case::with_untimed(3);
        let filter = Filter::parse("model:b account:ac1").expect("readable");
        let mask = compile(&filter, &index, &Lists::default()).expect("compiles");
        for row in index.timed() {
            let Some(at) = index.at(row) else { continue };
            let distance = |other: &u32| index.at(*other).map_or(u64::MAX, |t| t.0.abs_diff(at.0));
            let naive = mask.rows().map(|other| distance(&other)).min();
            let found = nearest_in_time(&index, &mask, row);
            assert_eq!(found.map(|row| distance(&row)), naive);
        }
        let nothing = Filter::parse("model:none-such").expect("readable");
        let nothing = compile(&nothing, &index, &Lists::default()).expect("compiles");
        assert_eq!(nearest_in_time(&index, &nothing, 5), None);
    }
}
