//! Drawing in points on any plotters backend.

use std::sync::Once;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, register_font};

use super::palette::Swatch;

/// Backend units in a point: plotters counts in whole units, a page does not.
pub const SCALE: f64 = 8.0;
/// Family of words and numbers.
pub const SANS: &str = "Inter";
/// Family of ids.
pub const MONO: &str = "JetBrains Mono";

/// Makes the report's fonts known to plotters, so that text has its real width everywhere.
fn register_fonts() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let fonts: [(&str, FontStyle, &'static [u8]); 3] = [
            (SANS, FontStyle::Normal, include_bytes!("../../../assets/fonts/Inter-Regular.otf")),
            (SANS, FontStyle::Bold, include_bytes!("../../../assets/fonts/Inter-SemiBold.otf")),
            (
                MONO,
                FontStyle::Normal,
                include_bytes!("../../../assets/fonts/JetBrainsMono-Regular.ttf"),
            ),
        ];
        for (family, style, bytes) in fonts {
            // A font that cannot be read only costs the exact width of labels.
            let _ = register_font(family, style, bytes);
        }
    });
}

/// Where a text stands relative to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// It starts there.
    Start,
    /// It is centred there.
    Middle,
    /// It ends there.
    End,
}

/// How a text looks.
#[derive(Clone, Copy)]
pub struct Ink<'a> {
    /// [`SANS`] or [`MONO`].
    pub family: &'a str,
    /// Size, pt.
    pub size: f64,
    /// Colour.
    pub colour: &'a Swatch,
    /// Semi-bold.
    pub strong: bool,
}

/// A drawing area measured in points from the top left.
pub struct Canvas<'a, DB: DrawingBackend> {
    area: &'a DrawingArea<DB, Shift>,
}

/// What drawing can fail with.
pub type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

impl<'a, DB: DrawingBackend> Canvas<'a, DB> {
    /// Draws on `area`, whose units are 1/[`SCALE`] pt.
    pub fn new(area: &'a DrawingArea<DB, Shift>) -> Self {
        register_fonts();
        Self { area }
    }

    /// A filled rectangle from the top left to the bottom right corner.
    ///
    /// # Errors
    /// The backend's, as for all drawing.
    pub fn rect(&self, from: (f64, f64), to: (f64, f64), fill: &Swatch) -> Drawn<DB> {
        let (a, b) = (units(from), units(to));
        self.area.draw(&Rectangle::new([a, b], fill.rgb().filled()))
    }

    /// A straight line, `width` pt wide.
    ///
    /// # Errors
    /// The backend's.
    pub fn line(&self, from: (f64, f64), to: (f64, f64), width: f64, stroke: &Swatch) -> Drawn<DB> {
        let style = stroke.rgb().stroke_width((width * SCALE).round().max(1.0) as u32);
        self.area.draw(&PathElement::new(vec![units(from), units(to)], style))
    }

    /// A vertical dotted line.
    ///
    /// # Errors
    /// The backend's.
    pub fn dotted(&self, x: f64, top: f64, bottom: f64, stroke: &Swatch) -> Drawn<DB> {
        let mut y = top;
        while y < bottom {
            self.line((x, y), (x, (y + 2.0).min(bottom)), 0.9, stroke)?;
            y += 4.0;
        }
        Ok(())
    }

    /// A text with its vertical middle at the point.
    ///
    /// # Errors
    /// The backend's.
    pub fn text(&self, text: &str, at: (f64, f64), align: Align, ink: Ink<'_>) -> Drawn<DB> {
        let across = match align {
            Align::Start => HPos::Left,
            Align::Middle => HPos::Center,
            Align::End => HPos::Right,
        };
        let style = style(ink).pos(Pos::new(across, VPos::Center));
        self.area.draw(&Text::new(text.to_owned(), units(at), style))
    }

    /// How wide a text is, pt.
    pub fn width(&self, text: &str, ink: Ink<'_>) -> f64 {
        let estimate = self.area.estimate_text_size(text, &style(ink));
        // Half an em a character is wide enough when the font is not known.
        let fallback = text.chars().count() as f64 * ink.size * 0.6;
        estimate.map_or(fallback, |(width, _)| f64::from(width) / SCALE)
    }
}

fn style<'a>(ink: Ink<'a>) -> TextStyle<'a> {
    // The backend divides by 1.24 to get from line height to font size.
    let size = ink.size * SCALE * 1.24;
    let font = (ink.family, size).into_font();
    let font = if ink.strong { font.style(FontStyle::Bold) } else { font };
    font.color(&ink.colour.rgb())
}

fn units((x, y): (f64, f64)) -> (i32, i32) {
    ((x * SCALE).round() as i32, (y * SCALE).round() as i32)
}
