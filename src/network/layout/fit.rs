//! From the unit of the forces to px, and onto places that are known already.

use super::grid::Grid;
use super::overlap::GAP;
use super::part::{Part, Point};

/// The median length of a link, in px, where discs leave room for that.
pub const LINK_PX: f32 = 40.0;
/// Share of the discs that must be free of others before any is pushed.
const FREE: f32 = 0.8;
/// The sparsest that all discs together cover their surroundings for that, as a share.
const COVER: f32 = 0.12;

/// The factor that makes px of these places: links are [`LINK_PX`] long, or longer where most
/// discs would overlap otherwise.
pub(super) fn to_px(part: &Part, places: &[Point], radii: &[f32]) -> f32 {
    let links = LINK_PX / median_link(part, places).unwrap_or(LINK_PX).max(1e-3);
    let (low, high) = bounds(places);
    let area = ((high[0] - low[0]) * (high[1] - low[1])).max(1e-6);
    let discs: f32 = radii.iter().map(|r| (2.0 * r + GAP) * (2.0 * r + GAP)).sum();
    let sparse = (discs / (COVER * area)).sqrt();
    let factor = links.max(crowding(places, radii, area).min(sparse));
    if factor.is_finite() { factor } else { 1.0 }
}

/// The median length of links; `None` without any.
pub(super) fn median_link(part: &Part, places: &[Point]) -> Option<f32> {
    let mut lengths = Vec::with_capacity(part.to.len() / 2);
    for node in 0..part.len() {
        let near = part.near(node).iter().filter(|to| **to as usize > node);
        lengths.extend(near.map(|to| distance(places[node], places[*to as usize])));
    }
    let middle = lengths.len() / 2;
    (!lengths.is_empty()).then(|| *lengths.select_nth_unstable_by(middle, f32::total_cmp).1)
}

/// The factor at which the share [`FREE`] of the discs touches no other.
fn crowding(places: &[Point], radii: &[f32], area: f32) -> f32 {
    let cell = (area / places.len().max(1) as f32).sqrt();
    let grid = Grid::new(places, cell);
    let mut needed: Vec<f32> = (0..places.len())
        .map(|i| {
            let others = grid.around(places[i], 0.5 * cell).map(|j| j as usize).filter(|j| *j != i);
            let need =
                |j: usize| (radii[i] + radii[j] + GAP) / distance(places[i], places[j]).max(1e-6);
            others.map(need).fold(0.0, f32::max)
        })
        .collect();
    let at = ((needed.len() as f32 * FREE) as usize).min(needed.len().saturating_sub(1));
    if needed.is_empty() { 1.0 } else { *needed.select_nth_unstable_by(at, f32::total_cmp).1 }
}

/// Turns, mirrors and moves places so that they come nearest to those that are known (P. H.
/// Schönemann, "A generalized solution of the orthogonal Procrustes problem", 1966; in the plane
/// the best turn is the direction of Σ conj(a) b). `known` gives numbers and wanted places.
pub(super) fn align(places: &mut [Point], known: &[(usize, Point)]) {
    let count = known.len() as f32;
    if known.is_empty() {
        return;
    }
    let mean = |of: &dyn Fn(&(usize, Point)) -> Point| {
        let sum = known.iter().map(of).fold([0.0; 2], |s: Point, p| [s[0] + p[0], s[1] + p[1]]);
        sum.map(|x| x / count)
    };
    let from = mean(&|k| places[k.0]);
    let onto = mean(&|k| k.1);
    let (mut straight, mut mirrored) = ([0.0_f32; 2], [0.0_f32; 2]);
    for (i, place) in known {
        let a = [places[*i][0] - from[0], places[*i][1] - from[1]];
        let b = [place[0] - onto[0], place[1] - onto[1]];
        straight[0] += a[0] * b[0] + a[1] * b[1];
        straight[1] += a[0] * b[1] - a[1] * b[0];
        mirrored[0] += a[0] * b[0] - a[1] * b[1];
        mirrored[1] += a[0] * b[1] + a[1] * b[0];
    }
    let mirror = length(mirrored) > length(straight) * 1.000_01;
    let turn = if mirror { mirrored } else { straight };
    let size = length(turn);
    let turn = if size > 1e-12 { turn.map(|x| x / size) } else { [1.0, 0.0] };
    for place in places {
        let y = place[1] - from[1];
        let a = [place[0] - from[0], if mirror { -y } else { y }];
        *place =
            [onto[0] + a[0] * turn[0] - a[1] * turn[1], onto[1] + a[0] * turn[1] + a[1] * turn[0]];
    }
}

/// The lower and the upper corner of the box around points; both 0 without any.
pub(super) fn bounds(points: &[Point]) -> (Point, Point) {
    let Some(first) = points.first() else { return ([0.0; 2], [0.0; 2]) };
    points.iter().fold((*first, *first), |(low, high), p| {
        ([low[0].min(p[0]), low[1].min(p[1])], [high[0].max(p[0]), high[1].max(p[1])])
    })
}

fn distance(a: Point, b: Point) -> f32 {
    length([a[0] - b[0], a[1] - b[1]])
}

fn length(v: Point) -> f32 {
    (v[0] * v[0] + v[1] * v[1]).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turned_and_mirrored_copy_is_laid_onto_the_original() {
        let original = [[0.0, 0.0], [4.0, 0.0], [4.0, 1.0], [9.0, 7.0]];
        let mut copy = original.map(|p| [100.0 - p[1], 50.0 - p[0]]);
        let known: Vec<(usize, Point)> = original.iter().copied().enumerate().take(3).collect();
        align(&mut copy, &known);
        for (a, b) in copy.iter().zip(&original) {
            assert!(distance(*a, *b) < 1e-3, "{a:?} {b:?}");
        }
    }
}
