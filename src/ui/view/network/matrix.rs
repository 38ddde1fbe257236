//! The picture as a matrix: accounts against accounts, or against what they have in common, coloured
//! by how much. What a picture of lines hides behind its lines stands beside each other here.

mod frame;
mod hand;
mod heat;
mod labels;
mod paint;

use std::collections::BTreeSet;

use egui::{Id, Rect, Response, Role, Sense, Tooltip, Ui, WidgetInfo};

use crate::model::finding::Level;
use crate::network::picture::Evidence;
use crate::ui::format;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::text;

use frame::{Frame, View};
use hand::Hand;
use heat::Heat;

/// A row or a column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    /// What it is called.
    pub label: String,
    /// How far the evidence carries.
    pub level: Level,
    /// The number of its cluster; those of one stand side by side.
    pub group: Option<u32>,
    /// Its kind, where it is something that accounts have in common.
    pub sign: Option<Evidence>,
}

/// What is drawn.
#[derive(Clone, Copy)]
pub struct Grid<'a> {
    /// Another number whenever anything else here is another: what is drawn is kept until then.
    pub version: u64,
    /// From top to bottom.
    pub rows: &'a [Head],
    /// From left to right; the same as the rows where `is_square`.
    pub columns: &'a [Head],
    /// Whether the columns are the rows: the diagonal then says nothing.
    pub is_square: bool,
    /// Row by row; 0 and less draw nothing, what is no number was not compared.
    pub cells: &'a [f32],
    /// The value that is drawn full.
    pub top: f32,
    /// What chance gives, and in words where that is from: `on shifted days`. Up to there a cell is
    /// hardly coloured.
    pub usual: Option<(f32, &'a str)>,
    /// What a value is: `share of ten-minute slots in common`.
    pub measure: &'a str,
    /// What a group is called: `Cluster`.
    pub group: &'a str,
    /// Rows that are selected.
    pub picked: &'a BTreeSet<usize>,
    /// A value in figures, with its unit.
    pub number: &'a dyn Fn(f32) -> String,
    /// A cell in words; nothing for the measure and the value.
    pub says: &'a dyn Fn(usize, usize) -> Option<String>,
}

impl Grid<'_> {
    /// The value of a cell; `None` where nothing was compared, and on the diagonal.
    fn value(&self, row: usize, column: usize) -> Option<f32> {
        if column >= self.columns.len() || (self.is_square && row == column) {
            return None;
        }
        let value = self.cells.get(row * self.columns.len() + column).copied()?;
        value.is_finite().then_some(value)
    }

    /// Why there is nothing to draw.
    fn lack(&self) -> Option<&'static str> {
        match (self.rows.len(), self.columns.len()) {
            (0, _) => Some("No accounts are drawn, so there is nothing to compare"),
            (1, _) => Some("One account alone: there is nothing to compare it with"),
            (_, 0) => Some("No two of these accounts have anything in common that ties them"),
            _ => None,
        }
    }

    /// A cell in words, line by line.
    fn words(&self, row: usize, column: usize) -> [String; 2] {
        let name = |heads: &[Head], at: usize| {
            heads.get(at).map(|head| format::display(&head.label)).unwrap_or_default()
        };
        let (one, other) = (name(self.rows, row), name(self.columns, column));
        if self.is_square && row == column {
            return [one, String::new()];
        }
        let plain = || match self.value(row, column) {
            Some(value) => format!("{}: {}", self.measure, (self.number)(value)),
            None => "not compared".into(),
        };
        let says = (self.says)(row, column).unwrap_or_else(plain);
        [format!("{one} and {other}"), format::display(&says)]
    }

    /// The whole in words, for who does not see it.
    fn summary(&self) -> String {
        let highest = self.highest().into_iter().map(|(row, column, value)| {
            format!("{}, {}", self.words(row, column)[0], (self.number)(value))
        });
        let highest: Vec<String> = highest.collect();
        let rows = format::counted(self.rows.len() as u64, "row", "rows");
        let columns = format::counted(self.columns.len() as u64, "column", "columns");
        let ends = if highest.is_empty() { "nothing above 0".into() } else { highest.join("; ") };
        format!("Matrix of {rows} and {columns}, {}. Highest: {ends}", self.measure)
    }

    /// The three cells with the highest values.
    fn highest(&self) -> Vec<(usize, usize, f32)> {
        let mut best: Vec<(usize, usize, f32)> = Vec::with_capacity(4);
        for row in 0..self.rows.len() {
            let first = if self.is_square { row + 1 } else { 0 };
            for column in first..self.columns.len() {
                let Some(value) = self.value(row, column).filter(|value| *value > 0.0) else {
                    continue;
                };
                if best.len() == 3 && best.last().is_some_and(|last| value <= last.2) {
                    continue;
                }
                best.push((row, column, value));
                best.sort_by(|a, b| b.2.total_cmp(&a.2));
                best.truncate(3);
            }
        }
        best
    }
}

/// What was done.
#[derive(Clone, Debug, PartialEq)]
pub enum Did {
    /// Chose rows: a rectangle, a name, or with Shift the accounts of a cell.
    Rows(BTreeSet<usize>),
    /// Chose a cell, by row and column.
    Cell(usize, usize),
}

/// The matrix's own state.
#[derive(Default)]
pub struct Matrix {
    view: View,
    hand: Hand,
    heat: Heat,
    /// Of which version the words are.
    words: Option<(u64, String)>,
}

impl Matrix {
    /// Shows all of it again.
    pub fn fit(&mut self) {
        self.view = View::default();
    }

    /// The cell that the pointer is on, by row and column.
    #[cfg(test)]
    pub fn hovered(&self) -> Option<(usize, usize)> {
        self.hand.hovered
    }

    /// Draws it; what was done in it. With `listens` the wheel and the keys are its own.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        grid: &Grid<'_>,
        theme: &Theme,
        listens: bool,
    ) -> Option<Did> {
        let response = ui.interact(rect, Id::unique("network matrix"), Sense::click_and_drag());
        if let Some(lack) = grid.lack() {
            response.widget_info(|| WidgetInfo::labeled(Role::Image, true, lack));
            let room = rect.shrink(24.0);
            text::paint_middle(ui.painter(), room, lack, Face::Body, theme.muted);
            return None;
        }
        let mut frame = Frame::new(rect, grid, self.view);
        if listens && self.hand.move_view(ui, &response, &frame, grid, &mut self.view) {
            frame = Frame::new(rect, grid, self.view);
        }
        let mut did = self.hand.press(ui, &response, &frame, grid);
        if listens {
            let frame = &frame;
            did = self.hand.keys(ui, &response, frame, grid, &mut self.view).or(did);
        }
        self.view = frame.view(self.view);
        self.draw(ui, &response, &frame, grid, theme);
        did
    }

    fn draw(
        &mut self,
        ui: &Ui,
        response: &Response,
        frame: &Frame,
        grid: &Grid<'_>,
        theme: &Theme,
    ) {
        let painter = ui.painter_at(frame.rect);
        let step = self.heat.paint(ui, frame, grid, theme);
        let paint = paint::Paint { painter: &painter, frame, grid, theme };
        paint.ground();
        paint.hand(&self.hand, response.has_focus());
        labels::heads(&paint, self.hand.hovered);
        labels::legend(&paint, self.heat.ramp(), step);
        let words = self.summary(grid);
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &words));
        self.read_out(ui, response, grid, theme);
    }

    /// The whole in words, found once for each version.
    fn summary(&mut self, grid: &Grid<'_>) -> String {
        match &self.words {
            Some((version, words)) if *version == grid.version => words.clone(),
            _ => {
                let words = grid.summary();
                self.words = Some((grid.version, words.clone()));
                words
            }
        }
    }

    /// Says beside the pointer what it is on.
    fn read_out(&self, ui: &Ui, response: &Response, grid: &Grid<'_>, theme: &Theme) {
        let Some((row, column)) = self.hand.hovered else { return };
        if self.hand.is_brushing() || ui.ctx().any_popup_open() {
            return;
        }
        ui.ctx().set_cursor_icon(egui::CursorIcon::Crosshair);
        let [name, value] = grid.words(row, column);
        Tooltip::for_widget(response).at_pointer().gap(14.0).show(|ui| {
            ui.label(Face::Medium.text(name).color(theme.text));
            if !value.is_empty() {
                ui.label(Face::Small.text(value).color(theme.muted));
            }
        });
    }
}

#[cfg(test)]
mod tests;
