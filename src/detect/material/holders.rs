//! Who has which value of what accounts may share: looked for once, for all detectors.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::Material;
use crate::index::Facet;
use crate::model::Field;

/// What several detectors ask for.
const SHARED: [Facet; 5] = [
    Facet::Field(Field::ClientIp),
    Facet::Network,
    Facet::Field(Field::DeviceId),
    Facet::Field(Field::UserAgent),
    Facet::Field(Field::SystemHash),
];

/// The accounts of each value, in the order of [`SHARED`], each once somebody asks.
#[derive(Debug, Default)]
pub(super) struct Holders([OnceLock<Vec<Vec<u32>>>; SHARED.len()]);

impl Material<'_> {
    /// The accounts of each value of a facet by its number, rising, of records that count.
    pub fn holders(&self, facet: Facet) -> Cow<'_, [Vec<u32>]> {
        let of = || self.index.holders(facet, self.index.default_granularity());
        match SHARED.iter().position(|shared| *shared == facet) {
            Some(at) => Cow::Borrowed(self.holders.0[at].get_or_init(of)),
            None => Cow::Owned(of()),
        }
    }

    /// The records that count of some accounts with one of some values of a facet, by their numbers
    /// and rising.
    pub fn rows_with(&self, facet: Facet, accounts: &[u32], values: &[u32]) -> Vec<u32> {
        self.index.rows_with(facet, self.index.default_granularity(), accounts, values)
    }
}

#[cfg(test)]
mod tests {
    use crate::detect::testkit::index;
    use crate::detect::{Attributes, Material};
    use crate::index::Facet;
    use crate::model::Field;

    #[test]
    fn who_has_a_value_is_the_same_whether_it_is_kept_or_not() {
        let rows = [(1, 0, "192.0.2.1", "bot", 0, 0), (2, 1, "192.0.2.1", "bot", 0, 0)];
        let index = index(2, &rows);
        let none = Attributes::new();
        let material = Material::new(&index, &none, &[]);
        for facet in [Facet::Field(Field::ClientIp), Facet::Field(Field::Model)] {
            for _ in 0..2 {
                let naive = index.holders(facet, index.default_granularity());
                assert_eq!(material.holders(facet), naive);
            }
        }
    }
}
