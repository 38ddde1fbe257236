//! Pictures of records of one call, and of what an import says that it did not read.

use std::path::Path;

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::{app, ask, is_counted, save, settle, setup, until};
use crate::ui::state::Screen;
use crate::ui::walk::joins::logs;
use crate::ui::{Action, App, Command};

const SIZES: [(bool, [f32; 2], &str); 4] = [
    (true, [1280.0, 800.0], ""),
    (false, [1280.0, 800.0], "-light"),
    (true, [2560.0, 1440.0], "-2560"),
    (false, [2560.0, 1440.0], "-2560-light"),
];

fn click(harness: &mut Harness<'_, App>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(4);
    settle(harness);
}

fn open(harness: &mut Harness<'_, App>, paths: Vec<std::path::PathBuf>) {
    ask(harness, vec![Action::Open(paths)]);
    until(harness, |app| app.has_case() || app.review.as_ref().is_some_and(|r| !r.is_looking()));
    if harness.state().review.is_some() {
        ask(harness, vec![Action::StartImport]);
    }
    until(harness, is_counted);
}

/// A case of two logs of the same calls, one of which has a part of itself again beside it.
fn joined(harness: &mut Harness<'_, App>, scratch: &Path) {
    let [gateway, bills] = logs(scratch);
    let text = std::fs::read_to_string(&gateway).expect("written");
    let again: String = text.split_inclusive('\n').skip(31).collect();
    let path = scratch.join("gateway-again.jsonl");
    std::fs::write(&path, again).expect("written");
    open(harness, vec![gateway, path, bills]);
    ask(harness, vec![Action::Go(Screen::Joins)]);
    until(harness, |app| app.session.as_ref().is_some_and(|s| s.joins.is_settled()));
    settle(harness);
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_joins() {
    for (dark, size, theme) in SIZES {
        let scratch = tempfile::tempdir().expect("a scratch directory");
        let mut harness = app(setup(scratch.path()), size, dark);
        harness.step();
        joined(&mut harness, scratch.path());
        save(&mut harness, &format!("joins{theme}"));
        click(&mut harness, "One call");
        click(&mut harness, "Two calls");
        save(&mut harness, &format!("joins-decided{theme}"));
        ask(&mut harness, vec![Action::Run(Command::CloseCase)]);
        settle(&mut harness);
        save(&mut harness, &format!("joins-leave{theme}"));
        click(&mut harness, "Keep working");
        click(&mut harness, "Pick the others");
        save(&mut harness, &format!("joins-others{theme}"));
        click(&mut harness, "Forget them");
        save(&mut harness, &format!("joins-forgotten{theme}"));
        click(&mut harness, "Repeats 9");
        save(&mut harness, &format!("joins-repeats{theme}"));
        click(&mut harness, "Two calls 0");
        save(&mut harness, &format!("joins-none{theme}"));
    }
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_joins_that_are_only_read() {
    for (dark, size, theme) in SIZES {
        let scratch = tempfile::tempdir().expect("a scratch directory");
        let mut first = app(setup(scratch.path()), [800.0, 600.0], dark);
        first.step();
        joined(&mut first, scratch.path());
        let case = first.state().session.as_ref().expect("a case").case.path.clone();
        let mut harness = app(setup(scratch.path()), size, dark);
        harness.step();
        open(&mut harness, vec![case]);
        ask(&mut harness, vec![Action::Go(Screen::Joins)]);
        until(&mut harness, |app| app.session.as_ref().is_some_and(|s| s.joins.is_settled()));
        settle(&mut harness);
        save(&mut harness, &format!("joins-read-only{theme}"));
    }
}

/// Requests whose costs and durations are texts, which no rule reads.
fn lines(range: std::ops::Range<u32>) -> String {
    let line = |i: u32| {
        format!(
            "{{\"timestamp\":\"2026-03-14T10:{:02}:05Z\",\"account_id\":\"ac{}\",\
             \"input_tokens\":{},\"total_cost\":\"${}.50\",\"duration_ms\":\"{} s\"}}\n",
            i % 60,
            i % 7,
            100 + i,
            i % 4,
            i % 9
        )
    };
    range.map(line).collect()
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_fields_that_were_not_read() {
    for (dark, size, theme) in SIZES {
        let scratch = tempfile::tempdir().expect("a scratch directory");
        let log = scratch.path().join("gateway.jsonl");
        std::fs::write(&log, lines(0..60)).expect("written");
        let mut harness = app(setup(scratch.path()), size, dark);
        harness.step();
        open(&mut harness, vec![log]);
        settle(&mut harness);
        save(&mut harness, &format!("unread{theme}"));
    }
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_an_import_that_left_fields_out() {
    for (dark, size, theme) in SIZES {
        let scratch = tempfile::tempdir().expect("a scratch directory");
        let folder = scratch.path().join("logs");
        std::fs::create_dir(&folder).expect("a folder");
        // With a list that is not closed the table of files stays.
        let list = format!("[{}", lines(60..90).replace('\n', ",\n"));
        std::fs::write(folder.join("list.json"), list).expect("written");
        std::fs::write(folder.join("more.jsonl"), lines(90..150)).expect("written");
        let mut harness = app(setup(scratch.path()), size, dark);
        harness.step();
        ask(&mut harness, vec![Action::Open(vec![folder])]);
        until(&mut harness, |app| app.import.as_ref().is_some_and(|i| !i.is_running()));
        save(&mut harness, &format!("import-unread{theme}"));
    }
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_numbers_of_another_country() {
    for (dark, size, theme) in SIZES {
        let scratch = tempfile::tempdir().expect("a scratch directory");
        let log = scratch.path().join("kosten.csv");
        let table = "created;account;tokens_in;cost\n2026-03-01T10:00:00Z;ann;1204;0,8403\n\
                     2026-03-01T10:01:00Z;ann;1.204;12,5\n2026-03-01T10:02:00Z;ann;k.A.;0,5\n";
        std::fs::write(&log, table).expect("written");
        let mut harness = app(setup(scratch.path()), size, dark);
        harness.step();
        let other = scratch.path().join("kosten-maerz.csv");
        std::fs::write(&other, table).expect("written");
        ask(&mut harness, vec![Action::Open(vec![log, other])]);
        until(&mut harness, |app| app.review.as_ref().is_some_and(|r| !r.is_looking()));
        settle(&mut harness);
        click(&mut harness, "Field cost");
        save(&mut harness, &format!("review-number{theme}"));
    }
}
