//! Records that describe one call: seen side by side, decided, and counted so.

use std::fmt::Write as _;
use std::path::Path;

use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::{counted, until, window};
use crate::model::{JoinCounts, JoinKind, JoinState, Selection, Time};
use crate::store::{CaseFile, Mode};
use crate::ui::view::joins::Group;
use crate::ui::{Action, App, Screen};

/// Forty calls as a gateway wrote them, and thirty of them, a second later, with the address, as
/// somebody else did.
pub fn logs(folder: &Path) -> [std::path::PathBuf; 2] {
    let mut gateway = String::new();
    let mut bills = "start_time,account,model_name,prompt_tokens,completion_tokens,ip\n".to_owned();
    for i in 0..40_i64 {
        let at = |s: i64| Time(1_772_359_200_000_000 + (i * 420 + s) * 1_000_000);
        let (who, read, written) = (i % 3, 100 + i, 50 + 2 * i);
        writeln!(
            gateway,
            "{{\"timestamp\":\"{}\",\"account_id\":\"ac{who}\",\"model\":\"atlas-4\",\
             \"input_tokens\":{read},\"output_tokens\":{written}}}",
            at(0)
        )
        .expect("text");
        if i % 4 != 3 {
            writeln!(bills, "{},ac{who},atlas-4,{read},{written},198.18.0.{i}", at(1))
                .expect("text");
        }
    }
    [("gateway.jsonl", gateway), ("bills.csv", bills)].map(|(name, text)| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("written");
        path
    })
}

fn says(harness: &Harness<'_, App>, words: &str) -> bool {
    harness.query_all_by_label_contains(words).next().is_some()
}

fn click(harness: &mut Harness<'_, App>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(4);
}

/// A window on a case of both logs, at its joins.
fn at_joins(scratch: &Path) -> Harness<'static, App> {
    let mut harness = window(scratch);
    harness.run_steps(2);
    harness.state_mut().actions.push(Action::Open(logs(scratch).into()));
    until(&mut harness, "the review", |h| {
        h.state().review.as_ref().is_some_and(|r| !r.is_looking())
    });
    harness.state_mut().actions.push(Action::StartImport);
    until(&mut harness, "the case", counted);
    assert!(says(&harness, "70 of 70 exchanges"));
    click(&mut harness, "Look at 30 probable joins, which may count calls twice");
    assert_eq!(harness.state().view.screen, Screen::Joins);
    settled(&mut harness);
    harness
}

fn settled(harness: &mut Harness<'_, App>) {
    until(harness, "the pairs", |h| {
        h.state().session.as_ref().is_some_and(|s| s.joins.is_settled())
    });
}

fn in_case(harness: &Harness<'_, App>) -> JoinCounts {
    let path = &harness.state().session.as_ref().expect("a case").case.path;
    CaseFile::open(path, Mode::ReadOnly).expect("it opens").join_counts().expect("counts")
}

/// Counts anew, and waits until the same screen is there again.
fn count_anew(harness: &mut Harness<'_, App>) {
    let before = harness.state().session.as_ref().expect("a case").version;
    click(harness, "Count anew");
    until(harness, "the case again", |h| {
        counted(h) && h.state().session.as_ref().is_some_and(|s| s.version != before)
    });
    assert_eq!(harness.state().view.screen, Screen::Joins);
    settled(harness);
}

#[test]
fn a_probable_join_is_looked_at_accepted_and_taken_back() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = at_joins(scratch.path());
    for words in ["Waiting 30", "30 pairs: both records are counted until you decide"] {
        assert!(says(&harness, words), "{words}");
    }
    // The first pair, field by field: what only one says, and what both say otherwise.
    for words in ["198.18.0.0", "Account and time fit", "Prompts and answers are not compared"] {
        until(&mut harness, words, |h| says(h, words));
    }
    click(&mut harness, "One call");
    assert!(says(&harness, "1 decision, not counted yet"));
    // The next one is there to be decided.
    settled(&mut harness);
    until(&mut harness, "the second", |h| says(h, "198.18.0.1"));
    click(&mut harness, "Two calls");
    assert!(says(&harness, "2 decisions, not counted yet"));
    let offered = in_case(&harness).of(JoinKind::Probable, JoinState::Offered);
    assert_eq!(offered, 30, "nothing is in the case yet");
    count_anew(&mut harness);
    let joins = in_case(&harness);
    let now = JoinState::ALL.map(|state| joins.of(JoinKind::Probable, state));
    assert_eq!(now, [1, 28, 1], "accepted, offered, rejected");
    assert!(says(&harness, "69 of 69 exchanges"));
    for group in ["Waiting 28", "Joined 1", "Two calls 1"] {
        assert!(says(&harness, group), "{group}");
    }
    // What was accepted is taken back; the same group is there again.
    click(&mut harness, "Joined 1");
    click(&mut harness, "Two calls");
    count_anew(&mut harness);
    assert!(says(&harness, "70 of 70 exchanges"));
    let session = harness.state().session.as_ref().expect("a case");
    assert_eq!(session.joins.group(), Some(Group::Joined));
    assert_eq!(in_case(&harness).of(JoinKind::Probable, JoinState::Rejected), 2);
}

#[test]
fn all_pairs_are_decided_at_once_and_what_is_not_counted_yet_is_asked_about() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = at_joins(scratch.path());
    click(&mut harness, "Pick all");
    click(&mut harness, "Each of 30: one call");
    assert!(says(&harness, "30 decisions, not counted yet"));
    harness.state_mut().actions.push(Action::Run(crate::ui::Command::CloseCase));
    harness.run_steps(3);
    assert!(says(&harness, "30 pairs of records: decided, and not counted so yet"));
    click(&mut harness, "Keep working");
    count_anew(&mut harness);
    assert!(says(&harness, "40 of 40 exchanges"));
    assert_eq!(in_case(&harness).of(JoinKind::Probable, JoinState::Accepted), 30);
}

#[test]
fn what_was_decided_is_forgotten_where_that_is_asked_for() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = at_joins(scratch.path());
    click(&mut harness, "One call");
    click(&mut harness, "Forget them");
    assert!(!says(&harness, "not counted yet"));
    let rows = harness.query_all_by_role(egui::accesskit::Role::Row);
    assert!(rows.filter_map(|row| row.accesskit_node().label()).all(|l| !l.contains("one call")));
    click(&mut harness, "Take that back");
    assert!(says(&harness, "1 decision, not counted yet"));
}

#[test]
fn what_was_said_of_single_pairs_is_not_said_anew_of_many() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = at_joins(scratch.path());
    click(&mut harness, "Two calls");
    click(&mut harness, "Pick the others");
    click(&mut harness, "Each of 29: one call");
    count_anew(&mut harness);
    let joins = in_case(&harness);
    let now = JoinState::ALL.map(|state| joins.of(JoinKind::Probable, state));
    assert_eq!(now, [29, 0, 1], "accepted, offered, rejected");
}

#[test]
fn what_is_decided_is_written_also_where_a_typed_note_is_left_behind() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = at_joins(scratch.path());
    click(&mut harness, "One call");
    harness.state_mut().actions.push(Action::Select(Selection::account("ac1")));
    harness.run_steps(4);
    harness.state_mut().actions.push(Action::Run(crate::ui::Command::Note));
    harness.run_steps(4);
    harness.event(egui::Event::Text("a word".to_owned()));
    harness.run_steps(4);
    let before = harness.state().session.as_ref().expect("a case").version;
    click(&mut harness, "Count anew");
    assert!(says(&harness, "1 unsaved note"));
    click(&mut harness, "Count anew all the same");
    until(&mut harness, "the case again", |h| {
        counted(h) && h.state().session.as_ref().is_some_and(|s| s.version != before)
    });
    assert_eq!(in_case(&harness).of(JoinKind::Probable, JoinState::Accepted), 1);
}

#[test]
fn what_was_decided_of_one_case_is_not_decided_of_another_that_is_opened_meanwhile() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let path = |harness: &Harness<'_, App>| {
        harness.state().session.as_ref().map(|session| session.case.path.clone())
    };
    let other = {
        let folder = scratch.path().join("other");
        std::fs::create_dir(&folder).expect("a folder");
        path(&at_joins(&folder)).expect("a case")
    };
    let mut harness = at_joins(scratch.path());
    assert_ne!(path(&harness), Some(other.clone()));
    // While the other one is on its way this one is still there to be counted.
    let decided = crate::case::JoinDecisions { one: vec![41], two: vec![] };
    let actions = &mut harness.state_mut().actions;
    actions.extend([Action::Open(vec![other.clone()]), Action::DecideJoins(decided)]);
    harness.step();
    assert!(says(&harness, "Nothing was decided"));
    until(&mut harness, "the other case", |h| path(h).as_ref() == Some(&other) && counted(h));
    harness.state_mut().actions.push(Action::Go(Screen::Joins));
    harness.run_steps(4);
    settled(&mut harness);
    harness.run_steps(4);
    assert!(says(&harness, "30 pairs: both records are counted until you decide"));
    assert!(!says(&harness, "not counted yet"));
    assert_eq!(in_case(&harness).of(JoinKind::Probable, JoinState::Offered), 30);
}
