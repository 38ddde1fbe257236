//! One account's rows over the time of the whole report: small, on the same axis as the
//! timeline.

use plotters::prelude::DrawingBackend;

use super::canvas::{Align, Canvas, Drawn};
use super::timeline::{ink, marker_colour};
use super::{Bins, WIDTH_PT, palette};
use crate::model::Marker;
use crate::report::text::count;

/// Height of the figure, pt.
pub const HEIGHT_PT: f64 = 40.0;
/// Same left edge as the timeline, so that bars stand under each other.
const LEFT: f64 = 34.0;
const TOP: f64 = 3.0;
const GROUND: f64 = 27.0;

/// What the figure shows.
pub struct Activity<'a> {
    /// The axis of the whole report.
    pub bins: Bins,
    /// The account's rows in each bin.
    pub counts: &'a [u64],
    /// Moments to mark.
    pub markers: &'a [Marker],
}

/// Draws it.
///
/// # Errors
/// The backend's.
pub fn paint<DB: DrawingBackend>(data: &Activity<'_>, canvas: &Canvas<'_, DB>) -> Drawn<DB> {
    let peak = data.counts.iter().copied().max().unwrap_or(0);
    let muted = ink(&palette::MUTED);
    canvas.text(&count(peak), (LEFT - 5.0, TOP + 3.0), Align::End, muted)?;
    canvas.text("0", (LEFT - 5.0, GROUND - 1.0), Align::End, muted)?;
    canvas.line((LEFT, GROUND), (WIDTH_PT, GROUND), 0.8, &palette::FAINT)?;
    for marker in data.markers {
        if let Some(share) = data.bins.position(marker.at) {
            let x = LEFT + share * (WIDTH_PT - LEFT);
            canvas.dotted(x, TOP, GROUND, marker_colour(marker.kind))?;
        }
    }
    let slot = (WIDTH_PT - LEFT) / data.bins.count.max(1) as f64;
    let gap = (slot * 0.18).clamp(0.2, 1.0);
    for (i, &n) in data.counts.iter().enumerate().filter(|(_, n)| **n > 0) {
        let height = ((GROUND - TOP) * n as f64 / peak as f64).max(0.6);
        let (x0, x1) = (LEFT + i as f64 * slot, LEFT + (i + 1) as f64 * slot - gap);
        canvas.rect((x0, GROUND - height), (x1, GROUND), &palette::TEXT)?;
    }
    let ticks = data.bins.ticks(7);
    for (at, name) in [ticks.first(), ticks.last()].into_iter().flatten() {
        let Some(share) = data.bins.position(*at) else { continue };
        let half = canvas.width(name, muted) / 2.0;
        let x = (LEFT + share * (WIDTH_PT - LEFT)).clamp(LEFT + half, WIDTH_PT - half);
        canvas.text(name, (x, GROUND + 9.0), Align::Middle, muted)?;
        if ticks.len() == 1 {
            break;
        }
    }
    Ok(())
}
