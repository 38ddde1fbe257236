//! Nodes of a picture of thousands, as one mesh: without soft edges, rings and signs, a node costs
//! a fiftieth.

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{Color32, Painter, Pos2, vec2};

use crate::ui::widget::level;

use super::desk::Spot;
use super::look::Look;

/// Half the height of a hexagon of radius 1.
const HALF: f32 = 0.866;

/// Radius below which a disc is a square stood on its corner, points.
const SMALL: f32 = 2.5;
/// How strongly a node is drawn that is not selected, where most are.
const DIM: f32 = 0.35;

/// Paints nodes where they are on screen; those that are selected on a larger disc, or, where most
/// are, the others dim.
pub fn paint<'a>(
    painter: &Painter,
    look: &Look<'_>,
    nodes: impl Iterator<Item = (Pos2, &'a Spot)> + Clone,
) {
    let mut mesh = Mesh::default();
    let many = nodes.clone().count();
    mesh.vertices.reserve(6 * many);
    mesh.indices.reserve(12 * many);
    let grow = look.camera.grow();
    let radius = |spot: &Spot| (spot.radius * grow).max(Look::LEAST_RADIUS);
    let most_are = 2 * look.picks > look.made.picture.nodes.len();
    if look.picks > 0 && !most_are {
        for (centre, spot) in nodes.clone().filter(|(_, spot)| look.is_picked(spot.at)) {
            disc(&mut mesh, centre, radius(spot) + 2.0, look.theme.accent);
        }
    }
    for (centre, spot) in nodes {
        let strength = look.strength(spot.at);
        if let Some(level) = spot.level {
            let is_dim = most_are && !look.is_picked(spot.at);
            let strength = strength * if is_dim { DIM } else { 1.0 };
            let color = look.hue.ink(spot.at, look.theme);
            let color = color.unwrap_or_else(|| level::color(look.theme, level));
            disc(&mut mesh, centre, radius(spot), faded(color, strength));
        } else {
            let half = 0.9 * radius(spot).min(14.0);
            square(&mut mesh, centre, half, faded(look.theme.faint, strength));
        }
    }
    painter.add(mesh);
}

/// A colour, the weaker the less of it is drawn. Most nodes are drawn in full.
fn faded(color: Color32, strength: f32) -> Color32 {
    if strength >= 1.0 { color } else { color.gamma_multiply(strength) }
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
