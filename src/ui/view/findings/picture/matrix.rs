//! Every account against every other.

use egui::{Align2, Color32, Mesh, Pos2, Rect, Stroke, Ui, pos2, vec2};

use crate::detect::exhibit::kind::Matrix;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::text;

use super::frame::{height_of, name, paint_lines, room};
use super::ink;
use super::point::{Pointed, react};

/// The side of the square, points: the most, and as a share of the width.
const SIDE: (f32, f32) = (220.0, 0.62);
/// The largest cell, points.
const CELL: f32 = 24.0;
/// Size of the scale beside it, points.
const SCALE: (f32, f32) = (8.0, 96.0);
/// Between the square and the scale, points.
const GAP: f32 = 20.0;

/// Draws it.
pub fn show(ui: &mut Ui, matrix: &Matrix, shown: &str, scene: &mut Scene<'_>) {
    let n = matrix.lanes.len();
    let side = SIDE.0.min(ui.available_width() * SIDE.1).min(n as f32 * CELL);
    let beside = (ui.available_width() - side - GAP).max(1.0);
    let words = [&matrix.measure, &matrix.note];
    let words: f32 = words.iter().map(|w| height_of(ui, w, Face::Tiny, beside)).sum();
    let (rect, response) = room(ui, side.max(SCALE.1 + 20.0 + words));
    let square = Rect::from_min_size(rect.min, vec2(side, side));
    let sketch = Sketch { matrix, square };
    sketch.cells(ui, scene);
    sketch.scale(ui, Rect::from_min_max(pos2(square.right() + GAP, rect.top()), rect.max));
    let pointed = response.hover_pos().and_then(|pos| sketch.pointed(pos));
    react(ui, &response, shown, pointed, scene);
}

struct Sketch<'a> {
    matrix: &'a Matrix,
    square: Rect,
}

impl Sketch<'_> {
    fn cell(&self, row: usize, column: usize) -> Rect {
        let side = self.square.width() / self.matrix.lanes.len().max(1) as f32;
        let at = vec2(column as f32 * side, row as f32 * side);
        let gap = if side >= 6.0 { 1.0 } else { 0.0 };
        Rect::from_min_size(self.square.min + at, vec2(side - gap, side - gap))
    }

    /// The colour of a value: grey up to what chance gives, then copper.
    fn color(&self, theme: &Theme, value: Option<f32>) -> Color32 {
        let Some(value) = value else { return theme.raised };
        let usual = self.matrix.usual.unwrap_or(0.0).min(self.matrix.top);
        let above = (value - usual) / (self.matrix.top - usual).max(f32::EPSILON);
        match above > 0.0 {
            true => ink::between(theme.ghost, theme.copper, above),
            false => ink::between(theme.raised, theme.ghost, value / usual.max(f32::EPSILON)),
        }
    }

    fn cells(&self, ui: &Ui, scene: &Scene<'_>) {
        let theme = Theme::of(ui);
        let mut mesh = Mesh::default();
        let n = self.matrix.lanes.len();
        for row in 0..n {
            for column in 0..n {
                let color = match row == column {
                    true => theme.panel,
                    false => self.color(theme, self.matrix.get(row, column)),
                };
                mesh.add_colored_rect(self.cell(row, column), color);
            }
        }
        ui.painter().add(mesh);
        for (i, lane) in self.matrix.lanes.iter().enumerate() {
            let is_selected = scene.view.selection.has_account(&lane.name);
            if is_selected || scene.hover.account == Some(lane.account) {
                let row = self.cell(i, 0).union(self.cell(i, n - 1));
                let column = self.cell(0, i).union(self.cell(n - 1, i));
                let stroke = Stroke::new(1.0, if is_selected { theme.accent } else { theme.muted });
                for rect in [row, column] {
                    ui.painter().rect_stroke(rect, 0.0, stroke, egui::StrokeKind::Outside);
                }
            }
        }
    }

    fn scale(&self, ui: &Ui, rect: Rect) {
        let theme = Theme::of(ui);
        let painter = ui.painter();
        let width = rect.width();
        let head = paint_lines(ui, rect.min, width, &self.matrix.measure, Face::Tiny);
        let bar = Rect::from_min_size(rect.min + vec2(0.0, head + 9.0), vec2(SCALE.0, SCALE.1));
        let mut mesh = Mesh::default();
        let steps = SCALE.1 as usize;
        for step in 0..steps {
            let value = self.matrix.top * (1.0 - step as f32 / steps as f32);
            let y = bar.top() + step as f32;
            let line = Rect::from_min_size(pos2(bar.left(), y), vec2(SCALE.0, 1.0));
            mesh.add_colored_rect(line, self.color(theme, Some(value)));
        }
        painter.add(mesh);
        let percent = |value: f32| format!("{:.0} %", value * 100.0);
        let y = |value: f32| bar.bottom() - value / self.matrix.top * bar.height();
        let label = |value: f32, words: String, color: Color32| {
            let at = pos2(bar.right() + 8.0, y(value));
            text::paint(painter, at, Align2::LEFT_CENTER, &words, Face::Tiny, color);
        };
        label(self.matrix.top, percent(self.matrix.top), theme.muted);
        let usual = self.matrix.usual.unwrap_or(0.0).min(self.matrix.top);
        if usual > 0.12 * self.matrix.top {
            label(0.0, percent(0.0), theme.muted);
        }
        if self.matrix.usual.is_some() {
            painter.hline(bar.x_range().expand(2.0), y(usual), Stroke::new(1.5, theme.muted));
            let words = format!("{} on shifted days", percent(usual));
            let fits = text::width(ui, &words, Face::Tiny) + SCALE.0 + 8.0 <= width;
            label(usual, if fits { words } else { percent(usual) }, theme.muted);
        }
        let at = pos2(rect.left(), bar.bottom() + 9.0);
        paint_lines(ui, at, width, &self.matrix.note, Face::Tiny);
    }

    fn pointed(&self, pos: Pos2) -> Option<Pointed> {
        if !self.square.contains(pos) {
            return None;
        }
        let n = self.matrix.lanes.len();
        let side = self.square.width() / n as f32;
        let place = |at: f32| ((at / side) as usize).min(n - 1);
        let (row, column) = (place(pos.y - self.square.top()), place(pos.x - self.square.left()));
        let (a, b) = (&self.matrix.lanes[row], &self.matrix.lanes[column]);
        if row == column {
            return Some(Pointed { accounts: vec![a.account], time: None, lines: vec![name(a)] });
        }
        let value = self.matrix.get(row, column);
        let value = value.map_or_else(
            || "not compared: they are there together for less than five days".into(),
            |value| format!("{}: {:.0} %", self.matrix.measure, value * 100.0),
        );
        let lines = vec![format!("{} and {}", name(a), name(b)), value];
        Some(Pointed { accounts: vec![a.account, b.account], time: None, lines })
    }
}
