//! The order of the facet table and what it says of a value: pure functions, to be run off the
//! thread that draws.

use rayon::prelude::*;

use super::{Facet, Index, ValueCounts};

/// The fewest rows, shown or expected, that a lift is said of: below that a few rows more or less
/// would change it beyond recognition. Five is what tests on counts ask for as well (Cochran 1954,
/// doi 10.2307/3001616).
pub const FEWEST_FOR_LIFT: u64 = 5;

/// The column a facet table is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ValueSort {
    /// The text of the value.
    Value,
    /// Rows shown.
    #[default]
    Rows,
    /// Accounts with rows shown.
    Accounts,
    /// Share here by share in everything.
    Lift,
}

/// What the facet table shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValueOrder {
    /// The column.
    pub sort: ValueSort,
    /// Largest or last first; smallest first is how rare values are found.
    pub descending: bool,
    /// Only values that contain this, without regard to case; empty for all.
    pub search: String,
}

/// How much more often a value is among the rows shown than among all: its share of the `of`
/// rows shown by its share of all rows. `None` where too few are shown and expected to say.
pub fn lift(rows: u64, of: u64, all_rows: u64, of_all: u64) -> Option<f64> {
    if of == 0 || all_rows == 0 || of_all == 0 {
        return None;
    }
    let expected = of as f64 * (all_rows as f64 / of_all as f64);
    (rows.max(expected as u64) >= FEWEST_FOR_LIFT).then(|| rows as f64 / expected)
}

/// The values to list, by number, in order: those with rows in `counts`. Values whose lift is not
/// said come last in either direction; equal ones are ordered by text, rising.
///
/// `population` has the rows of each value over everything ([`Index::population_by_value`]), `of_all` their
/// number with those that have no value.
pub fn value_order(
    index: &Index,
    facet: Facet,
    counts: &ValueCounts,
    population: &[u32],
    of_all: u64,
    order: &ValueOrder,
) -> Vec<u32> {
    let places = index.places_by_text(facet);
    let search = order.search.trim().to_lowercase();
    let text = |value: u32| index.value_text(facet, value).unwrap_or_default().to_lowercase();
    let found = |value: u32| search.is_empty() || text(value).contains(&search);
    let total = counts.total();
    let said = |value: usize| {
        let all = population.get(value).copied().unwrap_or(0);
        lift(counts.rows[value].into(), total, all.into(), of_all)
    };
    let key = |value: usize| -> u32 {
        let key = match order.sort {
            ValueSort::Value => places[value],
            ValueSort::Rows => counts.rows[value],
            ValueSort::Accounts => counts.accounts[value],
            // The bits of positive numbers are ordered as the numbers are.
            ValueSort::Lift => match said(value) {
                Some(lift) => (lift as f32).to_bits(),
                None => return u32::MAX,
            },
        };
        if order.descending { !key - 1 } else { key }
    };
    let listed = (0..counts.rows.len().min(places.len()) as u32)
        .into_par_iter()
        .filter(|value| counts.rows[*value as usize] > 0 && found(*value));
    let mut keys: Vec<(u32, u32, u32)> =
        listed.map(|value| (key(value as usize), places[value as usize], value)).collect();
    keys.par_sort_unstable();
    keys.into_iter().map(|(_, _, value)| value).collect()
}
