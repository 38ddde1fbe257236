//! One detector: how it went, what it sees and cannot see, and its numbers.

use egui::{Align2, DragValue, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::detect::definition::{Definition, Parameter};
use crate::detect::{Parameters, registry};
use crate::model::finding::{DetectorRun, DetectorState};
use crate::ui::format;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::glyph::{self, Presence};
use crate::ui::widget::{button, text};

/// Draws it; whether its line was clicked.
pub fn show(
    ui: &mut Ui,
    run: &DetectorRun,
    is_open: bool,
    set: &mut Parameters,
    read_only: bool,
) -> bool {
    let definition = registry::by_id(&run.detector).map(|detector| detector.definition());
    let clicked = line(ui, run, definition, is_open);
    if is_open && let Some(definition) = definition {
        ui.indent(("detector", &run.detector), |ui| {
            details(ui, run, definition, set, read_only);
        });
    }
    clicked
}

fn line(ui: &mut Ui, run: &DetectorRun, definition: Option<&Definition>, is_open: bool) -> bool {
    let theme = Theme::of(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), size::ROW), Sense::click());
    let title = definition.map_or("no longer part of Stillwatch", |d| d.title);
    let (presence, state) = match &run.state {
        DetectorState::Ran if run.findings == 0 => (Presence::Present, "nothing found".to_owned()),
        DetectorState::Ran => {
            (Presence::Present, format::counted(run.findings, "finding", "findings"))
        }
        DetectorState::NotRun { .. } => (Presence::Absent, "not run".to_owned()),
        DetectorState::LeftOut => (Presence::Partial, "not asked for".to_owned()),
    };
    let label = format!("{} {title}, {state}", run.detector);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_open, &label));
    let painter = ui.painter();
    if response.hovered() || response.has_focus() || is_open {
        painter.rect_filled(rect.expand2(vec2(6.0, 0.0)), 4.0, theme.hover);
    }
    painter.hline(rect.x_range(), rect.bottom() - 0.5, theme.hairline());
    glyph::square(painter, text::left(rect, 6.0), presence, theme.muted, theme.faint);
    let left = Align2::LEFT_CENTER;
    text::paint(painter, text::left(rect, 20.0), left, &run.detector, Face::MonoSmall, theme.muted);
    let at = pos2(rect.right(), rect.center().y);
    let ink = if run.findings > 0 { theme.copper } else { theme.muted };
    let end = text::paint(painter, at, Align2::RIGHT_CENTER, &state, Face::Body, ink);
    let mut room = end.left() - rect.left() - 62.0;
    if let Some(definition) = definition.filter(|_| rect.width() > 420.0) {
        let at = pos2(rect.right() - 190.0, rect.center().y);
        let family = definition.family.as_str();
        text::paint(painter, at, left, family, Face::Small, theme.muted);
        room = at.x - rect.left() - 62.0;
    }
    text::paint_within(painter, text::left(rect, 50.0), room, title, Face::Body, theme.text);
    response.clicked()
}

fn details(
    ui: &mut Ui,
    run: &DetectorRun,
    definition: &Definition,
    set: &mut Parameters,
    read_only: bool,
) {
    let theme = Theme::of(ui);
    ui.add_space(2.0);
    if let DetectorState::NotRun { why } = &run.state {
        let words =
            format!("Not run: {}. That is not that there is nothing.", format::display(why));
        text::wrapped(ui, Face::Body.text(words).color(theme.warn));
    }
    let needs: Vec<String> = definition.needs.iter().map(|need| need.words()).collect();
    for (name, words) in [
        ("Sees", definition.sees),
        ("Cannot see", definition.cannot_see),
        ("Needs", &needs.join("; ")),
        ("Strength", definition.strength.as_str()),
        ("Source", definition.source),
    ] {
        fact(ui, name, words);
    }
    for parameter in definition.parameters {
        self::parameter(ui, definition, parameter, set, read_only);
    }
    let words = format!("version {}", run.version);
    text::line(ui, Face::Small.text(words).color(theme.muted));
    ui.add_space(8.0);
}

fn fact(ui: &mut Ui, name: &str, words: &str) {
    let theme = Theme::of(ui);
    ui.horizontal_top(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(74.0, 17.0), Sense::hover());
        let at = text::left(rect, 0.0);
        text::paint(ui.painter(), at, Align2::LEFT_CENTER, name, Face::Body, theme.muted);
        text::wrapped(ui, Face::Body.text(words));
    });
}

/// A number that decides: its name, its value, why it is that.
fn parameter(
    ui: &mut Ui,
    definition: &Definition,
    parameter: &Parameter,
    set: &mut Parameters,
    read_only: bool,
) {
    let theme = Theme::of(ui);
    let mut value = set.get(definition, parameter.name);
    let is_set = value != parameter.default;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        let drag = DragValue::new(&mut value)
            .range(parameter.range())
            .speed((parameter.default.abs() / 100.0).max(0.001))
            .max_decimals(6);
        let response = ui.add_enabled(!read_only, drag);
        let name = format!("{} of {}", parameter.name, definition.id);
        response.widget_info(|| WidgetInfo::slider(!read_only, value, &name));
        let ink = if is_set { theme.accent } else { theme.text };
        ui.label(Face::Mono.text(parameter.name).color(ink));
        if is_set && button::link(ui, format!("back to {}", parameter.default)).clicked() {
            value = parameter.default;
        }
    });
    text::wrapped(ui, Face::Small.text(parameter.reason).color(theme.muted));
    if value == parameter.default {
        set.unset(definition.id, parameter.name);
    } else {
        set.set(definition.id, parameter.name, value);
    }
}
