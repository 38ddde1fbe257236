//! What the inks of a picture mean.

use egui::{Sense, Ui, vec2};

use crate::detect::exhibit::Ink;
use crate::ui::format;
use crate::ui::theme::{Face, Theme};

use super::ink;

/// Side of a swatch, points.
const SWATCH: f32 = 8.0;
/// Between two entries, points.
const GAP: f32 = 12.0;

/// Draws the key on as many lines as it needs.
pub fn show(ui: &mut Ui, key: &[(Ink, String)]) {
    if key.is_empty() {
        return;
    }
    let theme = Theme::of(ui);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(5.0, 2.0);
        for (i, (of, words)) in key.iter().enumerate() {
            if i > 0 {
                ui.add_space(GAP);
            }
            let words = format::display(words);
            let width = crate::ui::widget::text::width(ui, &words, Face::Tiny) + SWATCH + 5.0;
            if ui.available_size_before_wrap().x < width && i > 0 {
                ui.end_row();
            }
            let (rect, _) = ui.allocate_exact_size(vec2(SWATCH, 14.0), Sense::hover());
            let square = egui::Rect::from_center_size(rect.center(), vec2(SWATCH, SWATCH));
            ui.painter().rect_filled(square, 1.5, ink::color(theme, *of));
            if *of == Ink::Null {
                // As where it is drawn: a band, and its middle.
                let stroke = egui::Stroke::new(1.0, theme.faint);
                ui.painter().vline(square.center().x, square.y_range(), stroke);
            }
            ui.label(Face::Tiny.text(words).color(theme.muted));
        }
    });
}
