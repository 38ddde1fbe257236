//! What the exchanges are made of: pathways and models.

use egui::{Align, Color32, Rect, Sense, Ui, pos2, vec2};

use crate::index::TopValues;
use crate::model::Field;
use crate::model::filter::Value;
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{Card, bar, card, text};

use super::gather::Facts;

/// Height of a line.
const LINE: f32 = 18.5;
/// Lines that fit beside the two headings.
const LINES: usize = 8;

/// Draws the card.
pub fn show(ui: &mut Ui, rect: Rect, facts: &Facts, scene: &mut Scene<'_>) {
    let note = format!("share of {}", facts.counted.plural());
    let body = card(ui, rect, &Card { title: "Mix", note: &note }, |_| {});
    let mut y = body.top() + 7.0;
    let models = facts.models.values.len() + usize::from(rest(&facts.models) > 0);
    let room = LINES.saturating_sub(models.min(5));
    let grey = |_: &str, theme: &Theme| theme.neutral();
    y = group(ui, body, y, "Pathway", Field::Pathway, &facts.pathways, room, grey, scene);
    let color = |name: &str, theme: &Theme| {
        theme.category(facts.palette.iter().position(|m| m == name).unwrap_or(7))
    };
    let used = ((y - body.top()) / LINE).ceil() as usize;
    let left = (LINES + 2).saturating_sub(used);
    group(ui, body, y, "Model", Field::Model, &facts.models, left.max(2), color, scene);
}

/// Rows that the listed values do not have.
fn rest(values: &TopValues) -> u64 {
    u64::from(values.other.rows) + u64::from(values.absent.rows)
}

#[expect(clippy::too_many_arguments, reason = "one group of bars, called twice")]
fn group(
    ui: &mut Ui,
    body: Rect,
    mut y: f32,
    title: &str,
    field: Field,
    values: &TopValues,
    room: usize,
    color: impl Fn(&str, &Theme) -> Color32,
    scene: &mut Scene<'_>,
) -> f32 {
    let theme = Theme::of(ui);
    let head = Rect::from_min_size(pos2(body.left() + 12.0, y), vec2(body.width() - 24.0, 15.0));
    text::in_rect(ui, head, Align::Min, Face::Section.text(title).color(theme.muted));
    y += 17.0;
    let all: u64 =
        values.values.iter().map(|v| u64::from(v.stats.rows)).sum::<u64>() + rest(values);
    let listed = values.values.iter().filter(|v| v.stats.rows > 0);
    let listed =
        if values.values.len() > room { room.saturating_sub(1) } else { room }.min(listed.count());
    let mut shown = 0;
    for value in values.values.iter().take(listed) {
        let rows = u64::from(value.stats.rows);
        shown += rows;
        let name = format::display(&value.value);
        let clicked = line(ui, body, y, &name, rows, all, color(&value.value, theme), true);
        if clicked {
            let value = Value::text(value.value.as_str());
            scene.ask(Action::Filter(scene.view.filter.include(field, value)));
        }
        y += LINE;
    }
    let absent = u64::from(values.absent.rows);
    let other = all - shown - absent;
    for (name, rows) in [("others", other), ("absent", absent)] {
        if rows > 0 || (name == "absent" && all == 0) {
            line(ui, body, y, name, rows, all, theme.none, false);
            y += LINE;
        }
    }
    y + 6.0
}

/// One bar; true when it was clicked.
#[expect(clippy::too_many_arguments, reason = "one drawn line")]
fn line(
    ui: &mut Ui,
    body: Rect,
    y: f32,
    name: &str,
    rows: u64,
    all: u64,
    color: Color32,
    clickable: bool,
) -> bool {
    let theme = Theme::of(ui);
    let row = Rect::from_min_size(pos2(body.left(), y), vec2(body.width(), LINE));
    if row.bottom() > body.bottom() {
        return false;
    }
    let sense = if clickable { Sense::click() } else { Sense::hover() };
    let response = ui.interact(row, ui.scope_id().with(("mix", name, y as i32)), sense);
    let label = format!("{name}, {}", format::percent(rows, all));
    if clickable {
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &label));
    }
    if clickable && (response.hovered() || response.has_focus()) {
        ui.painter().rect_filled(row, 0.0, theme.hover);
    }
    let x = |from: f32, to: f32| Rect::from_x_y_ranges(from..=to, row.y_range());
    let (left, right) = (row.left() + 12.0, row.right() - 12.0);
    let (bar_left, bar_right) = (left + 92.0, right - 46.0);
    let words = if name == "absent" {
        Face::Body.text(name).italics().color(theme.muted)
    } else {
        Face::Body.text(name).color(theme.text)
    };
    text::in_rect(ui, x(left, bar_left - 8.0), Align::Min, words);
    let track =
        Rect::from_x_y_ranges(bar_left..=bar_right, row.center().y - 4.0..=row.center().y + 4.0);
    let share = if all == 0 { 0.0 } else { rows as f32 / all as f32 };
    bar::paint(ui.painter(), track, theme.raised, share, color);
    text::number(ui, x(right - 44.0, right), &format::percent(rows, all), Face::Body, theme.text);
    let tooltip = if clickable {
        format!("{name}: {}; click to filter", format::count(rows))
    } else {
        format!("{name}: {}", format::count(rows))
    };
    response.on_hover_text(tooltip).clicked()
}
