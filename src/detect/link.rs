//! Ties between two accounts, each of one kind of evidence.

use crate::model::finding::Family;

/// Kinds of ties, each with a cap of its own: no kind but replay makes a cluster alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// A reasoning block went from one to the other.
    Replay,
    /// Rare indicators in common.
    Indicator,
}

impl Layer {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Replay, Self::Indicator];

    /// The most a tie of this kind weighs, nats. Replay alone is as much as two others.
    pub fn cap(self) -> f64 {
        match self {
            Self::Replay => 12.0,
            Self::Indicator => 6.0,
        }
    }

    /// Which kind of evidence it is.
    pub fn family(self) -> Family {
        match self {
            Self::Replay => Family::Content,
            Self::Indicator => Family::Commerce,
        }
    }
}

/// A tie.
#[derive(Clone, Debug, PartialEq)]
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
