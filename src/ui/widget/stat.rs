//! A number worth a card of its own.

use egui::{Rect, Ui, UiBuilder, vec2};

use super::text;
use crate::ui::theme::{Face, Theme};

/// One of the six numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stat {
    /// What is counted.
    pub title: String,
    /// The number.
    pub value: String,
    /// What stands beside it.
    pub note: String,
    /// The number in full and how it is counted.
    pub tooltip: String,
    /// Whether it is inferred, and not counted.
    pub is_inferred: bool,
}

/// Draws it into `rect`.
pub fn show(ui: &mut Ui, rect: Rect, stat: &Stat) {
    let theme = Theme::of(ui);
    let inner = rect.shrink2(vec2(14.0, 10.0));
    let mut child = ui.new_child(UiBuilder::new().max_rect(inner));
    child.shrink_clip_rect(rect);
    child.spacing_mut().item_spacing.y = 1.0;
    child.add(egui::Label::new(Face::Tiny.text(&stat.title).color(theme.muted)).truncate());
    // A number that is cut off is another number: it is rather written smaller.
    let fits = |face: &Face| text::width(&child, &stat.value, *face) <= child.available_width();
    let face = [Face::Hero, Face::Title].into_iter().find(fits).unwrap_or(Face::Card);
    let value = child.add(egui::Label::new(face.text(&stat.value)).truncate());
    child.add(egui::Label::new(Face::Tiny.text(&stat.note).color(theme.muted)).truncate());
    if !stat.tooltip.is_empty() {
        value.on_hover_text(&stat.tooltip);
    }
}
