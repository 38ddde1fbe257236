//! Rows that describe the same call: the same record exported again, or what another system wrote
//! of it. One of the two is counted.

use serde::Serialize;

/// Why two rows are taken for one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinKind {
    /// The same record of the same system again, from an overlapping export.
    Repeat,
    /// What another system, or another log of the same one, says of a request with the same id.
    Join,
    /// The record of another system that fits, and no other does as well: offered to the analyst.
    Probable,
}

/// What the two rows agree in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinBasis {
    /// The request id.
    RequestId,
    /// Every field, where there is no request id.
    Content,
    /// Account, model, time and tokens, as far as both state them.
    Account,
    /// Key, model, time and tokens, as far as both state them.
    Key,
}

/// Whether a pair has effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinState {
    /// The secondary row is not counted.
    Accepted,
    /// Both rows are counted until somebody says otherwise.
    Offered,
    /// Both rows are counted: somebody said that they are two calls.
    Rejected,
}

/// Two rows that describe one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct JoinPair {
    /// Event id of the row that is not counted while the pair is accepted.
    pub secondary: u64,
    /// Event id of the row that is counted in its place.
    pub primary: u64,
    /// Why.
    pub kind: JoinKind,
    /// What they agree in.
    pub basis: JoinBasis,
    /// Whether it has effect.
    pub state: JoinState,
}

impl JoinKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Repeat, Self::Join, Self::Probable];

    /// The name stored in the case file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Repeat => "repeat",
            Self::Join => "join",
            Self::Probable => "probable",
        }
    }

    /// The inverse of [`JoinKind::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The state of a pair about which nobody has said anything.
    pub fn first_state(self) -> JoinState {
        match self {
            Self::Repeat | Self::Join => JoinState::Accepted,
            Self::Probable => JoinState::Offered,
        }
    }
}

impl JoinBasis {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::RequestId, Self::Content, Self::Account, Self::Key];

    /// The name stored in the case file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RequestId => "request_id",
            Self::Content => "content",
            Self::Account => "account",
            Self::Key => "key",
        }
    }

    /// The inverse of [`JoinBasis::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.as_str() == name)
    }

    /// What the two rows agree in, in words.
    pub fn reason(self) -> &'static str {
        match self {
            Self::RequestId => "same request id",
            Self::Content => "all fields equal",
            Self::Account => {
                "account and time fit, and so do model and tokens where both say them; no other record fits as well"
            }
            Self::Key => {
                "key and time fit, and so do model and tokens where both say them; no other record fits as well"
            }
        }
    }
}

impl JoinState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Accepted, Self::Offered, Self::Rejected];

    /// The name stored in the case file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Offered => "offered",
            Self::Rejected => "rejected",
        }
    }

    /// The inverse of [`JoinState::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// How many pairs a case has of each kind and state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JoinCounts([[u64; 3]; 3]);

impl JoinCounts {
    /// Adds pairs.
    pub fn add(&mut self, kind: JoinKind, state: JoinState, pairs: u64) {
        let count = &mut self.0[kind as usize][state as usize];
        *count = count.saturating_add(pairs);
    }

    /// Pairs of a kind and a state.
    pub fn of(&self, kind: JoinKind, state: JoinState) -> u64 {
        self.0[kind as usize][state as usize]
    }

    /// Whether there are none at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
