use egui::{Key, Modifiers, Pos2, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::job::Progress;
use crate::model::rng::Rng;
use crate::network::matrix::by_likeness_within;
use crate::ui::theme;

/// A grid that is kept.
#[derive(Default)]
struct Case {
    rows: Vec<Head>,
    columns: Vec<Head>,
    cells: Vec<f32>,
    is_square: bool,
    usual: Option<f32>,
    picked: BTreeSet<usize>,
    matrix: Matrix,
    did: Vec<Did>,
}

const LEVELS: [Level; 4] = [Level::Strong, Level::Probable, Level::Indicative, Level::None];

fn account(at: usize, group: Option<u32>) -> Head {
    let level = group.map_or(Level::None, |group| LEVELS[group as usize % 3]);
    let id = 0x1439_138f_u64.wrapping_mul(at as u64 + 7) & 0xffff_ffff;
    Head { label: format!("ac{id:08x}"), level, group, sign: None }
}

/// So many accounts in clusters of different sizes, and what they share.
fn square(n: usize) -> Case {
    let mut rng = Rng::new(&[n as u64]);
    let mut groups: Vec<Option<u32>> = Vec::new();
    let mut number = 1;
    while groups.len() < n * 4 / 5 {
        let size = 3 + rng.below((n as u64 / 5).max(2)) as usize;
        groups.extend((0..size).map(|_| Some(number)));
        number += 1;
    }
    groups.resize(n, None);
    let strength: Vec<f32> = (0..=number).map(|_| 0.45 + 0.45 * rng.unit() as f32).collect();
    let mut cells = vec![1.0_f32; n * n];
    let own: Vec<f32> = (0..n).map(|_| 0.5 + 0.5 * rng.unit() as f32).collect();
    for i in 0..n {
        for k in i + 1..n {
            let noise = 0.22 * rng.unit() as f32;
            let value = match (groups[i], groups[k]) {
                (Some(a), Some(b)) if a == b => {
                    strength[a as usize] * own[i] * own[k] + 0.5 * noise + 0.12
                }
                (Some(1), Some(2)) => 0.22 + noise,
                (None, _) | (_, None) if rng.chance(0.3) => f32::NAN,
                _ => noise,
            };
            (cells[i * n + k], cells[k * n + i]) = (value, value);
        }
    }
    let order = by_likeness_within(&cells, &groups, &Progress::default()).expect("not cancelled");
    let line = |i: &usize| order.iter().map(|k| cells[i * n + k]).collect::<Vec<f32>>();
    let cells: Vec<f32> = order.iter().flat_map(line).collect();
    let rows: Vec<Head> = order.iter().map(|at| account(*at, groups[*at])).collect();
    Case {
        columns: rows.clone(),
        rows,
        cells,
        is_square: true,
        usual: Some(0.13),
        ..Case::default()
    }
}

/// Accounts against things.
fn things(rows: usize, columns: usize) -> Case {
    let mut rng = Rng::new(&[9, rows as u64]);
    let heads = (0..rows).map(|at| account(at, Some(1 + (5 * at / rows) as u32))).collect();
    let mut kinds = Vec::new();
    let mut cells = vec![0.0; rows * columns];
    for column in 0..columns {
        let evidence = Evidence::value(rng.below(6) as usize);
        let label = format!("{} {:06x}", evidence.name(), rng.below(1 << 24));
        kinds.push(Head { label, sign: Some(evidence), ..Head::default() });
        let (middle, weight) = (column * rows / columns, 0.25 + 0.75 * rng.unit() as f32);
        for row in 0..rows {
            let near = row.abs_diff(middle) <= 1 + rows / 9;
            if (near && rng.chance(0.6)) || rng.chance(0.01) {
                cells[row * columns + column] = weight;
            }
        }
    }
    Case { rows: heads, columns: kinds, cells, ..Case::default() }
}

fn harness(case: Case, size: [f32; 2], dark: bool, on_screen: bool) -> Harness<'static, Case> {
    let builder = Harness::builder()
        .with_theme(egui::Theme::from_dark_mode(dark))
        .with_size(size)
        .with_max_steps(20);
    let builder = if on_screen { builder.wgpu() } else { builder };
    let draw = move |ui: &mut Ui, case: &mut Case| {
        theme::apply(ui.ctx());
        if ui.ctx().cumulative_frame_nr() == 0 {
            return;
        }
        let theme = Theme::named(dark);
        let rect = ui.ctx().content_rect();
        ui.painter().rect_filled(rect, 0.0, theme.panel);
        let measure = if case.is_square {
            crate::network::matrix::MEASURE
        } else {
            "what a thing says of two accounts"
        };
        let percent = |value: f32| format!("{:.0} %", 100.0 * value);
        let nats = |value: f32| format!("{:.1} nats", 8.3 * value);
        let grid = Grid {
            version: 1,
            rows: &case.rows,
            columns: &case.columns,
            is_square: case.is_square,
            cells: &case.cells,
            top: if case.is_square { 0.9 } else { 1.0 },
            usual: case.usual.map(|usual| (usual, "on shifted days")),
            measure,
            group: "Cluster",
            picked: &case.picked,
            number: if case.is_square { &percent } else { &nats },
            says: &|_, _| None,
        };
        let did = case.matrix.show(ui, rect, &grid, theme, true);
        case.did.extend(did);
    };
    let mut harness = builder.build_ui_state(draw, case);
    harness.run_steps(4);
    harness
}

fn centre(harness: &Harness<'_, Case>, row: usize, column: usize) -> Pos2 {
    let case = harness.state();
    let none = BTreeSet::new();
    let grid = Grid {
        version: 1,
        rows: &case.rows,
        columns: &case.columns,
        is_square: case.is_square,
        cells: &case.cells,
        top: 1.0,
        usual: None,
        measure: "",
        group: "",
        picked: &none,
        number: &|_| String::new(),
        says: &|_, _| None,
    };
    let frame = Frame::new(harness.ctx.content_rect(), &grid, case.matrix.view);
    frame.span(row..row + 1, column..column + 1).center()
}

fn drag(harness: &mut Harness<'_, Case>, from: Pos2, to: Pos2) {
    harness.drag_at(from);
    harness.step();
    harness.hover_at(from.lerp(to, 0.5));
    harness.step();
    harness.hover_at(to);
    harness.step();
    harness.drop_at(to);
    harness.step();
}

fn click(harness: &mut Harness<'_, Case>, at: Pos2) {
    harness.drag_at(at);
    harness.step();
    harness.drop_at(at);
    harness.step();
}

#[test]
fn a_dragged_rectangle_selects_its_rows_and_the_accounts_of_its_columns() {
    let mut harness = harness(square(14), [640.0, 560.0], true, false);
    let (from, to) = (centre(&harness, 2, 9), centre(&harness, 4, 10));
    drag(&mut harness, from, to);
    assert_eq!(harness.state().did, [Did::Rows([2, 3, 4, 9, 10].into())]);
}

#[test]
fn of_things_only_the_rows_are_selected_and_a_name_gives_those_who_have_it() {
    let mut harness = harness(things(14, 10), [640.0, 560.0], true, false);
    let (from, to) = (centre(&harness, 3, 2), centre(&harness, 1, 5));
    drag(&mut harness, from, to);
    let at = centre(&harness, 0, 4);
    click(&mut harness, at - vec2(0.0, 40.0));
    let case = harness.state();
    let has: BTreeSet<usize> = (0..14).filter(|row| case.cells[row * 10 + 4] > 0.0).collect();
    assert_eq!(case.did, [Did::Rows([1, 2, 3].into()), Did::Rows(has)]);
}

#[test]
fn a_click_gives_a_cell_and_on_the_diagonal_its_row() {
    let mut harness = harness(square(14), [640.0, 560.0], false, false);
    for (row, column) in [(2, 1), (3, 3)] {
        let at = centre(&harness, row, column);
        click(&mut harness, at);
    }
    assert_eq!(harness.state().did, [Did::Cell(2, 1), Did::Rows([3].into())]);
    let at = centre(&harness, 3, 5);
    harness.hover_at(at);
    harness.step();
    assert_eq!(harness.state().matrix.hovered(), Some((3, 5)));
}

#[test]
fn arrows_move_a_cell_and_enter_acts_on_it() {
    let mut harness = harness(square(14), [640.0, 560.0], true, false);
    let at = centre(&harness, 0, 1);
    click(&mut harness, at);
    for key in [Key::ArrowDown, Key::ArrowRight, Key::ArrowRight, Key::ArrowLeft, Key::Enter] {
        harness.key_press(key);
        harness.step();
    }
    assert_eq!(harness.state().did.last(), Some(&Did::Cell(1, 2)));
}

#[test]
fn the_wheel_zooms_at_the_pointer_with_ctrl_and_scrolls_without() {
    let mut harness = harness(square(120), [640.0, 560.0], true, false);
    let at = centre(&harness, 60, 60);
    harness.hover_at(at);
    harness.step();
    harness.event(egui::Event::Zoom(4.0));
    harness.step();
    let now = centre(&harness, 60, 60);
    assert!(now.distance(at) < 12.0, "{now} {at}");
    let before = harness.state().matrix.view;
    assert!((before.zoom - 4.0).abs() < 1e-3);
    harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: vec2(0.0, -60.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: Modifiers::NONE,
    });
    harness.run_steps(20);
    assert!(harness.state().matrix.view.at.y > before.at.y + 1.0);
}

#[test]
fn it_says_in_words_what_it_shows_and_what_it_lacks() {
    let case = square(14);
    let shown = harness(case, [640.0, 560.0], true, false);
    shown.get_by_label_contains("Matrix of 14 rows and 14 columns, share of ten-minute slots");
    let mut alone = square(14);
    alone.rows.truncate(1);
    harness(alone, [400.0, 300.0], true, false).get_by_label_contains("One account alone");
    harness(Case::default(), [400.0, 300.0], true, false).get_by_label_contains("No accounts");
    let mut bare = square(14);
    bare.columns.clear();
    harness(bare, [400.0, 300.0], true, false).get_by_label_contains("anything in common");
}

#[test]
fn cells_that_are_missing_and_rooms_that_are_tiny_break_nothing() {
    for size in [[640.0, 560.0], [20.0, 20.0], [200.0, 90.0]] {
        let mut case = square(14);
        case.cells.truncate(50);
        case.picked.insert(99);
        let mut harness = harness(case, size, true, false);
        for at in [pos2(5.0, 5.0), pos2(15.0, 10.0)] {
            drag(&mut harness, at, pos2(19.0, 19.0));
        }
    }
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_matrices() {
    let named = std::env::var_os("STILLWATCH_LOOK");
    let folder = named.map_or_else(|| "target/look".into(), std::path::PathBuf::from);
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    for dark in [true, false] {
        let word = if dark { "dark" } else { "light" };
        let cases = [
            ("14", square(14)),
            ("120", square(120)),
            ("1500", square(1500)),
            ("things", things(24, 40)),
            ("many-things", things(300, 160)),
        ];
        for (name, mut case) in cases {
            case.picked = (4..7).collect();
            let mut harness = harness(case, [760.0, 680.0], dark, true);
            if name == "14" || name == "1500" {
                harness.hover_at(pos2(360.0, 300.0));
                harness.run_steps(30);
            }
            let picture = harness.render().expect("a picture");
            picture.save(folder.join(format!("matrix-{name}-{word}.png"))).expect("saved");
        }
    }
}
