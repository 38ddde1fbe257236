//! What two cases took over from each other in earlier merges: a later one starts from there, so
//! that what somebody took back since does not come back.
//!
//! A merge in one direction had seen all of the other's journal up to an entry; what stood there is
//! the base of the next three-way merge, as a merge commit makes the merged tip the next merge base.
//! Where each merged the other before either had seen the other's merge, the base is a merge of the
//! two states that were merged (the virtual base of criss-cross merges,
//! <https://git-scm.com/docs/merge-strategies>, `ort`).
//!
//! What a merge left out, because its case did not have the account, is not in the base: it was
//! never taken over, and nobody has taken it away.

use std::collections::{BTreeMap, BTreeSet};

use super::MergedBefore;
use super::book::{matched, renumbered};
use super::plan::{is_same_note, is_same_verdict, short};
use super::said::Said;
use crate::case::StepKind;
use crate::model::book::{Book, Entry};
use crate::model::{Annotation, Change, SavedView, TimeNote};
use crate::store::JournalEntry;

/// A merge that one case made of the other and that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Earlier {
    /// Where it is in the journal of who merged.
    at: usize,
    /// Entries of the other's journal that it had seen.
    seen: usize,
}

/// From what a merge starts.
pub struct Base {
    /// What stood then, under our ids.
    pub before: Said,
    /// What they say now, under our ids; new entries have ids that nothing of ours has.
    pub theirs: Said,
    /// The newest merge there was.
    pub merged: Option<MergedBefore>,
}

impl Base {
    /// Of two journals, the first `common` entries of which are the same, and what theirs says.
    /// `free` is an id that no entry of our case book ever had.
    ///
    /// # Errors
    /// The id of an entry that cannot be read.
    pub fn find(
        [ours, theirs]: [&[JournalEntry]; 2],
        common: usize,
        says: Said,
        free: u64,
    ) -> Result<Self, u64> {
        let first = Said::by(&ours[..common])?;
        let (here, there) = (merges(ours, theirs), merges(theirs, ours));
        // Moments at which both knew the same: their state and ours.
        let mut moments: Vec<(usize, usize)> = here.iter().map(|it| (it.seen, it.at + 1)).collect();
        moments.extend(there.iter().map(|it| (it.at + 1, it.seen)));
        moments.sort_unstable();
        let mut ids: BTreeMap<u64, u64> = first.book.iter().map(|of| (of.id, of.id)).collect();
        for (their, our) in moments {
            matched(&Said::by(&theirs[..their])?.book, &Said::by(&ours[..our])?.book, &mut ids);
        }
        let translated = |mut said: Said| {
            said.book = translated(said.book, &ids, free);
            said
        };
        let newest = |all: &[Earlier]| all.iter().copied().max_by_key(|merge| merge.seen);
        let (newest_here, newest_there) = (newest(&here), newest(&there));
        let of_here = |merge: Earlier| -> Result<Said, u64> {
            let state = translated(Said::by(&theirs[..merge.seen])?);
            Ok(without_left_out(state, &mentioned(&ours[..=merge.at])?))
        };
        let of_there = |merge: Earlier| -> Result<Said, u64> {
            let state = Said::by(&ours[..merge.seen])?;
            Ok(without_left_out(state, &mentioned(&theirs[..=merge.at])?))
        };
        let before = match (newest_here, newest_there) {
            (None, None) => first.clone(),
            (Some(here), None) => of_here(here)?,
            (None, Some(there)) => of_there(there)?,
            (Some(here), Some(there)) if here.seen > there.at => of_here(here)?,
            (Some(here), Some(there)) if there.seen > here.at => of_there(there)?,
            (Some(here), Some(there)) => merged_base(&first, &of_there(there)?, &of_here(here)?),
        };
        let merged = here.last().map(|it| MergedBefore::Here(ours[it.at].id));
        let merged = merged.or(there.last().map(|it| MergedBefore::There(theirs[it.at].id)));
        Ok(Self { before, theirs: translated(says), merged })
    }
}

/// A state without what is said of accounts that the journal of whoever took it over never
/// mentions: they were not in that case.
fn without_left_out(mut state: Said, mentioned: &BTreeSet<String>) -> Said {
    state.annotations.retain(|account, _| mentioned.contains(account));
    state
}

/// The accounts that entries of a journal say something of.
fn mentioned(journal: &[JournalEntry]) -> Result<BTreeSet<String>, u64> {
    let mut accounts = BTreeSet::new();
    for entry in journal.iter().filter(|entry| StepKind::parse(&entry.action).is_some()) {
        let changes = Change::read_all(&entry.detail).map_err(|_| entry.id)?;
        accounts.extend(changes.iter().filter_map(Change::account).map(str::to_owned));
    }
    Ok(accounts)
}

/// The merges of `other` in the journal `one`, oldest first, without those taken back: their titles
/// name the hash of the last entry that they had seen.
fn merges(one: &[JournalEntry], other: &[JournalEntry]) -> Vec<Earlier> {
    let (mut done, mut undone) = (Vec::new(), Vec::new());
    for (at, entry) in one.iter().enumerate() {
        match StepKind::parse(&entry.action) {
            Some(StepKind::Edit) => {
                undone.clear();
                done.push(at);
            }
            Some(StepKind::Undo) => undone.extend(done.pop()),
            Some(StepKind::Redo) => done.extend(undone.pop()),
            None => {}
        }
    }
    let seen = |at: usize| {
        let title = one[at].target.strip_prefix("merge ")?;
        let hash = title.rsplit_once("(journal ")?.1.trim_end_matches(')');
        let last = other.iter().position(|entry| short(&entry.hash) == hash)?;
        Some(Earlier { at, seen: last + 1 })
    };
    done.into_iter().filter_map(seen).collect()
}

/// Their case book under our ids.
fn translated(book: Book, ids: &BTreeMap<u64, u64>, free: u64) -> Book {
    let new = book.iter().filter(|entry| !ids.contains_key(&entry.id));
    let all = new.map(|entry| (entry.id, free.saturating_add(entry.id)));
    let ids: BTreeMap<u64, u64> = all.chain(ids.iter().map(|(a, b)| (*a, *b))).collect();
    let ours = |id: u64| ids[&id];
    let mut book: Book = book
        .into_iter()
        .map(|entry| {
            let entry = renumbered(entry, &ids);
            Entry { id: ours(entry.id), ..entry }
        })
        .collect();
    book.sort_by_key(|entry| entry.id);
    book
}

/// A three-way merge of two states; where both changed the same, what was before.
fn merged_base(before: &Said, a: &Said, b: &Said) -> Said {
    let nothing = Annotation::default();
    let accounts: BTreeSet<&String> = a.annotations.keys().chain(b.annotations.keys()).collect();
    let annotation = |account: &&String| {
        let [before, a, b] =
            [before, a, b].map(|said| said.annotations.get(*account).unwrap_or(&nothing));
        Annotation {
            verdict: one_of(&before.verdict, &a.verdict, &b.verdict, is_same_verdict).clone(),
            tags: list(&before.tags, &a.tags, &b.tags, |a, b| a == b),
            notes: list(&before.notes, &a.notes, &b.notes, is_same_note),
        }
    };
    let of_time = |a: &TimeNote, b: &TimeNote| a.span == b.span && is_same_note(&a.note, &b.note);
    let of_view = |a: &SavedView, b: &SavedView| a.name == b.name && a.state == b.state;
    let of = |id: u64, said: &Said| said.book.iter().find(|entry| entry.id == id).cloned();
    let is_same = |a: &Option<Entry>, b: &Option<Entry>| {
        a.as_ref().map(|entry| &entry.item) == b.as_ref().map(|entry| &entry.item)
    };
    let ids: BTreeSet<u64> = a.book.iter().chain(&b.book).map(|entry| entry.id).collect();
    let entry = |id: u64| one_of(&of(id, before), &of(id, a), &of(id, b), is_same).clone();
    Said {
        annotations: accounts.iter().map(|of| ((*of).clone(), annotation(of))).collect(),
        time_notes: list(&before.time_notes, &a.time_notes, &b.time_notes, of_time),
        views: list(&before.views, &a.views, &b.views, of_view),
        book: ids.into_iter().filter_map(entry).collect(),
    }
}

/// What the one who changed it says; where both did, and not alike, what was before.
fn one_of<'a, T>(before: &'a T, a: &'a T, b: &'a T, same: impl Fn(&T, &T) -> bool) -> &'a T {
    match (same(a, b), same(before, a), same(before, b)) {
        (true, ..) => a,
        (_, true, _) => b,
        (_, _, true) => a,
        _ => before,
    }
}

/// What is in both lists, and what one of them has added since.
fn list<T: Clone>(before: &[T], a: &[T], b: &[T], same: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let has = |list: &[T], one: &T| list.iter().any(|other| same(one, other));
    let of_a = a.iter().filter(|one| has(b, one) || !has(before, one));
    let of_b = b.iter().filter(|one| !has(a, one) && !has(before, one));
    of_a.chain(of_b).cloned().collect()
}
