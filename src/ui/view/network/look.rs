//! How a frame sees the picture.

use egui::{Pos2, Rect};

use crate::network::layout::Point;
use crate::network::picture::{Drawn, Line, Since, What, Whole};
use crate::ui::theme::Theme;

use super::camera::Camera;
use super::desk::{Made, Spot};
use super::hue::Hue;

/// Everything that painting and pointing need to know.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// Everything that could be seen.
    pub whole: &'a Whole,
    /// What is.
    pub made: &'a Made,
    /// The ids of the accounts, by position.
    pub ids: &'a [String],
    /// From where.
    pub camera: Camera,
    /// The canvas on screen.
    pub canvas: Rect,
    /// In these colours.
    pub theme: &'a Theme,
    /// Whether each node is selected.
    pub picked: &'a [bool],
    /// How many those are.
    pub picks: usize,
    /// The node under the pointer, here or in the table.
    pub hovered: Option<u32>,
    /// The line that is read, by position.
    pub line: Option<u32>,
    /// Nodes that the filter keeps; `None` without a filter.
    pub kept: Option<&'a [bool]>,
    /// Up to when the network has grown; `None` for all of it.
    pub until: Option<Since>,
    /// What colours say.
    pub hue: &'a Hue,
    /// A node that is being moved, and where it is now.
    pub moved: Option<(u32, Point)>,
}

impl<'a> Look<'a> {
    /// Radius of the smallest node, points.
    pub const LEAST_RADIUS: f32 = 1.6;

    /// A node.
    pub fn node(&self, at: u32) -> &'a Drawn {
        &self.made.picture.nodes[at as usize]
    }

    /// Where a node lies, px.
    pub fn place(&self, at: u32) -> Point {
        match self.moved {
            Some((moved, place)) if moved == at => place,
            _ => self.made.places[at as usize],
        }
    }

    /// Where a node is on screen.
    pub fn at(&self, at: u32) -> Pos2 {
        self.camera.on_screen(self.place(at), self.canvas)
    }

    /// Whether all of the picture is on the canvas.
    pub fn sees_all(&self) -> bool {
        let bounds = self.made.bounds;
        bounds.is_finite() && self.camera.seen(self.canvas).contains_rect(bounds)
    }

    /// How large a node is on screen, points.
    pub fn radius(&self, at: u32) -> f32 {
        (self.node(at).radius * self.camera.grow()).max(Self::LEAST_RADIUS)
    }

    /// Whether a node is selected.
    pub fn is_picked(&self, at: u32) -> bool {
        self.picked.get(at as usize).copied().unwrap_or(false)
    }

    /// Whether a node is there by the moment that is shown.
    pub fn has_come(&self, at: u32) -> bool {
        self.until.is_none_or(|until| self.made.picture.since[at as usize] <= until)
    }

    /// The same of a line.
    pub fn line_has_come(&self, line: &Line) -> bool {
        let ends = self.has_come(line.a) && self.has_come(line.b);
        self.until.is_none_or(|until| ends && line.since <= until)
    }

    /// Whether a node is one that the filter keeps.
    pub fn is_kept(&self, at: u32) -> bool {
        self.kept.is_none_or(|kept| kept.get(at as usize).copied().unwrap_or(true))
    }

    /// Whether every node is drawn in full.
    pub fn is_full(&self) -> bool {
        self.kept.is_none() && self.until.is_none()
    }

    /// How strongly a node is drawn, 0…1.
    pub fn strength(&self, at: u32) -> f32 {
        match (self.has_come(at), self.is_kept(at)) {
            (false, _) => 0.12,
            (true, false) => 0.28,
            (true, true) => 1.0,
        }
    }

    /// The node at a point of the screen; of several the one whose middle is nearest.
    pub fn node_at(&self, at: Pos2) -> Option<u32> {
        const MORE: f32 = 3.0;
        let distance = |node: u32| self.at(node).distance(at);
        let reach = |node: u32| match self.node(node).what {
            What::Common(_) => 0.5 * self.radius(node),
            _ => self.radius(node) + MORE,
        };
        let grow = self.camera.grow();
        let most = |spot: &Spot| (spot.radius * grow).max(Self::LEAST_RADIUS) + MORE;
        let is_near = |spot: &&Spot| self.at(spot.at).distance_sq(at) <= most(spot).powi(2);
        let near = self.made.spots.iter().filter(is_near).map(|spot| spot.at);
        let hit = near.filter(|node| distance(*node) <= reach(*node));
        hit.min_by(|a, b| distance(*a).total_cmp(&distance(*b)).then(a.cmp(b)))
    }

    /// The line at a point of the screen, by position.
    pub fn line_at(&self, at: Pos2) -> Option<u32> {
        const REACH: f32 = 4.5;
        let distance = |line: &Line| to_segment(at, self.at(line.a), self.at(line.b));
        let lines = (0..).zip(&self.made.picture.lines);
        let near = lines.map(|(i, line)| (distance(line), i)).filter(|(d, _)| *d <= REACH);
        near.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, i)| i)
    }

    /// The block whose outline is around a point of the screen.
    pub fn block_at(&self, at: Pos2) -> Option<u32> {
        let place = self.camera.in_layout(at, self.canvas);
        let around = |points: &[Point]| crate::network::picture::hull::contains(points, place);
        let mut outlines = self.made.outlines.iter();
        outlines.find(|outline| around(&outline.points)).map(|outline| outline.block)
    }
}

fn to_segment(at: Pos2, a: Pos2, b: Pos2) -> f32 {
    let along = b - a;
    let length = along.length_sq();
    let share = if length > 0.0 { ((at - a).dot(along) / length).clamp(0.0, 1.0) } else { 0.0 };
    (a + share * along).distance(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    #[test]
    fn a_line_is_hit_beside_it_and_not_beyond_its_ends() {
        let (a, b) = (pos2(0.0, 0.0), pos2(10.0, 0.0));
        assert_eq!(to_segment(pos2(5.0, 3.0), a, b), 3.0);
        assert_eq!(to_segment(pos2(14.0, 3.0), a, b), 5.0);
        assert_eq!(to_segment(pos2(3.0, 4.0), a, a), 5.0);
    }
}
