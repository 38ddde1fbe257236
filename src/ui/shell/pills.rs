//! The filter as pills: each condition can be edited, negated and removed by itself.

use egui::{Color32, Popup, Rect, Response, Sense, Stroke, StrokeKind, Ui, pos2, vec2};

use crate::model::Filter;
use crate::model::filter::{Pill, PillId};
use crate::ui::app::App;
use crate::ui::format;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::{glyph, outline, text};

/// The longest a pill may get.
const WIDEST: f32 = 260.0;
/// Room for the cross at its end.
const CROSS: f32 = 18.0;
/// Room for the pill that stands for those that do not fit.
const MORE: f32 = 48.0;

/// Draws the pills of the filter into what is left of the row.
pub fn show(app: &mut App, ui: &mut Ui) {
    let pills = shown(&app.view.filter);
    ui.spacing_mut().item_spacing.x = 8.0;
    let mut hidden: &[Pill] = &[];
    for (i, pill) in pills.iter().enumerate() {
        let last = i + 1 == pills.len();
        let needed = width(ui, pill) + if last { 0.0 } else { MORE };
        if needed > ui.available_width() {
            hidden = &pills[i..];
            break;
        }
        one(app, ui, pill);
    }
    if !hidden.is_empty() {
        more(app, ui, hidden);
    }
}

/// The pills, the time range as people write it.
fn shown(filter: &Filter) -> Vec<Pill> {
    let mut pills = filter.pills();
    let bounded = filter.time.filter(|t| t.start.0 > i64::MIN && t.end.0 < i64::MAX);
    if let Some(span) = bounded
        && let Some(pill) = pills.iter_mut().find(|pill| pill.id == PillId::Time)
    {
        pill.value = format::range(span);
    }
    pills
}

/// The words of a pill: field, value.
fn words(pill: &Pill) -> (String, String) {
    let label = if pill.negated { format!("not {}", pill.label) } else { pill.label.clone() };
    (label.trim_end().to_owned(), format::display(&pill.value))
}

fn galley(ui: &Ui, pill: &Pill) -> std::sync::Arc<egui::Galley> {
    let theme = Theme::of(ui);
    let (label, value) = words(pill);
    let ink = if pill.negated { theme.muted } else { theme.text };
    let gap = if label.is_empty() { "" } else { "  " };
    let mut job = text::pieces(&[
        (&label, Face::Medium, ink),
        (gap, Face::Body, ink),
        (&value, Face::Body, ink),
    ]);
    job.wrap = egui::text::TextWrapping::truncate_at_width(WIDEST - CROSS - 16.0);
    ui.painter().layout_job(job)
}

fn width(ui: &Ui, pill: &Pill) -> f32 {
    galley(ui, pill).size().x + 16.0 + CROSS
}

fn one(app: &mut App, ui: &mut Ui, pill: &Pill) {
    let (body, cross) = draw(ui, pill);
    if cross.clicked() {
        app.actions.push(Action::Filter(app.view.filter.without(pill.id)));
    } else if body.clicked() {
        app.omnibox.edit(pill, &app.view.filter);
    }
    body.context_menu(|ui| menu(app, ui, pill));
}

/// Draws one pill; the second response is its cross.
fn draw(ui: &mut Ui, pill: &Pill) -> (Response, Response) {
    let theme = Theme::of(ui);
    let galley = galley(ui, pill);
    let (rect, body) =
        ui.allocate_exact_size(vec2(galley.size().x + 16.0 + CROSS, size::PILL), Sense::click());
    let (label, value) = words(pill);
    let name = format!("Edit filter {label} {value}");
    body.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
    let end = Rect::from_min_max(pos2(rect.right() - CROSS - 4.0, rect.top()), rect.max);
    let cross = ui.interact(end, body.id.with("remove"), Sense::click());
    let name = format!("Remove filter {label} {value}");
    cross.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
    let lit = body.hovered() || body.has_focus();
    let painter = ui.painter();
    if pill.negated {
        let fill = if lit { theme.hover } else { Color32::TRANSPARENT };
        painter.rect_filled(rect, 12.0, fill);
        outline::dashed(painter, rect, 12.0, Stroke::new(1.0, theme.faint), 3.0, 2.5);
    } else {
        let line = if lit { theme.accent } else { theme.accent_line };
        painter.rect(rect, 12.0, theme.accent_soft, Stroke::new(1.0, line), StrokeKind::Inside);
    }
    let at = pos2(rect.left() + 10.0, rect.center().y - galley.size().y / 2.0);
    painter.galley(at, galley, theme.text);
    let sign = Rect::from_center_size(pos2(rect.right() - 13.0, rect.center().y), vec2(6.0, 6.0));
    let ink = if cross.hovered() || cross.has_focus() { theme.text } else { theme.muted };
    glyph::cross(painter, sign, ink);
    let hint = format!("{}\nClick to edit, right-click for more", format::display(&pill.text));
    (body.on_hover_text(hint), cross)
}

fn menu(app: &mut App, ui: &mut Ui, pill: &Pill) {
    let filter = &app.view.filter;
    let negate = if pill.negated { "Keep these instead" } else { "Leave these out instead" };
    if pill.id != PillId::Kind && ui.button(negate).clicked() {
        app.actions.push(Action::Filter(filter.with_negated(pill.id)));
        ui.close();
    }
    if ui.button("Edit").clicked() {
        app.omnibox.edit(pill, &app.view.filter);
        ui.close();
    }
    if ui.button("Copy as text").clicked() {
        ui.ctx().copy_text(pill.text.clone());
        ui.close();
    }
    if ui.button("Remove").clicked() {
        app.actions.push(Action::Filter(app.view.filter.without(pill.id)));
        ui.close();
    }
}

/// One pill for those that do not fit; it lists them.
fn more(app: &mut App, ui: &mut Ui, hidden: &[Pill]) {
    let name = format!("{} more filters", hidden.len());
    let button = egui::Button::new(Face::Body.text(format!("+{}", hidden.len())))
        .corner_radius(12.0)
        .min_size(vec2(0.0, size::PILL));
    let response = ui.add(button).accessible_name(name);
    Popup::menu(&response)
        .gap(4.0)
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            for pill in hidden {
                one(app, ui, pill);
            }
        });
}
