//! Keys and filter language.

use egui::{Context, Id, Modal, ScrollArea, Ui};

use crate::ui::command::{COMMANDS, Group};
use crate::ui::layout::{Track, columns, region};
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{key_cap, text};

/// Keys of the views that are not commands.
const VIEW_KEYS: [(&str, &str); 6] = [
    ("W S", "zoom the time axis in and out"),
    ("A D", "move along the time axis"),
    ("Ctrl wheel", "zoom at the pointer"),
    ("Drag", "brush a range of time; its edges can be dragged"),
    ("Shift drag", "move along the time axis"),
    ("↑ ↓", "previous and next row"),
];

/// Draws it; true when it was closed.
pub fn help(ctx: &Context) -> bool {
    let theme = Theme::named(ctx.theme() == egui::Theme::Dark);
    Modal::new(Id::unique("help"))
        .backdrop_color(theme.backdrop)
        .frame(egui::Frame::popup(&ctx.style_of(ctx.theme())).inner_margin(20))
        .show(ctx, |ui| {
            ui.set_width(680.0);
            ui.label(Face::Title.text("Keys"));
            ui.add_space(6.0);
            let height = (ui.ctx().content_rect().height() - 160.0).clamp(200.0, 620.0);
            ScrollArea::vertical().max_height(height).min_scrolled_height(height).show(ui, |ui| {
                ui.columns(2, |columns| {
                    for (i, group) in Group::ALL.into_iter().enumerate() {
                        let column = usize::from(matches!(i, 2 | 3));
                        commands(&mut columns[column], group);
                    }
                    views(&mut columns[1]);
                });
            });
        })
        .should_close()
}

fn commands(ui: &mut Ui, group: Group) {
    text::section(ui, group.title());
    for def in COMMANDS.iter().filter(|d| d.group == group && !d.keys.is_empty()) {
        row(ui, &def.command.key_text(), def.text.trim_end_matches('…'));
    }
    ui.add_space(10.0);
}

fn views(ui: &mut Ui) {
    text::section(ui, "On a time axis and in tables");
    for (key, what) in VIEW_KEYS {
        row(ui, key, what);
    }
}

fn row(ui: &mut Ui, key: &str, what: &str) {
    let theme = Theme::of(ui);
    let size = egui::vec2(ui.available_width(), 24.0);
    let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
    let [keys, words] = columns(rect, 10.0, [Track::Fixed(96.0), Track::Share(1.0)]);
    region(ui, keys, |ui| {
        ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| key_cap(ui, key));
    });
    text::in_rect(ui, words, egui::Align::Min, Face::Body.text(what).color(theme.text));
}
