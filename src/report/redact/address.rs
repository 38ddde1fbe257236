//! Addresses cut to the network they are in, and recognised in text by how they are written.
//!
//! IPv4 keeps 24 bits, IPv6 48; an IPv4 address in IPv6 (`::ffff:203.0.113.7`) counts as what it
//! is, and one of 6to4 (RFC 3056), whose first 48 bits hold a whole IPv4 address, keeps 40. A network
//! that is wider already stays, without bits beyond its prefix. What is masked by the log or
//! written backwards or with dashes in the name of a host gives no network that is certainly right:
//! it becomes [`MASK`].

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::token::{Class, class_at, class_before, segment_end};

/// What stands for an address that gives no network.
pub(super) const MASK: &str = "[masked address]";
/// Bits of IPv4 that stay.
const V4: u8 = 24;
/// Bits of IPv6 that stay.
const V6: u8 = 48;
/// Bits that stay of an address of 6to4.
const V6_OF_V4: u8 = 40;
/// No text of an IPv6 address is longer, bytes.
const LONGEST: usize = 45;
/// No address with what belongs to it is longer, bytes.
pub(super) const REACH: usize = 128;

/// An address in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Where it ends, with its port or prefix length.
    pub end: usize,
    /// The address; `None` where it gives none.
    pub ip: Option<IpAddr>,
    /// What stands for it.
    pub cut: String,
}

/// An address as a log wrote it, cut: several separated by commas, each by itself. What is no
/// address becomes [`MASK`], nothing stays nothing.
pub(super) fn cut(text: &str) -> String {
    if text.trim().is_empty() || text == MASK {
        return text.to_owned();
    }
    let one = |part: &str| {
        let part = part.trim();
        at(part.as_bytes(), 0).filter(|found| found.end == part.len())
    };
    let parts: Vec<String> =
        text.split(',').map(|part| one(part).map_or(MASK.to_owned(), |found| found.cut)).collect();
    parts.join(", ")
}

/// The addresses that [`cut`] finds in what a log wrote.
pub(super) fn all(text: &str) -> impl Iterator<Item = IpAddr> {
    text.split(',').filter_map(|part| at(part.trim().as_bytes(), 0)?.ip)
}

/// Whether an address stands anywhere in a text.
pub(super) fn is_in(text: &str) -> bool {
    let bytes = text.as_bytes();
    (0..bytes.len()).any(|start| at(bytes, start).is_some())
}

/// The address that begins at `start`, if one does.
pub(super) fn at(bytes: &[u8], start: usize) -> Option<Found> {
    let first = *bytes.get(start)?;
    if !(first.is_ascii_hexdigit() || matches!(first, b':' | b'[')) {
        return None;
    }
    if class_before(bytes, start) == Class::Latin {
        return None;
    }
    match first {
        b'[' => in_brackets(bytes, start),
        b'0'..=b'9' => v4(bytes, start).or_else(|| v6(bytes, start)),
        _ => v6(bytes, start),
    }
}

/// Whether no letter or digit goes on at `at`.
fn is_end(bytes: &[u8], at: usize) -> bool {
    at >= bytes.len() || class_at(bytes, at).0 != Class::Latin
}

/// A number of up to `digits` digits that is at most `most`, and where it ends.
fn number(bytes: &[u8], at: usize, digits: usize, most: u32) -> Option<(u32, usize)> {
    let run = bytes.get(at..)?.iter().take(digits + 1).take_while(|b| b.is_ascii_digit()).count();
    if run == 0 || run > digits {
        return None;
    }
    let value = bytes[at..at + run].iter().fold(0, |n, b| n * 10 + u32::from(b - b'0'));
    (value <= most).then_some((value, at + run))
}

/// A number behind a sign, with no letter or digit behind it.
fn behind(bytes: &[u8], at: usize, sign: u8, digits: usize, most: u32) -> Option<(u32, usize)> {
    let (value, end) =
        (bytes.get(at) == Some(&sign)).then(|| number(bytes, at + 1, digits, most))??;
    is_end(bytes, end).then_some((value, end))
}

/// Four numbers with dots, or with dashes as in names of hosts; the last may be masked.
fn v4(bytes: &[u8], start: usize) -> Option<Found> {
    let (first, mut at) = number(bytes, start, 3, 255)?;
    let sign = *bytes.get(at).filter(|sign| matches!(sign, b'.' | b'-'))?;
    let (mut octets, mut is_masked) = ([first as u8, 0, 0, 0], false);
    for octet in &mut octets[1..] {
        if bytes.get(at) != Some(&sign) {
            return None;
        }
        match number(bytes, at + 1, 3, 255).filter(|_| !is_masked) {
            Some((value, end)) => (*octet, at) = (value as u8, end),
            None => {
                at = masked_part(bytes, at + 1)?;
                is_masked = true;
            }
        }
    }
    if !is_end(bytes, at) || (sign == b'-' && is_masked) {
        return None;
    }
    if let Some(end) = arpa(bytes, at) {
        return Some(masked(end));
    }
    if sign == b'-' || is_masked {
        return Some(masked(at));
    }
    let ip = IpAddr::V4(Ipv4Addr::from(octets));
    Some(behind_address(bytes, start, at, ip))
}

fn masked(end: usize) -> Found {
    Found { end, ip: None, cut: MASK.to_owned() }
}

/// Where `***`, `x` or `xxx` in the place of a number ends.
fn masked_part(bytes: &[u8], at: usize) -> Option<usize> {
    let sign = *bytes.get(at).filter(|sign| matches!(sign, b'*' | b'x' | b'X'))?;
    let run = bytes[at..].iter().take(4).take_while(|byte| **byte == sign).count();
    (run <= 3).then_some(at + run)
}

/// Where the name of an address in the domain name system ends, whose numbers ended at `at`: it
/// goes on with further numbers in IPv6, and is written backwards.
fn arpa(bytes: &[u8], at: usize) -> Option<usize> {
    let dots = |byte: &&u8| byte.is_ascii_hexdigit() || **byte == b'.';
    let run = bytes[at..].iter().take(64).take_while(dots).count();
    let ends = |tail: &[u8], from: usize| {
        let end = from + tail.len();
        let is_it = bytes.get(from..end).is_some_and(|text| text.eq_ignore_ascii_case(tail));
        (is_it && is_end(bytes, end)).then_some(end)
    };
    ends(b".in-addr.arpa", at).or_else(|| ends(b"ip6.arpa", at + run))
}

/// An address that ends at `at` with what belongs to it: a prefix length, else a port.
fn behind_address(bytes: &[u8], start: usize, at: usize, ip: IpAddr) -> Found {
    let bits = if ip.is_ipv4() { 32 } else { 128 };
    let prefix = behind(bytes, at, b'/', 3, bits);
    let net = |len: u32| IpNet::new(ip, len as u8).ok();
    if let Some((net, end)) = prefix.and_then(|(len, end)| Some((net(len)?, end))) {
        return cut_net(bytes, start, end, net);
    }
    let port = if ip.is_ipv4() { behind(bytes, at, b':', 5, 65_535) } else { None };
    let end = port.map_or(at, |(_, end)| end);
    cut_net(bytes, start, end, IpNet::from(ip))
}

/// The network, cut; as it was written where nothing is to be cut.
fn cut_net(bytes: &[u8], start: usize, end: usize, net: IpNet) -> Found {
    let (ip, len) = plain(net);
    let most = match ip {
        IpAddr::V4(_) => V4,
        IpAddr::V6(ip) if ip.segments()[0] == 0x2002 => V6_OF_V4,
        IpAddr::V6(_) => V6,
    };
    let wide = IpNet::new(ip, len.min(most)).map_or(net, |net| net.trunc());
    let written = str::from_utf8(&bytes[start..end]).unwrap_or_default();
    let is_wide = len <= most && ip == wide.addr() && written.contains('/');
    let cut = if is_wide { written.to_owned() } else { wide.to_string() };
    Found { end, ip: Some(ip), cut }
}

/// An IPv4 network that is written as one of IPv6, as what it is.
fn plain(net: IpNet) -> (IpAddr, u8) {
    match (net.addr().to_canonical(), net.prefix_len().checked_sub(96)) {
        (IpAddr::V4(v4), Some(len)) if net.addr().is_ipv6() => (IpAddr::V4(v4), len),
        _ => (net.addr(), net.prefix_len()),
    }
}

/// `[2001:db8::1]`, and a port behind it.
fn in_brackets(bytes: &[u8], start: usize) -> Option<Found> {
    let inner = v6(bytes, start + 1)?;
    if bytes.get(inner.end) != Some(&b']') {
        return None;
    }
    let end = behind(bytes, inner.end + 1, b':', 5, 65_535).map_or(inner.end + 1, |(_, end)| end);
    Some(Found { end, ..inner })
}

/// Groups of hexadecimal digits with colons.
fn v6(bytes: &[u8], start: usize) -> Option<Found> {
    let is_part = |byte: &&u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    let run = bytes[start..].iter().take(LONGEST + 12).take_while(is_part).count();
    let text = str::from_utf8(&bytes[start..start + run]).ok()?;
    if text.bytes().filter(|byte| *byte == b':').count() < 2 {
        return arpa(bytes, start).filter(|_| text.contains('.')).map(masked);
    }
    let stars = text.ends_with(':') && bytes.get(start + run) == Some(&b'*');
    if stars && text.bytes().next().is_some_and(|byte| byte.is_ascii_hexdigit()) {
        let rest = bytes[start + run..].iter().take_while(|byte| matches!(byte, b'*' | b':'));
        return Some(masked(start + run + rest.count()));
    }
    let (ip, len) = longest_v6(text)?;
    let at = start + len;
    if !is_end(bytes, at) || !is_likely(&text[..len], ip) {
        return None;
    }
    let zone = if bytes.get(at) == Some(&b'%') && ip.is_unicast_link_local() {
        segment_end(bytes, at + 1)
    } else {
        at
    };
    Some(behind_address(bytes, start, zone, IpAddr::V6(ip)))
}

/// The address that a run of digits, colons and dots begins with: the whole, without a full stop
/// or colon behind it, or eight groups with a port behind them.
fn longest_v6(text: &str) -> Option<(Ipv6Addr, usize)> {
    let bare = text.trim_end_matches('.');
    let single = bare.strip_suffix(':').filter(|rest| !rest.ends_with(':')).unwrap_or(bare);
    let eighth = text.match_indices(':').nth(7).map_or(text, |(at, _)| &text[..at]);
    let dotted = text.split_once('.').map_or(text, |(head, _)| head);
    let parts = [text, bare, single, eighth, dotted];
    parts.into_iter().find_map(|part| Some((part.parse().ok()?, part.len())))
}

/// Whether it is more likely an address than a path in a program, `abc::def`.
fn is_likely(text: &str, ip: Ipv6Addr) -> bool {
    let groups = text.split(':').filter(|group| !group.is_empty()).count();
    !ip.is_unspecified() && (groups >= 3 || text.bytes().any(|byte| byte.is_ascii_digit()))
}
