//! A claim, what speaks for it and against it, and how it stands.

use serde::{Deserialize, Serialize};

/// A claim of the analyst.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hypothesis {
    /// One sentence that could turn out to be wrong.
    pub claim: String,
    /// How it stands.
    pub status: Status,
    /// Ids of evidence that speaks for it.
    pub supports: Vec<u64>,
    /// Ids of evidence that speaks against it.
    pub against: Vec<u64>,
    /// What else there is to say.
    pub remark: String,
}

/// How a hypothesis stands. Nothing is ever confirmed.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nobody has decided.
    #[default]
    Open,
    /// The evidence carries it.
    Supported,
    /// The evidence does not decide.
    Undecided,
    /// The evidence speaks against it.
    Rejected,
}

impl Status {
    /// All.
    pub const ALL: [Self; 4] = [Self::Open, Self::Supported, Self::Undecided, Self::Rejected];

    /// The name in files and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Supported => "supported",
            Self::Undecided => "undecided",
            Self::Rejected => "rejected",
        }
    }

    /// The inverse of [`Status::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}
