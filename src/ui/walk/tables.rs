//! The tables of Explore in the whole window: by the keyboard alone, and written to a file.

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::{counted, settle, until, verdict, window};
use crate::model::Verdict;
use crate::ui::{App, Screen};

fn press(harness: &mut Harness<'_, App>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

fn type_text(harness: &mut Harness<'_, App>, text: &str) {
    harness.event(egui::Event::Text(text.to_owned()));
    harness.run_steps(3);
}

/// Explore on the sample, by the keyboard: the palette finds every command by its name.
fn on_explore(scratch: &std::path::Path) -> Harness<'static, App> {
    let mut harness = window(scratch);
    harness.run_steps(2);
    press(&mut harness, Modifiers::COMMAND, Key::K);
    type_text(&mut harness, "sample");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    until(&mut harness, "the sample", counted);
    press(&mut harness, Modifiers::COMMAND, Key::Num3);
    harness
}

/// Whether a row of the accounts says all of this.
fn has_row(harness: &Harness<'_, App>, words: &[&str]) -> bool {
    harness.query_all_by_role(egui::accesskit::Role::Row).any(|row| {
        let label = row.accesskit_node().label().unwrap_or_default();
        words.iter().all(|word| label.contains(word))
    })
}

#[test]
fn what_is_typed_right_behind_the_key_of_a_field_is_not_lost() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = on_explore(scratch.path());
    // As fast as a hand or a script may be: the key and the first letters in one frame, the
    // others in the frames before the field has the keyboard.
    let key = |key| egui::Event::Key {
        key,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    let text = |text: &str| egui::Event::Text(text.to_owned());
    let at_once = [key(Key::Slash), text("/"), key(Key::Minus), text("-"), key(Key::M), text("m")];
    harness.input_mut().events.extend(at_once);
    harness.step();
    for letters in ["o", "d", "el:", "atlas-3"] {
        harness.input_mut().events.push(text(letters));
        harness.step();
    }
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(harness.state().view.filter.to_string(), "-model:atlas-3");
}

#[test]
fn the_keyboard_alone_leads_from_the_start_to_a_flagged_account_and_back() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = on_explore(scratch.path());
    assert_eq!(harness.state().view.screen, Screen::Explore);
    press(&mut harness, Modifiers::NONE, Key::Slash);
    type_text(&mut harness, "status:200");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert_eq!(harness.state().view.filter.to_string(), "status:200");
    press(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::A);
    until(&mut harness, "the accounts", |h| has_row(h, &["active in"]));
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    let account = harness.state().view.selection.single_account().map(str::to_owned);
    let account = account.expect("the arrows select an account");
    settle(&mut harness);
    press(&mut harness, Modifiers::NONE, Key::Num1);
    until(&mut harness, "the verdict in the table", |h| has_row(h, &[&account, "suspicious"]));
    assert_eq!(verdict(&harness, &account).map(|v| v.0), Some(Verdict::Suspicious));
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    until(&mut harness, "the verdict taken back", |h| !has_row(h, &[&account, "suspicious"]));
    assert_eq!(verdict(&harness, &account), None);
}

#[test]
fn what_is_shown_is_exported_with_what_it_is_and_the_columns_are_remembered() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.get_by_label("Open sample case").click();
    until(&mut harness, "the sample", counted);
    press(&mut harness, Modifiers::COMMAND, Key::Num3);
    press(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
    until(&mut harness, "the sheet", |h| h.query_by_label("Export").is_some());
    harness.get_by_label("Export").click();
    until(&mut harness, "the table", |h| h.query_by_label("Exported").is_some());
    let folder = scratch.path().to_owned();
    let found: Vec<std::path::PathBuf> = walk(&folder)
        .into_iter()
        .filter(|path| path.to_string_lossy().ends_with("-exchanges.csv"))
        .collect();
    let [csv] = &found[..] else { panic!("{found:?}") };
    let text = std::fs::read_to_string(csv).expect("a table");
    let side = std::fs::read_to_string(crate::report::shown::beside(csv)).expect("beside it");
    let side: serde_json::Value = serde_json::from_str(&side).expect("JSON");
    let rows = text.lines().count() as u64 - 1;
    assert_eq!((side["rows"].as_u64(), side["of"].as_u64()), (Some(rows), Some(rows)));
    assert_eq!(side["case"]["sha256"].as_str().map(str::len), Some(64));
    assert_eq!(side["time_zone"], "UTC");
    let session = harness.state_mut().session.as_mut().expect("open");
    let [(_, columns), ..] = session.explore.columns();
    columns.order = vec!["tags".into()];
    harness.run_steps(3);
    assert_eq!(harness.state().memory.columns["accounts"].order, ["tags"]);
}

#[test]
fn enter_in_the_palette_is_its_own_while_text_is_looked_for_in_a_record() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.get_by_label("Open sample case").click();
    until(&mut harness, "the sample", counted);
    press(&mut harness, Modifiers::COMMAND, Key::Num3);
    press(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::X);
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    until(&mut harness, "the record", |h| h.query_by_label("Find the original record").is_some());
    harness.get_by_label("Find the original record").click();
    harness.run_steps(3);
    harness.get_by_label("Find in the record");
    press(&mut harness, Modifiers::COMMAND, Key::K);
    type_text(&mut harness, "overview");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(harness.state().view.screen, Screen::Overview);
}

#[test]
fn the_fields_of_a_record_have_the_request_id_that_its_line_has() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.get_by_label("Open sample case").click();
    until(&mut harness, "the sample", counted);
    press(&mut harness, Modifiers::COMMAND, Key::Num3);
    press(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::X);
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    until(&mut harness, "the record", |h| h.query_by_label("fields").is_some());
    harness.get_by_label("fields").click();
    until(&mut harness, "its fields", |h| has_row(h, &["request_id"]));
    assert!(!has_row(&harness, &["request_id, absent"]));
}

/// All files under a folder.
fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .flat_map(|entry| match entry.path() {
            path if path.is_dir() => walk(&path),
            path => vec![path],
        })
        .collect()
}
