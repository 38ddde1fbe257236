//! Five bars: how much each kind of evidence says. One that nothing could be looked at of is
//! outlined with dots, and never drawn as zero.

use egui::{Painter, Rect, Stroke, pos2, vec2};

use crate::model::finding::Family;
use crate::ui::theme::Theme;

use super::outline;

/// Width of the five bars, points.
pub const WIDTH: f32 = 44.0;
/// Of one, and between two.
const BAR: f32 = 6.4;
const GAP: f32 = 3.0;

/// Paints them, as high as `rect`.
pub fn paint(painter: &Painter, rect: Rect, scores: &[Option<f64>; 5], theme: &Theme) {
    for (i, score) in scores.iter().enumerate() {
        let left = rect.left() + i as f32 * (BAR + GAP);
        let bar = Rect::from_min_size(pos2(left, rect.top()), vec2(BAR, rect.height()));
        let Some(score) = score else {
            outline::dashed(painter, bar, 1.0, Stroke::new(1.0, theme.none), 1.2, 1.8);
            continue;
        };
        painter.rect_filled(bar, 1.0, theme.ghost);
        let height = (bar.height() * *score as f32).max(if *score > 0.0 { 1.5 } else { 0.0 });
        let filled = bar.with_min_y(bar.bottom() - height);
        painter.rect_filled(filled, 1.0, theme.copper);
    }
}

/// The same in words.
pub fn words(scores: &[Option<f64>; 5]) -> String {
    let one = |(family, score): (&Family, &Option<f64>)| match score {
        Some(score) => format!("{} {score:.2}", family.as_str()),
        None => format!("{} not run", family.as_str()),
    };
    Family::ALL.iter().zip(scores).map(one).collect::<Vec<_>>().join(", ")
}
