//! Moments drawn on every time axis: releases, bans, policy changes, incidents.

use serde::{Deserialize, Serialize};

use super::Time;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkerKind {
    /// A model became available.
    Release,
    /// Accounts were closed.
    Ban,
    /// Terms or limits changed.
    Policy,
    /// Anything else worth a line.
    Incident,
}

impl MarkerKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Release, Self::Ban, Self::Policy, Self::Incident];

    /// The name in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Ban => "ban",
            Self::Policy => "policy",
            Self::Incident => "incident",
        }
    }

    /// The inverse of [`MarkerKind::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == name)
    }
}

/// One moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// When.
    pub at: Time,
    /// What kind.
    pub kind: MarkerKind,
    /// What it says on the axis.
    pub label: String,
}
