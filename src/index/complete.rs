//! Values that begin with, or contain, what is being typed.

use super::Index;
use crate::model::Field;

/// Values of a field that are like what was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// Value and rows of the case's own kind; those that begin with what was typed first, then by
    /// rows, then by text.
    pub values: Vec<(String, u64)>,
    /// All values that are like it, listed or not.
    pub found: usize,
}

impl Index {
    /// The first `k` values of a field that contain `typed`, without regard to case, as far as any
    /// row has them. Nothing for fields with a column of their own.
    ///
    /// Naive: of the distinct texts of the field over all rows of the case's own kind, those that
    /// contain it, sorted.
    pub fn values_like(&self, field: Field, typed: &str, k: usize) -> Completions {
        let (typed, mut found) = (typed.to_lowercase(), Vec::new());
        let counts = self.population_by_value(field, self.default_granularity());
        for (value, rows) in (0..).zip(counts.iter()).filter(|(_, rows)| **rows > 0) {
            let Some(text) = self.value_text(field, value) else { continue };
            let lower = text.to_lowercase();
            if let Some(at) = lower.find(&typed) {
                found.push((at > 0, std::cmp::Reverse(*rows), value));
            }
        }
        let all = found.len();
        let text = |value: u32| self.value_text(field, value).unwrap_or_default();
        if k < all {
            // Ties at the edge are cut by number of the value, which follows the log.
            found.select_nth_unstable(k);
            found.truncate(k);
        }
        found.sort_unstable_by(|a, b| {
            (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| text(a.2).cmp(&text(b.2)))
        });
        let values =
            found.into_iter().map(|(_, rows, value)| (text(value).into_owned(), u64::from(rows.0)));
        Completions { values: values.collect(), found: all }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::super::testkit::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn completions_are_the_distinct_texts_that_contain_what_was_typed(seed: u64) {
            let index = random_index(seed, 200);
            let dice = &mut Dice(seed ^ 5);
            let field = random_field(dice);
            let typed = ["", "a", "1", "AC", "zz"][dice.below(5) as usize];
            let mut rows: BTreeMap<String, u64> = BTreeMap::new();
            for row in index.everything().rows() {
                if let Some(text) = spelled(&index, field, row) {
                    *rows.entry(text.into_owned()).or_default() += 1;
                }
            }
            let like = |text: &str| text.to_lowercase().find(&typed.to_lowercase());
            let mut naive: Vec<(String, u64)> =
                rows.into_iter().filter(|(text, _)| like(text).is_some()).collect();
            naive.sort_by_key(|(text, n)| (like(text) != Some(0), std::cmp::Reverse(*n), text.clone()));
            if !index.can_group_by(field) {
                naive.clear();
            }
            let all = index.values_like(field, typed, 1_000);
            prop_assert_eq!(all.found, naive.len());
            prop_assert_eq!(&all.values, &naive);
            let few = index.values_like(field, typed, 2);
            prop_assert_eq!(few.found, naive.len());
            let counts = |values: &[(String, u64)]| values.iter().map(|(_, n)| *n).collect::<Vec<_>>();
            prop_assert_eq!(counts(&few.values), counts(&naive[..naive.len().min(2)]));
        }
    }
}
