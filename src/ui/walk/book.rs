//! From a view that is kept as evidence to a claim that rests on it, on the case's own screen.

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::{counted, until, window};
use crate::model::book::{self, Entry, Item, Part};
use crate::ui::{App, Screen};

fn press(harness: &mut Harness<'_, App>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

fn written(harness: &Harness<'_, App>) -> Vec<Entry> {
    harness.state().session.as_ref().expect("a case").case.book().to_vec()
}

fn type_into(harness: &mut Harness<'_, App>, field: &str, text: &str) {
    harness.get_by_label(field).focus();
    harness.run_steps(2);
    harness.get_by_label(field).type_text(text);
    harness.run_steps(2);
}

#[test]
fn a_view_is_kept_as_evidence_a_claim_rests_on_it_and_all_of_it_can_be_undone() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.get_by_label("Open sample case").click();
    until(&mut harness, "the sample", counted);

    press(&mut harness, Modifiers::NONE, Key::B);
    harness.get_by_label("Title of the evidence").type_text("All of the case");
    harness.run_steps(2);
    until(&mut harness, "the count of what is kept", |h| {
        let mut all = h.query_all_by_label_contains(" accounts");
        all.any(|node| {
            node.accesskit_node().value().is_some_and(|words| words.contains(" exchanges, "))
        })
    });
    harness.get_by_label("Keep").click();
    harness.run_steps(3);
    let kept = written(&harness);
    let evidence = book::evidence(&kept);
    assert_eq!(evidence[0].1.title, "All of the case");
    assert!(evidence[0].1.rows > 0 && evidence[0].1.accounts > 0);

    press(&mut harness, Modifiers::COMMAND, Key::Num6);
    assert_eq!(harness.state().view.screen, Screen::Case);
    type_into(&mut harness, "New hypothesis", "One operator stands behind the night burst");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    harness.get_by_label("Evidence for: none").click();
    harness.run_steps(3);
    harness.get_by_label_contains("1  All of the case").click();
    harness.run_steps(3);
    let now = written(&harness);
    let (_, claim) = book::hypotheses(&now)[0];
    assert_eq!(claim.claim, "One operator stands behind the night burst");
    assert_eq!(claim.supports, [evidence[0].0.id]);

    press(&mut harness, Modifiers::NONE, Key::Escape);
    type_into(&mut harness, "New task", "Ask counsel");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    let field = egui::accesskit::Role::MultilineTextInput;
    harness.get_by_role_and_label(field, "Predication").focus();
    harness.run_steps(2);
    harness.get_by_role_and_label(field, "Predication").type_text("A tip of 12 March");
    harness.run_steps(2);
    press(&mut harness, Modifiers::COMMAND, Key::Enter);
    harness.get_by_label("Start from known terms").click();
    harness.run_steps(3);
    let all = written(&harness);
    assert!(all.iter().any(|entry| matches!(&entry.item, Item::Task(task) if !task.is_done)));
    assert_eq!(book::words(&all, Part::Predication).expect("written").1.text, "A tip of 12 March");
    assert!(book::terms(&all).len() >= 10);
    assert!(harness.query_by_label("Start from known terms").is_none(), "they are there");

    // Nothing has the focus that would take the key.
    harness.get_by_label("Overview").click();
    harness.run_steps(3);
    let mut steps = 0;
    while !written(&harness).is_empty() {
        press(&mut harness, Modifiers::COMMAND, Key::Z);
        steps += 1;
        assert!(steps < 20, "{:?}", written(&harness));
    }
    assert_eq!(steps, 6, "each deed is one step");
}

#[test]
fn evidence_leads_back_to_where_it_was_kept() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.get_by_label("Open sample case").click();
    until(&mut harness, "the sample", counted);
    let set = crate::model::Filter::parse("model:atlas-4").expect("readable");
    harness.state_mut().actions.push(crate::ui::Action::Filter(set.clone()));
    harness.state_mut().actions.push(crate::ui::Action::Go(Screen::Explore));
    until(&mut harness, "the count", counted);
    press(&mut harness, Modifiers::NONE, Key::B);
    harness.get_by_label("Title of the evidence").type_text("Only atlas-4");
    until(&mut harness, "the count of what is kept", |h| {
        let mut all = h.query_all_by_label_contains(" accounts");
        all.any(|node| {
            node.accesskit_node().value().is_some_and(|words| words.contains(" exchanges, "))
        })
    });
    harness.get_by_label("Keep").click();
    harness.run_steps(3);
    assert_eq!(book::evidence(&written(&harness))[0].1.filter, set.to_string());
    harness.state_mut().actions.push(crate::ui::Action::Filter(crate::model::Filter::everything()));
    harness.run_steps(3);
    press(&mut harness, Modifiers::COMMAND, Key::Num6);
    harness.get_by_label("Open").click();
    harness.run_steps(3);
    assert_eq!(harness.state().view.screen, Screen::Explore);
    assert_eq!(harness.state().view.filter, set);
}
