//! A walk through the card, by what is on screen.

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::case::TemplatesDue;
use crate::model::Filter;
use crate::ui::Command;
use crate::ui::state::Action;
use crate::ui::view::explore::stand::{Stand, Walk, settle, walk};
use crate::ui::view::explore::test_case;

/// Brings the card in front of the facets.
pub fn bring(harness: &mut Walk<'_>) {
    harness.get_by_role_and_label(Role::Tab, "Templates").click();
    settle(harness);
}

#[test]
fn a_template_is_filtered_by_and_shown_in_full_with_its_prompts() {
    let mut harness = walk(Stand::new(test_case::index()), [1440.0, 1500.0], true);
    bring(&mut harness);
    let name = |row: &egui_kittest::Node<'_>| row.accesskit_node().label().unwrap_or_default();
    let row = harness.query_all_by_role(Role::Row).find(|row| name(row).starts_with("Explain"));
    let at = row.expect("the row of the template").rect().center();
    harness.hover_at(at);
    harness.drag_at(at);
    harness.drop_at(at);
    settle(&mut harness);
    let wanted = Filter::parse("template:2").expect("a filter");
    assert_eq!(harness.state().view.filter, wanted);
    assert!(harness.query_by_label("Template 2").is_some());
    assert!(harness.query_by_label_contains("Slot 1: 40 values").is_some());
    assert!(harness.query_by_label_contains("Prompts of the template over time").is_some());
    harness.get_by_label("Next").click();
    settle(&mut harness);
    assert!(harness.query_by_label_contains("2 of 9").is_some());
    harness.get_by_label("Close the template").click();
    settle(&mut harness);
    assert!(harness.query_by_label("Template 2").is_none());
}

#[test]
fn the_template_in_full_follows_a_range_while_it_is_dragged() {
    let mut harness = walk(Stand::new(test_case::index()), [1440.0, 1500.0], true);
    bring(&mut harness);
    let name = |row: &egui_kittest::Node<'_>| row.accesskit_node().label().unwrap_or_default();
    let row = harness.query_all_by_role(Role::Row).find(|row| name(row).starts_with("Explain"));
    row.expect("the row of the template").click();
    settle(&mut harness);
    let place = |harness: &Walk<'_>| {
        let all = harness.query_all_by_label_contains("1 of ");
        all.map(|node| node.accesskit_node().label().unwrap_or_default()).collect::<Vec<_>>()
    };
    let all = place(&harness);
    assert!(!all.is_empty());
    let plot = crate::ui::view::explore::walk::plot(&harness);
    let at = |share: f32| egui::pos2(plot.left() + share * plot.width(), plot.center().y);
    harness.hover_at(at(0.2));
    harness.run_steps(1);
    harness.drag_at(at(0.2));
    harness.run_steps(1);
    harness.hover_at(at(0.3));
    harness.run_steps(1);
    harness.hover_at(at(0.4));
    settle(&mut harness);
    let dragged = place(&harness);
    assert_ne!(dragged, all);
    assert_eq!(harness.state().view.filter.time, None, "the pointer is still down");
    harness.drop_at(at(0.4));
    settle(&mut harness);
    assert_eq!(place(&harness), dragged);
}

#[test]
fn before_anybody_looked_the_card_says_so_and_offers_to() {
    let mut stand = Stand::new(test_case::without_templates());
    stand.templates_due = Some(TemplatesDue::Never);
    let mut harness = walk(stand, [1440.0, 830.0], true);
    bring(&mut harness);
    harness.get_by_label("Find prompt templates").click();
    settle(&mut harness);
    assert!(harness.state().asked.contains(&Action::Run(Command::FindTemplates)));
}

#[test]
fn templates_older_than_the_records_say_so() {
    let mut stand = Stand::new(test_case::index());
    stand.templates_due = Some(TemplatesDue::Older(12));
    let mut harness = walk(stand, [1440.0, 830.0], true);
    bring(&mut harness);
    assert!(harness.query_by_label_contains("older than 12 records").is_some());
    harness.get_by_label("Look again").click();
    settle(&mut harness);
    assert!(harness.state().asked.contains(&Action::Run(Command::FindTemplates)));
}
