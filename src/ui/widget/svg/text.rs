//! Text, letter by letter where the screen has it.

use egui::emath::GuiRounding;
use egui::epaint::TextShape;
use egui::epaint::text::{Galley, Glyph, LayoutSection, PlacedRow, Row};
use egui::{Color32, FontFamily, Pos2, Rect, Stroke, Vec2};

use super::number::{Number, Opacity, Rgb};
use super::{Sheet, escaped, is_drawn, put, shape};

/// The typeface of everything that names none.
pub const SANS: &str = "Inter, Arial, sans-serif";
const MONO: &str = "&quot;JetBrains Mono&quot;, Consolas, monospace";

impl Sheet {
    /// Writes a text: backgrounds, letters, lines.
    pub fn text(&mut self, text: &TextShape) {
        let is_placed = text.pos.is_finite() && text.angle.is_finite();
        let is_there = text.opacity_factor > 0.0 && !text.galley.is_empty();
        if !is_placed || !is_there || !self.sees(text.visual_bounding_rect().expand(1.0)) {
            return;
        }
        let pos = text.pos.round_to_pixels(self.scale);
        if text.angle != 0.0 {
            self.line(format_args!("<g{}>", shape::turned(text.angle, self.place(pos))));
        }
        let mut reader = Reader::new(&text.galley);
        for (at, row) in text.galley.rows.iter().enumerate() {
            let is_last = at + 1 == text.galley.rows.len();
            let runs = reader.runs(row, is_last);
            let origin = pos + row.pos.to_vec2();
            let bounds = row.visuals.mesh_bounds.translate(origin.to_vec2()).expand(1.0);
            // A text may have hundreds of rows out of sight.
            if text.angle != 0.0 || self.sees(bounds) {
                self.row(text, row, origin, &runs);
            }
        }
        if text.angle != 0.0 {
            self.line(format_args!("</g>"));
        }
    }

    fn row(&mut self, text: &TextShape, row: &Row, origin: Pos2, runs: &[Run<'_>]) {
        self.backgrounds(text, row, origin);
        for run in runs {
            self.run(text, origin, run);
        }
        let scale = scale(row);
        self.section_lines(text, origin, scale, runs);
        let bounds = row.visuals.mesh_bounds.translate(origin.to_vec2());
        if is_drawn(text.underline) && bounds.is_finite() {
            self.segment([bounds.left_bottom(), bounds.right_bottom()], text.underline);
        }
    }

    /// What is painted before the letters is rectangles of four corners each.
    fn backgrounds(&mut self, text: &TextShape, row: &Row, origin: Pos2) {
        let before = row.visuals.mesh.vertices.get(..row.visuals.glyph_vertex_range.start);
        for corners in before.unwrap_or_default().chunks_exact(4) {
            let [first, .., last] = corners else { continue };
            let rect = Rect::from_two_pos(first.pos, last.pos).translate(origin.to_vec2());
            let color = self.kept(shown(text, first.color));
            if color.a() > 0 && rect.is_positive() {
                let place = shape::corners(self.place(rect.min), rect.size());
                self.element(&format!("rect {place}"), color, Stroke::NONE);
            }
        }
    }

    fn run(&mut self, text: &TextShape, origin: Pos2, run: &Run<'_>) {
        let color = text.override_text_color.unwrap_or_else(|| fallen_back(text, run.color));
        let color = match run.is_color {
            // A letter with colours of its own has of the text's only the opacity.
            true => Color32::from_white_alpha(color.a()),
            false => color,
        };
        let color = self.kept(faded(text, color));
        if color.a() == 0 || run.text.trim().is_empty() {
            return;
        }
        let left = self.place(origin);
        let places: Vec<String> = run.xs.iter().map(|x| Number(left.x + x).to_string()).collect();
        let mut attributes = String::new();
        put(
            &mut attributes,
            format_args!(
                "x=\"{}\" y=\"{}\" font-size=\"{}\"{}",
                places.join(" "),
                Number(left.y + run.y),
                Number(run.size),
                face(run)
            ),
        );
        let (rgb, opacity) = (Rgb(color), Opacity("fill", color));
        self.line(format_args!(
            "<text {attributes} fill=\"{rgb}\"{opacity}>{}</text>",
            escaped(&run.text)
        ));
    }

    /// Lines under and through letters, as long as the letters before them go on.
    fn section_lines(&mut self, text: &TextShape, origin: Pos2, scale: f32, runs: &[Run<'_>]) {
        type Of = fn(&Run<'_>) -> (Stroke, f32);
        let under: Of = |run| (run.section.format.underline, run.bottom);
        let through: Of = |run| (run.section.format.strikethrough, run.middle);
        for of in [under, through] {
            for runs in runs.chunk_by(|a, b| of(a) == of(b)) {
                let ([first, ..], [.., last]) = (runs, runs) else { continue };
                let (mut stroke, mut y) = of(first);
                stroke.round_center_to_pixel(self.scale, &mut y);
                stroke.color = shown(text, stroke.color);
                stroke.width *= scale;
                let at = |x: f32| origin + Vec2::new(x, y);
                self.open_line(&[at(first.left), at(last.right)], stroke);
            }
        }
    }
}

/// A colour of a text as it is seen.
fn shown(text: &TextShape, color: Color32) -> Color32 {
    faded(text, fallen_back(text, color))
}

fn fallen_back(text: &TextShape, color: Color32) -> Color32 {
    if color == Color32::PLACEHOLDER { text.fallback_color } else { color }
}

fn faded(text: &TextShape, color: Color32) -> Color32 {
    if text.opacity_factor < 1.0 { color.gamma_multiply(text.opacity_factor) } else { color }
}

/// The typeface of a run, as attributes; no name of a typeface is copied.
fn face(run: &Run<'_>) -> String {
    let format = &run.section.format;
    let (family, weight) = match &format.font_id.family {
        FontFamily::Proportional => (None, None),
        FontFamily::Monospace => (Some(MONO), None),
        FontFamily::Name(name) => match &**name {
            "medium" => (None, Some(500)),
            "semibold" => (None, Some(600)),
            "bold" => (None, Some(700)),
            _ => (None, None),
        },
    };
    let mut face = String::new();
    if let Some(family) = family {
        put(&mut face, format_args!(" font-family=\"{family}\""));
    }
    if let Some(weight) = weight {
        put(&mut face, format_args!(" font-weight=\"{weight}\""));
    }
    if format.italics {
        face.push_str(" font-style=\"italic\"");
    }
    if run.text.chars().any(|c| c >= '\u{590}') {
        // The screen knows one direction only, and nothing in a text may turn it.
        face.push_str(" direction=\"ltr\" unicode-bidi=\"bidi-override\"");
    }
    face
}

/// How much larger a row is than it was laid out: layers can be zoomed.
fn scale(row: &Row) -> f32 {
    let vertices = &row.visuals.mesh.vertices;
    let of = |glyph: &Glyph| {
        let first = glyph.first_vertex as usize;
        let (upper, lower) = (vertices.get(first)?, vertices.get(first + 3)?);
        let scale = (lower.pos.y - upper.pos.y) / glyph.uv_rect.size.y;
        (!glyph.uv_rect.is_nothing() && scale.is_finite() && scale > 0.0).then_some(scale)
    };
    row.glyphs.iter().find_map(of).unwrap_or(1.0)
}

/// Letters that look alike. Only the first ones have places; a last one may follow without.
struct Run<'a> {
    section: &'a LayoutSection,
    color: Color32,
    is_color: bool,
    size: f32,
    text: String,
    xs: Vec<f32>,
    y: f32,
    /// Whether nothing with a place may follow: viewers do not agree on how many places a cluster
    /// or a letter beyond the first 65,536 takes.
    is_closed: bool,
    left: f32,
    right: f32,
    middle: f32,
    bottom: f32,
}

/// Reads the letters of a galley, of which each knows its place but not its section.
struct Reader<'a> {
    galley: &'a Galley,
    /// Where in the text of the galley.
    at: usize,
    /// Where the paragraph begins.
    paragraph: usize,
    section: usize,
}

impl<'a> Reader<'a> {
    fn new(galley: &'a Galley) -> Self {
        Self { galley, at: 0, paragraph: 0, section: 0 }
    }

    fn runs(&mut self, row: &'a PlacedRow, is_last: bool) -> Vec<Run<'a>> {
        let mut runs: Vec<Run<'a>> = Vec::new();
        let (scale, pixel) = (scale(row), 1.0 / self.galley.pixels_per_point);
        let mut next_x = f32::NAN;
        for (at, glyph) in row.glyphs.iter().enumerate() {
            let following = row.glyphs.get(at + 1);
            let is_end = is_last && following.is_none();
            let letter = match is_end && self.is_ellipsis(glyph) {
                true => glyph.chr,
                false => self.letter(glyph, following),
            };
            let Some(section) = self.galley.job.sections.get(self.section) else { continue };
            let x = drawn_at(glyph, next_x, pixel);
            next_x = x + glyph.advance_width + section.format.extra_letter_spacing;
            add(&mut runs, row, Letter { glyph, section, letter, x, scale });
        }
        if row.ends_with_newline {
            self.end_paragraph();
        }
        runs
    }

    /// Whether a glyph stands for what had no room; it looks like the letter before it.
    fn is_ellipsis(&self, glyph: &Glyph) -> bool {
        self.galley.elided && Some(glyph.chr) == self.galley.job.wrap.overflow_character
    }

    /// The character that a glyph stands for, and on to the next one.
    ///
    /// There is a glyph for each character, but a cluster's glyphs all name its first one, and now
    /// and then a character has two.
    fn letter(&mut self, glyph: &Glyph, following: Option<&Glyph>) -> char {
        self.find_section();
        let rest = self.galley.job.text.get(self.at..).unwrap_or("");
        let Some(here) = rest.chars().next() else { return glyph.chr };
        let is_second = glyph.chr != here && following.is_some_and(|next| next.chr == here);
        if !is_second {
            self.at += here.len_utf8();
        }
        let is_own = glyph.advance_width > 0.0 || is_second;
        if is_own { glyph.chr } else { here }
    }

    /// Goes on to the section of the character at hand.
    fn find_section(&mut self) {
        let sections = &self.galley.job.sections;
        let is_over = |at: usize| sections.get(at).is_some_and(|s| s.byte_range.end.0 <= self.at);
        while is_over(self.section) && self.section + 1 < sections.len() {
            self.section += 1;
        }
    }

    fn end_paragraph(&mut self) {
        let text = self.galley.job.text.get(self.paragraph..).unwrap_or("");
        if let Some(end) = text.find('\n') {
            self.paragraph += end + 1;
            self.at = self.paragraph;
            self.section = 0;
        }
    }
}

/// Where a glyph is drawn. Its own place is that of its pixel; where in the pixel, its bitmap
/// knows, and the width of what stands before it.
fn drawn_at(glyph: &Glyph, next_x: f32, pixel: f32) -> f32 {
    let within = (next_x - glyph.pos.x) / pixel;
    match (-1.0..2.0).contains(&within) {
        true => next_x.clamp(glyph.pos.x - 0.125 * pixel, glyph.pos.x + 0.875 * pixel),
        false => glyph.pos.x,
    }
}

/// A glyph, and what is known of it.
struct Letter<'a> {
    glyph: &'a Glyph,
    section: &'a LayoutSection,
    letter: char,
    x: f32,
    scale: f32,
}

impl<'a> Letter<'a> {
    /// The colour that was laid out.
    fn color(&self, row: &Row) -> Color32 {
        let vertex = row.visuals.mesh.vertices.get(self.glyph.first_vertex as usize);
        match vertex.filter(|_| !self.glyph.uv_rect.is_nothing()) {
            Some(vertex) => vertex.color,
            None => self.section.format.color,
        }
    }

    fn run(&self, row: &Row) -> Run<'a> {
        let (glyph, scale) = (self.glyph, self.scale);
        let place = glyph.logical_rect();
        Run {
            section: self.section,
            color: self.color(row),
            is_color: glyph.is_color,
            size: self.section.format.font_id.size * scale,
            text: self.letter.into(),
            xs: vec![self.x * scale],
            y: glyph.pos.y * scale,
            is_closed: self.letter > '\u{ffff}',
            left: place.left() * scale,
            right: place.right() * scale,
            middle: place.center().y * scale,
            bottom: place.bottom() * scale,
        }
    }
}

/// Adds a letter to the last run, or as a new one.
fn add<'a>(runs: &mut Vec<Run<'a>>, row: &Row, mut letter: Letter<'a>) {
    // Blanks within a text show as such, also where the font has a box for them.
    if letter.letter.is_control() && letter.letter.is_whitespace() {
        letter.letter = ' ';
    }
    let new = letter.run(row);
    let is_alike = |run: &&mut Run<'_>| {
        let is_one = std::ptr::eq(run.section, new.section);
        is_one && run.color == new.color && run.is_color == new.is_color
    };
    match runs.last_mut().filter(is_alike) {
        Some(run) if letter.glyph.advance_width == 0.0 => {
            run.text.push(letter.letter);
            run.is_closed = true;
        }
        Some(run) if !run.is_closed && run.y == new.y => {
            run.text.push(letter.letter);
            run.xs.extend(new.xs);
            run.is_closed = new.is_closed;
            run.right = new.right;
        }
        _ => runs.push(new),
    }
}
