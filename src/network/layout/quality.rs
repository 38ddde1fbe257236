//! How good a layout is, in two figures that do not depend on its scale.

use super::fit::bounds;
use super::grid::Grid;
use super::part::Point;
use crate::model::rng::Rng;
use crate::network::community::Graph;

/// Normalised stress: Σ w (s |xᵢ − xⱼ| − dᵢⱼ)² ÷ Σ w dᵢⱼ², w = dᵢⱼ⁻², over the pairs of up to
/// `sources` random nodes with all they reach, d in links, s the best scale. 0 is perfect; NaN
/// without pairs. A value below 0.2 is usual for a network whose nodes are all a few links apart.
pub fn stress(graph: &Graph, places: &[Point], sources: usize, seed: u64) -> f64 {
    let mut rng = Rng::new(&[seed]);
    let (mut linear, mut square, mut pairs) = (0.0, 0.0, 0.0);
    for _ in 0..sources {
        let from = rng.below(graph.len() as u64) as u32;
        for (to, d) in distances(graph, from) {
            let (a, b) = (places[from as usize], places[to as usize]);
            let (x, y) = (f64::from(a[0] - b[0]), f64::from(a[1] - b[1]));
            let ratio = (x * x + y * y).sqrt() / f64::from(d);
            linear += ratio;
            square += ratio * ratio;
            pairs += 1.0;
        }
    }
    1.0 - linear * linear / square / pairs
}

/// Nodes that one reaches, with their distances in links; not itself.
fn distances(graph: &Graph, from: u32) -> Vec<(u32, u32)> {
    let mut seen = vec![false; graph.len()];
    let mut queue = vec![(from, 0)];
    seen[from as usize] = true;
    let mut at = 0;
    while let Some((node, d)) = queue.get(at).copied() {
        for link in graph.links(node) {
            if !std::mem::replace(&mut seen[link.to as usize], true) {
                queue.push((link.to, d + 1));
            }
        }
        at += 1;
    }
    queue.remove(0);
    queue
}

/// Neighbourhood preservation: the mean over nodes with links of the share of the k nodes nearest
/// in the layout that are its neighbours, k the number of its links. 1 is perfect.
pub fn neighbours(graph: &Graph, places: &[Point]) -> f64 {
    let (low, high) = bounds(places);
    let area = (high[0] - low[0]) * (high[1] - low[1]);
    let cell = (area / places.len().max(1) as f32).sqrt().max(1e-6);
    let grid = Grid::new(places, cell);
    let (mut sum, mut count) = (0.0, 0.0);
    for node in 0..graph.len() as u32 {
        let links = graph.links(node);
        if !links.is_empty() {
            let near = nearest(&grid, places, node, links.len(), cell);
            let kept = near.iter().filter(|n| links.binary_search_by_key(*n, |l| l.to).is_ok());
            sum += kept.count() as f64 / links.len() as f64;
            count += 1.0;
        }
    }
    sum / count
}

/// The `k` nodes nearest to one.
fn nearest(grid: &Grid, places: &[Point], node: u32, k: usize, cell: f32) -> Vec<u32> {
    let at = places[node as usize];
    let mut reach = cell * (k as f32).sqrt();
    loop {
        let mut found: Vec<(f32, u32)> = grid
            .around(at, reach)
            .filter(|j| *j != node)
            .map(|j| {
                let q = places[j as usize];
                let d = [q[0] - at[0], q[1] - at[1]];
                (d[0] * d[0] + d[1] * d[1], j)
            })
            .collect();
        let inside = found.iter().filter(|f| f.0 <= reach * reach).count();
        if inside >= k || found.len() + 1 >= places.len() {
            found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            return found.iter().take(k).map(|f| f.1).collect();
        }
        reach *= 2.0;
    }
}
