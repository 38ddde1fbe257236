//! The kinds of evidence that a line may be made of.

use crate::model::finding::{Family, Layer};
use crate::network::kind::{self, Source};

/// A kind of evidence: of a value that accounts have in common, or of what a detector found between
/// them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evidence(u8);

/// Kinds of values.
const VALUES: u8 = kind::ALL.len() as u8;

impl Evidence {
    /// A kind of value, by its position in [`kind::ALL`].
    pub fn value(kind: usize) -> Self {
        Self(kind.min(kind::ALL.len() - 1) as u8)
    }

    /// What a detector found.
    pub fn layer(layer: Layer) -> Self {
        Self(VALUES + layer as u8)
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..VALUES + Layer::ALL.len() as u8).map(Self)
    }

    /// Where its values stand; `None` for what a detector found.
    pub fn source(self) -> Option<Source> {
        kind::ALL.get(usize::from(self.0)).map(|kind| kind.source)
    }

    fn layer_of(self) -> Option<Layer> {
        Layer::ALL.get(usize::from(self.0.checked_sub(VALUES)?)).copied()
    }

    /// Whether two who have it have more in common than a place or a fashion: it belongs to somebody,
    /// is what they ask, or was found between them.
    pub fn is_exact(self) -> bool {
        let of = kind::ALL.get(usize::from(self.0));
        of.is_none_or(|kind| kind.is_own || kind.family == Family::Content)
    }

    /// One of it: `card`, `synchrony`.
    pub fn name(self) -> &'static str {
        match self.layer_of() {
            Some(layer) => layer.as_str(),
            None => kind::ALL[usize::from(self.0)].name,
        }
    }

    /// Several of it: `cards`.
    pub fn plural(self) -> &'static str {
        match self.name() {
            "card" => "cards",
            "device" => "devices",
            "address" => "addresses",
            "phone prefix" => "phone prefixes",
            "network" => "networks",
            "mail domain" => "mail domains",
            "mail pattern" => "mail patterns",
            "client build" => "client builds",
            "template" => "templates",
            "key" => "keys",
            "organisation" => "organisations",
            "replay" => "replays",
            "indicator" => "indicators",
            "alternation" => "alternations",
            "succession" => "successions",
            _ => "stretches of synchrony",
        }
    }

    /// So many of it: `1 card`, `4 cards`.
    pub fn counted(self, n: usize) -> String {
        format!("{n} {}", if n == 1 { self.name() } else { self.plural() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_one_word_for_one_and_another_for_several() {
        let all: Vec<Evidence> = Evidence::all().collect();
        assert_eq!(all.len(), kind::ALL.len() + Layer::ALL.len());
        for (i, evidence) in all.iter().enumerate() {
            assert_ne!(evidence.name(), evidence.plural());
            let same = |other: &&Evidence| other.plural() == evidence.plural();
            let is_double = all[..i].iter().any(|other| same(&other));
            // A template is both: a value, and what a detector found of it.
            assert!(!is_double || evidence.name() == "template", "{}", evidence.plural());
        }
        assert_eq!(Evidence::layer(Layer::Synchrony).name(), "synchrony");
        assert_eq!(Evidence::value(0).counted(4), "4 cards");
        assert_eq!(Evidence::value(0).counted(1), "1 card");
    }
}
