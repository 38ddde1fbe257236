//! Accounts as rows, what they did as marks; also the rows of [`super::spans`].

use plotters::prelude::DrawingBackend;

use super::super::WIDTH_PT;
use super::super::canvas::{Align, Canvas, Drawn, Ink as TextInk, MONO};
use super::super::palette::{self, Swatch};
use super::super::timeline::ink;
use super::{Plot, axis, colour, width_of};
use crate::detect::exhibit::Ink;
use crate::detect::exhibit::kind::curve::Zero;
use crate::detect::exhibit::kind::{Ghost, Lane, Order, Raster};
use crate::report::text::{count, label};

/// Rows up to this many have their names beside them.
const NAMED: usize = 16;
/// Heights of a row with a name and without, and of all rows without, pt.
const ROWS: (f64, f64) = (10.0, 2.4);
const HEIGHTS: (f64, f64) = (40.0, 150.0);
/// Room for names, pt.
const NAMES: f64 = 96.0;
/// Characters of a note.
const NOTE: usize = 60;
/// Share of the width that the picture takes where chance is drawn beside it.
const BESIDE: f64 = 0.66;

/// How high so many rows are, pt.
pub(super) fn rows_height(lanes: usize) -> f64 {
    match lanes {
        0..=NAMED => (lanes.max(1) as f64) * ROWS.0,
        n => (n as f64 * ROWS.1).clamp(HEIGHTS.0, HEIGHTS.1),
    }
}

/// Where rows are drawn: right of their names, where these are few.
pub(super) fn rows_plot(lanes: usize, (top, right): (f64, f64)) -> Plot {
    let left = if lanes <= NAMED { NAMES } else { 0.0 };
    Plot { left, top, right, bottom: top + rows_height(lanes) }
}

/// Ground and names of rows.
pub(super) fn ground<DB: DrawingBackend>(
    plot: Plot,
    lanes: &[&Lane],
    canvas: &Canvas<'_, DB>,
) -> Drawn<DB> {
    canvas.rect((plot.left, plot.top), (plot.right, plot.bottom), &palette::RAISED)?;
    if lanes.len() > NAMED {
        return Ok(());
    }
    for (i, lane) in lanes.iter().enumerate() {
        let words = if lane.name.is_empty() { "(no id)".into() } else { label(&lane.name, 20) };
        let mono = TextInk { family: MONO, size: 7.0, colour: &palette::TEXT, strong: false };
        canvas.text(&words, (0.0, middle(plot, i, lanes.len())), Align::Start, mono)?;
    }
    Ok(())
}

/// The middle of a row.
pub(super) fn middle(plot: Plot, lane: usize, of: usize) -> f64 {
    plot.top + (lane as f64 + 0.5) * plot.height() / of.max(1) as f64
}

/// Its height, pt.
pub(super) fn height(raster: &Raster) -> f64 {
    above(raster) + rows_height(raster.lanes.len()) + labels(raster) + 13.0 + second_line(raster)
}

fn plot(raster: &Raster) -> Plot {
    let right = if raster.ghost.is_some() { WIDTH_PT * BESIDE } else { WIDTH_PT };
    rows_plot(raster.lanes.len(), (above(raster), right))
}

/// What is said of the rows and of the axis. The report's fonts have no arrow.
fn notes(raster: &Raster) -> (String, String) {
    let axis = raster.axis_note.trim_end_matches('→').trim_end();
    (label(&raster.lanes_note, NOTE), label(axis, NOTE))
}

/// Room for the second note on a line of its own, where both are too long for one, pt.
fn second_line(raster: &Raster) -> f64 {
    let (lanes, axis) = notes(raster);
    let fit = width_of(&lanes) + width_of(&axis) + 8.0 <= plot(raster).width();
    if fit || axis.is_empty() { 0.0 } else { 10.0 }
}

fn above(raster: &Raster) -> f64 {
    if raster.moments.is_empty() { 0.0 } else { axis::NAMES }
}

fn labels(raster: &Raster) -> f64 {
    if matches!(raster.order, Order::Turn(_)) { 0.0 } else { axis::LABELS }
}

/// Draws it.
pub(super) fn paint<DB: DrawingBackend>(raster: &Raster, canvas: &Canvas<'_, DB>) -> Drawn<DB> {
    let plot = plot(raster);
    ground(plot, &raster.lanes.iter().collect::<Vec<&Lane>>(), canvas)?;
    for thread in &raster.threads {
        let at = |(lane, at): (u32, i64)| {
            let y = middle(plot, lane as usize, raster.lanes.len());
            (plot.x(share(&raster.order, at)), y)
        };
        canvas.line(at(thread.from), at(thread.to), 0.35, &palette::COPPER)?;
    }
    // What the finding cites lies on top.
    for of in [Ink::Other, Ink::Null, Ink::Cited, Ink::Refused] {
        let marks = raster.marks.iter().filter(|mark| mark.ink == of);
        let marks: Vec<(u32, i64)> = marks.map(|mark| (mark.lane, mark.at)).collect();
        self::marks((raster, plot), &marks, colour(of), canvas)?;
    }
    match raster.order {
        Order::Time(span) => {
            axis::times(plot, (span, &Zero::Epoch), canvas)?;
            axis::moments(plot, (span, &raster.moments), canvas)?;
        }
        Order::Number(first, last) => {
            let words = |n: i64| count(n.max(0).cast_unsigned());
            axis::labels(plot, &[(0.0, words(first)), (1.0, words(last))], canvas)?;
        }
        Order::Turn(_) => {}
    }
    let y = plot.bottom + labels(raster) + 7.0;
    let muted = ink(&palette::MUTED);
    let (lanes, axis) = notes(raster);
    canvas.text(&lanes, (plot.left, y), Align::Start, muted)?;
    canvas.text(&axis, (plot.right, y + second_line(raster)), Align::End, muted)?;
    match &raster.ghost {
        Some(ghost) => self::ghost(raster, ghost, plot, canvas),
        None => Ok(()),
    }
}

/// Where something is on the axis, 0…1.
fn share(order: &Order, at: i64) -> f64 {
    match order {
        Order::Time(span) => axis::share(*span, at),
        Order::Turn(n) => (at as f64 + 0.5) / f64::from((*n).max(1)),
        Order::Number(first, last) => (at - first) as f64 / (last - first).max(1) as f64,
    }
}

/// Marks, each row in its order; those that touch are one rectangle.
fn marks<DB: DrawingBackend>(
    (raster, plot): (&Raster, Plot),
    marks: &[(u32, i64)],
    fill: &Swatch,
    canvas: &Canvas<'_, DB>,
) -> Drawn<DB> {
    let of = raster.lanes.len();
    let half = (plot.height() / of.max(1) as f64 * 0.35).clamp(0.5, 3.5);
    let places = match raster.order {
        Order::Turn(n) => n,
        _ => u32::MAX,
    };
    let width = (0.8 * plot.width() / f64::from(places)).clamp(1.1, 6.0);
    let edges = |at: i64| {
        let x = plot.x(share(&raster.order, at));
        ((x - width / 2.0).max(plot.left), (x + width / 2.0).min(plot.right))
    };
    let mut sorted = marks.to_vec();
    sorted.sort_unstable();
    let mut run: Option<(u32, f64, f64)> = None;
    let draw = |(lane, from, to): (u32, f64, f64)| {
        let y = middle(plot, lane as usize, of);
        canvas.rect((from, y - half), (to, y + half), fill)
    };
    for (lane, at) in sorted {
        let (from, to) = edges(at);
        run = Some(match run {
            Some((known, start, end)) if known == lane && from <= end => (lane, start, to.max(end)),
            Some(known) => {
                draw(known)?;
                (lane, from, to)
            }
            None => (lane, from, to),
        });
    }
    run.map_or(Ok(()), draw)
}

/// The same by chance, right of it and small.
fn ghost<DB: DrawingBackend>(
    raster: &Raster,
    ghost: &Ghost,
    beside: Plot,
    canvas: &Canvas<'_, DB>,
) -> Drawn<DB> {
    let height = (beside.height() * 0.6).max(24.0).min(beside.height());
    let left = beside.right + 16.0;
    let plot = Plot { left, top: beside.top, right: WIDTH_PT, bottom: beside.top + height };
    canvas.rect((plot.left, plot.top), (plot.right, plot.bottom), &palette::RAISED)?;
    marks((raster, plot), &ghost.marks, &palette::COUNT, canvas)?;
    let at = (plot.left, plot.bottom + 7.0);
    canvas.text(&label(&ghost.note, 40), at, Align::Start, ink(&palette::MUTED))
}
