//! Measuring: a stretch drawn with M held says how much lies in it and selects nothing.

use egui::{Rect, Stroke, StrokeKind, Ui, pos2, vec2};

use crate::model::TimeSpan;
use crate::ui::theme::{Face, Theme};

use super::{Scale, Timeline};

/// A stretch of time and what was counted in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The stretch.
    pub span: TimeSpan,
    /// What it says of it: length, count, rate, tokens.
    pub lines: Vec<String>,
}

impl Timeline<'_> {
    /// Draws the stretch with arrows to its ends, and the figures beside it.
    pub(super) fn paint_measured(&self, ui: &Ui, plot: Rect, scale: &Scale) {
        let Some(measured) = self.measured else { return };
        let theme = Theme::of(ui);
        let painter = ui.painter();
        let x = |us: i64| scale.x(us).clamp(plot.left(), plot.right()).round() + 0.5;
        let (left, right) = (x(measured.span.start.0), x(measured.span.end.0));
        let stroke = Stroke::new(1.0, theme.text);
        let clipped = ui.painter_at(plot.expand(2.0));
        for edge in [left, right] {
            clipped.vline(edge, plot.y_range(), stroke);
        }
        // Below the labels of markers.
        let y = plot.top() + (plot.height() / 2.0).min(32.0);
        clipped.hline(left..=right, y, stroke);
        if right - left > 14.0 {
            for (end, inwards) in [(left, 4.0), (right, -4.0)] {
                for dy in [-3.0, 3.0] {
                    clipped.line_segment([pos2(end, y), pos2(end + inwards, y + dy)], stroke);
                }
            }
        }
        let text = measured.lines.join("\n");
        let galley = painter.layout_no_wrap(text, Face::Small.font(), theme.text);
        let size = galley.size() + vec2(16.0, 10.0);
        let most = (plot.right() - size.x).max(plot.left());
        // Beside the stretch, where there is room, so that its bars stay in sight.
        let start = if right + 8.0 + size.x <= plot.right() {
            right + 8.0
        } else {
            (left - 8.0 - size.x).clamp(plot.left(), most)
        };
        let panel = Rect::from_min_size(pos2(start, plot.top() + 2.0), size);
        painter.rect(panel, 6, theme.raised, Stroke::new(1.0, theme.line), StrokeKind::Inside);
        painter.galley(panel.min + vec2(8.0, 5.0), galley, theme.text);
        let response = ui.interact(panel, ui.scope_id().with("measured"), egui::Sense::hover());
        response.widget_info(|| {
            let words = measured.lines.join(", ");
            egui::WidgetInfo::labeled(egui::Role::Label, true, format!("Measured: {words}"))
        });
    }
}
