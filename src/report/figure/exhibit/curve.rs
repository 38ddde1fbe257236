//! A quantity over time, against a band.

use plotters::prelude::DrawingBackend;

use super::super::canvas::{Align, Canvas, Drawn, Ink as TextInk, SANS};
use super::super::timeline::ink;
use super::super::{WIDTH_PT, palette};
use super::{Plot, axis, colour};
use crate::detect::exhibit::Ink;
use crate::detect::exhibit::kind::curve::Zero;
use crate::detect::exhibit::kind::{Band, Curve, Series, Spot, Style};
use crate::report::text::label;

/// Height of the plot, pt.
const HEIGHT: f64 = 96.0;
/// Room for the values, pt.
const LEFT: f64 = 34.0;

/// Its height, pt.
pub(super) fn height(curve: &Curve) -> f64 {
    above(curve) + HEIGHT + axis::LABELS + 13.0
}

fn above(curve: &Curve) -> f64 {
    let has_names = curve.moments.iter().any(|moment| !moment.label.is_empty());
    if has_names { axis::NAMES } else { 4.0 }
}

/// Draws it.
pub(super) fn paint<DB: DrawingBackend>(curve: &Curve, canvas: &Canvas<'_, DB>) -> Drawn<DB> {
    let top = above(curve);
    let plot = Plot { left: LEFT, top, right: WIDTH_PT - 1.0, bottom: top + HEIGHT };
    let sketch = Sketch { curve, plot, top: axis::top(curve.unit, curve.top()) };
    if let Some(band) = &curve.band {
        sketch.band(band, canvas)?;
    }
    for series in curve.series.iter().filter(|series| series.ink == Ink::Null) {
        sketch.filled(series, canvas)?;
    }
    axis::values(plot, (curve.unit, sketch.top), canvas)?;
    for series in curve.series.iter().filter(|series| series.ink != Ink::Null) {
        sketch.series(series, canvas)?;
    }
    axis::times(plot, (curve.span, &curve.zero), canvas)?;
    axis::moments(plot, (curve.span, &curve.moments), canvas)?;
    if let Some(spot) = &curve.spot {
        sketch.spot(spot, canvas)?;
    }
    let words = match curve.zero {
        Zero::Epoch => curve.measure.clone(),
        Zero::Of(words) => format!("{}, {words}", curve.measure),
    };
    let at = (0.0, plot.bottom + axis::LABELS + 7.0);
    canvas.text(&label(&words, 120), at, Align::Start, ink(&palette::MUTED))
}

struct Sketch<'a> {
    curve: &'a Curve,
    plot: Plot,
    top: f64,
}

impl Sketch<'_> {
    fn at(&self, (at, value): (i64, f64)) -> (f64, f64) {
        let x = self.plot.x(axis::share(self.curve.span, at));
        (x, self.plot.y(value / self.top))
    }

    /// Ends of the steps: begin and end of each at its height.
    fn steps<'s>(
        &'s self,
        points: &'s [(i64, f64)],
    ) -> impl Iterator<Item = ((f64, f64), (f64, f64))> + 's {
        points.iter().enumerate().map(|(i, (at, value))| {
            let end = at + self.curve.step_us;
            let next = points.get(i + 1).map_or(end, |next| next.0.min(end));
            (self.at((*at, *value)), self.at((next, *value)))
        })
    }

    fn filled<DB: DrawingBackend>(&self, series: &Series, canvas: &Canvas<'_, DB>) -> Drawn<DB> {
        for (from, to) in self.steps(&series.points).filter(|(from, _)| from.1 < self.plot.bottom) {
            canvas.rect(from, (to.0, self.plot.bottom), colour(series.ink))?;
        }
        Ok(())
    }

    fn series<DB: DrawingBackend>(&self, series: &Series, canvas: &Canvas<'_, DB>) -> Drawn<DB> {
        let is_line =
            series.style == Style::Line || (series.style == Style::Thin && self.curve.step_us == 0);
        let path: Vec<(f64, f64)> = match is_line {
            true => series.points.iter().map(|point| self.at(*point)).collect(),
            false => self.steps(&series.points).flat_map(|(from, to)| [from, to]).collect(),
        };
        let (width, colour) = match series.style {
            Style::Line => (1.6, colour(series.ink)),
            Style::Steps | Style::Area => (1.1, colour(series.ink)),
            Style::Thin => (0.5, &palette::FAINT),
        };
        for two in path.windows(2) {
            // An area lies on the ground where there is nothing.
            let on_ground =
                series.style == Style::Area && two.iter().all(|point| point.1 >= self.plot.bottom);
            if !on_ground {
                canvas.line(two[0], two[1], width, colour)?;
            }
        }
        Ok(())
    }

    fn band<DB: DrawingBackend>(&self, band: &Band, canvas: &Canvas<'_, DB>) -> Drawn<DB> {
        for (i, point) in band.points.iter().enumerate() {
            let next = band.points.get(i + 1).map(|next| next.at);
            let step = (self.curve.step_us > 0).then_some(point.at + self.curve.step_us);
            let Some(end) = step.or(next) else { continue };
            let (left, low) = self.at((point.at, point.low));
            let (right, high) = self.at((end, point.high));
            canvas.rect((left, high), (right, low.max(high + 0.4)), &palette::GHOST)?;
            let (_, middle) = self.at((point.at, point.median));
            canvas.line((left, middle), (right, middle), 0.7, &palette::FAINT)?;
        }
        Ok(())
    }

    /// The number of the sentence, where it lies.
    fn spot<DB: DrawingBackend>(&self, spot: &Spot, canvas: &Canvas<'_, DB>) -> Drawn<DB> {
        let (x, y) = self.at((spot.at, spot.value));
        canvas.rect((x - 2.0, y - 2.0), (x + 2.0, y + 2.0), &palette::COPPER)?;
        if let Some(usual) = spot.usual {
            let (_, y) = self.at((spot.at, usual));
            canvas.rect((x - 1.5, y - 1.5), (x + 1.5, y + 1.5), &palette::MUTED)?;
        }
        let below = y + 16.0 < self.plot.bottom;
        let at = (x + 5.0, if below { y + 8.0 } else { y - 8.0 });
        let strong = TextInk { family: SANS, size: 8.0, colour: &palette::COPPER, strong: true };
        canvas.text(&label(&spot.label, 20), at, Align::Start, strong)
    }
}
