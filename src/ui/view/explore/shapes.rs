//! Cases of shapes that no everyday log has, looked at in the whole screen.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{Key, pos2};
use egui_kittest::kittest::{NodeT, Queryable};

use super::stand::{Stand, Walk, settle, walk};
use super::test_case::MARCH;
use super::walk::plot;
use crate::index::{Index, Run};
use crate::job::Progress;
use crate::model::time::DAY_US;
use crate::model::{Call, Caller, Columns, Dimensions, Filter, Origin, Time, TimeSpan};

/// Rows as `(µs, account)` of accounts numbered from 0.
fn case(mut rows: Vec<(i64, u32)>) -> Index {
    rows.sort_unstable();
    let accounts = rows.iter().map(|(_, account)| account + 1).max().unwrap_or(0);
    let mut columns = Columns::default();
    for (i, (at_us, account)) in rows.into_iter().enumerate() {
        columns.at_us.push(at_us);
        columns.caller.push(account);
        columns.origin.push(0);
        columns.call.push(i as u32 % 2);
        columns.input_tokens.push(u32::MAX - 1);
        columns.output_tokens.push(u32::MAX - 1);
    }
    let call = |model: &str| Call { model: Some(model.into()), ..Call::default() };
    let dimensions = Dimensions {
        accounts: (0..accounts).map(|i| format!("ac{i:07}")).collect(),
        callers: (0..accounts).map(|account| Caller { account, ..Caller::default() }).collect(),
        origins: vec![Origin { client_ip: Some("203.0.x.x".into()), ..Origin::default() }],
        calls: vec![call("a"), call("\u{202e}b\u{301}\u{301}")],
        sessions: crate::model::Texts::default(),
    };
    let run = Run { source_id: 1, first_event_id: 1, columns };
    Index::build(vec![run], dimensions, &Progress::default()).expect("a sound index")
}

/// A stand on an index that others use as well.
fn stand(index: &Arc<Index>) -> Stand {
    let mut stand = Stand::new(case(Vec::new()));
    stand.index = Arc::clone(index);
    stand
}

fn shapes() -> Vec<(&'static str, Arc<Index>)> {
    let rows = |n: i64, row: fn(i64) -> (i64, u32)| Arc::new(case((0..n).map(row).collect()));
    vec![
        ("one account with all events", rows(4_000, |i| (MARCH + i * 60_000_000, 0))),
        ("as many accounts as events", rows(4_000, |i| (MARCH + i * 60_000_000, i as u32))),
        ("all events at one instant", rows(900, |i| (MARCH, i as u32 % 7))),
        ("a span of sixty years", rows(900, |i| (i * DAY_US * 24, i as u32 % 7))),
        ("one event", rows(1, |_| (MARCH, 0))),
        ("no event", rows(0, |_| (MARCH, 0))),
    ]
}

fn drag(harness: &mut Walk<'_>, from: f32, to: f32) {
    let plot = plot(harness);
    let at = |share: f32| pos2(plot.left() + share * plot.width(), plot.center().y);
    super::walk::drag(harness, at(from), at(to));
}

/// The exchanges that the heading of the table claims to show.
fn shown(harness: &Walk<'_>) -> u64 {
    let state = harness.state();
    let lists = crate::index::Lists::default();
    crate::index::compile(&state.view.filter, &state.index, &lists).expect("a mask").len()
}

fn rows_of(harness: &Walk<'_>, grid: &str) -> usize {
    let grid = harness.get_by_role_and_label(Role::Grid, grid);
    grid.accesskit_node().data().row_count().unwrap_or_default()
}

#[test]
fn every_shape_is_zoomed_dragged_and_sorted_without_harm_and_counts_stay_true() {
    for (name, index) in shapes() {
        let mut harness = walk(stand(&index), [1500.0, 830.0], true);
        if harness.query_by_role_and_label(Role::Canvas, "Traffic").is_none() {
            continue;
        }
        drag(&mut harness, 0.2, 0.7);
        assert_eq!(rows_of(&harness, "Exchanges") as u64, shown(&harness), "{name}");
        drag(&mut harness, 0.7, 0.71);
        assert_eq!(rows_of(&harness, "Exchanges") as u64, shown(&harness), "{name}");
        harness.key_press(Key::Escape);
        settle(&mut harness);
        for key in [Key::W, Key::W, Key::W, Key::W, Key::W, Key::D, Key::D, Key::S, Key::A] {
            harness.hover_at(plot(&harness).center());
            for _ in 0..6 {
                harness.key_press(key);
            }
            settle(&mut harness);
        }
        harness.get_by_label("Accounts: Account").click();
        harness.get_by_label("Facets: Lift").click();
        settle(&mut harness);
        harness.get_by_role_and_label(Role::Grid, "Exchanges").focus();
        harness.key_press(Key::End);
        settle(&mut harness);
        assert_eq!(rows_of(&harness, "Exchanges") as u64, shown(&harness), "{name}");
    }
}

#[test]
fn ranges_beyond_the_data_of_no_length_and_without_end_show_what_lies_in_them() {
    let at = |days: i64| Time(MARCH + days * DAY_US);
    for (name, index) in shapes() {
        for span in [
            TimeSpan { start: at(9_000), end: at(9_001) },
            TimeSpan { start: at(0), end: at(0) },
            TimeSpan { start: Time(MARCH), end: Time(MARCH + 1) },
            TimeSpan { start: Time(i64::MIN), end: Time(i64::MAX) },
        ] {
            let mut stand = stand(&index);
            stand.view.filter = Filter { time: Some(span), ..Filter::default() };
            stand.view.window = Some(span);
            let harness = walk(stand, [1500.0, 730.0], false);
            assert_eq!(rows_of(&harness, "Exchanges") as u64, shown(&harness), "{name} {span:?}");
        }
    }
}

#[test]
fn while_a_range_is_dragged_every_view_counts_what_lies_in_it() {
    let index = Arc::new(super::test_case::large(40, 4_000, 30));
    let mut harness = walk(stand(&index), [1440.0, 830.0], true);
    let plot = plot(&harness);
    let at = |share: f32| pos2(plot.left() + share * plot.width(), plot.center().y);
    harness.hover_at(at(0.3));
    harness.run_steps(1);
    harness.drag_at(at(0.3));
    for to in [0.5, 0.6, 0.35, 0.9, 0.42] {
        harness.hover_at(at(to));
        settle(&mut harness);
        let explore = &harness.state().explore;
        let range = explore.cards.dragged.flatten().expect("a range is being dragged");
        let kept = index.everything().within(index.rows_between(range));
        assert_eq!(rows_of(&harness, "Exchanges") as u64, kept.len());
        let by_account = explore.query.by_account().expect("counted");
        assert_eq!(by_account.stats, index.stats_by_account(&kept));
        let shown = explore.query.shown().expect("counted");
        assert_eq!(shown.totals, index.totals(&kept));
        let models = index.top_values(&kept, crate::model::Field::Model, 1);
        let most = models.values.first().expect("a model");
        let count = crate::ui::format::count(most.stats.rows.into());
        harness.get_by_label_contains(&format!("{}, {count}, ", most.value));
    }
    assert!(harness.state().explore.query.is_brushed());
    let steps = harness.state().asked.len();
    harness.drop_at(at(0.42));
    settle(&mut harness);
    assert_eq!(harness.state().asked.len(), steps + 1, "one step to go back to");
}

#[test]
fn the_work_of_a_frame_does_not_grow_with_the_events() {
    let drawn = |rows: u32| {
        let index = Arc::new(super::test_case::large(40, rows, 30));
        let harness = walk(stand(&index), [1500.0, 830.0], true);
        harness.output().shapes.len()
    };
    let (few, many) = (drawn(8_000), drawn(160_000));
    assert!(many.abs_diff(few) < few / 10, "{few} and {many} shapes");
}
