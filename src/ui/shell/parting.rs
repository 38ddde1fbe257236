//! Something would be lost: stay, or leave all the same?

use egui::{Context, Frame, Id, Modal};

use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{Press, text};

/// What was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parting {
    /// Nothing yet.
    Undecided,
    /// Stay.
    Stay,
    /// Leave, whatever is lost.
    Leave,
}

/// Asks, with what would be lost.
pub fn ask_leave(ctx: &Context, reasons: &[String], leave: &str) -> Parting {
    let theme = Theme::named(ctx.theme() == egui::Theme::Dark);
    let mut parting = Parting::Undecided;
    let modal = Modal::new(Id::unique("parting"))
        .backdrop_color(theme.backdrop)
        .frame(Frame::popup(&ctx.style_of(ctx.theme())).inner_margin(20))
        .show(ctx, |ui| {
            ui.set_width(440.0);
            ui.label(Face::Title.text("Not everything is saved"));
            ui.add_space(6.0);
            for reason in reasons {
                text::wrapped(ui, Face::Body.text(reason));
            }
            ui.add_space(14.0);
            ui.horizontal(|ui| {
                if ui.add(Press::new("Keep working").primary()).clicked() {
                    parting = Parting::Stay;
                }
                if ui.add(Press::new(leave)).clicked() {
                    parting = Parting::Leave;
                }
            });
        });
    if parting == Parting::Undecided && modal.should_close() {
        parting = Parting::Stay;
    }
    parting
}
