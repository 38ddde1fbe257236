//! What two analysts changed differently: the one who merges decides.

use serde::Serialize;

use crate::case::audit::{differing, in_one};
use crate::model::book::Entry;
use crate::model::{Change, Time, VerdictRecord};

/// A thing that both changed, and not to the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "there are few at a time")]
pub enum Conflict {
    /// The verdict on an account.
    Verdict {
        /// On which account.
        account: String,
        /// Ours; `None` where we took it away.
        ours: Option<VerdictRecord>,
        /// Theirs; `None` where they took it away.
        theirs: Option<VerdictRecord>,
    },
    /// An entry of the case book, under our id.
    Entry {
        /// Ours; `None` where we took it out.
        ours: Option<Entry>,
        /// Theirs; `None` where they took it out.
        theirs: Option<Entry>,
    },
}

/// One side of a conflict, for reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What it says.
    pub words: String,
    /// Who said it and when; `None` where it was taken away.
    pub by: Option<(String, Time)>,
}

impl Conflict {
    /// What it is about: an account, or an entry.
    pub fn subject(&self) -> String {
        match self {
            Self::Verdict { account, .. } => account.clone(),
            Self::Entry { ours, theirs } => {
                ours.as_ref().or(theirs.as_ref()).map_or_else(String::new, |e| e.item.title())
            }
        }
    }

    /// Our side, and theirs; of an entry that both have, what differs.
    pub fn sides(&self) -> [Standing; 2] {
        match self {
            Self::Verdict { ours, theirs, .. } => [ours, theirs].map(|side| {
                let of = |of: &VerdictRecord| Standing::of(of.words(), &of.actor, of.at);
                side.as_ref().map_or_else(Standing::gone, of)
            }),
            Self::Entry { ours: Some(ours), theirs: Some(theirs) } => {
                let fields = differing(&ours.item, &theirs.item);
                let our = fields.iter().map(|(name, ours, _)| (name, ours));
                let their = fields.iter().map(|(name, _, theirs)| (name, theirs));
                [
                    Standing::of(named(our), &ours.actor, ours.at),
                    Standing::of(named(their), &theirs.actor, theirs.at),
                ]
            }
            Self::Entry { ours, theirs } => [ours, theirs].map(|side| {
                let of = |of: &Entry| Standing::of(in_one(&of.item), &of.actor, of.at);
                side.as_ref().map_or_else(Standing::gone, of)
            }),
        }
    }

    /// What taking theirs changes.
    pub fn change(&self) -> Change {
        match self.clone() {
            Self::Verdict { account, ours, theirs } => {
                Change::Verdict { account, before: ours, after: theirs }
            }
            Self::Entry { ours, theirs } => Change::Book { before: ours, after: theirs },
        }
    }
}

impl Standing {
    fn of(words: String, actor: &str, at: Time) -> Self {
        Self { words, by: Some((actor.to_owned(), at)) }
    }

    fn gone() -> Self {
        Self { words: "taken away".to_owned(), by: None }
    }
}

/// `status open · remark nothing`.
fn named<'a>(fields: impl Iterator<Item = (&'a String, &'a String)>) -> String {
    let shown = |text: &'a str| if text.is_empty() { "nothing" } else { text };
    let all: Vec<String> = fields.map(|(name, value)| format!("{name} {}", shown(value))).collect();
    all.join(" · ")
}
