//! Triangles.

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{Color32, Pos2, Stroke, TextureId};

use super::number::Point;
use super::{Sheet, outline, put};

impl Sheet {
    /// Writes a mesh without a texture. Triangles of one colour that follow one another are one
    /// path; where they are translucent, only those that hang together are, because two that
    /// overlap are darker there.
    pub fn mesh(&mut self, mesh: &Mesh) {
        if !self.sees(mesh.calc_bounds()) {
            return;
        }
        let is_plain = |vertex: &Vertex| vertex.uv == WHITE_UV;
        if mesh.texture_id != TextureId::default() || !mesh.vertices.iter().all(is_plain) {
            self.left_out += 1;
            return;
        }
        let mut piece = Piece::default();
        for indices in mesh.triangles() {
            let corner = |at: u32| mesh.vertices.get(at as usize).copied();
            let [Some(a), Some(b), Some(c)] = indices.map(corner) else { continue };
            let corners = [a.pos, b.pos, c.pos];
            let color = color([a.color, b.color, c.color]);
            if !outline::bounds(&corners).is_some_and(|bounds| self.sees(bounds)) {
                continue;
            }
            if !piece.goes_on(indices, color) {
                self.piece(&piece);
                piece = Piece { color, ..Piece::default() };
            }
            piece.add(indices, corners);
        }
        self.piece(&piece);
    }

    fn piece(&mut self, piece: &Piece) {
        let color = self.kept(piece.color);
        let mut way = String::new();
        for polygon in &piece.polygons {
            let mut points: Vec<Pos2> = polygon.iter().map(|pos| self.place(*pos)).collect();
            // All run the same way round, or one would be a hole in another.
            if outline::area(&points) < 0.0 {
                points.reverse();
            }
            for (at, point) in points.into_iter().enumerate() {
                put(&mut way, format_args!("{}{}", if at == 0 { "M" } else { " " }, Point(point)));
            }
            way.push('Z');
        }
        if color.a() > 0 && !way.is_empty() {
            self.element(&format!("path d=\"{way}\""), color, Stroke::NONE);
        }
    }
}

/// A triangle has one colour in SVG: the mean of its corners'.
fn color(corners: [Color32; 3]) -> Color32 {
    let mean = |of: fn(&Color32) -> u8| {
        let sum: u16 = corners.iter().map(|corner| u16::from(of(corner))).sum();
        u8::try_from((sum + 1) / 3).unwrap_or(u8::MAX)
    };
    let [r, g, b, a] = [Color32::r, Color32::g, Color32::b, Color32::a].map(mean);
    Color32::from_rgba_premultiplied(r, g, b, a)
}

/// Triangles that become one path.
#[derive(Default)]
struct Piece {
    color: Color32,
    polygons: Vec<Vec<Pos2>>,
    /// The corners of the last triangle.
    last: [u32; 3],
    /// The first and the last corner of the fan that the last triangle belongs to.
    fan: (u32, u32),
}

impl Piece {
    fn goes_on(&self, indices: [u32; 3], color: Color32) -> bool {
        let hangs_on = || indices.iter().any(|index| self.last.contains(index));
        color == self.color && (self.polygons.is_empty() || color.is_opaque() || hangs_on())
    }

    fn add(&mut self, indices: [u32; 3], corners: [Pos2; 3]) {
        let [first, second, third] = indices;
        match self.polygons.last_mut() {
            Some(fan) if self.fan == (first, second) => fan.push(corners[2]),
            _ => self.polygons.push(corners.to_vec()),
        }
        self.fan = (first, third);
        self.last = indices;
    }
}
