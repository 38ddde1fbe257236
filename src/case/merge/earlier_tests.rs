//! A second merge, and a third, between two who go on apart.

use proptest::prelude::*;

use super::earlier::Base;
use super::plan::Ids;
use super::tests::{any_said, content, made};
use super::*;
use crate::case::{Edit, StepKind};
use crate::model::book::{Entry, Item, Task};
use crate::model::{Annotation, Change, Time};

/// One analyst's case.
#[derive(Clone, Debug, Default)]
struct Analyst {
    said: Said,
    journal: Vec<JournalEntry>,
}

impl Analyst {
    fn ids(&self) -> Ids {
        // Nothing that was ever there has one as high.
        let next = 1_000 * (self.journal.len() as u64 + 1);
        Ids { note: next, time_note: next, view: next, book: next }
    }

    fn step(&mut self, kind: StepKind, title: &str, changes: &[Change]) {
        let before = self.journal.last().map_or(String::new(), |entry| entry.hash.clone());
        let mut entry = JournalEntry {
            id: self.journal.len() as u64 + 1,
            at: Time(0),
            actor: "x".into(),
            action: kind.as_str().into(),
            target: title.into(),
            detail: Change::write_all(changes),
            hash: String::new(),
        };
        entry.hash = entry.hash_after(&before);
        self.journal.push(entry);
        self.said = made(&self.said, changes);
    }

    /// Goes over to saying something else.
    fn says(&mut self, target: &Said) {
        let mut plan = Plan::default();
        plan.fill(&self.said, &self.said, target, (&|_| true, self.ids()));
        self.step(StepKind::Edit, "this and that", &plan.changes);
    }

    fn plan(&self, other: &Self) -> Plan {
        self.plan_knowing(other, &|_| true)
    }

    /// As somebody whose case has only some accounts.
    fn plan_knowing(&self, other: &Self, is_known: &dyn Fn(&str) -> bool) -> Plan {
        let common = common(&self.journal, &other.journal);
        let journals = [&self.journal[..], &other.journal];
        let base = Base::find(journals, common, other.said.clone(), self.ids().book);
        let base = base.expect("readable journals");
        let mut plan = Plan { merged_before: base.merged, ..Plan::default() };
        plan.journal_hash = other.journal.last().map_or(String::new(), |entry| entry.hash.clone());
        plan.fill(&base.before, &self.said, &base.theirs, (is_known, self.ids()));
        plan
    }

    /// Merges the other; where both changed the same, theirs stands.
    fn merge(&mut self, other: &Self) {
        let plan = self.plan(other);
        self.take(&plan);
    }

    fn take(&mut self, plan: &Plan) {
        let edit = plan.edit(&(0..plan.conflicts.len()).collect());
        self.step(StepKind::Edit, &edit.title, &edit.changes);
    }

    fn undo(&mut self) {
        let last = self.journal.last().expect("an entry");
        let changes = Change::read_all(&last.detail).expect("changes");
        let inverse = Edit { title: String::new(), changes }.inverse();
        self.step(StepKind::Undo, &last.target.clone(), &inverse.changes);
    }
}

/// Two who parted after `before` and said something else each.
fn two(before: &Said, a: &Said, b: &Said) -> [Analyst; 2] {
    let mut first = Analyst::default();
    first.says(before);
    let mut second = first.clone();
    first.says(a);
    second.says(b);
    [first, second]
}

fn is_empty(plan: &Plan) -> bool {
    plan.changes.is_empty() && plan.conflicts.is_empty()
}

fn tasks(texts: &[&str]) -> Said {
    let task = |(at, text): (usize, &&str)| Entry {
        id: at as u64 + 1,
        item: Item::Task(Task { text: (*text).to_owned(), is_done: false }),
        at: Time(1),
        actor: "x".into(),
    };
    Said { book: texts.iter().enumerate().map(task).collect(), ..Said::default() }
}

#[test]
fn an_entry_that_was_taken_over_and_changed_by_one_is_changed_for_the_other_too() {
    let [mut ann, mut bo] = two(&tasks(&["a"]), &tasks(&["a", "of ann"]), &tasks(&["a", "of bo"]));
    ann.merge(&bo);
    assert_eq!(ann.said.book.len(), 3);
    let done = |entry: &Entry| {
        let Item::Task(of) = &entry.item else { panic!("a task") };
        let item = Item::Task(Task { is_done: true, ..of.clone() });
        Change::Book { before: Some(entry.clone()), after: Some(Entry { item, ..entry.clone() }) }
    };
    let change = done(&bo.said.book[1]);
    bo.step(StepKind::Edit, "done", &[change]);
    let plan = ann.plan(&bo);
    assert_eq!((plan.changes.len(), plan.conflicts.len()), (1, 0));
    ann.merge(&bo);
    assert_eq!(ann.said.book.len(), 3, "it is the same entry");
    // And back: bo learns of ann's task alone.
    let plan = bo.plan(&ann);
    assert_eq!((plan.changes.len(), plan.conflicts.len()), (1, 0));
    // What both change is one decision, on one entry.
    let of_bo = ann.said.book.iter().find(|it| matches!(&it.item, Item::Task(t) if t.is_done));
    let change = Change::Book { before: of_bo.cloned(), after: None };
    ann.step(StepKind::Edit, "gone", &[change]);
    let mut other = bo.said.book[1].clone();
    other.item = Item::Task(Task { text: "of bo, again".into(), is_done: true });
    let change = Change::Book { before: Some(bo.said.book[1].clone()), after: Some(other) };
    bo.step(StepKind::Edit, "again", &[change]);
    let plan = ann.plan(&bo);
    assert_eq!((plan.changes.len(), plan.conflicts.len()), (0, 1), "{plan:?}");
}

#[test]
fn a_merge_that_was_taken_back_is_none() {
    let [mut ann, bo] = two(&tasks(&[]), &tasks(&["of ann"]), &tasks(&["of bo"]));
    let first = ann.plan(&bo);
    ann.merge(&bo);
    assert!(is_empty(&ann.plan(&bo)) && ann.plan(&bo).merged_before.is_some());
    ann.undo();
    let again = ann.plan(&bo);
    assert_eq!((again.changes.len(), again.merged_before), (first.changes.len(), None));
}

fn tagged(accounts: &[&str]) -> Said {
    let tag = |_: &&str| Annotation { tags: vec!["t".into()], ..Annotation::default() };
    let annotations = accounts.iter().map(|id| ((*id).to_owned(), tag(id))).collect();
    Said { annotations, ..Said::default() }
}

#[test]
fn what_a_merge_left_out_is_neither_taken_away_nor_lost() {
    // Bo's logs have no `z`.
    let knows = |account: &str| account != "z";
    let [ann, mut bo] = two(&tagged(&[]), &tagged(&["a", "z"]), &tagged(&["b"]));
    let plan = bo.plan_knowing(&ann, &knows);
    assert_eq!(plan.unknown.iter().collect::<Vec<_>>(), ["z"]);
    bo.take(&plan);
    let back = ann.plan(&bo);
    assert_eq!(content(&made(&ann.said, &back.changes)), content(&tagged(&["a", "b", "z"])));
    // Still named, and taken over once the logs are there.
    let again = bo.plan_knowing(&ann, &knows);
    assert_eq!((again.unknown.len(), again.changes.len()), (1, 0));
    let later = bo.plan(&ann);
    assert_eq!(later.changes.len(), 1, "{later:?}");
    assert_eq!(later.changes[0].account(), Some("z"));
}

#[test]
fn what_one_took_back_before_both_merged_does_not_come_back() {
    let [mut ann, mut bo] = two(&tasks(&[]), &tasks(&[]), &tasks(&["of bo"]));
    let first = ann.clone();
    ann.merge(&bo);
    bo.says(&tasks(&[]));
    bo.merge(&first);
    // Each has merged the other; neither has seen that the other has.
    let plan = bo.plan(&ann);
    assert!(is_empty(&plan), "{plan:?}");
    let plan = ann.plan(&bo);
    assert_eq!(
        (plan.changes.len(), plan.conflicts.len()),
        (1, 0),
        "it goes for ann, too: {plan:?}"
    );
}

proptest! {
    #[test]
    fn what_one_takes_back_after_merging_does_not_come_back(
        before in any_said(), a in any_said(), b in any_said(), then in any_said()
    ) {
        let [mut ann, bo] = two(&before, &a, &b);
        ann.merge(&bo);
        ann.says(&then);
        prop_assert!(is_empty(&ann.plan(&bo)), "{:?}", ann.plan(&bo));
    }

    #[test]
    fn who_did_nothing_since_the_other_merged_becomes_the_other(
        before in any_said(), a in any_said(), b in any_said(), then in any_said()
    ) {
        let [ann, mut bo] = two(&before, &a, &b);
        bo.merge(&ann);
        bo.says(&then);
        let plan = ann.plan(&bo);
        prop_assert!(plan.conflicts.is_empty(), "{:?}", plan.conflicts);
        prop_assert_eq!(content(&made(&ann.said, &plan.changes)), content(&bo.said));
    }

    #[test]
    fn two_who_merged_each_other_at_once_know_the_same_where_they_agree(
        before in any_said(), a in any_said(), b in any_said(), then in any_said()
    ) {
        let [mut ann, mut bo] = two(&before, &a, &b);
        let there = bo.clone();
        bo.merge(&ann);
        ann.merge(&there);
        let settled = ann.plan(&bo).conflicts;
        if settled.is_empty() {
            ann.says(&then);
            prop_assert!(is_empty(&ann.plan(&bo)), "{:?}", ann.plan(&bo));
        }
    }

    #[test]
    fn merging_in_turns_ends_in_one_case(
        before in any_said(), worlds in prop::collection::vec(any_said(), 2..7)
    ) {
        let [mut ann, mut bo] = two(&before, &worlds[0], &worlds[1]);
        for (at, world) in worlds[2..].iter().enumerate() {
            let (one, other) = if at % 2 == 0 { (&mut ann, &mut bo) } else { (&mut bo, &mut ann) };
            one.merge(other);
            other.says(world);
        }
        ann.merge(&bo);
        bo.merge(&ann);
        prop_assert_eq!(content(&ann.said), content(&bo.said));
        prop_assert!(is_empty(&ann.plan(&bo)) && is_empty(&bo.plan(&ann)));
    }
}
