//! Traffic over time, with the flagged accounts' part and the markers.

use plotters::prelude::DrawingBackend;

use super::canvas::{Align, Canvas, Drawn, Ink, SANS};
use super::palette::{self, Swatch};
use super::{Bins, WIDTH_PT};
use crate::model::{Marker, MarkerKind};
use crate::report::text::{label, short};

/// Height of the figure, pt.
pub const HEIGHT_PT: f64 = 168.0;
/// Left edge of the bars: room for the numbers on the axis.
const LEFT: f64 = 34.0;
/// Where bars may start; above are the markers' names.
const TOP: f64 = 34.0;
/// The ground line.
const GROUND: f64 = 148.0;
/// Baselines of markers' names, from the top.
const NAME_ROWS: [f64; 3] = [6.0, 16.0, 26.0];
/// Characters of a marker's name that are drawn.
const NAME_LENGTH: usize = 28;

/// What the figure shows.
pub struct Timeline<'a> {
    /// The axis.
    pub bins: Bins,
    /// Rows in each bin.
    pub all: &'a [u64],
    /// Of them, rows of flagged accounts.
    pub flagged: &'a [u64],
    /// Moments to mark; those outside the axis are left out.
    pub markers: &'a [Marker],
}

/// Small text of figures.
pub(super) fn ink(colour: &Swatch) -> Ink<'_> {
    Ink { family: SANS, size: 8.0, colour, strong: false }
}

/// The colour of a kind of marker.
pub(super) fn marker_colour(kind: MarkerKind) -> &'static Swatch {
    match kind {
        MarkerKind::Release => &palette::OK,
        MarkerKind::Ban => &palette::BAD,
        MarkerKind::Policy => &palette::MUTED,
        MarkerKind::Incident => &palette::WARN,
    }
}

/// Draws it.
///
/// # Errors
/// The backend's.
pub fn paint<DB: DrawingBackend>(data: &Timeline<'_>, canvas: &Canvas<'_, DB>) -> Drawn<DB> {
    let top = nice_above(data.all.iter().copied().max().unwrap_or(0));
    scale(canvas, top)?;
    let slot = (WIDTH_PT - LEFT) / data.bins.count.max(1) as f64;
    let gap = (slot * 0.18).clamp(0.2, 1.0);
    let y = |n: u64| GROUND - (GROUND - TOP) * n as f64 / top as f64;
    for (i, (&all, &flagged)) in data.all.iter().zip(data.flagged).enumerate() {
        let (x0, x1) = (LEFT + i as f64 * slot, LEFT + (i + 1) as f64 * slot - gap);
        if all > 0 {
            // Never thinner than a hair: one event among millions is still there.
            canvas.rect((x0, y(all).min(GROUND - 0.4)), (x1, GROUND), &palette::COUNT)?;
        }
        if flagged > 0 {
            canvas.rect((x0, y(flagged).min(GROUND - 0.4)), (x1, GROUND), &palette::TEXT)?;
        }
    }
    canvas.line((LEFT, GROUND), (WIDTH_PT, GROUND), 0.8, &palette::FAINT)?;
    time_axis(&data.bins, canvas, GROUND)?;
    markers(data, canvas)
}

/// Two numbers on the axis with hairlines.
fn scale<DB: DrawingBackend>(canvas: &Canvas<'_, DB>, top: u64) -> Drawn<DB> {
    let half = if top.is_multiple_of(2) { Some(top / 2) } else { None };
    for n in half.into_iter().chain([top]) {
        let y = GROUND - (GROUND - TOP) * n as f64 / top as f64;
        canvas.line((LEFT, y), (WIDTH_PT, y), 0.5, &palette::LINE)?;
        canvas.text(&short(n), (LEFT - 5.0, y), Align::End, ink(&palette::MUTED))?;
    }
    canvas.text("0", (LEFT - 5.0, GROUND), Align::End, ink(&palette::MUTED))
}

/// Names of moments under the ground line.
fn time_axis<DB: DrawingBackend>(bins: &Bins, canvas: &Canvas<'_, DB>, ground: f64) -> Drawn<DB> {
    let mut free_from = LEFT - 10.0;
    for (at, name) in bins.ticks(7) {
        let Some(share) = bins.position(at) else { continue };
        let x = LEFT + share * (WIDTH_PT - LEFT);
        let half = canvas.width(&name, ink(&palette::MUTED)) / 2.0;
        let centre = x.clamp(LEFT + half, WIDTH_PT - half);
        if centre - half < free_from {
            continue;
        }
        free_from = centre + half + 6.0;
        canvas.line((x, ground), (x, ground + 3.0), 0.6, &palette::FAINT)?;
        canvas.text(&name, (centre, ground + 11.0), Align::Middle, ink(&palette::MUTED))?;
    }
    Ok(())
}

/// Dotted lines with names; a name that finds no room is left out, its line stays.
fn markers<DB: DrawingBackend>(data: &Timeline<'_>, canvas: &Canvas<'_, DB>) -> Drawn<DB> {
    let marks: Vec<Mark> = data.markers.iter().filter_map(|m| mark(m, data, canvas)).collect();
    let widths: Vec<(f64, f64)> = marks.iter().map(|mark| (mark.x, mark.width)).collect();
    for (mark, place) in marks.iter().zip(place_names(&widths)) {
        let colour = marker_colour(mark.kind);
        let start = place.map_or(TOP, |place| NAME_ROWS[place.row] - 4.0);
        canvas.dotted(mark.x, start, GROUND, colour)?;
        if let Some(Name { from, to, row, .. }) = place {
            let (at, align) = if from > mark.x { (from, Align::Start) } else { (to, Align::End) };
            canvas.text(&mark.name, (at, NAME_ROWS[row]), align, ink(colour))?;
        }
    }
    Ok(())
}

/// A marker on the axis, measured.
struct Mark {
    x: f64,
    name: String,
    width: f64,
    kind: MarkerKind,
}

fn mark<DB: DrawingBackend>(
    marker: &Marker,
    data: &Timeline<'_>,
    canvas: &Canvas<'_, DB>,
) -> Option<Mark> {
    let x = LEFT + data.bins.position(marker.at)? * (WIDTH_PT - LEFT);
    let name = label(&marker.label, NAME_LENGTH);
    let width = canvas.width(&name, ink(marker_colour(marker.kind)));
    Some(Mark { x, name, width, kind: marker.kind })
}

/// A marker's name that has its place. Its line starts in its row and runs down through all
/// rows below.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Name {
    /// Where the line is.
    x: f64,
    /// Left and right edge of the text.
    from: f64,
    to: f64,
    /// Which of [`NAME_ROWS`].
    row: usize,
}

impl Name {
    /// Whether one name lies on the other or on its line.
    fn meets(&self, other: &Self) -> bool {
        let crossed = |name: &Self, line: &Self| {
            line.row <= name.row && name.from - 2.0 < line.x && line.x < name.to + 2.0
        };
        let overlaps =
            self.row == other.row && self.from < other.to + 4.0 && other.from < self.to + 4.0;
        overlaps || crossed(self, other) || crossed(other, self)
    }
}

/// A place for the name of each marker, given where its line is and how wide the name; `None`
/// where there is none. Those without room on their right come first, from the right: their
/// names reach back over the lines of others, which then start below them.
fn place_names(marks: &[(f64, f64)]) -> Vec<Option<Name>> {
    let fits_right = |i: &usize| marks[*i].0 + 4.0 + marks[*i].1 <= WIDTH_PT;
    let (right, mut order): (Vec<usize>, Vec<usize>) = (0..marks.len()).partition(fits_right);
    order.reverse();
    order.extend(right);
    let mut places: Vec<Option<Name>> = vec![None; marks.len()];
    for i in order {
        places[i] = place_name(marks[i], &places);
    }
    places
}

/// Right of its line, else left of it, as high as possible; `None` where it would meet another
/// name or its line.
fn place_name((x, width): (f64, f64), placed: &[Option<Name>]) -> Option<Name> {
    let sides = [(x + 4.0, x + 4.0 + width), (x - 4.0 - width, x - 4.0)];
    sides
        .into_iter()
        .filter(|(from, to)| *from >= LEFT && *to <= WIDTH_PT)
        .flat_map(|(from, to)| (0..NAME_ROWS.len()).map(move |row| Name { x, from, to, row }))
        .find(|name| !placed.iter().flatten().any(|other| name.meets(other)))
}

/// The least round number that is not below `n`; at least 1.
pub(super) fn nice_above(n: u64) -> u64 {
    if let Some(top) = [1, 2, 4, 6, 8].into_iter().find(|top| *top >= n) {
        return top;
    }
    let mut unit = 1_u64;
    loop {
        for step in [10, 12, 16, 20, 24, 30, 40, 50, 60, 80] {
            let Some(top) = unit.checked_mul(step) else { return u64::MAX };
            if top >= n {
                return top;
            }
        }
        let Some(next) = unit.checked_mul(10) else { return u64::MAX };
        unit = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_lies_on_another_or_on_the_line_of_another() {
        let marks = [100.0, 130.0, 135.0, 200.0, 201.0, 420.0, 480.0].map(|x| (x, 60.0));
        let places = place_names(&marks);
        // The line of the second would cross the name of the first, were it not below it.
        assert_eq!(places[..2].iter().map(|p| p.unwrap().row).collect::<Vec<_>>(), [0, 1]);
        // The last has its name on its left, above the line of the one before.
        let (before, last) = (places[5].unwrap(), places[6].unwrap());
        assert!(last.to < last.x && last.from < before.x && last.row < before.row);
        let placed: Vec<Name> = places.into_iter().flatten().collect();
        assert!(placed.len() >= 6, "{placed:?}");
        for (i, name) in placed.iter().enumerate() {
            assert!(placed[..i].iter().all(|other| !name.meets(other)), "{name:?} {placed:?}");
        }
    }

    #[test]
    fn the_axis_ends_at_a_round_number() {
        assert_eq!([0, 1, 3, 99, 101, 4_001].map(nice_above), [1, 1, 4, 100, 120, 5_000]);
        assert_eq!(nice_above(u64::MAX), u64::MAX);
    }
}
