//! Which texts are addresses to STIX 2.1: sections 6.2, 6.8 and 6.9.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address or a network, as CIDR writes it: type and value. A network is named by its first
/// address, a single address without a length. Anything else, as one that is partly covered, is
/// none.
pub fn network(text: &str) -> Option<(&'static str, String)> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(whole(length)?)),
        None => (text, None),
    };
    match (address.parse().ok()?, length) {
        // Servers that listen to both write the old ones so.
        (IpAddr::V6(ip), None | Some(128)) if ip.to_ipv4_mapped().is_some() => {
            Some(("ipv4-addr", ip.to_canonical().to_string()))
        }
        (IpAddr::V4(ip), length) => Some(("ipv4-addr", four(ip, length.unwrap_or(32))?)),
        (IpAddr::V6(ip), length) => Some(("ipv6-addr", six(ip, length.unwrap_or(128))?)),
    }
}

fn four(ip: Ipv4Addr, length: u32) -> Option<String> {
    let covered = 32_u32.checked_sub(length)?;
    let first = Ipv4Addr::from(u32::MAX.checked_shl(covered).unwrap_or(0) & u32::from(ip));
    Some(if covered == 0 { first.to_string() } else { format!("{first}/{length}") })
}

fn six(ip: Ipv6Addr, length: u32) -> Option<String> {
    let covered = 128_u32.checked_sub(length)?;
    let first = Ipv6Addr::from(u128::MAX.checked_shl(covered).unwrap_or(0) & u128::from(ip));
    // A tail in dots is allowed, and refused by validators.
    let written = match first.to_ipv4_mapped() {
        Some(_) => first.segments().map(|part| format!("{part:x}")).join(":"),
        None => first.to_string(),
    };
    Some(if covered == 0 { written } else { format!("{written}/{length}") })
}

/// The number of an autonomous system: `AS64500`, `64500`.
pub fn autonomous_system(text: &str) -> Option<u32> {
    let prefix = text.get(..2).filter(|start| start.eq_ignore_ascii_case("AS"));
    whole(&text[prefix.map_or(0, str::len)..])
}

/// A number of digits alone: a sign is none.
fn whole(text: &str) -> Option<u32> {
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<(&'static str, String)> {
        network(text)
    }

    #[test]
    fn addresses_and_networks_are_written_in_one_way() {
        for (text, kind, value) in [
            ("192.0.2.7", "ipv4-addr", "192.0.2.7"),
            ("192.0.2.7/32", "ipv4-addr", "192.0.2.7"),
            ("192.0.2.7/24", "ipv4-addr", "192.0.2.0/24"),
            ("192.0.2.7/0", "ipv4-addr", "0.0.0.0/0"),
            ("::ffff:192.0.2.7", "ipv4-addr", "192.0.2.7"),
            ("::ffff:192.0.2.7/128", "ipv4-addr", "192.0.2.7"),
            ("2001:DB8:0::7", "ipv6-addr", "2001:db8::7"),
            ("2001:db8::7/128", "ipv6-addr", "2001:db8::7"),
            ("2001:db8::7/48", "ipv6-addr", "2001:db8::/48"),
            ("::ffff:192.0.2.7/112", "ipv6-addr", "0:0:0:0:0:ffff:c000:0/112"),
            ("::7/0", "ipv6-addr", "::/0"),
        ] {
            assert_eq!(of(text), Some((kind, value.to_owned())), "{text}");
        }
    }

    #[test]
    fn what_is_partly_covered_or_no_address_is_none() {
        for text in [
            "",
            "192.0.2.x",
            "192.0.2.*",
            "192.0.2",
            "192.0.2.256",
            "192.0.2.07",
            "192.0.2.7/33",
            "192.0.2.7/+8",
            "192.0.2.7/",
            "192.0.2.7 ",
            "192.0.2.7:443",
            "192.0.2.7\u{202e}",
            "fe80::1%eth0",
            "2001:db8::/129",
            "2001:db8::g",
            "sts.amazonaws.com",
        ] {
            assert_eq!(of(text), None, "{text:?}");
        }
    }

    #[test]
    fn numbers_of_autonomous_systems_come_with_and_without_letters() {
        assert_eq!(autonomous_system("AS64500"), Some(64500));
        assert_eq!(autonomous_system("as64500"), Some(64500));
        assert_eq!(autonomous_system("4294967295"), Some(u32::MAX));
        for text in ["", "AS", "AS-1", "4294967296", "64500 Example", "é1", "ASé"] {
            assert_eq!(autonomous_system(text), None, "{text:?}");
        }
    }
}
