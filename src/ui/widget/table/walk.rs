//! The table driven through its accessibility tree, with more rows than any view could hold.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use super::{Cell, Column, Pick, Rows, Sort, Table, TableAction, TableState};

const COLUMNS: [Column<'_>; 3] = [
    Column::number("Number", 120.0, 60.0),
    Column::text("Name", 160.0, 80.0).grows(),
    Column::text("Note", 100.0, 60.0).rank(1).unsorted(),
];

#[derive(Default)]
struct Stand {
    state: TableState,
    rows: u64,
    asked: Vec<TableAction>,
    listens: bool,
    /// By how much the rows have moved up.
    shifted: u64,
    /// Cells asked for in the last frame.
    cells: usize,
}

struct Numbers<'a>(&'a mut usize, u64);

impl Rows for Numbers<'_> {
    fn cell(&mut self, row: u64, column: usize) -> Cell<'_> {
        *self.0 += 1;
        match column {
            0 => Cell::Count(row + 1),
            1 => Cell::text(format!("row number {row}")),
            _ => Cell::Absent,
        }
    }

    fn selected(&self, row: u64) -> bool {
        row == 3
    }

    fn key(&self, row: u64) -> Option<u64> {
        Some(row + self.1)
    }

    fn menu(&mut self, ui: &mut egui::Ui, key: u64, column: usize) {
        ui.label(format!("menu of {key} {column}"));
    }
}

fn stand<'a>(rows: u64) -> Harness<'a, Stand> {
    let mut themed = false;
    Harness::builder().with_size([500.0, 338.0]).build_ui_state(
        move |ui, stand: &mut Stand| {
            if !std::mem::replace(&mut themed, true) {
                crate::ui::theme::apply(ui.ctx());
                return;
            }
            let table = Table {
                name: "Numbers",
                columns: &COLUMNS,
                rows: stand.rows,
                sort: Some(Sort { column: 0, descending: false }),
                empty: "Nothing",
                listens: stand.listens,
            };
            let (mut cells, shifted) = (0, stand.shifted);
            let actions = table.show(ui, &mut stand.state, &mut Numbers(&mut cells, shifted));
            stand.cells = cells;
            stand.asked.extend(actions.iter().filter(|a| !matches!(a, TableAction::Hover(_))));
        },
        Stand { rows, listens: true, ..Stand::default() },
    )
}

fn labels(harness: &Harness<'_, Stand>) -> Vec<String> {
    let rows = harness.query_all_by_role(Role::Row);
    rows.map(|row| row.accesskit_node().label().unwrap_or_default()).collect()
}

fn focus(harness: &mut Harness<'_, Stand>) {
    harness.get_by_role_and_label(Role::Grid, "Numbers").focus();
    harness.run();
}

#[test]
fn the_work_of_a_frame_does_not_grow_with_the_rows() {
    let mut few = stand(100);
    few.run();
    let mut many = stand(16_041_337);
    many.run();
    assert!(few.state().cells > 0);
    assert_eq!(few.state().cells, many.state().cells);
}

#[test]
fn the_keyboard_reaches_the_last_of_sixteen_million_rows_and_the_first_again() {
    let mut harness = stand(16_041_337);
    harness.run();
    focus(&mut harness);
    harness.key_press(Key::End);
    harness.run();
    assert!(labels(&harness).iter().any(|l| l.starts_with("16,041,337, row number 16041336")));
    assert_eq!(harness.state().asked, [TableAction::Step(Pick::Only(16_041_336))]);
    harness.key_press(Key::ArrowUp);
    harness.run();
    assert_eq!(harness.state().state.cursor, Some(16_041_335));
    harness.key_press(Key::Home);
    harness.run();
    assert!(labels(&harness)[0].starts_with("1, row number 0"));
    harness.key_press(Key::PageDown);
    harness.run();
    assert!(harness.state().state.cursor.is_some_and(|c| (8..13).contains(&c)));
}

#[test]
fn shift_extends_and_ctrl_adds_as_in_any_list() {
    let mut harness = stand(1_000);
    harness.run();
    harness.get_by_label_contains("row number 2").click();
    harness.run();
    harness.get_by_label_contains("row number 5").click_modifiers(Modifiers::SHIFT);
    harness.run();
    harness.get_by_label_contains("row number 7").click_modifiers(Modifiers::COMMAND);
    harness.run();
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowDown);
    harness.run();
    assert_eq!(
        harness.state().asked,
        [
            TableAction::Pick(Pick::Only(2)),
            TableAction::Pick(Pick::Range { from: 2, to: 5, add: false }),
            TableAction::Pick(Pick::Toggle(7)),
            TableAction::Step(Pick::Range { from: 7, to: 8, add: false }),
        ]
    );
}

#[test]
fn an_arrow_at_the_end_is_no_step_and_keys_under_a_dialog_are_none() {
    let mut harness = stand(10);
    harness.run();
    focus(&mut harness);
    for key in [Key::ArrowDown, Key::ArrowUp, Key::Home] {
        harness.key_press(key);
        harness.run();
    }
    assert_eq!(harness.state().asked, [TableAction::Step(Pick::Only(0))]);
    harness.state_mut().listens = false;
    harness.key_press(Key::ArrowDown);
    harness.run();
    assert_eq!(harness.state().asked.len(), 1);
}

#[test]
fn a_menu_stays_with_its_row_when_the_rows_are_put_in_another_order() {
    let mut harness = stand(10);
    harness.run();
    harness.get_by_label_contains("row number 4").click_secondary();
    harness.run();
    harness.state_mut().shifted = 1;
    harness.run();
    harness.get_by_label("menu of 4 1");
}

#[test]
fn a_megabyte_in_a_cell_is_not_read_out() {
    struct Long(String);
    impl Rows for Long {
        fn cell(&mut self, _row: u64, _column: usize) -> Cell<'_> {
            Cell::text(self.0.as_str())
        }
        fn selected(&self, _row: u64) -> bool {
            false
        }
        fn key(&self, row: u64) -> Option<u64> {
            Some(row)
        }
        fn menu(&mut self, _ui: &mut egui::Ui, _key: u64, _column: usize) {}
    }
    let mut rows = Long(format!("a\u{202e}{}", "x".repeat(1 << 20)));
    let mut state = TableState::default();
    let mut harness = Harness::new_ui(move |ui| {
        crate::ui::theme::apply(ui.ctx());
        let (name, empty) = ("Long", "Nothing");
        let table = Table { name, columns: &COLUMNS, rows: 30, sort: None, empty, listens: true };
        table.show(ui, &mut state, &mut rows);
    });
    harness.run_steps(2);
    let row = harness.query_all_by_role(Role::Row).next().expect("a row");
    let label = row.accesskit_node().label().unwrap_or_default();
    assert!(label.starts_with("a\\u{202e}xxx") && label.len() < 3 * 1_300, "{}", label.len());
}

#[test]
fn a_header_sorts_only_where_it_says_so() {
    let mut harness = stand(10);
    harness.run();
    harness.get_by_label("Numbers: Number").click();
    harness.run();
    harness.get_by_label("Numbers: Note").click();
    harness.run();
    let sort = Sort { column: 0, descending: true };
    assert_eq!(harness.state().asked, [TableAction::Sort(sort)]);
}

#[test]
fn the_secondary_button_opens_the_menu_of_the_row_and_column_under_it() {
    let mut harness = stand(10);
    harness.run();
    harness.get_by_label_contains("row number 4").click_secondary();
    harness.run();
    harness.get_by_label("menu of 4 1");
}

#[test]
fn an_empty_table_says_why_and_takes_every_key() {
    let mut harness = stand(0);
    harness.run();
    focus(&mut harness);
    for key in [Key::End, Key::ArrowDown, Key::PageUp, Key::Enter, Key::Space] {
        harness.key_press(key);
        harness.run();
    }
    assert!(harness.state().asked.is_empty());
}
