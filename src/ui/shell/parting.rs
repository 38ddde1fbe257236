//! Something would be lost: stay, or leave all the same?

use egui::Context;

use crate::ui::theme::Face;
use crate::ui::widget::{Press, question, text};

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
    let mut parting = Parting::Undecided;
    let is_put_away = question(ctx, "parting", 440.0, |ui| {
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
    if parting == Parting::Undecided && is_put_away {
        parting = Parting::Stay;
    }
    parting
}
