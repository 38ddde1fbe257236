//! The words that say how far something carries.

macro_rules! words {
    ($type:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $type {
            /// The word in files.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }
    };
}

/// How far evidence carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Not far enough to say anything.
    #[default]
    None,
    /// Worth a look.
    Indicative,
    /// More likely than not.
    Probable,
    /// Hard to explain otherwise.
    Strong,
}

words!(Level {
    None = "none",
    Indicative = "indicative",
    Probable = "probable",
    Strong = "strong",
});

/// How firmly an account belongs to a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Membership {
    /// It stays whatever is left out.
    Core,
    /// It hangs on few ties.
    Fringe,
    /// It may be there by chance.
    Doubtful,
}

words!(Membership { Core = "core", Fringe = "fringe", Doubtful = "doubtful" });

/// The analyst's decision on an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// Behaviour that deserves action.
    Suspicious,
    /// Keep looking.
    Watch,
    /// An innocent explanation holds.
    Cleared,
}

words!(Verdict { Suspicious = "suspicious", Watch = "watch", Cleared = "cleared" });

/// How sure the analyst is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// A guess worth recording.
    Low,
    /// More likely than not.
    #[default]
    Medium,
    /// Would defend it.
    High,
}

words!(Confidence { Low = "low", Medium = "medium", High = "high" });
