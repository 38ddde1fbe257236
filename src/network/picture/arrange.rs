//! Where the nodes of the network picture lie.
//!
//! Two levels: the nodes of each home (the cluster that they lie in) are placed among themselves,
//! then the homes, as discs, among the nodes that lie in none. Both levels work the same way
//! ([`level`]), and nodes with one tie lie around the other end of it ([`fan`]).

mod fan;
mod gather;
mod level;
mod turn;

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::job::{Cancelled, Progress};
use crate::model::rng::key;
use crate::network::layout::{Point, RADIUS_PX};
use level::How;

/// Room between the nodes of a home and the rim of its disc, in px.
pub const MARGIN_PX: f32 = 26.0;
/// Room above the nodes of a home for its title, in px; more than that at the sides.
pub const TITLE_PX: f32 = 22.0;
/// Room around a node without a home, for what is written beside it, in px.
const LOOSE_PX: f32 = 14.0;
/// Steps towards the middle of a home.
const STEPS: u32 = 200;
/// What a home that lies already does without, as a share of its radius: its middle is found
/// anew no more exactly than that, and it should not move for that.
const SLACK: f32 = 0.01;
/// Radii beyond this, in px, are cut down to it.
const LARGEST: f32 = 1e4;
/// Places beyond this, in px, are taken for errors.
const FARTHEST: f32 = 1e6;

/// A node to be placed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Disc {
    /// The number of the cluster that it lies in; none where it lies between clusters.
    pub home: Option<u32>,
    /// In px; what is not positive or no number counts as 4 px, what is above 10,000 as that.
    pub radius: f32,
    /// Where it was before, in px. What is no number counts as none.
    pub start: Option<Point>,
    /// Whether it never moves from its start; without a start it is like all others.
    pub pinned: bool,
}

/// A line between two nodes and its weight.
pub type Line = (u32, u32, f32);

/// The nodes of one home, placed.
struct Home {
    /// Where they lie, in the order of their numbers.
    places: Vec<Point>,
    /// The disc around them, with all the room that they need.
    middle: Point,
    radius: f32,
}

/// Where nodes lie, in px, y growing downwards. Nodes of one home lie together, in a disc that no
/// other home's disc and no node without a home overlaps, unless pins hold them there.
///
/// Nodes with a `start` stay there as far as the room allows, and new ones lie beside what they
/// are tied to. The same input gives the same bits with any number of threads. Lines of a node
/// with itself, to nodes beyond the last, and of weights that are not positive are left out.
///
/// # Errors
/// [`Cancelled`], when `progress` says so.
///
/// ```
/// use stillwatch::job::Progress;
/// use stillwatch::network::picture::arrange::{Disc, arrange};
///
/// let disc = |home| Disc { home, radius: 8.0, ..Disc::default() };
/// let nodes = [disc(Some(0)), disc(Some(0)), disc(None)];
/// let places = arrange(&nodes, &[(0, 1, 1.0), (1, 2, 1.0)], 1, &Progress::default())?;
/// assert_eq!(places.len(), 3);
/// # Ok::<(), stillwatch::job::Cancelled>(())
/// ```
pub fn arrange(
    nodes: &[Disc],
    lines: &[Line],
    seed: u64,
    progress: &Progress,
) -> Result<Vec<Point>, Cancelled> {
    progress.check()?;
    let nodes: Vec<Disc> = nodes.iter().map(sound).collect();
    let plan = Plan::new(&nodes, lines);
    progress.set_phase("arranging the network", plan.members.len() as u64 + 1);
    let how = How { seed, rounds: gather::rounds(nodes.len(), lines.len()), progress };
    let homes: Vec<Home> = (0..plan.homes)
        .into_par_iter()
        .map(|number| plan.home(number, &nodes, how))
        .collect::<Result<_, Cancelled>>()?;
    let bodies = plan.bodies(&nodes, &homes);
    let places = level::place(&bodies, &plan.outer, how)?;
    let homes = plan.turned(homes, &nodes, lines, &places);
    progress.advance(1);
    Ok(plan.combine(&homes, &places))
}

/// A node of which every figure is one.
fn sound(node: &Disc) -> Disc {
    let number = node.radius.is_finite() && node.radius > 0.0;
    let radius = if number { node.radius.min(LARGEST) } else { RADIUS_PX };
    let start = node.start.filter(|p| p.iter().all(|x| x.abs() <= FARTHEST));
    Disc { radius, start, pinned: node.pinned && start.is_some(), ..*node }
}

/// What is placed with what. Bodies are what the outer level places: the homes, then the nodes
/// without one.
struct Plan {
    /// How many of the bodies are homes.
    homes: usize,
    /// The nodes of each body, ascending.
    members: Vec<Vec<u32>>,
    /// The body of each node and its number there.
    seats: Vec<(u32, u32)>,
    /// The lines among the nodes of each home, by their numbers there.
    inner: Vec<Vec<Line>>,
    /// The lines between bodies.
    outer: Vec<Line>,
}

impl Plan {
    fn new(nodes: &[Disc], lines: &[Line]) -> Self {
        let mut by_home: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut loose = Vec::new();
        for (i, node) in (0..).zip(nodes) {
            match node.home {
                Some(home) => by_home.entry(home).or_default().push(i),
                None => loose.push(vec![i]),
            }
        }
        let homes = by_home.len();
        let members: Vec<Vec<u32>> = by_home.into_values().chain(loose).collect();
        let mut seats = vec![(0, 0); nodes.len()];
        for (body, members) in (0_u32..).zip(&members) {
            for (seat, node) in (0_u32..).zip(members) {
                seats[*node as usize] = (body, seat);
            }
        }
        let (inner, outer) = (vec![Vec::new(); homes], Vec::new());
        let mut plan = Self { homes, members, seats, inner, outer };
        plan.sort(lines);
        plan
    }

    /// Tells lines inside of homes from those between bodies.
    fn sort(&mut self, lines: &[Line]) {
        for (a, b, weight) in lines {
            let (Some(a), Some(b)) = (self.seat(*a), self.seat(*b)) else { continue };
            if a.0 != b.0 {
                self.outer.push((a.0, b.0, *weight));
            } else if let Some(inner) = self.inner.get_mut(a.0 as usize) {
                inner.push((a.1, b.1, *weight));
            }
        }
    }

    fn seat(&self, node: u32) -> Option<(u32, u32)> {
        self.seats.get(node as usize).copied()
    }

    /// Homes without starts turned so that their lines to other bodies keep off their own nodes.
    fn turned(
        &self,
        mut homes: Vec<Home>,
        nodes: &[Disc],
        lines: &[Line],
        to: &[Point],
    ) -> Vec<Home> {
        let mut ways: Vec<Vec<(u32, Point)>> = vec![Vec::new(); self.homes];
        for (a, b, _) in lines {
            let (Some(a), Some(b)) = (self.seat(*a), self.seat(*b)) else { continue };
            for (from, other) in [(a, b), (b, a)] {
                if from.0 != other.0
                    && let Some(ways) = ways.get_mut(from.0 as usize)
                    && let (Some(p), Some(q)) = (to.get(from.0 as usize), to.get(other.0 as usize))
                {
                    ways.push((from.1, [q[0] - p[0], q[1] - p[1]]));
                }
            }
        }
        for ((home, ways), members) in homes.iter_mut().zip(&ways).zip(&self.members) {
            let discs = pick(nodes, members);
            if discs.iter().all(|d| d.start.is_none()) {
                turn::turn(home, &discs, ways);
            }
        }
        homes
    }

    /// Places the nodes of one home among themselves.
    fn home(&self, number: usize, nodes: &[Disc], how: How) -> Result<Home, Cancelled> {
        let discs = self.members.get(number).map(|own| pick(nodes, own)).unwrap_or_default();
        let lines = self.inner.get(number).map(Vec::as_slice).unwrap_or_default();
        let seed = key(&[how.seed, number as u64]);
        let places = level::place(&discs, lines, How { seed, ..how })?;
        let (middle, reach) = around(&places, &discs);
        // The room for the title lies above, so the disc's middle does too.
        let middle = [middle[0], middle[1] - 0.5 * TITLE_PX];
        how.progress.advance(1);
        Ok(Home { places, middle, radius: reach + MARGIN_PX + 0.5 * TITLE_PX })
    }

    /// What the outer level places.
    fn bodies(&self, nodes: &[Disc], homes: &[Home]) -> Vec<Disc> {
        let home = |(home, members): (&Home, &Vec<u32>)| {
            let discs = pick(nodes, members);
            // Places of a home with starts are those of the picture, so its middle is too.
            let start = discs.iter().any(|d| d.start.is_some()).then_some(home.middle);
            let pinned = discs.iter().any(|d| d.pinned);
            let radius = home.radius * if start.is_some() { 1.0 - SLACK } else { 1.0 };
            Disc { home: None, radius, start, pinned }
        };
        let loose = self.members.iter().skip(self.homes).flat_map(|m| pick(nodes, m));
        let loose = loose.map(|d| Disc { radius: d.radius + LOOSE_PX, ..d });
        homes.iter().zip(&self.members).map(home).chain(loose).collect()
    }

    /// The places of all nodes from those in the homes and those of the bodies.
    fn combine(&self, homes: &[Home], bodies: &[Point]) -> Vec<Point> {
        let mut all = vec![[0.0; 2]; self.members.iter().map(Vec::len).sum()];
        for ((home, to), members) in homes.iter().zip(bodies).zip(&self.members) {
            let by = [to[0] - home.middle[0], to[1] - home.middle[1]];
            for (node, place) in members.iter().zip(&home.places) {
                all[*node as usize] = [place[0] + by[0], place[1] + by[1]];
            }
        }
        for (members, to) in self.members.iter().zip(bodies).skip(self.homes) {
            members.iter().for_each(|node| all[*node as usize] = *to);
        }
        all
    }
}

fn pick(nodes: &[Disc], numbers: &[u32]) -> Vec<Disc> {
    numbers.iter().filter_map(|i| nodes.get(*i as usize)).copied().collect()
}

/// About the smallest circle around discs: its middle and its radius. From their mean the middle
/// goes towards the farthest by ever smaller steps (M. Bădoiu and K. L. Clarkson, "Smaller
/// core-sets for balls", SODA 2003), which ends in the same place however the discs are turned.
fn around(places: &[Point], discs: &[Disc]) -> (Point, f32) {
    let count = places.len().max(1) as f32;
    let sum = places.iter().fold([0.0_f32; 2], |s, p| [s[0] + p[0], s[1] + p[1]]);
    let mut middle = sum.map(|x| x / count);
    let farthest = |middle: Point| {
        let far = |(p, disc): (&Point, &Disc)| (fan::distance(*p, middle) + disc.radius, *p);
        let further = |a: (f32, Point), b: (f32, Point)| if b.0 > a.0 { b } else { a };
        places.iter().zip(discs).map(far).fold((0.0, middle), further)
    };
    for step in 1..=STEPS {
        let (_, to) = farthest(middle);
        let share = 1.0 / (step + 1) as f32;
        middle = [middle[0] + share * (to[0] - middle[0]), middle[1] + share * (to[1] - middle[1])];
    }
    (middle, farthest(middle).0)
}

#[cfg(test)]
#[path = "arrange_tests.rs"]
mod tests;
