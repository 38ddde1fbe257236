//! What two analysts changed differently: the one who merges decides.

use serde::Serialize;

use crate::model::book::{Entry, Item};
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

    /// Our side, and theirs.
    pub fn sides(&self) -> [Standing; 2] {
        match self {
            Self::Verdict { ours, theirs, .. } => {
                [ours, theirs].map(|side| standing(side.as_ref(), of_verdict))
            }
            Self::Entry { ours, theirs } => {
                [ours, theirs].map(|side| standing(side.as_ref(), of_entry))
            }
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

fn standing<T>(side: Option<&T>, of: impl Fn(&T) -> (String, String, Time)) -> Standing {
    match side.map(of) {
        Some((words, actor, at)) => Standing { words, by: Some((actor, at)) },
        None => Standing { words: "taken away".to_owned(), by: None },
    }
}

fn of_verdict(record: &VerdictRecord) -> (String, String, Time) {
    let VerdictRecord { verdict, confidence, reason, at, actor } = record;
    let gap = if reason.is_empty() { "" } else { ": " };
    let words = format!("{}, {} confidence{gap}{reason}", verdict.as_str(), confidence.as_str());
    (words, actor.clone(), *at)
}

fn of_entry(entry: &Entry) -> (String, String, Time) {
    let words = match &entry.item {
        Item::Hypothesis(of) => {
            let (n, against) = (of.supports.len(), of.against.len());
            format!(
                "{}: {}, {n} for, {against} against {}",
                of.status.as_str(),
                of.claim,
                of.remark
            )
        }
        Item::Evidence(of) => format!("{} {}", of.title, of.remark),
        Item::Task(of) => {
            format!("{}: {}", if of.is_done { "done" } else { "to do" }, of.text)
        }
        Item::Term(of) => format!("{}: {}", of.name(), of.paraphrase),
        Item::Words(of) => of.text.clone(),
    };
    (words.trim().to_owned(), entry.actor.clone(), entry.at)
}
