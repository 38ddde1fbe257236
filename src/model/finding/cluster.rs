//! Accounts that belong together by evidence, and how firmly.

use serde::{Deserialize, Serialize};

use super::{Family, Level, Membership};

/// An account of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Position in the index.
    pub account: u32,
    /// In what share of many clusterings it stays with the others, 0…1.
    pub stability: f64,
    /// The same in a word.
    pub membership: Membership,
}

/// Accounts that belong together, and what is concluded from the findings about them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    /// Number in its run, from 1, the one that deserves a look most first.
    pub id: u32,
    /// Its accounts, by position, rising.
    pub members: Vec<Member>,
    /// How far the evidence carries.
    pub level: Level,
    /// H1, 0…1: ranks, and is no probability.
    pub coordination: f64,
    /// H2, 0…1.
    pub harvesting: f64,
    /// Score of each family, in the order of [`Family::ALL`]; `None` where nothing of it could be
    /// looked at.
    pub families: [Option<f64>; 5],
    /// What holds it together, in words.
    pub held_by: String,
}

impl Cluster {
    /// Score of a family.
    pub fn family(&self, family: Family) -> Option<f64> {
        self.families[family as usize]
    }
}
