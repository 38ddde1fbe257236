//! Import: what each file is, how far it is read, what was rejected, what became of it.

use egui::{Align, Color32, Layout, Rect, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2};

use crate::case::FailedSource;
use crate::ui::app::App;
use crate::ui::app::import::{Import, PlannedFile, Standing};
use crate::ui::format;
use crate::ui::layout::{Track, region, rows};
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::bar::{self, Segment};
use crate::ui::widget::card::surface;
use crate::ui::widget::{Card, Press, card, glyph, text};

/// Height of the strip with the progress.
const STRIP: f32 = 118.0;
/// Segments drawn one by one; beyond, one bar stands for all.
const MOST_SEGMENTS: usize = 60;

/// What was asked for on the screen.
enum Asked {
    Cancel,
    OpenCase,
    Back,
}

/// Draws the screen.
pub fn show(app: &mut App, ui: &mut Ui) {
    let Some(import) = &app.import else { return };
    let area = ui.max_rect().shrink(size::GAP);
    let [top, table] = rows(area, size::GAP, [Track::Fixed(STRIP), Track::Share(1.0)]);
    let files = import.files();
    let standing = import.standing();
    let asked = strip(ui, top, import, &files, standing.as_ref());
    region(ui, table, |ui| list(ui, table, import, &files, standing.as_ref()));
    if standing.is_some() {
        // The bar moves without anybody touching anything.
        ui.ctx().request_repaint_after_secs(0.1);
    }
    match asked {
        Some(Asked::Cancel) => app.actions.push(Action::CancelImport),
        Some(Asked::OpenCase) => app.actions.push(Action::EndImport { open: true }),
        Some(Asked::Back) => app.actions.push(Action::EndImport { open: false }),
        None => {}
    }
}

fn strip(
    ui: &mut Ui,
    rect: Rect,
    import: &Import,
    files: &[PlannedFile],
    standing: Option<&Standing>,
) -> Option<Asked> {
    let theme = Theme::of(ui);
    surface(ui, rect);
    let inner = rect.shrink2(vec2(16.0, 14.0));
    let mut buttons =
        ui.new_child(UiBuilder::new().max_rect(inner).layout(Layout::right_to_left(Align::Center)));
    buttons.spacing_mut().item_spacing.x = 8.0;
    let mut asked = None;
    // A press on the one must not become a click on the other when the import ends in between.
    let mut buttons = buttons.new_child(
        UiBuilder::new()
            .scope_id(egui::Id::unique(("import buttons", import.is_running())))
            .layout(Layout::right_to_left(Align::Center)),
    );
    if import.is_running() {
        let cancel = if import.cancelled { "Stopping…" } else { "Cancel" };
        if buttons.add(Press::new(cancel)).clicked() {
            asked = Some(Asked::Cancel);
        }
    } else {
        if import.has_case && buttons.add(Press::new("Open the case").primary()).clicked() {
            asked = Some(Asked::OpenCase);
        }
        if buttons.add(Press::new("Back")).clicked() {
            asked = Some(Asked::Back);
        }
    }
    let left =
        Rect::from_min_max(inner.min, pos2(buttons.min_rect().left() - 24.0, inner.bottom()));
    region(ui, left, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        let (title, detail) = headline(import, files, standing);
        ui.label(Face::Title.text(title).color(theme.text));
        text::line(ui, Face::Body.text(detail).color(theme.muted));
        ui.add_space(5.0);
        bar::segments(ui, 8.0, &pieces(import, files, standing, theme), "Import progress");
        ui.add_space(4.0);
        figures(ui, standing, import);
    });
    asked
}

fn headline(
    import: &Import,
    files: &[PlannedFile],
    standing: Option<&Standing>,
) -> (String, String) {
    let case = super::start::case_name(&import.request.case);
    match (standing, &import.outcome) {
        (Some(_), _) if files.is_empty() => {
            (format!("Importing into {case}"), "Looking at the files…".into())
        }
        (Some(now), _) => {
            let name = files.get(now.at).map_or("", |f| f.name.as_str());
            let title = if files.len() == 1 {
                format!("Importing into {case}")
            } else {
                format!("Importing {} of {} into {case}", now.at + 1, files.len())
            };
            (title, name.to_owned())
        }
        (None, Some(Ok(report))) if report.failed.is_empty() => {
            ("Imported".into(), format::display(&import.request.case.display().to_string()))
        }
        (None, Some(Ok(report))) if report.sources.is_empty() => (
            "Nothing could be imported".into(),
            if import.has_case {
                "The case is as it was; the table says why for each file".into()
            } else {
                "No case was made; the table says why for each file".into()
            },
        ),
        (None, Some(Ok(report))) => (
            format!(
                "{} imported, {} not",
                format::counted(report.sources.len() as u64, "file", "files"),
                format::count(report.failed.len() as u64)
            ),
            "The table says why for each file".into(),
        ),
        (None, Some(Err(_))) if import.cancelled => {
            let detail = if import.has_case {
                "Files that were read to their end are in the case"
            } else {
                "No case was made"
            };
            ("Cancelled".into(), detail.into())
        }
        (None, Some(Err(error))) => ("The import failed".into(), format::display(error)),
        (None, None) => ("Importing".into(), String::new()),
    }
}

fn pieces(
    import: &Import,
    files: &[PlannedFile],
    standing: Option<&Standing>,
    theme: &Theme,
) -> Vec<Segment> {
    let color = |i: usize| match standing {
        Some(_) => theme.accent,
        None => state(import, &files[i], i, None).color(theme),
    };
    if files.len() > MOST_SEGMENTS || files.is_empty() {
        let done = standing.map_or(1.0, |s| share(s.done, s.total));
        return vec![Segment { weight: 1.0, done, color: theme.accent }];
    }
    let done = |i: usize| match standing {
        Some(now) if i == now.at => now.fraction,
        Some(now) => f32::from(u8::from(i < now.at)),
        None => 1.0,
    };
    let one = |(i, file): (usize, &PlannedFile)| Segment {
        // A tiny file still gets a piece one can see.
        weight: (file.bytes as f32).max(1.0).sqrt(),
        done: done(i),
        color: color(i),
    };
    files.iter().enumerate().map(one).collect()
}

fn share(part: u64, whole: u64) -> f32 {
    if whole == 0 { 0.0 } else { (part as f64 / whole as f64) as f32 }
}

fn figures(ui: &mut Ui, standing: Option<&Standing>, import: &Import) {
    let theme = Theme::of(ui);
    let mut parts: Vec<(String, Color32)> = Vec::new();
    if let Some(now) = standing {
        parts.push((format!("{} records", format::count(now.records)), theme.text));
        if now.bytes_per_s > 0.0 {
            let rate = format!("{} records/s", format::count(now.records_per_s as u64));
            parts.push((rate, theme.muted));
            parts.push((format!("{}/s", format::bytes(now.bytes_per_s as u64)), theme.muted));
        }
        let of = format!("{} of {}", format::bytes(now.done), format::bytes(now.total));
        parts.push((of, theme.muted));
        let color = if now.rejects > 0 { theme.warn } else { theme.muted };
        parts.push((format!("{} rejected", format::count(now.rejects)), color));
        let left =
            now.left_s.map_or("estimating…".into(), |s| format!("{} left", format::seconds(s)));
        parts.push((left, theme.text));
    } else if let Some(Ok(report)) = &import.outcome {
        parts.push((format!("{} rows", format::count(report.rows())), theme.text));
        let color = if report.rejects() > 0 { theme.warn } else { theme.muted };
        parts.push((format!("{} rejected", format::count(report.rejects())), color));
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 22.0;
        for (words, color) in parts {
            ui.label(Face::Small.text(words).color(color));
        }
    });
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq)]
enum State {
    Waiting,
    Reading,
    Read {
        rows: u64,
        without_time: u64,
        rejects: u64,
        problem: Option<String>,
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
    fn color(&self, theme: &Theme) -> Color32 {
        match self {
            Self::Waiting | Self::Skipped(_) => theme.ghost,
            Self::Reading => theme.accent,
            Self::Read { problem: Some(_), .. } => theme.warn,
            Self::Read { .. } | Self::Table { .. } => theme.ok,
            Self::Failed(_) => theme.bad,
        }
    }
}

fn state(import: &Import, file: &PlannedFile, i: usize, standing: Option<&Standing>) -> State {
    if let Some(now) = standing {
        return match i.cmp(&now.at) {
            std::cmp::Ordering::Less => match &file.problem {
                Some(problem) => State::Failed(problem.clone()),
                None => State::Read { rows: 0, without_time: 0, rejects: 0, problem: None },
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
        };
    }
    if let Some(table) = report.tables.iter().find(|t| t.path == path) {
        return State::Table { rows: table.rows };
    }
    let of = |list: &[FailedSource]| {
        list.iter().find(|f| f.path == path).map(|f| {
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

fn list(
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
        State::Read { rows, without_time, rejects, problem } => {
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
            (words, if problem.is_some() { theme.warn } else { theme.text })
        }
        State::Table { rows } => (format::counted(*rows, "row", "rows"), theme.text),
        State::Skipped(why) => (format!("skipped, {}", format::display(why)), theme.muted),
        State::Failed(why) => (format::display(why), theme.bad),
    }
}
