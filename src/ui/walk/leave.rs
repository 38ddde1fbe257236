//! Leaving: nothing typed and nothing unwritten is lost without a word.

use std::path::Path;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::{can_export, counted, until, window};
use crate::model::Selection;
use crate::store::Other;
use crate::ui::{Action, App, Command};

/// A window on the sample with one account selected.
fn with_a_selection(scratch: &Path) -> Harness<'static, App> {
    let mut harness = window(scratch);
    harness.run_steps(2);
    harness.get_by_label("Open sample case").click();
    until(&mut harness, "the sample", counted);
    let session = harness.state().session.as_ref().expect("a case is open");
    let account = session.case.index.accounts()[0].clone();
    harness.state_mut().actions.push(Action::Select(Selection::account(account)));
    harness.run_steps(3);
    harness
}

fn run(harness: &mut Harness<'_, App>, command: Command) {
    harness.state_mut().actions.push(Action::Run(command));
    harness.run_steps(4);
}

#[test]
fn a_reason_that_was_not_given_is_asked_about() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = with_a_selection(scratch.path());
    let field = "Reason for the verdict";
    harness.get_by_label(field).focus();
    harness.run_steps(2);
    harness.get_by_label(field).type_text("takes turns");
    harness.run_steps(3);
    assert!(harness.query_by_label("1 unsaved reason").is_some(), "the status bar says so");
    run(&mut harness, Command::CloseCase);
    harness.get_by_label("Keep working").click();
    harness.run_steps(3);
    assert!(harness.state().has_case());
    assert_eq!(harness.get_by_label(field).value().as_deref(), Some("takes turns"));
    run(&mut harness, Command::Export);
    assert!(harness.query_by_label_contains("1 unsaved reason: not in the package").is_some());
    run(&mut harness, Command::CloseCase);
    harness.get_by_label("Close all the same").click();
    harness.run_steps(3);
    assert!(!harness.state().has_case());
}

#[test]
fn a_case_is_closed_when_its_edits_are_written_and_not_before() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = with_a_selection(scratch.path());
    let case = harness.state().session.as_ref().expect("open").case.path.clone();
    let reader = Other::reading(&case);
    run(&mut harness, Command::Suspicious);
    until(&mut harness, "the writer to wait", |h| {
        h.state().session.as_ref().is_some_and(|s| s.case.save_state().busy)
    });
    run(&mut harness, Command::Export);
    let why = "1 edit on the way to the case: another program has the case";
    assert!(harness.query_by_label(why).is_some(), "a button that cannot be pressed says why");
    run(&mut harness, Command::CloseCase);
    assert!(harness.query_by_label_contains("1 edit not written yet").is_some());
    reader.let_go();
    until(&mut harness, "the case to be closed", |h| !h.state().has_case());
    let case = crate::case::OpenCase::load(&case, &crate::job::Progress::default());
    assert_eq!(case.expect("it opens").annotations().len(), 1);
}

#[test]
fn an_edit_that_cannot_be_written_stays_named_until_it_can() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = with_a_selection(scratch.path());
    let case = harness.state().session.as_ref().expect("open").case.path.clone();
    let other = Other::refusing(&case, "verdict");
    run(&mut harness, Command::Suspicious);
    until(&mut harness, "the notice", |h| h.query_by_label("Try again").is_some());
    // Nothing moves until the analyst does: the window rests.
    until(&mut harness, "the window to rest", |h| {
        let root = h.output().viewport_output.get(&egui::ViewportId::ROOT);
        root.is_some_and(|root| root.repaint_delay > std::time::Duration::from_secs(1))
    });
    other.allow();
    harness.get_by_label("Try again").click();
    until(&mut harness, "the edit", |h| {
        h.state().session.as_ref().is_some_and(|s| s.case.save_state().pending == 0)
    });
    assert!(harness.query_by_label("Try again").is_none());
}

#[test]
fn the_open_case_stays_open_until_the_other_one_is_there() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = with_a_selection(scratch.path());
    let odd = scratch.path().join("odd.stillwatch");
    std::fs::write(&odd, "no case").expect("written");
    harness.state_mut().actions.push(Action::Open(vec![odd]));
    until(&mut harness, "the notice", |h| !h.state().notices.is_empty());
    assert!(harness.state().has_case());
    // And itself is not opened beside itself.
    let case = harness.state().session.as_ref().expect("open").case.path.clone();
    harness.state_mut().actions.push(Action::Open(vec![case]));
    until(&mut harness, "the paths to be sorted", |h| !h.state().opening.is_busy());
    assert!(harness.state().session.as_ref().is_some_and(|s| !s.case.is_read_only()));
}

#[test]
fn leaving_an_import_twice_opens_its_case_once() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    let log = scratch.path().join("a.jsonl");
    let line = r#"{"timestamp":"2026-03-03T00:00:00Z","account_id":"ac1"}"#;
    std::fs::write(&log, format!("{line}\n")).expect("written");
    // One file cannot be read, so that the import screen stays.
    let photo = scratch.path().join("photo.jpg");
    std::fs::write(&photo, [0u8, 1, 2, 3]).expect("written");
    harness.state_mut().actions.push(Action::Open(vec![log, photo]));
    until(&mut harness, "the import to end", |h| h.query_by_label("Open the case").is_some());
    let twice = [Action::EndImport { open: true }, Action::EndImport { open: true }];
    harness.state_mut().actions.extend(twice);
    until(&mut harness, "the case", |h| h.state().has_case());
    harness.state_mut().actions.push(Action::EndImport { open: true });
    until(&mut harness, "nothing more", |h| !h.state().opening.is_busy());
    assert!(harness.state().session.as_ref().is_some_and(|s| !s.case.is_read_only()));
}

#[test]
fn an_export_that_runs_is_not_ended_by_asking_for_another() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = with_a_selection(scratch.path());
    run(&mut harness, Command::Export);
    until(&mut harness, "the button", can_export);
    harness.get_by_label("Export").click();
    harness.run_steps(2);
    if harness.state().is_sheet_working() {
        run(&mut harness, Command::Export);
        run(&mut harness, Command::VerifyCase);
    }
    until(&mut harness, "the package", |h| h.state().exported().is_some());
    let first = harness.state().exported().expect("written").to_owned();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
    harness.run_steps(4);
    until(&mut harness, "the button", can_export);
    let label = "Folder, or a name that ends in .zip";
    let folder = harness.get_by_role_and_label(Role::TextInput, label).value().unwrap_or_default();
    assert_eq!(folder, format!("{}-2", first.display()), "the first is not replaced");
}
