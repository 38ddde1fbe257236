//! Which pairs are listed together.

use crate::model::{JoinCounts, JoinKind, JoinPair, JoinState};

/// Pairs about which the same is to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Offered: both records are counted until somebody decides.
    Waiting,
    /// Records of two logs, of which one is counted.
    Joined,
    /// The same record again.
    Repeats,
    /// Two calls, as somebody said.
    Rejected,
}

impl Group {
    /// All of them, what is to be done first.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Joined, Self::Repeats, Self::Rejected];

    /// The one a pair is in.
    pub fn of(pair: &JoinPair) -> Self {
        Self::with(pair.kind, pair.state)
    }

    fn with(kind: JoinKind, state: JoinState) -> Self {
        match (state, kind) {
            (JoinState::Offered, _) => Self::Waiting,
            (JoinState::Rejected, _) => Self::Rejected,
            (JoinState::Accepted, JoinKind::Repeat) => Self::Repeats,
            (JoinState::Accepted, JoinKind::Join | JoinKind::Probable) => Self::Joined,
        }
    }

    /// How many pairs are in it.
    pub fn count(self, joins: &JoinCounts) -> u64 {
        let states = |kind| JoinState::ALL.into_iter().map(move |state| (kind, state));
        let all = JoinKind::ALL.into_iter().flat_map(states);
        let own = all.filter(|(kind, state)| Self::with(*kind, *state) == self);
        own.map(|(kind, state)| joins.of(kind, state)).sum()
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Joined => "Joined",
            Self::Repeats => "Repeats",
            Self::Rejected => "Two calls",
        }
    }

    /// What is counted of its pairs.
    pub fn says(self) -> &'static str {
        match self {
            Self::Waiting => "both records are counted until you decide",
            Self::Joined => "of each pair one record is counted, with what the other adds to it",
            Self::Repeats => "the same record was exported again: counted once",
            Self::Rejected => "somebody said that these are two calls: both are counted",
        }
    }
}
