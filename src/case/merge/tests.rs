//! Merging against what two analysts would expect.

use proptest::prelude::*;

use super::plan::Ids;
use super::*;
use crate::model::book::{Entry, Evidence, Hypothesis, Item, Part, Task, Words};
use crate::model::{
    Annotation, Change, Confidence, Note, SavedView, Time, TimeNote, TimeSpan, Verdict,
    VerdictRecord,
};

const IDS: Ids = Ids { note: 1_000, time_note: 1_000, view: 1_000, book: 1_000 };

fn plan_of_two(before: &Said, ours: &Said, theirs: &Said) -> Plan {
    let mut plan = Plan::default();
    plan.fill(before, ours, theirs, (&|account: &str| account != "stranger", IDS));
    plan
}

pub(super) fn made(said: &Said, changes: &[Change]) -> Said {
    let mut said = said.clone();
    changes.iter().for_each(|change| said.make(change));
    said
}

fn verdict(verdict: Verdict, reason: &str, actor: &str) -> Option<VerdictRecord> {
    let (confidence, at) = (Confidence::High, Time(5));
    let (reason, actor) = (reason.to_owned(), actor.to_owned());
    Some(VerdictRecord { verdict, confidence, reason, at, actor })
}

fn with(accounts: &[(&str, Option<VerdictRecord>)]) -> Said {
    let said = |verdict: &Option<VerdictRecord>| Annotation {
        verdict: verdict.clone(),
        ..Annotation::default()
    };
    let annotations = accounts.iter().map(|(id, of)| ((*id).to_owned(), said(of))).collect();
    Said { annotations, ..Said::default() }
}

fn entry(id: u64, item: Item, actor: &str) -> Entry {
    Entry { id, item, at: Time(id as i64), actor: actor.to_owned() }
}

fn claim(supports: &[u64]) -> Item {
    let claim = "one operator".to_owned();
    Item::Hypothesis(Hypothesis { claim, supports: supports.to_vec(), ..Hypothesis::default() })
}

fn view_of(title: &str) -> Item {
    Item::Evidence(Evidence { title: title.to_owned(), ..Evidence::default() })
}

fn book(entries: &[Entry]) -> Said {
    Said { book: entries.to_vec(), ..Said::default() }
}

#[test]
fn a_verdict_of_one_is_taken_and_of_both_is_decided() {
    let before = with(&[("a", verdict(Verdict::Watch, "", "ann"))]);
    let ours = with(&[
        ("a", verdict(Verdict::Suspicious, "cards", "ann")),
        ("c", verdict(Verdict::Watch, "odd", "ann")),
    ]);
    let theirs = with(&[
        ("a", verdict(Verdict::Cleared, "a class", "bo")),
        ("b", verdict(Verdict::Suspicious, "replay", "bo")),
        ("c", verdict(Verdict::Watch, "odd", "bo")),
        ("stranger", verdict(Verdict::Watch, "", "bo")),
    ]);
    let plan = plan_of_two(&before, &ours, &theirs);
    assert_eq!(plan.taken().verdicts, 1);
    assert_eq!(plan.changes[0].account(), Some("b"));
    let subjects: Vec<String> = plan.conflicts.iter().map(Conflict::subject).collect();
    assert_eq!(subjects, ["a"], "who says the same is of one mind");
    let [own, other] = plan.conflicts[0].sides();
    assert_eq!(own.words, "suspicious, high confidence: “cards”");
    assert_eq!(other.by, Some(("bo".to_owned(), Time(5))));
    assert_eq!(plan.unknown.iter().collect::<Vec<_>>(), ["stranger"]);
    assert_eq!((plan.agreement.both(), plan.agreement.alike()), (2, 1));
    // Left at ours, and taken.
    let kept = made(&ours, &plan.edit(&BTreeSet::new()).changes);
    assert_eq!(kept.annotations["a"].verdict, ours.annotations["a"].verdict);
    let taken = made(&ours, &plan.edit(&BTreeSet::from([0])).changes);
    assert_eq!(taken.annotations["a"].verdict, theirs.annotations["a"].verdict);
    assert_eq!(taken.annotations["b"].verdict, theirs.annotations["b"].verdict);
}

#[test]
fn entries_of_both_get_ids_of_their_own_and_a_claim_rests_on_the_same_as_before() {
    let before = book(&[entry(1, view_of("first"), "ann")]);
    let ours = book(&[entry(1, view_of("first"), "ann"), entry(2, view_of("ours"), "ann")]);
    let theirs = book(&[
        entry(1, view_of("first"), "ann"),
        entry(2, view_of("theirs"), "bo"),
        entry(3, claim(&[1, 2]), "bo"),
    ]);
    let plan = plan_of_two(&before, &ours, &theirs);
    assert!(plan.conflicts.is_empty());
    let merged = made(&ours, &plan.changes).book;
    let ids: Vec<u64> = merged.iter().map(|entry| entry.id).collect();
    assert_eq!(ids, [1, 2, 1_000, 1_001]);
    assert_eq!(merged[2].item, view_of("theirs"));
    assert_eq!(merged[3].item, claim(&[1, 1_000]));
    let again = plan_of_two(&before, &book(&merged), &theirs);
    assert_eq!((again.changes, again.conflicts), (vec![], vec![]));
}

#[test]
fn what_they_took_out_goes_from_our_claims_too() {
    let all = [entry(1, view_of("first"), "ann"), entry(2, view_of("second"), "ann")];
    let before = book(&all);
    let ours = book(&[all[0].clone(), all[1].clone(), entry(3, claim(&[1, 2]), "ann")]);
    let theirs = book(&all[..1]);
    let plan = plan_of_two(&before, &ours, &theirs);
    let merged = made(&ours, &plan.changes).book;
    assert_eq!(merged.len(), 2);
    assert_eq!(merged[1].item, claim(&[1]));
}

#[test]
fn a_claim_that_lost_what_one_took_out_is_no_conflict_with_what_the_other_wrote_of_it() {
    let before = book(&[entry(1, view_of("e"), "ann"), entry(2, claim(&[1]), "ann")]);
    let remarked = |supports: &[u64]| {
        let Item::Hypothesis(mut of) = claim(supports) else { panic!("a claim") };
        of.remark = "hm".to_owned();
        Item::Hypothesis(of)
    };
    let without = book(&[entry(2, claim(&[]), "ann")]);
    let written = book(&[entry(1, view_of("e"), "ann"), entry(2, remarked(&[1]), "bo")]);
    for (ours, theirs) in [(&without, &written), (&written, &without)] {
        let plan = plan_of_two(&before, ours, theirs);
        assert!(plan.conflicts.is_empty(), "{:?}", plan.conflicts);
        let merged = made(ours, &plan.changes);
        assert_eq!(merged.book.len(), 1, "taken out for both");
        assert_eq!(merged.book[0].item, remarked(&[]));
        assert!(plan_of_two(&before, &merged, theirs).changes.is_empty(), "once is enough");
    }
}

#[test]
fn a_new_claim_comes_back_as_the_one_it_is_whatever_was_taken_out_below_it() {
    let before = book(&[entry(1, view_of("e"), "ann")]);
    let with_claim = book(&[entry(1, view_of("e"), "ann"), entry(2, claim(&[1]), "bo")]);
    let without = book(&[]);
    let ann = made(&without, &plan_of_two(&before, &without, &with_claim).changes);
    assert_eq!(ann.book.len(), 1);
    let bo = made(&with_claim, &plan_of_two(&before, &with_claim, &ann).changes);
    let claims = bo.book.iter().filter(|entry| matches!(entry.item, Item::Hypothesis(_)));
    assert_eq!(claims.count(), 1, "{:?}", bo.book);
}

#[test]
fn a_part_of_the_report_that_both_wrote_is_decided() {
    let words = |text: &str| Item::Words(Words { part: Part::Actions, text: text.to_owned() });
    let (ours, theirs) =
        (book(&[entry(1, words("a"), "ann")]), book(&[entry(7, words("b"), "bo")]));
    let found = plan_of_two(&Said::default(), &ours, &theirs);
    assert_eq!((found.changes.len(), found.conflicts.len()), (0, 1));
    let [own, other] = found.conflicts[0].sides().map(|side| side.words);
    assert_eq!((own.as_str(), other.as_str()), ("text a", "text b"), "what differs, and no more");
    let taken = made(&ours, &found.edit(&BTreeSet::from([0])).changes).book;
    assert_eq!(taken, [entry(1, words("b"), "bo")].map(|e| Entry { at: Time(7), ..e }));
    assert!(plan_of_two(&Said::default(), &ours, &ours).conflicts.is_empty());
}

#[test]
fn a_view_of_the_same_name_says_whose_it_is() {
    let view = |id: u64, state: &str, actor: &str| SavedView {
        name: "night".to_owned(),
        note: Note { id, text: String::new(), at: Time(1), actor: actor.to_owned() },
        state: state.to_owned(),
        rows: 1,
        accounts: 1,
    };
    let of = |view: SavedView| Said { views: vec![view], ..Said::default() };
    let (ours, theirs) = (of(view(1, "x", "ann")), of(view(1, "y", "bo")));
    let merged = made(&ours, &plan_of_two(&Said::default(), &ours, &theirs).changes).views;
    let names: Vec<&str> = merged.iter().map(|view| &*view.name).collect();
    assert_eq!(names, ["night", "night (bo)"]);
}

/// Small worlds, so that two analysts often touch the same.
pub(super) fn any_said() -> impl Strategy<Value = Said> {
    let accounts = prop::collection::btree_map("[a-c]", any_annotation(), 0..4);
    let notes = prop::collection::btree_map(1_u64..4, (0_i64..3, 0_u8..2), 0..3);
    let tasks = prop::collection::btree_map(1_u64..5, 0_u8..3, 0..4);
    (accounts, notes, tasks).prop_map(|(annotations, notes, tasks)| {
        let note =
            |id, text: u8| Note { id, text: format!("n{text}"), at: Time(1), actor: "x".into() };
        let time_note = |(id, (start, text))| TimeNote {
            span: TimeSpan { start: Time(start), end: Time(start + 1) },
            note: note(id, text),
        };
        let task = |(id, text): (u64, u8)| {
            entry(id, Item::Task(Task { text: format!("t{text}"), is_done: false }), "x")
        };
        Said {
            annotations: annotations.into_iter().filter(|(_, said)| !said.is_empty()).collect(),
            time_notes: notes.into_iter().map(time_note).collect(),
            views: Vec::new(),
            book: tasks.into_iter().map(task).collect(),
        }
    })
}

fn any_annotation() -> impl Strategy<Value = Annotation> {
    let tags = prop::collection::btree_set("[tu]", 0..2);
    let given = prop::option::of((0_usize..3, "[pq]"));
    (given, tags, 0_u8..4).prop_map(|(given, tags, notes)| Annotation {
        verdict: given.and_then(|(at, reason)| verdict(Verdict::ALL[at], &reason, "x")),
        tags: tags.into_iter().collect(),
        notes: (0..notes / 2)
            .map(|at| Note {
                id: at.into(),
                text: format!("n{at}"),
                at: Time(2),
                actor: "x".into(),
            })
            .collect(),
    })
}

/// What is said, without ids and in an order of its own.
pub(super) fn content(said: &Said) -> Vec<String> {
    let mut all = Vec::new();
    for (account, of) in &said.annotations {
        all.extend(of.verdict.iter().map(|v| format!("{account} {v:?}")));
        all.extend(of.tags.iter().map(|tag| format!("{account} tag {tag}")));
        all.extend(of.notes.iter().map(|n| format!("{account} {} {:?}", n.text, n.at)));
    }
    all.extend(said.time_notes.iter().map(|n| format!("{:?} {}", n.span, n.note.text)));
    all.extend(said.book.iter().map(|entry| format!("{:?}", entry.item)));
    all.sort();
    all.dedup();
    all
}

proptest! {
    #[test]
    fn what_they_did_not_change_stays_and_what_we_did_not_becomes_theirs(
        before in any_said(), theirs in any_said()
    ) {
        prop_assert!(plan_of_two(&before, &theirs, &before).changes.is_empty());
        let found = plan_of_two(&before, &before, &theirs);
        prop_assert!(found.conflicts.is_empty());
        prop_assert_eq!(content(&made(&before, &found.changes)), content(&theirs));
    }

    #[test]
    fn merging_is_undone_in_one_go_and_a_second_time_changes_nothing(
        before in any_said(), ours in any_said(), theirs in any_said()
    ) {
        let found = plan_of_two(&before, &ours, &theirs);
        let all: BTreeSet<usize> = (0..found.conflicts.len()).collect();
        let edit = found.edit(&all);
        let merged = made(&ours, &edit.changes);
        prop_assert_eq!(&made(&merged, &edit.inverse().changes), &ours);
        let again = plan_of_two(&before, &merged, &theirs);
        prop_assert_eq!(again.conflicts, Vec::new());
        let verdicts = |plan: &Plan| (plan.taken().verdicts, plan.taken().tags, plan.taken().notes);
        prop_assert_eq!(verdicts(&Plan { changes: again.changes, ..Plan::default() }), (0, 0, 0));
    }
}
