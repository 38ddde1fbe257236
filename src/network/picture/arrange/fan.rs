//! Nodes around the one that they are tied to: evenly by angle, in the gaps between its other
//! ties, on as many rings as they need.

use std::collections::BTreeMap;
use std::f32::consts::{PI, TAU};

use super::level::ROOM_PX;
use super::{Disc, Line};
use crate::network::community::Graph;
use crate::network::layout::{GAP, Point};

/// Discs larger than this, in px, never lie in a fan: rings of them would be huge.
const LARGEST: f32 = 40.0;
/// Rounds in which new nodes go towards the middle of what they are tied to.
const ROUNDS: usize = 4;
/// Free length of a line: for the smallest and the largest discs, in px.
const LENGTHS: (f32, f32) = (14.0, 62.0);

/// The free length of a line in px, from rim to rim, by the sum of the two radii: an account lies
/// close to its indicator, and an indicator leaves a large disc the room that names need.
pub(super) fn gap(radii: f32) -> f32 {
    (14.5 + 5.0 * (radii - 15.5)).clamp(LENGTHS.0, LENGTHS.1)
}

/// The distance of two points.
pub(super) fn distance(a: Point, b: Point) -> f32 {
    let (x, y) = (a[0] - b[0], a[1] - b[1]);
    (x * x + y * y).sqrt()
}

/// Which nodes lie around which.
pub(super) struct Fans {
    /// The nodes in each hub's fan, ascending.
    leaves: BTreeMap<u32, Vec<u32>>,
    /// Whether each node lies in one.
    is_leaf: Vec<bool>,
}

impl Fans {
    /// The nodes with one tie only, to a node that is not much smaller.
    pub(super) fn new(graph: &Graph, discs: &[Disc]) -> Self {
        let mut fans = Self { leaves: BTreeMap::new(), is_leaf: vec![false; discs.len()] };
        for (node, disc) in (0_u32..).zip(discs) {
            let [link] = graph.links(node) else { continue };
            let hub = discs.get(link.to as usize).copied().unwrap_or_default();
            // Of two that have but each other, the larger is the hub.
            let lesser = (disc.radius, link.to) < (hub.radius, node);
            let fits = disc.radius <= LARGEST && disc.radius < 2.0 * hub.radius;
            let around = graph.links(link.to).len() > 1 || lesser;
            if fits && around && !disc.pinned {
                fans.leaves.entry(link.to).or_default().push(node);
                fans.is_leaf[node as usize] = true;
            }
        }
        fans
    }

    /// Whether a node lies in a fan.
    pub(super) fn has(&self, node: u32) -> bool {
        self.is_leaf.get(node as usize).copied().unwrap_or(false)
    }

    /// How far a hub reaches with its fan, in px; `None` where it has none.
    pub(super) fn reach(&self, hub: u32, discs: &[Disc]) -> Option<f32> {
        let leaves = self.leaves.get(&hub)?;
        let largest = largest(leaves, discs);
        let rings = rings(first(radius(hub, discs), largest), largest, leaves.len());
        rings.last().map(|ring| ring.0 + largest)
    }

    /// The lines between nodes outside of fans, by their numbers in `core`, which ascends.
    pub(super) fn between(&self, graph: &Graph, core: &[u32]) -> Vec<Line> {
        let mut lines = Vec::new();
        for (i, node) in (0_u32..).zip(core) {
            for link in graph.links(*node).iter().filter(|link| link.to > *node) {
                if let Ok(j) = core.binary_search(&link.to) {
                    lines.push((i, j as u32, link.weight));
                }
            }
        }
        lines
    }
}

/// Gives places to all that is tied to what has places, wave by wave: in a fan where there is one
/// such tie, in the middle where there are several.
pub(super) fn fill(graph: &Graph, discs: &[Disc], places: &mut [Option<Point>]) {
    let new: Vec<u32> = (0_u32..).zip(&*places).filter(|p| p.1.is_none()).map(|p| p.0).collect();
    let mut wave: Vec<u32> =
        (0_u32..).zip(&*places).filter(|p| p.1.is_some()).map(|p| p.0).collect();
    while !wave.is_empty() {
        let mut next: Vec<u32> =
            wave.iter().flat_map(|i| graph.links(*i)).map(|link| link.to).collect();
        next.sort_unstable();
        next.dedup();
        next.retain(|i| at(places, *i).is_none());
        for (node, place) in beside(graph, discs, places, &next) {
            if let Some(slot) = places.get_mut(node as usize) {
                *slot = Some(place);
            }
        }
        wave = next;
    }
    for _ in 0..ROUNDS {
        let several = new.iter().filter(|i| graph.links(**i).len() > 1);
        let moved: Vec<(u32, Point)> = several
            .filter_map(|i| Some((*i, between(at(places, *i)?, middle(graph, places, *i)?.0))))
            .collect();
        for (node, place) in moved {
            if let Some(slot) = places.get_mut(node as usize) {
                *slot = Some(place);
            }
        }
    }
}

/// Places for nodes that are tied to some that have places.
fn beside(
    graph: &Graph,
    discs: &[Disc],
    places: &[Option<Point>],
    nodes: &[u32],
) -> Vec<(u32, Point)> {
    let mut found = Vec::with_capacity(nodes.len());
    let mut fans: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for node in nodes {
        match middle(graph, places, *node) {
            Some((_, 1, hub)) => fans.entry(hub).or_default().push(*node),
            Some((middle, ..)) => found.push((*node, middle)),
            None => {}
        }
    }
    let seats = fans.into_iter().flat_map(|(hub, leaves)| {
        let seats = seats(graph, discs, places, hub, &leaves);
        leaves.into_iter().zip(seats)
    });
    found.extend(seats);
    found
}

/// Places for new leaves around a hub.
fn seats(
    graph: &Graph,
    discs: &[Disc],
    places: &[Option<Point>],
    hub: u32,
    leaves: &[u32],
) -> Vec<Point> {
    let Some(centre) = at(places, hub) else { return Vec::new() };
    let ties = graph.links(hub).iter().filter_map(|link| at(places, link.to));
    let taken = ties.map(|p| libm::atan2f(p[1] - centre[1], p[0] - centre[0])).collect();
    let largest = largest(leaves, discs);
    let from = free_from(graph, discs, places, hub, largest);
    let seat = |(far, angle): (f32, f32)| {
        let (sin, cos) = libm::sincosf(angle);
        [centre[0] + far * cos, centre[1] + far * sin]
    };
    spread(&rings(from, largest, leaves.len()), taken).into_iter().map(seat).collect()
}

/// The middle of a node's ties that have places, how many those are, and the last of them.
fn middle(graph: &Graph, places: &[Option<Point>], node: u32) -> Option<(Point, usize, u32)> {
    let (mut sum, mut count, mut last) = ([0.0_f32; 2], 0_usize, None);
    for link in graph.links(node) {
        if let Some(p) = at(places, link.to) {
            sum = [sum[0] + p[0], sum[1] + p[1]];
            count += 1;
            last = Some(link.to);
        }
    }
    last.map(|last| (sum.map(|x| x / count as f32), count, last))
}

/// The radius of a fan's first ring, in px.
fn first(hub: f32, leaf: f32) -> f32 {
    hub + leaf + gap(hub + leaf)
}

/// The room that a leaf needs on its ring, and between two rings, in px.
fn pitch(leaf: f32) -> f32 {
    2.0 * (leaf + ROOM_PX) + GAP
}

/// The radius of the first ring of new leaves, in px: beyond those that lie there already, when
/// they fill the first ring.
fn free_from(graph: &Graph, discs: &[Disc], places: &[Option<Point>], hub: u32, leaf: f32) -> f32 {
    let first = first(radius(hub, discs), leaf);
    let Some(centre) = at(places, hub) else { return first };
    let leaves = graph.links(hub).iter().filter(|link| graph.links(link.to).len() == 1);
    let old = leaves.filter_map(|link| at(places, link.to)).map(|p| distance(p, centre));
    let (count, farthest) = old.fold((0_usize, 0.0_f32), |(n, far), d| (n + 1, far.max(d)));
    let full = count as f32 * pitch(leaf) > TAU * first;
    if full { first.max(farthest + pitch(leaf)) } else { first }
}

/// The rings of a fan, their radius in px and how many lie on each, all about as dense.
fn rings(first: f32, leaf: f32, count: usize) -> Vec<(f32, usize)> {
    let pitch = pitch(leaf);
    let mut rooms = Vec::new();
    let mut room = 0;
    while room < count {
        let far = first + rooms.len() as f32 * pitch;
        let own = ((TAU * far / pitch) as usize).max(1);
        room += own;
        rooms.push((far, own));
    }
    let (mut before, mut given) = (0, 0);
    rooms
        .into_iter()
        .map(|(far, own)| {
            before += own;
            let upto = count * before / room.max(1);
            let number = upto - given;
            given = upto;
            (far, number)
        })
        .collect()
}

/// Ring radius and angle of each node of a fan. The first ring keeps off the angles that are
/// taken; the others are too full to care.
fn spread(rings: &[(f32, usize)], taken: Vec<f32>) -> Vec<(f32, f32)> {
    let mut all = Vec::new();
    let mut taken = Some(taken);
    for (far, count) in rings {
        let angles = match taken.take() {
            Some(taken) if !taken.is_empty() => fit(taken, *count),
            // Upwards first; every other ring is turned by half a step.
            _ => {
                let half = if all.is_empty() { 0.0 } else { 0.5 };
                let step = TAU / (*count).max(1) as f32;
                (0..*count).map(|k| (k as f32 + half) * step - 0.5 * PI).collect()
            }
        };
        all.extend(angles.into_iter().map(|angle| (*far, angle)));
    }
    all
}

/// Angles for `count` nodes between those that are taken: each goes where the most room is left.
fn fit(mut taken: Vec<f32>, count: usize) -> Vec<f32> {
    taken.sort_by(f32::total_cmp);
    let first = taken.first().copied().unwrap_or(0.0) + TAU;
    let ends = taken.iter().skip(1).copied().chain([first]);
    let mut gaps: Vec<(f32, f32, usize)> =
        taken.iter().zip(ends).map(|(from, to)| (*from, to - from, 0)).collect();
    for _ in 0..count {
        let room = |gap: &(f32, f32, usize)| gap.1 / (gap.2 + 1) as f32;
        let widest = gaps.iter_mut().reduce(|a, b| if room(b) > room(a) { b } else { a });
        if let Some(gap) = widest {
            gap.2 += 1;
        }
    }
    let inside = |(from, width, n): (f32, f32, usize)| {
        (1..=n).map(move |k| from + width * k as f32 / (n + 1) as f32)
    };
    gaps.into_iter().flat_map(inside).collect()
}

fn at(places: &[Option<Point>], node: u32) -> Option<Point> {
    places.get(node as usize).copied().flatten()
}

fn between(a: Point, b: Point) -> Point {
    [0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])]
}

fn radius(node: u32, discs: &[Disc]) -> f32 {
    discs.get(node as usize).map_or(0.0, |d| d.radius)
}

fn largest(nodes: &[u32], discs: &[Disc]) -> f32 {
    nodes.iter().map(|i| radius(*i, discs)).fold(0.0, f32::max)
}
