//! What was painted, as an SVG file.
//!
//! The tessellator's rules are kept where they move something that can be seen: lines and
//! rectangles snap to the pixels of the screen, the outline of a circle lies outside of it, and a
//! fill ends where its outline begins.

mod mesh;
mod number;
mod outline;
mod shape;
mod text;

use std::fmt::{Arguments, Write};

use egui::emath::{GuiRounding, TSTransform};
use egui::epaint::{ClippedShape, Shape};
use egui::{Color32, Pos2, Rect, Stroke};
use quick_xml::escape::escape;

use crate::network::export::xml::allowed;

use number::{Number, Opacity, Rgb};

/// A picture, and how much of what was painted it lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Svg {
    /// The file.
    pub text: String,
    /// Shapes in sight that SVG has no counterpart for: images, callbacks, colours that add light,
    /// strokes whose colour is a function.
    pub left_out: usize,
}

/// What was painted within a rectangle, as an SVG file: the same shapes, colours, texts and places
/// as on the screen.
///
/// `shapes`: as painted, in order; `rect`: what part of the screen, points; `ground`: the colour
/// behind everything.
pub fn svg(
    shapes: &[ClippedShape],
    rect: Rect,
    ground: Color32,
    title: &str,
    description: &str,
) -> Svg {
    let mut sheet = Sheet::new(rect, scale(shapes).unwrap_or(1.0));
    for ClippedShape { clip_rect, shape, transform_after_tessellation: moved } in shapes {
        if !moved.is_valid() || !sheet.clip(*clip_rect) {
            continue;
        }
        if *moved == TSTransform::IDENTITY {
            sheet.shape(shape);
        } else {
            let mut shape = shape.clone();
            shape.transform(*moved);
            sheet.shape(&shape);
        }
    }
    sheet.finish(ground, title, description)
}

/// Pixels in a point: every text knows for how many it was laid out.
fn scale<'a>(shapes: impl IntoIterator<Item = &'a ClippedShape>) -> Option<f32> {
    fn of(shape: &Shape) -> Option<f32> {
        match shape {
            Shape::Text(text) => Some(text.galley.pixels_per_point),
            Shape::Vec(shapes) => shapes.iter().find_map(of),
            _ => None,
        }
    }
    let is_usable = |scale: &f32| scale.is_finite() && *scale > 0.0;
    shapes.into_iter().find_map(|clipped| of(&clipped.shape)).filter(is_usable)
}

/// A picture in the making.
struct Sheet {
    rect: Rect,
    /// Pixels in a point.
    scale: f32,
    body: String,
    /// What can be seen of the shape at hand.
    sight: Rect,
    /// The clip of the shape at hand; none when it hides nothing.
    wanted: Option<Rect>,
    /// The clip of the group that is open.
    opened: Option<Rect>,
    clips: Vec<Rect>,
    /// Widths of soft edges.
    blurs: Vec<f32>,
    left_out: usize,
}

impl Sheet {
    fn new(rect: Rect, scale: f32) -> Self {
        Self {
            rect,
            scale,
            body: String::new(),
            sight: rect,
            wanted: None,
            opened: None,
            clips: Vec::new(),
            blurs: Vec::new(),
            left_out: 0,
        }
    }

    /// One pixel, points.
    fn pixel(&self) -> f32 {
        1.0 / self.scale
    }

    /// Sets the clip of what follows; whether anything can be seen through it.
    fn clip(&mut self, clip: Rect) -> bool {
        if clip.any_nan() {
            return false;
        }
        self.sight = match clip.contains_rect(self.rect) {
            true => self.rect,
            // The renderer cuts at whole pixels.
            false => clip.round_to_pixels(self.scale).intersect(self.rect),
        };
        self.wanted = (self.sight != self.rect).then_some(self.sight);
        self.sight.is_positive()
    }

    /// Whether any of these bounds can be seen. Bounds without an area cannot.
    fn sees(&self, bounds: Rect) -> bool {
        !bounds.any_nan() && bounds.intersect(self.sight).is_positive()
    }

    /// Writes a line into the group of the clip at hand.
    fn line(&mut self, line: Arguments<'_>) {
        if self.opened != self.wanted {
            if self.opened.is_some() {
                self.body.push_str("</g>\n");
            }
            if let Some(clip) = self.wanted {
                let clip = place(&mut self.clips, clip);
                put(&mut self.body, format_args!("<g clip-path=\"url(#clip{clip})\">\n"));
            }
            self.opened = self.wanted;
        }
        put(&mut self.body, line);
        self.body.push('\n');
    }

    /// Writes an element: its name and geometry, and what it is painted with.
    fn element(&mut self, geometry: &str, fill: Color32, stroke: Stroke) {
        let mut paint = String::new();
        match fill.a() {
            0 => paint.push_str(" fill=\"none\""),
            _ => put(&mut paint, format_args!(" fill=\"{}\"{}", Rgb(fill), Opacity("fill", fill))),
        }
        if is_drawn(stroke) {
            let (color, width) = (stroke.color, Number(stroke.width));
            let (rgb, opacity) = (Rgb(color), Opacity("stroke", color));
            put(&mut paint, format_args!(" stroke=\"{rgb}\"{opacity} stroke-width=\"{width}\""));
        }
        self.line(format_args!("<{geometry}{paint}/>"));
    }

    /// Writes a filled and outlined shape. `inside`: what the outline leaves to the fill;
    /// `middle`: the middle of the outline.
    fn outlined(&mut self, inside: &str, middle: &str, fill: Color32, stroke: Stroke) {
        let (fill, stroke) = (self.kept(fill), Stroke { color: self.kept(stroke.color), ..stroke });
        match (fill.a() > 0, is_drawn(stroke)) {
            (false, false) => {}
            (true, false) => self.element(inside, fill, Stroke::NONE),
            (false, true) => self.element(middle, Color32::TRANSPARENT, stroke),
            // What lies under an opaque outline cannot be seen.
            (true, true) if stroke.color.is_opaque() => self.element(middle, fill, stroke),
            (true, true) => {
                self.element(inside, fill, Stroke::NONE);
                self.element(middle, Color32::TRANSPARENT, stroke);
            }
        }
    }

    /// A colour that only adds light has no counterpart.
    fn kept(&mut self, color: Color32) -> Color32 {
        if color.a() == 0 && color != Color32::TRANSPARENT {
            self.left_out += 1;
            return Color32::TRANSPARENT;
        }
        color
    }

    fn finish(mut self, ground: Color32, title: &str, description: &str) -> Svg {
        if self.opened.is_some() {
            self.body.push_str("</g>\n");
        }
        let (width, height) = (Number(self.rect.width()), Number(self.rect.height()));
        let mut out = String::with_capacity(self.body.len() + 1024);
        // Mitres end at right angles, as the tessellator's do.
        put(
            &mut out,
            format_args!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
            viewBox=\"0 0 {width} {height}\" role=\"img\" xml:space=\"preserve\" \
            font-family=\"{}\" text-rendering=\"geometricPrecision\" stroke-miterlimit=\"1.42\">\n\
            <title>{}</title>\n<desc>{}</desc>\n",
                text::SANS,
                escaped(title),
                escaped(description)
            ),
        );
        self.definitions(&mut out);
        if ground.a() > 0 {
            let (rgb, opacity) = (Rgb(ground), Opacity("fill", ground));
            let size = format!("width=\"{width}\" height=\"{height}\"");
            put(&mut out, format_args!("<rect {size} fill=\"{rgb}\"{opacity}/>\n"));
        }
        out.push_str(&self.body);
        out.push_str("</svg>\n");
        Svg { text: out, left_out: self.left_out }
    }

    /// Writes what elements refer to.
    fn definitions(&self, out: &mut String) {
        if self.clips.is_empty() && self.blurs.is_empty() {
            return;
        }
        out.push_str("<defs>\n");
        for (at, clip) in self.clips.iter().enumerate() {
            let at_place = shape::corners(self.place(clip.min), clip.size());
            put(out, format_args!("<clipPath id=\"clip{at}\"><rect {at_place}/></clipPath>\n"));
        }
        for (at, width) in self.blurs.iter().enumerate() {
            // A ramp of this width has the variance of a box of this width.
            let deviation = Number(width / 12_f32.sqrt());
            put(
                out,
                format_args!(
                    "<filter id=\"blur{at}\" x=\"-50%\" y=\"-50%\" width=\"200%\" height=\"200%\" \
                color-interpolation-filters=\"sRGB\">\
                    <feGaussianBlur stdDeviation=\"{deviation}\"/></filter>\n"
                ),
            );
        }
        out.push_str("</defs>\n");
    }

    /// A place on the screen as a place in the picture.
    fn place(&self, pos: Pos2) -> Pos2 {
        pos - self.rect.min.to_vec2()
    }
}

fn is_drawn(stroke: Stroke) -> bool {
    stroke.width > 0.0 && stroke.width.is_finite() && stroke.color.a() > 0
}

/// Where something stands in a list; added when it is new.
fn place<T: PartialEq>(list: &mut Vec<T>, what: T) -> usize {
    list.iter().position(|known| *known == what).unwrap_or_else(|| {
        list.push(what);
        list.len() - 1
    })
}

/// Appends; memory does not refuse.
fn put(out: &mut String, what: Arguments<'_>) {
    let _ = out.write_fmt(what);
}

/// Text that no parser takes for anything else.
///
/// Characters that XML 1.0 (section 2.2) does not have become the replacement character.
fn escaped(text: &str) -> String {
    escape(allowed(text)).into_owned()
}

#[cfg(test)]
#[path = "svg_tests.rs"]
mod tests;
