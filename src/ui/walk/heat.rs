//! From a stretch of the heat map to a tag on every account in it, and back.

use egui::accesskit::Role;
use egui::{Key, Modifiers, pos2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::judge::{ask, on_the_sample};
use super::{drag, until};
use crate::ui::{Action, Screen};

#[test]
fn cells_are_tagged_in_bulk_and_one_undo_takes_every_tag_back() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let (mut harness, ..) = on_the_sample(scratch.path());
    ask(&mut harness, [Action::Go(Screen::Explore)]);
    // The count of lanes moves the title behind it once, when it is there.
    until(&mut harness, "the lanes", |h| {
        let mut rows = h.query_all_by_role(Role::Row);
        rows.any(|row| row.accesskit_node().label().is_some_and(|l| l.starts_with("Lane ")))
    });
    harness.get_by_role_and_label(Role::Tab, "Heat map").click();
    harness.run_steps(3);
    harness.get_by_label("Heat map: Account × hour").click();
    harness.run_steps(3);
    harness.get_by_label("Weekday × hour").click();
    let is_counted = |value: Option<String>| value.is_some_and(|v| v.contains("most in"));
    until(&mut harness, "the cells", |h| {
        let grid = h.query_by_role_and_label(Role::Grid, "Heat map");
        grid.is_some_and(|grid| is_counted(grid.accesskit_node().value()))
    });
    let grid = harness.get_by_role_and_label(Role::Grid, "Heat map").rect();
    let at = |x: f32, y: f32| pos2(grid.left() + x * grid.width(), grid.top() + y * grid.height());
    let (from, to) = (at(0.3, 0.2), at(0.5, 0.5));
    harness.hover_at(from);
    harness.run_steps(2);
    drag(&mut harness, from, to);
    until(&mut harness, "the accounts", |h| {
        h.query_by_label_contains("applies to").is_some()
            && h.query_all_by_role(Role::TextInput).any(|field| {
                field.accesskit_node().label().is_some_and(|label| label.starts_with("Tag "))
            })
    });
    let label = |h: &egui_kittest::Harness<'_, crate::ui::App>| {
        let fields = h.query_all_by_role(Role::TextInput);
        let mut labels = fields.filter_map(|field| field.accesskit_node().label());
        labels.find(|label| label.starts_with("Tag ")).expect("a field for the tag")
    };
    let field = label(&harness);
    let accounts: usize = field
        .split(' ')
        .nth(1)
        .and_then(|n| n.replace(',', "").parse().ok())
        .expect("it says how many");
    assert!(accounts > 1, "{field}");
    harness.get_by_label(&field).focus();
    harness.run_steps(2);
    harness.get_by_label(&field).type_text("same hours");
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(4);
    let tagged = |h: &egui_kittest::Harness<'_, crate::ui::App>| {
        let session = h.state().session.as_ref().expect("a case is open");
        let said = session.case.annotations().values();
        said.filter(|a| a.tags.iter().any(|tag| tag == "same hours")).count()
    };
    assert_eq!(tagged(&harness), accounts, "the tag is on as many as was said");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(4);
    assert_eq!(tagged(&harness), 0);
    assert!(harness.state().view.filter.is_everything(), "marking and tagging filter nothing");
}
