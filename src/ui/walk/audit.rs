//! From what a case was made of to who said what of an account, and to a number asked by SQL.

use std::path::Path;

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::findings::analysed;
use super::{counted, until, window};
use crate::model::Selection;
use crate::ui::{Action, App, Screen};

fn press(harness: &mut Harness<'_, App>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

fn click(harness: &mut Harness<'_, App>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(3);
}

fn settled(harness: &mut Harness<'_, App>) {
    until(harness, "what the screen reads", |h| {
        h.state().session.as_ref().is_some_and(|session| {
            session.case.save_state().pending == 0 && session.audit.is_settled()
        })
    });
}

fn has(harness: &Harness<'_, App>, words: &str) -> bool {
    harness.query_all_by_label_contains(words).next().is_some()
}

/// What the rows of a table say, as they are read out.
fn rows(harness: &Harness<'_, App>) -> Vec<String> {
    let rows = harness.query_all_by_role(egui::accesskit::Role::Row);
    rows.filter_map(|row| row.accesskit_node().label()).collect()
}

/// A window on the sample.
fn sample(scratch: &Path) -> Harness<'static, App> {
    let mut harness = window(scratch);
    harness.run_steps(2);
    click(&mut harness, "Open sample case");
    until(&mut harness, "the sample", counted);
    harness
}

fn audit(harness: &mut Harness<'_, App>) {
    press(harness, Modifiers::COMMAND, Key::Num8);
    assert_eq!(harness.state().view.screen, Screen::Audit);
    settled(harness);
}

#[test]
fn sources_have_their_hashes_and_are_hashed_again() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = sample(scratch.path());
    audit(&mut harness);
    assert!(has(&harness, "Chain intact: "), "{:?}", rows(&harness));
    let sources = harness.state().session.as_ref().expect("a case").case.sources.clone();
    let said = rows(&harness);
    let row = said.iter().find(|row| row.contains(&sources[0].sha256[..12])).expect("its row");
    assert!(row.contains("there, not hashed") && row.contains("analyst"), "{row}");
    click(&mut harness, "Hash files again");
    settled(&mut harness);
    assert!(has(&harness, "1 the same"));
    assert!(rows(&harness).iter().any(|row| row.contains("same hash")), "{:?}", rows(&harness));

    // One that was changed since is no longer what the case was made from.
    std::fs::write(&sources[0].path, "changed").expect("written");
    click(&mut harness, "Hash files again");
    settled(&mut harness);
    assert!(rows(&harness).iter().any(|row| row.contains("other bytes")), "{:?}", rows(&harness));
    let row = rows(&harness).into_iter().find(|row| row.contains("other bytes")).expect("its row");
    click(&mut harness, &row);
    assert!(has(&harness, &sources[0].sha256), "the whole hash is said");
    assert!(has(&harness, "Mapping that it was read with"));
    click(&mut harness, "Close the source");

    press(&mut harness, Modifiers::ALT, Key::ArrowLeft);
    assert_eq!(harness.state().view.screen, Screen::Overview);
    press(&mut harness, Modifiers::ALT, Key::ArrowRight);
    assert_eq!(harness.state().view.screen, Screen::Audit);
}

#[test]
fn the_journal_is_searched_and_tells_the_history_of_an_account() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = sample(scratch.path());
    let ids = harness.state().session.as_ref().expect("a case").case.index.accounts().to_vec();
    let flag = |harness: &mut Harness<'_, App>, id: &str, key| {
        harness.state_mut().actions.push(Action::Select(Selection::account(id)));
        harness.run_steps(3);
        press(harness, Modifiers::NONE, key);
    };
    flag(&mut harness, &ids[0], Key::Num1);
    flag(&mut harness, &ids[1], Key::Num2);
    flag(&mut harness, &ids[0], Key::Num3);
    audit(&mut harness);
    let touched = |harness: &Harness<'_, App>, id: &str| {
        rows(harness).iter().filter(|row| row.contains(&format!("mark {id} as"))).count()
    };
    assert_eq!((touched(&harness, &ids[0]), touched(&harness, &ids[1])), (2, 1));
    assert!(rows(&harness).iter().any(|row| row.contains("import")));

    // Only what touches the account that is selected, newest first.
    click(&mut harness, "History of the selection");
    settled(&mut harness);
    assert_eq!((touched(&harness, &ids[0]), touched(&harness, &ids[1])), (2, 0));
    assert!(has(&harness, &format!("history of {}", ids[0])));
    let newest = rows(&harness).into_iter().find(|row| row.contains("mark ")).expect("a row");
    assert!(newest.contains("cleared"), "{newest}");
    click(&mut harness, &newest);
    settled(&mut harness);
    let said = format!("{}: suspicious, medium confidence → cleared, medium confidence", ids[0]);
    assert!(has(&harness, &said), "{said}");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(!has(&harness, &said), "Esc puts the entry away");
    assert!(harness.state().view.selection.has_account(&ids[0]), "and nothing else");
    click(&mut harness, "Show everything");

    harness.get_by_label("Search the journal").focus();
    harness.run_steps(2);
    harness.get_by_label("Search the journal").type_text("watch");
    harness.run_steps(2);
    settled(&mut harness);
    assert_eq!((touched(&harness, &ids[0]), touched(&harness, &ids[1])), (0, 1));
    assert!(has(&harness, "1 of "));
}

#[test]
fn a_statement_runs_fails_with_advice_and_is_really_stopped() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = sample(scratch.path());
    audit(&mut harness);
    click(&mut harness, "SQL");
    let write = |harness: &mut Harness<'_, App>, sql: &str| {
        let session = harness.state_mut().session.as_mut().expect("a case");
        session.audit.console().write(sql);
        harness.run_steps(2);
    };
    write(&mut harness, "SELECT 7 AS seven, 'a' || char(8238) || 'b' AS hostile");
    click(&mut harness, "Run");
    settled(&mut harness);
    assert!(has(&harness, "1 row · "));
    let shown = rows(&harness).join("; ");
    assert!(shown.contains('7') && !shown.contains('\u{202e}'), "{shown:?}");

    write(&mut harness, "SELECT * FROM view_acount");
    harness.get_by_label("SQL statement").focus();
    harness.run_steps(2);
    press(&mut harness, Modifiers::COMMAND, Key::Enter);
    settled(&mut harness);
    assert!(has(&harness, "no such table: view_acount"));
    assert!(has(&harness, "Did you mean view_account?"));

    write(
        &mut harness,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    );
    click(&mut harness, "Run");
    until(&mut harness, "the statement to run", |h| has(h, "running, "));
    click(&mut harness, "Stop");
    settled(&mut harness);
    assert!(has(&harness, "stopped after "));

    // What is asked next stops what runs: the latest wins.
    click(&mut harness, "Run");
    until(&mut harness, "the statement to run", |h| has(h, "running, "));
    write(&mut harness, "SELECT 'the latest' AS word");
    harness.get_by_label("SQL statement").focus();
    harness.run_steps(2);
    press(&mut harness, Modifiers::COMMAND, Key::Enter);
    settled(&mut harness);
    assert!(rows(&harness).iter().any(|row| row.contains("the latest")));

    // A click on a name writes it where the cursor is.
    write(&mut harness, "SELECT count(*) FROM");
    click(&mut harness, "view_journal");
    click(&mut harness, "Run");
    settled(&mut harness);
    assert!(has(&harness, "1 row · "));
    click(&mut harness, "Copy as CSV");
    settled(&mut harness);
    assert!(has(&harness, "1 row copied"));
    click(&mut harness, "Copy command line");
    let commands = &harness.output().platform_output.commands;
    let copied = format!("{commands:?}");
    assert!(copied.contains("stillwatch query") || has(&harness, "command line copied"));
}

#[test]
fn the_detectors_of_the_run_are_listed_and_the_case_is_verified() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = analysed(scratch.path());
    audit(&mut harness);
    click(&mut harness, "Detectors");
    assert!(has(&harness, "with seed 1 over "));
    assert!(rows(&harness).iter().any(|row| row.contains("not run: ")), "{:?}", rows(&harness));
    click(&mut harness, "Verify this case");
    until(&mut harness, "the verification", |h| !h.state().is_verifying());
    assert!(has(&harness, "Every hash held when it was verified"));
}
