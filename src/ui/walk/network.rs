//! From a cluster to the evidence between two of its accounts, on the network.

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::findings::analysed;
use super::{settle, until};
use crate::model::Verdict;
use crate::ui::{App, Screen};

/// A case with three rings and its findings, on its network.
fn drawn(scratch: &std::path::Path) -> Harness<'static, App> {
    let mut harness = analysed(scratch);
    press(&mut harness, Modifiers::COMMAND, Key::Num4);
    laid_out(&mut harness);
    assert_eq!(harness.state().view.screen, Screen::Network);
    harness
}

fn laid_out(harness: &mut Harness<'_, App>) {
    until(harness, "the picture", |h| {
        h.state().session.as_ref().is_some_and(|s| s.network.is_settled())
    });
}

fn press(harness: &mut Harness<'_, App>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

/// The rows of the table beside the picture.
fn rows(harness: &Harness<'_, App>) -> Vec<String> {
    let rows = harness.query_all_by_role(egui::accesskit::Role::Row);
    rows.filter_map(|row| row.accesskit_node().label()).collect()
}

/// Turns to a part of the table.
fn turn(harness: &mut Harness<'_, App>, part: &str) {
    harness.get_by_role_and_label(egui::accesskit::Role::Button, part).click();
    harness.run_steps(3);
}

fn click_row(harness: &mut Harness<'_, App>, words: &str, modifiers: Modifiers) {
    let row = harness
        .query_all_by_role(egui::accesskit::Role::Row)
        .find(|row| row.accesskit_node().label().is_some_and(|label| label.contains(words)));
    row.unwrap_or_else(|| panic!("no row {words}")).click_modifiers(modifiers);
    harness.run_steps(3);
    settle(harness);
}

fn said(harness: &Harness<'_, App>, id: &str) -> Option<Verdict> {
    super::verdict(harness, id).map(|(verdict, _)| verdict)
}

#[test]
fn from_a_cluster_by_its_card_to_a_way_between_two_accounts_that_are_flagged_and_undone() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = drawn(scratch.path());
    turn(&mut harness, "Accounts");
    click_row(&mut harness, "4 of cluster 1", Modifiers::NONE);
    assert_eq!(harness.state().view.selection.title(), "cluster:1");

    // What opening would bring is said first.
    press(&mut harness, Modifiers::NONE, Key::X);
    harness.get_by_label("The cluster as one node").click();
    harness.run_steps(3);
    laid_out(&mut harness);
    press(&mut harness, Modifiers::NONE, Key::X);
    harness.get_by_label("By card: 1 card, 4 accounts").click();
    harness.run_steps(3);
    laid_out(&mut harness);
    press(&mut harness, Modifiers::NONE, Key::X);
    harness.get_by_label("Each of 4 accounts").click();
    harness.run_steps(3);
    laid_out(&mut harness);
    let of_ring: Vec<String> =
        rows(&harness).into_iter().filter(|row| row.starts_with("ring")).collect();
    assert_eq!(of_ring.len(), 4, "{:?}", rows(&harness));

    // Two of them, and the way between them.
    let ids: Vec<String> =
        of_ring.iter().filter_map(|row| row.split(',').next()).map(str::to_owned).collect();
    click_row(&mut harness, &ids[0], Modifiers::NONE);
    click_row(&mut harness, &ids[2], Modifiers::COMMAND);
    press(&mut harness, Modifiers::NONE, Key::P);
    laid_out(&mut harness);
    assert!(harness.query_by_label_contains("Step 1 of ").is_some());
    assert!(harness.query_by_label_contains("Why it links").is_some());

    // Whoever is on it is flagged, and no longer.
    settle(&mut harness);
    press(&mut harness, Modifiers::NONE, Key::Num1);
    let on_it = [&ids[0], &ids[2]];
    assert!(on_it.iter().all(|id| said(&harness, id) == Some(Verdict::Suspicious)));
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert!(on_it.iter().all(|id| said(&harness, id).is_none()));

    // Then the steps of the picture, the last one first, until it is as it was.
    for _ in 0..4 {
        press(&mut harness, Modifiers::COMMAND, Key::Z);
        laid_out(&mut harness);
    }
    assert!(rows(&harness).iter().any(|row| row.contains("4 of cluster 1")));
    for _ in 0..3 {
        press(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
        laid_out(&mut harness);
    }
    assert!(rows(&harness).iter().any(|row| row.starts_with("ring")), "done again");
}

#[test]
fn a_line_drawn_around_nodes_selects_them_and_all_others_are_dismissed() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = drawn(scratch.path());
    let at = |harness: &Harness<'_, App>, name: &str| {
        let session = harness.state().session.as_ref().expect("a case");
        session.network.on_screen(name).expect("in the picture")
    };
    let middle = at(&harness, "cluster 2");
    let corners = [(-14.0, -14.0), (14.0, -14.0), (14.0, 14.0), (-14.0, 14.0), (-14.0, -14.0)];
    harness.event(egui::Event::ModifiersChanged(Modifiers::COMMAND));
    let first = middle + egui::Vec2::from(corners[0]);
    harness.hover_at(first);
    harness.run_steps(1);
    harness.event(button(first, true));
    harness.run_steps(1);
    for corner in corners {
        harness.hover_at(middle + egui::Vec2::from(corner));
        harness.run_steps(1);
    }
    harness.event(button(first, false));
    harness.run_steps(1);
    harness.event(egui::Event::ModifiersChanged(Modifiers::NONE));
    harness.run_steps(2);
    settle(&mut harness);
    assert_eq!(harness.state().view.selection.title(), "cluster:2");

    press(&mut harness, Modifiers::SHIFT, Key::D);
    laid_out(&mut harness);
    turn(&mut harness, "Accounts");
    let left: Vec<String> = rows(&harness).into_iter().filter(|r| r.contains("cluster")).collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(left[0].contains("cluster 2"));
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    laid_out(&mut harness);
    let back = rows(&harness).into_iter().filter(|row| row.contains("cluster")).count();
    assert_eq!(back, 3);
}

fn button(pos: egui::Pos2, pressed: bool) -> egui::Event {
    egui::Event::PointerButton {
        pos,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: Modifiers::COMMAND,
    }
}

#[test]
fn every_node_and_line_is_reached_by_the_keyboard_and_a_line_shows_its_proof() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = drawn(scratch.path());
    press(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::N);
    let listed = rows(&harness).len();
    assert!(listed > 0);
    for _ in 0..listed {
        press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    }
    assert!(!harness.state().view.selection.is_nothing());
    turn(&mut harness, "Lines");
    press(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::N);
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    assert!(harness.query_by_label("Why it links").is_some(), "the panel is the line's");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(harness.query_by_label("Why it links").is_none(), "and is put away");
}

#[test]
fn the_picture_is_written_as_it_is_seen_and_is_kept_with_the_case() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = drawn(scratch.path());
    let path = scratch.path().join("seen.svg");
    if let Some(session) = &mut harness.state_mut().session {
        session.network.save(path.clone());
    }
    harness.run_steps(3);
    let svg = std::fs::read_to_string(&path).expect("written");
    for number in 1..=3 {
        assert!(svg.contains(&format!("Cluster {number}")), "cluster {number} is named");
    }
    turn(&mut harness, "Accounts");
    click_row(&mut harness, "4 of cluster 3", Modifiers::NONE);
    press(&mut harness, Modifiers::NONE, Key::D);
    laid_out(&mut harness);
    let case = scratch.path().join("rings.stillwatch");
    press(&mut harness, Modifiers::COMMAND, Key::W);
    until(&mut harness, "the case to be closed", |h| h.state().session.is_none());
    harness.state_mut().actions.push(crate::ui::Action::Open(vec![case]));
    until(&mut harness, "the case", super::counted);
    press(&mut harness, Modifiers::COMMAND, Key::Num4);
    laid_out(&mut harness);
    turn(&mut harness, "Accounts");
    let left = rows(&harness).into_iter().filter(|row| row.contains("cluster")).count();
    assert_eq!(left, 2, "what was dismissed stays away");
}

#[test]
fn nodes_lie_where_a_file_of_another_program_says_and_what_it_says_too_much_is_told() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = drawn(scratch.path());
    let read = |harness: &mut Harness<'_, App>, name: &str, text: &str| {
        let path = scratch.path().join(name);
        std::fs::write(&path, text).expect("written");
        let ctx = harness.ctx.clone();
        if let Some(session) = &mut harness.state_mut().session {
            session.network.read_places(&ctx, path);
        }
    };
    let depth = |h: &Harness<'_, App>| h.state().session.as_ref().map_or(0, |s| s.network.depth());
    let line = "\"4 accounts from ring0-0 on\",400,-300\nnobody,1,2\n";
    read(&mut harness, "places.csv", &format!("label,x,y\n{line}"));
    until(&mut harness, "the places", |h| depth(h) == 1);
    laid_out(&mut harness);
    assert!(harness.query_by_label_contains("1 node not in the picture").is_some());
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(depth(&harness), 0, "and is taken back like any step");

    read(&mut harness, "wrong.gexf", "<gexf><graph><nodes><node id=");
    until(&mut harness, "a notice", |h| {
        h.query_by_label("Dismiss: No places were taken").is_some()
    });
    assert_eq!(depth(&harness), 0);
}
