//! The case book of two analysts.

use std::collections::{BTreeMap, BTreeSet};

use super::conflict::Conflict;
use super::differ::{Changed, who};
use super::plan::Plan;
use crate::case::{Author, Edit};
use crate::model::book::{Entry, Item};
use crate::model::{Change, Time};

impl Plan {
    /// Entries that were there before are known by their id; of new ones, ids mean nothing.
    pub(super) fn book(&mut self, [before, ours, theirs]: [&[Entry]; 3], mut next: u64) {
        let of = |all: &[Entry], id: u64| all.iter().find(|entry| entry.id == id).cloned();
        let is_new = |entry: &&Entry| of(before, entry.id).is_none();
        // Which id of ours an entry of theirs has; none where we took it out.
        let both = before.iter().filter(|entry| of(ours, entry.id).is_some());
        let mut ids: BTreeMap<u64, u64> = both.map(|entry| (entry.id, entry.id)).collect();
        // A claim that lost what somebody took out was not changed by that: it is told by what stays.
        let stays = |id: u64| {
            of(before, id).is_none() || (of(ours, id).is_some() && of(theirs, id).is_some())
        };
        let mut added = Vec::new();
        let (claims, others): (Vec<&Entry>, Vec<&Entry>) =
            theirs.iter().filter(is_new).partition(|e| matches!(e.item, Item::Hypothesis(_)));
        // What claims rest on gets its ids before they do.
        for new in others.into_iter().chain(claims) {
            let mut new = renumbered(new.clone(), &ids);
            let same = |ours: &Entry| resting_on(ours, &stays).item == new.item;
            let is_it = |ours: &&Entry| same(ours) || are_of_one_part(ours, &new);
            let is_free = |ours: &&Entry| ids.values().all(|id| *id != ours.id);
            let known = ours.iter().filter(is_new).filter(is_free).find(is_it);
            ids.insert(new.id, known.map_or(next, |ours| ours.id));
            match known {
                Some(ours) if same(ours) => {}
                // There is one text for a part.
                Some(ours) => {
                    new.id = ours.id;
                    let (ours, theirs) = (Some(ours.clone()), Some(new));
                    self.conflicts.push(Conflict::Entry { ours, theirs });
                }
                None => {
                    new.id = next;
                    added.push(new);
                    next += 1;
                }
            }
        }
        let (mut changed, mut gone) = (Vec::new(), Vec::new());
        for was in before {
            let (ours, theirs) = (of(ours, was.id), of(theirs, was.id));
            let theirs = theirs.map(|entry| renumbered(entry, &ids));
            let same = |a: &Option<Entry>, b: &Option<Entry>| {
                let item = |of: &Option<Entry>| of.as_ref().map(|e| resting_on(e, &stays).item);
                item(a) == item(b)
            };
            match who(&Some(was.clone()), &ours, &theirs, same) {
                Changed::Ours => {}
                Changed::Both => self.conflicts.push(Conflict::Entry { ours, theirs }),
                Changed::Theirs => match theirs {
                    Some(theirs) => {
                        changed.push(Change::Book { before: ours, after: Some(theirs) });
                    }
                    None => gone.push(was.id),
                },
            }
        }
        self.changes.extend(removals(ours, &gone));
        self.changes.extend(changed);
        let added = added.into_iter();
        self.changes.extend(added.map(|entry| Change::Book { before: None, after: Some(entry) }));
    }
}

/// Adds to `ids` which entry of ours each of theirs is that is not known yet, at a moment when both
/// had the same: what claims rest on before the claims, and one text for a part.
pub(super) fn matched(theirs: &[Entry], ours: &[Entry], ids: &mut BTreeMap<u64, u64>) {
    let is_claim = |entry: &&Entry| matches!(entry.item, Item::Hypothesis(_));
    let (claims, others): (Vec<&Entry>, Vec<&Entry>) = theirs.iter().partition(is_claim);
    for their in others.into_iter().chain(claims) {
        if ids.contains_key(&their.id) {
            continue;
        }
        let known: BTreeSet<u64> = ids.values().copied().collect();
        let new = renumbered(their.clone(), ids);
        let is_it = |our: &&Entry| {
            let same = resting_on(our, &|id| known.contains(&id)).item == new.item;
            !known.contains(&our.id) && (same || are_of_one_part(our, &new))
        };
        if let Some(our) = ours.iter().find(is_it) {
            ids.insert(their.id, our.id);
        }
    }
}

/// An entry of theirs; what it rests on under our ids.
pub(super) fn renumbered(mut entry: Entry, ids: &BTreeMap<u64, u64>) -> Entry {
    if let Item::Hypothesis(of) = &mut entry.item {
        let known = |all: &[u64]| all.iter().filter_map(|id| ids.get(id).copied()).collect();
        (of.supports, of.against) = (known(&of.supports), known(&of.against));
    }
    entry
}

/// An entry with only that of what it rests on which stays.
fn resting_on(entry: &Entry, stays: &dyn Fn(u64) -> bool) -> Entry {
    let mut entry = entry.clone();
    if let Item::Hypothesis(of) = &mut entry.item {
        of.supports.retain(|id| stays(*id));
        of.against.retain(|id| stays(*id));
    }
    entry
}

/// Takes entries out, and out of our hypotheses that rest on them.
fn removals(ours: &[Entry], gone: &[u64]) -> Vec<Change> {
    let mut book = ours.to_vec();
    let mut changes = Vec::new();
    for id in gone {
        // Who takes it out signs nothing: an entry that goes has no author, and a hypothesis that
        // loses what it rests on keeps its own.
        let author = |entry: &Entry| Author { actor: entry.actor.clone(), at: entry.at };
        let own = book.iter().find(|entry| entry.id == *id).map(author);
        let author = own.unwrap_or(Author { actor: String::new(), at: Time(0) });
        for change in Edit::remove_from_book(&book, *id, &author).changes {
            change.apply_to_book(&mut book);
            changes.push(change);
        }
    }
    changes
}

fn are_of_one_part(a: &Entry, b: &Entry) -> bool {
    match (&a.item, &b.item) {
        (Item::Words(a), Item::Words(b)) => a.part == b.part,
        _ => false,
    }
}
