//! Edits: what the analyst does to a case, as values that know their own inverse.

use serde::{Deserialize, Serialize};

use crate::model::book::{Entry, Item};
use crate::model::filter::{grouped, time_text};
use crate::model::{Confidence, Note, SavedView, Time, TimeNote, TimeSpan, Verdict, VerdictRecord};

pub use crate::model::{Annotations, Change};

/// What the analyst did in one go; undone in one go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// What it says in the undo menu and the journal: `flag 312 accounts as suspicious`.
    pub title: String,
    /// The elementary changes, in the order they are made.
    pub changes: Vec<Change>,
}

/// Who edits and when: every record carries both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The analyst's name.
    pub actor: String,
    /// The clock at the time of the edit.
    pub at: Time,
}

impl Edit {
    /// Gives every account the verdict, or takes its verdict away.
    pub fn verdict(
        annotations: &Annotations,
        accounts: &[String],
        verdict: Option<(Verdict, Confidence, &str)>,
        author: &Author,
    ) -> Self {
        let after = verdict.map(|(verdict, confidence, reason)| VerdictRecord {
            verdict,
            confidence,
            reason: reason.trim().to_owned(),
            at: author.at,
            actor: author.actor.clone(),
        });
        let changes = accounts.iter().filter_map(|account| {
            let before = annotations.get(account).and_then(|a| a.verdict.clone());
            (!same_verdict(before.as_ref(), after.as_ref())).then(|| Change::Verdict {
                account: account.clone(),
                before,
                after: after.clone(),
            })
        });
        let changes: Vec<Change> = changes.collect();
        let title = match verdict {
            Some((v, ..)) => format!("mark {} as {}", count(&changes), v.as_str()),
            None => format!("clear the verdict on {}", count(&changes)),
        };
        Self { title, changes }
    }

    /// Puts a tag on every account, or takes it off.
    pub fn tag(annotations: &Annotations, accounts: &[String], tag: &str, present: bool) -> Self {
        let tag = tag.trim();
        let carries = |account: &String| {
            annotations.get(account).is_some_and(|a| a.tags.iter().any(|t| t == tag))
        };
        let changes: Vec<Change> = accounts
            .iter()
            .filter(|account| !tag.is_empty() && carries(account) != present)
            .map(|account| Change::Tag { account: account.clone(), tag: tag.to_owned(), present })
            .collect();
        let (verb, link) = if present { ("tag", "as") } else { ("untag", "from") };
        let title = format!("{verb} {} {link} “{tag}”", count(&changes));
        Self { title, changes }
    }

    /// Writes a note on every account. `first_id` is the first id that no note of the case ever had.
    pub fn note(accounts: &[String], text: &str, first_id: u64, author: &Author) -> Self {
        let text = text.trim();
        let changes: Vec<Change> = accounts
            .iter()
            .filter(|_| !text.is_empty())
            .zip(first_id..)
            .map(|(account, id)| Change::Note {
                account: account.clone(),
                note: Note {
                    id,
                    text: text.to_owned(),
                    at: author.at,
                    actor: author.actor.clone(),
                },
                present: true,
            })
            .collect();
        let title = format!("note on {}", count(&changes));
        Self { title, changes }
    }

    /// Removes notes by id from accounts: of one that was written on several, all or some.
    pub fn remove_notes(annotations: &Annotations, accounts: &[String], ids: &[u64]) -> Self {
        let of = |account: &String| {
            let notes = annotations.get(account).map_or(&[][..], |said| &said.notes);
            let gone = notes.iter().filter(|note| ids.contains(&note.id));
            let change = |note: &Note| {
                let (account, note) = (account.clone(), note.clone());
                Change::Note { account, note, present: false }
            };
            gone.map(change).collect::<Vec<_>>()
        };
        let changes: Vec<Change> = accounts.iter().flat_map(of).collect();
        Self { title: format!("remove a note on {}", count(&changes)), changes }
    }

    /// Writes a note on a range of time. `id` is one that no such note of the case ever had.
    pub fn time_note(span: TimeSpan, text: &str, id: u64, author: &Author) -> Self {
        let text = text.trim();
        let (at, actor) = (author.at, author.actor.clone());
        let note = Note { id, text: text.to_owned(), at, actor };
        let change = Change::TimeNote { note: TimeNote { span, note }, present: true };
        let changes = if text.is_empty() { Vec::new() } else { vec![change] };
        Self { title: format!("note on {}", time_text(span)), changes }
    }

    /// Removes a note on a range of time.
    pub fn remove_time_note(notes: &[TimeNote], id: u64) -> Self {
        let note = notes.iter().find(|note| note.note.id == id);
        let title = note.map_or_else(String::new, |note| time_text(note.span));
        let changes = note.map(|note| Change::TimeNote { note: note.clone(), present: false });
        Self { title: format!("remove a note on {title}"), changes: changes.into_iter().collect() }
    }

    /// Keeps a view under a name, in the place of another that has the same name.
    pub fn save_view(views: &[SavedView], mut view: SavedView) -> Self {
        view.name = view.name.trim().to_owned();
        if view.name.is_empty() {
            return Self { title: String::new(), changes: Vec::new() };
        }
        let title = format!("save the view “{}”", view.name);
        let old = views.iter().filter(|old| old.name == view.name).cloned();
        let old = old.map(|view| Change::View { view, present: false });
        let changes = old.collect::<Vec<_>>().into_iter();
        Self { title, changes: changes.chain([Change::View { view, present: true }]).collect() }
    }

    /// Keeps a view no longer.
    pub fn remove_view(views: &[SavedView], id: u64) -> Self {
        let view = views.iter().find(|view| view.note.id == id);
        let title =
            view.map_or_else(String::new, |view| format!("remove the view “{}”", view.name));
        let changes = view.map(|view| Change::View { view: view.clone(), present: false });
        Self { title, changes: changes.into_iter().collect() }
    }

    /// Writes entries into the case book. `first_id` is the first id that no entry of the case
    /// ever had.
    pub fn add_to_book(items: Vec<Item>, first_id: u64, author: &Author) -> Self {
        let title = match &items[..] {
            [one] => format!("add {}", one.title()),
            many => format!("add {} entries to the case book", grouped(many.len() as f64)),
        };
        let entry = |(id, item)| Entry { id, item, at: author.at, actor: author.actor.clone() };
        let entries = (first_id..).zip(items).map(entry);
        let changes = entries.map(|entry| Change::Book { before: None, after: Some(entry) });
        Self { title, changes: changes.collect() }
    }

    /// Changes entries of the case book: each becomes what stands beside it.
    pub fn change_book(entries: Vec<(&Entry, Item)>, author: &Author) -> Self {
        let changed = entries.into_iter().filter(|(entry, item)| entry.item != *item);
        let mut titles = Vec::new();
        let changes: Vec<Change> = changed
            .map(|(before, item)| {
                titles.push(item.title());
                let (id, at, actor) = (before.id, author.at, author.actor.clone());
                let after = Some(Entry { id, item, at, actor });
                Change::Book { before: Some(before.clone()), after }
            })
            .collect();
        let title = match &titles[..] {
            [one] => format!("change {one}"),
            many => format!("change {} entries of the case book", grouped(many.len() as f64)),
        };
        Self { title, changes }
    }

    /// Takes an entry out of the case book, and out of every hypothesis that rests on it.
    pub fn remove_from_book(book: &[Entry], id: u64, author: &Author) -> Self {
        let Some(gone) = book.iter().find(|entry| entry.id == id) else {
            return Self { title: String::new(), changes: Vec::new() };
        };
        let mut changes = Vec::new();
        for entry in book {
            let Item::Hypothesis(hypothesis) = &entry.item else { continue };
            let mut without = hypothesis.clone();
            without.supports.retain(|rests_on| *rests_on != id);
            without.against.retain(|rests_on| *rests_on != id);
            if without != *hypothesis && entry.id != id {
                let item = Item::Hypothesis(without);
                changes.extend(Self::change_book(vec![(entry, item)], author).changes);
            }
        }
        changes.push(Change::Book { before: Some(gone.clone()), after: None });
        Self { title: format!("take out {}", gone.item.title()), changes }
    }

    /// The edit that takes this one back.
    pub fn inverse(&self) -> Self {
        Self {
            title: self.title.clone(),
            changes: self.changes.iter().rev().map(Change::inverse).collect(),
        }
    }

    /// Makes all changes in memory.
    pub fn apply(&self, annotations: &mut Annotations) {
        for change in &self.changes {
            change.apply(annotations);
        }
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

/// Verdicts that differ only in who gave them when are the same decision.
pub(super) fn same_verdict(a: Option<&VerdictRecord>, b: Option<&VerdictRecord>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => {
            (a.verdict, a.confidence, &a.reason) == (b.verdict, b.confidence, &b.reason)
        }
        _ => false,
    }
}

fn count(changes: &[Change]) -> String {
    match changes {
        [one] => one.account().unwrap_or("a range of time").to_owned(),
        many => format!("{} accounts", grouped(many.len() as f64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn author() -> Author {
        Author { actor: "analyst a".into(), at: Time(1_000_000) }
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|n| (*n).to_owned()).collect()
    }

    #[test]
    fn a_bulk_verdict_is_one_edit_and_its_inverse_restores_each_account() {
        let mut state = Annotations::new();
        let both = names(&["a", "b"]);
        Edit::verdict(
            &state,
            &both[..1],
            Some((Verdict::Watch, Confidence::Low, "odd")),
            &author(),
        )
        .apply(&mut state);
        let before = state.clone();
        let bulk = Edit::verdict(
            &state,
            &both,
            Some((Verdict::Suspicious, Confidence::High, "")),
            &author(),
        );
        assert_eq!(bulk.title, "mark 2 accounts as suspicious");
        bulk.apply(&mut state);
        assert_eq!(state.len(), 2);
        bulk.inverse().apply(&mut state);
        assert_eq!(state, before);
    }

    #[test]
    fn giving_the_same_verdict_again_is_no_edit() {
        let mut state = Annotations::new();
        let one = names(&["a"]);
        let verdict = Some((Verdict::Cleared, Confidence::High, "batch job"));
        Edit::verdict(&state, &one, verdict, &author()).apply(&mut state);
        assert!(Edit::verdict(&state, &one, verdict, &author()).is_empty());
    }

    #[test]
    fn blank_tags_and_notes_are_no_edits() {
        let state = Annotations::new();
        assert!(Edit::tag(&state, &names(&["a"]), "  ", true).is_empty());
        assert!(Edit::note(&names(&["a"]), " \n", 1, &author()).is_empty());
    }

    #[test]
    fn a_note_on_time_is_an_edit_and_a_blank_one_is_none() {
        let span = TimeSpan { start: Time(0), end: Time(crate::model::time::DAY_US) };
        let edit = Edit::time_note(span, " odd hours ", 1, &author());
        assert_eq!(edit.title, "note on 1970-01-01");
        let mut notes = Vec::new();
        edit.changes.iter().for_each(|change| change.apply_to_time(&mut notes));
        assert_eq!(notes[0].note.text, "odd hours");
        assert_eq!(Edit::remove_time_note(&notes, 1).changes, edit.inverse().changes);
        assert!(Edit::time_note(span, " \n", 2, &author()).is_empty());
        assert!(Edit::remove_time_note(&notes, 9).is_empty());
    }

    fn any_edit() -> impl Strategy<Value = (u8, Vec<String>, String, bool)> {
        let accounts = proptest::collection::vec("[a-d]", 1..4);
        (0u8..4, accounts, "[xy ]{0,2}", any::<bool>())
    }

    fn build(
        state: &Annotations,
        (kind, accounts, text, flag): &(u8, Vec<String>, String, bool),
        next: u64,
    ) -> Edit {
        let mut accounts = accounts.clone();
        accounts.sort();
        accounts.dedup();
        match kind {
            0 => {
                let v = flag.then_some((Verdict::Watch, Confidence::Low, text.as_str()));
                Edit::verdict(state, &accounts, v, &author())
            }
            1 => Edit::tag(state, &accounts, text, *flag),
            2 => Edit::note(&accounts, text, next, &author()),
            _ => {
                let id = state.get(&accounts[0]).and_then(|a| a.notes.first()).map_or(0, |n| n.id);
                Edit::remove_notes(state, &accounts[..1], &[id])
            }
        }
    }

    proptest! {
        #[test]
        fn any_run_of_edits_undone_in_reverse_leaves_nothing(
            specs in proptest::collection::vec(any_edit(), 0..12)
        ) {
            let mut state = Annotations::new();
            let mut done = Vec::new();
            for (i, spec) in specs.iter().enumerate() {
                let edit = build(&state, spec, 1 + 10 * i as u64);
                edit.apply(&mut state);
                done.push(edit);
            }
            for edit in done.iter().rev() {
                edit.inverse().apply(&mut state);
            }
            prop_assert!(state.is_empty());
        }
    }
}
