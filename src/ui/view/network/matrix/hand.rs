//! What the pointer and the keys do on the matrix.

use std::collections::BTreeSet;
use std::ops::Range;

use egui::{EventFilter, Key, Modifiers, PointerButton, Pos2, Response, Ui, Vec2};

use super::frame::{Frame, View};
use super::{Did, Grid};

/// Where the pointer and the keys are.
#[derive(Default)]
pub struct Hand {
    /// The cell under the pointer, by row and column.
    pub hovered: Option<(usize, usize)>,
    /// The cell of the keyboard, by row and column.
    pub cursor: Option<(usize, usize)>,
    /// The rectangle that is dragged: the cell it began at and the one it ends at.
    brush: Option<[(usize, usize); 2]>,
}

impl Hand {
    /// Whether a rectangle is dragged.
    pub fn is_brushing(&self) -> bool {
        self.brush.is_some()
    }

    /// Rows and columns of the rectangle that is dragged.
    pub fn brushed(&self) -> Option<(Range<usize>, Range<usize>)> {
        let [from, to] = self.brush?;
        let range = |a: usize, b: usize| a.min(b)..a.max(b) + 1;
        Some((range(from.0, to.0), range(from.1, to.1)))
    }

    /// Scrolls by the wheel and zooms by it with Ctrl; whether anything moved.
    pub fn move_view(
        &self,
        ui: &Ui,
        response: &Response,
        frame: &Frame,
        grid: &Grid<'_>,
        view: &mut View,
    ) -> bool {
        let Some(at) = response.hover_pos() else { return false };
        let (scroll, zoom) = ui.input(|i| (i.smooth_scroll_delta(), i.zoom_delta()));
        if (zoom - 1.0).abs() > 1e-4 {
            *view = frame.zoomed(*view, zoom, at, grid);
        }
        if scroll != Vec2::ZERO {
            view.at -= scroll / frame.cell;
        }
        scroll != Vec2::ZERO || (zoom - 1.0).abs() > 1e-4
    }

    /// Points, clicks and drags.
    pub fn press(
        &mut self,
        ui: &Ui,
        response: &Response,
        frame: &Frame,
        grid: &Grid<'_>,
    ) -> Option<Did> {
        self.hovered = response.hover_pos().and_then(|at| frame.cell_at(at));
        let inside =
            |cell: &(usize, usize)| cell.0 < grid.rows.len() && cell.1 < grid.columns.len();
        self.cursor = self.cursor.filter(inside);
        if let Some(rows) = self.drag(ui, response, frame, grid) {
            return Some(Did::Rows(rows));
        }
        let at = response.interact_pointer_pos().filter(|_| response.clicked())?;
        response.request_focus();
        self.clicked(frame, grid, at, ui.input(|i| i.modifiers))
    }

    /// Drags a rectangle; the rows of it once it is let go, and the columns where they are rows.
    fn drag(
        &mut self,
        ui: &Ui,
        response: &Response,
        frame: &Frame,
        grid: &Grid<'_>,
    ) -> Option<BTreeSet<usize>> {
        if response.drag_started_by(PointerButton::Primary) {
            let origin = ui.input(|i| i.pointer.press_origin());
            let from = origin.and_then(|at| begin(frame, at));
            self.brush = from.map(|from| [from, from]);
        }
        let pointer = response.interact_pointer_pos();
        if let (Some([_, to]), Some(at)) = (&mut self.brush, pointer) {
            *to = (frame.nearest(1, at.y), frame.nearest(0, at.x));
        }
        if response.drag_stopped()
            && let Some((rows, columns)) = self.brushed()
        {
            self.brush = None;
            let columns = columns.filter(|_| grid.is_square);
            return Some(rows.chain(columns).collect());
        }
        None
    }

    fn clicked(
        &mut self,
        frame: &Frame,
        grid: &Grid<'_>,
        at: Pos2,
        modifiers: Modifiers,
    ) -> Option<Did> {
        if let Some(row) = frame.row_name_at(at) {
            return Some(Did::Rows([row].into()));
        }
        if let Some(column) = frame.column_name_at(at) {
            return Some(Did::Rows(of_column(grid, column)));
        }
        let cell = frame.cell_at(at)?;
        self.cursor = Some(cell);
        Some(act(grid, cell, modifiers.shift || modifiers.command))
    }

    /// Moves the cell of the keyboard, and acts on it.
    pub fn keys(
        &mut self,
        ui: &Ui,
        response: &Response,
        frame: &Frame,
        grid: &Grid<'_>,
        view: &mut View,
    ) -> Option<Did> {
        if !response.has_focus() {
            return None;
        }
        let filter = EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|m| m.set_focus_lock_filter(response.id, filter));
        if let Some(cell) = self.stepped(ui, frame, grid) {
            self.cursor = Some(cell);
            *view = frame.showing(*view, cell);
            ui.ctx().request_repaint();
        }
        for (key, by) in [(Key::Plus, 1.25), (Key::Equals, 1.25), (Key::Minus, 0.8)] {
            if pressed(ui, key) {
                *view = frame.zoomed(*view, by, self.place(frame), grid);
                ui.ctx().request_repaint();
            }
        }
        let cell = self.cursor.filter(|_| pressed(ui, Key::Enter))?;
        Some(act(grid, cell, false))
    }

    /// Where an arrow takes the cell of the keyboard; the first one only shows where it is.
    fn stepped(&self, ui: &Ui, frame: &Frame, grid: &Grid<'_>) -> Option<(usize, usize)> {
        let first = (frame.seen(1).start, frame.seen(0).start);
        let (row, column) = self.cursor.unwrap_or(first);
        let last = (grid.rows.len().saturating_sub(1), grid.columns.len().saturating_sub(1));
        let ways = [
            (Key::ArrowLeft, (row, column.saturating_sub(1))),
            (Key::ArrowRight, (row, (column + 1).min(last.1))),
            (Key::ArrowUp, (row.saturating_sub(1), column)),
            (Key::ArrowDown, ((row + 1).min(last.0), column)),
        ];
        let (_, cell) = ways.into_iter().find(|(key, _)| pressed(ui, *key))?;
        Some(if self.cursor.is_some() { cell } else { first })
    }

    /// What stays where it is when keys zoom.
    fn place(&self, frame: &Frame) -> Pos2 {
        let of = |(row, column)| frame.span(row..row + 1, column..column + 1).center();
        self.cursor.map_or(frame.plot.center(), of)
    }
}

fn pressed(ui: &Ui, key: Key) -> bool {
    ui.input_mut(|i| i.consume_key(Modifiers::NONE, key))
}

/// The cell at which a drag begins: from a name, the first of the row or column that is seen.
fn begin(frame: &Frame, at: Pos2) -> Option<(usize, usize)> {
    let of_row = |row| (row, frame.seen(0).start);
    let of_column = |column| (frame.seen(1).start, column);
    let named = || frame.row_name_at(at).map(of_row).or(frame.column_name_at(at).map(of_column));
    frame.cell_at(at).or_else(named)
}

/// What a click or Enter on a cell does: its proof where there is one, its accounts otherwise.
fn act(grid: &Grid<'_>, (row, column): (usize, usize), only_rows: bool) -> Did {
    if !only_rows && grid.value(row, column).is_some_and(|value| value > 0.0) {
        return Did::Cell(row, column);
    }
    let columns = Some(column).filter(|_| grid.is_square);
    Did::Rows([row].into_iter().chain(columns).collect())
}

/// The account of a column, or those that have what it is.
fn of_column(grid: &Grid<'_>, column: usize) -> BTreeSet<usize> {
    if grid.is_square {
        return [column].into();
    }
    let has = |row: &usize| grid.value(*row, column).is_some_and(|value| value > 0.0);
    (0..grid.rows.len()).filter(has).collect()
}
