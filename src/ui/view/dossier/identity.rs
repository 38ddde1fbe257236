//! Who it is: the values of its records, a click filters by each, and what the accounts table says.

use egui::{Align, Rect, Role, Sense, Ui, WidgetInfo, vec2};

use crate::case::dossier::{Part, Portrait};
use crate::index::{Facet, TopValues, ValueStats};
use crate::model::Field;
use crate::model::finding::Subject;
use crate::ui::format;
use crate::ui::panel::selection::facts;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::view::explore::menu;
use crate::ui::view::explore::picked::Picked;
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::text;

use super::ask::Column;
use super::section::{Kind, absent, section};
use super::subject::About;

/// Width of the names of fields, points.
const NAMES: f32 = 112.0;
/// Height of a value, points.
const ROW: f32 = 20.0;

/// Draws it.
pub fn show(
    ui: &mut Ui,
    about: &About,
    portrait: Option<&Portrait>,
    columns: Option<&[Column]>,
    scene: &mut Scene<'_>,
) {
    let note = "a click filters by a value";
    section(ui, Part::Identity, (Kind::Facts, note), |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let Some(portrait) = portrait else { return absent(ui, "Counting…") };
        for (field, top) in &portrait.fields {
            values(ui, *field, top, scene);
        }
        ui.spacing_mut().item_spacing.y = 4.0;
        match about.subject {
            Subject::Account(_) => facts::attributes(ui, scene, &about.ids),
            Subject::Cluster(_) => table(ui, columns.unwrap_or_default()),
        }
    });
}

/// A field with its most frequent values.
fn values(ui: &mut Ui, field: Field, top: &TopValues, scene: &mut Scene<'_>) {
    let theme = Theme::of(ui);
    let name = Portrait::name(field);
    if top.distinct == 0 {
        let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        named(ui, row, name);
        let right = row.with_min_x(row.left() + NAMES);
        let words = Face::Body.text("absent").color(theme.muted).italics();
        text::in_rect(ui, right, Align::Min, words);
        return;
    }
    for (i, value) in top.values.iter().enumerate() {
        let named = if i == 0 { name } else { "" };
        value_row(ui, (field, named), value, scene);
    }
    let more = top.distinct.saturating_sub(top.values.len()) as u64;
    let missing = u64::from(top.absent.rows);
    let mut rest = Vec::new();
    if more > 0 {
        rest.push(format!("{} of {} shown", top.values.len(), format::count(top.distinct as u64)));
    }
    if missing > 0 {
        rest.push(format!("{} without", format::counted(missing, "row", "rows")));
    }
    if !rest.is_empty() {
        let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        let right = row.with_min_x(row.left() + NAMES);
        text::in_rect(ui, right, Align::Min, Face::Small.text(rest.join(", ")).color(theme.muted));
    }
    ui.add_space(3.0);
}

fn named(ui: &mut Ui, row: Rect, name: &str) {
    let left = row.with_max_x(row.left() + NAMES - 8.0);
    let ink = Theme::of(ui).muted;
    text::in_rect(ui, left, Align::Min, Face::Body.text(name).color(ink));
}

/// A value with its rows; what is not of the usual kind says so.
fn value_row(ui: &mut Ui, (field, name): (Field, &str), value: &ValueStats, scene: &mut Scene<'_>) {
    let theme = Theme::of(ui);
    let (row, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let picked = Picked::new(field, Some(&value.value));
    let shown = visible_text(&value.value);
    let rows = format::counted(u64::from(value.stats.rows), "row", "rows");
    let is_on = picked.is_included(&scene.view.filter);
    let spoken = format!("{} {shown}, {rows}", Portrait::name(field));
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_on, &spoken));
    if !name.is_empty() {
        named(ui, row, name);
    }
    let right = row.with_min_x(row.left() + NAMES - 4.0);
    if is_on || response.hovered() || response.has_focus() {
        let fill = if is_on { theme.accent_soft } else { theme.hover };
        ui.painter().rect_filled(right, 3.0, fill);
    }
    let count = text::width(ui, &rows, Face::Small) + 8.0;
    let (words, number) =
        right.shrink2(vec2(4.0, 0.0)).split_left_right_at_x(right.right() - count);
    text::number(ui, number, &rows, Face::Small, theme.muted);
    let remark = Facet::from(field).remark(&value.value);
    let mut room = words.with_max_x(words.right() - 6.0);
    if let Some(remark) = remark {
        let width = text::width(ui, remark, Face::Tiny) + 6.0;
        let (left, end) = room.split_left_right_at_x(room.right() - width);
        text::in_rect(ui, end, Align::Max, Face::Tiny.text(remark).color(theme.warn));
        room = left;
    }
    text::in_rect(ui, room, Align::Min, Face::Mono.text(&*shown).color(theme.text));
    if response.clicked() {
        scene.ask(crate::ui::state::Action::Filter(picked.toggled(&scene.view.filter)));
    }
    response.context_menu(|ui| menu::value(ui, scene, &picked));
}

/// What the accounts table says of several accounts.
fn table(ui: &mut Ui, columns: &[Column]) {
    if columns.is_empty() {
        return;
    }
    let theme = Theme::of(ui);
    ui.add_space(8.0);
    text::section(ui, "From the accounts table");
    for (name, values, all) in columns {
        let known = facts::ATTRIBUTES.iter().find(|(known, _)| known == name);
        let title = known.map_or_else(|| visible_text(name).into_owned(), |(_, t)| (*t).to_owned());
        let mut parts: Vec<String> = values
            .iter()
            .map(|(value, n)| format!("{} ({})", visible_text(value), format::count(*n)))
            .collect();
        let more = all.saturating_sub(values.len() as u64);
        if more > 0 {
            parts.push(format!("and {} more", format::counted(more, "value", "values")));
        }
        let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
        named(ui, row, &title);
        let words = parts.join(" · ");
        let right = row.with_min_x(row.left() + NAMES);
        text::in_rect(ui, right, Align::Min, Face::Small.text(&words).color(theme.text))
            .on_hover_text(format!("{title}: {words}; accounts in brackets"));
    }
}
