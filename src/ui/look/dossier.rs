//! Dossier: nobody, a cluster, an account of it, the proof of a tie, several to choose from.

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::findings::{has_found, opened};
use super::{THEMES, app, ask, is_counted, save, settle, setup, until};
use crate::model::Selection;
use crate::ui::view::findings::listing;
use crate::ui::{Action, App, Command};

fn is_read(app: &App) -> bool {
    let session = app.session.as_ref();
    session.is_some_and(|s| s.dossier.is_settled() && s.findings.is_proven())
}

fn shown(harness: &mut Harness<'_, App>, name: &str) {
    until(harness, is_read);
    settle(harness);
    save(harness, name);
}

/// The ids of the accounts of the first cluster.
fn members(harness: &Harness<'_, App>) -> Vec<String> {
    let session = harness.state().session.as_ref().expect("a case");
    let cluster = &session.case.analysis().expect("found").clusters[0];
    let id = |account: u32| session.case.index.accounts()[account as usize].clone();
    cluster.members.iter().map(|member| id(member.account)).collect()
}

/// The sample with its findings.
fn sample<'a>(scratch: &std::path::Path, size: [f32; 2], dark: bool) -> Harness<'a, App> {
    let mut harness = app(setup(scratch), size, dark);
    harness.step();
    harness.state_mut().actions.push(Action::Run(Command::OpenSample));
    until(&mut harness, is_counted);
    until(&mut harness, |app| app.session.as_ref().is_some_and(|s| s.finding.is_none()));
    settle(&mut harness);
    if !has_found(harness.state()) {
        ask(&mut harness, vec![Action::Run(Command::RunDetectors)]);
    }
    until(&mut harness, has_found);
    harness
}

fn walk(harness: &mut Harness<'_, App>, name: &str) {
    ask(harness, vec![Action::Run(Command::Dossier)]);
    settle(harness);
    save(harness, &format!("dossier-nobody{name}"));
    ask(harness, vec![Action::Select(listing::cluster(1))]);
    until(harness, is_read);
    ask(harness, vec![Action::Run(Command::Watch), Action::Run(Command::Suspicious)]);
    shown(harness, &format!("dossier-cluster{name}"));
    let ids = members(harness);
    ask(harness, vec![Action::Select(Selection::account(&ids[0]))]);
    shown(harness, &format!("dossier-account{name}"));
    let is_tied = {
        let mut ties = harness.query_all_by_label_contains("Tie to ");
        ties.next().map(|tie| tie.click()).is_some()
    };
    if is_tied {
        shown(harness, &format!("dossier-proof{name}"));
    }
    let session = harness.state().session.as_ref().expect("a case");
    let other = session.case.index.accounts().iter().find(|id| !ids.contains(id)).cloned();
    let both = [ids[0].clone(), other.expect("somebody else")];
    ask(harness, vec![Action::Select(Selection::accounts(both))]);
    settle(harness);
    save(harness, &format!("dossier-several{name}"));
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_the_dossier() {
    for (dark, theme) in THEMES {
        let scratch = tempfile::tempdir().expect("a scratch directory");
        let mut harness = sample(scratch.path(), [1440.0, 900.0], dark);
        walk(&mut harness, theme);
    }
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_the_dossier_of_other_sizes() {
    let tall = ([1440.0, 4_200.0], "-tall");
    for (size, name) in [([1280.0, 800.0], "-1280"), ([2560.0, 1440.0], "-2560"), tall] {
        let scratch = tempfile::tempdir().expect("a scratch directory");
        let mut harness = sample(scratch.path(), size, name != "-1280");
        walk(&mut harness, name);
    }
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_the_dossier_before_the_detectors() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = opened(scratch.path(), [1440.0, 900.0], true);
    let session = harness.state().session.as_ref().expect("a case");
    let first = session.case.index.accounts()[0].clone();
    let select = Action::Select(Selection::account(first));
    ask(&mut harness, vec![select, Action::Run(Command::Dossier)]);
    settle(&mut harness);
    save(&mut harness, "dossier-before");
}
