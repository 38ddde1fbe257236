//! A walk through the window, by what is on screen: from the sample to a package that verifies.

mod agreement;
mod audit;
mod book;
mod defend;
mod dossier;
mod filter;
pub mod findings;
mod first_look;
mod heat;
mod import;
pub mod joins;
mod judge;
mod leave;
pub mod merge;
mod network;
mod review;
mod search;
mod steps;
mod tables;
mod time;
mod views;

use std::path::Path;
use std::time::{Duration, Instant};

use egui::{Key, Modifiers, pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::model::{Time, Verdict};

use super::{App, Screen, Setup};

fn window(scratch: &Path) -> Harness<'static, App> {
    let setup = Setup {
        paths: Vec::new(),
        case: None,
        early: None,
        config_dir: Some(scratch.join("config")),
        data_dir: scratch.to_owned(),
        actor: "analyst".into(),
        now: || Time(1_775_000_000_000_000),
        offset_us: 0,
        looks_unasked: false,
    };
    Harness::builder()
        .with_size([1440.0, 900.0])
        .with_max_steps(40)
        .build_eframe(|cc| App::new(cc, setup))
}

/// Longer than anything takes on the slowest machine.
const HANGS: Duration = Duration::from_secs(300);

/// Steps until `done`; work on other threads gets its time.
fn until(harness: &mut Harness<'_, App>, what: &str, done: impl Fn(&Harness<'_, App>) -> bool) {
    let begun = Instant::now();
    while begun.elapsed() < HANGS {
        harness.step();
        if done(harness) {
            harness.run_steps(2);
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("waited in vain for {what}: {:?}", harness.state().notices);
}

/// Steps until the selection's facts are there: what arrives above a button moves it from under
/// a click.
fn settle(harness: &mut Harness<'_, App>) {
    until(harness, "the facts of the selection", |h| {
        let session = h.state().session.as_ref();
        session.is_some_and(|s| !s.panel.is_counting() && s.beside.attributes().is_some())
    });
}

fn counted(harness: &Harness<'_, App>) -> bool {
    let session = harness.state().session.as_ref();
    session.is_some_and(|s| s.overview.facts().is_some() && !s.overview.is_stale())
}

/// The verdict on an account, and the reason given for it.
fn verdict(harness: &Harness<'_, App>, account: &str) -> Option<(Verdict, String)> {
    let session = harness.state().session.as_ref()?;
    let record = session.case.annotations().get(account)?.verdict.as_ref()?;
    Some((record.verdict, record.reason.clone()))
}

fn drag(harness: &mut Harness<'_, App>, from: egui::Pos2, to: egui::Pos2) {
    harness.drag_at(from);
    harness.run_steps(1);
    for i in 1..=4u8 {
        harness.hover_at(from + (to - from) * f32::from(i) / 4.0);
        harness.run_steps(1);
    }
    harness.drop_at(to);
    harness.run_steps(2);
}

#[test]
fn from_the_sample_to_a_package_that_verifies() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.get_by_label("Open sample case").click();
    until(&mut harness, "the sample", counted);
    assert_eq!(harness.state().view.screen, Screen::Overview);

    // A burst is brushed on the time axis, and everything is counted within it.
    until(&mut harness, "the traffic", |h| h.query_by_label("Traffic").is_some());
    let plot = harness.get_by_label("Traffic").rect();
    let y = plot.center().y;
    let (from, to) = (plot.left() + plot.width() * 0.5, plot.left() + plot.width() * 0.6);
    drag(&mut harness, pos2(from, y), pos2(to, y));
    assert!(harness.state().view.filter.time.is_some(), "a drag brushes a range");
    until(&mut harness, "the brush to be counted", |h| {
        counted(h)
            && h.state().session.as_ref().is_some_and(|s| {
                s.overview.facts().is_some_and(|f| u64::from(f.totals.rows) < f.all)
            })
    });

    // Its busiest account is flagged with a reason.
    let (account, rows) = busiest(&harness);
    harness.get_by_label(&format!("{account}, {rows} exchanges")).click();
    harness.run_steps(3);
    assert!(harness.state().view.selection.has_account(&account));
    settle(&mut harness);
    harness.get_by_label("Reason for the verdict").focus();
    harness.run_steps(1);
    harness.get_by_label("Reason for the verdict").type_text("takes turns with others");
    harness.run_steps(2);
    harness.get_by_label("Mark as suspicious").click();
    harness.run_steps(3);
    let given = Some((Verdict::Suspicious, "takes turns with others".to_owned()));
    assert_eq!(verdict(&harness, &account), given);

    // Undo takes it back, redo gives it again.
    harness.get_by_label("Overview").click();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert_eq!(verdict(&harness, &account), None);
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    harness.run_steps(3);
    assert_eq!(verdict(&harness, &account), given);

    export_and_verify(&mut harness);
}

fn busiest(harness: &Harness<'_, App>) -> (String, u32) {
    let session = harness.state().session.as_ref().expect("a case is open");
    let top = &session.overview.facts().expect("counted").top[0];
    (session.case.index.accounts()[top.account as usize].clone(), top.stats.rows)
}

/// Whether the button that exports can be pressed.
fn can_export(harness: &Harness<'_, App>) -> bool {
    let button = harness.query_by_label("Export");
    button.is_some_and(|node| !node.accesskit_node().is_disabled())
}

fn export_and_verify(harness: &mut Harness<'_, App>) {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
    harness.run_steps(3);
    until(harness, "the edits to be on disk", |h| {
        h.state().session.as_ref().is_some_and(|s| s.case.save_state().pending == 0)
    });
    until(harness, "the button", can_export);
    harness.get_by_label("Export").click();
    until(harness, "the package", |h| h.state().exported().is_some());
    let package = harness.state().exported().expect("written").to_owned();
    assert!(package.join("manifest.json").exists());
    harness.get_by_label("Verify").click();
    harness.run_steps(2);
    until(harness, "the verification", |h| !h.state().is_verifying());
    assert!(harness.query_by_label_contains("Intact").is_some());
}

#[test]
fn a_filter_that_cannot_be_read_says_so_and_offers_the_right_word() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.get_by_label("Open sample case").click();
    until(&mut harness, "the sample", counted);
    harness.key_press(Key::Slash);
    harness.run_steps(3);
    harness.get_by_label("Search or filter").type_text("modle:atlas-4");
    harness.run_steps(3);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert!(harness.state().view.filter.is_everything(), "nothing is filtered by a mistake");
    harness.get_by_label("Did you mean model?").click();
    harness.run_steps(4);
    harness.key_press(Key::Enter);
    harness.run_steps(4);
    assert_eq!(harness.state().view.filter.to_string(), "model:atlas-4");
    harness.key_press_modifiers(Modifiers::ALT, Key::ArrowLeft);
    harness.run_steps(3);
    assert!(harness.state().view.filter.is_everything(), "back is where no filter was");
}

#[test]
fn what_is_not_there_or_no_log_is_said_and_nothing_is_left_behind() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let photo = scratch.path().join("photo.jpg");
    std::fs::write(&photo, [0u8, 1, 2, 3]).expect("written");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.state_mut().actions.push(super::Action::Open(vec![scratch.path().join("gone.jsonl")]));
    until(&mut harness, "a notice", |h| !h.state().notices.is_empty());
    assert!(harness.query_by_label("Dismiss: Not found").is_some());
    harness.state_mut().actions.push(super::Action::Open(vec![photo]));
    until(&mut harness, "the import to end", |h| {
        h.state().import.as_ref().is_some_and(|i| !i.is_running())
    });
    assert!(harness.query_by_label("Nothing could be imported").is_some());
    assert!(!scratch.path().join("photo.stillwatch").exists());
    harness.get_by_label("Back").click();
    harness.run_steps(3);
    assert!(harness.query_by_label("Drop logs here").is_some());
}

#[test]
fn logs_dropped_on_an_open_case_ask_where_they_belong() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.get_by_label("Open sample case").click();
    until(&mut harness, "the sample", counted);
    let log = scratch.path().join("more.jsonl");
    let line = r#"{"timestamp":"2026-03-03T00:00:00Z","account_id":"newcomer"}"#;
    std::fs::write(&log, format!("{line}\n")).expect("written");
    harness.state_mut().actions.push(super::Action::Open(vec![log]));
    until(&mut harness, "the question", |h| h.query_by_label("Add to sample.stillwatch").is_some());
    harness.get_by_label("Add to sample.stillwatch").click();
    until(&mut harness, "the log in the case", |h| {
        let session = h.state().session.as_ref();
        session.is_some_and(|s| s.case.sources.len() == 2)
    });
    let session = harness.state().session.as_ref().expect("a case is open");
    assert!(session.case.index.account_position("newcomer").is_some());
}
