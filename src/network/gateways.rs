//! Addresses that many stand behind, which tie nobody: gateways, translators of carriers.

use std::net::IpAddr;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::index::{Facet, Index, network_text};
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
    pub fn of(index: &Index, most: usize) -> Self {
        let mut agents: FxHashMap<&str, FxHashSet<&str>> = FxHashMap::default();
        for origin in &index.dimensions().origins {
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

    #[test]
    fn an_address_that_says_that_it_is_shared_is_shared() {
        for shared in ["10.1.2.3", "192.168.0.1", "100.64.0.1", "fd00::1", "::1", "127.0.0.1"] {
            assert!(is_shared_by_design(shared), "{shared}");
        }
        for own in ["198.51.100.7", "100.128.0.1", "2001:db8::1", "bedrock.amazonaws.com", ""] {
            assert!(!is_shared_by_design(own), "{own}");
        }
    }
}
