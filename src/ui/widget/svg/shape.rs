//! Shapes, each as the element that looks like what the tessellator makes of it.

use egui::emath::{GuiRounding, Rot2};
use egui::epaint::{
    BandPoint, BandShape, CircleShape, ColorMode, CornerRadiusF32, CubicBezierShape, EllipseShape,
    PathShape, PathStroke, QuadraticBezierShape, RectShape, RoundedRect, Shape, StrokeKind,
};
use egui::{Color32, Pos2, Rangef, Rect, Stroke, Vec2, pos2};

use super::number::{Degrees, Number, Point};
use super::{Sheet, is_drawn, outline, place};

/// Far enough outside of every screen; some rectangles have no end.
const FAR: f32 = 1e6;

impl Sheet {
    /// Writes a shape.
    pub fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Noop => {}
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| self.shape(shape)),
            Shape::Circle(circle) => self.circle(circle),
            Shape::Ellipse(ellipse) => self.ellipse(ellipse),
            Shape::LineSegment { points, stroke } => self.segment(*points, *stroke),
            Shape::Path(path) => self.path(path),
            Shape::Band(band) => self.band(band),
            Shape::Rect(rect) => self.rectangle(rect),
            Shape::Text(text) => self.text(text),
            Shape::Mesh(mesh) => self.mesh(mesh),
            Shape::QuadraticBezier(curve) => self.quadratic(curve),
            Shape::CubicBezier(curve) => self.cubic(curve),
            Shape::Callback(callback) => {
                self.left_out += usize::from(self.sees(callback.rect));
            }
        }
    }

    fn circle(&mut self, circle: &CircleShape) {
        let CircleShape { center, radius, fill, stroke } = *circle;
        let bounds = Rect::from_center_size(center, Vec2::splat(2.0 * (radius + stroke.width)));
        if radius <= 0.0 || !radius.is_finite() || !self.sees(bounds) {
            return;
        }
        let Pos2 { x, y } = self.place(center);
        let geometry = |radius: f32| {
            format!("circle cx=\"{}\" cy=\"{}\" r=\"{}\"", Number(x), Number(y), Number(radius))
        };
        self.outlined(&geometry(radius), &geometry(radius + 0.5 * stroke.width), fill, stroke);
    }

    fn ellipse(&mut self, ellipse: &EllipseShape) {
        let EllipseShape { center, radius, fill, stroke, angle } = *ellipse;
        let is_one = radius.min_elem() > 0.0 && radius.is_finite() && angle.is_finite();
        let reach = Vec2::splat(2.0 * (radius.max_elem() + stroke.width));
        if !is_one || !self.sees(Rect::from_center_size(center, reach)) {
            return;
        }
        let center = self.place(center);
        let (x, y, turned) = (Number(center.x), Number(center.y), turned(angle, center));
        let geometry = |out: f32| {
            let (rx, ry) = (Number(radius.x + out), Number(radius.y + out));
            format!("ellipse cx=\"{x}\" cy=\"{y}\" rx=\"{rx}\" ry=\"{ry}\"{turned}")
        };
        self.outlined(&geometry(0.0), &geometry(0.5 * stroke.width), fill, stroke);
    }

    /// A line between two points, which is set to pixels when it is upright or level.
    pub fn segment(&mut self, [mut a, mut b]: [Pos2; 2], stroke: Stroke) {
        let quarter = 0.25 * self.pixel();
        // Its ends reach half a pixel further, so they are set to the middles of pixels.
        let ends = |from: &mut f32, to: &mut f32| {
            let inwards = if *from < *to { quarter } else { -quarter };
            *from = (*from + inwards).round_to_pixel_center(self.scale);
            *to = (*to - inwards).round_to_pixel_center(self.scale);
        };
        if !a.is_finite() || !b.is_finite() || a == b {
            return;
        }
        if a.x == b.x {
            stroke.round_center_to_pixel(self.scale, &mut a.x);
            b.x = a.x;
            ends(&mut a.y, &mut b.y);
        } else if a.y == b.y {
            stroke.round_center_to_pixel(self.scale, &mut a.y);
            b.y = a.y;
            ends(&mut a.x, &mut b.x);
        }
        self.open_line(&[a, b], stroke);
    }

    /// A line through points. Unless it is thinner than a pixel, each end gets half a pixel more.
    pub fn open_line(&mut self, points: &[Pos2], stroke: Stroke) {
        let Some(bounds) = outline::bounds(points) else { return };
        if points.len() < 2 || !self.sees(bounds.expand(stroke.width)) {
            return;
        }
        let stroke = Stroke { color: self.kept(stroke.color), ..stroke };
        if !is_drawn(stroke) {
            return;
        }
        let more = if stroke.width > 0.9 * self.pixel() { 0.5 * self.pixel() } else { 0.0 };
        let points: Vec<Pos2> =
            outline::lengthened(points, more).iter().map(|pos| self.place(*pos)).collect();
        let geometry = match points.as_slice() {
            [a, b] => {
                let [x1, y1, x2, y2] = [a.x, a.y, b.x, b.y].map(Number);
                format!("line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"")
            }
            points => format!("polyline {}", outline::points(points)),
        };
        self.element(&geometry, Color32::TRANSPARENT, stroke);
    }

    fn path(&mut self, path: &PathShape) {
        let PathShape { points, closed, fill, stroke } = path;
        match closed {
            true => self.polygon(points, *fill, stroke),
            false => {
                let stroke = self.solid(stroke);
                self.open_line(points, stroke);
            }
        }
    }

    fn polygon(&mut self, points: &[Pos2], fill: Color32, stroke: &PathStroke) {
        let Some(bounds) = outline::bounds(points) else { return };
        if points.len() < 2 || !self.sees(bounds.expand(2.0 * stroke.width)) {
            return;
        }
        let out = outline::aside(stroke);
        let half = 0.5 * stroke.width;
        let stroke = self.solid(stroke);
        let mut points: Vec<Pos2> = points.iter().map(|pos| self.place(*pos)).collect();
        if fill.a() > 0 && outline::area(&points) < 0.0 {
            points.reverse();
        }
        let geometry = |by: f32| match by == 0.0 {
            true => format!("polygon {}", outline::points(&points)),
            false => format!("polygon {}", outline::points(&outline::moved(&points, by))),
        };
        self.outlined(&geometry(out - half), &geometry(out), fill, stroke);
    }

    fn band(&mut self, band: &BandShape) {
        let BandShape { points, fill, stroke, stroke_kind, angle } = band;
        let inset = match stroke_kind {
            StrokeKind::Inside => stroke.width,
            StrokeKind::Middle => 0.5 * stroke.width,
            StrokeKind::Outside => 0.0,
        };
        let turn = Rot2::from_angle(*angle);
        let pos = |x: f32, y: f32| (turn * Vec2::new(x, y)).to_pos2();
        let edge = |point: &BandPoint| {
            let half = (0.5 * point.y.span() - inset).max(0.0);
            Rangef::new(point.y.center() - half, point.y.center() + half)
        };
        let is_valid = |point: &BandPoint| point.is_finite() && point.y.min <= point.y.max;
        let goes_on = |a: &BandPoint, b: &BandPoint| is_valid(a) && is_valid(b) && a.x < b.x;
        for run in points.chunk_by(goes_on).filter(|run| run.len() > 1) {
            let upper = run.iter().map(|point| pos(point.x, edge(point).min));
            let lower = run.iter().rev().map(|point| pos(point.x, edge(point).max));
            let points: Vec<Pos2> = upper.chain(lower).collect();
            self.polygon(&points, *fill, &PathStroke::from(*stroke).outside());
        }
    }

    fn rectangle(&mut self, shape: &RectShape) {
        if shape.rect.any_nan() || !shape.angle.is_finite() || !self.sees(reach(shape)) {
            return;
        }
        let mut shape = shape.clone();
        if shape.brush.take().is_some() {
            self.left_out += 1;
            shape.fill = Color32::TRANSPARENT;
        }
        shape.rect = shape.rect.intersect(Rect::from_min_max(pos2(-FAR, -FAR), pos2(FAR, FAR)));
        swallow(&mut shape, self.pixel());
        let (rect, thin) = (shape.rect, 2.0 * self.pixel());
        let is_plain = !is_drawn(shape.stroke) && shape.angle == 0.0;
        if is_plain && rect.width() <= thin {
            let stroke = Stroke::new(rect.width(), shape.fill);
            self.segment([rect.center_top(), rect.center_bottom()], stroke);
        } else if is_plain && rect.height() <= thin {
            let stroke = Stroke::new(rect.height(), shape.fill);
            self.segment([rect.left_center(), rect.right_center()], stroke);
        } else {
            self.rounded(&shape);
        }
    }

    /// A rectangle that is wide and high enough to have corners.
    fn rounded(&mut self, shape: &RectShape) {
        let RectShape { fill, stroke, stroke_kind, blur_width, angle, .. } = *shape;
        let rect = self.snapped(shape);
        let out = match stroke_kind {
            StrokeKind::Inside => 0.0,
            StrokeKind::Middle => 0.5 * stroke.width,
            StrokeKind::Outside => stroke.width,
        };
        let blur = match blur_width > self.pixel() {
            true => blur_width.min(rect.size().min_elem() - 0.1 - 2.0 * stroke.width).max(0.0),
            false => 0.0,
        };
        let radii =
            radii(CornerRadiusF32::from(shape.corner_radius), 0.5 * blur, out, stroke.width);
        let place = rect.translate(-self.rect.min.to_vec2());
        let outer = RoundedRect::new(place.expand(out), radii);
        let mut more = turned(angle, place.center());
        if blur > 0.0 {
            more.push_str(&format!(" filter=\"url(#blur{})\"", self::place(&mut self.blurs, blur)));
        }
        let geometry = |inwards: f32| format!("{}{more}", rounded(outer.shrink(inwards)));
        self.outlined(&geometry(stroke.width), &geometry(0.5 * stroke.width), fill, stroke);
    }

    /// Where a rectangle lies once it is set to pixels.
    fn snapped(&self, shape: &RectShape) -> Rect {
        let mut rect = shape.rect;
        if shape.round_to_pixels == Some(false) {
            return rect;
        }
        if shape.stroke_kind != StrokeKind::Middle || shape.stroke.width <= 0.0 {
            return rect.round_to_pixels(self.scale);
        }
        for edge in [&mut rect.min.x, &mut rect.min.y, &mut rect.max.x, &mut rect.max.y] {
            shape.stroke.round_center_to_pixel(self.scale, edge);
        }
        rect
    }

    fn quadratic(&mut self, curve: &QuadraticBezierShape) {
        let QuadraticBezierShape { points, closed, fill, stroke } = curve;
        let [from, by, to] = points.map(|pos| Point(self.place(pos)));
        self.curve(points, *fill, stroke, &way(*closed, format!("M{from}Q{by} {to}")));
    }

    fn cubic(&mut self, curve: &CubicBezierShape) {
        let CubicBezierShape { points, closed, fill, stroke } = curve;
        let [from, by, then, to] = points.map(|pos| Point(self.place(pos)));
        self.curve(points, *fill, stroke, &way(*closed, format!("M{from}C{by} {then} {to}")));
    }

    /// A curve stays one, so that it is smooth at every size.
    fn curve(&mut self, points: &[Pos2], fill: Color32, stroke: &PathStroke, geometry: &str) {
        let Some(bounds) = outline::bounds(points) else { return };
        if self.sees(bounds.expand(stroke.width)) {
            let stroke = self.solid(stroke);
            self.outlined(geometry, geometry, fill, stroke);
        }
    }

    /// A stroke of one colour; a colour that is a function has no counterpart.
    fn solid(&mut self, stroke: &PathStroke) -> Stroke {
        match &stroke.color {
            ColorMode::Solid(color) => Stroke::new(stroke.width, *color),
            ColorMode::UV(_) => {
                self.left_out += usize::from(stroke.width > 0.0);
                Stroke::new(stroke.width, Color32::TRANSPARENT)
            }
        }
    }
}

fn way(closed: bool, way: String) -> String {
    format!("path d=\"{way}{}\"", if closed { "Z" } else { "" })
}

/// Turned clockwise about a place.
pub fn turned(angle: f32, about: Pos2) -> String {
    match angle == 0.0 {
        true => String::new(),
        false => format!(" transform=\"rotate({} {})\"", Degrees(angle), Point(about)),
    }
}

/// How far a rectangle reaches with its outline and its soft edge.
fn reach(shape: &RectShape) -> Rect {
    let reach = shape.rect.expand(shape.stroke.width.max(0.0) + shape.blur_width);
    if shape.angle == 0.0 {
        return reach;
    }
    let centre = shape.rect.center().to_vec2();
    reach.translate(-centre).rotate_bb(Rot2::from_angle(shape.angle)).translate(centre)
}

/// A rectangle that its outline covers is filled with the outline's colour instead.
fn swallow(shape: &mut RectShape, pixel: f32) {
    if shape.stroke.is_empty() {
        return;
    }
    let width = shape.stroke.width;
    let whole = match shape.stroke_kind {
        StrokeKind::Inside => shape.rect,
        StrokeKind::Middle => shape.rect.expand(0.5 * width),
        StrokeKind::Outside => shape.rect.expand(width),
    };
    if whole.size().min_elem() <= 2.0 * width + 0.5 * pixel {
        shape.rect = whole;
        shape.fill = shape.stroke.color;
        shape.stroke = Stroke::NONE;
    }
}

/// The radii at the outside of the outline, `out` from the edge, as the tessellator widens them.
fn radii(at_edge: CornerRadiusF32, blur: f32, out: f32, stroke: f32) -> CornerRadiusF32 {
    let at_edge = at_edge + CornerRadiusF32::same(blur);
    let outside = |radius: f32| match radius == 0.0 {
        true => 0.0,
        false => (radius + out + 0.4).max(stroke + 0.1),
    };
    CornerRadiusF32 {
        nw: outside(at_edge.nw),
        ne: outside(at_edge.ne),
        sw: outside(at_edge.sw),
        se: outside(at_edge.se),
    }
}

/// Place and size of a rectangle, as attributes.
pub fn corners(min: Pos2, size: Vec2) -> String {
    let [x, y, width, height] = [min.x, min.y, size.x, size.y].map(Number);
    format!("x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"")
}

fn rounded(rounded: RoundedRect) -> String {
    let (rect, radii) = rounded.into_parts();
    let CornerRadiusF32 { nw, ne, sw, se } = radii;
    let place = corners(rect.min, rect.size());
    if [ne, sw, se].iter().any(|radius| *radius != nw) {
        return uneven(rect, radii);
    }
    match nw == 0.0 {
        true => format!("rect {place}"),
        false => format!("rect {place} rx=\"{}\"", Number(nw)),
    }
}

/// A rectangle whose corners differ, clockwise from where the upper edge begins.
fn uneven(rect: Rect, radii: CornerRadiusF32) -> String {
    let CornerRadiusF32 { nw, ne, sw, se } = radii;
    let Rect { min, max } = rect;
    let arc = |radius: f32, x: f32, y: f32| match radius == 0.0 {
        true => String::new(),
        false => format!("A{0} {0} 0 0 1 {1}", Number(radius), Point(pos2(x, y))),
    };
    format!(
        "path d=\"M{}H{}{}V{}{}H{}{}V{}{}Z\"",
        Point(pos2(min.x + nw, min.y)),
        Number(max.x - ne),
        arc(ne, max.x, min.y + ne),
        Number(max.y - se),
        arc(se, max.x - se, max.y),
        Number(min.x + sw),
        arc(sw, min.x, max.y - sw),
        Number(min.y + nw),
        arc(nw, min.x + nw, min.y),
    )
}
