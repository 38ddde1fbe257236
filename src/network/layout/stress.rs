//! Long distances right: sparse stress, one pass over the nodes at a time.
//!
//! M. Ortmann, M. Klimenta and U. Brandes, "A sparse stress model", J. Graph Algorithms Appl. 21,
//! 2017: stress Σ d⁻² (|xᵢ − xⱼ| − d)² over linked nodes and over each node and some pivots, a
//! pivot counting for the nodes nearest to it. Each pass is a step of majorisation (E. R.
//! Gansner, Y. Koren and S. North, "Graph drawing by stress majorization", 2004): every node goes
//! to the mean of where its terms want it,
//!
//! ```text
//! xᵢ ← Σⱼ wᵢⱼ (xⱼ + dᵢⱼ (xᵢ − xⱼ) ÷ |xᵢ − xⱼ|) ÷ Σⱼ wᵢⱼ
//! ```
//!
//! All nodes move at once from the places before, so that threads cannot change the outcome.

use rayon::prelude::*;

use super::part::{Part, Point};

/// Nodes that one task takes.
const CHUNK: usize = 256;

/// The terms of sparse stress.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    /// The pivots.
    pub pivots: Vec<u32>,
    /// Distances by node to the pivots.
    pub by_node: Vec<f32>,
    /// Nodes that each pivot counts for.
    pub regions: Vec<f32>,
    /// Length of a link.
    pub link: f32,
}

impl Terms {
    /// The mean of where the pivots want a node, times their weight, and the weight.
    pub(super) fn pull(&self, node: usize, at: Point, places: &[Point]) -> (Point, f32) {
        let p = self.pivots.len();
        let (mut sum, mut total) = ([0.0_f32; 2], 0.0_f32);
        let distances = &self.by_node[node * p..(node + 1) * p];
        for (k, d) in distances.iter().enumerate() {
            if *d > 0.0 {
                let weight = self.weight(k, *d);
                let (x, y) = wanted(at, places[k], *d);
                sum = [sum[0] + weight * x, sum[1] + weight * y];
                total += weight;
            }
        }
        (sum, total)
    }

    /// Weight of pivot `k` for a node at distance `d`. For its own neighbours a pivot is only
    /// itself, as the nodes near it do not lie in its direction.
    fn weight(&self, k: usize, d: f32) -> f32 {
        let count = if d > 1.5 * self.link { self.regions[k] } else { self.link * self.link };
        count / (d * d)
    }

    /// Scales the distances to the places as they are, so that the terms change shapes and not
    /// sizes: the scale is Σ w d |x| ÷ Σ w d², with w = d⁻². Weights stay those of links.
    pub(super) fn fit(&mut self, places: &[Point]) {
        let p = self.pivots.len();
        let pivots = self.places(places);
        let (mut ratio, mut count) = (0.0_f64, 0.0_f64);
        for (row, at) in self.by_node.chunks(p).zip(places) {
            for (k, d) in row.iter().enumerate().filter(|(_, d)| **d > 0.0) {
                let (x, y) = (at[0] - pivots[k][0], at[1] - pivots[k][1]);
                ratio += f64::from(self.regions[k] * (x * x + y * y).sqrt() / d);
                count += f64::from(self.regions[k]);
            }
        }
        let scale = if ratio > 0.0 { (ratio / count) as f32 } else { 1.0 };
        self.by_node.iter_mut().for_each(|d| *d *= scale);
        self.link *= scale;
        self.regions.iter_mut().for_each(|r| *r *= scale * scale);
    }

    /// Places of the pivots, one after the other.
    pub(super) fn places(&self, places: &[Point]) -> Vec<Point> {
        self.pivots.iter().map(|p| places[*p as usize]).collect()
    }
}

/// Where a term wants the point: at distance `d` from `other`, on its own side.
fn wanted(at: Point, other: Point, d: f32) -> (f32, f32) {
    let (dx, dy) = (at[0] - other[0], at[1] - other[1]);
    let square = dx * dx + dy * dy;
    let stretch = if square > 1e-12 { d / square.sqrt() } else { 0.0 };
    (other[0] + dx * stretch, other[1] + dy * stretch)
}

/// One pass.
pub(super) fn pass(part: &Part, terms: &Terms, places: &[Point]) -> Vec<Point> {
    let pivots = terms.places(places);
    let mut next = vec![[0.0; 2]; places.len()];
    next.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, out)| {
        for (node, to) in (chunk * CHUNK..).zip(out) {
            let at = places[node];
            let (mut sum, mut total) = terms.pull(node, at, &pivots);
            for other in part.near(node) {
                let (x, y) = wanted(at, places[*other as usize], 1.0);
                sum = [sum[0] + x, sum[1] + y];
                total += 1.0;
            }
            *to = [sum[0] / total, sum[1] / total];
        }
    });
    next
}
