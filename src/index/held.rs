//! Which values each account has, and in how many rows.

use rayon::prelude::*;

use super::pairs::Lookup;
use super::{Facet, Index, Mask};
use crate::model::{Granularity, MISSING};

/// A value that an account has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    /// Its number (see [`Index::value_text`]).
    pub value: u32,
    /// Rows of the account with it.
    pub rows: u32,
    /// The first of them, by time.
    pub first: u32,
}

impl Index {
    /// For every account, the values of a facet that its rows of one granularity have, rising.
    /// Without the field, or before anybody has looked for templates, nobody has any.
    ///
    /// On the threads of whoever asks, so never inside of what several threads wait for, as
    /// [`Index::holders`] is.
    ///
    /// Naive: for every row of the granularity, add one to its account's count of its value.
    pub fn held(&self, facet: Facet, kind: Granularity) -> Vec<Vec<Held>> {
        let all: Vec<u32> = (0..self.accounts().len() as u32).collect();
        self.held_by(facet, self.population(kind), &all)
    }

    /// The same of some accounts, in their order, and of the rows of a mask.
    pub fn held_by(&self, facet: Facet, mask: &Mask, accounts: &[u32]) -> Vec<Vec<Held>> {
        let templates = (facet == Facet::Template).then(|| self.templates());
        let lookup = match &templates {
            Some(templates) => Some(Lookup::of_templates(self, templates)),
            None => self.attribute(facet).map(|attribute| Lookup::of_entries(self, attribute)),
        };
        let Some(lookup) = lookup else { return vec![Vec::new(); accounts.len()] };
        let of = |account: &u32| {
            let rows = self.rows_of_account(*account).iter().copied();
            let counted = rows.filter(|row| mask.contains(*row));
            let known = counted.filter_map(|row| Some((lookup.known(row as usize)?, row)));
            let mut all: Vec<(u32, u32)> = known.collect();
            // By value, and of one value by time, as rows are numbered.
            all.sort_unstable();
            let held =
                |of: &[(u32, u32)]| Held { value: of[0].0, rows: of.len() as u32, first: of[0].1 };
            all.chunk_by(|a, b| a.0 == b.0).map(held).collect()
        };
        accounts.par_iter().map(of).collect()
    }

    /// The rows of some accounts, of one granularity, that have one of some values (rising) of a
    /// facet that stands in a dictionary; account after account.
    ///
    /// Naive: of every row of the accounts, look whether its value is among them.
    pub fn rows_with(
        &self,
        facet: Facet,
        kind: Granularity,
        accounts: &[u32],
        values: &[u32],
    ) -> Vec<u32> {
        let Some(attribute) = self.attribute(facet).filter(|_| !values.is_empty()) else {
            return Vec::new();
        };
        let (entries, population) = (self.entries(attribute.dimension), self.population(kind));
        let has = |row: &u32| {
            let entry = entries.get(*row as usize).copied().unwrap_or(MISSING);
            let value = attribute.value_of.get(entry as usize);
            value.is_some_and(|value| values.binary_search(value).is_ok())
        };
        let rows = accounts.iter().flat_map(|account| self.rows_of_account(*account));
        rows.copied().filter(|row| population.contains(*row)).filter(has).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::index::testkit::{Dice, random_index, random_runs};
    use crate::job::Progress;
    use crate::model::{Field, MISSING};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn values_of_an_account_are_those_of_its_rows(seed: u64) {
            let (runs, dimensions) = random_runs(&mut Dice(seed), 40);
            let index = Index::build(runs, dimensions, &Progress::default()).expect("sound");
            for field in [Field::ClientIp, Field::Model, Field::ApiKeyId] {
                let kind = index.default_granularity();
                let mut naive: Vec<BTreeMap<String, (u32, u32)>> =
                    vec![BTreeMap::new(); index.accounts().len()];
                for row in index.population(kind).rows() {
                    let Some(text) = index.row(row).text(field) else { continue };
                    let of = naive[index.account_of(row) as usize].entry(text.to_lowercase());
                    of.or_insert((0, row)).0 += 1;
                }
                let facet = Facet::Field(field);
                let text = |value| index.value_text(facet, value).expect("a value").to_lowercase();
                let held: Vec<BTreeMap<String, (u32, u32)>> = index
                    .held(facet, kind)
                    .iter()
                    .map(|of| of.iter().map(|h| (text(h.value), (h.rows, h.first))).collect())
                    .collect();
                prop_assert_eq!(held, naive);
            }
        }

        #[test]
        fn rows_with_a_value_are_those_of_its_accounts_that_have_it(seed: u64) {
            let (runs, dimensions) = random_runs(&mut Dice(seed), 40);
            let index = Index::build(runs, dimensions, &Progress::default()).expect("sound");
            let (kind, facet) = (index.default_granularity(), Facet::Field(Field::ClientIp));
            let values: Vec<u32> = (0..index.distinct_values(facet) as u32).step_by(2).collect();
            let accounts: Vec<u32> = (0..index.accounts().len() as u32).step_by(2).collect();
            let texts: Vec<String> =
                values.iter().filter_map(|v| Some(index.value_text(facet, *v)?.to_lowercase())).collect();
            let has = |row: &u32| {
                let text = index.row(*row).text(Field::ClientIp).map(|text| text.to_lowercase());
                text.is_some_and(|text| texts.contains(&text))
                    && accounts.contains(&index.account_of(*row))
            };
            let naive: Vec<u32> = index.population(kind).rows().filter(has).collect();
            let mut found = index.rows_with(facet, kind, &accounts, &values);
            found.sort_unstable();
            prop_assert_eq!(found, naive);
        }

        #[test]
        fn templates_of_an_account_are_those_of_its_rows(seed: u64) {
            let index = random_index(seed, 40);
            let kind = index.default_granularity();
            let mut naive: Vec<BTreeMap<u32, u32>> = vec![BTreeMap::new(); index.accounts().len()];
            let templates = index.templates();
            for row in index.population(kind).rows() {
                let value = templates.of_row.get(row as usize).copied().unwrap_or(MISSING);
                if value != MISSING {
                    *naive[index.account_of(row) as usize].entry(value).or_default() += 1;
                }
            }
            let held = index.held(Facet::Template, kind);
            let counts = |of: &Vec<Held>| of.iter().map(|h| (h.value, h.rows)).collect();
            prop_assert_eq!(held.iter().map(counts).collect::<Vec<BTreeMap<_, _>>>(), naive);
        }
    }
}
