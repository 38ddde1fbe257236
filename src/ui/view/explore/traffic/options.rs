//! What the card draws, chosen in its menu: split, height, marks, measuring.

use egui::Ui;

use crate::model::{Marker, MarkerKind};
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::view::traffic::Split;
use crate::ui::widget::drop_down;
use crate::ui::widget::timeline::HeightOf;

/// What is chosen.
#[derive(Debug)]
pub struct Options {
    /// What the bars are split by.
    pub by: Split,
    /// What the height follows.
    pub height_of: HeightOf,
    /// Kinds of markers that are not drawn.
    hidden: Vec<MarkerKind>,
    /// Whether notes are drawn.
    pub notes: bool,
    /// Whether a drag measures.
    pub measure: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            by: Split::default(),
            height_of: HeightOf::default(),
            hidden: Vec::new(),
            notes: true,
            measure: false,
        }
    }
}

impl Options {
    /// The markers to draw.
    pub fn shown<'m>(&self, markers: &'m [Marker]) -> impl Iterator<Item = &'m Marker> {
        markers.iter().filter(|marker| !self.hidden.contains(&marker.kind))
    }

    /// Draws the menu, folded.
    pub fn show(&mut self, ui: &mut Ui, scene: &Scene<'_>, dragging: bool) {
        let filtered = !scene.view.filter.is_everything() || !scene.view.selection.is_nothing();
        if !filtered && !dragging {
            self.height_of = HeightOf::Either;
        }
        let folded = self.folded(scene);
        let text = if folded == 0 { "show".to_owned() } else { format!("show, {folded} off") };
        drop_down(ui, &text, "What the traffic shows", true, |ui| {
            heading(ui, "Split by");
            for by in Split::ALL {
                ui.selectable_value(&mut self.by, by, by.name());
            }
            ui.separator();
            heading(ui, "Height follows");
            for (height, words) in [
                (HeightOf::Either, "what can be seen"),
                (HeightOf::All, "all exchanges"),
                (HeightOf::Filtered, "what the filter keeps"),
            ] {
                let entry = egui::Button::selectable(self.height_of == height, words);
                if ui.add_enabled(filtered, entry).clicked() {
                    self.height_of = height;
                }
            }
            ui.separator();
            heading(ui, "Marks");
            self.marks(ui, scene);
            ui.separator();
            ui.checkbox(&mut self.measure, "Measure with a drag")
                .on_hover_text("Without this, hold M while dragging");
        });
    }

    fn marks(&mut self, ui: &mut Ui, scene: &Scene<'_>) {
        for kind in MarkerKind::ALL {
            let n = scene.markers.iter().filter(|m| m.kind == kind).count();
            let words = match kind {
                MarkerKind::Release => "releases",
                MarkerKind::Ban => "bans",
                MarkerKind::Policy => "policies",
                MarkerKind::Incident => "incidents",
            };
            let mut on = !self.hidden.contains(&kind);
            let check = egui::Checkbox::new(&mut on, format!("{words} ({n})"));
            if ui.add_enabled(n > 0, check).changed() {
                if on { self.hidden.retain(|k| *k != kind) } else { self.hidden.push(kind) }
            }
        }
        let n = scene.time_notes.len();
        let check = egui::Checkbox::new(&mut self.notes, format!("notes ({n})"));
        ui.add_enabled(n > 0, check);
    }

    /// How many kinds of marks there are that are not drawn.
    fn folded(&self, scene: &Scene<'_>) -> usize {
        let there = |kind: &&MarkerKind| scene.markers.iter().any(|m| m.kind == **kind);
        let notes = !self.notes && !scene.time_notes.is_empty();
        self.hidden.iter().filter(there).count() + usize::from(notes)
    }
}

fn heading(ui: &mut Ui, words: &str) {
    let theme = Theme::of(ui);
    ui.label(Face::Section.text(words).color(theme.muted));
}
