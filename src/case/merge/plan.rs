//! What merging would change.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::agreement::Agreement;
use super::conflict::Conflict;
use super::differ::{Changed, lists, who};
use super::said::Said;
use crate::case::Edit;
use crate::model::{Annotation, Change, Note, SavedView, TimeNote, VerdictRecord};

/// The first ids that nothing of our case ever had.
#[derive(Clone, Copy, Debug)]
pub struct Ids {
    pub note: u64,
    pub time_note: u64,
    pub view: u64,
    pub book: u64,
}

/// What merging another case would change, and what has to be decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The other case.
    pub path: PathBuf,
    /// Hash of the last entry of its journal.
    pub journal_hash: String,
    /// Where the two were merged before, if they were.
    pub merged_before: Option<MergedBefore>,
    /// Sources that both have, that we have, that they have.
    pub sources: (usize, usize, usize),
    /// Journal entries that both have, and those of ours and theirs since.
    pub entries: (usize, usize, usize),
    /// What nobody has to decide, in the order in which it is made.
    pub changes: Vec<Change>,
    /// What somebody has to.
    pub conflicts: Vec<Conflict>,
    /// Accounts that they speak of and that our case does not have; what is said of them is left
    /// out.
    pub unknown: BTreeSet<String>,
    /// How far the verdicts agree.
    pub agreement: Agreement,
}

/// How much is taken over, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Taken {
    /// Verdicts.
    pub verdicts: u64,
    /// Tags put on or taken off.
    pub tags: u64,
    /// Notes on accounts and on time, written or removed.
    pub notes: u64,
    /// Views kept, or no longer.
    pub views: u64,
    /// Entries of the case book.
    pub entries: u64,
}

/// An earlier merge of the same two cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MergedBefore {
    /// In this entry of our journal.
    Here(u64),
    /// In this entry of theirs.
    There(u64),
}

/// A hash as titles of edits name it.
pub(super) fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

impl Plan {
    /// From where a second merge of the same two cases starts.
    pub fn merged_before_words(&self) -> Option<String> {
        let (whose, entry) = match self.merged_before? {
            MergedBefore::Here(entry) => ("this", entry),
            MergedBefore::There(entry) => ("the other", entry),
        };
        Some(format!(
            "these two were merged before, in entry {entry} of {whose} case: taken over is what the \
             other has changed since, and what was decided then stays decided"
        ))
    }

    /// How much is taken over without a decision.
    pub fn taken(&self) -> Taken {
        let mut taken = Taken::default();
        for change in &self.changes {
            *match change {
                Change::Verdict { .. } => &mut taken.verdicts,
                Change::Tag { .. } => &mut taken.tags,
                Change::Note { .. } | Change::TimeNote { .. } => &mut taken.notes,
                Change::View { .. } => &mut taken.views,
                Change::Book { .. } => &mut taken.entries,
            } += 1;
        }
        taken
    }

    /// The edit, undone in one go: all that nobody has to decide, and of the conflicts those, by
    /// position, in which theirs is taken.
    pub fn edit(&self, theirs: &BTreeSet<usize>) -> Edit {
        let decided = theirs.iter().filter_map(|at| self.conflicts.get(*at));
        let changes = self.changes.iter().cloned().chain(decided.map(Conflict::change));
        let changes: Vec<Change> = changes.collect();
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let hash = short(&self.journal_hash);
        let many = if changes.len() == 1 { "change" } else { "changes" };
        let title = format!("merge {} {many} from {name} (journal {hash})", changes.len());
        Edit { title, changes }
    }

    /// Who said what is taken over or in conflict, sorted. Who merges signs the edit; what is taken
    /// keeps the name of who said it.
    pub fn authors(&self) -> BTreeSet<String> {
        let conflicts: Vec<Change> = self.conflicts.iter().map(Conflict::change).collect();
        self.changes.iter().chain(&conflicts).filter_map(author).cloned().collect()
    }

    pub(super) fn fill(
        &mut self,
        before: &Said,
        ours: &Said,
        theirs: &Said,
        (is_known, ids): (&dyn Fn(&str) -> bool, Ids),
    ) {
        self.agreement = Agreement::of(&ours.annotations, &theirs.annotations);
        let mut next = ids.note;
        let of = [before, ours, theirs].map(|said| &said.annotations);
        let accounts: BTreeSet<&String> = of.iter().flat_map(|all| all.keys()).collect();
        let nothing = Annotation::default();
        for account in accounts {
            let [before, ours, theirs] = of.map(|all| all.get(account).unwrap_or(&nothing));
            if !is_known(account) {
                if *theirs != nothing {
                    self.unknown.insert(account.clone());
                }
                continue;
            }
            if before == theirs {
                continue;
            }
            self.verdict(account, before, ours, theirs);
            self.tags(account, before, ours, theirs);
            self.notes(account, [before, ours, theirs].map(|said| &said.notes[..]), &mut next);
        }
        self.time_notes([before, ours, theirs].map(|said| &said.time_notes[..]), ids.time_note);
        self.views([before, ours, theirs].map(|said| &said.views[..]), ids.view);
        self.book([before, ours, theirs].map(|said| &said.book[..]), ids.book);
    }

    fn verdict(
        &mut self,
        account: &str,
        before: &Annotation,
        ours: &Annotation,
        theirs: &Annotation,
    ) {
        let [before, ours, theirs] = [before, ours, theirs].map(|said| &said.verdict);
        let (account, ours, theirs) = match who(before, ours, theirs, is_same_verdict) {
            Changed::Ours => return,
            who => (account.to_owned(), ours.clone(), (who, theirs.clone())),
        };
        match theirs {
            (Changed::Both, theirs) => {
                self.conflicts.push(Conflict::Verdict { account, ours, theirs });
            }
            (_, after) => self.changes.push(Change::Verdict { account, before: ours, after }),
        }
    }

    fn tags(&mut self, account: &str, before: &Annotation, ours: &Annotation, theirs: &Annotation) {
        let (added, removed) = lists(&before.tags, &ours.tags, &theirs.tags, |a, b| a == b);
        let change = |tag: &str, present| {
            let (account, tag) = (account.to_owned(), tag.to_owned());
            Change::Tag { account, tag, present }
        };
        self.changes.extend(removed.into_iter().map(|tag| change(tag, false)));
        self.changes.extend(added.into_iter().map(|tag| change(tag, true)));
    }

    fn notes(&mut self, account: &str, [before, ours, theirs]: [&[Note]; 3], next: &mut u64) {
        let (added, removed) = lists(before, ours, theirs, is_same_note);
        for note in removed {
            let (account, note) = (account.to_owned(), note.clone());
            self.changes.push(Change::Note { account, note, present: false });
        }
        for note in added {
            let note = Note { id: *next, ..note.clone() };
            self.changes.push(Change::Note { account: account.to_owned(), note, present: true });
            *next += 1;
        }
    }

    fn time_notes(&mut self, [before, ours, theirs]: [&[TimeNote]; 3], next: u64) {
        let is_same =
            |a: &TimeNote, b: &TimeNote| a.span == b.span && is_same_note(&a.note, &b.note);
        let (added, removed) = lists(before, ours, theirs, is_same);
        let removed = removed.into_iter().cloned();
        self.changes.extend(removed.map(|note| Change::TimeNote { note, present: false }));
        for (id, added) in (next..).zip(added) {
            let note = Note { id, ..added.note.clone() };
            let note = TimeNote { note, ..added.clone() };
            self.changes.push(Change::TimeNote { note, present: true });
        }
    }

    fn views(&mut self, [before, ours, theirs]: [&[SavedView]; 3], next: u64) {
        let is_same = |a: &SavedView, b: &SavedView| {
            a.name == b.name && a.state == b.state && is_same_note(&a.note, &b.note)
        };
        let (added, removed) = lists(before, ours, theirs, is_same);
        let mut names: BTreeSet<&str> = ours.iter().map(|view| &*view.name).collect();
        names.retain(|name| removed.iter().all(|view| view.name != *name));
        let removed = removed.into_iter().cloned();
        self.changes.extend(removed.map(|view| Change::View { view, present: false }));
        for (id, added) in (next..).zip(added) {
            let note = Note { id, ..added.note.clone() };
            // Two of a name would be taken for one: theirs says whose it is.
            let name = match names.contains(&*added.name) {
                true => format!("{} ({})", added.name, added.note.actor),
                false => added.name.clone(),
            };
            let view = SavedView { name, note, ..added.clone() };
            self.changes.push(Change::View { view, present: true });
        }
    }
}

/// Verdicts that differ only in who gave them when are the same decision.
pub(super) fn is_same_verdict(a: &Option<VerdictRecord>, b: &Option<VerdictRecord>) -> bool {
    crate::case::edit::same_verdict(a.as_ref(), b.as_ref())
}

/// Notes are the same where somebody wrote the same at the same moment; ids differ between cases.
pub(super) fn is_same_note(a: &Note, b: &Note) -> bool {
    (&a.text, a.at, &a.actor) == (&b.text, b.at, &b.actor)
}

/// Who said what a change brings; `None` where it takes something away, or only a tag changes.
fn author(change: &Change) -> Option<&String> {
    match change {
        Change::Verdict { after, .. } => after.as_ref().map(|verdict| &verdict.actor),
        Change::Note { note, present: true, .. } => Some(&note.actor),
        Change::TimeNote { note, present: true } => Some(&note.note.actor),
        Change::View { view, present: true } => Some(&view.note.actor),
        Change::Book { after, .. } => after.as_ref().map(|entry| &entry.actor),
        _ => None,
    }
}
