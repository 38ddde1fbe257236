//! Ties between accounts, each of one kind of evidence.

use serde::{Deserialize, Serialize};

use super::Family;

/// Kinds of ties, each with a cap of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// A reasoning block went from one to the other.
    Replay,
    /// The same template, which few use.
    Template,
    /// Rare indicators in common.
    Indicator,
    /// They take turns, or go on where the other was stopped.
    Alternation,
    /// Active in the same stretches of time, more than their habits explain.
    Synchrony,
    /// One took over what the other did when it was banned.
    Succession,
}

impl Layer {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Replay,
        Self::Template,
        Self::Indicator,
        Self::Alternation,
        Self::Synchrony,
        Self::Succession,
    ];

    /// The most a tie of this kind weighs, nats. Replay alone is as much as two others.
    pub fn cap(self) -> f64 {
        match self {
            Self::Replay => 12.0,
            Self::Template | Self::Indicator | Self::Succession => 6.0,
            Self::Alternation | Self::Synchrony => 4.0,
        }
    }

    /// Which kind of evidence is set aside where it chose a cluster. A finding about indicators says of
    /// itself which kind it is, infrastructure or commerce.
    pub fn family(self) -> Family {
        match self {
            Self::Replay | Self::Template => Family::Content,
            Self::Indicator => Family::Commerce,
            Self::Alternation | Self::Synchrony => Family::Timing,
            Self::Succession => Family::LifeCycle,
        }
    }

    /// The word in files and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Replay => "replay",
            Self::Template => "template",
            Self::Indicator => "indicator",
            Self::Alternation => "alternation",
            Self::Synchrony => "synchrony",
            Self::Succession => "succession",
        }
    }

    /// The inverse of [`Layer::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.as_str() == word)
    }
}

/// A tie between two accounts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// The account with the lower position.
    pub a: u32,
    /// The other one.
    pub b: u32,
    /// What it is made of.
    pub layer: Layer,
    /// How much likelier the tie is among accounts that act as one than among others, natural
    /// logarithm, up to [`Layer::cap`].
    pub weight: f64,
    /// What ties them, in words.
    pub proof: String,
}

impl Link {
    /// A tie; the accounts in any order.
    pub fn new(a: u32, b: u32, layer: Layer, weight: f64, proof: String) -> Self {
        Self { a: a.min(b), b: a.max(b), layer, weight: weight.min(layer.cap()), proof }
    }
}

/// A tie that any two of many accounts have in common, such as a template: never written out as
/// pairs, which would be 200 million for a network of 20,000.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Circle {
    /// Who has it, rising; two at least.
    pub accounts: Vec<u32>,
    /// What it is made of.
    pub layer: Layer,
    /// What it says of any two of them, nats, up to [`Layer::cap`].
    pub weight: f64,
    /// What ties them, in words.
    pub proof: String,
}

impl Circle {
    /// A tie among accounts in any order, each taken once.
    pub fn new(mut accounts: Vec<u32>, layer: Layer, weight: f64, proof: String) -> Self {
        accounts.sort_unstable();
        accounts.dedup();
        Self { accounts, layer, weight: weight.min(layer.cap()), proof }
    }
}
