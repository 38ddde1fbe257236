//! Axes of times and of values, and moments on them.

use plotters::prelude::DrawingBackend;

use super::super::canvas::{Align, Canvas, Drawn};
use super::super::timeline::{ink, marker_colour, nice_above};
use super::super::{Bins, palette};
use super::Plot;
use crate::detect::exhibit::kind::curve::{Zero, since};
use crate::detect::exhibit::kind::{Moment, Occasion};
use crate::model::TimeSpan;
use crate::model::finding::Unit;
use crate::report::text::{label, short};

/// Room for the names of moments above a plot, pt.
pub(super) const NAMES: f64 = 12.0;
/// Room for the labels of an axis under a plot, pt.
pub(super) const LABELS: f64 = 13.0;
/// Labels of an axis of times.
const TICKS: usize = 7;
/// Characters of a moment's name.
const NAME_LENGTH: usize = 28;

/// Where a time lies on an axis, 0…1.
pub(super) fn share(span: TimeSpan, at: i64) -> f64 {
    at.saturating_sub(span.start.0) as f64 / span.len_us().max(1) as f64
}

/// Labels of times under a plot: UTC, or since a moment.
pub(super) fn times<DB: DrawingBackend>(
    plot: Plot,
    (span, zero): (TimeSpan, &Zero),
    canvas: &Canvas<'_, DB>,
) -> Drawn<DB> {
    let ticks: Vec<(i64, String)> = match zero {
        Zero::Epoch => {
            let whole = Bins { start_us: span.start.0, width_us: span.len_us().max(1), count: 1 };
            whole.ticks(TICKS).into_iter().map(|(at, name)| (at.0, name)).collect()
        }
        Zero::Of(_) => since(span, TICKS),
    };
    let places: Vec<(f64, String)> =
        ticks.into_iter().map(|(at, name)| (share(span, at), name)).collect();
    labels(plot, &places, canvas)
}

/// Labels under a plot at shares of its width; those without room are left out.
pub(super) fn labels<DB: DrawingBackend>(
    plot: Plot,
    places: &[(f64, String)],
    canvas: &Canvas<'_, DB>,
) -> Drawn<DB> {
    let muted = ink(&palette::MUTED);
    let mut free_from = plot.left - 10.0;
    for (share, name) in places {
        let (x, half) = (plot.x(*share), canvas.width(name, muted) / 2.0);
        let centre = x.max(plot.left + half).min(plot.right - half);
        if centre - half < free_from {
            continue;
        }
        free_from = centre + half + 6.0;
        canvas.line((x, plot.bottom), (x, plot.bottom + 2.5), 0.6, &palette::FAINT)?;
        canvas.text(name, (centre, plot.bottom + 8.5), Align::Middle, muted)?;
    }
    Ok(())
}

/// Vertical lines with their names above the plot, as far as there is room.
pub(super) fn moments<DB: DrawingBackend>(
    plot: Plot,
    (span, all): (TimeSpan, &[Moment]),
    canvas: &Canvas<'_, DB>,
) -> Drawn<DB> {
    let mut sorted: Vec<&Moment> = all.iter().collect();
    sorted.sort_by_key(|moment| moment.at);
    let mut free_from = plot.left;
    for moment in sorted {
        let at = share(span, moment.at);
        if !(0.0..=1.0).contains(&at) {
            continue;
        }
        let x = plot.x(at);
        let colour = match moment.occasion {
            Occasion::Marker(kind) => marker_colour(kind),
            Occasion::Statistic => &palette::MUTED,
        };
        match moment.occasion {
            Occasion::Statistic => canvas.line((x, plot.top), (x, plot.bottom), 0.6, colour)?,
            Occasion::Marker(_) => canvas.dotted(x, plot.top, plot.bottom, colour)?,
        }
        let name = label(&moment.label, NAME_LENGTH);
        let width = canvas.width(&name, ink(colour));
        let left = (x - width / 2.0).min(plot.right - width).max(plot.left);
        if !name.is_empty() && left >= free_from {
            canvas.text(&name, (left, plot.top - 5.0), Align::Start, ink(colour))?;
            free_from = left + width + 6.0;
        }
    }
    Ok(())
}

/// The top of an axis of values.
pub(super) fn top(unit: Unit, highest: f64) -> f64 {
    match unit {
        Unit::Share | Unit::ShareAtMost => 1.0,
        _ if highest > 0.0 => nice_above(highest.ceil().min(1e15) as u64) as f64,
        _ => 1.0,
    }
}

/// Three hairlines with their values left of a plot.
pub(super) fn values<DB: DrawingBackend>(
    plot: Plot,
    (unit, top): (Unit, f64),
    canvas: &Canvas<'_, DB>,
) -> Drawn<DB> {
    for share in [0.0, 0.5, 1.0] {
        let y = plot.y(share);
        canvas.line((plot.left, y), (plot.right, y), 0.5, &palette::LINE)?;
        let words = value(unit, top * share);
        canvas.text(&words, (plot.left - 5.0, y), Align::End, ink(&palette::MUTED))?;
    }
    Ok(())
}

fn value(unit: Unit, value: f64) -> String {
    let plain = match value {
        v if v >= 10_000.0 => short(v as u64),
        v if v.fract() == 0.0 => format!("{v:.0}"),
        v => format!("{v:.1}"),
    };
    match unit {
        Unit::Share | Unit::ShareAtMost => format!("{:.0} %", value * 100.0),
        Unit::Times => format!("×{plain}"),
        _ => plain,
    }
}
