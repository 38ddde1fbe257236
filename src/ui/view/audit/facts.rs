//! Pieces of the panels that say all of one source or one entry.

use egui::{Rect, Ui, vec2};

use crate::ui::format;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::{self, button, text};

/// The least and most that such a panel takes, points.
const WIDTHS: (f32, f32) = (280.0, 460.0);

/// Splits a card's body: the table, and beside it the panel of what is picked in it.
pub fn beside(body: Rect, is_open: bool) -> (Rect, Option<Rect>) {
    if !is_open {
        return (body, None);
    }
    let width = (body.width() * 0.42).clamp(WIDTHS.0, WIDTHS.1).min(body.width() * 0.6);
    let (table, panel) = body.split_left_right_at_x((body.right() - width).round());
    (table, Some(panel))
}

/// The edge of a panel, and the room inside.
pub fn edge(ui: &Ui, panel: Rect) -> Rect {
    let theme = Theme::of(ui);
    ui.painter().vline(panel.left() + 0.5, panel.y_range(), theme.hairline());
    panel.with_min_x(panel.left() + 1.0)
}

/// The panel's title and how it is closed; true when it is to be.
pub fn title(ui: &mut Ui, title: &str, name: &str) -> bool {
    let mut closed = false;
    ui.horizontal(|ui| {
        let room = (ui.available_width() - 50.0).max(40.0);
        ui.allocate_ui(vec2(room, 20.0), |ui| {
            ui.set_width(room);
            text::line(ui, Face::Entry.text(title));
        });
        let close = button::link(ui, "Close");
        close.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
        closed = close.clicked();
    });
    closed
}

/// What scrolls in such a panel.
pub fn scrolled(ui: &mut Ui, panel: Rect, salt: &str, contents: impl FnOnce(&mut Ui)) {
    widget::scrolled(ui, panel, salt, vec2(size::CARD_PADDING, 8.0), |ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        contents(ui);
        ui.add_space(2.0);
    });
}

/// A fact: its name, and below it what it is.
pub fn fact(ui: &mut Ui, name: &str, value: &str) {
    shown(ui, name, value, Face::Body);
}

/// A hash or a path, whole, with what copies it.
pub fn exact(ui: &mut Ui, name: &str, value: &str, copy: &str) {
    shown(ui, name, value, Face::Mono);
    if button::link(ui, copy).clicked() {
        ui.ctx().copy_text(value.to_owned());
    }
}

fn shown(ui: &mut Ui, name: &str, value: &str, face: Face) {
    let theme = Theme::of(ui);
    ui.add_space(3.0);
    ui.label(Face::Small.text(name).color(theme.muted));
    text::wrapped(ui, face.text(format::display(value)));
}
