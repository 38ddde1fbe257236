//! The menus that choose columns: the one in a card's header, and that of a column's title.

use std::collections::BTreeSet;

use egui::Ui;

use crate::ui::widget::drop_down;
use crate::ui::widget::raw::visible_text;

use super::{Column, Frame, Rows, Sort, TableAction, TableState, fit};

/// The `columns` menu of a card's header: says how many of the columns are shown, and switches
/// them on and off. `room`, points, is for before the table was drawn.
pub fn columns_menu(
    ui: &mut Ui,
    name: &str,
    columns: &[Column<'_>],
    state: &mut TableState,
    room: f32,
) {
    let shown = shown(columns, state, room);
    let text = if shown.len() == columns.len() {
        "columns".to_owned()
    } else {
        format!("{} of {} columns", shown.len(), columns.len())
    };
    let label = format!("{name}: {text}");
    drop_down(ui, &text, &label, true, |ui| {
        egui::ScrollArea::vertical().max_height(420.0).show(ui, |ui| {
            for index in state.columns.ordered(columns) {
                let column = &columns[index];
                let mut on = shown.contains(column.id);
                let fixed = column.off || shown.len() == 1 && on;
                let title = visible_text(column.title).into_owned();
                let switch = ui.add_enabled(!fixed, egui::Checkbox::new(&mut on, title));
                let switch = switch.on_disabled_hover_text(column.tooltip);
                if switch.on_hover_text(column.tooltip).changed() {
                    state.columns.switch(&shown, column.id, on);
                }
            }
        });
        ui.separator();
        if ui.button("As they fit").clicked() {
            let empty = std::mem::take(&mut state.columns.empty);
            state.columns = super::ColumnChoice { empty, ..Default::default() };
            ui.close();
        }
    });
}

fn shown(columns: &[Column<'_>], state: &TableState, room: f32) -> BTreeSet<String> {
    let id = |index: usize| columns.get(index).map(|column| column.id.to_owned());
    match state.placed.is_empty() {
        true => fit(columns, &state.columns, room).iter().filter_map(|p| id(p.index)).collect(),
        false => state.shown().filter_map(id).collect(),
    }
}

impl Frame<'_> {
    /// The menu of a column's title.
    pub(super) fn column_menu(
        &self,
        ui: &mut Ui,
        index: usize,
        state: &mut TableState,
        rows: &mut dyn Rows,
        actions: &mut Vec<TableAction>,
    ) {
        let columns = self.table.columns;
        let column = &columns[index];
        if column.sorts {
            for (text, descending) in [("Sort rising", false), ("Sort falling", true)] {
                let sort = Sort { column: index, descending };
                let on = self.table.sort == Some(sort);
                if ui.add(egui::Button::selectable(on, text)).clicked() {
                    actions.push(TableAction::Sort(sort));
                }
            }
            ui.separator();
        }
        rows.column_menu(ui, index);
        let at = self.placed.iter().position(|p| p.index == index);
        let neighbour = |by: isize| {
            let at = at?.checked_add_signed(by)?;
            self.placed.get(at).map(|p| p.index)
        };
        if ui.add_enabled(neighbour(-1).is_some(), egui::Button::new("Move left")).clicked() {
            state.columns.move_before(columns, index, neighbour(-1));
        }
        if ui.add_enabled(neighbour(1).is_some(), egui::Button::new("Move right")).clicked() {
            state.columns.move_before(columns, index, neighbour(2));
        }
        let widened = state.columns.widths.contains_key(column.id);
        if ui.add_enabled(widened, egui::Button::new("Width as it fits")).clicked() {
            state.columns.widths.remove(column.id);
        }
        let more = self.placed.len() > 1;
        if ui.add_enabled(more, egui::Button::new("Hide this column")).clicked() {
            let shown = self.placed.iter().map(|p| columns[p.index].id.to_owned()).collect();
            state.columns.switch(&shown, column.id, false);
        }
    }
}
