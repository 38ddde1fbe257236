//! Where cells lie: how large they are, which of them are seen, and the room for names around them.

use std::ops::Range;

use egui::{Pos2, Rect, Vec2, pos2, vec2};

use super::{Grid, Head};

/// The largest cell at first, points; more by zooming.
const LARGEST: f32 = 26.0;
/// The largest cell, points.
const MOST: f32 = 64.0;
/// Height of a row from which on it is named, points.
pub const NAMED: f32 = 11.0;
/// Width of the strips that say how far evidence carries, and the room around them, points.
pub const STRIP: (f32, f32) = (4.0, 4.0);
/// The most room for names, points: left and on top.
const NAMES: (f32, f32) = (150.0, 118.0);
/// Width of a letter of a name, points.
const LETTER: f32 = 6.4;
/// Room for a sign before the name of a column, points.
pub const SIGN: f32 = 17.0;
/// Height of the scale below, points.
pub const LEGEND: f32 = 36.0;
/// Room on all sides, points.
const MARGIN: f32 = 12.0;

/// From where it is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Size of cells over that at which all of them are seen.
    pub zoom: f32,
    /// What lies in the corner, in cells: across and down.
    pub at: Vec2,
}

impl Default for View {
    fn default() -> Self {
        Self { zoom: 1.0, at: Vec2::ZERO }
    }
}

/// Where cells lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// All of it.
    pub rect: Rect,
    /// Where cells are.
    pub plot: Rect,
    /// Size of a cell, points.
    pub cell: Vec2,
    /// What lies in the corner, in cells.
    pub at: Vec2,
    /// How many columns and rows there are.
    pub count: [usize; 2],
    /// Whether columns and rows are named.
    pub named: [bool; 2],
}

impl Frame {
    /// Of a grid, in a rectangle.
    pub fn new(rect: Rect, grid: &Grid<'_>, view: View) -> Self {
        let count = [grid.columns.len(), grid.rows.len()];
        // Names take room, and with less room there may be none for names.
        let bare = Self::room(rect, grid, [false; 2]);
        let zoomed = |room: Rect| (fit(room, grid) * view.zoom).min(Vec2::splat(MOST));
        let guess = zoomed(Self::room(rect, grid, [true; 2]));
        let named = [guess.x >= NAMED, guess.y >= NAMED];
        let room = if named == [false; 2] { bare } else { Self::room(rect, grid, named) };
        let mut cell = zoomed(room);
        // The names that were made room for are drawn.
        for (axis, is_named) in named.into_iter().enumerate() {
            cell[axis] = if is_named { cell[axis].max(NAMED) } else { cell[axis].min(NAMED - 0.1) };
        }
        if grid.is_square {
            cell = Vec2::splat(cell.min_elem());
        }
        let all = vec2(count[0] as f32, count[1] as f32);
        let seen = (room.size() / cell).min(all);
        let at = view.at.max(Vec2::ZERO).min(all - seen);
        let plot = Rect::from_min_size(room.min, seen * cell);
        Self { rect, plot, cell, at, count, named }
    }

    /// Where cells could be.
    fn room(rect: Rect, grid: &Grid<'_>, named: [bool; 2]) -> Rect {
        let strip = STRIP.0 + STRIP.1;
        let left = match named[1] {
            true => (letters(grid.rows) * LETTER + 14.0).min(NAMES.0),
            false if grid.rows.iter().any(|row| row.group.is_some()) => 78.0,
            false => 0.0,
        };
        let sign = if grid.columns.iter().any(|column| column.sign.is_some()) { SIGN } else { 0.0 };
        let top = match named[0] {
            true => (letters(grid.columns) * LETTER + 6.0 + sign).min(NAMES.1),
            false => 0.0,
        };
        let inner = rect.shrink(MARGIN);
        let min = pos2(inner.left() + left + strip, inner.top() + top + strip);
        let max = pos2(inner.right(), inner.bottom() - LEGEND);
        Rect::from_min_max(min, max.max(min + Vec2::splat(1.0)))
    }

    /// The view that this is, with what it scrolled beyond its ends taken back.
    pub fn view(&self, view: View) -> View {
        View { at: self.at, ..view }
    }

    /// Where a column (axis 0) or a row (axis 1) begins, points.
    pub fn edge(&self, axis: usize, at: usize) -> f32 {
        self.plot.min[axis] + (at as f32 - self.at[axis]) * self.cell[axis]
    }

    /// Columns or rows that are seen, at least in part.
    pub fn seen(&self, axis: usize) -> Range<usize> {
        let from = self.at[axis].floor().max(0.0) as usize;
        let to = (self.at[axis] + self.plot.size()[axis] / self.cell[axis] - 1e-3).ceil() as usize;
        from..to.min(self.count[axis])
    }

    /// The rectangle of cells, cut off at the ends of what is seen.
    pub fn span(&self, rows: Range<usize>, columns: Range<usize>) -> Rect {
        let min = pos2(self.edge(0, columns.start), self.edge(1, rows.start));
        let max = pos2(self.edge(0, columns.end), self.edge(1, rows.end));
        Rect::from_min_max(min, max).intersect(self.plot)
    }

    /// The column or row at a place, the nearest one beside it.
    pub fn nearest(&self, axis: usize, at: f32) -> usize {
        let place = (at - self.plot.min[axis]) / self.cell[axis] + self.at[axis];
        (place.max(0.0) as usize).min(self.count[axis].saturating_sub(1))
    }

    /// The row and the column of a cell under a place.
    pub fn cell_at(&self, pos: Pos2) -> Option<(usize, usize)> {
        let cell = (self.nearest(1, pos.y), self.nearest(0, pos.x));
        self.plot.contains(pos).then_some(cell)
    }

    /// The row whose name is at a place left of the cells.
    pub fn row_name_at(&self, pos: Pos2) -> Option<usize> {
        let is_there = pos.x < self.plot.left() && self.plot.y_range().contains(pos.y);
        is_there.then(|| self.nearest(1, pos.y))
    }

    /// The column whose name is at a place above the cells.
    pub fn column_name_at(&self, pos: Pos2) -> Option<usize> {
        let is_there = pos.y < self.plot.top() && self.plot.x_range().contains(pos.x);
        is_there.then(|| self.nearest(0, pos.x))
    }

    /// The view in which a cell is seen.
    pub fn showing(&self, view: View, (row, column): (usize, usize)) -> View {
        let seen = self.plot.size() / self.cell;
        let place = vec2(column as f32, row as f32);
        View { at: self.at.min(place).max(place + Vec2::splat(1.0) - seen), ..view }
    }

    /// The view after zooming, with what is under a place staying there, also where names come or go.
    pub fn zoomed(&self, view: View, by: f32, at: Pos2, grid: &Grid<'_>) -> View {
        let zoom = (view.zoom * by).clamp(1.0, (MOST / self.cell.max_elem() * view.zoom).max(1.0));
        let from = (at - self.plot.min).max(Vec2::ZERO).min(self.plot.size()) / self.cell;
        let new = Self::new(self.rect, grid, View { zoom, ..view });
        View { zoom, at: self.at + from - (at - new.plot.min).max(Vec2::ZERO) / new.cell }
    }
}

/// The size at which all cells are seen.
fn fit(room: Rect, grid: &Grid<'_>) -> Vec2 {
    let count = vec2(grid.columns.len().max(1) as f32, grid.rows.len().max(1) as f32);
    let cell = (room.size() / count).min(Vec2::splat(LARGEST));
    if grid.is_square { Vec2::splat(cell.min_elem()) } else { cell }
}

/// Letters of the longest name.
fn letters(heads: &[Head]) -> f32 {
    heads.iter().map(|head| head.label.chars().count()).max().unwrap_or(0) as f32
}
