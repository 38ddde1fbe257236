//! One pass of the forces, over all nodes at once.
//!
//! Linked nodes attract and all nodes repel each other by the bounded short-range force of F.
//! Zhong, M. Xue, J. Zhang, F. Zhang, R. Ban, O. Deussen and Y. Wang, "Force-directed graph
//! layouts revisited: a new force based on the t-distribution", IEEE TVCG 2023, which keeps
//! neighbours together where springs do not. With δ the difference of two places in units of the
//! mean spacing,
//!
//! ```text
//! attraction  w (α + β ÷ (1 + |δ|²)) δ        repulsion  m δ ÷ (1 + |δ|²)²
//! ```
//!
//! A third pull, that of sparse stress ([`super::stress`]), keeps the shape of the whole. A node
//! moves by the sum ÷ its stiffness (what one unit of movement changes), at most by `heat`.

use rayon::prelude::*;

use super::part::{Part, Point};
use super::stress::Terms;
use super::tree::Tree;

/// Nodes that one task takes.
const CHUNK: usize = 256;
/// Pull of a link however long it is.
const ALPHA: f32 = 0.05;
/// Pull of a short link on top of that.
const BETA: f32 = 0.8;
/// Squares of the tree count as points from their side ÷ this. The repulsion falls with the third
/// power of the distance, so far squares hardly matter.
const THETA: f32 = 1.3;

/// What a pass needs besides the places.
pub(super) struct Field<'a> {
    /// The nodes and links.
    pub part: &'a Part,
    /// Masses, 1 on average.
    pub mass: &'a [f32],
    /// Sparse stress.
    pub terms: &'a Terms,
    /// How much that counts; 0 leaves it out.
    pub shape: f32,
    /// The farthest that a node moves.
    pub heat: f32,
    /// Where the squares of the tree begin, 0…1.
    pub shift: Point,
}

/// One pass.
pub(super) fn pass(field: &Field, tree: &mut Tree, places: &[Point]) -> Vec<Point> {
    tree.build(places, field.mass, THETA, field.shift);
    let pushed = tree.push(repulsion);
    let pivots = field.terms.places(places);
    let mut next = vec![[0.0; 2]; places.len()];
    next.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, out)| {
        for (node, to) in (chunk * CHUNK..).zip(out) {
            let at = places[node];
            let (mut force, mut stiff) = attraction(field.part, node, places);
            force = [force[0] + pushed[node][0], force[1] + pushed[node][1]];
            if field.shape > 0.0 {
                let (sum, total) = field.terms.pull(node, at, &pivots);
                let k = field.shape / places.len() as f32;
                force[0] += k * (sum[0] - total * at[0]);
                force[1] += k * (sum[1] - total * at[1]);
                stiff += k * total;
            }
            *to = moved(at, [force[0] / stiff, force[1] / stiff], field.heat);
        }
    });
    next
}

/// The push on a node at this difference from so much mass.
pub(super) fn repulsion(d: Point, mass: f32) -> Point {
    let s = 1.0 + d[0] * d[0] + d[1] * d[1];
    let f = mass / (s * s);
    [d[0] * f, d[1] * f]
}

/// The pull of a node's links, and its stiffness, per unit of its own mass.
fn attraction(part: &Part, node: usize, places: &[Point]) -> (Point, f32) {
    let (at, own) = (places[node], 1.0 / part.mass[node]);
    let (mut force, mut stiff) = ([0.0_f32; 2], 1.0_f32);
    let row = part.row(node);
    for (other, pull) in part.to[row.clone()].iter().zip(&part.pull[row]) {
        let q = places[*other as usize];
        let d = [q[0] - at[0], q[1] - at[1]];
        let k = own * pull * (ALPHA + BETA / (1.0 + d[0] * d[0] + d[1] * d[1]));
        force = [force[0] + k * d[0], force[1] + k * d[1]];
        stiff += k;
    }
    (force, stiff)
}

/// The place after a move, no longer than `most`.
fn moved(at: Point, by: Point, most: f32) -> Point {
    let length = (by[0] * by[0] + by[1] * by[1]).sqrt();
    let share = if length > most { most / length } else { 1.0 };
    [at[0] + by[0] * share, at[1] + by[1] * share]
}
