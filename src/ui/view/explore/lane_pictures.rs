//! Lanes and heat maps drawn, for people to look at.

use std::sync::Arc;

use egui::{Key, pos2};
use egui_kittest::kittest::Queryable;

use crate::model::time::DAY_US;
use crate::model::{Annotation, Confidence, Filter, MarkerKind, Selection, Time, TimeSpan};
use crate::model::{Verdict, VerdictRecord};

use super::pictures::save;
use super::stand::{Stand, Walk, drawn, marker, settle};
use super::test_case::{self, MARCH};
use super::tiles::Pane;

/// A card by itself on a case in which some accounts take turns.
fn alone(card: Pane, accounts: u32, rows: u32, untimed: usize) -> Stand {
    let mut stand = Stand::of_card(test_case::in_turns(accounts, rows, untimed), card);
    stand.markers = vec![
        marker(13, MarkerKind::Release, "atlas-4 released"),
        marker(30, MarkerKind::Ban, "ban wave"),
    ];
    for (i, verdict) in [(0, Verdict::Suspicious), (1, Verdict::Watch), (2, Verdict::Cleared)] {
        let verdict = Some(VerdictRecord {
            verdict,
            confidence: Confidence::High,
            reason: String::new(),
            at: Time(MARCH),
            actor: "analyst a".into(),
        });
        if let Some(id) = stand.index.accounts().get(i * 20).cloned() {
            Arc::make_mut(&mut stand.annotations)
                .insert(id, Annotation { verdict, ..Annotation::default() });
        }
    }
    stand.relist();
    stand
}

fn press(harness: &mut Walk<'_>, key: Key, times: usize) {
    for _ in 0..times {
        harness.key_press(key);
        harness.run_steps(2);
    }
    settle(harness);
}

fn focus(harness: &mut Walk<'_>, name: &str) {
    harness.get_by_role_and_label(egui::accesskit::Role::Grid, name).focus();
    settle(harness);
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_tracks() {
    let day = |d: i64| Time(MARCH + d * DAY_US);
    for (name, size, dark) in [
        ("tracks", [640.0, 270.0], true),
        ("tracks-light", [640.0, 270.0], false),
        ("tracks-1280", [520.0, 220.0], true),
        ("tracks-2560", [1480.0, 620.0], true),
    ] {
        let mut stand = alone(Pane::Tracks, 900, 60_000, 40);
        stand.view.filter.time = Some(TimeSpan::new(day(12), day(22)));
        stand.view.selection = Selection::accounts(stand.index.accounts()[20..=20].to_vec());
        let mut harness = drawn(stand, size, dark);
        focus(&mut harness, "Accounts over time");
        press(&mut harness, Key::ArrowDown, 1);
        press(&mut harness, Key::P, 1);
        let grid = harness.get_by_role_and_label(egui::accesskit::Role::Grid, "Accounts over time");
        let grid = grid.rect();
        harness.hover_at(pos2(grid.left() + grid.width() * 0.4, grid.top() + 60.0));
        settle(&mut harness);
        save(&mut harness, name);
    }
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_heat() {
    for (name, size, dark, mode) in [
        ("heat-hours", [640.0, 300.0], true, "Account × hour"),
        ("heat-time", [640.0, 300.0], true, "Account × time"),
        ("heat-week", [640.0, 300.0], true, "Weekday × hour"),
        ("heat-week-light", [440.0, 240.0], false, "Weekday × hour"),
        ("heat-hours-light", [440.0, 240.0], false, "Account × hour"),
        ("heat-week-2560", [1100.0, 520.0], true, "Weekday × hour"),
        ("heat-time-2560-light", [1400.0, 520.0], false, "Account × time"),
    ] {
        let mut stand = alone(Pane::Heat, 900, 60_000, 40);
        stand.view.selection = Selection::accounts(stand.index.accounts()[..200].to_vec());
        let mut harness = drawn(stand, size, dark);
        if mode != "Account × hour" {
            harness.get_by_label("Heat map: Account × hour").click();
            settle(&mut harness);
            harness.get_by_label(mode).click();
            settle(&mut harness);
        }
        if name != "heat-hours-light" {
            focus(&mut harness, "Heat map");
            press(&mut harness, Key::ArrowDown, 3);
            press(&mut harness, Key::ArrowRight, 5);
            for key in [Key::ArrowRight, Key::ArrowRight, Key::ArrowDown] {
                harness.key_press_modifiers(egui::Modifiers::SHIFT, key);
                harness.run_steps(2);
            }
            settle(&mut harness);
        }
        save(&mut harness, name);
    }
    let mut harness = drawn(alone(Pane::Heat, 5, 300, 0), [640.0, 260.0], true);
    let grid = harness.get_by_role_and_label(egui::accesskit::Role::Grid, "Heat map").rect();
    harness.hover_at(grid.left_top() + egui::vec2(300.0, 20.0));
    settle(&mut harness);
    save(&mut harness, "heat-small");
    let mut stand = Stand::new(test_case::index());
    (stand.alone, stand.shell) = (Some(Pane::Heat), false);
    let mut harness = drawn(stand, [640.0, 260.0], true);
    harness.get_by_label("Heat map: Account × hour").click();
    settle(&mut harness);
    harness.get_by_label("Weekday × hour").click();
    settle(&mut harness);
    save(&mut harness, "heat-week-small");
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_tracks_folded() {
    let size = [960.0, 420.0];
    let mut harness = drawn(alone(Pane::Tracks, 24_000, 500_000, 0), size, true);
    save(&mut harness, "tracks-24k");
    focus(&mut harness, "Accounts over time");
    press(&mut harness, Key::Minus, 4);
    save(&mut harness, "tracks-24k-low");
    press(&mut harness, Key::Minus, 12);
    save(&mut harness, "tracks-24k-folded");
    let mut harness = drawn(alone(Pane::Tracks, 900, 60_000, 0), size, false);
    focus(&mut harness, "Accounts over time");
    press(&mut harness, Key::Minus, 12);
    save(&mut harness, "tracks-all-light");
    let mut stand = alone(Pane::Tracks, 900, 60_000, 0);
    stand.view.filter = Filter::parse("model:zebra").expect("a filter");
    save(&mut drawn(stand, [640.0, 270.0], true), "tracks-nothing");
    let mut stand = alone(Pane::Tracks, 1, 1, 0);
    stand.markers.clear();
    save(&mut drawn(stand, [640.0, 270.0], true), "tracks-one");
    let mut stand = alone(Pane::Tracks, 900, 60_000, 0);
    let hour = crate::model::time::HOUR_US;
    let start = MARCH + 13 * DAY_US + 6 * hour;
    stand.view.window = Some(TimeSpan::new(Time(start), Time(start + 2 * hour)));
    save(&mut drawn(stand, [640.0, 270.0], true), "tracks-ticks");
}
