//! From a finding and from Explore to the page of one account or cluster, and to the proof of a tie.

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::findings::analysed;
use super::{counted, settle, until, window};
use crate::case::dossier::Part;
use crate::model::{Selection, Verdict};
use crate::ui::{Action, App, Command, Screen};

fn press(harness: &mut Harness<'_, App>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

/// Waits until everything on the page is counted and read.
fn read(harness: &mut Harness<'_, App>) {
    until(harness, "the dossier", |h| {
        let session = h.state().session.as_ref();
        session.is_some_and(|s| s.dossier.is_settled() && s.case.save_state().pending == 0)
    });
    settle(harness);
}

fn labels(harness: &Harness<'_, App>, part: &str) -> Vec<String> {
    let all = harness.query_all_by_label_contains(part);
    all.filter_map(|node| node.accesskit_node().label()).collect()
}

fn has(harness: &Harness<'_, App>, part: &str) -> bool {
    harness.query_all_by_label_contains(part).next().is_some()
}

#[test]
fn one_key_leads_from_a_finding_to_its_page_and_back() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = analysed(scratch.path());
    press(&mut harness, Modifiers::NONE, Key::J);
    let before = harness.state().view.clone();
    press(&mut harness, Modifiers::NONE, Key::O);
    assert_eq!(harness.state().view.screen, Screen::Dossier);
    read(&mut harness);
    for part in Part::ALL {
        assert!(has(&harness, part.title()), "{}", part.title());
    }
    let ring = harness.query_all_by_label_contains("ring0-").count();
    assert!(ring >= 4, "its accounts are named: {ring}");

    // The review goes on without leaving the page.
    press(&mut harness, Modifiers::NONE, Key::J);
    assert_eq!(harness.state().view.screen, Screen::Dossier);
    assert_eq!(harness.state().view.selection.title(), "cluster:2");
    read(&mut harness);
    press(&mut harness, Modifiers::NONE, Key::K);
    assert_eq!(harness.state().view.selection.title(), "cluster:1");
    for _ in 0..3 {
        press(&mut harness, Modifiers::ALT, Key::ArrowLeft);
    }
    assert_eq!(harness.state().view, before, "three steps back lead to the finding");
}

#[test]
fn a_verdict_changes_the_head_and_the_history_and_undo_adds_to_it() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = analysed(scratch.path());
    press(&mut harness, Modifiers::NONE, Key::J);
    press(&mut harness, Modifiers::NONE, Key::O);
    read(&mut harness);
    assert!(has(&harness, "None yet") && has(&harness, "The journal holds nothing"));
    press(&mut harness, Modifiers::NONE, Key::Num1);
    read(&mut harness);
    assert!(!has(&harness, "None yet"), "{:?}", labels(&harness, "confidence"));
    assert!(has(&harness, "medium confidence · on all 4 accounts"));
    assert!(has(&harness, "No verdict → suspicious, medium confidence"));
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    read(&mut harness);
    assert!(has(&harness, "None yet"));
    assert!(has(&harness, "Undone: takes suspicious away"), "{:?}", labels(&harness, "Undone"));
    assert!(has(&harness, "No verdict → suspicious"), "what was taken back stays in the history");
}

#[test]
fn a_tie_leads_to_the_proof_and_a_peer_to_its_page() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = analysed(scratch.path());
    harness.state_mut().actions.push(Action::Select(Selection::account("ring0-0")));
    harness.run_steps(2);
    press(&mut harness, Modifiers::NONE, Key::O);
    read(&mut harness);
    let ties = labels(&harness, "Tie to ring0-");
    let card = ties.iter().find(|label| label.contains("card card-0")).cloned();
    let card = card.expect("a card");
    // Heavier ties stand above it.
    harness.get_all_by_label(&card).next().expect("a tie").scroll_to_me();
    harness.run_steps(8);
    harness.get_all_by_label(&card).next().expect("a tie").click();
    harness.run_steps(3);
    assert!(has(&harness, "Why it links"), "{:?}", labels(&harness, "Tie to "));
    assert!(has(&harness, "4 of 60 accounts of the case have this card"));
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(!has(&harness, "Why it links"), "Esc lays the proof aside");
    assert!(harness.state().view.selection.has_account("ring0-0"), "and nothing else");
    let replay = ties.iter().find(|label| label.contains("reasoning block")).expect("a replay");
    harness.get_all_by_label(replay).next().expect("a tie").click();
    harness.run_steps(3);
    read(&mut harness);
    assert!(has(&harness, "Proof rows · "), "the rows that the finding cites of both");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    harness.get_all_by_label("ring0-1").next().expect("a peer").click();
    harness.run_steps(3);
    assert!(harness.state().view.selection.has_account("ring0-1"));
    assert_eq!(harness.state().view.screen, Screen::Dossier);
}

#[test]
fn the_page_is_there_from_explore_without_detectors_and_a_value_filters() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.get_by_label("Open sample case").click();
    until(&mut harness, "the sample", counted);
    press(&mut harness, Modifiers::NONE, Key::O);
    assert!(has(&harness, "Nobody is selected"), "{:?}", labels(&harness, "select"));
    let session = harness.state().session.as_ref().expect("a case");
    let account = session.case.index.accounts()[0].clone();
    harness
        .state_mut()
        .actions
        .extend([Action::Run(Command::Explore), Action::Select(Selection::account(&account))]);
    harness.run_steps(3);
    press(&mut harness, Modifiers::NONE, Key::O);
    read(&mut harness);
    let model = labels(&harness, "Models ").into_iter().next().expect("its models");
    harness.get_by_label(&model).click();
    harness.run_steps(3);
    let filter = harness.state().view.filter.to_string();
    assert!(filter.starts_with("model:"), "{filter}");
    harness.get_by_label("Mark as watch").click();
    harness.run_steps(3);
    assert_eq!(super::verdict(&harness, &account).map(|of| of.0), Some(Verdict::Watch));
}

#[test]
fn several_accounts_that_nothing_holds_together_are_offered_one_by_one() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = analysed(scratch.path());
    let both = Selection::accounts(["ring0-0".to_owned(), "ring1-0".to_owned()]);
    harness.state_mut().actions.extend([Action::Select(both), Action::Run(Command::Dossier)]);
    harness.run_steps(4);
    assert!(has(&harness, "Several accounts are selected"));
    let row = labels(&harness, "Dossier of ring1-0").into_iter().next().expect("a row");
    harness.get_by_label(&row).click();
    harness.run_steps(3);
    assert!(harness.state().view.selection.has_account("ring1-0"));
    // All of one ring are the ring.
    let ring = (0..4).map(|n| format!("ring0-{n}"));
    harness.state_mut().actions.push(Action::Select(Selection::accounts(ring)));
    harness.run_steps(4);
    read(&mut harness);
    assert!(has(&harness, Part::Accounts.title()));
}
