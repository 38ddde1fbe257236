//! The filter on top: suggestions, and what can be done with a pill.

use super::*;
use crate::model::Filter;

fn sample(scratch: &Path) -> Harness<'static, App> {
    let mut harness = window(scratch);
    harness.run_steps(2);
    harness.get_by_label("Open sample case").click();
    until(&mut harness, "the sample", counted);
    harness
}

fn typed(harness: &mut Harness<'_, App>, text: &str) {
    harness.key_press(Key::Slash);
    harness.run_steps(2);
    harness.get_by_label("Search or filter").type_text(text);
    harness.run_steps(2);
}

fn filter(harness: &Harness<'_, App>) -> String {
    harness.state().view.filter.to_string()
}

#[test]
fn fields_and_values_of_the_case_are_completed_by_keys() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = sample(scratch.path());
    typed(&mut harness, "mod");
    harness.key_press(Key::Tab);
    harness.run_steps(2);
    assert_eq!(harness.state().omnibox.text, "model:");
    harness.get_by_label("Search or filter").type_text("atl");
    let busiest = {
        let index = &harness.state().session.as_ref().expect("a case").case.index;
        let found = index.values_like(crate::model::Field::Model, "atl", 8);
        found.values[0].0.clone()
    };
    until(&mut harness, "values", |h| h.state().omnibox.suggests(&busiest));
    harness.key_press(Key::ArrowDown);
    harness.run_steps(1);
    harness.key_press(Key::Enter);
    harness.run_steps(2);
    assert_eq!(harness.state().omnibox.text, format!("model:{busiest}"));
    assert_eq!(filter(&harness), "", "the first Enter takes the word");
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_eq!(filter(&harness), format!("model:{busiest}"));
}

#[test]
fn a_condition_is_negated_set_aside_taken_back_and_pinned() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = sample(scratch.path());
    let set = Filter::parse("model:atlas-4 status:200").expect("readable");
    harness.state_mut().actions.push(crate::ui::state::Action::Filter(set));
    harness.run_steps(3);
    let pill = |harness: &mut Harness<'_, App>, name: &str, key: Key| {
        harness.get_by_label(name).focus();
        harness.run_steps(2);
        harness.key_press(key);
        harness.run_steps(3);
    };
    pill(&mut harness, "Edit filter model atlas-4", Key::Minus);
    assert_eq!(filter(&harness), "-model:atlas-4 status:200");
    pill(&mut harness, "Edit filter not model atlas-4", Key::D);
    assert_eq!(filter(&harness), "status:200");
    harness.get_by_label("Ask again for filter not model atlas-4").click();
    harness.run_steps(3);
    assert_eq!(filter(&harness), "status:200 -model:atlas-4");
    pill(&mut harness, "Edit filter status 200", Key::P);
    harness
        .state_mut()
        .actions
        .push(crate::ui::state::Action::Run(crate::ui::Command::ClearFilter));
    harness.run_steps(3);
    assert_eq!(filter(&harness), "status:200", "what is pinned stays");
    harness.key_press_modifiers(Modifiers::ALT, Key::ArrowLeft);
    harness.run_steps(3);
    assert_eq!(filter(&harness), "status:200 -model:atlas-4", "every step can be taken back");
}

#[test]
fn a_pinned_condition_that_is_set_aside_under_its_menu_stays_where_it_is() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = sample(scratch.path());
    let set = Filter::parse("model:atlas-4 status:200").expect("readable");
    harness.state_mut().actions.push(crate::ui::state::Action::Filter(set));
    harness.state_mut().actions.push(crate::ui::state::Action::Pin("model:atlas-4".into()));
    harness.run_steps(3);
    let (before, after) = ("Edit filter model atlas-4", "Ask again for filter model atlas-4");
    let at = harness.get_by_label(before).rect();
    harness.get_by_label(before).click_secondary();
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("Set aside").is_some());
    harness.key_press(Key::D);
    harness.run_steps(4);
    assert_eq!(filter(&harness), "status:200");
    assert!(harness.query_by_label_contains("Set aside").is_none(), "the menu is done");
    assert_eq!(harness.get_by_label(after).rect(), at);
    assert_eq!(harness.state().view.pinned, ["model:atlas-4"]);
    harness.get_by_label(after).click();
    harness.run_steps(3);
    assert_eq!(harness.get_by_label(before).rect(), at, "and asked for again as well");
}

#[test]
fn the_filter_as_a_sentence_and_as_text_can_be_edited() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = sample(scratch.path());
    let set = Filter::parse("model:atlas-4 tokens>1000").expect("readable");
    harness.state_mut().actions.push(crate::ui::state::Action::Filter(set));
    harness.run_steps(3);
    harness.key_press(Key::Slash);
    harness.run_steps(3);
    harness.get_by_label("the model is atlas-4").click();
    harness.run_steps(3);
    assert_eq!(harness.state().omnibox.text, "model:atlas-4");
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    harness.key_press(Key::Slash);
    harness.run_steps(3);
    harness.get_by_label("Edit all of it as text").click();
    harness.run_steps(3);
    assert_eq!(harness.state().omnibox.text, "model:atlas-4 tokens>1000");
    harness.get_by_label("Search or filter").type_text(" status:200");
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_eq!(filter(&harness), "model:atlas-4 tokens>1000 status:200");
}

#[test]
fn the_sentence_is_edited_with_the_keyboard_alone_and_tab_takes_nothing_twice() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = sample(scratch.path());
    let set = Filter::parse("model:atlas-4 tokens>1000").expect("readable");
    harness.state_mut().actions.push(crate::ui::state::Action::Filter(set));
    harness.run_steps(3);
    harness.key_press(Key::Slash);
    harness.run_steps(3);
    harness.key_press(Key::Tab);
    harness.run_steps(3);
    assert!(harness.get_by_label("the model is atlas-4").accesskit_node().is_focused());
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_eq!(harness.state().omnibox.text, "model:atlas-4");
    assert!(harness.get_by_label("Search or filter").accesskit_node().is_focused());
    until(&mut harness, "values", |h| h.state().omnibox.suggests("atlas-4"));
    harness.key_press(Key::Tab);
    harness.run_steps(3);
    assert_eq!(harness.state().omnibox.text, "model:atlas-4");
    assert!(!harness.get_by_label("Search or filter").accesskit_node().is_focused(), "Tab goes on");
}
