//! Which accounts share a value: an address, a user agent, a key.

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
        let mut pairs = pairs(population.rows().map(|row| {
            let entry = entries[row as usize];
            (entry != MISSING).then(|| (entry, self.account_of(row)))
        }));
        for pair in &mut pairs {
            pair.0 = attribute.value_of[pair.0 as usize];
        }
        pairs.retain(|(value, _)| *value != MISSING);
        pairs.sort_unstable();
        pairs.dedup();
        let mut holders = vec![Vec::new(); attribute.len()];
        for (value, account) in pairs {
            holders[value as usize].push(account);
        }
        holders
    }
}

/// Places of pairs that were just seen.
const SEEN: usize = 1 << 14;

/// Each pair of an entry and an account once, rising. Rows in order of time have few entries that
/// are not seen again soon, so that most of what comes again is passed over at once.
fn pairs(all: impl Iterator<Item = Option<(u32, u32)>>) -> Vec<(u32, u32)> {
    let mut seen = vec![(MISSING, MISSING); SEEN];
    let (mut pairs, mut most) = (Vec::new(), 1 << 20);
    for pair in all.flatten() {
        let mixed =
            (u64::from(pair.0) << 32 | u64::from(pair.1)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let place = &mut seen[(mixed >> 50) as usize];
        if *place == pair {
            continue;
        }
        *place = pair;
        pairs.push(pair);
        // What comes again and again must not take more memory than what there is.
        if pairs.len() >= most {
            pairs.sort_unstable();
            pairs.dedup();
            most = 2 * pairs.len().max(1 << 19);
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
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
