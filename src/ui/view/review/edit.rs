//! The strip below a field: where its values come from, and how they are made of it.

use egui::{Align, Layout, Rect, Sense, TextEdit, Ui, UiBuilder, vec2};

use crate::model::Field;
use crate::ui::app::review::{FieldEdit, Review};
use crate::ui::format;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{button, complete};

/// Height of the strip, and with a line for what is wrong.
const HEIGHT: f32 = 76.0;
const HEIGHT_WITH_ERROR: f32 = 96.0;

/// Draws it; what is changed applies at once.
pub fn show(ui: &mut Ui, review: &mut Review) {
    let theme = Theme::of(ui);
    let Some(mut edit) = review.field.clone() else { return };
    let wrong = edit.map().err().or_else(|| review.error().map(str::to_owned));
    let height = if wrong.is_some() { HEIGHT_WITH_ERROR } else { HEIGHT };
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    ui.painter().rect_filled(rect, 0.0, theme.raised);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, theme.hairline());
    let inner = rect.shrink2(vec2(12.0, 7.0));
    let line =
        |i: f32| Rect::from_min_size(inner.min + vec2(0.0, 31.0 * i), vec2(inner.width(), 28.0));
    if !review.is_mapped() {
        return fixed(ui, line(0.0), review);
    }
    let before = edit.clone();
    let known = known_paths(review);
    row(ui, line(0.0), |ui| from(ui, &mut edit, &known));
    row(ui, line(1.0), |ui| rules(ui, &mut edit));
    if let Some(wrong) = wrong {
        row(ui, line(2.0), |ui| {
            let words = Face::Small.text(format::display(&wrong)).color(theme.bad);
            ui.add(egui::Label::new(words).truncate()).on_hover_text(format::display(&wrong));
        });
    }
    if edit != before {
        let (was, now) = (before.map(), edit.map());
        review.field = Some(edit);
        if was != now
            && let Ok(map) = now
        {
            review.set(map);
        }
    }
}

fn row<R>(ui: &mut Ui, rect: Rect, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let mut child =
        ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center)));
    child.spacing_mut().item_spacing.x = 8.0;
    contents(&mut child)
}

/// A format with rules of its own.
fn fixed(ui: &mut Ui, rect: Rect, review: &mut Review) {
    let theme = Theme::of(ui);
    let is_table = review.look().is_some_and(|l| l.inspection.container.starts_with("CSV"));
    let generic = if is_table { "csv" } else { "json" };
    row(ui, rect, |ui| {
        let words = "This format reads each field by rules of its own";
        ui.label(Face::Small.text(words).color(theme.muted));
        if button::link(ui, "Map its fields by hand instead").clicked() {
            review.choose_format(Some(generic));
        }
    });
}

/// The paths of the records, with what stands there.
fn known_paths(review: &Review) -> Vec<(String, String)> {
    let Some(look) = review.look() else { return Vec::new() };
    let one = |p: &crate::ingest::inspect::PathInspection| {
        let example = p.example.as_deref().map(format::display).unwrap_or_default();
        (format::display(&p.path), example)
    };
    look.inspection.paths.iter().map(one).collect()
}

fn label(ui: &mut Ui, words: &str) {
    let theme = Theme::of(ui);
    ui.label(Face::Small.text(words).color(theme.muted));
}

/// The paths, and a field for one more.
fn from(ui: &mut Ui, edit: &mut FieldEdit, known: &[(String, String)]) {
    label(ui, "From");
    let mut removed = None;
    for (i, path) in edit.from.iter().enumerate() {
        if i > 0 {
            label(ui, if edit.joins { "+" } else { "else" });
        }
        let words = Face::MonoSmall.text(format!("{}  ×", format::display(path)));
        let chip = ui.add(egui::Button::new(words).min_size(vec2(0.0, 22.0)));
        let name = format!("Remove {}", format::display(path));
        if chip.accessible_name(&name).on_hover_text(&name).clicked() {
            removed = Some(i);
        }
    }
    if let Some(i) = removed {
        edit.from.remove(i);
    }
    let hint = if edit.from.is_empty() { "name a field of the log" } else { "one more" };
    let width = if edit.from.is_empty() { 220.0 } else { 140.0 };
    let open: Vec<(String, String)> =
        known.iter().filter(|(path, _)| !edit.from.contains(path)).cloned().collect();
    if let Some(path) = complete(ui, "Path to read", hint, &mut edit.add, width, &open) {
        edit.add.clear();
        if !edit.from.contains(&path) {
            edit.from.push(path);
        }
    }
    if edit.from.len() > 1 {
        let options = [(false, "First there is"), (true, "All joined")];
        if let Some(joins) = button::choice(ui, edit.joins, &options) {
            edit.joins = joins;
        }
        if edit.joins {
            label(ui, "by");
            field(ui, "Text between", &mut edit.between, 40.0, "");
        }
    }
}

/// What stands in, what numbers are multiplied by, what times count from.
fn rules(ui: &mut Ui, edit: &mut FieldEdit) {
    label(ui, if edit.from.is_empty() { "Always" } else { "Otherwise" });
    field(ui, "Constant", &mut edit.constant, 150.0, "nothing");
    if edit.field == Field::Timestamp {
        label(ui, "Counts from");
        field(ui, "Start", &mut edit.start, 170.0, "2026-01-01T00:00:00Z");
    }
    if edit.has_scale() {
        label(ui, if edit.field == Field::Timestamp { "in seconds ×" } else { "Multiplied by" });
        field(ui, "Factor", &mut edit.scale, 70.0, "1");
    }
    if edit.has_missing() {
        label(ui, "No value is");
        field(ui, "No value", &mut edit.missing, 90.0, "n/a | -1");
    }
    if edit.is_number() {
        label(ui, "Decimals");
        let options = [(None, "any"), (Some('.'), "1,234.5"), (Some(','), "1.234,5")];
        if let Some(decimal) = button::choice(ui, edit.decimal, &options) {
            edit.decimal = decimal;
        }
    }
}

fn field(ui: &mut Ui, name: &str, value: &mut String, width: f32, hint: &str) {
    let theme = Theme::of(ui);
    let edit = TextEdit::singleline(value)
        .id_salt(name)
        .font(Face::Mono.font())
        .hint_text(Face::Small.text(hint).color(theme.muted))
        .align(egui::Align2::LEFT_CENTER)
        .desired_width(width - 16.0)
        .min_size(vec2(width, 24.0));
    ui.add(edit).accessible_name(name);
}
