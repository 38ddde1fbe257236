//! The strip of fields and buttons over a table.

use egui::{Align, Layout, Rect, TextEdit, Ui, UiBuilder, vec2};

use crate::ui::theme::{Face, Theme, size};

/// Height, points.
pub const HEIGHT: f32 = 38.0;

/// Draws it on top of `body`; gives what is left below.
pub fn show(ui: &mut Ui, body: Rect, contents: impl FnOnce(&mut Ui)) -> Rect {
    let (bar, rest) = body.split_top_bottom_at_y(body.top() + HEIGHT);
    ui.painter().hline(bar.x_range(), bar.bottom() - 0.5, Theme::of(ui).hairline());
    let inner = bar.shrink2(vec2(size::CARD_PADDING, 0.0));
    let layout = Layout::left_to_right(Align::Center);
    let mut child = ui.new_child(UiBuilder::new().max_rect(inner).layout(layout));
    child.shrink_clip_rect(inner);
    child.spacing_mut().item_spacing.x = 10.0;
    contents(&mut child);
    rest
}

/// A field of one line.
pub fn field(ui: &mut Ui, name: &str, hint: &str, text: &mut String, width: f32) -> egui::Response {
    let muted = Theme::of(ui).muted;
    let edit = TextEdit::singleline(text)
        .id_salt(name)
        .font(Face::Body.font())
        .hint_text(Face::Body.text(hint).color(muted))
        .align(egui::Align2::LEFT_CENTER)
        .desired_width(width - 16.0)
        .min_size(vec2(width, 24.0));
    ui.add(edit).accessible_name(name)
}
