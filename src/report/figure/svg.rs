//! A figure as an SVG file: plotters draws, and the file says what it shows and which query
//! made it.

use std::fmt::Write;

use plotters::coord::Shift;
use plotters::prelude::*;

use super::canvas::{Canvas, Drawn, SCALE};
use super::{Caption, Figure};
use crate::report::ReportError;

/// Draws one figure of `width` × `height` pt.
///
/// # Errors
/// [`ReportError::Figure`] when the backend fails.
pub fn draw(
    caption: Caption,
    (width, height): (f64, f64),
    paint: impl FnOnce(&Canvas<'_, SVGBackend<'_>>) -> Drawn<SVGBackend<'static>>,
) -> Result<Figure, ReportError> {
    let failed = |file: &str, why: String| ReportError::Figure { figure: file.to_owned(), why };
    let size = ((width * SCALE).round() as u32, (height * SCALE).round() as u32);
    let mut body = String::new();
    {
        let area: DrawingArea<SVGBackend<'_>, Shift> =
            SVGBackend::with_string(&mut body, size).into_drawing_area();
        paint(&Canvas::new(&area)).map_err(|e| failed(&caption.file, e.to_string()))?;
        area.present().map_err(|e| failed(&caption.file, e.to_string()))?;
    }
    let drawn = body.split_once('>').map_or("", |(_, drawn)| drawn);
    let svg = format!("{}{drawn}", head(&caption, (width, height), size));
    Ok(Figure { caption, svg })
}

/// The opening tag with real units, and the words for those who do not see the figure.
fn head(caption: &Caption, (width, height): (f64, f64), (w, h): (u32, u32)) -> String {
    let mut out = String::new();
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}pt\" height=\"{height}pt\" \
         viewBox=\"0 0 {w} {h}\" role=\"img\">\n<title>{}</title>\n<desc>{}</desc>",
        escape(&caption.title),
        escape(&format!("{} Query: {}", caption.alt, caption.query())),
    );
    out
}

/// XML text; what XML 1.0 has no character for, and what only controls, becomes a space.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_characters_of_xml_are_written() {
        assert_eq!(
            escape("a\u{0}b\u{fffe}c\u{ffff}d\u{fffd}<\u{10ffff}"),
            "a b c d\u{fffd}&lt;\u{10ffff}"
        );
    }
}
