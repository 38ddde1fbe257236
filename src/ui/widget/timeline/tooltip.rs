//! The read-out beside the pointer: the bin's exact time and counts, and what else is there.

use egui::{Response, Tooltip, Ui};

use crate::model::{Marker, TimeNote};
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::raw::visible_text;

use super::{Scale, Timeline, TimelineState};

/// Markers this near to the pointer are read out, points.
const NEAR: f32 = 6.0;
/// Markers and notes that are read out; of more, how many.
const LISTED: usize = 3;

impl Timeline<'_> {
    pub(super) fn tooltip(
        &self,
        ui: &Ui,
        response: &Response,
        scale: &Scale,
        state: &TimelineState,
    ) {
        let Some(at) = state.hovered.filter(|_| response.hovered()) else { return };
        if state.drag.is_some() || ui.ctx().any_popup_open() {
            return;
        }
        let lines = self.read_out(at);
        if lines.is_empty() {
            return;
        }
        let x = scale.x(at.0);
        let near = |m: &&Marker| (scale.x(m.at.0) - x).abs() <= NEAR;
        let markers: Vec<&Marker> = self.markers.iter().filter(near).collect();
        let notes: Vec<&TimeNote> = self.notes.iter().filter(|n| n.span.contains(at)).collect();
        let theme = Theme::of(ui);
        let counted = if self.window.zone().other().is_some() { 2 } else { 1 };
        Tooltip::for_widget(response).at_pointer().gap(14.0).show(|ui| {
            for (i, line) in lines.iter().enumerate() {
                let (face, color) = match i {
                    _ if i < counted => (Face::Small, theme.muted),
                    _ if i == counted => (Face::Medium, theme.text),
                    _ => (Face::Small, theme.text),
                };
                ui.label(face.text(visible_text(line)).color(color));
            }
            for marker in markers.iter().take(LISTED) {
                let color = super::markers::color(theme, marker.kind);
                ui.label(Face::Small.text(self.marker_words(marker)).color(color));
            }
            more(ui, markers.len(), "markers");
            for note in notes.iter().take(LISTED) {
                ui.label(Face::Small.text(self.note_words(note)).color(theme.text));
            }
            more(ui, notes.len(), "notes");
        });
    }
}

/// How many are not read out.
fn more(ui: &mut Ui, all: usize, what: &str) {
    if all > LISTED {
        let words = format!("and {} more {what}", all - LISTED);
        ui.label(Face::Small.text(words).color(Theme::of(ui).muted));
    }
}
