//! What was said of some accounts, when and by whom: read from the journal, which forgets nothing.

use std::collections::BTreeSet;

use crate::model::{Change, Confidence, Time, Verdict, VerdictRecord};
use crate::store::JournalEntry;

/// Something that was said of accounts, or taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// The entry of the journal.
    pub entry: u64,
    /// When.
    pub at: Time,
    /// Who.
    pub actor: String,
    /// How it came: `edit`, `undo`, `redo`.
    pub action: String,
    /// What.
    pub said: Said,
    /// Of how many of the accounts asked for.
    pub accounts: u64,
}

/// What was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Another verdict stands.
    Verdict {
        /// The one that stood.
        before: Option<Verdict>,
        /// The one that stands now.
        after: Option<(Verdict, Confidence)>,
        /// The analyst's words; may be empty.
        reason: String,
    },
    /// A tag was put on or taken off.
    Tag {
        /// The tag.
        tag: String,
        /// Whether it was put on.
        present: bool,
    },
    /// A note was written or removed.
    Note {
        /// The analyst's words.
        text: String,
        /// Whether it was written.
        present: bool,
    },
}

impl Said {
    /// `None` for changes that are not of an account.
    fn of(change: Change) -> Option<Self> {
        let kind = |record: &VerdictRecord| record.verdict;
        match change {
            Change::Verdict { before, after, .. } => {
                let sure = after.as_ref().map(|record| (record.verdict, record.confidence));
                let reason = after.map(|record| record.reason).unwrap_or_default();
                Some(Self::Verdict { before: before.as_ref().map(kind), after: sure, reason })
            }
            Change::Tag { tag, present, .. } => Some(Self::Tag { tag, present }),
            Change::Note { note, present, .. } => Some(Self::Note { text: note.text, present }),
            Change::TimeNote { .. } | Change::View { .. } | Change::Book { .. } => None,
        }
    }

    /// What was done, without the analyst's words: `suspicious → cleared, high confidence`.
    pub fn sentence(&self) -> String {
        match self {
            Self::Verdict { before, after: None, .. } => {
                let before = before.map_or("the verdict", Verdict::as_str);
                format!("Takes {before} away")
            }
            Self::Verdict { before, after: Some((verdict, confidence)), .. } => {
                let before = before.map_or("no verdict", Verdict::as_str);
                format!("{before} → {}, {} confidence", verdict.as_str(), confidence.as_str())
            }
            Self::Tag { present: true, .. } => "Puts a tag on".to_owned(),
            Self::Tag { present: false, .. } => "Takes a tag off".to_owned(),
            Self::Note { present: true, .. } => "Writes a note".to_owned(),
            Self::Note { present: false, .. } => "Removes a note".to_owned(),
        }
    }

    /// The analyst's words; may be empty.
    pub fn words(&self) -> &str {
        match self {
            Self::Verdict { reason, .. } => reason,
            Self::Tag { tag, .. } => tag,
            Self::Note { text, .. } => text,
        }
    }

    /// The same, to be hidden in place.
    pub fn words_mut(&mut self) -> &mut String {
        match self {
            Self::Verdict { reason, .. } => reason,
            Self::Tag { tag, .. } => tag,
            Self::Note { text, .. } => text,
        }
    }
}

/// What was said of some accounts, oldest first. An entry that says the same of several of them is one
/// deed; what cannot be read holds none, and the check of the journal says so.
pub fn history(journal: &[JournalEntry], accounts: &BTreeSet<&str>) -> Vec<Deed> {
    let mut deeds: Vec<Deed> = Vec::new();
    for entry in journal.iter().filter(|e| matches!(&*e.action, "edit" | "undo" | "redo")) {
        let Ok(changes) = Change::read_all(&entry.detail) else { continue };
        let first = deeds.len();
        for change in changes {
            if !change.account().is_some_and(|account| accounts.contains(account)) {
                continue;
            }
            let Some(said) = Said::of(change) else { continue };
            match deeds[first..].iter_mut().find(|deed| deed.said == said) {
                Some(deed) => deed.accounts += 1,
                None => deeds.push(Deed {
                    entry: entry.id,
                    at: entry.at,
                    actor: entry.actor.clone(),
                    action: entry.action.clone(),
                    said,
                    accounts: 1,
                }),
            }
        }
    }
    deeds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(account: &str, before: Option<Verdict>, after: Option<Verdict>) -> Change {
        let record = |verdict| VerdictRecord {
            verdict,
            confidence: Confidence::High,
            reason: "takes turns".into(),
            at: Time(1),
            actor: "ann".into(),
        };
        let (before, after) = (before.map(record), after.map(record));
        Change::Verdict { account: account.into(), before, after }
    }

    fn entry(id: u64, action: &str, changes: &[Change]) -> JournalEntry {
        JournalEntry {
            id,
            at: Time(id as i64),
            actor: "ann".into(),
            action: action.into(),
            target: String::new(),
            detail: Change::write_all(changes),
            hash: String::new(),
        }
    }

    #[test]
    fn what_was_said_of_several_accounts_at_once_is_one_deed_and_others_are_not_listed() {
        let given = |id| verdict(id, None, Some(Verdict::Watch));
        let journal = [
            entry(1, "import", &[]),
            entry(2, "edit", &[given("a"), given("b"), given("x")]),
            entry(3, "undo", &[verdict("x", Some(Verdict::Watch), None)]),
            entry(4, "undo", &[verdict("b", Some(Verdict::Watch), None)]),
        ];
        let deeds = history(&journal, &BTreeSet::from(["a", "b"]));
        let told: Vec<(u64, u64, String)> =
            deeds.iter().map(|d| (d.entry, d.accounts, d.said.sentence())).collect();
        let wanted = [
            (2, 2, "no verdict → watch, high confidence".to_owned()),
            (4, 1, "Takes watch away".to_owned()),
        ];
        assert_eq!(told, wanted);
        assert_eq!(deeds[0].said.words(), "takes turns");
    }
}
