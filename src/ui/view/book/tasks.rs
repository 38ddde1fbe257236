//! What is left to do.

use egui::{Align, Layout, TextWrapMode, Ui};

use crate::model::book::{Item, Task};
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{button, glyph};

use super::field::{Drafts, Look, Of};
use super::{add, change, remove};

/// Draws the tasks, those that are done last, and the field for a new one.
pub fn show(ui: &mut Ui, drafts: &mut Drafts, scene: &mut Scene<'_>) {
    let theme = Theme::of(ui);
    let book = scene.book;
    let tasks = || {
        book.iter().filter_map(|entry| match &entry.item {
            Item::Task(task) => Some((entry.id, task)),
            _ => None,
        })
    };
    let open = tasks().filter(|(_, task)| !task.is_done);
    let done = tasks().filter(|(_, task)| task.is_done);
    for (id, task) in open.chain(done) {
        ui.add_enabled_ui(!scene.read_only, |ui| {
            ui.horizontal(|ui| {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let cross =
                        |p: &egui::Painter, r: egui::Rect, c| glyph::cross(p, r.shrink(3.0), c);
                    if button::icon(ui, "Take out this task", cross).clicked() {
                        remove(scene, id);
                    }
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        let mut is_done = task.is_done;
                        let ink = if is_done { theme.muted } else { theme.text };
                        let words = Face::Body.text(format::display(&task.text)).color(ink);
                        let words = if is_done { words.strikethrough() } else { words };
                        // What is longer than its row must not lie under the cross.
                        ui.style_mut().wrap_mode = Some(TextWrapMode::Truncate);
                        let task_box = ui.checkbox(&mut is_done, words);
                        if task_box.on_hover_text(format::display(&task.text)).changed() {
                            change(scene, id, Item::Task(Task { is_done, ..task.clone() }));
                        }
                    });
                });
            });
        });
    }
    if scene.read_only {
        return;
    }
    let hint = "Something to do…";
    let look = Look { name: "New task", hint, face: Face::Body, lines: 1 };
    if let Some(text) = drafts.field(ui, Of { entry: 0, name: "task" }, "", look) {
        add(scene, Item::Task(Task { text, is_done: false }));
    }
}
