//! What rows can be grouped by: a field kept in a dictionary, or something derived from one.

use std::borrow::Cow;
use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::attribute::{Dimension, dimension_of};
use crate::model::filter::{Value, ValueKind};
use crate::model::{Address, AddressQuality, FIELDS, Field, FilterField};

/// A grouping of rows. Every value of it is a condition on [`Facet::field`], so that a filter on
/// a value keeps exactly the rows that are counted for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Facet {
    /// The values of a field as the log wrote them.
    Field(Field),
    /// The network of the address: /24 in IPv4, /48 in IPv6, the longest prefixes that networks
    /// accept from each other (RFC 7454, section 6.1.3). What is not known to lie in one such
    /// network (addresses masked further, services, what is no address) stays as it was written.
    Network,
    /// The template of the prompt: values are templates by their numbers, 0 is free text.
    Template,
}

/// Distinct groupings there can be: what is kept for each stands in an array of this length.
pub(super) const FACETS: usize = FIELDS.len() + 2;

impl Facet {
    /// The field that a condition on one of its values names.
    pub fn field(self) -> FilterField {
        match self {
            Self::Field(field) => field.into(),
            Self::Network => Field::ClientIp.into(),
            Self::Template => FilterField::Template,
        }
    }

    /// The condition that a row has this value, of a template its number.
    pub fn condition(self, value: &str) -> Value {
        let known = match (self, self.field().def().kind) {
            (Self::Network, _) => network_of(value).map(Value::Network),
            (_, ValueKind::Hash) => u64::from_str_radix(value, 16).ok().map(Value::Hash),
            (
                _,
                ValueKind::Integer
                | ValueKind::Milliseconds
                | ValueKind::Real
                | ValueKind::Template,
            ) => value.parse().ok().map(Value::number),
            _ => None,
        };
        known.unwrap_or_else(|| Value::text(value))
    }

    /// Whether values that differ in nothing but case are one, as they are to filters.
    pub(super) fn ignores_case(self) -> bool {
        self.field().def().kind.ignores_case()
    }

    /// What a value is, where it is not of the usual kind: `masked`, `private`, `service`,
    /// `not an address`.
    pub fn remark(self, value: &str) -> Option<&'static str> {
        if !matches!(self, Self::Network | Self::Field(Field::ClientIp)) {
            return None;
        }
        // A network of the usual length is written as one, and is no masked address.
        let address = match network_of(value) {
            Some(net) if self == Self::Network => Address::parse(&net.addr().to_string()),
            _ => Address::parse(value),
        };
        match address.quality {
            AddressQuality::Full => None,
            AddressQuality::Private => Some("private"),
            AddressQuality::Masked => Some("masked"),
            AddressQuality::Service => Some("service"),
            // The first address of 0.0.0.0/24 says nothing of the others.
            AddressQuality::Invalid if address.net.is_none() && network_of(value).is_some() => None,
            AddressQuality::Invalid => Some("not an address"),
        }
    }

    /// Position in arrays of [`FACETS`] entries.
    pub(super) fn slot(self) -> usize {
        match self {
            Self::Field(field) => field as usize,
            Self::Network => FIELDS.len(),
            Self::Template => FIELDS.len() + 1,
        }
    }

    /// The dictionary that holds it; `None` for fields that have a column of their own.
    pub(super) fn dimension(self) -> Option<Dimension> {
        match self {
            Self::Field(field) => dimension_of(field),
            Self::Network => Some(Dimension::Origin),
            Self::Template => None,
        }
    }
}

impl From<Field> for Facet {
    fn from(field: Field) -> Self {
        Self::Field(field)
    }
}

/// The text of the network that an address text lies in, or the text itself.
/// The network that [`Facet::Network`] groups an address by.
pub fn network_text(raw: &str) -> Cow<'_, str> {
    network_of(raw).map_or(Cow::Borrowed(raw), |net| Cow::Owned(net.to_string()))
}

/// The /24 or /48 that certainly holds an address.
fn network_of(raw: &str) -> Option<IpNet> {
    let net = Address::parse(raw).net?;
    let wider = match net.network() {
        IpAddr::V4(ip) => IpNet::V4(Ipv4Net::new(ip, 24).ok()?),
        IpAddr::V6(ip) => IpNet::V6(Ipv6Net::new(ip, 48).ok()?),
    };
    let wider = wider.trunc();
    wider.contains(&net).then_some(wider)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_counted_for_its_network_only_where_it_certainly_lies_in_one() {
        for (raw, network) in [
            ("203.0.113.7", "203.0.113.0/24"),
            ("203.0.113.7:51234", "203.0.113.0/24"),
            ("203.0.113.***", "203.0.113.0/24"),
            ("::ffff:203.0.113.7", "203.0.113.0/24"),
            ("2001:db8:1:2::3", "2001:db8:1::/48"),
            ("2001:db8:1:*", "2001:db8:1::/48"),
            ("203.0.x.x", "203.0.x.x"),
            ("203.0.0.0/16", "203.0.0.0/16"),
            ("AWS Internal", "AWS Internal"),
            ("<>", "<>"),
        ] {
            assert_eq!(network_text(raw), network, "{raw}");
        }
    }

    #[test]
    fn values_that_are_no_plain_network_say_what_they_are() {
        let remark = |text| Facet::Network.remark(text);
        assert_eq!(remark("203.0.113.0/24"), None);
        assert_eq!(remark("10.1.2.0/24"), Some("private"));
        assert_eq!(remark("203.0.x.x"), Some("masked"));
        assert_eq!(remark("AWS Internal"), Some("service"));
        assert_eq!(remark("<>"), Some("not an address"));
        assert_eq!(Facet::Field(Field::ClientIp).remark("203.0.113.***"), Some("masked"));
        assert_eq!(Facet::Field(Field::Model).remark("203.0.113.***"), None);
    }
}
