//! Who stands behind gateways.

use rustc_hash::FxHashSet;

use super::Material;
use crate::index::Facet;
use crate::model::Field;
pub use crate::network::gateways::Gateways;

impl Gateways {
    /// How many of these addresses two accounts or more call from, and how many accounts these are.
    pub fn behind(&self, material: &Material<'_>) -> (usize, usize) {
        let facet = Facet::Field(Field::ClientIp);
        let is_one = |(value, accounts): &(u32, &Vec<u32>)| {
            let text = || material.index.value_text(facet, *value);
            accounts.len() > 1 && text().is_some_and(|text| self.has(facet, &text))
        };
        let holders = material.holders(facet);
        let all: Vec<&Vec<u32>> =
            (0..).zip(holders.iter()).filter(is_one).map(|(_, accounts)| accounts).collect();
        let accounts: FxHashSet<u32> = all.iter().flat_map(|of| of.iter().copied()).collect();
        (all.len(), accounts.len())
    }

    /// The accounts of each value of a facet, by its number; none of gateways.
    pub fn holders(&self, material: &Material<'_>, facet: Facet) -> Vec<Vec<u32>> {
        let index = material.index;
        let mut holders = material.holders(facet).into_owned();
        for (value, accounts) in (0..).zip(&mut holders) {
            if index.value_text(facet, value).is_some_and(|text| self.has(facet, &text)) {
                accounts.clear();
            }
        }
        holders
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Attributes;
    use crate::detect::testkit::index;

    #[test]
    fn nobody_holds_an_address_of_a_carrier_or_its_network_and_a_client_build_is_held() {
        let index = index(
            4,
            &[
                (1, 0, "100.86.90.87", "bot", 0, 0),
                (2, 1, "100.86.90.87", "bot", 0, 0),
                (3, 2, "198.51.100.7", "bot", 0, 0),
                (4, 3, "198.51.100.7", "bot", 0, 0),
            ],
        );
        let none = Attributes::new();
        let material = Material::new(&index, &none, &[]);
        let gateways = Gateways::of(&index, 30);
        let held = |facet| {
            let holders = gateways.holders(&material, facet).into_iter();
            holders.filter(|accounts| !accounts.is_empty()).collect::<Vec<_>>()
        };
        assert_eq!(held(Facet::Field(Field::ClientIp)), [[2, 3]]);
        assert_eq!(held(Facet::Network), [[2, 3]]);
        assert_eq!(gateways.behind(&material), (1, 2));
        assert_eq!(held(Facet::Field(Field::UserAgent)), [[0, 1, 2, 3]]);
    }
}
