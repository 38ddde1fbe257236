//! From a case nobody has looked at to findings that were reviewed.

pub mod case;

use egui::{Key, PointerButton};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::{counted, settle, until, window};
use crate::model::Verdict;
use crate::model::finding::{Level, Subject};
use crate::ui::view::findings::detail::Tab;
use crate::ui::{App, Screen};

/// A case nobody has looked at, on the screen of its findings.
fn opened(scratch: &std::path::Path) -> Harness<'static, App> {
    opened_with(scratch, 3)
}

fn opened_with(scratch: &std::path::Path, rings: u32) -> Harness<'static, App> {
    let path = case::with_rings(scratch, rings);
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
pub(super) fn analysed(scratch: &std::path::Path) -> Harness<'static, App> {
    analysed_with(scratch, 3)
}

fn analysed_with(scratch: &std::path::Path, rings: u32) -> Harness<'static, App> {
    let mut harness = opened_with(scratch, rings);
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
fn a_reason_that_enter_ends_leaves_the_keys_to_the_review() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = analysed(scratch.path());
    let analysis = harness.state().session.as_ref().and_then(|s| s.case.analysis()).cloned();
    let analysis = analysis.expect("found");
    let press = |harness: &mut Harness<'_, App>, key: Key| {
        harness.key_press(key);
        harness.run_steps(3);
        settle(harness);
    };
    let write = |harness: &mut Harness<'_, App>, words: &str| {
        press(harness, Key::Y);
        harness.get_by_label("Reason for the verdict").type_text(words);
        harness.run_steps(2);
        press(harness, Key::Enter);
        assert!(!harness.ctx.text_edit_focused(), "the field is left");
    };
    let said = |harness: &Harness<'_, App>, cluster: usize| {
        let session = harness.state().session.as_ref().expect("a case");
        let account = analysis.clusters[cluster].members[0].account;
        let id = session.case.index.accounts()[account as usize].clone();
        super::verdict(harness, &id)
    };
    press(&mut harness, Key::J);
    // The reason first, then the verdict.
    write(&mut harness, "one card");
    assert_eq!(said(&harness, 0), None, "a reason alone is no verdict");
    press(&mut harness, Key::Num1);
    assert_eq!(said(&harness, 0), Some((Verdict::Suspicious, "one card".to_owned())));
    press(&mut harness, Key::J);
    assert_eq!(selected(&harness), "cluster:2", "the next key steps on");
    // The verdict first, then the reason.
    press(&mut harness, Key::Num2);
    write(&mut harness, "blocks");
    assert_eq!(said(&harness, 1), Some((Verdict::Watch, "blocks".to_owned())));
    press(&mut harness, Key::K);
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
    let named = format!("Edit filter cited by {} of cluster 1", analysis.findings[0].detector);
    assert!(harness.query_by_label_contains(&named).is_some(), "the pill says whose rows");
}

/// On the rows of the first finding of the first cluster, from the tab that lists them.
fn at_rows(scratch: &std::path::Path) -> (Harness<'static, App>, crate::ui::ViewState) {
    let mut harness = analysed(scratch);
    harness.key_press(Key::J);
    harness.run_steps(3);
    read(&mut harness);
    harness.get_by_label("Rows").click();
    harness.run_steps(3);
    let before = harness.state().view.clone();
    assert_eq!((before.tab, before.selection.title().as_str()), (Tab::Rows, "cluster:1"));
    harness.get_by_label("All records of these accounts").click();
    harness.run_steps(3);
    assert_eq!(harness.state().view.screen, Screen::Explore);
    (harness, before)
}

#[test]
fn one_step_back_from_the_rows_of_a_finding_leads_to_its_cluster_tab_and_filter() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let (mut harness, before) = at_rows(scratch.path());
    let there = harness.state().view.clone();
    harness.key_press_modifiers(egui::Modifiers::ALT, Key::ArrowLeft);
    harness.run_steps(3);
    assert_eq!(harness.state().view, before);
    assert!(harness.query_by_label("All records of these accounts").is_some());
    harness.key_press_modifiers(egui::Modifiers::ALT, Key::ArrowRight);
    harness.run_steps(3);
    assert_eq!(harness.state().view, there, "forward leads to the same rows");
}

#[test]
fn the_buttons_on_the_side_of_a_mouse_lead_back_and_forward() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let (mut harness, before) = at_rows(scratch.path());
    let there = harness.state().view.clone();
    for (button, leads_to) in [(PointerButton::Extra1, before), (PointerButton::Extra2, there)] {
        for pressed in [true, false] {
            let (pos, modifiers) = (egui::pos2(700.0, 400.0), egui::Modifiers::NONE);
            harness.event(egui::Event::PointerButton { pos, button, pressed, modifiers });
            harness.run_steps(2);
        }
        assert_eq!(harness.state().view, leads_to);
    }
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

#[test]
fn a_pill_names_what_findings_cite_in_the_words_of_the_run() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = analysed(scratch.path());
    let analysis = harness.state().session.as_ref().and_then(|s| s.case.analysis()).cloned();
    let analysis = analysis.expect("found");
    let (first, role) = (&analysis.findings[0].detector, &analysis.cited[0][0].role);
    let of = |id: u32| analysis.about(Subject::Cluster(id)).next().expect("a finding");
    let (two, second) = (of(2).0, &of(2).1.detector);
    let asked = [
        ("cited:1".to_owned(), format!("cited by {first} of cluster 1")),
        (format!("-cited:\"1/{role}\""), format!("not cited by {first} of cluster 1: {role}")),
        (format!("cited:1,{two}"), format!("cited by {first} of cluster 1; {second} of cluster 2")),
        ("cited:1,1".to_owned(), format!("cited by {first} of cluster 1")),
        ("cited:9999".to_owned(), "cited by finding 9999, not of this run".to_owned()),
        ("cited:\"1/nothing\"".to_owned(), "cited by finding 1, not of this run".to_owned()),
    ];
    for (text, said) in asked {
        let filter = crate::model::Filter::parse(&text).expect(&text);
        harness.state_mut().actions.push(crate::ui::Action::Filter(filter));
        harness.run_steps(3);
        assert!(harness.query_by_label(&format!("Edit filter {said}")).is_some(), "{said}");
    }
}

#[test]
fn the_list_shows_the_row_of_what_was_chosen_elsewhere() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = analysed_with(scratch.path(), 12);
    let session = harness.state().session.as_ref().expect("a case");
    let standing = session.case.analysis().expect("found").standing();
    assert!(standing.iter().sum::<u64>() >= 12, "{standing:?}");
    let sums = crate::ui::view::findings::sums::list(standing);
    assert!(sums.iter().any(|words| harness.query_by_label(words).is_some()), "{sums:?}");
    // So low a window that few rows are in sight.
    harness.set_size(egui::vec2(1440.0, 400.0));
    harness.run_steps(3);
    let row = |harness: &Harness<'_, App>, id: u32| {
        harness.query_by_label_contains(&format!("Cluster {id}, ")).is_some()
    };
    for (id, far) in [(1, 12), (12, 1), (6, 12)] {
        let chosen = crate::ui::view::findings::listing::cluster(id);
        harness.state_mut().actions.push(crate::ui::Action::Select(chosen));
        harness.run_steps(4);
        assert!(row(&harness, id), "as a click on its dot selects cluster {id}");
        assert!(!row(&harness, far), "cluster {far} is out of sight");
    }
}

#[test]
fn clusters_that_are_alike_are_chosen_together_and_opened_by_the_key_that_steps_on() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = analysed_with(scratch.path(), 6);
    let row = |harness: &Harness<'_, App>, id: u32| {
        harness.query_by_label_contains(&format!("Cluster {id}, ")).is_some()
    };
    assert!(!row(&harness, 2), "it stands under the line of those that are alike");
    harness.get_by_label_contains("6 alike, ").click();
    harness.run_steps(4);
    let all: Vec<u32> = (1..=6).collect();
    assert_eq!(
        harness.state().view.selection,
        crate::ui::view::findings::listing::clusters(all),
        "{}",
        selected(&harness)
    );
    let named = harness.query_all_by_label("6 clusters").count();
    assert_eq!(named, 2, "in the card that reads them together, and beside it");
    harness.key_press(Key::J);
    harness.run_steps(4);
    assert_eq!(selected(&harness), "cluster:1");
    assert!(row(&harness, 1) && row(&harness, 2), "the line has opened");
    harness.get_by_label("Hide the 6 alike one by one").click();
    harness.run_steps(4);
    assert!(!row(&harness, 2));
}

#[test]
fn several_clusters_are_read_together_and_a_verdict_goes_to_all_of_them() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = analysed(scratch.path());
    let chosen = crate::ui::view::findings::listing::clusters([2, 3]);
    harness.state_mut().actions.push(crate::ui::Action::Select(chosen));
    harness.run_steps(4);
    assert!(harness.query_by_label_contains("2 of 2").is_some(), "both have the same detector");
    settle(&mut harness);
    harness.key_press(Key::Num2);
    harness.run_steps(3);
    let session = harness.state().session.as_ref().expect("a case");
    let analysis = session.case.analysis().expect("found");
    let of = |id: u32| analysis.cluster(id).expect("there").members.iter().map(|m| m.account);
    let said = |account: u32| session.case.lists().verdict(account);
    assert!(of(2).chain(of(3)).all(|account| said(account) == Some(Verdict::Watch)));
    assert!(of(1).all(|account| said(account).is_none()));
    harness.key_press(Key::J);
    harness.run_steps(3);
    assert_eq!(selected(&harness), "cluster:2", "on to the first of them");
}
