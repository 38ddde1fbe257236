//! The legend: what the colours stand for. A click hides a series, a double click shows it alone.

use egui::{Rect, Role, Sense, Ui, WidgetInfo, vec2};

use crate::ui::theme::{Face, Theme};
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::timeline::{GUTTER_LEFT, Series, Stack};
use crate::ui::widget::{button, text};

const HEIGHT: f32 = 20.0;
/// The longest a name may get, points.
const NAME: f32 = 150.0;
/// Room for what does not fit.
const MORE: f32 = 90.0;

/// A legend needs a line; without room for it the read-out names the colours.
pub fn height(inner: Rect, legend: Option<&Stack>) -> f32 {
    if legend.is_some() && inner.height() > 130.0 { HEIGHT } else { 0.0 }
}

/// Draws it; what is clicked changes `hidden`.
pub fn show(ui: &mut Ui, stack: &Stack, hidden: &mut Vec<String>) {
    // Of another split or another case: nothing there is hidden.
    hidden.retain(|name| stack.series.iter().any(|series| series.name == *name));
    ui.horizontal_centered(|ui| {
        ui.add_space(GUTTER_LEFT);
        ui.spacing_mut().item_spacing.x = 12.0;
        let mut left = stack.series.len();
        for series in &stack.series {
            if ui.available_width() < NAME.min(width(ui, series)) + MORE && left > 1 {
                let names = stack.series.iter().skip(stack.series.len() - left);
                let names: Vec<String> =
                    names.map(|s| visible_text(&s.name).into_owned()).collect();
                let theme = Theme::of(ui);
                let more = Face::Small.text(format!("+{left} more")).color(theme.muted);
                ui.label(more).on_hover_text(names.join("\n"));
                break;
            }
            left -= 1;
            one(ui, stack, series, hidden);
        }
        if !hidden.is_empty() && button::link(ui, "show all").clicked() {
            hidden.clear();
        }
    });
}

fn width(ui: &Ui, series: &Series) -> f32 {
    let name = visible_text(&series.name).into_owned();
    let theme = Theme::of(ui);
    let galley = ui.painter().layout_no_wrap(name, Face::Small.font(), theme.muted);
    galley.size().x + 15.0
}

fn one(ui: &mut Ui, stack: &Stack, series: &Series, hidden: &mut Vec<String>) {
    let theme = Theme::of(ui);
    let is_hidden = hidden.contains(&series.name);
    let room = width(ui, series).min(NAME);
    let (rect, response) = ui.allocate_exact_size(vec2(room, HEIGHT - 2.0), Sense::click());
    let name = visible_text(&series.name);
    response.widget_info(|| {
        WidgetInfo::selected(Role::CheckBox, true, !is_hidden, format!("Show {name}"))
    });
    let lit = response.hovered() || response.has_focus();
    let swatch = Rect::from_center_size(rect.left_center() + vec2(5.0, 0.0), vec2(9.0, 9.0));
    let color = theme.category(series.category);
    if is_hidden {
        let stroke = egui::Stroke::new(1.0, theme.faint);
        ui.painter().rect_stroke(swatch, 2, stroke, egui::StrokeKind::Inside);
    } else {
        ui.painter().rect_filled(swatch, 2, color);
    }
    let ink = match (lit, is_hidden) {
        (true, _) => theme.text,
        (_, true) => theme.faint,
        _ => theme.muted,
    };
    text::paint_within(ui.painter(), text::left(rect, 15.0), room - 15.0, &name, Face::Small, ink);
    if response.double_clicked() {
        // The first of the two clicks has hidden it, or shown it.
        let alone = |s: &&Series| s.name != series.name;
        *hidden = stack.series.iter().filter(alone).map(|s| s.name.clone()).collect();
    } else if response.clicked() {
        if is_hidden {
            hidden.retain(|name| *name != series.name);
        } else {
            hidden.push(series.name.clone());
        }
    }
    let hint = format!("{name}\nClick to hide or show it, double-click to show it alone");
    response.on_hover_cursor(egui::CursorIcon::PointingHand).on_hover_text(hint);
}
