//! Findings: before a run, at work, each tab, an account alone, the detectors, a trial.

use std::path::{Path, PathBuf};

use egui_kittest::Harness;

use super::{THEMES, app, ask, is_counted, save, settle, setup, until};
use crate::case::{Author, Edit};
use crate::model::finding::Member;
use crate::model::{Confidence, Filter, Selection, Time, Verdict};
use crate::ui::view::findings::listing;
use crate::ui::walk::findings::case;
use crate::ui::{Action, App, Command};

/// Opens a case and goes to its findings: the one that `STILLWATCH_LOOK_CASE` names, which may be
/// large, or a small one.
pub(super) fn opened<'a>(scratch: &Path, size: [f32; 2], dark: bool) -> Harness<'a, App> {
    let path = match std::env::var_os("STILLWATCH_LOOK_CASE").map(PathBuf::from) {
        Some(named) => {
            let copy = scratch.join(named.file_name().expect("a file"));
            std::fs::copy(named, &copy).expect("the case is copied");
            copy
        }
        None => case::made(scratch),
    };
    let mut harness = app(setup(scratch), size, dark);
    harness.step();
    harness.state_mut().actions.push(Action::Open(vec![path]));
    until(&mut harness, is_counted);
    settle(&mut harness);
    ask(&mut harness, vec![Action::Run(Command::Findings)]);
    harness
}

pub(super) fn has_found(app: &App) -> bool {
    app.session.as_ref().is_some_and(|s| s.case.analysis().is_some() && !s.detecting.is_busy())
}

/// The overview of a case with findings, and back.
fn overview(harness: &mut Harness<'_, App>, name: &str) {
    ask(harness, vec![Action::Run(Command::Overview)]);
    settle(harness);
    save(harness, &format!("overview-findings{name}"));
    ask(harness, vec![Action::Run(Command::Findings)]);
}

fn is_read(app: &App) -> bool {
    app.session.as_ref().is_some_and(|session| session.findings.is_settled())
}

fn click(harness: &mut Harness<'_, App>, label: &str) {
    use egui_kittest::kittest::Queryable as _;
    harness.get_by_role_and_label(egui::accesskit::Role::Tab, label).click();
    settle(harness);
    until(harness, is_read);
}

/// A cluster that was cleared before others joined it: all but two of its accounts, before their
/// records came.
fn dismissed(harness: &mut Harness<'_, App>, name: &str) {
    let case = &mut harness.state_mut().session.as_mut().expect("a case").case;
    let analysis = case.analysis().cloned().expect("found");
    let members = analysis.clusters[0].members.iter().skip(2);
    let id = |member: &Member| case.index.accounts()[member.account as usize].clone();
    let accounts: Vec<String> = members.map(id).collect();
    let author = Author { actor: "analyst b".into(), at: Time(-1) };
    let said = Some((Verdict::Cleared, Confidence::High, "a class with one assignment"));
    let edit = Edit::verdict(case.annotations(), &accounts, said, &author);
    case.edit(edit, author).expect("kept");
    ask(harness, vec![Action::Select(listing::cluster(1))]);
    until(harness, is_read);
    settle(harness);
    save(harness, &format!("findings-dismissed{name}"));
}

/// Clusters that are alike, where the list has a line of them: read together, and one by one.
fn several(harness: &mut Harness<'_, App>, name: &str) {
    use egui_kittest::kittest::Queryable as _;
    let Some(line) = harness.query_all_by_label_contains(" alike, ").next() else { return };
    line.click();
    settle(harness);
    save(harness, &format!("findings-several{name}"));
    ask(harness, vec![Action::Run(Command::NextFinding)]);
    until(harness, is_read);
    save(harness, &format!("findings-one-of-several{name}"));
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_findings() {
    for (dark, theme) in THEMES {
        let scratch = tempfile::tempdir().expect("a scratch directory");
        let mut harness = opened(scratch.path(), [1440.0, 900.0], dark);
        if !has_found(harness.state()) {
            save(&mut harness, &format!("findings-never{theme}"));
            harness.state_mut().actions.push(Action::Run(Command::RunDetectors));
            harness.run_steps(2);
            save(&mut harness, &format!("findings-at-work{theme}"));
        }
        until(&mut harness, has_found);
        settle(&mut harness);
        overview(&mut harness, theme);
        save(&mut harness, &format!("findings-detectors{theme}"));
        ask(&mut harness, vec![Action::Run(Command::NextFinding)]);
        until(&mut harness, is_read);
        save(&mut harness, &format!("findings{theme}"));
        for tab in ["Why not?", "Sensitivity", "Accounts", "Rows"] {
            click(&mut harness, tab);
            let name = tab.trim_end_matches('?').to_lowercase().replace(' ', "-");
            save(&mut harness, &format!("findings-{name}{theme}"));
        }
        click(&mut harness, "Proof");
        ask(&mut harness, vec![Action::Select(listing::cluster(2))]);
        until(&mut harness, is_read);
        save(&mut harness, &format!("findings-second{theme}"));
        several(&mut harness, theme);
        dismissed(&mut harness, theme);
        let nobody = Action::Select(Selection::Nothing);
        let filter = Filter::parse("account:nobody").expect("readable");
        ask(&mut harness, vec![nobody, Action::Filter(filter)]);
        save(&mut harness, &format!("findings-no-match{theme}"));
    }
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_findings_of_other_sizes() {
    let tall = ([1440.0, 6_000.0], "-tall");
    for (size, name) in [([1280.0, 800.0], "-1280"), ([2560.0, 1440.0], "-2560"), tall] {
        let scratch = tempfile::tempdir().expect("a scratch directory");
        let mut harness = opened(scratch.path(), size, true);
        if !has_found(harness.state()) {
            ask(&mut harness, vec![Action::Run(Command::RunDetectors)]);
        }
        until(&mut harness, has_found);
        overview(&mut harness, name);
        ask(&mut harness, vec![Action::Run(Command::NextFinding)]);
        until(&mut harness, is_read);
        save(&mut harness, &format!("findings{name}"));
    }
}
