//! What lies on and around the cells: strips of evidence, lines between clusters, what is selected,
//! and where the pointer is.

use std::ops::Range;

use egui::{Color32, Painter, Rect, Stroke, StrokeKind, vec2};

use super::frame::{Frame, STRIP};
use super::hand::Hand;
use super::{Grid, Head};
use crate::model::finding::Level;
use crate::ui::theme::Theme;
use crate::ui::widget::level;

/// Lines between clusters are at least this far from each other, points.
const APART: f32 = 4.0;

/// What is painted on, and with what.
#[derive(Clone, Copy)]
pub struct Paint<'a> {
    /// Where.
    pub painter: &'a Painter,
    /// Where cells lie.
    pub frame: &'a Frame,
    /// What is drawn.
    pub grid: &'a Grid<'a>,
    /// In what colours.
    pub theme: &'a Theme,
}

/// Neighbours that are alike.
pub fn runs<T: PartialEq>(
    heads: &[Head],
    seen: Range<usize>,
    of: impl Fn(&Head) -> T,
) -> Vec<(Range<usize>, T)> {
    let mut runs: Vec<(Range<usize>, T)> = Vec::new();
    for at in seen {
        let Some(value) = heads.get(at).map(&of) else { break };
        match runs.last_mut() {
            Some((run, last)) if *last == value => run.end = at + 1,
            _ => runs.push((at..at + 1, value)),
        }
    }
    runs
}

impl Paint<'_> {
    /// The heads of an axis: columns, then rows.
    pub fn heads(&self, axis: usize) -> &[Head] {
        if axis == 0 { self.grid.columns } else { self.grid.rows }
    }

    /// Strips, lines between clusters, the edge, and what is selected.
    pub fn ground(&self) {
        for axis in [0, 1] {
            // A thing has no level.
            if axis == 1 || self.grid.is_square {
                self.strip(axis);
            }
            self.between(axis);
        }
        let edge = self.frame.plot.expand(0.5);
        self.painter.rect_stroke(edge, 0.0, self.theme.hairline(), StrokeKind::Outside);
        self.picked();
    }

    /// A rectangle beside the cells: left of rows or above columns.
    fn beside(&self, axis: usize, run: Range<usize>, width: f32, gap: f32) -> Rect {
        let all = 0..self.frame.count[1 - axis];
        let (rows, columns) = if axis == 0 { (all, run) } else { (run, all) };
        let mut rect = self.frame.span(rows, columns);
        let across = 1 - axis;
        rect.max[across] = self.frame.plot.min[across] - gap;
        rect.min[across] = rect.max[across] - width;
        rect
    }

    fn strip(&self, axis: usize) {
        let of = |head: &Head| (head.group, head.level);
        for (run, (group, carried)) in runs(self.heads(axis), self.frame.seen(axis), of) {
            let mut rect = self.beside(axis, run, STRIP.0, STRIP.1);
            // A hair of room, by which clusters are told apart.
            if group.is_some() && rect.size()[axis] > 3.0 {
                rect.max[axis] -= 1.0;
            }
            let ink = match carried {
                Level::None => self.theme.line,
                carried => level::color(self.theme, carried),
            };
            self.painter.rect_filled(rect, 1.0, ink);
        }
    }

    /// Lines between clusters.
    fn between(&self, axis: usize) {
        let (frame, plot) = (self.frame, self.frame.plot);
        let stroke = Stroke::new(1.0, self.theme.line);
        let groups = runs(self.heads(axis), frame.seen(axis), |head| head.group);
        let mut last = f32::MIN;
        for (run, _) in groups.iter().skip(1) {
            let at = frame.edge(axis, run.start) - 0.5;
            if at - last < APART {
                continue;
            }
            last = at;
            match axis {
                0 => self.painter.vline(at, plot.y_range(), stroke),
                _ => self.painter.hline(plot.x_range(), at, stroke),
            };
        }
    }

    /// Marks rows that are selected, and their columns.
    fn picked(&self) {
        let axes = if self.grid.is_square { 0..2 } else { 1..2 };
        for axis in axes {
            for at in self.frame.seen(axis).filter(|at| self.grid.picked.contains(at)) {
                let rect = self.beside(axis, at..at + 1, 2.0, 1.0);
                self.painter.rect_filled(rect, 0.0, self.theme.accent);
            }
        }
    }

    /// Where the pointer and the keys are.
    pub fn hand(&self, hand: &Hand, has_focus: bool) {
        let theme = self.theme;
        if let Some((rows, columns)) = hand.brushed() {
            let rect = self.frame.span(rows, columns);
            let stroke = Stroke::new(1.0, theme.accent);
            self.painter.rect(rect, 0.0, theme.accent_soft, stroke, StrokeKind::Outside);
        } else if let Some((row, column)) = hand.hovered {
            self.cross(row, column, theme.muted.gamma_multiply(0.7));
        }
        if has_focus && let Some((row, column)) = hand.cursor {
            let cell = self.frame.span(row..row + 1, column..column + 1);
            let cell = Rect::from_center_size(cell.center(), cell.size().max(vec2(5.0, 5.0)));
            let stroke = Stroke::new(1.5, theme.accent);
            self.painter.rect_stroke(cell, 0.0, stroke, StrokeKind::Outside);
        } else if has_focus {
            let stroke = Stroke::new(1.0, theme.accent_line);
            let edge = self.frame.rect.shrink(1.0);
            self.painter.rect_stroke(edge, 6.0, stroke, StrokeKind::Inside);
        }
    }

    /// A row and a column around a cell; a line through it where cells are small.
    fn cross(&self, row: usize, column: usize, ink: Color32) {
        let (frame, plot) = (self.frame, self.frame.plot);
        let stroke = Stroke::new(1.0, ink);
        let cell = frame.span(row..row + 1, column..column + 1);
        if frame.cell.min_elem() < 4.0 {
            self.painter.hline(plot.x_range(), cell.center().y, stroke);
            self.painter.vline(cell.center().x, plot.y_range(), stroke);
            return;
        }
        let lanes = [
            frame.span(row..row + 1, 0..frame.count[0]),
            frame.span(0..frame.count[1], column..column + 1),
        ];
        for lane in lanes {
            self.painter.rect_stroke(lane, 0.0, stroke, StrokeKind::Outside);
        }
    }
}
