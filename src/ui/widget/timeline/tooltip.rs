//! The read-out beside the pointer: the bin's exact time and counts.

use egui::{Response, Tooltip, Ui};

use crate::ui::theme::{Face, Theme};

use super::{Timeline, TimelineState};

impl Timeline<'_> {
    pub(super) fn tooltip(&self, ui: &Ui, response: &Response, state: &TimelineState) {
        let Some(at) = state.hovered.filter(|_| response.hovered()) else { return };
        if state.drag.is_some() || ui.ctx().any_popup_open() {
            return;
        }
        let lines = self.read_out(at);
        let near: Vec<&crate::model::Marker> = {
            let bins = self.total.bins;
            let bin = bins.at(at);
            self.markers.iter().filter(|m| bin.is_some() && bins.at(m.at) == bin).collect()
        };
        if lines.is_empty() {
            return;
        }
        let theme = Theme::of(ui);
        Tooltip::for_widget(response).at_pointer().gap(14.0).show(|ui| {
            for (i, line) in lines.iter().enumerate() {
                let (face, color) = match i {
                    0 => (Face::Small, theme.muted),
                    1 => (Face::Medium, theme.text),
                    _ => (Face::Small, theme.text),
                };
                ui.label(face.text(crate::ui::widget::raw::visible_text(line)).color(color));
            }
            for marker in near {
                let color = super::markers::color(theme, marker.kind);
                let label = crate::ui::widget::raw::visible_text(&marker.label);
                ui.label(Face::Small.text(label).color(color));
            }
        });
    }
}
