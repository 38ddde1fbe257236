//! A home turned on the spot, so that its lines to others leave it between its own nodes.

use super::fan::distance;
use super::{Disc, Home, TITLE_PX};
use crate::network::layout::Point;

/// Turns that are tried, evenly around.
const TURNS: usize = 48;
/// Homes with more nodes, or more lines that leave them, are not turned: there is no free way.
const MOST: usize = 80;
/// How far a line should pass from a node's rim, in px.
const CLEAR_PX: f32 = 24.0;
/// A node that a line passes too near counts as this much of a longer line, in px.
const HIT_PX: f32 = 300.0;

/// Turns the home's nodes to where `ways`, the nodes with lines to others and the others' places
/// as seen from the middle of the home's disc, are shortest and pass the fewest nodes.
pub(super) fn turn(home: &mut Home, discs: &[Disc], ways: &[(u32, Point)]) {
    if ways.is_empty() || discs.len().max(ways.len()) > MOST {
        return;
    }
    // The title's room lies above the nodes, whose own middle is below that of the disc.
    let middle = [home.middle[0], home.middle[1] + 0.5 * TITLE_PX];
    let ends: Vec<(usize, Point)> = ways
        .iter()
        .map(|(i, w)| (*i as usize, [home.middle[0] + w[0], home.middle[1] + w[1]]))
        .collect();
    let mut least = f32::INFINITY;
    let mut best = home.places.clone();
    for k in 0..TURNS {
        let (sin, cos) = libm::sincosf(k as f32 * std::f32::consts::TAU / TURNS as f32);
        let turned = |p: &Point| {
            let (x, y) = (p[0] - middle[0], p[1] - middle[1]);
            [middle[0] + x * cos - y * sin, middle[1] + x * sin + y * cos]
        };
        let places: Vec<Point> = home.places.iter().map(turned).collect();
        let cost = ends.iter().map(|(from, to)| cost(&places, discs, *from, *to)).sum::<f32>();
        // A hair less is no reason to turn.
        if cost < least - 0.5 {
            (least, best) = (cost, places);
        }
    }
    home.places = best;
}

/// The length of a line from a node to a place, and more for every other node near it.
fn cost(places: &[Point], discs: &[Disc], from: usize, to: Point) -> f32 {
    let Some(start) = places.get(from).copied() else { return 0.0 };
    let near = |(i, (p, disc)): (usize, (&Point, &Disc))| {
        let free = disc.radius + CLEAR_PX;
        let depth = if i == from { 0.0 } else { 1.0 - off(*p, start, to) / free };
        depth.max(0.0)
    };
    let hits: f32 = places.iter().zip(discs).enumerate().map(near).sum();
    distance(start, to) + HIT_PX * hits
}

/// The distance of a point from the line between two others.
fn off(p: Point, a: Point, b: Point) -> f32 {
    let (x, y) = (b[0] - a[0], b[1] - a[1]);
    let square = (x * x + y * y).max(1e-6);
    let along = (((p[0] - a[0]) * x + (p[1] - a[1]) * y) / square).clamp(0.0, 1.0);
    distance(p, [a[0] + along * x, a[1] + along * y])
}
