//! A drawing drawn together: the engine leaves room for any shape, the picture wants none wasted.

use super::fan::distance;
use super::level::{self, How};
use crate::job::Cancelled;
use crate::network::community::Graph;
use crate::network::layout::Point;

/// Rounds at most, each with all discs moved apart at its end.
const ROUNDS: usize = 48;
/// Nodes and lines that all rounds together may look at; a line costs less than a node.
const WORK: usize = 20_000;
/// See [`WORK`].
const LINES_A_NODE: usize = 4;

/// How many rounds a picture of so many nodes and lines can have.
pub(super) fn rounds(nodes: usize, lines: usize) -> usize {
    (WORK / (nodes + lines / LINES_A_NODE).max(1)).min(ROUNDS)
}

/// The share of its error by which a line changes in a round.
const SPRING: f32 = 0.3;
/// The share of its way to the middle that a node goes in a round, along each axis: more upright,
/// so that the whole becomes about half as wide again as high, as windows are.
const WEIGHT: Point = [0.03, 0.12];

/// Draws nodes together, in which `length` gives each line's wanted length in px and `radii` the
/// room of each node. Those that are held stay.
pub(super) fn gather(
    graph: &Graph,
    length: impl Fn(u32, u32) -> f32,
    radii: &[f32],
    held: &[bool],
    mut places: Vec<Point>,
    how: How,
) -> Result<Vec<Point>, Cancelled> {
    if graph.edges() == 0 {
        return Ok(places);
    }
    for round in 0..how.rounds {
        // Calmer and calmer, so that it comes to rest.
        let calm = 1.0 - round as f32 / how.rounds as f32;
        let middle = mean(&places);
        let moved = (0_u32..).zip(&places).zip(held).map(|((node, at), held)| {
            if *held {
                return *at;
            }
            let by = springs(graph, &length, &places, node, *at);
            let axis = |k: usize| at[k] + by[k] + calm * WEIGHT[k] * (middle[k] - at[k]);
            [axis(0), axis(1)]
        });
        places = level::apart(moved.collect(), radii, held, how)?;
    }
    Ok(places)
}

/// Where its lines move a node, on average.
fn springs(
    graph: &Graph,
    length: &impl Fn(u32, u32) -> f32,
    places: &[Point],
    node: u32,
    at: Point,
) -> Point {
    let mut sum = [0.0_f32; 2];
    let links = graph.links(node);
    for link in links {
        let other = places.get(link.to as usize).copied().unwrap_or(at);
        let far = distance(at, other).max(1e-3);
        let share = SPRING * (1.0 - length(node, link.to) / far).max(-1.0);
        sum = [sum[0] + share * (other[0] - at[0]), sum[1] + share * (other[1] - at[1])];
    }
    sum.map(|x| x / links.len().max(1) as f32)
}

fn mean(places: &[Point]) -> Point {
    let sum = places.iter().fold([0.0_f32; 2], |s, p| [s[0] + p[0], s[1] + p[1]]);
    sum.map(|x| x / places.len().max(1) as f32)
}
