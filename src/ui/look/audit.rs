//! Audit & data: sources and journal, what an entry did, detectors, and statements that run and
//! that do not.

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::defend::decided;
use super::{THEMES, app, ask, save, settle, setup, until};
use crate::model::Selection;
use crate::store::{CaseFile, Mode};
use crate::ui::{Action, App, Command};

fn settled(harness: &mut Harness<'_, App>) {
    until(harness, |app| {
        let session = app.session.as_ref();
        session.is_some_and(|s| s.case.save_state().pending == 0 && s.audit.is_settled())
    });
    settle(harness);
}

fn click(harness: &mut Harness<'_, App>, label: &str) {
    harness.get_by_label(label).click();
    settled(harness);
}

/// Runs a statement.
fn run(harness: &mut Harness<'_, App>, sql: &str) {
    let session = harness.state_mut().session.as_mut().expect("a case");
    session.audit.console().write(sql);
    settle(harness);
    click(harness, "Run");
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_audit() {
    let sizes = [([1440.0, 900.0], ""), ([1280.0, 800.0], "-1280"), ([2560.0, 1440.0], "-2560")];
    for (size, suffix) in sizes {
        for (dark, theme) in THEMES {
            let scratch = tempfile::tempdir().expect("a scratch directory");
            let mut harness = app(setup(scratch.path()), size, dark);
            decided(&mut harness);
            pictures(&mut harness, size[0] > 2_000.0, |screen| format!("{screen}{suffix}{theme}"));
        }
    }
}

fn pictures(harness: &mut Harness<'_, App>, is_wide: bool, name: impl Fn(&str) -> String) {
    let ids = harness.state().session.as_ref().expect("a case").case.index.accounts().to_vec();
    for (id, verdict) in
        [(&ids[3], Command::Suspicious), (&ids[8], Command::Watch), (&ids[3], Command::Cleared)]
    {
        ask(harness, vec![Action::Select(Selection::account(id)), Action::Run(verdict)]);
    }
    ask(harness, vec![Action::Run(Command::Undo)]);
    // An export, which waits for the next edit.
    until(harness, |app| app.session.as_ref().is_some_and(|s| s.case.save_state().pending == 0));
    let path = harness.state().session.as_ref().expect("a case").case.path.clone();
    let file = CaseFile::open(&path, Mode::ReadOnly).expect("a case");
    let detail = serde_json::json!({ "selection": "cluster:1", "files": 12 });
    file.note_export(super::NOW, "analyst", "/exports/march", detail).expect("noted");
    drop(file);
    ask(harness, vec![Action::Run(Command::Audit)]);
    settled(harness);
    if is_wide {
        run(harness, "SELECT * FROM view_event LIMIT 5000");
    }
    save(harness, &name("audit"));
    click(harness, "History of the selection");
    let rows = harness.query_all_by_role(egui::accesskit::Role::Row);
    let labels = rows.filter_map(|row| egui_kittest::kittest::NodeT::accesskit_node(&row).label());
    let labels: Vec<String> = labels.collect();
    let newest = labels.iter().find(|row| row.contains("mark ")).expect("an entry").clone();
    click(harness, &newest);
    let source = labels.iter().find(|row| row.contains("jsonl")).expect("a source").clone();
    click(harness, &source);
    click(harness, "Hash files again");
    save(harness, &name("audit-history"));
    if is_wide {
        return;
    }
    click(harness, "Detectors");
    save(harness, &name("audit-detectors"));
    click(harness, "SQL");
    save(harness, &name("audit-sql-first"));
    run(harness, "SELECT * FROM view_event LIMIT 5000");
    click(harness, "Columns of view_account");
    save(harness, &name("audit-sql"));
    run(harness, "SELECT acount_id, output_tokens\nFROM view_account");
    save(harness, &name("audit-sql-error"));
}
