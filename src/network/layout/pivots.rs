//! Distances from a few nodes to all, and a first layout from them.
//!
//! U. Brandes and C. Pich, "Eigensolver methods for progressive multidimensional scaling of
//! large data", Graph Drawing 2006 (Pivot MDS). With D the n × p distances to p pivots, C is
//! −½ D² centred by rows and columns, and the layout is C times the two leading eigenvectors of
//! CᵀC.

use rayon::prelude::*;

use super::part::{Part, Point};
use crate::model::rng::Rng;

/// Nodes that one task takes.
const CHUNK: usize = 1024;
/// Rounds of the power iteration: a start for the later steps needs no more.
const ROUNDS: usize = 24;

/// Distances in links from pivots to all nodes.
#[derive(Clone, Debug, Default)]
pub(super) struct Pivots {
    /// The pivots.
    pub nodes: Vec<u32>,
    /// Distances from each pivot, a row a pivot.
    rows: Vec<Vec<u16>>,
    /// Distance of each node to the nearest pivot.
    nearest: Vec<u16>,
}

impl Pivots {
    /// Adds up to `count` pivots: the first of all is random, then half are those farthest from
    /// the pivots there are, which spans the graph, and half random, which samples its middle.
    pub(super) fn add(&mut self, part: &Part, count: usize, rng: &mut Rng) {
        let n = part.len();
        self.nearest.resize(n, u16::MAX);
        let mut chosen = Vec::new();
        for i in 0..count {
            let node = if i == 0 && !self.nodes.is_empty() {
                self.farthest()
            } else {
                rng.below(n as u64) as u32
            };
            if !self.nodes.contains(&node) && !chosen.contains(&node) {
                chosen.push(node);
            }
        }
        let rows: Vec<Vec<u16>> = chosen.par_iter().map(|from| distances(part, *from)).collect();
        for row in &rows {
            for (nearest, d) in self.nearest.iter_mut().zip(row) {
                *nearest = (*nearest).min(*d);
            }
        }
        self.nodes.extend(chosen);
        self.rows.extend(rows);
    }

    /// The node farthest from all pivots, the first of several.
    fn farthest(&self) -> u32 {
        let mut best = 0;
        for (i, d) in self.nearest.iter().enumerate() {
            if *d > self.nearest[best] {
                best = i;
            }
        }
        best as u32
    }

    /// The distances by node: the p distances of node i start at i × p.
    pub(super) fn by_node(&self) -> Vec<f32> {
        let p = self.nodes.len();
        let mut all = vec![0.0; p * self.nearest.len()];
        all.par_chunks_mut(CHUNK * p.max(1)).enumerate().for_each(|(chunk, out)| {
            for (i, row) in (chunk * CHUNK..).zip(out.chunks_mut(p)) {
                for (d, from) in row.iter_mut().zip(&self.rows) {
                    *d = f32::from(from[i]);
                }
            }
        });
        all
    }

    /// How many nodes each pivot is the nearest pivot of; nodes between several count for the
    /// first.
    pub(super) fn regions(&self) -> Vec<f32> {
        let mut size = vec![0.0; self.nodes.len()];
        for (i, nearest) in self.nearest.iter().enumerate() {
            if let Some(p) = self.rows.iter().position(|row| row[i] == *nearest) {
                size[p] += 1.0;
            }
        }
        size
    }
}

/// Distances in links from a node; what lies beyond 65,534 counts as that far.
fn distances(part: &Part, from: u32) -> Vec<u16> {
    let mut distance = vec![u16::MAX; part.len()];
    distance[from as usize] = 0;
    let mut queue = Vec::with_capacity(part.len());
    queue.push(from);
    let mut at = 0;
    while at < queue.len() {
        let node = queue[at] as usize;
        let next = (distance[node] + 1).min(u16::MAX - 1);
        for to in part.near(node) {
            let d = &mut distance[*to as usize];
            if *d == u16::MAX {
                *d = next;
                queue.push(*to);
            }
        }
        at += 1;
    }
    distance
}

/// Places from distances by node (`p` of them each), with a link about 1 long.
pub(super) fn scale(by_node: &[f32], p: usize, rng: &mut Rng) -> Vec<Point> {
    let centred = centre(by_node, p);
    let gram = gram(&centred, p);
    let mut first = vector(p, rng);
    let mut second = vector(p, rng);
    for _ in 0..ROUNDS {
        first = unit(times(&gram, &first));
        second = unit(without(times(&gram, &second), &first));
    }
    let along = |row: &[f32], axis: &[f64]| -> f32 {
        row.iter().zip(axis).map(|(c, a)| f64::from(*c) * a).sum::<f64>() as f32
    };
    // C v has squared length λ of CᵀC; the layout of Pivot MDS wants it per root of the pivots.
    let raw = centred.par_chunks(p).map(|row| [along(row, &first), along(row, &second)]);
    let mut places: Vec<Point> = raw.collect();
    let n = places.len() as f64;
    let spread: f64 = places.iter().map(|q| f64::from(q[0] * q[0] + q[1] * q[1])).sum();
    let wanted: f64 = by_node.iter().map(|d| f64::from(d * d)).sum::<f64>() / p as f64 * 0.5;
    let factor = if spread > 0.0 { (wanted / spread).sqrt() } else { 0.0 };
    let factor = if factor.is_finite() && n > 0.0 { factor as f32 } else { 0.0 };
    places.iter_mut().for_each(|q| *q = [q[0] * factor, q[1] * factor]);
    places
}

/// −½ D², centred by rows and columns.
fn centre(by_node: &[f32], p: usize) -> Vec<f32> {
    let n = by_node.len() / p;
    let mut columns = vec![0.0_f64; p];
    for row in by_node.chunks(p) {
        for (sum, d) in columns.iter_mut().zip(row) {
            *sum += f64::from(d * d);
        }
    }
    let all = columns.iter().sum::<f64>() / (n * p) as f64;
    columns.iter_mut().for_each(|sum| *sum /= n as f64);
    let mut centred = by_node.to_vec();
    centred.par_chunks_mut(p).for_each(|row| {
        let mean = row.iter().map(|d| f64::from(d * d)).sum::<f64>() / p as f64;
        for (d, column) in row.iter_mut().zip(&columns) {
            *d = (-0.5 * (f64::from(*d * *d) - mean - column + all)) as f32;
        }
    });
    centred
}

/// CᵀC, p × p, summed by fixed chunks in their order.
fn gram(centred: &[f32], p: usize) -> Vec<f64> {
    let partial: Vec<Vec<f32>> = centred
        .par_chunks(CHUNK * p)
        .map(|rows| {
            let mut sum = vec![0.0_f32; p * p];
            for row in rows.chunks(p) {
                for (a, out) in row.iter().zip(sum.chunks_mut(p)) {
                    for (b, s) in row.iter().zip(out) {
                        *s += a * b;
                    }
                }
            }
            sum
        })
        .collect();
    let mut gram = vec![0.0; p * p];
    for part in partial {
        gram.iter_mut().zip(part).for_each(|(sum, add)| *sum += f64::from(add));
    }
    gram
}

fn vector(p: usize, rng: &mut Rng) -> Vec<f64> {
    unit((0..p).map(|_| rng.unit() - 0.5).collect())
}

fn times(matrix: &[f64], v: &[f64]) -> Vec<f64> {
    matrix.chunks(v.len()).map(|row| dot(row, v)).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn without(v: Vec<f64>, direction: &[f64]) -> Vec<f64> {
    let share = dot(&v, direction);
    v.iter().zip(direction).map(|(v, d)| v - share * d).collect()
}

fn unit(v: Vec<f64>) -> Vec<f64> {
    let length = dot(&v, &v).sqrt();
    if length > 0.0 { v.iter().map(|x| x / length).collect() } else { v }
}
