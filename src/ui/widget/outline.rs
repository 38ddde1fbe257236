//! Dashed outlines and hatching.

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, pos2};

/// Points along a rounded rectangle, closed.
fn rounded(rect: Rect, radius: f32) -> Vec<Pos2> {
    const STEPS: u8 = 8;
    let r = radius.min(rect.width() / 2.0).min(rect.height() / 2.0);
    let corners = [
        (pos2(rect.right() - r, rect.top() + r), -90.0f32),
        (pos2(rect.right() - r, rect.bottom() - r), 0.0),
        (pos2(rect.left() + r, rect.bottom() - r), 90.0),
        (pos2(rect.left() + r, rect.top() + r), 180.0),
    ];
    let mut points: Vec<Pos2> = corners
        .iter()
        .flat_map(|(centre, from)| {
            (0..=STEPS).map(move |i| {
                let angle = (from + 90.0 * f32::from(i) / f32::from(STEPS)).to_radians();
                *centre + r * egui::vec2(angle.cos(), angle.sin())
            })
        })
        .collect();
    if let Some(first) = points.first().copied() {
        points.push(first);
    }
    points
}

/// A dashed rounded outline just inside `rect`.
pub fn dashed(painter: &Painter, rect: Rect, radius: f32, stroke: Stroke, dash: f32, gap: f32) {
    let path = rounded(rect.shrink(stroke.width / 2.0), radius);
    painter.extend(Shape::dashed_line(&path, stroke, dash, gap));
}

/// Diagonal hatching over `rect`: a gap in the data.
pub fn hatch(painter: &Painter, rect: Rect, color: Color32) {
    let painter = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let stroke = Stroke::new(1.6, color);
    // Of a gap that reaches far beyond the screen only what is seen is drawn.
    let seen = painter.clip_rect();
    let hidden = ((seen.left() - rect.left()) / 5.0).floor().max(0.0) * 5.0;
    let mut x = rect.left() + hidden - rect.height();
    while x < rect.right().min(seen.right()) {
        painter.line_segment([pos2(x, rect.bottom()), pos2(x + rect.height(), rect.top())], stroke);
        x += 5.0;
    }
}

/// A vertical line of dots: a marker on a time axis.
pub fn dotted_vline(painter: &Painter, x: f32, y: egui::Rangef, color: Color32) {
    let points = [pos2(x, y.min), pos2(x, y.max)];
    painter.extend(Shape::dashed_line(&points, Stroke::new(1.0, color), 2.0, 3.0));
}
