//! The rows that a statement gave, as a table.

use egui::Ui;

use crate::report::csv::neutral;
use crate::store::Cell as Value;
use crate::ui::format;
use crate::ui::theme::Face;
use crate::ui::widget::table::{
    Cell, Column, PADDING, Pick, Rows, Table, TableAction, TableState, Tone,
};

use super::run::Found;

/// Rows by which the widths of columns are chosen.
const MEASURED: usize = 60;
/// A character of an ordinary text, points; a digit is wider than a letter.
const CHARACTER: f32 = 7.6;
/// The least and most that a column takes at first, points.
const WIDTHS: (f32, f32) = (56.0, 340.0);
/// Characters of a text that are drawn, and that a tooltip shows.
const SHOWN: (usize, usize) = (400, 2_000);

/// What is known of the columns of a result.
#[derive(Debug, Default)]
pub struct Shape(Vec<Known>);

#[derive(Debug)]
struct Known {
    /// What it is known by: another for every column, as several may have one name.
    id: String,
    title: String,
    width: f32,
    is_number: bool,
}

impl Shape {
    /// Of a result, by its first rows.
    pub fn of(found: &Found) -> Self {
        let known = |(at, name): (usize, &String)| {
            let first = || (0..found.rows().min(MEASURED)).filter_map(|row| found.cell(row, at));
            let title = format::display(name);
            let longest = first().map(length).max().unwrap_or(0);
            let chars = longest.max(title.chars().count()) as f32;
            let width = (chars * CHARACTER + 2.0 * PADDING + 4.0).clamp(WIDTHS.0, WIDTHS.1);
            let mut values = first().filter(|value| **value != Value::Null).peekable();
            let is_number = values.peek().is_some()
                && values.all(|value| matches!(value, Value::Integer(_) | Value::Real(_)));
            Known { id: format!("{at} {name}"), title, width, is_number }
        };
        Self(found.columns.iter().enumerate().map(known).collect())
    }

    fn columns(&self) -> Vec<Column<'_>> {
        // None is dropped: a result has the columns that were asked for, and scrolls sideways.
        let all = self.0.iter().map(|known| {
            let column = match known.is_number {
                true => Column::number(&known.title, known.width, known.width),
                false => Column::text(&known.title, known.width, known.width),
            };
            column.known_as(&known.id).unsorted()
        });
        all.collect()
    }
}

/// How long a value is, characters.
fn length(value: &Value) -> usize {
    match value {
        Value::Null => 4,
        Value::Text(text) => text.chars().take(SHOWN.0).count(),
        Value::Blob(bytes) => (2 * bytes.len()).min(40),
        Value::Integer(_) | Value::Real(_) => value.text().len(),
    }
}

/// Draws the rows.
pub fn show(ui: &mut Ui, state: &mut TableState, found: &Found, shape: &Shape, listens: bool) {
    let columns = shape.columns();
    let table = Table {
        name: "Result of the statement",
        columns: &columns,
        rows: found.rows() as u64,
        sort: None,
        empty: "No row is like that: the statement ran and gave none",
        listens,
    };
    let picked = state.cursor;
    let mut rows = FoundRows { found, shape, picked };
    for action in table.show(ui, state, &mut rows) {
        match action {
            TableAction::Pick(Pick::Only(row)) | TableAction::Step(Pick::Only(row)) => {
                state.cursor = Some(row);
            }
            TableAction::Copy { cell } => {
                let Some(row) = state.cursor else { continue };
                ui.ctx().copy_text(copied(found, row as usize, cell));
            }
            _ => {}
        }
    }
}

/// A value as it is; or all of a row with tabs between, line ends and tabs inside a value as
/// spaces, and nothing that a spreadsheet would run.
fn copied(found: &Found, row: usize, column: Option<usize>) -> String {
    let clean = |value: &Value| match value {
        Value::Text(text) => neutral(&text.replace(['\t', '\r', '\n'], " ")).into_owned(),
        other => other.text(),
    };
    match column {
        Some(column) => found.cell(row, column).map(Value::text).unwrap_or_default(),
        None => {
            let cells = found.row(row).unwrap_or_default();
            cells.iter().map(clean).collect::<Vec<_>>().join("\t")
        }
    }
}

struct FoundRows<'a> {
    found: &'a Found,
    shape: &'a Shape,
    picked: Option<u64>,
}

impl Rows for FoundRows<'_> {
    fn cell(&mut self, row: u64, column: usize) -> Cell<'_> {
        let is_number = self.shape.0.get(column).is_some_and(|known| known.is_number);
        match self.found.cell(row as usize, column) {
            None => Cell::None,
            Some(Value::Null) => Cell::muted("NULL"),
            Some(value @ (Value::Integer(_) | Value::Real(_))) if is_number => {
                Cell::Figure(value.text().into(), Tone::Plain)
            }
            // The head of a long text is all that fits.
            Some(Value::Text(text)) => Cell::text(head(text, SHOWN.0)),
            Some(Value::Blob(bytes)) => {
                let start = Value::Blob(bytes.iter().take(20).copied().collect()).text();
                let size = format::bytes(bytes.len() as u64);
                Cell::Text(format!("{start}… {size}").into(), Face::Mono, Tone::Muted)
            }
            Some(value) => Cell::text(value.text()),
        }
    }

    fn selected(&self, row: u64) -> bool {
        self.picked == Some(row)
    }

    fn key(&self, row: u64) -> Option<u64> {
        Some(row)
    }

    fn menu(&mut self, ui: &mut Ui, key: u64, column: usize) {
        for (words, column) in [("Copy value", Some(column)), ("Copy row", None)] {
            if ui.button(words).clicked() {
                ui.ctx().copy_text(copied(self.found, key as usize, column));
            }
        }
    }

    fn tooltip(&self, row: u64, column: usize) -> Option<String> {
        let known = self.shape.0.get(column)?;
        let value = self.found.cell(row as usize, column)?;
        let fits = length(value) as f32 * CHARACTER + 2.0 * PADDING <= known.width;
        match value {
            Value::Text(text) if !fits || text.contains('\n') => {
                Some(format::display(head(text, SHOWN.1)))
            }
            _ => None,
        }
    }
}

/// The first characters of a text.
fn head(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!((head("aéb", 2), head("aéb", 9), head("", 3)), ("aé", "aéb", ""));
    }
}
