//! Addresses that many stand behind, which tie nobody: gateways, translators of carriers.

use std::net::IpAddr;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Material;
use crate::index::{Facet, network_text};
use crate::model::Field;

/// Addresses with many behind them, and the networks these are in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gateways {
    addresses: FxHashSet<String>,
    networks: FxHashSet<String>,
}

impl Gateways {
    /// Those with more than `most` client builds behind them, or that say themselves that they are
    /// shared.
    pub fn of(material: &Material<'_>, most: usize) -> Self {
        let mut agents: FxHashMap<&str, FxHashSet<&str>> = FxHashMap::default();
        for origin in &material.index.dimensions().origins {
            if let Some(ip) = &origin.client_ip {
                agents.entry(ip).or_default().extend(origin.user_agent.as_deref());
            }
        }
        let many = agents.into_iter().filter(|(ip, of)| of.len() > most || is_shared_by_design(ip));
        let addresses: FxHashSet<String> = many.map(|(ip, _)| ip.to_owned()).collect();
        let networks = addresses.iter().map(|ip| network_text(ip).into_owned()).collect();
        Self { addresses, networks }
    }

    /// Whether a value of a facet is one of these, or a network with one in it; never of other
    /// facets than addresses and networks.
    pub fn has(&self, facet: Facet, value: &str) -> bool {
        match facet {
            Facet::Field(Field::ClientIp) => self.addresses.contains(value),
            Facet::Network => self.networks.contains(value),
            _ => false,
        }
    }

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

/// Whether an address says itself that many stand behind it: of carriers' translators (RFC 6598), or
/// of a network that is not the world's (RFC 1918, RFC 4193), which a gateway stands before.
fn is_shared_by_design(ip: &str) -> bool {
    match ip.parse::<IpAddr>() {
        Ok(IpAddr::V4(v4)) => {
            let [first, second, ..] = v4.octets();
            v4.is_private() || v4.is_loopback() || (first == 100 && second & 0xc0 == 64)
        }
        Ok(IpAddr::V6(v6)) => v6.is_loopback() || v6.segments()[0] & 0xfe00 == 0xfc00,
        Err(_) => false,
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
        let gateways = Gateways::of(&material, 30);
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
