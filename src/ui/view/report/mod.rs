//! Report: the pages as they will be, before they are written. What is chosen in the panel beside
//! them is seen at once.

mod rasters;

use std::path::PathBuf;
use std::sync::Arc;

use egui::{Rect, ScrollArea, Sense, StrokeKind, Ui, pos2, vec2};

use crate::index::Index;
use crate::model::{Filter, Time};
use crate::report::{self, ExportOptions, Preview};
use crate::ui::Command;
use crate::ui::Latest;
use crate::ui::app::App;
use crate::ui::app::sheet::Sheet;
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::card::{self, Card, card};
use crate::ui::widget::{Press, button, text};

use rasters::Rasters;

/// Height of the strip of small pages, points.
const STRIP: f32 = 96.0;
/// Width of a small page, points.
const SMALL: f32 = 52.0;
/// Seconds without a change before the pages are set again.
const REST_S: f64 = 0.5;

/// What the pages depend on.
#[derive(Clone, Debug, PartialEq)]
struct Of {
    version: u64,
    revision: u64,
    filter: Filter,
    options: ExportOptions,
}

/// How large pages are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Zoom {
    /// As high as the room.
    #[default]
    Page,
    /// As wide as the room.
    Width,
}

/// The screen's own state.
#[derive(Default)]
pub struct ReportScreen {
    preview: Latest<Of, Arc<Preview>>,
    rasters: Rasters,
    /// The first page in sight, from 0.
    page: usize,
    zoom: Zoom,
    /// The page that is brought into sight.
    goes_to: Option<usize>,
    /// What was asked for in the last frame, and since when.
    wanted: Option<(Of, f64)>,
    /// The time that pages carry until the package is written.
    at: Option<Time>,
}

impl ReportScreen {
    /// Whether the pages are those of what is chosen.
    #[cfg(test)]
    pub fn is_settled(&self) -> bool {
        let wanted = self.wanted.as_ref().map(|(of, _)| of);
        !self.preview.is_stale() && wanted.is_some() && self.preview.answered() == wanted
    }

    /// Why the pages could not be set.
    #[cfg(test)]
    pub fn problem(&self) -> Option<&str> {
        self.preview.error()
    }

    /// How many pages there are.
    #[cfg(test)]
    pub fn count(&self) -> usize {
        let pages = self.preview.answer().and_then(|preview| preview.pages.as_ref());
        pages.map_or(0, report::Pages::count)
    }

    /// Asks for the pages, when what they depend on has not changed for a moment.
    fn ask(&mut self, ui: &Ui, of: Of, case: PathBuf, index: Arc<Index>) {
        let now = ui.input(|i| i.time);
        let since = match &self.wanted {
            Some((known, since)) if *known == of => *since,
            _ => now,
        };
        self.wanted = Some((of.clone(), since));
        let is_first = self.preview.answer().is_none() && !self.preview.is_stale();
        if now - since < REST_S && !is_first && !self.preview.is_asked(&of) {
            return ui.ctx().request_repaint_after_secs(REST_S as f32);
        }
        let (filter, options) = (of.filter.clone(), of.options.clone());
        self.preview.ask(ui.ctx(), of, move |progress| {
            report::preview_case(&case, &index, &filter, &options, progress).map(Arc::new)
        });
    }
}

/// Draws the screen.
pub fn show(app: &mut App, ui: &mut Ui) {
    let area = ui.max_rect().shrink(size::GAP);
    let now = (app.setup.now)();
    let (view, keys) = (app.view.filter.clone(), app.keys);
    let Some(session) = &mut app.session else { return };
    let sheet = match &app.sheet {
        Some(Sheet::Export(sheet)) => Some(sheet),
        _ => None,
    };
    let signs = sheet.is_some_and(|sheet| sheet.signs());
    let save = session.case.save_state();
    let screen = &mut session.report;
    // Of a package that was written, its own pages.
    let revision = session.case.revision;
    let written = sheet.and_then(|sheet| sheet.written_at(revision, &view));
    let at = written.unwrap_or_else(|| *screen.at.get_or_insert(now));
    let Some((filter, options)) = sheet.map(|sheet| sheet.asked(&view, at)) else {
        let body = card(ui, area, &Card { title: "Report", note: "" }, |ui| {
            if ui.add(Press::new("Choose what leaves")).clicked() {
                app.actions.push(Action::Run(Command::Export));
            }
        });
        card::empty(ui, body, "Nothing is chosen", "The pages follow what is chosen in the panel");
        return;
    };
    if save.pending == 0 && save.failed.is_none() {
        let (version, revision) = (session.version, session.case.revision);
        let of = Of { version, revision, filter, options };
        let (case, index) = (session.case.path.clone(), Arc::clone(&session.case.index));
        screen.ask(ui, of, case, index);
    }
    draw(screen, ui, area, keys.are_free(), (signs, written.is_some()));
}

fn draw(screen: &mut ReportScreen, ui: &mut Ui, area: Rect, listens: bool, leaves: (bool, bool)) {
    let preview = screen.preview.answer().cloned();
    let pages = preview.as_ref().and_then(|preview| preview.pages.as_ref());
    let count = pages.map_or(0, report::Pages::count);
    screen.page = screen.page.min(count.saturating_sub(1));
    let note = note(screen, preview.as_deref(), count, leaves);
    let mut zoom = None;
    let body = card(ui, area, &Card { title: "Report", note: &note }, |ui| {
        let options = [(Zoom::Page, "Whole page"), (Zoom::Width, "Page width")];
        zoom = button::choice(ui, screen.zoom, &options);
    });
    screen.zoom = zoom.unwrap_or(screen.zoom);
    // Pages of what was chosen before must not be taken for those of what is.
    let Some(pages) = pages.filter(|_| screen.preview.error().is_none()) else {
        return without(screen, ui, body, preview.is_some());
    };
    screen.rasters.follow(ui.ctx(), preview.as_ref().expect("it has pages"));
    let strip = if body.height() > 420.0 { STRIP } else { 0.0 };
    let (upper, lower) =
        (body.with_max_y(body.bottom() - strip), body.with_min_y(body.bottom() - strip));
    if listens {
        turn(screen, ui, count);
    }
    ui.painter().rect_filled(upper, 0.0, Theme::of(ui).bg);
    match screen.zoom {
        Zoom::Page => whole(screen, ui, upper, pages),
        Zoom::Width => wide(screen, ui, upper, pages),
    }
    if strip > 0.0 {
        small(screen, ui, lower, pages);
    }
}

/// `pages 3 and 4 of 14 · 49 files, 48.8 MB, not written yet`.
fn note(
    screen: &ReportScreen,
    preview: Option<&Preview>,
    count: usize,
    (signs, is_written): (bool, bool),
) -> String {
    let mut words = match count {
        0 => String::new(),
        count => format!("page {} of {count}", screen.page + 1),
    };
    if let Some(preview) = preview {
        let files = preview.manifest.files.len() as u64 + 1 + u64::from(signs);
        let bytes: u64 = preview.manifest.files.iter().map(|file| file.bytes).sum();
        let size = format::bytes(bytes);
        let files = format::counted(files, "file", "files");
        let gap = if words.is_empty() { "" } else { " · " };
        let how = if is_written { "as written" } else { "not written yet" };
        words += &format!("{gap}{files}, {size}, {how}");
    }
    if screen.preview.is_stale() {
        words += " · setting pages…";
    }
    words
}

/// What stands in place of pages.
fn without(screen: &ReportScreen, ui: &mut Ui, body: Rect, has_answer: bool) {
    let error = screen.preview.error().map(format::display);
    match (error, screen.preview.progress(), has_answer) {
        (Some(error), ..) => card::empty(ui, body, "The pages cannot be set", &error),
        (None, Some(progress), _) => {
            card::empty(ui, body, "Setting the pages", &progress.phase());
            ui.ctx().request_repaint_after_secs(0.2);
        }
        (None, None, true) => {
            let why = "Tick the report in the panel to see its pages";
            card::empty(ui, body, "The report is not chosen", why);
        }
        (None, None, false) => card::empty(ui, body, "Setting the pages", "waiting for edits"),
    }
}

/// Keys and the wheel turn pages.
fn turn(screen: &mut ReportScreen, ui: &Ui, count: usize) {
    use egui::{Key, Modifiers};
    let pressed = |key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
    let last = count.saturating_sub(1);
    let before = screen.page;
    if pressed(Key::PageDown) || pressed(Key::ArrowRight) {
        screen.page = (screen.page + 1).min(last);
    }
    if pressed(Key::PageUp) || pressed(Key::ArrowLeft) {
        screen.page = screen.page.saturating_sub(1);
    }
    if pressed(Key::Home) {
        screen.page = 0;
    }
    if pressed(Key::End) {
        screen.page = last;
    }
    if screen.page != before {
        screen.goes_to = Some(screen.page);
    }
}

/// Pages as high as the room, side by side as many as fit.
fn whole(screen: &mut ReportScreen, ui: &mut Ui, rect: Rect, pages: &report::Pages) {
    let room = rect.shrink(12.0);
    let [width, height] = pages.size_pt(screen.page);
    let scale = (room.height() / height).min(room.width() / width);
    let size = vec2(width, height) * scale;
    let fit = ((room.width() + 12.0) / (size.x + 12.0)).floor().max(1.0) as usize;
    let shown = fit.min(pages.count() - screen.page);
    let all = shown as f32 * (size.x + 12.0) - 12.0;
    let left = room.center().x - all / 2.0;
    for at in 0..shown {
        let min = pos2(left + at as f32 * (size.x + 12.0), room.center().y - size.y / 2.0);
        paper(screen, ui, Rect::from_min_size(min, size), screen.page + at, scale);
    }
    let response = ui.interact(rect, egui::Id::unique("pages"), Sense::hover());
    let wheel = ui.input(|i| i.smooth_scroll_delta().y);
    if response.hovered() && wheel.abs() > 20.0 {
        let last = pages.count().saturating_sub(1);
        let next = if wheel < 0.0 { screen.page + 1 } else { screen.page.saturating_sub(1) };
        screen.page = next.min(last);
    }
}

/// Pages as wide as the room, below each other.
fn wide(screen: &mut ReportScreen, ui: &mut Ui, rect: Rect, pages: &report::Pages) {
    region(ui, rect, |ui| {
        ScrollArea::vertical().id_salt("pages").auto_shrink(false).show(ui, |ui| {
            let width = (ui.available_width() - 24.0).min(1_000.0);
            let goes_to = screen.goes_to.take();
            let mut first = None;
            for page in 0..pages.count() {
                let [w, h] = pages.size_pt(page);
                let scale = width / w;
                let wanted = vec2(ui.available_width(), h * scale + 12.0);
                let (row, _) = ui.allocate_exact_size(wanted, Sense::hover());
                let min = pos2(row.center().x - width / 2.0, row.top());
                let sheet = Rect::from_min_size(min, vec2(width, h * scale));
                if goes_to == Some(page) {
                    ui.scroll_to_rect(sheet, Some(egui::Align::TOP));
                }
                if ui.is_rect_visible(sheet) {
                    first.get_or_insert(page);
                    paper(screen, ui, sheet, page, scale);
                }
            }
            screen.page = goes_to.or(first).unwrap_or(screen.page);
        });
    });
}

/// The pages, small.
fn small(screen: &mut ReportScreen, ui: &mut Ui, rect: Rect, pages: &report::Pages) {
    let theme = Theme::of(ui);
    ui.painter().hline(rect.x_range(), rect.top(), theme.hairline());
    region(ui, rect.shrink2(vec2(12.0, 6.0)), |ui| {
        ScrollArea::horizontal().id_salt("small pages").auto_shrink(false).show(ui, |ui| {
            ui.add_space(3.0);
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 10.0;
                ui.add_space(3.0);
                for page in 0..pages.count() {
                    let [w, h] = pages.size_pt(page);
                    let scale = SMALL / w;
                    let wanted = vec2(SMALL, h * scale);
                    let (sheet, response) = ui.allocate_exact_size(wanted, Sense::click());
                    let name = format!("Page {}", page + 1);
                    let on = page == screen.page;
                    response.widget_info(|| {
                        egui::WidgetInfo::selected(egui::Role::Button, true, on, &name)
                    });
                    if ui.is_rect_visible(sheet) {
                        paper(screen, ui, sheet, page, scale);
                    }
                    if on || response.has_focus() {
                        let line = egui::Stroke::new(2.0, theme.accent);
                        ui.painter().rect_stroke(sheet.expand(1.0), 2.0, line, StrokeKind::Outside);
                    }
                    if response.on_hover_text(name).clicked() {
                        screen.page = page;
                        screen.goes_to = Some(page);
                    }
                }
            });
        });
    });
}

/// One page; white while it is drawn.
fn paper(screen: &mut ReportScreen, ui: &Ui, rect: Rect, page: usize, scale: f32) {
    let theme = Theme::of(ui);
    let paper = egui::Color32::from_gray(252);
    let pixels = f64::from(scale * ui.ctx().pixels_per_point());
    match screen.rasters.get(ui.ctx(), page, pixels) {
        Some(texture) => {
            let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            ui.painter().image(texture, rect, uv, egui::Color32::WHITE);
        }
        None => {
            ui.painter().rect_filled(rect, 0.0, paper);
            let words = format!("page {}", page + 1);
            if rect.width() > 100.0 {
                text::paint_middle(ui.painter(), rect, &words, Face::Body, theme.faint);
            }
        }
    }
    ui.painter().rect_stroke(rect, 0.0, theme.hairline(), StrokeKind::Outside);
}
