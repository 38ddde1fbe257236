//! What two cases took over from each other in earlier merges: a later one starts from there, so
//! that what somebody took back since does not come back.
//!
//! A merge in one direction had seen all of the other's journal up to an entry; what stood there is
//! the base of the next three-way merge, as a merge commit makes the merged tip the next merge base.
//! Where each merged the other before either had seen the other's merge, the base is what both
//! agreed on then, and the state before for the rest (after the virtual base of criss-cross merges,
//! <https://git-scm.com/docs/merge-strategies>, `ort`).

use std::collections::{BTreeMap, BTreeSet};

use super::MergedBefore;
use super::book::{matched, renumbered};
use super::plan::{is_same_note, is_same_verdict, short};
use super::said::Said;
use crate::case::StepKind;
use crate::model::book::Book;
use crate::model::{Annotation, SavedView, TimeNote};
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
        let before = match (here.last(), there.last()) {
            (None, None) => first,
            (Some(here), there) if there.is_none_or(|there| here.seen > there.at) => {
                translated(Said::by(&theirs[..here.seen])?)
            }
            (here, Some(there)) if here.is_none_or(|here| there.seen > here.at) => {
                Said::by(&ours[..there.seen])?
            }
            (here, there) => {
                let (here, there) = (here.map_or(common, after), there.map_or(common, after));
                let theirs = translated(Said::by(&theirs[..there])?);
                agreed(&first, &Said::by(&ours[..here])?, &theirs)
            }
        };
        let merged = here.last().map(|it| MergedBefore::Here(ours[it.at].id));
        let merged = merged.or(there.last().map(|it| MergedBefore::There(theirs[it.at].id)));
        Ok(Self { before, theirs: translated(says), merged })
    }
}

fn after(merge: &Earlier) -> usize {
    merge.at + 1
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
    let all = new.map(|entry| (entry.id, free + entry.id));
    let ids: BTreeMap<u64, u64> = all.chain(ids.iter().map(|(a, b)| (*a, *b))).collect();
    let ours = |id: u64| ids[&id];
    let mut book: Book = book
        .into_iter()
        .map(|entry| {
            let entry = renumbered(entry, &ids);
            crate::model::book::Entry { id: ours(entry.id), ..entry }
        })
        .collect();
    book.sort_by_key(|entry| entry.id);
    book
}

/// What two say alike, and what stood before where they do not.
fn agreed(before: &Said, a: &Said, b: &Said) -> Said {
    let nothing = Annotation::default();
    let accounts: BTreeSet<&String> = a.annotations.keys().chain(b.annotations.keys()).collect();
    let annotation = |account: &&String| {
        let [before, a, b] =
            [before, a, b].map(|said| said.annotations.get(*account).unwrap_or(&nothing));
        let is_one = is_same_verdict(&a.verdict, &b.verdict);
        Annotation {
            verdict: if is_one { a.verdict.clone() } else { before.verdict.clone() },
            tags: kept(&before.tags, &a.tags, &b.tags, |a, b| a == b),
            notes: kept(&before.notes, &a.notes, &b.notes, is_same_note),
        }
    };
    let of_time = |a: &TimeNote, b: &TimeNote| a.span == b.span && is_same_note(&a.note, &b.note);
    let of_view = |a: &SavedView, b: &SavedView| a.name == b.name && a.state == b.state;
    let entry = |id: u64, of: &Said| of.book.iter().find(|entry| entry.id == id).cloned();
    let ids: BTreeSet<u64> = a.book.iter().chain(&b.book).map(|entry| entry.id).collect();
    let entry = |id: u64| match (entry(id, a), entry(id, b)) {
        (Some(a), Some(b)) if a.item == b.item => Some(a),
        _ => entry(id, before),
    };
    Said {
        annotations: accounts.iter().map(|of| ((*of).clone(), annotation(of))).collect(),
        time_notes: kept(&before.time_notes, &a.time_notes, &b.time_notes, of_time),
        views: kept(&before.views, &a.views, &b.views, of_view),
        book: ids.into_iter().filter_map(entry).collect(),
    }
}

/// What two lists have, and what one of them has and was there before.
fn kept<T: Clone>(before: &[T], a: &[T], b: &[T], same: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let has = |list: &[T], one: &T| list.iter().any(|other| same(one, other));
    let of_a = a.iter().filter(|one| has(b, one) || has(before, one));
    let of_b = b.iter().filter(|one| !has(a, one) && has(before, one));
    of_a.chain(of_b).cloned().collect()
}
