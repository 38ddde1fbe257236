//! The screen driven through its accessibility tree.

use egui::accesskit::Role;
use egui::{Key, Modifiers, pos2};
use egui_kittest::kittest::{NodeT, Queryable};

use crate::model::{Confidence, Filter, Selection, TimeSpan, Verdict};
use crate::ui::state::Action;

use super::stand::{Stand, Walk, settle, small, walk};
use super::test_case;

pub fn cells(harness: &Walk<'_>, grid: &str) -> Vec<String> {
    let grid = harness.get_by_role_and_label(Role::Grid, grid).rect();
    harness
        .query_all_by_role(Role::Row)
        .filter(|row| grid.contains(row.rect().center()))
        .map(|row| row.accesskit_node().label().unwrap_or_default())
        .collect()
}

pub fn plot(harness: &Walk<'_>) -> egui::Rect {
    harness.get_by_role_and_label(Role::Canvas, "Traffic").rect()
}

pub fn drag(harness: &mut Walk<'_>, from: egui::Pos2, to: egui::Pos2) {
    harness.hover_at(from);
    harness.run_steps(1);
    harness.drag_at(from);
    harness.run_steps(1);
    for i in 1..=4 {
        harness.hover_at(from.lerp(to, i as f32 / 4.0));
        harness.run_steps(1);
    }
    harness.drop_at(to);
    settle(harness);
}

fn last_brush(harness: &Walk<'_>) -> Option<TimeSpan> {
    harness.state().view.filter.time
}

#[test]
fn a_drag_on_the_timeline_filters_every_table_and_escape_lifts_it() {
    let mut harness = small();
    let all = cells(&harness, "Accounts");
    assert_eq!(all.len(), 5);
    let plot = plot(&harness);
    let y = plot.center().y;
    let at = |share: f32| pos2(plot.left() + share * plot.width(), y);
    drag(&mut harness, at(0.45), at(0.55));
    let range = last_brush(&harness).expect("a range");
    let asked: Vec<&Action> = harness.state().asked.iter().collect();
    assert_eq!(asked.len(), 1, "one step to go back to, not one a frame: {asked:?}");
    let inside = harness.state().index.histogram(harness.state().index.everything(), range, 1);
    let first = cells(&harness, "Exchanges").len();
    assert!(first > 0);
    harness.get_by_label_contains(&format!("· {} exchanges", inside.total()));
    assert_ne!(cells(&harness, "Accounts"), all);
    harness.key_press(Key::Escape);
    settle(&mut harness);
    assert_eq!(last_brush(&harness), None);
    assert_eq!(cells(&harness, "Accounts"), all);
}

#[test]
fn the_edges_of_a_range_can_be_dragged() {
    let mut harness = small();
    let plot = plot(&harness);
    let at = |share: f32| pos2(plot.left() + share * plot.width(), plot.center().y);
    drag(&mut harness, at(0.3), at(0.6));
    let before = last_brush(&harness).expect("a range");
    drag(&mut harness, at(0.6), at(0.8));
    let after = last_brush(&harness).expect("a range");
    assert!(after.end > before.end, "{before:?} {after:?}");
    assert_eq!(after.start, before.start);
}

#[test]
fn the_keyboard_alone_zooms_pans_and_selects_a_range() {
    let mut harness = small();
    harness.get_by_role_and_label(Role::Canvas, "Traffic").focus();
    settle(&mut harness);
    harness.key_press(Key::W);
    settle(&mut harness);
    let zoomed = harness.state().view.window.expect("zoomed");
    harness.key_press(Key::D);
    settle(&mut harness);
    assert!(harness.state().view.window.is_some_and(|w| w.start > zoomed.start));
    harness.key_press(Key::ArrowRight);
    for _ in 0..3 {
        harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
        harness.run_steps(2);
    }
    settle(&mut harness);
    assert!(last_brush(&harness).is_some_and(|range| range.len_us() > 0));
    harness.key_press(Key::F);
    settle(&mut harness);
    let fitted = harness.state().view.window.expect("fitted");
    let range = last_brush(&harness).expect("a range");
    assert!(fitted.start <= range.start && fitted.end >= range.end);
}

#[test]
fn an_account_narrows_exchanges_and_traffic_and_is_let_go_again() {
    let mut harness = small();
    harness.get_by_label_contains("ac3, active").click();
    settle(&mut harness);
    assert_eq!(harness.state().view.selection, Selection::account("ac3"));
    assert!(cells(&harness, "Exchanges").iter().all(|row| row.contains("ac3")));
    assert_eq!(cells(&harness, "Accounts").len(), 5);
    harness.key_press(Key::ArrowDown);
    settle(&mut harness);
    assert_ne!(harness.state().view.selection, Selection::account("ac3"));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    settle(&mut harness);
    harness.get_by_label(
        "applies to 5 accounts".to_owned().as_str().replace("applies", "· applies").as_str(),
    );
}

#[test]
fn a_header_sorts_and_sorts_the_other_way() {
    let mut harness = small();
    harness.get_by_label("Accounts: Account").click();
    settle(&mut harness);
    let rising = cells(&harness, "Accounts");
    assert!(rising[0].starts_with("ac0"));
    harness.get_by_label("Accounts: Account").click();
    settle(&mut harness);
    let falling: Vec<String> = cells(&harness, "Accounts");
    assert!(falling[0].starts_with("ac4"));
}

#[test]
fn a_search_finds_accounts_and_says_when_there_is_none() {
    let mut harness = small();
    let field = harness.get_by_label("Find an account");
    field.focus();
    harness.run_steps(2);
    harness.get_by_label("Find an account").type_text("C2");
    settle(&mut harness);
    assert_eq!(cells(&harness, "Accounts").len(), 1);
    harness.get_by_label("Find an account").type_text("nobody");
    settle(&mut harness);
    assert!(cells(&harness, "Accounts").is_empty());
}

#[test]
fn a_facet_filters_and_a_second_click_takes_it_back() {
    let mut harness = small();
    let row = |harness: &Walk<'_>| {
        let grid = harness.get_by_role_and_label(Role::Grid, "Facets").rect();
        let rows: Vec<egui::Rect> = harness
            .query_all_by_role(Role::Row)
            .map(|r| r.rect())
            .filter(|r| grid.contains(r.center()))
            .collect();
        assert_eq!(rows.len(), 2, "both models stay in sight");
        rows[0].center()
    };
    for expected in ["model:a", ""] {
        let at = row(&harness);
        harness.hover_at(at);
        harness.drag_at(at);
        harness.drop_at(at);
        settle(&mut harness);
        assert_eq!(harness.state().view.filter.to_string(), expected);
    }
}

#[test]
fn a_click_on_an_exchange_shows_its_original_bytes_with_nothing_hidden() {
    let mut harness = small();
    let grid = harness.get_by_role_and_label(Role::Grid, "Exchanges").rect();
    let at = pos2(grid.left() + 40.0, grid.top() + 13.0);
    harness.hover_at(at);
    harness.drag_at(at);
    harness.drop_at(at);
    settle(&mut harness);
    harness.get_by_label_contains("gateway.jsonl.gz · line 1");
    harness.get_by_label_contains("\\u202e");
    harness.get_by_label("Copy the original record");
    harness.key_press(Key::Escape);
    settle(&mut harness);
    assert!(harness.query_by_label_contains("gateway.jsonl.gz").is_none());
}

#[test]
fn a_verdict_carries_confidence_and_reason_and_tags_and_notes_follow() {
    let mut harness = small();
    harness.get_by_label_contains("ac2, active").click();
    settle(&mut harness);
    harness.get_by_label("high").click();
    harness.run_steps(2);
    harness.get_by_label("Reason for the verdict").focus();
    harness.run_steps(2);
    harness.get_by_label("Reason for the verdict").type_text("one prompt, all night");
    settle(&mut harness);
    harness.get_by_label("Mark as suspicious").click();
    settle(&mut harness);
    let record = harness.state().annotations["ac2"].verdict.clone().expect("a verdict");
    assert_eq!((record.verdict, record.confidence), (Verdict::Suspicious, Confidence::High));
    assert_eq!(record.reason, "one prompt, all night");
    assert!(cells(&harness, "Accounts").iter().any(|row| row.contains("suspicious")));
    harness.get_by_label("Add a tag").focus();
    harness.run_steps(2);
    harness.get_by_label("Add a tag").type_text("night shift");
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    settle(&mut harness);
    assert_eq!(harness.state().annotations["ac2"].tags, ["night shift"]);
    harness.get_by_label("Write a note").focus();
    harness.run_steps(2);
    harness.get_by_label("Write a note").type_text("ask for the contract");
    settle(&mut harness);
    harness.get_by_label("Add the note").click();
    settle(&mut harness);
    assert_eq!(harness.state().annotations["ac2"].notes[0].text, "ask for the contract");
    harness.get_by_label("Take the tag night shift off").click();
    settle(&mut harness);
    harness.get_by_label("Remove this note").click();
    settle(&mut harness);
    harness.get_by_label("Take it away").click();
    settle(&mut harness);
    assert!(harness.state().annotations["ac2"].is_empty());
}

#[test]
fn typing_goes_on_while_the_facts_above_it_are_counted_anew() {
    let mut harness = small();
    harness.get_by_label_contains("ac2, active").click();
    settle(&mut harness);
    for (field, words) in [("Reason for the verdict", "one prompt, all night"), ("Add a tag", "x")]
    {
        harness.get_by_label(field).focus();
        harness.run_steps(2);
        // The facts vanish with the index they were counted on, and the box moves up.
        harness.state_mut().index_version += 1;
        harness.run_steps(1);
        harness.get_by_label(field).type_text(words);
        settle(&mut harness);
        assert_eq!(harness.get_by_label(field).value().as_deref(), Some(words));
    }
}

#[test]
fn undo_in_a_field_never_brings_back_what_was_written_of_another_account() {
    let mut harness = small();
    let field = "Reason for the verdict";
    for (account, words) in [("ac2, active", "odd hours"), ("ac3, active", "a")] {
        harness.get_by_label_contains(account).click();
        settle(&mut harness);
        harness.get_by_label(field).focus();
        harness.run_steps(2);
        harness.get_by_label(field).type_text(words);
        settle(&mut harness);
    }
    for _ in 0..3 {
        harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
        settle(&mut harness);
        let value = harness.get_by_label(field).value().unwrap_or_default();
        assert!(!value.contains("odd"), "{value}");
    }
}

#[test]
fn a_filter_that_matches_nothing_says_which_condition_is_to_blame() {
    let mut stand = Stand::new(test_case::index());
    stand.view.filter = Filter::parse("model:zebra").expect("a filter");
    let harness = walk(stand, [1440.0, 740.0], true);
    assert!(cells(&harness, "Accounts").is_empty());
    for table in ["Accounts", "Exchanges"] {
        let node = harness.get_by_role_and_label(Role::Grid, table);
        let why = node.accesskit_node().description().unwrap_or_default();
        assert!(why.contains("zebra"), "{table}: {why}");
    }
}

#[test]
fn a_filter_that_cannot_be_counted_shows_no_rows_of_another() {
    let mut harness = small();
    let rows = cells(&harness, "Accounts").len();
    // It can be read, but nothing in memory answers it.
    harness.state_mut().view.filter = Filter::parse("\"a phrase\"").expect("a filter");
    settle(&mut harness);
    let said = harness.query_all_by_label("This filter cannot be counted").count();
    assert_eq!(said, 5, "every card in sight says so");
    assert_eq!(harness.query_all_by_role(Role::Row).count(), 0);
    harness.state_mut().view.filter = Filter::everything();
    settle(&mut harness);
    assert_eq!(cells(&harness, "Accounts").len(), rows);
    assert!(harness.query_by_label("This filter cannot be counted").is_none());
}

#[test]
fn escape_in_the_field_that_finds_accounts_empties_it_and_nothing_else() {
    let mut harness = small();
    harness.state_mut().view.selection = Selection::account("ac3");
    harness.get_by_label("Find an account").focus();
    harness.run_steps(2);
    harness.get_by_label("Find an account").type_text("c2");
    settle(&mut harness);
    harness.key_press(Key::Escape);
    settle(&mut harness);
    assert_eq!(harness.get_by_label("Find an account").value().as_deref().unwrap_or(""), "");
    assert_eq!(cells(&harness, "Accounts").len(), 5);
    assert_eq!(harness.state().view.selection, Selection::account("ac3"));
    harness.key_press(Key::Escape);
    settle(&mut harness);
    assert!(harness.state().view.selection.is_nothing());
}

#[test]
fn arrows_in_the_facets_filter_nothing_but_enter_and_space_do() {
    let mut harness = small();
    harness.get_by_role_and_label(Role::Grid, "Facets").focus();
    harness.run_steps(2);
    harness.key_press(Key::ArrowDown);
    settle(&mut harness);
    assert!(harness.state().view.filter.is_everything());
    harness.key_press(Key::Enter);
    settle(&mut harness);
    assert_eq!(harness.state().view.filter.to_string(), "model:a");
    harness.key_press(Key::Space);
    settle(&mut harness);
    assert!(harness.state().view.filter.is_everything());
}

#[test]
fn a_selection_outside_the_filter_says_so_where_a_verdict_would_be_given() {
    let mut stand = Stand::new(test_case::index());
    stand.view.selection = Selection::account("ac3");
    stand.view.filter = Filter::parse("account:ac1").expect("a filter");
    let harness = walk(stand, [1440.0, 830.0], true);
    harness.get_by_label_contains("Outside the filter");
    harness.get_by_label_contains("the selection is outside the filter");
}

#[test]
fn no_rows_one_row_and_one_instant_are_drawn_without_harm() {
    for (accounts, rows) in [(1, 0), (1, 1), (2, 2)] {
        let harness = walk(Stand::new(test_case::large(accounts, rows, 1)), [1440.0, 600.0], true);
        assert!(cells(&harness, "Exchanges").len() <= rows as usize);
    }
}

#[test]
fn exchanges_without_a_time_stand_in_a_bucket_beside_the_axis_and_last_in_the_table() {
    let mut harness = walk(Stand::new(test_case::with_untimed(7)), [1440.0, 830.0], true);
    let times = |harness: &Walk<'_>| -> Vec<bool> {
        cells(harness, "Exchanges").iter().map(|row| row.contains("no time")).collect()
    };
    assert!(times(&harness).iter().all(|untimed| !untimed));
    harness.get_by_role_and_label(Role::Button, "7 exchanges without a time").click();
    settle(&mut harness);
    assert_eq!(harness.state().view.filter.to_string(), "time:none");
    assert_eq!(times(&harness), [true; 7]);
    // A brush takes the place of what asks for them, and keeps none of them.
    let plot = plot(&harness);
    let at = |share: f32| pos2(plot.left() + share * plot.width(), plot.center().y);
    drag(&mut harness, at(0.4), at(0.6));
    assert!(harness.state().view.filter.to_string().starts_with("time:2026"));
    let bucket = "0 of 7 exchanges without a time";
    harness.get_by_role_and_label(Role::Button, bucket).click();
    settle(&mut harness);
    harness.get_by_role_and_label(Role::Button, "7 exchanges without a time").click();
    settle(&mut harness);
    assert!(harness.state().view.filter.is_everything());
}

#[test]
fn where_every_exchange_has_a_time_there_is_no_bucket() {
    let harness = small();
    assert!(harness.query_by_label_contains("without a time").is_none());
}

#[test]
fn cards_can_be_hidden_shown_again_and_put_back_to_where_they_were() {
    let mut harness = small();
    let before = harness.get_by_role_and_label(Role::Grid, "Facets").rect();
    harness.get_by_role_and_label(Role::Tab, "Facets").click_secondary();
    settle(&mut harness);
    harness.get_by_label("Hide facets").click();
    settle(&mut harness);
    assert!(harness.query_by_role_and_label(Role::Grid, "Facets").is_none());
    harness.get_by_label("Card accounts").click_secondary();
    settle(&mut harness);
    harness.get_by_label("Show facets").click();
    settle(&mut harness);
    assert_eq!(harness.get_by_role_and_label(Role::Grid, "Facets").rect(), before);
    let handle = harness.get_by_role_and_label(Role::Tab, "Facets").rect().center();
    let onto = harness.get_by_role_and_label(Role::Grid, "Accounts").rect().center();
    drag(&mut harness, handle, onto);
    let tab = harness.get_by_role_and_label(Role::Tab, "Accounts");
    tab.click();
    settle(&mut harness);
    assert!(harness.query_by_role_and_label(Role::Grid, "Facets").is_none(), "it is behind");
    harness.get_by_role_and_label(Role::Tab, "Facets").click();
    settle(&mut harness);
    harness.get_by_role_and_label(Role::Tab, "Facets").click_secondary();
    settle(&mut harness);
    harness.get_by_label("Reset layout").click();
    settle(&mut harness);
    assert_eq!(harness.get_by_role_and_label(Role::Grid, "Facets").rect(), before);
}
