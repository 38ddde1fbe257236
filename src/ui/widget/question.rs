//! A question above everything else, which waits for an answer.

use egui::{Context, Frame, Id, Modal, Ui};

use crate::ui::theme::Theme;

/// Draws one, as wide as said, points; whether it was put away by a key or a click beside it.
pub fn question(ctx: &Context, name: &'static str, width: f32, body: impl FnOnce(&mut Ui)) -> bool {
    let theme = Theme::named(ctx.theme() == egui::Theme::Dark);
    let modal = Modal::new(Id::unique(name))
        .backdrop_color(theme.backdrop)
        .frame(Frame::popup(&ctx.style_of(ctx.theme())).inner_margin(20))
        .show(ctx, |ui| {
            ui.set_width(width);
            body(ui);
        });
    modal.should_close()
}
