//! Signs, drawn: the vessel of the brand, squares for data, and a few icons.
//!
//! Squares say what a source has: filled present, half partial, dashed absent. Circles are kept
//! for evidence levels.

use std::f32::consts::{FRAC_PI_2, TAU};

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Ui, Vec2, pos2, vec2};

use super::outline;

/// How much of a column is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// In every row, or nearly.
    Present,
    /// In some.
    Partial,
    /// In none.
    Absent,
}

impl Presence {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Partial => "partial",
            Self::Absent => "absent",
        }
    }
}

/// Paints the square for `presence` around `centre`.
pub fn square(painter: &Painter, centre: Pos2, presence: Presence, ink: Color32, gap_ink: Color32) {
    let rect = Rect::from_center_size(centre, Vec2::splat(10.0));
    match presence {
        Presence::Present => {
            painter.rect_filled(rect, 2.0, ink);
        }
        Presence::Partial => {
            let frame = rect.shrink(0.6);
            painter.rect_stroke(frame, 1.5, Stroke::new(1.2, gap_ink), StrokeKind::Middle);
            painter.add(Shape::convex_polygon(
                vec![frame.left_bottom(), frame.left_top(), frame.right_top()],
                gap_ink,
                Stroke::NONE,
            ));
        }
        Presence::Absent => {
            outline::dashed(painter, rect, 1.5, Stroke::new(1.0, gap_ink), 1.5, 1.5);
        }
    }
}

/// A square inside a row of widgets.
pub fn square_here(ui: &mut Ui, presence: Presence, ink: Color32, gap_ink: Color32) {
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(12.0), egui::Sense::hover());
    square(ui.painter(), rect.center(), presence, ink, gap_ink);
}

/// A small filled square: the key of a category.
pub fn swatch(ui: &mut Ui, color: Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(8.0, 12.0), egui::Sense::hover());
    let square = Rect::from_center_size(rect.center(), Vec2::splat(8.0));
    ui.painter().rect_filled(square, 2.0, color);
}

/// The quarter circle around `centre` from angle `from`, clockwise on screen.
fn quarter(centre: Pos2, radius: f32, from: f32) -> impl Iterator<Item = Pos2> {
    (0..=10u8).map(move |i| {
        let angle = from + FRAC_PI_2 * f32::from(i) / 10.0;
        centre + radius * vec2(angle.cos(), angle.sin())
    })
}

/// The vessel of the brand, small, in the top bar.
pub fn brand(painter: &Painter, rect: Rect, color: Color32) {
    let r = rect.width() / 2.0 - 1.0;
    let (left, right) = (rect.left() + 1.0, rect.right() - 1.0);
    let bottom = rect.bottom() - 1.0;
    let mut wall = vec![pos2(right, rect.top() + 2.5)];
    wall.extend(quarter(pos2(right - r, bottom - r), r, 0.0));
    wall.extend(quarter(pos2(left + r, bottom - r), r, FRAC_PI_2));
    wall.push(pos2(left, rect.top() + 2.5));
    painter.add(Shape::line(wall, Stroke::new(2.0, color)));
    let lid = Rect::from_min_size(rect.min, vec2(rect.width(), 5.0));
    painter.rect_filled(lid, 2.0, color);
}

/// The vessel with the arrow that fills it, on the drop zone; drawn in a 64-point square.
pub fn vessel(painter: &Painter, top_left: Pos2, copper: Color32, ink: Color32) {
    let at = |x: f32, y: f32| top_left + vec2(x, y);
    let mut wall = vec![at(51.0, 20.0)];
    wall.extend(quarter(at(39.0, 47.0), 12.0, 0.0));
    wall.extend(quarter(at(25.0, 47.0), 12.0, FRAC_PI_2));
    wall.push(at(13.0, 20.0));
    painter.add(Shape::line(wall, Stroke::new(4.5, copper)));
    for (from, to) in [(7.5, 22.0), (42.0, 56.5)] {
        round_line(painter, &[at(from, 21.5), at(to, 21.5)], 6.0, copper);
    }
    round_line(painter, &[at(32.0, 5.0), at(32.0, 40.0)], 3.6, ink);
    round_line(painter, &[at(22.5, 31.0), at(32.0, 40.5), at(41.5, 31.0)], 3.6, ink);
}

/// A line with round ends and joints.
fn round_line(painter: &Painter, points: &[Pos2], width: f32, color: Color32) {
    painter.add(Shape::line(points.to_vec(), Stroke::new(width, color)));
    for point in points {
        painter.circle_filled(*point, width / 2.0, color);
    }
}

/// A padlock, 11 by 13.
pub fn lock(painter: &Painter, centre: Pos2, color: Color32) {
    let stroke = Stroke::new(1.4, color);
    let body = Rect::from_center_size(centre + vec2(0.0, 2.4), vec2(9.0, 6.6));
    painter.rect_stroke(body, 1.4, stroke, StrokeKind::Middle);
    let (r, top) = (2.5, body.top() - 2.0);
    let mut shackle = vec![pos2(centre.x - r, body.top())];
    shackle.extend(quarter(pos2(centre.x, top), r, 2.0 * FRAC_PI_2));
    shackle.extend(quarter(pos2(centre.x, top), r, 3.0 * FRAC_PI_2));
    shackle.push(pos2(centre.x + r, body.top()));
    painter.add(Shape::line(shackle, stroke));
}

/// A triangle that points up: something to look at.
pub fn warning(painter: &Painter, centre: Pos2, color: Color32) {
    let points = vec![centre + vec2(0.0, -4.5), centre + vec2(5.0, 4.0), centre + vec2(-5.0, 4.0)];
    painter.add(Shape::convex_polygon(points, color, Stroke::NONE));
}

/// A magnifying glass.
pub fn search(painter: &Painter, rect: Rect, color: Color32) {
    let r = rect.width() * 0.32;
    let centre = rect.min + Vec2::splat(r + 1.0);
    painter.circle_stroke(centre, r, Stroke::new(1.4, color));
    let from = centre + Vec2::splat(r * 0.75);
    painter.line_segment([from, rect.max - Vec2::splat(1.0)], Stroke::new(1.6, color));
}

/// A cross: close, remove, gone.
pub fn cross(painter: &Painter, rect: Rect, color: Color32) {
    let stroke = Stroke::new(1.3, color);
    painter.line_segment([rect.left_top(), rect.right_bottom()], stroke);
    painter.line_segment([rect.right_top(), rect.left_bottom()], stroke);
}

/// A tick: done, intact.
pub fn tick(painter: &Painter, centre: Pos2, color: Color32) {
    let points = vec![centre + vec2(-4.0, 0.0), centre + vec2(-1.0, 3.5), centre + vec2(4.5, -4.0)];
    painter.add(Shape::line(points, Stroke::new(1.8, color)));
}

/// An arrow up or down: earlier or later in a list.
pub fn arrow(painter: &Painter, rect: Rect, up: bool, color: Color32) {
    let (from, tip) = match up {
        true => (rect.center_bottom(), rect.center_top()),
        false => (rect.center_top(), rect.center_bottom()),
    };
    let stroke = Stroke::new(1.3, color);
    painter.line_segment([from, tip], stroke);
    let back = if up { 3.6 } else { -3.6 };
    painter.line_segment([tip + vec2(-3.4, back), tip], stroke);
    painter.line_segment([tip + vec2(3.4, back), tip], stroke);
}

/// A small triangle that points down: a menu follows.
pub fn chevron(painter: &Painter, centre: Pos2, color: Color32) {
    let points = vec![centre + vec2(-3.5, -1.5), centre + vec2(3.5, -1.5), centre + vec2(0.0, 2.5)];
    painter.add(Shape::convex_polygon(points, color, Stroke::NONE));
}

/// Half sun, half moon: dark or light.
pub fn theme(painter: &Painter, rect: Rect, color: Color32) {
    let (centre, r) = (rect.center(), rect.width() * 0.42);
    painter.circle_stroke(centre, r, Stroke::new(1.3, color));
    let mut half: Vec<Pos2> = quarter(centre, r, -FRAC_PI_2).collect();
    half.extend(quarter(centre, r, 0.0));
    painter.add(Shape::convex_polygon(half, color, Stroke::NONE));
}

/// An arrow that turns back: undo.
pub fn undo(painter: &Painter, rect: Rect, color: Color32) {
    let r = rect.width() * 0.36;
    let centre = rect.center() + vec2(0.5, 1.0);
    // From the left over the top to the lower right.
    let arc = (0..=16u8).map(|i| {
        let angle = TAU / 2.0 + 0.62 * TAU * f32::from(i) / 16.0;
        centre + r * vec2(angle.cos(), angle.sin())
    });
    painter.add(Shape::line(arc.collect(), Stroke::new(1.4, color)));
    let tip = centre - vec2(r, 0.0);
    let head = vec![tip + vec2(-3.2, -0.8), tip + vec2(3.2, -0.8), tip + vec2(0.0, 3.2)];
    painter.add(Shape::convex_polygon(head, color, Stroke::NONE));
}

/// A filled dot: a state in words follows.
pub fn dot(painter: &Painter, centre: Pos2, color: Color32) {
    painter.circle_filled(centre, 4.0, color);
}
