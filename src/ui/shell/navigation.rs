//! The navigation on the left: only screens that exist.

use egui::{Align2, Rect, Response, Sense, Ui, pos2, vec2};

use crate::ui::app::App;
use crate::ui::state::{Action, Screen};
use crate::ui::theme::{Face, Theme, size};
use crate::ui::{Command, widget::text};

/// Draws it.
pub fn navigation(app: &mut App, ui: &mut Ui) {
    let inner = ui.max_rect().shrink2(vec2(8.0, 10.0));
    let mut column = ui.new_child(egui::UiBuilder::new().max_rect(inner));
    column.spacing_mut().item_spacing.y = 2.0;
    if entry(&mut column, "Start", "", true).clicked() {
        app.actions.push(Action::Go(Screen::Start));
    }
    let help = Command::Help;
    if entry(&mut column, "Keys", &help.key_text(), false).clicked() {
        app.actions.push(Action::Run(help));
    }
    ui.allocate_rect(ui.max_rect(), Sense::hover());
}

/// One entry, with a number or key at its end.
fn entry(ui: &mut Ui, name: &str, end: &str, on: bool) -> Response {
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
    text::paint(ui.painter(), at, Align2::RIGHT_CENTER, end, Face::Tiny, theme.faint);
    response
}
