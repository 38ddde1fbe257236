//! What a case showed when it was closed is shown first when it is opened again.

use egui::Rect;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::{counted, until, window};
use crate::case::FirstLook;
use crate::model::Filter;
use crate::store::{CaseFile, Mode};
use crate::ui::state::Action;
use crate::ui::view::overview;
use crate::ui::{Command, theme};

#[test]
fn the_overview_as_it_was_without_a_filter_stands_before_the_events_are_loaded() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.get_by_label("Open sample case").click();
    until(&mut harness, "the sample", counted);
    until(&mut harness, "the first look", |h| {
        h.state().session.as_ref().is_some_and(|s| s.overview.first_look().is_some())
    });
    let path = harness.state().session.as_ref().expect("open").case.path.clone();
    // A filter at the end does not narrow it.
    let filter = Filter::parse("model:atlas-4").expect("a filter");
    harness.state_mut().actions.push(Action::Filter(filter));
    until(&mut harness, "the filter to be counted", counted);
    harness.state_mut().actions.push(Action::Run(Command::CloseCase));
    until(&mut harness, "the case to be closed", |h| !h.state().has_case());
    // What is kept is written on another thread.
    harness.state_mut().opening.settle();
    drop(harness);

    let file = CaseFile::open(&path, Mode::ReadOnly).expect("it opens");
    let look = FirstLook::of(&file).expect("a first look");
    assert_eq!(look.events, 60_000);
    assert_eq!(
        (look.numbers[0].title.as_str(), look.numbers[0].value.as_str()),
        ("Exchanges", "60,000")
    );
    let bars = look.series.iter().flat_map(|s| &s.counts).map(|n| u64::from(*n)).sum::<u64>();
    assert_eq!(bars, 60_000);

    let mut harness = Harness::builder().with_size([1100.0, 800.0]).build_ui(move |ui| {
        theme::apply(ui.ctx());
        overview::first_look::show(ui, &look);
    });
    harness.run_steps(2);
    assert!(harness.query_by_label("60,000").is_some());
    let plot: Rect = harness.get_by_role_and_label(Role::Canvas, "Traffic").rect();
    assert!(plot.width() > 500.0 && plot.height() > 80.0, "{plot:?}");
    assert_eq!(harness.query_all_by_label("Loading…").count(), 3);
}
