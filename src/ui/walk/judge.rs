//! What keys do, and to whom: never to something that is not in sight.

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::{counted, settle, until, verdict, window};
use crate::model::{Confidence, Selection, Verdict};
use crate::ui::app::Overlay;
use crate::ui::app::dialogs::Purpose;
use crate::ui::shell::PathPrompt;
use crate::ui::{Action, App, Command, Screen};

/// A window on the sample, with its two busiest accounts.
pub(super) fn on_the_sample(scratch: &std::path::Path) -> (Harness<'static, App>, String, String) {
    let mut harness = window(scratch);
    harness.run_steps(2);
    harness.get_by_label("Open sample case").click();
    until(&mut harness, "the sample", counted);
    let session = harness.state().session.as_ref().expect("a case is open");
    let facts = session.overview.facts().expect("counted");
    let id = |i: usize| session.case.index.accounts()[facts.top[i].account as usize].clone();
    let (a, b) = (id(0), id(1));
    (harness, a, b)
}

pub(super) fn ask(harness: &mut Harness<'_, App>, actions: impl IntoIterator<Item = Action>) {
    harness.state_mut().actions.extend(actions);
    harness.run_steps(3);
}

fn select(id: &str) -> Action {
    Action::Select(Selection::account(id))
}

#[test]
fn a_verdict_goes_to_what_is_selected_and_not_to_what_the_panel_showed_last() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let (mut harness, a, b) = on_the_sample(scratch.path());
    ask(&mut harness, [select(&a)]);
    // With the export sheet where the panel was, and the panel never drawn in between.
    harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
    harness.run_steps(3);
    ask(&mut harness, [select(&b), Action::Run(Command::Suspicious)]);
    assert_eq!(verdict(&harness, &a), None);
    assert_eq!(verdict(&harness, &b).map(|v| v.0), Some(Verdict::Suspicious));
    assert!(harness.state().sheet.is_none(), "what was said is in sight");
}

#[test]
fn the_confidence_of_a_verdict_that_stands_is_kept_when_it_is_clicked() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let (mut harness, a, _) = on_the_sample(scratch.path());
    ask(&mut harness, [select(&a), Action::Run(Command::Suspicious)]);
    settle(&mut harness);
    harness.get_by_label("high").click();
    settle(&mut harness);
    let case = &harness.state().session.as_ref().expect("a case").case;
    let stands = case.annotations()[&a].verdict.as_ref().expect("a verdict");
    assert_eq!((stands.verdict, stands.confidence), (Verdict::Suspicious, Confidence::High));
}

#[test]
fn where_there_is_no_file_dialog_a_path_is_typed() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let (mut harness, ..) = on_the_sample(scratch.path());
    harness.state_mut().overlay = Overlay::Path(PathPrompt::of(Purpose::Logs));
    settle(&mut harness);
    let typed = |harness: &mut Harness<'_, App>, text: &str| {
        harness.event(egui::Event::Text(text.to_owned()));
        settle(harness);
    };
    typed(&mut harness, "/nowhere");
    harness.get_by_label("Nothing is there");
    assert!(harness.get_by_label("Go on").accesskit_node().is_disabled());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    typed(&mut harness, &scratch.path().join("sample").display().to_string());
    harness.key_press(Key::Enter);
    // What lies there is found out beside the window.
    let question = "Where should sample go?";
    until(&mut harness, "the question", |h| h.query_by_label(question).is_some());
}

#[test]
fn a_window_that_only_reads_says_when_another_one_has_changed_the_case() {
    let (scratch, other) =
        (tempfile::tempdir().expect("scratch"), tempfile::tempdir().expect("scratch"));
    let (mut first, a, _) = on_the_sample(scratch.path());
    let path = first.state().session.as_ref().expect("a case").case.path.clone();
    let mut second = window(other.path());
    second.run_steps(2);
    ask(&mut second, [Action::Open(vec![path.clone()])]);
    until(&mut second, "the case, read-only", |h| h.query_by_label("read-only").is_some());
    ask(&mut first, [select(&a), Action::Run(Command::Suspicious)]);
    let words = "changed since it was opened here";
    until(&mut second, "the change", |h| h.query_by_label(words).is_some());
    assert_eq!(verdict(&second, &a), None);
    second.get_by_label(words).click();
    until(&mut second, "the case as it is now", |h| verdict(h, &a).is_some());
}

#[test]
fn a_key_pressed_before_a_click_in_the_same_frame_is_of_before_the_click() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let (mut harness, a, b) = on_the_sample(scratch.path());
    ask(&mut harness, [select(&a)]);
    let at = harness.get_by_label_contains(&format!("{b}, ")).rect().center();
    harness.hover_at(at);
    harness.run_steps(2);
    let button = |pressed| egui::Event::PointerButton {
        pos: at,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    let key = egui::Event::Key {
        key: Key::Num2,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    // As in a frame that took long.
    harness.input_mut().events.extend([key, button(true), button(false)]);
    harness.run_steps(4);
    assert_eq!(verdict(&harness, &a).map(|v| v.0), Some(Verdict::Watch));
    assert!(harness.state().view.selection.has_account(&b));
    assert_eq!(verdict(&harness, &b), None);
}

#[test]
fn escape_puts_away_what_lies_innermost() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let (mut harness, a, _) = on_the_sample(scratch.path());
    let day = crate::model::Filter::parse("time:2026-03-17").expect("readable").time;
    ask(&mut harness, [Action::Brush(day), select(&a)]);
    harness.get_by_label("Reason for the verdict").focus();
    harness.run_steps(2);
    let escape = |harness: &mut Harness<'_, App>| {
        harness.key_press(Key::Escape);
        harness.run_steps(4);
        let app = harness.state();
        (app.view.selection.is_nothing(), app.view.filter.time.is_none())
    };
    assert_eq!(escape(&mut harness), (false, false), "it ends in the field");
    ask(&mut harness, [Action::Run(Command::Export), Action::Run(Command::Help)]);
    harness.key_press(Key::Num1);
    assert_eq!(escape(&mut harness), (false, false), "it closes the help");
    assert_eq!(verdict(&harness, &a), None, "a key under a dialog does nothing");
    assert!(harness.state().sheet.is_some());
    assert_eq!(escape(&mut harness), (false, false), "it closes the sheet");
    assert!(harness.state().sheet.is_none());
    assert_eq!(escape(&mut harness), (true, false));
    assert_eq!(escape(&mut harness), (true, true));
}

#[test]
fn keys_of_commands_neither_cut_text_nor_close_the_case_while_typing() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let (mut harness, a, _) = on_the_sample(scratch.path());
    ask(&mut harness, [select(&a)]);
    let field = "Reason for the verdict";
    harness.get_by_label(field).focus();
    harness.run_steps(2);
    harness.get_by_label(field).type_text("takes turns");
    harness.run_steps(2);
    harness.key_press(Key::Home);
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run_steps(3);
    assert!(harness.query_by_label("Type a command").is_some());
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert_eq!(harness.get_by_label(field).value().as_deref(), Some("takes turns"));
    harness.get_by_label(field).focus();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::W);
    harness.run_steps(3);
    assert!(harness.state().has_case());
    assert_eq!(harness.state().view.screen, Screen::Overview);
}

#[test]
fn what_is_typed_right_behind_the_key_for_a_note_is_no_command() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let (mut harness, a, _) = on_the_sample(scratch.path());
    ask(&mut harness, [select(&a)]);
    // In one frame, as on a slow machine; and in the next, before the field has the focus.
    for key in [Key::N, Key::Num1, Key::E] {
        harness.key_press(key);
    }
    harness.run_steps(1);
    harness.key_press(Key::Num2);
    harness.run_steps(4);
    assert!(harness.state().sheet.is_none(), "E was text");
    assert_eq!(verdict(&harness, &a), None);
    assert!(harness.get_by_label("Write a note").is_focused());
}

#[test]
fn the_keys_for_reason_tag_and_note_lead_to_fields_in_sight_and_so_does_what_is_unsaved() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let (mut harness, a, b) = on_the_sample(scratch.path());
    harness.set_size(egui::vec2(1280.0, 560.0));
    ask(&mut harness, [select(&a)]);
    let in_sight = |harness: &Harness<'_, App>, field: &str| {
        let node = harness.get_by_label(field);
        let rect = node.rect();
        node.is_focused() && rect.top() > 40.0 && rect.bottom() < 560.0 - 26.0 - 34.0
    };
    for (key, field) in [
        (Key::N, "Write a note"),
        (Key::Y, "Reason for the verdict"),
        (Key::T, "Add a tag"),
        (Key::Y, "Reason for the verdict"),
    ] {
        harness.key_press(key);
        until(&mut harness, field, |h| in_sight(h, field));
        harness.get_by_label(field).type_text("xt");
        harness.run_steps(2);
        harness.key_press(Key::Escape);
        harness.run_steps(3);
    }
    // A key struck before the account's facts are there: they come above the field.
    for account in [&b, &a, &b] {
        ask(&mut harness, [select(account)]);
        harness.key_press(Key::N);
        harness.run_steps(1);
        settle(&mut harness);
        until(&mut harness, "the note", |h| in_sight(h, "Write a note"));
        harness.key_press(Key::Escape);
        harness.run_steps(3);
    }
    harness.get_by_label_contains("1 unsaved reason, 1 unsaved note, 1 unsaved tag").click();
    until(&mut harness, "the reason", |h| in_sight(h, "Reason for the verdict"));
    assert!(harness.state().view.selection.has_account(&a));
}

#[test]
fn undo_with_nothing_left_says_so() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let (mut harness, a, _) = on_the_sample(scratch.path());
    ask(&mut harness, [select(&a), Action::Run(Command::Suspicious)]);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert!(harness.query_by_label("nothing left to undo").is_none());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    harness.get_by_label("nothing left to undo");
}

#[test]
fn undo_after_a_note_takes_the_note_back() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let (mut harness, a, _) = on_the_sample(scratch.path());
    ask(&mut harness, [select(&a)]);
    harness.key_press(Key::N);
    harness.run_steps(3);
    harness.get_by_label("Write a note").type_text("ask for the contract");
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run_steps(4);
    let notes = |harness: &Harness<'_, App>| {
        let session = harness.state().session.as_ref().expect("a case is open");
        session.case.annotations().get(&a).map_or(0, |said| said.notes.len())
    };
    assert_eq!(notes(&harness), 1);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(4);
    assert_eq!(notes(&harness), 0);
}

#[test]
fn what_the_accounts_table_says_and_what_every_record_has_is_shown() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let (mut harness, a, _) = on_the_sample(scratch.path());
    until(&mut harness, "the request ids", |h| h.query_by_label("request_id: 100 %").is_some());
    ask(&mut harness, [select(&a)]);
    until(&mut harness, "the accounts table", |h| {
        h.query_by_label("From the accounts table").is_some() && h.query_by_label("Plan").is_some()
    });
}
