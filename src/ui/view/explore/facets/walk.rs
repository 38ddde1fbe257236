//! The facets driven through the accessibility tree.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};

use super::super::stand::{Stand, Walk, settle, small, walk};
use super::super::test_case;
use crate::model::Filter;

fn words(harness: &Walk<'_>) -> Vec<String> {
    let grid = harness.get_by_role_and_label(Role::Grid, "Facets").rect();
    harness
        .query_all_by_role(Role::Row)
        .filter(|row| grid.contains(row.rect().center()))
        .map(|row| row.accesskit_node().label().unwrap_or_default())
        .collect()
}

fn click(harness: &mut Walk<'_>, line: usize, modifiers: Modifiers) {
    let grid = harness.get_by_role_and_label(Role::Grid, "Facets").rect();
    let rows: Vec<_> = harness
        .query_all_by_role(Role::Row)
        .filter(|row| grid.contains(row.rect().center()))
        .collect();
    rows[line].click_modifiers(modifiers);
    settle(harness);
}

fn choose(harness: &mut Walk<'_>, from: &str, to: &str) {
    harness.get_by_label(&format!("Facets by {from}")).click();
    settle(harness);
    harness.get_by_label(to).click();
    settle(harness);
}

fn filter(harness: &Walk<'_>) -> String {
    harness.state().view.filter.to_string()
}

#[test]
fn a_value_says_its_rows_accounts_share_and_lift() {
    let mut stand = Stand::new(test_case::index());
    stand.view.filter = Filter::parse("account:ac0").expect("a filter");
    let harness = walk(stand, [1440.0, 830.0], true);
    let (index, mask) = {
        let state = harness.state();
        let lists = crate::index::Lists::default();
        let mask = crate::index::compile(&state.view.filter, &state.index, &lists);
        (state.index.clone(), mask.expect("a mask"))
    };
    let top = index.top_values(&mask, crate::model::Field::Model, 1);
    let (value, rows) = (&top.values[0].value, u64::from(top.values[0].stats.rows));
    let all = index.top_values(index.everything(), crate::model::Field::Model, 9);
    let all = all.values.iter().find(|v| v.value == *value).expect("the same value");
    let lift = (rows as f64 / mask.len() as f64)
        / (f64::from(all.stats.rows) / index.everything().len() as f64);
    let first = &words(&harness)[0];
    assert!(first.starts_with(&format!("{value}, {rows}, 1, ")), "{first}");
    let digits = if lift >= 0.995 { 1 } else { 2 };
    assert!(first.ends_with(&format!("×{lift:.digits$}")), "{first}: {lift}");
}

#[test]
fn a_click_with_alt_or_ctrl_takes_a_value_out() {
    for modifiers in [Modifiers::ALT, Modifiers::COMMAND] {
        let mut harness = small();
        click(&mut harness, 0, modifiers);
        assert_eq!(filter(&harness), "-model:a", "{modifiers:?}");
        assert_eq!(words(&harness).len(), 1);
    }
}

#[test]
fn networks_are_counted_whole_and_filter_by_the_network() {
    let mut harness = small();
    choose(&mut harness, "Model", "Network");
    let lines = words(&harness);
    assert!(lines[0].starts_with("198.51.100.0/24, "), "{lines:?}");
    assert!(lines[1].starts_with("absent, "), "{lines:?}");
    click(&mut harness, 0, Modifiers::NONE);
    assert_eq!(filter(&harness), "ip:198.51.100.0/24");
    choose(&mut harness, "Network", "Address");
    // Asked nothing of its own field, the card still lists what the filter leaves out.
    harness.get_by_label_contains("34 values");
    harness.get_by_role_and_label(Role::Grid, "Facets").focus();
    harness.run_steps(2);
    harness.key_press(Key::End);
    settle(&mut harness);
    assert!(words(&harness).iter().any(|line| line.starts_with("absent, ")));
}

#[test]
fn templates_are_a_field_whose_values_are_shown_by_number_and_text() {
    let mut harness = small();
    choose(&mut harness, "Model", "Template");
    let lines = words(&harness);
    let two = lines.iter().position(|line| line.starts_with("2 · Explain")).expect("template 2");
    let index = harness.state().index.clone();
    let rows = index.everything().rows().filter(|row| index.row(*row).template() == Some(2));
    assert!(lines[two].contains(&format!(", {}, ", rows.count())), "{lines:?}");
    click(&mut harness, two, Modifiers::NONE);
    assert_eq!(filter(&harness), "template:2");
    assert_eq!(words(&harness), lines, "asked nothing of its own field");
    click(&mut harness, two, Modifiers::ALT);
    assert_eq!(filter(&harness), "-template:2");
    assert!(!words(&harness).contains(&lines[two]));
    assert!(words(&harness).iter().any(|line| line.starts_with("free text, ")));
}

#[test]
fn a_value_is_found_and_every_value_can_be_reached() {
    let mut harness = small();
    choose(&mut harness, "Model", "Address");
    harness.get_by_label_contains("34 values");
    harness.get_by_label("Find a value").focus();
    harness.run_steps(2);
    harness.get_by_label("Find a value").type_text("100.39");
    settle(&mut harness);
    assert_eq!(words(&harness).len(), 2, "the value and the line of those without one");
    harness.get_by_label_contains("1 of 34 values");
    harness.key_press(Key::Escape);
    settle(&mut harness);
    harness.get_by_role_and_label(Role::Grid, "Facets").focus();
    harness.run_steps(2);
    harness.key_press(Key::End);
    settle(&mut harness);
    let last = words(&harness).pop().expect("a line");
    assert!(last.starts_with("absent, "), "{last}");
}

#[test]
fn a_second_click_on_the_count_brings_the_rare_ones_first() {
    let mut harness = small();
    choose(&mut harness, "Model", "Address");
    let count = |line: &String| line.split(", ").nth(1).and_then(|n| n.parse::<u32>().ok());
    let often = count(&words(&harness)[0]).expect("a count");
    harness.get_by_label("Facets: Rows").click();
    settle(&mut harness);
    let rare = count(&words(&harness)[0]).expect("a count");
    assert!(rare < often, "{rare} {often}");
}
