//! The card driven through the accessibility tree.

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, PointerButton, Pos2, pos2};
use egui_kittest::kittest::{NodeT, Queryable};

use crate::model::time::{DAY_US, HOUR_US};
use crate::model::{Marker, MarkerKind, Note, Time, TimeNote, TimeSpan};
use crate::ui::Zone;
use crate::ui::state::Action;
use crate::ui::view::explore::stand::{Stand, Walk, settle, small, walk};
use crate::ui::view::explore::test_case::{self, MARCH};
use crate::ui::view::explore::walk::plot;

/// A place in the plot, as a share of its width.
fn at(harness: &Walk<'_>, share: f32) -> Pos2 {
    let plot = plot(harness);
    pos2(plot.left() + share * plot.width(), plot.top() + plot.height() * 0.75)
}

fn drag(harness: &mut Walk<'_>, from: f32, to: f32, modifiers: Modifiers) {
    let (from, to) = (at(harness, from), at(harness, to));
    let press = |pos, pressed| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers,
    };
    harness.hover_at(from);
    harness.run_steps(1);
    harness.event(Event::ModifiersChanged(modifiers));
    harness.event(press(from, true));
    harness.run_steps(1);
    for i in 1..=4 {
        harness.hover_at(from.lerp(to, i as f32 / 4.0));
        harness.run_steps(1);
    }
    harness.event(press(to, false));
    harness.event(Event::ModifiersChanged(Modifiers::NONE));
    settle(harness);
}

fn range(harness: &Walk<'_>) -> Option<TimeSpan> {
    harness.state().view.filter.time
}

fn day(n: i64) -> Time {
    Time(MARCH + n * DAY_US)
}

#[test]
fn a_range_is_moved_as_a_whole_and_keeps_its_length_and_stops_at_the_end() {
    let mut harness = small();
    drag(&mut harness, 0.3, 0.5, Modifiers::NONE);
    let before = range(&harness).expect("a range");
    drag(&mut harness, 0.4, 0.6, Modifiers::NONE);
    let after = range(&harness).expect("a range");
    assert!(after.start > before.start);
    assert_eq!(after.len_us(), before.len_us());
    drag(&mut harness, 0.6, 0.99, Modifiers::NONE);
    let last = range(&harness).expect("a range");
    assert_eq!(last.len_us(), before.len_us());
    let end = harness.state().index.span().expect("times").end;
    assert!(last.end >= end && last.end.0 < end.0 + DAY_US);
}

/// Presses the button and moves; it is still down afterwards.
fn hold(harness: &mut Walk<'_>, from: f32, to: f32, modifiers: Modifiers) {
    let (from, to) = (at(harness, from), at(harness, to));
    harness.hover_at(from);
    harness.run_steps(1);
    harness.event(Event::ModifiersChanged(modifiers));
    let button = PointerButton::Primary;
    harness.event(Event::PointerButton { pos: from, button, pressed: true, modifiers });
    harness.run_steps(1);
    for i in 1..=4 {
        harness.hover_at(from.lerp(to, i as f32 / 4.0));
        harness.run_steps(1);
    }
    harness.event(Event::ModifiersChanged(Modifiers::NONE));
}

fn let_go(harness: &mut Walk<'_>, share: f32) {
    let (pos, button) = (at(harness, share), PointerButton::Primary);
    let modifiers = Modifiers::NONE;
    harness.event(Event::PointerButton { pos, button, pressed: false, modifiers });
    settle(harness);
}

#[test]
fn escape_in_the_middle_of_a_drag_leaves_the_range_that_stood_before() {
    let mut harness = small();
    drag(&mut harness, 0.3, 0.6, Modifiers::NONE);
    let before = range(&harness);
    hold(&mut harness, 0.7, 0.9, Modifiers::NONE);
    assert_ne!(harness.state().explore.cards.dragged, None);
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert_eq!(harness.state().explore.cards.dragged, None);
    let_go(&mut harness, 0.9);
    assert!(before.is_some());
    assert_eq!(range(&harness), before);
}

#[test]
fn a_drag_that_ends_while_the_card_is_out_of_sight_leaves_no_range_behind() {
    let mut harness = small();
    hold(&mut harness, 0.3, 0.6, Modifiers::NONE);
    assert_ne!(harness.state().explore.cards.dragged, None);
    let pos = at(&harness, 0.6);
    harness.state_mut().alone = Some(crate::ui::view::explore::tiles::Pane::Accounts);
    harness.run_steps(1);
    let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
    harness.event(Event::PointerButton { pos, button, pressed: false, modifiers });
    harness.run_steps(2);
    harness.state_mut().alone = None;
    settle(&mut harness);
    assert_eq!(harness.state().explore.cards.dragged, None);
    assert_eq!(range(&harness), None);
}

#[test]
fn thousands_of_markers_are_counted_and_not_all_read_out() {
    let mut stand = Stand::new(test_case::index());
    let kind = MarkerKind::Release;
    let marker =
        |i: i64| Marker { at: Time(MARCH + DAY_US + i * 1_000), kind, label: format!("v{i}") };
    stand.markers = (0..2_000).map(marker).collect();
    let harness = walk(stand, [1440.0, 830.0], true);
    let node = harness.get_by_role_and_label(Role::Canvas, "Traffic");
    let words = node.accesskit_node().value().unwrap_or_default();
    assert!(words.contains("v19") && !words.contains("v20"), "{words}");
    assert!(words.contains("and 1,980 more"), "{words}");
}

#[test]
fn with_ctrl_a_new_range_is_drawn_inside_the_old_one() {
    let mut harness = small();
    drag(&mut harness, 0.2, 0.8, Modifiers::NONE);
    let before = range(&harness).expect("a range");
    drag(&mut harness, 0.4, 0.5, Modifiers::COMMAND);
    let after = range(&harness).expect("a range");
    assert!(after.start > before.start && after.end < before.end);
}

#[test]
fn a_drag_to_the_left_is_the_same_range_as_one_to_the_right() {
    let mut harness = small();
    drag(&mut harness, 0.3, 0.6, Modifiers::NONE);
    let right = range(&harness);
    harness.state_mut().view.filter.time = None;
    settle(&mut harness);
    drag(&mut harness, 0.6, 0.3, Modifiers::NONE);
    assert_eq!(range(&harness), right);
}

#[test]
fn arrows_move_an_edge_by_one_bin_and_with_shift_by_ten_but_never_past_the_other() {
    let mut harness = small();
    drag(&mut harness, 0.3, 0.6, Modifiers::NONE);
    let before = range(&harness).expect("a range");
    harness.get_by_role_and_label(Role::Slider, "End of the range").focus();
    settle(&mut harness);
    harness.key_press(Key::ArrowRight);
    settle(&mut harness);
    let one = range(&harness).expect("a range");
    let bin = one.end.0 - before.end.0;
    assert!(bin > 0 && one.start == before.start);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
    settle(&mut harness);
    assert_eq!(range(&harness).expect("a range").end.0 - one.end.0, 10 * bin);
    harness.get_by_role_and_label(Role::Slider, "Start of the range").focus();
    settle(&mut harness);
    for _ in 0..60 {
        harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
        harness.run_steps(1);
    }
    settle(&mut harness);
    assert_eq!(range(&harness).expect("a range").len_us(), bin);
}

fn click_twice(harness: &mut Walk<'_>, at: Pos2) {
    harness.hover_at(at);
    harness.run_steps(2);
    let press = |pressed| Event::PointerButton {
        pos: at,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    // In one frame: steps of a test are further apart than two clicks of a hand.
    harness.input_mut().events.extend([true, false, true, false].map(press));
    settle(harness);
}

#[test]
fn a_double_click_lifts_the_range_and_beside_it_selects_one_bin() {
    let mut harness = small();
    drag(&mut harness, 0.3, 0.6, Modifiers::NONE);
    let middle = at(&harness, 0.45);
    click_twice(&mut harness, middle);
    assert_eq!(range(&harness), None);
    let beside = at(&harness, 0.8);
    click_twice(&mut harness, beside);
    let one = range(&harness).expect("one bin");
    assert!(one.len_us() > 0 && one.len_us() <= 2 * HOUR_US);
}

#[test]
fn measuring_counts_a_stretch_and_filters_nothing() {
    let mut harness = small();
    harness.get_by_label("What the traffic shows").click();
    settle(&mut harness);
    harness.get_by_label("Measure with a drag").click();
    settle(&mut harness);
    harness.key_press(Key::Escape);
    settle(&mut harness);
    drag(&mut harness, 0.2, 0.7, Modifiers::NONE);
    let node = harness.get_by_label_contains("Measured: ");
    let words = node.accesskit_node().value().unwrap_or_default();
    assert!(words.contains("exchanges") && words.contains("per hour"), "{words}");
    assert!(words.contains("output tokens"), "{words}");
    assert!(harness.state().view.filter.is_everything());
    harness.key_press(Key::Escape);
    settle(&mut harness);
    assert!(harness.query_by_label_contains("Measured: ").is_none());
}

#[test]
fn split_by_status_names_the_statuses_and_a_legend_entry_hides_its_bars() {
    let mut harness = small();
    harness.get_by_role_and_label(Role::CheckBox, "Show a");
    harness.get_by_label("What the traffic shows").click();
    settle(&mut harness);
    harness.get_by_label("status").click();
    settle(&mut harness);
    harness.key_press(Key::Escape);
    settle(&mut harness);
    harness.get_by_role_and_label(Role::CheckBox, "Show 429").click();
    settle(&mut harness);
    let middle = at(&harness, 0.5);
    let read_out = |harness: &mut Walk<'_>| {
        harness.get_by_role_and_label(Role::Canvas, "Traffic").focus();
        harness.hover_at(middle);
        settle(harness);
        let node = harness.get_by_role_and_label(Role::CheckBox, "Show 429");
        node.accesskit_node().toggled()
    };
    assert_eq!(read_out(&mut harness), Some(egui::accesskit::Toggled::False));
    harness.get_by_label("show all").click();
    settle(&mut harness);
    assert_eq!(read_out(&mut harness), Some(egui::accesskit::Toggled::True));
}

#[test]
fn a_double_click_in_the_legend_shows_one_series_alone() {
    let mut harness = small();
    let b = harness.get_by_role_and_label(Role::CheckBox, "Show b").rect().center();
    click_twice(&mut harness, b);
    let toggled = |harness: &Walk<'_>, name: &str| {
        harness.get_by_role_and_label(Role::CheckBox, name).accesskit_node().toggled()
    };
    use egui::accesskit::Toggled::{False, True};
    assert_eq!(toggled(&harness, "Show a"), Some(False));
    assert_eq!(toggled(&harness, "Show b"), Some(True));
}

fn marked() -> Stand {
    let mut stand = Stand::new(test_case::index());
    let marker =
        |us: i64, kind, label: &str| Marker { at: Time(MARCH + us), kind, label: label.to_owned() };
    stand.markers = vec![
        marker(DAY_US, MarkerKind::Release, "atlas-4"),
        marker(DAY_US + 1_000, MarkerKind::Ban, "wave"),
        marker(2 * DAY_US, MarkerKind::Policy, "terms"),
    ];
    let note = |id, start, end, text: &str| TimeNote {
        span: TimeSpan { start, end },
        note: Note { id, text: text.to_owned(), at: day(9), actor: "ann".into() },
    };
    stand.time_notes = vec![note(1, day(1), day(2), "a wave\nof one prompt")];
    stand
}

#[test]
fn markers_at_one_place_are_one_button_that_names_all_and_goes_near() {
    let mut harness = walk(marked(), [1440.0, 830.0], true);
    let both = "Release · atlas-4 · 2 Mar 2026 00:00:00 UTC; Ban · wave · 2 Mar 2026 00:00:00 UTC";
    harness.get_by_role_and_label(Role::Button, both).click();
    settle(&mut harness);
    let window = harness.state().view.window.expect("zoomed");
    assert!(window.contains(day(1)) && window.len_us() < DAY_US);
}

#[test]
fn kinds_of_markers_and_notes_can_be_left_out_and_the_card_says_so() {
    let mut harness = walk(marked(), [1440.0, 830.0], true);
    harness.get_by_label("What the traffic shows").click();
    settle(&mut harness);
    for kind in ["policies (1)", "notes (1)"] {
        harness.get_by_label(kind).click();
        settle(&mut harness);
    }
    assert!(harness.query_by_label_contains("Policy · terms").is_none());
    assert!(harness.query_by_label_contains("Note on ").is_none());
    harness.get_by_label_contains("Release · atlas-4");
}

#[test]
fn a_bracket_says_its_note_and_selects_its_range() {
    let mut harness = walk(marked(), [1440.0, 830.0], true);
    let words = "Note on 2 Mar UTC by ann: a wave of one prompt";
    harness.get_by_role_and_label(Role::Button, words).click();
    settle(&mut harness);
    assert_eq!(range(&harness), Some(TimeSpan { start: day(1), end: day(2) }));
}

#[test]
fn another_zone_moves_days_and_words_but_not_what_is_counted() {
    let mut stand = marked();
    stand.zone = Zone::berlin();
    let mut harness = walk(stand, [1440.0, 830.0], true);
    harness.get_by_label_contains("Release · atlas-4 · 2 Mar 2026 01:00:00 CET");
    harness.get_by_label_contains("Note on 2 Mar 01:00 – 3 Mar 01:00 CET by ann");
    let value = |harness: &Walk<'_>| {
        let node = harness.get_by_role_and_label(Role::Canvas, "Traffic");
        node.accesskit_node().value().unwrap_or_default()
    };
    let there = value(&harness);
    harness.state_mut().zone = Zone::UTC;
    settle(&mut harness);
    let utc = value(&harness);
    let total = |words: &str| words.split(" exchanges").next().map(str::to_owned);
    assert_eq!(total(&there), total(&utc));
}

#[test]
fn the_range_can_be_typed_and_a_wrong_one_says_why() {
    let mut harness = small();
    harness.get_by_label_contains("Type the range of time").click();
    settle(&mut harness);
    let fill = |harness: &mut Walk<'_>, label: &str, text: &str| {
        harness.get_by_label(label).focus();
        harness.run_steps(2);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        harness.run_steps(1);
        harness.get_by_label(label).type_text(text);
        settle(harness);
    };
    fill(&mut harness, "Range: From, UTC", "2026-03-02");
    fill(&mut harness, "Range: To, UTC", "2026-03-01");
    harness.get_by_label("Select").click();
    settle(&mut harness);
    assert_eq!(range(&harness), None);
    fill(&mut harness, "Range: To, UTC", "2026-03-02T12:00");
    harness.get_by_label("Select").click();
    settle(&mut harness);
    let half = TimeSpan { start: day(1), end: Time(day(1).0 + 12 * HOUR_US) };
    assert_eq!(range(&harness), Some(half));
}

#[test]
fn the_frame_of_the_minimap_is_moved_by_arrows_and_a_double_click_shows_everything() {
    let mut harness = small();
    harness.get_by_role_and_label(Role::Canvas, "Traffic").focus();
    for _ in 0..4 {
        harness.key_press(Key::W);
        settle(&mut harness);
    }
    let before = harness.state().view.window.expect("zoomed");
    let strip = harness.get_by_role_and_label(Role::Slider, "Traffic: visible part");
    let middle = strip.rect().center();
    strip.focus();
    settle(&mut harness);
    harness.key_press(Key::ArrowLeft);
    settle(&mut harness);
    let after = harness.state().view.window.expect("zoomed");
    assert!(after.start < before.start);
    assert_eq!(after.len_us(), before.len_us());
    click_twice(&mut harness, middle);
    assert_eq!(harness.state().view.window, None);
}

#[test]
fn writing_a_note_from_the_menu_lifts_the_selection_that_would_take_it() {
    let mut harness = small();
    drag(&mut harness, 0.3, 0.6, Modifiers::NONE);
    let middle = at(&harness, 0.45);
    harness.hover_at(middle);
    for pressed in [true, false] {
        let (button, modifiers) = (PointerButton::Secondary, Modifiers::NONE);
        harness.event(Event::PointerButton { pos: middle, button, pressed, modifiers });
        harness.run_steps(1);
    }
    settle(&mut harness);
    harness.get_by_label("Note on this range…").click();
    settle(&mut harness);
    let asked = &harness.state().asked;
    assert!(asked.contains(&Action::Run(crate::ui::Command::Note)), "{asked:?}");
}
