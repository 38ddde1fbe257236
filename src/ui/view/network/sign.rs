//! Signs for what accounts have in common, drawn in a square of a given size.

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2, vec2};

use crate::network::picture::Evidence;

/// Paints the sign of a kind of evidence around `centre`, `size` points wide.
pub fn paint(painter: &Painter, centre: Pos2, size: f32, evidence: Evidence, ink: Color32) {
    let pen = Pen { painter, centre, unit: size / 10.0, ink };
    match evidence.name() {
        "card" => pen.card(),
        "device" => pen.device(),
        "address" => pen.globe(),
        "network" => pen.tree(),
        "phone prefix" => pen.hash(),
        "mail domain" | "mail pattern" => pen.envelope(),
        "client build" => pen.brackets(),
        "template" => pen.lines(),
        "key" => pen.key(),
        "organisation" => pen.house(),
        "synchrony" => pen.waves(),
        "alternation" => pen.turns(),
        "replay" => pen.loops(),
        _ => pen.arrow(),
    }
}

/// Draws in a square of ten by ten units around a centre.
struct Pen<'a> {
    painter: &'a Painter,
    centre: Pos2,
    unit: f32,
    ink: Color32,
}

impl Pen<'_> {
    fn at(&self, x: f32, y: f32) -> Pos2 {
        self.centre + vec2(x, y) * self.unit
    }

    fn stroke(&self) -> Stroke {
        Stroke::new((self.unit * 1.15).clamp(0.7, 1.6), self.ink)
    }

    fn line(&self, points: &[(f32, f32)]) {
        let points: Vec<Pos2> = points.iter().map(|(x, y)| self.at(*x, *y)).collect();
        self.painter.add(Shape::line(points, self.stroke()));
    }

    fn rect(&self, low: (f32, f32), high: (f32, f32), round: f32) {
        let rect = Rect::from_min_max(self.at(low.0, low.1), self.at(high.0, high.1));
        self.painter.rect_stroke(rect, round * self.unit, self.stroke(), StrokeKind::Middle);
    }

    fn card(&self) {
        self.rect((-4.6, -3.2), (4.6, 3.2), 0.9);
        self.line(&[(-4.6, -1.0), (4.6, -1.0)]);
    }

    fn device(&self) {
        self.rect((-2.6, -4.6), (2.6, 4.6), 1.0);
        self.line(&[(-0.8, 3.0), (0.8, 3.0)]);
    }

    fn globe(&self) {
        self.painter.circle_stroke(self.centre, 4.4 * self.unit, self.stroke());
        self.line(&[(-4.4, 0.0), (4.4, 0.0)]);
        let half = vec2(2.0, 4.4) * self.unit;
        let shape = egui::epaint::EllipseShape::stroke(self.centre, half, self.stroke());
        self.painter.add(shape);
    }

    fn tree(&self) {
        self.line(&[(0.0, -4.2), (0.0, 0.4)]);
        self.line(&[(-4.0, 4.2), (-4.0, 0.4), (4.0, 0.4), (4.0, 4.2)]);
        self.line(&[(0.0, 0.4), (0.0, 4.2)]);
    }

    fn hash(&self) {
        self.line(&[(-1.2, -4.0), (-2.2, 4.0)]);
        self.line(&[(2.2, -4.0), (1.2, 4.0)]);
        self.line(&[(-3.8, -1.4), (4.0, -1.4)]);
        self.line(&[(-4.0, 1.6), (3.8, 1.6)]);
    }

    fn envelope(&self) {
        self.rect((-4.6, -3.2), (4.6, 3.2), 0.6);
        self.line(&[(-4.4, -2.8), (0.0, 0.8), (4.4, -2.8)]);
    }

    fn brackets(&self) {
        self.line(&[(-2.2, -3.2), (-4.6, 0.0), (-2.2, 3.2)]);
        self.line(&[(2.2, -3.2), (4.6, 0.0), (2.2, 3.2)]);
    }

    fn lines(&self) {
        self.line(&[(-4.0, -3.2), (4.0, -3.2)]);
        self.line(&[(-4.0, 0.0), (1.6, 0.0)]);
        self.line(&[(-4.0, 3.2), (4.0, 3.2)]);
    }

    fn key(&self) {
        self.painter.circle_stroke(self.at(-2.4, 0.0), 2.2 * self.unit, self.stroke());
        self.line(&[(-0.2, 0.0), (4.6, 0.0), (4.6, 2.0)]);
        self.line(&[(2.4, 0.0), (2.4, 1.8)]);
    }

    fn house(&self) {
        self.rect((-3.4, -4.2), (3.4, 4.4), 0.4);
        self.line(&[(-1.2, -1.6), (-1.2, -0.8)]);
        self.line(&[(1.2, -1.6), (1.2, -0.8)]);
        self.line(&[(-1.2, 1.0), (-1.2, 1.8)]);
        self.line(&[(1.2, 1.0), (1.2, 1.8)]);
    }

    fn waves(&self) {
        for y in [-1.8, 1.8] {
            self.line(&[
                (-4.6, y + 1.0),
                (-2.2, y - 1.2),
                (0.0, y + 1.0),
                (2.2, y - 1.2),
                (4.6, y + 1.0),
            ]);
        }
    }

    fn turns(&self) {
        self.line(&[(-4.4, -1.8), (4.4, -1.8), (2.4, -3.8)]);
        self.line(&[(4.4, 1.8), (-4.4, 1.8), (-2.4, 3.8)]);
    }

    fn loops(&self) {
        let step = |i: u8| {
            let angle = -0.9 + 5.0 * f32::from(i) / 14.0;
            let at = 3.8 * Vec2::angled(angle);
            (at.x, at.y)
        };
        let arc: Vec<(f32, f32)> = (0..=14).map(step).collect();
        self.line(&arc);
        self.line(&[(0.4, -5.0), (2.6, -3.0), (4.6, -5.2)]);
    }

    fn arrow(&self) {
        self.line(&[(-4.4, 0.0), (3.6, 0.0)]);
        self.line(&[(1.0, -2.6), (3.6, 0.0), (1.0, 2.6)]);
        self.line(&[(4.8, -3.4), (4.8, 3.4)]);
    }
}

/// A sign in a row of widgets.
pub fn here(ui: &mut egui::Ui, evidence: Evidence, ink: Color32) {
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(14.0), egui::Sense::hover());
    paint(ui.painter(), rect.center(), 11.0, evidence, ink);
}

/// A square around which things are drawn; another behind it where they are several.
pub fn square(
    painter: &Painter,
    centre: Pos2,
    size: f32,
    is_several: bool,
    look: (Color32, Stroke),
) {
    let rect = Rect::from_center_size(centre, Vec2::splat(size));
    let round = (size * 0.22).min(5.0);
    if is_several {
        let behind = rect.translate(pos2(0.14 * size, -0.14 * size).to_vec2());
        painter.rect(behind, round, look.0, look.1, StrokeKind::Inside);
    }
    painter.rect(rect, round, look.0, look.1, StrokeKind::Inside);
}
