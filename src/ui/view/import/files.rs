//! The files of an import: what each was recognised as, and what became of it.

use egui::{Align, Color32, Rect, ScrollArea, Sense, Ui, pos2, vec2};

use crate::case::{FailedSource, ImportedSource};
use crate::ui::app::import::{Import, PlannedFile, Standing};
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::{Card, card, glyph, text};

/// What became of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    Waiting,
    Reading,
    Read {
        rows: u64,
        without_time: u64,
        rejects: u64,
        problem: Option<String>,
        /// Fields that were not read.
        unread: String,
    },
    /// One of the tables beside the logs.
    Table {
        rows: u64,
    },
    /// A file of a folder that is no log.
    Skipped(String),
    Failed(String),
}

impl State {
    pub fn color(&self, theme: &Theme) -> Color32 {
        match self {
            Self::Waiting | Self::Skipped(_) => theme.ghost,
            Self::Reading => theme.accent,
            Self::Read { problem: Some(_), .. } => theme.warn,
            Self::Read { .. } | Self::Table { .. } => theme.ok,
            Self::Failed(_) => theme.bad,
        }
    }
}

/// Fields that came after the first records and were not read, by name.
fn unread(source: &ImportedSource) -> String {
    let paths: Vec<&str> = source.unread.iter().map(|one| one.path.as_str()).collect();
    match source.more_unread {
        0 => paths.join(", "),
        n => format!("{} and {} more", paths.join(", "), format::count(n as u64)),
    }
}

/// What became of a file, from 0.
pub fn state(import: &Import, file: &PlannedFile, i: usize, standing: Option<&Standing>) -> State {
    if let Some(now) = standing {
        return match i.cmp(&now.at) {
            std::cmp::Ordering::Less => match &file.problem {
                Some(problem) => State::Failed(problem.clone()),
                None => State::Read {
                    rows: 0,
                    without_time: 0,
                    rejects: 0,
                    problem: None,
                    unread: String::new(),
                },
            },
            std::cmp::Ordering::Equal => State::Reading,
            std::cmp::Ordering::Greater => State::Waiting,
        };
    }
    let Some(Ok(report)) = &import.outcome else { return State::Waiting };
    let path = file.path.display().to_string();
    if let Some(source) = report.sources.iter().find(|s| s.info.path == path) {
        return State::Read {
            rows: source.info.rows,
            without_time: source.info.without_time,
            rejects: source.info.rejects,
            problem: source.info.problem.clone(),
            unread: unread(source),
        };
    }
    if let Some(table) = report.tables.iter().find(|t| t.path == path) {
        return State::Table { rows: table.rows };
    }
    let of = |list: &[FailedSource]| {
        list.iter().find(|f| f.file == path).map(|f| {
            // The row says which file it is.
            let prefix = format!("{}: ", f.path);
            f.error.strip_prefix(&prefix).unwrap_or(&f.error).to_owned()
        })
    };
    let skipped = of(&report.skipped).map(State::Skipped);
    skipped.or_else(|| of(&report.failed).map(State::Failed)).unwrap_or(State::Waiting)
}

/// Left edges of the columns.
const COLUMNS: [(&str, f32); 5] =
    [("File", 12.0), ("Size", 330.0), ("Recognised as", 350.0), ("Sure", 640.0), ("Result", 664.0)];

/// Draws the card.
pub fn list(
    ui: &mut Ui,
    rect: Rect,
    import: &Import,
    files: &[PlannedFile],
    standing: Option<&Standing>,
) {
    let theme = Theme::of(ui);
    let note = format::counted(files.len() as u64, "file", "files");
    let body = card(ui, rect, &Card { title: "Files", note: &note }, |ui| {
        let words = "read and hashed, never changed";
        ui.label(Face::Small.text(words).color(theme.muted));
    });
    let head = Rect::from_min_size(body.min, vec2(body.width(), size::ROW));
    ui.painter().hline(head.x_range(), head.bottom() - 0.5, theme.hairline());
    for (i, (title, _)) in COLUMNS.iter().enumerate() {
        let words = Face::Column.text(*title).color(theme.muted);
        text::in_rect(ui, cell(head, i), align(i), words);
    }
    let below = Rect::from_min_max(pos2(body.left(), head.bottom()), body.max);
    region(ui, below, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().auto_shrink(false).show_rows(
            ui,
            size::LIST_ROW,
            files.len(),
            |ui, range| {
                for i in range {
                    let width = ui.available_width();
                    let (row, _) =
                        ui.allocate_exact_size(vec2(width, size::LIST_ROW), Sense::hover());
                    line(ui, row, &files[i], &state(import, &files[i], i, standing));
                }
            },
        );
    });
}

fn align(i: usize) -> Align {
    if i == 1 || i == 3 { Align::Max } else { Align::Min }
}

/// The cell of a column in a row; columns keep their share of the width.
fn cell(row: Rect, i: usize) -> Rect {
    let scale = (row.width() / 932.0).max(0.75);
    let x = |i: usize| match COLUMNS.get(i) {
        Some((_, left)) if i > 0 => row.left() + left * scale,
        Some((_, left)) => row.left() + left,
        None => row.right() - 12.0,
    };
    match i {
        // Numbers end where their column begins.
        1 | 3 => Rect::from_x_y_ranges(x(i) - 74.0..=x(i), row.y_range()),
        0 => Rect::from_x_y_ranges(x(0)..=x(1) - 84.0, row.y_range()),
        2 => Rect::from_x_y_ranges(x(2)..=x(3) - 60.0, row.y_range()),
        _ => Rect::from_x_y_ranges(x(i)..=x(i + 1), row.y_range()),
    }
}

fn line(ui: &mut Ui, row: Rect, file: &PlannedFile, state: &State) {
    let theme = Theme::of(ui);
    ui.painter().hline(row.x_range(), row.bottom() - 0.5, theme.hairline());
    text::in_rect(ui, cell(row, 0), Align::Min, Face::Body.text(&file.name).color(theme.text))
        .on_hover_text(format::display(&file.path.display().to_string()));
    let bytes = format::bytes(file.bytes);
    text::number(ui, cell(row, 1), &bytes, Face::Body, theme.muted);
    match (&file.format, &file.problem) {
        (Some((title, sure, why)), _) => {
            text::in_rect(ui, cell(row, 2), Align::Min, Face::Body.text(*title))
                .on_hover_text(format::display(why));
            let sure = format!("{:.0} %", (sure * 100.0).floor());
            text::number(ui, cell(row, 3), &sure, Face::Body, theme.ok);
        }
        (None, Some(_)) => {
            let words = Face::Body.text("not recognised").color(theme.muted);
            text::in_rect(ui, cell(row, 2), Align::Min, words);
        }
        (None, None) => {
            let words = Face::Body.text("recognised when it is read").color(theme.muted);
            text::in_rect(ui, cell(row, 2), Align::Min, words);
        }
    }
    let (words, color) = words(state, theme);
    let area = cell(row, 4);
    glyph::dot(ui.painter(), text::left(area, 4.0), state.color(theme));
    let rest = Rect::from_min_max(area.min + vec2(15.0, 0.0), area.max);
    text::in_rect(ui, rest, Align::Min, Face::Body.text(words.clone()).color(color))
        .on_hover_text(words);
}

fn words(state: &State, theme: &Theme) -> (String, Color32) {
    match state {
        State::Waiting => ("waiting".into(), theme.muted),
        State::Reading => ("reading".into(), theme.text),
        State::Read { rows: 0, rejects: 0, problem: None, .. } => ("read".into(), theme.muted),
        State::Read { rows, without_time, rejects, problem, unread } => {
            let mut words = format::counted(*rows, "row", "rows");
            if *without_time > 0 {
                words.push_str(&format!(", {} without a time", format::count(*without_time)));
            }
            if *rejects > 0 {
                words.push_str(&format!(", {} rejected", format::count(*rejects)));
            }
            if let Some(problem) = problem {
                words.push_str(&format!("; {}", format::display(problem)));
            }
            if !unread.is_empty() {
                words.push_str(&format!("; not read: {}", format::display(unread)));
            }
            let is_odd = problem.is_some() || !unread.is_empty();
            (words, if is_odd { theme.warn } else { theme.text })
        }
        State::Table { rows } => (format::counted(*rows, "row", "rows"), theme.text),
        State::Skipped(why) => (format!("skipped, {}", format::display(why)), theme.muted),
        State::Failed(why) => (format::display(why), theme.bad),
    }
}
