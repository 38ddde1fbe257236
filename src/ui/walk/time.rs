//! Ranges of time and the zone they are shown in, in the whole window.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use super::{counted, until, window};
use crate::model::Filter;
use crate::store::{CaseFile, Mode};
use crate::ui::memory::Memory;
use crate::ui::{Action, Command, Zone};

#[test]
fn a_note_on_a_range_is_written_with_n_undone_and_kept_in_the_case() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.get_by_label("Open sample case").click();
    until(&mut harness, "the sample", counted);
    assert!(!harness.state().available(Command::Note), "there is nothing to write it on");
    let day = Filter::parse("time:2026-03-17").expect("readable").time;
    harness.state_mut().actions.push(Action::Brush(day));
    harness.run_steps(4);
    until(&mut harness, "the brush", counted);
    harness.key_press(Key::N);
    harness.run_steps(4);
    harness.get_by_label("Write a note on this range").type_text("the release, then a wave");
    harness.run_steps(2);
    let ungiven = harness.state().session.as_ref().expect("a case").ungiven();
    assert_eq!(ungiven.notes, 1, "typed, and not given yet");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run_steps(4);
    let notes = |harness: &egui_kittest::Harness<'_, crate::ui::App>| {
        harness.state().session.as_ref().expect("a case").case.time_notes().to_vec()
    };
    let given = notes(&harness);
    assert_eq!(given[0].note.text, "the release, then a wave");
    assert_eq!(Some(given[0].span), day);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(4);
    assert!(notes(&harness).is_empty());
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    harness.run_steps(4);
    assert_eq!(notes(&harness), given);
    let path = harness.state().session.as_ref().expect("a case").case.path.clone();
    until(&mut harness, "the edits to be written", |h| {
        h.state().session.as_ref().is_some_and(|s| s.case.save_state().pending == 0)
    });
    let file = CaseFile::open(&path, Mode::ReadOnly).expect("the case");
    assert_eq!(file.time_notes().expect("notes"), given);
}

#[test]
fn another_zone_is_on_screen_at_once_and_remembered() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.get_by_label("Times are shown in UTC").click();
    harness.run_steps(4);
    assert!(harness.get_by_label("Find a time zone").is_focused(), "one can write at once");
    harness.state_mut().actions.push(Action::ShowTimesIn(Zone::berlin()));
    harness.run_steps(4);
    harness.get_by_label("Times are shown in Test/Berlin");
    assert_eq!(Zone::of(&harness.ctx), Zone::berlin());
    let config = scratch.path().join("config");
    until(&mut harness, "the memory to be saved", |_| Memory::load(&config).zone == "Test/Berlin");
}
