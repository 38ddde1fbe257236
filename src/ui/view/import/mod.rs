//! Import: how far it is, what it has read so far, what each file is and what became of it.

mod files;
mod running;

use egui::{Align, Color32, Layout, Rect, Ui, UiBuilder, pos2, vec2};

use crate::case::Tally;
use crate::ui::app::App;
use crate::ui::app::import::{Import, PlannedFile, Standing};
use crate::ui::format;
use crate::ui::layout::{Track, region, rows};
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::bar::{self, Segment};
use crate::ui::widget::card::surface;
use crate::ui::widget::{Press, text};

/// Height of the strip with the progress.
const STRIP: f32 = 118.0;
/// Share of the height under it that a long list of files gets.
const FILES: f32 = 0.42;
/// The tallest that the traffic is drawn; what is left is for the files.
const TRAFFIC: f32 = 460.0;
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
    let [top, below] = rows(area, size::GAP, [Track::Fixed(STRIP), Track::Share(1.0)]);
    let files = import.files();
    let standing = import.standing();
    let asked = strip(ui, top, import, &files, standing.as_ref());
    let tally = import.tally();
    let table = match standing.is_some() || tally != Tally::default() {
        true => so_far(ui, below, &tally, files.len(), standing.is_some()),
        // Nothing was read: the files say why.
        false => below,
    };
    region(ui, table, |ui| files::list(ui, table, import, &files, standing.as_ref()));
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

/// Draws what was read so far; returns the room that is left for the files.
fn so_far(ui: &mut Ui, area: Rect, tally: &Tally, files: usize, goes_on: bool) -> Rect {
    let whole_list = size::CARD_HEADER + size::ROW + size::LIST_ROW * files.max(1) as f32 + 6.0;
    let list = whole_list.min((area.height() * FILES).round());
    let traffic = area.height() - running::NUMBERS - list - 2.0 * size::GAP;
    let traffic = Track::Fixed(traffic.clamp(0.0, TRAFFIC));
    let tracks = [Track::Fixed(running::NUMBERS), traffic, Track::Share(1.0)];
    let [numbers, traffic, table] = rows(area, size::GAP, tracks);
    running::numbers(ui, numbers, tally, goes_on);
    running::traffic(ui, traffic, tally, goes_on);
    table
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
        None => files::state(import, &files[i], i, None).color(theme),
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
        if now.records_per_s >= 1.0 {
            let rate = format!("{} records/s", format::count(now.records_per_s as u64));
            parts.push((rate, theme.muted));
        }
        if now.bytes_per_s > 0.0 {
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
