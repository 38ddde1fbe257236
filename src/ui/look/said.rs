//! What is said of many accounts at once, and what is asked and answered around it.

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::defend::decided;
use super::{THEMES, app, ask, save, settle, setup, until};
use crate::case::{Author, Edit};
use crate::model::{Confidence, Filter, Time, Verdict};
use crate::ui::app::Overlay;
use crate::ui::app::dialogs::Purpose;
use crate::ui::shell::PathPrompt;
use crate::ui::{Action, App, Command};

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_what_is_said_of_many() {
    for (dark, theme) in THEMES {
        let scratch = tempfile::tempdir().expect("a scratch directory");
        let mut harness = app(setup(scratch.path()), [1440.0, 900.0], dark);
        decided(&mut harness);
        judged_for_two_reasons(&mut harness);
        let filter = Filter::parse("cluster:1").expect("readable");
        let expr = filter.expr.clone().expect("a condition");
        let select = Action::Select(crate::model::Selection::Where(expr));
        ask(&mut harness, vec![select, Action::Run(Command::Findings)]);
        settle(&mut harness);
        save(&mut harness, &format!("said-findings{theme}"));
        ask(&mut harness, vec![Action::Run(Command::Dossier)]);
        settle(&mut harness);
        save(&mut harness, &format!("said-dossier{theme}"));
        before_and_after(&mut harness, theme);
        harness.state_mut().overlay = Overlay::Path(PathPrompt::of(Purpose::Merge));
        settle(&mut harness);
        harness.event(egui::Event::Text("/nowhere/mara.stillwatch".into()));
        settle(&mut harness);
        save(&mut harness, &format!("path{theme}"));
        harness.get_by_label("Cancel").click();
        settle(&mut harness);
        written(&mut harness, theme);
    }
}

/// All accounts of a cluster suspicious, half of them for another reason, with one note on all.
fn judged_for_two_reasons(harness: &mut Harness<'_, App>) {
    let case = &mut harness.state_mut().session.as_mut().expect("a case").case;
    let analysis = case.analysis().expect("findings").clone();
    let ids = case.index.accounts();
    let of = analysis.cluster(1).expect("a cluster").members.iter();
    let accounts: Vec<String> = of.map(|m| ids[m.account as usize].clone()).collect();
    let author = Author { actor: "ann".into(), at: Time(1_776_000_000_000_000) };
    let (some, others) = accounts.split_at(accounts.len() / 2);
    for (accounts, reason) in [(some, "blocks handed over"), (others, "one list, divided")] {
        let given = Some((Verdict::Suspicious, Confidence::High, reason));
        let edit = Edit::verdict(case.annotations(), accounts, given, &author);
        case.edit(edit, author.clone()).expect("kept");
    }
    let note = "Asked the gateway team for the addresses; see ac669538.";
    let edit = Edit::note(&accounts, note, case.next_note_id(), &author);
    case.edit(edit, author).expect("kept");
}

/// Two stretches of time of unlike length.
fn before_and_after(harness: &mut Harness<'_, App>, theme: &str) {
    ask(harness, vec![Action::Filter(Filter::everything()), Action::Run(Command::Compare)]);
    for (side, choice) in
        [("Side A", "before atlas-4 released"), ("Side B", "after atlas-4 released")]
    {
        settle(harness);
        harness.get_by_label_contains(side).click();
        settle(harness);
        harness.get_by_label(choice).click();
    }
    until(harness, |app| app.session.as_ref().is_some_and(|s| s.compare.is_settled()));
    settle(harness);
    save(harness, &format!("compare-spans{theme}"));
}

/// The pages of a package that was written.
#[cfg(feature = "pdf")]
fn written(harness: &mut Harness<'_, App>, theme: &str) {
    ask(harness, vec![Action::Run(Command::Report)]);
    until(harness, |app| app.session.as_ref().is_some_and(|s| s.report.is_settled()));
    harness.get_by_label("Export").click();
    until(harness, |app| app.exported().is_some());
    until(harness, |app| app.session.as_ref().is_some_and(|s| s.report.is_settled()));
    for _ in 0..200 {
        harness.step();
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    save(harness, &format!("report-written{theme}"));
}

#[cfg(not(feature = "pdf"))]
fn written(_: &mut Harness<'_, App>, _: &str) {}
