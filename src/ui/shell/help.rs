//! Keys and filter language.

use egui::{Context, Id, Modal, ScrollArea, Ui};

use crate::ui::command::{COMMANDS, Group};
use crate::ui::layout::{Track, columns, region};
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{key_cap, text};

/// Keys of the views that are not commands.
const VIEW_KEYS: [(&str, &str); 15] = [
    ("W S", "zoom the time axis in and out"),
    ("A D", "move along the time axis"),
    ("Ctrl wheel", "zoom at the pointer"),
    ("Drag", "brush a range; its edges move"),
    ("Shift drag", "move along the time axis"),
    ("↑ ↓", "previous and next row"),
    ("Tab", "takes a suggestion in the filter"),
    ("← →", "from column to column of a table"),
    ("Shift F10", "the menu of a cell or a title"),
    ("Ctrl C", "copy the rows picked"),
    ("Ctrl Shift C", "copy one cell"),
    ("Drag ↔ ↕", "on lanes: brush a range · select lanes"),
    ("Shift wheel", "taller or lower lanes; also + and −"),
    ("P", "pin a lane to the top, or let it go"),
    ("Drag", "on the heat map: mark cells"),
];

/// Widths of all of it, of the keys and of the examples of a filter, points.
const WIDTH: f32 = 680.0;
const KEYS: f32 = 96.0;
const EXAMPLES: f32 = 112.0;

/// Draws it; true when it was closed.
pub fn help(ctx: &Context) -> bool {
    let theme = Theme::named(ctx.theme() == egui::Theme::Dark);
    Modal::new(Id::unique("help"))
        .backdrop_color(theme.backdrop)
        .frame(egui::Frame::popup(&ctx.style_of(ctx.theme())).inner_margin(20))
        .show(ctx, |ui| {
            ui.set_width(WIDTH);
            ui.label(Face::Title.text("Keys and filters"));
            ui.add_space(6.0);
            let height = (ui.ctx().content_rect().height() - 160.0).clamp(200.0, 700.0);
            ScrollArea::vertical().max_height(height).min_scrolled_height(height).show(ui, |ui| {
                ui.columns(2, |columns| {
                    for (i, group) in Group::ALL.into_iter().enumerate() {
                        let column = usize::from(matches!(i, 2 | 3));
                        commands(&mut columns[column], group);
                    }
                    filters(&mut columns[0]);
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

/// How a filter is written, by example.
const FILTERS: [(&str, &str); 12] = [
    ("model:atlas-4*", "a value; * stands for any text"),
    ("model:a,b", "either of two values"),
    ("tokens>1000", "a comparison; also 100..500"),
    ("-country:SG", "not"),
    ("ip:10.0.0.0/8", "a network"),
    ("time:2026-03", "a month, a day, a range with .., none"),
    ("hour:9..17", "hours of the day, UTC"),
    ("weekday:sat,sun", "days of the week, UTC"),
    ("user:absent", "records without the field"),
    ("account:$pool", "a list: a tag or a verdict, as it stands"),
    ("\"step by step\"", "prompts with this in them"),
    ("(a OR b) c", "accounts by part of their id"),
];

fn filters(ui: &mut Ui) {
    text::section(ui, "Filters; a space means and");
    let theme = Theme::of(ui);
    for (example, what) in FILTERS {
        let size = egui::vec2(ui.available_width(), 22.0);
        let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
        let [left, right] = columns(rect, 10.0, [Track::Fixed(EXAMPLES), Track::Share(1.0)]);
        let example = Face::MonoSmall.text(example).color(theme.text);
        text::in_rect(ui, left, egui::Align::Min, example);
        let what = Face::Small.text(what).color(theme.muted);
        text::in_rect(ui, right, egui::Align::Min, what);
    }
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
    let [keys, words] = columns(rect, 10.0, [Track::Fixed(KEYS), Track::Share(1.0)]);
    region(ui, keys, |ui| {
        ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| key_cap(ui, key));
    });
    text::in_rect(ui, words, egui::Align::Min, Face::Body.text(what).color(theme.text));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Filter;

    #[test]
    fn nothing_is_cut_off() {
        let mut harness = egui_kittest::Harness::new_ui(|ui| {
            crate::ui::theme::apply(ui.ctx());
            if ui.ctx().cumulative_frame_nr() == 0 {
                return;
            }
            let column = (WIDTH - ui.spacing().item_spacing.x) / 2.0 - 10.0;
            let fits = |text: &str, face, room| {
                let width = text::width(ui, text, face);
                assert!(width <= room, "{text}: {width} of {room}");
            };
            for def in COMMANDS.iter().filter(|def| !def.keys.is_empty()) {
                fits(def.text.trim_end_matches('…'), Face::Body, column - KEYS);
                fits(&def.command.key_text(), Face::MonoSmall, KEYS - 10.0);
            }
            for (key, what) in VIEW_KEYS {
                fits(what, Face::Body, column - KEYS);
                fits(key, Face::MonoSmall, KEYS - 10.0);
            }
            for (example, what) in FILTERS {
                fits(what, Face::Small, column - EXAMPLES);
                fits(example, Face::MonoSmall, EXAMPLES);
            }
        });
        harness.run_steps(2);
    }

    #[test]
    fn every_example_is_a_filter() {
        for (example, _) in FILTERS {
            assert!(Filter::parse(example).is_ok(), "{example}");
        }
    }
}
