//! Outlines as lists of places.

use egui::epaint::{PathStroke, StrokeKind};
use egui::{Pos2, Rect, Vec2};

use super::number::Point;

/// The attribute with the places of a line or polygon.
pub fn points(points: &[Pos2]) -> String {
    let points: Vec<String> = points.iter().map(|point| Point(*point).to_string()).collect();
    format!("points=\"{}\"", points.join(" "))
}

/// Whether all places are numbers, and where they lie.
pub fn bounds(points: &[Pos2]) -> Option<Rect> {
    let is_finite = points.iter().all(|point| point.is_finite());
    (is_finite && !points.is_empty()).then(|| Rect::from_points(points))
}

/// How far the middle of a stroke lies outside of the outline.
pub fn aside(stroke: &PathStroke) -> f32 {
    match stroke.kind {
        StrokeKind::Inside => -0.5 * stroke.width,
        StrokeKind::Middle => 0.0,
        StrokeKind::Outside => 0.5 * stroke.width,
    }
}

/// A line whose ends lie further out.
pub fn lengthened(points: &[Pos2], by: f32) -> Vec<Pos2> {
    let mut longer = points.to_vec();
    let out = |end: Pos2, next: Pos2| end + (end - next).normalized() * by;
    if let [first, second, ..] = points
        && let Some(end) = longer.first_mut()
    {
        *end = out(*first, *second);
    }
    if let [.., second, last] = points
        && let Some(end) = longer.last_mut()
    {
        *end = out(*last, *second);
    }
    longer
}

/// A closed outline moved outwards, which is to the left of the way it runs.
pub fn moved(points: &[Pos2], by: f32) -> Vec<Pos2> {
    let mut points = points.to_vec();
    points.dedup();
    if points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    let before = points.iter().cycle().skip(points.len().saturating_sub(1));
    let after = points.iter().cycle().skip(1);
    let corner = |((at, before), after): ((&Pos2, &Pos2), &Pos2)| {
        let normal = |from: &Pos2, to: &Pos2| (*to - *from).normalized().rot90();
        let normal: Vec2 = (normal(before, at) + normal(at, after)) / 2.0;
        // A sharp corner is cut.
        *at + normal / normal.length_sq().max(0.5) * by
    };
    points.iter().zip(before).zip(after).map(corner).collect()
}

/// Twice the area of a polygon, negative when it runs against the clock.
pub fn area(points: &[Pos2]) -> f32 {
    let after = points.iter().cycle().skip(1);
    points.iter().zip(after).map(|(a, b)| a.x * b.y - b.x * a.y).sum()
}
