//! From when to when each account was there, and how many begin or end in each part of the time.

use plotters::prelude::DrawingBackend;

use super::super::canvas::{Align, Canvas, Drawn};
use super::super::timeline::ink;
use super::super::{WIDTH_PT, palette};
use super::raster::{ground, middle, rows_height, rows_plot};
use super::{Plot, axis, colour};
use crate::detect::exhibit::kind::curve::Zero;
use crate::detect::exhibit::kind::{Lane, Spans};
use crate::report::text::label;

/// Height of what is usual, pt.
const USUAL: f64 = 24.0;

/// Its height, pt.
pub(super) fn height(spans: &Spans) -> f64 {
    above(spans) + rows_height(spans.spans.len()) + USUAL + axis::LABELS + 13.0
}

fn above(spans: &Spans) -> f64 {
    if spans.moments.is_empty() { 0.0 } else { axis::NAMES }
}

/// Draws them.
pub(super) fn paint<DB: DrawingBackend>(spans: &Spans, canvas: &Canvas<'_, DB>) -> Drawn<DB> {
    let rows = rows_plot(spans.spans.len(), (above(spans), WIDTH_PT));
    let whole = Plot { bottom: rows.bottom + USUAL, ..rows };
    ground(rows, &spans.spans.iter().map(|span| &span.lane).collect::<Vec<&Lane>>(), canvas)?;
    let x = |at: i64| whole.x(axis::share(spans.axis, at));
    if let Some(window) = spans.window {
        let (from, to) = (x(window.start.0), x(window.end.0));
        let spare = ((2.0 - (to - from)) / 2.0).max(0.0);
        let (from, to) = ((from - spare).max(whole.left), (to + spare).min(whole.right));
        canvas.rect((from, whole.top), (to, whole.bottom), &palette::COPPER_SOFT)?;
    }
    let half = (rows.height() / spans.spans.len().max(1) as f64 * 0.35).clamp(0.4, 3.0);
    for (i, span) in spans.spans.iter().enumerate() {
        let y = middle(rows, i, spans.spans.len());
        if span.to > span.from {
            canvas.line((x(span.from), y), (x(span.to), y), 0.4, &palette::COUNT)?;
        }
        let end = x(if spans.is_of_ends { span.to } else { span.from });
        let (from, to) = ((end - 1.2).max(rows.left), (end + 1.2).min(rows.right));
        canvas.rect((from, y - half), (to, y + half), colour(span.ink))?;
    }
    usual(spans, Plot { top: rows.bottom + 3.0, ..whole }, canvas)?;
    axis::times(whole, (spans.axis, &Zero::Epoch), canvas)?;
    axis::moments(whole, (spans.axis, &spans.moments), canvas)?;
    let at = (whole.left, whole.bottom + axis::LABELS + 7.0);
    canvas.text(&label(&spans.note, 110), at, Align::Start, ink(&palette::MUTED))
}

/// How many there are in each part of the axis, and how many are usual, on one scale.
fn usual<DB: DrawingBackend>(spans: &Spans, plot: Plot, canvas: &Canvas<'_, DB>) -> Drawn<DB> {
    let observed = spans.observed();
    let most = spans.usual.iter().chain(&observed).copied().fold(0.0, f64::max);
    let width = plot.width() / spans.usual.len().max(1) as f64;
    for (of, fill) in [(&observed, &palette::COPPER), (&spans.usual, &palette::COUNT)] {
        for (i, n) in of.iter().enumerate().filter(|(_, n)| **n > 0.0 && most > 0.0) {
            let left = plot.left + i as f64 * width;
            let top = plot.y(n / most).min(plot.bottom - 0.4);
            canvas.rect((left, top), (left + (width - 0.5).max(0.4), plot.bottom), fill)?;
        }
    }
    canvas.line((plot.left, plot.bottom), (plot.right, plot.bottom), 0.6, &palette::FAINT)
}
