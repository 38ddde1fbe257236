//! Whether two sides are compared account by account, or as two groups.

use serde::Serialize;

/// How two sides share accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Design {
    /// No account is on both sides: two groups.
    Separate,
    /// Most accounts of each side are on both: each is compared with itself.
    Paired,
    /// Some are on both, and most of a side are not.
    Overlapping,
}

impl Design {
    /// Of `n_a` and `n_b` accounts, of which `both` are on both sides. Paired where they are half
    /// of each side at least.
    pub const fn of(n_a: u64, n_b: u64, both: u64) -> Self {
        let larger = if n_a > n_b { n_a } else { n_b };
        if both == 0 {
            Self::Separate
        } else if both >= larger - larger / 2 {
            Self::Paired
        } else {
            Self::Overlapping
        }
    }

    /// What follows from it, in words.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Separate => "No account is on both sides: they are compared as two groups.",
            Self::Paired => {
                "Most accounts are on both sides: each is compared with itself, and those on one \
                 side only are left out."
            }
            Self::Overlapping => {
                "Some accounts are on both sides: they count for the smaller side alone, and the \
                 sides are compared as two groups."
            }
        }
    }
}
