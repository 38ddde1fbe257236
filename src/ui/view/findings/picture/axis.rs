//! Axes: times by the clock of the case, times since a moment, and values.

use egui::{Align2, Painter, Rect, Stroke, Ui, pos2};

use crate::detect::exhibit::kind::Moment;
use crate::detect::exhibit::kind::curve::{Zero, since};
use crate::model::TimeSpan;
use crate::model::finding::Unit;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::timeline::{Scale, axis, nice_ceiling, short_count};
use crate::ui::widget::{outline, text};
use crate::ui::{Zone, format};

use super::ink;

/// Height of a row of labels, points.
pub const LABELS: f32 = 16.0;
/// Room that a label of a time needs, points.
const TICK_ROOM: f32 = 62.0;

/// Paints the ticks of an axis of times under a plot: by the clock of the window's zone, or since
/// a moment.
pub fn times(ui: &Ui, painter: &Painter, plot: Rect, span: TimeSpan, zero: &Zero) {
    let scale = Scale::new(span, plot);
    let most = (plot.width() / TICK_ROOM) as usize;
    let zone = Zone::of(ui.ctx());
    let ticks: Vec<(f32, String)> = match zero {
        Zero::Epoch => axis::ticks(span, most.max(1), zone)
            .into_iter()
            .map(|tick| (scale.x(tick.at_us), tick.label))
            .collect(),
        Zero::Of(_) => {
            since(span, most).into_iter().map(|(at, label)| (scale.x(at), label)).collect()
        }
    };
    let labels = ticks.iter().map(|(x, label)| (*x, label.as_str()));
    places(ui, painter, plot, labels);
}

/// Labels under a plot, each with a small mark; those that do not fit are left out.
pub fn places<'t>(
    ui: &Ui,
    painter: &Painter,
    plot: Rect,
    labels: impl Iterator<Item = (f32, &'t str)>,
) {
    let theme = Theme::of(ui);
    let mut free = plot.left() - 20.0;
    for (x, label) in labels {
        let width = text::width(ui, label, Face::Tiny) + 2.0;
        let left = (x - width / 2.0).clamp(plot.left(), (plot.right() - width).max(plot.left()));
        if left < free {
            continue;
        }
        let at = pos2(left, plot.bottom() + 4.0);
        painter.vline(x, plot.bottom()..=plot.bottom() + 3.0, theme.hairline());
        text::paint(painter, at, Align2::LEFT_TOP, label, Face::Tiny, theme.muted);
        free = left + width + 8.0;
    }
}

/// The top of an axis of values.
pub fn top(unit: Unit, highest: f64) -> f64 {
    match unit {
        Unit::Share | Unit::ShareAtMost => 1.0,
        _ if highest <= 0.0 => 1.0,
        _ => nice_ceiling(highest.ceil().min(1e15) as u64) as f64,
    }
}

/// A value as an axis says it.
pub fn value(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Share | Unit::ShareAtMost => format!("{:.0} %", value * 100.0),
        Unit::Times => format!("×{}", plain(value)),
        _ => plain(value),
    }
}

fn plain(value: f64) -> String {
    match value {
        v if v >= 1_000.0 => short_count(v as u64),
        v if v.fract() == 0.0 => format!("{v:.0}"),
        v => format!("{v:.1}"),
    }
}

/// Paints three lines of an axis of values and their labels left of the plot.
pub fn values(ui: &Ui, painter: &Painter, plot: Rect, unit: Unit, top: f64) {
    let theme = Theme::of(ui);
    for share in [0.0, 0.5, 1.0_f32] {
        let y = (plot.bottom() - share * plot.height()).round() + 0.5;
        painter.hline(plot.x_range(), y, theme.hairline());
        let label = value(unit, top * f64::from(share));
        let at = pos2(plot.left() - 6.0, y);
        text::paint(painter, at, Align2::RIGHT_CENTER, &label, Face::Tiny, theme.muted);
    }
}

/// Paints vertical lines, dotted, with what they say above the plot where there is room.
pub fn moments(ui: &Ui, painter: &Painter, plot: Rect, span: TimeSpan, moments: &[Moment]) {
    let theme = Theme::of(ui);
    let scale = Scale::new(span, plot);
    let mut sorted: Vec<&Moment> = moments.iter().collect();
    sorted.sort_by_key(|moment| moment.at);
    let mut free = plot.left();
    for moment in sorted {
        let x = scale.x(moment.at).round() + 0.5;
        if !plot.x_range().contains(x) {
            continue;
        }
        let color = ink::occasion(theme, moment.occasion);
        match moment.occasion {
            crate::detect::exhibit::kind::Occasion::Statistic => {
                painter.vline(x, plot.y_range(), Stroke::new(1.0, theme.faint));
            }
            _ => outline::dotted_vline(painter, x, plot.y_range(), color),
        }
        let label = format::display(&moment.label);
        let width = text::width(ui, &label, Face::Tiny);
        let left = (x - width / 2.0).clamp(plot.left(), (plot.right() - width).max(plot.left()));
        if label.is_empty() || left < free {
            continue;
        }
        let at = pos2(left, plot.top() - 3.0);
        text::paint(painter, at, Align2::LEFT_BOTTOM, &label, Face::Tiny, color);
        free = left + width + 8.0;
    }
}
