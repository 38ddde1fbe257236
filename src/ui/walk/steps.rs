//! Going back, one step at a time: what is one step, and what is another.

use std::path::Path;

use egui::{Event, Key, Modifiers, PointerButton, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::{counted, until, window};
use crate::model::{Filter, TimeSpan};
use crate::ui::{Action, App, Command, Screen};

/// The sample case on its overview.
fn opened(scratch: &Path) -> Harness<'static, App> {
    let mut harness = window(scratch);
    harness.run_steps(2);
    harness.get_by_label("Open sample case").click();
    until(&mut harness, "the sample", counted);
    harness
}

fn day(text: &str) -> Option<TimeSpan> {
    Filter::parse(text).expect(text).time
}

/// A drag that brushes some ranges one after the other and is held for a frame.
fn brush(harness: &mut Harness<'_, App>, ranges: [Option<TimeSpan>; 2]) {
    let nowhere = pos2(1439.0, 899.0);
    harness.drag_at(nowhere);
    harness.run_steps(1);
    for range in ranges {
        harness.state_mut().actions.push(Action::Brush(range));
        harness.run_steps(2);
    }
    harness.drop_at(nowhere);
    harness.run_steps(2);
}

fn back(harness: &mut Harness<'_, App>) {
    harness.key_press_modifiers(Modifiers::ALT, Key::ArrowLeft);
    harness.run_steps(3);
}

#[test]
fn a_drag_is_one_step_and_the_next_drag_is_another() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = opened(scratch.path());
    let days = ["time:2026-03-16", "time:2026-03-17", "time:2026-03-18"].map(day);
    brush(&mut harness, [days[0], days[1]]);
    brush(&mut harness, [days[0], days[2]]);
    assert_eq!(harness.state().view.filter.time, days[2]);
    back(&mut harness);
    assert_eq!(harness.state().view.filter.time, days[1], "where the first drag ended");
    brush(&mut harness, [days[0], days[2]]);
    back(&mut harness);
    assert_eq!(harness.state().view.filter.time, days[1], "a drag after going back is a step");
    back(&mut harness);
    assert_eq!(harness.state().view.filter.time, None);
}

#[test]
fn what_is_clicked_behind_a_key_in_the_same_frame_is_a_step_of_its_own() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = opened(scratch.path());
    let filter = Filter::parse("model:atlas-4").expect("readable");
    let asked = [Action::Run(Command::Explore), Action::Filter(filter)];
    harness.state_mut().actions.extend(asked);
    harness.run_steps(3);
    back(&mut harness);
    let view = &harness.state().view;
    assert_eq!((view.screen, view.filter.is_everything()), (Screen::Explore, true));
    back(&mut harness);
    assert_eq!(harness.state().view.screen, Screen::Overview);
}

#[test]
fn a_button_on_the_side_of_a_mouse_drags_nothing() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = opened(scratch.path());
    until(&mut harness, "the traffic", |h| h.query_by_label("Traffic").is_some());
    let from = harness.get_by_label("Traffic").rect().center();
    for (button, brushes) in [(PointerButton::Extra1, false), (PointerButton::Primary, true)] {
        harness.hover_at(from);
        harness.run_steps(1);
        let turn = |pos, pressed| Event::PointerButton {
            pos,
            button,
            pressed,
            modifiers: Modifiers::NONE,
        };
        harness.event(turn(from, true));
        harness.run_steps(1);
        for i in 1..=4u8 {
            harness.hover_at(from + vec2(20.0 * f32::from(i), 0.0));
            harness.run_steps(1);
        }
        harness.event(turn(from + vec2(80.0, 0.0), false));
        harness.run_steps(2);
        assert_eq!(harness.state().view.filter.time.is_some(), brushes, "{button:?}");
    }
}
