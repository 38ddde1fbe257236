//! One change of what an analyst says of a case, and how a journal entry writes many of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::book::{self, Book, Entry};
use super::{Annotation, Note, SavedView, Time, TimeNote, VerdictRecord};

/// What has been said of every account that something has been said of.
pub type Annotations = BTreeMap<String, Annotation>;

/// One elementary change. Holds what was before, so that it can be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "there are few at a time")]
pub enum Change {
    /// The standing verdict on an account is replaced.
    Verdict {
        /// On which account.
        account: String,
        /// The verdict that stood.
        before: Option<VerdictRecord>,
        /// The verdict that stands now.
        after: Option<VerdictRecord>,
    },
    /// A tag is put on an account or taken off it.
    Tag {
        /// On which account.
        account: String,
        /// The tag.
        tag: String,
        /// Whether the account carries it afterwards.
        present: bool,
    },
    /// A note is written or removed.
    Note {
        /// On which account.
        account: String,
        /// The note; its id is never given to another one.
        note: Note,
        /// Whether the account carries it afterwards.
        present: bool,
    },
    /// A note on a range of time is written or removed.
    TimeNote {
        /// The note; its id is never given to another one.
        note: TimeNote,
        /// Whether it stands afterwards.
        present: bool,
    },
    /// A view is kept under a name, or no longer.
    View {
        /// The view; its id is never given to another one.
        view: SavedView,
        /// Whether it is kept afterwards.
        present: bool,
    },
    /// An entry of the case book is written, changed or taken out.
    Book {
        /// The entry that stood.
        before: Option<Entry>,
        /// The entry that stands now, of the same id; an id is never given to another one.
        after: Option<Entry>,
    },
}

impl Change {
    /// The change that takes this one back.
    pub fn inverse(&self) -> Self {
        match self.clone() {
            Self::Verdict { account, before, after } => {
                Self::Verdict { account, before: after, after: before }
            }
            Self::Tag { account, tag, present } => Self::Tag { account, tag, present: !present },
            Self::Note { account, note, present } => {
                Self::Note { account, note, present: !present }
            }
            Self::TimeNote { note, present } => Self::TimeNote { note, present: !present },
            Self::View { view, present } => Self::View { view, present: !present },
            Self::Book { before, after } => Self::Book { before: after, after: before },
        }
    }

    /// The account it touches, where it touches one.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Verdict { account, .. }
            | Self::Tag { account, .. }
            | Self::Note { account, .. } => Some(account),
            Self::TimeNote { .. } | Self::View { .. } | Self::Book { .. } => None,
        }
    }

    /// Makes the change in memory, where it is one of what is said of time: notes by id.
    pub fn apply_to_time(&self, notes: &mut Vec<TimeNote>) {
        let Self::TimeNote { note, present } = self else { return };
        match (notes.binary_search_by_key(&note.note.id, |n| n.note.id), present) {
            (Err(at), true) => notes.insert(at, note.clone()),
            (Ok(at), false) => drop(notes.remove(at)),
            _ => {}
        }
    }

    /// Makes the change in memory, where it is one of the views that are kept: by id.
    pub fn apply_to_views(&self, views: &mut Vec<SavedView>) {
        let Self::View { view, present } = self else { return };
        match (views.binary_search_by_key(&view.note.id, |v| v.note.id), present) {
            (Err(at), true) => views.insert(at, view.clone()),
            (Ok(at), false) => drop(views.remove(at)),
            _ => {}
        }
    }

    /// Makes the change in memory, where it is one of the case book.
    pub fn apply_to_book(&self, book: &mut Book) {
        if let Self::Book { before, after } = self {
            book::put(book, before.as_ref(), after.as_ref());
        }
    }

    /// Makes the change in memory, where it is one of what is said of an account.
    pub fn apply(&self, annotations: &mut Annotations) {
        let Some(account) = self.account() else { return };
        let entry = annotations.entry(account.to_owned()).or_default();
        match self {
            Self::TimeNote { .. } | Self::View { .. } | Self::Book { .. } => {}
            Self::Verdict { after, .. } => entry.verdict.clone_from(after),
            Self::Tag { tag, present, .. } => match (entry.tags.binary_search(tag), present) {
                (Err(at), true) => entry.tags.insert(at, tag.clone()),
                (Ok(at), false) => drop(entry.tags.remove(at)),
                _ => {}
            },
            Self::Note { note, present, .. } => {
                match (entry.notes.binary_search_by_key(&note.id, |n| n.id), present) {
                    (Err(at), true) => entry.notes.insert(at, note.clone()),
                    (Ok(at), false) => drop(entry.notes.remove(at)),
                    _ => {}
                }
            }
        }
        if entry.is_empty() {
            annotations.remove(account);
        }
    }
}

impl Change {
    /// Writes changes as a journal entry keeps them, JSON. Neighbours that do the same to
    /// different accounts are written once, with the list of the accounts: what thousands of
    /// accounts have in common stands in the journal once.
    pub fn write_all(changes: &[Self]) -> String {
        let mut groups: Vec<Group> = Vec::new();
        for change in changes {
            let taken = groups.last_mut().is_some_and(|group| group.take(change));
            if !taken {
                groups.push(Group::of(change));
            }
        }
        serde_json::to_string(&groups).expect("strings and numbers always have a JSON form")
    }

    /// Reads what [`Change::write_all`] wrote; the very same changes in the very same order.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn read_all(text: &str) -> Result<Vec<Self>, serde_json::Error> {
        let groups: Vec<Group> = serde_json::from_str(text)?;
        Ok(groups.into_iter().flat_map(Group::into_changes).collect())
    }
}

/// Neighbouring changes that differ only in the account (and a note's id).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[allow(clippy::large_enum_variant, reason = "there are few at a time")]
enum Group {
    Verdict {
        before: Option<VerdictRecord>,
        after: Option<VerdictRecord>,
        accounts: Vec<String>,
    },
    Tag {
        tag: String,
        present: bool,
        accounts: Vec<String>,
    },
    Note {
        text: String,
        at: Time,
        actor: String,
        present: bool,
        /// The id of each account's note.
        notes: Vec<(u64, String)>,
    },
    TimeNote {
        note: TimeNote,
        present: bool,
    },
    View {
        view: SavedView,
        present: bool,
    },
    Book {
        before: Option<Entry>,
        after: Option<Entry>,
    },
}

impl Group {
    fn of(change: &Change) -> Self {
        match change.clone() {
            Change::Verdict { account, before, after } => {
                Self::Verdict { before, after, accounts: vec![account] }
            }
            Change::Tag { account, tag, present } => {
                Self::Tag { tag, present, accounts: vec![account] }
            }
            Change::Note { account, note: Note { id, text, at, actor }, present } => {
                Self::Note { text, at, actor, present, notes: vec![(id, account)] }
            }
            Change::TimeNote { note, present } => Self::TimeNote { note, present },
            Change::View { view, present } => Self::View { view, present },
            Change::Book { before, after } => Self::Book { before, after },
        }
    }

    /// Takes a change in, if it differs only in the account.
    fn take(&mut self, change: &Change) -> bool {
        match (self, change) {
            (
                Self::Verdict { before, after, accounts },
                Change::Verdict { account, before: b, after: a },
            ) if before == b && after == a => accounts.push(account.clone()),
            (Self::Tag { tag, present, accounts }, Change::Tag { account, tag: t, present: p })
                if tag == t && present == p =>
            {
                accounts.push(account.clone());
            }
            (
                Self::Note { text, at, actor, present, notes },
                Change::Note { account, note: n, present: p },
            ) if (&*text, *at, &*actor, *present) == (&n.text, n.at, &n.actor, *p) => {
                notes.push((n.id, account.clone()));
            }
            _ => return false,
        }
        true
    }

    fn into_changes(self) -> Vec<Change> {
        match self {
            Self::Verdict { before, after, accounts } => accounts
                .into_iter()
                .map(|account| Change::Verdict {
                    account,
                    before: before.clone(),
                    after: after.clone(),
                })
                .collect(),
            Self::Tag { tag, present, accounts } => accounts
                .into_iter()
                .map(|account| Change::Tag { account, tag: tag.clone(), present })
                .collect(),
            Self::Note { text, at, actor, present, notes } => notes
                .into_iter()
                .map(|(id, account)| {
                    let note = Note { id, text: text.clone(), at, actor: actor.clone() };
                    Change::Note { account, note, present }
                })
                .collect(),
            Self::TimeNote { note, present } => vec![Change::TimeNote { note, present }],
            Self::View { view, present } => vec![Change::View { view, present }],
            Self::Book { before, after } => vec![Change::Book { before, after }],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Confidence, TimeSpan, Verdict};
    use proptest::prelude::*;

    fn any_change() -> impl Strategy<Value = Change> {
        let verdict = |given: bool| {
            given.then(|| VerdictRecord {
                verdict: Verdict::Watch,
                confidence: Confidence::Low,
                reason: "odd".into(),
                at: Time(5),
                actor: "ann".into(),
            })
        };
        (0u8..6, "[a-c]", any::<bool>(), any::<bool>(), 1u64..5).prop_map(
            move |(kind, account, present, other, id)| match kind {
                0 => Change::Verdict { account, before: verdict(other), after: verdict(present) },
                1 => Change::Tag { account, tag: if other { "x" } else { "y" }.into(), present },
                2 => {
                    let note = Note { id, text: "t".into(), at: Time(1), actor: "ann".into() };
                    Change::Note { account, note, present }
                }
                4 => {
                    let entry = |is_done| {
                        let task = book::Task { text: account.clone(), is_done };
                        let item = book::Item::Task(task);
                        Entry { id, item, at: Time(1), actor: "ann".into() }
                    };
                    Change::Book {
                        before: other.then(|| entry(false)),
                        after: present.then(|| entry(true)),
                    }
                }
                3 => {
                    let note = Note { id, text: "t".into(), at: Time(1), actor: "ann".into() };
                    let state = r#"{"filter":"model:a"}"#.into();
                    let view = SavedView { name: account, note, state, rows: 7, accounts: id };
                    Change::View { view, present }
                }
                _ => {
                    let note = Note { id, text: "t".into(), at: Time(1), actor: "ann".into() };
                    let span = TimeSpan { start: Time(1), end: Time(if other { 2 } else { 3 }) };
                    Change::TimeNote { note: TimeNote { span, note }, present }
                }
            },
        )
    }

    proptest! {
        #[test]
        fn changes_come_back_from_the_journal_as_they_were(
            changes in proptest::collection::vec(any_change(), 0..20)
        ) {
            let read = Change::read_all(&Change::write_all(&changes)).expect("own text");
            prop_assert_eq!(read, changes);
        }
    }

    #[test]
    fn a_note_on_time_says_nothing_of_any_account_and_its_inverse_takes_it_away() {
        let note = Note { id: 1, text: "t".into(), at: Time(1), actor: "ann".into() };
        let span = TimeSpan { start: Time(1), end: Time(2) };
        let change = Change::TimeNote { note: TimeNote { span, note }, present: true };
        let (mut said, mut notes) = (Annotations::new(), Vec::new());
        for _ in 0..2 {
            change.apply(&mut said);
            change.apply_to_time(&mut notes);
        }
        assert!(said.is_empty());
        assert_eq!(notes.len(), 1);
        change.inverse().apply_to_time(&mut notes);
        assert!(notes.is_empty());
    }

    #[test]
    fn what_many_accounts_have_in_common_is_written_once() {
        let changes: Vec<Change> = (0..1000)
            .map(|i| {
                let note = Note {
                    id: i,
                    text: "a long reason ".repeat(20),
                    at: Time(1),
                    actor: "ann".into(),
                };
                Change::Note { account: format!("ac{i}"), note, present: true }
            })
            .collect();
        assert!(Change::write_all(&changes).len() < 20_000);
    }
}
