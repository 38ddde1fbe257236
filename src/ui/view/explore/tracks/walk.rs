//! The lanes driven through the accessibility tree.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Pos2, Rect, pos2};
use egui_kittest::kittest::{NodeT, Queryable};

use crate::model::{Filter, Selection};
use crate::ui::state::Action;
use crate::ui::view::explore::stand::{Stand, Walk, settle, walk};
use crate::ui::view::explore::test_case;
use crate::ui::view::explore::tiles::Pane;

const CARD: &str = "Accounts over time";

fn stand(index: crate::index::Index) -> Stand {
    Stand::of_card(index, Pane::Tracks)
}

fn small<'a>() -> Walk<'a> {
    walk(stand(test_case::index()), [720.0, 320.0], true)
}

/// What the lanes in sight say, from the top.
fn lanes(harness: &Walk<'_>) -> Vec<String> {
    let mut rows: Vec<(f32, String)> = harness
        .query_all_by_role(Role::Row)
        .map(|row| (row.rect().top(), row.accesskit_node().label().unwrap_or_default()))
        .filter(|(_, label)| label.starts_with("Lane "))
        .collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    rows.into_iter().map(|(_, label)| label).collect()
}

fn lane(harness: &Walk<'_>, id: &str) -> Rect {
    harness.get_by_label_contains(&format!("Lane {id}:")).rect()
}

fn summary(harness: &Walk<'_>) -> String {
    let node = harness.get_by_role_and_label(Role::Grid, CARD);
    node.accesskit_node().value().unwrap_or_default()
}

fn press(harness: &mut Walk<'_>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    settle(harness);
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

fn focus(harness: &mut Walk<'_>) {
    harness.get_by_role_and_label(Role::Grid, CARD).focus();
    settle(harness);
}

#[test]
fn lanes_stand_in_the_order_that_is_chosen() {
    let mut harness = small();
    assert_eq!(lanes(&harness).len(), 5);
    assert!(summary(&harness).contains("5 accounts by similarity"));
    harness.get_by_label("Accounts over time: order by Similarity").click();
    settle(&mut harness);
    harness.get_by_label("Volume").click();
    settle(&mut harness);
    let count = |label: &String| -> u64 {
        label.split(' ').nth(2).and_then(|n| n.replace(',', "").parse().ok()).expect("a count")
    };
    let counts: Vec<u64> = lanes(&harness).iter().map(count).collect();
    assert!(counts.is_sorted_by(|a, b| a >= b), "{counts:?}");
    assert_eq!(counts.iter().sum::<u64>(), 300, "every exchange is in a lane");
}

#[test]
fn a_pinned_lane_stands_first_and_is_let_go_again() {
    let mut harness = small();
    let last = lanes(&harness).pop().expect("lanes");
    focus(&mut harness);
    press(&mut harness, Modifiers::NONE, Key::End);
    press(&mut harness, Modifiers::NONE, Key::P);
    assert_eq!(lanes(&harness)[0], format!("{last}, pinned"));
    assert_eq!(lanes(&harness).len(), 5);
    press(&mut harness, Modifiers::NONE, Key::Home);
    press(&mut harness, Modifiers::NONE, Key::P);
    assert!(lanes(&harness).iter().all(|lane| !lane.contains("pinned")));
}

#[test]
fn an_account_is_found_among_thousands_and_its_lane_brought_into_sight() {
    let mut harness = walk(stand(test_case::large(3_000, 9_000, 20)), [720.0, 320.0], true);
    let index = harness.state().index.clone();
    let seen = lanes(&harness);
    let far = index.accounts().iter().rev().find(|id| !seen.iter().any(|l| l.contains(*id)));
    let far = far.expect("one out of sight").clone();
    harness.get_by_label("Find a lane").focus();
    harness.run_steps(2);
    harness.get_by_label("Find a lane").type_text(&far.to_uppercase());
    settle(&mut harness);
    assert!(lanes(&harness).iter().any(|lane| lane.contains(&far)), "{far}");
    assert_eq!(harness.state().hover.account, index.account_position(&far), "it is lit");
    harness.get_by_label("Find a lane").type_text("nobody");
    settle(&mut harness);
    assert!(summary(&harness).contains("No account id in the lanes contains"));
}

#[test]
fn clicks_select_lanes_and_a_drag_across_lanes_selects_all_on_its_way() {
    let mut harness = small();
    let at = |rect: Rect| pos2(rect.left() + 40.0, rect.center().y);
    let first = at(lane(&harness, "ac1"));
    click(&mut harness, first);
    assert_eq!(harness.state().view.selection, Selection::account("ac1"));
    let rects: Vec<Rect> = ["ac0", "ac1", "ac2", "ac3", "ac4"].map(|id| lane(&harness, id)).into();
    let top = rects.iter().map(|r| at(*r)).min_by(|a, b| a.y.total_cmp(&b.y)).expect("lanes");
    let bottom = rects.iter().map(|r| at(*r)).max_by(|a, b| a.y.total_cmp(&b.y)).expect("lanes");
    drag(&mut harness, top, bottom);
    assert!(matches!(&harness.state().view.selection, Selection::Accounts(ids) if ids.len() == 5));
    assert_eq!(harness.state().view.filter.time, None);
}

#[test]
fn a_drag_along_the_time_brushes_a_range_in_whole_bins() {
    let mut harness = small();
    let rect = lane(&harness, "ac2");
    let y = rect.center().y;
    drag(&mut harness, pos2(rect.left() + 250.0, y), pos2(rect.left() + 400.0, y + 9.0));
    let range = harness.state().view.filter.time.expect("a range");
    assert!(range.len_us() > 0);
    assert!(harness.state().view.selection.is_nothing(), "no lane was meant");
    let brushes = harness.state().asked.iter().filter(|a| matches!(a, Action::Brush(_))).count();
    assert_eq!(brushes, 1, "one step to go back to, not one a frame");
    let stats = harness.state().index.stats_by_account(
        &crate::index::compile(
            &harness.state().view.filter,
            &harness.state().index,
            &Default::default(),
        )
        .expect("an answer"),
    );
    let active = stats.iter().filter(|s| s.rows > 0).count();
    assert_eq!(lanes(&harness).len(), active, "accounts with nothing in the range have no lane");
}

#[test]
fn escape_in_the_middle_of_a_drag_forgets_it() {
    let mut harness = small();
    let rect = lane(&harness, "ac2");
    let (from, to) = (rect.left() + 250.0, rect.left() + 400.0);
    let y = rect.center().y;
    harness.hover_at(pos2(from, y));
    harness.run_steps(1);
    harness.drag_at(pos2(from, y));
    harness.run_steps(1);
    harness.hover_at(pos2(to, y));
    harness.run_steps(2);
    assert_ne!(harness.state().explore.cards.dragged, None);
    harness.key_press(Key::Escape);
    harness.run_steps(1);
    harness.hover_at(pos2(to - 20.0, y));
    harness.run_steps(1);
    assert_eq!(harness.state().explore.cards.dragged, None);
    harness.drop_at(pos2(to, y));
    settle(&mut harness);
    assert_eq!(harness.state().view.filter.time, None);
}

#[test]
fn a_lane_that_matches_stays_found_while_more_is_written_and_enter_goes_on() {
    let mut harness = small();
    let mut write = |text: &str| {
        harness.get_by_label("Find a lane").focus();
        harness.run_steps(2);
        harness.get_by_label("Find a lane").type_text(text);
        settle(&mut harness);
        harness.state().hover.account
    };
    let found = write("a");
    assert!(found.is_some());
    assert_eq!(write("c"), found);
    let all = harness.state().index.accounts().len();
    assert!(summary(&harness).contains(&format!("1 of {all} with ac in the id")));
    harness.key_press(Key::Enter);
    settle(&mut harness);
    assert!(summary(&harness).contains(&format!("2 of {all} with ac in the id")));
    assert_ne!(harness.state().hover.account, found);
}

#[test]
fn thousands_of_pins_leave_room_for_the_others_and_the_card_says_so() {
    let mut harness = walk(stand(test_case::large(3_000, 9_000, 20)), [720.0, 320.0], true);
    focus(&mut harness);
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    press(&mut harness, Modifiers::SHIFT, Key::End);
    press(&mut harness, Modifiers::NONE, Key::P);
    press(&mut harness, Modifiers::NONE, Key::Home);
    let said = lanes(&harness);
    assert!(said.len() < 30 && said.iter().all(|lane| lane.ends_with(", pinned")), "{said:?}");
    harness.get_by_label("Find a lane").focus();
    settle(&mut harness);
    assert!(summary(&harness).contains("pins stay in sight"), "{}", summary(&harness));
}

#[test]
fn the_keyboard_alone_selects_reads_and_drills() {
    let mut harness = small();
    focus(&mut harness);
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    press(&mut harness, Modifiers::SHIFT, Key::ArrowDown);
    assert!(matches!(&harness.state().view.selection, Selection::Accounts(ids) if ids.len() == 2));
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    let id = harness.state().view.selection.single_account().expect("one").to_owned();
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    let said = summary(&harness);
    assert!(said.starts_with(&id) && said.contains("UTC") && said.contains("exchange"), "{said}");
    assert!(harness.state().hover.time.is_some(), "the line goes with it through all views");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(harness.state().view.filter.to_string(), format!("account:{id}"));
    assert_eq!(lanes(&harness).len(), 1);
}

#[test]
fn lanes_that_would_be_too_low_share_one_and_the_card_says_how_many() {
    let mut harness = walk(stand(test_case::large(3_000, 9_000, 20)), [720.0, 320.0], true);
    focus(&mut harness);
    for _ in 0..14 {
        press(&mut harness, Modifiers::NONE, Key::Minus);
    }
    let said = summary(&harness);
    assert!(said.contains("lanes folded, 64 to a lane: zoom in for more"), "{said}");
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    assert!(matches!(&harness.state().view.selection, Selection::Accounts(ids) if ids.len() == 64));
    press(&mut harness, Modifiers::NONE, Key::Enter);
    for _ in 0..4 {
        press(&mut harness, Modifiers::NONE, Key::Plus);
    }
    assert!(!lanes(&harness).is_empty(), "the accounts of the lane are lanes of their own");
}

#[test]
fn what_is_not_selected_is_folded_into_one_lane_and_unfolded_again() {
    let mut harness = small();
    harness.state_mut().view.selection = Selection::account("ac3");
    settle(&mut harness);
    harness.get_by_label("Accounts over time: colours, folding and pins").click();
    settle(&mut harness);
    harness.get_by_label("Fold what is neither selected nor pinned").click();
    settle(&mut harness);
    assert_eq!(lanes(&harness).len(), 1);
    assert!(summary(&harness).contains("4 lanes folded"));
    harness.get_by_label("Unfold lanes").click();
    settle(&mut harness);
    assert_eq!(lanes(&harness).len(), 5);
}

#[test]
fn the_pointer_tells_the_other_views_its_time_and_account_and_takes_both_back() {
    let mut harness = small();
    let rect = lane(&harness, "ac4");
    harness.hover_at(pos2(rect.left() + 300.0, rect.center().y));
    settle(&mut harness);
    let hover = harness.state().hover.clone();
    assert_eq!(hover.account, harness.state().index.account_position("ac4"));
    assert!(hover.time.is_some());
    harness.hover_at(pos2(2.0, 2.0));
    settle(&mut harness);
    assert_eq!(harness.state().hover, crate::ui::state::Hover::default());
}

#[test]
fn exchanges_without_a_time_stand_beside_the_lanes() {
    let mut harness = walk(stand(test_case::with_untimed(290)), [720.0, 320.0], true);
    let rect = harness.get_by_role_and_label(Role::Grid, CARD).rect();
    harness.hover_at(pos2(rect.right() - 16.0, rect.top() + 8.0));
    settle(&mut harness);
    harness.get_by_label_contains("without a time");
}

#[test]
fn no_rows_one_row_and_a_filter_without_rows_are_drawn_without_harm() {
    for (accounts, rows) in [(1, 0), (1, 1), (2, 2)] {
        walk(stand(test_case::large(accounts, rows, 1)), [480.0, 200.0], true);
        walk(stand(test_case::large(accounts, rows, 1)), [120.0, 60.0], true);
    }
    let mut stand = stand(test_case::index());
    stand.view.filter = Filter::parse("model:zebra").expect("a filter");
    let harness = walk(stand, [720.0, 320.0], true);
    assert!(lanes(&harness).is_empty());
    assert!(summary(&harness).contains("zebra"), "{}", summary(&harness));
}
