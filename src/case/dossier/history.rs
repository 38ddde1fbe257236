//! What was said of some accounts, when and by whom: read from the journal, which forgets nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::StepKind;
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

impl Deed {
    /// What was done, and whether it was an undo: `Undone: puts a tag on`.
    pub fn sentence(&self) -> String {
        let sentence = self.said.sentence();
        let lower = |text: &str| {
            let mut letters = text.chars();
            let first = letters.next().map(|c| c.to_lowercase().collect::<String>());
            first.map_or_else(String::new, |first| first + letters.as_str())
        };
        match self.action.as_str() {
            "undo" => format!("Undone: {}", lower(&sentence)),
            "redo" => format!("Redone: {}", lower(&sentence)),
            _ => sentence,
        }
    }
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

    /// What was done, without the analyst's words: `No verdict → cleared, high confidence`.
    pub fn sentence(&self) -> String {
        match self {
            Self::Verdict { before, after: None, .. } => {
                let before = before.map_or("the verdict", Verdict::as_str);
                format!("Takes {before} away")
            }
            Self::Verdict { before, after: Some((verdict, confidence)), .. } => {
                let before = before.map_or("No verdict", |verdict| verdict.as_str());
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

/// What was said of each account.
pub type Deeds = BTreeMap<String, Vec<Deed>>;

/// What was said of some accounts, oldest first. An entry that says the same of several of them is one
/// deed; what cannot be read holds none, and the check of the journal says so.
pub fn history(journal: &[JournalEntry], accounts: &BTreeSet<&str>) -> Vec<Deed> {
    let mut deeds = Vec::new();
    each(journal, &mut |account, deed| {
        if accounts.contains(account) {
            deeds.push(deed());
        }
    });
    merged(deeds)
}

/// What was said of every account.
pub fn deeds_by_account(journal: &[JournalEntry]) -> Deeds {
    let mut deeds = Deeds::new();
    each(journal, &mut |account, deed| {
        deeds.entry(account.to_owned()).or_default().push(deed());
    });
    deeds
}

/// The deeds of several accounts in one history, as [`history`] tells it.
pub fn together<'a>(deeds: &Deeds, accounts: impl Iterator<Item = &'a str>) -> Vec<Deed> {
    let of = accounts.filter_map(|account| deeds.get(account)).flatten();
    let mut all: Vec<Deed> = of.cloned().collect();
    all.sort_by_key(|deed| deed.entry);
    merged(all)
}

/// Visits everything that was said of accounts, in the order of the journal.
fn each(journal: &[JournalEntry], visit: &mut dyn FnMut(&str, &dyn Fn() -> Deed)) {
    for entry in journal.iter().filter(|e| StepKind::parse(&e.action).is_some()) {
        let Ok(changes) = Change::read_all(&entry.detail) else { continue };
        for change in changes {
            let Some(account) = change.account().map(str::to_owned) else { continue };
            let Some(said) = Said::of(change) else { continue };
            visit(&account, &|| Deed {
                entry: entry.id,
                at: entry.at,
                actor: entry.actor.clone(),
                action: entry.action.clone(),
                said: said.clone(),
                accounts: 1,
            });
        }
    }
}

/// Makes one deed of those of an entry that say the same.
fn merged(deeds: Vec<Deed>) -> Vec<Deed> {
    let mut all: Vec<Deed> = Vec::new();
    for deed in deeds {
        let of_entry =
            all.iter().rposition(|known| known.entry != deed.entry).map_or(0, |at| at + 1);
        match all[of_entry..].iter_mut().find(|known| known.said == deed.said) {
            Some(known) => known.accounts += deed.accounts,
            None => all.push(deed),
        }
    }
    all
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
            (2, 2, "No verdict → watch, high confidence".to_owned()),
            (4, 1, "Takes watch away".to_owned()),
        ];
        assert_eq!(told, wanted);
        assert_eq!(deeds[0].said.words(), "takes turns");
        let all = deeds_by_account(&journal);
        assert_eq!(together(&all, ["a", "b"].into_iter()), deeds);
    }
}
