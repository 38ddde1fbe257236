//! Logs came while a case is open: into it, or into a new one?

use std::path::PathBuf;

use egui::Context;

use crate::ui::app::session::file_name;
use crate::ui::format;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{Press, question, text};

/// Where logs go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nothing was said yet.
    Undecided,
    /// Nowhere after all.
    Nowhere,
    /// Into the open case.
    Here,
    /// Into a new case.
    New,
}

/// Asks.
pub fn ask_where(ctx: &Context, case: &str, logs: &[PathBuf]) -> Place {
    let theme = Theme::named(ctx.theme() == egui::Theme::Dark);
    let mut place = Place::Undecided;
    let is_put_away = question(ctx, "where", 440.0, |ui| {
        let what = match logs {
            [one] => file_name(one),
            many => format::counted(many.len() as u64, "log", "logs"),
        };
        ui.label(Face::Title.text(format!("Where should {what} go?")));
        ui.add_space(4.0);
        let words = "Logs of the same matter belong into one case: they share accounts, time \
                     axis and filter";
        text::wrapped(ui, Face::Body.text(words).color(theme.muted));
        ui.add_space(14.0);
        ui.horizontal(|ui| {
            if ui.add(Press::new(format!("Add to {case}")).primary()).clicked() {
                place = Place::Here;
            }
            if ui.add(Press::new("New case")).clicked() {
                place = Place::New;
            }
            if ui.add(Press::new("Cancel").quiet()).clicked() {
                place = Place::Nowhere;
            }
        });
    });
    if place == Place::Undecided && is_put_away {
        place = Place::Nowhere;
    }
    place
}
