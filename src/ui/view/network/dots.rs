//! Nodes of a picture of thousands, as one mesh: without soft edges, rings and signs, a node costs
//! a fiftieth.

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{Color32, Pos2, Rect, vec2};

use super::desk::Spot;
use super::look::Look;
use super::paint::{faded, ink};

/// Half the height of a hexagon of radius 1.
const HALF: f32 = 0.866;

/// Radius below which a disc is a square stood on its corner, points.
const SMALL: f32 = 2.5;
/// How strongly a node is drawn that is not selected, where most are.
const DIM: f32 = 0.35;

/// Paints nodes where they are on screen; those that are selected on a larger disc, or, where most
/// are, the others dim. While the picture moves, of dots that lie on one another one is: of those
/// that are drawn most strongly the uppermost.
pub fn paint<'a>(
    mesh: &mut Mesh,
    look: &Look<'_>,
    nodes: impl DoubleEndedIterator<Item = (Pos2, &'a Spot)> + Clone,
    is_moving: bool,
) {
    let grow = look.camera.grow();
    let radius = |spot: &Spot| (spot.radius * grow).max(Look::LEAST_RADIUS);
    let most_are = 2 * look.picks > look.made.picture.nodes.len();
    if look.picks > 0 && !most_are {
        for (centre, spot) in nodes.clone().filter(|(_, spot)| look.is_picked(spot.at)) {
            disc(mesh, centre, radius(spot) + 2.0, look.theme.accent);
        }
    }
    let mut dot = |(centre, spot): (Pos2, &Spot)| {
        if let Some(level) = spot.level {
            let is_dim = most_are && !look.is_picked(spot.at);
            let ink = faded(ink(look, spot.at, level), if is_dim { DIM } else { 1.0 });
            disc(mesh, centre, radius(spot), ink);
        } else {
            let half = 0.9 * radius(spot).min(14.0);
            square(mesh, centre, half, faded(look.theme.faint, look.strength(spot.at)));
        }
    };
    if !is_moving {
        return nodes.for_each(dot);
    }
    let mut covered = Covered::new(look.canvas);
    let rank = |spot: &Spot| match (look.is_picked(spot.at), look.strength(spot.at) >= 1.0) {
        (true, _) => 3,
        (false, true) => 2,
        (false, false) => 1,
    };
    let is_bare = |(centre, spot): &(Pos2, &Spot)| {
        radius(spot) >= SMALL || covered.claim(*centre, rank(spot))
    };
    let seen: Vec<(Pos2, &Spot)> = nodes.rev().filter(is_bare).collect();
    seen.into_iter().rev().for_each(&mut dot);
}

/// Where dots are, in squares of two points, and how strongly drawn: another one there could not be
/// told from the first.
struct Covered {
    from: Pos2,
    width: usize,
    squares: Vec<u8>,
}

impl Covered {
    const SIDE: f32 = 2.0;

    fn new(canvas: Rect) -> Self {
        let canvas = canvas.expand(40.0);
        let [width, height] =
            [canvas.width(), canvas.height()].map(|side| (side / Self::SIDE) as usize + 1);
        Self { from: canvas.min, width, squares: vec![0; width * height] }
    }

    /// Whether there was none of this rank or a higher one; now there is.
    fn claim(&mut self, at: Pos2, rank: u8) -> bool {
        let [x, y] = [at.x - self.from.x, at.y - self.from.y].map(|by| (by / Self::SIDE) as usize);
        let square = self.squares.get_mut(y * self.width + x.min(self.width - 1));
        square.is_none_or(|known| {
            let is_higher = rank > *known;
            *known = rank.max(*known);
            is_higher
        })
    }
}

/// The corners of a polygon that has many, without those nearer to the last than `least`, points.
pub fn corners(all: impl Iterator<Item = Pos2>, least: f32) -> Vec<Pos2> {
    let mut kept: Vec<Pos2> = Vec::with_capacity(all.size_hint().0);
    for corner in all {
        if kept.last().is_none_or(|last| last.distance_sq(corner) >= least * least) {
            kept.push(corner);
        }
    }
    kept
}

/// A convex polygon of any number of corners.
pub fn polygon(mesh: &mut Mesh, corners: &[Pos2], color: Color32) {
    let first = mesh.vertices.len() as u32;
    let vertex = |pos: &Pos2| Vertex { pos: *pos, uv: WHITE_UV, color };
    mesh.vertices.extend(corners.iter().map(vertex));
    for corner in 1..(corners.len() as u32).saturating_sub(1) {
        mesh.indices.extend([first, first + corner, first + corner + 1]);
    }
}

/// A hexagon, or less where nobody could tell.
pub fn disc(mesh: &mut Mesh, centre: Pos2, radius: f32, color: Color32) {
    if radius < SMALL {
        let corners =
            [vec2(radius, 0.0), vec2(0.0, radius), vec2(-radius, 0.0), vec2(0.0, -radius)];
        return polygon(mesh, &corners.map(|by| centre + by), color);
    }
    let (half, high) = (0.5 * radius, HALF * radius);
    let corners = [
        vec2(radius, 0.0),
        vec2(half, high),
        vec2(-half, high),
        vec2(-radius, 0.0),
        vec2(-half, -high),
        vec2(half, -high),
    ];
    polygon(mesh, &corners.map(|by| centre + by), color);
}

fn square(mesh: &mut Mesh, centre: Pos2, half: f32, color: Color32) {
    let corners = [vec2(half, half), vec2(-half, half), vec2(-half, -half), vec2(half, -half)];
    polygon(mesh, &corners.map(|by| centre + by), color);
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    #[test]
    fn a_dot_on_another_is_not_drawn_twice_and_one_beside_it_is() {
        let canvas = Rect::from_min_max(pos2(0.0, 0.0), pos2(100.0, 50.0));
        let mut covered = Covered::new(canvas);
        assert!(covered.claim(pos2(10.0, 10.0), 1));
        assert!(!covered.claim(pos2(11.0, 11.0), 1));
        assert!(covered.claim(pos2(12.5, 10.0), 1));
        assert!(
            covered.claim(pos2(11.0, 11.0), 2),
            "what the filter keeps is not hidden by the rest"
        );
        assert!(!covered.claim(pos2(10.0, 10.0), 1));
        for corner in [canvas.left_top(), canvas.right_bottom(), pos2(139.9, 89.9)] {
            assert!(covered.claim(corner, 2), "{corner}");
            assert!(!covered.claim(corner, 2), "{corner}");
        }
    }

    #[test]
    fn corners_that_nobody_could_tell_apart_are_one() {
        let circle =
            (0..72).map(|i| 3.0 * egui::Vec2::angled(i as f32 / 72.0 * std::f32::consts::TAU));
        let circle: Vec<Pos2> = circle.map(|by| pos2(9.0, 9.0) + by).collect();
        assert_eq!(corners(circle.iter().copied(), 0.0), circle);
        let few = corners(circle.iter().copied(), 1.0);
        assert!((12..24).contains(&few.len()), "{}", few.len());
    }

    #[test]
    fn a_disc_is_six_corners_at_its_radius() {
        let mut mesh = Mesh::default();
        disc(&mut mesh, pos2(10.0, 20.0), 4.0, Color32::WHITE);
        assert_eq!((mesh.vertices.len(), mesh.indices.len()), (6, 12));
        for vertex in &mesh.vertices {
            assert!((vertex.pos.distance(pos2(10.0, 20.0)) - 4.0).abs() < 0.01);
        }
        assert!(mesh.is_valid());
    }
}
