//! Network addresses as logs really write them: full, masked, with a port, zero-padded, the
//! name of a service, or nothing an address could be.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// What an address text is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AddressQuality {
    /// One public address.
    Full,
    /// One address that means nothing outside its own network.
    Private,
    /// Only the leading part is known: a network, never one address.
    Masked,
    /// A service acted, and the log names it instead of an address.
    Service,
    /// Not an address.
    Invalid,
}

impl AddressQuality {
    /// The word on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Private => "private",
            Self::Masked => "masked",
            Self::Service => "service",
            Self::Invalid => "invalid",
        }
    }
}

/// An address text, understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// What it is good for.
    pub quality: AddressQuality,
    /// The smallest network known to hold the caller: `/32` or `/128` when full or private,
    /// wider when masked, `None` for services and invalid texts.
    pub net: Option<IpNet>,
}

impl Address {
    /// Understands `raw`. Never fails: what is no address is [`AddressQuality::Invalid`].
    ///
    /// Takes the first entry of a forwarded-for list, drops a port, reads zero-padded octets
    /// as decimal and trailing `*`/`x` groups as masked.
    pub fn parse(raw: &str) -> Self {
        let text = raw.split(',').next().unwrap_or_default().trim();
        if let Some(ip) = parse_ip(text) {
            return Self::from_ip(ip);
        }
        if let Some(net) = parse_net(text).or_else(|| masked_v4(text)).or_else(|| masked_v6(text)) {
            return Self { quality: AddressQuality::Masked, net: Some(net) };
        }
        let named = text.chars().any(|c| c.is_ascii_alphabetic())
            && text.chars().any(|c| c == '.' || c == ' ')
            && !text.contains(['<', '>', '*', '/']);
        let quality = if named { AddressQuality::Service } else { AddressQuality::Invalid };
        Self { quality, net: None }
    }

    /// Whether the caller is certainly inside `network`: a masked address only when all it may
    /// stand for lies inside.
    pub fn is_within(&self, network: &IpNet) -> bool {
        self.net.is_some_and(|net| network.contains(&net))
    }

    fn from_ip(ip: IpAddr) -> Self {
        if ip.is_unspecified() {
            return Self { quality: AddressQuality::Invalid, net: None };
        }
        let quality = if is_private(ip) { AddressQuality::Private } else { AddressQuality::Full };
        Self { quality, net: Some(IpNet::from(ip)) }
    }
}

/// One address in any of the notations logs use, a mapped IPv6 one as the IPv4 it stands for.
fn parse_ip(text: &str) -> Option<IpAddr> {
    let bare = strip_port(text);
    let bare = bare.split_once('%').map_or(bare, |(address, _)| address);
    let ip = bare.parse::<IpAddr>().ok().or_else(|| padded_v4(bare).map(IpAddr::V4))?;
    Some(ip.to_canonical())
}

/// `[v6]:port` and `v4:port` without the port.
fn strip_port(text: &str) -> &str {
    if let Some((inside, _)) = text.strip_prefix('[').and_then(|t| t.split_once(']')) {
        return inside;
    }
    match text.split_once(':') {
        Some((host, port)) if !port.contains(':') && port.parse::<u16>().is_ok() => host,
        _ => text,
    }
}

/// Zero-padded octets, which the standard parser refuses because C reads them as octal; logs
/// that pad mean decimal.
fn padded_v4(text: &str) -> Option<Ipv4Addr> {
    let mut octets = [0_u8; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        *octet = decimal_octet(parts.next()?)?;
    }
    parts.next().is_none().then(|| Ipv4Addr::from(octets))
}

fn decimal_octet(part: &str) -> Option<u8> {
    let digits = (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if digits { part.parse().ok() } else { None }
}

/// `203.0.113.0/24`, whatever its host bits were; all addresses at once are no network.
fn parse_net(text: &str) -> Option<IpNet> {
    text.parse::<IpNet>().ok().filter(|net| net.prefix_len() > 0).map(|net| net.trunc())
}

/// `20.236.11.***`, `20.236.x.x`: trailing masked octets.
fn masked_v4(text: &str) -> Option<IpNet> {
    let parts: Vec<&str> = text.split('.').collect();
    if parts.len() != 4 {
        return None;
    }
    let known = parts.iter().take_while(|p| !is_mask(p)).count();
    if known == 0 || known == 4 || !parts[known..].iter().all(|p| is_mask(p)) {
        return None;
    }
    let mut octets = [0_u8; 4];
    for (octet, part) in octets.iter_mut().zip(&parts[..known]) {
        *octet = decimal_octet(part)?;
    }
    Ipv4Net::new(Ipv4Addr::from(octets), known as u8 * 8).ok().map(IpNet::V4)
}

/// `2001:db8:1:*`: trailing masked groups of an address written out in full.
fn masked_v6(text: &str) -> Option<IpNet> {
    let parts: Vec<&str> = text.split(':').collect();
    let known = parts.iter().take_while(|p| !is_mask(p)).count();
    if parts.len() > 8 || known == 0 || known == parts.len() || known > 7 {
        return None;
    }
    if !parts[known..].iter().all(|p| is_mask(p)) {
        return None;
    }
    let mut groups = [0_u16; 8];
    for (group, part) in groups.iter_mut().zip(&parts[..known]) {
        *group = u16::from_str_radix(part, 16).ok()?;
    }
    Ipv6Net::new(Ipv6Addr::from(groups), known as u8 * 16).ok().map(IpNet::V6)
}

fn is_mask(part: &str) -> bool {
    !part.is_empty() && part.chars().all(|c| matches!(c, '*' | 'x' | 'X'))
}

fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            let carrier_nat = a == 100 && (64..128).contains(&b);
            v4.is_private() || v4.is_loopback() || v4.is_link_local() || carrier_nat
        }
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quality(text: &str) -> AddressQuality {
        Address::parse(text).quality
    }

    #[test]
    fn addresses_in_the_notations_of_real_logs_are_understood() {
        use AddressQuality::*;
        for (text, expected) in [
            ("203.0.113.7", Full),
            ("203.0.113.7:51234", Full),
            ("035.249.253.232", Full),
            ("2001:db8::1", Full),
            ("[2001:db8::1]:443", Full),
            ("::ffff:203.0.113.7", Full),
            ("203.0.113.7, 10.0.0.1", Full),
            ("10.1.2.3", Private),
            ("100.64.0.1", Private),
            ("fd00::1", Private),
            ("20.236.11.***", Masked),
            ("20.236.x.x", Masked),
            ("203.0.113.0/24", Masked),
            ("2001:db8:1:*", Masked),
            ("AWS Internal", Service),
            ("secretsmanager.amazonaws.com", Service),
            ("0.0.0.0", Invalid),
            ("<>", Invalid),
            ("", Invalid),
            ("unknown", Invalid),
            ("999.1.1.1", Invalid),
            ("1.*.3.4", Invalid),
        ] {
            assert_eq!(quality(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_masked_address_is_within_a_network_only_as_a_whole() {
        let masked = Address::parse("10.1.2.***");
        let within = |net: &str| masked.is_within(&net.parse().expect("a network"));
        assert!(within("10.0.0.0/8") && within("10.1.2.0/24"));
        assert!(!within("10.1.2.0/25") && !within("10.1.2.7/32"));
        assert!(!Address::parse("AWS Internal").is_within(&"0.0.0.0/0".parse().expect("a net")));
    }

    #[test]
    fn a_masked_address_never_equals_a_full_one() {
        let masked = Address::parse("20.236.11.***");
        for full in ["20.236.11.0", "20.236.11.1", "20.236.11.255"] {
            let full = Address::parse(full);
            assert_ne!(masked, full);
            assert!(full.net.is_some_and(|net| !masked.is_within(&net)), "{full:?}");
        }
    }

    #[test]
    fn ports_padding_zones_and_lists_do_not_make_another_address() {
        for (text, plain) in [
            ("203.0.113.7:51234", "203.0.113.7"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("035.249.253.232", "35.249.253.232"),
            (" 203.0.113.7 , 10.0.0.1, 10.0.0.2", "203.0.113.7"),
            ("fe80::1%eth0", "fe80::1"),
        ] {
            assert_eq!(Address::parse(text), Address::parse(plain), "{text}");
        }
    }

    #[test]
    fn a_mapped_address_is_the_address_it_stands_for() {
        assert_eq!(Address::parse("::ffff:203.0.113.7"), Address::parse("203.0.113.7"));
    }
}
