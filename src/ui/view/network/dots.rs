//! Nodes of a picture of thousands, as one mesh: without soft edges, rings and signs, a node costs
//! a fiftieth.

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{Color32, Painter, Pos2, vec2};

use crate::network::picture::What;

use super::look::Look;
use super::paint::ink;

/// Half the height of a hexagon of radius 1.
const HALF: f32 = 0.866;

/// Radius below which a disc is a square stood on its corner, points.
const SMALL: f32 = 2.5;
/// How strongly a node is drawn that is not selected, where most are.
const DIM: f32 = 0.35;

/// Paints nodes; those that are selected on a larger disc, or, where most are, the others dim.
pub fn paint(painter: &Painter, look: &Look<'_>, nodes: &[u32]) {
    let mut mesh = Mesh::default();
    mesh.vertices.reserve(6 * nodes.len());
    mesh.indices.reserve(12 * nodes.len());
    let most_are = 2 * look.picks > look.made.picture.nodes.len();
    if look.picks > 0 && !most_are {
        for at in nodes.iter().filter(|at| look.is_picked(**at)) {
            disc(&mut mesh, look.at(*at), look.radius(*at) + 2.0, look.theme.accent);
        }
    }
    for at in nodes {
        let (centre, radius) = (look.at(*at), look.radius(*at));
        match look.node(*at).what {
            What::Accounts => {
                let is_dim = most_are && !look.is_picked(*at);
                let color = ink(look, *at).gamma_multiply(if is_dim { DIM } else { 1.0 });
                disc(&mut mesh, centre, radius, color);
            }
            _ => {
                let color = look.theme.faint.gamma_multiply(look.strength(*at));
                square(&mut mesh, centre, 0.9 * radius.min(14.0), color);
            }
        }
    }
    painter.add(mesh);
}

/// A hexagon, or less where nobody could tell.
pub fn disc(mesh: &mut Mesh, centre: Pos2, radius: f32, color: Color32) {
    if radius < SMALL {
        let corners =
            [vec2(radius, 0.0), vec2(0.0, radius), vec2(-radius, 0.0), vec2(0.0, -radius)];
        return fan(mesh, corners.map(|by| centre + by), color);
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
    fan(mesh, corners.map(|by| centre + by), color);
}

fn square(mesh: &mut Mesh, centre: Pos2, half: f32, color: Color32) {
    let corners = [vec2(half, half), vec2(-half, half), vec2(-half, -half), vec2(half, -half)];
    fan(mesh, corners.map(|by| centre + by), color);
}

/// A convex polygon.
fn fan<const N: usize>(mesh: &mut Mesh, corners: [Pos2; N], color: Color32) {
    let first = mesh.vertices.len() as u32;
    mesh.vertices.extend(corners.map(|pos| Vertex { pos, uv: WHITE_UV, color }));
    for corner in 1..N as u32 - 1 {
        mesh.indices.extend([first, first + corner, first + corner + 1]);
    }
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
