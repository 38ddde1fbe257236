//! The navigation on the left: only screens that exist.

use egui::{Align2, Rect, Response, Sense, Ui, pos2, vec2};

use crate::model::{JoinKind, JoinState};
use crate::ui::app::App;
use crate::ui::app::session::file_name;
use crate::ui::format;
use crate::ui::state::{Action, Screen};
use crate::ui::theme::{Face, Theme, size};
use crate::ui::{Command, view, widget::text};

use super::kept;

/// Sources listed by name.
const SOURCES: usize = 12;

/// Draws it.
pub fn navigation(app: &mut App, ui: &mut Ui) {
    let inner = ui.max_rect().shrink2(vec2(8.0, 10.0));
    let mut column = ui.new_child(egui::UiBuilder::new().max_rect(inner));
    column.shrink_clip_rect(inner);
    column.spacing_mut().item_spacing.y = 2.0;
    if app.review.is_some() {
        entry(&mut column, "Import review", "", true);
    } else if app.import.is_some() {
        entry(&mut column, "Import", "", true);
    } else if app.has_case() {
        screens(app, &mut column);
    } else {
        entry(&mut column, "Start", "", true);
    }
    let help = Command::Help;
    if entry(&mut column, "Keys", &help.key_text(), false).clicked() {
        app.actions.push(Action::Run(help));
    }
    if app.import.is_none() {
        kept::show(app, &mut column);
        sources(app, &mut column);
    }
    ui.allocate_rect(ui.max_rect(), Sense::hover());
}

fn screens(app: &mut App, ui: &mut Ui) {
    let now = app.view.screen;
    let rejects = app.session.as_ref().map_or(0, |s| s.case.info.rejects);
    let mut list = vec![(Screen::Overview, "Overview", String::new())];
    list.push((Screen::Findings, "Findings", listed(app)));
    list.push((Screen::Explore, "Explore", String::new()));
    list.push((Screen::Network, "Network", String::new()));
    list.push((Screen::Dossier, "Dossier", String::new()));
    list.push((Screen::Compare, "Compare", String::new()));
    list.push((Screen::Case, "Case", to_do(app)));
    #[cfg(feature = "pdf")]
    list.push((Screen::Report, "Report", String::new()));
    list.push((Screen::Audit, "Audit & data", String::new()));
    if rejects > 0 || now == Screen::Rejects {
        list.push((Screen::Rejects, "Rejected", format::count(rejects)));
    }
    let joins = app.session.as_ref().map_or_else(Default::default, |s| s.case.info.joins);
    let waiting = joins.of(JoinKind::Probable, JoinState::Offered);
    if !joins.is_empty() || now == Screen::Joins {
        let waiting = if waiting > 0 { format::count(waiting) } else { String::new() };
        list.push((Screen::Joins, "Joins", waiting));
    }
    for (screen, name, end) in list {
        let mut response = entry(ui, name, &end, now == screen);
        if screen == Screen::Case && !end.is_empty() {
            response = response.on_hover_text(format!("{end} tasks to do"));
        }
        if screen == Screen::Joins && !end.is_empty() {
            response = response.on_hover_text(format!("{end} wait to be decided"));
        }
        if screen == Screen::Findings && !end.is_empty() {
            response = response.on_hover_text(format!("{end} strong or probable"));
        }
        if response.clicked() {
            app.actions.push(Action::Go(screen));
        }
    }
}

/// How many tasks are to do.
fn to_do(app: &App) -> String {
    let book = app.session.as_ref().map_or(&[][..], |session| session.case.book());
    match book.iter().filter(|entry| view::book::is_open(entry)).count() as u64 {
        0 => String::new(),
        open => format::count(open),
    }
}

/// How many clusters and accounts that stand alone are probable or strong.
fn listed(app: &App) -> String {
    let analysis = app.session.as_ref().and_then(|session| session.case.analysis());
    let Some(analysis) = analysis else { return String::new() };
    let [.., probable, strong] = analysis.standing();
    format::count(probable + strong)
}

/// What is in the case, by file.
fn sources(app: &App, ui: &mut Ui) {
    let Some(session) = &app.session else { return };
    let theme = Theme::of(ui);
    kept::heading(ui, "Sources");
    let sources = &session.case.sources;
    for source in sources.iter().take(SOURCES) {
        let size = vec2(ui.available_width(), 26.0);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let name = file_name(source.path.as_ref());
        let end = format::compact(source.rows);
        let label = format!("{name}, {} rows", format::count(source.rows));
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &label));
        let at = pos2(rect.right() - 10.0, rect.center().y);
        let number =
            text::paint(ui.painter(), at, Align2::RIGHT_CENTER, &end, Face::Tiny, theme.muted);
        let room = number.left() - rect.left() - 18.0;
        let at = text::left(rect, 10.0);
        text::paint_within(ui.painter(), at, room, &name, Face::Small, theme.muted);
        response.on_hover_text(format!(
            "{}\n{}, {} rows, {} rejected\nSHA-256 {}",
            format::display(&source.path),
            format::bytes(source.bytes),
            format::count(source.rows),
            format::count(source.rejects),
            source.sha256
        ));
    }
    if sources.len() > SOURCES {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
        let more = format!("and {} more", sources.len() - SOURCES);
        let at = text::left(rect, 10.0);
        text::paint(ui.painter(), at, Align2::LEFT_CENTER, &more, Face::Tiny, theme.muted);
    }
}

/// One entry, with a number or key at its end.
pub(super) fn entry(ui: &mut Ui, name: &str, end: &str, on: bool) -> Response {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    let (rect, response) =
        ui.allocate_exact_size(vec2(width, size::NAVIGATION_ROW), Sense::click());
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, on, name));
    let lit = response.hovered() || response.has_focus();
    if on || lit {
        ui.painter().rect_filled(rect, size::RADIUS, theme.hover);
    }
    if on {
        let clip = Rect::from_min_size(rect.min, vec2(2.0, rect.height()));
        ui.painter().with_clip_rect(clip).rect_filled(rect, size::RADIUS, theme.copper);
    }
    let color = if on || lit { theme.text } else { theme.muted };
    let room = rect.width() - 20.0 - if end.is_empty() { 0.0 } else { 44.0 };
    text::paint_within(ui.painter(), text::left(rect, 10.0), room, name, Face::Body, color);
    let at = pos2(rect.right() - 10.0, rect.center().y);
    text::paint(ui.painter(), at, Align2::RIGHT_CENTER, end, Face::Tiny, theme.muted);
    response
}
