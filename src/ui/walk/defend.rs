//! From a cluster to how it differs from the rest, and to the pages that will leave.

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::findings::analysed;
use super::until;
use crate::ui::{App, Screen};

fn press(harness: &mut Harness<'_, App>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

#[test]
fn a_cluster_is_compared_with_the_rest_and_then_week_with_week() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = analysed(scratch.path());
    press(&mut harness, Modifiers::NONE, Key::J);
    press(&mut harness, Modifiers::COMMAND, Key::Num5);
    assert_eq!(harness.state().view.screen, Screen::Compare);
    let compared = |harness: &mut Harness<'_, App>| {
        until(harness, "the comparison", |h| {
            h.state().session.as_ref().is_some_and(|s| s.compare.is_settled())
        });
    };
    compared(&mut harness);
    harness.get_by_label_contains("Side A: cluster:1");
    harness.get_by_label("Side B: the rest of the case");
    let sentence = "exchanges per active day";
    assert!(harness.query_all_by_label_contains(sentence).next().is_some(), "{sentence}");
    harness.get_by_label("Side B: the rest of the case").click();
    harness.run_steps(3);
    harness.get_by_label("cluster 2").click();
    harness.run_steps(3);
    compared(&mut harness);
    harness.get_by_label("Side B: cluster 2");
    harness.get_by_label_contains("No account is on both sides");

    // Whom somebody flagged against whom somebody cleared.
    press(&mut harness, Modifiers::COMMAND, Key::Num2);
    for verdict in [Key::Num1, Key::Num3] {
        press(&mut harness, Modifiers::NONE, Key::J);
        press(&mut harness, Modifiers::NONE, verdict);
    }
    press(&mut harness, Modifiers::COMMAND, Key::Num5);
    for (side, whom) in [("Side A: ", "flagged by "), ("Side B: ", "cleared by ")] {
        harness.get_by_label_contains(side).click();
        harness.run_steps(3);
        harness.get_by_label_contains(whom).click();
        harness.run_steps(3);
    }
    compared(&mut harness);
    harness.get_by_label_contains("Side A: flagged by ");
    harness.get_by_label_contains("Side B: cleared by ");
    harness.get_by_label_contains("No account is on both sides");
}

#[cfg(feature = "pdf")]
#[test]
fn the_pages_are_those_of_what_is_chosen_in_the_panel() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = analysed(scratch.path());
    press(&mut harness, Modifiers::COMMAND, Key::Num7);
    assert_eq!(harness.state().view.screen, Screen::Report);
    let set = |harness: &mut Harness<'_, App>| {
        until(harness, "the pages", |h| {
            let report = &h.state().session.as_ref().expect("a case").report;
            assert_eq!(report.problem(), None);
            report.is_settled()
        });
        harness.state().session.as_ref().expect("a case").report.count()
    };
    let all = set(&mut harness);
    assert!(all > 3, "{all} pages");
    harness.get_by_label("Page 2").click();
    harness.run_steps(3);
    harness.get_by_label_contains("page 2 of");
    harness.get_by_label("ids become pseudonyms").click();
    harness.run_steps(3);
    set(&mut harness);
    harness.get_by_label_contains("--redact pseudonymise");
    // What is hidden is of no case: no file of it is left anywhere.
    let left = std::fs::read_dir(scratch.path()).expect("readable");
    let left = left.flatten().filter(|entry| entry.path().join("manifest.json").exists());
    assert_eq!(left.count(), 0, "nothing is written before it is asked for");
}
