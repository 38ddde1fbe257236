//! From a case nobody has looked at to findings that were reviewed.

pub mod case;

use egui::Key;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::{counted, settle, until, window};
use crate::model::Verdict;
use crate::model::finding::Level;
use crate::ui::{App, Screen};

/// A case nobody has looked at, on the screen of its findings.
fn opened(scratch: &std::path::Path) -> Harness<'static, App> {
    let path = case::made(scratch);
    let mut harness = window(scratch);
    harness.run_steps(2);
    harness.state_mut().actions.push(crate::ui::Action::Open(vec![path]));
    until(&mut harness, "the case", counted);
    harness.get_by_label("Findings").click();
    harness.run_steps(3);
    assert_eq!(harness.state().view.screen, Screen::Findings);
    harness
}

/// The same with its findings.
fn analysed(scratch: &std::path::Path) -> Harness<'static, App> {
    let mut harness = opened(scratch);
    harness.get_by_label("Run the detectors").click();
    until(&mut harness, "the findings", |h| {
        let session = h.state().session.as_ref();
        session.is_some_and(|s| s.case.analysis().is_some() && s.findings.is_settled())
    });
    harness
}

fn read(harness: &mut Harness<'_, App>) {
    until(harness, "the proof", |h| {
        h.state().session.as_ref().is_some_and(|s| s.findings.is_settled())
    });
}

fn selected(harness: &Harness<'_, App>) -> String {
    harness.state().view.selection.title()
}

#[test]
fn findings_are_made_reviewed_by_keys_and_undone() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = analysed(scratch.path());
    let analysis = harness.state().session.as_ref().and_then(|s| s.case.analysis()).cloned();
    let analysis = analysis.expect("found");
    assert!(analysis.clusters[0].level >= Level::Indicative, "the case hides rings");

    harness.key_press(Key::J);
    harness.run_steps(3);
    assert_eq!(selected(&harness), "cluster:1");
    read(&mut harness);
    assert!(harness.query_by_label_contains("Evidence families").is_some());
    settle(&mut harness);
    harness.key_press(Key::Num1);
    harness.run_steps(3);
    let said = |harness: &Harness<'_, App>, account: u32| {
        let session = harness.state().session.as_ref().expect("a case");
        session.case.lists().verdict(account)
    };
    let members: Vec<u32> = analysis.clusters[0].members.iter().map(|m| m.account).collect();
    assert!(members.iter().all(|a| said(&harness, *a) == Some(Verdict::Suspicious)));
    harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert!(members.iter().all(|a| said(&harness, *a).is_none()), "one step takes all back");

    harness.key_press(Key::J);
    harness.run_steps(3);
    let second = selected(&harness);
    assert_ne!(second, "cluster:1");
    harness.key_press(Key::K);
    harness.run_steps(3);
    assert_eq!(selected(&harness), "cluster:1");
}

#[test]
fn a_number_leads_to_exactly_the_rows_it_counts() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = analysed(scratch.path());
    harness.key_press(Key::J);
    harness.run_steps(3);
    read(&mut harness);
    harness.get_by_label("Rows").click();
    harness.run_steps(3);
    let analysis = harness.state().session.as_ref().and_then(|s| s.case.analysis()).cloned();
    let analysis = analysis.expect("found");
    let cited = &analysis.cited[0][0];
    let link = crate::ui::format::counted(cited.events, "row", "rows");
    harness.get_all_by_label(&link).next().expect("a link to the rows").click();
    harness.run_steps(3);
    assert_eq!(harness.state().view.screen, Screen::Explore);
    until(&mut harness, "the rows", counted);
    let session = harness.state().session.as_ref().expect("a case");
    let rows = session.overview.facts().expect("counted").totals.rows;
    let filter = harness.state().view.filter.to_string();
    assert_eq!(u64::from(rows), cited.events, "{filter}");

    harness.key_press_modifiers(egui::Modifiers::ALT, Key::ArrowLeft);
    harness.key_press_modifiers(egui::Modifiers::ALT, Key::ArrowLeft);
    harness.run_steps(3);
    assert_eq!(harness.state().view.screen, Screen::Findings, "back leads back");
}

#[test]
fn other_numbers_are_tried_before_they_are_kept() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = analysed(scratch.path());
    let before = harness.state().session.as_ref().and_then(|s| s.case.analysis()).cloned();
    let before = before.expect("found");
    let mut parameters = crate::detect::Parameters::default();
    parameters.set("D10", "most_accounts_of_a_value", 2.0);
    let options = crate::detect::Options { seed: 1, only: Vec::new(), parameters };
    let tried = crate::ui::state::Detect::Try(options.clone());
    harness.state_mut().actions.push(crate::ui::Action::Detect(tried));
    until(&mut harness, "the trial", |h| {
        h.state().session.as_ref().is_some_and(|s| s.detecting.trial().is_some())
    });
    let session = harness.state().session.as_ref().expect("a case");
    assert_eq!(session.case.analysis(), Some(&before), "a trial changes nothing");
    harness.get_by_label("Keep these findings").click();
    until(&mut harness, "the new findings", |h| {
        let session = h.state().session.as_ref();
        session.is_some_and(|s| s.case.analysis().is_some_and(|a| a.run != before.run))
    });
    let session = harness.state().session.as_ref().expect("a case");
    assert!(session.detecting.trial().is_none());
    let kept =
        crate::detect::Parameters::of_run(&session.case.analysis().expect("found").run.detectors);
    assert_eq!(kept, options.parameters);
}

#[test]
fn a_run_that_is_stopped_leaves_the_case_as_it_was() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = opened(scratch.path());
    harness.get_by_label("Run the detectors").click();
    harness.run_steps(2);
    harness.get_by_label("Stop").click();
    until(&mut harness, "the end of it", |h| {
        h.state().session.as_ref().is_some_and(|s| !s.detecting.is_busy() && s.finding.is_none())
    });
    assert!(harness.state().session.as_ref().is_some_and(|s| s.case.analysis().is_none()));
    assert!(harness.state().notices.is_empty(), "{:?}", harness.state().notices);
    assert!(harness.query_by_label("Run the detectors").is_some());
}
