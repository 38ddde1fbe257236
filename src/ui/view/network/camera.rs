//! Which part of the picture is seen, and how large.

use egui::{Pos2, Rect, Vec2, pos2, vec2};

use crate::network::layout::Point;

/// Where the analyst looks in the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// The place in the middle of the canvas, px of the layout.
    pub middle: Vec2,
    /// Points on screen for a px of the layout.
    pub zoom: f32,
}

impl Default for Camera {
    fn default() -> Self {
        Self { middle: Vec2::ZERO, zoom: 1.0 }
    }
}

/// The zooms there are.
const ZOOM: (f32, f32) = (0.02, 8.0);
/// The largest zoom that a picture is fitted with: few nodes do not fill the screen.
const FITTED: f32 = 1.35;
/// Room around a picture that is fitted, points.
const MARGIN: f32 = 26.0;

impl Camera {
    /// Shows all of a picture.
    pub fn fit(bounds: Rect, canvas: Rect) -> Self {
        if !bounds.is_finite() || bounds.width() <= 0.0 || bounds.height() <= 0.0 {
            return Self::default();
        }
        let room = (canvas.size() - Vec2::splat(2.0 * MARGIN)).max(Vec2::splat(40.0));
        let zoom = (room.x / bounds.width()).min(room.y / bounds.height());
        Self { middle: bounds.center().to_vec2(), zoom: zoom.clamp(ZOOM.0, FITTED) }
    }

    /// Zooms by a factor; what lies at `at` on the canvas stays there.
    pub fn zoom_at(&mut self, by: f32, at: Pos2, canvas: Rect) {
        let zoom = (self.zoom * by).clamp(ZOOM.0, ZOOM.1);
        let from_middle = at - canvas.center();
        self.middle += from_middle / self.zoom - from_middle / zoom;
        self.zoom = zoom;
    }

    /// Moves the picture by so many points on screen.
    pub fn pan(&mut self, by: Vec2) {
        self.middle -= by / self.zoom;
    }

    /// Where a place of the layout is on screen.
    pub fn on_screen(&self, place: Point, canvas: Rect) -> Pos2 {
        canvas.center() + (vec2(place[0], place[1]) - self.middle) * self.zoom
    }

    /// The place of the layout at a point of the screen.
    pub fn in_layout(&self, at: Pos2, canvas: Rect) -> Point {
        let place = (at - canvas.center()) / self.zoom + self.middle;
        [place.x, place.y]
    }

    /// The part of the layout that is seen.
    pub fn seen(&self, canvas: Rect) -> Rect {
        let corner = |at| {
            let [x, y] = self.in_layout(at, canvas);
            pos2(x, y)
        };
        Rect::from_min_max(corner(canvas.min), corner(canvas.max))
    }

    /// How much larger nodes are drawn: they grow and shrink less than the room between them, and
    /// never vanish.
    pub fn grow(&self) -> f32 {
        self.zoom.powf(0.65).clamp(0.24, 1.5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANVAS: Rect = Rect { min: pos2(100.0, 50.0), max: pos2(900.0, 650.0) };

    #[test]
    fn what_lies_under_the_pointer_stays_there_while_it_is_zoomed() {
        let mut camera = Camera { middle: vec2(40.0, -20.0), zoom: 0.7 };
        let at = pos2(321.0, 123.0);
        let before = camera.in_layout(at, CANVAS);
        camera.zoom_at(1.7, at, CANVAS);
        let after = camera.on_screen(before, CANVAS);
        assert!(after.distance(at) < 1e-3, "{after}");
    }

    #[test]
    fn a_picture_that_is_fitted_lies_on_the_canvas_and_few_nodes_are_not_blown_up() {
        let bounds = Rect::from_min_max(pos2(-900.0, 10.0), pos2(2_000.0, 700.0));
        let camera = Camera::fit(bounds, CANVAS);
        for corner in [bounds.left_top(), bounds.right_bottom()] {
            assert!(CANVAS.contains(camera.on_screen([corner.x, corner.y], CANVAS)));
        }
        let small = Camera::fit(Rect::from_min_max(pos2(0.0, 0.0), pos2(9.0, 9.0)), CANVAS);
        assert_eq!(small.zoom, FITTED);
        assert_eq!(Camera::fit(Rect::NOTHING, CANVAS), Camera::default());
    }

    #[test]
    fn a_pan_moves_the_picture_with_the_pointer() {
        let mut camera = Camera { middle: Vec2::ZERO, zoom: 2.0 };
        camera.pan(vec2(10.0, 4.0));
        assert_eq!(camera.on_screen([0.0, 0.0], CANVAS), CANVAS.center() + vec2(10.0, 4.0));
    }
}
