//! Buttons, links and key caps.

use std::sync::Arc;

use egui::{
    Color32, CornerRadius, Galley, Label, Rect, Response, RichText, Role, Sense, Stroke,
    StrokeKind, Ui, Vec2, Widget, WidgetInfo, pos2, vec2,
};

use crate::ui::command::Command;
use crate::ui::theme::{Face, Theme, size};

/// A button: text, and the key that does the same.
#[derive(Clone, Debug)]
#[must_use = "add it to an Ui"]
pub struct Press {
    text: String,
    key: String,
    tooltip: &'static str,
    primary: bool,
    quiet: bool,
    height: f32,
    width: Option<f32>,
}

impl Press {
    /// A button with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            key: String::new(),
            tooltip: "",
            primary: false,
            quiet: false,
            height: size::CONTROL,
            width: None,
        }
    }

    /// A button with the text, key and tooltip of a command.
    pub fn command(command: Command) -> Self {
        let def = command.def();
        Self { key: command.key_text(), tooltip: def.tooltip, ..Self::new(def.text) }
    }

    /// With the key that does the same.
    pub fn key(self, key: impl Into<String>) -> Self {
        Self { key: key.into(), ..self }
    }

    /// The thing to do next.
    pub fn primary(self) -> Self {
        Self { primary: true, ..self }
    }

    /// Without a frame until the pointer is on it.
    pub fn quiet(self) -> Self {
        Self { quiet: true, ..self }
    }

    /// For the few buttons that carry a screen.
    pub fn large(self) -> Self {
        Self { height: 34.0, ..self }
    }

    /// At least this wide.
    pub fn width(self, width: f32) -> Self {
        Self { width: Some(width), ..self }
    }

    /// How wide it will be.
    pub fn width_in(&self, ui: &Ui) -> f32 {
        let (text, key) = self.galleys(ui);
        self.natural(&text, key.as_deref())
    }

    fn padding(&self) -> f32 {
        if self.height > size::CONTROL { 14.0 } else { 12.0 }
    }

    fn galleys(&self, ui: &Ui) -> (Arc<Galley>, Option<Arc<Galley>>) {
        let font = if self.primary { Face::Card.font() } else { Face::Body.font() };
        let lay = |text: &str, font| {
            ui.painter().layout_no_wrap(text.to_owned(), font, Color32::PLACEHOLDER)
        };
        let key = (!self.key.is_empty()).then(|| lay(&self.key, Face::MonoSmall.font()));
        (lay(&self.text, font), key)
    }

    fn natural(&self, text: &Galley, key: Option<&Galley>) -> f32 {
        let key = key.map_or(0.0, |k| k.size().x + 18.0);
        let natural = text.size().x + key + 2.0 * self.padding();
        self.width.unwrap_or(0.0).max(natural).ceil()
    }

    fn colors(&self, theme: &Theme, response: &Response) -> (Color32, Color32, Color32) {
        let lit = response.hovered() || response.has_focus();
        let down = response.is_pointer_button_down_on();
        let (fill, line, text) = if self.primary {
            let fill = if lit { theme.accent.gamma_multiply(0.92) } else { theme.accent };
            (fill, theme.accent, theme.on_accent)
        } else if self.quiet && !lit {
            (Color32::TRANSPARENT, Color32::TRANSPARENT, theme.muted)
        } else if lit {
            let line = if down { theme.accent } else { theme.faint };
            (theme.hover, line, theme.text)
        } else {
            (theme.raised, theme.line, theme.text)
        };
        let line = if response.has_focus() { theme.accent } else { line };
        (fill, line, text)
    }
}

impl Widget for Press {
    fn ui(self, ui: &mut Ui) -> Response {
        let theme = Theme::of(ui);
        let (text, key) = self.galleys(ui);
        let width = self.natural(&text, key.as_deref());
        let contents = text.size().x + key.as_ref().map_or(0.0, |k| k.size().x + 18.0);
        let (rect, response) = ui.allocate_exact_size(vec2(width, self.height), Sense::click());
        let enabled = ui.is_enabled();
        response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, &self.text));
        if ui.is_rect_visible(rect) {
            let (fill, line, color) = self.colors(theme, &response);
            let painter = ui.painter();
            painter.rect(rect, size::RADIUS, fill, Stroke::new(1.0, line), StrokeKind::Inside);
            let left = rect.center().x - contents / 2.0;
            let text_width = text.size().x;
            let y = rect.center().y;
            painter.galley(pos2(left, y - text.size().y / 2.0), text, color);
            if let Some(key) = key {
                let at = pos2(left + text_width + 8.0, y);
                let cap = Rect::from_min_size(
                    pos2(at.x, y - key.size().y / 2.0 - 1.0),
                    key.size() + vec2(10.0, 2.0),
                );
                let (line, ink) = if self.primary {
                    (theme.on_accent.gamma_multiply(0.6), theme.on_accent.gamma_multiply(0.85))
                } else {
                    (theme.line, theme.muted)
                };
                painter.rect_stroke(cap, 4.0, Stroke::new(1.0, line), StrokeKind::Inside);
                painter.galley(cap.min + vec2(5.0, 1.0), key, ink);
            }
        }
        if self.tooltip.is_empty() { response } else { response.on_hover_text(self.tooltip) }
    }
}

/// A key, drawn as a cap.
pub fn key_cap(ui: &mut Ui, key: &str) -> Response {
    let theme = Theme::of(ui);
    let galley = ui.painter().layout_no_wrap(key.to_owned(), Face::MonoSmall.font(), theme.muted);
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(10.0, 3.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, key));
    let painter = ui.painter();
    painter.rect(rect, 4.0, theme.raised, theme.hairline(), StrokeKind::Inside);
    painter.galley(rect.center() - galley.size() / 2.0, galley, theme.muted);
    response
}

/// Text that does something when clicked.
pub fn link(ui: &mut Ui, text: impl Into<String>) -> Response {
    let theme = Theme::of(ui);
    let text: String = text.into();
    let rich = RichText::new(&text).font(Face::Body.font()).color(theme.accent);
    let response = ui.add(Label::new(rich).selectable(false).sense(Sense::click()));
    response.widget_info(|| WidgetInfo::labeled(Role::Link, true, &text));
    if response.hovered() || response.has_focus() {
        let y = response.rect.bottom() - 1.0;
        ui.painter().hline(response.rect.x_range(), y, Stroke::new(1.0, theme.accent));
    }
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

/// A small square button with a drawn sign; `name` is its accessible name and tooltip.
pub fn icon(ui: &mut Ui, name: &str, draw: impl FnOnce(&egui::Painter, Rect, Color32)) -> Response {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(24.0), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    let lit = response.hovered() || response.has_focus();
    if lit {
        ui.painter().rect_filled(rect, CornerRadius::same(size::RADIUS), theme.hover);
    }
    if response.has_focus() {
        let stroke = Stroke::new(1.0, theme.accent);
        ui.painter().rect_stroke(rect, size::RADIUS, stroke, StrokeKind::Inside);
    }
    draw(ui.painter(), rect.shrink(5.0), if lit { theme.text } else { theme.muted });
    response.on_hover_text(name)
}

/// One of a few choices, drawn as connected buttons; returns the one clicked.
pub fn choice<T: Copy + PartialEq>(ui: &mut Ui, now: T, options: &[(T, &str)]) -> Option<T> {
    let theme = Theme::of(ui);
    let mut clicked = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        for (value, text) in options {
            let on = *value == now;
            let color = if on { theme.text } else { theme.muted };
            let fill = if on { theme.hover } else { Color32::TRANSPARENT };
            let button = egui::Button::new(Face::Small.text(*text).color(color))
                .fill(fill)
                .stroke(if on { theme.hairline() } else { Stroke::NONE })
                .min_size(vec2(0.0, 22.0));
            if ui.add(button).clicked() && !on {
                clicked = Some(*value);
            }
        }
    });
    clicked
}
