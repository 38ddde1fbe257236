//! One measure: medians of both sides, and the effect on an axis from −1 to 1.

use egui::{Align2, Rect, Stroke, Ui, pos2, vec2};

use crate::compare::{Compared, Measure};
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::text;

/// Width of the axis, points.
const AXIS: f32 = 150.0;

/// Draws it.
pub fn row(ui: &Ui, rect: Rect, measure: &Measure, compared: &Compared) {
    let theme = Theme::of(ui);
    let painter = ui.painter();
    let (a, b) = compared.found.summaries();
    let axis = Rect::from_min_max(pos2(rect.right() - AXIS, rect.top()), rect.max);
    let top = rect.top() + 17.0;
    let room = axis.left() - 14.0 - rect.left();
    let at = pos2(rect.left(), top);
    text::paint_within(painter, at, room, measure.name, Face::Medium, theme.text);
    let median = |of: Option<f64>| of.map_or("–".to_owned(), |value| measure.text(value));
    let words = format!("A {}   ·   B {}", median(a.median), median(b.median));
    let at = pos2(rect.left(), top + 19.0);
    text::paint_within(painter, at, room, &words, Face::Body, theme.muted);
    draw(ui, axis.shrink2(vec2(4.0, 0.0)), compared);
}

/// The effect as a dot with its interval; the middle is no effect.
fn draw(ui: &Ui, axis: Rect, compared: &Compared) {
    let theme = Theme::of(ui);
    let painter = ui.painter();
    let y = axis.top() + 22.0;
    let x = |value: f64| axis.center().x + (value as f32) * axis.width() / 2.0;
    painter.hline(axis.x_range(), y, Stroke::new(1.0, theme.line));
    painter.vline(axis.center().x, y - 7.0..=y + 7.0, Stroke::new(1.0, theme.faint));
    let effect = compared.found.effect();
    let Some(value) = effect.value else {
        let words = "not compared";
        let at = pos2(axis.center().x, y + 17.0);
        text::paint(painter, at, Align2::CENTER_CENTER, words, Face::Tiny, theme.muted);
        return;
    };
    let is_beside = effect.beside(0.0).is_some();
    let ink = if is_beside { theme.copper } else { theme.muted };
    if let (Some(low), Some(high)) = (effect.low, effect.high) {
        painter.hline(x(low)..=x(high), y, Stroke::new(3.0, ink.gamma_multiply(0.55)));
    }
    painter.circle_filled(pos2(x(value), y), 4.0, ink);
    let side = if value > 0.0 { "more in A" } else { "more in B" };
    let words = match (is_beside, effect.has_interval()) {
        (true, _) => format!("{value:+.2} {side}"),
        (false, true) => format!("{value:+.2}, may be chance"),
        (false, false) => format!("{value:+.2}, no interval"),
    };
    let at = pos2(axis.center().x, y + 17.0);
    text::paint(painter, at, Align2::CENTER_CENTER, &words, Face::Tiny, theme.muted);
}
