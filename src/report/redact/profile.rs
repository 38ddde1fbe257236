//! What a package hides: a set of parts, named as people ask for it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::RedactError;

/// A part of what a package may hide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Who: ids of accounts, organisations, users, keys, sessions, devices, requests, cards,
    /// phones, mail domains, and columns of the accounts table that nobody knows.
    Accounts,
    /// What was asked and answered, and fingerprints of it.
    Prompts,
    /// Where from.
    Addresses,
    /// What people wrote: reasons, notes, tags, titles, samples of rejects, file paths.
    Words,
}

/// What a package hides. Each name is a set of parts; several names are the parts of all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Profile(u8);

/// The names, and the parts of each as bits in the order of [`Part`].
const NAMES: [(&str, u8); 5] = [
    ("none", 0),
    ("pseudonymise", 0b0001),
    ("mask-prompts", 0b0010),
    ("subnets", 0b0100),
    ("metadata-only", 0b1111),
];

/// The canonical name of every set without [`Part::Words`], by its bits.
const CANONICAL: [&str; 8] = [
    "none",
    "pseudonymise",
    "mask-prompts",
    "pseudonymise+mask-prompts",
    "subnets",
    "pseudonymise+subnets",
    "mask-prompts+subnets",
    "pseudonymise+mask-prompts+subnets",
];

impl Profile {
    /// Hides nothing.
    pub const NONE: Self = Self(0);
    /// Hides all that can be hidden.
    pub const METADATA_ONLY: Self = Self(0b1111);

    /// The names that [`Profile::parse`] knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }

    /// Reads names joined with `+` or `,`.
    ///
    /// # Errors
    /// [`RedactError::Profile`] when a name is none of [`Profile::names`], and when `none` is
    /// joined with another.
    pub fn parse(text: &str) -> Result<Self, RedactError> {
        let mut all = Self::NONE;
        let names: Vec<&str> = text.split(['+', ',']).map(str::trim).collect();
        for name in &names {
            let known = NAMES.iter().find(|(known, _)| known == name);
            let (_, parts) = known.ok_or_else(|| RedactError::Profile((*name).to_owned()))?;
            if *parts == 0 && names.len() > 1 {
                return Err(RedactError::Profile(text.trim().to_owned()));
            }
            all.0 |= parts;
        }
        Ok(all)
    }

    /// The canonical name: what [`Profile::parse`] reads as the same set.
    pub fn as_str(self) -> &'static str {
        if self.hides(Part::Words) { "metadata-only" } else { CANONICAL[usize::from(self.0 & 7)] }
    }

    /// Whether nothing is hidden.
    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Whether a part is hidden.
    pub fn hides(self, part: Part) -> bool {
        self.0 & (1 << part as u8) != 0
    }

    /// What is hidden, for people; one sentence.
    pub fn sentence(self) -> String {
        let parts = [
            (
                Part::Accounts,
                "account, organisation, user, key, session, device and request ids, cards, phone \
                 prefixes, mail domains and further columns of the accounts table are pseudonyms",
            ),
            (Part::Prompts, "prompts, responses and templates are masked, their lengths stated"),
            (Part::Addresses, "addresses are cut to networks (/24 in IPv4, /48 in IPv6)"),
            (
                Part::Words,
                "reasons, notes, tags, titles, samples of rejected records and file paths are \
                 masked, their lengths stated",
            ),
        ];
        let said: Vec<&str> =
            parts.iter().filter(|(part, _)| self.hides(*part)).map(|(_, words)| *words).collect();
        let text = if said.is_empty() { "nothing is hidden".to_owned() } else { said.join("; ") };
        format!("{}{}.", text[..1].to_uppercase(), &text[1..])
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Profile {
    type Err = RedactError;

    fn from_str(text: &str) -> Result<Self, RedactError> {
        Self::parse(text)
    }
}

impl Serialize for Profile {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Profile {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_of_parts_is_read_back_from_its_name() {
        let sets = (0..8).map(Profile).chain([Profile::METADATA_ONLY]);
        for profile in sets {
            assert_eq!(Profile::parse(profile.as_str()), Ok(profile), "{profile}");
        }
    }

    #[test]
    fn names_are_joined_in_any_order_and_with_either_sign() {
        let both = Profile::parse("subnets, pseudonymise").unwrap();
        assert_eq!(both.as_str(), "pseudonymise+subnets");
        assert!(both.hides(Part::Accounts) && both.hides(Part::Addresses));
        assert!(!both.hides(Part::Prompts) && !both.hides(Part::Words));
        assert_eq!(Profile::parse("metadata-only+subnets"), Ok(Profile::METADATA_ONLY));
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let said = Profile::parse("pseudonymise+everything").unwrap_err().to_string();
        assert!(said.contains("\"everything\""), "{said}");
        assert!(Profile::names().all(|name| said.contains(name)), "{said}");
        assert!(Profile::parse("").is_err());
        assert!(Profile::parse("none+subnets").is_err());
    }

    #[test]
    fn what_is_hidden_is_said_in_a_sentence() {
        assert_eq!(Profile::NONE.sentence(), "Nothing is hidden.");
        let said = Profile::parse("pseudonymise,subnets").unwrap().sentence();
        assert!(said.starts_with("Account, organisation, user, key, session"), "{said}");
        assert!(said.ends_with("(/24 in IPv4, /48 in IPv6)."), "{said}");
        assert!(!said.contains("masked"), "{said}");
    }
}
