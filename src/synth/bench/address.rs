//! Addresses that belong to nobody: 240.0.0.0/4, which is reserved, and the documentation ranges.
//!
//! In a real log hardly any two strangers share a /24, so homes are spread over eight /8.

use super::super::rng::mix;

/// The `n`-th home: every number below 2^27 has one of its own.
pub fn home(n: u64) -> String {
    // An odd factor modulo 2^27 visits every address once.
    let n = (n.wrapping_mul(48_271_911) + 911) % (1 << 27);
    format!("{}.{}.{}.{}", 241 + (n >> 24), (n >> 16) & 255, (n >> 8) & 255, n & 255)
}

/// A home of its own in the documentation range of IPv6.
pub fn home_v6(n: u64) -> String {
    let n = mix(n);
    format!("2001:db8:{:x}:{:x}::{:x}", n & 0xFFFF, (n >> 16) & 0xFFFF, 1 + ((n >> 32) & 0xFF))
}

/// A machine in the `block`-th /24 of hosting firms.
pub fn hosting(block: u64, host: u64) -> String {
    format!("251.{}.{}.{}", (block >> 8) & 255, block & 255, 1 + host % 254)
}

/// The `n`-th office or campus.
pub fn office(n: u64) -> String {
    format!("252.{}.{}.{}", (n >> 8) & 255, n & 255, 1 + mix(n) % 254)
}

/// A short-lived machine of a cloud: any of six hundred, used by whoever comes next.
pub fn runner(n: u64) -> String {
    let n = n % 600;
    format!("253.0.{}.{}", n / 200, 1 + n % 200)
}

/// An exit of a commercial VPN.
pub fn exit(n: u64) -> String {
    format!("198.51.100.{}", 1 + n % 40)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn homes_are_unique_and_hardly_any_two_share_a_network() {
        let homes: Vec<String> = (0..50_000).map(home).collect();
        let unique: HashSet<&String> = homes.iter().collect();
        assert_eq!(unique.len(), homes.len());
        let networks: HashSet<&str> = homes.iter().map(|a| a.rsplit_once('.').unwrap().0).collect();
        assert!(networks.len() > 45_000, "{}", networks.len());
    }
}
