//! The calm outline around the nodes of a cluster.
//!
//! A convex outline is known by how far it reaches in each direction (its support function). The
//! reach of the discs is taken in [`WAYS`] directions and averaged over the near ones: that rounds
//! corners and lets flat sides bulge a little. Divided by the mean cosine of the window, the reach
//! of a single point stays what it is, so that the outline never cuts into a disc.

use crate::network::layout::Point;

/// Directions, and points of an outline.
const WAYS: usize = 96;
/// How much each direction counts for the one beside it, from the middle outwards.
const WINDOW: [f64; 6] = [6.0, 5.0, 4.0, 3.0, 2.0, 1.0];
/// Coordinates and radii beyond this, in px, are taken for errors.
const FARTHEST: f32 = 1e8;

/// A disc in numbers that add up well.
type Grown = ([f64; 2], f64);

/// The smooth outline around discs (middle and radius, px), which are grown by `margin` px first:
/// a convex polygon of 96 points that contains them, in the order of growing angle. Empty without
/// discs; discs that are no numbers are left out.
///
/// ```
/// use stillwatch::network::picture::hull::{contains, hull};
///
/// let outline = hull(&[([0.0, 0.0], 5.0), ([80.0, 0.0], 5.0)], 10.0);
/// assert!(contains(&outline, [40.0, 12.0]));
/// assert!(!contains(&outline, [40.0, 60.0]));
/// ```
pub fn hull(discs: &[(Point, f32)], margin: f32) -> Vec<Point> {
    let margin = sound(margin);
    let discs: Vec<Grown> = discs
        .iter()
        .filter(|(p, _)| p.iter().all(|x| x.abs() < FARTHEST))
        .map(|(p, r)| (p.map(f64::from), sound(*r) + margin))
        .collect();
    let Some(middle) = middle(&discs) else { return Vec::new() };
    let ways: Vec<[f64; 2]> = (0..WAYS).map(way).collect();
    let reach: Vec<f64> = ways.iter().map(|way| reach(&discs, middle, *way)).collect();
    corners(middle, &ways, &calm(&reach))
}

/// Whether a point lies inside a closed polygon.
pub fn contains(hull: &[Point], point: Point) -> bool {
    let before = hull.iter().cycle().skip(hull.len().saturating_sub(1));
    let crossed = hull.iter().zip(before).filter(|(a, b)| {
        let along = (point[1] - a[1]) / (b[1] - a[1]);
        (a[1] > point[1]) != (b[1] > point[1]) && point[0] < a[0] + along * (b[0] - a[0])
    });
    crossed.count() % 2 == 1
}

/// A length that is a number and not negative.
fn sound(length: f32) -> f64 {
    if length.is_finite() { f64::from(length.clamp(0.0, FARTHEST)) } else { 0.0 }
}

/// The middle of the box around the discs' middles; `None` without discs.
fn middle(discs: &[Grown]) -> Option<[f64; 2]> {
    let first = discs.first()?.0;
    let (low, high) = discs.iter().fold((first, first), |(low, high), (p, _)| {
        ([low[0].min(p[0]), low[1].min(p[1])], [high[0].max(p[0]), high[1].max(p[1])])
    });
    Some([0.5 * (low[0] + high[0]), 0.5 * (low[1] + high[1])])
}

/// The direction with this number.
fn way(number: usize) -> [f64; 2] {
    let (sin, cos) = libm::sincos(number as f64 * std::f64::consts::TAU / WAYS as f64);
    [cos, sin]
}

/// How far the discs reach from the middle in a direction.
fn reach(discs: &[Grown], middle: [f64; 2], way: [f64; 2]) -> f64 {
    let far = |(p, r): &Grown| (p[0] - middle[0]) * way[0] + (p[1] - middle[1]) * way[1] + r;
    discs.iter().map(far).fold(f64::MIN, f64::max)
}

/// The reach averaged over near directions, never less than it was.
fn calm(reach: &[f64]) -> Vec<f64> {
    let parts = |k: usize| {
        WINDOW.iter().enumerate().flat_map(move |(off, weight)| {
            let half = if off == 0 { 0.5 * weight } else { *weight };
            [(k + off, off, half), (k + WAYS - off, off, half)]
        })
    };
    let cosines: f64 = parts(0).map(|(_, off, weight)| weight * way(off)[0]).sum();
    let at = |i: usize| reach.get(i % WAYS).copied().unwrap_or(0.0);
    let sum = |k: usize| parts(k).map(|(i, _, weight)| weight * at(i)).sum::<f64>();
    (0..reach.len()).map(|k| sum(k) / cosines).collect()
}

/// Where the border lines of neighbouring directions meet.
fn corners(middle: [f64; 2], ways: &[[f64; 2]], reach: &[f64]) -> Vec<Point> {
    let [cos, sin] = way(1);
    let next = reach.iter().cycle().skip(1);
    let corner = |((way, far), next): ((&[f64; 2], &f64), &f64)| {
        let along = (next - far * cos) / sin;
        [
            (middle[0] + far * way[0] - along * way[1]) as f32,
            (middle[1] + far * way[1] + along * way[0]) as f32,
        ]
    };
    ways.iter().zip(reach).zip(next).map(corner).collect()
}

#[cfg(test)]
#[path = "hull_tests.rs"]
mod tests;
