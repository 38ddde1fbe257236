//! What accounts may have in common, and how much it says.

use crate::index::Facet;
use crate::model::Field;
use crate::model::finding::Family;

/// A kind of indicator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kind {
    /// What it is called: `card`.
    pub name: &'static str,
    /// Whether it is what somebody calls with, what he signs up and pays with, or what he asks.
    pub family: Family,
    /// What a value of it weighs, as a factor of ln(N / accounts that have it); after Pacheco et al.
    /// (ICWSM 2021).
    pub weight: f64,
    /// Whether a value belongs to somebody, so that it ties by itself whoever has it.
    pub is_own: bool,
    /// Where it stands.
    pub source: Source,
}

/// Where the values of a kind stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// In the records.
    Facet(Facet),
    /// In the accounts table.
    Attribute(&'static str),
    /// In either, the accounts table first.
    Organisation,
}

impl Kind {
    const fn new(name: &'static str, family: Family, weight: f64, source: Source) -> Self {
        Self { name, family, weight, is_own: false, source }
    }

    /// What an account signs up and pays with, of the accounts table.
    const fn paid(name: &'static str, weight: f64, attribute: &'static str) -> Self {
        Self::new(name, Family::Commerce, weight, Source::Attribute(attribute))
    }

    /// What it calls with, of the records.
    const fn called(name: &'static str, weight: f64, facet: Facet) -> Self {
        Self::new(name, Family::Infrastructure, weight, Source::Facet(facet))
    }

    const fn of_somebody(self) -> Self {
        Self { is_own: true, ..self }
    }
}

/// Those of which several in common say that accounts belong together. A card is chosen by whoever
/// pays; a client build by whoever wrote the client.
pub const INDICATORS: [Kind; 8] = [
    Kind::paid("card", 2.0, "payment_fingerprint").of_somebody(),
    Kind::called("device", 2.0, Facet::Field(Field::DeviceId)).of_somebody(),
    Kind::called("address", 1.2, Facet::Field(Field::ClientIp)),
    Kind::paid("phone prefix", 1.0, "phone_prefix"),
    Kind::called("network", 0.8, Facet::Network),
    Kind::paid("mail domain", 1.0, "email_domain"),
    Kind::paid("mail pattern", 0.5, "email_pattern"),
    Kind::called("client build", 0.5, Facet::Field(Field::UserAgent)),
];

/// What is drawn besides: what they ask, and what says openly that they belong together.
const BESIDES: [Kind; 3] = [
    Kind::new("template", Family::Content, 0.8, Source::Facet(Facet::Template)),
    Kind::called("key", 2.0, Facet::Field(Field::ApiKeyId)).of_somebody(),
    Kind::new("organisation", Family::Commerce, 1.0, Source::Organisation).of_somebody(),
];

/// All kinds: [`INDICATORS`], and what is drawn besides.
pub const ALL: [Kind; INDICATORS.len() + BESIDES.len()] = {
    let mut all = [INDICATORS[0]; INDICATORS.len() + BESIDES.len()];
    let mut at = 0;
    while at < all.len() {
        let besides = at.wrapping_sub(INDICATORS.len());
        all[at] = if at < INDICATORS.len() { INDICATORS[at] } else { BESIDES[besides] };
        at += 1;
    }
    all
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_name_of_its_own_and_weighs_something() {
        for (at, kind) in ALL.iter().enumerate() {
            assert!(kind.weight > 0.0, "{}", kind.name);
            assert!(ALL[..at].iter().all(|other| other.name != kind.name), "{}", kind.name);
        }
        assert_eq!(ALL.last().map(|kind| kind.name), Some("organisation"));
    }
}
