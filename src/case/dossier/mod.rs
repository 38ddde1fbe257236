//! What is told of one account or cluster on a page of its own: the same on screen and in the PDF.

mod history;
mod portrait;

pub use history::{Deed, Deeds, Said, deeds_by_account, history, together};
pub use portrait::{FIELDS, Portrait, Used};

/// The parts of the page, in their order. First what the records say, then what follows from them,
/// then what a person has decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Its records over time.
    Traffic,
    /// Who it is: counts, fields of its records, what the accounts table says.
    Identity,
    /// Of a cluster, its accounts.
    Accounts,
    /// The templates its prompts follow.
    Templates,
    /// Whom it is tied to, and by what.
    Peers,
    /// What each detector says, against what chance gives.
    Detectors,
    /// Innocent explanations, and what became of each.
    Innocent,
    /// Verdict, tags and notes that stand.
    Said,
    /// What was said before, from the journal.
    History,
}

impl Part {
    /// All of them, in order.
    pub const ALL: [Self; 9] = [
        Self::Traffic,
        Self::Identity,
        Self::Accounts,
        Self::Templates,
        Self::Peers,
        Self::Detectors,
        Self::Innocent,
        Self::Said,
        Self::History,
    ];

    /// The name in files.
    pub fn key(self) -> &'static str {
        match self {
            Self::Traffic => "traffic",
            Self::Identity => "identity",
            Self::Accounts => "accounts",
            Self::Templates => "templates",
            Self::Peers => "peers",
            Self::Detectors => "detectors",
            Self::Innocent => "innocent",
            Self::Said => "said",
            Self::History => "history",
        }
    }

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Traffic => "Traffic over time",
            Self::Identity => "Identity",
            Self::Accounts => "Accounts",
            Self::Templates => "Templates",
            Self::Peers => "Peers and ties",
            Self::Detectors => "What the detectors say",
            Self::Innocent => "What would make it innocent",
            Self::Said => "Verdict, tags and notes",
            Self::History => "History",
        }
    }
}
