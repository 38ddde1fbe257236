//! The parts of the report that only a person can write.

use egui::Ui;

use crate::model::book::{self, Item, Part, Words};
use crate::ui::scene::Scene;
use crate::ui::theme::Face;
use crate::ui::widget::text;

use super::field::{Drafts, Look, Of};
use super::{add, change, remove};

/// Draws a field for each.
pub fn show(ui: &mut Ui, drafts: &mut Drafts, scene: &mut Scene<'_>) {
    let book = scene.book;
    for part in Part::ALL {
        let stands = book::words(book, part);
        let stored = stands.map_or("", |(_, words)| &words.text);
        text::section(ui, part.title());
        let name = part.as_str();
        let look = Look { name: part.title(), hint: part.hint(), face: Face::Body, lines: 2 };
        let of = Of { entry: 0, name };
        let given =
            ui.add_enabled_ui(!scene.read_only, |ui| drafts.field(ui, of, stored, look)).inner;
        ui.add_space(4.0);
        let Some(text) = given else { continue };
        let item = |text| Item::Words(Words { part, text });
        match (stands, text.is_empty()) {
            (Some((entry, _)), true) => remove(scene, entry.id),
            (Some((entry, _)), false) => change(scene, entry.id, item(text)),
            (None, _) => add(scene, item(text)),
        }
    }
}
