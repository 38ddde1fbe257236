//! The record in hand: as it stands in the log, and what it becomes.

use egui::{Align, Rect, ScrollArea, Sense, Ui, vec2};

use crate::model::Field;
use crate::ui::app::review::Review;
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::card::{Card, card, empty};
use crate::ui::widget::{button, key_cap, text};

/// Height of a line of the shaped record.
const LINE: f32 = 18.0;

/// Draws the record as the log has it: by its fields, or letter for letter.
pub fn raw(ui: &mut Ui, rect: Rect, review: &mut Review) {
    let record = review.shown().get(review.record).map(|r| (*r).clone());
    let note = record.as_ref().map_or_else(String::new, |r| {
        format!("line {}, byte {}", format::count(r.line), format::count(r.byte_offset))
    });
    let mut literal = None;
    let now = review.literal;
    let body = card(ui, rect, &Card { title: "Raw record", note: &note }, |ui| {
        key_cap(ui, "J").on_hover_text("The next record");
        key_cap(ui, "K").on_hover_text("The record before");
        // Laid out from the right.
        literal = button::choice(ui, now, &[(true, "As it stands"), (false, "By field")]);
    });
    review.literal = literal.unwrap_or(now);
    let Some(record) = record else {
        return empty(ui, body, "No record", "");
    };
    let by_field = !review.literal && !record.values.is_empty();
    let mapping = review.mapping().unwrap_or_default();
    let in_hand = review.field.as_ref().map(|edit| edit.from.as_slice()).unwrap_or_default();
    region(ui, body, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().id_salt("raw").auto_shrink(false).show(ui, |ui| {
            ui.add_space(6.0);
            if by_field {
                for (path, value) in &record.values {
                    let used = mapping.fields.iter().any(|m| m.from.contains(path));
                    stands(ui, path, value, used, in_hand.contains(path));
                }
            } else {
                egui::Frame::new().inner_margin(egui::Margin::symmetric(12, 2)).show(ui, |ui| {
                    let words = Face::MonoSmall.text(format::display(&record.raw));
                    ui.add(egui::Label::new(words).wrap().selectable(true));
                });
            }
        });
    });
}

/// One field of the log in a record.
fn stands(ui: &mut Ui, path: &str, value: &str, used: bool, lit: bool) {
    let theme = Theme::of(ui);
    let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    if lit {
        ui.painter().rect_filled(row, 0.0, theme.accent_soft);
    }
    let path = Face::MonoSmall.text(format::display(path)).color(theme.muted);
    text::in_rect(ui, part(row, 0.0, 0.38), Align::Min, path);
    let ink = if used { theme.text } else { theme.muted };
    let words = format::display(value);
    let shown = Face::MonoSmall.text(&words).color(ink);
    text::in_rect(ui, part(row, 0.39, 1.0), Align::Min, shown).on_hover_text(words);
}

/// A share of a line.
fn part(row: Rect, from: f32, to: f32) -> Rect {
    let (left, width) = (row.left() + 12.0, row.width() - 24.0);
    Rect::from_x_y_ranges(left + width * from..=left + width * to, row.y_range())
}

/// Draws what it becomes.
pub fn shaped(ui: &mut Ui, rect: Rect, review: &Review) {
    let theme = Theme::of(ui);
    let record = review.shown().get(review.record).copied();
    let rejected = record.and_then(|r| r.reason.as_deref());
    let note = match (record, rejected) {
        (Some(r), None) => format!("{} values", r.row.len()),
        _ => String::new(),
    };
    let body = card(ui, rect, &Card { title: "Shaped record", note: &note }, |_| {});
    let unusable = review.look().and_then(|look| look.inspection.unusable.as_deref());
    let Some(record) = record else {
        return empty(ui, body, "No record", "");
    };
    if let Some(why) = unusable {
        return empty(ui, body, "Nothing can be read yet", &format::display(why));
    }
    if let Some(reason) = rejected {
        let why = "It would stay in the reject ledger with its place and this reason";
        return empty(ui, body, &format!("Rejected: {}", format::display(reason)), why);
    }
    let mapping = review.mapping().unwrap_or_default();
    let in_hand = review.field.as_ref().map(|edit| edit.field);
    region(ui, body, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().id_salt("shaped").auto_shrink(false).show(ui, |ui| {
            ui.add_space(6.0);
            for (name, value) in &record.row {
                let size = vec2(ui.available_width(), LINE);
                let (row, _) = ui.allocate_exact_size(size, Sense::hover());
                let field = Field::parse(name);
                if field.is_some() && field == in_hand {
                    ui.painter().rect_filled(row, 0.0, theme.accent_soft);
                }
                let ours = Face::MonoSmall.text(name).color(theme.muted);
                text::in_rect(ui, part(row, 0.0, 0.28), Align::Min, ours);
                let words = format::display(value);
                let shown = Face::MonoSmall.text(&words).color(theme.text);
                text::in_rect(ui, part(row, 0.29, 0.68), Align::Min, shown).on_hover_text(words);
                let from = field.and_then(|f| mapping.field(f)).map(|m| m.describe());
                let from = format::display(&from.unwrap_or_default());
                let from = Face::Tiny.text(from).color(theme.muted);
                text::in_rect(ui, part(row, 0.7, 1.0), Align::Max, from);
            }
        });
    });
}
