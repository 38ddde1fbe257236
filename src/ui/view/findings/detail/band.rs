//! What was observed against what chance gives: a copper bar, and a grey band with a tick in its
//! middle.

use egui::{Align2, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::model::finding::{Finding, NullBand};
use crate::ui::format;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::text;

/// Height of the picture, points.
const HEIGHT: f32 = 46.0;

/// The least width in which there is anything to see, points.
const LEAST_WIDTH: f32 = 120.0;

/// A place on the axis around which a text of this width stays inside.
fn inside(rect: Rect, at: f32, width: f32) -> f32 {
    let half = (width / 2.0).min(rect.width() / 2.0);
    at.clamp(rect.left() + half, rect.right() - half)
}

/// Draws it in the width there is, where the finding has a band.
pub fn show(ui: &mut Ui, finding: &Finding) {
    let Some(null) = &finding.null else { return };
    let theme = Theme::of(ui);
    let width = ui.available_width();
    if width < LEAST_WIDTH {
        return;
    }
    let (rect, response) = ui.allocate_exact_size(vec2(width, HEIGHT), Sense::hover());
    let words = words(finding, null);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &words));
    let scale = Scale::of(finding.statistic, null);
    let x = |value: f64| rect.left() + rect.width() * scale.share(value) as f32;
    let line = rect.top() + 24.0;
    let painter = ui.painter();
    painter.hline(rect.x_range(), line, theme.hairline());
    let band = Rect::from_min_max(
        pos2(x(null.low), line - 6.0),
        pos2(x(null.high).max(x(null.low) + 2.0), line + 6.0),
    );
    painter.rect_filled(band, 2.0, theme.ghost);
    painter.vline(x(null.median), line - 6.0..=line + 6.0, egui::Stroke::new(1.0, theme.faint));
    let bar = Rect::from_center_size(pos2(x(finding.statistic), line), vec2(3.0, 18.0));
    painter.rect_filled(bar, 1.0, theme.copper);
    let above = number(finding.statistic);
    let room = text::width(ui, &above, Face::Section);
    let at = pos2(inside(rect, bar.center().x, room), rect.top() + 7.0);
    let drawn =
        text::paint(painter, at, Align2::CENTER_CENTER, &above, Face::Section, theme.copper);
    let of_null = format!("{}–{}", number(null.low), number(null.high));
    let room = text::width(ui, &of_null, Face::Tiny);
    let middle = inside(rect, band.center().x, room);
    let beside = Rect::from_center_size(pos2(middle, rect.top() + 7.0), vec2(room, 12.0));
    // Where both numbers would lie on each other, the one of chance goes below.
    let y = if beside.intersects(drawn.expand(4.0)) { rect.top() + 39.0 } else { rect.top() + 7.0 };
    let at = pos2(middle, y);
    text::paint(painter, at, Align2::CENTER_CENTER, &of_null, Face::Tiny, theme.muted);
    if y < line {
        let ends = [
            (rect.left(), Align2::LEFT_CENTER, scale.from),
            (rect.right(), Align2::RIGHT_CENTER, scale.to),
        ];
        for (x, anchor, value) in ends {
            let at = pos2(x, rect.top() + 39.0);
            text::paint(painter, at, anchor, &number(value), Face::Tiny, theme.muted);
        }
    }
    response.on_hover_text(words);
}

/// From where to where the axis goes: from 0, where that is near, to a little beyond everything.
struct Scale {
    from: f64,
    to: f64,
}

impl Scale {
    fn of(observed: f64, null: &NullBand) -> Self {
        let all = [observed, null.low, null.high, null.median];
        let low = all.iter().copied().fold(f64::INFINITY, f64::min);
        let high = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let from = if low >= 0.0 { 0.0 } else { low - 0.05 * (high - low) };
        let to = if high <= from { from + 1.0 } else { high + 0.06 * (high - from) };
        Self { from, to }
    }

    fn share(&self, value: f64) -> f64 {
        ((value - self.from) / (self.to - self.from)).clamp(0.0, 1.0)
    }
}

/// A number of a scale, short.
fn number(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "" };
    let text = match value.abs() {
        0.0 => "0".to_owned(),
        v if v >= 1_000.0 => format::compact(v.round() as u64),
        v if v >= 100.0 => format!("{v:.0}"),
        v if v >= 10.0 => format!("{v:.1}"),
        v if v >= 0.01 => format!("{v:.2}"),
        v => format!("{v:.1e}"),
    };
    format!("{sign}{text}")
}

/// The picture in words.
fn words(finding: &Finding, null: &NullBand) -> String {
    format!(
        "Observed {}, chance gives {} to {}, {} in the middle ({}, n = {})",
        number(finding.statistic),
        number(null.low),
        number(null.high),
        number(null.median),
        format::display(&null.made_from),
        format::count(null.n),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn null(low: f64, median: f64, high: f64) -> NullBand {
        NullBand { made_from: "39 shuffled days".into(), low, median, high, n: 39 }
    }

    #[test]
    fn everything_lies_on_the_axis_whatever_the_numbers() {
        for (observed, low, high) in
            [(0.014, 0.055, 0.068), (-33.0, -2.0, 2.0), (0.0, 0.0, 0.0), (9e12, 1.0, 2.0)]
        {
            let band = null(low, (low + high) / 2.0, high);
            let scale = Scale::of(observed, &band);
            assert!(scale.to > scale.from, "{observed}");
            for value in [observed, low, high] {
                assert!((scale.from..=scale.to).contains(&value), "{value} of {observed}");
                assert!((0.0..=1.0).contains(&scale.share(value)));
            }
        }
    }

    #[test]
    fn numbers_of_a_scale_are_short() {
        let all = [0.0, 0.014, 33.2, -33.2, 612.0, 88_140.0, 0.000_12].map(number);
        assert_eq!(all, ["0", "0.01", "33.2", "−33.2", "612", "88.1 k", "1.2e-4"]);
    }
}
