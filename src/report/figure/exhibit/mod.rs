//! Pictures of findings on paper: the same as in the window, in the report's own colours.

mod axis;
mod bars;
mod card;
mod curve;
mod raster;
mod spans;

use plotters::prelude::DrawingBackend;

use super::canvas::{Align, Canvas, Drawn};
use super::palette::{self, Swatch};
use super::timeline::ink;
use super::{Caption, Figure, WIDTH_PT, svg};
use crate::detect::exhibit::{Exhibit, Ink, Picture};
use crate::report::ReportError;
use crate::report::text::label;

/// Height of a row of the key, pt.
const KEY_ROW: f64 = 12.0;
/// How wide a letter of the key is about, pt.
const KEY_LETTER: f64 = 4.4;
/// Characters of an entry of the key.
const KEY_LENGTH: usize = 90;

/// Where something is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Plot {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Plot {
    fn width(&self) -> f64 {
        self.right - self.left
    }

    fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// Where a share of the width is.
    fn x(&self, share: f64) -> f64 {
        self.left + share.clamp(0.0, 1.0) * self.width()
    }

    /// Where a share of the height is, from the bottom.
    fn y(&self, share: f64) -> f64 {
        self.bottom - share.clamp(0.0, 1.0) * self.height()
    }
}

/// The colour of an ink.
fn colour(ink: Ink) -> &'static Swatch {
    match ink {
        Ink::Cited => &palette::COPPER,
        Ink::Other => &palette::EDGE,
        Ink::Null => &palette::GHOST,
        Ink::Refused => &palette::BAD,
    }
}

/// Draws a picture as SVG; `None` for the kind that only a screen has room for, every account
/// against every other.
///
/// # Errors
/// [`ReportError::Figure`].
pub fn exhibit_svg(exhibit: &Exhibit, caption: Caption) -> Result<Option<Figure>, ReportError> {
    if matches!(exhibit.picture, Picture::Matrix(_)) {
        return Ok(None);
    }
    let body = match &exhibit.picture {
        Picture::Raster(raster) => raster::height(raster),
        Picture::Curve(curve) => curve::height(curve),
        Picture::Bars(bars) => bars::height(bars),
        Picture::Card(card) => card::height(card),
        Picture::Spans(spans) => spans::height(spans),
        Picture::Matrix(_) => 0.0,
    };
    let rows = key_places(&exhibit.key).last().map_or(0, |(_, row)| row + 1);
    let height = body + 6.0 + rows as f64 * KEY_ROW;
    let figure = svg::draw(caption, (WIDTH_PT, height), |canvas| {
        match &exhibit.picture {
            Picture::Raster(raster) => raster::paint(raster, canvas)?,
            Picture::Curve(curve) => curve::paint(curve, canvas)?,
            Picture::Bars(bars) => bars::paint(bars, canvas)?,
            Picture::Card(card) => card::paint(card, canvas)?,
            Picture::Spans(spans) => spans::paint(spans, canvas)?,
            Picture::Matrix(_) => {}
        }
        key(&exhibit.key, body + 6.0, canvas)
    });
    figure.map(Some)
}

/// Where each entry of the key stands: beside each other as far as there is room, then on the next
/// row. Widths are guessed, so that rows can be counted before anything is drawn.
fn key_places(all: &[(Ink, String)]) -> Vec<(f64, usize)> {
    let (mut x, mut row) = (0.0, 0);
    let place = |(_, words): &(Ink, String)| {
        let width = 24.0 + width_of(&label(words, KEY_LENGTH));
        if x > 0.0 && x + width > WIDTH_PT {
            (x, row) = (0.0, row + 1);
        }
        let at = (x, row);
        x += width;
        at
    };
    all.iter().map(place).collect()
}

/// How wide so many characters of a note are, about, pt. Widths are guessed, so that heights are known
/// before anything is drawn.
fn width_of(words: &str) -> f64 {
    words.chars().count() as f64 * KEY_LETTER
}

/// What the inks mean.
fn key<DB: DrawingBackend>(all: &[(Ink, String)], top: f64, canvas: &Canvas<'_, DB>) -> Drawn<DB> {
    for ((of, words), (x, row)) in all.iter().zip(key_places(all)) {
        let y = top + (row as f64 + 0.5) * KEY_ROW;
        canvas.rect((x, y - 3.0), (x + 6.0, y + 3.0), colour(*of))?;
        let at = (x + 10.0, y);
        canvas.text(&label(words, KEY_LENGTH), at, Align::Start, ink(&palette::MUTED))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::exhibit::gallery;

    fn drawn(exhibit: &Exhibit) -> Option<Figure> {
        let caption = Caption {
            file: "figures/finding-0001.svg".into(),
            title: exhibit.title.clone(),
            alt: exhibit.summary.clone(),
            filter: "cited:1".into(),
            counts: "exchanges cited".into(),
            rows: 12,
            rows_in_case: 40,
        };
        exhibit_svg(exhibit, caption).expect("drawn")
    }

    #[test]
    fn every_kind_of_picture_is_drawn_within_its_figure_and_the_same_again() {
        for shown in gallery::all() {
            for exhibit in &shown.exhibits {
                let name = format!("{} {}", shown.name, exhibit.title);
                let Some(figure) = drawn(exhibit) else {
                    assert!(matches!(exhibit.picture, Picture::Matrix(_)), "{name}");
                    continue;
                };
                assert_eq!(Some(&figure), drawn(exhibit).as_ref(), "{name}");
                assert!(!figure.svg.contains("NaN") && !figure.svg.contains("inf"), "{name}");
                assert!(figure.svg.len() < 600_000, "{name}: {} bytes", figure.svg.len());
                for x in numbers(&figure.svg, "x=\"") {
                    assert!((-8.0..=WIDTH_PT * 8.0 + 8.0).contains(&x), "{name}: {x}");
                }
                for (x, words) in begun(&figure.svg) {
                    let end = x / 8.0 + width_of(&words);
                    assert!(end <= WIDTH_PT + 12.0, "{name}: {words} ends at {end}");
                }
            }
        }
    }

    /// Texts that begin somewhere: where, and what they say.
    fn begun(svg: &str) -> Vec<(f64, String)> {
        let of = |text: &str| {
            let (attributes, rest) = text.split_once('>')?;
            let words = rest.split_once('<')?.0.trim().to_owned();
            let x = numbers(attributes, " x=\"").first().copied()?;
            attributes.contains("text-anchor=\"start\"").then_some((x, words))
        };
        svg.split("<text").skip(1).filter_map(of).collect()
    }

    /// The values of an attribute.
    fn numbers(svg: &str, attribute: &str) -> Vec<f64> {
        let value = |part: &str| part.split('"').next()?.parse().ok();
        svg.split(attribute).skip(1).filter_map(value).collect()
    }

    #[test]
    fn hostile_names_are_written_out() {
        let shown = gallery::indicators();
        let figure = drawn(&shown.exhibits[0]).expect("drawn");
        assert!(figure.svg.contains("‹U+202E›") && !figure.svg.contains('\u{202e}'));
    }

    #[test]
    #[ignore = "draws pictures for people to look at"]
    fn look_at_pictures_of_the_report() {
        let folder = std::env::var_os("STILLWATCH_LOOK")
            .map_or_else(|| std::path::PathBuf::from("target/look"), Into::into);
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        for shown in gallery::all() {
            for (at, exhibit) in shown.exhibits.iter().enumerate() {
                let Some(figure) = drawn(exhibit) else { continue };
                let name = format!("report-{}-{at}.svg", shown.name);
                std::fs::write(folder.join(name), figure.svg).expect("written");
            }
        }
    }
}
