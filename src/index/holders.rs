//! Which accounts share a value: an address, a user agent, a key.

use rayon::prelude::*;

use super::{Facet, Index};
use crate::model::{Granularity, MISSING};

impl Index {
    /// For every value of a facet, by its number, the accounts with rows of it, rising. Rows of
    /// one granularity are looked at; empty where no row has the field.
    ///
    /// Naive: for every row of the granularity, put its account to the value it has.
    pub fn holders(&self, facet: Facet, kind: Granularity) -> Vec<Vec<u32>> {
        let Some(attribute) = self.attribute(facet) else {
            return Vec::new();
        };
        let (entries, population) = (self.entries(attribute.dimension), self.population(kind));
        if entries.is_empty() {
            return Vec::new();
        }
        let accounts = 0..self.accounts().len() as u32;
        let values_of = |account: u32| {
            let rows = self.rows_of_account(account).iter().copied();
            let entry =
                rows.filter(|row| population.contains(*row)).map(|row| entries[row as usize]);
            let mut of: Vec<u32> = entry.filter(|entry| *entry != MISSING).collect();
            of.sort_unstable();
            of.dedup();
            let mut values: Vec<u32> =
                of.into_iter().map(|entry| attribute.value_of[entry as usize]).collect();
            values.retain(|value| *value != MISSING);
            values.sort_unstable();
            values.dedup();
            values
        };
        let by_account: Vec<Vec<u32>> =
            accounts.into_par_iter().with_min_len(64).map(values_of).collect();
        let mut holders = vec![Vec::new(); attribute.len()];
        for (account, values) in (0..).zip(by_account) {
            values.into_iter().for_each(|value| holders[value as usize].push(account));
        }
        holders
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::testkit::{Dice, random_runs};
    use crate::job::Progress;
    use crate::model::Field;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn holders_of_a_value_are_the_accounts_of_its_rows(seed: u64) {
            let (runs, dimensions) = random_runs(&mut Dice(seed), 40);
            let index = Index::build(runs, dimensions, &Progress::default()).expect("sound");
            for facet in [Facet::Field(Field::ClientIp), Facet::Network, Facet::Field(Field::Model)] {
                let kind = index.default_granularity();
                let holders = index.holders(facet, kind);
                for (value, found) in (0u32..).zip(&holders) {
                    let text = index.value_text(facet, value);
                    let has = |row: &u32| {
                        let mask = index.population(kind);
                        let own = match facet {
                            Facet::Field(Field::Model) => index.row(*row).call().model.as_deref().map(String::from),
                            Facet::Network => index.row(*row).client_ip().map(|ip| crate::index::facet::network_text(ip).into_owned()),
                            _ => index.row(*row).client_ip().map(String::from),
                        };
                        let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
                        mask.contains(*row) && own.zip(text.as_deref()).is_some_and(|(a, b)| same(&a, b))
                    };
                    let mut naive: Vec<u32> =
                        (0..index.len() as u32).filter(has).map(|row| index.account_of(row)).collect();
                    naive.sort_unstable();
                    naive.dedup();
                    prop_assert_eq!(found, &naive, "{:?} {:?}", facet, text);
                }
            }
        }
    }
}
