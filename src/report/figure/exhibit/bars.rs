//! Names with a number each, against what is usual.

use plotters::prelude::DrawingBackend;

use super::super::canvas::{Align, Canvas, Drawn};
use super::super::timeline::ink;
use super::super::{WIDTH_PT, palette};
use super::{Plot, axis, colour};
use crate::detect::exhibit::Ink;
use crate::detect::exhibit::kind::{Bar, Bars};
use crate::report::text::label;

/// Height of a bar with its room, pt.
const ROW: f64 = 15.0;
/// Room for names and for notes, pt.
const SIDES: (f64, f64) = (170.0, 130.0);
/// Characters of a name, and of a note.
const LENGTHS: (usize, usize) = (38, 34);

/// Its height, pt.
pub(super) fn height(bars: &Bars) -> f64 {
    bars.bars.len() as f64 * ROW + 14.0
}

/// Draws them.
pub(super) fn paint<DB: DrawingBackend>(bars: &Bars, canvas: &Canvas<'_, DB>) -> Drawn<DB> {
    let bottom = bars.bars.len() as f64 * ROW;
    let plot = Plot { left: SIDES.0, top: 0.0, right: WIDTH_PT - SIDES.1, bottom };
    let top = match bars.bars.is_empty() {
        true => 1.0,
        false => axis::top(bars.unit, bars.top()),
    };
    for (i, bar) in bars.bars.iter().enumerate() {
        let y = (i as f64 + 0.5) * ROW;
        let name = label(&bar.name, LENGTHS.0);
        canvas.text(&name, (0.0, y), Align::Start, ink(&palette::TEXT))?;
        one(bar, (plot, y, top), canvas)?;
        let note = label(&bar.note, LENGTHS.1);
        canvas.text(&note, (plot.right + 8.0, y), Align::Start, ink(&palette::MUTED))?;
    }
    let words = match bars.more.is_empty() {
        true => bars.measure.clone(),
        false => format!("{} · {}", bars.measure, bars.more),
    };
    // Below the names, too: it may be long.
    let at = (0.0, bottom + 6.0);
    canvas.text(&label(&words, 110), at, Align::Start, ink(&palette::MUTED))
}

fn one<DB: DrawingBackend>(
    bar: &Bar,
    (plot, y, top): (Plot, f64, f64),
    canvas: &Canvas<'_, DB>,
) -> Drawn<DB> {
    let x = |value: f64| plot.x(value / top);
    canvas.rect((plot.left, y - 3.0), (plot.right, y + 3.0), &palette::RAISED)?;
    if let Some((low, high)) = bar.band {
        canvas.rect((x(low), y - 5.5), (x(high).max(x(low) + 1.0), y + 5.5), &palette::GHOST)?;
    }
    let fill = if bar.ink == Ink::Null { &palette::COUNT } else { colour(bar.ink) };
    let end = if bar.observed > 0.0 { x(bar.observed).max(plot.left + 0.6) } else { plot.left };
    if end > plot.left {
        canvas.rect((plot.left, y - 3.0), (end, y + 3.0), fill)?;
    }
    if let Some(usual) = bar.usual {
        let x = x(usual).max(plot.left + 0.5).min(plot.right - 0.5);
        canvas.line((x, y - 5.5), (x, y + 5.5), 1.2, &palette::TEXT)?;
    }
    Ok(())
}
