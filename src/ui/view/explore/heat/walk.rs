//! The heat map driven through the accessibility tree.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Pos2, Rect, pos2};
use egui_kittest::kittest::{NodeT, Queryable};

use crate::index;
use crate::model::{Filter, Selection};
use crate::ui::state::{Action, Judgement};
use crate::ui::view::explore::stand::{Stand, Walk, settle, walk};
use crate::ui::view::explore::test_case;
use crate::ui::view::explore::tiles::Pane;

fn stand(index: index::Index) -> Stand {
    Stand::of_card(index, Pane::Heat)
}

fn on<'a>(stand: Stand, mode: &str) -> Walk<'a> {
    let mut harness = walk(stand, [760.0, 320.0], true);
    if mode != "Account × hour" {
        harness.get_by_label("Heat map: Account × hour").click();
        settle(&mut harness);
        harness.get_by_label(mode).click();
        settle(&mut harness);
    }
    harness
}

fn grid(harness: &Walk<'_>) -> Rect {
    harness.get_by_role_and_label(Role::Grid, "Heat map").rect()
}

fn value(harness: &Walk<'_>) -> String {
    let node = harness.get_by_role_and_label(Role::Grid, "Heat map");
    node.accesskit_node().value().unwrap_or_default()
}

/// The middle of a cell of days and hours, or of accounts and hours.
fn cell(harness: &Walk<'_>, row: usize, hour: usize, names: f32, height: f32) -> Pos2 {
    let rect = grid(harness);
    let width = (rect.width() - names - 2.0) / 24.0;
    pos2(
        rect.left() + names + (hour as f32 + 0.5) * width,
        rect.top() + (row as f32 + 0.5) * height,
    )
}

fn day_cell(harness: &Walk<'_>, day: usize, hour: usize) -> Pos2 {
    cell(harness, day, hour, 48.0, grid(harness).height() / 7.0)
}

fn click(harness: &mut Walk<'_>, at: Pos2) {
    harness.hover_at(at);
    harness.run_steps(1);
    harness.drag_at(at);
    harness.drop_at(at);
    settle(harness);
}

fn drag(harness: &mut Walk<'_>, from: Pos2, to: Pos2) {
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

fn kept(harness: &Walk<'_>, filter: &Filter) -> u64 {
    let state = harness.state();
    index::compile(filter, &state.index, &state.lists).expect("an answer").len()
}

#[test]
fn a_click_on_a_day_and_hour_filters_to_them_and_its_neighbours_stay_in_sight() {
    let mut harness = on(stand(test_case::index()), "Weekday × hour");
    // The case begins on a Sunday and lasts three days.
    let at = day_cell(&harness, 6, 12);
    harness.hover_at(at);
    settle(&mut harness);
    let filter = Filter::parse("hour:12 weekday:sun").expect("a filter");
    let n = kept(&harness, &filter);
    assert!(n > 0);
    harness.get_by_label("Sun 12:00 – 12:59 UTC");
    harness.get_by_label(&format!("{n} exchanges"));
    click(&mut harness, at);
    assert_eq!(harness.state().view.filter, filter);
    let pills = harness.state().view.filter.pills();
    assert_eq!(
        pills.iter().map(|p| p.text.as_str()).collect::<Vec<_>>(),
        ["hour:12", "weekday:sun"]
    );
    let next = Filter::parse("hour:13 weekday:sun").expect("a filter");
    harness.hover_at(day_cell(&harness, 6, 13));
    settle(&mut harness);
    harness.get_by_label(&format!("{} exchanges", kept(&harness, &next)));
    click(&mut harness, at + egui::vec2(30.0, 0.0));
    assert_eq!(harness.state().view.filter.to_string(), "hour:13 weekday:sun");
}

#[test]
fn a_cell_of_an_account_filters_to_its_hour_and_to_the_account() {
    let mut harness = on(stand(test_case::index()), "Account × hour");
    let at = cell(&harness, 0, 12, 104.0, 17.0);
    click(&mut harness, at);
    let filter = harness.state().view.filter.to_string();
    assert!(filter.starts_with("hour:12 account:ac"), "{filter}");
    let mut harness = on(stand(test_case::index()), "Account × time");
    let rect = grid(&harness);
    click(&mut harness, pos2(rect.left() + 300.0, rect.top() + 8.0));
    let filter = harness.state().view.filter.clone();
    assert!(filter.time.is_some() && filter.to_string().contains("account:ac"), "{filter}");
}

#[test]
fn marked_cells_are_tagged_at_once_and_say_to_how_many_accounts_it_applies() {
    let mut harness = on(stand(test_case::index()), "Weekday × hour");
    let (from, to) = (day_cell(&harness, 6, 8), day_cell(&harness, 6, 14));
    drag(&mut harness, from, to);
    let marked = Filter::parse("hour:8..14 weekday:sun").expect("a filter");
    let state = harness.state();
    let accounts =
        index::matching_accounts(&marked, &state.index, &state.lists).expect("an answer");
    let rows = kept(&harness, &marked);
    harness.get_by_label(&format!(
        "7 cells · {rows} exchanges · applies to {} accounts",
        accounts.len()
    ));
    assert!(harness.state().view.filter.is_everything(), "marking filters nothing");
    let field = format!("Tag {} accounts", accounts.len());
    harness.get_by_label(&field).focus();
    harness.run_steps(2);
    harness.get_by_label(&field).type_text("sunday shift");
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    settle(&mut harness);
    let asked = harness.state().asked.last().cloned().expect("an action");
    let ids: Vec<String> =
        accounts.iter().map(|a| harness.state().index.accounts()[*a as usize].clone()).collect();
    let judgement = Judgement::Tag { tag: "sunday shift".into(), present: true };
    assert_eq!(asked, Action::Judge { accounts: ids.clone(), judgement });
    assert!(ids.iter().all(|id| harness.state().annotations[id].tags == ["sunday shift"]));
    harness.get_by_label("Select").click();
    settle(&mut harness);
    assert_eq!(harness.state().view.selection, Selection::accounts(ids));
}

#[test]
fn the_secondary_button_offers_what_can_be_done_with_a_cell_at_the_first_click() {
    let mut harness = on(stand(test_case::index()), "Weekday × hour");
    let at = day_cell(&harness, 0, 10);
    harness.hover_at(at);
    harness.run_steps(1);
    for pressed in [true, false] {
        harness.event(egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Secondary,
            pressed,
            modifiers: Modifiers::NONE,
        });
        harness.run_steps(1);
    }
    settle(&mut harness);
    harness.get_by_label("Without these cells").click();
    settle(&mut harness);
    assert_eq!(harness.state().view.filter.to_string(), "-(hour:10 weekday:mon)");
}

#[test]
fn a_click_on_a_name_selects_the_account() {
    let mut harness = on(stand(test_case::index()), "Account × hour");
    let rect = grid(&harness);
    click(&mut harness, rect.left_top() + egui::vec2(40.0, 8.0));
    assert!(harness.state().view.selection.single_account().is_some());
    assert!(harness.state().view.filter.is_everything());
}

#[test]
fn the_keyboard_alone_marks_cells_filters_to_them_and_lets_go() {
    let mut harness = on(stand(test_case::index()), "Weekday × hour");
    harness.get_by_role_and_label(Role::Grid, "Heat map").focus();
    settle(&mut harness);
    let press = |harness: &mut Walk<'_>, modifiers, key| {
        harness.key_press_modifiers(modifiers, key);
        settle(harness);
    };
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    assert!(value(&harness).starts_with("Mon 01:00"), "{}", value(&harness));
    press(&mut harness, Modifiers::SHIFT, Key::ArrowRight);
    press(&mut harness, Modifiers::SHIFT, Key::ArrowDown);
    harness.get_by_label_contains("4 cells ·");
    harness.state_mut().view.selection = Selection::account("ac1");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(harness.query_by_label_contains("4 cells ·").is_none());
    assert!(!harness.state().view.selection.is_nothing(), "the mark lay above the selection");
    press(&mut harness, Modifiers::SHIFT, Key::ArrowRight);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(harness.state().view.filter.to_string(), "hour:2..3 weekday:tue");
}

#[test]
fn days_outside_the_records_time_are_missing_and_not_zero() {
    let mut harness = on(stand(test_case::index()), "Weekday × hour");
    // Sunday to Tuesday: there is no Friday.
    let friday = day_cell(&harness, 4, 12);
    harness.hover_at(friday);
    settle(&mut harness);
    harness.get_by_label("outside the records' time");
    let mut harness = on(stand(test_case::with_untimed(9)), "Weekday × hour");
    let rect = grid(&harness);
    click(&mut harness, pos2(rect.right() - 30.0, rect.center().y));
    assert_eq!(harness.state().view.filter.to_string(), "time:none");
}

#[test]
fn marked_cells_out_of_sight_mean_their_accounts_too() {
    let mut harness = on(stand(test_case::large(600, 6_000, 20)), "Account × hour");
    harness.get_by_role_and_label(Role::Grid, "Heat map").focus();
    settle(&mut harness);
    let press = |harness: &mut Walk<'_>, modifiers, key| {
        harness.key_press_modifiers(modifiers, key);
        settle(harness);
    };
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    for _ in 0..8 {
        press(&mut harness, Modifiers::SHIFT, Key::PageDown);
    }
    press(&mut harness, Modifiers::SHIFT, Key::End);
    let node = harness.get_by_label_contains(" cells · ");
    let words = node.accesskit_node().label().or(node.accesskit_node().value());
    let words = words.unwrap_or_default().replace(',', "");
    let number = |part: &str| -> usize {
        part.split(' ').find_map(|word| word.parse().ok()).expect("a number")
    };
    let parts: Vec<&str> = words.split(" · ").collect();
    // All hours of a listed account hold something.
    let accounts = number(parts[0]) / 24;
    assert!(accounts > 64, "{words}");
    assert_eq!(number(parts[2]), accounts, "{words}");
    harness.get_by_label("Select").click();
    settle(&mut harness);
    let selection = &harness.state().view.selection;
    assert!(matches!(selection, Selection::Accounts(ids) if ids.len() == accounts));
}

#[test]
fn what_has_no_time_is_one_cell_from_whatever_day_the_keyboard_comes() {
    let mut harness = on(stand(test_case::with_untimed(9)), "Weekday × hour");
    harness.get_by_role_and_label(Role::Grid, "Heat map").focus();
    settle(&mut harness);
    for key in [Key::ArrowDown, Key::ArrowDown, Key::ArrowDown, Key::End] {
        harness.key_press(key);
        settle(&mut harness);
    }
    assert_eq!(value(&harness), "without a time, 9 exchanges");
}

#[test]
fn a_mark_drawn_with_the_pointer_is_lifted_with_escape() {
    let mut harness = on(stand(test_case::index()), "Weekday × hour");
    let (from, to) = (day_cell(&harness, 6, 8), day_cell(&harness, 6, 14));
    drag(&mut harness, from, to);
    harness.get_by_label_contains("7 cells ·");
    harness.key_press(Key::Escape);
    settle(&mut harness);
    assert!(harness.query_by_label_contains("7 cells ·").is_none());
}

#[test]
fn stretches_of_time_follow_the_zone_and_hours_of_the_day_stay_utc() {
    let mut stand = stand(test_case::index());
    stand.zone = crate::ui::Zone::berlin();
    let mut harness = on(stand, "Account × time");
    harness.get_by_role_and_label(Role::Grid, "Heat map").focus();
    settle(&mut harness);
    harness.key_press(Key::ArrowDown);
    settle(&mut harness);
    assert!(value(&harness).contains(" CET, "), "{}", value(&harness));
    harness.state_mut().zone = crate::ui::Zone::UTC;
    settle(&mut harness);
    harness.key_press(Key::ArrowDown);
    settle(&mut harness);
    assert!(value(&harness).contains(" UTC, "), "{}", value(&harness));
}

#[test]
fn nothing_and_next_to_no_room_are_drawn_without_harm() {
    for mode in ["Account × hour", "Account × time", "Weekday × hour"] {
        for (accounts, rows) in [(1, 0), (1, 1), (2, 2)] {
            on(stand(test_case::large(accounts, rows, 1)), mode);
        }
        let mut harness = on(stand(test_case::index()), mode);
        harness.set_size(egui::vec2(90.0, 70.0));
        settle(&mut harness);
    }
}
