//! The bar at the bottom: rows, accounts, rejects, jobs, undo, saved, custody.

use egui::{Align, Layout, Sense, Ui, UiBuilder, vec2};

use crate::ui::app::App;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::glyph;

/// Draws it.
pub fn status_bar(_app: &mut App, ui: &mut Ui) {
    let theme = Theme::of(ui);
    let bar = ui.max_rect();
    let inner = bar.shrink2(vec2(12.0, 0.0));
    let mut row =
        ui.new_child(UiBuilder::new().max_rect(inner).layout(Layout::left_to_right(Align::Center)));
    row.spacing_mut().item_spacing.x = 18.0;
    fact(&mut row, "No case open");
    let mut far = row
        .new_child(UiBuilder::new().max_rect(inner).layout(Layout::right_to_left(Align::Center)));
    far.spacing_mut().item_spacing.x = 18.0;
    state(&mut far, "offline: no connections", theme.ok);
    fact(&mut far, concat!("version ", env!("CARGO_PKG_VERSION")));
    ui.allocate_rect(bar, Sense::hover());
}

/// A piece of plain status.
fn fact(ui: &mut Ui, text: &str) -> egui::Response {
    let theme = Theme::of(ui);
    ui.add(egui::Label::new(Face::Small.text(text).color(theme.muted)).extend())
}

/// A state in words with a dot of its colour.
fn state(ui: &mut Ui, text: &str, color: egui::Color32) -> egui::Response {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.add(egui::Label::new(Face::Small.text(text).color(color)).extend());
        let (rect, _) = ui.allocate_exact_size(vec2(8.0, 12.0), Sense::hover());
        glyph::dot(ui.painter(), rect.center(), color);
    })
    .response
}
