//! The keyboard path: arrows, pages, home and end, Shift to extend, Ctrl+A, Ctrl+C, Space, Enter,
//! and Shift+F10 for the menu of a cell.

use egui::{EventFilter, Key, Modifiers, Response, Ui};

use super::{Frame, Pick, TableAction, TableState};

impl Frame<'_> {
    pub(super) fn keys(
        &self,
        ui: &Ui,
        body: &Response,
        state: &mut TableState,
        actions: &mut Vec<TableAction>,
    ) {
        if !body.has_focus() || self.extent.rows == 0 {
            return;
        }
        // Escape lifts what is selected; the arrows are the table's afterwards as before.
        let filter = EventFilter {
            // Under a menu they go through its entries.
            vertical_arrows: self.table.listens,
            horizontal_arrows: self.table.listens,
            escape: true,
            ..Default::default()
        };
        ui.memory_mut(|m| m.set_focus_lock_filter(body.id, filter));
        if !self.table.listens {
            return;
        }
        let last = self.extent.rows - 1;
        let page = self.extent.page().saturating_sub(1).max(1);
        let cursor = state.cursor.map(|c| c.min(last));
        let (to, modifiers) = ui.input_mut(|i| (target(i, cursor, last, page), i.modifiers));
        // Where there is nothing above or below, an arrow is no step and no second click.
        if let Some(to) = to.filter(|to| Some(*to) != cursor || modifiers.shift) {
            // Ctrl with an arrow still moves one row; only Shift changes what is selected.
            let shift = if modifiers.shift { Modifiers::SHIFT } else { Modifiers::NONE };
            let pick = self.pick(to, shift, state);
            state.position = self.extent.showing(state.position, to);
            actions.push(TableAction::Step(pick));
        }
        let (all, toggle, open) = ui.input_mut(|i| {
            (
                i.consume_key(Modifiers::COMMAND, Key::A),
                i.consume_key(Modifiers::NONE, Key::Space),
                i.consume_key(Modifiers::NONE, Key::Enter),
            )
        });
        if all {
            actions.push(TableAction::Pick(Pick::All));
        }
        self.step_across(ui, state);
        if let Some(cell) = copied(ui) {
            actions.push(TableAction::Copy { cell: state.column.filter(|_| cell) });
        }
        let Some(row) = state.cursor else { return };
        let menu = ui.input_mut(|i| i.consume_key(Modifiers::SHIFT, Key::F10));
        if menu {
            state.menu_wanted = true;
            state.position = self.extent.showing(state.position, row.min(last));
        }
        if toggle {
            actions.push(TableAction::Pick(Pick::Toggle(row)));
        }
        if open {
            actions.push(TableAction::Open(row));
        }
    }
}

impl Frame<'_> {
    /// Left and right go from column to column.
    fn step_across(&self, ui: &Ui, state: &mut TableState) {
        let (left, right) = ui.input_mut(|i| {
            (
                i.count_and_consume_key(Modifiers::NONE, Key::ArrowLeft),
                i.count_and_consume_key(Modifiers::NONE, Key::ArrowRight),
            )
        });
        if left == right || self.placed.is_empty() {
            return;
        }
        let at = state.column.and_then(|c| self.placed.iter().position(|p| p.index == c));
        // The first step shows where the keyboard is.
        let to = at.map_or(0, |at| (at + right).saturating_sub(left).min(self.placed.len() - 1));
        state.column = Some(self.placed[to].index);
        self.show_column(state, self.placed[to].index);
    }
}

/// Whether copying was asked for, and then whether of one cell (with Shift).
fn copied(ui: &Ui) -> Option<bool> {
    ui.input_mut(|i| {
        // Windows make a copy of Ctrl C alone; with Shift it is a key as any other.
        if i.consume_key(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::C) {
            return Some(true);
        }
        let at = i.events.iter().position(|e| matches!(e, egui::Event::Copy))?;
        i.events.remove(at);
        Some(i.modifiers.shift)
    })
}

/// The row that the keys pressed this frame lead to; consumes them.
fn target(input: &mut egui::InputState, from: Option<u64>, last: u64, page: u64) -> Option<u64> {
    let mut pressed = |key| {
        [Modifiers::COMMAND, Modifiers::SHIFT, Modifiers::NONE]
            .into_iter()
            .map(|m| input.count_and_consume_key(m, key))
            .sum::<usize>() as u64
    };
    let down = pressed(Key::ArrowDown) + page * pressed(Key::PageDown);
    let up = pressed(Key::ArrowUp) + page * pressed(Key::PageUp);
    let (home, end) = (pressed(Key::Home) > 0, pressed(Key::End) > 0);
    if home {
        return Some(0);
    }
    if end {
        return Some(last);
    }
    if down == up {
        return None;
    }
    Some(match from {
        // The first arrow goes to the first row, not past it.
        None => (down.max(1) - 1).min(last),
        Some(from) => from.saturating_add(down).saturating_sub(up).min(last),
    })
}
