//! The words that say which kind of evidence something is and how far it carries.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($type:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $type {
            /// All of them, in the order they are shown.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word in files and on screen.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }

            /// The inverse of `as_str`.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }
    };
}

/// Kinds of evidence that can be wrong for different reasons: two of them carry further than two
/// statistics of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// What was asked.
    Content,
    /// When.
    Timing,
    /// From where and with what.
    Infrastructure,
    /// Who pays, how they registered, what their plan allows.
    Commerce,
    /// What releases, bans and policies did to it.
    LifeCycle,
}

words!(Family {
    Content = "content",
    Timing = "timing",
    Infrastructure = "infrastructure",
    Commerce = "commerce",
    LifeCycle = "life cycle",
});

/// The two questions, which are never merged into one score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hypothesis {
    /// H1: the accounts act as one.
    Coordinated,
    /// H2: answers are collected to train another model.
    Harvesting,
}

words!(Hypothesis { Coordinated = "coordinated", Harvesting = "harvesting" });

/// How far the evidence carries. Never more than this: what it means is the analyst's to say.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Nothing that deserves a look.
    #[default]
    None,
    /// One family of evidence.
    Indicative,
    /// Two families or more, one of them neither volume nor clock, and no innocent explanation
    /// that stands.
    Probable,
    /// Exact evidence, and two families or more.
    Strong,
}

words!(Level {
    None = "none",
    Indicative = "indicative",
    Probable = "probable",
    Strong = "strong",
});

impl Level {
    /// What comes first, the highest: the level, then how sure, then how large. Clusters are numbered
    /// and findings listed by it.
    pub fn rank(self, scores: [f64; 2], accounts: u64) -> f64 {
        let sure = scores[0].max(scores[1]);
        f64::from(self as u8) * 10.0 + sure + (accounts as f64).min(1e6) / 1e9
    }
}

/// How firmly an account belongs to its cluster: in what share of many clusterings, with other
/// seeds and resolutions, it stays with the same accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Membership {
    /// In at least 90 %.
    Core,
    /// In at least half.
    Fringe,
    /// In fewer.
    Doubtful,
}

words!(Membership { Core = "core", Fringe = "fringe", Doubtful = "doubtful" });

impl Membership {
    /// From a share of clusterings.
    pub fn of(stability: f64) -> Self {
        match stability {
            s if s >= 0.9 => Self::Core,
            s if s >= 0.5 => Self::Fringe,
            _ => Self::Doubtful,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        assert!(Family::ALL.iter().all(|f| Family::parse(f.as_str()) == Some(*f)));
        assert!(Level::ALL.iter().all(|l| Level::parse(l.as_str()) == Some(*l)));
        assert!(Level::ALL.is_sorted(), "a level carries further than the ones before");
        let [large, small] = [(0.999_999_998, 160), (0.999_999_999, 36)]
            .map(|(sure, accounts)| Level::Strong.rank([sure, 0.5], accounts));
        assert!(large > small, "what cannot be told apart by scores is ranked by size");
        assert!(Level::Probable.rank([0.5, 0.0], 2) > Level::Indicative.rank([1.0, 1.0], 24_000));
        assert_eq!(Membership::of(0.9), Membership::Core);
        assert_eq!(Membership::of(0.49), Membership::Doubtful);
    }
}
